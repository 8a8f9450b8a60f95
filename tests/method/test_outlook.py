"""What a report says of the next attempt: labels, splits of the time, and whether two attempts differ by more than luck."""

import pytest
from cases import TODAY

from mls_kit import InputError, ScoreReport, build_plan, prioritize
from mls_kit.method.outlook import compare_reports, labels_of, model_of


def test_a_large_change_is_more_than_noise():
    before = ScoreReport("CLF-C02", 690, "MC, NI, NI, MC")
    after = ScoreReport("CLF-C02", 879, "MC, MC, MC, MC")
    assert compare_reports(before, after).chance < 0.02


def test_attempts_with_other_labels_are_not_compared():
    assert compare_reports(ScoreReport("MLS-C01", 690, "S, C, NI, NI"), ScoreReport("MLS-C01", 690, "MC, MC, NI, NI")) is None


def test_labels_belong_to_one_vocabulary_or_to_none():
    assert labels_of(ScoreReport("SAA-C03", 650, ["NI"] * 4)) == ("Needs Improvement", "Meets Competencies")
    assert labels_of(ScoreReport("MLS-C01", 650, ["NI"] * 4)) == ("Needs Improvement", "Competent", "Strong")
    assert labels_of(ScoreReport("MLS-C01", 650, "S, MC, NI, NI")) is None


@pytest.mark.parametrize("split", ["weights", "model"])
def test_another_split_changes_the_shares_and_says_so(split):
    report = ScoreReport("SAA-C03", 650, "NI, MC, MC, NI", hours_per_week=10)
    plan = build_plan(report, today=TODAY, split=split)
    assert plan.share_rule == split
    assert plan.priorities["share"].sum() == pytest.approx(100)
    assert plan.priorities["share"].to_dict() != prioritize(report)["share"].to_dict()
    minutes = plan.to_frame().query("domain in @plan.priorities.index").groupby("domain")["minutes"].sum()
    assert minutes.idxmax() == plan.priorities["share"].idxmax()
    assert build_plan(report, today=TODAY).share_rule == "tiers"


def test_the_models_split_needs_a_report_the_model_can_read():
    impossible = ScoreReport("MLS-C01", 700, ["Strong"] * 4)
    with pytest.raises(InputError, match="Did you mean article"):
        build_plan(impossible, today=TODAY, split="model")
    with pytest.raises(InputError, match="Did you mean article"):
        build_plan(ScoreReport("MLS-C01", 690, "S, C, NI, NI"), today=TODAY, retake_exam="MLA-C02", split="model")
    with pytest.raises(InputError, match="Did you mean weights"):
        build_plan(impossible, today=TODAY, split="weight")


def test_an_exam_without_a_number_of_questions_has_no_model():
    exam = ScoreReport("SAA-C03", 650, ["NI"] * 4).facts
    unknown = exam.model_copy(update={"questions": exam.questions.model_copy(update={"value": None})})
    with pytest.raises(ValueError, match="We don’t know how many questions SAA-C03 has"):
        model_of(unknown, ("Needs Improvement", "Meets Competencies"))
