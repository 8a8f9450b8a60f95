"""What all figures share: the look, a figure without pyplot, margins in inches, and a chart with its words."""

from __future__ import annotations

import base64
import html
import io
import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray
from PIL import Image

__all__ = ["Chart", "add_axes", "add_bar", "add_line", "fold", "new_figure", "write_names", "write_scale"]

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


class TextKeeper(RendererAgg):
    """matplotlib's renderer, which draws each text once for all figures: texts are half the cost of a figure.

    A text is kept as a picture and put on whole pixels.
    """

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        """Return the size of a text, in pixels."""
        return _size(s, prop, ismath, self.dpi)

    def draw_text(
        self, gc: GraphicsContextBase, x: float, y: float, s: str, prop: FontProperties, angle: float,
        ismath: Any = False, mtext: Text | None = None,
    ) -> None:  # fmt: skip
        """Draw a text."""
        if angle or ismath:
            return super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
        picture, left, below = _written(s, prop, self.dpi, gc.get_rgb())
        self.draw_image(gc, round(x) - left, round(self.height - y) - below, picture)
        return None


@lru_cache(maxsize=8192)
def _size(text: str, prop: FontProperties, ismath: Any, dpi: float) -> tuple[float, float, float]:
    return RendererAgg(1, 1, dpi).get_text_width_height_descent(text, prop, ismath)


@lru_cache(maxsize=2048)
def _written(text: str, prop: FontProperties, dpi: float, color: Any) -> tuple[NDArray[np.uint8], int, int]:
    """Return a text as a picture, and where in it the text begins: pixels from the left, and from below."""
    width, height, descent = (math.ceil(size) for size in _size(text, prop, False, dpi))
    edge = 4 + height // 4  # letters may reach out of their box
    renderer = RendererAgg(width + 2 * edge, height + 2 * edge, dpi)
    gc = renderer.new_gc()
    gc.set_foreground(color)
    renderer.draw_text(gc, edge, edge + height - descent, text, prop, 0)
    return np.array(renderer.buffer_rgba())[::-1], edge, edge + descent


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
        renderer = TextKeeper(*self.figure.bbox.size, dpi)
        self.figure.draw(renderer)
        picture = Image.frombuffer("RGBA", (int(renderer.width), int(renderer.height)), renderer.buffer_rgba())
        buffer = io.BytesIO()
        # flat colors: 64 of them look the same, at a third of the size and a tenth of the time
        small = picture.convert("RGB").quantize(64, method=Image.Quantize.FASTOCTREE)
        small.putpalette([255 if value >= 250 else value for value in small.getpalette() or []])  # white stays white
        small.save(buffer, "PNG", compress_level=6)
        return buffer.getvalue()

    def _repr_html_(self) -> str:
        # JupyterLab reads alternative text only from an img element, not from the metadata of a picture
        data = base64.b64encode(self.png()).decode()
        words = html.escape(self.words)
        return (
            f'<figure style="margin:0"><img alt="{words}" src="data:image/png;base64,{data}" '
            f'style="max-width:100%;height:auto;background:#fff"><figcaption>{words}</figcaption></figure>'
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
    """Draw a bar lying at ``place``; the same as matplotlib's ``barh`` for one bar, at a tenth of its time."""
    axes.add_patch(Rectangle((start, place - height / 2), length, height, **{"edgecolor": EDGE, **look}))


def add_line(axes: Axes, x: Sequence[float] | FloatArray, y: Sequence[float] | FloatArray, **look: Any) -> None:
    """Draw a line or markers on axes whose limits are set; cheaper than ``plot``, which seeks limits."""
    axes.add_artist(Line2D(x, y, **{"color": INK, **look}))


def write_names(axes: Axes, places: Iterable[float], names: Iterable[str], size: float = 10.5) -> None:
    """Write names beside the left edge, where ticks would have them: a tick costs as much as ten texts."""
    axes.yaxis.set_visible(False)
    axes.yaxis.set_major_locator(NullLocator())
    left = -GAP / _inches(axes)[0]
    for place, name in zip(places, names, strict=True):
        axes.text(left, place, name, transform=axes.get_yaxis_transform(), ha="right", va="center_baseline", size=size)


def write_scale(
    axes: Axes, ticks: Sequence[float], labels: Iterable[str], title: str = "", size: float = 10, lines: bool = True
) -> None:
    """Write a scale and its title under the axes, and draw pale lines up from it."""
    axes.xaxis.set_visible(False)
    axes.xaxis.set_major_locator(NullLocator())
    axes.spines["bottom"].set_color(EDGE)
    height, across = _inches(axes)[1], axes.get_xaxis_transform()
    for tick, label in zip(ticks, labels, strict=True):
        axes.text(tick, -GAP / height, label, transform=across, ha="center", va="top", size=size)
    if title:
        under = (GAP * 2 + size * 1.25 / 72) / height
        axes.text(0.5, -under, title, transform=axes.transAxes, ha="center", va="top", size=10.5)
    if lines:
        x = [place for tick in ticks for place in (tick, tick, math.nan)]
        y = [0, 1, math.nan] * len(ticks)
        add_line(axes, x, y, transform=across, color="#dddddd", linewidth=0.7, zorder=0.5)


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
