"""Guards over what the bot says: its form, its plain words, and that every answer stands in the clinic's document."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Iterable

import textstat

from components.safety.tiers import EMERGENCY, ESCALATE
from evaluation.content import Content, Problem

KINDS = {EMERGENCY, ESCALATE, "answer", "clarify", "chitchat", "out_of_scope"}
DANGER_REPLY = re.compile(rf"utter_({EMERGENCY}|{ESCALATE})_")
MOST_PARAGRAPHS, WORDS, HARDEST = 6, (25, 90), 8.0
FILE = "domain.yml"

# Names that an answer may hold only if its paragraphs do. Whatever is written with a capital inside a sentence
# counts as a name, too; these are for the start of a sentence, and for medicines, which take no capital.
BRANDS = {
    "revia",
    "depade",
    "vivitrol",
    "antabuse",
    "campral",
    "suboxone",
    "subutex",
    "sublocade",
    "brixadi",
    "lucemyra",
    "contrave",
    "narcan",
    "vicodin",
    "percocet",
    "oxycontin",
    "tylenol",
    "imodium",
    "prozac",
    "zoloft",
    "xanax",
}
MEDICINES = {
    "methadone",
    "buprenorphine",
    "disulfiram",
    "thioridazine",
    "acamprosate",
    "topiramate",
    "gabapentin",
    "baclofen",
    "naloxone",
    "nalmefene",
    "lofexidine",
    "clonidine",
    "bupropion",
    "oxycodone",
    "hydrocodone",
    "morphine",
    "codeine",
    "heroin",
    "fentanyl",
    "tramadol",
    "loperamide",
    "dextromethorphan",
    "kratom",
    "ibuprofen",
    "acetaminophen",
    "paracetamol",
    "aspirin",
    "naproxen",
    "diazepam",
    "sertraline",
    "fluoxetine",
    "quetiapine",
    "trazodone",
    "melatonin",
    "benzodiazepines",
    "antidepressants",
}
TESTS = {"audit", "cage", "ciwa", "cows", "phq", "alt", "ast", "ggt", "mri", "ecg"}
NAMES = BRANDS | MEDICINES | TESTS
OUR_OWN = frozenset({"naltrexone"})  # what the whole document is about

_ADVICE = re.compile(
    r"\byou (should|must|need to|have to|can|may) (not |never |safely )?"
    r"(take|start|stop|skip|double|increase|lower|drink|use|quit|come off)\b"
    r"|\b(take|swallow) (an? (extra|double|half|whole|second|single|few)\b|(up to |at least |only |just )?"
    r"(one|two|three|four|five|half|another|twice|\d+)\b)(?! (hour|day|week|month|year)s?\b)"
    r"|\b(stop|start|keep|begin|quit|avoid) (taking|using) (it|them|naltrexone|your|the|this|these|any)\b"
    r"|(?:^|[.!?;:,] )(please |do not |don't |never |just |then |so )*"
    r"(stop|quit|start|begin|keep) (taking|using|drinking)\b"
    r"|\b(double|skip|halve|increase|lower|raise|cut|miss|change|adjust) (your|the|a|this) dose\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"https?://\S+|\bwww\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[\w-]+\.(?:com|org|net|gov|edu|info|health)\b\S*", re.I
)
_PHONE = re.compile(
    r"(?<![\w-])(?:\+?\d{1,2}[ .-]?)?(?:\(\d{3}\)|\d{3})[ .-]?\d{3}[ .-]?\d{4}(?!\d)|\b1-?800-?\w{3}-?\w{4}\b"
)
_NUMBER = re.compile(r"\d+(?:[-–.,]\d+)*(?: ?(?:%|mg|ml|days?|weeks?|months?|years?|hours?))?")
_NAME = re.compile(r"(?<=[\w,;(] )[A-Z][\w-]*|(?<=\()[A-Z][\w-]*")


def advice(text: str) -> list[str]:
    """The words in `text` that sound like advice on a dose, or to start or stop; none if there are none."""
    return [match.group().strip(" .!?;:,") for match in _ADVICE.finditer(text)]


def addresses(text: str) -> list[str]:
    """Phone numbers, mail and web addresses in `text`: an answer holds none, the contact card has the clinic's."""
    return [match.group() for match in (*_PHONE.finditer(text), *_CONTACT.finditer(text))]


def responses(content: Content) -> list[Problem]:
    """Every response has a kind of the vocabulary and something to say in every case; danger has one wording."""
    found = []
    for name, variants in content.responses.items():
        kinds = {(variant.get("metadata") or {}).get("kind") for variant in variants}
        if not kinds <= KINDS:
            found.append(Problem(FILE, f"{name}: its metadata need a kind of {sorted(KINDS)}"))
        if all("condition" in variant for variant in variants):
            found.append(Problem(FILE, f"{name}: without a variant that has no condition it may say nothing"))
        if any(advice(variant.get("text") or "") for variant in variants):
            found.append(Problem(FILE, f"{name}: sounds like advice on a dose, or to start or stop"))
        if DANGER_REPLY.match(name):
            found += _danger_reply(name, variants)
    return found


def _danger_reply(name: str, variants: list[dict[str, Any]]) -> Iterable[Problem]:
    if len(variants) != 1:
        yield Problem(FILE, f"{name}: a danger reply has exactly one variant, not {len(variants)}")
    if any("{" in str(variant.get("text")) for variant in variants):
        yield Problem(FILE, f"{name}: a danger reply holds no slot")
    tier = str(DANGER_REPLY.match(name)[1])  # type: ignore[index]
    if any(variant["metadata"]["kind"] != tier for variant in variants):
        yield Problem(FILE, f"{name}: its kind must be {tier}")


def answers(content: Content) -> list[Problem]:
    """Each answer has a title of its own, one to six paragraphs, and a length and words that everybody can read."""
    titles = Counter(answer.get("title") for answer in content.answers.values())
    found = []
    for topic, answer in content.answers.items():
        found += [Problem(FILE, f"utter_{topic}: {what}") for what in _form(answer)]
        if titles[answer.get("title")] > 1:
            found.append(Problem(FILE, f"utter_{topic}: another answer has the title {answer['title']!r}"))
    return found


def _form(answer: dict[str, Any]) -> Iterable[str]:
    length, hard = len(answer["text"].split()), grade(answer["text"])
    if not str(answer.get("title") or "").strip():
        yield "has no title"
    if not 1 <= len(set(answer.get("paragraphs") or [])) <= MOST_PARAGRAPHS:
        yield f"cites {len(answer.get('paragraphs') or [])} paragraphs, not 1 to {MOST_PARAGRAPHS}"
    if not WORDS[0] <= length <= WORDS[1]:
        yield f"has {length} words, not {WORDS[0]} to {WORDS[1]}"
    for address in addresses(answer["text"]):
        yield f"holds {address!r}; only the clinic's own contact card does"
    if hard > HARDEST:
        yield f"has reading grade {hard:.1f}, above {HARDEST:.0f}"


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of `text`, names of medicines and tests counted as "it"."""
    plain = re.sub(r"\w+", lambda m: "it" if m.group().lower() in NAMES | OUR_OWN else m.group(), text)
    return float(textstat.flesch_kincaid_grade(plain))


def grounding(content: Content) -> list[Problem]:
    """Answers, facts and paragraphs hold together both ways, and no answer holds a name or number of its own."""
    found = []
    for topic, answer in content.answers.items():
        missing = [n for n in answer["paragraphs"] if not (content.facts.get(n) or {}).get("facts")]
        found += [Problem(FILE, f"utter_{topic}: cites paragraph {n}, which has no facts") for n in missing]
        facts = " ".join(fact for n in answer["paragraphs"] if n not in missing for fact in content.facts[n]["facts"])
        found += [
            Problem(FILE, f"utter_{topic}: {claim!r} does not stand in the facts of its paragraphs")
            for claim in ungrounded(answer["text"], facts)
        ]
    cited = {n for answer in content.answers.values() for n in answer["paragraphs"]}
    return found + [
        Problem("data/facts.yml", f"no answer cites paragraph {n}, so no question reaches it")
        for n in content.facts
        if n not in cited
    ]


def ungrounded(text: str, facts: str) -> list[str]:
    """The numbers (with their unit), medicines, brands, tests and other names in `text` that are not in `facts`."""
    known = {word.lower() for word in re.findall(r"\w[\w-]*", facts)} | OUR_OWN | {"i", "i'm"}
    names = set(_NAME.findall(text)) | {word for word in re.findall(r"\w+", text) if word.lower() in NAMES}
    figures = {_plain(figure) for figure in _NUMBER.findall(facts)}
    return sorted(
        {name for name in names if name.lower() not in known}
        | {figure for figure in _NUMBER.findall(text) if _plain(figure) not in figures}
    )


def _plain(figure: str) -> str:
    return figure.replace(" ", "").replace("–", "-").rstrip("s")
