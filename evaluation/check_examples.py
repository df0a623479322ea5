"""Guards over what visitors type: enough of it, varied, harmless to train on, and none of it in the frozen cases."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Any, Iterable, Mapping, Sequence

from components.safety.tiers import EMERGENCY, ESCALATE, KINDS, danger_of
from evaluation.content import Content, Problem, Text
from evaluation.near import pairs, pairs_within, words

LEAST = {"out_of_scope": 300, EMERGENCY: 60, ESCALATE: 200}
LEAST_OTHERS = 40
LEAST_OF_STAFF = 8  # of a topic that staff made in the desk (`by: staff`) and that grows by labelling; never of danger
LEAST_CASES = 200
ALIKE, ALIKE_WORDS = 0.8, 5  # two examples that share so much, if both have so many words
ALIKE_FROZEN = 0.75
SAME = "the same as"
EVERYONES = 3  # words; a shorter message ("hi", "side effects") is nobody's wording, and is taught and tested alike

_ZERO_WIDTH_JOINER = "\u200d"  # belongs to many an emoji
_MARKUP = re.compile(r"\\|\][({\[]")  # Rasa reads these as escapes and entities
_MAIL = re.compile(r"[\w.+-]+@(?!example\.)[\w-]+\.\w+")
_PHONE = re.compile(r"(?<!\d)(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?!\d)")
_NOBODYS = re.compile(r"(\d)\1+$|1234567890$|\d{3}55501\d\d$")  # and 555-01xx, which is kept for fiction


def counts(content: Content) -> list[Problem]:
    """Intents with too few examples, and more danger than harmless text."""
    have = Counter(example.label for example in content.examples)
    found = []
    for intent in content.domain["intents"]:
        least = least_of(intent, content.domain)
        if have[intent] < least:
            found.append(Problem("data/nlu.yml", f"{intent} has {have[intent]} examples, {least} are the least"))
    danger = sum(number for intent, number in have.items() if danger_of(intent))
    if danger * 2 > have.total():
        found.append(Problem("data/nlu.yml", f"{danger} of {have.total()} examples are danger, more than half"))
    return found


def least_of(intent: str, domain: Mapping[str, Any]) -> int:
    """How many examples an intent needs: fewer for an answer that staff made, unless it escalates."""
    tier = (danger_of(intent) or (intent,))[0]
    meta = (((domain["responses"].get(f"utter_{intent}") or [{}])[0]) or {}).get("metadata") or {}
    staffs = meta.get("by") == "staff" and meta.get("kind") == "answer" and "escalate" not in meta
    return LEAST.get(tier, LEAST_OF_STAFF if staffs else LEAST_OTHERS)


def repeated(content: Content) -> list[Problem]:
    """Sentences that stand twice, within an intent or across two, and those that almost do."""
    return [_same(example, before, how) for example, before, how in alike(content)]


def alike(content: Content) -> list[tuple[Text, Text, str]]:
    """Examples that say the same or almost the same as one before them, that one, and which of the two it is."""
    seen: dict[tuple[str, ...], Text] = {}
    found = []
    for example in content.examples:
        before = seen.setdefault(spelled(example.text), example)
        if before is not example:
            found.append((example, before, SAME))
    long = [example for example in content.examples if len(words(example.text)) >= ALIKE_WORDS]
    near = [(long[i], long[j]) for i, j in pairs_within([example.text for example in long], ALIKE)]
    return found + [(b, a, "too like") for a, b in near if spelled(a.text) != spelled(b.text)]


def characters(content: Content) -> list[Problem]:
    """Examples that Rasa would read as something else than their words, or that nobody could see."""
    return [
        Problem(example.where, f"{reason}: {example.text!r}")
        for example in content.examples
        for reason in unreadable(example.text)
    ]


def unreadable(text: str) -> Iterable[str]:
    """Why `text` cannot be an example; nothing if it can."""
    if text != text.strip() or not text:
        yield "blanks at an end"
    if text.startswith("/"):
        yield "begins with /, which makes it a payload"
    if _MARKUP.search(text):
        yield "holds \\ or a bracket that Rasa takes for an entity"
    if any(unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs") for c in text.replace(_ZERO_WIDTH_JOINER, "")):
        yield "holds an invisible character"


def personal(content: Content) -> list[Problem]:
    """Phone numbers and mail addresses that may be somebody's."""
    return [
        Problem(text.where, f"may be somebody's: {hit}")
        for text in (*content.examples, *content.cases)
        for hit in contacts(text.text)
    ]


def contacts(text: str) -> list[str]:
    """The mail addresses and phone numbers in `text`, without those that are nobody's."""
    phones = [match.group() for match in _PHONE.finditer(text)]
    return _MAIL.findall(text) + [phone for phone in phones if not _NOBODYS.search(re.sub(r"\D", "", phone))]


def word_lists(content: Content) -> list[Problem]:
    """Terms of the lexicon that YAML takes for yes or no: on, off, yes and no must stand in quotes."""
    return [
        Problem("data/safety.yml", f"words: {name}: put quotes around on, off, yes and no")
        for name, terms in content.word_lists.items()
        if not isinstance(terms, list) or any(isinstance(term, bool) for term in terms)
    ]


def frozen(content: Content) -> list[Problem]:
    """Too few frozen cases, missing kinds, and cases that are, or almost are, in what the bot was taught."""
    found = [
        Problem("evaluation/cases", f"{len(content.cases)} cases, {LEAST_CASES} are the least")
        for _ in range(len(content.cases) < LEAST_CASES)
    ]
    kinds = {f"{tier}_{kind}" for tier in KINDS for kind in KINDS[tier]}
    found += [Problem("evaluation/cases", f"no case of {name}") for name in sorted(kinds - content.case_dangers)]
    return found + [_same(text, case, "too like the frozen") for text, case in leaks(content)]


def leaks(content: Content) -> list[tuple[Text, Text]]:
    """Each sentence that the bot was taught although it is, or almost is, a frozen case; and that case."""
    taught: Sequence[Text] = [*content.examples, *content.must_match]
    cases = [case for case in content.cases if len(spelled(case.text)) >= EVERYONES]
    near = pairs([case.text for case in cases], [text.text for text in taught], ALIKE_FROZEN)
    return [(taught[j], cases[i]) for i, j in near]


def spelled(text: str) -> tuple[str, ...]:
    """The words of `text` in their order; the text itself if it has none."""
    return tuple(re.findall(r"[^\W_]+", text.casefold())) or (text.strip(),)


def _same(text: Text, other: Text, how: str) -> Problem:
    return Problem(text.where, f"{text.text!r} ({text.label}) is {how} {other.text!r} ({other.where}, {other.label})")
