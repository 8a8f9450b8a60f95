import pytest
from cases import TODAY

from mls_kit import InputError, ScoreReport, build_plan, prioritize
from mls_kit.explain import outlook_words
from mls_kit.html import Block
from mls_kit.method.outlook import compare_reports, labels_of, model_of, outlook_of, stated_grid


def plan_for(code="MLS-C01", score=690, ratings="S, C, NI, NI", earlier=(), **more):
    return build_plan(ScoreReport(code, score, ratings, hours_per_week=9, **more), earlier=earlier, today=TODAY)


SECTIONS = [outlook_words.meaning, outlook_words.domains, outlook_words.chances, outlook_words.tornado,
            outlook_words.assumptions, outlook_words.changes]  # fmt: skip


def test_a_probability_is_never_shown_without_its_band_and_its_kind():
    text = str(outlook_words.meaning(plan_for()))
    assert "Chance to pass another form today, without study: 28 %" in text
    band = outlook_of(plan_for().report, 80, {}).retake.bands["now"]
    assert f"band {100 * band.low:.0f} to {100 * band.high:.0f} %" in text
    assert f"{band.points} stated sets of assumptions" in text
    assert 400 < band.points <= len(stated_grid())
    chart = outlook_words.chances(plan_for())
    assert "This is model, assuming" in chart.words
    assert "no verdict" in chart.words


def test_the_words_agree_with_the_model():
    plan = plan_for(score=714, ratings=["Competent"] * 4)
    found = outlook_of(plan.report, 80, {"article": [20, 20, 40, 20]})
    assert f"{100 * found.retake.chance:.0f} %" in str(outlook_words.meaning(plan))
    assert round(found.retake.chance, 2) == 0.39
    assert "about 18 scaled points" in str(outlook_words.meaning(plan))
    assert "(CSEM) about 54" in str(outlook_words.meaning(plan))
    assert "Needs Improvement in 15 %, Competent in 47 %" in str(outlook_words.meaning(plan))


def test_an_impossible_report_is_said_to_be_so_and_nothing_is_computed():
    plan = plan_for(score=700, ratings=["Strong"] * 4)
    assert "cannot come about" in str(outlook_words.meaning(plan))
    assert "would have to" in str(outlook_words.meaning(plan))
    for section in SECTIONS[1:5]:
        assert isinstance(section(plan), Block)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
@pytest.mark.parametrize(
    "plan",
    [
        plan_for(),
        plan_for("AIF-C01", 640, "NI, MC, MC, NI, MC"),
        plan_for("CCAR-F", 655, [58, 72, 81, 66, 49]),
        plan_for("SY0-701", 700, "NI, C, C, C, S"),
        plan_for("SAA-C03", 730, ["MC"] * 4),
        plan_for("MLS-C01", 690, "Strong, Meets, NI, NI"),
    ],
    ids=lambda plan: plan.report.exam,
)
def test_every_section_says_something_for_every_sort_of_report(section, plan):
    shown = section(plan)
    text = str(shown) if isinstance(shown, Block) else shown.words
    assert len(text) > 30
    assert " nan" not in text


def test_three_attempts_whose_changes_are_noise():
    first, second = (
        ScoreReport("SAA-C03", score, "NI, NI, MC, MC", taken_on=day)
        for score, day in ((708, "2026-10-05"), (680, "2026-10-19"))
    )
    text = str(
        outlook_words.changes(
            plan_for("SAA-C03", 698, "NI, NI, MC, MC", [first, second], taken_on="2026-11-02", attempt=3)
        )
    )
    assert "-28 points. From the first report, at unchanged ability, " in text
    assert f"comes in {100 * compare_reports(first, second).chance:.0f} % of retakes" in text
    assert text.count("It doesn't mean that you made no progress") == 2
    assert text.count("Chance that you know more now than then") == 2
    assert "no progress" not in text.replace("It doesn't mean that you made no progress", "")
    assert "Does it come true?" in text
    assert "So few outcomes cannot show whether the model is right." in text


def test_a_large_change_is_more_than_noise():
    before = ScoreReport("CLF-C02", 690, "MC, NI, NI, MC")
    after = ScoreReport("CLF-C02", 879, "MC, MC, MC, MC")
    assert compare_reports(before, after).chance < 0.02
    assert "something changed" in str(outlook_words.changes(plan_for("CLF-C02", 879, ["MC"] * 4, [before], attempt=2)))


def test_attempts_with_other_labels_are_not_compared():
    assert (
        compare_reports(ScoreReport("MLS-C01", 690, "S, C, NI, NI"), ScoreReport("MLS-C01", 690, "MC, MC, NI, NI"))
        is None
    )


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
    with pytest.raises(InputError, match="Nearest: article"):
        build_plan(impossible, today=TODAY, split="model")
    with pytest.raises(InputError, match="Nearest: article"):
        build_plan(ScoreReport("MLS-C01", 690, "S, C, NI, NI"), today=TODAY, retake_exam="MLA-C02", split="model")
    with pytest.raises(InputError, match="Nearest: weights"):
        build_plan(impossible, today=TODAY, split="weight")


def test_an_exam_without_a_number_of_questions_has_no_model():
    exam = ScoreReport("SAA-C03", 650, ["NI"] * 4).facts
    unknown = exam.model_copy(update={"questions": exam.questions.model_copy(update={"value": None})})
    with pytest.raises(ValueError, match="no known number of questions"):
        model_of(unknown, ("Needs Improvement", "Meets Competencies"))
