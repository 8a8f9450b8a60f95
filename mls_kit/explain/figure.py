"""What all figures share: the look, a figure without pyplot, a light panel to draw on, and a chart with its words."""

from __future__ import annotations

import base64
import html
import math
import textwrap
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.transforms import (
    Bbox,
    BboxTransform,
    BboxTransformTo,
    ScaledTranslation,
    Transform,
    TransformedBbox,
    blended_transform_factory,
)
from numpy.typing import NDArray

from mls_kit.exam import load_method
from mls_kit.explain.look import DOMAIN_LOOKS
from mls_kit.explain.renderer import Keeper, packed
from mls_kit.html import together

FloatArray = NDArray[np.float64]

# Color is for domains alone: ratings, from the weakest on, and tiers, from the most urgent, are shades with a hatch each.
_RATING_LOOKS = [("#b8a88d", "///"), ("#d3c8b4", "..."), ("#e6dfd2", "\\\\"), ("#f6f2e8", "")]
_TIER_LOOKS = [("#a89a86", "///"), ("#c9bda6", "\\\\"), ("#e3dccd", "..."), ("#f6f2e8", "")]
DOMAIN_LOOK = [look.pale for look in DOMAIN_LOOKS]
FILL, OTHER, PASSING = (
    "#b9cde0",
    "#ecc9a0",
    "#b8dfcf",
)  # of what is no domain: one thing, another beside it, what passes
EDGE, INK = "#333333", "#1a1a1a"
WIDTH = 9.0  # inches: fits A4 upright
NAMES = 2.75  # inches for the names of domains
DPI = 112  # of a figure in a page: 1008 pixels wide
GAP = 0.05  # inches between axes and what is written beside them


class Chart:
    """A figure with its words: what it shows, for whoever does not see it; also its caption."""

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


def rating_look(label: str, other: tuple[str, str] = ("#dddddd", "")) -> tuple[str, str]:
    """Return color and hatch of a rating, or others for a label that the method does not know."""
    return dict(zip(load_method().labels, _RATING_LOOKS, strict=False)).get(label, other)


def tier_look(tier: str) -> tuple[str, str]:
    """Return color and hatch of a tier of priority."""
    tiers = [each.name for each in load_method().priority.tiers]
    return dict(zip(tiers, _TIER_LOOKS, strict=False)).get(tier, ("#dddddd", ""))


def new_figure(height: float) -> Figure:
    """Return an empty figure of the width all figures have; ``height`` is in inches."""
    return Figure(facecolor="white", figsize=(WIDTH, height))


def add_axes(figure: Figure, left: float, bottom: float, top: float, right: float = 0.15) -> Axes:
    """Add axes with margins in inches: fixed places cost a third of a computed layout, and do not jump."""
    width, height = figure.get_size_inches()
    across, up = (width - left - right) / width, (height - top - bottom) / height
    axes = figure.add_axes((left / width, bottom / height, across, up))
    axes.spines[["top", "right", "left"]].set_visible(False)
    return axes


def label_axes(axes: Axes, x: str = "", y: str = "", title: str = "") -> None:
    """Name both scales and say above the axes what they show, as large as in all figures; ticks have no marks."""
    axes.set_xlabel(x, fontsize=10.5)
    axes.set_ylabel(y, fontsize=10.5)
    axes.set_title(title, loc="left", fontsize=11)
    axes.tick_params(length=0, labelsize=10)


def name_rows(axes: Axes, names: Iterable[str], above: float = 0.5, below: float = 0.5) -> None:
    """Name rows at the left, the first on top, with so much room above the first and below the last."""
    rows = [fold(str(name)) for name in names]
    axes.set_yticks(range(len(rows)), rows, fontsize=10.5)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(rows) - 1 + below, -above)


def fold(text: str, width: int = 30) -> str:
    """Break a long name over lines."""
    return textwrap.fill(" ".join(text.split()), width, break_long_words=False, break_on_hyphens=False)


class Panel:
    """A place on a printed figure with margins in inches, where ``x`` and ``y`` run from the first to the second value."""

    def __init__(
        self, figure: Figure, left: float, bottom: float, top: float, right: float = 0.15, *,
        x: tuple[float, float], y: tuple[float, float],
    ) -> None:  # fmt: skip
        width, height = figure.get_size_inches()
        self.figure, self.x, self.y = figure, x, y
        self.width, self.height = width - left - right, height - top - bottom  # inches
        self.box = TransformedBbox(Bbox.from_extents(left, bottom, width - right, height - top), figure.dpi_scale_trans)
        self.data: Transform = BboxTransform(Bbox([(x[0], y[0]), (x[1], y[1])]), self.box)
        self.whole: Transform = BboxTransformTo(self.box)
        self.across: Transform = blended_transform_factory(self.data, self.whole)  # x is data, y runs from 0 to 1
        self.beside: Transform = blended_transform_factory(self.whole, self.data)
        self._texts = Texts()
        figure.add_artist(self._texts)

    def add(self, artist: Artist, transform: Transform | None = None) -> None:
        """Add an artist, placed by the data; what reaches over the panel's edges is cut off."""
        artist.set_transform(transform or self.data)
        artist.set_clip_box(self.box)
        self.figure.add_artist(artist)

    def moved(self, right: float = 0, up: float = 0) -> Transform:
        """Return the transform to so many points right of a place among the data, and above it."""
        return self.data + ScaledTranslation(right / 72, up / 72, self.figure.dpi_scale_trans)

    def bar(self, place: float, start: float, length: float, height: float, **look: Any) -> None:
        """Draw a bar lying at ``place``."""
        self.rectangle((start, place - height / 2), length, height, **look)

    def rectangle(
        self, corner: tuple[float, float], width: float, height: float, transform: Transform | None = None, **look: Any
    ) -> None:
        """Draw an upright rectangle."""
        self.add(Rectangle(corner, width, height, **{"edgecolor": EDGE, **look}), transform)

    def line(
        self, x: Sequence[float] | FloatArray, y: Sequence[float] | FloatArray, transform: Transform | None = None,
        **look: Any,
    ) -> None:  # fmt: skip
        """Draw a line or markers."""
        self.add(Line2D(x, y, **{"color": INK, **look}), transform)

    def dots(self, x: Sequence[float] | FloatArray, y: Sequence[float], **look: Any) -> None:
        """Draw markers, over lines and bars."""
        self.line(x, y, **{"linestyle": "none", "marker": "o", "markeredgecolor": "white", "zorder": 4, **look})

    def spans(self, spans: Iterable[tuple[float, float, float]], **look: Any) -> None:
        """Draw level lines, each from one place to another at a height, as one."""
        ends = [end for left, right, y in spans for end in ((left, y), (right, y), (math.nan, math.nan))]
        x, y = zip(*ends, strict=True)
        self.line(x, y, **look)

    def area(self, x: FloatArray, base: float, y: FloatArray, **look: Any) -> None:
        """Fill the area between a level line and a curve."""
        self.add(Polygon([(x[0], base), *zip(x, y, strict=True), (x[-1], base)], **look))

    def write(
        self, x: float, y: float, text: str, size: float = 10, transform: Transform | None = None, ha: str = "left",
        va: str = "baseline", color: str = INK,
    ) -> None:  # fmt: skip
        """Write an upright text."""
        self._texts.add(transform or self.data, x, y, text, size, ha, va, color)

    def head(self, text: str) -> None:
        """Write a line at the upper left of the figure: how to read it."""
        self.write(0.15 / WIDTH, 1 - 0.3 / self.figure.get_figheight(), text, 11, self.figure.transFigure)

    def names(self, places: Iterable[float], names: Iterable[str]) -> None:
        """Write names beside the left edge."""
        for place, name in zip(places, names, strict=True):
            self.write(-GAP / self.width, place, name, 10.5, self.beside, "right", "center_baseline")

    def scale(
        self, ticks: Sequence[float], labels: Iterable[str], title: str = "", size: float = 10, *, lines: bool = True,
        base: bool = True,
    ) -> None:  # fmt: skip
        """Write a scale and its title under the panel, with pale lines up from the ticks and a line at the base."""
        for tick, label in zip(ticks, labels, strict=True):
            self.write(tick, -GAP / self.height, label, size, self.across, "center", "top")
        if title:
            under = (GAP * 2 + size * 1.25 / 72) / self.height
            self.write(0.5, -under, title, 10.5, self.whole, "center", "top")
        if lines:
            x = [place for tick in ticks for place in (tick, tick, math.nan)]
            self.line(x, [0, 1, math.nan] * len(ticks), self.across, color="#dddddd", linewidth=0.7, zorder=0.5)
        if base:
            width, up = self.figure.get_figwidth(), self.figure.transFigure
            left, bottom, right, _ = (end / self.figure.dpi for end in self.box.extents)
            y = bottom / self.figure.get_figheight()
            ends = [left / width, right / width]
            self.figure.add_artist(Line2D(ends, [y, y], transform=up, color=EDGE, linewidth=0.8, zorder=2.5))

    def shares(self, title: str) -> None:
        """Write a scale from 0 to 100 %."""
        tenths = range(0, 11, 2)
        self.scale([tenth / 10 for tenth in tenths], [f"{10 * tenth} %" for tenth in tenths], title)


class Texts(Artist):
    """Upright texts without a frame, drawn as one artist: one of matplotlib's own for each would take twice the time."""

    zorder = 3

    def __init__(self) -> None:
        super().__init__()
        self._texts: list[tuple[Any, ...]] = []

    def add(self, *text: Any) -> None:
        """Add a text: transform, x, y, words, size, alignment each way, color."""
        self._texts.append(text)

    def draw(self, renderer: RendererBase) -> None:
        """Draw each line where matplotlib would put it."""
        pen = renderer.new_gc()
        height, dpi = renderer.get_canvas_width_height()[1], self.get_figure(root=True).dpi  # type: ignore[union-attr]
        for transform, x, y, text, size, ha, va, color in self._texts:
            font, lines = _font(size), text.split("\n")
            left, up = transform.transform((x, y))
            pen.set_foreground(color)
            for line, above in zip(lines, _heights(len(lines), va), strict=True):
                width, _, _ = renderer.get_text_width_height_descent(line, font, False)
                start = left - {"left": 0, "center": 0.5, "right": 1}[ha] * width
                renderer.draw_text(pen, start, height - up - above * size * dpi / 72, line, font, 0)
        pen.restore()


def _heights(lines: int, va: str) -> list[float]:
    """Return how far above its place a text has its lines, as parts of the letters' size: where matplotlib has them."""
    gap = 0.1 * (lines > 1)  # these are the measures of DejaVu Sans
    ascent, descent, step = 0.76 + gap, 0.24 + gap, 1.2
    whole = ascent + (lines - 1) * step
    up = {"top": 0, "center": (whole + descent) / 2, "center_baseline": whole / 2, "baseline": whole}
    return [up[va] - ascent - line * step for line in range(lines)]


@lru_cache(maxsize=64)
def _font(size: float) -> FontProperties:
    return FontProperties(size=size)
