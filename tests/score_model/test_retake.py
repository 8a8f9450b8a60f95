import numpy as np
import pytest
from candidates import after_score, after_total
from hypothesis import given, settings, strategies as st
from scipy.stats import gamma

from mls_kit.score_model import Assumptions, Evidence, ScoreModel, pass_probability, raise_ratings, raw_score_distribution

CURVES = [
    ScoreModel.from_exam_facts([2, 3, 4], 30, assumptions=Assumptions(gain_spread=spread, tau_hours=tau))
    for spread, tau in ((0.0, (40.0, 60.0, 90.0)), (0.9, 150.0), (1.4, 40.0))
]


@pytest.fixture(scope="module")
def retake(model):
    return after_total(model, 34, [1] * 4)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(CURVES),
    st.integers(0, 30),
    st.lists(st.integers(0, 2), min_size=3, max_size=3),
    st.lists(st.floats(0, 300), min_size=3, max_size=3),
    st.integers(0, 2),
    st.floats(0, 500),
)
def test_more_study_never_lowers_the_chance_to_pass(exam, total, ratings, hours, domain, more):
    retake = after_total(exam, total, ratings if Evidence.from_total(exam, total, ratings).possible else None)
    further = [h + more * (d == domain) for d, h in enumerate(hours)]
    before, after = retake.chances([hours, further])
    assert 0 <= before <= 1
    assert after >= before - 1e-12


@given(st.lists(st.floats(0, 1e4), min_size=3, max_size=3), st.floats(0, 100), st.sampled_from(CURVES))
def test_study_never_lowers_ability(hours, more, exam):
    a, hours = exam.assumptions, np.array(hours)
    gain = a.study_gain(hours, exam.shares)
    assert (a.study_gain(hours + more, exam.shares) >= gain - 1e-12).all()
    assert (gain >= 0).all()
    assert (gain <= a.headroom).all()


def test_every_domain_has_its_own_pace():
    """Hours by domain where they are given, else by what there is to learn: the domain's share of the exam."""
    hours = np.array([30.0, 60.0, 120.0])
    own = CURVES[0].assumptions.study_gain(hours, CURVES[0].shares)
    np.testing.assert_allclose(own, 1.1 * (1 - np.exp(-hours / [40.0, 60.0, 90.0])))
    shared = CURVES[1].assumptions.study_gain(90 * CURVES[1].shares, CURVES[1].shares)
    np.testing.assert_allclose(shared, 1.1 * (1 - np.exp(-90 / 150)))


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(CURVES), st.integers(100, 999), st.floats(0, 400), st.booleans())
def test_a_higher_score_never_lowers_the_chance(exam, score, hours, study):
    plan = hours * exam.shares if study else None
    low, high = (after_score(exam, each).chance(plan) for each in (score, score + 1))
    assert high >= low - 1e-9


def test_sitting_again_helps_a_little_and_knowing_the_same_does_not(retake, model):
    shift = retake.chances_raised([[0.0] * 4, [model.assumptions.retest] * 4])
    assert retake.chance() == pytest.approx(shift[0])
    assert retake.chance([0.0] * 4) == pytest.approx(shift[1])


@pytest.mark.parametrize("hours", [20.0, 80.0, 200.0])
def test_three_kinds_of_learners_stand_for_all(retake, model, hours):
    """Gains spread like a gamma curve of the same mean and spread bring the same chance, within a point."""
    a = model.assumptions
    shape = 1 / a.gain_spread**2
    times = gamma.ppf((np.arange(200) + 0.5) / 200, shape, scale=1 / shape)
    gain = a.study_gain(hours * model.shares, model.shares)
    exact = retake.chances_raised(a.retest + times[:, None] * gain).mean()
    assert retake.chance(hours * model.shares) == pytest.approx(exact, abs=0.02)


def test_with_one_ability_known_the_retake_is_the_form_at_that_ability():
    """With no spread of ability left to infer, the report cannot matter."""
    exam = ScoreModel.from_exam_facts([1, 1], 20, assumptions=Assumptions(sd=1e-6, mean=0.4))
    retake = after_total(exam, 11, [1, 0])
    f = raw_score_distribution(exam.retake_form.probability(0.4))
    np.testing.assert_allclose(retake.distribution(), f, atol=1e-6)
    assert retake.chance() == pytest.approx(pass_probability(exam.retake_form, 0.4, exam.retake_cut), abs=1e-6)


def test_distribution_and_chance_agree(retake, model):
    for hours in (None, [5, 0, 20, 1]):
        f = retake.distribution(hours)
        assert f.min() >= 0
        assert abs(f.sum() - 1) < 1e-12
        assert f[model.retake_cut :].sum() == pytest.approx(retake.chance(hours), abs=1e-12)


def test_endless_study_reaches_the_ceiling(retake, model):
    a = model.assumptions
    expected = sum(share * retake.chances_raised([[a.retest + times * a.headroom] * 4])[0] for times, share in a.gains)
    assert retake.chance([1e6] * 4) == pytest.approx(expected, abs=1e-9)


def test_several_plans_at_once_are_the_single_ones(retake, model):
    assert retake.assumptions is model.assumptions
    plans = [None, [10, 0, 0, 0], [5, 5, 5, 5]]
    np.testing.assert_allclose(retake.chances(plans), [retake.chance(p) for p in plans], atol=1e-14)


@pytest.fixture
def uneven(model):
    return after_total(model, 31, [0, 1, 0, 2])


def test_raised_domains_reach_the_middle_of_the_next_band(model, uneven):
    raised = raise_ratings(uneven)
    assert [r.label for r in raised] == ["Competent", "Strong", "Competent", None]
    for r, target in zip(raised[:3], (0.7, 0.9, 0.7), strict=True):
        form, mass = model.form.parts[r.domain], uneven.posterior.ability[r.domain]
        assert mass @ form.true_score(model.theta[r.domain] + r.shift) / form.size == pytest.approx(target, abs=1e-8)
        assert r.chance > uneven.chance()
    assert raised[3].shift == 0
    assert raised[3].chance == pytest.approx(uneven.chance())
