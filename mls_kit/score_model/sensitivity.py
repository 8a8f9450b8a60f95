"""How much an answer depends on what was assumed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .alike import chances_after, points_alike
from .assumptions import AssumptionGrid
from .checks import FloatArray
from .joint import Rating
from .model import ScoreModel
from .prepared import Band, PreparedGrid

__all__ = ["Band", "TornadoBar", "chance_bands", "tornado"]


class TornadoBar(NamedTuple):
    """The chance to pass at the lowest and highest stated value of one assumption.

    A chance is None where that value makes the report impossible.
    """

    assumption: str
    low: object
    high: object
    chance_at_low: float | None
    chance_at_high: float | None


def _chances(
    model: ScoreModel,
    scaled_score: float,
    ratings: Sequence[Rating],
    changes: Sequence[dict[str, Any]],
    plans: Sequence[ArrayLike | None],
) -> FloatArray:
    """Chances under changed assumptions, changes by plans; NaN where they make the report impossible."""
    found = np.full((len(changes), len(plans)), np.nan)
    for alike, chances in chances_after(points_alike(model, scaled_score, ratings, changes), plans):
        found[alike.rows] = chances
    return found


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
    return PreparedGrid(model, scaled_score, ratings, grid).bands(plans)


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
