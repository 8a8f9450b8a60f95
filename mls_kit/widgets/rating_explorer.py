"""How sure is a rating? A true proportion and a number of questions lead to the chance of each label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from mls_kit.explain import Plot, labels_shown, percent
from mls_kit.html import Block, badge, show
from mls_kit.method import model_of
from mls_kit.report import ScoreReport
from mls_kit.score_model import RatingBands, rating_probabilities, raw_score_distribution
from mls_kit.widgets.controls import Number
from mls_kit.widgets.view import PictureView

MOST = 100  # questions


class RatingExplorer(PictureView):
    """Move a true proportion and a number of questions; see how often each rating comes out.

    The labels are the report's. Source: model (binomial counts, assumed thresholds).

    >>> from mls_kit import ScoreReport
    >>> RatingExplorer(ScoreReport("MLS-C01", 714, ["Competent"] * 4)).controls["questions"].value
    18
    """

    called = "Picture: questions right and the rating they earn"

    def __init__(self, report: ScoreReport) -> None:
        model = model_of(report.facts, labels_shown(report))
        self.bands: RatingBands = model.bands
        controls = {
            "proportion": Number("Truly right, percent", 70, 0, 100),
            "questions": Number("Questions in the domain", max(model.form.counts), 1, MOST),
        }
        super().__init__("How sure is a rating?", controls, "4.5em")

    def answer(self, proportion: float, questions: int) -> tuple[Sequence[Plot], str]:
        """Draw the bars of each label, and say the chances."""
        n, labels, cuts = questions, self.bands.labels, self.bands.cuts_percent
        often = raw_score_distribution(np.full(n, proportion / 100))
        chances = [percent(chance) for chance in rating_probabilities(proportion / 100, n, self.bands)]
        plot = Plot(-5, 105, 11.6, "How often each share of the questions comes out right on one form (model)")
        ends = [plot.low, *cuts, plot.high]
        plot.heads = list(zip(np.diff(ends), labels, chances, strict=True))
        base, half = 10.0, 45 / n
        middles, shares, codes = 100 * np.arange(n + 1) / n, often / often.max(), self.bands.codes(n)
        for code in range(len(labels)):  # no hatch: thresholds and labels tell the bars apart
            of = (codes == code) & (shares > 0.001)
            plot.bars(zip(middles[of] - half, middles[of] + half, shares[of], strict=True), base, 9, f"shade{code + 1}")
        for cut in cuts:
            plot.line((cut, cut), (0, base), "dotted")
        plot.line((0, 100), (base, base))
        plot.line((proportion, proportion), (0.4, base), "thick")
        plot.ticks(range(0, 101, 20), " %")
        each = ", ".join(f"{label} {chance}" for label, chance in zip(labels, chances, strict=True))
        assumed = " and ".join(f"{cut} %" for cut in cuts)
        return [plot], (
            f"Someone who truly gets {proportion:.0f} % right, asked {n} question{'s' * (n != 1)}, is rated: <b>{each}</b>. "
            f"{badge('model')} Thresholds {assumed} are assumed; none are published."
        )

    def grid(self) -> dict[str, Sequence[Any]]:
        """Return the states of a page."""
        usual = self.controls["questions"].value
        return {"proportion": range(0, 101, 2), "questions": sorted({5, 10, 20, 40, 65, usual})}

    def numbers(self) -> Block:
        """Return the chance of each rating over all true proportions."""
        n, truly = self.controls["questions"].value, np.arange(0, 101, 5)
        chances = rating_probabilities(truly / 100, n, self.bands)
        rows = pd.DataFrame(chances, columns=self.bands.labels, index=pd.Index(truly, name="truly right (%)"))
        return show(rows.map(percent), f"Chance of each rating in a domain of {n} questions")
