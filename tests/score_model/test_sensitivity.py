from pathlib import Path

import numpy as np
import pytest
import yaml

from mls_kit.score_model.assumptions import AssumptionGrid
from mls_kit.score_model.joint import Evidence, ImpossibleReportError, infer_report
from mls_kit.score_model.retake import Retake
from mls_kit.score_model.sensitivity import chance_bands, tornado

STATED = Path(__file__).parents[2] / "data" / "assumptions.yaml"
GRID = AssumptionGrid({"rho": (0.7, 0.9), "cut_share": ((34, 50), (36, 50)), "tau_hours": (40.0, 90.0)})


def one_by_one(model, grid, hours):
    found = []
    for change in grid.points():
        other = model.under(**change)
        found.append(Retake(infer_report(other, Evidence.from_score(other, 714, [1] * 4))).chance(hours))
    return np.array(found)


@pytest.mark.parametrize("hours", [None, [10.0, 20.0, 30.0, 0.0]])
def test_bands_are_quantiles_over_every_point_of_the_grid(model, hours):
    expected = one_by_one(model, GRID, hours)
    band = chance_bands(model, 714, [1] * 4, GRID, [None, hours])[1]
    np.testing.assert_allclose([band.low, band.high], np.quantile(expected, [0.05, 0.95]), atol=1e-7)
    np.testing.assert_allclose([band.minimum, band.maximum], [expected.min(), expected.max()], atol=1e-7)
    assert (band.points, band.impossible) == (8, 0)


def test_the_stated_grid(model):
    grid = AssumptionGrid(yaml.safe_load(STATED.read_text())["grid"])
    band = chance_bands(model, 714, [1] * 4, grid)[0]
    assert band.points == len(grid)
    assert 0.2 < band.low < 0.3 < 0.391 < 0.4 < band.high < 0.5


def test_points_that_make_the_report_impossible_are_counted_not_used(model):
    grid = AssumptionGrid({"cuts_three_labels": ((60, 80), (70, 90))})
    band = chance_bands(model, 714, [1] * 4, grid)[0]
    assert (band.points, band.impossible) == (1, 1)
    assert band.low == pytest.approx(0.391, abs=1e-3)
    bar = tornado(model, 714, [1] * 4, grid)[0]
    assert bar.chance_at_high is None
    with pytest.raises(ImpossibleReportError, match="all 1 points"):
        chance_bands(model, 714, [1] * 4, AssumptionGrid({"cuts_three_labels": ((70, 90),)}))


def test_tornado_moves_one_assumption_at_a_time_widest_first(model):
    bars = tornado(model, 714, [1] * 4, GRID, hours=[20.0] * 4)
    widths = [abs(bar.chance_at_high - bar.chance_at_low) for bar in bars]
    assert widths == sorted(widths, reverse=True)
    for bar in bars:
        other = model.under(**{bar.assumption: bar.low})
        retake = Retake(infer_report(other, Evidence.from_score(other, 714, [1] * 4)))
        assert bar.chance_at_low == pytest.approx(retake.chance([20.0] * 4), abs=1e-7)


def test_an_assumption_that_is_not_known_is_named():
    with pytest.raises(ValueError, match=r"^assumption = 'luck'"):
        AssumptionGrid({"luck": [1]})
