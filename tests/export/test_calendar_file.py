"""The plan as a calendar, read by two independent parsers and a real CalDAV server."""

import base64
import contextlib
import pathlib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import icalendar
import pytest
import vobject
from cases import ROOT, TODAY
from click.testing import CliRunner
from ports import free_port

from mls_kit import ScoreReport, build_plan
from mls_kit.cli.main import main
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
        datetime.fromisoformat(f"{s.day}T{s.start}").replace(tzinfo=ZoneInfo(BERLIN)).astimezone(UTC) for s in plan.sessions
    )
    shifts = {datetime.fromisoformat(f"{s.day}T{s.start}").replace(tzinfo=ZoneInfo(BERLIN)).utcoffset() for s in plan.sessions}
    assert len(shifts) == 2  # winter and summer time
    first = [event for event in icalendar.Calendar.from_ical(text).walk("VEVENT") if isinstance(event.decoded("dtstart"), datetime)]
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
    with pytest.raises(InputError, match="Did you mean Europe/Berlin"):
        read_time_zone("Europe/Berln")


@pytest.fixture
def clock(monkeypatch):
    """Give a function that sets this computer's clock as TZ does, and forgets what it was."""

    def set_clock(said):
        monkeypatch.setattr("tzlocal.unix._cache_tz_name", None)
        monkeypatch.setenv("TZ", said) if said is not None else monkeypatch.delenv("TZ", raising=False)
        time.tzset()

    yield set_clock
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("said", "zone"),
    [("Europe/Berlin", BERLIN), (":Europe/Berlin", BERLIN), ("posix/Europe/Berlin", BERLIN), ("UTC0", "Etc/UTC"),
     ("/usr/share/zoneinfo/Europe/Berlin", BERLIN), ("/usr/share/zoneinfo/posix/Asia/Tokyo", "Asia/Tokyo"),
     ("", "Etc/UTC"), ("EST5EDT", "EST5EDT")],
)  # fmt: skip
def test_the_own_time_zone_is_known_in_whatever_way_it_is_set(clock, monkeypatch, said, zone):
    monkeypatch.setattr("tzlocal.get_localzone_name", lambda: "Etc/UTC")
    clock(said)
    assert read_time_zone().key == zone


@pytest.mark.parametrize(
    ("said", "machine", "first", "words"),
    [("CET-1CEST,M3.5.0,M10.5.0/3", "Etc/UTC", date(2026, 12, 1), "UTC.01:00 and UTC.02:00.*Did you mean Europe/Berlin"),
     ("CET-1", BERLIN, date(2026, 12, 1), "not the name of a time zone"),  # no summer time: right until March
     ("<+0530>-5:30", None, date(2026, 12, 1), "UTC[+]05:30"),
     ("{file}", "Etc/UTC", date(2026, 12, 1), "Did you mean Europe/Berlin"),  # a plain file without a name
     ("{file}", None, date(2026, 6, 1), "--time-zone, in a notebook with time_zone="),
     ("Europe/Berln", "Etc/UTC", date(2026, 12, 1), "Did you mean Europe/Berlin"),
     ("right/Europe/Berln", "Etc/UTC", date(2026, 12, 1), "Did you mean Europe/Berlin")],
)  # fmt: skip
def test_a_zone_that_does_not_agree_with_the_clock_is_asked_for(clock, monkeypatch, tmp_path, said, machine, first, words):
    (tmp_path / "localtime").write_bytes(pathlib.Path("/usr/share/zoneinfo", BERLIN).read_bytes())
    monkeypatch.setattr("tzlocal.get_localzone_name", lambda: machine)
    clock(said.format(file=tmp_path / "localtime"))
    with pytest.raises(InputError, match=words):
        read_time_zone("", first)
    assert read_time_zone(BERLIN, first).key == BERLIN


@pytest.mark.parametrize(
    "call",
    [["plan", "--exam", "MLS-C01", "--score", "690", "--ratings", "S, C, NI, NI", "--ics", "-o", "made.ipynb"],
     ["batch", str(ROOT / "data/cohorts/sample.csv"), "--formats", "ics", "-o", "made"]],
    ids=["plan", "batch"],
)  # fmt: skip
def test_a_command_asks_for_the_time_zone_before_it_makes_anything(clock, monkeypatch, tmp_path, call):
    monkeypatch.chdir(tmp_path)
    clock("CET-1CEST,M3.5.0,M10.5.0/3")
    done = CliRunner().invoke(main, call)
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "--time-zone" in done.output
    assert "Traceback" not in done.output


def test_a_hundred_and_fourteen_time_zones_are_each_taken_as_they_are(clock):
    names = sorted(available_timezones())
    for name in names[:: len(names) // 114][:114]:
        clock(name)
        assert read_time_zone().key == name


def test_a_calendar_that_cannot_be_written_leaves_nothing(plan, tmp_path):
    with pytest.raises(FileNotFoundError):
        write_calendar(plan, tmp_path / "no such folder" / "plan.ics", BERLIN)
    target = write_calendar(plan, tmp_path / "plan.ics", BERLIN)
    assert [path.name for path in tmp_path.iterdir()] == ["plan.ics"]
    assert target.stat().st_mode & 0o077 == 0


@pytest.fixture
def server(tmp_path):
    """A CalDAV server on loopback with one empty calendar; yields its address."""
    port = free_port()
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
    request = urllib.request.Request(address, body, {"Content-Type": "text/calendar; charset=utf-8", **user}, method=method)
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


def test_the_day_of_an_exam_that_has_ended_is_a_target_and_cannot_be_booked(plan):
    gone = build_plan(ScoreReport("MLS-C01", 690, "S, C, NI, NI", today=TODAY), today=TODAY)
    titles = [str(calendar_of(each, BERLIN).walk("VEVENT")[-1]["summary"]) for each in (plan, gone)]
    ended = "Target day for MLS-C01 (the exam has ended; you can't book it)"
    assert titles == ["Exam MLA-C02 (the plan's target; book it yourself)", ended]
