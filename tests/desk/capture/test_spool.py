"""The spool: order, bound, crashes."""

from __future__ import annotations

from desk.capture.spool import Spool, own_file


def entries(*numbers: int) -> list[dict]:
    return [{"do": "turn", "n": number, "conversation": str(number % 2)} for number in numbers]


def test_first_in_first_out(spool):
    spool.append(entries(1, 2, 3))
    spool.put_first(entries(0))
    assert spool.read(2) == entries(0, 1)
    spool.remove(spool.read(2))
    assert spool.read(9) == entries(2, 3) and not spool.is_empty()
    spool.remove(entries(2, 3))
    assert spool.is_empty()


def test_what_was_dropped_meanwhile_takes_nothing_else_along(spool):
    spool.append(entries(1, 2, 3, 4))
    written = spool.read(3)
    spool.drop(lambda entry: entry["conversation"] == "1")
    spool.remove(written)
    assert spool.read(9) == entries(4)


def test_it_is_bounded(tmp_path):
    spool = Spool(tmp_path / "spool.jsonl", most=120)
    assert spool.append(entries(1, 2, 3, 4)) == 2
    assert spool.lost == 2 and spool.read(9) == entries(1, 2)
    spool.put_first(entries(0))
    assert spool.lost == 3 and spool.read(9) == entries(0, 1)


def test_a_line_cut_off_by_a_crash_costs_that_line(spool, tmp_path):
    spool.append(entries(1))
    with (tmp_path / "spool.jsonl").open("a") as file:
        file.write('{"do": "tu')
    spool.append(entries(2))
    assert spool.read(9) == entries(1, 2)
    spool.remove(entries(1))
    assert spool.read(9) == entries(2)


def test_nothing_but_damage_is_an_empty_spool(spool, tmp_path):
    (tmp_path / "spool.jsonl").write_text("}}}\n")
    assert spool.read(9) == [] and spool.is_empty()


def test_a_disk_that_takes_nothing_raises_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    spool = Spool(tmp_path / "file" / "spool.jsonl")
    assert spool.append(entries(1)) == 0 and spool.lost == 1
    assert spool.put_first(entries(1)) is False


def test_two_processes_have_a_file_each(tmp_path):
    assert own_file(tmp_path) != own_file(tmp_path)


def test_only_the_owner_reads_it(spool, tmp_path):
    spool.append(entries(1))
    assert (tmp_path / "spool.jsonl").stat().st_mode & 0o077 == 0
    spool.put_first(entries(0))
    assert (tmp_path / "spool.jsonl").stat().st_mode & 0o077 == 0
