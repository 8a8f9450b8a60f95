"""How likely is it that a learner is truly weak in a domain? For every report of a cohort, by look-up."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray
from .lookup import JointTable, look_up

__all__ = ["chance_below"]


def _below(table: JointTable, domain: int, proportion: float) -> FloatArray:
    """Return the joint probability of each report and a true proportion right below a bound; (rows, totals)."""
    model, theta = table.model, table.model.theta[domain]
    bound = np.interp(proportion, model.proportion_given_theta[domain], theta)
    part = np.clip((bound - theta) / (theta[1] - theta[0]) + 0.5, 0, 1)  # how much of each grid cell lies below
    values = model.ability_weights @ (model.right_given_theta[domain] * part[:, None])
    return np.clip(table.weighted(domain, values[:, :, None])[..., 0], 0, table.probability)


def chance_below(
    table: JointTable, scaled_scores: ArrayLike, ratings: ArrayLike, proportion: float
) -> np.ma.MaskedArray[Any, Any]:
    """Chance that a learner's true proportion right in each domain is below a bound, for many reports of one exam.

    Parameters
    ----------
    table : JointTable
        The exam's table.
    scaled_scores : array_like
        Shape (learners,).
    ratings : array_like of int
        Codes with 0 for the weakest label; shape (learners, D).
    proportion : float
        The bound, between 0 and 1.

    Returns
    -------
    masked array
        Shape (learners, D); masked where the assumptions make a report impossible.

    Notes
    -----
    Source: model.

    Examples
    --------
    >>> from mls_kit.score_model.model import ScoreModel
    >>> table = JointTable(ScoreModel.from_exam_facts([20, 24, 36, 20], 50))
    >>> chance_below(table, [690], [[2, 1, 0, 0]], 0.6).round(2).tolist()
    [[0.06, 0.14, 0.38, 0.45]]
    """
    parts = [_below(table, domain, proportion).ravel() for domain in range(table.model.domains)]
    found = look_up(table, np.column_stack([table.probability.ravel(), *parts]), scaled_scores, ratings)
    possible = found[:, 0] > 0
    chances = found[:, 1:] / np.where(possible, found[:, 0], 1)[:, None]
    return np.ma.MaskedArray(chances, np.broadcast_to(~possible[:, None], chances.shape))
