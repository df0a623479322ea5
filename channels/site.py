"""What clinic.yml says to the web channel: the emergency numbers and the sites that may show the widget."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from actions.clinic import CLINIC_FILE, ClinicError

NUMBERS = ("emergency", "crisis", "poison")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")


@dataclass(frozen=True)
class Site:
    """The emergency numbers by name, the origins allowed beside the channel's own, and how long chats are kept."""

    emergency: dict[str, str]
    origins: frozenset[str]
    keep_days: int


def read_site(path: Path = CLINIC_FILE) -> Site:
    """Reads clinic.yml. Raises ClinicError for a missing number or an origin that no browser would send."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    numbers = raw.get("emergency") or {}
    missing = [name for name in NUMBERS if not numbers.get(name)]
    if missing:
        raise ClinicError(f"{path.name}: emergency: {missing[0]} is missing")
    origins = [str(origin).rstrip("/").lower() for origin in raw.get("origins") or []]
    odd = [origin for origin in origins if not _ORIGIN.fullmatch(origin)]
    if odd:
        raise ClinicError(f"{path.name}: origins: {odd[0]!r} is not like https://www.example.org")
    days = raw.get("keep_days", 30)
    if isinstance(days, bool) or not isinstance(days, int) or days < 1:
        raise ClinicError(f"{path.name}: keep_days must be a whole number of days, and is {days!r}")
    return Site({name: str(numbers[name]) for name in NUMBERS}, frozenset(origins), days)


def is_allowed(origin: str | None, host: str, listed: frozenset[str]) -> bool:
    """Whether a page of `origin` may use the channel at `host`. No Origin header means no foreign page."""
    return not origin or origin in listed or urlsplit(origin).netloc == host


def cors_headers(origin: str | None, listed: frozenset[str]) -> dict[str, str]:
    """The headers that let a page of a listed origin read the answer; none for any other."""
    if not origin or origin not in listed:
        return {"Vary": "Origin"}
    return {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",  # the key of browser_key.py
        "Access-Control-Max-Age": "600",
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Expose-Headers": "Retry-After",
        "Access-Control-Allow-Headers": "Content-Type, Authorization",
    }
