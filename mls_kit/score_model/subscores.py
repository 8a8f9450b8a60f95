"""Does a rating or a subscore say more of its domain than the total score does? (PRMSE)"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, check_array, reject
from .model import ScoreModel


class Prmse(NamedTuple):
    """Share of a domain's true-score variance that each predictor explains; shapes (D,)."""

    subscore: FloatArray
    total: FloatArray
    both: FloatArray

    @property
    def worth_reporting(self) -> tuple[bool, ...]:
        """For each domain, whether its subscore predicts its true score better than the total."""
        return tuple(bool(w) for w in self.subscore > self.total)


def prmse(covariance: ArrayLike, reliabilities: ArrayLike) -> Prmse:
    """Proportional reduction in mean squared error of each domain's true score, by subscore, total, and both together.

    `covariance` is that of the observed subscores, (D, D), whose sum is the total; `reliabilities` theirs, (D,).
    Source: Haberman (2008), Journal of Educational and Behavioral Statistics 33, 204-229.

    >>> prmse([[2.0, 1.0], [1.0, 2.0]], [0.5, 0.5]).total.round(6).tolist()  # Spearman-Brown: 2/3
    [0.666667, 0.666667]
    """
    observed = check_array("covariance", covariance)
    alpha = np.atleast_1d(check_array("reliabilities", reliabilities, 1e-12, 1))
    if observed.shape != (alpha.size, alpha.size) or not np.allclose(observed, observed.T):
        raise reject("covariance", observed.tolist(), f"a symmetric {alpha.size} x {alpha.size} matrix")
    variance = np.diag(observed)
    if not (variance > 0).all():
        raise reject("covariance", observed.tolist(), "variances above 0")
    true = observed.copy()
    np.fill_diagonal(true, alpha * variance)
    true_variance, with_total = np.diag(true), true.sum(axis=1)
    own_with_total, total_variance = observed.sum(axis=1), observed.sum()
    by_total = with_total**2 / (true_variance * total_variance)
    # Regression of the true score on subscore and total, from its two correlations.
    cross = own_with_total / np.sqrt(variance * total_variance)
    on_own, on_total = np.sqrt(alpha), with_total / np.sqrt(true_variance * total_variance)
    spare = 1 - cross**2
    extra = np.divide((on_total - cross * on_own) ** 2, spare, out=np.zeros_like(spare), where=spare > 1e-12)
    return Prmse(alpha, by_total, alpha + extra)


def cronbach_alpha(responses: ArrayLike) -> float:
    """Coefficient alpha of a matrix of item scores."""
    data = check_array("responses", responses)
    if data.ndim != 2 or min(data.shape) < 2:
        raise reject("responses", data.shape, "a matrix of at least two persons by two items")
    total = data.sum(axis=1).var()
    if not total > 0:
        raise reject("responses", "no variance", "persons with different scores")
    items = data.shape[1]
    return float(items / (items - 1) * (1 - data.var(axis=0).sum() / total))


def prmse_of_items(responses: ArrayLike, domain: Sequence[int]) -> Prmse:
    """PRMSE of the subscores of item scores (persons, items), by subscore, total, and both, with alpha as reliability.

    `domain` is each item's domain 0, 1, ..., of at least two items.
    Source: Haberman (2008); Sinharay (2010), Journal of Educational Measurement 47, 150-174.

    >>> data = [[0, 0, 0, 0], [1, 1, 1, 1], [1, 0, 1, 0], [1, 1, 0, 0]]
    >>> prmse_of_items(data, [0, 0, 1, 1]).subscore.round(6).tolist()  # 2 (1 - (3+4)/11); 2 (1 - (4+3)/11)
    [0.727273, 0.727273]
    """
    data, labels = check_array("responses", responses), np.asarray(domain)
    if data.ndim != 2 or labels.shape != (data.shape[1],):
        raise reject("domain", labels.tolist(), "one domain for each column of responses")
    groups = [data[:, labels == d] for d in range(int(labels.max()) + 1)]
    if any(group.shape[1] < 2 for group in groups):
        raise reject("domain", labels.tolist(), "at least two items in each domain")
    subscores = np.stack([group.sum(axis=1) for group in groups], axis=1)
    return prmse(np.cov(subscores, rowvar=False).reshape(len(groups), -1), [cronbach_alpha(g) for g in groups])


def prmse_of_model(model: ScoreModel) -> tuple[Prmse, FloatArray]:
    """PRMSE of the subscores of a model's base form, and of each domain's rating alone, (D,): what is left of its worth.

    Source: Haberman (2008); variances from the model, the kit's assumption.

    >>> prmse_of_model(ScoreModel.from_exam_facts([20, 24, 36, 20], 50))[0].worth_reporting
    (False, False, False, False)
    """
    sizes = np.array(model.form.counts)
    ability = model.g_weights @ model.ability_weights
    true = model.proportion_given_theta * sizes[:, None]
    given_g = true @ model.ability_weights.T
    mean = true @ ability
    between = (given_g - mean[:, None]) * model.g_weights @ (given_g - mean[:, None]).T
    variance = (true - mean[:, None]) ** 2 @ ability
    parts = [p.probability(t) for p, t in zip(model.form.parts, model.theta, strict=True)]
    error = np.array([ability @ (p * (1 - p)).sum(axis=1) for p in parts])
    np.fill_diagonal(between, variance + error)
    explained = []
    for d, table in enumerate(model.right_given_theta):
        codes = model.bands.codes(int(sizes[d]))
        chance = np.stack([table[:, codes == r].sum(axis=1) for r in range(len(model.bands.labels))])
        weight = chance @ ability
        center = np.divide(chance @ (ability * true[d]), weight, out=np.zeros_like(weight), where=weight > 0)
        explained.append(weight @ (center - mean[d]) ** 2 / variance[d])
    return prmse(between, variance / (variance + error)), np.array(explained)
