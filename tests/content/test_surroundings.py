"""What stands around a sign of danger must not excuse it: an `unless` line that reaches too far silences people."""

from __future__ import annotations

import pytest

from components.safety.lexicon_file import load_lexicon
from components.safety.tiers import EMERGENCY
from evaluation.content import ROOT

AROUND = [
    "we are in the car and {}",
    "so i take naltrexone and {}",
    "{} at work",
    "{} after dinner",
    "{} with wine",
    "{} on the phone with me",
    "{} right now",
    "{} and i take naltrexone for drinking",
]
MOST_LOST = 0.02  # a few bare words ("overdose") mean something else in a sentence; the detector reads those


@pytest.mark.parametrize("around", AROUND)
def test_an_emergency_is_one_in_any_surroundings(around):
    lexicon = load_lexicon(ROOT / "data" / "safety.yml")
    emergencies = [entry for entry in lexicon.entries if entry.tier == EMERGENCY]
    said = [around.format(text.rstrip(".!?")) for entry in emergencies for text in entry.must_match]
    lost = [text for text in said if not any(found.tier == EMERGENCY for found in lexicon.findings(text))]
    assert len(lost) <= MOST_LOST * len(said), lost
