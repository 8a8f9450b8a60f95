"""How does equating keep the standard the same? Two forms, their scores, their conversions and their cuts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import pandas as pd

from mls_kit import explain
from mls_kit.explain import Plot, percent, scale_ticks
from mls_kit.html import Block, badge, show
from mls_kit.method import model_of
from mls_kit.report import ScoreReport
from mls_kit.score_model import Assumptions, Sittings, sittings
from mls_kit.widgets.controls import Number, tick
from mls_kit.widgets.view import PictureView

CLOSE = 0.05  # two chances this near are called nearly the same
MOST = 0.8  # how much harder or easier form B can be made


class FormExplorer(PictureView):
    """Make form B harder or easier; see its scores, its conversion and its cut move, and the standard stand still.

    Source: model (made-up forms, IRT true-score equating). A ValueError where no number of questions is known.

    >>> from mls_kit import ScoreReport
    >>> view = FormExplorer(ScoreReport("MLS-C01", 714, ["Competent"] * 4))
    >>> view.controls["harder"].value = -0.3
    >>> view.forms()[1].cut
    39
    """

    called = "Picture: questions right on two forms, and the scaled scores they become"
    how = "Hatched and thin: form A. Dashed: form B. (Model)"

    def __init__(self, report: ScoreReport) -> None:
        self.exam = report.facts
        self.labels = explain.labels_shown(report)
        self.base = model_of(self.exam, self.labels)
        controls = {
            "harder": Number("Form B harder by", self.base.assumptions.retake_shift, -MOST, MOST, 0.05),
            "ability": Number("Ability", 0.0, -3, 3, 0.1),
            "everyone": tick("All candidates instead of one ability"),
        }
        super().__init__("How does equating keep the standard the same?", controls, "6em")

    def forms(self, **values: Any) -> tuple[Sittings, Sittings]:
        """Return the sittings on form A and on form B, for other values than the controls' where they are given."""
        values = self.values() | values
        ability = None if values["everyone"] else round(values["ability"], 1) + 0.0
        model = model_of(self.exam, self.labels, Assumptions(retake_shift=round(values["harder"], 2) + 0.0))
        return sittings(model, ability), sittings(model, ability, retake=True)

    def answer(self, harder: float, ability: float, everyone: bool) -> tuple[Sequence[Plot], str]:
        """Draw both forms, and say what the equating does."""
        a, b = self.forms(harder=harder, ability=ability, everyone=everyone)
        return [self._often(a, b), self._converted(a, b)], self._words(a, b, round(harder, 2))

    def _often(self, a: Sittings, b: Sittings) -> Plot:
        """Draw how often each number of questions comes out right, and the cuts, their labels on the outer sides."""
        plot, base = self._plot(8.6, "How often each number of questions comes out right"), 8.5
        highest = max(a.shares.max(), b.shares.max())
        edges = [
            [(right - 0.5, right + 0.5, share) for right, share in enumerate(of.shares / highest)] for of in (a, b)
        ]
        plot.bars([edge for edge in edges[0] if edge[2] > 0.001], base, 6, "passes stair")
        for steps, look in zip(edges, ("line", "thick dashed"), strict=True):
            points = chain.from_iterable(((left, share), (right, share)) for left, right, share in steps)
            plot.curve(list(points), base, 6, look)
        plot.line((plot.low, plot.high), (base, base))
        for of, other, name, look, y in ((a, b, "A", "line", 0.9), (b, a, "B", "dashed", 2.1)):
            at = of.cut - 0.5
            plot.line((at, at), (y - 0.7, base), look)
            right = (of.cut > other.cut or (of.cut == other.cut and name == "A")) and of.cut < 0.7 * self.base.form.size
            text = f"\u00a0cut on {name}: {of.cut} right\u00a0"
            plot.write(at, y, text, "start" if right else "end")
        return plot

    def _converted(self, a: Sittings, b: Sittings) -> Plot:
        """Draw the scaled score that each number of questions right becomes; the upper curve's name stands above it."""
        plot, scale, base, tall = self._plot(14, "The scaled score that each number becomes"), self.base.scale, 12.4, 11
        reach = scale.maximum - scale.minimum

        def up(score: float) -> float:
            return float(base - tall * (score - scale.minimum) / reach)

        for score in scale_ticks(scale.minimum, scale.maximum):
            plot.line((plot.low, plot.high), (up(score), up(score)), "grid")
            if score > scale.minimum and abs(score - scale.standard) > 0.1 * reach:
                plot.write(plot.low, up(score) - 0.2, f"{score}", "start", "soft")
        plot.line((plot.low, plot.high), (up(scale.standard),) * 2, "dotted")
        plot.write(plot.low, up(scale.standard) - 0.3, f"passing standard {scale.standard}", "start")
        at, b_above = a.scores.size // 3, b.scores[a.scores.size // 3] >= a.scores[a.scores.size // 3]
        for of, name, look in ((a, "form A", "line"), (b, "form B", "thick dashed")):
            plot.line((of.cut, of.cut), (up(scale.standard), base), look)
            heights = (of.scores - scale.minimum) / reach
            plot.curve(list(enumerate(heights)), base, tall, look)
            above = b_above == (name == "form B")
            plot.write(at, up(of.scores[at]) + (-0.5 if above else 1.3), name, "end" if above else "start")
        plot.ticks(range(0, a.scores.size, 10))
        return plot

    def _plot(self, height: float, title: str) -> Plot:
        return Plot(-0.7, self.base.form.size + 0.7, height, title)

    def _words(self, a: Sittings, b: Sittings, harder: float) -> str:
        who = "Of all candidates" if a.ability is None else f"At ability {a.ability:g}"
        more = "harder" if harder > 0 else "easier"
        kind = f"{abs(harder):g} {more}, in units of ability" if harder else "as hard as form A"
        alike = "nearly the same, because equating moves the cut along with the difficulty"
        if abs(a.passing - b.passing) > CLOSE:
            alike = (
                "equating moves the cut along with the difficulty, but only by whole questions; the rest is that step"
            )
        standard = self.base.scale.standard
        return (
            f"Form B is {kind}. The standard, {standard}, takes <b>{a.cut} right on form A and {b.cut} on form B</b>. "
            f"{who}, <b>{percent(a.passing)} pass on A and {percent(b.passing)} on B</b>: {alike}. If form B kept "
            f"A's cut of {a.cut}, {percent(b.with_right(a.cut))} would pass it. {badge('model')} Both forms are made up; "
            "neither raw cut is published. The standard is."
        )

    def grid(self) -> dict[str, Sequence[Any]]:
        """Return the states of a page."""
        tenths = [round(tenth / 20, 2) for tenth in range(-16, 17)]
        return {"harder": tenths, "ability": [-1, 0, 1], "everyone": [False, True]}

    def numbers(self) -> Block:
        """Return how often each number of questions comes out right on both forms, and the scores it becomes."""
        forms = dict(zip("AB", self.forms(), strict=True))
        columns: dict[str, Any] = {f"share, form {name}": of.shares for name, of in forms.items()}
        columns |= {f"scaled score, form {name}": of.scores for name, of in forms.items()}
        rows = pd.DataFrame(columns, index=pd.RangeIndex(self.base.form.size + 1, name="questions right"))
        return show(rows, "Questions right on two forms, and the scaled scores they become (model)")
