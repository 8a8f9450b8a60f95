"""What an exam's own file answers: when again, at which score, whether it still exists. Each line with its mark.

The sentences are in ``templates/exam_answers.html.j2``.
"""

from __future__ import annotations

from datetime import date

from mls_kit.exam import load_method
from mls_kit.html import Block, render
from mls_kit.method import diagnose, prioritize
from mls_kit.report import ScoreReport

__all__ = ["FACTS", "exam_answer"]

FACTS = ("attempts", "exists", "fee", "first_domain", "guide", "minutes", "percents", "questions", "ratings", "results",
         "retake", "scale", "scoring", "timeline")  # fmt: skip


def exam_answer(name: str, report: ScoreReport, today: date) -> Block:
    """Return the answer to a question, as items of a list.

    Parameters
    ----------
    name : str
        One of ``FACTS``.
    report : ScoreReport
        Gives the exam, and what depends on its ratings.
    today : date
        The day of the question.

    Examples
    --------
    >>> report = ScoreReport("SAA-C03", 700, "NI, MC, MC, MC", taken_on="2026-10-01")
    >>> str(exam_answer("minutes", report, date(2026, 10, 2)))[:27]
    'SAA-C03 takes 130 minutes. '
    """
    found, article = diagnose(report, today=today), load_method().article
    ranked = prioritize(report)
    return render("explain/exam_answers.html.j2", name, report=report, found=found, ranked=ranked, article=article)
