"""More messages than the machine can answer are turned away while there is time to say so."""

from __future__ import annotations

import pytest

from channels.crowd import FEW, LONG, MANY, Crowd


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
    assert not crowd.is_too_large
    crowd.enter("one more")
    assert crowd.is_too_large
    crowd.leave("one more")
    assert not crowd.is_too_large


def test_the_wait_of_the_first_in_line_counts(clock):
    crowd = crowd_of(FEW + 5, clock)
    assert not crowd.is_too_large
    clock.now = LONG + 0.1
    crowd.enter("0")  # has been waiting all the time
    assert crowd.is_too_large
    for n in range(FEW + 5):
        crowd.leave(str(n))
        crowd.leave(str(n))
    crowd.enter("0")
    assert not crowd.is_too_large


def test_a_sudden_crowd_is_too_large_at_once(clock):
    assert not crowd_of(MANY, clock).is_too_large
    assert crowd_of(MANY + 1, clock).is_too_large
