"""How sure is a score? A reported score leads to its band, and to what two sittings may bring."""

from __future__ import annotations

from typing import Any

import numpy as np

from mls_kit import explain
from mls_kit.explain import EDGE, FILL, INK, PASSING, chance, direct_label
from mls_kit.html import Block, badge, together
from mls_kit.method import model_of
from mls_kit.report import ScoreReport
from mls_kit.score_model import ScoreModel, Sittings, lengthened, sittings_behind
from mls_kit.widgets.controls import Number
from mls_kit.widgets.live_picture import Bars, LivePicture
from mls_kit.widgets.view import View, words

FEWEST, MOST = 20, 250  # scored questions
MARK = "#0b5d8a"


class BandExplorer(View):
    """Move a score; see its band, the chance of the standard, and how far two sittings lie apart.

    Source: model (made-up form, one reported score taken as the true score). A ValueError where the exam's number of
    questions is not known.

    >>> from mls_kit import ScoreReport
    >>> round(BandExplorer(ScoreReport("MLS-C01", 750, ["Competent"] * 4)).sittings().csem)
    54
    """

    def __init__(self, report: ScoreReport) -> None:
        self.base = model_of(report.facts, explain.labels_shown(report))
        self.picture = LivePicture("Picture: a score on its scale, its band, and the scores of other sittings", 3.9)
        self._draw_ground()
        self.said = words("6em")
        low, high = report.facts.score_range
        size = self.base.form.size
        controls = {
            "score": Number("Scaled score", report.scaled_score, low, high),
            "width": Number("Band: CSEM to either side", 1.0, 0.5, 3.0, 0.25),
            "questions": Number("Scored questions", size, min(FEWEST, size), max(MOST, size)),
        }
        super().__init__("How sure is a score?", controls, [self.picture.image, self.said])

    def model(self) -> ScoreModel:
        """Return the exam's model with the number of questions that is set."""
        return lengthened(self.base, self.controls["questions"].value)

    def sittings(self) -> Sittings:
        """Return the sittings at the ability behind the score that is set."""
        return sittings_behind(self.model(), self.controls["score"].value)

    def _draw_ground(self) -> None:
        scale, figure = self.base.scale, self.picture.figure
        axes = explain.add_axes(figure, left=0.45, bottom=0.6, top=0.35, right=0.3)
        axes.set(xlim=(scale.minimum, scale.maximum), ylim=(0, 1.62), yticks=[])
        title = "Bars: other sittings at the ability behind the score; hatched ones pass"
        explain.label_axes(axes, "Reported scaled score (model)", "How often", title)
        axes.axvline(scale.standard, ymax=0.97, color=INK, linewidth=1.6, linestyle=(0, (1, 1)))
        direct_label(axes, scale.standard, 1.6, f" standard {scale.standard}", ha="left", va="top")
        add = self.picture.moving
        self._failing = add(Bars(edgecolor=EDGE, linewidth=0.6, facecolor=FILL))
        self._passing = add(Bars(edgecolor=EDGE, linewidth=0.6, facecolor=PASSING, hatch="///"))
        axes.add_artist(self._failing)
        axes.add_artist(self._passing)
        (band,) = axes.plot([0, 1], [1.15] * 2, color=MARK, linewidth=6, solid_capstyle="butt")
        (line,) = axes.plot([0, 0], [0, 1.15], color=MARK, linewidth=1.2)
        ring: dict[str, Any] = {"color": "white", "markeredgecolor": MARK, "markeredgewidth": 2}
        (mark,) = axes.plot([0], [1.15], "o", markersize=10, clip_on=False, **ring)
        self._band, self._line, self._mark = add(band), add(line), add(mark)
        self._label = add(direct_label(axes, 0, 1.23, "", color=MARK, ha="center", va="bottom"))

    def draw(self, **values: Any) -> None:
        """Draw the sittings and the band, and say both in words."""
        at = self.sittings()
        low, high, inside = at.band(values["width"])
        self._draw_bars(at)
        score, scale = values["score"], self.base.scale
        self._band.set_xdata([low, high])
        self._line.set_xdata([score, score])
        self._mark.set_xdata([score])
        margin = 0.13 * (scale.maximum - scale.minimum)
        middle = min(max((low + high) / 2, scale.minimum + margin), scale.maximum - margin)
        self._label.set_position((middle, 1.23))
        self._label.set_text(f"{score}: band {explain.between(low, high)}")
        self.picture.show()
        self.said.value = together(self._words(at, low, high, inside, values))

    def _draw_bars(self, at: Sittings) -> None:
        height = at.shares / at.shares.max()
        half = 0.36 * np.gradient(at.scores.astype(float))
        passing = at.scores >= at.standard
        for bars, these in ((self._failing, ~passing), (self._passing, passing)):
            bars.set_bars((at.scores - half)[these], (at.scores + half)[these], height[these])

    def _words(self, at: Sittings, low: float, high: float, inside: float, values: dict[str, Any]) -> str:
        score, standard = values["score"], at.standard
        far = ""
        if abs(at.true_score - score) > 1:
            kind = "low" if score < at.true_score else "high"
            far = f" No ability has so {kind} a mean; the nearest, {at.true_score:.0f}, is shown."
        return (
            f"At the ability behind {score} one standard error (CSEM) is <b>{at.csem:.0f} points</b>.{far} Another sitting at "
            f"the same ability would lie between <b>{low:.0f} and {high:.0f} in {chance(inside)}</b> of cases, and reach "
            f"the standard, {standard}, in <b>{chance(at.passing)}</b>. Two such sittings "
            f"{explain.pairs_in_words(at)}. {badge('model')} A made-up form of {values['questions']} scored questions; "
            "the score is taken as the true score."
        )

    def result(self) -> Block:
        """Return the scores of other sittings and the pairs of sittings as figures, with their numbers."""
        model, values = self.model(), self.values()
        scores = explain.sitting_scores(model, values["score"], values["width"]).with_numbers()
        return Block(scores.markup + explain.pairs_of_sittings(model, values["score"]).with_numbers().markup)
