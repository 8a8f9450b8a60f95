"""Which raw score on the base form a raw score on a new form stands for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlogy

from .checks import FloatArray, check_array, check_count, check_distribution, check_number, reject
from .forms import Form, marginal_distribution


def _moments(name: str, frequencies: ArrayLike, ddof: int) -> tuple[float, float, FloatArray]:
    """Mean, standard deviation, and shares of raw scores."""
    share = check_distribution(name, frequencies)
    score, people = np.arange(share.size), float(np.sum(frequencies))
    mean = float(share @ score)
    if ddof and people <= ddof:
        raise reject(name, frequencies, f"numbers of people, more than {ddof} in all, for ddof = {ddof}")
    return mean, float(np.sqrt(share @ (score - mean) ** 2 * (people / (people - ddof) if ddof else 1))), share


def linear_equating(new: ArrayLike, base: ArrayLike, *, ddof: int = 0) -> FloatArray:
    """Return the base form's raw score for each of the new form's, by matching means and standard deviations.

    Scores are not cut off at the ends. Source: Kolen & Brennan (2014), *Test Equating, Scaling, and Linking*, 3rd ed., ch. 2.

    Parameters
    ----------
    new, base : probabilities or counts of raw scores 0, 1, ... on each form; lengths may differ.
    ddof : 0 for standard deviations of these candidates; 1, with counts, for estimates of the population's

    A ValueError if all candidates on the new form have the same score.

    >>> linear_equating([0.2, 0.3, 0.2, 0.2, 0.1], [0.1, 0.2, 0.2, 0.3, 0.2]).round(9).tolist()  # their Table 2.3
    [0.6, 1.6, 2.6, 3.6, 4.6]
    """
    degrees = check_count("ddof", ddof, 0, 1)
    mean_new, sd_new, share = _moments("new", new, degrees)
    mean_base, sd_base, _ = _moments("base", base, degrees)
    if sd_new == 0:
        raise reject("new", new, "a distribution over at least two scores")
    return np.asarray(mean_base + sd_base / sd_new * (np.arange(share.size) - mean_new))


def log_linear_smoothing(counts: ArrayLike, degree: int | None = None, *, most: int = 6) -> tuple[FloatArray, int]:
    """Return counts of people by raw score, smoothed by a log-linear model that keeps `degree` moments, and the degree.

    The default degree of the polynomial in the score is the one from 1 to `most` with the smallest AIC.
    Source: Holland & Thayer (2000), Journal of Educational and Behavioral Statistics 25, 133-183.

    >>> smooth, degree = log_linear_smoothing([1, 7, 9, 20, 12, 8, 3], 2)
    >>> round(float(smooth @ np.arange(7)), 6)  # the mean stays
    191.0
    """
    seen = check_array("counts", counts, 0)
    if seen.ndim != 1 or np.count_nonzero(seen) < 2:
        raise reject("counts", np.shape(counts), "one row of counts, of people with at least two different scores")
    highest = int(np.count_nonzero(seen)) - 1
    if degree is not None:
        return _smoothed(seen, check_count("degree", degree, 1, highest))[0], degree
    tried = range(1, min(check_count("most", most, 1), highest) + 1)
    fits = {one: _smoothed(seen, one) for one in tried}
    best = min(fits, key=lambda one: fits[one][1] + 2 * one)
    return fits[best][0], best


def _smoothed(seen: FloatArray, degree: int) -> tuple[FloatArray, float]:
    """Return the maximum-likelihood fit by Newton's method, and its deviance."""
    score = np.linspace(-1, 1, seen.size)
    basis, _ = np.linalg.qr(np.vander(score, degree + 1, increasing=True))  # orthogonal columns: no loss of digits
    fit = (seen + seen.mean()) / 2
    for _ in range(100):
        weights = basis * fit[:, None]
        target = basis.T @ (fit * np.log(fit) + seen - fit)
        fit, before = np.exp(basis @ np.linalg.solve(basis.T @ weights, target)), fit
        if np.abs(fit - before).max() < 1e-11 * seen.sum():
            break
    return fit, float(2 * (xlogy(seen, seen) - xlogy(seen, fit) - seen + fit).sum())


def equating_error(new: ArrayLike, base: ArrayLike, method: str = "equipercentile") -> FloatArray:
    """Return the standard error, in raw points of the base form, of each equated score: unsmoothed, random groups.

    `new` and `base` are numbers of people with raw scores 0, 1, ...; `method` is "equipercentile" or "linear" (of normal
    scores). NaN where nobody has the equivalent. Source: Lord (1982), Journal of Educational Statistics 7, 165-174; Kolen &
    Brennan (2014), ch. 7.

    >>> equating_error([20, 30, 20, 20, 10], [10, 20, 20, 30, 20]).round(2).tolist()
    [0.42, 0.32, 0.21, 0.19, 0.12]
    """
    if method not in ("equipercentile", "linear"):
        raise reject("method", method, "'equipercentile' or 'linear'")
    people_new, people_base = float(np.sum(new)), float(np.sum(base))
    if method == "linear":
        (mean, sd, share), (_, sd_base, _) = _moments("new", new, 1), _moments("base", base, 1)
        z = (np.arange(share.size) - mean) / sd
        parts = [(1 + z**2 / 2 * n / (n - 1)) / n for n in (people_new, people_base)]
        return np.asarray(sd_base * np.sqrt(sum(parts)))
    f, g = check_distribution("new", new), check_distribution("base", base)
    rank, level = np.cumsum(f) - f / 2, np.cumsum(g)
    place = np.searchsorted(level, rank, side="left").clip(max=g.size - 1)
    density, below = g[place], (level - g)[place]
    with np.errstate(divide="ignore", invalid="ignore"):
        own = rank * (1 - rank) / people_new
        other = (below - rank**2 + (rank - below) ** 2 / density) / people_base
        return np.where(density > 0, np.sqrt(own + other) / density, np.nan)


def bootstrap_error(
    new: ArrayLike,
    base: ArrayLike,
    equate: Callable[[FloatArray, FloatArray], FloatArray] | None = None,
    *,
    repeats: int = 500,
    seed: int = 0,
) -> FloatArray:
    """Return the standard error, in raw points of the base form, of each equated score, by drawing both groups anew.

    `new` and `base` are numbers of people with raw scores 0, 1, ...; `equate` makes equivalents of them, by default
    `equipercentile_equating`. Source: Kolen & Brennan (2014), ch. 7.

    >>> f, g = [20, 30, 20, 20, 10], [10, 20, 20, 30, 20]
    >>> bool(abs(bootstrap_error(f, g)[2] - equating_error(f, g)[2]) < 0.05)
    True
    """
    work, rng = equate or equipercentile_equating, np.random.default_rng(seed)
    groups = [(int(np.sum(counts)), check_distribution(name, counts)) for name, counts in (("new", new), ("base", base))]
    drawn = [rng.multinomial(people, share, check_count("repeats", repeats, 2)) for people, share in groups]
    found = [work(f.astype(float), g.astype(float)) for f, g in zip(*drawn, strict=True)]
    return np.asarray(np.std(found, axis=0, ddof=1))


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
    """Return the base form's raw score, from -1/2 up, for each of the new form's, by equal percentile rank.

    A raw score is spread evenly over half a point to either side. Source: Kolen & Brennan (2014), ch. 2.

    Parameters
    ----------
    new, base : probabilities or counts of raw scores 0, 1, ... on each form; lengths may differ.
    ends : where scores beyond everybody's go: the middle of the base form's empty stretch, or its outer end (1/2 off the scale)

    >>> equipercentile_equating([0.2, 0.3, 0.2, 0.2, 0.1], [0.1, 0.2, 0.2, 0.3, 0.2]).round(9).tolist()  # their Table 2.3
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
    """Ability at which the form's true score takes each value, by bisection down to the last digits."""
    reach = 60 / (form.D * form.a.min())
    low = np.full(score.shape, form.b.min() - reach)
    high = np.full(score.shape, form.b.max() + reach)
    for _ in range(60):
        middle = (low + high) / 2
        short = form.true_score(middle) < score
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.asarray((low + high) / 2)


def irt_true_score_equating(new: Form, base: Form, scores: ArrayLike | None = None) -> FloatArray:
    """Return the base form's expected raw score at the ability whose expected score on the new form is the one at hand.

    Both forms are on one ability scale; `scores` is by default every raw score of the new form. At or below the sum of its c,
    which no ability expects, a straight line from 0 (Kolen, 1981, Journal of Educational Measurement 18, 1-11); the top score
    goes to the top score. Source: Kolen & Brennan (2014), ch. 6.

    >>> base, new = Form([1.0] * 2, [0.0] * 2, 0.0), Form([1.0] * 2, [0.5] * 2, 0.0)  # every question 0.5 harder
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
    """Return the base form's raw score for each of the new form's, by `equipercentile_equating` of what a population would score.

    Both forms are on one ability scale; `theta` and `weights`, both (T,), are abilities and how frequent they are.
    Source: Kolen & Brennan (2014), ch. 6.

    >>> form = Form([1.0, 1.0], [-1.0, 1.0], 0.2)
    >>> irt_observed_score_equating(form, form, [-1.0, 0.0, 1.0], [1, 2, 1]).round(9) + 0  # its own equivalent
    array([0., 1., 2.])
    """
    population = [marginal_distribution(form, theta, weights) for form in (new, base)]
    return equipercentile_equating(*population, ends=ends)


def equated_cut(equivalents: ArrayLike, base_cut: float) -> int:
    """Return the lowest raw score of a new form that stands for at least the base form's raw cut: nobody passes below it.

    `equivalents` are base-form raw scores for new raw scores 0, 1, ..., as the functions above return them. Source: model.
    A ValueError if no raw score of the new form reaches the cut.

    >>> equated_cut([0, 1.2, 2.4, 3.6], 2)
    2
    """
    base_raw = check_array("equivalents", equivalents)
    reached = np.flatnonzero(base_raw >= check_number("base_cut", base_cut) - 1e-9)
    if not reached.size:
        raise reject("base_cut", base_cut, f"at most {base_raw.max():g}, what the top score stands for")
    return int(reached[0])
