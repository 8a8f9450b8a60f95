"""What would study do? Hours, how they are shared out, or one rating more lead to the chance of passing the retake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mls_kit import method
from mls_kit.explain import impossible, picture, picture_name, views
from mls_kit.html import Block, join, together
from mls_kit.method import MOST_HOURS, Prospect, Prospects, prospects_of
from mls_kit.report import ScoreReport
from mls_kit.score_model import Feasibility
from mls_kit.widgets.controls import Number, Options
from mls_kit.widgets.view import PictureView

_SPLITS = {"the article's method": "article", "by exam weight": "weights", "equal hours": "equal",
           "the model's best": "best"}  # fmt: skip


class WhatIf(PictureView):
    """Change hours, their split, or one rating; see the chance of passing, with its band over the stated assumptions.

    For a pass, or a report the model holds impossible, the view says so in words.
    Source: model (exact inference under stated assumptions; bands over the grid of ``data/assumptions.yaml``).

    >>> from mls_kit import ScoreReport
    >>> str(WhatIf(ScoreReport("MLS-C01", 800, ["Strong"] * 4)).result())
    'You passed. There is no retake to look at.'
    """

    called = "Picture: chance of passing the retake, with its band"
    how = (
        "Dot: the kit's assumptions. Bar: the middle 90 % of the chances from all our sets of assumptions. "
        "Thin line: lowest to highest. (Model)"
    )

    def __init__(self, report: ScoreReport) -> None:
        self.report = report
        self.names = [domain.name for domain in report.facts.domains]
        found = prospects_of(report)
        self.ahead = found if isinstance(found, Prospects) else None
        controls: dict[str, Any] = {}
        if self.ahead:
            raised = {"none": ""} | {f"{name}: one rating up": name for name in self.names}
            controls = {
                "hours": Number("Hours of study in total", method.study_hours_shown(), 0, MOST_HOURS),
                "split": Options("How to divide them", _SPLITS, "article"),
                "raised": Options("Raise one rating", raised, str(method.prioritize(report).index[0])),
            }
        else:
            self._why_not = impossible(found) if isinstance(found, Feasibility) else Block(f"<p>{self._no_model()}</p>")
        super().__init__("What would study do?", controls, "9em" if self.ahead else "")

    def _no_model(self) -> str:
        if self.report.passed:
            return "You passed. There is no retake to look at."
        return method.why_silent(self.report.facts) or "The model can't use this report, because its ratings are mixed."

    def answer(self, hours: float, split: str, raised: str) -> views.Answer:
        """Return what the controls lead to."""
        assert self.ahead
        how = next((word, value) for word, value in _SPLITS.items() if value == split)
        return views.prospects(self.ahead, self.names, self.report.facts.vendor, hours, how, raised)

    def grid(self) -> dict[str, Sequence[Any]]:
        """Return the states of a page."""
        splits, raised = (list(self.controls[name].options.values()) for name in ("split", "raised"))
        return {"hours": range(0, MOST_HOURS + 1, 10), "split": splits, "raised": raised}

    def draw(self, **values: Any) -> None:
        """Show the chances, or say why there are none."""
        if self.ahead:
            super().draw(**values)
        else:
            self.said.value = together(self._why_not.markup)

    def result(self) -> Block:
        """Return the chances after each way to share out the hours, the picture of the view, and the numbers of both."""
        if self.ahead is None:
            return self._why_not
        hours = self.values()["hours"]
        called = f"{self.called}, for {hours:g} hours divided in four ways"
        return join([picture(picture_name(), called, views.chance_rows(self._ways()), self.how).markup, super().result().markup])

    def numbers(self) -> Block:
        """Return the chances after each way to share out the hours, and of each domain one rating up."""
        assert self.ahead
        return views.prospect_tables(self.ahead, self.names, self._ways())

    def _ways(self) -> list[tuple[str, Prospect]]:
        assert self.ahead
        ways = [(word, self.ahead.after(self.values()["hours"], split)) for word, split in _SPLITS.items()]
        return [("now, without study", self.ahead.now), *ways]
