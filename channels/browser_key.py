"""The key that binds a session to one browser: a cookie that no script can read.

A session token lies in the page, where a script of somebody else may find it. Whoever copies it needs this key as well,
and the key leaves the browser only on its way to us. By itself it opens nothing and says nothing about the visitor.
"""

from __future__ import annotations

import re
import secrets
from typing import Optional

SECURE_NAME, NAME = "__Host-chat", "chat"  # browsers take the first over https only, and from no other host
_KEY = re.compile(r"[0-9a-f]{32}")


def new_key() -> str:
    """A key: 32 hex digits, 128 bits."""
    return secrets.token_hex(16)


def key_in(header: Optional[str]) -> str:
    """The key in a request's Cookie header; empty if there is none, or an odd one.

    Not with Python's own parser: that drops all cookies when one of the site's others has an odd character.
    """
    pairs = [one.strip().partition("=") for one in (header or "").split(";")]
    given = {name: value for name, _, value in pairs if _KEY.fullmatch(value)}
    return given.get(SECURE_NAME) or given.get(NAME, "")


def cookie(key: str, origin: Optional[str], fetch_site: Optional[str], seconds: int = 0) -> str:
    """The Set-Cookie header. `origin` and `fetch_site` are what the browser says of the page (Origin, Sec-Fetch-Site).

    `seconds`: how long the browser keeps the key; 0 is until it is closed. A page under https has the channel under
    https as well, or its browser would not have let it ask. On a foreign site the key is kept for that site alone.
    """
    kept = f"; Max-Age={seconds}" if seconds else ""
    if not (origin or "").startswith("https://"):
        return f"{NAME}={key}; Path=/webhooks/web; HttpOnly; SameSite=Strict{kept}"
    site = "None; Partitioned" if fetch_site == "cross-site" else "Strict"
    return f"{SECURE_NAME}={key}; Path=/; Secure; HttpOnly; SameSite={site}{kept}"
