"""Secrets that have a form of their own: links, mail, cards, ids, dates of birth, phones, addresses."""

from __future__ import annotations

import re
from typing import Iterator, NamedTuple


class Span(NamedTuple):
    """A secret at text[start:end], and what stands for it."""

    start: int
    end: int
    label: str


_TLD = r"(?:com|org|net|edu|gov|info|io|co|us|uk|ly|me|health|clinic|biz|app|tv)"
_LINK = re.compile(
    rf"(?i)\bhttps?://\S+|\bwww\.\S+|(?<![@\w.+-])(?:[a-z0-9-]+\.)+{_TLD}/\S+|(?<![@\w.+-])(?:[a-z0-9-]+\.)+{_TLD}\b(?!\.?\w)"
)
_MAIL = re.compile(
    r"(?i)[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"
    rf"|[\w.+-]+ ?(?:\(at\)|\[at\]|\{{at\}}| at )\s?[\w-]+\s?(?:\(dot\)|\[dot\]| dot |\.)\s?{_TLD}\b"
)
_CARD = re.compile(r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])")
_CARD_CODE = re.compile(r"(?i)\b(?:cvc|cvv|cvv2|security code)\s*(?:is|:|#)?\s*(\d{3,4})\b")
_SSN = re.compile(r"(?<![\d-])\d{3}[- ]\d{2}[- ]\d{4}(?![\d-])")
_MEDICARE = re.compile(r"(?i)\b[1-9][a-z][a-z0-9]\d-?[a-z][a-z0-9]\d-?[a-z]{2}\d{2}\b")
# A word that announces an id, something between, and the id itself: it holds a digit.
_ID = re.compile(
    r"(?ix)\b(?:mrn|ssn|s\.s\.n\.|social(?:\ security)?|"
    r"(?:medical|health|patient|member|subscriber|insurance|policy|group|"
    r"account|acct|claim|case|chart|record|rx|prescription|license|licence|passport|confirmation|invoice|reference|ref|"
    r"beneficiary|medicare|medicaid|booking|order|customer|ticket|file|inmate|plan|card)|id)"
    r"(?:\s+(?:record|card|policy|insurance|security))?(?:'s)?"
    r"\s*(?:numbers?|nos?\.?|nr\.?|ids?|code|says|\#)*\s*(?:is|was|:|=|\#|says)*\s*"
    r"(?P<id>\#?(?=[a-z0-9-]*\d)[a-z]{0,4}-?[a-z0-9]*[0-9][a-z0-9-]*(?:[ -](?=[a-z0-9]*\d)[a-z0-9]{2,}){0,4})"
)
_ID_WORD = re.compile(r"(?i)\b(?:no|number|id|nr|code|mrn|ssn|social|medicare|medicaid)\b|#")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?:(?:19|20)\d\d|'?\d\d)"
_DAY = r"(?:the\s+)?\d{1,2}(?:st|nd|rd|th)?"
_DATE = (
    rf"(?:\d{{1,2}}[/.\-]\d{{1,2}}[/.\-]{_YEAR}|(?:19|20)\d\d[/.\-]\d{{1,2}}[/.\-]\d{{1,2}}"
    rf"|{_MONTH}\s+{_DAY}\s*,?\s*(?:of\s+)?{_YEAR}|{_DAY}\s+(?:of\s+)?{_MONTH}\s*,?\s*{_YEAR}|{_MONTH}\s+(?:of\s+)?(?:19|20)\d\d"
    rf"|{_MONTH}\s+{_DAY}|{_DAY}\s+(?:of\s+)?{_MONTH}|\d{{8}}|\d{{6}}|\d{{1,2}}/\d{{1,2}}|(?:19|20)\d\d)(?!\d)"
)
_BORN = re.compile(
    rf"(?i)\b(?:d\.?\s?o\.?\s?b\.?|born|b\.|birth\s?day|b-?day|birth\s?date|date\s+of\s+birth|birth)"
    rf"\s*(?:is|was|=|:|on|in|the|-|,)*\s*(?:on|in|the)?\s*(?P<date>{_DATE})"
)
_BORN_AFTER = re.compile(
    rf"(?i)(?P<date>\b{_DATE})\s*(?:is|was|,|-)?\s*(?:my|his|her|their|the)?\s*(?:birth|b-?day|dob|d\.o\.b)"
)
_OLD_DATE = re.compile(  # no treatment is so long ago
    rf"(?i)(?<![\d/.-])(?:\d{{1,2}}[/.\-]\d{{1,2}}[/.\-](?:19\d\d|200\d)|(?:19\d\d|200\d)-\d\d-\d\d"
    rf"|{_MONTH}\s+{_DAY},?\s+(?:19\d\d|200\d)|{_DAY}\s+(?:of\s+)?{_MONTH},?\s+(?:19\d\d|200\d))(?!\d)"
)
_PHONE = re.compile(
    r"(?ix)(?<![\d-])(?:"
    r"(?:\+?1[\s./-]?)?\(?[2-9]\d{2}\)?[\s./-]{0,2}\d{3}[\s./-]?\d{4}"  # with area code
    r"|\+\d{1,3}[\s.-]?(?:\(?\d{1,5}\)?[\s.-]?){2,5}\d{2,}"  # abroad
    r"|0\d{4}\s?\d{6}|0\d{2,4}[\s-]\d{3,4}[\s-]\d{3,4}"
    r"|[2-9]\d{2}[\s.-]\d{4}"  # without
    r")(?:\s*(?:ext\.?|x|extension)\s*\d{1,6})?(?![\d]|-\d)"
)
_DIGIT = r"(?:zero|oh|o|one|two|three|four|five|six|seven|eight|nine|double)"
_SPOKEN = re.compile(rf"(?i)\b{_DIGIT}(?:[\s,.-]+{_DIGIT}){{6,}}\b")
_PUBLIC = frozenset({"18002221222", "8002221222"})  # the poison line, which the bot itself names
_STREET = (
    r"(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|boulevard|blvd|court|ct|place|pl|terrace|ter|way|parkway|pkwy|"
    r"highway|hwy|circle|cir|square|sq|trail|trl|close|crescent|row|alley|loop|plaza|pike|turnpike|route|rte)"
)
_UNIT = r"(?:,?\s*(?:apt|apartment|unit|suite|ste|room|floor|fl)\.?\s*#?\s*\w{1,5}\b|,?\s*\#\s?\w{1,5}\b)"
_STATE = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|"
    r"W[AIVY])"
)
_QUANTITY = r"(?:days?|weeks?|months?|years?|hours?|mg|pills?|times?|beers?|drinks?|of|and|or|in|on)"
_ADDRESS = re.compile(
    rf"(?i:\b\d{{1,5}}[a-z]?\s+(?:(?!{_QUANTITY}\b)[\w.'’-]+\s+){{1,4}}?"
    rf"{_STREET}\b\.?|\b\d{{1,5}}\s+(?:county|state)\s+(?:road|route|highway)\s+\d+|\bp\.?\s?o\.?\s*box\s+\d+)"
    rf"(?i:{_UNIT})?(?:,?\s+(?:[A-Z][\w.]+\s?){{1,3}})?(?:,?\s*{_STATE}\b\.?)?(?:,?\s*\d{{5}}(?:-\d{{4}})?)?"
)
_ZIP = re.compile(r"(?i)\bzip(?:\s?code)?\s*(?:is|:|=)?\s*(?P<zip>\d{5}(?:-\d{4})?)\b|\b(?P<long>\d{5}-\d{4})\b")
_ROOM = re.compile(r"(?i)\b(?:apt|apartment)\.?\s*#?\s*(?P<unit>\d\w{0,4})\b")


def secrets_with_form(text: str) -> list[Span]:
    """All secrets in `text` that a form gives away; where two overlap, the first of the list is right."""
    return [
        *(_spans(_MAIL, text, "e-mail")),
        *(_spans(_LINK, text, "link")),
        *(span for span in _spans(_CARD, text, "card") if is_card(text[span.start : span.end])),
        *(_spans(_CARD_CODE, text, "card", 1)),
        *(_spans(_BORN, text, "date of birth", "date")),
        *(_spans(_BORN_AFTER, text, "date of birth", "date")),
        *(_spans(_SSN, text, "id")),
        *(_spans(_MEDICARE, text, "id")),
        *(_ids(text)),
        *(_spans(_OLD_DATE, text, "date of birth")),
        *(_phones(text)),
        *(_spans(_SPOKEN, text, "phone")),
        *(_spans(_ADDRESS, text, "address")),
        *(_spans(_ZIP, text, "address", "zip")),
        *(_spans(_ZIP, text, "address", "long")),
        *(_spans(_ROOM, text, "address", "unit")),
    ]


def is_card(digits: str) -> bool:
    """Whether the digits of a text pass the Luhn check of payment cards."""
    numbers = [int(one) for one in digits if one.isdigit()]
    doubled = [n if i % 2 == 0 else sum(divmod(2 * n, 10)) for i, n in enumerate(reversed(numbers))]
    return 13 <= len(numbers) <= 19 and sum(doubled) % 10 == 0


def _spans(pattern: re.Pattern[str], text: str, label: str, group: str | int = 0) -> Iterator[Span]:
    for match in pattern.finditer(text):
        if match.group(group):
            yield Span(match.start(group), match.start(group) + len(match.group(group).rstrip(" ,.?!;:")), label)


def _phones(text: str) -> Iterator[Span]:
    for span in _spans(_PHONE, text, "phone"):
        if re.sub(r"\D", "", text[span.start : span.end]) not in _PUBLIC:
            yield span


def _ids(text: str) -> Iterator[Span]:
    """Ids after a word that announces one; a short one needs "number" or the like before it."""
    for match in _ID.finditer(text):
        announced = _ID_WORD.search(text[match.start() : match.start("id") + 1])
        if announced or sum(one.isdigit() for one in match["id"]) >= 5:
            yield Span(match.start("id"), match.end("id"), "id")
