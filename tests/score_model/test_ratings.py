from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.integrate import quad
from scipy.special import bdtr
from scipy.stats import beta, binom

from mls_kit.score_model.ratings import RatingBands, proportion_posterior, rating_probabilities

THREE = RatingBands(("Needs Improvement", "Competent", "Strong"), (60, 80))
TWO = RatingBands(("Needs Improvement", "Meets Competencies"), (70,))


def test_first_counts_of_the_four_domains():
    assert [THREE.first_counts(n)[1:] for n in (10, 12, 18)] == [(6, 8), (8, 10), (11, 15)]
    assert TWO.first_counts(10) == (0, 7)


@given(st.integers(1, 200), st.integers(0, 200))
def test_codes_follow_exact_fractions(n, k):
    k = min(k, n)
    share = Fraction(100 * k, n)
    assert THREE.codes(n)[k] == (share >= 60) + (share >= 80)
    assert k in THREE.counts(int(THREE.codes(n)[k]), n)


@given(st.floats(0, 1), st.integers(1, 200), st.sampled_from([THREE, TWO]))
def test_rating_probabilities_are_a_distribution(p, n, bands):
    chance = rating_probabilities(p, n, bands)
    assert chance.min() >= 0
    assert abs(chance.sum() - 1) < 1e-12
    assert chance[0] == pytest.approx(bdtr(bands.first_counts(n)[1] - 1, n, p), abs=1e-11)


def test_a_true_70_percent_is_often_rated_weak():
    assert rating_probabilities(0.7, 10, THREE)[:2].round(3).tolist() == [0.150, 0.467]
    assert round(float(rating_probabilities(0.7, 12, THREE)[0]), 3) == 0.276


@pytest.mark.parametrize("prior", [(1.0, 1.0), (0.5, 0.5), (7.0, 3.0), (30.0, 12.5)])
@pytest.mark.parametrize("rating", [0, 1, 2])
def test_posterior_agrees_with_numerical_integration(prior, rating):
    counts = THREE.counts(rating, 18)

    def density(p):
        return beta.pdf(p, *prior) * binom.pmf(list(counts), 18, p).sum()

    edges = [0.0, 0.02, 0.5, 0.98, 1.0]

    def integral(f):
        return sum(quad(f, a, b, epsabs=1e-12)[0] for a, b in pairwise(edges))

    found, total = proportion_posterior(rating, 18, THREE, prior), integral(density)
    mean = integral(lambda p: p * density(p)) / total
    assert found.probability == pytest.approx(total, rel=1e-6)
    assert found.mean == pytest.approx(mean, rel=1e-6)
    assert found.sd**2 == pytest.approx(integral(lambda p: (p - mean) ** 2 * density(p)) / total, rel=1e-5)
    assert found.at_least(found.quantile(0.3)) == pytest.approx(0.7, abs=1e-10)


def test_posteriors_average_to_the_prior():
    parts = [proportion_posterior(r, 12, THREE, (2.0, 3.0)) for r in range(3)]
    assert sum(p.probability for p in parts) == pytest.approx(1, abs=1e-12)
    assert sum(p.probability * p.mean for p in parts) == pytest.approx(0.4, abs=1e-12)


def test_middle_of_each_band():
    assert [THREE.middle(r) for r in range(3)] == [0.3, 0.7, 0.9]
    assert TWO.middle(1) == 0.85


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: RatingBands(("a", "b", "c"), (80, 60)), "cuts_percent"),
        (lambda: RatingBands(("a", "b", "c"), (60, 60)), "cuts_percent"),
        (lambda: RatingBands(("a", "b"), (60, 80)), "cuts_percent"),
        (lambda: RatingBands(("a", "b"), (0,)), "cuts_percent"),
        (lambda: RatingBands(("a", "b"), (66.7,)), "cuts_percent"),
        (lambda: RatingBands(("a",), ()), "labels"),
        (lambda: rating_probabilities(1.2, 10, THREE), "p"),
        (lambda: rating_probabilities(np.nan, 10, THREE), "p"),
        (lambda: rating_probabilities(0.5, 0, THREE), "questions"),
        (lambda: proportion_posterior("Bad", 10, THREE), "rating"),
        (lambda: proportion_posterior(3, 10, THREE), "rating"),
        (lambda: proportion_posterior(1, 1, THREE), "rating"),
        (lambda: proportion_posterior(1, 10, THREE, (0.0, 1.0)), "prior"),
        (lambda: proportion_posterior(1, 10, THREE).quantile(1.5), "q"),
    ],
)
def test_bad_input_names_argument_value_and_limits(make, name):
    with pytest.raises(ValueError, match=rf"^{name} = .* is not allowed: give "):
        make()
