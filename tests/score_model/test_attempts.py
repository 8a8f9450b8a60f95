import numpy as np
import pytest
from scipy.optimize import brentq

from mls_kit.score_model.attempts import chance_of_difference, compare_attempts
from mls_kit.score_model.joint import Evidence, infer_report
from mls_kit.score_model.retake import Retake


def test_two_sittings_at_two_thirds_right_often_differ_by_28_points(model):
    theta = brentq(lambda t: model.form.true_score(t) - 0.67 * 50, -3, 3)
    scores = model.scale.report(np.arange(51))
    chance = chance_of_difference((model.form, model.retake_form), (scores, model.retake_scores), theta, 28)
    assert chance == pytest.approx(0.742, abs=1e-3)


def test_difference_by_simulation(model):
    rng, n = np.random.default_rng(3), 200_000
    scores = model.scale.report(np.arange(51))
    p = model.form.probability(-0.2)
    draws = [scores[(rng.random((n, 50)) < p).sum(axis=1)] for _ in range(2)]
    expected = (np.abs(draws[0] - draws[1]) >= 60).mean()
    assert chance_of_difference((model.form,) * 2, (scores,) * 2, -0.2, 60) == pytest.approx(expected, abs=4e-3)


@pytest.mark.parametrize("right", [29, 37])
def test_change_of_score_against_the_predicted_distribution(model, right):
    """A score that the retake form can report exactly counts as being as far away as itself."""
    second = int(model.retake_scores[right])
    change = compare_attempts(model, (714, [1] * 4), (second, [1, 1, 1, 1]))
    f = Retake(infer_report(model, Evidence.from_score(model, 714, [1] * 4))).distribution()
    moved = model.retake_scores - 714
    assert change.points == second - 714
    assert change.chance == pytest.approx(f[np.abs(moved) >= abs(second - 714)].sum())
    in_direction = f[right:].sum() if right == 37 else f[: right + 1].sum()
    assert change.chance_in_direction == pytest.approx(in_direction)
    assert change.assumptions is model.assumptions


def test_change_of_rating_by_simulation(model):
    """Draw ability from the posterior, then a new sitting: how often is the rating that far off?"""
    posterior = infer_report(model, Evidence.from_score(model, 650, [0, 1, 0, 1]))
    change = compare_attempts(model, (650, [0, 1, 0, 1]), (640, [2, 0, 0, 1]))
    rng = np.random.default_rng(11)
    for d, (old, new) in enumerate(((0, 2), (1, 0), (0, 0), (1, 1))):
        theta = rng.choice(model.theta[d], 100_000, p=posterior.ability[d])
        form = model.retake_form.parts[d]
        right = (rng.random((theta.size, form.size)) < form.probability(theta)).sum(axis=1)
        expected = (np.abs(model.bands.codes(form.size)[right] - old) >= abs(new - old)).mean()
        assert change.ratings[d].chance == pytest.approx(expected, abs=6e-3)
    assert (change.ratings[0].first, change.ratings[0].second) == ("Needs Improvement", "Strong")


def test_bigger_changes_are_less_likely(model):
    chances = [compare_attempts(model, (700, [1] * 4), (s, [1] * 4)).chance for s in (700, 730, 800, 900)]
    assert chances[0] == pytest.approx(1)
    assert chances == sorted(chances, reverse=True)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda m: compare_attempts(m, (700, [1] * 4), (1001, [1] * 4)), "scaled_score"),
        (lambda m: compare_attempts(m, (700, [1] * 4), (700, [1] * 5)), "ratings"),
        (lambda m: chance_of_difference((m.form,) * 2, ([1], [2]), 0.0, 1), "scores"),
        (lambda m: chance_of_difference((m.form,) * 2, (range(51), range(51)), 0.0, -1), "points"),
    ],
)
def test_bad_input_names_argument_value_and_limits(make, name, model):
    with pytest.raises(ValueError, match=rf"^{name} = .* is not allowed: give "):
        make(model)
