"""What does a report say of each domain? Score and ratings lead to what is known, with its uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from mls_kit import explain
from mls_kit.explain import ROW, Plot, percent, percent_range, share_row, share_scale
from mls_kit.html import Block, badge, show
from mls_kit.method import model_of
from mls_kit.report import ScoreReport
from mls_kit.score_model import Evidence, ReportPosterior, infer_report
from mls_kit.widgets.controls import Number, Options
from mls_kit.widgets.view import PictureView


class ReportDecoder(PictureView):
    """Change a score and its ratings; see what they say of each domain, beside what the score alone says.

    Source: model (exact inference under stated assumptions). A ValueError where no number of questions is known.

    >>> from mls_kit import ScoreReport
    >>> view = ReportDecoder(ScoreReport("MLS-C01", 714, ["Competent"] * 4))
    >>> view.controls["scaled_score"].value = 400  # four times Competent does not go with so few points
    >>> type(view.error).__name__
    'ImpossibleReportError'
    """

    called = "Picture: what is known of each domain"
    how = "Truly right in each domain (model). Bar: score and ratings, 90 %. Thin line: the score alone. Dot: mean."

    def __init__(self, report: ScoreReport) -> None:
        self.exam = report.facts
        labels = explain.labels_shown(report)
        self.model = model_of(self.exam, labels)
        self.names = [domain.name for domain in self.exam.domains]
        low, high = self.exam.score_range
        controls: dict[str, Any] = {"scaled_score": Number("Scaled score", report.scaled_score, low, high, 1)}
        for domain in self.exam.domains:
            controls[domain.name] = Options(domain.name, labels, report.ratings[domain.name])
        super().__init__("What does a report say of each domain?", controls, "3em")

    def _known(self, scaled_score: int, **ratings: str) -> tuple[ReportPosterior, ReportPosterior]:
        """Return what score and ratings say, and what the score alone says."""
        chosen = [ratings[name] for name in self.names]
        known, alone = (Evidence.from_score(self.model, scaled_score, given) for given in (chosen, None))
        return infer_report(self.model, known), infer_report(self.model, alone)

    def answer(self, **values: Any) -> tuple[Sequence[Plot], str]:
        """Draw what is known of each domain."""
        known, alone = self._known(**values)
        means, intervals = known.mean_proportion, known.interval_proportion()
        plots = []
        for place, (name, thin) in enumerate(zip(self.names, alone.interval_proportion(), strict=True)):
            low, high = (float(edge) for edge in intervals[place])
            row = share_row(name, f"{percent(means[place])} ({percent_range(low, high)})")
            row.bar(low, high, ROW - 0.55, ROW + 0.35, f"d{place % 8 + 1}")
            row.span(thin[0], thin[1], ROW + 0.75)
            row.dot(means[place], ROW - 0.1)
            plots.append(row)
        lowest = int(means.argmin())
        low, high = (float(edge) for edge in intervals[lowest])
        return [*plots, share_scale("mean (90 %)")], (
            f"With {values['scaled_score']} and these ratings the lowest domain is <b>{escape(self.names[lowest])}</b>: on average "
            f"{percent(means[lowest])} truly right, but anything from "
            f"{percent_range(low, high).replace(' to ', ' % to ')} fits the report (90 % interval). {badge('model')}"
        )

    def numbers(self) -> Block:
        """Return mean and 90 % interval of each domain, from score and ratings, and from the score alone."""
        found = dict(zip(("score and ratings", "score alone"), self._known(**self.values()), strict=True))
        columns = {}
        for name, of in found.items():
            columns[f"{name}: mean"] = list(map(percent, of.mean_proportion))
            columns[f"{name}: 90 % interval"] = [percent_range(*ends) for ends in np.asarray(of.interval_proportion())]
        rows = pd.DataFrame(columns, index=pd.Index(self.names, name="domain"))
        return show(rows, "Truly right in each domain (model)")
