"""The plan as a calendar: one event a session, which a second import updates instead of doubling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import tzlocal
from icalendar import Alarm, Calendar, Event

from mls_kit.activities import Session
from mls_kit.files import write_whole_bytes
from mls_kit.plan import Plan
from mls_kit.problems import InputError, Problem, nearest, shown

__all__ = ["calendar_of", "read_time_zone", "write_calendar"]

ALARM = timedelta(minutes=-10)
_FIRST = date(2020, 1, 1)  # days since then number the versions of an event


def read_time_zone(name: str = "") -> ZoneInfo:
    """Return a time zone by its name; the computer's own where none is given.

    Raises
    ------
    InputError
        There is no such zone; the nearest name is given.

    Examples
    --------
    >>> read_time_zone("Europe/Berlin").key
    'Europe/Berlin'
    """
    wanted = name or tzlocal.get_localzone_name() or "UTC"
    if wanted not in available_timezones():
        expected = "the name of a time zone, such as Europe/Berlin or America/New_York"
        near = nearest(wanted, available_timezones())
        raise InputError("The time zone", [Problem("time zone", shown(wanted), expected, near)])
    return ZoneInfo(wanted)


def _identifier(plan: Plan, *parts: object) -> str:
    """Return an identifier that tells nothing of the learner, and stays when a session moves to another day."""
    report = plan.report
    whose = (report.exam, report.learner_id, report.learner_name, report.attempt, plan.target.exam)
    return sha256(repr((*whose, *parts)).encode()).hexdigest()[:32] + "@mls-kit"


def _event(plan: Plan, identifier: str, title: str, start: date, end: date) -> Event:
    event = Event()
    event.add("uid", identifier)
    event.add("summary", title)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("dtstamp", datetime.combine(plan.start, datetime.min.time(), ZoneInfo("UTC")))
    event.add("sequence", max((plan.start - _FIRST).days, 0))
    return event


def _alarm(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", ALARM)
    return alarm


def _times(session: Session, zone: ZoneInfo) -> tuple[datetime, datetime]:
    start = datetime.combine(session.day, datetime.strptime(session.start, "%H:%M").time(), zone)
    return start, start + timedelta(minutes=session.minutes)


def _canceled(plan: Plan, used: Counter[tuple[str, str]], zone: ZoneInfo) -> Iterator[Event]:
    """Cancel the sessions of the plan before that have no number in the new one."""
    seen: Counter[tuple[str, str]] = Counter()
    for session in plan.replaced:
        which = session.kind, session.domain
        seen[which] += 1
        if seen[which] > used[which]:
            event = _event(
                plan, _identifier(plan, *which, seen[which]), f"Canceled: {session.if_then}", *_times(session, zone)
            )
            event.add("status", "CANCELLED")
            event.add("transp", "TRANSPARENT")
            yield event


def calendar_of(plan: Plan, time_zone: str = "") -> Calendar:
    """Return a plan as a calendar.

    Parameters
    ----------
    plan : Plan
    time_zone : str
        Name of the learner's zone; sessions keep their hour across a change to summer time.

    Returns
    -------
    icalendar.Calendar
        An event for each session, titled with its if-then line, with an alarm ten minutes before; and one for the
        day of the exam.

    Raises
    ------
    InputError
        The time zone is not known.

    Notes
    -----
    The n-th session of a kind and domain keeps its identifier when the plan is made anew, so that importing again moves
    it. Where the new plan says what it replaces (``replan``), counting goes on after the sessions that are past, and those
    to come that it has no more are marked as canceled.
    """
    zone = read_time_zone(time_zone)
    calendar = Calendar()
    calendar.add("prodid", "-//mls-kit//study plan//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Study plan for {plan.target.exam}")
    seen = Counter((session.kind, session.domain) for session in plan.replaced if session.day < plan.start)
    for session in plan.sessions:
        seen[session.kind, session.domain] += 1
        identifier = _identifier(plan, session.kind, session.domain, seen[session.kind, session.domain])
        event = _event(plan, identifier, session.if_then, *_times(session, zone))
        link = f"\n{session.resource.title}: {session.resource.url}" if session.resource else ""
        event.add("description", f"{session.kind}, {session.domain}, {session.minutes} minutes\n{session.do}{link}")
        event.add("categories", [plan.target.exam, session.domain])
        event.add_component(_alarm(session.if_then))
        calendar.add_component(event)
    for event in _canceled(plan, seen, zone):
        calendar.add_component(event)
    if plan.exam_day:
        title = f"Exam {plan.target.exam} (the plan's target; book it yourself)"
        calendar.add_component(
            _event(plan, _identifier(plan, "exam"), title, plan.exam_day, plan.exam_day + timedelta(days=1))
        )
    year = timedelta(days=366)
    days = [session.day for session in (*plan.sessions, *plan.replaced)]
    last = max([plan.exam_day or plan.start, *days])
    calendar.add_missing_timezones(first_date=plan.start - year, last_date=last + year)
    return calendar


def write_calendar(plan: Plan, path: str | Path, time_zone: str = "") -> Path:
    """Write a plan as an ``.ics`` file, whole or not at all, readable by its owner alone.

    Raises
    ------
    InputError
        The time zone is not known.
    OSError
        The file cannot be written.
    """
    target = Path(path)
    write_whole_bytes(target, calendar_of(plan, time_zone).to_ical())
    return target
