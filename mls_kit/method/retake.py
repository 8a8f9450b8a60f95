"""When may this exam be sat again, and does it still exist then? The published rule, and the article's beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from mls_kit.exam import AttemptLimit, Crosswalk, Exam, exam_files, find_exam, load_crosswalk, load_method
from mls_kit.html import render
from mls_kit.problems import InputError, Problem
from mls_kit.report import ScoreReport

State = Literal["announced", "open", "ended", "beta", "unknown"]
_SAID = "method/said.html.j2"


@dataclass(frozen=True)
class Availability:
    """Whether an exam can be sat on a day; ``why`` says so in a sentence, with the last day where known."""

    state: State
    last_day: date | None
    why: str


@dataclass(frozen=True)
class RetakeDates:
    """Waits in days, earliest days (None after a pass or without an exam day) by rule and article, the exam's state then.

    ``allowed``: the first day that the exam's limit of attempts, or its first day of all, allows; None where neither holds
    anything back, as far as days are known; ``limit_said``: how the limit does, or what of it cannot be checked; ``used_up``:
    for ever.
    """

    wait_days: int
    earliest: date | None
    article_wait_days: int
    article_date: date | None
    availability: Availability
    successor: str | None
    crosswalk: Crosswalk | None
    allowed: date | None = None
    limit_said: str = ""
    used_up: bool = False

    def soonest(self, start: date) -> date:
        """Return the first day of a retake that is planned on ``start``: where the exam day is not known, the wait begins."""
        return max(self.earliest or start + timedelta(days=self.wait_days), self.allowed or start)

    def obstacle(self, exam: Exam, attempt: int) -> str:
        """Say why the rule's earliest day cannot be used, empty where nothing known stands in the way."""
        return str(render(_SAID, "obstacle", exam=exam, again=self, limit=limit_of(exam)))

    @property
    def article_differs(self) -> bool:
        """Whether the article's waiting time differs from the exam's own rule."""
        return self.article_wait_days != self.wait_days


def wait_days(exam: Exam, attempt: int) -> int:
    """Return the days to wait after a failed attempt (published)."""
    days = exam.retake.wait_days.value or [0]
    return days[min(attempt, len(days)) - 1]


def limit_of(exam: Exam) -> AttemptLimit | None:
    """Return the limit of attempts where one is published."""
    limit = exam.retake.attempt_limit.value if exam.retake.attempt_limit else None
    return limit if isinstance(limit, AttemptLimit) else None


def availability(exam: Exam, day: date, language: str = "English") -> Availability:
    """Return whether an exam can be sat on a day in a language, as far as its file knows.

    >>> availability(find_exam("MLS-C01"), date(2026, 4, 1)).state
    'ended'
    """
    status, last_day = exam.life_cycle.status.value, exam.last_day(language)
    days = exam.life_cycle.last_days.value or {}
    state: State = "open"
    if last_day and day > last_day:
        state = "ended"
    elif status == "beta":
        state, last_day = "beta", None
    elif exam.first_day:
        state = "announced"
    elif not last_day and status in ("retired", "retiring"):
        state = "unknown"
    later = [name for name, end in days.items() if name not in (language, "all") and (end is None or end >= day)]
    later += ["English"] if not {"English", "all"} & set(days) else []
    where = "" if "all" in days else f" in {language}"
    values = {"last_day": last_day, "language": language, "where": where, "later": later, "listed": language in days}
    return Availability(state, last_day, str(render(_SAID, state, exam=exam, checked=exam.life_cycle.status.seen, **values)))


def retake_of(report: ScoreReport, today: date, earlier: Sequence[ScoreReport] = ()) -> RetakeDates:
    """Return when the exam of a report may be sat again, and whether it can be sat then, or today if that is later.

    >>> report = ScoreReport("MLA-C01", 700, "NI, Meets, Meets, Meets", taken_on="2026-09-20", attempt=2)
    >>> str(retake_of(report, today=date(2026, 11, 22)).earliest)
    '2026-10-04'
    """
    exam, taken = report.facts, None if report.passed else report.taken_on
    article = load_method().article_wait_days.days
    wait, article_wait = wait_days(exam, report.attempt), article[min(report.attempt, len(article)) - 1]
    waits = taken + timedelta(days=wait) if taken else None
    limit = None if report.passed else limit_of(exam)
    days = [other.taken_on for other in earlier if other.exam == report.exam] + [report.taken_on]
    dated = sorted(day for day in days if day)
    allowed = limit.opens(dated) if limit else None
    if allowed and waits and allowed <= waits:
        allowed = None
    made = max(report.attempt, len(days))
    used_up = bool(limit and limit.window == "lifetime" and made >= limit.count)
    unsure = limit and limit.window != "lifetime" and made >= limit.count and (len(dated) < limit.count or not taken)
    values = {"held": allowed if allowed and allowed > today else None, "undated": made - len(dated) if unsure else 0}
    said = str(render(_SAID, "limit", exam=exam, limit=limit_of(exam), used_up=used_up, **values))
    if exam.first_day and not report.passed:
        allowed = max(exam.first_day, allowed or waits or exam.first_day)
    earliest = (allowed or waits) if taken else None
    successor = exam.life_cycle.successor.value
    return RetakeDates(
        wait_days=wait,
        earliest=earliest,
        article_wait_days=article_wait,
        article_date=taken + timedelta(days=article_wait) if taken else None,
        availability=availability(exam, max(earliest or today, allowed or today, today), report.language),
        successor=successor,
        crosswalk=load_crosswalk(exam.code, successor) if successor else None,
        allowed=allowed,
        limit_said=said,
        used_up=used_up,
    )


def carry_over(report: ScoreReport, walk: Crosswalk) -> ScoreReport:
    """Return a report for the exam that follows: each domain takes the worst rating of those that count in it (model).

    Its score is just below the standard and it has no day: a basis for priorities, never shown as a report.

    >>> report = ScoreReport("MLS-C01", 690, "Strong, Competent, NI, NI")
    >>> carry_over(report, load_crosswalk("MLS-C01", "MLA-C02")).ratings["Data Preparation for ML and AI"]
    'Competent'
    """
    later, labels = find_exam(walk.to), load_method().labels
    from_names = {domain.number: domain.name for domain in report.facts.domains}
    ratings: dict[int, str] = {}
    for source, targets in walk.domains.items():
        label = report.ratings[from_names[source]]
        for number in targets:
            ratings[number] = min(ratings.get(number, label), label, key=labels.index)
    return ScoreReport.failed(later, ratings if report.is_rated else None, language=report.language)


def carry_to(report: ScoreReport, code: str) -> ScoreReport:
    """Return a report with the ratings carried over to another exam; an InputError where there is no crosswalk to it.

    >>> carry_to(ScoreReport("MLA-C01", 650, "NI, MC, MC, NI"), "mla c02").exam
    'MLA-C02'
    """
    later = find_exam(code).code
    if later == report.exam:
        return report
    walk = load_crosswalk(report.exam, later)
    if walk is None:
        successor = report.facts.life_cycle.successor.value
        near = successor if successor and load_crosswalk(report.exam, successor) else None
        expected = f"an exam with a crosswalk from {report.exam}"
        raise InputError("The request for a plan", [Problem("retake_exam", code, expected, near)])
    return carry_over(report, walk)


def successor_is_here(retake: RetakeDates) -> bool:
    """Tell whether the kit has a file for the exam that follows."""
    return retake.successor in exam_files()
