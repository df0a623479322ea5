"""An edited document: what changed, and which answers somebody has to read again."""

import pytest
import yaml

from evaluation import document_check
from evaluation.document_check import Change, changes, fingerprint, main, report

LINES = ["Heading", "It is a tablet.", "It costs little.", "Call us!"]


@pytest.fixture
def project(tmp_path):
    """A small clinic: four paragraphs, two answers."""
    facts = {
        "paragraphs": {n: {"hash": fingerprint(LINES[n - 1]), "facts": ["x"]} for n in (2, 3)},
        "without_facts": {n: fingerprint(LINES[n - 1]) for n in (1, 4)},
    }
    responses = {
        "utter_all": [{"metadata": {"paragraphs": [2, 3]}}],
        "utter_tablet": [{"metadata": {"paragraphs": [2]}}],
        "utter_greet": [{"text": "Hi"}],
    }
    for name, data in (("facts", facts), ("domain", {"responses": responses})):
        (tmp_path / f"{name}.yml").write_text(yaml.safe_dump(data), encoding="utf-8")
    return tmp_path


def run(project, lines, ending="\n"):
    (project / "new.txt").write_bytes((ending.join(lines)).encode())
    return main([str(project / "new.txt")], project / "facts.yml", project / "domain.yml")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [[], [""]])
def test_the_same_document_asks_for_nothing(project, ending, last):
    assert run(project, LINES + last, ending) == 0


@pytest.mark.parametrize(
    "lines, said",
    [
        (["Heading", "It is a shot.", *LINES[2:]], ["paragraph 2: changed: utter_all, utter_tablet"]),
        ([*LINES[:3], "Ring us!"], ["paragraph 4: changed: no answer cites it"]),
        ([*LINES, "It is new."], ["paragraph 5: new"]),
        (LINES[:3], ["paragraph 4: vanished: no answer cites it"]),
        (
            [*LINES[:2], LINES[3]],
            [
                "paragraph 3: vanished: utter_all",
                "paragraphs with another number now: 1, "
                "the first one 4 -> 3; renumber data/facts.yml, and `paragraphs` in domain.yml",
            ],
        ),
    ],
)
def test_what_an_edit_asks_for(project, capsys, lines, said):
    assert run(project, lines) == 1
    assert capsys.readouterr().out.splitlines() == said


def test_an_insertion_moves_the_rest():
    assert list(changes(["a", "b"], ["a", "x", "b"])) == [Change("new", None, 2), Change("moved", 2, 3)]


def test_many_moved_paragraphs_share_a_line():
    assert len(list(report([Change("moved", n, n + 1) for n in range(5, 90)], {}))) == 1


def test_a_missing_document_is_a_plain_error(project, capsys):
    with pytest.raises(SystemExit) as ended:
        main([str(project / "nowhere.txt")])
    assert ended.value.code == 2
    assert "nowhere.txt" in capsys.readouterr().err


def test_a_document_in_another_encoding_is_a_plain_error(project):
    (project / "latin.txt").write_bytes("é".encode("latin-1"))
    with pytest.raises(SystemExit):
        main([str(project / "latin.txt")])


def test_this_projects_facts_number_every_paragraph():
    assert len(document_check.known_fingerprints()) == 133


def test_a_gap_in_the_numbers_is_an_error(tmp_path):
    (tmp_path / "facts.yml").write_text("paragraphs: {1: {hash: a}, 3: {hash: b}}", encoding="utf-8")
    with pytest.raises(ValueError, match="not 1 to 2"):
        document_check.known_fingerprints(tmp_path / "facts.yml")
