"""`python -m desk` starts the desk; `python -m desk add-admin NAME` makes an admin, with a password you type."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

import sqlalchemy as sa
import uvicorn

from desk import database
from desk.app import build_app
from desk.people.first_admin import add_admin
from desk.people.staff import Refused, everybody
from desk.settings import DEFAULT_SECRET, Settings, SettingsError, kept_secret, read_settings

WHY_NOT = {
    "again": "The two passwords are not the same.",
    "name_odd": "A name has 2 to 80 characters.",
    "password_short": "A password has at least 12 characters.",
    "password_long": "A password has at most 200 characters.",
    "password_name": "The password must not contain the name.",
    "password_repeats": "The password repeats too few characters.",
}


def main(arguments: list[str] | None = None) -> int:
    """The command; its exit code. What went wrong is one plain line, never a traceback."""
    parser = argparse.ArgumentParser(prog="python -m desk", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("add-admin", help="add an admin").add_argument("name")
    given = parser.parse_args(arguments)
    try:
        settings = read_settings()
        if settings.secret == DEFAULT_SECRET:
            settings = replace(settings, secret=kept_secret(settings.folder))
        if given.command == "add-admin":
            print(add_admin(database.connect(settings.database_url), given.name))
        else:
            serve(settings)
    except (SettingsError, Refused) as error:
        return _complain(WHY_NOT.get(str(error), str(error)))
    except sa.exc.OperationalError:
        return _complain("The database cannot be reached. Is DESK_DATABASE_URL right, and is it running?")
    return 0


def serve(settings: Settings) -> None:
    """Runs until it is told to stop. Behind TLS it believes the proxy on this machine about the visitor's address."""
    app = build_app(settings)
    with app.state.desk.engine.connect() as connection:
        if not everybody(connection):
            print("Nobody can log in yet. In another terminal: python -m desk add-admin NAME")
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(f"Staff desk: http://{host}:{settings.port}", flush=True)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        proxy_headers=settings.tls,
        server_header=False,
        ws="none",  # the websockets that Rasa pins is too old for uvicorn, and the desk needs none
        access_log=False,
        log_level="warning",
    )


def _complain(sentence: str) -> int:
    print(f"{sentence}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
