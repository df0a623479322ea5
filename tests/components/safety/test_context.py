"""After danger, what is not understood goes on with it; a question of its own does not."""

import pytest

from components.safety.context import still_in_danger


def after(tier, text, *ranking):
    before = {"tier": tier, "kind": "suicide" if tier == "emergency" else "withdrawal"} if tier else {}
    found = still_in_danger(before, text, [{"name": name, "confidence": sure} for name, sure in ranking])
    return (found.tier, found.kind) if found else None


@pytest.mark.parametrize("intent", ["out_of_scope", "nlu_fallback"])
def test_who_is_in_an_emergency_still_is(intent):
    said = "and i would do it with whatever is in the house tonight"
    assert after("emergency", said, (intent, 0.9)) == ("emergency", "suicide")
    assert after("emergency", "thanks", ("thank", 0.9)) is None


@pytest.mark.parametrize(
    ("text", "ranking", "goes_on"),
    [
        ("would 7 be enough", [("nlu_fallback", 0.28), ("helps_with_drinking", 0.24)], True),
        ("and if i doubled up", [("out_of_scope", 0.45)], True),
        ("is that ok", [("out_of_scope", 0.87), ("follow_up_normal", 0.87)], True),
        ("do you take cards", [("out_of_scope", 0.9), ("cost", 0.02)], False),
        ("how often do i take it", [("how_often", 0.9)], False),
        ("what would my aunt who lives in leeds say to it", [("nlu_fallback", 0.2)], False),
    ],
)
def test_a_few_words_after_a_sign_to_see_the_provider(text, ranking, goes_on):
    assert after("escalate", text, *ranking) == (("escalate", "withdrawal") if goes_on else None)
    assert after(None, text, *ranking) is None


def test_without_any_ranking_nothing_is_understood():
    assert after("emergency", "...") == ("emergency", "suicide")
