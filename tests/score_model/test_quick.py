import numpy as np
import pytest

from mls_kit.score_model.assumptions import AssumptionGrid
from mls_kit.score_model.bands import PreparedGrid
from mls_kit.score_model.joint import Evidence, infer_report
from mls_kit.score_model.model import ScoreModel
from mls_kit.score_model.retake import Retake

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
    report = infer_report(exam, Evidence.from_score(exam, score, ratings))
    plans = [None, [0.0] * exam.domains, [30.0] * exam.domains, [500.0] * exam.domains]
    exact, quick = (Retake(report, *way).chances(plans) for way in ((), (True, 1e-8)))
    np.testing.assert_allclose(quick, exact, rtol=0, atol=1e-4 if score > 500 else 5e-4)


def test_points_that_share_a_report_agree_with_each_alone():
    """Readings of one score may be rare beside each other."""
    grid = AssumptionGrid({"cut_share": ((30, 50), (36, 50), (42, 50)), "tau_hours": (40.0, 90.0), "rho": (0.7,)})
    ratings, plans = [1, 1, 0, 1, 0, 1], [None, [9.0, 0, 20, 0, 0, 11]]
    found = PreparedGrid(SIX, 800, ratings, grid).chances(plans)
    for row, change in zip(found, grid.points(), strict=True):
        other = SIX.under(**change)
        alone = Retake(infer_report(other, Evidence.from_score(other, 800, ratings))).chances(plans)
        np.testing.assert_allclose(row, alone, rtol=0, atol=5e-3)
