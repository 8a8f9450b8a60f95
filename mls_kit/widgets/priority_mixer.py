"""Which domain first, and how much time for each? Ratings, weights and hours lead to the article's priorities."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import pandas as pd

from mls_kit.exam import load_method
from mls_kit.explain import views
from mls_kit.html import Block
from mls_kit.method import diagnose, labels_of, rank_domains, share_rule, with_hours
from mls_kit.report import ScoreReport
from mls_kit.widgets.controls import Number, Options, tick
from mls_kit.widgets.view import PictureView

MOST_A_WEEK, MOST_WEEKS = 60, 52
_MANY = 300  # states of a page


class PriorityMixer(PictureView):
    """Change ratings, weights and hours; see each domain's weighted gap, tier, share and hours.

    Source: article, completed by the kit (``data/method.yaml``).

    >>> from mls_kit import ScoreReport
    >>> view = PriorityMixer(ScoreReport("MLS-C01", 690, "Strong, Competent, NI, NI"))
    >>> view.ranked.index[0], round(view.ranked["hours"].sum())
    ('Modeling', 200)
    """

    called = "Picture: share of the study time by domain"
    how = "Share of the study time, in the order of the exam guide. The first word (“Highest”) says how urgent the domain is."

    def __init__(self, report: ScoreReport) -> None:
        self.exam = report.facts
        self.names = [domain.name for domain in self.exam.domains]
        self.ranked = pd.DataFrame()
        super().__init__("Which domain first?", self._controls(report), "6em")

    def _controls(self, report: ScoreReport) -> dict[str, Any]:
        own = (load_method().vocabularies[name].labels for name in self.exam.report.rating_vocabularies.value or [])
        labels = labels_of(report) or tuple(dict.fromkeys([*report.ratings.values(), *(label for each in own for label in each)]))
        line = diagnose(report).timeline
        week, weeks = line.hours_per_week[0] or 10, line.suggested_weeks or 1
        controls: dict[str, Any] = {name: Options(name, labels, report.ratings[name]) for name in self.names}
        controls["hours_per_week"] = Number("Hours a week", min(week, MOST_A_WEEK), 1, MOST_A_WEEK)
        controls["weeks"] = Number("Weeks", min(weeks, MOST_WEEKS), 1, MOST_WEEKS)
        controls["change_weights"] = tick("Change the weights (otherwise the published ones)")
        for domain in self.exam.domains:
            controls[f"weight {domain.name}"] = Number(f"Weight of {domain.name}", domain.weight, 1, 100)
        return controls

    def draw(self, **values: Any) -> None:
        """Show the fields for weights where they are asked for, and the shares."""
        for name in self.names:
            self.controls[f"weight {name}"].layout.display = "" if values["change_weights"] else "none"
        self.ranked = self._ranked(values)
        super().draw(**values)

    def answer(self, **values: Any) -> views.Answer:
        """Return what the controls lead to."""
        single = share_rule([values[name] for name in self.names]) == "single weak domain"
        return views.priorities(self._ranked(values), self.names, single, values["change_weights"])

    def _ranked(self, values: dict[str, Any]) -> pd.DataFrame:
        weights = [values[f"weight {name}"] for name in self.names] if values["change_weights"] else None
        ranked = rank_domains(self.exam, [values[name] for name in self.names], weights)
        return with_hours(ranked, values["hours_per_week"], values["weeks"])

    def grid(self) -> dict[str, Sequence[Any]]:
        """Return the states of a page: every rating, for exams whose combinations are few."""
        options: dict[str, Sequence[Any]] = {name: list(self.controls[name].options.values()) for name in self.names}
        return options if prod(map(len, options.values())) < _MANY else {}

    def numbers(self) -> Block:
        """Return the shares as a table, for the controls as they are."""
        return views.priority_table(self.ranked, self.controls["hours_per_week"].value, self.controls["weeks"].value)
