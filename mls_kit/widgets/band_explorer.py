"""How reliable is a score? A reported score leads to its band, and to what two sittings may bring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mls_kit.explain import labels_shown, views
from mls_kit.html import Block
from mls_kit.method import evidence_of, model_of
from mls_kit.report import ScoreReport
from mls_kit.score_model import Sittings, lengthened, sittings_behind
from mls_kit.widgets.controls import Number
from mls_kit.widgets.view import PictureView


class BandExplorer(PictureView):
    """Move a score; see its band, the chance of the standard, and how far two sittings lie apart.

    Source: model (made-up form, one reported score taken as the true score). A ValueError where it is silent on the exam.

    >>> from mls_kit import ScoreReport
    >>> round(BandExplorer(ScoreReport("MLS-C01", 750, ["Competent"] * 4)).sittings().csem)
    54
    """

    called = "Picture: a score on its scale, its band, and the scores of other attempts"
    how = "The bars show how often people with the same ability get each score (model). Bars with stripes show passing scores."

    def __init__(self, report: ScoreReport) -> None:
        self.base = model_of(report.facts, labels_shown(report))
        low, high = report.facts.score_range
        size = self.base.form.size
        controls = {
            "score": Number("Scaled score", evidence_of(report)[0], low, high),
            "width": Number("Band: CSEM each way", 1.0, 0.5, 3.0, 0.25),
            "questions": Number("Scored questions", size, min(20, size), max(250, size)),
        }
        super().__init__("How reliable is a score?", controls, "6em")

    def sittings(self, **values: Any) -> Sittings:
        """Return the sittings at the ability behind a score, for other values than the controls' where they are given."""
        values = self.values() | values
        return sittings_behind(lengthened(self.base, values["questions"]), values["score"])

    def answer(self, score: int, width: float, questions: int) -> views.Answer:
        """Return what the controls lead to."""
        return views.band(self.sittings(score=score, questions=questions), self.base.scale, score, width, questions)

    def grid(self) -> dict[str, Sequence[Any]]:
        """Return the states of a page."""
        scale, size = self.base.scale, self.base.form.size
        scores = range(scale.minimum, scale.maximum + 1, 10)
        return {"score": scores, "width": [1, 2], "questions": [size, 2 * size]}

    def numbers(self) -> Block:
        """Return the scores of other sittings, and how far two of them lie apart."""
        return views.band_tables(self.sittings())
