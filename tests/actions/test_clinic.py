"""clinic.yml: what it may hold, and whether the clinic is open."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from actions.clinic import CLINIC_FILE, ClinicError, read_clinic

WEEK = """
time_zone: America/New_York
hours:
  monday: ["13:00-17:00", "09:00-12:00"]
  friday: ["22:00-23:59"]
"""
MONDAY, FRIDAY, SUNDAY = "2026-03-02", "2026-03-06", "2026-03-08"  # on that Sunday clocks go forward at 2:00
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def clinic(tmp_path):
    """Reads a clinic file with the given text."""

    def read(text=WEEK):
        (tmp_path / "clinic.yml").write_text(text, encoding="utf-8")
        return read_clinic(tmp_path / "clinic.yml")

    return read


def local(day, clock, zone=NEW_YORK):
    return datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=zone)


@pytest.mark.parametrize(
    "day, clock, is_open",
    [
        (MONDAY, "08:59", False),
        (MONDAY, "09:00", True),
        (MONDAY, "11:59", True),
        (MONDAY, "12:00", False),
        (MONDAY, "16:59", True),
        (MONDAY, "17:00", False),
        (FRIDAY, "23:30", True),
        (FRIDAY, "23:59", False),
        (SUNDAY, "10:00", False),
    ],
)
def test_open_hours(clinic, day, clock, is_open):
    assert clinic().is_open(local(day, clock)) is is_open


@pytest.mark.parametrize(
    "day, clock, opens",
    [
        (MONDAY, "08:00", (MONDAY, "09:00")),
        (MONDAY, "09:00", (MONDAY, "13:00")),
        (MONDAY, "12:30", (MONDAY, "13:00")),
        (MONDAY, "18:00", (FRIDAY, "22:00")),
        (FRIDAY, "23:59", ("2026-03-09", "09:00")),
    ],
)
def test_the_next_opening(clinic, day, clock, opens):
    assert clinic().next_opening(local(day, clock)) == local(*opens)


def test_the_only_day_of_the_week_comes_again(clinic):
    opens = clinic("hours: {monday: ['09:00-10:00']}").next_opening(local(MONDAY, "11:00"))
    assert opens == local("2026-03-09", "09:00")


def test_a_clinic_without_hours_never_opens(clinic):
    empty = clinic("name: x")
    assert empty.next_opening(local(MONDAY, "11:00")) is None
    assert not empty.is_open(local(MONDAY, "11:00"))


@pytest.mark.parametrize(
    "saturday, monday, offset",
    [
        ("2026-03-07", "2026-03-09", -4),
        ("2026-10-31", "2026-11-02", -5),  # clocks go forward, and back
    ],
)
def test_the_clock_on_the_wall_counts_when_summer_time_begins_or_ends(clinic, saturday, monday, offset):
    opens = clinic().next_opening(local(saturday, "12:00"))
    assert opens == local(monday, "09:00")
    assert opens.utcoffset().total_seconds() == offset * 3600


@pytest.mark.parametrize("zone", ["America/New_York", "America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata"])
def test_now_is_the_clinics_local_time(clinic, zone):
    now = clinic(f"time_zone: {zone}").now()
    assert now.utcoffset() == datetime.now(ZoneInfo(zone)).utcoffset()
    assert abs((datetime.now(ZoneInfo("UTC")) - now).total_seconds()) < 5


@pytest.mark.parametrize("moment, is_open", [("2026-07-06T13:30:00+00:00", True), ("2026-01-05T13:30:00+00:00", False)])
def test_the_same_hour_of_the_world_differs_by_season(clinic, moment, is_open):
    assert clinic().is_open(datetime.fromisoformat(moment).astimezone(NEW_YORK)) is is_open


@pytest.mark.parametrize("text", ["", "name:\nphone:\nhours:\n", "hours: {monday: }", "time_zone: ''"])
def test_what_is_not_set_is_empty(clinic, text):
    read = clinic(text)
    assert (read.name, read.phone, read.time_zone) == ("", "", "UTC")
    assert not any(read.hours.values())


@pytest.mark.parametrize(
    "text, named",
    [
        ("time_zone: Mars/Crater", "time_zone 'Mars/Crater'"),
        ("time_zone: ../etc", "time_zone '../etc'"),
        ("hours: {mon: ['09:00-17:00']}", "unknown day 'mon'"),
        ("hours: {monday: ['9-17']}", "monday: '9-17'"),
        ("hours: {friday: ['09:00']}", "friday: '09:00'"),
        ("hours: {friday: ['09:00-12:00-13:00']}", "friday"),
        ("hours: {friday: ['25:00-26:00']}", "friday"),
        ("hours: {sunday: ['17:00-09:00']}", "ends before it begins"),
        ("hours: {sunday: ['09:00-09:00']}", "ends before it begins"),
    ],
)
def test_a_mistake_is_named(clinic, text, named):
    with pytest.raises(ClinicError) as error:
        clinic(text)
    assert "clinic.yml" in str(error.value)
    assert named in str(error.value)


def test_spans_are_read(clinic):
    assert clinic().hours["friday"] == [(time(22), time(23, 59))]
    assert clinic().hours["tuesday"] == []


def test_this_installations_clinic_can_be_read():
    assert read_clinic(CLINIC_FILE).time_zone
