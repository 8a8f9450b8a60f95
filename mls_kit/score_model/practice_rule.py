"""How often a rule about practice sets is right: chances to pass it, for learners whose true proportion is known."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, xlog1py, xlogy

from .checks import FloatArray, check_array, check_count, check_number, reject

__all__ = ["chance_of_run", "rule_pass_chance"]

_MOST_SETS = 3  # the joint distribution of their totals has as many dimensions


def _binomial(n: int, p: float) -> FloatArray:
    k = np.arange(n + 1)
    choose = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return np.asarray(np.exp(choose + xlogy(k, p) + xlog1py(n - k, -p)))


def rule_pass_chance(
    true: ArrayLike, counts: Sequence[int], goal_percent: int, floor_percent: int = 0, sets: int = 2
) -> float:
    """Chance that the next sets all reach the goal, and every domain its floor over the sets together.

    Parameters
    ----------
    true : array_like
        True proportion right: one number, or one a domain.
    counts : sequence of int
        Questions of each domain in one set.
    goal_percent : int
        Each set as a whole must reach it.
    floor_percent : int
        Each domain must reach it, over all sets together.
    sets : int
        1 to 3.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If a proportion is outside 0-1, or the other numbers are outside their limits.

    Notes
    -----
    Source: model. Right answers are binomial; the totals of all sets are carried together through the domains,
    so the result is exact. Error rates of such mastery rules: Hambleton & Novick (1973), Journal of Educational
    Measurement 10, 159-170.

    Examples
    --------
    Someone who truly gets 72 % right, and two sets of 50 questions; then someone with 85 %:

    >>> round(rule_pass_chance(0.72, [50], 80), 3), round(rule_pass_chance(0.85, [50], 80), 3)
    (0.018, 0.775)
    """
    from scipy.signal import fftconvolve  # a second to import, and no plan needs it

    sizes = [check_count("counts", n, 1) for n in counts]
    times = check_count("sets", sets, 1, _MOST_SETS)
    goal, floor = (check_number(n, v, 0, 100) for n, v in (("goal_percent", goal_percent), ("floor", floor_percent)))
    proportions = np.broadcast_to(check_array("true", true, 0, 1), len(sizes))
    parts = []
    for n, p in zip(sizes, proportions, strict=True):
        once = _binomial(n, float(p))
        joint = reduce(np.multiply.outer, [once] * times)
        together = reduce(np.add.outer, [np.arange(n + 1)] * times)
        parts.append(np.where(100 * together >= floor * n * times, joint, 0.0))
    totals = reduce(fftconvolve, parts)
    cut = int(np.ceil(goal * sum(sizes) / 100 - 1e-9))
    return float(np.clip(totals[(slice(cut, None),) * times].sum(), 0, 1))


def chance_of_run(once: float, length: int, tries: int) -> float:
    """Chance of so many successes in a row somewhere within a number of tries.

    Parameters
    ----------
    once : float
        Chance of one success.
    length : int
        Successes in a row that are wanted.
    tries : int
        Tries in all.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the chance is outside 0-1 or a number is not a whole number, 1 or more.

    Notes
    -----
    Source: model. The run so far is a Markov chain (Feller, 1968, *An Introduction to Probability Theory*, vol. 1,
    ch. XIII.7).

    Examples
    --------
    >>> chance_of_run(0.5, 2, 3)  # HH., .HH of eight
    0.375
    """
    p = check_number("once", once, 0, 1)
    wanted, n = check_count("length", length, 1), check_count("tries", tries, 1)
    state = np.zeros(wanted + 1)
    state[0] = 1.0
    for _ in range(n):
        done = state[-1] + p * state[-2]
        state = np.concatenate([[(1 - p) * state[:-1].sum()], p * state[:-2], [done]])
    return float(state[-1])


def check_right(name: str, right: ArrayLike, asked: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return numbers right and asked as arrays; raise unless 0 <= right <= asked."""
    k, n = check_array(name, right, 0), check_array("asked", asked, 0)
    if k.shape != n.shape or (k > n).any():
        raise reject(name, np.asarray(right).tolist(), f"numbers right, at most those asked: {n.tolist()}")
    return k, n
