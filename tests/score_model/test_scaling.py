import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.optimize import brentq

from mls_kit.score_model import Form, Scale, conditional_sem, demo_form, lord_sem, pass_probability, raw_score_distribution

AWS = Scale(100, 750, 1000, 36, 50)


def test_halves_round_upward():
    assert Scale(0, 5, 10, 10, 20).report([1, 3]).tolist() == [1, 2]


@given(st.integers(3, 200).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n - 1))), st.integers(101, 899))
def test_inverse_brings_every_raw_score_back(size, standard):
    n, cut = size
    scale = Scale(100, standard, 900, cut, n)
    raw = np.arange(n + 1)
    np.testing.assert_allclose(scale.raw(scale.unrounded(raw)), raw, atol=1e-9)
    lower, above = scale.totals(scale.unrounded(raw))
    np.testing.assert_allclose(lower + above, raw, atol=1e-8)
    assert (above >= 0).all()
    assert (above <= 1).all()


def test_csem_near_the_cut_is_about_54_points():
    form = demo_form([10, 12, 18, 10])
    at_cut = brentq(lambda t: form.true_score(t) - 36, -3, 3)
    assert conditional_sem(form, at_cut, AWS) == pytest.approx(54.095, abs=0.01)


def test_csem_from_first_principles():
    form, table = Form([1.0, 1.3], [0.2, -0.4], [0.1, 0.2]), [100, 420, 900]
    p = form.probability(0.3)
    f = [(1 - p[0]) * (1 - p[1]), p[0] * (1 - p[1]) + p[1] * (1 - p[0]), p[0] * p[1]]
    variance = np.dot(f, np.square(table)) - np.dot(f, table) ** 2
    assert conditional_sem(form, 0.3, table) == pytest.approx(np.sqrt(variance), rel=1e-12)
    raw_variance = (p * (1 - p)).sum()
    assert conditional_sem(form, 0.3) == pytest.approx(np.sqrt(raw_variance), rel=1e-12)


def test_pass_probability_counts_reported_scores():
    form = demo_form([10, 12, 18, 10])
    f = raw_score_distribution(form.probability([-8.0, 0.0, 8.0]))
    np.testing.assert_allclose(pass_probability(form, [-8.0, 0.0, 8.0], AWS), f[:, 36:].sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(pass_probability(form, 0.0, 33), f[1, 33:].sum(), rtol=1e-12)


def test_lords_standard_error():
    assert lord_sem([0, 25, 50], 50).tolist() == pytest.approx([0, np.sqrt(25 * 25 / 49), 0])
