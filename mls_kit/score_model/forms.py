"""What a form is, how many of its questions come out right at an ability, and how an exam's form might look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, ndtri

from .checks import FloatArray, IntArray, check_array, check_count, check_number, reject

# Eight exams of six domains at each end of the stated grid: 0.3 MB a table.
_KEPT_TABLES = 256
_LOW, _HIGH, _STEP = -8.0, 14.0, 0.0125


@dataclass(frozen=True, eq=False)
class Form:
    """One set of questions that candidates answer in a sitting, under the three-parameter logistic model.

    Source: Birnbaum in Lord & Novick (1968), *Statistical Theories of Mental Test Scores*, ch. 17.

    Parameters
    ----------
    a, b, c : discrimination, above 0; difficulty, in units of ability; chance of a right answer without any knowledge, from
        0 to below 1. One number each, (questions,), or, for a and c, one for all.
    domain : each question's domain, 0, 1, ... without a gap. Default: all questions in domain 0.
    D : scaling constant: 1 for the logistic metric, 1.7 for the normal-ogive metric

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
        """Return P(k right) for each ability; (..., questions + 1)."""
        return np.ascontiguousarray(raw_score_distribution(self.probability(theta)))

    def tabulated(self, theta: FloatArray) -> FloatArray:
        """Return `raw_scores` read off a table between whose lines it is straight: off by less than 1e-4."""
        table = _table(self)
        place = np.clip((theta - _LOW) / _STEP, 0, len(table) - 1 - 1e-9)
        below = place.astype(np.intp)
        lower = table[below]
        return np.asarray(lower + (place - below)[..., None] * (table[below + 1] - lower))


@lru_cache(maxsize=_KEPT_TABLES)
def _table(form: Form) -> FloatArray:
    # Grids of assumptions ask for the same form again and again, at abilities that differ with the plan.
    return form.raw_scores(np.arange(_LOW, _HIGH + _STEP / 2, _STEP))


def raw_score_distribution(p: ArrayLike) -> FloatArray:
    """Return the distribution of the number right, (..., questions + 1), when question j is right with probability p[..., j].

    Source: Lord & Wingersky (1984), Applied Psychological Measurement 8, 453-461.

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
    """Return the distribution of the number right, (questions + 1,), in a population of abilities.

    `theta` and `weights`, both (T,), are abilities and how frequent they are; weights need not sum to one.
    Source: Kolen & Brennan (2014), *Test Equating, Scaling, and Linking*, 3rd ed., ch. 6.

    >>> marginal_distribution(Form([1.0], [0.0], 0.0), [-1.0, 1.0], [1, 1]).round(12)
    array([0.5, 0.5])
    """
    ability, share = check_array("theta", theta), check_array("weights", weights, 0)
    if ability.shape != share.shape or ability.ndim != 1 or not share.sum() > 0:
        raise reject("weights", weights, f"{ability.size} weights, one an ability, not all zero")
    return np.asarray(share / share.sum() @ raw_score_distribution(form.probability(ability)))


def question_counts(weights: Sequence[float], scored: int) -> tuple[int, ...]:
    """Return how many of the scored questions each domain gets for its weight (any unit), with largest remainders.

    Equal remainders go to the earlier domain. Source: Hamilton's method, Balinski & Young (1982), *Fair Representation*; that
    the exam's own form follows its weights so closely is the kit's assumption (model).

    >>> question_counts([20, 24, 36, 20], 50)
    (10, 12, 18, 10)
    """
    checked = np.atleast_1d(check_array("weights", weights, np.finfo(float).tiny))
    total = check_count("scored", scored, checked.size)
    if not all(Fraction(float(w)).limit_denominator(10**6) for w in checked):
        raise reject("weights", tuple(weights), "weights of comparable size")
    counts = share_out(checked.tolist(), total)
    if min(counts) == 0:
        raise reject("scored", scored, "enough questions for one in every domain")
    return tuple(counts)


def share_out(weights: Sequence[float], total: int) -> list[int]:
    """Share a number of things by weights, with largest remainders; equal ones go to the earlier, and some may get none.

    >>> share_out([50, 30, 20], 4)
    [2, 1, 1]
    """
    # Fractions: 0.24 * 50 is 12 exactly, never a hair above or below.
    exact = [Fraction(weight).limit_denominator(10**6) for weight in weights]
    whole = sum(exact)
    quotas = [total * weight / whole for weight in exact]
    counts = [int(quota) for quota in quotas]
    order = sorted(range(len(counts)), key=lambda place: (counts[place] - quotas[place], place))
    for place in order[: total - sum(counts)]:
        counts[place] += 1
    return counts


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
    """Make up a plausible form with `counts` questions by domain: nobody outside the exam's makers knows the real one.

    Difficulties are quantiles of a normal curve with standard deviation `spread`, plus `shift` (above 0 is harder); `guessing`
    is every question's c. Source: model, the kit's assumption.

    Parameters
    ----------
    reverse : take the discriminations in reverse order within each domain, for a second form
    discriminations : cycled through within a domain, starting with the second
    means : mean difficulty of the first and of the last domain; the others lie evenly between

    >>> demo_form([10, 12, 18, 10]).b[[0, -1]].round(6).tolist()
    [-2.380368, 0.880368]
    """
    sizes = tuple(check_count("counts", n, 1) for n in counts)
    if not sizes:
        raise reject("counts", counts, "the number of questions of at least one domain")
    cycle = check_array("discriminations", discriminations, np.finfo(float).tiny)
    width = check_number("spread", spread, 0)
    a, b = [], []
    for mean, n in zip(np.linspace(means[0], means[-1], len(sizes)), sizes, strict=True):
        j = np.arange(1, n + 1)
        b.append(mean + shift + width * ndtri((j - 0.5) / n))
        a.append(cycle[(n + 1 - j if reverse else j) % cycle.size])
    domain = np.repeat(np.arange(len(sizes)), sizes)
    return Form(np.concatenate(a), np.concatenate(b), np.float64(guessing), domain, D)  # type: ignore[arg-type]
