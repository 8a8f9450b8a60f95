import numpy as np
import pytest
from candidates import EXAMS, after_score
from hypothesis import given, settings, strategies as st

from mls_kit.method import stated_grid
from mls_kit.score_model import AssumptionGrid, Evidence, ImpossibleReportError, PreparedGrid, Retake, ScoreModel

MIDDLE = 714, [1] * 4
GRID = AssumptionGrid({"rho": (0.7, 0.9), "cut_share": ((34, 50), (36, 50)), "tau_hours": (40.0, 90.0), "foot_share": (0.0, 1.0)})


@pytest.mark.parametrize("hours", [[0.0] * 4, [10.0, 20.0, 30.0, 0.0]])
def test_bands_are_quantiles_over_every_point_of_the_grid(model, hours):
    expected = np.array([after_score(model.under(**change), *MIDDLE).chance(hours) for change in GRID.points()])
    (band,) = PreparedGrid(model, *MIDDLE, GRID).bands([hours])
    np.testing.assert_allclose([band.low, band.high], np.quantile(expected, [0.05, 0.95]), atol=5e-3)
    np.testing.assert_allclose([band.minimum, band.maximum], [expected.min(), expected.max()], atol=5e-3)
    assert (band.points, band.impossible) == (16, 0)


def test_the_stated_grid(model):
    (band,) = PreparedGrid(model, *MIDDLE, stated_grid()).bands([None])
    assert band.points == len(stated_grid())
    assert 0.2 < band.low < 0.3 < 0.391 < 0.6 < band.high < 0.7


@settings(max_examples=25, deadline=None)
@given(st.integers(480, 749), st.lists(st.integers(0, 2), min_size=4, max_size=4), st.floats(0, 150))
def test_the_band_always_holds_the_middle(model, score, ratings, hours):
    if not Evidence.from_score(model, score, ratings).possible:
        return
    retake, plans = after_score(model, score, ratings), [None, hours * model.shares]
    bands = PreparedGrid(model, score, ratings, stated_grid()).bands(plans)
    for plan, band in zip(plans, bands, strict=True):
        assert band.minimum <= band.low <= retake.chance(plan) <= band.high <= band.maximum


def test_points_that_make_the_report_impossible_are_counted_not_used(model):
    prepared = PreparedGrid(model, *MIDDLE, AssumptionGrid({"cuts_three_labels": ((60, 80), (70, 90))}))
    (band,) = prepared.bands([None])
    assert (band.points, band.impossible) == (1, 1)
    assert band.minimum == pytest.approx(0.391, abs=1e-3)
    assert prepared.tornado([None])[0][0].chance_at_high is None
    with pytest.raises(ImpossibleReportError, match="all 1 points"):
        PreparedGrid(model, *MIDDLE, AssumptionGrid({"cuts_three_labels": ((70, 90),)}))


def test_tornado_moves_one_assumption_at_a_time_widest_first(model):
    plans = None, [20.0] * 4
    found = PreparedGrid(model, *MIDDLE, GRID).tornado(plans)
    for plan, bars in zip(plans, found, strict=True):
        assert {bar.assumption for bar in bars} == set(GRID.values)
        for bar in bars:
            retake = after_score(model.under(**{bar.assumption: bar.low}), *MIDDLE)
            assert bar.chance_at_low == pytest.approx(retake.chance(plan), abs=3e-3)
    widths = [abs(bar.chance_at_high - bar.chance_at_low) for bar in found[1]]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("domains", EXAMS)
def test_what_is_worked_out_together_is_what_each_point_says(domains):
    """Random reports and plans at random points of the stated grid, against the exact chance there."""
    exam, grid, rng, reports = EXAMS[domains], stated_grid(), np.random.default_rng(1), 0
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
            possible = Evidence.from_score(other, score, ratings).possible
            assert possible is (row in place)
            if possible:
                off.append(np.abs(chances[place[row]] - after_score(other, score, ratings).chances(plans)))
        for plan, column in zip(plans, chances.T, strict=True):  # the shown extremes
            for place in (column.argmin(), column.argmax()):
                exact = after_score(exam.under(**points[prepared.rows[place]]), score, ratings).chance(plan)
                assert column[place] == pytest.approx(exact, abs=0.012)
    assert np.max(off, axis=0) == pytest.approx(0, abs=0.028)  # with all hours in one domain
    assert np.max(off, axis=0)[:3] == pytest.approx(0, abs=0.012)
    assert np.mean(off) < 0.003


SIX = ScoreModel.from_exam_facts([20, 20, 18, 16, 14, 12], 65, (100, 700, 1000), ("Needs Improvement", "Meets"))
LONE = ScoreModel.from_exam_facts([1], 21)
LONG = ScoreModel.from_exam_facts([31, 26, 20, 12, 11], 181)


@pytest.mark.parametrize(
    ("exam", "score", "ratings"),
    [
        (SIX, 128, [0] * 6),
        (SIX, 660, [1, 0, 1, 0, 1, 0]),
        (SIX, 845, [1, 0, 1, 1, 1, 1]),
        (SIX, 995, [1] * 6),
        (SIX, 660, None),
        (LONE, 700, None),
        (LONG, 700, [1, 2, 0, 1, 1]),
    ],
)
def test_the_quick_way_is_the_exact_one_within_a_hundredth_of_a_percentage_point(exam, score, ratings):
    exact = after_score(exam, score, ratings)
    plans = [None, [0.0] * exam.domains, [30.0] * exam.domains, [500.0] * exam.domains]
    quick = Retake(exact.posterior, True, 1e-8).chances(plans)
    np.testing.assert_allclose(quick, exact.chances(plans), rtol=0, atol=1e-4 if score > 500 else 5e-4)
