"""What has changed since an earlier file: who sat again, who passed, and how much of the change is no more than luck (model)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from mls_kit.cohort.attempts import person_of
from mls_kit.cohort.chance import joint_table
from mls_kit.cohort.reader import Cohort
from mls_kit.cohort.suppression import Counts
from mls_kit.exam import Exam, load_method
from mls_kit.method import came_true, evidence_of, model_of
from mls_kit.report import ScoreReport
from mls_kit.score_model import Verdict, luck_of, next_ratings

VERDICTS = ("rose", "no more than luck", "fell")
NOTICED = 0.05  # a change is more than luck where chance alone brings one as large in fewer retakes than this
_LEVEL = 0.95


class Again(NamedTuple):
    """Somebody who failed in the earlier file and has sat since."""

    row: int  # of the later file
    before: ScoreReport
    after: ScoreReport


@dataclass(frozen=True, eq=False)
class Shift:
    """A number of a group, what it was, and what chance alone lets one expect at unchanged ability (model)."""

    before: float
    after: float
    interval: tuple[float, float]  # of the change, 95 %: what another group like this would show
    luck: tuple[float, float] | None  # of the change, 95 %; None without a model

    @property
    def change(self) -> float:
        """The change."""
        return self.after - self.before

    @property
    def verdict(self) -> str:
        """Whether the change is more than luck, and which way; empty where that cannot be told."""
        if self.luck is None:
            return ""
        low, high = self.luck
        return VERDICTS[0] if self.change > high else VERDICTS[2] if self.change < low else VERDICTS[1]


@dataclass(frozen=True, eq=False)
class Progress:
    """Those of one exam who failed before and sat again."""

    exam: Exam
    size: int
    waiting: int  # who failed before and have not sat again, as far as the later file says
    passed: Counts  # passed and not
    verdicts: Counts | None  # of single learners' scores
    score: Shift | None  # None in small groups
    weak: dict[str, Shift]  # by domain: percent rated weakest, rounded to 5; empty in small groups
    came_true: Verdict | None  # the model's chances, against what came
    learners: pd.DataFrame  # one row each, for the file's owner: never shown


def sat_again(cohort: Cohort, before: Cohort) -> tuple[list[Again], dict[str, int]]:
    """Return who failed in the earlier file and sat again, and by exam how many of the others are still waiting."""
    now = {_key(row, report): (row, report) for row, report, _ in cohort.latest()}
    found, waiting = [], dict[str, int]()
    for row, report, _ in before.latest():
        if report.passed:
            continue
        there = now.get(_key(row, report)) if report.learner_id or report.learner_name else None
        if there and _later(there[1], report):
            found.append(Again(there[0], report, there[1]))
        else:
            waiting[report.exam] = waiting.get(report.exam, 0) + 1
    return found, waiting


def _key(row: int, report: ScoreReport) -> tuple[str, str]:
    return report.exam, person_of(row, report)


def _later(now: ScoreReport, before: ScoreReport) -> bool:
    """Tell whether a report is of a later attempt: by its day, else by its number or another result."""
    if now.taken_on and before.taken_on:
        return now.taken_on > before.taken_on
    return now.attempt > before.attempt or (now.scaled_score, now.ratings) != (before.scaled_score, before.ratings)


def progress_of(pairs: Sequence[Again], waiting: dict[str, int], least: int) -> Iterator[Progress]:
    """Yield what may be shown of each exam at which ``least`` or more sat again."""
    for code in sorted({pair.after.exam for pair in pairs}):
        own = [pair for pair in pairs if pair.after.exam == code]
        if len(own) >= least:
            yield _of_exam(own, waiting.get(code, 0), least)


def _of_exam(pairs: Sequence[Again], waiting: int, least: int) -> Progress:
    exam = pairs[0].after.facts
    first = np.array([pair.before.scaled_score for pair in pairs], float)  # NaN where the exam reports none
    second = np.array([pair.after.scaled_score for pair in pairs], float)
    passed = sum(pair.after.passed for pair in pairs)
    counts = Counts.of(_one_row({"passed": passed, "did not": len(pairs) - passed}, ("passed", "did not")), least)
    shown, verdicts, score_luck = len(pairs) >= 2 * least, None, None
    learners = pd.DataFrame({"row": [pair.row for pair in pairs], "score before": first, "score now": second})
    known = shown and exam.reports_score
    if not exam.silent:
        model = model_of(exam, tuple(load_method().vocabularies["article"].labels))
        luck = luck_of(model, first, second)
        names = np.select([luck.chance > NOTICED, second > luck.expected], [VERDICTS[1], VERDICTS[0]], VERDICTS[2])
        learners["verdict"] = names
        verdicts = Counts.of(_one_row(pd.Series(names).value_counts(), VERDICTS), least)
        score_luck = _spread(luck.expected - first, luck.sd)
    for number, domain in enumerate(exam.domains, start=1):
        learners[f"domain {number}"] = [_moved(pair, domain.name) for pair in pairs]
    return Progress(
        exam=exam,
        size=len(pairs),
        waiting=waiting,
        passed=counts,
        verdicts=verdicts,
        score=Shift(first.mean(), second.mean(), _interval(second - first), score_luck) if known else None,
        weak=_weak(exam, pairs) if shown else {},
        came_true=came_true(exam, list(zip(first, second, strict=True))) if shown and not counts.hidden.any() else None,
        learners=learners,
    )


def _one_row(values: object, names: Iterable[str]) -> pd.DataFrame:
    return pd.Series(values, dtype=float).reindex(list(names), fill_value=0).astype(int).to_frame("learners").T


def _moved(pair: Again, domain: str) -> str:
    before, after = pair.before.ratings[domain], pair.after.ratings[domain]
    return after if before == after else f"{before} -> {after}"


def _interval(changes: np.ndarray) -> tuple[float, float]:
    """Return Student's interval of a mean."""
    if len(changes) < 2:
        return (-np.inf, np.inf)
    reach = stdtrit(len(changes) - 1, 0.5 + _LEVEL / 2) * changes.std(ddof=1) / np.sqrt(len(changes))
    return float(changes.mean() - reach), float(changes.mean() + reach)


def _spread(expected: np.ndarray, sd: np.ndarray) -> tuple[float, float]:
    """Return where the mean of independent numbers falls, from the mean and spread of each."""
    mean, reach = expected.mean(), ndtri(0.5 + _LEVEL / 2) * np.sqrt((sd**2).sum()) / len(sd)
    return float(mean - reach), float(mean + reach)


def _weak(exam: Exam, pairs: Sequence[Again]) -> dict[str, Shift]:
    """Return for each domain how many percent were rated weakest, and are now; learners of one vocabulary of ratings only."""
    used = {rating for pair in pairs for rating in (*pair.before.ratings.values(), *pair.after.ratings.values())}
    labels = next((labels for labels in exam.label_sets if used <= {*labels}), None)
    if labels is None:
        return {}
    before, after = (
        np.array([[labels.index(rating) for rating in report.ratings.values()] for report in side])
        for side in zip(*((pair.before, pair.after) for pair in pairs), strict=True)
    )
    lucky = None
    if not exam.silent:
        table = joint_table(model_of(exam, labels))
        found = next_ratings(table, [evidence_of(pair.before)[0] for pair in pairs], before)[..., 0]
        lucky = None if np.ma.getmaskarray(found).any() else np.asarray(found)
    changes = {}
    for place, domain in enumerate(exam.domains):
        was, now = (100.0 * (codes[:, place] == 0) for codes in (before, after))
        luck = None
        if lucky is not None:
            chance = lucky[:, place]
            luck = _spread(100 * chance - was, 100 * np.sqrt(chance * (1 - chance)))
        changes[domain.name] = Shift(was.mean(), now.mean(), _interval(now - was), luck)
    return changes
