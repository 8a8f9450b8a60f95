"""Log a practice set, and see what the log says: the verdict, what is known of each domain, and the chance of passing."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from html import escape
from typing import Any

import ipywidgets
import pandas as pd

from mls_kit import explain
from mls_kit.explain import views
from mls_kit.html import Block, badge, show, together
from mls_kit.practice import PracticeEntry, Readiness, append, has_entry, my_log, readiness
from mls_kit.problems import InputError
from mls_kit.report import ScoreReport, my_request
from mls_kit.widgets.controls import LABEL, WIDE, Number, Options, button, tick
from mls_kit.widgets.view import PictureView, copy, in_page, said, words

LAST_ROWS = 5


def _provider() -> str:
    """Return whose questions the learner practices with, as far as their report says."""
    with suppress(InputError):  # a report that was changed by hand is no reason to log nothing
        return my_request().practice_source or "own set"
    return "own set"


def _text(label: str, hint: str, value: str = "") -> ipywidgets.Text:
    return ipywidgets.Text(value=value, description=label, placeholder=hint, continuous_update=False,
                           style={"description_width": LABEL}, layout={"width": WIDE})  # fmt: skip


class PracticeLogView(PictureView):
    """A form for one practice set, the log's last lines, and the verdict on being ready.

    The picture shows the log as it is, and as a thin line what the set in the form would change; nothing is written
    before the button is pressed. ``hours`` of study since the report are those in the log by default.
    Source: model, but for the goal of 80 % (article).

    >>> from mls_kit import ScoreReport
    >>> view = PracticeLogView(ScoreReport("MLS-C01", 714, ["Competent"] * 4))
    >>> view.controls["right"].value = 60  # of 50
    >>> type(view.error).__name__
    'InputError'
    """

    called = "Picture: what is known of each domain from practice"
    how_to_read = (
        "Dot: right so far. Bar: the range for your true proportion. Ring: one full set. Dotted: goal and floor. "
        "Yellow: with the set in the form."
    )

    def __init__(self, report: ScoreReport, hours: float | None = None) -> None:
        self.report, self.hours = report, hours
        self.names = [domain.name for domain in report.facts.domains]
        self.add_button = button("Add to my log", button_style="primary")
        self.add_button.on_click(lambda _click: self.add())
        self.told, self.log_said, self.log_shown = words("1.5em"), words("6em"), words()
        self._load()
        total = max(self.readiness.sets["out_of"].max() if len(self.readiness.sets) else 50, 1)
        controls = {
            "date": _text("Day", "2026-11-20 or 20.11.2026", str(date.today())),
            "provider": _text("Whose questions", "own set, or the provider's name", _provider()),
            "domain": Options("Domain", {"mixed: all domains": "mixed"} | {name: name for name in self.names}, "mixed"),
            "right": Number("Right answers", 40, 0, 200),
            "out_of": Number("Out of", min(int(total), 50), 1, 200),
            "timed": tick("Timed: no more time than the exam gives", True),
            "fresh": tick("Fresh: all questions were new to me", True),
            "minutes": Number("Minutes it took (0: not known)", 90, 0, 300),
            "predicted": Number("Your prediction, percent (0: none)", 0, 0, 100),
            "causes": _text("Causes of errors, if noted", "misread:2; did not know:1"),
            "set_id": _text("Name of the set, if you split it", "the same for each of its domains"),
        }  # fmt: skip
        self._prefilled, self._asked = {name: control.value for name, control in controls.items()}, False
        super().__init__("Practice log", controls, "3em")
        shown = [self.said, self.add_button, self.told, self.picture, self.log_said, self.log_shown]
        self.children = [*self.parts, *shown]

    def _load(self) -> None:
        """Read the log, and say what it says; the chance takes a moment, so this is not done at every key press."""
        self.practice = my_log(self.report)
        self.how = self.how_to_read if self.practice.mine else f"An invented log. {self.how_to_read.replace('your', 'the')}"
        self.readiness: Readiness = readiness(self.report, self.practice.frame)
        whose = "" if self.practice.mine else "The invented log: "
        verdict = f"<p><b>{whose}{escape(self.readiness.said()).replace('.', '.</b>', 1)} {badge('model')}</p>"
        chance = self.readiness.chance_said(self.report, self.practice.mine, self.hours)
        parts = [said(self.practice.said()), verdict, said(chance)]
        self.log_said.value = together("".join([*parts, said(self.readiness.calibration.said())]))
        self.log_shown.value = views.log_table(self.practice, LAST_ROWS)

    def entry(self, **values: Any) -> PracticeEntry:
        """Return the set in the form, or with other values; raise ``InputError`` if it makes no sense."""
        values = self.values() | values
        values |= {name: values[name] or None for name in ("predicted", "minutes")}
        return PracticeEntry(exam=self.report.exam, **values)

    def with_entry(self, entry: PracticeEntry) -> Readiness:
        """Return what the log would say with one more set."""
        row = pd.DataFrame([entry.row()])
        return readiness(self.report, pd.concat([self.practice.frame, row]) if len(self.practice.frame) else row)

    def draw(self, **values: Any) -> None:
        """Show what the log says; after a change the form is asked about anew."""
        self._asked, self.add_button.description = False, "Add to my log"
        super().draw(**values)

    def answer(self, **values: Any) -> views.Answer:
        """Return what the log says, and what the set in the form would change."""
        entry = self.entry(**values)
        after = self.with_entry(entry)
        return views.practiced(self.readiness, after), views.one_more_set(self.readiness, after, entry)

    def add(self) -> None:
        """Add the set in the form to the learner's log."""
        try:
            entry = self.entry()
            if has_entry(entry):
                self.told.value = said("This set is in your log already. Nothing was added.")
                return
            if not self._asked and (left := self._untouched()):
                self._asked, self.add_button.description = True, "Yes, add it"
                self.told.value = views.untouched(left)
                return
            append(entry)
        except (InputError, OSError) as error:
            self.told.value = said(f"Nothing was added. {error}", "alert")
            return
        self._load()
        self.refresh()
        self.told.value = said(f"Added: {entry.date}, {entry.domain}, {entry.right} of {entry.out_of}.", "status")

    def _untouched(self) -> list[tuple[str, str]]:
        """Return labels and values of what stood in the form before and was not changed."""
        controls = {name: self.controls[name] for name, value in self.values().items() if value == self._prefilled[name]}
        labels = {name: getattr(control, "label", "") or control.description for name, control in controls.items()}
        values = {name: "yes" if control.value is True else str(control.value) for name, control in controls.items()}
        return [(labels[name], values[name]) for name in controls if controls[name].value not in ("", 0)]

    def result(self) -> Block:
        """Return what the log says now as a picture with its numbers, and the log's last lines."""
        plots = views.practiced(self.readiness, self.readiness)
        found = explain.picture(explain.picture_name(), self.called, plots, self.how)
        shown = Block(found.markup + self.log_said.value + views.log_table(self.practice, LAST_ROWS))
        return copy(explain.with_numbers(shown, self.numbers(), not in_page()))

    def numbers(self) -> Block:
        """Return right answers and the interval of each domain."""
        rows = explain.readiness_rows(self.readiness).drop(columns="mean")
        return show(rows.round(3), "Right in practice, and the range for the true proportion (model)")
