"""After a hundred turns a visitor goes on in a fresh Rasa conversation, and cannot tell."""

from __future__ import annotations

import statistics
import time

import pytest

from channels.chats import MOST_TURNS
from tests.channels.web_visitor import Visitor, texts

pytestmark = pytest.mark.live

CRISIS, NOT_UNDERSTOOD = "I have a rope and tonight I will use it on myself", "hmm blue chairs"
QUESTION, FOLLOW_UP = "what side effects are common", "and how long do they last?"


@pytest.fixture
def visitor(island) -> Visitor:
    one = Visitor(island.server.base)
    one.start()
    return one


def talk(visitor: Visitor, turns: int) -> list[float]:
    """That many turns of small talk; the seconds that each took."""
    took = []
    for n in range(turns):
        started = time.monotonic()
        visitor.says("thanks" if n % 2 else "hello")
        took.append(time.monotonic() - started)
    return took


def fresh(visitor: Visitor, island, *said: str) -> list[dict]:
    """The replies to the last of `said` for somebody who has said nothing else."""
    other = Visitor(island.server.base)
    other.start()
    return [other.says(text) for text in said][-1]


def test_the_topic_the_history_and_the_buttons_go_on(visitor, island):
    talk(visitor, MOST_TURNS - 2)
    button = visitor.says("which footballer scored most goals in 1998?")[0]["buttons"][0]
    answer = visitor.says(QUESTION)
    over = visitor.says(FOLLOW_UP)  # the first of the fresh conversation
    assert texts(over) == texts(fresh(visitor, island, QUESTION, FOLLOW_UP))
    assert texts(visitor.says("how do you know that?")) != texts(fresh(visitor, island, "how do you know that?"))
    assert visitor.says(choice=button["payload"])[0]["kind"] == "answer"
    lines = visitor.history()
    asked = [line["text"] for line in lines if line["from"] == "visitor"]
    assert len(asked) == MOST_TURNS + 3 and asked[-4:-1] == [QUESTION, FOLLOW_UP, "how do you know that?"]
    assert answer[0]["id"] in [line["id"] for line in lines]
    assert len({line["id"] for line in lines}) == len(lines)
    feedback = {"session": visitor.token, "message": answer[0]["id"], "thumb": "up"}
    assert visitor.http.post("/feedback", json=feedback).status_code == 200


def test_somebody_in_danger_stays_in_danger_and_later_turns_are_no_slower(visitor, island):
    took = talk(visitor, MOST_TURNS - 1)
    assert visitor.says(CRISIS)[0]["kind"] == "emergency"
    assert fresh(visitor, island, NOT_UNDERSTOOD)[0]["kind"] != "emergency"
    assert visitor.says(NOT_UNDERSTOOD)[0]["kind"] == "emergency"  # the first of the fresh conversation
    later = talk(visitor, 20)
    assert statistics.median(later) < 2 * statistics.median(took[:20]) + 0.05
