from pathlib import Path

import numpy as np
import pytest
import yaml
from candidates import EXAMS, TWO

from mls_kit.score_model import (
    Assumptions,
    Evidence,
    ImpossibleReportError,
    JointTable,
    Retake,
    ScoreModel,
    infer_cohort,
    infer_report,
)

STATED = Path(__file__).parents[2] / "data" / "assumptions.yaml"


@pytest.mark.parametrize(
    "model",
    [
        EXAMS[4],
        EXAMS[5],
        ScoreModel.from_exam_facts([5, 3], 31, (0, 60, 100)),
        ScoreModel.from_exam_facts([1], 40, (100, 500, 900)),
        ScoreModel.from_exam_facts([2, 3, 2], 33, assumptions=Assumptions(mean=(-0.4, 0.1, 0.6), sd=1.3)),
    ],
    ids=["four", "five, two labels", "two", "one", "three means"],
)
def test_look_up_is_what_single_reports_say(model):
    rng, size = np.random.default_rng(7), 60
    labels = len(model.bands.labels)
    scores = rng.integers(model.scale.minimum, model.scale.maximum + 1, size)
    codes = rng.integers(0, labels, (size, model.domains))
    table = JointTable(model)
    assert table.probability.sum() == pytest.approx(1, abs=1e-12)
    assert table.probability.min() >= 0
    cohort = infer_cohort(table, scores, codes)
    assert cohort.possible.any()
    assert np.isfinite(np.ma.getdata(cohort.chance)).all()
    assert cohort.right.mask.all(axis=1).tolist() == (~cohort.possible).tolist()
    assert cohort.assumptions is model.assumptions
    for i in range(size):
        try:
            one = infer_report(model, Evidence.from_score(model, scores[i], codes[i].tolist()))
        except ImpossibleReportError:
            assert not cohort.possible[i]
            assert cohort.chance[i] is np.ma.masked
            continue
        assert cohort.possible[i]
        assert cohort.probability[i] == pytest.approx(one.probability, rel=1e-9)
        np.testing.assert_allclose(cohort.right[i], one.mean_right, rtol=1e-9)
        np.testing.assert_allclose(cohort.proportion[i], one.mean_proportion, rtol=1e-9)
        np.testing.assert_allclose(cohort.ability[i], one.mean_ability, rtol=1e-8, atol=1e-9)
        assert cohort.chance[i] == pytest.approx(Retake(one).chance(), abs=1e-8)


def test_failing_candidates_on_average(model):
    """Averages over everybody who failed: hours matter far more than their split."""
    table = JointTable(model)
    failed = table.probability[:, :36].sum()
    plans = (None, [0] * 4, [16, 19.2, 28.8, 16], [20] * 4)
    found = [table.pass_weight(hours)[:, :36].sum() / failed for hours in plans]
    assert found == pytest.approx([0.1916, 0.2358, 0.4657, 0.4628], abs=1e-4)


@pytest.mark.parametrize(
    "model",
    [
        EXAMS[4],
        ScoreModel.from_exam_facts([30, 26, 24, 20], 50, (100, 720, 1000), TWO),
        EXAMS[6],
        ScoreModel.from_exam_facts([28, 26, 24, 22], 65, (100, 720, 1000), TWO),
    ],
)
def test_the_average_failing_candidate_gains_and_passes_as_published_repeaters_do(model):
    """What is stated of real repeaters: 43 to 48 % pass, and gains are about half a standard deviation."""
    stated = yaml.safe_load(STATED.read_text())["repeaters"]
    table, a, hours = JointTable(model), model.assumptions, stated["usual_hours"] * model.shares
    failed = table.probability[:, : int(model.scale.raw_cut)].sum()
    passing = table.pass_weight(hours)[:, : int(model.scale.raw_cut)].sum() / failed
    gains = np.array([(a.retest + times * a.study_gain(hours, model.shares)[0], share) for times, share in a.gains])
    mean = gains[:, 0] @ gains[:, 1]
    spread = np.sqrt((gains[:, 0] - mean) ** 2 @ gains[:, 1])
    rates = [known["percent"] for known in stated["pass_rates"]]
    assert (min(rates), max(rates)) == (43.2, 47.8)
    assert 0.40 <= passing <= 0.50
    assert min(known["sd"] for known in stated["gains"]) <= mean <= 0.6
    assert spread == pytest.approx(stated["gain"]["sd"], abs=0.03)


def test_ratings_barely_move_the_chance_once_the_total_is_known(model):
    table = JointTable(model)
    p, chance = table.probability, table.pass_weight()
    by_report = np.divide(chance, p, out=np.zeros_like(p), where=p > 0)
    by_total = chance.sum(axis=0) / p.sum(axis=0)
    overall = chance.sum()
    unexplained = (p * (by_report - by_total) ** 2).sum() / (p * (by_report - overall) ** 2).sum()
    assert 1 - unexplained == pytest.approx(0.9999, abs=5e-5)
