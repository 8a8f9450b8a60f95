"""The plan as a calendar: one event a session, which a second import updates instead of doubling."""

from __future__ import annotations

import os
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time as clock, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import tzlocal
from icalendar import Alarm, Calendar, Component, Event
from tzlocal.windows_tz import win_tz

from mls_kit.files import write_whole_bytes
from mls_kit.method import availability
from mls_kit.plan import Plan, Session
from mls_kit.problems import InputError, Problem, nearest, shown

Key = tuple[str, str, int]  # the n-th session of a kind and domain
ALARM = timedelta(minutes=-10)
_KEY = "X-MLS-KIT-SESSION"
_TIMELESS = ("SEQUENCE", "DTSTAMP")
_FOLDERS = re.compile(r"^:?(/.*zoneinfo[^/]*/)?((posix|right)/)?")  # what may stand before a zone's name
_CHECKED_DAYS = 731  # on which a name must agree with the clock: both sides of every change to summer time
_FIRST = date(2020, 1, 1)  # days since then number the versions of an event


def read_time_zone(name: str = "", first: date | None = None) -> ZoneInfo:
    """Return a time zone by its name, or the computer's own; InputError with the nearest name where neither can be.

    The computer's own is one that agrees with its clock on every day of the two years from ``first``, today if left out.

    >>> read_time_zone("Europe/Berlin").key, read_time_zone("posix/Europe/Berlin").key
    ('Europe/Berlin', 'Europe/Berlin')
    """
    wanted = _FOLDERS.sub("", name)
    if not wanted:
        return _own_time_zone(first or date.today())
    if wanted not in available_timezones():
        expected = "the name of a time zone, such as Europe/Berlin or America/New_York"
        near = nearest(wanted, sorted(available_timezones()))
        raise InputError("The time zone", [Problem("time zone", shown(name), expected, near)])
    return ZoneInfo(wanted)


# tzlocal alone takes a file without a name, or a rule such as CET-1CEST,M3.5.0,M10.5.0/3, for the zone of another file
def _own_time_zone(first: date) -> ZoneInfo:
    said, known = os.environ.get("TZ"), available_timezones()
    plain, names = _FOLDERS.sub("", said or ""), []
    if plain in known:
        names = [plain]
    elif "/" not in plain.split(",")[0] or Path(plain).exists():  # any other is a slip, with which the clock shows UTC
        with suppress(LookupError, OSError, ValueError):
            names = [_FOLDERS.sub("", tzlocal.get_localzone_name() or "UTC")]
        names += ["UTC"] if said is not None else []
    noon = datetime.combine(first, clock(12), UTC)
    days = [noon + timedelta(days=number) for number in range(_CHECKED_DAYS)]
    offsets = [timedelta(seconds=time.localtime(day.timestamp()).tm_gmtoff) for day in days]

    def agrees(name: str) -> bool:
        zone = ZoneInfo(name)
        return all(day.astimezone(zone).utcoffset() == offset for day, offset in zip(days, offsets, strict=True))

    for name in names:
        if name in known and agrees(name):
            return ZoneInfo(name)
    seen = " and ".join(str(timezone(offset)) for offset in sorted(set(offsets)))
    expected = f"the name of a time zone that agrees with this computer's clock ({seen}). "
    expected += "Name yours with --time-zone, in a notebook with time_zone="
    near = plain if plain in known else None if names else nearest(plain, sorted(known))
    near = near or next(filter(agrees, sorted(set(win_tz.values()))), None)
    raise InputError("The time zone", [Problem("time zone", shown(said or ", ".join(names)), expected, near)])


def _identifier(plan: Plan, *parts: object) -> str:
    """Return an identifier that tells nothing of the learner, and stays when a session moves to another day."""
    report = plan.report
    whose = (report.exam, report.learner_id, report.learner_name, report.attempt, plan.target.exam)
    return sha256(repr((*whose, *parts)).encode()).hexdigest()[:32] + "@mls-kit"


def _fill(component: Component, **values: object) -> None:
    for name, value in values.items():
        component.add(name, value)


def _event(plan: Plan, identifier: str, title: str, start: date, end: date) -> Event:
    event, stamp = Event(), datetime.combine(plan.start, datetime.min.time(), ZoneInfo("UTC"))
    _fill(event, uid=identifier, summary=title, dtstart=start, dtend=end, dtstamp=stamp)
    event.add("sequence", max((plan.start - _FIRST).days, 0))
    return event


def _times(session: Session, zone: ZoneInfo) -> tuple[datetime, datetime]:
    start = datetime.combine(session.day, datetime.strptime(session.start, "%H:%M").time(), zone)
    return start, start + timedelta(minutes=session.minutes)


def _held(plan: Plan, before: Calendar | None) -> dict[Key, Component]:
    """Return the sessions of this learner's plan that a calendar written earlier holds."""
    found: dict[Key, Component] = {}
    for event in before.walk("VEVENT") if before else ():
        kind, _, rest = str(event.get(_KEY, "")).partition("|")
        domain, _, number = rest.rpartition("|")
        if number.isdigit() and str(event.get("uid")) == _identifier(plan, kind, domain, int(number)):
            found[kind, domain, int(number)] = event
    return found


def _numbered(sessions: Iterable[Session], taken: Iterable[Key] = (), free: Iterable[Key] = ()) -> dict[Key, Session]:
    """Number sessions by kind and domain: with the numbers that are free, then with those above all that were taken."""
    left: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    last: defaultdict[tuple[str, str], int] = defaultdict(int)
    for kind, domain, number in sorted(free):
        left[kind, domain].append(number)
    for kind, domain, number in taken:
        last[kind, domain] = max(number, last[kind, domain])
    found = {}
    for session in sessions:
        pair = session.kind, session.domain
        if not left[pair]:
            last[pair] += 1
            left[pair] = [last[pair]]
        found[*pair, left[pair].pop(0)] = session
    return found


def _day(event: Component) -> date:
    start = event.decoded("dtstart")
    return start.date() if isinstance(start, datetime) else start


def _newer(event: Event, old: Component | None) -> Component:
    """Return an event with a higher version than the one it takes the place of, or that one where nothing changes."""
    if old is None:
        return event
    texts = []
    for one in (event, old):
        lines = one.to_ical().decode().replace("\r\n ", "").splitlines()
        texts.append([line for line in lines if not line.startswith(_TIMELESS)])
    if texts[0] == texts[1]:
        return old
    event["sequence"] = max(int(str(event["sequence"])), int(old.get("sequence", 0)) + 1)
    return event


def _session_event(plan: Plan, key: Key, session: Session, zone: ZoneInfo) -> Event:
    event = _event(plan, _identifier(plan, *key), session.if_then, *_times(session, zone))
    link = f"\n{session.resource.title}: {session.resource.url}" if session.resource else ""
    about = f"{session.kind}, {session.domain}, {session.minutes} minutes\n{session.do}{link}"
    _fill(event, description=about, categories=[plan.target.exam, session.domain], **{_KEY: "|".join(map(str, key))})
    alarm = Alarm()
    _fill(alarm, action="DISPLAY", description=session.if_then, trigger=ALARM)
    event.add_component(alarm)
    return event


def _canceled(plan: Plan, key: Key, title: str, start: date, end: date) -> Event:
    """Cancel a session that a plan before had."""
    event = _event(plan, _identifier(plan, *key), f"Canceled: {title.removeprefix('Canceled: ')}", start, end)
    _fill(event, **{_KEY: "|".join(map(str, key))}, status="CANCELLED", transp="TRANSPARENT")
    return event


def _sessions(plan: Plan, held: Mapping[Key, Component], zone: ZoneInfo) -> Iterator[Component]:
    """Yield the sessions of a plan, those before it that are past, and as canceled those to come that it has no more."""
    replaced = _numbered(plan.replaced)
    days = {key: session.day for key, session in replaced.items()} | {key: _day(event) for key, event in held.items()}
    free = {key for key, day in days.items() if day >= plan.start}
    new = _numbered(plan.sessions, days, free)
    for key in sorted(held.keys() - free, key=lambda key: (days[key], key)):
        if held[key].get("status") != "CANCELLED":
            yield held[key]
    for key, session in new.items():
        yield _newer(_session_event(plan, key, session, zone), held.get(key))
    for key in sorted(free - new.keys(), key=lambda key: (days[key], key)):
        old = held.get(key)
        if old is None:
            yield _canceled(plan, key, replaced[key].if_then, *_times(replaced[key], zone))
        else:
            yield _newer(_canceled(plan, key, str(old["summary"]), old.decoded("dtstart"), old.decoded("dtend")), old)


def calendar_of(plan: Plan, time_zone: str = "", before: Calendar | None = None, beside: Sequence[Plan] = ()) -> Calendar:
    """Return a plan as a calendar: an event for each session, with an alarm ten minutes before, and one for the exam.

    The n-th session of a kind and domain keeps its identifier when the plan is made anew: importing again moves it.
    Counting goes on after past sessions of the plan replaced or of ``before``, the calendar written last; those to come
    that the plan has no more are marked as canceled. A later version of an event has a higher number.
    """
    zone = read_time_zone(time_zone, plan.start)
    calendar = Calendar()
    _fill(calendar, prodid="-//mls-kit//study plan//EN", version="2.0", method="PUBLISH")
    calendar.add("x-wr-calname", f"Study plan for {' and '.join(each.target.exam for each in (plan, *beside))}")
    there = {str(event.get("uid")): event for event in before.walk("VEVENT")} if before else {}
    for each in (plan, *beside):
        for event in _sessions(each, _held(each, before), zone):
            calendar.add_component(event)
        if each.exam_day:
            ended = availability(each.target.facts, each.exam_day, each.target.language).state == "ended"
            title = f"Target day for {each.target.exam} (the exam has ended; you can't book it)"
            title = title if ended else f"Exam {each.target.exam} (the plan's target; book it yourself)"
            exam = _event(each, _identifier(each, "exam"), title, each.exam_day, each.exam_day + timedelta(days=1))
            calendar.add_component(_newer(exam, there.get(str(exam["uid"]))))
    year = timedelta(days=366)
    days = [plan.start, *map(_day, calendar.walk("VEVENT"))]
    calendar.add_missing_timezones(first_date=min(days) - year, last_date=max(days) + year)
    return calendar


def write_calendar(
    plan: Plan, path: str | Path, time_zone: str = "", before: str | Path | bytes | None = None, beside: Sequence[Plan] = ()
) -> Path:
    """Write a plan as an ``.ics`` file, whole or not at all, readable by its owner alone.

    ``before`` is the calendar written before, or where it is, if not in ``path``; ``time_zone`` is as in ``read_time_zone``;
    ``beside`` are plans for other exams of the same person.
    """
    write_whole_bytes(Path(path), calendar_of(plan, time_zone, _read(path if before is None else before), beside).to_ical())
    return Path(path)


def _read(before: str | Path | bytes) -> Calendar | None:
    """Return a calendar, or the one in a file; None where there is none."""
    try:
        found = Calendar.from_ical(before if isinstance(before, bytes) else Path(before).read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, Calendar) else None
