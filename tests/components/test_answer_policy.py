"""What the policy sees of a conversation: the turn that it is in the middle of."""

import pytest
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, BotUttered, SlotSet, UserUttered

from components.answer_policy import turn_of
from components.next_step import Turn

BOTH = UserUttered("what is it and what does it cost", parse_data={"topics": ["what_is_naltrexone", "cost"]})
DANGER = UserUttered("...", parse_data={"topics": ["cost", "forms"], "safety": {"tier": "escalate"}})
PLAIN = UserUttered("hello", parse_data={})


@pytest.mark.parametrize(
    "events, turn",
    [
        ([], Turn([], [], False, False)),
        ([PLAIN], Turn([], [], False, False)),
        ([BOTH], Turn(["what_is_naltrexone", "cost"], [], False, False)),
        (
            [BOTH, ActionExecuted("utter_cost"), BotUttered("...")],
            Turn(["what_is_naltrexone", "cost"], ["utter_cost"], True, False),
        ),
        (
            [BOTH, ActionExecuted("utter_cost"), BotUttered("..."), ActionExecuted("action_listen"), PLAIN],
            Turn([], [], False, False),
        ),
        (
            [DANGER, ActionExecuted("utter_escalate_liver"), BotUttered("...")],
            Turn([], ["utter_escalate_liver"], True, False),
        ),
        ([PLAIN, ActionExecutionRejected("action_clarify")], Turn([], [], False, True)),
        (
            [PLAIN, ActionExecutionRejected("action_clarify"), ActionExecuted("utter_out_of_scope"), BotUttered("...")],
            Turn([], ["utter_out_of_scope"], True, False),
        ),
        (
            [PLAIN, ActionExecuted("action_escalate"), SlotSet("escalation", {})],
            Turn([], ["action_escalate"], False, False),
        ),
    ],
)
def test_the_turn_so_far(events, turn):
    assert turn_of(events) == turn
