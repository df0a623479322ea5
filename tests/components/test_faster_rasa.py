"""The functions that stand in for Rasa's own give what Rasa's give, and understand two messages at once."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.engine.exceptions import GraphComponentException, GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner

from components.faster_rasa import (
    _has_rules_on_words,
    _rasas_possible_keys,
    _rasas_run,
    find_action,
    make_rasa_faster,
    parse_message,
    possible_keys,
    run,
)


class Joined(GraphComponent):
    """Joins what it is given, in brackets."""

    @classmethod
    def create(cls, config, model_storage, resource, execution_context) -> Joined:
        return cls()

    def join(self, one: str, other: str = "") -> str:
        if one == "broken":
            raise ValueError("broken")
        return f"({one}{other})"


def node(**needs: str) -> SchemaNode:
    return SchemaNode(needs=needs, uses=Joined, constructor_name="create", fn="join", config={}, eager=True)


@pytest.fixture(scope="module")
def runner() -> DaskGraphRunner:
    # "last" comes first, "unused" is for no target of ours
    nodes = {
        "last": node(one="b", other="a"),
        "b": node(one="a", other="said"),
        "a": node(one="said"),
        "unused": node(one="b"),
    }
    return DaskGraphRunner.create(GraphSchema(nodes), None, ExecutionContext(GraphSchema({})))


@pytest.mark.parametrize("targets", [["last"], ["b"], ["a", "last"]])
def test_the_graph_gives_what_rasas_gives(runner, targets):
    inputs = {"said": "x"}
    assert run(runner, inputs, targets) == _rasas_run(runner, inputs, targets)


def test_the_graph_names_its_errors_as_rasa_does(runner):
    for either in (run, _rasas_run):
        with pytest.raises(GraphComponentException, match="node a"):
            either(runner, {"said": "broken"}, ["last"])
    with pytest.raises(GraphRunError, match="clashes"):
        run(runner, {"said": "a"}, ["last"])


def state(action: str | None, intent: str | None = None, **more: Any) -> dict:
    previous = {"prev_action": {"action_name": action}} if action else {}
    return {**previous, **({"user": {"intent": intent}} if intent else {}), **more}


STATES = [
    {},
    *(state(action, intent) for action in ("action_listen", "utter_a") for intent in ("a", "b", None)),
    state("action_listen", "a", slots={"asked": (1.0,)}),
    state("action_listen", "a", slots={"asked": "should_not_be_set"}),
    {"prev_action": {"action_name": "action_listen"}, "user": {"text": "hello"}},
    {"prev_action": {"action_text": "hello"}},
]


def test_the_same_rules_fit():
    sequences = [*itertools.product(STATES, repeat=1), *itertools.product(STATES, repeat=2)]
    lookup = {json.dumps(states, sort_keys=True): "utter_a" for states in sequences}
    policy = RulePolicy.__new__(RulePolicy)
    fitting = [possible_keys(policy, lookup, list(states)) for states in [(), *sequences]]
    assert fitting == [_rasas_possible_keys(policy, lookup, list(states)) for states in [(), *sequences]]
    lookup[json.dumps([state("utter_new")])] = "utter_b"  # rules that come later count, too
    assert possible_keys(policy, lookup, [state("utter_new")]) == _rasas_possible_keys(
        policy, lookup, [state("utter_new")]
    )


def processor(parse) -> Any:
    return SimpleNamespace(
        http_interpreter=None, _parse_message_with_graph=parse, _update_full_retrieval_intent=lambda data: None
    )


def test_two_messages_are_understood_at_once():
    both = threading.Barrier(2, timeout=5)

    def parse(message, tracker, only_output_properties):
        both.wait()
        return {"text": message.text, "sender": tracker.sender_id}

    async def scenario():
        messages = [SimpleNamespace(text=text, sender_id=text) for text in "ab"]
        return await asyncio.gather(*(parse_message(processor(parse), message) for message in messages))

    assert asyncio.run(scenario()) == [{"text": "a", "sender": "a"}, {"text": "b", "sender": "b"}]


def test_the_loop_goes_on_and_an_error_is_raised_where_rasa_raises_it():
    def parse(*_):
        time.sleep(0.3)
        raise ValueError("broken")

    async def scenario():
        task = asyncio.ensure_future(parse_message(processor(parse), SimpleNamespace(text="a", sender_id="a")))
        ticks = 0
        while not task.done():
            await asyncio.sleep(0.01)
            ticks += 1
        with pytest.raises(ValueError, match="broken"):
            task.result()
        return ticks

    assert asyncio.run(scenario()) > 5


def test_rules_on_words_are_looked_for_where_there_are_some():
    on_topics = {"rules": {json.dumps([state("utter_a"), {"user": {"intent": 'say "text": now'}}]): "utter_a"}}
    on_words = {"rules": {json.dumps([{"user": {"text": "hello"}}]): "utter_a"}}
    assert not _has_rules_on_words(on_topics) and _has_rules_on_words(on_words)


def test_all_four_are_in_place():
    make_rasa_faster()
    assert RulePolicy._find_action_from_rules is find_action
    assert MessageProcessor.parse_message is parse_message
    assert DaskGraphRunner.run is run and RulePolicy._get_possible_keys is possible_keys
