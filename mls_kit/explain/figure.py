"""What all figures share: the look, a figure without pyplot, a chart with its words, and the model's assumptions in words."""

from __future__ import annotations

import base64
import html
import io
import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from mls_kit.exam import load_method
from mls_kit.explain.marks import marks_style
from mls_kit.html import Block, percent as percent, percent_range as percent_range, render, table, together
from mls_kit.score_model import Feasibility, ScoreModel

# Color is for domains alone: ratings, from the weakest on, are shades with a hatch each.
_RATING_LOOKS = [("#b8a88d", "///"), ("#d3c8b4", "..."), ("#e6dfd2", "\\\\"), ("#f6f2e8", "")]
MODEL = "explain/model.html.j2"
_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}  # keeps text legible over hatches
FILL = "#c9c1b6"  # of a band, as on pages
EDGE, INK = "#333333", "#1a1a1a"
WIDTH = 9.0  # inches: fits A4 upright
DPI = 112  # of a figure in a page: 1008 pixels wide


class Chart:
    """A picture, its words (also its caption, where there is no shorter one), and the table of the numbers drawn, unrounded."""

    def __init__(self, figure: Figure | Block, words: str, table: pd.DataFrame | None = None, caption: str = "") -> None:
        self.figure = figure
        self.words = words
        self.table = pd.DataFrame() if table is None else table
        self.caption = caption or words

    def png(self, dpi: int = DPI) -> bytes:
        """Return the figure as a PNG file."""
        assert isinstance(self.figure, Figure)
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=dpi)
        return buffer.getvalue()

    def _repr_html_(self) -> str:
        words, caption = html.escape(self.words), html.escape(self.caption)
        if isinstance(self.figure, Block):
            return f"<style>{marks_style()}</style>{self.figure.markup}<p>{together(caption)}</p>"
        # JupyterLab reads alternative text only from an img element, not from the metadata of a picture
        data = base64.b64encode(self.png()).decode()
        return (
            f'<figure class="scroll" tabindex="0" style="margin:0"><img alt="{words}" src="data:image/png;base64,{data}" '
            f'style="max-width:100%;height:auto;background:#fff"><figcaption>{together(caption)}</figcaption></figure>'
        )

    def __repr__(self) -> str:
        return self.words

    def with_numbers(self) -> Block:
        """Return the figure followed by its numbers, folded away until they are asked for."""
        shown = self.table.reset_index().map(lambda value: round(value, 4) if isinstance(value, float) else value)
        words = together(self.words) if self.words != self.caption else ""
        values = {"chart": Block(self._repr_html_()), "numbers": Block(table(shown, "The numbers drawn"))}
        return render(MODEL, "with_numbers", words=words, **values)


def rating_look(label: str, other: tuple[str, str] = ("#dddddd", "")) -> tuple[str, str]:
    """Return color and hatch of a rating, or others for a label that the method does not know."""
    method = load_method()
    looks = dict(zip((each.label for each in method.ratings if not each.like), _RATING_LOOKS, strict=False))
    return looks.get(method.like(label), other)


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


def fold(text: str, width: int = 30) -> str:
    """Break a long name over lines."""
    return textwrap.fill(" ".join(text.split()), width, break_long_words=False, break_on_hyphens=False)


def assuming(model: ScoreModel, *topics: str) -> str:
    """Say what a figure takes for granted, as sentences for its words; topics: forms, cut, ability, thresholds, learning."""
    return str(render(MODEL, "assuming", model=model, asked=topics))


def impossible(found: Feasibility) -> Block:
    """Say why nothing is drawn, and which assumption would have to give."""
    return render(MODEL, "impossible", found=found)


def direct_label(axes: Axes, x: float, y: float, text: str, **look: Any) -> Text:
    """Write on white paper beside what is meant, so that no legend and no color has to be matched."""
    return axes.text(x, y, text, **{"fontsize": 10.5, "color": INK, "bbox": _PAPER, "zorder": 5, **look})


def standard_line(axes: Axes, standard: float, at: float) -> None:
    """Draw the passing standard across, with its name above it."""
    axes.axhline(standard, color=INK, linewidth=1.6, linestyle=(0, (1, 1)))
    axes.annotate(f"passing standard {standard:g}", (at, standard), (0, 3), textcoords="offset points", fontsize=10.5,
                  color=INK, va="bottom")  # fmt: skip
