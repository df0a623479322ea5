"""Which turns are worth a person's minute."""

from __future__ import annotations

import pytest

from desk.review.reasons import disagrees, is_rephrased, reasons_for, weight_of

SURE = {"text": "how long does it last", "tier": "answer", "confidence": 0.8, "margin": 0.5, "at": 100.0}


def test_a_sure_answer_is_not_worth_a_minute():
    assert reasons_for(SURE) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"confidence": 0.2}, "low_confidence"),
        ({"margin": 0.01}, "small_margin"),
        ({"tier": "clarify"}, "clarify"),
        ({"tier": "out_of_scope"}, "out_of_scope"),
        ({"thumb": "down"}, "thumbs_down"),
        ({"tier": "escalate", "safety": {"found": ["escalate_liver:rule:a", "escalate_liver:model"]}}, "escalated"),
        ({"tier": "escalate", "safety": {"found": ["escalate_liver:rule:a"]}}, "disagree"),
    ],
)
def test_each_reason(change, reason):
    assert reasons_for({**SURE, **change}) == [reason]


def test_the_heaviest_reason_comes_first():
    assert reasons_for({**SURE, "tier": "clarify", "thumb": "down"}) == ["thumbs_down", "clarify"]


def test_a_pressed_button_and_an_empty_text_are_nothing_to_review():
    assert reasons_for({**SURE, "choice": "side_effects", "tier": "clarify"}) == []
    assert reasons_for({**SURE, "text": " ", "tier": "clarify"}) == []


def test_the_same_question_right_after_an_answer():
    again = {**SURE, "at": 130.0, "text": "no i mean how long in my body"}
    assert is_rephrased(SURE, again, 0.8)
    assert not is_rephrased(SURE, {**again, "at": 1000.0}, 0.8)
    assert not is_rephrased(SURE, again, 0.2)
    assert not is_rephrased({**SURE, "tier": "clarify"}, again, 0.8)


def test_rule_and_detector_disagree():
    assert disagrees({"found": ["escalate_liver:model"]})
    assert not disagrees({"found": []})


def test_more_of_the_same_weighs_more_but_less_each_time():
    one, two, three = (weight_of({"clarify": number}) for number in (1, 2, 3))
    assert one < two < three and three - two < two - one


def test_what_a_person_can_mend_comes_before_a_hundred_certain_escalations():
    certain, unsure_answer = weight_of({"escalated": 400}), weight_of({"low_confidence": 1})
    disagree, complaint = weight_of({"disagree": 1}), weight_of({"thumbs_down": 1})
    assert 0 < certain < unsure_answer < disagree < complaint


def test_a_few_doubts_among_many_certain_escalations_weigh_little():
    assert weight_of({"disagree": 3, "escalated": 60}) < weight_of({"low_confidence": 1})
    assert weight_of({"thumbs_down": 1, "escalated": 1}) > weight_of({"thumbs_down": 1})
