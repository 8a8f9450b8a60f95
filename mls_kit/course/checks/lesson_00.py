"""Exercises of lesson 00: where to start."""

from __future__ import annotations

from mls_kit.course.checks.verdict import Decision, Value
from mls_kit.report import ScoreReport, my_report


def _exam(report: ScoreReport | None) -> Value:
    exam = (report or my_report()).exam
    return Value(
        exam,
        right=f"{exam}: every lesson's opening names the exam, and whether the numbers are yours.",
        otherwise="{answer} is not the exam in use now. The opening names it; run that cell again after you keep a report.",
    )


def _marks(_report: ScoreReport | None) -> Value:
    return Value(
        ["model", "published", "article"],
        right="(a) is the kit's own calculation, (b) the owner's word, (c) a rule of thumb of the article.",
        otherwise="Give three marks in order, each in quotes. For each ask: who stands behind it, the owner, the article, the kit?",
        mistakes=[
            (
                ["published", "published", "article"],
                "The owner publishes weights and how many questions count, but not how many a domain has: (a) is the kit's work.",
            ),
            (
                ["model", "published", "published"],
                "(c) names its own source: a rule of the article. The owner says nothing of the kind.",
            ),
            (["model", "article", "article"], "An exam guide is the owner's own text: (b) is another mark."),
        ],
    )


CHECKS = {
    "0.1": _exam,
    "0.2": _marks,
    "0.3": Decision(
        choices=("understand", "plan", "measure"),
        points=(
            "a good reason names what is still unknown and would change tomorrow: what the score means (understand), where the "
            "hours go (plan), or whether a weak domain is truly weak (measure). All three can be right."
        ),
    ),
}
