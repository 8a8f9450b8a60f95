import pytest
from candidates import TWO

from mls_kit.score_model import AssumptionGrid, Evidence, ScoreModel, build_outlook
from mls_kit.score_model.outlook import explain_report


def test_everything_one_report_says(model):
    grid = AssumptionGrid({"mean": (-0.3, 0.0, 0.3)})
    outlook = build_outlook(model, 714, ["Competent"] * 4, splits={"article": [40, 30, 20, 10]}, grid=grid)
    retake = outlook.retake
    assert retake.chance == pytest.approx(0.391, abs=1e-3)
    assert outlook.chance_alone == pytest.approx(0.395, abs=1e-3)
    assert list(retake.splits) == ["article", "weights", "equal", "best"]
    assert retake.splits["best"].chance == max(split.chance for split in retake.splits.values())
    assert all(sum(split.hours) == pytest.approx(80) for split in retake.splits.values())
    assert list(retake.bands) == ["now", *retake.splits]
    assert retake.bands["now"].minimum < retake.chance < retake.bands["now"].maximum
    assert len(retake.raised) == len(retake.gains) == 4
    assert outlook.assumptions is model.assumptions is outlook.together.assumptions
    low, high = outlook.alone.interval_proportion().T
    both_low, both_high = outlook.together.interval_proportion().T
    assert (both_high - both_low <= high - low + 0.02).all()


def test_a_given_split_may_be_the_best(model):
    splits = build_outlook(model, 714, [1] * 4, steps=1).retake.splits
    assert splits["best"] == splits["weights"]


def test_an_impossible_report_gets_no_numbers_but_reasons(model):
    outlook = build_outlook(model, 700, ["Strong"] * 4)
    assert (outlook.together, outlook.retake) == (None, None)
    assert 0 < outlook.chance_alone < 1
    assert [r.assumption for r in outlook.feasibility.remedies] == ["rating thresholds", "raw cut"]


@pytest.mark.parametrize(
    ("score", "ratings"), [(700, [2] * 4), (900, [0] * 4), (300, [1] * 4), (790, [1] * 4), (640, [1] * 4)]
)
def test_remedies_work_and_nothing_smaller_does(model, score, ratings):
    verdict = explain_report(model, score, ratings)
    assert not verdict.possible
    remedies = {r.assumption: r.needed for r in verdict.remedies}
    first, second = (int(word.split()[0]) for word in remedies["rating thresholds"].split(" and "))
    closer = 1 if first < 60 else -1
    for move, works in ((0, True), (closer, False)):
        other = model.under(cuts_three_labels=(first + move, min(second + move, 100)))
        assert Evidence.from_score(other, score, ratings).possible is works
    assert ("raw cut" in remedies) is (score in (700, 790, 640))
    if "raw cut" in remedies:
        needed = int(remedies["raw cut"].split()[0])
        for cut, works in ((needed, True), (needed + (1 if needed < 36 else -1), False)):
            other = model.under(cut_share=(cut, 50))
            assert Evidence.from_score(other, score, ratings).possible is works


def test_a_possible_report_needs_no_remedy(model):
    assert explain_report(model, 714, [1] * 4) == (True, (34, 35), (31, 37), ())


def test_a_rating_that_a_short_domain_skips_is_impossible():
    verdict = explain_report(ScoreModel.from_exam_facts([1, 9], 10), 700, [1, 1])
    assert (verdict.possible, verdict.reachable) == (False, (0, -1))


def test_six_domains_and_two_labels():
    exam = ScoreModel.from_exam_facts([20, 20, 18, 16, 14, 12], 65, (100, 700, 1000), TWO)
    retake = build_outlook(exam, 660, [1, 0, 1, 0, 1, 0], hours=60).retake
    assert [raised.label for raised in retake.raised[:2]] == [None, "Meets Competencies"]
    assert retake.splits["best"].chance > retake.chance
