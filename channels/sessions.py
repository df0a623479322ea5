"""Sessions: a conversation id that only the server makes, signed, with an end. Nothing of it is stored."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path
from typing import Any, Mapping

from channels.incoming import BadMessage

ENV_SECRET, ENV_MODE = "CHAT_SESSION_SECRET", "CHAT_ENV"
NOT_PRODUCTION = ("", "development")  # a mode that nobody knows is taken for production
SHORTEST_SECRET = 32  # characters
_TOKEN = re.compile(r"([0-9a-f]{32})\.([0-9]{1,12})\.([0-9a-f]{64})")


class SecretError(RuntimeError):
    """There is no usable secret; the message says what to set."""


def secret_from(environment: Mapping[str, str], folder: Path) -> bytes:
    """The signing secret from the environment; outside production one is made and kept in `folder`.

    Raises SecretError in production without a secret, and anywhere with one that is too short.
    """
    given = environment.get(ENV_SECRET, "")
    if given:
        if len(given) < SHORTEST_SECRET:
            raise SecretError(f"{ENV_SECRET} needs at least {SHORTEST_SECRET} characters.")
        return given.encode()
    if environment.get(ENV_MODE, "") not in NOT_PRODUCTION:
        raise SecretError(
            f"{ENV_MODE} counts as production: set {ENV_SECRET}, for example to the output of "
            "`python -c 'import secrets; print(secrets.token_hex(32))'`."
        )
    return _kept_secret(folder / "session_secret")


def _kept_secret(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    kept = path.read_text().strip()
    if len(kept) < SHORTEST_SECRET:
        raise SecretError(f"{path.name} is damaged; delete it.")
    return kept.encode()


def new_conversation() -> str:
    """A conversation id: 32 hex digits, 128 bits, which nobody guesses."""
    return secrets.token_hex(16)


def sign(conversation: str, secret: bytes, now: float, lifetime: int, key: str = "") -> str:
    """The token of `conversation`, valid for `lifetime` seconds from `now` (Unix time).

    With `key` (see browser_key.py) it is good only in the browser that has that key; without, in anybody's hands.
    """
    body = f"{conversation}.{int(now) + lifetime}"
    return f"{body}.{_token_mac(secret, body, key)}"


def conversation_of(token: Any, secret: bytes, now: float, key: str = "") -> str:
    """The conversation that `token` opens for a browser with `key`. Raises BadMessage 401 for any other token."""
    match = _TOKEN.fullmatch(token) if isinstance(token, str) else None
    if not match or not (_is_signed(match, secret, "") or _is_signed(match, secret, key)):
        raise BadMessage("no_session", "This session is unknown. Please start a new one.", 401)
    if int(match[2]) <= now:
        raise BadMessage("session_expired", "This session has ended. Please start a new one.", 401)
    return match[1]


def is_bound(token: str, secret: bytes) -> bool:
    """Whether a valid `token` needs a key."""
    match = _TOKEN.fullmatch(token)
    return match is not None and not _is_signed(match, secret, "")


def renewed(token: str, secret: bytes, now: float, lifetime: int, key: str = "") -> str:
    """A valid `token` itself while most of its time is left, else one that lasts `lifetime` seconds from `now`.

    One that needs `key` goes on needing it.
    """
    conversation, end, _ = token.split(".")
    bound = key if is_bound(token, secret) else ""
    return token if int(end) - now > lifetime / 2 else sign(conversation, secret, now, lifetime, bound)


def rasa_conversation(conversation: str, number: int, secret: bytes) -> str:
    """The id of the `number`th Rasa conversation of one visitor: the first is the session's own."""
    return conversation if number == 0 else _mac(secret, "conversation", f"{conversation}.{number}")[:32]


def _mac(secret: bytes, purpose: str, body: str) -> str:
    return hmac.new(secret, f"{purpose}:{body}".encode(), hashlib.sha256).hexdigest()


def _token_mac(secret: bytes, body: str, key: str) -> str:
    return _mac(secret, f"session:{key}" if key else "session", body)


def _is_signed(match: re.Match[str], secret: bytes, key: str) -> bool:
    return hmac.compare_digest(match[3], _token_mac(secret, f"{match[1]}.{match[2]}", key))
