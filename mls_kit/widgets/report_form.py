"""A score report typed once, checked while it is typed, and kept on this computer for all notebooks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html import escape
from typing import Any

import ipywidgets
import pandas as pd

from mls_kit.exam import find_exam
from mls_kit.explain import cite, report_card
from mls_kit.html import Block, table, together
from mls_kit.method import availability
from mls_kit.problems import InputError, Problem
from mls_kit.report import (
    PlanRequest,
    ScoreReport,
    clear_my_report,
    earlier_from_lines,
    example_file,
    is_mine,
    my_request,
    place_in_words,
    read_request_file,
    save_my_report,
)
from mls_kit.widgets.controls import FULL, Options, button
from mls_kit.widgets.report_fields import exam_words, mistakes, report_fields, vocabulary_of
from mls_kit.widgets.view import View, words

__all__ = ["ReportForm"]


class ReportForm(View):
    """Enter a score report; every mistake is named at once, and a button keeps the report.

    It opens with the report that is kept, or with an example's. A learner's name is not asked for. ``controls`` always
    holds the fields of the present exam, each section's rating under the section's name.

    Parameters
    ----------
    example : str, optional
        Code of the exam whose invented example is shown where no report is kept; the worked example's by default.

    Raises
    ------
    InputError
        No example was invented for that exam.

    Examples
    --------
    >>> form = ReportForm()
    >>> form.controls["exam"].value = "AIF-C01"
    >>> form.problems[0].place
    'ratings, Fundamentals of AI and ML'
    """

    def __init__(self, example: str = "") -> None:
        self.problems: tuple[Problem, ...] = ()
        self._drafts: dict[str, PlanRequest] = {}
        self._drawn: tuple[Any, ...] | None = None  # a picture is made anew only when something in it changes
        self._base, source = _kept(example)
        exam = Options("Exam", exam_words(), self._base.exam)
        exam.layout = {"width": FULL, "max_width": "62em"}  # the longest name on one line
        fields = report_fields(self._base, vocabulary_of(self._base))
        self._start = {name: control.value for name, control in fields.items()} | {"exam": self._base.exam}
        self._example = bool(source) or not is_mine()
        self._saved = None if self._example else self._start
        self.said, self.status, self.picture = words("3.2em"), words("1.6em"), words()
        self.keep_button, self.clear_button = (
            button("Keep my report", button_style="primary"),
            button("Clear my report"),
        )
        self.keep_button.on_click(lambda _click: self.keep())
        self.clear_button.on_click(lambda _click: self.clear())
        buttons = ipywidgets.HBox([self.keep_button, self.clear_button], layout={"flex_flow": "row wrap"})
        super().__init__("My score report", {"exam": exam, **fields}, [self.said, buttons, self.status, self.picture])
        self._say(source or self._whose())

    @property
    def request(self) -> PlanRequest:
        """What the form says now, checked or not."""
        values = self.values()
        exam = find_exam(values["exam"])
        return replace(
            self._base if self._base.exam == exam.code else PlanRequest(),
            exam=exam.code,
            scaled_score=values["scaled_score"],
            ratings={domain.name: values[domain.name] for domain in exam.domains},
            **{name: values[name] for name in ("taken_on", "attempt", "hours_per_week", "language")},
            earlier=earlier_from_lines(values["earlier"]),
        )

    def draw(self, **values: Any) -> None:
        """Check what is entered, say so, and draw it."""
        request = self.request
        report, self.problems = _check(request)
        if report is None or self.problems:
            self.said.value = mistakes(self.problems)
            self._drawn = None
            self.picture.value = "<p>The picture comes back when everything above fits.</p>"
            return
        now = availability(report.facts, date.today(), report.language)
        points = abs(report.points_from_passing)
        side = "passed" if report.passed else f"{points} point{'s' * (points != 1)} below the passing standard"
        kept = "This is what is kept." if values == self._saved else "<b>Not kept yet.</b>"
        odd = "".join(f"<br>{escape(remark)}" for remark in report.remarks)
        self.said.value = together(
            f"✓ Everything fits: {escape(report.exam)}, {report.scaled_score}, {side}. {kept}{odd}<br>"
            f"{escape(now.why)} {cite(report.facts, report.facts.life_cycle.status)}"
        )
        drawn = (report.exam, report.scaled_score, dict(report.ratings), dict(report.percents))
        if drawn != self._drawn:
            self.picture.value = report_card(report)._repr_html_()
            self._drawn = drawn

    def keep(self) -> None:
        """Keep the report, and say where; nothing is kept while a mistake is left."""
        values = self.values()
        try:
            if self.problems:
                raise InputError("This form", self.problems)
            save_my_report(self.request)
        except InputError:
            self._say("Not kept: mend what is named above first.", alert=True)
            return
        except OSError as error:
            self._say(f"Not kept: {place_in_words()} cannot be written ({error.strerror}).", alert=True)
            return
        same = self._example and values == self._start
        self._base, self._saved = my_request(), values
        self.refresh()
        still = " These are still the example's numbers: change them to yours and keep them again." if same else ""
        self._say(
            f"Kept in {place_in_words()}, readable by you alone.{still} Run a notebook again, and it uses these numbers."
        )

    def clear(self) -> None:
        """Delete the kept report; what stands in the form stays, so that a slip can be mended."""
        there = clear_my_report()
        self._saved = None
        self.refresh()
        again = "What stands in the form is in this window only: Keep my report brings it back."
        self._say(f"Cleared: {place_in_words()} is gone. {again}" if there else "There was no report to clear.")

    def result(self) -> Block:
        """Return the report as a figure and a table, or what is missing."""
        report, problems = _check(self.request)
        if report is None or problems:
            return Block(mistakes(problems))
        rows = [
            (d.name, f"{d.weight:g} %", f"{report.percents[d.name]:g} %" if d.name in report.percents else report.ratings[d.name])
            for d in report.facts.domains
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=["section", "weight", "on the report"])
        return Block(
            report_card(report)._repr_html_() + table(frame, "Sections, their weights and what the report says")
        )

    def _whose(self) -> str:
        if self._saved:
            return f"Shown is what you kept in {place_in_words()}."
        return "Shown are the example's numbers, invented: change them to yours, then keep them."

    def _say(self, text: str, alert: bool = False) -> None:
        role = ' role="alert" style="border-left:4px solid #a11212;padding:.2em .6em"' if alert else ' role="status"'
        self.status.value = f"<div{role}>{escape(text).replace(chr(10), '<br>')}</div>"

    def _changed(self, change: Any) -> None:
        self.status.value = ""  # what was said of the values before
        if not self._quiet and change["owner"] is self.controls["exam"]:
            self._drafts[change["old"]] = self._draft(change["old"])
            code = change["new"]
            start = self._drafts.get(code) or (self._base if self._base.exam == code else PlanRequest(
                code, self.controls["scaled_score"].value, hours_per_week=self.controls["hours_per_week"].value,
                language=self.controls["language"].value))  # fmt: skip
            self._rebuild(start, vocabulary_of(start))
        elif not self._quiet and change["owner"] is self.controls.get("shows"):
            self._rebuild(self._draft(self.controls["exam"].value), change["new"])
        else:
            super()._changed(change)

    def _draft(self, code: str) -> PlanRequest:
        """Return what the fields of an exam say, also while another exam is being chosen."""
        values = {name: control.value for name, control in self.controls.items() if name != "exam"}
        ratings = {domain.name: values[domain.name] for domain in find_exam(code).domains}
        said = {name: values[name] for name in ("scaled_score", "taken_on", "attempt", "hours_per_week", "language")}
        return PlanRequest(code, ratings=ratings, **said, earlier=earlier_from_lines(values["earlier"]))

    def _rebuild(self, start: PlanRequest, vocabulary: str) -> None:
        """Put the fields of another exam, or of another kind of rating, in place of the present ones."""
        exam = self.controls["exam"]
        for name, control in self.controls.items():
            if name != "exam":
                control.unobserve(self._changed, "value")
        self.controls = {"exam": exam, **report_fields(start, vocabulary)}
        for name, control in self.controls.items():
            if name != "exam":
                control.observe(self._changed, "value")
        self.parts[1].children = list(self.controls.values())
        self.refresh()


def _kept(example: str) -> tuple[PlanRequest, str]:
    """Return what the form opens with, and what is wrong with the kept file if something is."""
    file = example_file(example)  # raises for an exam without one, whether or not a report is kept
    try:
        return my_request(example), ""
    except InputError as error:
        return (
            PlanRequest.from_text(read_request_file(file)),
            f"The kept report cannot be read. {error} What you see is the example; keep yours to replace the file.",
        )


def _check(request: PlanRequest) -> tuple[ScoreReport | None, tuple[Problem, ...]]:
    """Return the report if it is valid, and every mistake in it and in the earlier attempts."""
    report: ScoreReport | None = None
    problems: list[Problem] = []
    try:
        report = request.report
    except InputError as error:
        problems += error.problems
    if report and report.percents and not any(report.percents.values()):
        problems.append(
            Problem("ratings", "0 % everywhere", "what a report says: type the percent right of each section")
        )
    try:
        _earlier = request.earlier_reports
    except InputError as error:
        problems += error.problems
    return report, tuple(problems)
