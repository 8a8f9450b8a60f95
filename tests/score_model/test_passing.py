import numpy as np
import pytest

from mls_kit.score_model.assumptions import AssumptionGrid
from mls_kit.score_model.joint import Evidence, infer_report
from mls_kit.score_model.model import ScoreModel
from mls_kit.score_model.passing import circle_points, frequency_blocks
from mls_kit.score_model.prepared import PreparedGrid
from mls_kit.score_model.retake import Retake

SIX = ScoreModel.from_exam_facts([20, 20, 18, 16, 14, 12], 65, (100, 700, 1000), ("Needs Improvement", "Meets"))
LONE = ScoreModel.from_exam_facts([1], 21)
LONG = ScoreModel.from_exam_facts([31, 26, 20, 12, 11], 181)


@pytest.mark.parametrize("questions", [1, 2, 9, 20, 21, 50, 65, 180])
def test_the_blocks_hold_every_frequency_once(questions):
    frequencies = np.arange((questions + 1) // 2 + 1)
    np.testing.assert_array_equal(
        np.concatenate([frequencies[block] for block in frequency_blocks(questions)]), frequencies
    )


@pytest.mark.parametrize("wanted", [[0], [17], [39], [3, 4, 9]])
def test_coefficients_come_out_however_small_they_are(wanted):
    rng = np.random.default_rng(1)
    slopes = np.sort(rng.uniform(-30, 30, 39))[::-1]
    coefficients = np.exp(np.concatenate([[0], np.cumsum(slopes)]) - 200)
    points = circle_points(coefficients, wanted)
    values = (points[:, None] ** np.arange(40)) @ coefficients
    for at in wanted:
        assert (values * points ** (-1.0 * at)).mean().real == pytest.approx(coefficients[at], rel=1e-11)


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
def test_a_chance_is_that_of_the_whole_transform(exam, score, ratings):
    retake = Retake(infer_report(exam, Evidence.from_score(exam, score, ratings)))
    plans = [None, [0.0] * exam.domains, [30.0] * exam.domains, [500.0] * exam.domains]
    whole = retake.chances_of(zip(*retake.factors(retake.studied(plans)), strict=True))
    np.testing.assert_allclose(retake.chances(plans), whole, rtol=0, atol=1e-10)


def test_points_that_share_a_report_agree_with_each_alone():
    """Readings of one score may be rare beside each other."""
    grid = AssumptionGrid({"cut_share": ((30, 50), (36, 50), (42, 50)), "tau_hours": (40.0, 90.0), "rho": (0.7,)})
    ratings, plans = [1, 1, 0, 1, 0, 1], [None, [9.0, 0, 20, 0, 0, 11]]
    found = PreparedGrid(SIX, 800, ratings, grid).chances(plans)
    for row, change in zip(found, grid.points(), strict=True):
        other = SIX.under(**change)
        alone = Retake(infer_report(other, Evidence.from_score(other, 800, ratings))).chances(plans)
        np.testing.assert_allclose(row, alone, rtol=0, atol=1e-8)
