"""The gate in Rasa: trained on a little of everything, it raises danger, leaves the rest, and never starts broken."""

import random
import shutil

import pytest
import yaml
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.config import ROOT
from components.safety.lexicon_file import LexiconError
from components.safety.tiers import KINDS, danger_of
from components.safety_gate import SafetyGate, all_dangers, danger_before, escalating_topics, known_words
from evaluation.content import read_examples

TAUGHT = {*(f"{tier}_{kind}" for tier, kinds in KINDS.items() for kind in kinds), "liver_tests", "cost", "out_of_scope"}
RESOURCE, CONTEXT = Resource("gate"), ExecutionContext(GraphSchema({}))
STRICT = {"whole": {"escalate": 0.9, "emergency": 0.9}, "clause": {"escalate": 0.95, "emergency": 0.95}}


@pytest.fixture(scope="module")
def training_data():
    """Ten examples of each kind of danger and of three other topics."""
    examples, draw = read_examples(ROOT / "data" / "nlu.yml"), random.Random(5)
    return TrainingData(
        [
            Message.build(text=example.text, intent=intent)
            for intent in sorted(TAUGHT)
            for example in draw.sample([e for e in examples if e.label == intent], 10)
        ]
    )


@pytest.fixture(scope="module")
def trained(training_data, tmp_path_factory):
    """The folder of a model that holds a trained gate."""
    folder = tmp_path_factory.mktemp("model")
    SafetyGate.create(STRICT, LocalModelStorage(folder), RESOURCE, CONTEXT).train(training_data)
    return folder


@pytest.fixture(scope="module")
def gate(trained):
    return SafetyGate.load(STRICT, LocalModelStorage(trained), RESOURCE, CONTEXT)


def processed(gate, text, intent="cost", tracker=None):
    guess = {"name": intent, "confidence": 0.4}
    message = Message({"text": text, "intent": guess, "intent_ranking": [guess]})
    gate.process([message], tracker)
    return message


@pytest.mark.parametrize(
    "text, intent",
    [
        ("he isnt breathing", "emergency_overdose"),
        ("WHAT DOES IT COST and my eyes are yellow", "escalate_liver"),
        ("f3ntanyl", "escalate_opioid_use"),
    ],
)
def test_danger_is_raised_and_what_it_overrides_is_kept(gate, text, intent):
    message = processed(gate, text)
    assert message.get("intent") == {"name": intent, "confidence": 1.0}
    assert [guess["name"] for guess in message.get("intent_ranking")] == [intent, "cost"]
    assert danger_of(intent) == (message.get("safety")["tier"], message.get("safety")["kind"])
    assert message.get("safety")["source"].startswith("rule:")


@pytest.mark.parametrize("text", ["what does it cost", "", "  ", "Liverpool won", None])
def test_the_rest_passes_untouched(gate, text):
    message = processed(gate, text)
    assert message.get("intent") == {"name": "cost", "confidence": 0.4}
    assert message.get("safety") is None


@pytest.mark.parametrize("name", ["known.txt", "safety.yml", "dangers.yml", "topics.npz"])
def test_a_gate_with_a_missing_file_does_not_start(trained, tmp_path, name):
    shutil.copytree(trained, tmp_path, dirs_exist_ok=True)
    (tmp_path / "gate" / name).unlink()
    with pytest.raises((OSError, LexiconError)):
        SafetyGate.load(STRICT, LocalModelStorage(tmp_path), RESOURCE, CONTEXT)


def test_a_broken_lexicon_stops_the_training_with_file_and_line(training_data, tmp_path):
    (tmp_path / "broken.yml").write_text("entries:\n- id: a\n  tier: alarm\n", encoding="utf-8")
    gate = SafetyGate.create({"lexicon": str(tmp_path / "broken.yml")}, LocalModelStorage(tmp_path), RESOURCE, CONTEXT)
    with pytest.raises(InvalidConfigException, match=r"broken\.yml:2"):
        gate.train(training_data)


def test_a_missing_kind_stops_the_training(training_data, tmp_path):
    fewer = TrainingData([m for m in training_data.intent_examples if m.get("intent") != "emergency_seizure"])
    with pytest.raises(InvalidConfigException, match="emergency_seizure"):
        SafetyGate.create({}, LocalModelStorage(tmp_path), RESOURCE, CONTEXT).train(fewer)


def test_the_danger_of_the_message_before():
    parse = {"safety": {"tier": "emergency", "kind": "suicide"}}
    tracker = DialogueStateTracker.from_events("visitor", [UserUttered("...", parse_data=parse)])
    assert danger_before(tracker) == parse["safety"]
    assert danger_before(None) == danger_before(DialogueStateTracker.from_events("visitor", [])) == {}


def test_which_intents_are_danger(tmp_path):
    responses = {"utter_liver_tests": [{"metadata": {"kind": "answer", "escalate": "liver"}}], "utter_greet": [{}]}
    (tmp_path / "domain.yml").write_text(yaml.safe_dump({"responses": responses}), encoding="utf-8")
    escalating = escalating_topics(tmp_path / "domain.yml")
    assert all_dangers(["greet", "liver_tests", "emergency_seizure"], escalating) == {
        "liver_tests": ("escalate", "liver"),
        "emergency_seizure": ("emergency", "seizure"),
    }


def test_words_that_harmless_people_use_often_are_known():
    assert known_words(["The cost?", "the COST", "cost cost, don't", "a cost"]) == {"cost"}
