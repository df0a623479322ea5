"""Reads the danger lexicon from data/safety.yml. What cannot be read is an error that names the file and the line."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Any, Dict, Iterable, Mapping, Sequence

import yaml

from components.safety.lexicon import Entry, Lexicon, Screen
from components.safety.phrases import PhraseError, compile_phrase, lists_in, plain_words, terms_of
from components.safety.spelling import Vocabulary
from components.safety.tiers import KINDS

_FIELDS = {"id", "tier", "kind", "phrases", "unless", "must_match", "must_not_match"}
_REQUIRED = _FIELDS - {"unless"}
MEND_TO = "e_mend"  # the word list that no phrase uses, and that typos are mended to all the same


class LexiconError(ValueError):
    """The lexicon is broken; the message names file, line and reason."""


def load_lexicon(path: Path, known_words: Iterable[str] = ()) -> Lexicon:
    """Reads the lexicon at `path`; `known_words` are never taken for typos. Raises LexiconError."""
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), _LineLoader)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LexiconError(f"{path}: cannot be read: {error}") from error
    if not isinstance(raw, _Lined) or not isinstance(raw.get("entries"), list) or not raw["entries"]:
        raise LexiconError(f"{path}: needs a list `entries` with at least one entry")
    for name in ("words", "emoji", "denials"):
        if raw.get(name) is not None and not isinstance(raw[name], _Lined):
            raise LexiconError(f"{path}:{raw.lines.get(name)}: `{name}` must hold names with their values")
    lists = _read_lists(path, raw.get("words") or _Lined())
    entries = [_read_entry(path, item, lists) for item in raw["entries"]]
    _refuse_duplicates(path, raw["entries"])
    denials = raw.get("denials") or _Lined()
    screen = _read_screen(f"{path}:{raw.lines.get('denials')}", denials, lists)
    danger = _danger_words(raw["entries"], lists)
    vocabulary = Vocabulary(danger, _words_in(lists, lists) | set(known_words))
    return Lexicon(entries, screen, raw.get("emoji") or {}, vocabulary)


def _read_lists(path: Path, lists: _Lined) -> dict[str, list[str]]:
    """The word lists, each of them tried as a phrase of its own, so that an error names the list's own line."""
    for name, terms in lists.items():
        where = f"{path}:{lists.lines.get(name)}"
        if not isinstance(terms, list):
            raise LexiconError(f"{where}: the word list {name!r} must be a list in square brackets")
        try:
            compile_phrase(f"{{{name}}}", lists)
        except PhraseError as error:
            raise LexiconError(f"{where}: the word list {name!r}: {error}") from error
    return dict(lists)


def _refuse_duplicates(path: Path, items: Sequence[_Lined]) -> None:
    first: dict[str, int] = {}
    for item in items:
        if item["id"] in first:
            raise LexiconError(
                f"{path}:{item.line}: the id {item['id']!r} stands twice; first in line {first[item['id']]}"
            )
        first[item["id"]] = item.line


def _danger_words(items: list[dict[str, Any]], lists: Mapping[str, Sequence[str]]) -> set[str]:
    """What typos are mended to: words of the phrases, of the lists that they use and of MEND_TO. Words that only
    excuse are none, so that no typo of a danger word becomes its own excuse."""
    phrases = [str(phrase) for item in items for phrase in item["phrases"]]
    used = {name for phrase in phrases for name in lists_in(phrase)} | ({MEND_TO} & lists.keys())
    return _words_in(used, lists).union(*map(plain_words, phrases))


def _words_in(names: Iterable[str], lists: Mapping[str, Sequence[str]]) -> set[str]:
    return {word for name in names for term in terms_of(name, lists) for word in plain_words(term)}


def _read_entry(path: Path, item: Any, lists: Mapping[str, Sequence[str]]) -> Entry:
    where = f"{path}:{item.line if isinstance(item, _Lined) else '?'}"
    if not isinstance(item, dict) or not _REQUIRED <= set(item) <= _FIELDS:
        fields = set(item) if isinstance(item, dict) else set()
        raise LexiconError(f"{where}: missing {sorted(_REQUIRED - fields)}, unknown {sorted(fields - _FIELDS)}")
    if item["tier"] not in KINDS or item["kind"] not in KINDS[item["tier"]]:
        raise LexiconError(f"{where}: unknown tier or kind: {item['tier']} {item['kind']}")
    for field in ("phrases", "must_match", "must_not_match"):
        if not item[field] or not all(isinstance(value, str) for value in item[field]):
            raise LexiconError(f"{where}: `{field}` needs at least one text")
    return Entry(
        item["id"],
        item["tier"],
        item["kind"],
        _read_screen(where, item, lists),
        tuple(item["must_match"]),
        tuple(item["must_not_match"]),
    )


def _read_screen(where: str, item: Mapping[str, Any], lists: Mapping[str, Sequence[str]]) -> Screen:
    try:
        phrases, unless = (
            tuple(compile_phrase(phrase, lists) for phrase in item.get(key) or ()) for key in ("phrases", "unless")
        )
    except PhraseError as error:
        raise LexiconError(f"{where}: {error}") from error
    return Screen(phrases, unless)


class _Lined(Dict[Any, Any]):
    """A mapping of the file that knows the line where it begins, and those of its keys."""

    line: int = 0
    lines: Mapping[str, int] = MappingProxyType({})


_Fast: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it was built


class _LineLoader(_Fast):
    """Reads mappings as `_Lined`, so that an error can name the line."""

    def construct_lined(self, node: yaml.MappingNode) -> _Lined:
        """The mapping with its line numbers."""
        mapping = _Lined(self.construct_mapping(node, deep=True))
        mapping.line = node.start_mark.line + 1
        mapping.lines = {key.value: key.start_mark.line + 1 for key, _ in node.value}
        return mapping


_LineLoader.add_constructor("tag:yaml.org,2002:map", _LineLoader.construct_lined)
