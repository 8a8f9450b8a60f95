import pytest

from mls_kit.score_model import Evidence, ScoreModel, explain_report


@pytest.mark.parametrize(("score", "ratings"), [(700, [2] * 4), (900, [0] * 4), (300, [1] * 4), (790, [1] * 4), (640, [1] * 4)])
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
