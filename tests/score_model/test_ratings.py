from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st
from scipy.integrate import quad
from scipy.special import bdtr
from scipy.stats import beta, binom

from mls_kit.score_model import RatingBands, proportion_posterior, rating_probabilities

THREE = RatingBands(("Needs Improvement", "Competent", "Strong"), (60, 80))
TWO = RatingBands(("Needs Improvement", "Meets Competencies"), (70,))


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
