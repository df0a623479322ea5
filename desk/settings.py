"""The desk's settings: secrets and hosts from the environment; every other default fits one small machine."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Mapping

ROOT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 24  # characters
DEFAULT_SECRET = "only-for-this-machine"  # noqa: S105 - refused on any address that others can reach


class SettingsError(ValueError):
    """A setting that the desk cannot start with; the message says which and why."""


@dataclass(frozen=True)
class Settings:
    """See the table in the README; each field is the environment variable DESK_<FIELD>."""

    host: str = "127.0.0.1"
    port: int = 5006
    secret: str = DEFAULT_SECRET  # with which bots fetch the published model
    database_url: str = f"sqlite:///{ROOT / 'var' / 'desk.db'}"
    project: Path = ROOT  # the content that is edited: data/, domain.yml, config.yml
    folder: Path = ROOT / "var" / "desk"  # models, snapshots, spool
    tls: bool = False  # behind TLS: cookies get Secure and the __Host- prefix

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the desk."""
        return (
            self.host == "localhost"
            or (self.host.count(".") == 3 and ip_address(self.host).is_loopback)
            or (self.host == "::1")
        )


def kept_secret(folder: Path = Settings.folder) -> str:
    """The secret of this machine, for a desk that only this machine can reach: made once, kept in `folder`.

    Raises OSError, and SettingsError for a damaged file.
    """
    path = folder / "secret"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
    except FileExistsError:
        pass
    kept = path.read_text(encoding="utf-8").strip()
    if len(kept) < SHORTEST_SECRET:
        raise SettingsError(f"{path.name} in the desk's folder is damaged; delete it.")
    return kept


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings from the environment. Raises SettingsError for a bad value, or a default secret others could use."""
    given: dict[str, object] = {}
    for name, kind in (("host", str), ("secret", str), ("database_url", str)):
        if environment.get(f"DESK_{name.upper()}"):
            given[name] = kind(environment[f"DESK_{name.upper()}"])
    for name in ("project", "folder"):
        if environment.get(f"DESK_{name.upper()}"):
            given[name] = Path(environment[f"DESK_{name.upper()}"]).resolve()
    try:
        given["port"] = int(environment.get("DESK_PORT") or Settings.port)
    except ValueError:
        raise SettingsError("DESK_PORT is not a number") from None
    given["tls"] = environment.get("DESK_TLS", "") in ("1", "true", "yes")
    settings = Settings(**given)  # type: ignore[arg-type]
    if not settings.is_local and (settings.secret == DEFAULT_SECRET or len(settings.secret) < SHORTEST_SECRET):
        raise SettingsError("On an address that others can reach, set DESK_SECRET to 24 random characters or more.")
    return settings
