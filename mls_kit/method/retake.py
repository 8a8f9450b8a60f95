"""When may this exam be sat again, and does it still exist then? The published rule, and the article's beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from mls_kit.exam import AttemptLimit, Crosswalk, Exam, exam_files, find_exam, load_crosswalk, load_method
from mls_kit.problems import InputError, Problem
from mls_kit.report import ScoreReport


@dataclass(frozen=True)
class Availability:
    """Whether an exam can be sat on a day; ``why`` says so in a sentence, with the last day where known."""

    state: Literal["announced", "open", "ended", "beta", "unknown"]
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
        if exam.life_cycle.status.value == "beta" and exam.retake.beta_single_attempt:
            return "none at the beta: one attempt each; if you fail it, wait for the standard version"
        last_day = self.availability.last_day
        if self.used_up:
            return f"none: the limit of {limit_of(exam)} attempts is reached"
        if self.availability.state == "ended" and self.earliest and last_day and self.earliest > last_day:
            return f"none: the rule allows {self.earliest}, but the last day was {last_day}"
        return ""

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
    status, last_day = exam.life_cycle.status, exam.last_day(language)
    checked, days = f"Last checked {status.seen}.", exam.life_cycle.last_days.value or {}
    where = "" if "all" in days else f" in {language}"
    if last_day and day > last_day:
        later = [name for name, end in days.items() if name not in (language, "all") and (end is None or end >= day)]
        later += ["English"] if "English" not in days and where else []
        other = f" Still open then, as far as known: {', '.join(later)}." if later else ""
        why = f"{exam.code} was retired{where}: the last day to take it was {last_day}"
        why = f"{exam.code} will be retired{where}: the last day to take it is {last_day}" if last_day >= status.seen else why
        return Availability("ended", last_day, f"{why}.{other} {checked}")
    if status.value == "beta":
        note = exam.life_cycle.available_from.note if exam.life_cycle.available_from else ""
        why = f"{exam.code} was in beta when last checked ({status.seen}): one attempt each. Standard version: {note}"
        return Availability("beta", None, why)
    if exam.first_day:
        why = f"{exam.code} is announced for {exam.first_day}. {checked} Check that you can book it."
        return Availability("announced", last_day, why)
    if last_day:
        return Availability("open", last_day, f"You can take {exam.code}{where} until {last_day}. {checked}")
    if status.value in ("retired", "retiring"):
        why = f"{exam.code}, {language}: {exam.life_cycle.last_days.note} {checked}"
        if language not in days:
            why = f"We don't know whether you can take {exam.code} in {language}. {checked}"
        return Availability("unknown", None, why)
    return Availability("open", None, f"{exam.code} was open when last checked, {status.seen}. No last day announced.")


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
    said = _limit_said(exam, allowed, made - len(dated) if unsure else 0, used_up, today)
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


def _limit_said(exam: Exam, allowed: date | None, undated: int, used_up: bool, today: date) -> str:
    """Say how the limit of attempts holds the retake back, or what of it cannot be checked; empty where it does neither."""
    said = f"{exam.code} has a limit on attempts: {limit_of(exam)}."
    if used_up:
        return f"{said} You have reached it. Ask {exam.vendor} whether you may take it again."
    held = allowed is not None and allowed > today
    if allowed and held:
        said += f" So the earliest day is {allowed.day} {allowed:%B %Y}."
    if undated:
        have = "1 of your attempts has" if undated == 1 else f"{undated} of your attempts have"
        said += f" {have} no day here, so this can't be checked in full. Ask {exam.vendor} before you book."
    return said if held or undated else ""


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
    for step in walk.domains:
        label = report.ratings[from_names[step.source]]
        for number in step.to:
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
