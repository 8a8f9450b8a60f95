"""The sheet a plan's calendar is drawn on: made once, filled once for a page or at every move for a live picture."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate, groupby
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import TextPath, text_to_path
from matplotlib.transforms import Affine2D, IdentityTransform

from mls_kit.activities import Session
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
    keep : callable
        Called with each artist that changes from plan to plan.
    """

    def __init__(
        self, figure: Figure, exam: Exam, columns: int = 1, keep: Callable[[Artist], object] = lambda _artist: None
    ) -> None:
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
        self._boxes = PolyCollection([], edgecolors=EDGE, linewidths=0.8)
        # letters as shapes, each text made once: a hundred texts cost 150 ms a drawing, their shapes 10
        self._letters = PathCollection([], offset_transform=axes.transData, linewidths=0, clip_on=False)
        self._letters.set_transform(IdentityTransform())
        for artist in (self._boxes, self._letters):
            axes.add_collection(artist, autolim=False)
            keep(artist)
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
        self.axes.set_ylim(lines, 0)
        cells = _day_cells(plan, set(rows))
        places = [(day.weekday(), rows[_monday(day)]) for day, *_ in cells]
        corners = np.array([(0.03, 0.08), (0.97, 0.08), (0.97, 0.92), (0.03, 0.92)])
        self._boxes.set_verts(np.array(places, float).reshape(-1, 1, 2) + corners)
        self._boxes.set_facecolor([color for _, _, color, _ in cells])
        names = [f"{monday.day} {monday:%b %Y}" for monday in rows]
        offsets = [(x + 0.5, y + 0.5) for x, y in places] + [(-0.06, y + 0.5) for y in rows.values()]
        self._letters.set_paths([*(_shape(text, 0.5) for _, text, _, _ in cells), *(_shape(name, 1) for name in names)])
        self._letters.set_offsets(offsets or [(0, 0)])
        self._letters.set_facecolor([*(ink for *_, ink in cells), *(INK for _ in names)])
        self._letters.set_sizes([min(9.0, 72 * 0.56 * self.room / lines) ** 2], self._letters.figure.dpi)
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


@lru_cache(maxsize=256)
def _letter(letter: str) -> tuple[Path | None, float]:
    """Return a letter as a shape, in units of its size, and how far it moves the next one; a space has no shape."""
    width, _, _ = text_to_path.get_text_width_height_descent(letter, FontProperties(size=1), False)
    return None if letter == " " else TextPath((0, 0), letter, size=1), width


@lru_cache(maxsize=4096)
def _shape(text: str, side: float) -> Path:
    """Return a text as one shape; ``side`` is the part of it that lies left of its place."""
    letters = [_letter(letter) for letter in text]
    at = list(accumulate((width for _, width in letters), initial=0.0))
    moves = [Affine2D().translate(x - side * at[-1], -0.36) for x in at[:-1]]
    shapes = [path.transformed(move) for (path, _), move in zip(letters, moves, strict=True) if path]
    return Path.make_compound_path(*shapes)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _color(number: int) -> str:
    return DOMAIN_LOOK[(number - 1) % len(DOMAIN_LOOK)]


def _day_cells(plan: Plan, mondays: set[date]) -> list[tuple[date, str, str, str]]:
    """Return each day of the weeks shown with its text, its color and its ink."""
    numbers = {domain.name: domain.number for domain in plan.target.facts.domains}
    by_day = groupby(plan.sessions, key=lambda session: session.day)
    cells = [(day, *_day_cell(list(group), numbers)) for day, group in by_day if _monday(day) in mondays]
    if plan.exam_day and _monday(plan.exam_day) in mondays:
        ended = availability(plan.target.facts, plan.exam_day, plan.target.language).state == "ended"
        cells.append((plan.exam_day, "TARGET" if ended else "EXAM", INK, "white"))
    return cells


def _day_cell(sessions: list[Session], numbers: dict[str, int]) -> tuple[str, str, str]:
    """Return the text of a day, its color and its ink."""
    kinds = {session.kind for session in sessions}
    minutes: Counter[int] = Counter()
    for session in sessions:
        if session.domain in numbers:
            minutes[numbers[session.domain]] += session.minutes
    main = minutes.most_common(1)[0][0] if minutes else 0
    marks = [str(main)] if main else []
    marks += [mark for kind, mark in MARKS if kind in kinds]
    text = f"{'+'.join(marks)}  {sum(session.minutes for session in sessions)}′"
    return text, _color(main) if main else "white", INK
