"""A score report typed once, checked while it is typed, and kept on this computer for all notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from html import escape
from typing import Any

import ipywidgets

from mls_kit import report as reports
from mls_kit.exam import Exam, find_exam, load_method
from mls_kit.explain import cite, exam_words, report_card, report_table
from mls_kit.html import Block, render, together
from mls_kit.method import availability, retake_of
from mls_kit.problems import InputError, Problem
from mls_kit.report import (
    LANGUAGES,
    PlanRequest,
    ReportFile,
    check_entry,
    earlier_from_lines,
    first_entry,
    is_mine,
    lines_of_earlier,
    my_request,
    place_in_words,
    vocabulary_of,
)
from mls_kit.widgets.controls import FULL, LABEL, Number, Options, button, practice_field
from mls_kit.widgets.report_upload import ReportUpload
from mls_kit.widgets.view import KEPT, View, copy, said, words

_WORDS = "widgets/report_form.html.j2"
_WIDEST = "52em"
_NAMES = {"scaled_score": "Scaled score", "result": "Result", "taken_on": "Day of the exam", "attempt": "Attempt",
          "hours_per_week": "Hours a week", "language": "Language"}  # fmt: skip
_ASKED = ("taken_on", "attempt", "hours_per_week", "practice_source", "language")
_ANY_EXAM = ("scaled_score", "hours_per_week", "practice_source", "language")  # stay when another exam is chosen
_MOST_ATTEMPTS = 20


class ReportForm(View):
    """Enter a score report; every mistake is named at once, and a button keeps the report.

    It opens with the report that is kept, or with an example's. A learner's name is not asked for. ``controls`` always
    holds the fields of the present exam, each section's rating under the section's name.

    ``example``: code of the exam whose invented example is shown where no report is kept; an InputError where it has none.

    >>> form = ReportForm()
    >>> form.controls["exam"].value = "AIF-C01"
    >>> form.problems[0].place
    'ratings, Fundamentals of AI and ML'
    """

    def __init__(self, example: str = "") -> None:
        self.problems: tuple[Problem, ...] = ()
        self._drafts: dict[str, PlanRequest] = {}
        self._drawn: tuple[Any, ...] | None = None  # a picture is made anew only when something in it changes
        self._base, source = first_entry(example)
        exam = Options("Exam", exam_words(), self._base.exam)
        exam.layout = {"width": FULL, "max_width": "62em"}  # the longest name on one line
        fields = report_fields(self._base, vocabulary_of(self._base))
        self._start = {name: control.value for name, control in fields.items()} | {"exam": self._base.exam}
        self._example = bool(source) or not is_mine()
        self._saved = None if self._example else self._start
        self.said, self.status, self.picture = words("3.2em"), words("1.6em"), words()
        self.keep_button, self.clear_button = (button("Save my report", button_style="primary"), button("Clear my report"))
        self.keep_button.on_click(lambda _click: self.keep())
        self.clear_button.on_click(lambda _click: self.clear())
        buttons = ipywidgets.HBox([self.keep_button, self.clear_button], layout={"flex_flow": "row wrap"})
        self._unread: dict[str, Any] = {}  # field that a file left open -> what stands there instead
        self.upload = ReportUpload(lambda: exam.value, self._fill)
        shown = [self.said, buttons, self.status, self.upload.said, self.picture]
        super().__init__("My score report", {"exam": exam, **fields}, shown)
        self.children = [self.parts[0], self.upload.button, *self.parts[1:], *shown]
        own, example = f"You saved this report in {place_in_words()}.", "These are an invented example's numbers"
        self._say(source or (own if self._saved else f"{example}. Change them to yours, then press Save my report."))

    @property
    def request(self) -> PlanRequest:
        """What the form says now, checked or not."""
        values = self.values()
        exam = find_exam(values["exam"])
        return replace(
            self._base if self._base.exam == exam.code else PlanRequest(),
            exam=exam.code,
            scaled_score=values.get("scaled_score"),
            result=values.get("result", ""),
            ratings={domain.name: values.get(domain.name, "") for domain in exam.domains},
            **{name: values[name] for name in _ASKED} | {"hours_per_week": values["hours_per_week"] or None},
            earlier=earlier_from_lines(values["earlier"]),
        )

    def draw(self, **values: Any) -> None:
        """Check what is entered, say so, and draw it."""
        request = self.request
        report, self.problems = check_entry(request)
        self.problems += tuple(_open(self._unread, values))
        if report is None or self.problems:
            self.said.value = render(_WORDS, "mistakes", problems=self.problems, names=_NAMES).markup
            self._drawn = None
            self.picture.value = "<p>The picture comes back when nothing is missing above.</p>"
            return
        now = availability(report.facts, date.today(), report.language)
        points = report.points_from_passing
        side = "passed" if report.passed else "not passed"
        if points is not None and points < 0:
            side = f"{-points} point{'s' * (points != -1)} below the passing standard"
        side = side if report.scaled_score is None else f"{report.scaled_score}, {side}"
        kept = "This is saved." if values == self._saved else "<b>Not saved yet.</b>"
        limit = retake_of(report, date.today(), request.earlier_reports).limit_said
        odd = "".join(f"<br>{escape(remark)}" for remark in (*report.remarks, limit) if remark)
        self.said.value = together(
            f"✓ Everything fits: {escape(report.exam)}, {side}. {kept}{odd}<br>"
            f"{escape(now.why)} {cite(report.facts, report.facts.life_cycle.status)}"
        )
        drawn = (report.exam, report.scaled_score, report.passed, dict(report.ratings), dict(report.percents))
        if drawn != self._drawn:
            self.picture.value = report_card(report)._repr_html_()
            self._drawn = drawn

    def keep(self) -> None:
        """Keep the report, and say where; nothing is kept while a mistake is left."""
        values = self.values()
        with suppress(InputError):  # what was kept elsewhere since stays
            self._base = my_request() if is_mine() else self._base
        try:
            if self.problems:
                raise InputError("This form", self.problems)
            reports.save_my_report(self.request)
        except InputError:
            self._say("Not saved. First fix what is listed above.", alert=True)
            return
        except OSError as error:
            self._say(f"Not saved: we can't write to {place_in_words()} ({error.strerror}).", alert=True)
            return
        same = self._example and values == self._start
        self._base, self._saved = my_request(), values
        KEPT.times += 1
        self.refresh()
        still = " These are still the example's numbers. Change them to yours, and save again." if same else ""
        where = f"Saved in {place_in_words()}. Only someone who uses your account can read it."
        self._say(f"{where}{still} Run a lesson again, and it uses these numbers.")

    def clear(self) -> None:
        """Delete the kept report; what stands in the form stays, so that a slip can be fixed."""
        there = reports.clear_my_report()
        self._saved = None
        KEPT.times += 1
        self.refresh()
        again = "The form still shows it, in this window only. To save it again, press Save my report."
        self._say(f"Cleared: {place_in_words()} is deleted. {again}" if there else "There was no report to clear.")

    def result(self) -> Block:
        """Return the report as a figure and a table, or what is missing."""
        report, problems = check_entry(self.request)
        if report is None or problems:
            return render(_WORDS, "mistakes", problems=problems, names=_NAMES)
        return copy(Block(report_card(report)._repr_html_() + report_table(report)))

    def _say(self, text: str, alert: bool = False) -> None:
        self.status.value = said(text, "alert" if alert else "status")

    def _changed(self, change: Any) -> None:
        self.status.value = ""  # what was said of the values before
        if not self._quiet and change["owner"] is self.controls["exam"]:
            self._drafts[change["old"]] = self._draft(change["old"])
            code, self._unread = change["new"], {}
            start = self._drafts.get(code) or (
                self._base
                if self._base.exam == code
                else PlanRequest(code, **{name: self.controls[name].value for name in _ANY_EXAM if name in self.controls})
            )
            self._rebuild(start, vocabulary_of(start))
        elif not self._quiet and change["owner"] is self.controls.get("shows"):
            self._rebuild(self._draft(self.controls["exam"].value), change["new"])
        else:
            super()._changed(change)

    def _draft(self, code: str) -> PlanRequest:
        """Return what the fields of an exam say, also while another exam is being chosen."""
        values = {name: control.value for name, control in self.controls.items() if name != "exam"}
        ratings = {domain.name: values.get(domain.name, "") for domain in find_exam(code).domains}
        plain = {name: values[name] for name in ("scaled_score", "result", *_ASKED) if name in values}
        return PlanRequest(code, ratings=ratings, **plain, earlier=earlier_from_lines(values["earlier"]))

    def _fill(self, found: ReportFile) -> None:
        """Put a report that was read from a file into the fields; what it does not say is open, and not kept as it is."""
        old = self.controls["exam"].value
        self._drafts[old] = draft = self._draft(old)
        start = draft if old == found.exam else replace(draft, exam=found.exam, attempt=1, earlier="")
        low, _ = find_exam(found.exam).score_range
        read: dict[str, Any] = {"scaled_score": low, "taken_on": "", "ratings": {}} | found.values()
        start = replace(start, **read)
        self._quiet = True
        self.controls["exam"].value = found.exam
        self._quiet, self._unread = False, {}
        self._rebuild(start, vocabulary_of(start))
        names = [place.removeprefix("ratings, ") for place in found.missing if place != "taken_on"]
        self._unread = {name: self.controls[name].value for name in names}
        self.refresh()

    def _rebuild(self, start: PlanRequest, vocabulary: str) -> None:
        """Put the fields of another exam, or of another kind of rating, in place of the present ones."""
        exam = self.controls["exam"]
        fields = report_fields(start, vocabulary)
        for name, control in self.controls.items():
            if name != "exam":
                control.unobserve(self._changed, "value")
        for control in fields.values():
            control.observe(self._changed, "value")
        self.controls = {"exam": exam, **fields}
        self.parts[1].children = list(self.controls.values())
        self.refresh()


def _open(unread: dict[str, Any], values: dict[str, Any]) -> Iterator[Problem]:
    """Yield what a file left open and nobody has typed since; a rating that is not chosen is named anyway."""
    for name, value in unread.items():
        if value != "" and values.get(name) == value:
            place = name if name in _NAMES else f"ratings, {name}"
            yield Problem(place, str(value), "in your file. Type what your report says")


def report_fields(start: PlanRequest, vocabulary: str) -> dict[str, Any]:
    """Return the fields of an exam's report, filled with what is known of it."""
    exam = find_exam(start.exam)
    low, high = exam.score_range
    score = low if start.scaled_score is None else start.scaled_score
    most = load_method().plan.hours_per_week["highest"]
    languages = list(dict.fromkeys([*LANGUAGES, *(exam.life_cycle.last_days.value or {}), start.language]))
    fields: dict[str, Any] = {
        "scaled_score": Number("Scaled score", min(max(score, low), high), low, high),
        "result": Options("Result", {"not chosen": "", "Not passed": "fail", "Passed": "pass"}, start.result),
        "taken_on": ipywidgets.Text(str(start.taken_on or ""), description="Day of the exam", placeholder="20.11.2026",
                                    continuous_update=False, **_look("28em")),
        "attempt": Number("Attempt (1: the first)", start.attempt, 1, max(_MOST_ATTEMPTS, start.attempt)),
    }  # fmt: skip
    if exam.has_standard:
        del fields["result"]
    elif not exam.reports_score:
        del fields["scaled_score"]
    names = exam.report.rating_vocabularies.value or []
    if len(names) > 1:
        fields["shows"] = Options("The report shows", {_kind_in_words(exam, name): name for name in names}, vocabulary)
    fields |= _rating_fields(exam, start, vocabulary) if names else {}
    given = float(start.hours_per_week or 0)
    whole = given.is_integer()
    hours = given, 0, most, 1 if whole else 0.5
    fields["hours_per_week"] = Number("Hours a week (0: not known yet)", *hours)
    fields["practice_source"] = practice_field(start.practice_source)
    known = [name for name in languages if name != "all"]
    fields["language"] = Options("Language of the exam", known, start.language)
    fields["earlier"] = ipywidgets.Textarea(
        lines_of_earlier(start), description="Earlier attempts, one on each line", continuous_update=False, rows=2,
        placeholder="optional: score (or pass, fail), day, ratings   such as   680, 2026-02-01, NI, C, S, C", **_look(_WIDEST),
    )  # fmt: skip
    return fields


def _kind_in_words(exam: Exam, name: str) -> str:
    kind = load_method().vocabularies[name]
    if kind.percent:
        return "Percent right"
    count = {2: "Two", 3: "Three"}.get(len(kind.labels), str(len(kind.labels)))
    return f"{count} ratings, as {'in the article' if kind.kind == 'article' else f'on {exam.vendor} reports'}"


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
            labels, seen_as = (load_method().vocabularies[vocabulary].labels, load_method().vocabularies[vocabulary].seen_as)
            words_of = {"not chosen": "", **{": ".join(filter(None, [word, seen_as.get(word)])): word for word in labels}}
            fields[domain.name] = Options(label, words_of, said if said in labels else "")
    return fields


def _look(width: str) -> dict[str, Any]:
    return {"style": {"description_width": LABEL}, "layout": {"width": FULL, "max_width": width}}
