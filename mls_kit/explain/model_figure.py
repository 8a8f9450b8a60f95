"""What all figures of the score model share: the numbers as a table, and assumptions in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from mls_kit.explain.figure import INK, Chart
from mls_kit.html import Block, percent, percent_range as percent_range, safe, table, together
from mls_kit.score_model import Feasibility, ScoreModel

_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}  # keeps text legible over hatches


class ModelChart(Chart):
    """A figure with its words and the table of the numbers drawn, unrounded."""

    def __init__(self, figure: Figure | Block, words: str, table: pd.DataFrame, caption: str = "") -> None:
        super().__init__(figure, words, caption)
        self.table = table

    def with_numbers(self) -> Block:
        """Return the figure followed by its numbers, folded away until they are asked for."""
        shown = self.table.reset_index().map(lambda value: round(value, 4) if isinstance(value, float) else value)
        drawn = table(shown, "The numbers drawn")
        summary = "<summary>The numbers of this figure</summary>"
        words = f"<p>{together(safe(self.words))}</p>" if self.words != self.caption else ""
        return Block(f"{self._repr_html_()}<details>{summary}{words}{drawn}</details>")


def _numbers(value: float | Sequence[float]) -> str:
    return ", ".join(f"{v:g}" for v in value) if isinstance(value, Sequence) else f"{value:g}"


def _forms(model: ScoreModel) -> str:
    first, second = model.form, model.retake_form
    shift = float(second.b.mean() - first.b.mean())
    harder = f"{abs(shift):.2f} {'harder' if shift > 0 else 'easier'}" if abs(shift) >= 0.005 else "as hard"
    origin = "made-up" if model.facts else "given"
    guess = float(first.c.mean())
    return f"two {origin} forms, the second {harder} on average, with {percent(guess)} right by guessing alone"


def _ability(model: ScoreModel) -> str:
    a = model.assumptions
    spread = f"standard deviation {a.sd:g}, correlated at {a.rho:g} between domains"
    return f"abilities with mean {_numbers(a.mean)} and {spread}"


def _thresholds(model: ScoreModel) -> str:
    return f"ratings that change at {' and '.join(f'{cut} %' for cut in model.bands.cuts_percent)} right"


def _learning(model: ScoreModel) -> str:
    a = model.assumptions
    kinds = ", ".join(f"{times:g} times in {percent(share)}" for times, share in a.gains)
    return (
        f"{a.retest:g} gained by taking the exam again; study that closes 63 % of the gap to {a.headroom:g} above the start in "
        f"{_numbers(a.tau_hours)} hours; gains of {kinds} of learners"
    )


_TOPICS = {
    "forms": _forms,
    "cut": lambda model: f"a raw cut of {model.scale.raw_cut:g} of {model.scale.questions}",
    "ability": _ability,
    "thresholds": _thresholds,
    "learning": _learning,
}


def assuming(model: ScoreModel, *topics: str) -> str:
    """Say what a figure takes for granted, as one sentence for its words."""
    return f"This is a model. It assumes {'; '.join(_TOPICS[t](model) for t in topics)}. None of it is published."


def impossible(found: Feasibility) -> Block:
    """Say why nothing is drawn, and which assumption would have to give."""
    moves = "; ".join(f"{r.assumption}: {r.needed} instead of {r.present}" for r in found.remedies)
    helps = f" It would be possible with other assumptions ({safe(moves)})." if moves else ""
    return Block(f"<p>Under the model's assumptions this score and these ratings cannot go together.{helps}</p>")


def direct_label(axes: Axes, x: float, y: float, text: str, **look: Any) -> Text:
    """Write on white paper beside what is meant, so that no legend and no color has to be matched."""
    return axes.text(x, y, text, **{"fontsize": 10.5, "color": INK, "bbox": _PAPER, "zorder": 5, **look})


def standard_line(axes: Axes, standard: float, at: float) -> None:
    """Draw the passing standard across, with its name above it."""
    axes.axhline(standard, color=INK, linewidth=1.6, linestyle=(0, (1, 1)))
    axes.annotate(f"passing standard {standard:g}", (at, standard), (0, 3), textcoords="offset points", fontsize=10.5,
                  color=INK, va="bottom")  # fmt: skip
