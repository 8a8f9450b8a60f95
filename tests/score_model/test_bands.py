from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings, strategies as st

from mls_kit.score_model.assumptions import AssumptionGrid
from mls_kit.score_model.bands import PreparedGrid
from mls_kit.score_model.joint import Evidence, ImpossibleReportError, infer_report
from mls_kit.score_model.model import ScoreModel
from mls_kit.score_model.retake import Retake

STATED = Path(__file__).parents[2] / "data" / "assumptions.yaml"


def stated():
    content = yaml.safe_load(STATED.read_text())
    return AssumptionGrid(content["grid"], content["together"])


GRID = AssumptionGrid(
    {"rho": (0.7, 0.9), "cut_share": ((34, 50), (36, 50)), "tau_hours": (40.0, 90.0), "foot_share": (0.0, 1.0)}
)


EXAMS = [
    ([20, 24, 36, 20], 50),
    ([30, 26, 24, 12, 8], 65, (100, 720, 1000), ("Needs Improvement", "Meets Competencies")),
    ([20, 20, 18, 16, 14, 12], 65, (100, 700, 1000)),
]


def one_by_one(model, grid, hours):
    found = []
    for change in grid.points():
        other = model.under(**change)
        found.append(Retake(infer_report(other, Evidence.from_score(other, 714, [1] * 4))).chance(hours))
    return np.array(found)


@pytest.mark.parametrize("hours", [[0.0] * 4, [10.0, 20.0, 30.0, 0.0]])
def test_bands_are_quantiles_over_every_point_of_the_grid(model, hours):
    expected = one_by_one(model, GRID, hours)
    (band,) = PreparedGrid(model, 714, [1] * 4, GRID).bands([hours])
    np.testing.assert_allclose([band.low, band.high], np.quantile(expected, [0.05, 0.95]), atol=5e-3)
    np.testing.assert_allclose([band.minimum, band.maximum], [expected.min(), expected.max()], atol=5e-3)
    assert (band.points, band.impossible) == (16, 0)


def test_the_stated_grid(model):
    grid = stated()
    (band,) = PreparedGrid(model, 714, [1] * 4, grid).bands([None])
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
    for plan, band in zip(plans, PreparedGrid(model, score, ratings, stated()).bands(plans), strict=True):
        assert band.minimum <= band.low <= retake.chance(plan) <= band.high <= band.maximum


def test_points_that_make_the_report_impossible_are_counted_not_used(model):
    grid = AssumptionGrid({"cuts_three_labels": ((60, 80), (70, 90))})
    (band,) = PreparedGrid(model, 714, [1] * 4, grid).bands([None])
    assert (band.points, band.impossible) == (1, 1)
    assert band.minimum == pytest.approx(0.391, abs=1e-3)
    bar = PreparedGrid(model, 714, [1] * 4, grid).tornado([None])[0][0]
    assert bar.chance_at_high is None
    with pytest.raises(ImpossibleReportError, match="all 1 points"):
        PreparedGrid(model, 714, [1] * 4, AssumptionGrid({"cuts_three_labels": ((70, 90),)}))


def test_tornado_moves_one_assumption_at_a_time_widest_first(model):
    now, bars = PreparedGrid(model, 714, [1] * 4, GRID).tornado([None, [20.0] * 4])
    assert {bar.assumption for bar in now} == {bar.assumption for bar in bars} == set(GRID.values)
    for bar in now:  # whoever knows exactly what they knew, but for the gain of sitting again
        other = model.under(**{bar.assumption: bar.low})
        retake = Retake(infer_report(other, Evidence.from_score(other, 714, [1] * 4)))
        plan = [0.0] * 4 if bar.assumption == "retest" else None
        assert bar.chance_at_low == pytest.approx(retake.chance(plan), abs=3e-3)
    widths = [abs(bar.chance_at_high - bar.chance_at_low) for bar in bars]
    assert widths == sorted(widths, reverse=True)
    for bar in bars:
        other = model.under(**{bar.assumption: bar.low})
        retake = Retake(infer_report(other, Evidence.from_score(other, 714, [1] * 4)))
        assert bar.chance_at_low == pytest.approx(retake.chance([20.0] * 4), abs=3e-3)


@pytest.mark.parametrize("facts", EXAMS, ids=[4, 5, 6])
def test_what_is_worked_out_together_is_what_each_point_says(facts):
    """Random reports and plans at random points of the stated grid, against the exact chance there."""
    exam, grid, rng, reports = ScoreModel.from_exam_facts(*facts), stated(), np.random.default_rng(1), 0
    points, off = grid.points(), []
    while reports < 13:
        ratings = rng.integers(0, len(exam.bands.labels), exam.domains).tolist()
        score = int(rng.integers(500, exam.scale.standard))
        if not Evidence.from_score(exam, score, ratings).possible:
            continue
        reports += 1
        plans = [None, 80 * exam.shares, 160 * rng.dirichlet(np.ones(exam.domains)), 80 * np.eye(exam.domains)[0]]
        prepared = PreparedGrid(exam, score, ratings, grid)
        chances, place = prepared.chances(plans), {row: i for i, row in enumerate(prepared.rows.tolist())}
        for row in rng.choice(len(grid), 6, replace=False).tolist():
            other = exam.under(**points[row])
            evidence = Evidence.from_score(other, score, ratings)
            assert evidence.possible is (row in place)
            if evidence.possible:
                exact = Retake(infer_report(other, evidence)).chances(plans)
                off.append(np.abs(chances[place[row]] - exact))
        for plan, column in zip(plans, chances.T, strict=True):  # the shown extremes
            for place in (column.argmin(), column.argmax()):
                other = exam.under(**points[prepared.rows[place]])
                exact = Retake(infer_report(other, Evidence.from_score(other, score, ratings))).chance(plan)
                assert column[place] == pytest.approx(exact, abs=0.012)
    assert np.max(off, axis=0) == pytest.approx(0, abs=0.028)  # with all hours in one domain
    assert np.max(off, axis=0)[:3] == pytest.approx(0, abs=0.012)
    assert np.mean(off) < 0.003
