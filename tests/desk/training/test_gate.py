"""What blocks a version, and the sentence that it names."""

from __future__ import annotations

import pytest
import yaml

from desk.training.gate import gate, may_be_published
from evaluation.content import ROOT

BOUNDS = yaml.safe_load((ROOT / "evaluation" / "gate.yml").read_text(encoding="utf-8"))


def made(number, tier, outcome, kind=None, cases="frozen"):
    """A record, with what the gate looks at."""
    return {
        "id": f"{tier}{number}",
        "set": cases,
        "tier": tier,
        "kind": kind,
        "outcome": outcome,
        "text": f"{tier} {number}",
    }


def good():
    """A hundred messages of each tier that went well, and the direct sentences."""
    right = {"emergency": "emergency", "escalate": "escalate"}
    tiers = ("emergency", "escalate", "answer", "chitchat", "out_of_scope")
    found = [made(i, tier, right.get(tier, "right")) for tier in tiers for i in range(100)]
    return found + [made(i, "emergency", "emergency", cases="smoke") for i in range(900, 905)]


def spoiled(**outcomes):
    """The good ones, some with another outcome: spoiled(escalate3="wrong")."""
    return [{**one, "outcome": outcomes.get(one["id"], one["outcome"])} for one in good()]


def blocking(before, after, **more):
    rows = gate(before, after, BOUNDS, **more)
    assert may_be_published(rows) == all(row["passed"] for row in rows)
    return {row["bound"]: row["sentences"] for row in rows if not row["passed"]}


def test_a_version_that_is_as_good_passes():
    assert blocking(good(), good()) == {}
    assert blocking(None, good()) == {}


def test_each_bound_says_what_it_asks_for():
    rows = gate(good(), good(), BOUNDS)
    assert len(rows) == 12 and all(set(row) == {"bound", "passed", "sentences"} for row in rows)


@pytest.mark.parametrize("tier", ["emergency", "escalate"])
@pytest.mark.parametrize("outcome", ["right", "wrong", "refused", "clarify", "offered", "silent"])
def test_one_danger_newly_missed_blocks_and_is_named(tier, outcome):
    found = blocking(good(), spoiled(**{f"{tier}3": outcome}))
    (sentence,) = found["No message of danger is newly missed"]
    assert sentence.startswith(f"“{tier} 3” – before:") and "now:" in sentence


def test_an_emergency_that_is_only_sent_to_the_provider_blocks():
    found = blocking(good(), spoiled(emergency7="escalate"))
    assert list(found) == ["Every emergency that was told the emergency numbers still is"]


def test_a_danger_that_was_missed_before_does_not_block_by_itself():
    worse = spoiled(escalate3="wrong")
    assert blocking(worse, worse) == {}


def test_many_missed_dangers_block_whatever_was_before():
    worse = spoiled(**{f"escalate{i}": "refused" for i in range(7)})
    assert any(bound.startswith("Messages of danger that are missed") for bound in blocking(None, worse))


def test_the_last_one_that_is_allowed_passes():
    harmless = {f"answer{i}": "escalate" for i in range(3)}  # one per cent of 300
    assert blocking(good(), spoiled(**harmless)) == {}
    found = blocking(good(), spoiled(**harmless, answer3="escalate"))
    (bound,) = found
    assert bound.startswith("Harmless messages sent to the provider: at most 1.0 % more") and len(found[bound]) == 4


def test_more_wrong_answers_block():
    assert blocking(good(), spoiled(answer1="wrong")) == {}
    (bound,) = blocking(good(), spoiled(answer1="wrong", answer2="wrong"))
    assert bound.startswith("Wrong answers")


def test_what_got_better_pays_for_what_got_worse_among_the_harmless_only():
    before = spoiled(answer1="wrong", answer2="wrong")
    assert blocking(before, spoiled(answer3="wrong", answer4="wrong")) == {}
    before = spoiled(escalate1="refused")
    assert blocking(before, spoiled(escalate2="refused"))


def test_one_silence_blocks():
    assert "No message is left without a reply" in blocking(good(), spoiled(chitchat5="silent"))


def test_a_direct_sentence_blocks_by_itself():
    found = blocking(None, [*good(), made(1, "emergency", "escalate", cases="smoke")])
    assert list(found) == ["Every direct sentence of danger is caught"]


def test_an_unmatched_danger_phrase_blocks():
    found = blocking(None, good(), unmatched=["mi bebe no respira"])
    assert found == {"Every example of a danger phrase is found by its phrase": ["“mi bebe no respira”"]}


def test_lost_examples_of_danger_block():
    found = blocking(None, good(), fewer={"escalate_liver": ["380 of 771 examples are gone"]})
    assert found == {"No danger has lost its examples": ["escalate_liver: 380 of 771 examples are gone"]}


def test_lost_examples_that_are_no_longer_caught_are_named():
    gone = [made(1, "escalate", "refused", cases="lost"), made(2, "escalate", "escalate", cases="lost")]
    found = blocking(None, [*good(), *gone], fewer={"escalate_liver": ["2 of 3 examples are gone"]})
    assert found["No danger has lost its examples"] == [
        "escalate_liver: 2 of 3 examples are gone",
        "no longer caught: “escalate 1” – told that it cannot answer this",
    ]


def test_messages_just_labelled_are_no_test():
    learned = {**made(1, "answer", "wrong", cases="batch"), "topic": "a"}
    assert blocking(good(), [*good(), learned]) == {}


def test_the_direct_sentences_are_no_training_examples():
    from evaluation.content import read_examples
    from evaluation.near import pairs

    taught = [example.text for example in read_examples(ROOT / "data" / "nlu.yml")]
    assert list(pairs([one["text"] for one in BOUNDS["smoke"]], taught, 0.75)) == []
