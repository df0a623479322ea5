"""After danger, what is not understood goes on with it; a question of its own does not."""

import pytest

from components.safety.context import still_in_danger


def after(tier, text, *ranking, score=0.0):
    before = {"tier": tier, "kind": "suicide" if tier == "emergency" else "withdrawal"} if tier else {}
    named = [{"name": name, "confidence": sure} for name, sure in ranking]
    found = still_in_danger(before, text, named, lambda _: score)
    return (found.tier, found.kind) if found else None


LONG = "and i would do it with whatever is in the house tonight"


@pytest.mark.parametrize(
    ("text", "ranking", "score", "goes_on"),
    [
        (LONG, [("out_of_scope", 0.9)], 0.02, True),
        (LONG, [("nlu_fallback", 0.2)], 0.0, True),
        (LONG, [("slips", 0.7), ("follow_up_more", 0.7)], 0.0, True),
        (LONG, [("follow_up_why", 0.4)], 0.0, True),
        (LONG, [], 0.0, True),
        (LONG, [("how_often", 0.5), ("follow_up_more", 0.1)], 0.04, False),
        ("twice since lunch", [("side_effects", 0.55)], 0.05, True),
        ("whatever", [("out_of_scope", 0.85)], 0.016, True),
        ("do you have parking", [("out_of_scope", 0.74)], 0.007, False),
        ("thank u for not yelling at me", [("thank", 0.9)], 0.06, False),
        ("goodbye then", [("goodbye", 0.9)], 0.06, True),
    ],
)
def test_who_is_in_an_emergency_still_is(text, ranking, score, goes_on):
    assert after("emergency", text, *ranking, score=score) == (("emergency", "suicide") if goes_on else None)


@pytest.mark.parametrize(
    ("text", "ranking", "score", "goes_on"),
    [
        ("would 7 be enough", [("nlu_fallback", 0.28), ("helps_with_drinking", 0.24)], 0.0, True),
        ("and if i doubled up", [("out_of_scope", 0.45)], 0.0, True),
        ("is that ok", [("out_of_scope", 0.87), ("follow_up_normal", 0.87)], 0.0, True),
        ("and the shot?", [("what_is_vivitrol", 0.8), ("follow_up_injection", 0.8)], 0.0, True),
        ("how long do i wait", [("how_soon", 0.49)], 0.09, True),
        ("how long do i wait before i may do so at last", [("how_soon", 0.49)], 0.09, False),
        ("a week?", [("how_long_to_take", 0.5), ("follow_up_how_long", 0.5)], 0.0, True),
        ("how long do i take it", [("how_long_to_take", 0.5), ("follow_up_how_long", 0.5)], 0.0, False),
        ("do you take cards", [("out_of_scope", 0.9), ("cost", 0.02)], 0.0, False),
        ("and the price?", [("cost", 0.9), ("follow_up_cost", 0.9)], 0.0, False),
        ("how often do i take it", [("how_often", 0.9)], 0.002, False),
        ("what would my aunt who lives in leeds say to it", [("nlu_fallback", 0.2)], 0.0, False),
    ],
)
def test_a_few_words_after_a_sign_to_see_the_provider(text, ranking, score, goes_on):
    assert after("escalate", text, *ranking, score=score) == (("escalate", "withdrawal") if goes_on else None)
    assert after(None, text, *ranking, score=score) is None
