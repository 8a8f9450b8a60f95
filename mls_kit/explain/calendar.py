"""A plan's calendar: one row a week, one cell a day, and the key; for a page, or drawn anew for a live picture."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta
from itertools import groupby

from matplotlib.figure import Figure

from mls_kit.exam import Exam
from mls_kit.explain.figure import DOMAIN_LOOK, DPI, GAP, INK, Panel
from mls_kit.method import availability
from mls_kit.plan import Plan, Session
from mls_kit.report import WEEKDAYS

MARKS = (("test", "T"), ("checkpoint", "C"), ("mixed", "M"), ("buffer", "B"))
ROW = 0.42  # inches, where there is room
# inches, in a long calendar: 32 pixels, so that a row lies near enough to the next for PNG to see that they are alike
LOW_ROW, LONG = 32 / DPI, 16
TOP = 0.35  # inches for the weekdays


def calendar_rows(plan: Plan) -> list[date]:
    """Return the Mondays of the weeks a calendar shows: those with study or the exam; empty weeks take no row."""
    days = {session.day for session in plan.sessions} | ({plan.exam_day} if plan.exam_day else set())
    return sorted({_monday(day) for day in days})


def row_height(weeks: int) -> float:
    """Return how high a week's row is in a page, in inches."""
    return ROW if weeks <= LONG else LOW_ROW


def calendar_height(domains: int, room: float, columns: int = 1) -> float:
    """Return how high a figure has to be, in inches, for a key of so many domains and ``room`` for the weeks."""
    return TOP + room + 0.25 * math.ceil((domains + 1) / columns) + 0.15


def draw_calendar(figure: Figure, plan: Plan, most: int, columns: int = 1) -> int:
    """Draw at most so many weeks of a plan, with a key in columns, and return how many weeks were left out."""
    exam = plan.target.facts
    key = calendar_height(len(exam.domains), 0, columns) - TOP
    room = figure.get_figheight() - key - TOP
    weeks = calendar_rows(plan)
    rows = {monday: row for row, monday in enumerate(weeks[:most])}
    lines = max(room / ROW, len(rows), 1)
    # days are 125 pixels wide in a page: equal cells become equal pixels, which pack well
    panel = Panel(figure, left=117 / DPI, bottom=key, top=TOP, right=16 / DPI, x=(0, 7), y=(lines, 0))
    for place, name in enumerate(WEEKDAYS):
        panel.write(place + 0.5, 1 + GAP / room, name[:3], transform=panel.across, ha="center")
    size = min(9.0, 72 * 0.56 * room / lines)
    for column, row, text, color, ink in _cells(plan, rows):
        panel.rectangle((column + 0.03, row + 0.08), 0.94, 0.84, facecolor=color, linewidth=0.8)
        panel.write(column + 0.5, row + 0.5, text, size, ha="center", va="center_baseline", color=ink)
    for monday, row in rows.items():
        panel.write(-0.06, row + 0.5, f"{monday.day} {monday:%b %Y}", size, ha="right", va="center_baseline")
    _draw_key(panel, exam, columns)
    return len(weeks) - len(rows)


def _draw_key(panel: Panel, exam: Exam, columns: int) -> None:
    marks = ";  ".join(f"{mark}  {kind}" for kind, mark in MARKS)
    entries = [(_color(domain.number), f"{domain.number}  {domain.name}") for domain in exam.domains]
    entries.append(("white", marks))
    inches, rows, left = panel.figure.dpi_scale_trans, math.ceil(len(entries) / columns), 0.1
    for column in range(columns):
        shown = entries[column * rows : (column + 1) * rows]
        for row, (color, text) in enumerate(shown):
            y = 0.1 + 0.2 * (rows - 1 - row)
            panel.rectangle((left, y), 0.26, 0.09, inches, facecolor=color, clip_on=False)
            panel.write(left + 0.36, y + 0.045, text, 9.5, inches, va="center")
        left += 0.66 + 0.08 * max((len(text) for _, text in shown), default=0)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _color(number: int) -> str:
    return DOMAIN_LOOK[(number - 1) % len(DOMAIN_LOOK)]


def _cells(plan: Plan, rows: dict[date, int]) -> list[tuple[int, int, str, str, str]]:
    """Return column, row, text, color and ink of the days shown; ``rows``: where the week of a Monday stands."""
    numbers = {domain.name: domain.number for domain in plan.target.facts.domains}
    cells = []
    for day, sessions in groupby(plan.sessions, key=lambda session: session.day):
        if (row := rows.get(_monday(day))) is not None:
            cells.append((day.weekday(), row, *_day_cell(list(sessions), numbers), INK))
    if plan.exam_day and (row := rows.get(_monday(plan.exam_day))) is not None:
        ended = availability(plan.target.facts, plan.exam_day, plan.target.language).state == "ended"
        cells.append((plan.exam_day.weekday(), row, "TARGET" if ended else "EXAM", INK, "white"))
    return cells


def _day_cell(sessions: list[Session], numbers: dict[str, int]) -> tuple[str, str]:
    """Return the text of a day and its color."""
    kinds, minutes = {session.kind for session in sessions}, Counter[int]()
    for session in sessions:
        if number := numbers.get(session.domain):
            minutes[number] += session.minutes
    main = max(minutes, key=minutes.__getitem__, default=0)
    marks = [str(main)] if main else []
    marks += [mark for kind, mark in MARKS if kind in kinds]
    text = f"{'+'.join(marks)}  {sum(session.minutes for session in sessions)}′"
    return text, _color(main) if main else "white"
