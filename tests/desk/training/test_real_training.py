"""Two real trainings on a thin copy of the content, and the bot's own answers: the second one forgets the liver."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from desk import database
from desk.database import labels, models
from desk.settings import Settings
from desk.training import lock, start, try_it, versions
from desk.training.snapshot import CONTENT, sha256_of
from tests.desk.training.conftest import copy_content, thin

pytestmark = pytest.mark.live


def without_liver(project: Path, kept: int = 4) -> None:
    """All but a few examples of the liver are gone."""
    head, _, rest = (project / "data" / "nlu.yml").read_text(encoding="utf-8").partition("- intent: escalate_liver\n")
    block, mark, tail = rest.partition("\n- intent: ")
    (project / "data" / "nlu.yml").write_text(
        f"{head}- intent: escalate_liver\n" + "\n".join(block.split("\n")[: 1 + kept]) + "\n" + mark + tail,
        encoding="utf-8",
    )


def train(settings: Settings, engine: object, why: str) -> dict:
    """A version, finished."""
    number = start.begin(settings, engine, "Ada", why)
    deadline, seen = time.monotonic() + 200, []
    while time.monotonic() < deadline:
        start.set_right(settings, engine)
        with engine.connect() as connection:
            row = versions.get(connection, number)
        if row["stage"] and row["stage"] not in seen:
            seen.append(row["stage"])
        if row["state"] not in versions.RUNNING and not lock.is_taken(settings.folder):  # its process is gone, too
            return {**row, "seen": seen}
        time.sleep(0.1)
    pytest.fail((Path(row["folder"]) / "train.log").read_text()[-2000:])


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The settings, the database, a first version that is published, and one that has forgotten the liver."""
    folder = tmp_path_factory.mktemp("training")
    project = copy_content(folder / "content")
    thin(project)
    settings = Settings(database_url=f"sqlite:///{folder / 'desk.db'}", folder=folder / "desk", project=project)
    engine = database.connect(settings.database_url)
    first = train(settings, engine, "the first")
    with engine.begin() as connection:
        values = {"state": "published", "published_at": time.time()}
        connection.execute(models.update().where(models.c.id == first["id"]).values(**values))
        label = {"decision": "topic", "topic": "side_effects", "texts": ["does my hair fall out on this"], "by": "Eve"}
        label |= {"predicted": [["does my hair fall out on this", "out_of_scope"]], "state": "written"}
        connection.execute(labels.insert().values(at=time.time() + 1, **label))
    before = sha256_of(Path(first["folder"]) / "model.tar.gz")
    without_liver(project)
    second = train(settings, engine, "forgets the liver")
    yield settings, engine, first, before, second
    engine.dispose()


def test_the_first_version_is_ready_by_the_bounds_that_need_no_comparison(trained):
    _, _, first, _, _ = trained
    assert first["state"] == "ready", first["gate"] or first["figures"]
    assert first["seen"] == ["reading", "checking", "training", "loading", "testing", "comparing"][: len(first["seen"])]
    folder = Path(first["folder"])
    assert first["sha256"] == sha256_of(folder / "model.tar.gz") and len(first["data_hash"]) == 64
    assert {path.name for path in (folder / "content").iterdir()} == set(CONTENT)
    assert {path.name for path in folder.iterdir()} == {"content", "model.tar.gz", "train.log"}
    assert not first["comparison"]["compared"] and first["comparison"]["cases"] > 250
    assert all(one["passed"] for one in first["gate"]) and len(first["gate"]) == 8


def test_the_one_that_forgot_the_liver_is_refused_and_the_sentences_are_named(trained):
    *_, second = trained
    assert second["state"] == "refused"
    blocking = {one["bound"]: one["sentences"] for one in second["gate"] if not one["passed"]}
    named = blocking["No danger has lost its examples"]
    assert "escalate_liver: 4 examples are left, 60 are the least" in named
    missed = [sentence for sentence in named if sentence.startswith("no longer caught: “")]
    assert missed and all(sentence.count(" – ") for sentence in missed)


def test_both_are_compared_message_by_message(trained):
    *_, second = trained
    compared = second["comparison"]
    assert compared["compared"] and compared["test"]["broken"] == len(compared["broken"])
    changed = compared["test"]["fixed"] - compared["test"]["broken"]
    assert changed == sum(one["after"]["good"] - one["before"]["good"] for one in compared["tiers"])
    (asked,) = compared["batch"]
    assert asked["before"] == "out_of_scope" and asked["after"] and not asked["was_good"]


def test_the_published_version_was_not_touched_nor_asked_twice(trained):
    settings, _, first, before, second = trained
    assert sha256_of(Path(first["folder"]) / "model.tar.gz") == before
    assert len(list((settings.folder / "answers").iterdir())) == 2
    assert not (Path(second["folder"]) / "work").exists()


def test_a_message_to_both(trained):
    settings, _, first, _, second = trained
    deadline, answers = time.monotonic() + 90, [None, None]
    while None in answers and time.monotonic() < deadline:
        answers = [try_it.ask(row, settings.project, "/he is not breathing, pomelo") for row in (first, second)]
        time.sleep(0.3)
    assert [answer["topic"] for answer in answers] == ["emergency_overdose"] * 2
    assert all(answer["words"] for answer in answers)
    kept = [path for path in settings.folder.rglob("*") if path.is_file() and b"pomelo" in path.read_bytes()]
    assert kept == []
    (Path(first["folder"]) / "model.tar.gz").rename(Path(first["folder"]) / "gone")
    with pytest.raises(try_it.CannotTry):
        try_it.start(Path(first["folder"]), settings.project)
