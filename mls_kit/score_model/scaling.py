"""How a raw score becomes a scaled score, how precise it is, and what many attempts at one ability bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, IntArray, check_array, check_count, check_number, reject
from .forms import Form, raw_score_distribution


@dataclass(frozen=True)
class Scale:
    """A reporting scale made of two straight pieces that meet at the passing standard.

    `minimum`, `standard` and `maximum` are the scaled scores for no question right, the raw cut and every question right;
    `questions` is the number of scored questions on the base form, `raw_cut` the raw score on it that passes, and `foot` the
    raw score up to which the lowest scaled score goes. That an exam uses two pieces is the kit's assumption (model).
    Source for linear scales: Kolen & Brennan (2014), ch. 9.

    >>> Scale(100, 750, 1000, raw_cut=36, questions=50).report([0, 34, 36, 50]).tolist()
    [100, 714, 750, 1000]
    """

    minimum: int
    standard: int
    maximum: int
    raw_cut: float
    questions: int
    foot: float = 0.0

    def __post_init__(self) -> None:
        """Check the order of the three scaled scores and the cut."""
        for name in ("minimum", "standard", "maximum"):
            object.__setattr__(self, name, check_count(name, getattr(self, name), -(10**9)))
        object.__setattr__(self, "questions", check_count("questions", self.questions, 2))
        if not self.minimum < self.standard < self.maximum:
            order = (self.minimum, self.standard, self.maximum)
            raise reject("minimum, standard, maximum", order, "three scores in rising order")
        cut = check_number("raw_cut", self.raw_cut)
        if not 0 < cut < self.questions:
            raise reject("raw_cut", self.raw_cut, f"a raw score above 0 and below {self.questions}")
        if not 0 <= check_number("foot", self.foot) < cut:
            raise reject("foot", self.foot, f"a raw score from 0 up, below the raw cut of {cut:g}")

    def unrounded(self, raw: ArrayLike) -> FloatArray:
        """Return the scaled score before rounding, for whole or equated raw scores."""
        value = check_array("raw", raw, 0, self.questions)
        knots = (self.foot, self.raw_cut, self.questions), (self.minimum, self.standard, self.maximum)
        return np.asarray(np.interp(value, *knots), dtype=float)

    def report(self, raw: ArrayLike) -> IntArray:
        """Return the scaled score as reported: rounded, halves upward."""
        return np.asarray(np.floor(self.unrounded(raw) + 0.5), dtype=np.int64)

    def raw(self, scaled: ArrayLike) -> FloatArray:
        """Return the raw score, as a rule not a whole number, that lies at a scaled score."""
        value = check_array("scaled_score", scaled, self.minimum, self.maximum)
        knots = (self.minimum, self.standard, self.maximum), (self.foot, self.raw_cut, self.questions)
        return np.asarray(np.interp(value, *knots), dtype=float)

    def totals(self, scaled: ArrayLike) -> tuple[IntArray, FloatArray]:
        """Return the raw total just below a scaled score, and the weight of the total above it."""
        raw = self.raw(scaled)
        # A scaled score that hits a raw score exactly must not drift to a neighbor by rounding.
        raw = np.where(np.abs(raw - np.rint(raw)) < 1e-9, np.rint(raw), raw)
        lower = np.minimum(np.floor(raw).astype(np.int64), self.questions - 1)
        return lower, np.asarray(raw - lower, dtype=float)


def _score_table(form: Form, scores: Scale | ArrayLike | None) -> FloatArray:
    if scores is None:
        return np.arange(form.size + 1.0)
    if isinstance(scores, Scale):
        if scores.questions != form.size:
            raise reject("scores", scores, f"a scale of {form.size} questions")
        return scores.report(np.arange(form.size + 1)).astype(float)
    table = check_array("scores", scores)
    if table.shape != (form.size + 1,):
        raise reject("scores", table.tolist(), f"{form.size + 1} scores, one a raw score")
    return table


def conditional_sem(form: Form, theta: ArrayLike, scores: Scale | ArrayLike | None = None) -> FloatArray:
    """Conditional standard error of measurement at each ability, in units of the reported score; the shape of `theta`.

    `scores` is a scale for this form, or one reported score for each raw score 0 ... N; by default raw scores themselves.
    Source: Kolen, Zeng & Hanson (1996), Journal of Educational Measurement 33, 129-140.

    >>> conditional_sem(Form([1.0] * 4, [0.0] * 4, 0.0), 0.0).item()  # four fair coins
    1.0
    """
    table = _score_table(form, scores)
    f = raw_score_distribution(form.probability(theta))
    # Around the mean: no loss of digits where the spread is small.
    mean = (f @ table)[..., None]
    return np.asarray(np.sqrt((f * (table - mean) ** 2).sum(axis=-1)), dtype=float)


def pass_probability(form: Form, theta: ArrayLike, cut: Scale | float) -> FloatArray:
    """Chance of passing this form at each ability, as probabilities in the shape of `theta`.

    `cut` is the raw score that passes, or the base form's scale for this form: then the reported score must reach the
    standard. Source: Lord & Wingersky (1984) for the distribution; the decision rule is the report's own.

    >>> pass_probability(Form([1.0, 1.0], [0.0, 0.0], 0.0), 0.0, 1).item()  # at least one head of two
    0.75
    """
    f = raw_score_distribution(form.probability(theta))
    if isinstance(cut, Scale):
        passing = _score_table(form, cut) >= cut.standard
    else:
        passing = np.arange(form.size + 1) >= check_number("cut", cut, 0, form.size)
    return np.asarray(np.clip(f[..., passing].sum(axis=-1), 0, 1), dtype=float)


def lord_sem(x: ArrayLike, questions: int) -> FloatArray:
    """Lord's standard error of measurement of raw scores `x`: sqrt(x (n - x) / (n - 1)), in raw-score units.

    Source: Lord (1955), Educational and Psychological Measurement 15, 325-336.

    >>> lord_sem(5, 10).round(6).item()  # sqrt(25 / 9)
    1.666667
    """
    n = check_count("questions", questions, 2)
    value = check_array("x", x, 0, n)
    return np.asarray(np.sqrt(value * (n - value) / (n - 1)), dtype=float)


def binomial_sem(p: ArrayLike, questions: int) -> FloatArray:
    """Binomial standard error of the number right at true proportions `p`: sqrt(n p (1 - p)), in raw-score units.

    Source: Lord & Novick (1968), *Statistical Theories of Mental Test Scores*, ch. 11.

    >>> binomial_sem(0.5, 100).item()
    5.0
    """
    n = check_count("questions", questions, 1)
    value = check_array("p", p, 0, 1)
    return np.asarray(np.sqrt(n * value * (1 - value)), dtype=float)
