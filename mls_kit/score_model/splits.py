"""Where hours of study do most: every way to share them out among the domains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from .checks import FloatArray, IntArray, check_count, check_number, reject
from .learning import studied_ability
from .retake import ComplexArray, Retake

__all__ = ["Split", "best_split", "split_hours"]

_BLOCK_POINTS = 128
_SEARCH_ERROR = 1e-5


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


def _thinned(retake: Retake) -> Retake:
    """Return the same retake on half the grid of general ability, if that makes no difference."""
    thin = replace(retake, stride=2, negligible=_SEARCH_ERROR / 1000)
    return thin if abs(thin.chance() - retake.chance()) < _SEARCH_ERROR else retake


def _waves(retake: Retake, factors: Sequence[ComplexArray]) -> tuple[list[ComplexArray], ComplexArray]:
    """Turn the convolution over this sitting's counts into products too, by a second Fourier transform.

    Returns each domain's factor, (steps, points), and the weights that add the points up to a chance.
    """
    weights = retake.general_weights[:, None] * retake.pass_coefficients / retake.posterior.probability
    # No split can make a point count more than the product of the largest factors there.
    largest = [np.abs(f).sum(axis=2).max(axis=0) for f in factors]
    bound = np.abs(weights) * np.prod(largest, axis=0)
    rows, waves = np.nonzero(bound > _SEARCH_ERROR / 1000 / bound.size)
    size = sum(f.shape[2] - 1 for f in factors) + 1
    n, flat = np.arange(size), []
    for factor in factors:
        turns = np.exp(-2j * np.pi * (np.outer(n, np.arange(factor.shape[2])) % size) / size)
        kept = factor.swapaxes(1, 2)[:, :, rows, waves]
        flat.append((turns @ kept).reshape(factor.shape[0], -1))
    pick = np.zeros(size, dtype=complex)
    for total, weight in retake.posterior.evidence.totals:
        if 0 <= total - retake.lowest < size:
            pick += weight / size * np.exp(2j * np.pi * (n * (total - retake.lowest) % size) / size)
    return flat, np.outer(pick, weights[rows, waves]).ravel()


@lru_cache(maxsize=16)
def _ways(domains: int, steps: int) -> tuple[IntArray, tuple[tuple[IntArray, IntArray], ...]]:
    """All ways to spend at most `steps` steps on some domains, those with the fewest steps first.

    Returns them, (ways, domains), and for each domain how its ways come from those without it: which
    one of them, and how many steps more.
    """
    spent, pairs = np.zeros((1, 0), dtype=np.int64), []
    for _ in range(domains):
        i, j = np.nonzero(spent.sum(axis=1)[:, None] + np.arange(steps + 1) <= steps)
        order = np.argsort(spent.sum(axis=1)[i] + j, kind="stable")
        pairs.append((i[order], j[order]))
        spent = np.concatenate([spent[i[order]], j[order, None]], axis=1)
    return spent, tuple(pairs)


def _products(
    start: ComplexArray, factors: Sequence[ComplexArray], pairs: Sequence[tuple[IntArray, IntArray]]
) -> ComplexArray:
    """Product of the start, (1, points), and the domains' factors for each of `_ways`; (ways, points)."""
    out = start
    for factor, (i, j) in zip(factors, pairs, strict=True):
        out = out[i]
        out *= factor[j]
    return out


def _chance_of_splits(retake: Retake, factors: Sequence[ComplexArray], steps: int) -> tuple[IntArray, FloatArray]:
    """Chance to pass for every way to share out the steps: two halves met by a matrix product.

    Returns the ways, (splits, domains), and their chances, (splits,).
    """
    flat, weights = _waves(retake, factors)
    middle, t = len(flat) // 2, np.arange(steps + 2)
    (before, early), (after, late) = _ways(middle, steps), _ways(len(flat) - middle, steps)
    # Ways that spend t steps are those from edge t to edge t + 1; they meet those that spend the rest.
    edges, ends = (np.searchsorted(w.sum(axis=1), t) for w in (before, after))
    meetings = [(slice(*edges[k : k + 2]), slice(*ends[steps - k : steps - k + 2])) for k in range(steps + 1)]
    found: list[Any] = [0.0] * (steps + 1)
    for first in range(0, weights.size, _BLOCK_POINTS):
        block = slice(first, first + _BLOCK_POINTS)
        # The real part of a complex product is a real product of the conjugate and the other.
        weight = weights[None, block].conj()
        left = _products(weight, [f[:, block].conj() for f in flat[:middle]], early).view(float)
        right = _products(np.ones_like(weight), [f[:, block] for f in flat[middle:]], late).view(float)
        for k, (mine, yours) in enumerate(meetings):
            found[k] = found[k] + left[mine] @ right[yours].T
    splits = [
        np.concatenate([np.repeat(w, len(v), axis=0), np.tile(v, (len(w), 1))], axis=1)
        for w, v in ((before[mine], after[yours]) for mine, yours in meetings)
    ]
    return np.concatenate(splits), np.concatenate([np.ravel(table) for table in found])


def best_split(retake: Retake, total_hours: float, steps: int = 10) -> Split:
    """Way to share out hours among the domains that gives the highest chance to pass.

    Parameters
    ----------
    retake : Retake
        The next sitting.
    total_hours : float
        Hours to share out, 0 or more.
    steps : int
        Parts the hours come in: 10 tries every split in steps of 10 %, 20 in steps of 5 %.

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
    Source: model. Every split on the simplex is worked out, if need be on a thinner grid that changes
    chances by less than 1e-5; the chance returned is exact. Splits close to the best are hardly
    worse, so the best is no advice to the decimal.

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
    search = _thinned(retake)
    theta, factors = retake.posterior.model.theta, []
    for d in range(retake.posterior.model.domains):
        after = studied_ability(theta[d], step * np.arange(parts + 1)[:, None], retake.assumptions, d)
        factors.append(search.factor(d, search.spectrum(d, after)))
    splits, chances = _chance_of_splits(search, factors, parts)
    hours = tuple((step * splits[int(np.argmax(chances))]).tolist())
    return Split(hours, retake.chance(hours))
