"""How an exam's form might look, given its weights: the kit's rule, for want of the real one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from .checks import check_array, check_count, check_number, reject
from .forms import Form

__all__ = ["demo_form", "question_counts"]


def question_counts(weights: Sequence[float], scored: int) -> tuple[int, ...]:
    """Share the scored questions among domains by their weights, with largest remainders.

    Parameters
    ----------
    weights : sequence of float
        The domains' weights in any unit, above 0.
    scored : int
        Number of scored questions, enough for one in every domain.

    Returns
    -------
    tuple of int
        Questions in each domain; they sum to `scored`. Equal remainders go to the earlier domain.

    Raises
    ------
    ValueError
        If a weight is not positive or a domain would get no question.

    Notes
    -----
    Largest remainders: Hamilton's method, Balinski & Young (1982), *Fair Representation*. That the
    exam's own form follows its weights so closely is the kit's assumption (model).

    Examples
    --------
    >>> question_counts([20, 24, 36, 20], 50)
    (10, 12, 18, 10)
    """
    checked = np.atleast_1d(check_array("weights", weights, np.finfo(float).tiny))
    total = check_count("scored", scored, checked.size)
    # Fractions: 0.24 * 50 is 12 exactly, never a hair above or below.
    shares = [Fraction(float(w)).limit_denominator(10**6) for w in checked]
    if not all(shares):
        raise reject("weights", tuple(weights), "weights of comparable size")
    quotas = [total * w / sum(shares) for w in shares]
    counts = [int(q) for q in quotas]
    order = sorted(range(len(counts)), key=lambda d: (counts[d] - quotas[d], d))
    for d in order[: total - sum(counts)]:
        counts[d] += 1
    if min(counts) == 0:
        raise reject("scored", scored, "enough questions for one in every domain")
    return tuple(counts)


def demo_form(
    counts: Sequence[int],
    shift: float = 0.0,
    *,
    reverse: bool = False,
    discriminations: Sequence[float] = (0.8, 1.0, 1.2),
    means: tuple[float, float] = (-0.9, -0.6),
    spread: float = 0.9,
    guessing: float = 0.2,
    D: float = 1.0,
) -> Form:
    """Make up a plausible form: nobody outside the exam's makers knows the real one.

    Parameters
    ----------
    counts : sequence of int
        Questions in each domain.
    shift : float
        Added to every difficulty: above 0 makes the form harder.
    reverse : bool
        Take the discriminations in reverse order within each domain, for a second form.
    discriminations : sequence of float
        Cycled through within a domain, starting with the second.
    means : (float, float)
        Mean difficulty of the first and of the last domain; the others lie evenly between.
    spread : float
        Standard deviation of the normal curve whose quantiles are the difficulties.
    guessing : float
        The same c for every question.
    D : float
        Scaling constant.

    Returns
    -------
    Form
        With ``sum(counts)`` questions.

    Raises
    ------
    ValueError
        If a count is below 1 or a parameter is outside its limits.

    Notes
    -----
    Source: model, the kit's assumption.

    Examples
    --------
    >>> demo_form([10, 12, 18, 10]).b[[0, -1]].round(6).tolist()
    [-2.380368, 0.880368]
    """
    sizes = tuple(check_count("counts", n, 1) for n in counts)
    if not sizes:
        raise reject("counts", counts, "the number of questions of at least one domain")
    return _demo_form(sizes, shift, reverse, tuple(discriminations), tuple(means), spread, guessing, D)


@lru_cache(maxsize=64)
def _demo_form(
    sizes: tuple[int, ...],
    shift: float,
    reverse: bool,
    discriminations: tuple[float, ...],
    means: tuple[float, ...],
    spread: float,
    guessing: float,
    D: float,
) -> Form:
    cycle = check_array("discriminations", discriminations, np.finfo(float).tiny)
    width = check_number("spread", spread, 0)
    a, b = [], []
    for mean, n in zip(np.linspace(means[0], means[-1], len(sizes)), sizes, strict=True):
        j = np.arange(1, n + 1)
        b.append(mean + shift + width * ndtri((j - 0.5) / n))
        a.append(cycle[(n + 1 - j if reverse else j) % cycle.size])
    domain = np.repeat(np.arange(len(sizes)), sizes)
    return Form(np.concatenate(a), np.concatenate(b), np.float64(guessing), domain, D)  # type: ignore[arg-type]
