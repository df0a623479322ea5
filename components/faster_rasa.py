"""What Rasa 3.6 does slowly with every message, done faster and with the same result (the tests compare both).

- A message is understood in a thread, so that two visitors are served by two processors: the encoder and numpy release
  the interpreter's lock. The order within one conversation is kept by Rasa's own lock around the whole turn.
- The graph of components is a fixed list of calls, for which Rasa asks dask to plan anew four times a message.
- Of a hundred rules RulePolicy compares every one; only those for the last action and the visitor's intent can fit.
  First it looks for rules on the visitor's exact words, even where no rule has any.
- Whether a topic is in the domain `make check` has proved; Rasa builds an empty domain for each message to ask so.
"""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, Iterator, List, Optional, Set, Text, Tuple

from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT

THREADS = max(2, os.cpu_count() or 2)
Lookup = Dict[Text, Any]
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="understand")
_rasas_run, _rasas_possible_keys = DaskGraphRunner.run, RulePolicy._get_possible_keys
_rasas_find_action = RulePolicy._find_action_from_rules
Found = Tuple[Optional[Text], Optional[Text], bool]


def make_rasa_faster() -> None:
    """Replaces the four functions for this process; again is harmless."""
    MessageProcessor.parse_message = parse_message
    DaskGraphRunner.run = run
    RulePolicy._get_possible_keys = possible_keys
    RulePolicy._find_action_from_rules = find_action


async def parse_message(
    processor: MessageProcessor,
    message: Any,
    tracker: Optional[DialogueStateTracker] = None,
    only_output_properties: bool = True,
) -> Dict[Text, Any]:
    """In place of MessageProcessor.parse_message: the graph runs in a thread; what it raises is raised here."""
    if processor.http_interpreter:
        parsed = await processor.http_interpreter.parse(message)
    else:
        tracker = tracker or DialogueStateTracker.from_events(message.sender_id, [])
        arguments = (message, tracker, only_output_properties)
        loop = asyncio.get_running_loop()
        parsed = await loop.run_in_executor(_pool, processor._parse_message_with_graph, *arguments)
    processor._update_full_retrieval_intent(parsed)
    return parsed


def run(
    runner: DaskGraphRunner, inputs: Optional[Dict[Text, Any]] = None, targets: Optional[List[Text]] = None
) -> Dict[Text, Any]:
    """In place of DaskGraphRunner.run, where targets are named, as they are for a message and not in training."""
    if not targets:
        return _rasas_run(runner, inputs, targets)
    plans = runner.__dict__.setdefault("_plans", {})
    key = tuple(targets)
    if key not in plans:
        plans[key] = list(_order(runner._graph_schema.minimal_graph_schema(targets)))
    results: Dict[Text, Any] = {name: name for name, _ in plans[key]}  # whose names no input may have
    runner._add_inputs_to_graph(inputs, results)
    try:
        for name, needs in plans[key]:
            results[name] = runner._instantiated_nodes[name](*(results.get(need, need) for need in needs))
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return dict(results[target] for target in targets)


def _order(schema: GraphSchema) -> Iterator[Tuple[Text, List[Text]]]:
    """The nodes and what each needs, in an order in which they can run."""
    placed: Set[Text] = set()

    def place(name: Text) -> Iterator[Tuple[Text, List[Text]]]:
        if name in placed or name not in schema.nodes:  # an input is no node
            return
        placed.add(name)
        needs = list(schema.nodes[name].needs.values())
        for need in needs:
            yield from place(need)
        yield name, needs

    for name in schema.nodes:
        yield from place(name)


def possible_keys(policy: RulePolicy, lookup: Lookup, states: List[Dict[Text, Any]]) -> Set[Text]:
    """In place of RulePolicy._get_possible_keys: the rules that fit `states`."""
    if not states:
        return _rasas_possible_keys(policy, lookup, states)
    known = policy.__dict__.get("_by_last_state", {}).get(id(lookup))
    if known is None or known[0] is not lookup or known[1] != len(lookup):
        known = (lookup, len(lookup), _by_last_state(policy, lookup))
        policy.__dict__.setdefault("_by_last_state", {})[id(lookup)] = known
    action, intent = _action_and_intent(states[-1])
    fitting = {key: lookup[key] for place in {(action, intent), (action, None)} for key in known[2].get(place, ())}
    return _rasas_possible_keys(policy, fitting, states)


def find_action(
    policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
) -> Found:
    """In place of RulePolicy._find_action_from_rules: asks for rules on words only where there are some."""
    if use_text_for_last_user_input and not _has_rules_on_words(policy.lookup):
        return None, None, False
    return _rasas_find_action(policy, tracker, domain, use_text_for_last_user_input)


def _has_rules_on_words(lookup: Lookup) -> bool:
    """Whether any rule names what a visitor says; keys are JSON, with `"user": {"text": …}` in such a rule."""
    return any(f'"{TEXT}": ' in key for rules in lookup.values() for key in rules)


def _by_last_state(policy: RulePolicy, lookup: Lookup) -> Dict[Tuple[Any, Any], List[Text]]:
    found: Dict[Tuple[Any, Any], List[Text]] = defaultdict(list)
    for key in lookup:
        found[_action_and_intent(policy._rule_key_to_state(key)[-1])].append(key)
    return found


def _action_and_intent(state: Dict[Text, Any]) -> Tuple[Any, Any]:
    return (state.get("prev_action") or {}).get("action_name"), (state.get("user") or {}).get("intent")
