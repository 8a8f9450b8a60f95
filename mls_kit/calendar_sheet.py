"""The sheet a plan's calendar is drawn on: made once, filled once for a page or at every move for a live picture."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mls_kit.activities import Session
from mls_kit.day_cells import Cell, DayCells
from mls_kit.exam import Exam
from mls_kit.figures import DOMAIN_LOOK, DPI, EDGE, GAP, INK, add_axes, add_box, write, write_names, write_scale
from mls_kit.lifecycle import availability
from mls_kit.plan import Plan
from mls_kit.reading import WEEKDAYS

__all__ = ["CalendarSheet", "calendar_rows", "row_height"]

MARKS = (("test", "T"), ("checkpoint", "C"), ("mixed", "M"), ("buffer", "B"))
ROW = 0.42  # inches, where there is room
# inches, in a long calendar: 32 pixels, so that a row lies near enough to the next for PNG to see that they are alike
LOW_ROW, LONG = 32 / DPI, 16


def calendar_rows(plan: Plan) -> list[date]:
    """Return the Mondays of the weeks a calendar shows: those with study or the exam; empty weeks take no row.

    Examples
    --------
    >>> from mls_kit import ScoreReport, build_plan
    >>> plan = build_plan(ScoreReport("SAA-C03", 650, "NI, MC, MC, MC"), today="2026-11-22", target_date="2026-12-07")
    >>> [str(monday) for monday in calendar_rows(plan)]
    ['2026-11-16', '2026-11-23', '2026-11-30', '2026-12-07']
    """
    days = {session.day for session in plan.sessions} | ({plan.exam_day} if plan.exam_day else set())
    return sorted({_monday(day) for day in days})


def row_height(weeks: int) -> float:
    """Return how high a week's row is in a page, in inches."""
    return ROW if weeks <= LONG else LOW_ROW


class CalendarSheet:
    """Weekdays, key and room for the weeks of a plan; filled once for a page, or again and again for a live picture.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        At least as high as ``height`` says; nothing else is drawn on it.
    exam : Exam
    columns : int
        Columns of the key.

    Attributes
    ----------
    cells : DayCells
        What changes from plan to plan.
    """

    def __init__(self, figure: Figure, exam: Exam, columns: int = 1) -> None:
        key = self.height(len(exam.domains), -0.35, columns)
        # days are 125 pixels wide in a page: equal cells become equal pixels, which pack well
        self.axes = axes = add_axes(figure, left=117 / DPI, bottom=key, top=0.35, right=16 / DPI)
        self.room = figure.get_figheight() - key - 0.35
        axes.set_xlim(0, 7)
        write_names(axes, [], [])
        write_scale(axes, [], [], lines=False, base=False)
        above = 1 + GAP / self.room
        for place, name in enumerate(WEEKDAYS):
            write(axes, place + 0.5, above, name[:3], transform=axes.get_xaxis_transform(), ha="center")
        self.cells = DayCells(axes, EDGE, INK)
        marks = ";  ".join(f"{mark}  {kind}" for kind, mark in MARKS)
        names = [(_color(domain.number), f"{domain.number}  {domain.name}") for domain in exam.domains]
        _draw_key(axes, [*names, ("white", marks)], columns)

    @staticmethod
    def height(domains: int, room: float, columns: int = 1) -> float:
        """Return how high a figure has to be, in inches, for a key of so many domains and ``room`` for the weeks."""
        return 0.35 + room + 0.25 * math.ceil((domains + 1) / columns) + 0.15

    def fill(self, plan: Plan, most: int) -> int:
        """Draw at most so many weeks of a plan for this exam, and return how many were left out."""
        weeks = calendar_rows(plan)
        rows = {monday: row for row, monday in enumerate(weeks[:most])}
        lines = max(self.room / ROW, len(rows), 1)
        names = [f"{monday.day} {monday:%b %Y}" for monday in rows]
        self.cells.fill(_day_cells(plan, rows), names, lines, min(9.0, 72 * 0.56 * self.room / lines))
        return len(weeks) - len(rows)


def _draw_key(axes: Axes, entries: list[tuple[str, str]], columns: int) -> None:
    """Draw a key at the lower left; matplotlib's legend takes a third of the time of the whole calendar."""
    figure: Any = axes.figure
    width, height = figure.get_size_inches()
    rows, on_paper = math.ceil(len(entries) / columns), figure.transFigure
    left = 0.1
    for column in range(columns):
        shown = entries[column * rows : (column + 1) * rows]
        for row, (color, text) in enumerate(shown):
            y = 0.1 + 0.2 * (rows - 1 - row)
            place = (left / width, y / height)
            look = {"facecolor": color, "transform": on_paper, "clip_on": False}
            add_box(axes, place, 0.26 / width, 0.09 / height, **look)
            write(axes, (left + 0.36) / width, (y + 0.045) / height, text, size=9.5, transform=on_paper, va="center")
        left += 0.66 + 0.08 * max((len(text) for _, text in shown), default=0)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _color(number: int) -> str:
    return DOMAIN_LOOK[(number - 1) % len(DOMAIN_LOOK)]


def _day_cells(plan: Plan, rows: dict[date, int]) -> list[Cell]:
    """Return the days of the weeks shown; ``rows``: where the week of a Monday stands."""
    numbers = {domain.name: domain.number for domain in plan.target.facts.domains}
    cells = []
    for day, sessions in groupby(plan.sessions, key=lambda session: session.day):
        if (row := rows.get(_monday(day))) is not None:
            cells.append(Cell(day.weekday(), row, *_day_cell(list(sessions), numbers)))
    if plan.exam_day and (row := rows.get(_monday(plan.exam_day))) is not None:
        ended = availability(plan.target.facts, plan.exam_day, plan.target.language).state == "ended"
        cells.append(Cell(plan.exam_day.weekday(), row, "TARGET" if ended else "EXAM", INK, "white"))
    return cells


def _day_cell(sessions: list[Session], numbers: dict[str, int]) -> tuple[str, str, str]:
    """Return the text of a day, its color and its ink."""
    kinds = {session.kind for session in sessions}
    minutes: dict[int, int] = {}
    for session in sessions:
        if number := numbers.get(session.domain):
            minutes[number] = minutes.get(number, 0) + session.minutes
    main = max(minutes, key=lambda number: minutes[number], default=0)
    marks = [str(main)] if main else []
    marks += [mark for kind, mark in MARKS if kind in kinds]
    text = f"{'+'.join(marks)}  {sum(session.minutes for session in sessions)}′"
    return text, _color(main) if main else "white", INK
