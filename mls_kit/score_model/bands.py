"""How much an answer depends on what was assumed: its band over a stated grid of assumptions, and the tornado."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import CubicSpline
from scipy.special import ndtr, ndtri

from .assumptions import AssumptionGrid, Assumptions
from .checks import FloatArray, IntArray, check_number, reject
from .convolution import Totals, tail_weights
from .joint import Evidence, ImpossibleReportError, Rating, infer_report
from .model import ScoreModel
from .retake import Plan, Retake

__all__ = ["Band", "BandCurve", "PreparedGrid", "TornadoBar", "chance_bands", "spread", "tornado"]

# What the report plays no part in: they say how ability grows, how the score is read, and what the next form is like.
_LEARNING = ("retest", "headroom", "tau_hours", "gain_spread")
_SCALE = ("cut_share", "foot_share")
_NEXT_FORM = ("retake_shift",)
_NEGLIGIBLE = 1e-8
_LEAST = 1e-9
_BEND = 25.0  # hours; on this scale chances are smooth, whichever kind of learner gains
_Items = tuple[tuple[str, Any], ...]


class Band(NamedTuple):
    """How far a number spreads over a grid of assumptions.

    Attributes
    ----------
    low, high : float
        5 % and 95 % points over the grid, every point counting the same.
    minimum, maximum : float
        Extremes.
    points : int
        Grid points used.
    impossible : int
        Grid points left out because they make the report impossible.
    grid : AssumptionGrid
        The stated alternatives.
    """

    low: float
    high: float
    minimum: float
    maximum: float
    points: int
    impossible: int
    grid: AssumptionGrid


class TornadoBar(NamedTuple):
    """The chance to pass at the lowest and highest stated value of one assumption.

    A chance is None where that value makes the report impossible.
    """

    assumption: str
    low: object
    high: object
    chance_at_low: float | None
    chance_at_high: float | None


def spread(chances: FloatArray, grid: AssumptionGrid, impossible: int | None = None) -> Band:
    """Return the spread of one number a point of a grid; points that are not there count as impossible."""
    low, high = np.quantile(chances, [0.05, 0.95])
    ends = float(low), float(high), float(chances.min()), float(chances.max())
    return Band(*ends, len(chances), max(0, len(grid) - len(chances)) if impossible is None else impossible, grid)


class _Point(NamedTuple):
    """A point of a grid: the model that reads its report, how it learns, and where it is."""

    row: int
    model: ScoreModel
    learning: Assumptions


class _Form(NamedTuple):
    """Points that share a retake form; rows of `points` in the arrays that go with them."""

    points: list[_Point]
    ahead: ScoreModel


@lru_cache(maxsize=32)
def _grouped(model: ScoreModel, points: tuple[_Items, ...]) -> tuple[tuple[_Form, ...], ...]:
    """Group the points that share all that a report says, and these by their next form; no report plays a part in it."""
    groups: dict[_Items, dict[_Items, _Form]] = {}
    for row, change in enumerate(points):

        def some(names: tuple[str, ...], change: _Items = change, *, keep: bool = False) -> _Items:
            return tuple(item for item in change if (item[0] in names) is keep)

        lasting = some(_LEARNING)
        shared, ahead = some(_LEARNING + _SCALE + _NEXT_FORM), some(_LEARNING + _SCALE)
        form = groups.setdefault(shared, {}).setdefault(ahead, _Form([], model.under(**dict(ahead))))
        learning = model.assumptions.changed(**dict(some(_LEARNING, keep=True)))
        form.points.append(_Point(row, model.under(**dict(lasting)), learning))
    return tuple(tuple(group.values()) for group in groups.values())


@dataclass(frozen=True, eq=False)
class Alike:
    """Points of a grid that share what a report says of ability, and the next form."""

    retake: Retake
    readings: tuple[Totals, ...]
    rows: IntArray
    reading: IntArray
    tail: IntArray
    tails: Any
    learning: list[Assumptions]
    curves: list[tuple[Assumptions, IntArray]] = field(init=False)

    def __post_init__(self) -> None:
        """Put the points together by how ability grows."""
        kinds = list(dict.fromkeys(self.learning))
        places = [np.flatnonzero([one == kind for one in self.learning]) for kind in kinds]
        object.__setattr__(self, "curves", list(zip(kinds, places, strict=True)))

    def passing(self, joint: Any) -> FloatArray:
        """Return chances from the transform of the next total jointly with each reading, (P, R, M); (P, R, T)."""
        return np.asarray((joint @ self.tails.T).real / joint[:, :, :1].real)

    def chances(self, kinds: dict[Assumptions, list[list[tuple[tuple[float, ...], float]]]]) -> FloatArray:
        """Return the chance at each point, for shifts of ability that depend on how it learns; (points, variants)."""
        different = list(dict.fromkeys(s for variants in kinds.values() for kind in variants for s, _ in kind))
        place = {shifts: i for i, shifts in enumerate(different)}
        found = self.passing(self.retake.joints(np.array(different), self.readings))
        out = np.empty((len(self.rows), len(next(iter(kinds.values())))))
        for learning, rows in self.curves:
            for column, kind in enumerate(kinds[learning]):
                mixed = sum(share * found[place[shifts]] for shifts, share in kind)
                out[rows, column] = mixed[self.reading[rows], self.tail[rows]]
        return np.clip(out, 0, 1)


def points_alike(
    model: ScoreModel, scaled_score: float, ratings: Sequence[Rating] | None, changes: Sequence[dict[str, Any]]
) -> list[Alike]:
    """Put the points together that share what the report says and the next form; leave out the impossible ones."""
    read: dict[Any, Evidence] = {}
    found = []
    for forms in _grouped(model, tuple(tuple(change.items()) for change in changes)):
        possible = []
        for points, ahead in forms:
            kept = []
            for point in points:
                key = point.model.scale, point.model.bands, point.model.form.counts
                if key not in read:
                    read[key] = Evidence.from_score(point.model, scaled_score, ratings)
                if read[key].possible:
                    kept.append((point, read[key]))
            if kept:
                possible.append((kept, ahead))
        if possible:
            found += _inferred(possible)
    return found


def _inferred(forms: list[tuple[list[tuple[_Point, Evidence]], ScoreModel]]) -> list[Alike]:
    """Infer what the report says once for all points that share it; the next form plays no part in it."""
    readings = tuple(dict.fromkeys(evidence.totals for kept, _ in forms for _, evidence in kept))
    either = tuple((t, 1.0) for t in sorted({t for totals in readings for t, _ in totals}))
    point, evidence = forms[0][0][0]
    posterior = infer_report(point.model, evidence._replace(totals=either))
    retake, found = Retake(posterior, True, _NEGLIGIBLE), []
    for kept, ahead in forms:
        cuts = list(dict.fromkeys(point.model.retake_cut for point, _ in kept))
        tails = np.stack([tail_weights(ahead.retake_form.size + 1, cut) for cut in cuts])
        reading = np.array([readings.index(evidence.totals) for _, evidence in kept])
        tail = np.array([cuts.index(point.model.retake_cut) for point, _ in kept])
        rows = np.array([point.row for point, _ in kept])
        learning = [point.learning for point, _ in kept]
        found.append(Alike(retake.towards(ahead), readings, rows, reading, tail, tails, learning))
    return found


class PreparedGrid:
    """What one report says under every stated set of assumptions, ready for plans of study.

    Parameters
    ----------
    model : ScoreModel
        Made by `ScoreModel.from_exam_facts`; what the grid leaves open stays as in its assumptions.
    scaled_score : float
        The reported score.
    ratings : sequence of str or int
        One a domain.
    grid : AssumptionGrid
        The alternatives.

    Raises
    ------
    ImpossibleReportError
        If every point of the grid makes the report impossible.
    ValueError
        If the score is off the scale.

    Notes
    -----
    The band of the plan ``None``, a candidate who knows exactly what they knew, also runs over what sitting a second time
    brings by itself.

    Examples
    --------
    >>> model = ScoreModel.from_exam_facts([20, 24, 36, 20], 50)
    >>> prepared = PreparedGrid(model, 714, [1, 1, 1, 1], AssumptionGrid({"mean": (-0.3, 0.3)}))
    >>> now, studied = prepared.bands([None, [20, 20, 20, 20]])
    >>> now.maximum < studied.minimum
    True
    """

    def __init__(
        self, model: ScoreModel, scaled_score: float, ratings: Sequence[Rating] | None, grid: AssumptionGrid
    ) -> None:
        check_number("scaled_score", scaled_score, model.scale.minimum, model.scale.maximum)
        self.grid, self._asked = grid, (model, scaled_score, ratings)
        self.alike = points_alike(model, scaled_score, ratings, grid.points())
        if not self.alike:
            raise ImpossibleReportError(f"the report is impossible at all {len(grid)} points of the grid")

    def chances(self, plans: Sequence[Plan]) -> FloatArray:
        """Return the chance to pass at each possible point, after each plan of hours; (points, plans)."""
        checked = [None if plan is None else self.alike[0].retake.check_hours(plan) for plan in plans]
        return self._each(lambda learning: [learning.rises(hours, self._asked[0].shares) for hours in checked])

    def _each(self, rises: Callable[[Assumptions], list[Any]]) -> FloatArray:
        found = [alike.chances({learning: rises(learning) for learning, _ in alike.curves}) for alike in self.alike]
        return np.concatenate(found)

    def bands(self, plans: Sequence[Plan]) -> tuple[Band, ...]:
        """Return the spread of the chance to pass over the grid, one band a plan of hours by domain."""
        found = self.chances([*plans, [0.0] * self._asked[0].domains]).T
        both = [
            np.concatenate([one, found[-1]]) if plan is None else one for plan, one in zip(plans, found, strict=False)
        ]
        return tuple(self.band_of(chances)._replace(points=len(found[0])) for chances in both)

    def bands_raised(self, shifts: Sequence[float]) -> tuple[Band, ...]:
        """Return the spread, without any study, when ability in one domain alone is higher by its shift; a band a domain."""
        rises = [[(tuple(row), 1.0)] for row in np.diag(shifts).tolist()]
        return tuple(self.band_of(column) for column in self._each(lambda _: rises).T)

    def band_of(self, chances: FloatArray) -> Band:
        """Return the spread of one number a point."""
        return spread(chances, self.grid, len(self.grid) - sum(len(alike.rows) for alike in self.alike))

    def proportion_bands(self, level: float = 0.9) -> FloatArray:
        """Return the interval of the true proportion right by domain, wide enough for every set of assumptions; (D, 2)."""
        seen: dict[Any, FloatArray] = {}
        for alike in self.alike:
            report = alike.retake.posterior.model
            for totals in {alike.readings[r] for r in alike.reading.tolist()}:
                key = (report, totals)
                if key not in seen:
                    evidence = alike.retake.posterior.evidence._replace(totals=totals)
                    seen[key] = infer_report(report, evidence).interval_proportion(level)
        ends = np.stack(list(seen.values()))
        return np.stack([ends[:, :, 0].min(axis=0), ends[:, :, 1].max(axis=0)], axis=1)

    def curves(self, hours: Sequence[float], plans: Sequence[Sequence[ArrayLike]]) -> list[BandCurve]:
        """Return the band as hours grow, for several ways to share them out."""
        if len(hours) < 4 or any(len(way) != len(hours) for way in plans) or (np.diff(hours) <= 0).any():
            raise reject("hours", tuple(hours), "at least four growing numbers of hours, and as many plans")
        chances = self.chances([plan for way in plans for plan in way])
        return [BandCurve(self, hours, part) for part in np.split(chances, len(plans), axis=1)]


class BandCurve:
    """The band as hours grow, worked out at a few numbers of hours and interpolated between them by cubic splines."""

    def __init__(self, prepared: PreparedGrid, hours: Sequence[float], chances: FloatArray) -> None:
        self._prepared, self._last = prepared, float(hours[-1])
        self._spline = CubicSpline(np.log1p(np.asarray(hours) / _BEND), ndtri(chances.clip(_LEAST, 1 - _LEAST)).T)

    def at(self, hours: float) -> Band:
        """Return the band after `hours` of study in all."""
        reached = check_number("hours", hours, 0, self._last)
        return self._prepared.band_of(ndtr(self._spline(np.log1p(reached / _BEND))))


def chance_bands(
    model: ScoreModel,
    scaled_score: float,
    ratings: Sequence[Rating],
    grid: AssumptionGrid,
    plans: Sequence[Plan] = (None,),
) -> tuple[Band, ...]:
    """Spread of the chance to pass over a stated grid of assumptions."""
    return PreparedGrid(model, scaled_score, ratings, grid).bands(plans)


def tornado(
    model: ScoreModel,
    scaled_score: float,
    ratings: Sequence[Rating],
    grid: AssumptionGrid,
    plans: Sequence[Plan] = (None,),
) -> tuple[tuple[TornadoBar, ...], ...]:
    """Chance to pass with one assumption at a time at its lowest and at its highest stated value."""
    ends = [{name: value} for name, pair in grid.ends.items() for value in pair]
    found = np.full((len(ends), len(plans)), np.nan)
    for alike in points_alike(model, scaled_score, ratings, ends):
        hours = [alike.retake.check_hours(plan) for plan in plans]
        kinds = {learning: [learning.rises(h, model.shares) for h in hours] for learning, _ in alike.curves}
        found[alike.rows] = alike.chances(kinds)
    return tuple(_bars(grid, column) for column in found.T)


def _bars(grid: AssumptionGrid, column: FloatArray) -> tuple[TornadoBar, ...]:
    """Return the bars of one plan, the widest first; a bar without a number is the widest."""
    chances = iter([None if np.isnan(chance) else chance for chance in column.tolist()])
    bars = [TornadoBar(name, *pair, next(chances), next(chances)) for name, pair in grid.ends.items()]

    def width(bar: TornadoBar) -> float:
        if bar.chance_at_low is None or bar.chance_at_high is None:
            return np.inf
        return abs(bar.chance_at_high - bar.chance_at_low)

    return tuple(sorted(bars, key=width, reverse=True))
