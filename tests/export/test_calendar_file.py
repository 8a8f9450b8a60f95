"""The plan as a calendar, read by two independent parsers and a real CalDAV server."""

import base64
import contextlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from cases import TODAY

from mls_kit import ScoreReport, build_plan
from mls_kit.export.calendar_file import calendar_of, read_time_zone, write_calendar
from mls_kit.problems import InputError

BERLIN = "Europe/Berlin"


def long_plan(today=date(2027, 2, 1), until=None):
    report = ScoreReport("MLA-C02", 600, "NI, NI, NI, MC", taken_on=today - timedelta(days=3), hours_per_week=14,
                         today=today, learner_name="Ada L.", learner_id="a-7")  # fmt: skip
    return build_plan(report, today=today, target_date=until)


@pytest.fixture(scope="module")
def plan():
    made = long_plan()
    assert len(made.sessions) >= 200
    return made


def test_two_parsers_read_every_session_at_its_hour_across_the_change_to_summer_time(plan):
    text = calendar_of(plan, BERLIN).to_ical().decode()
    wanted = sorted(
        datetime.fromisoformat(f"{s.day}T{s.start}").replace(tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)
        for s in plan.sessions
    )
    shifts = {
        datetime.fromisoformat(f"{s.day}T{s.start}").replace(tzinfo=ZoneInfo(BERLIN)).utcoffset() for s in plan.sessions
    }
    assert len(shifts) == 2  # winter and summer time
    first = [
        event
        for event in icalendar.Calendar.from_ical(text).walk("VEVENT")
        if isinstance(event.decoded("dtstart"), datetime)
    ]
    assert sorted(event.decoded("dtstart").astimezone(UTC) for event in first) == wanted
    second = [event for event in vobject.readOne(text).vevent_list if isinstance(event.dtstart.value, datetime)]
    assert sorted(event.dtstart.value.astimezone(UTC) for event in second) == wanted
    minutes = [int((event.dtend.value - event.dtstart.value).total_seconds()) // 60 for event in second]
    assert minutes == [s.minutes for s in plan.sessions]


def test_an_event_says_its_if_then_line_rings_before_and_names_no_one(plan):
    calendar = calendar_of(plan, BERLIN)
    events = calendar.walk("VEVENT")
    assert [str(event["summary"]) for event in events[: len(plan.sessions)]] == [s.if_then for s in plan.sessions]
    assert all(event.walk("VALARM")[0].decoded("trigger") == timedelta(minutes=-10) for event in events[:-1])
    assert events[-1].decoded("dtstart") == plan.exam_day
    text = calendar.to_ical().decode()
    assert "Ada" not in text
    assert "a-7" not in text


def test_identifiers_differ_within_a_plan_stay_in_a_new_one_and_differ_between_learners(plan):
    def identifiers(made):
        return [str(event["uid"]) for event in calendar_of(made, BERLIN).walk("VEVENT")]

    now, later = identifiers(plan), calendar_of(long_plan(date(2027, 2, 15)), BERLIN)
    assert len(set(now)) == len(now)
    kept = {str(event["uid"]) for event in later.walk("VEVENT")}
    assert len(kept & set(now)) > 0.8 * min(len(kept), len(now))
    assert later.walk("VEVENT")[0]["sequence"] > calendar_of(plan, BERLIN).walk("VEVENT")[0]["sequence"]
    other = build_plan(ScoreReport("MLA-C02", 600, "NI, NI, NI, MC", learner_id="b", today=TODAY), today=TODAY)
    assert not set(identifiers(other)) & set(now)


def test_a_zone_that_is_not_there_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="Nearest: Europe/Berlin"):
        read_time_zone("Europe/Berln")


def test_a_calendar_that_cannot_be_written_leaves_nothing(plan, tmp_path):
    with pytest.raises(FileNotFoundError):
        write_calendar(plan, tmp_path / "no such folder" / "plan.ics", BERLIN)
    target = write_calendar(plan, tmp_path / "plan.ics", BERLIN)
    assert [path.name for path in tmp_path.iterdir()] == ["plan.ics"]
    assert target.stat().st_mode & 0o077 == 0


@pytest.fixture
def server(tmp_path):
    """A CalDAV server on loopback with one empty calendar; yields its address."""
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "radicale", "--config", "", "--server-hosts", f"127.0.0.1:{port}",
               "--auth-type", "none", "--storage-filesystem-folder", str(tmp_path / "store"),
               "--logging-level", "error"]  # fmt: skip
    running = subprocess.Popen(command)
    address = f"http://127.0.0.1:{port}/me/plan"
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                ask("MKCALENDAR", f"{address}/")
                break
            time.sleep(0.1)
        else:
            pytest.fail("the CalDAV server did not start")
        yield address
    finally:
        running.terminate()
        running.wait(10)


def ask(method, address, body=None):
    user = {"Authorization": "Basic " + base64.b64encode(b"me:any").decode()}  # the server asks for no password
    request = urllib.request.Request(
        address, body, {"Content-Type": "text/calendar; charset=utf-8", **user}, method=method
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read().decode()


def import_into(server, calendar):
    """Import as a calendar client does: each event under its identifier."""
    zones = calendar.walk("VTIMEZONE")
    for event in calendar.walk("VEVENT"):
        one = icalendar.Calendar()
        one.add("prodid", calendar["prodid"])
        one.add("version", "2.0")
        for part in (*zones, event):
            one.add_component(part)
        ask("PUT", f"{server}/{event['uid']}.ics", one.to_ical())


def test_importing_twice_into_a_caldav_server_updates_instead_of_doubling(server):
    plan = long_plan(until=date(2027, 2, 16))
    import_into(server, calendar_of(plan, BERLIN))
    events = len(plan.sessions) + 1
    assert ask("GET", f"{server}/").count("BEGIN:VEVENT") == events
    import_into(server, calendar_of(plan, "America/New_York"))
    found = ask("GET", f"{server}/")
    assert found.count("BEGIN:VEVENT") == events
    assert "TZID=America/New_York" in found
    assert "DTSTART;TZID=Europe/Berlin" not in found
