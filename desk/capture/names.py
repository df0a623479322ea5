"""People's names in what visitors type: announced ("my name is"), known from a list, or seen by spaCy.

Visitors seldom use capitals, so most of it rests on the words around a name, and on the words that cannot be one
because the project's own content uses them ("Vivitrol", "Sinclair", "question").
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Callable, Iterable, NamedTuple

from desk.capture.patterns import Span

FOLDER = Path(__file__).resolve().parent
CONTENT = ("domain.yml", "data/nlu.yml", "data/safety.yml", "data/facts.yml")
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
_STRONG = re.compile(
    r"(?i)\b(?:(?:my|his|her|their|your|patient|full|first|last|kid's|doctor's|wife's|husband's|son's|daughter's)\s+"
    r"(?:(?:first|last|full|middle|user)\s+)?name(?:\s?['’]?s|\s+is|\s+was)?|names?\s*(?:is|was|:|=|'s)|^name|me\s+llamo|mi\s+nombre\s+es|"
    r"(?:i'?m|i\s+am|is|was)\s+called|(?:you\s+can|please|just)?\s*call\s+me|i\s+go\s+by|named|patient\s*:|contact\s*:)\s*[:=-]?\s+"
)
_WEAK = re.compile(
    r"(?i)\b(?:i'?m|i\s+am|this\s+is|it'?s|it\s+is|it\s+was|me\s+again|am\s+i\s+speaking\s+to|referred\s+by|spoke\s+(?:to|with)|seen\s+by|"
    r"talked\s+to|with|ask\s+for|told|tell|ask|i\s+see|do\s+you\s+know|remember|hi|hey|hello|dear|thanks|thx|regards|sincerely|yours|"
    r"signed|best|cheers|from|to|between|and|by|was|is)\b[\s,:-]+"
)


class Words(NamedTuple):
    """All in lower case: the sections of names.txt in their order, and the words of the project's content."""

    first: frozenset[str]
    ambiguous: frozenset[str]
    family: frozenset[str]
    titles: frozenset[str]
    relations: frozenset[str]
    never: frozenset[str]
    content: frozenset[str]


@functools.lru_cache(maxsize=1)
def known_words(root: Path = FOLDER.parent.parent) -> Words:
    """The names of names.txt and the words of the project's content, read once a process."""
    raw = (FOLDER / "names.txt").read_text(encoding="utf-8")
    first, ambiguous, family, titles, relations, never = (
        frozenset(part.split()) for part in re.split(r"\[[a-z ]+\]", raw)[1:]
    )
    content: set[str] = set()
    for name in CONTENT:
        if (root / name).is_file():
            content |= {_plain(word) for word in _WORD.findall((root / name).read_text(encoding="utf-8"))}
    return Words(first - ambiguous, ambiguous, family, titles, relations, never, frozenset(content))


def names(text: str, people: Callable[[str], Iterable[tuple[int, int]]], words: Words) -> list[Span]:
    """The names in `text`. `people` gives the places that a recogniser takes for persons."""
    found = Finder(text, words)
    found.after_titles()
    found.after_cues(_STRONG, found.may_be_name)
    found.after_cues(_WEAK, found.looks_like_name)
    found.after_kin()
    found.listed()
    for start, end in people(text):
        found.recognised(start, end)
    return [Span(start, end, "name") for start, end in found.places]


class Finder:
    """Collects the names of one text as places (start, end)."""

    def __init__(self, text: str, words: Words) -> None:
        self.text, self.words = text, words
        self.matches = list(_WORD.finditer(text))
        self.shouting = text.upper() == text
        self.places: list[tuple[int, int]] = []

    def after_titles(self) -> None:
        """As in "dr patel" and "Nurse Kim", but not in "the doctor said"."""
        for n, match in enumerate(self.matches[:-1]):
            if _plain(match.group()).rstrip(".") in self.words.titles and self._touch(n):
                following = self.matches[n + 1]
                if self._is_title(following) and n + 2 < len(self.matches):
                    continue
                if self.looks_like_name(following, after_title=True) or self._is_initial(following):
                    self._take(n + 1)

    def after_cues(self, cue: re.Pattern[str], fits: Callable[[re.Match[str]], bool]) -> None:
        """The words after an announcement, if they fit."""
        for match in cue.finditer(self.text):
            n = self._word_at(match.end())
            if n is not None and fits(self.matches[n]):
                self._take(n)

    def after_kin(self) -> None:
        """As in "my husband greg" and "my sponsor, Dave"."""
        for n, match in enumerate(self.matches[:-1]):
            related = _plain(match.group()).split("-")[-1] in self.words.relations
            near = re.fullmatch(r"[\s,:]+|\s+is\s+", self._between(n))
            if related and near and self.looks_like_name(self.matches[n + 1]):
                self._take(n + 1)

    def listed(self) -> None:
        """Names of the list, wherever they stand."""
        for n, match in enumerate(self.matches):
            word = _plain(match.group())
            stands_out = match.group()[0].isupper() and not self.shouting and self._inside(match)
            if word in self.words.first or (
                word in self.words.ambiguous and stands_out and word not in self.words.never
            ):
                self._take(n)

    def recognised(self, start: int, end: int) -> None:
        """What the recogniser takes for a person, without words that the content knows."""
        for n, match in enumerate(self.matches):
            inside, word = start <= match.start() and match.end() <= end, _plain(match.group())
            if inside and match.group()[0].isupper() and (self._is_unknown(match) or word in self.words.ambiguous):
                self._take(n)

    def may_be_name(self, match: re.Match[str]) -> bool:
        """After "my name is", any word is one that is not plainly something else."""
        word = _plain(match.group())
        return (
            word in self.words.ambiguous
            or self._is_listed(word)
            or (word not in self.words.content and word not in self.words.never)
        )

    def looks_like_name(self, match: re.Match[str], after_title: bool = False) -> bool:
        """A name of the list, or a word with a capital (after a title: any word) that the content does not use."""
        word = _plain(match.group())
        if word in self.words.never or self._is_title(match):
            return False
        capital = match.group()[0].isupper()
        if word in self.words.ambiguous:
            return capital and not self.shouting
        if word in self.words.first or (word in self.words.family and (after_title or capital)):
            return True
        return self._is_unknown(match) and (after_title or (capital and not self.shouting))

    def _take(self, n: int) -> None:
        """The name that begins with the nth word: further words join that are capitalised, listed or unknown."""
        last, capital = n, self.matches[n].group()[0].isupper()
        while last + 1 < len(self.matches) and last - n < 3 and self._joins(last, capital):
            last += 1
        end = self.matches[last].end()
        if re.search(r"['’]s$", self.text[self.matches[last].start() : end]):
            end -= 2
        self.places.append((self.matches[n].start(), end))

    def _joins(self, n: int, capital: bool) -> bool:
        if not re.fullmatch(r"\.?\s+", self._between(n)):
            return False
        match, word = self.matches[n + 1], _plain(self.matches[n + 1].group())
        if self._is_initial(match):
            return True
        if word in self.words.never or (capital and not match.group()[0].isupper()):
            return False
        return (
            self._is_listed(word)
            or (word in self.words.family and match.group()[0].isupper())
            or self._is_unknown(match)
        )

    def _is_unknown(self, match: re.Match[str]) -> bool:
        """Whether the content never uses the word, in any of its forms."""
        word = _plain(match.group())
        stems = {
            word,
            re.sub(r"(ing|ed|es|s|er|ly|ion)$", "", word),
            re.sub(r"(ing|ed|er)$", "e", word),
            re.sub(r"ies$|ied$", "y", word),
        }
        return len(word) > 1 and not stems & self.words.content and word not in self.words.never

    def _is_listed(self, word: str) -> bool:
        return word in self.words.first or (word in self.words.family and word not in self.words.content)

    def _is_initial(self, match: re.Match[str]) -> bool:
        return len(match.group().rstrip(".")) == 1 and match.group() not in ("I", "i", "a")

    def _is_title(self, match: re.Match[str]) -> bool:
        return _plain(match.group()).rstrip(".") in self.words.titles

    def _touch(self, n: int) -> bool:
        return re.fullmatch(r"[.\s]{1,2}", self._between(n)) is not None

    def _between(self, n: int) -> str:
        return self.text[self.matches[n].end() : self.matches[n + 1].start()]

    def _inside(self, match: re.Match[str]) -> bool:
        return re.search(r"[\w,;]\s+$", self.text[: match.start()]) is not None

    def _word_at(self, start: int) -> int | None:
        return next((n for n, match in enumerate(self.matches) if match.start() == start), None)


def _plain(word: str) -> str:
    return re.sub(r"['’]s$", "", word.lower()).strip(".").replace("’", "'")
