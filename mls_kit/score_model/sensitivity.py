"""How much an answer depends on what was assumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .assumptions import AssumptionGrid
from .checks import FloatArray, check_number, reject
from .convolution import tail_weights
from .joint import Evidence, ImpossibleReportError, Rating, infer_report
from .model import ScoreModel
from .retake import Retake

__all__ = ["Band", "TornadoBar", "chance_bands", "load_grid", "tornado"]


class Band(NamedTuple):
    """How far the chance to pass spreads over a grid of assumptions.

    Attributes
    ----------
    low, high : float
        5 % and 95 % points of the chances over the grid, every point counting the same.
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


def load_grid(path: str | Path) -> AssumptionGrid:
    """Read a grid of assumptions from a YAML file with a mapping named ``grid``.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    AssumptionGrid
        The stated alternatives.

    Raises
    ------
    ValueError
        If the file has no such mapping, or names an unknown assumption or a value not allowed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
    ...     print("grid: {rho: [0.7, 0.8, 0.9]}", file=file, flush=True)
    ...     len(load_grid(file.name))
    3
    """
    import yaml  # only a caller with a file needs it

    content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    if not isinstance(content, dict) or not isinstance(content.get("grid"), dict):
        raise reject("path", str(path), "a YAML file with a mapping 'grid': assumption -> list of values")
    return AssumptionGrid(content["grid"])


# Readings of one score share a retake, and one may be far rarer than the others.
_NEGLIGIBLE = 1e-12
_LEARNING = ("learning_curve", "ceiling", "tau_hours", "log_gain", "log_hours")
_SCALE = ("cut_share",)
_Items = tuple[tuple[str, Any], ...]


class _Point(NamedTuple):
    """A point of the grid, by its row, with all that its scale and its learning curve decide."""

    row: int
    model: ScoreModel
    evidence: Evidence
    learning: _Items


def _without(change: _Items, *names: str) -> _Items:
    return tuple(item for item in change if item[0] not in names)


def _points_alike(
    model: ScoreModel, scaled_score: float, ratings: Sequence[Rating], changes: Sequence[dict[str, Any]]
) -> list[list[_Point]]:
    """Group the points that differ in scale and learning curve only; leave out the impossible ones."""
    models: dict[_Items, ScoreModel] = {}
    alike: dict[_Items, list[_Point]] = {}
    for row, change in enumerate(changes):
        lasting = _without(tuple(change.items()), *_LEARNING)
        if lasting not in models:
            models[lasting] = model.under(**dict(lasting))
        evidence = Evidence.from_score(models[lasting], scaled_score, ratings)
        if evidence.possible:
            learning = tuple(item for item in change.items() if item[0] in _LEARNING)
            point = _Point(row, models[lasting], evidence, learning)
            alike.setdefault(_without(lasting, *_SCALE), []).append(point)
    return list(alike.values())


def _chances_alike(points: Sequence[_Point], plans: Sequence[ArrayLike | None]) -> FloatArray:
    """Chances at points that differ in scale and learning curve only; points by plans.

    Scales only say which totals a score may stand for and which ones pass: all else is shared.
    """
    model, evidence = points[0].model, points[0].evidence
    readings = list(dict.fromkeys(p.evidence.totals for p in points))
    either = tuple((t, 1.0) for t in sorted({t for totals in readings for t, _ in totals}))
    retake = Retake(infer_report(model, evidence._replace(totals=either)), negligible=_NEGLIGIBLE)
    rows: dict[_Items, slice] = {}
    abilities: list[FloatArray] = []
    for learning in dict.fromkeys(p.learning for p in points):
        under = replace(retake, learning=model.assumptions.changed(**dict(learning)))
        rows[learning] = slice(len(abilities), len(abilities) + len(plans))
        abilities.extend(np.stack(under.studied(plans), axis=1))
    # Without study the curve plays no part, and two plans may have the same hours.
    different, which = np.unique(np.stack(abilities), axis=0, return_inverse=True)
    joint = retake.joint(list(different.swapaxes(0, 1)), readings)
    transforms = (joint / joint[..., :1].real)[which.ravel()]
    found = []
    for point in points:
        passing = tail_weights(model.retake_form.size + 1, point.model.retake_cut)
        own = transforms[rows[point.learning], readings.index(point.evidence.totals)]
        found.append(np.clip((own @ passing).real, 0, 1))
    return np.stack(found)


def _chances(
    model: ScoreModel,
    scaled_score: float,
    ratings: Sequence[Rating],
    changes: Sequence[dict[str, Any]],
    plans: Sequence[ArrayLike | None],
) -> FloatArray:
    """Chances under changed assumptions, changes by plans; NaN where they make the report impossible."""
    found = np.full((len(changes), len(plans)), np.nan)
    for points in _points_alike(model, scaled_score, ratings, changes):
        found[[point.row for point in points]] = _chances_alike(points, plans)
    return found


def _summarize(chances: FloatArray, grid: AssumptionGrid) -> Band:
    low, high = np.quantile(chances, [0.05, 0.95])
    extremes = float(chances.min()), float(chances.max())
    return Band(float(low), float(high), *extremes, len(chances), len(grid) - len(chances), grid)


def chance_bands(
    model: ScoreModel,
    scaled_score: float,
    ratings: Sequence[Rating],
    grid: AssumptionGrid,
    plans: Sequence[ArrayLike | None] = (None,),
) -> tuple[Band, ...]:
    """Spread of the chance to pass over a stated grid of assumptions.

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
    plans : sequence
        Hours of study by domain, one set for each band wanted; None for no study.

    Returns
    -------
    tuple of Band
        One for each plan.

    Raises
    ------
    ImpossibleReportError
        If every point of the grid makes the report impossible.

    Notes
    -----
    Source: model. The band is a range over assumptions, not a confidence interval.

    Examples
    --------
    >>> model = ScoreModel.from_exam_facts([20, 24, 36, 20], 50)
    >>> grid = AssumptionGrid({"mean": (-0.3, 0.3)})
    >>> band = chance_bands(model, 714, [1, 1, 1, 1], grid)[0]
    >>> band.minimum < 0.39 < band.maximum
    True
    """
    check_number("scaled_score", scaled_score, model.scale.minimum, model.scale.maximum)
    found = _chances(model, scaled_score, ratings, grid.points(), plans)
    found = found[~np.isnan(found).any(axis=1)]
    if not found.size:
        raise ImpossibleReportError(f"the report is impossible at all {len(grid)} points of the grid")
    return tuple(_summarize(column, grid) for column in found.T)


def tornado(
    model: ScoreModel,
    scaled_score: float,
    ratings: Sequence[Rating],
    grid: AssumptionGrid,
    hours: ArrayLike | None = None,
) -> tuple[TornadoBar, ...]:
    """Chance to pass with one assumption at a time at its lowest and at its highest stated value.

    Parameters
    ----------
    model, scaled_score, ratings, grid
        As for `chance_bands`.
    hours : array_like, optional
        Hours of study by domain. Default: none.

    Returns
    -------
    tuple of TornadoBar
        The widest first.

    Raises
    ------
    ValueError
        If the score is off the scale or ratings are not one a domain.

    Notes
    -----
    Source: model. One-at-a-time diagram: Howard (1988), Management Science 34, 679-695.

    Examples
    --------
    >>> model = ScoreModel.from_exam_facts([20, 24, 36, 20], 50)
    >>> grid = AssumptionGrid({"rho": (0.75, 0.85), "mean": (-0.4, 0.4)})
    >>> [bar.assumption for bar in tornado(model, 714, [1, 1, 1, 1], grid)]
    ['mean', 'rho']
    """
    ends = [{name: values[end]} for name, values in grid.values.items() for end in (0, -1)]
    found = iter(_chances(model, scaled_score, ratings, ends, [hours])[:, 0].tolist())
    bars = []
    for name, values in grid.values.items():
        at_low, at_high = (None if np.isnan(chance) else chance for chance in (next(found), next(found)))
        bars.append(TornadoBar(name, values[0], values[-1], at_low, at_high))

    def width(bar: TornadoBar) -> float:
        if bar.chance_at_low is None or bar.chance_at_high is None:
            return np.inf
        return abs(bar.chance_at_high - bar.chance_at_low)

    return tuple(sorted(bars, key=width, reverse=True))
