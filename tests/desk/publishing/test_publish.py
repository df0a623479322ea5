"""Publishing, going back by hand and by itself, and what stands in the record afterwards."""

from __future__ import annotations

import pytest

from desk.audit import verify
from desk.database import audit
from desk.publishing import content, publish, versions
from desk.publishing.publish import NotPossible
from desk.watch.pages import last_publication
from tests.desk.publishing.conftest import PASSED


@pytest.fixture
def first(desk):
    """The number of the version that `make train` made."""
    publish.take_trained(desk)
    with desk.engine.connect() as connection:
        return versions.published(connection)["id"]


def steps(desk):
    """What the record says, oldest first; its chain must be whole."""
    with desk.engine.connect() as connection:
        assert verify(connection) is None
        rows = connection.execute(audit.select().order_by(audit.c.id)).mappings()
        return [(row["who"], row["what"], row["subject"]) for row in rows]


def test_the_trained_model_is_the_first_version(desk, first, version):
    row = version(first)
    assert row["state"] == "published" and row["published_by"] == "make train" and not versions.whats_wrong(row)
    publish.take_trained(desk)
    assert steps(desk) == [("make train", "published", "Version 1")]


def test_until_a_person_publishes_a_newly_trained_model_takes_over(desk, first, add_version, version):
    trained = desk.project / "models" / "bot.tar.gz"
    trained.write_bytes(b"trained again")
    publish.take_trained(desk)
    assert [version(number)["state"] for number in (1, 2)] == ["retired", "published"]
    publish.publish(desk, "Ada", add_version(), "better", 2)
    trained.write_bytes(b"and again")
    publish.take_trained(desk)
    assert version(3)["state"] == "published"


def test_without_a_trained_model_nothing_is_published(desk):
    (desk.project / "models" / "bot.tar.gz").unlink()
    publish.take_trained(desk)
    assert steps(desk) == []


def test_publishing_is_recorded_with_figures_and_reason(desk, first, add_version, version):
    number = add_version(figures={"escalate recall": 0.99})
    publish.publish(desk, "Grace", number, "  liver   answers  ", first)
    assert version(number)["state"] == "published" and version(number)["published_by"] == "Grace"
    assert version(first)["state"] == "retired"
    with desk.engine.connect() as connection:
        entry = connection.execute(audit.select().order_by(audit.c.id.desc())).mappings().first()
        assert last_publication(connection) == version(number)["published_at"]
    assert entry["why"] == "liver answers" and entry["figures"]["sha256"] == version(number)["sha256"]
    assert entry["figures"]["figures"] == {"escalate recall": 0.99} and entry["figures"]["gate"][0]["passed"]


@pytest.mark.parametrize("state", ["training", "failed", "refused", "retired", "broken", "published"])
def test_only_what_is_ready_can_be_published(desk, add_version, state):
    number = add_version(state)
    with pytest.raises(NotPossible):
        publish.publish(desk, "Grace", number, "because", number if state == "published" else 0)
    assert steps(desk) == []


@pytest.mark.parametrize(
    "gate", [None, [], {}, {"passed": True}, [["passed"]], [*PASSED, {"bound": "b", "passed": False}]]
)
def test_what_has_not_passed_every_bound_cannot_be_published(desk, add_version, gate):
    with pytest.raises(NotPossible, match="every check"):
        publish.publish(desk, "Grace", add_version(gate=gate), "because", 0)


def test_what_was_compared_with_another_version_cannot_be_published(desk, first, add_version, version):
    one, other = add_version(figures={"against": first}), add_version(figures={"against": first})
    publish.publish(desk, "Grace", one, "because", first)
    with pytest.raises(NotPossible, match="compared with another"):
        publish.publish(desk, "Grace", other, "because", one)
    assert version(one)["state"] == "published"


def test_a_reason_is_needed(desk, add_version):
    with pytest.raises(NotPossible, match="say why"):
        publish.publish(desk, "Grace", add_version(), " a ", 0)


@pytest.mark.parametrize("file", ["model.tar.gz", "content/domain.yml", "content/data/nlu.yml"])
def test_files_that_were_touched_are_refused(desk, add_version, version, file):
    number = add_version()
    path = desk.settings.folder / "versions" / str(number) / file
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(NotPossible):
        publish.publish(desk, "Grace", number, "because", 0)
    assert version(number)["state"] == "ready"


def test_two_publishers_at_once(desk, first, add_version, version):
    one, other = add_version(), add_version()
    publish.publish(desk, "Grace", one, "because", first)
    with pytest.raises(NotPossible, match="in the meantime"):
        publish.publish(desk, "Ada", other, "because", first)
    assert version(one)["state"] == "published" and version(other)["state"] == "ready"


def test_going_back_brings_examples_and_answers_and_keeps_what_came_since(desk, first, add_version, version):
    domain, extra, clinic = (desk.project / name for name in ("domain.yml", "data/more.yml", "clinic.yml"))
    before = domain.read_bytes()
    domain.write_bytes(before.replace(b"50 mg", b"51 mg"))
    number = add_version()
    publish.publish(desk, "Grace", number, "because", first)
    extra.write_text("written: since\n")
    clinic.write_bytes(clinic.read_bytes() + b"# a new phone\n")
    publish.go_back(desk, "Ada", first, "", number)
    assert domain.read_bytes() == before and not extra.exists() and b"new phone" in clinic.read_bytes()
    assert version(first)["state"] == "published" and version(number)["state"] == "retired"
    with desk.engine.connect() as connection:
        entry = connection.execute(audit.select().order_by(audit.c.id.desc())).mappings().first()
    assert entry["what"] == "went back" and entry["figures"]["files"] == ["data/more.yml", "domain.yml"]
    assert "51 mg" in entry["diff"] and entry["figures"]["set aside as"] == next(
        iter(content.kept_aside(desk.settings.folder))
    )
    publish.bring_back(desk, "Ada", next(iter(content.kept_aside(desk.settings.folder))))
    assert b"51 mg" in domain.read_bytes() and extra.read_text() == "written: since\n"
    assert steps(desk)[-1][:2] == ("Ada", "content brought back")


def test_what_was_set_aside_is_kept_for_the_last_ten_times(desk, first, add_version):
    aside = desk.settings.folder / "aside"
    for day in range(10, 10 + versions.KEPT):
        (aside / f"2020-01-{day}-000000").mkdir(parents=True)
    last = add_version()
    publish.publish(desk, "Grace", last, "because", first)
    (desk.project / "data" / "more.yml").write_text("written: since\n")
    publish.go_back(desk, "Ada", first, "", last)
    names = list(content.kept_aside(desk.settings.folder))
    assert len(names) == versions.KEPT == len(list(aside.iterdir())) and names[-1] == "2020-01-11-000000"
    assert (aside / names[0] / "data" / "more.yml").exists()


def test_a_version_that_does_not_work_gives_way_to_the_one_before(desk, first, add_version, version):
    number = add_version()
    publish.publish(desk, "Grace", number, "because", first)
    changed = desk.project / "data" / "more.yml"
    changed.write_text("mended: soon\n")
    publish.is_broken(desk, number, "it cannot be loaded", "bot 1")
    publish.is_broken(desk, number, "it cannot be loaded", "bot 2")
    assert version(number)["state"] == "broken" and version(first)["state"] == "published"
    assert changed.exists()
    assert steps(desk)[2:] == [
        ("the desk", "version broken", f"Version {number}"),
        ("the desk", "went back by itself", f"Version {first}"),
    ]


def test_it_never_goes_back_to_what_is_broken_or_gone(desk, first, add_version, version):
    second, third = add_version(), add_version()
    publish.publish(desk, "Grace", second, "because", first)
    publish.publish(desk, "Grace", third, "because", second)
    versions.model_file(version(second)).write_bytes(b"something else")
    publish.is_broken(desk, third, "no", "bot")
    assert version(first)["state"] == "published"
    publish.is_broken(desk, first, "no", "bot")
    assert version(first)["state"] == "broken"
    with desk.engine.connect() as connection:
        assert versions.published(connection) is None


def test_old_files_go_and_the_published_one_stays(desk, first, add_version, version):
    last = first
    for _ in range(versions.KEPT + 2):
        number = add_version()
        publish.publish(desk, "Grace", number, "because", last)
        last = number
    kept = [number for number in range(1, last + 1) if version(number)["folder"]]
    assert len(kept) == versions.KEPT and last in kept
    assert len(list((desk.settings.folder / "versions").iterdir())) == versions.KEPT
    with pytest.raises(NotPossible, match="no longer kept"):
        publish.go_back(desk, "Ada", first, "", last)
