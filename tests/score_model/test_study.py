import numpy as np
import pytest

from mls_kit.score_model.joint import Evidence, infer_report
from mls_kit.score_model.retake import Retake, gain_of_an_hour, raise_ratings


def retake_of(model, total, ratings):
    return Retake(infer_report(model, Evidence.from_total(model, total, ratings)))


def test_gain_of_an_hour_is_the_slope(model):
    retake = retake_of(model, 31, [0, 1, 0, 1])
    for planned in ([0.0] * 4, [10.0, 20.0, 0.0, 40.0]):
        gains = gain_of_an_hour(retake, planned)
        for d in range(4):
            step = np.eye(4)[d] * 1e-3
            slope = (retake.chance(planned + step) - retake.chance(planned)) / 1e-3
            assert gains[d] == pytest.approx(slope, rel=1e-3)


def test_raised_domains_reach_the_middle_of_the_next_band(model):
    retake = retake_of(model, 31, [0, 1, 0, 2])
    raised = raise_ratings(retake)
    assert [r.label for r in raised] == ["Competent", "Strong", "Competent", None]
    for r, target in zip(raised[:3], (0.7, 0.9, 0.7), strict=True):
        form, mass = model.form.parts[r.domain], retake.posterior.ability[r.domain]
        assert mass @ form.true_score(model.theta[r.domain] + r.shift) / form.size == pytest.approx(target, abs=1e-8)
        assert r.chance > retake.chance()
    assert raised[3].shift == 0
    assert raised[3].chance == pytest.approx(retake.chance())


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda r: gain_of_an_hour(r, [1]), "hours"),
        (lambda r: raise_ratings(r), "retake"),
    ],
)
def test_bad_input_names_argument_value_and_limits(make, name, model):
    with pytest.raises(ValueError, match=rf"^{name} = .* is not allowed: give "):
        make(retake_of(model, 34, None))
