"""Bad input to the score model: every message names the argument, its value and what is allowed."""

import numpy as np
import pytest
from candidates import EXAMS, after_total

from mls_kit import score_model as sm
from mls_kit.score_model.attempts import Forecasts
from mls_kit.score_model.joint import grid_quantiles
from mls_kit.score_model.subscores import cronbach_alpha

M, NAN = EXAMS[4], float("nan")
AWS, BANDS, THREE_QUESTIONS = M.scale, M.bands, sm.demo_form([3])
SAID = Forecasts(*np.ones((3, 2)))


def retake():
    return after_total(M, 34)


REFUSED = [
    # assumptions and models
    ("rho", lambda: sm.Assumptions(rho=1.1)),
    ("rho", lambda: sm.Assumptions(rho="high")),
    ("sd", lambda: sm.Assumptions(sd=0)),
    ("guessing", lambda: sm.Assumptions(guessing=-0.1)),
    ("tau_hours", lambda: sm.Assumptions(tau_hours=(60.0, 0.0))),
    ("gain_spread", lambda: sm.Assumptions(gain_spread=1.5)),
    ("foot_share", lambda: sm.Assumptions(foot_share=-0.1)),
    ("mean", lambda: sm.Assumptions(mean=float("inf"))),
    ("cut_share", lambda: sm.Assumptions(cut_share=(50, 50))),
    ("assumption", lambda: sm.Assumptions().changed(luck=1)),
    ("together", lambda: sm.AssumptionGrid({"rho": [0.5]}, [{"rho": 0.1}])),
    ("values", lambda: sm.AssumptionGrid({})),
    ("values", lambda: sm.AssumptionGrid({"rho": []})),
    ("rho", lambda: sm.AssumptionGrid({"rho": [2]})),
    ("tau_hours", lambda: M.under(tau_hours=(60.0, 60.0))),
    ("mean", lambda: M.under(mean=(0.0, 0.1, 0.2))),
    ("scale", lambda: sm.ScoreModel.from_exam_facts([1, 1], 20, (100, 1000))),
    ("labels", lambda: sm.ScoreModel.from_exam_facts([1, 1], 20, labels=["a", "b", "c", "d"])),
    ("retake_raw_cut", lambda: sm.ScoreModel(M.form, M.retake_form, AWS, BANDS, retake_raw_cut=51)),
    ("retake_form", lambda: sm.ScoreModel(M.form, M.form.parts[0], AWS, BANDS)),
    ("scale", lambda: sm.ScoreModel(M.form.parts[0], M.form, AWS, BANDS)),
    ("facts", lambda: sm.ScoreModel(M.form, M.form, AWS, BANDS).under(rho=0.5)),
    # forms and scales
    ("b", lambda: sm.Form([], [], [])),
    ("b", lambda: sm.Form([1.0], [NAN], [0.2])),
    ("a", lambda: sm.Form([-1.0], [0.0], [0.2])),
    ("c", lambda: sm.Form([1.0], [0.0], [1.0])),
    ("a", lambda: sm.Form([1.0, 1.0, 1.0], [0.0, 0.0], 0.2)),
    ("domain", lambda: sm.Form([1.0, 1.0], [0.0, 0.0], 0.2, [0, 2])),
    ("p", lambda: sm.raw_score_distribution([0.5, 1.5])),
    ("p", lambda: sm.raw_score_distribution([])),
    ("counts", lambda: sm.demo_form([])),
    ("counts", lambda: sm.demo_form([3, 0])),
    ("scored", lambda: sm.question_counts([1, 1, 98], 5)),
    ("weights", lambda: sm.question_counts([1, 0], 5)),
    ("weights", lambda: sm.marginal_distribution(THREE_QUESTIONS, [0.0], [0.0])),
    ("raw_cut", lambda: sm.Scale(100, 750, 1000, 0, 50)),
    ("raw_cut", lambda: sm.Scale(100, 750, 1000, 50, 50)),
    ("foot", lambda: sm.Scale(100, 750, 1000, 36, 50, foot=36)),
    ("minimum, standard, maximum", lambda: sm.Scale(100, 100, 1000, 30, 50)),
    ("raw", lambda: AWS.report(51)),
    ("scaled_score", lambda: AWS.raw(99)),
    ("scores", lambda: sm.conditional_sem(THREE_QUESTIONS, 0.0, [1, 2])),
    ("scores", lambda: sm.conditional_sem(THREE_QUESTIONS, 0.0, AWS)),
    ("theta", lambda: sm.pass_probability(THREE_QUESTIONS, np.inf, 2)),
    ("cut", lambda: sm.pass_probability(THREE_QUESTIONS, 0.0, 4)),
    ("x", lambda: sm.lord_sem(11, 10)),
    ("p", lambda: sm.binomial_sem(1.1, 10)),
    # equating
    ("new", lambda: sm.linear_equating([0, 1], [1, 1])),
    ("base", lambda: sm.linear_equating([1, 1], [-1, 1])),
    ("new", lambda: sm.equipercentile_equating([0, 0], [1, 1])),
    ("ends", lambda: sm.equipercentile_equating([1, 1], [1, 1], ends="inner")),
    ("scores", lambda: sm.irt_true_score_equating(THREE_QUESTIONS, THREE_QUESTIONS, [4])),
    ("base_cut", lambda: sm.equated_cut([0, 1, 2], 3)),
    ("counts", lambda: sm.log_linear_smoothing([0, 3, 0])),
    ("degree", lambda: sm.log_linear_smoothing([1, 2, 3], 3)),
    ("method", lambda: sm.equating_error([1, 2], [2, 1], "circle")),
    ("ddof", lambda: sm.linear_equating([1, 2], [2, 1], ddof=2)),
    ("new", lambda: sm.linear_equating([0.5, 0.5], [0.5, 0.5], ddof=1)),
    # ratings and subscores
    ("cuts_percent", lambda: sm.RatingBands(("a", "b", "c"), (60, 60))),
    ("cuts_percent", lambda: sm.RatingBands(("a", "b"), (60, 80))),
    ("cuts_percent", lambda: sm.RatingBands(("a", "b"), (0,))),
    ("cuts_percent", lambda: sm.RatingBands(("a", "b"), (66.7,))),
    ("labels", lambda: sm.RatingBands(("a",), ())),
    ("p", lambda: sm.rating_probabilities(1.2, 10, BANDS)),
    ("questions", lambda: sm.rating_probabilities(0.5, 0, BANDS)),
    ("rating", lambda: sm.proportion_posterior("Bad", 10, BANDS)),
    ("rating", lambda: sm.proportion_posterior(3, 10, BANDS)),
    ("rating", lambda: sm.proportion_posterior(1, 1, BANDS)),
    ("prior", lambda: sm.proportion_posterior(1, 10, BANDS, (0.0, 1.0))),
    ("q", lambda: sm.proportion_posterior(1, 10, BANDS).quantile(1.5)),
    ("covariance", lambda: sm.prmse([[1.0, 0.5], [0.4, 1.0]], [0.5, 0.5])),
    ("covariance", lambda: sm.prmse([[1.0]], [0.5, 0.5])),
    ("covariance", lambda: sm.prmse([[0.0]], [0.5])),
    ("reliabilities", lambda: sm.prmse([[1.0]], [1.5])),
    ("responses", lambda: cronbach_alpha([[1], [0]])),
    ("responses", lambda: cronbach_alpha([[1, 1], [1, 1]])),
    ("domain", lambda: sm.prmse_of_items([[1, 0], [0, 1]], [0, 1])),
    ("responses", lambda: sm.prmse_of_items([[1, np.nan], [0, 1]], [0, 0])),
    # one report, and a cohort of them
    ("scaled_score", lambda: sm.Evidence.from_score(M, 99, [1] * 4)),
    ("ratings", lambda: sm.Evidence.from_score(M, 700, [1] * 3)),
    ("ratings", lambda: sm.Evidence.from_score(M, 700, "Strong")),
    ("rating", lambda: sm.Evidence.from_score(M, 700, [1, 1, 1, 3])),
    ("rating", lambda: sm.Evidence.from_score(M, 700, [1, 1, 1, "Weak"])),
    ("total", lambda: sm.Evidence.from_total(M, 51)),
    ("level", lambda: sm.infer_report(M, sm.Evidence.from_total(M, 34)).interval_ability(1.5)),
    ("q", lambda: grid_quantiles(M.z, M.z**2, [2.0])),
    ("ratings", lambda: sm.infer_cohort(sm.JointTable(M), [714], [[1, 1, 1]])),
    ("ratings", lambda: sm.infer_cohort(sm.JointTable(M), [714], [[1, 1, 1, 3]])),
    ("ratings", lambda: sm.infer_cohort(sm.JointTable(M), [714], [[1, 1, 1, 0.5]])),
    ("scaled_score", lambda: sm.infer_cohort(sm.JointTable(M), [1001], [[1] * 4])),
    ("scaled_scores", lambda: sm.infer_cohort(sm.JointTable(M), [NAN], [[1] * 4])),
    # the next attempt, and practice before it
    *(("hours", lambda hours=hours: retake().chance(hours)) for hours in ([1, 2, 3], [-1, 0, 0, 0], [NAN] * 4, 5)),
    ("retake", lambda: sm.raise_ratings(retake())),
    ("total_hours", lambda: sm.best_split(retake(), -1)),
    ("steps", lambda: sm.best_split(retake(), 10, 0)),
    ("shares", lambda: sm.split_hours(10, [0, 0])),
    ("shares", lambda: sm.split_hours(10, [1, -1])),
    ("scaled_score", lambda: sm.compare_attempts(M, (700, [1] * 4), (1001, [1] * 4))),
    ("ratings", lambda: sm.compare_attempts(M, (700, [1] * 4), (700, [1] * 5))),
    ("passed", lambda: sm.judge_forecasts(SAID, [True], [1])),
    ("score", lambda: sm.sittings_behind(M, 1001)),
    ("questions", lambda: sm.lengthened(M, 2)),
    ("right", lambda: sm.PracticeEvidence([5], [4])),
    ("mixed", lambda: sm.PracticeEvidence([1], [2], (3, 2))),
    ("weight", lambda: sm.PracticeEvidence([1], [2], weight=2)),
    ("most", lambda: sm.PracticeEvidence([1], [2], most=-1)),
    ("true", lambda: sm.rule_pass_chance(1.2, [50], 80)),
    ("length", lambda: sm.chance_of_run(0.5, 0, 3)),
]


@pytest.mark.parametrize(("name", "make"), REFUSED)
def test_a_refusal_names_the_argument_its_value_and_what_is_allowed(name, make):
    with pytest.raises(ValueError, match=rf"^{name} = .* is not allowed: give "):
        make()
