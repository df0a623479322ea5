"""How much one visitor may send. All in memory, bounded, and without an address in it."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
import secrets
import time
from collections import OrderedDict
from typing import Callable

from channels.incoming import BadMessage

MOST_BYTES = 8 * 1024  # of a request's body
MOST_KEYS = 10_000  # visitors remembered by one limiter; the longest unheard is forgotten first
MINUTE = 60.0  # seconds
_KEY = secrets.token_bytes(32)  # new with each process, so that hashes of addresses mean nothing later


class TooMany(BadMessage):
    """A request beyond a limit."""

    def __init__(self, wait: float) -> None:
        super().__init__("too_many", "That was a lot at once. Please wait a moment and send it again.", 429)
        self.retry_after = max(1, math.ceil(wait))


class Limiter:
    """Lets each key do `a_minute` things at once, and regain them evenly within a minute."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic, keys: int = MOST_KEYS) -> None:
        self._most, self._clock, self._keys = float(a_minute), clock, keys
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """0.0 if `key` may go on (which is counted), else the seconds until it may."""
        now = self._clock()
        left, since = self._left.pop(key, (self._most, now))
        left = min(self._most, left + (now - since) * self._most / MINUTE)
        allowed = left >= 1.0
        self._left[key] = (left - 1.0 if allowed else left, now)
        while len(self._left) > self._keys:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1.0 - left) * MINUTE / self._most

    def check(self, key: str) -> None:
        """Raises TooMany unless `key` may go on."""
        wait = self.wait(key)
        if wait:
            raise TooMany(wait)

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._left)


def visitor_address(peer: str, forwarded: str | None) -> str:
    """The visitor's address: what our own proxy says (the last of X-Forwarded-For), else the peer.

    The header counts only if the peer is this machine or a private network: nobody else can be our proxy.
    """
    if not forwarded or not _is_near(peer):
        return peer
    return forwarded.rsplit(",", 1)[-1].strip() or peer


def address_key(address: str) -> str:
    """A keyed hash of an address (IPv6: of its /64, which one household shares), useless outside this process."""
    try:
        ip = ipaddress.ip_address(address)
        if ip.version == 6:
            address = str(ipaddress.ip_network(f"{address}/64", strict=False))
    except ValueError:
        address = address[:64]
    return hmac.new(_KEY, address.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]


def _is_near(peer: str) -> bool:
    try:
        ip = ipaddress.ip_address(peer)
    except ValueError:
        return peer == ""  # a Unix socket
    return ip.is_loopback or ip.is_private
