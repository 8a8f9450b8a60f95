"""Many sittings at one ability."""

import numpy as np
import pytest
from candidates import EXAMS, abilities, sit
from numpy.testing import assert_allclose

from mls_kit.score_model import ScoreModel, conditional_sem, lengthened, pass_probability, sittings, sittings_behind


@pytest.fixture(params=[EXAMS[4], ScoreModel.from_exam_facts([20, 22, 18, 18, 12, 10], 65)], ids=["four", "six"])
def model(request):
    return request.param


@pytest.mark.parametrize("ability", [-2.0, 0.0, 1.3])
def test_sittings_agree_with_the_functions_below(model, ability):
    at = sittings(model, ability)
    assert at.csem == pytest.approx(conditional_sem(model.form, ability, model.scale).item())
    assert at.passing == pytest.approx(pass_probability(model.form, ability, model.scale).item())
    assert at.passing == pytest.approx(at.with_right(at.cut))
    assert at.mean_right == pytest.approx(model.form.true_score(ability))
    draws = np.random.default_rng(3).choice(at.scores, (2, 200_000), p=at.shares)
    for points in (0, 1, 28, 90.5):
        assert at.differing(points) == pytest.approx((np.abs(draws[0] - draws[1]) >= points).mean(), abs=4e-3)


def test_retake_uses_the_other_form_and_its_conversion(model):
    at = sittings(model, 0.2, retake=True)
    assert at.cut == model.retake_cut
    assert_allclose(at.scores, model.retake_scores)


def test_all_candidates_are_a_mean_over_abilities(model):
    everyone = sittings(model)
    assert everyone.shares.sum() == pytest.approx(1)
    rng = np.random.default_rng(3)
    right = sit(model.form, abilities(model, 40_000, rng), rng).sum(axis=1)
    assert everyone.mean_right == pytest.approx(right.mean(), abs=0.2)
    assert everyone.passing == pytest.approx((right >= everyone.cut).mean(), abs=0.01)


def test_behind_inverts_the_true_score_and_stops_at_the_ends(model):
    for score in (400, 612, 750, 980):
        assert sittings_behind(model, score).true_score == pytest.approx(score, abs=0.05)
    assert sittings_behind(model, 100).ability == -6
    assert sittings_behind(model, 1000).ability == 6


def test_bands_grow_and_stay_on_the_scale(model):
    at = sittings_behind(model, 750)
    lows, highs, inside = zip(*(at.band(width) for width in (0, 0.5, 1, 2, 30)), strict=True)
    assert list(inside) == sorted(inside)
    assert (lows[-1], highs[-1], inside[-1]) == (100, 1000, pytest.approx(1))
    assert highs[2] - lows[2] == pytest.approx(2 * at.csem)
    assert 0.6 < inside[2] < 0.76


def test_differences_are_a_distribution(model):
    at = sittings_behind(model, 700)
    points, often = at.differences()
    assert often.sum() == pytest.approx(1)
    assert (np.diff(points) > 0).all()
    assert points[0] == 0
    for share in (0.1, 0.5, 1.0):
        reached = at.difference_reached(share)
        assert at.differing(reached) >= share - 1e-12
        assert at.differing(reached + 1) < share or share == 1.0


def test_lengthening_keeps_the_share_of_the_cut(model):
    longer = lengthened(model, 4 * model.form.size)
    assert longer.scale.raw_cut / longer.form.size == pytest.approx(0.72, abs=0.005)
    assert lengthened(model, model.form.size) is model
