"""Where hours of study do most: the best way to share them out among the domains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from .checks import FloatArray, IntArray, check_count, check_number, reject
from .learning import studied_ability
from .retake import ComplexArray, Retake

__all__ = ["Split", "best_split", "split_hours"]

_GUESSES = 8  # twice what finds the best of all splits in every one of a thousand random reports
_SURE = 1e-12  # a chance this close to 0 or 1 is certain: its normal quantile stays finite
_SEARCH_NEGLIGIBLE = 1e-8


class Split(NamedTuple):
    """Hours by domain and the chance to pass after them."""

    hours: tuple[float, ...]
    chance: float


def split_hours(total_hours: float, shares: Sequence[float]) -> FloatArray:
    """Hours by domain for given shares.

    Parameters
    ----------
    total_hours : float
        Hours to share out, 0 or more.
    shares : sequence of float
        One a domain, 0 or more, in any unit.

    Returns
    -------
    ndarray
        Hours; they sum to `total_hours`.

    Raises
    ------
    ValueError
        If a share is negative or all are zero.

    Examples
    --------
    >>> split_hours(80, [40, 30, 20, 10]).tolist()
    [32.0, 24.0, 16.0, 8.0]
    """
    hours = check_number("total_hours", total_hours, 0)
    share = np.array([check_number("shares", s, 0) for s in shares])
    if not share.sum() > 0:
        raise reject("shares", tuple(shares), "at least one share above 0")
    return np.asarray(hours * share / share.sum())


def _largest_sums(gains: Sequence[FloatArray], keep: int) -> IntArray:
    """Ways to spend all steps that give the largest sums of gains, largest first; (at most keep, domains).

    `gains` holds, for each domain, what 0, 1, ... steps there are worth.
    """
    steps = np.arange(gains[0].size)
    spent, sums, ways = np.zeros(1, dtype=int), np.zeros(1), np.zeros((1, 0), dtype=int)
    for gain in gains:
        i, here = np.nonzero(spent[:, None] + steps < steps.size)
        spent, sums, ways = spent[i] + here, sums[i] + gain[here], np.column_stack([ways[i], here])
        # Among ways that spend the same on the domains so far, only the best can be part of the best.
        order = np.lexsort([-sums, spent])
        rank = np.arange(order.size) - np.searchsorted(spent[order], spent[order])
        kept = order[rank < keep]
        spent, sums, ways = spent[kept], sums[kept], ways[kept]
    return ways[spent == steps[-1]]


def _real_sums(variants: ComplexArray, rest: ComplexArray) -> FloatArray:
    """Sum the real parts of each variant's products with the rest, (G, K, M); counts run slowest in memory."""
    conjugate = np.ascontiguousarray(np.conj(rest).swapaxes(0, 1)).view(float)
    return variants.swapaxes(1, 2).reshape(len(variants), -1).view(float) @ conjugate.ravel()


def _search(retake: Retake, averaged: Sequence[FloatArray], start: Sequence[int]) -> tuple[int, ...]:
    """Steps by domain that give the highest chance; `averaged` by domain, (steps, K * G, J).

    What steps in one domain do to the chance, all others as they are, nearly adds up over domains
    once chances are normal quantiles. The splits with the largest sums are worked out, and the next
    sums start from the best so far, until it stays the best.
    """
    split, known, factors = tuple(start), dict[tuple[int, ...], float](), retake.transformed(averaged)
    while True:
        picked = [f[s] for f, s in zip(factors, split, strict=True)]
        turned = zip(factors, retake.turned(picked), strict=True)
        alone = [_real_sums(f, rest) / retake.posterior.probability for f, rest in turned]
        likely = _largest_sums([ndtri(np.clip(c, _SURE, 1 - _SURE)) for c in alone], _GUESSES).tolist()
        new = [way for way in map(tuple, likely) if way not in known]
        if new:
            chances = retake.pass_chances(averaged, new)[:, 0]
            known.update(zip(new, chances.tolist(), strict=True))
        best = max(known, key=known.__getitem__)
        if best == split:
            return best
        split = best


def best_split(retake: Retake, total_hours: float, steps: int = 10) -> Split:
    """Way to share out hours among the domains that gives the highest chance to pass.

    Parameters
    ----------
    retake : Retake
        The next sitting.
    total_hours : float
        Hours to share out, 0 or more.
    steps : int
        Parts the hours come in: 10 seeks the best split in steps of 10 %, 20 in steps of 5 %.

    Returns
    -------
    Split
        Hours by domain and the chance to pass after them.

    Raises
    ------
    ValueError
        If hours are negative or `steps` is not from 1 to 100.

    Notes
    -----
    Source: model. Not every split is tried: what each number of steps does in one domain points to
    a few promising splits, the best of them points to the next few, until none is better. Nothing
    proves that no other split is; the tests hold it against all splits for hundreds of reports.
    The chance returned is exact. Splits close to the best are hardly worse, so the best is no
    advice to the decimal.

    Examples
    --------
    >>> from mls_kit.score_model.joint import Evidence, infer_report
    >>> from mls_kit.score_model.model import ScoreModel
    >>> model = ScoreModel.from_exam_facts([50, 50], 20)
    >>> retake = Retake(infer_report(model, Evidence.from_total(model, 13, ["Strong", "Needs Improvement"])))
    >>> best = best_split(retake, 40)
    >>> best.chance >= max(retake.chance([40, 0]), retake.chance([20, 20]), retake.chance([0, 40]))
    True
    """
    parts = check_count("steps", steps, 1, 100)
    step = check_number("total_hours", total_hours, 0) / parts
    # The search can do with less than every last count and grid point.
    search = replace(retake, negligible=max(retake.negligible, _SEARCH_NEGLIGIBLE))
    spent, domains = step * np.arange(parts + 1)[:, None], retake.posterior.model.domains
    theta = retake.posterior.model.theta
    averaged = search.averaged([studied_ability(theta[d], spent, retake.assumptions, d) for d in range(domains)])
    even = np.diff(np.arange(domains + 1) * parts // domains)
    hours = tuple(step * count for count in _search(search, averaged, even.tolist()))
    return Split(hours, retake.chance(hours))
