"""How sure is a rating? A true proportion and a number of questions lead to the chance of each label."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from mls_kit.explain import EDGE, INK, add_axes, labels_shown, percent, rating_chances, rating_look, share_axis
from mls_kit.html import Block, badge, together
from mls_kit.method import model_of
from mls_kit.report import ScoreReport
from mls_kit.score_model import RatingBands, rating_probabilities, raw_score_distribution
from mls_kit.widgets.controls import Number
from mls_kit.widgets.live_picture import Bars, LivePicture
from mls_kit.widgets.view import View, words

MOST = 100  # questions


class RatingExplorer(View):
    """Move a true proportion and a number of questions; see how often each rating comes out.

    The labels are the report's. Source: model (binomial counts, assumed thresholds).

    >>> from mls_kit import ScoreReport
    >>> RatingExplorer(ScoreReport("MLS-C01", 714, ["Competent"] * 4)).controls["questions"].value
    18
    """

    def __init__(self, report: ScoreReport) -> None:
        model = model_of(report.facts, labels_shown(report))
        self.bands: RatingBands = model.bands
        self.picture = LivePicture("Picture: questions right and the rating they earn", 3.4)
        self._draw_ground()
        self.said = words("4.5em")
        controls = {
            "proportion": Number("Truly right, percent", 70, 0, 100),
            "questions": Number("Questions in the domain", max(model.form.counts), 1, MOST),
        }
        super().__init__("How sure is a rating?", controls, [self.picture.image, self.said])

    def _draw_ground(self) -> None:
        axes = add_axes(self.picture.figure, left=0.75, bottom=0.6, top=0.75)
        share_axis(axes, "Right on one form, share of the domain's questions (model)")
        axes.set(xlim=(-0.03, 1.03), ylim=(0, 1), yticks=[])
        axes.set_ylabel("How often", fontsize=10.5)
        edges = [0, *(cut / 100 for cut in self.bands.cuts_percent), 1]
        for cut in edges[1:-1]:
            axes.axvline(cut, color=INK, linewidth=1.6, linestyle=(0, (1, 1)))
        look: dict[str, Any] = {"ha": "center", "va": "bottom", "fontsize": 11, "color": INK}
        moving = self.picture.moving
        self._labels = [moving(axes.text((a + b) / 2, 1.03, "", **look)) for a, b in pairwise(edges)]
        # no hatch: thresholds and labels tell the bars apart already
        colors = [rating_look(label)[0] for label in self.bands.labels]
        self._bars = [moving(Bars(facecolor=color, edgecolor=EDGE, linewidth=0.8)) for color in colors]
        for bars in self._bars:
            axes.add_artist(bars)
        self._mark = moving(axes.plot([0, 0], [0, 1], color="#0b5d8a", linewidth=2.5)[0])

    def draw(self, **values: Any) -> None:
        """Draw the bars of each label, and say the chances."""
        p, n = values["proportion"] / 100, values["questions"]
        often = raw_score_distribution(np.full(n, p))
        codes, right = self.bands.codes(n), np.arange(n + 1) / n
        half, height = 0.45 / n, often / often.max()
        chances = rating_probabilities(p, n, self.bands)
        for code, layer in enumerate(self._bars):
            at = codes == code
            layer.set_bars(right[at] - half, right[at] + half, height[at])
            self._labels[code].set_text(f"{self.bands.labels[code]}\n{percent(chances[code])}")
        self._mark.set_xdata([p, p])
        self.picture.show()
        each = ", ".join(f"{label} {percent(c)}" for label, c in zip(self.bands.labels, chances, strict=True))
        cuts = " and ".join(f"{cut} %" for cut in self.bands.cuts_percent)
        self.said.value = together(
            f"Someone who truly gets {100 * p:.0f} % right, asked {n} question{'s' * (n != 1)}, is rated: <b>{each}</b>. "
            f"{badge('model')} Thresholds {cuts} are assumed; none are published."
        )

    def result(self) -> Block:
        """Return the chances of each rating over all true proportions, with the present one spelled out."""
        values = self.values()
        return rating_chances(values["questions"], self.bands, values["proportion"] / 100).with_numbers()
