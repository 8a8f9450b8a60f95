"""Which patterns do these ratings show, and how long does the article say it takes? One attempt, or two."""

from __future__ import annotations

from typing import Any

from mls_kit.explain import labels_shown, matches, views
from mls_kit.html import Block, join, together
from mls_kit.method import Diagnosis, diagnose
from mls_kit.report import ScoreReport
from mls_kit.widgets.controls import Options, tick
from mls_kit.widgets.view import View, copy, words

AGAIN = "again"
BEFORE = "before: "


class PatternFinder(View):
    """Choose ratings, and those of an attempt before; read every pattern that fits, and the weeks and hours.

    The ratings are read as those of a failed attempt, because the article's patterns describe no others.
    Source: article, completed by the kit (model).

    >>> view = PatternFinder(ScoreReport("MLS-C01", 714, "Strong, Competent, NI, Competent"))
    >>> [pattern.number for pattern in view.found.patterns], view.found.timeline.tier
    ([1, 5], 'Moderate')
    """

    found: Diagnosis

    def __init__(self, report: ScoreReport) -> None:
        self.report, self.exam = report, report.facts
        self.names = [domain.name for domain in self.exam.domains]
        labels = labels_shown(report)
        self.said = words("23em")
        given = {name: rating if rating in labels else labels[0] for name, rating in report.ratings.items()}
        controls: dict[str, Any] = {name: Options(name, labels, given[name]) for name in self.names}
        controls[AGAIN] = tick("Compare with the attempt before")
        for name in self.names:
            controls[BEFORE + name] = Options(f"{name}, attempt before", labels, controls[name].value)
        super().__init__("Which patterns fit these ratings?", controls, [self.said])
        heading, panel, message, _names = self.parts
        pairs = [(controls[name], controls[BEFORE + name]) for name in self.names]
        panel.children = [controls[AGAIN], *(control for pair in pairs for control in pair)]
        self.children = (heading, panel, message, self.said)

    def draw(self, **values: Any) -> None:
        """Find the patterns and the timeline, and say them."""
        for name in self.names:
            self.controls[BEFORE + name].layout.display = "flex" if values[AGAIN] else "none"
        shown = self._attempt([values[name] for name in self.names], 1 + values[AGAIN])
        earlier = [self._attempt([values[BEFORE + name] for name in self.names], 1)] if values[AGAIN] else []
        self.shown, self.found = shown, diagnose(shown, earlier)
        self.said.value = together(self._words().markup)

    def _attempt(self, ratings: list[str], number: int) -> ScoreReport:
        return ScoreReport.failed(self.exam, ratings, attempt=number, language=self.report.language)

    def _words(self) -> Block:
        alone = "" if self.values()[AGAIN] else "<p>Pattern 4 needs an attempt before this one.</p>"
        failed = "<p>You passed. Below, the ratings are read as if you had failed.</p>" if self.report.passed else ""
        return join([failed, matches(self.shown, self.found), alone, views.weeks_and_hours(self.shown, self.found)])

    def result(self) -> Block:
        """Return the patterns as a table, and the weeks and hours."""
        return copy(join([views.pattern_table(self.shown, self.found), views.weeks_and_hours(self.shown, self.found)]))
