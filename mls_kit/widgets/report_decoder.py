"""What does a report say of each domain? Score and ratings lead to what is known, with its uncertainty."""

from __future__ import annotations

from html import escape
from typing import Any

from matplotlib.axes import Axes

from mls_kit import explain
from mls_kit.explain import DOMAIN_LOOK, EDGE, INK, percent, percent_range
from mls_kit.html import Block, badge, together
from mls_kit.method import model_of
from mls_kit.report import ScoreReport
from mls_kit.score_model import Evidence, build_outlook, infer_report
from mls_kit.widgets.controls import Number, Options
from mls_kit.widgets.live_picture import LivePicture
from mls_kit.widgets.view import View, words


class ReportDecoder(View):
    """Change a score and its ratings; see what they say of each domain, beside what the score alone says.

    Source: model (exact inference under stated assumptions). A ValueError where no number of questions is known.

    >>> from mls_kit import ScoreReport
    >>> view = ReportDecoder(ScoreReport("MLS-C01", 714, ["Competent"] * 4))
    >>> view.controls["scaled_score"].value = 400  # four times Competent does not go with so few points
    >>> type(view.error).__name__
    'ImpossibleReportError'
    """

    def __init__(self, report: ScoreReport) -> None:
        self.exam = report.facts
        labels = explain.labels_shown(report)
        self.model = model_of(self.exam, labels)
        self.names = [domain.name for domain in self.exam.domains]
        self.picture = LivePicture("Picture: what is known of each domain", 1.3 + 0.62 * len(self.names))
        self._draw_ground()
        self.said = words("3em")
        low, high = self.exam.score_range
        controls: dict[str, Any] = {"scaled_score": Number("Scaled score", report.scaled_score, low, high, 1)}
        for domain in self.exam.domains:
            controls[domain.name] = Options(domain.name, labels, report.ratings[domain.name])
        super().__init__("What does a report say of each domain?", controls, [self.picture.image, self.said])

    def _draw_ground(self) -> None:
        axes = explain.add_axes(self.picture.figure, left=explain.NAMES, bottom=0.6, top=0.4, right=2.3)
        explain.share_axis(axes, "Truly right in the domain (model)")
        axes.set_xlim(0, 1)
        explain.name_rows(axes, self.names, above=0.6, below=0.6)
        said = "Thick bar: score and ratings, 90 %. Thin line: the score alone. A color a domain."
        axes.set_title(said, loc="left", fontsize=11)
        self._rows = [self._row(axes, place) for place in range(len(self.names))]

    def _row(self, axes: Axes, place: int) -> tuple[Any, ...]:
        picture, color = self.picture, DOMAIN_LOOK[place % len(DOMAIN_LOOK)]
        (thick,) = axes.barh(place, 0.1, height=0.34, color=color, edgecolor=EDGE)
        (thin,) = axes.plot([0, 1], [place + 0.3] * 2, color=INK, linewidth=1.5, marker="|", markersize=7)
        (mean,) = axes.plot([0.5], [place], "o", color=INK, markersize=7)
        said = axes.text(1.03, place, "", va="center", fontsize=10.5, color=INK)
        return tuple(picture.moving(artist) for artist in (thick, thin, mean, said))

    def draw(self, **values: Any) -> None:
        """Draw what is known of each domain."""
        score, ratings = values["scaled_score"], [values[name] for name in self.names]
        known = infer_report(self.model, Evidence.from_score(self.model, score, ratings))
        alone = infer_report(self.model, Evidence.from_score(self.model, score)).interval_proportion()
        means, intervals = known.mean_proportion, known.interval_proportion()
        for place, (thick, thin, mean, said) in enumerate(self._rows):
            low, high = (float(edge) for edge in intervals[place])
            thick.set_x(low)
            thick.set_width(high - low)
            thin.set_xdata(alone[place])
            mean.set_xdata([means[place]])
            said.set_text(f"{percent(means[place])}  ({percent_range(low, high)})")
        self.picture.show()
        lowest = int(means.argmin())
        low, high = (float(edge) for edge in intervals[lowest])
        self.said.value = together(
            f"With {score} and these ratings the lowest domain is <b>{escape(self.names[lowest])}</b>: on average "
            f"{percent(means[lowest])} truly right, but anything from "
            f"{percent_range(low, high).replace(' to ', ' % to ')} fits the report (90 % interval). {badge('model')}"
        )

    def result(self) -> Block:
        """Return the whole distribution of each domain, and its numbers."""
        values = self.values()
        ratings = [values[name] for name in self.names]
        found = build_outlook(self.model, values["scaled_score"], ratings, hours=0, splits={}, grid=None)
        chart = explain.domain_ridges(found, self.names)
        return chart if isinstance(chart, Block) else chart.with_numbers()
