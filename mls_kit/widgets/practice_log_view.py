"""Log a practice set, and see what the log says: the verdict, what is known of each domain, and the chance to pass."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

import ipywidgets
import pandas as pd
from matplotlib.axes import Axes

from mls_kit import explain
from mls_kit.explain import DOMAIN_LOOK, EDGE, INK
from mls_kit.html import Block, badge, table, together
from mls_kit.practice import PracticeEntry, Readiness, append, has_entry, my_log, readiness
from mls_kit.problems import InputError
from mls_kit.report import ScoreReport
from mls_kit.widgets.controls import LABEL, WIDE, Number, Options, button, tick
from mls_kit.widgets.live_picture import LivePicture
from mls_kit.widgets.view import View, words

LAST_ROWS = 5
_SHOWN = ["date", "provider", "domain", "right", "out_of", "timed", "fresh", "predicted"]


def _text(label: str, hint: str, value: str = "") -> ipywidgets.Text:
    return ipywidgets.Text(value=value, description=label, placeholder=hint, continuous_update=False,
                           style={"description_width": LABEL}, layout={"width": WIDE})  # fmt: skip


class PracticeLogView(View):
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

    def __init__(self, report: ScoreReport, hours: float | None = None) -> None:
        self.report, self.hours = report, hours
        self.names = [domain.name for domain in report.facts.domains]
        height = 1.3 + 0.62 * (1 + len(self.names))
        self.picture = LivePicture("Picture: what is known of each domain from practice", height)
        self._draw_ground()
        self.add_button = button("Add to my log", button_style="primary")
        self.add_button.on_click(lambda _click: self.add())
        self.told, self.said, self.preview, self.log_shown = words("1.5em"), words("6em"), words("3em"), words()
        self._load()
        total = max(self.readiness.sets["out_of"].max() if len(self.readiness.sets) else 50, 1)
        controls = {
            "date": ipywidgets.DatePicker(description="Day", value=date.today(), style={"description_width": LABEL},
                                          layout={"width": f"calc({LABEL} + 11em)"}),
            "provider": _text("Whose questions", "own set, or the provider's name", "own set"),
            "domain": Options("Domain", {"mixed: all domains": "mixed"} | {name: name for name in self.names}, "mixed"),
            "right": Number("Questions right", 40, 0, 200),
            "out_of": Number("Out of", min(int(total), 50), 1, 200),
            "timed": tick("Timed, at the exam's pace", True),
            "fresh": tick("Fresh: I had seen none of these questions before", True),
            "minutes": Number("Minutes it took", 90, 0, 300),
            "predicted": Number("Predicted beforehand, percent (0: none)", 0, 0, 100),
            "causes": _text("Causes of errors, if noted", "misread:2; did not know:1"),
        }  # fmt: skip
        shown = [self.preview, self.add_button, self.told, self.picture.image, self.said, self.log_shown]
        super().__init__("My practice log", controls, shown)

    def _draw_ground(self) -> None:
        axes = explain.readiness_axes(self.picture.figure, self.names)
        said = "Dot: right so far. Bar: where the truth may lie. Thin line: with the set in the form."
        explain.headline(self.picture.figure, said)
        self._rows = [self._row(axes, place) for place in range(1 + len(self.names))]
        (self._sets,) = axes.plot([], [], "D", color="#0b5d8a", markersize=6)

    def _row(self, axes: Axes, place: int) -> tuple[Any, ...]:
        color = DOMAIN_LOOK[(place - 1) % len(DOMAIN_LOOK)] if place else "#ffffff"
        (bar,) = axes.barh(place, 0, height=0.34, color=color, edgecolor=EDGE)
        (new,) = axes.plot([0, 0], [place - 0.27] * 2, color="#0b5d8a", linewidth=2, marker="|", markersize=7)
        (dot,) = axes.plot([0], [place], "o", color=INK, markersize=7)
        said = axes.text(1.03, place, "", va="center", fontsize=10.5, color=INK)
        return bar, self.picture.moving(new), dot, said

    def _load(self) -> None:
        """Read the log, and say what it says; the chance takes a moment, so this is not done at every key press."""
        self.practice = my_log(self.report)
        self.readiness: Readiness = readiness(self.report, self.practice.frame)
        verdict = escape(self.readiness.said())
        chance = self.readiness.chance(self.report, self.hours)
        likely = f"<p>{escape(chance.said())}</p>" if chance else ""
        self.said.value = together(
            f"<p>{escape(self.practice.said())}</p><p><b>{verdict.replace('.', '.</b>', 1)} {badge('model')}</p>{likely}"
            f"<p>{escape(self.readiness.calibration.said())}</p>"
        )
        self.log_shown.value = self._log_table()
        self._draw_log()

    def _log_table(self) -> str:
        last = self.practice.frame.sort_values("date", kind="stable").tail(LAST_ROWS)[_SHOWN].copy()
        last["date"] = last["date"].dt.strftime("%Y-%m-%d")
        for name in ("timed", "fresh"):
            last[name] = last[name].map({True: "yes", False: "no"})
        last["predicted"] = last["predicted"].map(lambda value: "" if pd.isna(value) else f"{value:g} %")
        last.columns = last.columns.str.replace("_", " ")
        mistakes = "".join(f"<li>{escape(str(problem))}</li>" for problem in self.practice.problems[:LAST_ROWS])
        left_out = f"<p>Lines that could not be read, the first of them:</p><ul>{mistakes}</ul>" if mistakes else ""
        return table(last, "The last lines of this log").replace("<table ", '<table cellpadding="4" ', 1) + left_out

    def entry(self) -> PracticeEntry:
        """Return the set in the form; raise ``InputError`` if it makes no sense."""
        values = self.values()
        values |= {name: values[name] or None for name in ("predicted", "minutes")}
        values["date"] = values["date"] or ""
        return PracticeEntry(exam=self.report.exam, **values)

    def with_entry(self, entry: PracticeEntry) -> Readiness:
        """Return what the log would say with one more set."""
        row = pd.DataFrame([entry.row()])
        return readiness(self.report, pd.concat([self.practice.frame, row]) if len(self.practice.frame) else row)

    def _draw_log(self) -> None:
        """Draw what the log says; it stands still until a set is added."""
        self._now = explain.readiness_rows(self.readiness)
        for (bar, _, dot, said), (_, row) in zip(self._rows, self._now.iterrows(), strict=True):
            there = bool(row["out_of"])
            bar.set_x(row["low"] if there else 0)
            bar.set_width(row["high"] - row["low"] if there else 0)
            dot.set_xdata([row["right"] / row["out_of"] if there else -1])
            said.set_text(explain.row_words(row))
        percents = self.readiness.counting["percent"] / 100
        self._sets.set_data(percents, [0.32] * len(percents))
        self.picture.redraw()

    def draw(self, **_values: Any) -> None:
        """Draw what the set in the form would change."""
        entry = self.entry()
        after = self.with_entry(entry)
        before, then = self._now["out_of"].tolist(), explain.readiness_rows(after)
        columns = (then[name].tolist() for name in ("out_of", "low", "high"))
        for (_, line, _, _), was, asked, low, high in zip(self._rows, before, *columns, strict=True):
            line.set_xdata([low, high] if asked != was else [-1, -1])
        self.picture.show()
        self.preview.value = f"<p>{escape(self._preview_words(entry, after))}</p>"

    def _preview_words(self, entry: PracticeEntry, after: Readiness) -> str:
        share = f"{entry.right} of {entry.out_of} is {100 * entry.right / entry.out_of:.0f} %."
        if not (entry.timed and entry.fresh):
            return f"{share} It is kept in the log, but only fresh and timed sets count for the verdict."
        counts = len(after.counting) > len(self.readiness.counting)
        part = "It counts as a full set." if counts else "It is no full set: it adds to what is known of its domain."
        if entry.domain == "mixed" and not counts:
            part = "It has too few questions for a full set, or its day is too long ago."
        return f"{share} {part} With it the verdict would be: {'ready' if after.ready else 'not ready yet'}."

    def add(self) -> None:
        """Add the set in the form to the learner's log."""
        try:
            entry = self.entry()
            if has_entry(entry):
                self.told.value = "<p>This very set is in your log already; nothing was added.</p>"
                return
            append(entry)
        except (InputError, OSError) as error:
            said = escape(str(error)).replace("\n", "<br>")
            self.told.value = f'<p role="alert">Nothing was added. {said}</p>'
            return
        self._load()
        self.refresh()
        said = f"{entry.date}, {escape(entry.domain)}, {entry.right} of {entry.out_of}"
        self.told.value = f"<p role='status'>Added: {said}.</p>"

    def result(self) -> Block:
        """Return what the log says now as a figure with its numbers, and the log's last lines."""
        picture = explain.readiness_picture(self.readiness).with_numbers().markup
        return Block(f"{picture}{self.said.value}{self._log_table()}")
