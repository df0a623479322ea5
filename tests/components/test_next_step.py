"""What the bot does beyond the rules."""

import pytest

from components.next_step import Turn, next_step

BOTH = ("cost", "forms")


def turn(*done, topics=(), spoke=True, rejected=False):
    return Turn(topics, done, spoke, rejected)


@pytest.mark.parametrize(
    "so_far, action",
    [
        (turn(spoke=False), None),
        (turn("utter_greet"), None),
        (turn("action_listen"), None),
        (turn("utter_cost"), None),
        (turn(topics=BOTH, spoke=False), None),
        (turn("utter_cost", topics=BOTH), "utter_forms"),
        (turn("utter_cost", "utter_forms", topics=BOTH), "action_listen"),
        (turn("utter_escalate_liver", topics=BOTH), None),
        (turn("utter_cost", topics=("cost",)), None),
    ],
)
def test_the_second_answer_follows_the_first(so_far, action):
    assert next_step(so_far) == action


@pytest.mark.parametrize(
    "so_far, action",
    [
        (turn("action_clarify", spoke=False), "utter_out_of_scope"),
        (turn("action_sources", spoke=False), "utter_out_of_scope"),
        (turn("action_clarify"), None),
        (turn("action_contact", spoke=False), None),
        (turn("utter_out_of_scope"), None),
        (turn("action_clarify", "utter_out_of_scope"), "action_listen"),
    ],
)
def test_an_action_that_said_nothing_is_followed_by_words(so_far, action):
    assert next_step(so_far) == action


@pytest.mark.parametrize(
    "so_far, action",
    [
        (turn("utter_escalate_liver", rejected=True), "action_listen"),
        (turn(spoke=False, rejected=True), "utter_out_of_scope"),
        (turn("utter_cost", topics=BOTH, rejected=True), "action_listen"),
    ],
)
def test_after_a_rejected_action_no_fallback_follows_what_was_said(so_far, action):
    assert next_step(so_far) == action


@pytest.mark.parametrize("topics", [(), BOTH])
@pytest.mark.parametrize("rejected", [False, True])
def test_no_turn_goes_round_in_circles(topics, rejected):
    done, spoke = ["action_clarify"], False
    for _ in range(5):
        action = next_step(Turn(topics, done, spoke, rejected))
        if action in (None, "action_listen"):
            break
        done, spoke, rejected = [*done, action], True, False
    else:
        pytest.fail(f"never listens: {done}")
