"""What a form for a report begins with, and whether what was entered is a report."""

from __future__ import annotations

from mls_kit.exam import find_exam, load_method
from mls_kit.problems import InputError, Problem
from mls_kit.report.my_report import earlier_as_lines, example_file, is_mine, my_request
from mls_kit.report.ratings import read_flat_yaml
from mls_kit.report.request import PlanRequest, read_request_file
from mls_kit.report.score_report import ScoreReport


def first_entry(example: str) -> tuple[PlanRequest, str]:
    """Return what the form opens with, and what is wrong with the kept file if something is.

    Of an example only the report itself: its day and its hours must not be kept as the learner's by mistake.
    """
    file = example_file(example)  # raises for an exam without one, whether or not a report is kept
    said = ""
    if is_mine():
        try:
            return my_request(), ""
        except InputError as error:
            said = f"Your saved report cannot be read. {error} You see the example. Save your report again to replace the file."
    values = read_request_file(file)
    return PlanRequest.from_text(
        {name: values[name] for name in ("exam", "scaled_score", "ratings", "result") if name in values}
    ), said


def check_entry(request: PlanRequest) -> tuple[ScoreReport | None, tuple[Problem, ...]]:
    """Return the report if it is valid, and every mistake in it and in the earlier attempts."""
    report: ScoreReport | None = None
    problems: list[Problem] = []
    try:
        report = request.report
    except InputError as error:
        problems += error.problems
    if report and report.percents and not any(report.percents.values()):
        wanted = "what a report says: type the percent right of each section"
        problems.append(Problem("ratings", "0 % everywhere", wanted))
    try:
        _earlier = request.earlier_reports
    except InputError as error:
        problems += error.problems
    return report, tuple(problems)


def vocabulary_of(request: PlanRequest) -> str:
    """Return which kind of ratings a request uses: the first of the exam's that fits."""
    exam, method = find_exam(request.exam), load_method()
    names = exam.report.rating_vocabularies.value or ["article"]
    try:
        report = request.report
        if report.percents:
            return "percent"
        used = set(report.ratings.values())
    except InputError:
        given = request.ratings if isinstance(request.ratings, dict) else {}
        used = {label for label in given.values() if label}
        if used and not any(isinstance(label, str) for label in used):
            return "percent"
    return next((name for name in names if used and used <= set(method.vocabularies[name].labels)), names[0])


def lines_of_earlier(start: PlanRequest) -> str:
    """Return the earlier attempts of a request as lines to type."""
    try:
        return earlier_as_lines(start)
    except InputError:  # what was typed is kept as it is, so that it can be fixed
        rows = read_flat_yaml(start.earlier, depth=3)
        kept = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        return "\n".join(", ".join(str(value) for value in row.values() if value) for row in kept)
