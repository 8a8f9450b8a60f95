"""Which patterns does a report show, how long will it take, and when may the exam be sat again?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mls_kit.exam import Condition, Exam, Method, PatternRule, TimelineRule, load_method
from mls_kit.method.retake import RetakeDates, limit_of, retake_of, wait_days
from mls_kit.report import ExamArrays, ScoreReport, by_exam, example_report, failed_rows, read_language, reports_frame

Codes = NDArray[np.int8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Pattern:
    """A pattern of the article that a report matches, with the ratings that show it."""

    number: int
    name: str
    evidence: str
    fix: str
    caution: str = ""


@dataclass(frozen=True)
class Timeline:
    """How many weeks, how many hours in each, and which way of studying the article asks for."""

    tier: str
    weeks: tuple[int, int]  # shortest, longest
    suggested_weeks: int
    hours_per_week: tuple[int, int | None]  # least, most; most is None where the article gives none
    approach: str = ""  # how to study, in a sentence; empty after a pass
    upper_end: bool = False
    note: str = ""

    @property
    def hours_needed(self) -> tuple[int, int]:
        """Hours in all: the least the article asks, and the kit's suggestion (model)."""
        least = self.weeks[1] if self.upper_end else self.weeks[0]
        return least * self.hours_per_week[0], self.suggested_weeks * self.hours_per_week[0]


@dataclass(frozen=True)
class Diagnosis:
    """What the method reads out of one report and the attempts before it."""

    patterns: tuple[Pattern, ...]
    timeline: Timeline
    retake: RetakeDates
    unreadable: tuple[int, ...] = ()

    @property
    def earliest_retake(self) -> date | None:
        """The earliest day of a retake by the published rule; None after a pass or without an exam day."""
        return self.retake.earliest


@overload
def diagnose(reports: ScoreReport, earlier: Sequence[ScoreReport] = (), today: date | None = None) -> Diagnosis: ...


@overload
def diagnose(
    reports: pd.DataFrame, earlier: Sequence[ScoreReport] = (), today: date | None = None, exam_folder: str | Path | None = None
) -> pd.DataFrame: ...


def diagnose(
    reports: ScoreReport | pd.DataFrame,
    earlier: Sequence[ScoreReport] = (),
    today: date | None = None,
    exam_folder: str | Path | None = None,
) -> Diagnosis | pd.DataFrame:
    """Return patterns, weeks, hours a week and earliest retake of a report, or a table of them by row of a frame.

    Patterns and timeline: article; what completes them: model; waiting time: published by the exam's owner. Columns of the
    table: ``pattern_1`` ... ``pattern_5``, ``tier``, ``weeks_least``, ``weeks_most``, ``hours_least``, ``upper_end``,
    ``earliest_retake`` and ``ended_by_then``. An InputError where a frame lacks a column or holds an unknown label.

    Parameters
    ----------
    earlier : earlier attempts, for one report; a frame's are found by ``learner_id`` and ``attempt``
    today : the day on which the question is asked (does the exam still exist?)

    Examples
    --------
    >>> found = diagnose(ScoreReport("MLS-C01", 690, "Strong, Competent, NI, NI", taken_on="2026-03-14"))
    >>> [pattern.number for pattern in found.patterns], found.timeline.tier, str(found.earliest_retake)
    ([1, 5], 'Significant', '2026-03-28')
    """
    method, today = load_method(), today or date.today()
    if isinstance(reports, pd.DataFrame):
        return _diagnose_frame(reports, method, today, exam_folder)
    (group,) = by_exam(reports)
    before = _codes_before(reports, earlier, method)
    matched = match_patterns(group, before, method)
    patterns = tuple(
        Pattern(rule.number, rule.name, _evidence(rule, reports, before, method), rule.fix, rule.caution)
        for rule in method.patterns
        if not reports.passed and matched[rule.number][0]
    )
    return Diagnosis(patterns, _timeline(reports, group, method), retake_of(reports, today, earlier), _unreadable(reports, method))


def match_patterns(group: ExamArrays, before: Codes | None, method: Method) -> dict[int, Mask]:
    """Return, by pattern number, which reports match, shape (R,); ``before``: codes of the attempt before, -1 for none."""
    weak = np.array([rating.weak for rating in method.ratings])
    matched = {}
    for rule in method.patterns:
        hit = np.ones(len(group.codes), bool)
        for condition in rule.when:
            hit &= _holds(condition, group, method)
        if rule.newly_weak:
            known = np.zeros_like(hit) if before is None else (before >= 0).all(axis=1)
            newly = np.zeros_like(hit) if before is None else (weak[group.codes] & ~weak[before]).any(axis=1)
            hit &= known & newly
        matched[rule.number] = hit
    return matched


def domains_of(condition: Condition, exam: Exam) -> Mask:
    """Return which domains a condition speaks of, shape (D,)."""
    if condition.domains == "all":
        return np.ones(len(exam.domains), bool)
    if condition.domains == "heavy":
        weights = np.array([domain.weight for domain in exam.domains])
        return np.asarray(weights > np.median(weights))
    return np.array([condition.domains in domain.roles for domain in exam.domains])


def _holds(condition: Condition, group: ExamArrays, method: Method) -> Mask:
    asked = domains_of(condition, group.exam)
    if not asked.any():
        return np.zeros(len(group.codes), bool)
    fits = np.isin(group.codes[:, asked], method.codes_like(condition.rating))
    return np.asarray(fits.any(axis=1) if condition.which == "any" else fits.all(axis=1), bool)


def match_timeline(codes: Codes, method: Method) -> tuple[NDArray[np.int8], Mask]:
    """Return the position of each report's timeline rule, and whether its upper end applies, both shape (R,)."""
    weak = np.array([rating.weak for rating in method.ratings])[codes].sum(axis=1)
    row = np.full(len(codes), len(method.timeline) - 1, np.int8)
    for position, rule in reversed(list(enumerate(method.timeline))):
        if rule.weak_share_above is not None:
            row[weak > rule.weak_share_above * codes.shape[1]] = position
        elif rule.weak_at_least is not None:
            row[weak >= rule.weak_at_least] = position
    middling = np.isin(codes, method.codes_like([method.upper_end.rating])).sum(axis=1)
    row[(codes == method.labels.index(method.not_rated.rating)).all(axis=1)] = _place_not_rated(method)
    return row, (weak == 0) & (middling >= codes.shape[1] - method.upper_end.all_but)


def _place_not_rated(method: Method) -> int:
    return [rule.tier for rule in method.timeline].index(method.not_rated.tier)


def _timeline(report: ScoreReport, group: ExamArrays, method: Method) -> Timeline:
    if report.passed:
        return Timeline("Passed", (0, 0), 0, (0, 0), note="No retake is needed.")
    position, upper = match_timeline(group.codes, method)
    rule: TimelineRule = method.timeline[int(position[0])]
    note = rule.note
    if upper[0]:
        note = "the article does not cover this report; the kit uses the upper end (model)"
    if not report.is_rated:
        note = method.not_rated.note
    if set(report.ratings.values()) == {method.vocabularies["article"].labels[-1]}:
        note = " ".join(method.all_strong_note.split())
    suggested = rule.weeks[1] if upper[0] else rule.suggested_weeks
    return Timeline(rule.tier, rule.weeks, suggested, rule.hours_per_week, rule.approach, bool(upper[0]), note)


def _codes_before(report: ScoreReport, earlier: Sequence[ScoreReport], method: Method) -> Codes | None:
    same = [other for other in earlier if other.exam == report.exam]
    if not same:
        return None
    last = max(same, key=lambda other: (other.taken_on or date.min, other.attempt))
    return np.array([[method.labels.index(label) for label in last.ratings.values()]], np.int8)


def _evidence(rule: PatternRule, report: ScoreReport, before: Codes | None, method: Method) -> str:
    """Name the ratings that show a pattern."""
    labels = list(report.ratings.values())
    spoken_of = [(condition.rating, domains_of(condition, report.facts)) for condition in rule.when]
    said = []
    for number, domain in enumerate(report.facts.domains):
        if any(asked[number] and method.like(labels[number]) in ratings for ratings, asked in spoken_of):
            said.append(f"{domain.name} ({domain.weight:g} %) is rated {labels[number]}")
        elif rule.newly_weak and before is not None and domain.name in report.weak_domains:
            was = method.labels[before[0, number]]
            if was != labels[number]:
                said.append(f"{domain.name} was {was}, now {labels[number]}")
    return "; ".join(said)


def _unreadable(report: ScoreReport, method: Method) -> tuple[int, ...]:
    """Return the patterns this report could not show: a label it has not, or a role that no domain of the exam has."""
    names = report.facts.report.rating_vocabularies.value or []
    used = set(report.ratings.values())
    fitting = [set(method.vocabularies[name].labels) for name in names if used <= set(method.vocabularies[name].labels)]
    possible = set(method.labels) if report.percents or not fitting else {method.like(label) for each in fitting for label in each}
    if not report.is_rated:
        possible = set()
    hidden = [
        rule.number
        for rule in method.patterns
        if any(not possible & set(c.rating) or not domains_of(c, report.facts).any() for c in rule.when)
    ]
    return tuple(sorted(hidden))


def _diagnose_frame(frame: pd.DataFrame, method: Method, today: date, exam_folder: str | Path | None) -> pd.DataFrame:
    parts = [_diagnose_group(frame, group, method, today) for group in by_exam(frame, exam_folder)]
    if not parts:
        return _diagnose_frame(reports_frame([example_report()]), method, today, None).iloc[:0]  # the columns of any other
    return pd.concat(parts).sort_index().set_axis(frame.index)


def _diagnose_group(frame: pd.DataFrame, group: ExamArrays, method: Method, today: date) -> pd.DataFrame:
    """Diagnose the reports of one exam; the index holds positions in the frame."""
    rows = frame.iloc[group.rows]
    failed = failed_rows(rows, group.exam)
    matched = match_patterns(group, _before_in_frame(rows, group), method)
    position, upper = match_timeline(group.codes, method)
    rules = method.timeline
    given = pd.to_numeric(rows["attempt"], errors="coerce") if "attempt" in rows else pd.Series(1, index=rows.index)
    attempts = given.fillna(1).to_numpy(int)
    steps = np.array([wait_days(group.exam, n) for n in range(1, int(attempts.max(initial=1)) + 1)])
    waits = steps[np.maximum(attempts, 1) - 1]
    table = {f"pattern_{number}": matched[number] & failed for number in sorted(matched)}
    tier = np.where(failed, position, len(rules))  # one more for a pass
    table["tier"] = pd.Categorical.from_codes(tier, [*(rule.tier for rule in rules), "Passed"])
    table["weeks_least"] = np.array([*(rule.weeks[0] for rule in rules), 0])[tier]
    table["weeks_most"] = np.array([*(rule.weeks[1] for rule in rules), 0])[tier]
    table["hours_least"] = np.array([*(rule.hours_per_week[0] for rule in rules), 0])[tier]
    table["upper_end"] = upper & failed
    taken = pd.to_datetime(rows["taken_on"]) if "taken_on" in rows else pd.Series(pd.NaT, index=rows.index)
    allowed, used_up = _allowed(rows, taken, attempts, group.exam)
    earliest = (taken + pd.to_timedelta(waits, unit="D")).where(failed)
    allowed = np.fmax(allowed, np.datetime64(group.exam.first_day or "NaT", "ns"))
    earliest = pd.Series(np.fmax(earliest.to_numpy("datetime64[ns]"), allowed)).where(earliest.notna().to_numpy())
    table["earliest_retake"] = earliest.to_numpy()
    soonest = np.fmax(earliest.to_numpy("datetime64[ns]"), np.datetime64(today, "ns"))
    table["ended_by_then"] = failed & ((soonest > _last_days(rows, group.exam)) | used_up)
    return pd.DataFrame(table, index=group.rows)


def _allowed(rows: pd.DataFrame, taken: pd.Series, attempts: NDArray[np.int_], exam: Exam) -> tuple[NDArray[np.datetime64], Mask]:
    """Return the first days that the limit of attempts allows, NaT where none holds; and whether it is used up for ever."""
    limit, allowed = limit_of(exam), np.full(len(rows), np.datetime64("NaT", "ns"))
    if limit is None or limit.window == "lifetime":
        return allowed, attempts >= (limit.count if limit else np.inf)
    ids = rows["learner_id"].fillna("").tolist() if "learner_id" in rows else [""] * len(rows)
    people: dict[object, list[int]] = {}
    for place in np.flatnonzero(taken.notna().to_numpy())[np.argsort(taken.dropna().to_numpy(), kind="stable")]:
        people.setdefault(ids[place] or place, []).append(place)
    days = taken.dt.date.tolist()
    for places in people.values():
        for end in range(limit.count, len(places) + 1):
            allowed[places[end - 1]] = np.datetime64(limit.opens([days[place] for place in places[:end]]) or "NaT", "ns")
    return allowed, np.zeros(len(rows), bool)


def _last_days(rows: pd.DataFrame, exam: Exam) -> NDArray[np.datetime64]:
    known = exam.life_cycle.last_days.value or {}
    if "language" not in rows or "all" in known or not known:
        return np.full(len(rows), np.datetime64(exam.last_day() or "NaT", "ns"))
    days = {written: pd.Timestamp(known.get(read_language(written))) for written in rows["language"].unique()}
    return rows["language"].map(days).to_numpy("datetime64[ns]")


def _before_in_frame(rows: pd.DataFrame, group: ExamArrays) -> Codes | None:
    """Return the codes of each learner's attempt before, -1 where there is none."""
    if "learner_id" not in rows or "attempt" not in rows or not rows["learner_id"].duplicated().any():
        return None
    learners = pd.factorize(rows["learner_id"].replace("", None))[0]
    order = np.lexsort((rows["attempt"].to_numpy(), learners))
    learner = learners[order]
    before = np.full_like(group.codes, -1)
    follows = np.flatnonzero((learner[1:] == learner[:-1]) & (learner[1:] >= 0)) + 1
    before[order[follows]] = group.codes[order[follows - 1]]
    return before
