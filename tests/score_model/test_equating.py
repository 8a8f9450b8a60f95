import numpy as np
import pytest
from hypothesis import given, strategies as st

from mls_kit.score_model import (
    Form,
    bootstrap_error,
    demo_form,
    equated_cut,
    equating_error,
    equipercentile_equating,
    irt_observed_score_equating,
    irt_true_score_equating,
    linear_equating,
    log_linear_smoothing,
    marginal_distribution,
)

Z = np.linspace(-5, 5, 101)
NORMAL = np.exp(-(Z**2) / 2)
counts = st.lists(st.integers(0, 50), min_size=2, max_size=30).filter(lambda c: sum(c) > 0)


def slow_equipercentile(new, base):
    """The textbook's two searches, score by score."""
    f, g = np.array(new) / sum(new), np.array(base) / sum(base)
    level, out = np.cumsum(g), []
    for x in range(f.size):
        rank = f[:x].sum() + f[x] / 2
        above = [k for k in range(g.size) if level[k] > rank + 1e-12]
        below = [k for k in range(g.size) if level[k] < rank - 1e-12]
        up, low = (above[0] if above else None), (below[-1] if below else -1)
        before = 0 if not up else level[up - 1]
        high_end = g.size - 0.5 if up is None else up - 0.5 + max(rank - before, 0) / g[up]
        low_end = low + 0.5
        if low + 1 < g.size and g[low + 1] > 0:
            low_end += (rank - (level[low] if low >= 0 else 0)) / g[low + 1]
        out.append((high_end + low_end) / 2)
    return out


@given(counts, counts)
def test_equipercentile_agrees_with_a_slow_search(new, base):
    np.testing.assert_allclose(equipercentile_equating(new, base), slow_equipercentile(new, base), atol=1e-8)


@pytest.mark.parametrize(
    ("new", "base", "equated"),
    [
        ([1, 1], [1, 0, 0, 1], [0, 3]),
        ([2, 1, 1], [2, 1, 0, 0, 1], [0, 1, 4]),
        ([1, 2, 1], [1, 1, 0, 0, 1, 1], [0, 2.5, 5]),
        ([0.1, 0.2, 0.2, 0.5], [0.2, 0.0, 0.0, 0.8], [-0.25, 1.5, 2.75, 3.1875]),  # 0.3 - 0.1 is a hair above 0.2
    ],
)
def test_flat_steps_go_to_their_middle(new, base, equated):
    assert equipercentile_equating(new, base).tolist() == pytest.approx(equated)


def test_ends_below_and_above_everybody():
    new, base = [0, 1, 1, 0], [0, 0, 1, 1, 0]
    assert equipercentile_equating(new, base)[[0, 3]].tolist() == [0.5, 4.0]
    assert equipercentile_equating(new, base, ends="outer")[[0, 3]].tolist() == [-0.5, 4.5]


def test_forms_of_different_length_keep_tiny_tails():
    new, base = demo_form([50] * 4), demo_form([40] * 3)
    equated = irt_observed_score_equating(new, base, Z, NORMAL)
    assert equated.shape == (201,)
    assert (np.diff(equated) > 0).all()
    assert equated[0] > -0.5
    assert equated[-1] < 120.5


def test_observed_score_equating_is_equipercentile_of_marginals():
    new, base = demo_form([5, 6], 0.4), demo_form([5, 6])
    expected = slow_equipercentile(*(marginal_distribution(f, Z, NORMAL) for f in (new, base)))
    np.testing.assert_allclose(irt_observed_score_equating(new, base, Z, NORMAL), expected, atol=1e-6)


def test_true_score_equating_of_the_demo_forms():
    base, new = demo_form([10, 12, 18, 10]), demo_form([10, 12, 18, 10], 0.35, reverse=True)
    equated = irt_true_score_equating(new, base)
    assert equated_cut(equated, 36) == 33
    assert equated[33] == pytest.approx(36.02184741181, abs=1e-9)
    assert equated[[0, 50]].tolist() == [0, 50]
    np.testing.assert_allclose(equated[:11], np.arange(11))  # both sums of c are 10
    np.testing.assert_allclose(irt_true_score_equating(base, base), np.arange(51), atol=1e-9)


def test_true_score_equating_below_unequal_guessing():
    new, base = Form([1.0] * 4, [0.0] * 4, 0.25), Form([1.0] * 6, [0.0] * 6, 0.25)
    assert irt_true_score_equating(new, base, [0.5, 1.0, 4]).tolist() == pytest.approx([0.75, 1.5, 6])
    assert irt_true_score_equating(new, base, [2.0]).tolist() == pytest.approx([3.0])
    free = Form([1.0] * 4, [0.0] * 4, 0.0)
    assert irt_true_score_equating(free, base)[0] == 0


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=20), st.sampled_from([1.0, 1.7]))
def test_true_score_equating_runs_both_ways(difficulties, scaling):
    new = Form([1.1] * len(difficulties), difficulties, 0.2, D=scaling)
    base = Form([0.9] * 12, np.linspace(-2, 2, 12), 0.2, D=scaling)
    scores = np.linspace(new.c.sum() + 0.05, new.size - 0.05, 9)
    back = irt_true_score_equating(base, new, irt_true_score_equating(new, base, scores))
    np.testing.assert_allclose(back, scores, atol=1e-6)


# Made-up counts of two forms of 20 questions, taken by different people.
NEW = [0, 1, 2, 4, 9, 14, 20, 31, 44, 52, 60, 63, 58, 49, 40, 29, 21, 12, 7, 3, 1]
BASE = [0, 0, 1, 3, 5, 9, 15, 22, 33, 47, 57, 66, 70, 62, 51, 38, 27, 18, 9, 5, 2]


def people(counts):
    return np.repeat(np.arange(len(counts)), counts)


def test_linear_equating_with_estimates_of_the_population():
    slope = np.std(people(BASE), ddof=1) / np.std(people(NEW), ddof=1)
    expected = np.mean(people(BASE)) + slope * (np.arange(21) - np.mean(people(NEW)))
    np.testing.assert_allclose(linear_equating(NEW, BASE, ddof=1), expected, atol=1e-12)


@pytest.mark.parametrize("degree", [1, 2, 4, 6])
def test_smoothing_keeps_as_many_moments_as_its_degree(degree):
    smooth, used = log_linear_smoothing(NEW, degree)
    score = np.arange(21) / 20
    assert used == degree
    assert smooth.sum() == pytest.approx(sum(NEW))
    for power in range(1, degree + 1):
        assert smooth @ score**power == pytest.approx(NEW @ score**power, rel=1e-9)
    assert smooth.min() > 0


def test_the_degree_is_the_one_that_the_counts_call_for():
    truth = np.exp(-0.5 * ((np.arange(41) - 22) / 6) ** 2)
    counts = np.random.default_rng(4).multinomial(4000, truth / truth.sum())
    assert log_linear_smoothing(counts)[1] == 2
    two_hills = counts + np.roll(counts, 14)
    assert log_linear_smoothing(two_hills)[1] > 2


def test_smoothing_makes_equating_steadier():
    def smoothed(f, g):
        return equipercentile_equating(log_linear_smoothing(f, 3)[0], log_linear_smoothing(g, 3)[0])

    rough, steady = (bootstrap_error(NEW, BASE, way, repeats=200, seed=1)[4:17] for way in (None, smoothed))
    assert steady.mean() < 0.9 * rough.mean()


@pytest.mark.parametrize(
    ("method", "equate"), [("equipercentile", equipercentile_equating), ("linear", lambda f, g: linear_equating(f, g, ddof=1))]
)
def test_analytic_errors_are_those_of_drawing_people_anew(method, equate):
    analytic = equating_error(NEW, BASE, method)[4:14]
    drawn = bootstrap_error(NEW, BASE, equate, repeats=2000, seed=3)[4:14]
    np.testing.assert_allclose(analytic, drawn, rtol=0.2)
    fewer = equating_error([n * 4 for n in NEW], [n * 4 for n in BASE], method)[4:14]
    np.testing.assert_allclose(fewer, analytic / 2, rtol=0.01)


@pytest.mark.whole
def test_pyequate_agrees():
    """An independent implementation of the field's methods: smoothing, equating, standard errors, AIC."""
    pyequate = pytest.importorskip("pyequate")
    pd = pytest.importorskip("pandas")
    scores, inner = np.arange(21), slice(2, 20)
    for degree in (2, 4, 6):
        theirs = pyequate.presmooth(pd.Series(NEW), 0, 20, degrees=[degree], stepup=False)
        np.testing.assert_allclose(log_linear_smoothing(NEW, degree)[0], np.ravel(theirs), rtol=1e-6)
    aic = pyequate.presmooth(pd.Series(NEW), 0, 20, degrees=[6], compare=True)["AIC"].to_numpy()
    assert log_linear_smoothing(NEW)[1] == 1 + int(np.argmin(aic))
    x, y = pd.Series(people(NEW)), pd.Series(people(BASE))
    theirs = pyequate.equipercen(x, y, 0, 20)["equated"].to_numpy()
    np.testing.assert_allclose(equipercentile_equating(NEW, BASE)[inner], theirs[inner], atol=1e-9)
    np.testing.assert_allclose(linear_equating(NEW, BASE), pyequate.linear(x, y, 0, 20).iloc[:, 1], atol=1e-9)
    errors = pyequate.eq_see_asy(scores, NEW, scores, BASE)["SEE"].to_numpy()
    np.testing.assert_allclose(equating_error(NEW, BASE)[inner], errors[inner], rtol=1e-9)
    errors = pyequate.linear_se(x, y, scores)["SEE"].to_numpy()
    np.testing.assert_allclose(equating_error(NEW, BASE, "linear"), errors, rtol=1e-9)
