"""What a scaled score and its ratings, taken together, say about each domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.interpolate import CubicSpline

from .assumptions import Assumptions
from .checks import FloatArray, check_count, check_number, reject
from .convolution import rests
from .model import ScoreModel

Rating = str | int


class ImpossibleReportError(ValueError):
    """The assumptions leave no way for this report to come about."""


class Evidence(NamedTuple):
    """What a report says, in raw terms.

    `totals` are the raw totals that may lie behind the scaled score, each with its weight. `codes` are the domains' ratings, None
    where only the score is used; `counts` are the numbers right that each rating allows.
    """

    totals: tuple[tuple[int, float], ...]
    codes: tuple[int, ...] | None
    counts: tuple[range, ...]

    @classmethod
    def from_total(cls, model: ScoreModel, total: int, ratings: Sequence[Rating] | None = None) -> Evidence:
        """Read a report whose raw total is known."""
        x = check_count("total", total, 0, model.form.size)
        return cls(((x, 1.0),), *_read_ratings(model, ratings))

    @classmethod
    def from_score(cls, model: ScoreModel, scaled_score: float, ratings: Sequence[Rating] | None = None) -> Evidence:
        """Read a report, spreading its scaled score over the raw totals on either side."""
        score = check_number("scaled_score", scaled_score, model.scale.minimum, model.scale.maximum)
        lower, above = (float(v) for v in model.scale.totals(score))
        pair = ((int(lower), 1 - above), (int(lower) + 1, above))
        return cls(tuple(t for t in pair if t[1] > 0), *_read_ratings(model, ratings))

    @property
    def reachable(self) -> tuple[int, int]:
        """Lowest and highest raw total the ratings allow; (0, -1) if a rating cannot occur."""
        if not all(self.counts):
            return 0, -1
        return sum(c[0] for c in self.counts), sum(c[-1] for c in self.counts)

    @property
    def possible(self) -> bool:
        """Whether any total behind the score agrees with the ratings."""
        low, high = self.reachable
        return any(low <= total <= high for total, _ in self.totals)


def _read_ratings(model: ScoreModel, ratings: Sequence[Rating] | None) -> tuple[tuple[int, ...] | None, tuple[range, ...]]:
    sizes = model.form.counts
    if ratings is None:
        return None, tuple(range(n + 1) for n in sizes)
    if isinstance(ratings, str) or len(ratings) != len(sizes):
        raise reject("ratings", ratings, f"{len(sizes)} ratings, one a domain")
    codes = tuple(model.bands.code(r) for r in ratings)
    return codes, tuple(model.bands.counts(r, n) for r, n in zip(codes, sizes, strict=True))


def grid_quantiles(theta: FloatArray, mass: FloatArray, q: Sequence[float]) -> FloatArray:
    """Quantiles of a continuous quantity whose density is known on an even grid."""
    levels = [check_number("q", level, 0, 1) for level in q]
    flat = np.reshape(mass, (-1, theta.size))
    # A unit step, whatever the scale of ability; each row's integral becomes one.
    spline = CubicSpline(np.arange(theta.size), flat, axis=1)
    cumulative = np.maximum.accumulate(spline.antiderivative()(np.arange(theta.size)), axis=1)
    total = cumulative[:, -1:]
    cdf = cumulative / total
    rows = np.arange(flat.shape[0])
    out = np.empty((flat.shape[0], len(levels)))
    for i, level in enumerate(levels):
        left = np.clip((cdf <= level).sum(axis=1) - 1, 0, theta.size - 2)
        c = spline.c[:, left, rows] / total[:, 0]
        short = level - cdf[rows, left]
        rise = cdf[rows, left + 1] - cdf[rows, left]
        t = np.divide(short, rise, out=np.zeros_like(short), where=rise > 0)
        for _ in range(2):
            value = t * (c[3] + t * (c[2] / 2 + t * (c[1] / 3 + t * c[0] / 4)))
            slope = c[3] + t * (c[2] + t * (c[1] + t * c[0]))
            step = np.divide(short - value, slope, out=np.zeros_like(short), where=slope > 0)
            t = np.clip(t + step, 0, 1)
        out[:, i] = theta[left] + t * (theta[1] - theta[0])
    return out.reshape(*np.shape(mass)[:-1], len(levels))


@dataclass(frozen=True, eq=False)
class ReportPosterior:
    """What is known about each domain after one report, `evidence`, which has this `probability` among all candidates.

    `right`, `ability` and `general` are distributions: of each domain's number right, (n_d + 1,) each; of its ability on
    ``model.theta``, (D, Q); and of the general ability on its grid, (G,).
    """

    model: ScoreModel
    evidence: Evidence
    probability: float
    right: tuple[FloatArray, ...]
    ability: FloatArray
    general: FloatArray

    @property
    def assumptions(self) -> Assumptions:
        """The assumptions behind every number here."""
        return self.model.assumptions

    @cached_property
    def mean_right(self) -> FloatArray:
        """Expected number right in this sitting, by domain; shape (D,)."""
        return np.array([f @ np.arange(f.size) for f in self.right])

    @cached_property
    def mean_proportion(self) -> FloatArray:
        """Expected true proportion right on the base form, by domain; shape (D,)."""
        return np.asarray((self.ability * self.model.proportion_given_theta).sum(axis=1))

    @cached_property
    def mean_ability(self) -> FloatArray:
        """Expected ability by domain; shape (D,)."""
        return np.asarray((self.ability * self.model.theta).sum(axis=1))

    def interval_ability(self, level: float = 0.9) -> FloatArray:
        """Return the central interval of ability by domain; shape (D, 2)."""
        tail = (1 - check_number("level", level, 0, 1)) / 2
        return self.model.abilities(grid_quantiles(self.model.z, self.ability, [tail, 1 - tail]))

    def interval_proportion(self, level: float = 0.9) -> FloatArray:
        """Return the central interval of the true proportion right by domain; shape (D, 2)."""
        ends = self.interval_ability(level)
        parts = zip(self.model.form.parts, ends, strict=True)
        return np.stack([part.true_score(end) / part.size for part, end in parts])

    def interval_right(self, level: float = 0.9) -> FloatArray:
        """Return the central interval of the number right by domain, ends included; shape (D, 2)."""
        tail = (1 - check_number("level", level, 0, 1)) / 2
        ends = [(np.cumsum(f) <= tail, np.cumsum(f[::-1]) <= tail) for f in self.right]
        return np.array([(low.sum(), high.size - 1 - high.sum()) for low, high in ends], dtype=float)


def infer_report(model: ScoreModel, evidence: Evidence) -> ReportPosterior:
    """Return distributions of right answers, proportion and ability for each domain, given the whole report, exactly.

    Given the general ability, domains are independent, so their restricted counts convolve; two totals behind one score enter
    as a likelihood weight each. Source: Koller & Friedman (2009), *Probabilistic Graphical Models*, ch. 9; model.
    An ImpossibleReportError if the ratings cannot go with the score under the assumptions.

    >>> model = ScoreModel.from_exam_facts([20, 24, 36, 20], 50)
    >>> infer_report(model, Evidence.from_total(model, 34, ["Competent"] * 4)).mean_right.round(5).tolist()
    [6.57804, 8.50511, 12.38958, 6.52728]
    """
    low, high = evidence.reachable
    if not evidence.possible:
        totals = " or ".join(str(t) for t, _ in evidence.totals)
        allowed = f"{low} to {high} questions right" if high >= low else "no number of questions right"
        raise ImpossibleReportError(f"scaled_score stands for {totals} questions right, but ratings allow {allowed}")
    parts = [m[:, c.start : c.stop] for m, c in zip(model.right_given_g, evidence.counts, strict=True)]
    right, ability = [], []
    for d, rest in enumerate(rests(parts, low, evidence.totals)):
        counts = evidence.counts[d]
        paths = model.g_weights[:, None] * rest
        joint = paths * parts[d]
        total = joint.sum()
        if not total > 0:
            raise ImpossibleReportError("the report is too improbable for the model to say anything about it")
        f = np.zeros(model.form.counts[d] + 1)
        f[counts.start : counts.stop] = joint.sum(axis=0) / total
        likelihood = model.right_given_theta[d][:, counts.start : counts.stop]
        mass = ((model.ability_weights.T @ paths) * likelihood).sum(axis=1)
        right.append(f)
        ability.append(mass / mass.sum())
    return ReportPosterior(model, evidence, float(total), tuple(right), np.stack(ability), joint.sum(axis=1) / total)
