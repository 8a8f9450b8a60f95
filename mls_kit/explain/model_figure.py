"""What all figures of the score model share: the numbers as a table, and assumptions in words."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from mls_kit.explain.figure import INK, Chart
from mls_kit.html import Block, percent as percent, percent_range as percent_range, render, table, together
from mls_kit.score_model import Feasibility, ScoreModel

MODEL = "explain/model.html.j2"
_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}  # keeps text legible over hatches


class ModelChart(Chart):
    """A figure with its words and the table of the numbers drawn, unrounded."""

    def __init__(self, figure: Figure | Block, words: str, table: pd.DataFrame, caption: str = "") -> None:
        super().__init__(figure, words, caption)
        self.table = table

    def with_numbers(self) -> Block:
        """Return the figure followed by its numbers, folded away until they are asked for."""
        shown = self.table.reset_index().map(lambda value: round(value, 4) if isinstance(value, float) else value)
        words = together(self.words) if self.words != self.caption else ""
        values = {"chart": Block(self._repr_html_()), "numbers": Block(table(shown, "The numbers drawn"))}
        return render(MODEL, "with_numbers", words=words, **values)


def assuming(model: ScoreModel, *topics: str) -> str:
    """Say what a figure takes for granted, as one sentence for its words; topics: forms, cut, ability, thresholds, learning."""
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
