"""Pictures as SVG: marks made from numbers; text stays text, as large as the page's, and the page's theme colors it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from mls_kit._folders import data_file
from mls_kit.exam import load_data
from mls_kit.html import Block, render


class Look(NamedTuple):
    """How a domain looks: its color on light and on dark paper, and its pattern as SVG and as CSS."""

    light: str
    dark: str
    tile: str
    css: str


DOMAIN_LOOKS = tuple(load_data(data_file("looks.yaml"), list[Look]))
_NUMBERS = count(1)
_WORDS = "explain/marks.html.j2"
# what a hatch draws on a tile of six pixels each way; shades one to four are for ratings and tiers, the weakest first
_HATCHES = {
    "s1": "M-1 1 1-1M0 6 6 0M5 7 7 5",
    "s2": "M-1 5 1 7M0 0 6 6M5-1 7 1",
    "s3": "M2.5 3h1.2",
    "s4": "",
    "passes": "M-1 1 1-1M0 6 6 0M5 7 7 5",
} | {f"d{number}": look.tile for number, look in enumerate(DOMAIN_LOOKS, 1)}


def picture_name() -> str:
    """Return a name for a picture that no other of this kernel has: hatches are found by it."""
    return f"mls{next(_NUMBERS)}"


class Plot:
    """A strip of a picture. ``x`` runs from ``low`` to ``high`` across it, ``y`` down from its top, in letter heights (em).

    With ``name`` or ``said`` it is a row: its name at the left, what it says at the right; both fold where room is scarce.
    """

    def __init__(self, low: float, high: float, height: float, title: str = "", name: str | None = None, said: str = "") -> None:
        self.low, self.high, self.height = low, high, height
        self.title, self.name, self.said = title, name, said
        self.heads: list[tuple[float, str, str]] = []  # share of the width, and two lines to stand above
        self.marks: list[str] = []

    def at(self, x: float) -> float:
        """Return the percentage of the width at which a value lies."""
        return round(100 * (float(x) - self.low) / (self.high - self.low), 2)

    def bar(self, left: float, right: float, top: float, bottom: float, look: str) -> None:
        """Draw a rectangle."""
        x = self.at(left)
        self.marks.append(f'<rect class="{look}" x="{x:g}%" y="{top:.3g}em" width="{max(self.at(right) - x, 0):.4g}%" '
                          f'height="{bottom - top:.3g}em"{_fill(look)}/>')  # fmt: skip

    def bars(self, edges: Iterable[tuple[float, float, float]], base: float, height: float, look: str) -> None:
        """Draw bars that stand side by side: left and right edge, and what part of the height each has."""
        drawn = "".join(
            f'<rect x="{(x := self.at(left)):g}%" y="{base - height * share:.4g}em" width="{self.at(right) - x:.3g}%" '
            f'height="{height * share:.4g}em"/>'
            for left, right, share in edges
        )
        self.marks.append(f'<g class="{look}"{_fill(look)}>{drawn}</g>')

    def line(self, x: tuple[float, float], y: tuple[float, float], look: str = "line") -> None:
        """Draw a line."""
        self.marks.append(
            f'<line class="{look}" x1="{self.at(x[0]):g}%" x2="{self.at(x[1]):g}%" y1="{y[0]:.3g}em" y2="{y[1]:.3g}em"/>'
        )

    def span(self, left: float, right: float, y: float) -> None:
        """Draw a level line with a tick at each end."""
        self.line((left, right), (y, y))
        for end in (left, right):
            self.line((end, end), (y - 0.35, y + 0.35))

    def dot(self, x: float, y: float, look: str = "dot", size: float = 0.42) -> None:
        """Draw a dot."""
        self.marks.append(f'<circle class="{look}" cx="{self.at(x):g}%" cy="{y:.3g}em" r="{size}em"/>')

    def curve(self, points: Sequence[tuple[float, float]], base: float, height: float, look: str) -> None:
        """Draw a line through points; their second number is what part of the height each has."""
        path = " ".join(f"{10 * self.at(x):.4g} {1000 * (1 - share):.4g}" for x, share in points)
        self.marks.append(
            f'<svg viewBox="0 0 1000 1000" preserveAspectRatio="none" y="{base - height:.3g}em" height="{height:.3g}em">'
            f'<path class="{look}" vector-effect="non-scaling-stroke" d="M{path}"/></svg>'
        )

    def write(self, x: float, y: float, text: str, anchor: str = "middle", look: str = "") -> None:
        """Write a text on its baseline."""
        self.marks.append(f'<text class="{look}" x="{self.at(x):g}%" y="{y:.3g}em" text-anchor="{anchor}">{escape(text)}</text>')

    def ticks(self, values: Iterable[float], unit: str = "") -> None:
        """Write a scale at the bottom, with the unit at its end."""
        shown = list(values)
        for value in shown:
            side = "start" if value == self.low else "end" if value == self.high else "middle"
            self.write(value, self.height - 0.25, f"{value:g}{unit * (value == shown[-1])}", side, "soft")

    @property
    def markup(self) -> Markup:
        """Everything drawn."""
        return Markup("".join(self.marks))


def _fill(look: str) -> str:
    hatch = look.partition(" ")[0]
    return f' fill="url(#{hatch})"' if hatch in _HATCHES else ""


def picture(name: str, title: str, plots: Sequence[Plot], note: str = "") -> Block:
    """Return plots under each other as one picture.

    ``name`` is from ``picture_name``; ``title`` is what a screen reader calls the picture; ``note`` says how to read it.

    >>> plot = Plot(0, 50, 2, name="hours")
    >>> plot.bar(0, 25, 0.5, 1.5, "s1")
    >>> plot.marks
    ['<rect class="s1" x="0%" y="0.5em" width="50%" height="1em" fill="url(#s1)"/>']
    """
    body = "".join(mark for plot in plots for mark in plot.marks)
    hatches = {look: path for look, path in _HATCHES.items() if f"(#{look})" in body}
    drawn = render(_WORDS, "picture", name=name, title=title, plots=plots, note=note, hatches=hatches).markup
    return Block(drawn.replace("url(#", f"url(#{name}"))


ROW = 1.3  # where the middle of a row is


def share_row(name: str, said: str = "") -> Plot:
    """Return a row whose ``x`` is a share from 0 to 1, with pale lines."""
    row = Plot(0, 1, 2 * ROW, name=name, said=said)
    for quarter in range(5):
        row.line((quarter / 4, quarter / 4), (0, row.height), "grid")
    return row


def share_scale(said: str) -> Plot:
    """Return the scale below such rows, and what stands at their right."""
    row = Plot(0, 100, 1.4, name="", said=said)
    row.ticks(range(0, 101, 25), " %")
    return row


def scale_ticks(low: int, high: int) -> range:
    """Return round scores within a scale, of which four or five fit beside each other on a phone."""
    step = 200 if high - low > 500 else 100
    return range(-(-low // step) * step, high + 1, step)


@lru_cache(maxsize=1)
def marks_style() -> Block:
    """Return the stylesheet of pictures, for a page or an output."""
    return plain_css(render("explain/marks.css.j2", "marks", looks=DOMAIN_LOOKS))


def plain_css(text: Block) -> Block:
    """Return a stylesheet without its comments and indents."""
    return Block(re.sub(r"^\s+|\s*/\*.*?\*/|(?<=[:;]) ", "", text.markup, flags=re.M | re.S))


def with_numbers(drawn: Block, numbers: Any, unfolded: bool = False) -> Block:
    """Return a picture with its stylesheet, and its numbers, folded away until they are asked for."""
    return render(_WORDS, "with_numbers", style=marks_style(), picture=drawn, numbers=numbers, unfolded=unfolded)
