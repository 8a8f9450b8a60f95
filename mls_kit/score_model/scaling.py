"""How a raw score becomes a scaled score, how precise it is, and what many attempts at one ability bring."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, IntArray, check_array, check_count, check_number, reject
from .convolution import convolve
from .equating import equated_cut
from .forms import Form, raw_score_distribution

if TYPE_CHECKING:  # the model is made of what is in this file
    from .model import ScoreModel


@dataclass(frozen=True)
class Scale:
    """A reporting scale made of two straight pieces that meet at the passing standard.

    `minimum`, `standard` and `maximum` are the scaled scores for no question right, the raw cut and every question right;
    `questions` is the number of scored questions on the base form, `raw_cut` the raw score on it that passes, and `foot` the
    raw score up to which the lowest scaled score goes. That an exam uses two pieces is the kit's assumption (model).
    Source for linear scales: Kolen & Brennan (2014), ch. 9.

    Raises
    ------
    ValueError
        If the scaled scores are out of order, or the foot or the cut is outside the raw range.

    Examples
    --------
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

    Examples
    --------
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

    Examples
    --------
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

    Examples
    --------
    >>> lord_sem(5, 10).round(6).item()  # sqrt(25 / 9)
    1.666667
    """
    n = check_count("questions", questions, 2)
    value = check_array("x", x, 0, n)
    return np.asarray(np.sqrt(value * (n - value) / (n - 1)), dtype=float)


def binomial_sem(p: ArrayLike, questions: int) -> FloatArray:
    """Binomial standard error of the number right at true proportions `p`: sqrt(n p (1 - p)), in raw-score units.

    Source: Lord & Novick (1968), *Statistical Theories of Mental Test Scores*, ch. 11.

    Examples
    --------
    >>> binomial_sem(0.5, 100).item()
    5.0
    """
    n = check_count("questions", questions, 1)
    value = check_array("p", p, 0, 1)
    return np.asarray(np.sqrt(n * value * (1 - value)), dtype=float)


_REACH, _COARSE, _FINE = 6.0, 97, 33  # abilities, and points of the two grids that invert the true score


@dataclass(frozen=True, eq=False)
class Sittings:
    """Raw and reported scores of many sittings on one form, at one ability or (`ability` None) among all candidates.

    `shares` of the sittings have 0, 1, ... questions right and the reported `scores`; `standard` is the passing standard.
    Source: model; distribution of questions right by Lord & Wingersky (1984).
    """

    ability: float | None
    shares: FloatArray
    scores: IntArray
    standard: int

    @property
    def cut(self) -> int:
        """Fewest questions right that pass."""
        return equated_cut(self.scores, self.standard)

    @property
    def mean_right(self) -> float:
        """Mean number of questions right."""
        return float(self.shares @ np.arange(self.shares.size))

    @property
    def true_score(self) -> float:
        """Mean of the reported scores; at one ability this is the true scaled score."""
        return float(self.shares @ self.scores)

    @property
    def csem(self) -> float:
        """Standard deviation of the reported scores; at one ability this is the conditional standard error."""
        return float(np.sqrt(self.shares @ (self.scores - self.true_score) ** 2))

    @property
    def passing(self) -> float:
        """Share of sittings that pass."""
        return self.reaching(self.standard)

    def reaching(self, score: float) -> float:
        """Return the share of sittings with this reported score or a higher one."""
        return min(1.0, float(self.shares[self.scores >= score].sum()))

    def with_right(self, least: int) -> float:
        """Return the share of sittings with so many questions right, or more."""
        return min(1.0, float(self.shares[least:].sum()))

    def band(self, width: float = 1.0) -> tuple[float, float, float]:
        """Return low and high end of the band of `width` standard errors to either side, and the share of sittings in it."""
        reach = check_number("width", width, 0) * self.csem
        low, high = max(self.true_score - reach, self.scores[0]), min(self.true_score + reach, self.scores[-1])
        inside = (self.scores >= low - 1e-9) & (self.scores <= high + 1e-9)
        return float(low), float(high), min(1.0, float(self.shares[inside].sum()))

    def differences(self) -> tuple[IntArray, FloatArray]:
        """Return by how many points two such sittings differ, rising, and the share of pairs that do."""
        apart = np.abs(self.scores[:, None] - self.scores)
        points, place = np.unique(apart, return_inverse=True)
        together = np.outer(self.shares, self.shares).ravel()
        return np.asarray(points), np.asarray(np.bincount(place.ravel(), together, points.size), dtype=float)

    def differing(self, points: float) -> float:
        """Return the share of pairs of sittings that differ by so many points or more."""
        apart, often = self.differences()
        return min(1.0, float(often[apart >= points].sum()))

    def difference_reached(self, share: float) -> int:
        """Return the largest difference that at least this share of pairs reaches."""
        apart, often = self.differences()
        reached = np.cumsum(often[::-1])[::-1] >= check_number("share", share, 0, 1) - 1e-12
        return int(apart[reached].max())


def sittings(model: ScoreModel, ability: float | None = None, *, retake: bool = False) -> Sittings:
    """Return the shares of raw and reported scores that many sittings of an exam bring.

    `ability` is the same in every domain; without it, all candidates sit. `retake` takes the model's retake form.

    Examples
    --------
    >>> from mls_kit.score_model import ScoreModel
    >>> round(sittings(ScoreModel.from_exam_facts([20, 24, 36, 20], 50), 0.0).passing, 2)
    0.6
    """
    form = model.retake_form if retake else model.form
    scores = model.retake_scores if retake else model.scale.report(np.arange(form.size + 1))
    if ability is None:
        shares = _among_all(model, form)
    else:
        shares = raw_score_distribution(form.probability(check_number("ability", ability)))
    return Sittings(ability, shares, scores, model.scale.standard)


def _among_all(model: ScoreModel, form: Form) -> FloatArray:
    total = np.ones((model.g_weights.size, 1))
    for part, theta in zip(form.parts, model.theta, strict=True):
        total = convolve(total, model.ability_weights @ part.raw_scores(theta))
    return np.asarray(model.g_weights @ total)


def sittings_behind(model: ScoreModel, score: float) -> Sittings:
    """Return the sittings on the base form at the ability whose mean reported score is `score`, a score on the scale.

    Where no ability has so low or so high a mean, at the nearest from -6 to 6: guessing alone lifts the mean above the
    bottom. Source: model; one reported score is taken for the true score, `infer_report` reads the whole report.

    Examples
    --------
    >>> from mls_kit.score_model import ScoreModel
    >>> round(sittings_behind(ScoreModel.from_exam_facts([20, 24, 36, 20], 50), 750).csem)
    54
    """
    scale = model.scale
    wanted = check_number("score", score, scale.minimum, scale.maximum)
    grid, true = _true_scores(model)
    place = int(np.clip(np.searchsorted(true, wanted), 1, grid.size - 1))
    near = np.linspace(grid[place - 1], grid[place], _FINE)
    return sittings(model, float(np.interp(wanted, _means(model, near), near)))


def _means(model: ScoreModel, ability: FloatArray) -> FloatArray:
    scores = model.scale.report(np.arange(model.form.size + 1))
    return np.asarray(raw_score_distribution(model.form.probability(ability)) @ scores)


@lru_cache(maxsize=64)
def _true_scores(model: ScoreModel) -> tuple[FloatArray, FloatArray]:
    grid = np.linspace(-_REACH, _REACH, _COARSE)
    return grid, _means(model, grid)


@lru_cache(maxsize=64)
def lengthened(model: ScoreModel, questions: int) -> ScoreModel:
    """Return the same exam with another number of scored questions, its raw cut the same share of them.

    Raises
    ------
    ValueError
        If there is not a question for every domain, or the model was not made from an exam's facts.

    Examples
    --------
    >>> from mls_kit.score_model import ScoreModel
    >>> lengthened(ScoreModel.from_exam_facts([20, 24, 36, 20], 50), 200).scale.raw_cut
    144
    """
    if model.facts is None:
        raise reject("facts", None, "a model made by ScoreModel.from_exam_facts")
    scored = check_count("questions", questions, model.domains)
    if scored == model.form.size:
        return model
    return type(model).from_exam_facts(*model.facts._replace(scored=scored), assumptions=model.assumptions)
