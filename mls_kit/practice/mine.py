"""The learner's own practice log in the notebooks, or an invented example where there is none yet; it says which."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

import pandas as pd

from mls_kit._folders import data_folder
from mls_kit.exam import find_exam
from mls_kit.practice.log import log_file, read_log
from mls_kit.practice.rule import least_questions
from mls_kit.problems import Problem
from mls_kit.report import ScoreReport
from mls_kit.score_model import question_counts

__all__ = ["PracticeLog", "example_log", "my_log"]


class PracticeLog(NamedTuple):
    """A log that was read: its lines as a table, the mistakes of the others, and whether it is the learner's own."""

    frame: pd.DataFrame
    problems: list[Problem]
    mine: bool

    def said(self) -> str:
        """Say whose log this is, and how much could be read."""
        count = len(self.frame)
        lines = f"{count} line{'s' * (count != 1)}"
        whose = (
            f"This is your own practice log: {lines} for this exam, kept on this computer only."
            if self.mine
            else f"You have logged no practice for this exam yet. This is an example's log, invented: {lines}."
        )
        bad = len(self.problems)
        return whose + (f" {bad} mistake{'s' * (bad != 1)} in the file: those lines are left out." if bad else "")


def example_log(report: ScoreReport, today: date | None = None) -> pd.DataFrame:
    """Return the invented example of ``data/logs``, ending yesterday and told in the domains of the report's exam.

    Full sets take the exam's own size and weights; each domain keeps the example's share right.
    """
    frame, _ = read_log(data_folder() / "logs" / "example.csv")
    frame["date"] += pd.Timestamp(today or date.today()) - timedelta(days=1) - frame["date"].max()
    exam = report.facts
    names = [domain.name for domain in exam.domains]
    invented = [domain.name for domain in find_exam(frame["exam"].iloc[0]).domains]
    counts = question_counts([domain.weight for domain in exam.domains], least_questions(exam))
    rows: list[dict[Any, Any]] = []
    for row in frame.to_dict("records"):
        at = invented.index(row["domain"]) if row["domain"] in invented else None
        whole = str(row["set_id"]).startswith("full")
        places = [None] if at is None else range(at, len(names), len(invented)) if whole else [min(at, len(names) - 1)]
        for place in places:
            told = row | {"exam": exam.code, "domain": row["domain"] if place is None else names[place]}
            if whole and place is not None:
                told |= {"right": round(row["right"] / row["out_of"] * counts[place]), "out_of": counts[place]}
            rows.append(told)
    return pd.DataFrame(rows, index=pd.RangeIndex(2, len(rows) + 2, name="line"))


def my_log(report: ScoreReport, today: date | None = None) -> PracticeLog:
    """Return the learner's log for the report's exam, or the example where there is none.

    Parameters
    ----------
    report : ScoreReport
    today : date, optional
        The day the example ends at.

    Returns
    -------
    PracticeLog
    """
    if log_file().exists():
        frame, problems = read_log()
        own = frame[frame["exam"] == report.exam]
        if len(own) or problems:
            return PracticeLog(own, problems, True)
    return PracticeLog(example_log(report, today), [], False)
