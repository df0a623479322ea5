"""Guards where two files must agree: topics, rules, follow-ups, danger replies, emergency numbers."""

from __future__ import annotations

import re
from typing import Any, Iterable

from components.safety.tiers import EMERGENCY, KINDS
from evaluation.content import ROOT, Content, Problem, read_yaml

BUILT_IN = {"nlu_fallback"}  # Rasa's own intent
DANGERS = {f"{tier}_{kind}": tier for tier, kinds in KINDS.items() for kind in kinds}
_NUMBER = re.compile(r"(?<![\d-])(?:1-)?\d{3}(?:-\d{3}-\d{4})?(?![\d-])")


def topics(content: Content) -> list[Problem]:
    """Every intent has examples and leads somewhere, and nothing refers to what does not exist."""
    intents, taught = set(content.domain["intents"]), {example.label for example in content.examples}
    leading = set(content.rules) | set(content.follow_ups)
    answered = {f"utter_{topic}" for topic in content.answers} - {f"utter_{intent}" for intent in intents}
    return [
        *_each("data/nlu.yml", "has examples for {}, which domain.yml does not list", taught - intents),
        *_each("data/nlu.yml", "has no examples for {}", intents - taught),
        *_each("data/rules.yml", "has no rule for {}", intents - leading),
        *_each(
            "data/rules.yml",
            "has a rule for {}, which domain.yml does not list",
            set(content.rules) - intents - BUILT_IN,
        ),
        *_each("domain.yml", "lists an intent for no answer {}", answered),
        *_each("domain.yml", "has a button for {}, which is no intent", set(_payloads(content)) - intents),
    ]


def rules(content: Content) -> list[Problem]:
    """Every rule's action exists, and every topic's rule says its answer."""
    actions = set(content.domain["actions"]) | set(content.responses)
    used = {action for steps in content.rules.values() for action in steps}
    silent = {topic for topic in content.answers if f"utter_{topic}" not in content.rules.get(topic, ())}
    return [
        *_each("data/rules.yml", "names {}, which domain.yml does not have", used - actions),
        *_each("data/rules.yml", "never says the answer of {}", silent),
        *_each("domain.yml", "has {}, which nothing ever says", set(content.responses) - used - _said_by_code()),
    ]


def follow_ups(content: Content) -> list[Problem]:
    """Each follow-up has a row or a rule, and its table only names topics."""
    intents, file = set(content.domain["intents"]), "data/follow_ups.yml"
    known = {intent for intent in intents if intent in content.rules}
    asked = {intent for intent in intents if intent.startswith("follow_up_")}
    rows = content.follow_ups
    targets = {topic for row in rows.values() for topic in (row["otherwise"], *(row.get("after") or {}).values())}
    before = {topic for row in rows.values() for topic in row.get("after") or {}}
    return [
        *_each(file, "has a row for {}, which is no intent", set(rows) - intents),
        *_each(file, "has no row for {}, and no rule has", asked - set(rows) - set(content.rules)),
        *_each(file, "leads to {}, which is no topic", targets - known),
        *_each(file, "waits for {}, which has no answer", before - set(content.answers)),
    ]


def dangers(content: Content) -> list[Problem]:
    """Every kind of danger has an intent, a reply, and a rule that says this reply before anything else."""
    found = []
    for intent in DANGERS:
        found += _each("domain.yml", "lists no intent {}", {intent} - set(content.domain["intents"]))
        found += _each("domain.yml", "has no response {}", {f"utter_{intent}"} - set(content.responses))
        found += _says_first(content, intent, f"utter_{intent}")
    for topic, answer in content.answers.items():
        if "escalate" in answer:
            found += _says_first(content, topic, f"utter_escalate_{answer['escalate']}")
    return found


def _says_first(content: Content, intent: str, line: str) -> Iterable[Problem]:
    if content.rules.get(intent, [""])[:1] != [line]:
        yield Problem("data/rules.yml", f"the rule for {intent} must begin with {line}")


def numbers(content: Content) -> list[Problem]:
    """Emergency replies begin with a number, and domain.yml and clinic.yml know the same ones."""
    ours = {str(number) for number in content.clinic["emergency"].values()}
    said: set[str] = set()
    found = []
    for name, variants in content.responses.items():
        here = set(_NUMBER.findall(" ".join(str(variant.get("text")) for variant in variants)))
        emergency = name.removeprefix("utter_") in DANGERS and name.startswith(f"utter_{EMERGENCY}_")
        if emergency and not _NUMBER.search(re.split(r"(?<=[.!?]) ", variants[0]["text"])[0]):
            found.append(Problem("domain.yml", f"{name} must begin with the number to call"))
        if variants[0]["metadata"]["kind"] != "answer":
            found += _each("domain.yml", f"{name} says {{}}, which is not in clinic.yml", here - ours)
            said |= here
    return found + _each("clinic.yml", "has the number {}, which no reply in domain.yml says", ours - said)


def _each(file: str, what: str, names: Iterable[Any]) -> list[Problem]:
    return [Problem(file, what.format(name)) for name in sorted(names)]


def _payloads(content: Content) -> Iterable[str]:
    """The intents behind all buttons of the domain."""
    for variants in content.responses.values():
        for variant in variants:
            yield from (button["payload"].removeprefix("/") for button in variant.get("buttons") or [])


def _said_by_code() -> set[str]:
    """The responses that Python names, as far as domain.yml has to know: custom actions, policies, and config.yml."""
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("actions", "components", "channels")
        for path in sorted((ROOT / folder).rglob("*.py"))
    ) + str(read_yaml(ROOT / "config.yml"))
    named = set(re.findall(r"utter_\w+", text))
    return named | {f"{name}_plain" for name in named if "utter_contact" in name}
