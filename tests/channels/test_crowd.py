"""More messages than the machine can answer are turned away while there is time to say so."""

from __future__ import annotations

import asyncio

import pytest

from channels import crowd as module
from channels.crowd import AT_A_TIME, FEW, LONG, MANY, MOST, Crowd


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def crowd_of(number: int, clock: Clock) -> Crowd:
    made = Crowd(clock)
    for n in range(number):
        made.enter(str(n))
    return made


def test_a_few_slow_turns_are_no_crowd(clock):
    crowd = crowd_of(FEW, clock)
    clock.now = 60.0
    assert not crowd.is_too_large()
    crowd.enter("one more")
    assert crowd.is_too_large()
    crowd.leave("one more")
    assert not crowd.is_too_large()


def test_the_wait_of_the_first_in_line_counts(clock):
    crowd = crowd_of(FEW + 5, clock)
    assert not crowd.is_too_large()
    clock.now = LONG + 0.1
    crowd.enter("0")  # has been waiting all the time
    assert crowd.is_too_large()
    for n in range(FEW + 5):
        crowd.leave(str(n))
        crowd.leave(str(n))
    crowd.enter("0")
    assert not crowd.is_too_large()


def test_a_sudden_crowd_is_too_large_at_once(clock):
    assert not crowd_of(MANY, clock).is_too_large()
    crowd = crowd_of(MANY + 1, clock)
    assert crowd.is_too_large() and not crowd.is_too_large(urgent=True)
    assert crowd_of(MOST + 1, clock).is_too_large(urgent=True)


async def turns_of(crowd: Crowd, number: int, seconds: float, order: list[int]) -> int:
    """Plays that many turns at once; the most that were under way together."""
    under_way, most = 0, 0

    async def play(n: int) -> None:
        nonlocal under_way, most
        crowd.enter(str(n))
        await crowd.turn(str(n))
        under_way += 1
        most = max(most, under_way)
        order.append(n)
        await asyncio.sleep(seconds)
        under_way -= 1
        crowd.leave(str(n))

    await asyncio.gather(*(play(n) for n in range(number)))
    return most


def test_few_at_a_time_and_in_order():
    crowd, order = Crowd(), []
    assert asyncio.run(turns_of(crowd, 40, 0.01, order)) == AT_A_TIME
    assert order == list(range(40)) and not crowd.is_too_large()
    assert not crowd._places and not crowd._line and not crowd._taken


def test_danger_goes_to_the_head_of_the_line():
    order: list[str] = []

    async def play(crowd: Crowd, name: str, urgent: bool) -> None:
        crowd.enter(name)
        await crowd.turn(name, urgent)
        order.append(name)
        await asyncio.sleep(0)
        crowd.leave(name)

    async def scenario() -> None:
        crowd = Crowd()
        names = [f"calm {n}" for n in range(AT_A_TIME + 5)]
        await asyncio.gather(*(play(crowd, name, False) for name in names), play(crowd, "danger", True))

    asyncio.run(scenario())
    assert order[AT_A_TIME] == "danger"


def test_turns_that_wait_for_something_else_keep_no_place(monkeypatch):
    monkeypatch.setattr(module, "PLACE", 0.05)
    order: list[int] = []

    async def scenario() -> None:
        crowd = Crowd()
        playing = asyncio.ensure_future(turns_of(crowd, 3 * AT_A_TIME, 0.4, order))
        await asyncio.sleep(0.3)
        assert not crowd._since  # nor do they make a crowd of those who come then
        await asyncio.wait_for(playing, 1.0)

    asyncio.run(scenario())
    assert len(order) == 3 * AT_A_TIME
