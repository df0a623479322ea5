"""What a clinic has set in clinic.yml, and whether it is open now."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

# A clinic that updates the bot often may keep its own file elsewhere, and name it in the environment.
CLINIC_FILE = Path(os.environ.get("CLINIC_FILE") or Path(__file__).resolve().parent.parent / "clinic.yml")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class ClinicError(ValueError):
    """clinic.yml holds something that cannot be; the message says what."""


@dataclass(frozen=True)
class Clinic:
    """The clinic's name, phone and opening hours; empty strings where nothing is set."""

    name: str
    phone: str
    time_zone: str
    hours: dict[str, list[tuple[time, time]]]

    def now(self) -> datetime:
        """The clinic's local time."""
        return datetime.now(ZoneInfo(self.time_zone))

    def is_open(self, at: datetime) -> bool:
        """Whether the clinic is open at the local time `at`."""
        return any(start <= at.time() < end for start, end in self.hours[DAYS[at.weekday()]])

    def next_opening(self, at: datetime) -> datetime | None:
        """When the clinic opens next, looking a week ahead; None if it never does."""
        for ahead in range(8):
            day = at.date() + timedelta(days=ahead)
            for start, _ in sorted(self.hours[DAYS[day.weekday()]]):
                opening = datetime.combine(day, start, tzinfo=at.tzinfo)
                if opening > at:
                    return opening
        return None


def read_clinic(path: Path = CLINIC_FILE) -> Clinic:
    """Reads clinic.yml. Raises ClinicError that names the key at fault."""
    raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    zone = raw.get("time_zone") or "UTC"
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ClinicError(f"{path.name}: time_zone {zone!r} is unknown") from error
    given = raw.get("hours") or {}
    if set(given) - set(DAYS):
        raise ClinicError(f"{path.name}: hours: unknown day {sorted(set(given) - set(DAYS))[0]!r}")
    hours = {day: [_span(path, day, span) for span in given.get(day) or []] for day in DAYS}
    return Clinic(str(raw.get("name") or ""), str(raw.get("phone") or ""), zone, hours)


def _span(path: Path, day: str, text: str) -> tuple[time, time]:
    try:
        start, end = (time.fromisoformat(part.strip()) for part in str(text).split("-"))
    except ValueError as error:
        raise ClinicError(f"{path.name}: hours: {day}: {text!r} is not like 09:00-17:00") from error
    if start >= end:
        raise ClinicError(f"{path.name}: hours: {day}: {text!r} ends before it begins")
    return start, end


@functools.lru_cache(maxsize=1)
def the_clinic() -> Clinic:
    """The clinic of this installation, read once a process."""
    return read_clinic()
