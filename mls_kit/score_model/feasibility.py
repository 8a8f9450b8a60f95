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


def _other_thresholds(model: ScoreModel, score: float, ratings: Sequence[Rating]) -> Remedy | None:
    cuts = model.bands.cuts_percent
    for size in range(1, 100):
        for points in (-size, size):
            moved = _moved(cuts, points)
            other = replace(model, bands=RatingBands(model.bands.labels, moved))
            if Evidence.from_score(other, score, ratings).possible:
                words = [" and ".join(f"{c} %" for c in group) for group in (cuts, moved)]
                return Remedy("rating thresholds", *words)
    return None


def _other_cut(model: ScoreModel, score: float, ratings: Sequence[Rating]) -> Remedy | None:
    cut, n = model.scale.raw_cut, model.form.size
    for other_cut in sorted(range(1, n), key=lambda c: abs(c - cut)):
        other = replace(model, scale=replace(model.scale, raw_cut=other_cut))
        if Evidence.from_score(other, score, ratings).possible:
            return Remedy("raw cut", f"{cut:g} of {n}", f"{other_cut} of {n}")
    return None


def explain_report(model: ScoreModel, scaled_score: float, ratings: Sequence[Rating]) -> Feasibility:
    """Say whether score and ratings can go together, and if not, what would have to be different.

    >>> explain_report(ScoreModel.from_exam_facts([20, 24, 36, 20], 50), 700, ["Strong"] * 4).remedies[1].needed
    '44 of 50'
    """
    evidence = Evidence.from_score(model, scaled_score, ratings)
    totals = tuple(total for total, _ in evidence.totals)
    if evidence.possible:
        return Feasibility(True, totals, evidence.reachable, ())
    tried = (_other_thresholds(model, scaled_score, ratings), _other_cut(model, scaled_score, ratings))
    return Feasibility(False, totals, evidence.reachable, tuple(r for r in tried if r is not None))
