"""Can a score and its ratings go together under the assumptions, and if not, what would have to be different?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from .joint import Evidence, Rating
from .model import ScoreModel
from .ratings import RatingBands


class Remedy(NamedTuple):
    """The smallest change of one assumption under which a report becomes possible."""

    assumption: str
    present: str
    needed: str


class Feasibility(NamedTuple):
    """Whether a report is possible, and why not."""

    possible: bool
    totals: tuple[int, ...]
    reachable: tuple[int, int]
    remedies: tuple[Remedy, ...]


def _moved(cuts: tuple[int, ...], points: int) -> tuple[int, ...]:
    """Move all thresholds, keeping them in order between 1 and 100 %."""
    last = len(cuts) - 1
    return tuple(min(max(cut + points, 1 + i), 100 - last + i) for i, cut in enumerate(cuts))


def explain_report(model: ScoreModel, scaled_score: float, ratings: Sequence[Rating]) -> Feasibility:
    """Say whether score and ratings can go together, and if not, what would have to be different.

    >>> explain_report(ScoreModel.from_exam_facts([20, 24, 36, 20], 50), 700, ["Strong"] * 4).remedies[1].needed
    '44 of 50'
    """

    def possible(other: ScoreModel) -> bool:
        return Evidence.from_score(other, scaled_score, ratings).possible

    evidence, remedies = Evidence.from_score(model, scaled_score, ratings), []
    if not evidence.possible:
        cuts, cut, n = model.bands.cuts_percent, model.scale.raw_cut, model.form.size
        moved = (_moved(cuts, points) for size in range(1, 100) for points in (-size, size))
        others = (replace(model, bands=RatingBands(model.bands.labels, each)) for each in moved)
        if other := next(filter(possible, others), None):
            words = [" and ".join(f"{c} %" for c in group) for group in (cuts, other.bands.cuts_percent)]
            remedies.append(Remedy("rating thresholds", *words))
        by_distance = sorted(range(1, n), key=lambda c: abs(c - cut))
        others = (replace(model, scale=replace(model.scale, raw_cut=c)) for c in by_distance)
        if other := next(filter(possible, others), None):
            remedies.append(Remedy("raw cut", f"{cut:g} of {n}", f"{other.scale.raw_cut} of {n}"))
    totals = tuple(total for total, _ in evidence.totals)
    return Feasibility(evidence.possible, totals, evidence.reachable, tuple(remedies))
