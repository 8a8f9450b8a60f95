"""What a plan is asked for: its parameters, the same in notebook, papermill, command line and batch."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from mls_kit.exam import Exam, find_exam, load_method, read_yaml
from mls_kit.problems import InputError, Problem, nearest, shown
from mls_kit.report.ratings import read_flat_yaml
from mls_kit.report.reading import Notes, read_details
from mls_kit.report.score_report import ScoreReport

REPORT = ("exam", "scaled_score", "ratings", "taken_on", "attempt")  # either all the learner's, or all the example's
_OF_THE_REPORT = (*REPORT, "result", "learner_name", "learner_id", "hours_per_week", "target_date", "days_off", "language", "today")


def _asked(default: Any, words: str, *also: str, option: bool = True) -> Any:
    """A parameter: its default, what it means, other names of its option, and whether ``mls-kit plan`` has one for it."""
    return field(default=default, metadata={"help": words, "also": also, "option": option})


@dataclass(frozen=True)
class PlanRequest:
    """The parameters of the personal plan, as plain values; notebook, command line and papermill explain them from here.

    ``report`` and ``earlier_reports`` read and check them when they are first asked for, and raise the InputError.

    >>> PlanRequest("SAA-C03", 690, "NI, MC, MC, NI").report.passed
    False
    """

    exam: str = _asked("MLS-C01", "code of the exam, such as MLA-C02; mls-kit exams lists them")
    scaled_score: int | None = _asked(
        690, "the scaled score on your report; leave this out if your report shows no score", "--score"
    )
    ratings: Any = _asked("", "ratings in the order on your report, or pairs such as 'Modeling: NI'; short forms: NI, C, MC, S")  # noqa: RUF009
    taken_on: str = _asked("", "day of the exam, such as 2026-11-20 or 20.11.2026")
    attempt: int = _asked(1, "1 for the first attempt at this exam (default)")
    result: str = _asked("", "pass or fail; needed if the exam reports no score, or if its passing score is not known")
    learner_name: str = _asked("", "shown in the plan only")
    learner_id: str = _asked("", "shown in the plan only")
    hours_per_week: float | None = _asked(None, "hours you can study each week; default: the minimum in the Certsqill article")
    target_date: str = _asked("", "day you want to take the exam; default: the kit chooses one (see aim)")
    days_off: str = _asked("", "days you can't study, such as 'weekend, 2026-12-24 to 2026-12-26'")
    study_time: str = _asked("", "when weekday sessions start, HH:MM")
    studied_last_month: float | None = _asked(None, "hours you actually studied last month")
    language: str = _asked("English", "language of the exam (default English)")
    retake_exam: str = _asked("", "the exam to plan for if yours has been retired, such as MLA-C02")
    split: str = _asked(
        "article",
        "how to share your time among the domains: article (by priority; default), weights (by weight) or model (best chance "
        "in our model)",
    )
    aim: str = _asked(
        "steady",
        "how to choose the exam day: soonest (an early day, lower chance of passing), steady (in between; default), sure (a later "
        "day, higher chance) or article (the timeline in the Certsqill article)",
    )
    practice_source: str = _asked("", "name of the provider of your practice questions")
    details: bool = _asked(
        False, 'add the part "How we know" to the plan: the model, its assumptions, every session and the sources'
    )
    beside: str = _asked("", "another exam you study for in the same weeks", option=False)
    earlier: str = _asked("", "your earlier attempts: a YAML list with scaled_score, taken_on and ratings of each")
    today: str = _asked("", "first day of the plan; default: this computer's date", option=False)
    exam_folder: str = _asked("", "a folder with your own exam files", option=False)
    practice: str = _asked("", "continue from a practice log: YAML of log, started, done_hours, exam_day", option=False)

    origin = "given"  # not a parameter; in a notebook: papermill, kept, example, or given (typed there)

    @property
    def by_papermill(self) -> bool:
        """Whether the values were injected into a notebook."""
        return self.origin == "papermill"

    @cached_property
    def report(self) -> ScoreReport:
        """The score report."""
        values = {name: getattr(self, name) for name in _OF_THE_REPORT}
        return ScoreReport(**values, exam_folder=self.exam_folder or None)

    @cached_property
    def earlier_reports(self) -> list[ScoreReport]:
        """The earlier attempts at the same exam, oldest first."""
        return read_earlier(self.earlier, self.exam, self.today, self.exam_folder)

    def values(self) -> dict[str, Any]:
        """Return every parameter by name."""
        return {name: getattr(self, name) for name in PARAMETERS}

    @classmethod
    def from_text(cls, values: Mapping[str, Any]) -> PlanRequest:
        """Make a request from values as people type them; those that are numbers become numbers where they can."""
        numbers = {"scaled_score": int, "attempt": int, "hours_per_week": float, "studied_last_month": float}
        read = dict(values)
        if "exam" in read:  # no part of a report comes from the example
            read["scaled_score"] = read.get("scaled_score") or None
        for name, make in numbers.items():
            # what is no plain number, or a 0 that somebody typed, stays text: it is read, or refused, by the report
            if re.fullmatch(r"\d+(\.\d+)?", text := str(read.get(name, "")), re.ASCII) and float(text):
                with suppress(ValueError):
                    read[name] = make(text)
        notes = Notes()
        if "details" in read:
            read["details"] = read_details(read["details"], notes)
        if notes.problems:
            raise InputError("The request for a plan", notes.problems)
        return cls(**read)

    def parameters(self) -> dict[str, Any]:
        """Return the report, and what else differs from the defaults, for papermill."""
        values = self.values()
        return {name: values[name] for name in values if name in REPORT or values[name] != PARAMETERS[name].default}


PARAMETERS = {field.name: field for field in fields(PlanRequest)}


def needed_for(exam: object, exam_folder: str = "") -> tuple[str, ...]:
    """Return the parameters that a report of an exam cannot do without.

    >>> needed_for("PMP"), needed_for("SY0-801"), needed_for("SAA-C03")
    (('exam', 'result'), ('exam', 'scaled_score'), ('exam', 'scaled_score', 'ratings'))
    """
    with suppress(InputError):  # whoever reads the report names the mistake
        found = find_exam(exam, exam_folder or None)
        if not found.reports_score:
            return ("exam", "result")
        if not found.rates_domains:
            return ("exam", "scaled_score")
    return ("exam", "scaled_score", "ratings")


def example_for(exam: Exam) -> str:
    """Return options of ``mls-kit plan`` for an invented report of an exam, with its own words for the ratings.

    >>> example_for(find_exam("SY0-701")), example_for(find_exam("PMLE"))
    ("--exam SY0-701 --scaled-score 720 --ratings 'NI, C, S, NI, C'", '--exam PMLE --result fail')
    """
    given, method = [f"--exam {exam.code}"], load_method()
    if exam.reports_score:
        given.append(f"--scaled-score {exam.passing - 30 if exam.has_standard else sum(exam.score_range) // 2}")
    if not exam.has_standard:
        given.append("--result fail")
    if exam.rates_domains:
        first = method.vocabularies[(exam.report.rating_vocabularies.value or [""])[0]]
        short = {rating.label: rating.short for rating in method.ratings}
        words = ["55 %", "70 %"] if first.percent else [short[label] for label in first.labels]
        given.append(f"--ratings '{', '.join(words[place % len(words)] for place in range(len(exam.domains)))}'")
    return " ".join(given)


def read_request_file(path: Path) -> dict[str, Any]:
    """Return the parameters in a YAML file; an InputError where it is missing, no mapping, or has a name the plan does not know."""
    found = read_yaml(path, as_text=True)
    if not isinstance(found, Mapping):
        raise InputError(path.name, [Problem("file", path.name, "a YAML mapping of parameters")])
    return request_values(found, path.name)


def request_values(found: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return parameters as text out of a mapping that was read; an InputError names ``where`` and what the plan does not know."""
    check_names(found, PARAMETERS, where)
    texts = dict(found)
    if isinstance(texts.get("days_off"), list):
        texts["days_off"] = ", ".join(map(str, texts["days_off"]))
    for name in ("earlier", "practice"):
        if name in texts and not isinstance(texts[name], str):
            texts[name] = yaml.safe_dump(texts[name], sort_keys=False)
    if isinstance(texts.get("ratings"), Mapping | list):
        texts["ratings"] = yaml.safe_dump(texts["ratings"], sort_keys=False, default_flow_style=True)
    return texts


def read_earlier(text: object, exam: str, today: str = "", exam_folder: str = "") -> list[ScoreReport]:
    """Read earlier attempts from YAML text: a list of mappings."""
    if not text:
        return []
    expected = "a YAML list of earlier attempts, each with scaled_score, ratings and taken_on"
    found = read_flat_yaml(text, depth=3) if isinstance(text, str) else text
    if not isinstance(found, list) or not all(isinstance(entry, Mapping) for entry in found):
        raise InputError("The earlier attempts", [Problem("earlier", shown(text), expected)])
    known = ("scaled_score", "ratings", "taken_on", "attempt", "result")
    reports = []
    for number, entry in enumerate(found, start=1):
        check_names(entry, known, f"earlier attempt {number}")
        values: dict[str, Any] = {"exam": exam, "attempt": number, "scaled_score": "", "ratings": ""} | dict(entry)
        try:
            reports.append(ScoreReport(**values, today=today, exam_folder=exam_folder or None))
        except InputError as error:
            said = [replace(problem, place=f"earlier attempt {number}, {problem.place}") for problem in error.problems]
            raise InputError("The earlier attempts", said) from None
    return sorted(reports, key=lambda report: (report.taken_on or date.min, report.attempt))


def check_names(names: Iterable[str], known: Iterable[str], what: str = "The parameters") -> None:
    """Refuse a name that is not known, and name the nearest that is."""
    known = list(known)
    wrong = [name for name in names if name not in known]
    if wrong:
        expected = "one of the names " + ", ".join(known)
        raise InputError(what, [Problem(shown(n), shown(n), expected, nearest(n, known)) for n in wrong])


def read_parameters(namespace: Mapping[str, Any]) -> PlanRequest:
    """Return the parameters a notebook was given; ``namespace`` is its ``globals()``.

    papermill passes a misspelt name on (nteract/papermill issue 667), and the notebook would quietly use its example: so an
    InputError names it and the nearest; or the parts missing of a report once one is given: none comes from the example.
    Run by hand with the example's report untouched, the report that the learner keeps takes its place.
    """
    given = given_names(namespace)
    check_names(sorted(given), PARAMETERS, "The list of parameters")
    values = {name: namespace[name] for name in PARAMETERS if name in namespace}
    lost = [name for name in ("exam", "scaled_score", "ratings") if name not in values]
    if lost:
        expected = "given. Its line is missing or renamed"
        raise InputError("The first cell", [Problem(name, "nothing", expected) for name in lost])
    if given & {*REPORT, "result"}:
        needed = needed_for(values["exam"] if "exam" in given else "", values.get("exam_folder", ""))
        missing = [name for name in needed if name not in given]
        if missing:
            expected = "given. If you give a part of a report, the example is not used for the rest"
            raise InputError("The list of parameters", [Problem(name, "nothing", expected) for name in missing])
        values = {name: value for name, value in values.items() if name in given or name not in REPORT}
        values.setdefault("scaled_score", None)
    request = PlanRequest(**values)
    if _injected(namespace):
        object.__setattr__(request, "origin", "papermill")
    elif "In" in namespace:
        from mls_kit.report.my_report import kept_in_place_of

        return kept_in_place_of(request)
    return request


def given_names(namespace: Mapping[str, Any]) -> set[str]:
    """Return the names papermill assigned in the cell it put into a running notebook."""
    cells = _injected(namespace)
    assigned = [node for node in ast.walk(ast.parse(cells[-1])) if isinstance(node, ast.Assign)] if cells else []
    return {name.id for node in assigned for name in node.targets if isinstance(name, ast.Name)}


def _injected(namespace: Mapping[str, Any]) -> list[str]:
    return [cell for cell in namespace.get("In", []) if cell.startswith("# Parameters\n")]
