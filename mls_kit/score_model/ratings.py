"""What a rating says about a domain, and whether ratings and subscores add anything to the total."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import beta as beta_function, betainc, betaincc, betaln, binom

from .checks import FloatArray, IntArray, check_array, check_count, check_number, reject


@dataclass(frozen=True)
class RatingBands:
    """The words a report uses for a domain, weakest first, and the percentages right at which they change.

    `cuts_percent` are one fewer than `labels`: the second label starts at the first cut.

    >>> RatingBands(("Needs Improvement", "Competent", "Strong"), (60, 80)).first_counts(18)
    (0, 11, 15)
    """

    labels: tuple[str, ...]
    cuts_percent: tuple[int, ...]

    def __post_init__(self) -> None:
        """Check number and order of the cuts."""
        object.__setattr__(self, "labels", tuple(self.labels))
        cuts = tuple(check_count("cuts_percent", cut, 1, 100) for cut in self.cuts_percent)
        object.__setattr__(self, "cuts_percent", cuts)
        if len(self.labels) < 2 or len(set(self.labels)) != len(self.labels):
            raise reject("labels", self.labels, "at least two different words")
        if len(cuts) != len(self.labels) - 1 or sorted(set(cuts)) != list(cuts):
            raise reject("cuts_percent", self.cuts_percent, f"{len(self.labels) - 1} rising percentages")

    def first_counts(self, questions: int) -> tuple[int, ...]:
        """Return the lowest number right that earns each label, in whole-number arithmetic."""
        n = check_count("questions", questions, 1)
        return (0, *(-(-cut * n // 100) for cut in self.cuts_percent))

    def codes(self, questions: int) -> IntArray:
        """Return the code (0 for the weakest label) earned by 0, 1, ..., `questions` right."""
        firsts = self.first_counts(questions)
        return np.searchsorted(firsts, np.arange(questions + 1), side="right").astype(np.int64) - 1

    def counts(self, code: int, questions: int) -> range:
        """Return the numbers right that earn one label; empty where a short domain skips it."""
        firsts = (*self.first_counts(questions), questions + 1)
        return range(firsts[code], firsts[code + 1])

    def code(self, rating: str | int) -> int:
        """Return the code of a label, or of a code itself."""
        if isinstance(rating, str):
            if rating not in self.labels:
                raise reject("rating", rating, "one of " + ", ".join(self.labels))
            return self.labels.index(rating)
        return check_count("rating", rating, 0, len(self.labels) - 1)

    def middle(self, code: int) -> float:
        """Return the proportion right in the middle of a label's band, such as 0.7 for 60-80 %."""
        edges = (0, *self.cuts_percent, 100)
        return (edges[code] + edges[code + 1]) / 200


def rating_probabilities(p: ArrayLike, questions: int, bands: RatingBands) -> FloatArray:
    """Chance of each rating for candidates whose true proportion right in a domain is `p`; shape (*p.shape, labels).

    `questions` counts the domain's questions on one form. Source: binomial error model, Lord & Novick (1968), ch. 23.

    >>> bands = RatingBands(("Needs Improvement", "Competent", "Strong"), (60, 80))
    >>> rating_probabilities(0.7, 10, bands).round(10).tolist()
    [0.1502683326, 0.466948881, 0.3827827864]
    """
    n = check_count("questions", questions, 1)
    proportion = check_array("p", p, 0, 1)[..., None]
    k = np.arange(n + 1)  # not scipy.stats: it takes longer to import than everything else here together
    pmf = binom(n, k) * proportion**k * (1 - proportion) ** (n - k)
    codes = bands.codes(n)
    by_label = np.stack([pmf[..., codes == r].sum(axis=-1) for r in range(len(bands.labels))], axis=-1)
    return np.asarray(by_label / by_label.sum(axis=-1, keepdims=True), dtype=float)


@dataclass(frozen=True, eq=False)
class ProportionPosterior:
    """What one rating leaves open about the true proportion right: a mixture of beta curves.

    `probability` is the chance of that rating before seeing it, `weights` the probability of each number right that it
    allows, and `alpha`, `beta` the parameters of the beta curve that goes with each; shapes (counts,).
    """

    probability: float
    weights: FloatArray
    alpha: FloatArray
    beta: FloatArray

    @property
    def mean(self) -> float:
        """Mean of the proportion."""
        return float(self.weights @ (self.alpha / (self.alpha + self.beta)))

    @property
    def sd(self) -> float:
        """Standard deviation of the proportion."""
        total = self.alpha + self.beta
        centers = self.alpha / total
        within = centers * (1 - centers) / (total + 1)
        return float(np.sqrt(self.weights @ (within + (centers - self.mean) ** 2)))

    def at_least(self, x: float) -> float:
        """Return the probability that the proportion is x or more."""
        return float(self.weights @ betaincc(self.alpha, self.beta, check_number("x", x, 0, 1)))

    def quantile(self, q: float) -> float:
        """Return the proportion below which a share q of the probability lies."""
        level = check_number("q", q, 0, 1)
        if level in (0.0, 1.0):
            return level
        return float(brentq(lambda x: self.weights @ betainc(self.alpha, self.beta, x) - level, 0, 1, xtol=1e-14))


def proportion_posterior(
    rating: str | int, questions: int, bands: RatingBands, prior: tuple[float, float] = (1.0, 1.0)
) -> ProportionPosterior:
    """Distribution of the true proportion right, in closed form, given one domain's rating (label or code) alone.

    `questions` counts the domain's questions on one form; `prior` are the parameters of the beta curve assumed before,
    (1, 1) for all proportions alike. Source: beta-binomial model, Keats & Lord (1962), Psychometrika 27, 59-72.

    >>> bands = RatingBands(("Needs Improvement", "Competent", "Strong"), (60, 80))
    >>> round(proportion_posterior("Competent", 10, bands).mean, 12)  # 6 or 7 right: (7/12 + 8/12) / 2
    0.625
    """
    n = check_count("questions", questions, 1)
    a, b = check_array("prior", prior, np.finfo(float).tiny)
    k = np.array(bands.counts(bands.code(rating), n), dtype=float)
    if not k.size:
        raise reject("rating", rating, f"one that {n} questions can earn")
    beta_binomial = binom(n, k) * beta_function(a + k, b + n - k) / beta_function(a, b)
    total = beta_binomial.sum()
    if not total > 0:
        raise reject("prior", prior, "one under which the rating is possible")
    return ProportionPosterior(float(total), beta_binomial / total, a + k, b + n - k)


def counts_posterior(right: float, asked: float, prior: tuple[float, float] = (1.0, 1.0)) -> ProportionPosterior:
    """Distribution of the true proportion right, a single beta curve, given `right` of `asked` questions.

    `prior` are the parameters of the beta curve assumed beforehand, (1, 1) for all proportions alike.

    >>> round(counts_posterior(52, 65).quantile(0.05), 3)
    0.705
    """
    n = check_number("asked", asked, 0)
    k = check_number("right", right, 0, n)
    a, b = check_array("prior", prior, np.finfo(float).tiny)
    # Questions may count in part, as practice does: no count of whole questions could be drawn.
    probability = float(np.exp(betaln(a + k, b + n - k) - betaln(a, b) - betaln(k + 1, n - k + 1)) / (n + 1))
    return ProportionPosterior(probability, np.ones(1), np.array([a + k]), np.array([b + n - k]))
