"""The content that staff edit, read for the guards: every example and response knows its file and line."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable

import yaml

ROOT = Path(__file__).resolve().parent.parent
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FRAME = re.compile(r"\s*(#.*)?$|version:|nlu:\s*$|  examples: \|\s*$")


@dataclass(frozen=True)
class Problem:
    """One fault in the content: the file, with its line where it has one, and what is wrong."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True)
class Text:
    """A sentence, where it stands, and its label: an intent, a lexicon entry or a case's tier."""

    where: str
    label: str
    text: str


@dataclass(frozen=True)
class Content:
    """Everything the guards look at; plain data, so that a test can spoil a copy of it."""

    domain: dict[str, Any]
    examples: list[Text]
    facts: dict[int, dict[str, Any]]
    rules: dict[str, list[str]]  # intent -> its actions, in their order
    follow_ups: dict[str, dict[str, Any]]
    clinic: dict[str, Any]
    word_lists: dict[str, list[Any]]  # of the danger lexicon
    must_match: list[Text]
    cases: list[Text]
    case_dangers: set[str]  # `tier_kind` of all danger cases

    @property
    def responses(self) -> dict[str, list[dict[str, Any]]]:
        """All responses of the domain, by name."""
        return self.domain["responses"]

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """The grounded answers: topic -> its metadata and text."""
        return {
            name.removeprefix("utter_"): {**variants[0]["metadata"], "text": variants[0]["text"]}
            for name, variants in self.responses.items()
            if (variants[0].get("metadata") or {}).get("kind") == "answer"
        }


def read_yaml(path: Path) -> Any:
    """A YAML file, by the fast loader where there is one."""
    return yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 (a safe loader either way)


def read_examples(path: Path) -> list[Text]:
    """The examples of an NLU file. Raises ValueError, with the line, for what is neither intent nor example."""
    found, intent = [], ""
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        where = f"{path.parent.name}/{path.name}:{number}"
        if line.startswith("- intent: "):
            intent = line.removeprefix("- intent: ").strip()
        elif line.startswith("    - ") and intent:
            found.append(Text(where, intent, line.removeprefix("    - ")))
        elif not _FRAME.match(line):
            raise ValueError(f"{where}: neither an intent nor an example: {line!r}")
    return found


def read_cases(folder: Path) -> Iterable[tuple[Text, str | None]]:
    """Each frozen sentence of the .jsonl files in `folder`, single or in a dialogue, with its kind of danger."""
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            case = json.loads(line)
            for turn in case.get("turns", [case]):
                yield Text(f"evaluation/cases/{path.name}:{number}", turn["tier"], turn["text"]), turn["kind"]


def read_rules(path: Path) -> dict[str, list[str]]:
    """The actions of each rule, by the intent that sets it off."""
    found = {}
    for rule in read_yaml(path)["rules"]:
        first, *rest = rule["steps"]
        if "intent" in first:
            found[first["intent"]] = [step["action"] for step in rest if "action" in step]
    return found


def read_content(root: Path = ROOT) -> Content:
    """All content of the project that lies in `root`."""
    data, cases = root / "data", list(read_cases(root / "evaluation" / "cases"))
    lexicon = read_yaml(data / "safety.yml")
    return Content(
        domain=read_yaml(root / "domain.yml"),
        examples=read_examples(data / "nlu.yml"),
        facts=read_yaml(data / "facts.yml")["paragraphs"],
        rules=read_rules(data / "rules.yml"),
        follow_ups=read_yaml(data / "follow_ups.yml"),
        clinic=read_yaml(root / "clinic.yml"),
        word_lists=lexicon["words"],
        must_match=[
            Text("data/safety.yml", entry["id"], text) for entry in lexicon["entries"] for text in entry["must_match"]
        ],
        cases=[text for text, _ in cases],
        case_dangers={f"{text.label}_{kind}" for text, kind in cases if kind},
    )
