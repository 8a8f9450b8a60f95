"""What does a whole group need? Counts by exam, under pseudonyms, with small groups hidden before anything is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mls_kit._folders import data_folder
from mls_kit.cohort.chance import GroupChance, group_chance
from mls_kit.cohort.reader import Attempt, Cohort, read_cohort
from mls_kit.cohort.suppression import hidden_counts, pseudonyms
from mls_kit.exam import Exam, load_method
from mls_kit.method import availability, came_true, diagnose, prioritize
from mls_kit.problems import InputError, Problem, nearest, shown, squeeze
from mls_kit.report import ExamArrays, Notes, by_exam, check_names, given_names, read_date, read_number
from mls_kit.score_model import Verdict

PARAMETERS = ("cohort", "group_size", "exam", "today", "exam_folder", "sheet")
SAMPLE = "sample_large.csv"
WHEN = ("now", "within 14 days", "later", "day not known", "not at this exam")
_SMALLEST, _LARGEST = 2, 1000  # what a minimum group size may be
_SEATS = 20  # in one workshop (the kit's judgement): beyond it, the group meets in several


@dataclass(frozen=True, eq=False)
class Counts:
    """Numbers of learners, with those that are hidden: both of the same shape."""

    table: pd.DataFrame
    hidden: NDArray[np.bool_]
    least: int

    @classmethod
    def of(cls, table: pd.DataFrame, least: int) -> Counts:
        """Hide what has to be hidden."""
        return cls(table, hidden_counts(table.to_numpy(), least), least)

    def words(self) -> pd.DataFrame:
        """Return the counts as they may be shown; small groups and what protects them look alike, or they would tell."""
        texts = np.where(self.hidden, "hidden", self.table.to_numpy().astype(str))
        return pd.DataFrame(texts, index=self.table.index, columns=self.table.columns)

    def row_hidden(self, row: int) -> bool:
        """Tell whether anything of a row is hidden."""
        return bool(self.hidden[row].any())


@dataclass(frozen=True)
class WorkshopGroup:
    """Learners, by pseudonym, for whom one domain comes first."""

    exam: str
    domain: str
    learners: tuple[str, ...]

    @property
    def sessions(self) -> int:
        """How many workshops the group needs."""
        return -(-len(self.learners) // _SEATS)


@dataclass(frozen=True, eq=False)
class ExamGroup:
    """The learners whose latest attempt at one exam failed: what may be shown of them."""

    exam: Exam
    size: int
    ratings: Counts  # by domain and label
    tiers: Counts  # by timeline
    when: Counts  # by when they may sit again
    shares: pd.Series | None  # mean share of study time by domain in percent, rounded to 5; None in small groups
    chance: GroupChance | None  # None where the score model cannot be built
    workshops: list[WorkshopGroup]  # everybody is in one
    availability: str
    too_late: str  # how many could sit before the exam ends, but not after the article's shortest preparation
    came_true: Verdict | None = None  # the model against what came of those who sat again; None where too few did


@dataclass(frozen=True, eq=False)
class CohortView:
    """Everything the cohort's page shows."""

    groups: list[ExamGroup]  # exams with enough learners
    people: pd.DataFrame  # failed and passed by exam, as they may be shown
    least: int
    today: date
    wrong_rows: list[int]
    sample: bool = False  # the kit's invented learners
    key: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)  # who is who, for the file's owner: never shown


def read_view(namespace: Mapping[str, Any]) -> CohortView:
    """Return the view for the parameters a notebook was given: its ``globals()``.

    Raises
    ------
    InputError
        A parameter has a name or a value that does not fit, or the file cannot be read.
    """
    check_names(sorted(given_names(namespace)), PARAMETERS, "The list of parameters")
    values = {name: namespace.get(name, "") for name in PARAMETERS}
    notes = Notes()
    least = read_number(values["group_size"], "group_size", _SMALLEST, _LARGEST, notes)
    today = read_date(values["today"], "today", notes) if values["today"] else date.today()
    if notes.problems or least is None or today is None:
        raise InputError("The list of parameters", notes.problems)
    path = Path(str(values["cohort"])).expanduser() if values["cohort"] else data_folder() / "cohorts" / SAMPLE
    found = read_cohort(path, today, values["exam_folder"] or None, str(values["sheet"]))
    sample = not values["cohort"]
    return view_cohort(found, today, int(least), values["exam"], values["exam_folder"] or None, sample=sample)


def view_cohort(
    cohort: Cohort,
    today: date,
    least: int = 5,
    exam: str = "",
    exam_folder: str | Path | None = None,
    *,
    sample: bool = False,
) -> CohortView:
    """Return what may be shown of the latest attempts of a cohort, in groups of ``least`` or more; ``exam`` chooses one."""
    frame = _latest(cohort, today, exam_folder, least)
    if exam:
        codes = list(frame["exam"].unique())
        wanted = [code for code in codes if squeeze(code) == squeeze(exam)]
        if not wanted:
            expected = f"one of the exams in this file: {', '.join(codes)}"
            raise InputError("The list of parameters", [Problem("exam", shown(exam), expected, nearest(exam, codes))])
        frame = frame[frame["exam"].isin(wanted)].reset_index(drop=True)
    wrong = sorted({problem.row for problem in cohort.problems})
    if not len(frame):
        expected = "a file with at least one report that can be read"
        raise InputError("The cohort", [Problem("cohort", f"{len(wrong)} rows with mistakes", expected)])
    people, groups = {}, []
    for batch in sorted(by_exam(frame, exam_folder), key=lambda each: each.exam.code):
        rows = frame.iloc[batch.rows]
        failed = rows["scaled_score"].to_numpy() < batch.exam.passing
        people[batch.exam.code] = [int(failed.sum()), int((~failed).sum())]
        if failed.sum() >= least:
            codes_of = ExamArrays(batch.exam, np.arange(failed.sum()), batch.codes[failed])
            group = _group(rows[failed].reset_index(drop=True), codes_of, today, least, exam_folder)
            groups.append(replace(group, came_true=_came_true(cohort, batch.exam, least)))
    counted = pd.DataFrame.from_dict(people, orient="index", columns=["did not pass", "passed"])
    shown_as = counted.astype(str).where((counted == 0) | (counted >= least), f"1-{least - 1}").rename_axis("exam")
    return CohortView(groups, shown_as, least, today, wrong, sample, _key(frame, groups))


def _latest(cohort: Cohort, today: date, exam_folder: str | Path | None, least: int) -> pd.DataFrame:
    """Return the latest report of each learner and exam, its diagnosis, its row, and a pseudonym for each exam."""
    frame = cohort.to_frame()
    found = diagnose(frame, today=today, exam_folder=exam_folder)
    places = {row: place for place, (row, _) in enumerate(cohort.entries)}
    found_latest = list(cohort.latest())
    rows = [row for row, _, _ in found_latest]
    people = [f"{report.exam}\0{Attempt.of(row, report).person}" for row, report, _ in found_latest]
    failed = Counter(report.exam for _, report, _ in found_latest if not report.passed)
    listed = zip(people, (report for _, report, _ in found_latest), strict=True)
    are_shown = [person for person, report in listed if not report.passed and failed[report.exam] >= least]
    names = pseudonyms(people, are_shown)  # one at each exam: lists of two exams together would single people out
    latest = pd.concat([frame, found], axis=1).iloc[[places[row] for row in rows]].reset_index(drop=True)
    return latest.drop(columns="learner_id").assign(row=rows, learner=[names[person] for person in people])


def _came_true(cohort: Cohort, exam: Exam, least: int) -> Verdict | None:
    """Hold the model against whoever sat this exam more than once; None where passes or failures are too few to show."""
    reports = dict(cohort.entries)
    pairs = [
        (reports[before.row].scaled_score, reports[after.row].scaled_score)
        for attempts in cohort.learners()
        for before, after in pairwise(attempts)
        if after.exam == exam.code
    ]
    found = came_true(exam, pairs)
    if found is None:
        return None
    passed = round(found.came * found.attempts)
    return found if min(passed, found.attempts - passed) >= least else None


def _group(rows: pd.DataFrame, batch: ExamArrays, today: date, least: int, exam_folder: str | Path | None) -> ExamGroup:
    exam, codes = batch.exam, batch.codes
    ratings = Counts.of(_ratings(exam, codes), least)
    shares = prioritize(rows, exam_folder)["share"].to_numpy().reshape(codes.shape)
    mean = pd.Series(shares.mean(axis=0), [domain.name for domain in exam.domains], name="share")
    return ExamGroup(
        exam=exam,
        size=len(rows),
        ratings=ratings,
        tiers=Counts.of(_tally(rows["tier"].astype(str), [rule.tier for rule in load_method().timeline]), least),
        when=Counts.of(_tally(_when(rows, exam, today), list(WHEN)), least),
        shares=(5 * (mean / 5).round()).astype(int) if len(rows) >= 2 * least else None,
        chance=group_chance(exam, rows["scaled_score"].to_numpy(), codes),
        workshops=workshop_groups(exam, shares, rows["learner"].tolist(), least),
        availability=availability(exam, today).why,
        too_late=_too_late(rows, exam, today, least),
    )


def _ratings(exam: Exam, codes: NDArray[np.int8]) -> pd.DataFrame:
    labels = load_method().labels
    counted = np.stack([np.bincount(column, minlength=len(labels)) for column in codes.T])
    used = counted.any(axis=0)
    names = pd.Index([domain.name for domain in exam.domains], name="domain")
    return pd.DataFrame(counted[:, used], names, [labels[place] for place in np.flatnonzero(used)])


def _tally(values: pd.Series, names: list[str]) -> pd.DataFrame:
    return values.value_counts().reindex(names, fill_value=0).to_frame("learners").T


def _when(rows: pd.DataFrame, exam: Exam, today: date) -> pd.Series:
    """Return when each learner may sit again, by the published waiting time."""
    once = exam.retake.beta_single_attempt
    if exam.life_cycle.status.value == "beta" and once and once.value:
        return pd.Series(WHEN[4], rows.index)
    earliest, now = rows["earliest_retake"], pd.Timestamp(today)
    words = np.select(
        [rows["ended_by_then"], earliest.isna(), earliest <= now, earliest <= now + timedelta(days=14)],
        [WHEN[4], WHEN[3], WHEN[0], WHEN[1]],
        WHEN[2],
    )
    return pd.Series(words, rows.index)


def _too_late(rows: pd.DataFrame, exam: Exam, today: date, least: int) -> str:
    """Return how many find the exam open when they may sit, but ended before the article's shortest preparation is over."""
    known = exam.life_cycle.last_days.value or {}
    days = rows["language"].map(lambda language: known.get("all", known.get(language)))
    last = pd.to_datetime(days)
    ready = pd.Timestamp(today) + pd.to_timedelta(7 * rows["weeks_least"], unit="D")
    count = int((~rows["ended_by_then"] & last.notna() & (ready > last)).sum())
    safe = count == 0 or (count >= least and (count == len(rows) or len(rows) - count >= least))
    return str(count) if safe else "a number that is hidden"


def _key(frame: pd.DataFrame, groups: list[ExamGroup]) -> pd.DataFrame:
    """Return who is who, by row of the file."""
    workshops = [workshop for group in groups for workshop in group.workshops]
    found = {(learner, workshop.exam): workshop.domain for workshop in workshops for learner in workshop.learners}
    names = [found.get(pair, "") for pair in zip(frame["learner"], frame["exam"], strict=True)]
    key = frame[["learner", "row", "exam"]].assign(workshop=names)
    return key.sort_values(["learner", "exam"], ignore_index=True)


def workshop_groups(
    exam: Exam, shares: NDArray[np.float64], learners: Sequence[str], least: int
) -> list[WorkshopGroup]:
    """Divide the learners of an exam into groups by the domain that takes most of their study time, shape (R, D)."""
    # a domain too few have in the first place is closed, and they join the one that comes next for them: everybody is in
    # exactly one group, so that no smaller group follows from comparing lists
    if len(learners) < least:
        return []
    open_ones = np.ones(shares.shape[1], bool)
    weights = np.array([domain.weight for domain in exam.domains])
    while True:
        choice = np.where(open_ones, shares + weights / 1e6, -1).argmax(axis=1)
        sizes = np.bincount(choice, minlength=shares.shape[1])
        small = np.flatnonzero((sizes > 0) & (sizes < least))
        if not len(small):
            break
        open_ones[small[np.argmin(sizes[small])]] = False
    names = np.array(learners)
    return [
        WorkshopGroup(exam.code, exam.domains[place].name, tuple(sorted(names[choice == place].tolist())))
        for place in np.argsort(-sizes, kind="stable")
        if sizes[place]
    ]
