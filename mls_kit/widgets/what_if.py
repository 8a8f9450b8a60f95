"""What would study do? Hours, how they are shared out, or one rating more lead to the chance to pass the retake."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

from mls_kit import explain, method
from mls_kit.explain import EDGE, FILL, INK, impossible, percent, percent_range
from mls_kit.html import Block, badge, show, together
from mls_kit.method import MOST_HOURS, Prospect, Prospects, article_shares, outlook_of, prospects_of
from mls_kit.report import ScoreReport
from mls_kit.score_model import Outlook
from mls_kit.widgets.controls import Number, Options
from mls_kit.widgets.live_picture import LivePicture
from mls_kit.widgets.view import View, words

_SPLITS = {"the article's method": "article", "by exam weight": "weights", "equal hours": "equal",
           "the model's best": "best"}  # fmt: skip
_NONE = "none"


class WhatIf(View):
    """Change hours, their split, or one rating; see the chance to pass, with its band over the stated assumptions.

    For a pass, or a report the model holds impossible, the view says so in words.
    Source: model (exact inference under stated assumptions; bands over the grid of ``data/assumptions.yaml``).

    >>> from mls_kit import ScoreReport
    >>> str(WhatIf(ScoreReport("MLS-C01", 800, ["Strong"] * 4)).result())
    'You passed: there is no retake to look ahead to.'
    """

    def __init__(self, report: ScoreReport) -> None:
        self.report = report
        self.names = [domain.name for domain in report.facts.domains]
        found = prospects_of(report)
        self.ahead = found if isinstance(found, Prospects) else None
        self._usual_hours = method.study_hours_shown()
        self.said = words("9em" if self.ahead else "")
        title = "What would study do?"
        if self.ahead is None:
            self._why_not = impossible(found) if isinstance(found, Outlook) else Block(f"<p>{self._no_model()}</p>")
            super().__init__(title, {}, [self.said])
            return
        self.picture = LivePicture("Picture: chance to pass the retake, with its band", 3.4)
        self._draw_ground()
        raised = {_NONE: _NONE} | {f"{name}: one rating up": name for name in self.names}
        controls = {
            "hours": Number("Hours of study in all", self._usual_hours, 0, MOST_HOURS),
            "split": Options("Shared out by", _SPLITS, "article"),
            "raised": Options("Raise one rating", raised, str(method.prioritize(report).index[0])),
        }
        super().__init__(title, controls, [self.picture.image, self.said])

    def _no_model(self) -> str:
        if self.report.passed:
            return "You passed: there is no retake to look ahead to."
        return "The score model cannot read this report: its labels are mixed, or the exam's number of questions is not known."

    def _draw_ground(self) -> None:
        axes = explain.add_axes(self.picture.figure, left=explain.NAMES, bottom=0.6, top=0.6, right=2.0)
        explain.share_axis(axes, "Chance to pass the retake (model)")
        axes.set_ylim(2.5, -0.6)
        axes.set_yticks([])
        title = "Dot: the kit's assumptions. Bar: 5 to 95 % of the stated sets of assumptions. Thin line: extremes."
        height = self.picture.figure.get_size_inches()[1]
        self.picture.figure.text(0.15 / explain.WIDTH, 1 - 0.3 / height, title, fontsize=11, color=INK)
        axes.text(1.03, -0.62, "Chance (band)", transform=axes.get_yaxis_transform(), fontsize=10.5, color=INK)
        self._rows = [self._row(axes, place) for place in range(3)]

    def _row(self, axes: Any, place: int) -> tuple[Any, ...]:
        at = axes.get_yaxis_transform()
        look: dict[str, Any] = {"transform": at, "va": "center", "fontsize": 10.5, "color": INK}
        (thin,) = axes.plot([0, 1], [place] * 2, color=INK, linewidth=1.3, marker="|", markersize=9)
        (bar,) = axes.barh(place, 0.1, 0.34, color=FILL, hatch="///", edgecolor=EDGE)
        (dot,) = axes.plot([0], [place], "o", color=INK, markeredgecolor="white", markersize=12)
        name, said = axes.text(-0.03, place, "", ha="right", **look), axes.text(1.03, place, "", **look)
        return tuple(self.picture.moving(artist) for artist in (thin, bar, dot, name, said))

    def _fill(self, place: int, label: str, prospect: Prospect | None) -> None:
        thin, bar, dot, name, said = self._rows[place]
        for artist in (thin, bar, dot, name, said):
            artist.set_visible(prospect is not None)
        if prospect is None:
            return
        band = prospect.band
        thin.set_xdata([band.minimum, band.maximum])
        bar.set_x(band.low)
        bar.set_width(band.high - band.low)
        dot.set_xdata([prospect.chance])
        name.set_text(label)
        said.set_text(f"{percent(prospect.chance)}  ({percent_range(band.low, band.high)})")

    def draw(self, **values: Any) -> None:
        """Draw the chance now, after the hours, and with a rating raised."""
        if self.ahead is None:
            self.said.value = together(self._why_not.markup)
            return
        hours, split, domain = values["hours"], values["split"], values["raised"]
        after = self.ahead.after(hours, split)
        self._fill(0, "now, without study", self.ahead.now)
        self._fill(1, f"after {hours:g} hours", after)
        if domain == _NONE:
            self._fill(2, "", None)
        else:
            self._fill(2, f"{explain.fold(domain, 34)}\none rating up, no study", self.ahead.raised(domain)[1])
        self.picture.show()
        self.said.value = together(
            f"{self._studied(hours, split, after)}{self._one_up(domain)} The band is no confidence interval: it is the "
            f"middle 90 % of the chances over {after.band.points} stated sets of assumptions{_left_out(after)}. None of "
            f"them is published by AWS, the effect of an hour least of all. {badge('model')} {method.known_repeaters()['said']} "
            f"{badge('published')}"
        )

    def _studied(self, hours: float, split: str, after: Prospect) -> str:
        assert self.ahead is not None
        now = self.ahead.now
        said = f"Now, without study: <b>{_with_band(now)}</b>. "
        if not hours:
            return said
        by_domain = ", ".join(f"{escape(name)} {h:.0f}" for name, h in zip(self.names, after.hours, strict=True))
        how = next(words for words, value in _SPLITS.items() if value == split)
        beyond = " The more hours, the more the assumed learning curve alone speaks." * (hours > self._usual_hours)
        return (
            f"{said}After {hours:g} hours, {how} ({by_domain} hours): <b>{_with_band(after)}</b>. The article's split, the "
            f"weights' and equal hours are {100 * self.ahead.apart(hours):.0f} percentage points apart with these "
            f"hours.{beyond} "
        )

    def _one_up(self, domain: str) -> str:
        if domain == _NONE:
            return ""
        assert self.ahead is not None
        found, prospect = self.ahead.raised(domain)
        if found.label is None:
            return f"{escape(domain)} has the strongest rating already. "
        if not found.shift:
            return f"{escape(domain)}: score and ratings together place it in the middle of {found.label} already. "
        return (
            f"{escape(domain)} alone lifted to the middle of {found.label}, no other domain studied: "
            f"<b>{_with_band(prospect)}</b>. "
        )

    def result(self) -> Block:
        """Return the chances of all splits for the hours chosen as a figure, and each domain one rating up as a table."""
        if self.ahead is None:
            return self._why_not
        hours = float(self.values()["hours"])
        found = outlook_of(self.report, hours, {"article": article_shares(self.report)})
        assert found is not None
        chart = explain.plan_chances(found, self.names)
        drawn = chart if isinstance(chart, Block) else chart.with_numbers()
        return Block(drawn.markup + self._table().markup)

    def _table(self) -> Block:
        assert self.ahead is not None
        raised = [self.ahead.raised(name) for name in self.names]
        table = pd.DataFrame({
            "to the middle of": [found.label or "strongest already" for found, _ in raised],
            "chance": [percent(prospect.chance) for _, prospect in raised],
            "band": [percent_range(prospect.band.low, prospect.band.high) for _, prospect in raised],
        }, index=pd.Index(self.names, name="one domain raised, no study"))  # fmt: skip
        return show(table, f"What one rating more would bring (model); now it is {_with_band(self.ahead.now)}")


def _with_band(prospect: Prospect) -> str:
    return f"{percent(prospect.chance)} (band {percent_range(prospect.band.low, prospect.band.high)})"


def _left_out(prospect: Prospect) -> str:
    count = prospect.band.impossible
    return f" ({count} more rule the report out)" if count else ""
