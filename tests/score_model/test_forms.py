import numpy as np
from hypothesis import given, strategies as st
from scipy.stats import poisson_binom

from mls_kit.score_model import Form, demo_form, marginal_distribution, question_counts, raw_score_distribution

chances = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@given(chances)
def test_distribution_agrees_with_scipy_and_is_a_distribution(p):
    f = raw_score_distribution(p)
    np.testing.assert_allclose(f, poisson_binom.pmf(np.arange(len(p) + 1), p), atol=1e-12)
    assert f.min() >= 0
    assert abs(f.sum() - 1) < 1e-12


def test_long_forms_and_far_abilities_stay_distributions():
    form = demo_form([50] * 4, D=1.7, discriminations=(0.8, 1.5, 2.5))
    f = raw_score_distribution(form.probability([-8.0, -3.0, 0.0, 3.0, 8.0]))
    assert (f >= 0).all()
    assert np.isfinite(f).all()
    np.testing.assert_allclose(f.sum(axis=-1), 1, rtol=0, atol=1e-12)
    np.testing.assert_allclose(f @ np.arange(201), form.true_score([-8.0, -3.0, 0.0, 3.0, 8.0]), rtol=1e-12)


def test_item_response_follows_the_three_parameter_curve():
    form = Form([1.2], [0.5], [0.25], D=1.7)
    expected = 0.25 + 0.75 / (1 + np.exp(-1.7 * 1.2 * (np.array([-1.0, 2.0]) - 0.5)))
    np.testing.assert_allclose(form.probability([-1.0, 2.0])[:, 0], expected, rtol=1e-14)


def test_marginal_distribution_weights_the_abilities():
    form = demo_form([2, 3])
    parts = [raw_score_distribution(form.probability(t)) for t in (-1.0, 1.0)]
    np.testing.assert_allclose(marginal_distribution(form, [-1.0, 1.0], [1, 3]), 0.25 * parts[0] + 0.75 * parts[1])


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6), st.integers(200, 300))
def test_counts_are_within_one_of_their_quota(weights, scored):
    counts = question_counts(weights, scored)
    assert sum(counts) == scored
    assert all(abs(c - scored * w / sum(weights)) < 1 for c, w in zip(counts, weights, strict=True))


def test_demo_difficulties_spread_evenly_over_any_number_of_domains():
    form = demo_form([9, 9, 9], spread=0.0)
    assert [round(part.b[0], 12) for part in form.parts] == [-0.9, -0.75, -0.6]
