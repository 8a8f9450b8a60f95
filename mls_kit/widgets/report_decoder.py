"""What does a report say of each domain? Score and ratings lead to what is known, with its uncertainty."""

from __future__ import annotations

from typing import Any

from mls_kit.explain import labels_shown, views
from mls_kit.html import Block
from mls_kit.method import evidence_of, model_of
from mls_kit.report import ScoreReport
from mls_kit.score_model import Evidence, ReportPosterior, infer_report
from mls_kit.widgets.controls import Number, Options
from mls_kit.widgets.view import PictureView


class ReportDecoder(PictureView):
    """Change a score and its ratings; see what they say of each domain, beside what the score alone says.

    Source: model (exact inference under stated assumptions). A ValueError where the model is silent on the exam.

    >>> from mls_kit import ScoreReport
    >>> view = ReportDecoder(ScoreReport("MLS-C01", 714, ["Competent"] * 4))
    >>> view.controls["scaled_score"].value = 400  # four times Competent does not go with so few points
    >>> type(view.error).__name__
    'ImpossibleReportError'
    """

    called = "Picture: what is known of each domain"
    how = "True level in each domain (model). Bar: score and ratings, 90 %. Thin line: the score alone. Dot: mean."

    def __init__(self, report: ScoreReport) -> None:
        self.exam = report.facts
        labels = labels_shown(report)
        self.model = model_of(self.exam, labels)
        self.names = [domain.name for domain in self.exam.domains]
        low, high = self.exam.score_range
        controls: dict[str, Any] = {"scaled_score": Number("Scaled score", evidence_of(report)[0], low, high, 1)}
        for domain in self.exam.domains:
            controls[domain.name] = Options(domain.name, labels, report.ratings[domain.name])
        super().__init__("What does a report say of each domain?", controls, "3em")

    def _known(self, scaled_score: int, **ratings: str) -> tuple[ReportPosterior, ReportPosterior]:
        """Return what score and ratings say, and what the score alone says."""
        chosen = [ratings[name] for name in self.names]
        known, alone = (Evidence.from_score(self.model, scaled_score, given) for given in (chosen, None))
        return infer_report(self.model, known), infer_report(self.model, alone)

    def answer(self, **values: Any) -> views.Answer:
        """Return what the controls lead to."""
        return views.domains(self.names, *self._known(**values), values["scaled_score"])

    def numbers(self) -> Block:
        """Return mean and 90 % interval of each domain, from score and ratings, and from the score alone."""
        return views.domain_table(self.names, *self._known(**self.values()))
