"""What does a whole group need? Counts by exam, under pseudonyms, with small groups hidden before anything is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mls_kit._folders import data_folder
from mls_kit.cohort.attempts import person_of
from mls_kit.cohort.chance import GroupChance, count_interval, group_chance
from mls_kit.cohort.progress import Progress, progress_of, sat_again
from mls_kit.cohort.reader import Cohort, read_cohort
from mls_kit.cohort.suppression import Counts, pseudonyms
from mls_kit.cohort.workshops import WorkshopGroup, ranked, workshop_groups
from mls_kit.exam import Exam, load_method
from mls_kit.method import availability, came_true_of, diagnose, prioritize
from mls_kit.problems import InputError, Problem, nearest, shown, squeeze
from mls_kit.report import (
    ExamArrays,
    Notes,
    ScoreReport,
    by_exam,
    check_names,
    failed_rows,
    given_names,
    is_blank,
    read_date,
    read_number,
)
from mls_kit.score_model import Verdict

PARAMETERS = ("cohort", "group_size", "seats", "exam", "before", "by", "today", "exam_folder", "sheet")
SAMPLE = "sample_large.csv"
OTHERS = "others"  # teams that are too small to be shown
WHEN = ("now", "within 14 days", "later", "day not known", "not at this exam")
_SMALLEST, _LARGEST = 2, 1000  # what a minimum group size may be
_FEW, _MANY = 2, 500  # seats of a workshop
_SHUFFLES = 999  # of the teams, to see what luck makes of their differences
_ALIKE = 0.05  # differences that luck alone brings more often than this are within luck


Latest = tuple[int, ScoreReport, list[ScoreReport]]  # a row, its report, and the earlier ones of the same person and exam


@dataclass(frozen=True, eq=False)
class ExamGroup:
    """The learners whose latest attempt at one exam failed: what may be shown of them."""

    exam: Exam
    size: int
    ratings: Counts  # by domain and label
    tiers: Counts  # by timeline
    when: Counts  # by when they may sit again
    shares: pd.Series | None  # mean share of study time by domain in percent, rounded to 5; None in small groups
    middle: tuple[int, ...] | None  # quartiles of the scores, rounded to 10; None in small groups
    chance: GroupChance | None  # None where the score model cannot be built
    workshops: list[WorkshopGroup]  # everybody is in one
    availability: str
    ended: bool
    too_late: str  # how many could sit before the exam ends, but not after the article's shortest preparation
    came_true: Verdict | None = None  # the model against what came of those who sat again; None where too few did


class Expected(NamedTuple):
    """How many would pass another form today without study (model): mean and 90 % interval, out of how many."""

    mean: float
    low: int
    high: int
    of: int

    @classmethod
    def of_chances(cls, chances: NDArray[np.float64]) -> Expected:
        """Add up chances, which are NaN where the model holds a report impossible."""
        known = chances[~np.isnan(chances)]
        return cls(float(known.sum()), *count_interval(known), len(known))


@dataclass(frozen=True, eq=False)
class Teams:
    """The groups that a column of the file makes."""

    column: str
    counts: Counts  # who did not pass, at the exams that are shown
    passes: dict[str, Expected]  # today, in teams that are large enough
    within_luck: bool  # whether luck alone explains how far apart the teams are


@dataclass(frozen=True, eq=False)
class CohortView:
    """Everything the cohort's page shows."""

    groups: list[ExamGroup]  # exams with enough learners
    people: pd.DataFrame  # failed and passed by exam, as they may be shown
    least: int
    today: date
    wrong_rows: list[int]
    today_passes: Expected | None  # at all exams of which a group large enough is shown
    workshops: list[WorkshopGroup]  # of all exams, those that add most first
    progress: list[Progress] | None = None  # None without an earlier file
    teams: Teams | None = None  # None unless asked for
    sample: bool = False  # the kit's invented learners
    key: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)  # who is who, for the file's owner: never shown


def read_view(namespace: Mapping[str, Any]) -> CohortView:
    """Return the view for the parameters a notebook was given, its ``globals()``; an InputError where one does not fit."""
    check_names(sorted(given_names(namespace)), PARAMETERS, "The list of parameters")
    values = {name: namespace.get(name, "") for name in PARAMETERS}
    notes = Notes()
    least = read_number(values["group_size"], "group_size", _SMALLEST, _LARGEST, notes)
    seats = read_number(load_method().workshop.seats if is_blank(values["seats"]) else values["seats"], "seats", _FEW, _MANY, notes)
    today = read_date(values["today"], "today", notes) if values["today"] else date.today()
    if notes.problems or least is None or seats is None or today is None:
        raise InputError("The list of parameters", notes.problems)
    folder, sheet = values["exam_folder"] or None, str(values["sheet"])
    path = Path(str(values["cohort"])).expanduser() if values["cohort"] else data_folder() / "cohorts" / SAMPLE
    earlier = read_cohort(Path(str(values["before"])).expanduser(), today, folder, sheet) if values["before"] else None
    view = view_cohort(read_cohort(path, today, folder, sheet), today, int(least), values["exam"], folder,
                       seats=int(seats), before=earlier, by=str(values["by"] or ""))  # fmt: skip
    return replace(view, sample=not values["cohort"])


def view_cohort(
    cohort: Cohort,
    today: date,
    least: int = 5,
    exam: str = "",
    exam_folder: str | Path | None = None,
    *,
    seats: int = 20,
    before: Cohort | None = None,
    by: str = "",
) -> CohortView:
    """Return what may be shown of the latest attempts of a cohort, in groups of ``least`` or more; ``exam`` chooses one."""
    column = _column(cohort, by) if by else None
    latest = list(cohort.latest())
    frame = _latest(cohort, latest, today, exam_folder, least)
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
    people, groups, passing = {}, [], pd.Series(dtype=float)
    shown_rows = pd.Index([], dtype=object)
    for batch in sorted(by_exam(frame, exam_folder), key=lambda each: each.exam.code):
        rows = frame.iloc[batch.rows]
        failed = failed_rows(rows, batch.exam)
        people[batch.exam.code] = [int(failed.sum()), int((~failed).sum())]
        if failed.sum() >= least:
            codes_of = ExamArrays(batch.exam, np.arange(failed.sum()), batch.codes[failed])
            group = _group(rows[failed].reset_index(drop=True), codes_of, today, least, seats, exam_folder)
            groups.append(replace(group, came_true=_came_true(latest, batch.exam, least)))
            own = pd.Index(rows["row"][failed])
            shown_rows = shown_rows.append(own)
            if group.chance and group.size >= 2 * least and not group.ended:
                passing = pd.concat([passing, pd.Series(group.chance.each, own)])
    counted = pd.DataFrame.from_dict(people, orient="index", columns=["did not pass", "passed"])
    shown_as = counted.astype(str).where((counted == 0) | (counted >= least), f"1-{least - 1}").rename_axis("exam")
    progress = None
    if before is not None:
        pairs, waiting = sat_again(cohort, before)
        progress = list(progress_of([pair for pair in pairs if pair.after.exam in people], waiting, least))
    return CohortView(
        groups=groups,
        people=shown_as,
        least=least,
        today=today,
        wrong_rows=wrong,
        today_passes=Expected.of_chances(passing.to_numpy()) if passing.notna().any() else None,
        workshops=ranked([workshop for group in groups for workshop in group.workshops]),
        progress=progress,
        teams=_teams(cohort, column, shown_rows, passing, least) if column is not None else None,
        key=_key(frame, groups, progress or []),
    )


def _column(cohort: Cohort, by: str) -> int:
    """Return the place of a column of the file that the kit does not know; an InputError where there is none so headed."""
    places = [place for place, head in enumerate(cohort.others) if squeeze(head) == squeeze(by)]
    if not places:
        heads = ", ".join(map(repr, cohort.others))
        expected = f"one of the file's extra columns {heads}" if heads else "usable. The file has no extra columns"
        raise InputError("The list of parameters", [Problem("by", shown(by), expected, nearest(by, cohort.others))])
    return places[0]


def _teams(cohort: Cohort, column: int, rows: pd.Index, passing: pd.Series, least: int) -> Teams:
    """Return the groups that a column makes of people whose exam is shown; those under the least size are one."""
    others = {entry.row: entry.others for entry in cohort.entries}
    own = pd.Series([shown(others[row][column]) or "(blank)" for row in rows], rows)
    own = own.where(own.map(own.value_counts()) >= least, OTHERS)
    counts = Counts.of(own.value_counts().sort_index().to_frame("did not pass").T, least)
    known = passing.reindex(rows).dropna()
    chances = {str(team): part.to_numpy() for team, part in known.groupby(own[known.index])}
    large = [team for place, team in enumerate(counts.table) if not counts.hidden[0, place] and team != OTHERS]
    passes = {team: Expected.of_chances(chances[team]) for team in large if len(chances.get(team, ())) >= 2 * least}
    return Teams(cohort.others[column], counts, passes, _within_luck(own[known.index], known.to_numpy()))


def _within_luck(teams: pd.Series, chances: NDArray[np.float64]) -> bool:
    """Tell whether teams drawn by lot would differ as much in their chances, often enough."""
    codes, names = pd.factorize(teams)
    if len(names) < 2:
        return True
    sizes, random = np.bincount(codes), np.random.default_rng(0)

    def apart(values: NDArray[np.float64]) -> float:
        return float((np.bincount(codes, values) ** 2 / sizes).sum())

    seen = apart(chances) - 1e-9
    as_far = sum(apart(random.permutation(chances)) >= seen for _ in range(_SHUFFLES))
    return (1 + as_far) / (1 + _SHUFFLES) > _ALIKE


def _latest(cohort: Cohort, latest: Sequence[Latest], today: date, exam_folder: str | Path | None, least: int) -> pd.DataFrame:
    """Return the latest report of each learner and exam, its diagnosis, its row, and a pseudonym for each exam."""
    frame = cohort.to_frame()
    who = [person_of(row, report) for row, report, *_ in cohort.entries]
    found = diagnose(frame.assign(learner_id=who), today=today, exam_folder=exam_folder)
    places = {row: place for place, (row, *_) in enumerate(cohort.entries)}
    rows = [row for row, _, _ in latest]
    people = [f"{report.exam}\0{person_of(row, report)}" for row, report, _ in latest]
    failed = Counter(report.exam for _, report, _ in latest if not report.passed)
    listed = zip(people, (report for _, report, _ in latest), strict=True)
    are_shown = [person for person, report in listed if not report.passed and failed[report.exam] >= least]
    names = pseudonyms(people, are_shown)  # one at each exam: lists of two exams together would single people out
    both = pd.concat([frame, found], axis=1).iloc[[places[row] for row in rows]].reset_index(drop=True)
    return both.drop(columns="learner_id").assign(row=rows, learner=[names[person] for person in people])


def _came_true(latest: Sequence[Latest], exam: Exam, least: int) -> Verdict | None:
    """Hold the model against whoever sat this exam more than once; None where passes or failures are too few to show."""
    own = ([*earlier, report] for _, report, earlier in latest if earlier and report.exam == exam.code)
    found = came_true_of(exam, (pair for reports in own for pair in pairwise(reports)))
    if found is None:
        return None
    passed = round(found.came * found.attempts)
    return found if min(passed, found.attempts - passed) >= least else None


def _group(rows: pd.DataFrame, batch: ExamArrays, today: date, least: int, seats: int, exam_folder: str | Path | None) -> ExamGroup:
    exam, codes = batch.exam, batch.codes
    ratings = Counts.of(_ratings(exam, codes), least)
    shares = prioritize(rows, exam_folder)["share"].to_numpy().reshape(codes.shape)
    scores, there = rows["scaled_score"].to_numpy(), availability(exam, today)
    middle = None
    if len(rows) >= 2 * least and exam.has_standard:
        middle = tuple(int(10 * round(value / 10)) for value in np.quantile(scores, [0.25, 0.5, 0.75]))
    mean = pd.Series(shares.mean(axis=0), [domain.name for domain in exam.domains], name="share")
    return ExamGroup(
        exam=exam,
        size=len(rows),
        ratings=ratings,
        tiers=Counts.of(_tally(rows["tier"].astype(str), [rule.tier for rule in load_method().timeline]), least),
        when=Counts.of(_tally(_when(rows, exam, today), list(WHEN)), least),
        shares=(5 * (mean / 5).round()).astype(int) if len(rows) >= 2 * least else None,
        middle=middle,
        chance=group_chance(exam, scores, codes),
        workshops=workshop_groups(exam, shares, rows["learner"].tolist(), least, seats, scores if there.state != "ended" else None),
        availability=there.why,
        ended=there.state == "ended",
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


def _key(frame: pd.DataFrame, groups: list[ExamGroup], progress: list[Progress]) -> pd.DataFrame:
    """Return who is who, by row of the file; and what has changed, where there is an earlier file."""
    workshops = [workshop for group in groups for workshop in group.workshops]
    found = {(learner, workshop.exam.code): workshop.domain for workshop in workshops for learner in workshop.learners}
    names = [found.get(pair, "") for pair in zip(frame["learner"], frame["exam"], strict=True)]
    key = frame[["learner", "row", "exam"]].assign(workshop=names)
    if progress:
        key = key.merge(pd.concat([each.learners for each in progress]), how="left", on="row")
    return key.sort_values(["learner", "exam"], ignore_index=True)
