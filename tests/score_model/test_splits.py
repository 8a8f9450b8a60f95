from itertools import product

import numpy as np
import pytest

from mls_kit.score_model.joint import Evidence, infer_report
from mls_kit.score_model.learning import studied_ability
from mls_kit.score_model.model import ScoreModel
from mls_kit.score_model.retake import Retake
from mls_kit.score_model.splits import _chance_of_splits, best_split, split_hours


def retake_of(model, total, ratings):
    return Retake(infer_report(model, Evidence.from_total(model, total, ratings)))


@pytest.mark.parametrize("weights", [[1], [3, 2], [2, 3, 4], [20, 24, 36, 20], [1, 1, 1, 1, 1]])
@pytest.mark.parametrize("hours", [0.0, 60.0])
def test_best_split_is_best_of_all_tried_one_by_one(weights, hours):
    exam = ScoreModel.from_exam_facts(weights, 40)
    retake, d = retake_of(exam, 24, None), len(weights)
    steps = 10 if d < 4 else 4
    splits = [s for s in product(range(steps + 1), repeat=d) if sum(s) == steps]
    plans = [np.array(s) * hours / steps for s in splits]
    chances = retake.chances(plans)
    best = best_split(retake, hours, steps)
    assert sum(best.hours) == pytest.approx(hours)
    assert best.chance == pytest.approx(chances.max(), abs=2e-5)
    assert best.chance == pytest.approx(retake.chance(best.hours), abs=1e-12)


def test_every_split_of_the_search_has_the_exact_chance(model):
    retake = retake_of(model, 31, [0, 1, 0, 1])
    hours = 8.0 * np.arange(11)[:, None]
    factors = [
        retake.factor(d, retake.spectrum(d, studied_ability(model.theta[d], hours, model.assumptions, d)))
        for d in range(4)
    ]
    splits, chances = _chance_of_splits(retake, factors, 10)
    assert len({tuple(s) for s in splits.tolist()}) == 286
    assert (splits.sum(axis=1) == 10).all()
    np.testing.assert_allclose(chances, retake.chances(list(8.0 * splits)), rtol=0, atol=1e-7)


def test_hours_matter_more_than_their_split(model):
    retake = retake_of(model, 34, [1] * 4)
    now, equal = retake.chance(), retake.chance([20] * 4)
    assert best_split(retake, 80).chance - equal < 0.1 * (equal - now)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda r: best_split(r, -1), "total_hours"),
        (lambda r: best_split(r, 10, 0), "steps"),
        (lambda r: split_hours(10, [0, 0]), "shares"),
        (lambda r: split_hours(10, [1, -1]), "shares"),
    ],
)
def test_bad_input_names_argument_value_and_limits(make, name, model):
    with pytest.raises(ValueError, match=rf"^{name} = .* is not allowed: give "):
        make(retake_of(model, 34, None))
