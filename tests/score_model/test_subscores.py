import numpy as np
import pytest
from candidates import abilities

from mls_kit.score_model import prmse, prmse_of_items, prmse_of_model
from mls_kit.score_model.subscores import cronbach_alpha


def test_definition_by_regression_on_a_known_covariance():
    """Predict each true score from subscore, total and both, straight from a joint covariance."""
    rng = np.random.default_rng(1)
    root = rng.standard_normal((3, 3))
    true, error = root @ root.T + np.eye(3), np.diag([0.7, 1.1, 0.4])
    observed = true + error
    found = prmse(observed, np.diag(true) / np.diag(observed))
    for s in range(3):
        for predictors, value in (
            (np.eye(3)[[s]], found.subscore[s]),
            (np.ones((1, 3)), found.total[s]),
            (np.stack([np.eye(3)[s], np.ones(3)]), found.both[s]),
        ):
            c = predictors @ true[:, s]
            expected = c @ np.linalg.solve(predictors @ observed @ predictors.T, c) / true[s, s]
            assert value == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("rho", "worth"), [(0.2, True), (0.7, False), (0.8, False), (0.9, False)])
def test_the_total_predicts_every_domain_better_from_a_correlation_of_seven_tenths(model, rho, worth):
    by_score, by_rating = prmse_of_model(model.under(rho=rho))
    assert by_score.worth_reporting == (worth,) * 4
    assert (by_rating < by_score.subscore).all()


def test_model_and_simulated_data_agree(model):
    rng = np.random.default_rng(4)
    theta = abilities(model, 40_000, rng)
    p = np.concatenate([part.probability(theta[:, d]) for d, part in enumerate(model.form.parts)], axis=1)
    data = (rng.random(p.shape) < p).astype(float)
    expected, by_rating = prmse_of_model(model)
    found = prmse_of_items(data, model.form.domain)
    # Alpha is a lower bound of reliability, close here because questions differ little.
    np.testing.assert_allclose(found.subscore, expected.subscore, atol=0.02)
    np.testing.assert_allclose(found.total, expected.total, atol=0.02)
    for d, part in enumerate(model.form.parts):
        truth = part.true_score(theta[:, d])
        codes = model.bands.codes(part.size)[data[:, model.form.domain == d].sum(axis=1).astype(int)]
        means = np.array([truth[codes == r].mean() for r in range(3)])
        assert means[codes].var() / truth.var() == pytest.approx(by_rating[d], abs=0.015)


def test_alpha_from_its_definition():
    data = np.random.default_rng(2).integers(0, 2, (30, 5))
    covariance = np.cov(data, rowvar=False)
    expected = 5 / 4 * (1 - np.trace(covariance) / covariance.sum())
    assert cronbach_alpha(data) == pytest.approx(expected, rel=1e-12)
