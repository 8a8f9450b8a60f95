"""The learner's own report: typed once, saved in one file on this computer, used by every notebook, easily cleared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from mls_kit._folders import data_folder, my_folder
from mls_kit.exam import find_exam
from mls_kit.files import write_whole
from mls_kit.problems import InputError, Problem, nearest
from mls_kit.report.request import PARAMETERS, REPORT, PlanRequest, needed_for, read_request_file
from mls_kit.report.score_report import ScoreReport

_EXAMPLE = "worked_example.yaml"
# what the file holds; never a name
_KEPT = ("exam", "scaled_score", "ratings", "taken_on", "attempt", "result", "hours_per_week", "target_date", "days_off",
         "study_time", "studied_last_month", "language", "retake_exam", "aim", "practice_source", "earlier")  # fmt: skip


def my_report_file() -> Path:
    """Return the path of the learner's report, whether or not the file exists."""
    return my_folder() / "my_report.yaml"


def place_in_words(file: Path | None = None) -> str:
    """Return a path, the report's by default, the home folder written as ~, so that no page shows a user's name."""
    file = file or my_report_file()
    try:
        return f"~/{file.relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):
        return str(file)


def save_my_report(request: PlanRequest) -> Path:
    """Save a report, without names and ids, for the other notebooks, in a file that only its owner can read; return its path.

    An InputError where it is not valid (the one saved before stays); an OSError where the file cannot be written.
    """
    values = request.values() | report_values(request)  # raises for a report that is not valid
    request.earlier_reports  # noqa: B018  raises for an earlier attempt that is not
    kept = {name: values[name] for name in _KEPT if name in needed_for(request.exam) or values[name] != PARAMETERS[name].default}
    keep(my_report_file(), "Your score report, for the notebooks of mls-kit", kept)
    return my_report_file()


def keep(file: Path, what: str, values: dict[str, Any]) -> None:
    """Write a file of the learner's own, for its owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    note = f"# {what}. It stays on this computer; delete the file to clear it."
    write_whole(file, f"{note}\n" + yaml.safe_dump(values, sort_keys=False, allow_unicode=True))


def report_values(request: PlanRequest) -> dict[str, Any]:
    """Return the report of a request as plain values for a file; an InputError where it is not valid."""
    report = request.report
    return {
        "exam": report.exam,
        "scaled_score": "" if report.scaled_score is None else report.scaled_score,
        "result": "" if report.facts.has_standard else report.result,
        "ratings": {name: report.percents.get(name, label) for name, label in report.ratings.items()},
        "taken_on": str(report.taken_on or ""),
        "attempt": report.attempt,
    }


def clear_my_report() -> bool:
    """Delete the saved report, and the plan kept for it; return whether there was one."""
    there = my_report_file().exists()
    for name in ("my_report.yaml", "my_plan.yaml"):
        (my_folder() / name).unlink(missing_ok=True)
    return there


def is_mine() -> bool:
    """Return whether the learner has entered a report."""
    return my_report_file().exists()


def example_file(exam: str = "") -> Path:
    """Return the file of an invented report: the worked example's, or that of an exam; an InputError where there is none.

    >>> example_file("saa c03").name
    'example_SAA-C03.yaml'
    """
    folder = data_folder() / "reports"
    if not exam:
        return folder / _EXAMPLE
    code = find_exam(exam).code
    there = {path.stem.removeprefix("example_"): path for path in sorted(folder.glob("example_*.yaml"))}
    if code not in there:
        raise InputError("The example", [Problem("example", code, "one of " + ", ".join(there), nearest(code, there))])
    return there[code]


def my_request(example: str = "") -> PlanRequest:
    """Return what the learner entered, or an example: the worked one, or that of the exam with code ``example``.

    An InputError where the saved file was changed and is not valid any more; it names every mistake and the way out.
    """
    if not is_mine():
        return PlanRequest.from_text(read_request_file(example_file(example)) | {"days_off": ""})
    try:
        values = read_request_file(my_report_file())
        missing = [
            Problem(name, "nothing", "given. Its line is missing")
            for name in needed_for(values.get("exam"))
            if not values.get(name)
        ]
        if missing:
            raise InputError(my_report_file().name, missing)
        request = PlanRequest.from_text(values)
        request.report, request.earlier_reports  # noqa: B018  raise for what is not valid
    except InputError as error:
        way_out = f"saved in {place_in_words()}. Enter it again in 00_start_here, or delete the file."
        error.args = (f"{error}\nThis is your own report, {way_out}",)
        raise
    return request


def my_report(example: str = "") -> ScoreReport:
    """Return the learner's report, or an example where none was entered; an InputError as ``my_request`` has it."""
    return my_request(example).report


def example_report() -> ScoreReport:
    """Return the worked example's report, whatever is kept."""
    return PlanRequest.from_text(read_request_file(example_file())).report


def kept_in_place_of(request: PlanRequest) -> PlanRequest:
    """Return the kept report where a request holds the worked example's; wishes that were changed go with it."""
    example = PlanRequest.from_text(read_request_file(example_file()))
    if not _same_report(request, example):
        return request
    values = request.values()
    wishes = {name: values[name] for name in values if name not in REPORT and values[name] != PARAMETERS[name].default}
    found = replace(my_request(), **wishes) if is_mine() else request
    object.__setattr__(found, "origin", "kept" if is_mine() else "example")
    return found


def _same_report(one: PlanRequest, other: PlanRequest) -> bool:
    try:
        pairs = [(getattr(one.report, name), getattr(other.report, name)) for name in (*REPORT, "percents")]
    except InputError:
        return False
    return all(a == b for a, b in pairs)


def earlier_from_lines(text: str) -> str:
    """Return earlier attempts, typed one a line as score (or pass or fail), day and ratings, as the YAML a request holds.

    >>> from mls_kit.report.request import read_earlier
    >>> read_earlier(earlier_from_lines("680, 2026-02-01, S, C, NI, C"), "MLS-C01")[0].scaled_score
    680
    """
    rows = [[part.strip() for part in line.split(",")] for line in text.splitlines() if line.strip(" ,")]
    attempts = [{"scaled_score" if row[0][:1].isdigit() else "result": row[0], "taken_on": "".join(row[1:2]),
                 "ratings": ", ".join(row[2:])} for row in rows]  # fmt: skip
    return yaml.safe_dump(attempts, sort_keys=False, allow_unicode=True) if attempts else ""


def earlier_as_lines(request: PlanRequest) -> str:
    """Return the earlier attempts of a request as lines of score, day and ratings.

    >>> earlier_as_lines(PlanRequest(earlier="[{scaled_score: 680, taken_on: 2026-02-01, ratings: 'S, C, NI, C'}]"))
    '680, 2026-02-01, Strong, Competent, Needs Improvement, Competent'
    """
    lines = []
    for report in request.earlier_reports:
        ratings = [str(report.percents.get(name, label)) for name, label in report.ratings.items()]
        score = report.result if report.scaled_score is None else str(report.scaled_score)
        lines.append(", ".join([score, str(report.taken_on or ""), *ratings]))
    return "\n".join(lines)
