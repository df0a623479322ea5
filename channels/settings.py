"""The web channel's settings, from its section in credentials.yml."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Mapping, Optional


@dataclass(frozen=True)
class Settings:
    """How long a session lasts, and how much is allowed a minute."""

    session_hours: int = 24  # since the visitor's last message
    unbound_hours: int = 2  # the same, for a browser without cookies and for programs: such a token can be stolen
    session_rate: int = 30  # messages a minute in one session
    address_rate: int = 120  # messages a minute from one address, which a whole office may share
    new_session_rate: int = 60  # sessions a minute from one address
    call_rate: int = 120  # other requests a minute in one session

    def session_seconds(self, bound: bool) -> int:
        """How long a session lasts, in seconds; `bound`: to one browser (see browser_key.py)."""
        return (self.session_hours if bound else self.unbound_hours) * 3600


def read_settings(given: Optional[Mapping[str, Any]]) -> Settings:
    """The settings with `given` over the defaults. Raises ValueError that names an unknown or odd key."""
    known = {one.name for one in fields(Settings)}
    for key, value in (given or {}).items():
        if key not in known:
            raise ValueError(f"credentials.yml: unknown key {key!r}; there are {sorted(known)}")
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ValueError(f"credentials.yml: {key} must be a whole number above 0")
    return Settings(**(given or {}))
