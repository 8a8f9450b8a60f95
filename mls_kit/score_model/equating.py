"""Which raw score on the base form a raw score on a new form stands for."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, check_array, check_distribution, check_number, reject
from .forms import Form, marginal_distribution

__all__ = [
    "equated_cut",
    "equipercentile_equating",
    "irt_observed_score_equating",
    "irt_true_score_equating",
    "linear_equating",
]


def linear_equating(new: ArrayLike, base: ArrayLike) -> FloatArray:
    """Equate by matching the mean and standard deviation of two raw-score distributions.

    Parameters
    ----------
    new, base : array_like
        Probabilities or counts of raw scores 0, 1, ... on each form; lengths may differ.

    Returns
    -------
    ndarray
        The base form's raw score for each raw score of the new form. Not cut off at the ends.

    Raises
    ------
    ValueError
        If a distribution is not one, or all candidates on the new form have the same score.

    References
    ----------
    Kolen & Brennan (2014), *Test Equating, Scaling, and Linking*, 3rd ed., ch. 2.

    Examples
    --------
    The small example of their Table 2.3:

    >>> linear_equating([0.2, 0.3, 0.2, 0.2, 0.1], [0.1, 0.2, 0.2, 0.3, 0.2]).round(9).tolist()
    [0.6, 1.6, 2.6, 3.6, 4.6]
    """
    moments = []
    for name, frequencies in (("new", new), ("base", base)):
        share = check_distribution(name, frequencies)
        score = np.arange(share.size)
        mean = share @ score
        moments.append((mean, np.sqrt(share @ (score - mean) ** 2), share.size))
    (mean_new, sd_new, size), (mean_base, sd_base, _) = moments
    if sd_new == 0:
        raise reject("new", new, "a distribution over at least two scores")
    return np.asarray(mean_base + sd_base / sd_new * (np.arange(size) - mean_new))


def _from_below(new: FloatArray, base: FloatArray, ends: str) -> tuple[FloatArray, FloatArray]:
    """Percentile rank of each new score and the base score there, seen from the bottom."""
    rank = np.cumsum(new) - new / 2
    level = np.concatenate([[0.0], np.cumsum(base)])
    # Sums of the same numbers in another order differ in their last digits: a level counts as hit
    # within a relative hair, or a flat step of the base form would be missed.
    hair = 1e-12
    first = np.searchsorted(level, rank * (1 - hair), side="left")
    last = np.searchsorted(level, rank * (1 + hair), side="right") - 1
    below = np.clip(last, 0, base.size - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        sloped = below - 0.5 + (rank - level[below]) / base[below]
    flat = first <= last
    middle = (first + last) / 2 - 0.5
    if ends == "outer":
        middle = np.where(rank == 0, -0.5, middle)
    return rank, np.where(flat, middle, sloped)


def equipercentile_equating(new: ArrayLike, base: ArrayLike, *, ends: str = "midpoint") -> FloatArray:
    """Equate by percentile rank, each raw score spread evenly over half a point to either side.

    Parameters
    ----------
    new, base : array_like
        Probabilities or counts of raw scores 0, 1, ... on each form; lengths may differ.
    ends : {"midpoint", "outer"}
        Where scores below (above) everybody's go: the middle of the base form's empty stretch,
        like every other flat step, or its outer end (-1/2, or the highest raw score + 1/2).

    Returns
    -------
    ndarray
        The base form's raw score, from -1/2 up, for each raw score of the new form.

    Raises
    ------
    ValueError
        If a distribution is not one, or `ends` is neither word.

    References
    ----------
    Kolen & Brennan (2014), *Test Equating, Scaling, and Linking*, 3rd ed., ch. 2.

    Examples
    --------
    The small example of their Table 2.3:

    >>> equipercentile_equating([0.2, 0.3, 0.2, 0.2, 0.1], [0.1, 0.2, 0.2, 0.3, 0.2]).round(9).tolist()
    [0.5, 1.75, 2.833333333, 3.5, 4.25]
    """
    if ends not in ("midpoint", "outer"):
        raise reject("ends", ends, "'midpoint' or 'outer'")
    f_new, f_base = check_distribution("new", new), check_distribution("base", base)
    rank, low = _from_below(f_new, f_base, ends)
    # The upper half is worked out from the top, where small tail probabilities keep their digits.
    _, mirrored = _from_below(f_new[::-1], f_base[::-1], ends)
    return np.asarray(np.where(rank <= 0.5, low, f_base.size - 1 - mirrored[::-1]))


def _ability_at(form: Form, score: FloatArray) -> FloatArray:
    """Ability at which the form's true score takes each value: bisection, then Newton within bounds."""
    reach = 60 / (form.D * form.a.min())
    low = np.full(score.shape, form.b.min() - reach)
    high = np.full(score.shape, form.b.max() + reach)
    for _ in range(24):
        middle = (low + high) / 2
        short = form.true_score(middle) < score
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    theta = (low + high) / 2
    for _ in range(4):
        p = form.probability(theta)
        slope = (form.D * form.a * (p - form.c) * (1 - p) / (1 - form.c)).sum(axis=-1)
        step = np.divide(score - p.sum(axis=-1), slope, out=np.zeros_like(slope), where=slope > 0)
        theta = np.clip(theta + step, low, high)
    return np.asarray(theta, dtype=float)


def irt_true_score_equating(new: Form, base: Form, scores: ArrayLike | None = None) -> FloatArray:
    """Equate through the ability whose expected raw score on the new form is the score at hand.

    Parameters
    ----------
    new, base : Form
        The two forms, their parameters on one ability scale.
    scores : array_like, optional
        Raw scores on the new form, 0 to its number of questions. Default: all of them.

    Returns
    -------
    ndarray
        The base form's raw score for each. At or below the sum of the new form's c, where no
        ability has that expected score, a straight line from 0; the top score goes to the top score.

    Raises
    ------
    ValueError
        If a score is outside the raw range of the new form.

    References
    ----------
    Kolen & Brennan (2014), ch. 6; the line at the bottom: Kolen (1981), Journal of Educational
    Measurement 18, 1-11.

    Examples
    --------
    With every question 0.5 harder, the equivalent is the base form's expected score:

    >>> base, new = Form([1.0] * 2, [0.0] * 2, 0.0), Form([1.0] * 2, [0.5] * 2, 0.0)
    >>> irt_true_score_equating(new, base)[1].round(9) == round(2 / (1 + np.exp(-0.5)), 9)
    np.True_
    """
    raw = check_array("scores", np.arange(new.size + 1) if scores is None else scores, 0, new.size)
    floor_new, floor_base = new.c.sum(), base.c.sum()
    slope = floor_base / floor_new if floor_new > 0 else 0.0
    inside = (raw > floor_new) & (raw < new.size)
    safe = np.where(inside, raw, (floor_new + new.size) / 2)
    equated = base.true_score(_ability_at(new, safe))
    return np.asarray(np.where(inside, equated, np.where(raw == new.size, base.size, raw * slope)))


def irt_observed_score_equating(
    new: Form, base: Form, theta: ArrayLike, weights: ArrayLike, *, ends: str = "midpoint"
) -> FloatArray:
    """Equipercentile equating of the raw-score distributions that the two forms would have.

    Parameters
    ----------
    new, base : Form
        The two forms, their parameters on one ability scale.
    theta, weights : array_like
        The population: abilities and how frequent they are; shape (T,).
    ends : {"midpoint", "outer"}
        See `equipercentile_equating`.

    Returns
    -------
    ndarray
        The base form's raw score for each raw score of the new form.

    Raises
    ------
    ValueError
        If the population is not one.

    References
    ----------
    Kolen & Brennan (2014), ch. 6.

    Examples
    --------
    A form is its own equivalent:

    >>> form = Form([1.0, 1.0], [-1.0, 1.0], 0.2)
    >>> irt_observed_score_equating(form, form, [-1.0, 0.0, 1.0], [1, 2, 1]).round(9) + 0
    array([0., 1., 2.])
    """
    population = [marginal_distribution(form, theta, weights) for form in (new, base)]
    return equipercentile_equating(*population, ends=ends)


def equated_cut(equivalents: ArrayLike, base_cut: float) -> int:
    """Lowest raw score of a new form that stands for at least the base form's cut.

    Parameters
    ----------
    equivalents : array_like
        Base-form raw scores for new raw scores 0, 1, ..., as the functions above return them.
    base_cut : float
        The base form's raw cut.

    Returns
    -------
    int
        The new form's raw cut.

    Raises
    ------
    ValueError
        If no raw score of the new form reaches the cut.

    Notes
    -----
    Source: model; unlike rounding to the nearest raw score it never passes anyone below the cut.

    Examples
    --------
    >>> equated_cut([0, 1.2, 2.4, 3.6], 2)
    2
    """
    base_raw = check_array("equivalents", equivalents)
    reached = np.flatnonzero(base_raw >= check_number("base_cut", base_cut) - 1e-9)
    if not reached.size:
        raise reject("base_cut", base_cut, f"at most {base_raw.max():g}, what the top score stands for")
    return int(reached[0])
