import numpy as np
import pytest
from candidates import abilities, after_score, rises, sit
from scipy.optimize import brentq

from mls_kit.score_model import compare_attempts, forecast, judge_forecasts, sittings
from mls_kit.score_model.attempts import Forecasts

MIDDLE = 714, [1] * 4


def test_two_sittings_at_two_thirds_right_often_differ_by_28_points(model):
    theta = brentq(lambda t: model.form.true_score(t) - 0.67 * 50, -3, 3)
    first, second = (sittings(model, theta, retake=retake) for retake in (False, True))
    apart = np.abs(first.scores[:, None] - second.scores) >= 28
    assert first.shares @ apart @ second.shares == pytest.approx(0.742, abs=1e-3)


@pytest.mark.parametrize("right", [29, 37])
def test_change_of_score_against_the_predicted_distribution(model, right):
    """Both tails count alike, around what the first report lets one expect."""
    second = int(model.retake_scores[right])
    change = compare_attempts(model, MIDDLE, (second, [1] * 4))
    f = after_score(model, *MIDDLE).distribution()
    tails = f[: right + 1].sum(), f[right:].sum()
    assert change.points == second - 714
    assert change.expected == pytest.approx(f @ model.retake_scores - 714)
    assert change.chance == pytest.approx(2 * min(tails))
    assert change.chance_in_direction == pytest.approx(min(tails))
    assert change.assumptions is model.assumptions


def test_a_low_score_is_expected_to_rise_by_itself_and_bigger_changes_are_less_likely(model):
    low, middle, high = (compare_attempts(model, at, at) for at in ((520, [0] * 4), MIDDLE, (800, [1, 2, 1, 1])))
    assert low.expected > 20 > 0 > high.expected
    assert low.points == high.points == 0
    assert low.rose < middle.rose < high.rose
    as_expected = compare_attempts(model, MIDDLE, (714 + middle.expected, [1] * 4), (0.0, 0.4))
    assert as_expected.rose == pytest.approx(0.5, abs=0.02)
    found = [compare_attempts(model, (700, [1] * 4), (score, [1] * 4)) for score in (700, 730, 800, 900)]
    chances, rose = [c.chance for c in found], [c.rose for c in found]
    assert chances == sorted(chances, reverse=True)
    assert rose == sorted(rose)


def test_a_real_gain_is_seldom_noticed(model):
    """Half a standard deviation shows as more than chance in one retake out of seven: silence is no sign of no progress."""
    change = compare_attempts(model, MIDDLE, MIDDLE)
    assert change.gain == 0.5
    assert 0.1 < change.noticed < 0.2
    assert compare_attempts(model, MIDDLE, MIDDLE, (2.0, 0.4)).noticed > 0.8


def test_change_of_rating_by_simulation(model):
    """Draw ability from the posterior, then a new attempt: how often is the rating that far out?"""
    first = 650, [0, 1, 0, 1]
    posterior, change = after_score(model, *first).posterior, compare_attempts(model, first, (640, [2, 0, 0, 1]))
    rng = np.random.default_rng(11)
    for d, (old, new) in enumerate(((0, 2), (1, 0), (0, 0), (1, 1))):
        theta = rng.choice(model.theta[d], 100_000, p=posterior.ability[d])
        form = model.retake_form.parts[d]
        codes = model.bands.codes(form.size)[(rng.random((theta.size, form.size)) < form.probability(theta)).sum(axis=1)]
        expected = 1 if new == old else min(1, 2 * min((codes >= new).mean(), (codes <= new).mean()))
        assert change.ratings[d].chance == pytest.approx(expected, abs=1e-2)
    assert (change.ratings[0].first, change.ratings[0].second) == ("Needs Improvement", "Strong")


def test_several_ratings_get_an_allowance(model):
    ratings = compare_attempts(model, (650, [0, 1, 0, 1]), (700, [2, 1, 2, 0])).ratings
    chances, allowed = ([getattr(r, name) for r in ratings] for name in ("chance", "allowed"))
    smallest = int(np.argmin(chances))
    assert allowed[smallest] == pytest.approx(min(1, 4 * chances[smallest]))
    assert all(a >= c for a, c in zip(allowed, chances, strict=True))
    assert [allowed[i] for i in np.argsort(chances)] == sorted(allowed)


@pytest.mark.parametrize("hours", [None, 0.0, 80.0])
def test_forecasts_are_those_of_single_reports(model, hours):
    """A plain two-dimensional transform and the retake's own way agree."""
    scores = [130, 560, 714, 749, 990]
    plan = None if hours is None else hours * model.shares
    for score, chance, low, high in zip(scores, *forecast(model, scores, hours), strict=True):
        retake = after_score(model, score)
        assert chance == pytest.approx(retake.chance(plan), abs=1e-8)
        inside = (model.retake_scores >= low) & (model.retake_scores <= high)
        assert 0.9 <= retake.distribution(plan)[inside].sum() + 1e-9 < 0.99


def test_forecasts_of_the_models_own_candidates_come_true_and_others_are_found_out(model):
    rng, n = np.random.default_rng(8), 20_000
    ability, gained = abilities(model, n, rng), rises(model, 80, n, rng)
    first = model.scale.report(sit(model.form, ability, rng).sum(axis=1))
    failed = first < 750
    said = forecast(model, first[failed], 80.0)
    for gain, direction in ((gained, 0), (gained + 0.3, 1), (0 * gained, -1)):
        second = model.retake_scores[sit(model.retake_form, ability + gain, rng).sum(axis=1)][failed]
        verdict = judge_forecasts(said, second >= 750, second)
        assert verdict.direction == direction
        if direction == 0:
            assert verdict.brier == pytest.approx(verdict.brier_expected, abs=0.005)
            assert 0.89 < verdict.inside < 0.94
            assert all(abs(p - share) < 0.03 for p, share, _ in verdict.bins)


def test_a_few_outcomes_are_no_verdict():
    said = Forecasts(np.array([0.3, 0.4]), np.array([600.0, 600]), np.array([800.0, 800]))
    verdict = judge_forecasts(said, [False, False], [610, 640])
    assert verdict.direction == 0
    assert (verdict.attempts, verdict.came, verdict.inside, len(verdict.bins)) == (2, 0, 1, 1)
