from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings, strategies as st

from mls_kit.score_model.assumptions import AssumptionGrid
from mls_kit.score_model.bands import chance_bands, tornado
from mls_kit.score_model.joint import Evidence, ImpossibleReportError, infer_report
from mls_kit.score_model.retake import Retake

STATED = Path(__file__).parents[2] / "data" / "assumptions.yaml"


def stated():
    content = yaml.safe_load(STATED.read_text())
    return AssumptionGrid(content["grid"], content["together"])


GRID = AssumptionGrid(
    {"rho": (0.7, 0.9), "cut_share": ((34, 50), (36, 50)), "tau_hours": (40.0, 90.0), "foot_share": (0.0, 1.0)}
)


def one_by_one(model, grid, hours):
    found = []
    for change in grid.points():
        other = model.under(**change)
        found.append(Retake(infer_report(other, Evidence.from_score(other, 714, [1] * 4))).chance(hours))
    return np.array(found)


@pytest.mark.parametrize("hours", [[0.0] * 4, [10.0, 20.0, 30.0, 0.0]])
def test_bands_are_quantiles_over_every_point_of_the_grid(model, hours):
    expected = one_by_one(model, GRID, hours)
    band = chance_bands(model, 714, [1] * 4, GRID, [None, hours])[1]
    np.testing.assert_allclose([band.low, band.high], np.quantile(expected, [0.05, 0.95]), atol=1e-4)
    np.testing.assert_allclose([band.minimum, band.maximum], [expected.min(), expected.max()], atol=1e-4)
    assert (band.points, band.impossible) == (16, 0)


def test_the_stated_grid(model):
    grid = stated()
    band = chance_bands(model, 714, [1] * 4, grid)[0]
    assert band.points == len(grid)
    assert 0.2 < band.low < 0.3 < 0.391 < 0.6 < band.high < 0.7


@settings(max_examples=25, deadline=None)
@given(st.integers(480, 749), st.lists(st.integers(0, 2), min_size=4, max_size=4), st.floats(0, 150))
def test_the_band_always_holds_the_middle(model, score, ratings, hours):
    evidence = Evidence.from_score(model, score, ratings)
    if not evidence.possible:
        return
    retake = Retake(infer_report(model, evidence))
    plans = [None, hours * model.shares]
    for plan, band in zip(plans, chance_bands(model, score, ratings, stated(), plans), strict=True):
        assert band.minimum <= band.low <= retake.chance(plan) <= band.high <= band.maximum


def test_points_that_make_the_report_impossible_are_counted_not_used(model):
    grid = AssumptionGrid({"cuts_three_labels": ((60, 80), (70, 90))})
    band = chance_bands(model, 714, [1] * 4, grid)[0]
    assert (band.points, band.impossible) == (1, 1)
    assert band.minimum == pytest.approx(0.391, abs=1e-3)
    bar = tornado(model, 714, [1] * 4, grid)[0][0]
    assert bar.chance_at_high is None
    with pytest.raises(ImpossibleReportError, match="all 1 points"):
        chance_bands(model, 714, [1] * 4, AssumptionGrid({"cuts_three_labels": ((70, 90),)}))


def test_tornado_moves_one_assumption_at_a_time_widest_first(model):
    now, bars = tornado(model, 714, [1] * 4, GRID, [None, [20.0] * 4])
    assert {bar.assumption for bar in now} == {bar.assumption for bar in bars} == set(GRID.values)
    widths = [abs(bar.chance_at_high - bar.chance_at_low) for bar in bars]
    assert widths == sorted(widths, reverse=True)
    for bar in bars:
        other = model.under(**{bar.assumption: bar.low})
        retake = Retake(infer_report(other, Evidence.from_score(other, 714, [1] * 4)))
        assert bar.chance_at_low == pytest.approx(retake.chance([20.0] * 4), abs=1e-4)
