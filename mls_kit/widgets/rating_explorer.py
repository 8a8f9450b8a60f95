"""How reliable is a rating? A true proportion and a number of questions lead to the chance of each label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mls_kit.explain import labels_shown, views
from mls_kit.html import Block
from mls_kit.method import model_of
from mls_kit.report import ScoreReport
from mls_kit.widgets.controls import Number
from mls_kit.widgets.view import PictureView


class RatingExplorer(PictureView):
    """Move a true proportion and a number of questions; see how often each rating comes out.

    The labels are the report's. Source: model (binomial counts, assumed thresholds).

    >>> from mls_kit import ScoreReport
    >>> RatingExplorer(ScoreReport("MLS-C01", 714, ["Competent"] * 4)).controls["questions"].value
    18
    """

    called = "Picture: right answers and the rating they earn"

    def __init__(self, report: ScoreReport) -> None:
        model = model_of(report.facts, labels_shown(report))
        self.bands, self.vendor = model.bands, report.facts.vendor
        controls = {
            "proportion": Number("True level (% right)", 70, 0, 100),
            "questions": Number("Questions in the domain", max(model.form.counts), 1, 100),
        }
        super().__init__("How reliable is a rating?", controls, "4.5em")

    def answer(self, proportion: float, questions: int) -> views.Answer:
        """Return what the controls lead to."""
        return views.rating(self.bands, proportion, questions, self.vendor)

    def grid(self) -> dict[str, Sequence[Any]]:
        """Return the states of a page."""
        usual = self.controls["questions"].value
        return {"proportion": range(0, 101, 2), "questions": sorted({5, 10, 20, 40, 65, usual})}

    def numbers(self) -> Block:
        """Return the chance of each rating over all true proportions."""
        return views.rating_table(self.bands, self.controls["questions"].value)
