"""How does equating keep the standard the same? Two forms, their scores, their conversions and their cuts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mls_kit.explain import labels_shown, views
from mls_kit.html import Block
from mls_kit.method import model_of
from mls_kit.report import ScoreReport
from mls_kit.score_model import Assumptions, Sittings, sittings
from mls_kit.widgets.controls import Number, tick
from mls_kit.widgets.view import PictureView

MOST = 0.8  # how much harder or easier form B can be made


class FormExplorer(PictureView):
    """Make form B harder or easier; see its scores, its conversion and its cut move, and the standard stand still.

    Source: model (made-up forms, IRT true-score equating). A ValueError where the model is silent on the exam.

    >>> from mls_kit import ScoreReport
    >>> view = FormExplorer(ScoreReport("MLS-C01", 714, ["Competent"] * 4))
    >>> view.controls["harder"].value = -0.3
    >>> view.forms()[1].cut
    39
    """

    called = "Picture: right answers on two forms, and the scaled scores they become"
    how = "Stripes, with a thin line: form A. Dashed line: form B. (Model)"

    def __init__(self, report: ScoreReport) -> None:
        self.exam = report.facts
        self.labels = labels_shown(report)
        self.base = model_of(self.exam, self.labels)
        controls = {
            "harder": Number("Form B harder by", self.base.assumptions.retake_shift, -MOST, MOST, 0.05),
            "ability": Number("Ability", 0.0, -3, 3, 0.1),
            "everyone": tick("Show all candidates, not one level of ability"),
        }
        super().__init__("How does equating keep the standard the same?", controls, "6em")

    def forms(self, **values: Any) -> tuple[Sittings, Sittings]:
        """Return the sittings on form A and on form B, for other values than the controls' where they are given."""
        values = self.values() | values
        ability = None if values["everyone"] else round(values["ability"], 1) + 0.0
        model = model_of(self.exam, self.labels, Assumptions(retake_shift=round(values["harder"], 2) + 0.0))
        return sittings(model, ability), sittings(model, ability, retake=True)

    def answer(self, **values: Any) -> views.Answer:
        """Return what the controls lead to."""
        return views.forms(*self.forms(**values), self.base.scale, round(values["harder"], 2))

    def grid(self) -> dict[str, Sequence[Any]]:
        """Return the states of a page."""
        tenths = [round(tenth / 20, 2) for tenth in range(-16, 17)]
        return {"harder": tenths, "ability": [-1, 0, 1], "everyone": [False, True]}

    def numbers(self) -> Block:
        """Return how often each number of questions comes out right on both forms, and the scores it becomes."""
        return views.form_table(*self.forms())
