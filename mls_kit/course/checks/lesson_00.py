"""Exercises of lesson 00: where to start."""

from __future__ import annotations

from mls_kit.course.checks._verdict import Choice, Value
from mls_kit.report import ScoreReport, my_report


def _exam(report: ScoreReport | None) -> str:
    return (report or my_report()).exam


CHECKS = {
    "0.1": Value(
        expected=_exam,
        right="{expected}: every lesson's opening names the exam, and whether the numbers are yours.",
        otherwise="{answer} is not the exam in use now. The opening names it; run that cell again after you keep a report.",
    ),
    "0.2": Value(
        expected=lambda _report: ["model", "published", "article"],
        right="(a) is the kit's own calculation, (b) the owner's word, (c) a rule of thumb of the article.",
        otherwise="Give three marks in order, each in quotes. For each ask: who stands behind it, the owner, the article, the kit?",
        mistakes=(
            (
                lambda _report: ["published", "published", "article"],
                "The owner publishes weights and how many questions count, but not how many a domain has: (a) is the kit's work.",
            ),
            (
                lambda _report: ["model", "published", "published"],
                "(c) names its own source: a rule of the article. The owner says nothing of the kind.",
            ),
            (
                lambda _report: ["model", "article", "article"],
                "An exam guide is the owner's own text: (b) is another mark.",
            ),
        ),
    ),
    "0.3": Choice(
        choices=("understand", "plan", "measure"),
        points=(
            "a good reason names what is still unknown and would change tomorrow: what the score means (understand), where the "
            "hours go (plan), or whether a weak domain is truly weak (measure). All three can be right."
        ),
    ),
}
