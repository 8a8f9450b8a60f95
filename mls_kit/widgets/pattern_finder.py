"""Which patterns do these ratings show, and how long does the article say it takes? One attempt, or two."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

from mls_kit.explain import cite, labels_shown, matches, pattern_kind, timeline
from mls_kit.html import Block, badge, join, table, together
from mls_kit.method import Diagnosis, diagnose
from mls_kit.report import ScoreReport
from mls_kit.widgets.controls import Options, tick
from mls_kit.widgets.view import View, words

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
        heading, panel, message = self.parts
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
        score = min(self.report.scaled_score, self.exam.passing - 1)
        return ScoreReport(self.exam.code, score, ratings, attempt=number, language=self.report.language)

    def _words(self) -> Block:
        alone = "" if self.values()[AGAIN] else "<p>Pattern 4 needs an attempt before this one.</p>"
        failed = "<p>You passed; below, the ratings are read as if you had not.</p>" if self.report.passed else ""
        return join([failed, matches(self.shown, self.found), alone, *self._weeks()])

    def _weeks(self) -> list[str]:
        line, days = self.found.timeline, self.found.retake.wait_days
        least, suggested = line.hours_needed
        wait = ""
        if days:
            wait = f" The wait after this attempt is {days} days. {cite(self.exam, self.exam.retake.wait_days)}"
        hours = (
            f"<p>In all at least <b>{least} hours</b> {badge('model' if line.note else 'article')}, better {suggested} in "
            f"{line.suggested_weeks} weeks {badge('model')}.{wait}</p>"
        )
        return [timeline(line), hours]

    def result(self) -> Block:
        """Return the patterns as a table, and the weeks and hours."""
        rows = [
            {
                "pattern": f"{pattern.number}: {pattern.name}",
                "shown by": pattern.evidence,
                "what to do": pattern.fix,
                "kind": badge(pattern_kind(self.shown, pattern.number)),
            }
            for pattern in self.found.patterns
        ] or [{"pattern": "none fits", "shown by": "", "what to do": "Follow the priorities.", "kind": badge("model")}]
        ratings = "; ".join(f"{name}: {label}" for name, label in self.shown.ratings.items())
        patterns = table(pd.DataFrame(rows), f"Patterns in {escape(ratings)}", markup=["kind"])
        return join([patterns, *self._weeks()])
