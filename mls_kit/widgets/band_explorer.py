"""How sure is a score? A reported score leads to its band, and to what two sittings may bring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from mls_kit import explain
from mls_kit.explain import Plot, chance, percent, scale_ticks
from mls_kit.html import Block, badge, join, show
from mls_kit.method import model_of
from mls_kit.report import ScoreReport
from mls_kit.score_model import Sittings, lengthened, sittings_behind
from mls_kit.widgets.controls import Number
from mls_kit.widgets.view import PictureView

FEWEST, MOST = 20, 250  # scored questions


class BandExplorer(PictureView):
    """Move a score; see its band, the chance of the standard, and how far two sittings lie apart.

    Source: model (made-up form, one reported score taken as the true score). A ValueError where the exam's number of
    questions is not known.

    >>> from mls_kit import ScoreReport
    >>> round(BandExplorer(ScoreReport("MLS-C01", 750, ["Competent"] * 4)).sittings().csem)
    54
    """

    called = "Picture: a score on its scale, its band, and the scores of other sittings"
    how = "Bars: how often other sittings at the ability behind the score bring each score (model); hatched ones pass."

    def __init__(self, report: ScoreReport) -> None:
        self.base = model_of(report.facts, explain.labels_shown(report))
        low, high = report.facts.score_range
        size = self.base.form.size
        controls = {
            "score": Number("Scaled score", report.scaled_score, low, high),
            "width": Number("Band: CSEM to either side", 1.0, 0.5, 3.0, 0.25),
            "questions": Number("Scored questions", size, min(FEWEST, size), max(MOST, size)),
        }
        super().__init__("How sure is a score?", controls, "6em")

    def sittings(self, **values: Any) -> Sittings:
        """Return the sittings at the ability behind a score, for other values than the controls' where they are given."""
        values = self.values() | values
        return sittings_behind(lengthened(self.base, values["questions"]), values["score"])

    def answer(self, score: int, width: float, questions: int) -> tuple[Sequence[Plot], str]:
        """Draw the sittings and the band, and say both in words."""
        at = self.sittings(score=score, questions=questions)
        low, high, inside = at.band(width)
        scale, base = self.base.scale, 12.4
        plot = Plot(scale.minimum, scale.maximum, base + 1.6)
        half = 0.36 * np.gradient(at.scores.astype(float))
        heights, passing = at.shares / at.shares.max(), at.scores >= at.standard
        for look, of in (("fails", ~passing), ("passes", passing)):
            edges = zip(at.scores - half, at.scores + half, heights, strict=True)
            plot.bars([edge for edge, here in zip(edges, of & (heights > 0.001), strict=True) if here], base, 8, look)
        plot.line((scale.minimum, scale.maximum), (base, base))
        plot.line((scale.standard, scale.standard), (0.3, base), "dotted")
        side = "end" if plot.at(scale.standard) > 60 else "start"
        plot.write(scale.standard, 1.1, f"\u00a0standard {scale.standard}\u00a0", side)
        plot.line((score, score), (3.3, base), "thin")
        plot.bar(low, high, 3, 3.6, "choice")
        plot.dot(score, 3.3, "ring")
        margin = 0.16 * (scale.maximum - scale.minimum)
        middle = min(max((low + high) / 2, scale.minimum + margin), scale.maximum - margin)
        plot.write(middle, 2.5, f"{score}: band {explain.between(low, high)}")
        plot.ticks(scale_ticks(scale.minimum, scale.maximum))
        return [plot], self._words(at, low, high, inside, score, questions)

    def _words(self, at: Sittings, low: float, high: float, inside: float, score: int, questions: int) -> str:
        standard = at.standard
        far = ""
        if abs(at.true_score - score) > 1:
            kind = "low" if score < at.true_score else "high"
            far = f" No ability has so {kind} a mean; the nearest, {at.true_score:.0f}, is shown."
        return (
            f"At the ability behind {score} one standard error (CSEM) is <b>{at.csem:.0f} points</b>.{far} Another sitting at "
            f"the same ability would lie between <b>{low:.0f} and {high:.0f} in {chance(inside)}</b> of cases, and reach "
            f"the standard, {standard}, in <b>{chance(at.passing)}</b>. Two such sittings "
            f"{explain.pairs_in_words(at)}. {badge('model')} A made-up form of {questions} scored questions; "
            "the score is taken as the true score."
        )

    def grid(self) -> dict[str, Sequence[Any]]:
        """Return the states of a page."""
        scale, size = self.base.scale, self.base.form.size
        scores = range(scale.minimum, scale.maximum + 1, 10)
        return {"score": scores, "width": [1, 2], "questions": [size, 2 * size]}

    def numbers(self) -> Block:
        """Return the scores of other sittings, and how far two of them lie apart."""
        at = self.sittings()
        passes = np.where(at.scores >= at.standard, "yes", "no")
        scores = pd.DataFrame({"questions right": range(at.scores.size), "share of sittings": at.shares, "passes": passes},
                              index=pd.Index(at.scores, name="reported score"))  # fmt: skip
        apart = [at.difference_reached(share / 100) for share in (90, 75, 50, 25, 10, 5, 1)]
        pairs = pd.Series({points: percent(at.differing(points)) for points in apart}).rename_axis("points apart")
        names = "Other sittings at this ability (model)", "Two sittings: this far apart or farther (model)"
        return join([show(scores, names[0]).markup, show(pairs.rename("of pairs"), names[1]).markup])
