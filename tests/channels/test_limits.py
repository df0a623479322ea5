"""Limits hold, are regained, stay small in memory and hold no address."""

from __future__ import annotations

import pytest

from channels.limits import Limiter, TooMany, address_key, visitor_address
from channels.settings import read_settings


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_at_once_and_then_evenly():
    clock = Clock()
    limiter = Limiter(30, clock)
    assert [limiter.wait("a") for _ in range(30)] == [0.0] * 30
    assert limiter.wait("a") == pytest.approx(2.0)
    assert limiter.wait("b") == 0.0
    clock.now = 2.0
    assert limiter.wait("a") == 0.0 and limiter.wait("a") > 0
    clock.now = 1000.0
    assert [limiter.wait("a") for _ in range(31)].count(0.0) == 30


def test_being_refused_says_when_to_come_back():
    limiter = Limiter(1, Clock())
    limiter.check("a")
    with pytest.raises(TooMany) as caught:
        limiter.check("a")
    assert caught.value.status == 429 and caught.value.retry_after == 60


def test_memory_is_bounded():
    limiter = Limiter(5, Clock(), keys=100)
    for n in range(10_000):
        limiter.wait(str(n))
    assert len(limiter) == 100


@pytest.mark.parametrize(
    "peer, forwarded, address",
    [
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("172.18.0.2", "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        ("203.0.114.1", "10.0.0.1", "203.0.114.1"),
        ("", "203.0.113.9", "203.0.113.9"),
    ],
)
def test_only_our_own_proxy_is_believed(peer, forwarded, address):
    assert visitor_address(peer, forwarded) == address


def test_address_keys():
    assert "203" not in address_key("203.0.113.9")[:3] or len(address_key("203.0.113.9")) == 32
    assert address_key("203.0.113.9") != address_key("203.0.113.8")
    assert address_key("2001:db8::1") == address_key("2001:db8::ffff") != address_key("2001:db8:0:1::1")
    assert address_key("\ud800" * 500)


def test_settings():
    assert read_settings(None).session_rate == 30 and read_settings({"session_rate": 5}).session_rate == 5
    for odd in ({"sesion_rate": 5}, {"session_rate": 0}, {"session_rate": "5"}, {"session_rate": True}):
        with pytest.raises(ValueError, match=next(iter(odd))):
            read_settings(odd)
