"""Starts the whole bot on this machine: staff desk, action server and Rasa, until Ctrl-C. Used by `make run`.

A server that ends by itself is started again, while the others go on; so is a Rasa that hangs (see watch.py).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from desk.settings import kept_secret  # noqa: E402
from scripts import watch  # noqa: E402
from scripts.kept import Kept  # noqa: E402

START_LIMIT = 120  # seconds
LOOK = 0.5  # seconds between two looks whether all servers run
ENDPOINTS, ACTIONS_PORT = "endpoints.yml", 5055  # the port stands in that file


def is_free(port: int) -> bool:
    """Whether nothing listens on the local port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def wait_until_up(url: str, servers: list[Kept]) -> None:
    """Returns when `url` answers; exits with a message if a server has ended or the time is up."""
    for second in range(START_LIMIT):
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own local server
                return  # whatever ends from now on is started again
        except (urllib.error.URLError, OSError):
            if not all(server.is_running for server in servers):
                sys.exit("A server did not start; the reason is in var/rasa.log or var/actions.log.")
            print(f"\r  loading the model … {second} s", end="", flush=True)
            time.sleep(1)
    sys.exit(f"\nNo answer from {url} after {START_LIMIT} s; see var/rasa.log.")


def endpoints_for(actions_port: int, endpoints: str) -> str:
    """The file `endpoints`; instead of the usual one a copy of it that names the action server's port."""
    if actions_port == ACTIONS_PORT or endpoints != ENDPOINTS:
        return endpoints
    usual = (ROOT / endpoints).read_text(encoding="utf-8")
    own = ROOT / "var" / f"endpoints-{actions_port}.yml"
    own.write_text(usual.replace(f"127.0.0.1:{ACTIONS_PORT}/", f"127.0.0.1:{actions_port}/"), encoding="utf-8")
    return str(own)


def start_desk(port: int) -> list[Kept]:
    """The staff desk, unless `port` is 0 or taken (it may run already). The bot goes on without it.

    From here on DESK_URL and DESK_SECRET tell Rasa where the published model is; with port 0 it takes that on disk.
    """
    if not port:
        return []
    os.environ.setdefault("DESK_SECRET", kept_secret(Path(os.environ.get("DESK_FOLDER") or ROOT / "var" / "desk")))
    os.environ.setdefault("DESK_URL", f"http://127.0.0.1:{port}")
    if not is_free(port):
        return []
    os.environ["DESK_PORT"] = str(port)
    return [Kept("desk", "desk")]


def about_desk(port: int) -> str:
    """A line on the desk, if there is one."""
    return f"\n  Staff  http://127.0.0.1:{port} (once: .venv/bin/python -m desk add-admin NAME)\n" if port else ""


def about_model(base: str) -> str:
    """A line if the bot answers with another model than the one that was trained last."""
    trained = hashlib.sha256((ROOT / "models" / "bot.tar.gz").read_bytes()).hexdigest()
    try:
        with urllib.request.urlopen(f"{base}/webhooks/web/health", timeout=10) as answer:  # noqa: S310 - our own server
            used = json.load(answer)["sha256"]
    except (OSError, ValueError, KeyError):
        return ""
    told = "It answers with the version that was published at the desk, and models/bot.tar.gz is another one.\n"
    return "" if used == trained else f"\n  {told}  Train and publish at the desk, or start without it: --desk-port 0\n"


def main() -> None:
    """Starts the servers, says where to go, and stops them together."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=5005)
    options.add_argument("--actions-port", type=int, default=ACTIONS_PORT)
    options.add_argument("--endpoints", default=ENDPOINTS, help="where the action server and the databases are")
    options.add_argument("--credentials", default="credentials.yml", help="the channels and their settings")
    options.add_argument("--enable-api", action="store_true", help="Rasa's own API too; for `make eval`, never online")
    options.add_argument("--desk-port", type=int, default=5006, help="of the staff desk; 0 starts none")
    options.add_argument("--look-every", type=float, default=watch.EVERY, help="seconds between two looks at Rasa")
    chosen = options.parse_args()
    for port in (chosen.port, chosen.actions_port):
        if not is_free(port):
            sys.exit(f"Port {port} is in use. Stop what runs there, or choose another with --port / --actions-port.")
    (ROOT / "var").mkdir(exist_ok=True)
    api = ["--enable-api"] if chosen.enable_api else []
    desk = start_desk(chosen.desk_port)  # first: Rasa asks it for the published model
    endpoints = endpoints_for(chosen.actions_port, chosen.endpoints)
    where = ["--interface", "127.0.0.1", "--port", str(chosen.port), "--endpoints", endpoints]
    where += ["--credentials", chosen.credentials]
    servers = [
        # Rasa's own command for this loads all of Rasa: four seconds and 80 MB more for the same server.
        Kept("actions", "rasa_sdk", "--actions", "actions", "--port", str(chosen.actions_port)),
        Kept("rasa", "rasa", "run", *where, *api),
    ]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    base = f"http://127.0.0.1:{chosen.port}"
    try:
        wait_until_up(f"{base}/webhooks/rest/", servers)
        print(
            f"""\r  ready.

  Open   {base}/webhooks/web/demo
  or try curl -s {base}/webhooks/rest/webhook -H 'Content-Type: application/json' \\
              -d '{{"sender": "me", "message": "how long does a shot last?"}}'

{about_desk(chosen.desk_port)}{about_model(base)}
  Ctrl-C stops everything.""",
            flush=True,
        )
        watch.Watch(servers[-1].kill, lambda: watch.ask(base), watch.ask_desk).keep_looking(chosen.look_every)
        while True:
            for server in [*servers, *desk]:
                server.look()
            time.sleep(LOOK)
    except KeyboardInterrupt:
        print("\n  stopping …")
    finally:
        for server in [*servers, *desk]:
            server.process.terminate()
        for server in [*servers, *desk]:
            server.stop()


if __name__ == "__main__":
    main()
