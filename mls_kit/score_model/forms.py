"""What a form is, and how many of its questions come out right at an ability."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from .checks import FloatArray, IntArray, check_array, check_number, reject

__all__ = ["Form", "marginal_distribution", "raw_score_distribution"]

# An exam's stated grid, with all splits of the hours that its reports lead to, needs up to 3000 rows of 8-20 KB each:
# at most 60 MB in all.
_KEPT_ROWS = 4096


@dataclass(frozen=True, eq=False)
class Form:
    """One set of questions that candidates answer in a sitting.

    Parameters
    ----------
    a : array_like
        Discriminations, above 0; shape (questions,).
    b : array_like
        Difficulties in units of ability.
    c : array_like
        Chance of a right answer without any knowledge, from 0 up to but not including 1.
        A single number serves all questions.
    domain : array_like of int
        Number of each question's domain, 0, 1, ...; every number up to the largest must occur.
        Default: all questions in domain 0.
    D : float
        Scaling constant: 1 for the logistic metric, 1.7 for the normal-ogive metric.

    Raises
    ------
    ValueError
        If the form is empty, lengths differ, or a parameter is outside its limits.

    Notes
    -----
    Three-parameter logistic model: Birnbaum in Lord & Novick (1968), *Statistical Theories of
    Mental Test Scores*, ch. 17.

    Examples
    --------
    >>> Form(a=[1.0], b=[0.0], c=[0.2]).probability(0.0)
    array([0.6])
    """

    a: FloatArray
    b: FloatArray
    c: FloatArray
    domain: IntArray = ()  # type: ignore[assignment]
    D: float = 1.0

    def __post_init__(self) -> None:
        """Check the parameters and freeze them."""
        b = np.atleast_1d(check_array("b", self.b))
        if not b.size or b.ndim != 1:
            raise reject("b", self.b, "the difficulties of at least one question")
        a = check_array("a", self.a, np.finfo(float).tiny)
        c = check_array("c", self.c, 0, 1 - 1e-9)
        domain = np.zeros(b.size) if np.size(self.domain) == 0 else check_array("domain", self.domain, 0)
        for name, value in (("a", a), ("c", c), ("domain", domain)):
            if value.shape not in ((), (1,), b.shape):
                raise reject(name, value.tolist(), f"one number or {b.size} numbers, one a question")
            spread = np.broadcast_to(value, b.shape).astype(int if name == "domain" else float)
            spread.setflags(write=False)
            object.__setattr__(self, name, spread)
        if set(self.domain.tolist()) != set(range(int(self.domain.max()) + 1)):
            raise reject("domain", self.domain.tolist(), "numbers 0, 1, ... without a gap")
        b.setflags(write=False)
        object.__setattr__(self, "b", b)
        object.__setattr__(self, "D", check_number("D", self.D, np.finfo(float).tiny))

    @property
    def size(self) -> int:
        """Number of questions."""
        return int(self.b.size)

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """Number of questions in each domain."""
        return tuple(int(n) for n in np.bincount(self.domain))

    @cached_property
    def parts(self) -> tuple[Form, ...]:
        """The questions of each domain as a form of their own."""
        keep = [self.domain == d for d in range(len(self.counts))]
        return tuple(Form(self.a[k], self.b[k], self.c[k], D=self.D) for k in keep)

    def probability(self, theta: ArrayLike) -> FloatArray:
        """Return P(right) for each ability and question; shape (*theta.shape, questions)."""
        ability = check_array("theta", theta)[..., None]
        logistic = expit(self.D * self.a * (ability - self.b))
        return np.asarray(self.c + (1 - self.c) * logistic, dtype=float)

    def true_score(self, theta: ArrayLike) -> FloatArray:
        """Return the expected number right at each ability: the test characteristic curve."""
        return np.asarray(self.probability(theta).sum(axis=-1), dtype=float)

    def raw_scores(self, theta: FloatArray) -> FloatArray:
        """Return P(k right) for each ability; (..., questions + 1).

        Each row of abilities is kept, read-only, for the next call.
        """
        if theta.ndim > 1:
            return np.stack([self.raw_scores(row) for row in theta])
        return _raw_scores(self, theta.tobytes(), theta.shape)


@lru_cache(maxsize=_KEPT_ROWS)
def _raw_scores(form: Form, theta: bytes, shape: tuple[int, ...]) -> FloatArray:
    # Forms never change, so the same form at the same abilities has the same distribution: grids of
    # assumptions ask for it again and again.
    f = np.ascontiguousarray(raw_score_distribution(form.probability(np.frombuffer(theta).reshape(shape))))
    f.setflags(write=False)
    return f


def raw_score_distribution(p: ArrayLike) -> FloatArray:
    """Distribution of the number right when question j is right with probability p[..., j].

    Parameters
    ----------
    p : array_like
        Probabilities, shape (..., questions); leading axes are, for instance, abilities.

    Returns
    -------
    ndarray
        Shape (..., questions + 1), each row summing to one.

    Raises
    ------
    ValueError
        If there is no question or a probability is outside 0-1.

    References
    ----------
    Lord & Wingersky (1984), Applied Psychological Measurement 8, 453-461.

    Examples
    --------
    >>> raw_score_distribution([0.2, 0.5, 0.9]).round(12).tolist()
    [0.04, 0.41, 0.46, 0.09]
    """
    chance = np.moveaxis(np.atleast_1d(check_array("p", p, 0, 1)), -1, 0)
    questions = chance.shape[0]
    if not questions:
        raise reject("p", p, "the probabilities of at least one question")
    # Scores run along the first axis so that each step works on contiguous rows.
    rows = np.zeros((questions + 1, *chance.shape[1:]))
    rows[0] = 1
    for j, right in enumerate(chance):
        gained = rows[: j + 1] * right
        rows[: j + 1] *= 1 - right
        rows[1 : j + 2] += gained
    return np.moveaxis(rows, 0, -1)


def marginal_distribution(form: Form, theta: ArrayLike, weights: ArrayLike) -> FloatArray:
    """Distribution of the number right in a population of abilities.

    Parameters
    ----------
    form : Form
        The questions.
    theta, weights : array_like
        Abilities and how frequent they are; shape (T,). Weights need not sum to one.

    Returns
    -------
    ndarray
        Shape (questions + 1,).

    Raises
    ------
    ValueError
        If shapes differ, or weights are negative or all zero.

    References
    ----------
    Kolen & Brennan (2014), *Test Equating, Scaling, and Linking*, 3rd ed., ch. 6.

    Examples
    --------
    >>> marginal_distribution(Form([1.0], [0.0], 0.0), [-1.0, 1.0], [1, 1]).round(12)
    array([0.5, 0.5])
    """
    ability, share = check_array("theta", theta), check_array("weights", weights, 0)
    if ability.shape != share.shape or ability.ndim != 1 or not share.sum() > 0:
        raise reject("weights", weights, f"{ability.size} weights, one an ability, not all zero")
    return np.asarray(share / share.sum() @ raw_score_distribution(form.probability(ability)))
