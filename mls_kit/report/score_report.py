"""What does one report say, and is it valid? A ``ScoreReport`` exists only if everything in it makes sense."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from mls_kit.exam import Exam, Method, aliases, find_exam, load_method
from mls_kit.problems import InputError, nearest, shown
from mls_kit.report import reading
from mls_kit.report.ratings import check_ratings, rated
from mls_kit.report.reading import DaysOff, Notes, is_blank

_SCALE = (0, 1000)  # of an exam that is not known


@dataclass(frozen=True, init=False)
class ScoreReport:
    """One attempt at one exam, as the score report states it.

    Needs Improvement, Competent and Strong are the article's labels; real AWS reports show two (Needs Improvement,
    Meets Competencies), and AWS publishes a definition of neither.

    Parameters
    ----------
    scaled_score : on the exam's own scale (100-1000, 100-900); nothing where the exam reports none
    ratings : one a domain, in the order of the exam guide or by domain; also as text; short forms ("NI") will do
        They may be left out where the exam reports no score, or rates no domain.
    taken_on, target_date : days as YYYY-MM-DD: of the exam, and of the exam to come
    learner_name, learner_id : shown in the learner's own plan and nowhere else
    days_off : weekdays, dates and ranges of dates without study
    result : "pass" or "fail": needed where the score does not tell, else checked against it
    today : the day against which "in the future" is judged

    Raises
    ------
    InputError : everything wrong at once: each mistake with its place and the nearest valid choice

    Examples
    --------
    >>> report = ScoreReport("mls-c01", 690, "Strong, competent, NI, needs improvement", taken_on="2026-03-14")
    >>> report.ratings["Modeling"], report.passed, report.points_from_passing
    ('Needs Improvement', False, -60)
    >>> ScoreReport("PMP", result="fail", ratings="NI, Target, Above Target").outcome
    'not passed'
    """

    exam: str
    scaled_score: int | None
    ratings: dict[str, str]
    taken_on: date | None
    attempt: int
    learner_name: str = field(repr=False)
    learner_id: str = field(repr=False)
    hours_per_week: float | None
    target_date: date | None
    days_off: DaysOff
    language: str
    percents: dict[str, float]
    passed: bool
    remarks: tuple[str, ...]
    facts: Exam = field(repr=False, compare=False)

    def __init__(
        self,
        exam: str,
        scaled_score: Any = None,
        ratings: Any = None,
        taken_on: Any = None,
        attempt: Any = 1,
        learner_name: Any = "",
        learner_id: Any = "",
        hours_per_week: Any = None,
        target_date: Any = None,
        days_off: Any = (),
        language: Any = "English",
        result: Any = None,
        today: Any = None,
        exam_folder: str | Path | None = None,
    ) -> None:
        given = {key: value for key, value in locals().items() if key != "self"}
        notes = Notes()
        values = _read(given, notes)
        if notes.problems:
            places = {name: place for place, name in enumerate(given)}  # a mistake in an exam's file has none: first
            in_order = sorted(notes.problems, key=lambda problem: places.get(problem.place.split(",")[0], -1))
            raise InputError("This score report", in_order)
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @classmethod
    def failed(cls, exam: Exam | str, ratings: Any = None, **more: Any) -> ScoreReport:
        """Return a report of an attempt that just failed: by one point, where the score tells."""
        facts = find_exam(exam)
        score = facts.passing - 1 if facts.has_standard else facts.score_range[0] if facts.reports_score else None
        return cls(facts.code, score, ratings, result="fail", **more)

    def without_target(self) -> ScoreReport:
        """Return the same report without the day its learner aims at."""
        return self._with("target_date", None)

    def numbered(self, attempt: int) -> ScoreReport:
        """Return the same report as another attempt."""
        return self if attempt == self.attempt else self._with("attempt", attempt)

    def _with(self, name: str, value: Any) -> ScoreReport:
        other = copy(self)
        object.__setattr__(other, name, value)
        return other

    @property
    def points_from_passing(self) -> int | None:
        """Scaled points above (+) or below (-) the passing standard; None where there is no score, or no standard published."""
        return None if self.scaled_score is None or not self.facts.has_standard else self.scaled_score - self.facts.passing

    @property
    def result(self) -> str:
        """The result as one types it: pass or fail."""
        return "pass" if self.passed else "fail"

    @property
    def outcome(self) -> str:
        """The score where there is one, else the result, in words."""
        said = "passed" if self.passed else "not passed"
        return said if self.scaled_score is None else f"scaled score {self.scaled_score}"

    @property
    def is_rated(self) -> bool:
        """Whether the report rates the domains."""
        return set(self.ratings.values()) != {load_method().not_rated.rating}

    @property
    def weak_domains(self) -> list[str]:
        """The domains rated Needs Improvement."""
        weak = {rating.label for rating in load_method().ratings if rating.weak}
        return [name for name, label in self.ratings.items() if label in weak]


def _read(given: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    """Read all fields of a report, noting every mistake before giving up."""
    method = load_method()
    bounds = method.plan.hours_per_week
    values: dict[str, Any] = {
        "attempt": int(reading.read_number(given["attempt"], "attempt", 1, 99, notes) or 1),
        "learner_name": reading.read_text(given["learner_name"], "learner_name", reading.LONGEST_NAME, notes),
        "learner_id": reading.read_text(given["learner_id"], "learner_id", reading.LONGEST_ID, notes),
        "hours_per_week": None,
        "days_off": reading.read_days_off(given["days_off"], notes),
        "language": reading.read_language(reading.read_text(given["language"], "language", 40, notes)),
    }
    said = ""
    if not is_blank(given["hours_per_week"]):
        hours = given["hours_per_week"]
        values["hours_per_week"], said = reading.read_hours(hours, bounds["lowest"], bounds["highest"], notes)
    today = date.today() if is_blank(given["today"]) else reading.read_date(given["today"], "today", notes)
    values |= _dates(given, today or date.max, notes)
    facts = None
    try:
        facts = find_exam(given["exam"], given["exam_folder"])
    except InputError as error:
        file = f"{error.what}, " if error.what.endswith((".yaml", ".yml")) else ""  # mistakes in an exam's file
        notes.problems[:0] = [replace(problem, place=f"{file}{problem.place}") for problem in error.problems]
    if facts and not facts.domains:
        notes.add("exam", facts.code, f"an exam with known domains. {facts.blueprint.note.rstrip('.')}")
        return values
    score = _read_score(given["scaled_score"], facts, notes)
    values["passed"] = _check_result(given["result"], score, facts, notes)
    if facts is None:
        check_ratings(given["ratings"], method, notes)
        return values
    values |= {"exam": facts.code, "facts": facts}
    found = rated(given["ratings"], facts, method)
    notes.problems += found.problems
    values |= {"scaled_score": None if score is None else int(score), "ratings": found.ratings, "percents": found.percents}
    values["remarks"] = (*filter(None, [said]), *_remarks(values, facts, method))
    return values


def _dates(given: Mapping[str, Any], today: date, notes: Notes) -> dict[str, date | None]:
    taken_on = None if is_blank(given["taken_on"]) else reading.read_date(given["taken_on"], "taken_on", notes)
    if taken_on and taken_on > today:
        notes.add("taken_on", taken_on, f"{taken_on} is in the future. Today is {today}.")
    target = None if is_blank(given["target_date"]) else reading.read_date(given["target_date"], "target_date", notes)
    if target and taken_on and target <= taken_on:
        notes.add("target_date", target, f"{target} is too early. It must be after {taken_on}, the day of the exam you took.")
    return {"taken_on": taken_on, "target_date": target}


def _read_score(value: object, facts: Exam | None, notes: Notes) -> float | None:
    """Read a score on the exam's scale; where the exam reports none, one that is given is a mistake."""
    if facts is None or facts.reports_score:
        return reading.read_score(value, *(facts.score_range if facts else _SCALE), notes)
    if not is_blank(value):
        notes.add("scaled_score", value, f"left out. {facts.vendor} reports no score for {facts.code}. Give pass or fail instead")
    return None


def _check_result(value: object, score: float | None, facts: Exam | None, notes: Notes) -> bool:
    """Return whether the attempt passed: by its score, which the result is held against, else by the result.

    The nearest is never "pass": it could make a passed attempt of a failed one.
    """
    passed = None if score is None or facts is None or not facts.has_standard else score >= facts.passing
    if is_blank(value):
        if facts and not facts.has_standard:
            why = f"We don't know which score passes {facts.code}" if facts.reports_score else f"{facts.vendor} reports no score"
            notes.add("result", "nothing", f"pass or fail. {why}")
        return bool(passed)
    said = reading.read_result(value)
    if said is None:
        near = "fail" if not passed and nearest(value, aliases("results")["fail"], 0.75) else None
        notes.add("result", value, "pass or fail", near)
    elif facts and passed is not None and said != passed:
        side = "at or above" if passed else "below"
        expected = f"{shown(value)!r} does not match the score. {score:g} is {side} the passing standard {facts.passing}."
        notes.add("result", value, expected, None if passed else "fail")
    return bool(said if passed is None else passed)


def _remarks(values: Mapping[str, Any], facts: Exam, method: Method) -> list[str]:
    """Say what is odd but possible."""
    remarks = []
    if values["language"] not in reading.LANGUAGES and values["language"] not in (facts.life_cycle.last_days.value or {}):
        remarks.append(f"The language {values['language']!r} is not known to the kit, so we can't tell its last day.")
    last_day = facts.last_day(values["language"])
    if values["taken_on"] and last_day and values["taken_on"] > last_day:
        over = f"is after {last_day}, the last day {facts.code} could be taken. Check it."
        remarks.append(f"The exam day {values['taken_on']} {over}")
    used = set(values["ratings"].values())
    vocabularies = method.vocabularies.values()
    if used - {method.not_rated.rating} and not values["percents"] and not any(used <= set(v.labels) for v in vocabularies):
        remarks.append(f"No report uses these labels together: {shown(', '.join(sorted(used)))}. Check them.")
    return remarks
