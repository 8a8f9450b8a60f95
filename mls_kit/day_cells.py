"""The days of a calendar as cells on whole pixels: a box and a text are drawn once, and put wherever they belong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from mls_kit.drawing import Pixels, set_text, text_size

__all__ = ["Cell", "DayCells"]

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
