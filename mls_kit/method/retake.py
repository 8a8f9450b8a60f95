"""When may this exam be sat again, and does it still exist then? The published rule, and the article's beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from mls_kit.exam import Crosswalk, Exam, exam_files, find_exam, load_crosswalk, load_method
from mls_kit.problems import InputError, Problem
from mls_kit.report import ScoreReport


@dataclass(frozen=True)
class Availability:
    """Whether an exam can be sat on a day; ``why`` says so in a sentence, with the last day where known."""

    state: Literal["open", "ended", "beta", "unknown"]
    last_day: date | None
    why: str


@dataclass(frozen=True)
class RetakeDates:
    """Waits in days, earliest days (None after a pass or without an exam day) by rule and article, the exam's state then."""

    wait_days: int
    earliest: date | None
    article_wait_days: int
    article_date: date | None
    availability: Availability
    successor: str | None
    crosswalk: Crosswalk | None

    def obstacle(self, exam: Exam, attempt: int) -> str:
        """Say why the rule's earliest day cannot be used, empty where nothing known stands in the way."""
        if exam.life_cycle.status.value == "beta" and exam.retake.beta_single_attempt:
            return "none at the beta: one attempt each; whoever fails it waits for the standard version"
        last_day = self.availability.last_day
        if self.availability.state == "ended" and self.earliest and last_day and self.earliest > last_day:
            return f"none: by the rule {self.earliest}, but the last day was {last_day}"
        return ""

    @property
    def article_differs(self) -> bool:
        """Whether the article's waiting time differs from the exam's own rule."""
        return self.article_wait_days != self.wait_days


def wait_days(exam: Exam, attempt: int) -> int:
    """Return the days to wait after a failed attempt (published)."""
    days = exam.retake.wait_days.value or [0]
    return days[min(attempt, len(days)) - 1]


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
        why = f"{exam.code} ended{where}: its last day was {last_day}"
        why = f"{exam.code} ends{where} on {last_day}" if last_day >= status.seen else why
        return Availability("ended", last_day, f"{why}.{other} {checked}")
    if status.value == "beta":
        note = exam.life_cycle.available_from.note if exam.life_cycle.available_from else ""
        why = f"{exam.code} was in beta when last checked ({status.seen}): one attempt each. Standard version: {note}"
        return Availability("beta", None, why)
    if last_day:
        return Availability("open", last_day, f"{exam.code} can be sat{where} until {last_day}. {checked}")
    if status.value in ("retired", "retiring"):
        why = f"{exam.code}, {language}: {exam.life_cycle.last_days.note} {checked}"
        if language not in days:
            why = f"{exam.code}: whether it can be sat in {language} is not known. {checked}"
        return Availability("unknown", None, why)
    return Availability("open", None, f"{exam.code} was open when last checked, {status.seen}. No last day announced.")


def retake_of(report: ScoreReport, today: date) -> RetakeDates:
    """Return when the exam of a report may be sat again, and whether it can be sat then, or today if that is later.

    >>> report = ScoreReport("MLA-C01", 700, "NI, Meets, Meets, Meets", taken_on="2026-09-20", attempt=2)
    >>> str(retake_of(report, today=date(2026, 11, 22)).earliest)
    '2026-10-04'
    """
    exam, taken = report.facts, report.taken_on
    article = load_method().article_wait_days.days
    wait, article_wait = wait_days(exam, report.attempt), article[min(report.attempt, len(article)) - 1]
    known = taken is not None and not report.passed
    earliest = taken + timedelta(days=wait) if known and taken else None
    successor = exam.life_cycle.successor.value
    return RetakeDates(
        wait_days=wait,
        earliest=earliest,
        article_wait_days=article_wait,
        article_date=taken + timedelta(days=article_wait) if known and taken else None,
        availability=availability(exam, max(earliest or today, today), report.language),
        successor=successor,
        crosswalk=load_crosswalk(exam.code, successor) if successor else None,
    )


def carry_over(report: ScoreReport, walk: Crosswalk) -> ScoreReport:
    """Return a report for the exam that follows: each domain takes the worst rating of those that count in it (model).

    Its score is the lowest of the scale and it has no day: a basis for priorities, never shown as a report.

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
    return ScoreReport(later.code, later.score_range[0], ratings, language=report.language)


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
