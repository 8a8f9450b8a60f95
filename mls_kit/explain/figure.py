"""What all figures share: the look, a figure without pyplot, margins in inches, and a chart with its words."""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.ticker import NullLocator
from matplotlib.transforms import IdentityTransform, ScaledTranslation, Transform
from numpy.typing import NDArray

from mls_kit.explain.renderer import Keeper, packed
from mls_kit.html import together

__all__ = [
    "Area",
    "Bar",
    "Chart",
    "Stroke",
    "Words",
    "add_area",
    "add_axes",
    "add_bar",
    "add_box",
    "add_line",
    "add_spans",
    "fold",
    "moved",
    "new_figure",
    "write",
    "write_head",
    "write_names",
    "write_scale",
]

FloatArray = NDArray[np.float64]

# Okabe and Ito's colors, each with a hatch of its own: no chart is read by color alone.
RATING_LOOK = {
    "Needs Improvement": ("#f2a477", "///"),
    "Competent": ("#a7d3f0", "..."),
    "Meets Competencies": ("#b8dfcf", "\\\\"),
    "Strong": ("#5fb99b", ""),
}
TIER_LOOK = {"Highest": "#e07b39", "High": "#f2b134", "Medium": "#8cc4e8", "Maintenance": "#c9d6c3"}
TIER_HATCH = {"Highest": "///", "High": "\\\\", "Medium": "...", "Maintenance": ""}
DOMAIN_LOOK = ["#a7d3f0", "#f2cf8c", "#f2a477", "#b8dfcf", "#d9b8d8", "#e5e5a0"]
EDGE, INK = "#333333", "#1a1a1a"
WIDTH = 9.0  # inches: fits A4 upright
NAMES = 2.75  # inches for the names of domains
DPI = 112  # of a figure in a page: 1008 pixels wide
GAP = 0.05  # inches between axes and what is written beside them


class Chart:
    """A figure with its words.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    words : str
        What the figure shows, for whoever does not see it; also its caption.
    """

    def __init__(self, figure: Figure, words: str) -> None:
        self.figure = figure
        self.words = words

    def png(self, dpi: int = DPI) -> bytes:
        """Return the figure as a PNG file."""
        self.figure.set_dpi(dpi)
        FigureCanvasAgg(self.figure)
        renderer = Keeper(*self.figure.bbox.size, dpi)
        self.figure.draw(renderer)
        return packed(renderer)

    def _repr_html_(self) -> str:
        # JupyterLab reads alternative text only from an img element, not from the metadata of a picture
        data = base64.b64encode(self.png()).decode()
        words = html.escape(self.words)
        return (
            f'<figure style="margin:0"><img alt="{words}" src="data:image/png;base64,{data}" '
            f'style="max-width:100%;height:auto;background:#fff"><figcaption>{together(words)}</figcaption></figure>'
        )

    def __repr__(self) -> str:
        return self.words


class _Sheet(Figure):
    """A figure that may come with axes made ahead."""

    spare: list[Axes]


_READY: list[_Sheet] = []


def make_ahead(figures: int) -> None:
    """Have so many figures with axes ready: a process forked from this one then finds them made.

    Making axes takes matplotlib as long as drawing what is on them.
    """
    while len(_READY) < figures:
        figure = _Sheet(facecolor="white")
        figure.spare = [figure.add_axes((0, 0, 1, 1), label=str(number)) for number in range(2)]
        for axes in figure.spare:
            figure.delaxes(axes)
        _READY.append(figure)


def new_figure(height: float) -> Figure:
    """Return an empty figure of the width all figures have; ``height`` is in inches."""
    figure = _READY.pop() if _READY else _Sheet(facecolor="white")
    figure.set_size_inches(WIDTH, height)
    return figure


def add_axes(figure: Figure, left: float, bottom: float, top: float, right: float = 0.15) -> Axes:
    """Add axes with margins in inches: fixed places cost a third of a computed layout, and do not jump."""
    width, height = figure.get_size_inches()
    rect = (left / width, bottom / height, (width - left - right) / width, (height - top - bottom) / height)
    if spare := getattr(figure, "spare", []):
        axes = figure.add_axes(spare.pop())
        axes.set_position(rect)
    else:
        axes = figure.add_axes(rect)
    axes.spines[["top", "right", "left"]].set_visible(False)
    return axes


def add_bar(axes: Axes, place: float, start: float, length: float, height: float, **look: Any) -> None:
    """Draw a bar lying at ``place``; the same as matplotlib's ``barh`` for one bar, at a small part of its time."""
    add_box(axes, (start, place - height / 2), length, height, **look)


def add_box(axes: Axes, corner: tuple[float, float], width: float, height: float, **look: Any) -> None:
    """Draw an upright rectangle on axes whose limits are set; cheaper than ``add_patch``, which seeks limits."""
    axes.add_artist(Bar(corner, width, height, **{"edgecolor": EDGE, **look}))


def add_line(axes: Axes, x: Sequence[float] | FloatArray, y: Sequence[float] | FloatArray, **look: Any) -> None:
    """Draw a line or markers on axes whose limits are set; cheaper than ``plot``, which seeks limits."""
    axes.add_artist(Stroke(x, y, **{"color": INK, **look}))


def add_spans(axes: Axes, spans: Iterable[tuple[float, float, float]], **look: Any) -> None:
    """Draw level lines, each from one place to another at a height, as one."""
    ends = [end for left, right, y in spans for end in ((left, y), (right, y), (math.nan, math.nan))]
    add_line(axes, *zip(*ends, strict=True), **look)


def add_area(axes: Axes, x: FloatArray, base: float, y: FloatArray, **look: Any) -> None:
    """Fill the area between a level line and a curve."""
    axes.add_artist(Area([(x[0], base), *zip(x, y, strict=True), (x[-1], base)], **look))


def write(
    axes: Axes, x: float, y: float, text: str, size: float = 10, transform: Transform | None = None, **look: Any
) -> None:
    """Write an upright text without a frame; the same as ``axes.text``, at a small part of its time."""
    words = Words(x, y, text, **{"fontproperties": _font(size), "color": INK, **look})
    words.set_clip_on(False)
    words.set_transform(transform or axes.transData)
    axes.add_artist(words)


@lru_cache(maxsize=32)
def _font(size: float) -> FontProperties:
    return FontProperties(size=size)


def write_head(axes: Axes, text: str) -> None:
    """Write a line at the upper left of a figure: how to read it."""
    figure: Any = axes.figure
    write(axes, 0.15 / WIDTH, 1 - 0.3 / figure.get_figheight(), text, transform=figure.transFigure, size=11)


def moved(axes: Axes, right: float = 0, up: float = 0) -> Transform:
    """Return the transform to so many points right of a place among the data, and above it."""
    return axes.transData + ScaledTranslation(right / 72, up / 72, axes.figure.dpi_scale_trans)


def write_names(axes: Axes, places: Iterable[float], names: Iterable[str], size: float = 10.5) -> None:
    """Write names beside the left edge, where ticks would have them: a tick costs as much as ten texts."""
    axes.yaxis.set_visible(False)
    axes.yaxis.set_major_locator(NullLocator())
    left, beside = -GAP / _inches(axes)[0], axes.get_yaxis_transform()
    for place, name in zip(places, names, strict=True):
        write(axes, left, place, name, transform=beside, ha="right", va="center_baseline", size=size)


def write_scale(
    axes: Axes, ticks: Sequence[float], labels: Iterable[str], title: str = "", size: float = 10, lines: bool = True,
    base: bool = True,
) -> None:  # fmt: skip
    """Write a scale and its title under the axes in place of all that axes draw by themselves.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    ticks, labels : sequence
        Places on the scale, and what is written there.
    title : str
    size : float
        Of the labels.
    lines : bool
        Whether pale lines go up from the ticks.
    base : bool
        Whether there is a line under the axes.
    """
    axes.set_axis_off()
    axes.xaxis.set_major_locator(NullLocator())
    height, across = _inches(axes)[1], axes.get_xaxis_transform()
    for tick, label in zip(ticks, labels, strict=True):
        write(axes, tick, -GAP / height, label, transform=across, ha="center", va="top", size=size)
    if title:
        under = (GAP * 2 + size * 1.25 / 72) / height
        write(axes, 0.5, -under, title, transform=axes.transAxes, ha="center", va="top", size=10.5)
    if lines:
        x = [place for tick in ticks for place in (tick, tick, math.nan)]
        y = [0, 1, math.nan] * len(ticks)
        add_line(axes, x, y, transform=across, color="#dddddd", linewidth=0.7, zorder=0.5)
    if base:
        look = {"color": EDGE, "linewidth": 0.8, "solid_capstyle": "projecting", "zorder": 2.5, "clip_on": False}
        add_line(axes, [0, 1], [0, 0], transform=axes.transAxes, **look)


def _inches(axes: Axes) -> tuple[float, float]:
    """Return width and height of axes."""
    return axes.bbox.width / axes.figure.dpi, axes.bbox.height / axes.figure.dpi


def fold(text: str, width: int = 30) -> str:
    """Break a long name over lines."""
    lines: list[str] = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > width and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


_PIXELS = IdentityTransform()
_LEFT_OF = {"left": 0.0, "center": 0.5, "right": 1.0}


class _InBox:
    """Cut off at the box of its axes: matplotlib would make a transform of the same box for each artist."""

    def set_clip_path(self: Any, path: Any, transform: Any = None) -> None:
        """Take the axes' box in place of their background's outline, which is the same."""
        if not self.get_clip_on():
            return
        if self.axes is not None and path is self.axes.patch:
            self.set_clip_box(self.axes.bbox)
        else:
            super().set_clip_path(path, transform)  # type: ignore[misc]


class Stroke(_InBox, Line2D):
    """A line or markers."""


class Words(_InBox, Text):
    """An upright text without a frame."""

    def draw(self, renderer: RendererBase) -> None:
        """Draw the text, each line where matplotlib would put it."""
        font, said, dpi = self.get_fontproperties(), self.get_text(), self.figure.dpi
        if not isinstance(renderer, Keeper) or "$" in said:
            super().draw(renderer)
            return
        x, y = self.get_transform().transform(self.get_position())
        left, lines = _LEFT_OF[self.get_horizontalalignment()], said.split("\n")
        pen = renderer.new_gc()
        pen.set_foreground(self.get_color())
        for line, up in zip(lines, _heights(len(lines), font, self.get_verticalalignment(), dpi), strict=True):
            width, _, _ = renderer.get_text_width_height_descent(line, font, False)
            renderer.draw_text(pen, x - left * width, renderer.height - y - up, line, font, 0)


class _Notes(Keeper):
    """Notes how high the lines of a text lie."""

    def __init__(self, dpi: float) -> None:
        super().__init__(1, 1, dpi)
        self.heights: list[float] = []

    def draw_text(self, gc: GraphicsContextBase, x: float, y: float, *_: Any, **__: Any) -> None:
        """Note a line."""
        self.heights.append(self.height - y)


@lru_cache(maxsize=256)
def _heights(lines: int, font: FontProperties, va: str, dpi: float) -> list[float]:
    """Ask matplotlib how far above its place a text has its lines."""
    text = Text(0, 0, "\n".join("x" * lines), va=va, fontproperties=font)
    text.set_figure(Figure(dpi=dpi))
    notes = _Notes(dpi)
    text.draw(notes)
    return notes.heights


class _Shape(_InBox, Patch):
    """A filled shape with plain edges."""

    def draw(self, renderer: RendererBase) -> None:
        """Draw the shape, its corners moved to pixels at once."""
        if not isinstance(renderer, Keeper):
            super().draw(renderer)
            return
        pen, edge = renderer.new_gc(), to_rgba(self.get_edgecolor())
        pen.set_linewidth(self.get_linewidth() if edge[3] else 0)
        pen.set_foreground(edge, isRGBA=True)
        pen.set_joinstyle("miter")
        pen.set_clip_rectangle(self.get_clip_box())
        if self.get_hatch():
            pen.set_hatch(self.get_hatch())
            pen.set_hatch_color(edge)
        corners = Artist.get_transform(self).transform(self._corners())
        renderer.draw_path(pen, Path(corners, closed=True), _PIXELS, self.get_facecolor())

    def _corners(self) -> Any:
        raise NotImplementedError


class Bar(_Shape, Rectangle):
    """An upright rectangle."""

    def _corners(self) -> Any:
        left, bottom = self.get_xy()
        right, top = left + self.get_width(), bottom + self.get_height()
        return [(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)]


class Area(_Shape, Polygon):
    """An area under a curve."""

    def _corners(self) -> Any:
        return self.get_xy()
