"""The pages around a training, without one."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from desk.database import audit
from desk.training import lock
from tests.desk.training.made import outcome_of, records


@pytest.fixture
def running(settings, add_version, tmp_path):
    """A version in training whose job is this process."""
    file = lock.take(settings.folder)
    figures = {"since": time.time() - 10}
    folder = settings.folder / "models" / "1"
    folder.mkdir(parents=True)
    (folder / "train.log").write_text(f"reading {tmp_path}/data/nlu.yml <b>\n")
    yield add_version(
        "training", stage="training", progress=0.0, process=os.getpid(), figures=figures, folder=str(folder)
    )
    os.close(file)


def test_a_new_version_needs_a_reason(sign_in):
    page = sign_in().post("/training", data={"why": "  "})
    assert page.status_code == 422 and "in a few words why" in page.text


def test_a_stranger_and_a_form_without_its_token_train_nothing(stranger, sign_in):
    assert stranger.post("/training", data={"why": "x"}).status_code == 303
    assert sign_in().post("/training", data={"why": "x"}, headers={"X-CSRF-Token": "no"}).status_code == 403
    assert sign_in(name="Eve").get("/training").text.count("There is no version yet.") == 1


def test_a_file_broken_by_hand_is_named_with_its_line(sign_in, project):
    path = project / "data" / "rules.yml"
    path.write_text(path.read_text(encoding="utf-8") + "\tx: y\n", encoding="utf-8")
    page = sign_in().post("/training", data={"why": "new topic"})
    assert (
        page.status_code == 409 and "data/rules.yml:" in page.text and "a tab stands where blanks belong" in page.text
    )
    assert 'value="new topic"' in page.text


def test_a_second_press_says_so_plainly(sign_in, running):
    page = sign_in().post("/training", data={"why": "me too"})
    assert page.status_code == 409 and "one at a time" in page.text and f"/training/{running}" in page.text


def test_progress_is_a_part_of_a_page_that_keeps_nobody_logged_in(sign_in, running):
    client = sign_in()
    page = client.get(f"/training/{running}").text
    assert "&lt;b&gt;" in page and "/data/nlu.yml" not in page and "nlu.yml" in page
    part = client.get(f"/training/{running}/progress", params={"stage": "checking"}).text
    assert "<html" not in part and '"X-Idle"' in part and "hx-swap-oob" in part and "so far" in part
    assert "hx-swap-oob" not in client.get(f"/training/{running}/progress", params={"stage": "training"}).text


def test_the_end_of_a_training_loads_the_page_again(sign_in, add_version):
    answer = sign_in().get(f"/training/{add_version('ready')}/progress")
    assert answer.headers["HX-Refresh"] == "true"


def test_a_version_whose_job_is_gone_is_shown_as_ended(sign_in, add_version):
    page = sign_in().get(f"/training/{add_version('training', process=2**22 - 1)}")
    assert "not finished" in page.text and "ended from outside" in page.text


def test_an_unknown_version_is_a_friendly_page(sign_in):
    client = sign_in()
    assert client.get("/training/99").status_code == 404
    assert client.post("/training/99/cancel").status_code == 404


def test_a_comparison_shows_what_it_counts(sign_in, add_version):
    before, after = records(19, "clarify"), records(11, "wrong")
    number = add_version("refused", **outcome_of(before, after))
    page = sign_in().get(f"/training/{number}").text
    assert "This version cannot be published." in page and "before: sent to the provider; now: a wrong answer" in page
    assert "Worse than before" in page and "Better than before" in page and "does my hair fall out on this" in page
    for word in ("intent", "NLU", "YAML", "slot", "pipeline"):
        assert word not in page


def test_a_message_that_was_asked_back_is_said_to_be(sign_in, add_version):
    columns = outcome_of(None, records(19, "clarify"))
    columns["comparison"]["batch"][0]["before"] = "clarify"
    page = sign_in().get(f"/training/{add_version('ready', **columns)}").text
    assert "<td>Asked back</td>" in page and "clarify" not in page


def test_visitors_words_are_escaped(sign_in, add_version):
    columns = outcome_of(None, records(19, "clarify"))
    columns["comparison"]["batch"][0]["text"] = "<script>alert(1)</script>"
    columns["gate"][0] = {"bound": "<i>", "passed": False, "sentences": ["<img src=x onerror=y>"]}
    page = sign_in().get(f"/training/{add_version('refused', **columns)}").text
    assert "<script>alert" not in page and "<img src=x" not in page and "&lt;script&gt;alert" in page


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_cannot_be_tried(sign_in, add_version, text):
    page = sign_in().post(f"/training/{add_version('ready')}/try", data={"text": text})
    assert "Please type a message." in page.text


def test_what_is_tried_is_kept_nowhere(sign_in, add_version, engine, tmp_path):
    client = sign_in()
    client.post(f"/training/{add_version('ready')}/try", data={"text": "my quixotic pomelo"})
    files = [path for path in Path(tmp_path).rglob("*") if path.is_file() and b"pomelo" in path.read_bytes()]
    with engine.connect() as connection:
        assert files == [] and connection.execute(audit.select()).fetchall() == []
