import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from mls_kit.score_model.assumptions import Assumptions
from mls_kit.score_model.forms import raw_score_distribution
from mls_kit.score_model.joint import Evidence, infer_report
from mls_kit.score_model.learning import learning_rate, studied_ability
from mls_kit.score_model.model import ScoreModel
from mls_kit.score_model.retake import Retake
from mls_kit.score_model.scaling import pass_probability

LABELS = ("Needs Improvement", "Competent", "Strong")
CURVES = [
    ScoreModel.from_exam_facts(
        [2, 3, 4], 30, assumptions=Assumptions(learning_curve=curve, tau_hours=(40.0, 60.0, 90.0))
    )
    for curve in ("ceiling", "logarithm")
]


@pytest.fixture(scope="module")
def retake(model):
    return Retake(infer_report(model, Evidence.from_total(model, 34, [1] * 4)))


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
    evidence = Evidence.from_total(exam, total, ratings)
    if not evidence.possible:
        evidence = Evidence.from_total(exam, total)
    retake = Retake(infer_report(exam, evidence))
    further = [h + more * (d == domain) for d, h in enumerate(hours)]
    before, after = retake.chances([hours, further])
    assert 0 <= before <= 1
    assert after >= before - 1e-12


@given(st.floats(-8, 8), st.floats(0, 1e4), st.floats(0, 100), st.sampled_from(CURVES))
def test_study_never_lowers_ability(theta, hours, more, exam):
    a = exam.assumptions
    assert studied_ability(theta, hours + more, a) >= studied_ability(theta, hours, a) - 1e-12
    assert studied_ability(theta, hours, a) >= theta - 1e-12
    assert learning_rate(theta, hours, a) >= 0


def test_every_domain_has_its_own_pace():
    for domain, tau in enumerate((40.0, 60.0, 90.0)):
        after = studied_ability(-0.2, 60.0, CURVES[0].assumptions, domain)
        assert after == pytest.approx(-0.2 + 2.0 * (1 - np.exp(-60 / tau)))
    assert studied_ability(0.1, 30.0, CURVES[1].assumptions) == pytest.approx(0.1 + 0.5 * np.log(2.5))


@pytest.mark.parametrize("exam", CURVES)
@pytest.mark.parametrize("theta", [-2.0, 0.5, 2.5])
def test_learning_rate_is_the_slope(exam, theta):
    for domain in range(3):
        at = [studied_ability(theta, h, exam.assumptions, domain).item() for h in (20 - 1e-4, 20 + 1e-4)]
        slope = (at[1] - at[0]) / 2e-4
        assert learning_rate(theta, 20.0, exam.assumptions, domain) == pytest.approx(slope, abs=1e-8)


def test_with_one_ability_known_the_retake_is_the_form_at_that_ability():
    """With no spread of ability left to infer, the report cannot matter."""
    exam = ScoreModel.from_exam_facts([1, 1], 20, assumptions=Assumptions(sd=1e-6, mean=0.4))
    retake = Retake(infer_report(exam, Evidence.from_total(exam, 11, [1, 0])))
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
    hopeful = pass_probability(model.retake_form, model.assumptions.ceiling, model.retake_cut)
    assert retake.chance([1e6] * 4) >= hopeful - 1e-9


def test_several_plans_at_once_are_the_single_ones(retake):
    plans = [None, [10, 0, 0, 0], [5, 5, 5, 5]]
    np.testing.assert_allclose(retake.chances(plans), [retake.chance(p) for p in plans], atol=1e-14)


def test_results_carry_their_assumptions(retake, model):
    assert retake.assumptions is model.assumptions


@pytest.mark.parametrize("hours", [[1, 2, 3], [-1, 0, 0, 0], [np.nan, 0, 0, 0], 5])
def test_bad_hours_are_named(retake, hours):
    with pytest.raises(ValueError, match=r"^hours = .* is not allowed: give "):
        retake.chance(hours)
