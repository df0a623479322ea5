"""The lexicon's own examples, run from its file, and what a broken lexicon says."""

import textwrap

import pytest

from components.config import ROOT
from components.safety.lexicon_file import LexiconError, load_lexicon
from components.safety.tiers import KINDS

FILE = ROOT / "data" / "safety.yml"
GOOD = """\
    words:
      drug: [oxy, percs]
    emoji: {"💊": pills}
    entries:
      - id: took_pills
        tier: escalate
        kind: opioid_use
        phrases: ["took .. {drug}"]
        unless: ["never .. {drug}"]
        must_match: ["took percs"]
        must_not_match: ["percs of the job"]
"""


@pytest.fixture(scope="module")
def lexicon():
    """The project's lexicon."""
    return load_lexicon(FILE)


@pytest.fixture
def written(tmp_path):
    """Writes a lexicon, with some text of the good one replaced, and loads it."""

    def write(old="", new="", text=GOOD):
        assert old in text
        (tmp_path / "safety.yml").write_text(textwrap.dedent(text).replace(old, new, 1), encoding="utf-8")
        return load_lexicon(tmp_path / "safety.yml")

    return write


def hits(lexicon, entry, text):
    return [finding for finding in lexicon.findings(text) if finding.source == f"rule:{entry.id}"]


@pytest.mark.parametrize("entry", load_lexicon(FILE).entries, ids=lambda entry: entry.id)
def test_an_entrys_examples(lexicon, entry):
    assert [text for text in entry.must_match if not hits(lexicon, entry, text)] == []
    assert [text for text in entry.must_not_match if hits(lexicon, entry, text)] == []


def test_every_kind_of_danger_has_an_entry(lexicon):
    covered = {(entry.tier, entry.kind) for entry in lexicon.entries}
    assert covered == {(tier, kind) for tier, kinds in KINDS.items() for kind in kinds}


@pytest.mark.parametrize("text", ["", " ", "?!", "💊", "\x00", pytest.param("a" * 5000, id="long")])
def test_odd_text_is_no_danger_and_no_error(lexicon, text):
    assert lexicon.findings(text) == []


def test_an_excuse_silences_its_own_mention_only(written):
    lexicon = written()
    assert lexicon.findings("i took percs")
    assert lexicon.findings("i never took percs") == []
    assert lexicon.findings("i never took percs. yesterday i took oxy")


def test_a_word_that_only_fills_a_gap_excuses_nothing(written):
    lexicon = written('unless: ["never .. {drug}"]', 'unless: ["spare .. change", "two {drug}"]')
    assert lexicon.findings("took spare percs")
    assert lexicon.findings("spare me the change, took my spare percs")
    assert lexicon.findings("took two percs") == []


def test_no_typo_is_mended_to_a_word_that_only_excuses(written):
    drug = "drug: [oxy, percs, tramadol]"
    lexicon = written("drug: [oxy, percs]", drug + "\n  drink: [tramadil]").readings("took tramadyl")
    assert lexicon == ["took tramadol", "took tramadyl"]


def test_a_list_may_be_kept_for_the_mender_alone(written):
    lexicon = written("drug: [oxy, percs]", "drug: [oxy, percs]\n  e_mend: [tramadol]")
    assert "took tramadol" in lexicon.readings("took tramadl")


def test_a_finding_says_which_rule_fired_and_on_what(written):
    (finding,) = written().findings("Yesterday I took two P3RCS!")
    assert (finding.tier, finding.kind, finding.source, finding.score, finding.evidence) == (
        "escalate",
        "opioid_use",
        "rule:took_pills",
        1.0,
        "took two percs",
    )


@pytest.mark.parametrize("text, changed", [("Took Percs!", False), ("don't", False), ("p3rcs", True), ("💊", True)])
def test_whether_normalising_changed_anything(written, text, changed):
    assert written().changes(text) is changed


def test_a_word_that_mending_spoils_is_still_read_as_typed(written):
    lexicon = written("[oxy, percs]", "[oxycodone, percs, oxycodine]")
    assert {"took percs", "took oxycodon"} & set(lexicon.readings("took oxycodon"))
    assert lexicon.findings("took oxycodon")


DENIALS = '    denials: {phrases: ["never touched {drug} or? {drug}?"], unless: ["{drug} ..2 since"]}\n'


@pytest.mark.parametrize(
    "text, left",
    [
        ("I never touched percs. My eyes are yellow", "i | my eyes are yellow"),
        ("never touched p3rcs or oxy, just wine", "just wine"),
        ("took percs", None),
        ("never touched percs again since may", None),
    ],
)
def test_a_denial_is_cut_out_for_those_who_know_no_grammar(written, text, left):
    assert written(text=GOOD + DENIALS).without_denials(text) == left


def test_the_name_of_a_drink_is_not_shown_to_those_who_know_no_grammar(lexicon):
    assert "painkiller" not in (lexicon.without_denials("a Painkiller is rum and coconut. ok on it?") or "painkiller")
    assert lexicon.without_denials("took my painkillers with a cocktail") is None
    assert lexicon.without_denials("no i dont take painkillers, what does it cost") == "no i what does it cost"


@pytest.mark.parametrize(
    "text",
    [
        "not a relapse, just one tramadol",
        "never touched heroin, but i took my mums oxy",
        "i'm not suicidal, i just don't want to exist",
        "i never said i wasnt using again",
    ],
)
def test_what_sounds_like_a_denial_may_be_danger(lexicon, text):
    assert lexicon.findings(text)


@pytest.mark.parametrize(
    "old, new, reason",
    [
        ("tier: escalate", "tier: alarm", "alarm"),
        ("kind: opioid_use", "kind: overdose", "overdose"),
        ("kind: opioid_use", "kind: other", "other"),
        ("phrases:", "phrase:", "phrase"),
        ('phrases: ["took .. {drug}"]', "phrases: []", "phrases"),
        ("took .. {drug}", "took .. {drugs}", "{drugs}"),
        ("never .. {drug}", "never .. {pill}", "{pill}"),
        ('must_match: ["took percs"]', "must_match: []", "must_match"),
        ('    must_not_match: ["percs of the job"]\n', "", "must_not_match"),
        ("unless:", "except: [x]\n    unless:", "except"),
        ("took .. {drug}", "took! .. it", "took!"),
        ('["took .. {drug}"]', "[no]", "phrases"),
    ],
)
def test_a_broken_entry_is_an_error_with_file_and_line(written, old, new, reason):
    with pytest.raises(LexiconError) as error:
        written(old, new)
    assert "safety.yml:5:" in str(error.value)
    assert reason in str(error.value)


@pytest.mark.parametrize(
    "text, reason",
    [
        ("", "entries"),
        ("entries: []", "entries"),
        ("entries: yes", "entries"),
        ("- a", "entries"),
        ("entries: [a: b: c]", "line 1"),
        ("entries:\n\t- x", "line 2"),
        ("entries: [1]", "missing"),
    ],
)
def test_a_broken_file_is_an_error_that_names_it(written, text, reason):
    with pytest.raises(LexiconError) as error:
        written(text=text)
    assert "safety.yml" in str(error.value)
    assert reason in str(error.value)


def test_an_id_that_stands_twice_is_named(written):
    entry = GOOD[GOOD.index("      - id") :]
    with pytest.raises(LexiconError, match=r"safety\.yml:12: .*took_pills.*twice; first in line 5"):
        written(text=GOOD + entry)


@pytest.mark.parametrize(
    "old, new, line, reason",
    [
        ("drug: [oxy, percs]", "drug: oxy", 2, "square brackets"),
        ("drug: [oxy, percs]", "drug: ['oxy!']", 2, "oxy!"),
        ("drug: [oxy, percs]", "drug: ['{drug}']", 2, "refers to itself"),
        ("drug: [oxy, percs]", "drug: [oxy]\n  other: ['{pill}']", 3, "{pill}"),
        ('emoji: {"💊": pills}', "emoji: pills", 3, "emoji"),
        ('emoji: {"💊": pills}', "denials: [never]", 3, "denials"),
        ('emoji: {"💊": pills}', 'denials: {phrases: ["never {pill}"]}', 3, "{pill}"),
        ('emoji: {"💊": pills}', 'denials:\n  phrases: [never]\n  unless: ["{pill}"]', 3, "{pill}"),
    ],
)
def test_what_is_broken_outside_the_entries_is_named_with_its_line(written, old, new, line, reason):
    with pytest.raises(LexiconError) as error:
        written(old, new)
    assert f"safety.yml:{line}: " in str(error.value)
    assert reason in str(error.value)


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(LexiconError, match=r"nowhere\.yml"):
        load_lexicon(tmp_path / "nowhere.yml")


def test_a_file_in_another_encoding_is_an_error(tmp_path):
    (tmp_path / "safety.yml").write_bytes("entries: [é]".encode("latin-1"))
    with pytest.raises(LexiconError, match=r"safety\.yml"):
        load_lexicon(tmp_path / "safety.yml")
