"""How does equating keep the standard the same? Two forms, their scores, their conversions and their cuts."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from mls_kit import explain
from mls_kit.explain import EDGE, FILL, INK, percent
from mls_kit.html import Block, badge, together
from mls_kit.method import model_of
from mls_kit.report import ScoreReport
from mls_kit.score_model import Assumptions, ScoreModel, Sittings, sittings
from mls_kit.widgets.controls import Number, tick
from mls_kit.widgets.live_picture import LivePicture
from mls_kit.widgets.view import View, words

B_COLOR = "#9c4a12"
CLOSE = 0.05  # two chances this near are called nearly the same
MOST = 0.8  # how much harder or easier form B can be made


class FormExplorer(View):
    """Make form B harder or easier; see its scores, its conversion and its cut move, and the standard stand still.

    Source: model (made-up forms, IRT true-score equating). A ValueError where no number of questions is known.

    >>> from mls_kit import ScoreReport
    >>> view = FormExplorer(ScoreReport("MLS-C01", 714, ["Competent"] * 4))
    >>> view.controls["harder"].value = -0.3
    >>> view.forms()[1].cut
    39
    """

    def __init__(self, report: ScoreReport) -> None:
        self.exam = report.facts
        self.labels = explain.labels_shown(report)
        self.base = model_of(self.exam, self.labels)
        self.picture = LivePicture("Picture: questions right on two forms, and the scaled scores they become", 5.3)
        self._draw_ground()
        self.said = words("6em")
        controls = {
            "harder": Number("Form B harder by", self.base.assumptions.retake_shift, -MOST, MOST, 0.05),
            "ability": Number("Ability", 0.0, -3, 3, 0.1),
            "everyone": tick("All candidates instead of one ability"),
        }
        super().__init__("How does equating keep the standard the same?", controls, [self.picture.image, self.said])

    def model(self) -> ScoreModel:
        """Return the exam's model with form B as hard as it is set."""
        harder = round(self.controls["harder"].value, 2) + 0.0
        return model_of(self.exam, self.labels, Assumptions(retake_shift=harder))

    def forms(self) -> tuple[Sittings, Sittings]:
        """Return the sittings on form A and on form B."""
        ability = None if self.controls["everyone"].value else round(self.controls["ability"].value, 1) + 0.0
        model = self.model()
        return sittings(model, ability), sittings(model, ability, retake=True)

    def _draw_ground(self) -> None:
        model, figure = self.base, self.picture.figure
        size, scale = model.form.size, model.scale
        self._top = explain.add_axes(figure, left=0.75, bottom=3.3, top=0.3)
        self._below = explain.add_axes(figure, left=0.75, bottom=0.6, top=2.35)
        explain.label_axes(self._top, title="How often each number of questions comes out right")
        explain.label_axes(self._below, "Questions right (model)", "Scaled score", "The scaled score it becomes")
        self._top.set(xlim=(-0.7, size + 0.7), ylim=(0, 1.35), yticks=[])
        self._top.tick_params(labelbottom=False)
        margin = 0.06 * (scale.maximum - scale.minimum)
        self._below.set(xlim=(-0.7, size + 0.7), ylim=(scale.minimum - margin, scale.maximum + margin))
        self._below.grid(color="#e5e5e5", linewidth=0.6)
        explain.standard_line(self._below, scale.standard, 0)
        scores = sittings(model, 0.0).scores
        self._below.plot(range(size + 1), scores, "-", color=INK, linewidth=2)
        self._below.plot([scale.raw_cut] * 2, [0, scale.standard], color=INK, linewidth=1.5)
        add, (a_color, b_color) = self.picture.moving, (FILL, B_COLOR)
        edges = np.arange(size + 2) - 0.5
        flat = np.zeros(edges.size - 1)
        look: dict[str, Any] = {"facecolor": a_color, "edgecolor": EDGE, "hatch": "///", "linewidth": 0.8}
        self._shares = (
            add(self._top.stairs(flat, edges, fill=True, **look)),
            add(self._top.stairs(flat, edges, color=b_color, linewidth=2.4)),
        )
        (curve,) = self._below.plot([0], [0], "--", color=b_color, linewidth=2.4)
        (drop,) = self._below.plot([0, 0], [0, 0], "--", color=b_color, linewidth=1.8)
        self._curve, self._drop = add(curve), add(drop)
        colors = {"form A": INK, "form B": b_color}
        at = (self._below, 0, 0)
        self._names = [add(explain.direct_label(*at, name, color=color)) for name, color in colors.items()]
        self._cuts = (self._cut(self._top, INK, "-", 1.33), self._cut(self._top, b_color, "--", 1.17))

    def _cut(self, axes: Axes, color: str, dashes: str, height: float) -> tuple[Any, Any]:
        (line,) = axes.plot([0, 0], [0, height], dashes, color=color, linewidth=1.8)
        label = explain.direct_label(axes, 0, height, "", color=color, va="top")
        return self.picture.moving(line), self.picture.moving(label)

    def draw(self, **values: Any) -> None:
        """Draw both forms, and say what the equating does."""
        both = self.forms()
        a, b = both
        highest = max(float(form.shares.max()) for form in both)
        for form, steps, (line, label), name in zip(both, self._shares, self._cuts, "AB", strict=True):
            steps.set_data(form.shares / highest)
            line.set_xdata([form.cut - 0.5] * 2)
            label.set_text(f"cut on {name}: {form.cut} right")
        self._place_labels(a.cut, b.cut)
        self._place_names(a, b)
        self._curve.set_data(np.arange(b.scores.size), b.scores)
        self._drop.set_data([b.cut] * 2, [0, b.scores[b.cut]])
        self.picture.show()
        self.said.value = together(self._words(a, b, values))

    def _place_labels(self, cut_a: int, cut_b: int) -> None:
        """Keep each label on the outer side of its line: they never cross."""
        for cut, other, (_, label) in ((cut_a, cut_b, self._cuts[0]), (cut_b, cut_a, self._cuts[1])):
            right = cut >= other if cut < 0.86 * self.base.form.size else False
            label.set_position((cut - 0.5 + (0.4 if right else -0.4), label.get_position()[1]))
            label.set_horizontalalignment("left" if right else "right")

    def _place_names(self, a: Sittings, b: Sittings) -> None:
        """Write the upper curve's name above it, and the lower one's below."""
        at = a.scores.size // 3
        b_above = b.scores[at] >= a.scores[at]
        for form, label, above in ((a, self._names[0], not b_above), (b, self._names[1], b_above)):
            label.set_position((at - 1 if above else at + 1, form.scores[at]))
            label.set(ha="right" if above else "left", va="bottom" if above else "top")

    def _words(self, a: Sittings, b: Sittings, values: dict[str, Any]) -> str:
        who = "Of all candidates" if a.ability is None else f"At ability {a.ability:g}"
        harder = round(values["harder"], 2)
        more = "harder" if harder > 0 else "easier"
        kind = f"{abs(harder):g} {more}, in units of ability" if harder else "as hard as form A"
        alike = "nearly the same, because equating moves the cut along with the difficulty"
        if abs(a.passing - b.passing) > CLOSE:
            alike = (
                "equating moves the cut along with the difficulty, but only by whole questions; the rest is that step"
            )
        standard = self.base.scale.standard
        return (
            f"Form B is {kind}. The standard, {standard}, takes <b>{a.cut} right on form A and {b.cut} on form B</b>. "
            f"{who}, <b>{percent(a.passing)} pass on A and {percent(b.passing)} on B</b>: {alike}. If form B kept "
            f"A's cut of {a.cut}, {percent(b.with_right(a.cut))} would pass it. {badge('model')} Both forms are made up; "
            "neither raw cut is published. The standard is."
        )

    def result(self) -> Block:
        """Return the two distributions and the two conversions as figures, with their numbers."""
        model, ability = self.model(), self.forms()[0].ability
        distributions = explain.score_distributions(model, ability).with_numbers()
        return Block(distributions.markup + explain.conversion_curves(model).with_numbers().markup)
