"""How far hours of study raise ability: an assumption, in two shapes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .assumptions import Assumptions
from .checks import FloatArray, check_array

__all__ = ["learning_rate", "studied_ability"]


def _tau(assumptions: Assumptions, domain: int) -> float:
    tau = assumptions.tau_hours
    return tau[domain] if isinstance(tau, tuple) else tau


def studied_ability(theta: ArrayLike, hours: ArrayLike, assumptions: Assumptions, domain: int = 0) -> FloatArray:
    """Ability after some hours of study of one domain.

    Parameters
    ----------
    theta : array_like
        Abilities before.
    hours : array_like
        Hours of study, 0 or more; broadcasts against `theta`.
    assumptions : Assumptions
        Names the curve and its parameters.
    domain : int
        Which domain's pace, where they differ.

    Returns
    -------
    ndarray
        Never below `theta`.

    Raises
    ------
    ValueError
        If hours are negative or not finite.

    Notes
    -----
    'ceiling': exponential approach (Mazur & Hastie, 1978, Psychological Bulletin 85, 1256-1274).
    'logarithm': each further hour adds less, without end. Parameters: model.

    Examples
    --------
    >>> studied_ability(0.0, 60.0, Assumptions()).round(6).item()  # 1.8 (1 - 1/e)
    1.137817
    """
    before, h = check_array("theta", theta), check_array("hours", hours, 0)
    if assumptions.learning_curve == "logarithm":
        return np.asarray(before + assumptions.log_gain * np.log1p(h / assumptions.log_hours))
    gap = np.maximum(assumptions.ceiling - before, 0)
    return np.asarray(before - gap * np.expm1(-h / _tau(assumptions, domain)))


def learning_rate(theta: ArrayLike, hours: ArrayLike, assumptions: Assumptions, domain: int = 0) -> FloatArray:
    """Ability gained per further hour of study.

    Parameters
    ----------
    theta, hours, assumptions, domain
        As for `studied_ability`.

    Returns
    -------
    ndarray
        Derivative of `studied_ability` with respect to hours; 0 or more.

    Raises
    ------
    ValueError
        If hours are negative or not finite.

    Examples
    --------
    >>> learning_rate(0.0, 0.0, Assumptions()).round(6).item()  # 1.8 / 60
    0.03
    """
    before, h = check_array("theta", theta), check_array("hours", hours, 0)
    if assumptions.learning_curve == "logarithm":
        return np.asarray(assumptions.log_gain / (assumptions.log_hours + h) + 0 * before)
    tau = _tau(assumptions, domain)
    return np.asarray(np.maximum(assumptions.ceiling - before, 0) * np.exp(-h / tau) / tau)
