"""The fields of the report form: they follow the exam and the kind of its ratings; mistakes by the fields' names."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

import ipywidgets

from mls_kit.exam import Exam, find_exam, list_exams, load_method
from mls_kit.method import availability
from mls_kit.problems import InputError, Problem
from mls_kit.report import LANGUAGES, PlanRequest, earlier_as_lines, read_flat_yaml
from mls_kit.widgets.controls import FULL, LABEL, Number, Options

__all__ = ["exam_words", "mistakes", "report_fields", "vocabulary_of"]

_WIDEST = "52em"
_NAMES = {"scaled_score": "Scaled score", "taken_on": "Day of the exam", "attempt": "Attempt",
          "hours_per_week": "Hours a week", "language": "Language"}  # fmt: skip
_MOST_ATTEMPTS = 20


def exam_words() -> dict[str, str]:
    """Return what the list of exams says, and the code of each; an exam whose file has a mistake is left out."""
    found = {}
    for code in list_exams():
        try:
            exam = find_exam(code)
        except InputError:
            continue
        now = availability(exam, date.today())
        state = {"ended": f"ended {now.last_day}", "beta": "beta", "unknown": "may have ended"}.get(now.state, "open")
        until = f" until {now.last_day}" if now.state == "open" and now.last_day else ""
        found[f"{code} ({state}{until}): {exam.name.value or exam.vendor}"] = exam.code
    return found


def vocabulary_of(request: PlanRequest) -> str:
    """Return which kind of ratings a request uses: the first of the exam's that fits."""
    exam, method = find_exam(request.exam), load_method()
    names = exam.report.rating_vocabularies.value or ["article"]
    try:
        report = request.report
    except InputError:
        given = request.ratings if isinstance(request.ratings, dict) else {}
        used = {label for label in given.values() if label}
        if used and not any(isinstance(label, str) for label in used):
            return "percent"
        return next((name for name in names if used and used <= set(method.vocabularies[name].labels)), names[0])
    if report.percents:
        return "percent"
    used = set(report.ratings.values())
    return next((name for name in names if used <= set(method.vocabularies[name].labels)), names[0])


def report_fields(start: PlanRequest, vocabulary: str) -> dict[str, Any]:
    """Return the fields of an exam's report, filled with what is known of it."""
    exam = find_exam(start.exam)
    low, high = exam.score_range
    most = load_method().plan.hours_per_week["highest"]
    languages = list(dict.fromkeys([*LANGUAGES, *(exam.life_cycle.last_days.value or {}), start.language]))
    fields: dict[str, Any] = {
        "scaled_score": Number("Scaled score", min(max(start.scaled_score, low), high), low, high),
        "taken_on": ipywidgets.Text(str(start.taken_on or ""), description="Day of the exam", placeholder="YYYY-MM-DD",
                                    continuous_update=False, **_look("28em")),
        "attempt": Number("Attempt (1: the first)", start.attempt, 1, max(_MOST_ATTEMPTS, start.attempt)),
    }  # fmt: skip
    names = exam.report.rating_vocabularies.value or ["article"]
    if len(names) > 1:
        fields["shows"] = Options("The report shows", {_kind_in_words(exam, name): name for name in names}, vocabulary)
    fields |= _rating_fields(exam, start, vocabulary)
    whole = float(start.hours_per_week).is_integer()
    fields["hours_per_week"] = Number(
        "Hours a week (0: not known yet)", start.hours_per_week, 0, most, 1 if whole else 0.5
    )
    known = [name for name in languages if name != "all"]
    fields["language"] = Options("Language of the exam", known, start.language)
    fields["earlier"] = ipywidgets.Textarea(
        _lines(start), description="Earlier attempts, one a line", continuous_update=False, rows=2,
        placeholder="optional: score, day, ratings   such as   680, 2026-02-01, NI, C, S, C", **_look(_WIDEST),
    )  # fmt: skip
    return fields


def _kind_in_words(exam: Exam, name: str) -> str:
    kind = load_method().vocabularies[name]
    if kind.percent:
        return "Percent right"
    count = {2: "Two", 3: "Three"}.get(len(kind.labels), str(len(kind.labels)))
    return f"{count} words, as {'in the article' if kind.kind == 'article' else f'on {exam.vendor} reports'}"


def _rating_fields(exam: Exam, start: PlanRequest, vocabulary: str) -> dict[str, Any]:
    """Return a field for the rating of each section."""
    try:
        report = start.report
        given: dict[str, Any] = report.ratings | report.percents
    except InputError:
        given = start.ratings if isinstance(start.ratings, dict) else {}
    fields: dict[str, Any] = {}
    for domain in exam.domains:
        label, said = f"{domain.name} ({domain.weight:g} %)", given.get(domain.name)
        if vocabulary == "percent":
            value = said if isinstance(said, int | float) else 0
            fields[domain.name] = Number(label, value, 0, 100)
        else:
            labels = load_method().vocabularies[vocabulary].labels
            words_of = {"not chosen": "", **{word: word for word in labels}}
            fields[domain.name] = Options(label, words_of, said if said in labels else "")
    return fields


def _lines(start: PlanRequest) -> str:
    try:
        return earlier_as_lines(start)
    except InputError:  # what was typed is kept as it is, so that it can be mended
        rows = read_flat_yaml(start.earlier, depth=3)
        kept = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        return "\n".join(", ".join(str(value) for value in row.values() if value) for row in kept)


def _look(width: str) -> dict[str, Any]:
    return {"style": {"description_width": LABEL}, "layout": {"width": FULL, "max_width": width}}


def mistakes(problems: tuple[Problem, ...]) -> str:
    """Return every mistake in words, each beginning with the label of its field."""
    lines = []
    for problem in problems:
        first, _, rest = problem.place.partition(", ")
        name = rest if first == "ratings" and rest else _NAMES.get(problem.place, problem.place.replace("_", " "))
        if first == "ratings" and problem.value == "nothing":
            said = "not chosen yet."
        else:
            said = str(problem).removeprefix(f"{problem.place}: ")
        lines.append(f"<li><b>{escape(name)}:</b> {escape(said)}</li>")
    count = len(problems)
    head = f"{count} thing{'s' * (count != 1)} to mend before it can be kept:"
    return f'<div role="status">{head}<ul style="margin:.2em 0">{"".join(lines)}</ul></div>'
