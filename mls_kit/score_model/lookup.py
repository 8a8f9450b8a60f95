"""What a million reports of one exam say: every possible report worked out once, then looked up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .assumptions import Assumptions
from .checks import FloatArray, IntArray, check_array, reject
from .convolution import tail_weights, transform_matrix
from .model import ScoreModel

Array = NDArray[Any]
_CHUNK = 65_536


class CohortOutlook(NamedTuple):
    """What each report of a cohort says: one row a learner, masked where the report is impossible."""

    possible: NDArray[np.bool_]
    probability: FloatArray
    right: np.ma.MaskedArray[Any, Any]
    proportion: np.ma.MaskedArray[Any, Any]
    ability: np.ma.MaskedArray[Any, Any]
    chance: np.ma.MaskedArray[Any, Any]
    assumptions: Assumptions


def _add_domain(done: Array, part: Array, codes: IntArray, labels: int) -> Array:
    """Convolve one more domain in, keeping its ratings apart; (G, R, X) becomes (G, R labels, X + n)."""
    size = done.shape[2]
    out = np.zeros((*done.shape[:2], labels, size + part.shape[1] - 1), np.result_type(done, part))
    for k, code in enumerate(codes):
        out[:, :, code, k : k + size] += done * part[:, k, None, None]
    return out.reshape(done.shape[0], -1, out.shape[3])


@dataclass(frozen=True, eq=False)
class JointTable:
    """All combinations of ratings and raw totals of one exam, with their joint probabilities.

    Each row is one of labels^domains combinations of ratings, the last domain's running fastest; columns are raw totals.

    >>> JointTable(ScoreModel.from_exam_facts([20, 24, 36, 20], 50)).probability.shape
    (81, 51)
    """

    model: ScoreModel

    @cached_property
    def codes(self) -> tuple[IntArray, ...]:
        """Rating code of each number right, by domain."""
        return tuple(self.model.bands.codes(n) for n in self.model.form.counts)

    @property
    def labels(self) -> int:
        """Number of rating labels."""
        return len(self.model.bands.labels)

    def others(self, domain: int) -> FloatArray:
        """Return the joint distribution of all other domains' ratings and total; (G, R, X)."""
        done = np.ones((self.model.g_weights.size, 1, 1))
        for d, part in enumerate(self.model.right_given_g):
            if d != domain:
                done = _add_domain(done, part, self.codes[d], self.labels)
        return done

    def weighted(self, domain: int, values: FloatArray) -> FloatArray:
        """Sum values of one domain over everything consistent with each report."""
        others, n = self.others(domain), self.model.form.counts[domain]
        weighted = (values * self.model.g_weights[:, None, None]).reshape(values.shape[0], -1)
        sums = np.tensordot(others, weighted, (0, 0)).reshape(*others.shape[1:], n + 1, -1)
        before = self.labels**domain
        sums = sums.reshape(before, -1, *sums.shape[1:])
        out = np.zeros((before, self.labels, sums.shape[1], self.model.form.size + 1, sums.shape[4]))
        for k, code in enumerate(self.codes[domain]):
            out[:, code, :, k : k + sums.shape[2]] += sums[:, :, :, k]
        return out.reshape(-1, *out.shape[3:])

    @cached_property
    def means(self) -> tuple[FloatArray, ...]:
        """Joint probability times posterior means of count, proportion and ability; (rows, totals, D) each."""
        model, found = self.model, []
        for d, table in enumerate(model.right_given_theta):
            theta = model.theta[d]
            functions = np.stack([np.ones_like(theta), model.proportion_given_theta[d], theta])
            values = [model.ability_weights @ (table * f[:, None]) for f in functions]
            values.insert(1, values[0] * np.arange(table.shape[1]))
            found.append(self.weighted(d, np.stack(values, axis=2)))
        stacked = np.stack(found, axis=2)
        return stacked[..., 0, 0], stacked[..., 1], stacked[..., 2], stacked[..., 3]

    @property
    def probability(self) -> FloatArray:
        """Joint probability of each rating row and total; shape (rows, totals)."""
        return self.means[0]

    def pass_weight(self, hours: ArrayLike | None = None) -> FloatArray:
        """Return the joint probability of each report and a pass at the retake; (rows, totals)."""
        model = self.model
        study = None if hours is None else check_array("hours", hours, 0)
        if study is not None and study.shape != (model.domains,):
            raise reject("hours", hours, f"{model.domains} numbers of hours, one a domain")
        out = np.zeros_like(self.probability)
        for shifts, share in model.assumptions.rises(study, model.shares):
            out += share * self._pass_weight(shifts)
        return np.clip(out, 0, self.probability)

    def _pass_weight(self, shifts: Sequence[float]) -> FloatArray:
        length = self.model.retake_form.size + 1
        waves = transform_matrix(length)
        factors = [self._factor(d, shift, waves) for d, shift in enumerate(shifts)]
        out = np.zeros_like(self.probability)
        for m, weight in enumerate(tail_weights(length, self.model.retake_cut)):
            out += self._one_frequency([f[:, :, m] for f in factors], weight)
        return out

    def _factor(self, domain: int, shift: float, waves: Array) -> Array:
        model = self.model
        f = model.retake_form.parts[domain].raw_scores(model.theta[domain] + shift)
        spectrum, table = f @ waves[: f.shape[1]], model.right_given_theta[domain]
        joint = (table[:, :, None] * spectrum[:, None, :]).reshape(table.shape[0], -1)
        return (model.ability_weights @ joint).reshape(-1, table.shape[1], waves.shape[1])

    def _one_frequency(self, parts: list[Array], weight: complex) -> FloatArray:
        done = np.ones((parts[0].shape[0], 1, 1), complex)
        for d, part in enumerate(parts[:-1]):
            done = _add_domain(done, part, self.codes[d], self.labels)
        last = parts[-1] * (self.model.g_weights * weight)[:, None]
        # Only the real part is wanted: two real products for the price of half a complex one.
        sums = np.tensordot(done.real, last.real, (0, 0)) - np.tensordot(done.imag, last.imag, (0, 0))
        out = np.zeros((sums.shape[0], self.labels, self.model.form.size + 1))
        for k, code in enumerate(self.codes[-1]):
            out[:, code, k : k + sums.shape[1]] += sums[:, :, k]
        return out.reshape(-1, out.shape[2])

    @cached_property
    def flat(self) -> FloatArray:
        """Everything a look-up needs; (rows * totals, 2 + 3 D): probability, pass weight, means."""
        probability, right, proportion, ability = self.means
        parts = [probability[..., None], self.pass_weight()[..., None], right, proportion, ability]
        return np.concatenate(parts, axis=2).reshape(probability.size, -1)


def look_up(
    table: JointTable, flat: FloatArray, scaled_scores: ArrayLike, ratings: ArrayLike
) -> tuple[FloatArray, np.ma.MaskedArray[Any, Any]]:
    """Return how likely reports are and what else a table, (rows * totals, F), holds of each, given it; masked if impossible."""
    scores, model = np.atleast_1d(check_array("scaled_scores", scaled_scores)), table.model
    codes = check_array("ratings", ratings, 0, table.labels - 1)
    if codes.shape != (scores.size, model.domains) or (codes != np.floor(codes)).any():
        raise reject("ratings", np.shape(ratings), f"whole codes in {scores.size} rows by {model.domains}")
    lower, above = model.scale.totals(scores)
    powers = table.labels ** np.arange(model.domains)[::-1]
    cell = codes.astype(np.int64) @ powers * (model.form.size + 1) + lower
    found = np.empty((scores.size, flat.shape[1]))
    for start in range(0, scores.size, _CHUNK):
        rows = slice(start, start + _CHUNK)
        share = above[rows, None]
        found[rows] = (1 - share) * flat[cell[rows]] + share * flat[np.minimum(cell[rows] + 1, len(flat) - 1)]
    probability = found[:, 0].copy()
    found /= np.where(probability > 0, probability, 1)[:, None]
    return probability, np.ma.MaskedArray(found[:, 1:], np.broadcast_to(probability[:, None] == 0, found[:, 1:].shape))


def infer_cohort(table: JointTable, scaled_scores: ArrayLike, ratings: ArrayLike) -> CohortOutlook:
    """Posterior means and chance of passing for many reports of one exam, as `infer_report` and `Retake.chance` give them.

    `ratings` are known codes, 0 for the weakest label, (learners, D); all scores are on the scale. Source: model.

    >>> table = JointTable(ScoreModel.from_exam_facts([20, 24, 36, 20], 50))
    >>> infer_cohort(table, [714, 700], [[1, 1, 1, 1], [2, 2, 2, 2]]).chance.round(2).tolist()
    [0.39, None]
    """
    probability, found = look_up(table, table.flat, scaled_scores, ratings)
    domains = table.model.domains
    right, proportion, ability = (found[:, start : start + domains] for start in (1, 1 + domains, 1 + 2 * domains))
    return CohortOutlook(probability > 0, probability, right, proportion, ability, found[:, 0], table.model.assumptions)


def _below(table: JointTable, domain: int, proportion: float) -> FloatArray:
    """Return the joint probability of each report and a true proportion right below a bound; (rows, totals)."""
    model, theta = table.model, table.model.theta[domain]
    bound = np.interp(proportion, model.proportion_given_theta[domain], theta)
    part = np.clip((bound - theta) / (theta[1] - theta[0]) + 0.5, 0, 1)  # how much of each grid cell lies below
    values = model.ability_weights @ (model.right_given_theta[domain] * part[:, None])
    return np.clip(table.weighted(domain, values[:, :, None])[..., 0], 0, table.probability)


def chance_below(table: JointTable, scaled_scores: ArrayLike, ratings: ArrayLike, proportion: float) -> np.ma.MaskedArray[Any, Any]:
    """Chance that each learner's true proportion right in each domain is below `proportion`; (learners, D).

    `ratings` are codes with 0 for the weakest label, (learners, D). Masked where a report is impossible. Source: model.

    >>> table = JointTable(ScoreModel.from_exam_facts([20, 24, 36, 20], 50))
    >>> chance_below(table, [690], [[2, 1, 0, 0]], 0.6).round(2).tolist()
    [[0.06, 0.14, 0.38, 0.45]]
    """
    parts = [_below(table, domain, proportion).ravel() for domain in range(table.model.domains)]
    return look_up(table, np.column_stack([table.probability.ravel(), *parts]), scaled_scores, ratings)[1]


def next_ratings(table: JointTable, scaled_scores: ArrayLike, ratings: ArrayLike) -> np.ma.MaskedArray[Any, Any]:
    """Chance of each rating of each learner at another sitting, at unchanged ability; (learners, D, labels).

    `ratings` are codes with 0 for the weakest label, (learners, D). Masked where a report is impossible. Source: model.

    >>> table = JointTable(ScoreModel.from_exam_facts([20, 24, 36, 20], 50))
    >>> next_ratings(table, [690], [[2, 1, 0, 0]])[0, 3].round(2).tolist()
    [0.5, 0.38, 0.12]
    """
    model, parts = table.model, []
    for domain, right in enumerate(model.right_given_theta):
        form = model.retake_form.parts[domain]
        codes, counts = model.bands.codes(form.size), form.raw_scores(model.theta[domain])
        by_label = [counts[:, codes == label].sum(axis=1) for label in range(table.labels)]
        values = np.stack([model.ability_weights @ (right * chance[:, None]) for chance in by_label], axis=2)
        parts.append(np.clip(table.weighted(domain, values), 0, None).reshape(-1, table.labels))
    chances = look_up(table, np.column_stack([table.probability.ravel(), *parts]), scaled_scores, ratings)[1]
    return chances.reshape(-1, model.domains, table.labels)
