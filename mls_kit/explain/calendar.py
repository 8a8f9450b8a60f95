"""The sheet a plan's calendar is drawn on: made once, filled once for a page or at every move for a live picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from mls_kit.exam import Exam
from mls_kit.explain.figure import (
    DOMAIN_LOOK,
    DPI,
    EDGE,
    GAP,
    INK,
    add_axes,
    add_box,
    write,
    write_names,
    write_scale,
)
from mls_kit.explain.renderer import Pixels, set_text, text_size
from mls_kit.method import availability
from mls_kit.plan import Plan, Session
from mls_kit.report import WEEKDAYS

__all__ = ["CalendarSheet", "Cell", "DayCells", "calendar_rows", "row_height"]

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


Placed = tuple[Pixels, int, int]  # a picture, and where in it its origin lies: from the left, and from below
POINTS = 72  # an inch
_LOW = 0.36  # of a font's size: so far below the middle of a digit it stands on its line
_WIDE, _HIGH = 0.94, 0.84  # of the room of a day: the rest lies between the boxes
_NAMES = 0.06  # of a day's width: between the name of a week and its first day


class Cell(NamedTuple):
    """A day of a calendar: where it stands, counted from the upper left, what it says, and its colors."""

    column: int
    row: int
    text: str
    color: str
    ink: str


class DayCells(Artist):
    """Seven columns of cells, and the name of each row at its left; filled once, or again and again.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Its whole area is the room for the cells.
    edge, ink : str
        The colors of the edges of the boxes and of the names.
    """

    def __init__(self, axes: Axes, edge: str, ink: str) -> None:
        super().__init__()
        self._axes: Any = axes
        self.edge, self.ink = edge, ink
        self.fill([], [], 1, 9)
        axes.add_artist(self)

    def fill(self, cells: Sequence[Cell], names: Sequence[str], rows: float, points: float) -> None:
        """Take other cells and names, on so many rows and with letters of so many points."""
        self._cells, self._names, self._rows, self._points = cells, names, rows, points
        self.stale = True

    def draw(self, renderer: RendererBase) -> None:
        """Draw boxes, texts and names."""
        if not self.get_visible():
            return
        room, dpi, points = self._axes.bbox, self._axes.figure.dpi, self._points
        day, line = room.width / 7, room.height / self._rows
        size = round(_WIDE * day), round(_HIGH * line)
        left = [round(room.x0 + (column + (1 - _WIDE) / 2) * day) for column in range(7)]
        bottom = [round(room.y1 - (row + (1 + _HIGH) / 2) * line) for row in range(math.ceil(self._rows))]
        pen = renderer.new_gc()
        for column, row, *look in self._cells:
            picture, x, y = _cell(*look, self.edge, size, points, dpi)
            renderer.draw_image(pen, left[column] - x, bottom[row] - y, picture)
        right = room.x0 - _NAMES * day
        for row, name in enumerate(self._names):
            picture, x, y = _name(name, self.ink, size[1], points, dpi)
            renderer.draw_image(pen, round(right - _width(name, points, dpi)) - x, bottom[row] - y, picture)
        pen.restore()
        self.stale = False

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return what cells and names take up, in pixels."""
        room, dpi = self._axes.bbox, self._axes.figure.dpi
        widest = max((_width(name, self._points, dpi) for name in self._names), default=0)
        return Bbox.from_extents(room.x0 - _NAMES * room.width / 7 - widest, room.y0, room.x1, room.y1)


@lru_cache(maxsize=64)
def _font(points: float) -> FontProperties:
    return FontProperties(size=points)


@lru_cache(maxsize=2048)
def _width(text: str, points: float, dpi: float) -> float:
    return text_size(text, _font(points), False, dpi)[0]


def _text(text: str, ink: str, height: int, points: float, dpi: float) -> Placed:
    """Return a text that stands in the middle of so many pixels of height, and where its left end lies in it."""
    picture, left, below = set_text(text, _font(points), dpi, ink)
    return picture, left, below - round((height - 1) / 2 - _LOW * points * dpi / POINTS)


# what is kept stays below 10 MB, however long a calendar is moved
_name = lru_cache(maxsize=256)(_text)


@lru_cache(maxsize=64)
def _box(color: str, edge: str, size: tuple[int, int], dpi: float) -> Placed:
    """Return a box with half of its edge around it, and where its lower left corner lies in it."""
    width, height = size
    renderer = RendererAgg(width + 2, height + 2, dpi)
    Rectangle((1, 1), width, height, facecolor=color, edgecolor=edge, linewidth=0.8, snap=True).draw(renderer)
    return np.array(renderer.buffer_rgba())[::-1], 1, 1


@lru_cache(maxsize=512)
def _cell(text: str, color: str, ink: str, edge: str, size: tuple[int, int], points: float, dpi: float) -> Placed:
    """Return a box with its text, and where the box's lower left corner lies in it."""
    box, (letters, left, below) = _box(color, edge, size, dpi), _text(text, ink, size[1], points, dpi)
    middle = round((size[0] - _width(text, points, dpi)) / 2)
    return _over(box, (letters, left - middle, below))


def _over(ground: Placed, picture: Placed) -> Placed:
    """Lay a picture over another: the origin of both is the same place."""
    (below, x0, y0), (above, x1, y1) = ground, picture
    left, bottom = max(x0, x1), max(y0, y1)
    width = left + max(below.shape[1] - x0, above.shape[1] - x1)
    height = bottom + max(below.shape[0] - y0, above.shape[0] - y1)
    paper, ink = np.zeros((2, height, width, 4))
    paper[bottom - y0 :, left - x0 :][: below.shape[0], : below.shape[1]] = below / 255
    ink[bottom - y1 :, left - x1 :][: above.shape[0], : above.shape[1]] = above / 255
    over, under = ink[..., 3:], paper[..., 3:] * (1 - ink[..., 3:])
    both = over + under
    mixed = (ink[..., :3] * over + paper[..., :3] * under) / np.where(both, both, 1)
    rows, columns = (np.flatnonzero(both[..., 0].any(axis=axis)) for axis in (1, 0))
    seen = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    pixels = np.round(255 * np.concatenate([mixed, both], axis=2)).astype(np.uint8)
    return np.ascontiguousarray(pixels[seen]), left - int(columns[0]), bottom - int(rows[0])
