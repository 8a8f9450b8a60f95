"""The days of a retake where the exam itself is not there yet."""

from datetime import date

from cases import TODAY

from mls_kit import ScoreReport, build_plan
from mls_kit.exam import find_exam
from mls_kit.method import retake_of


def test_an_announced_exam_is_never_planned_before_its_first_day():
    report = ScoreReport("DVA-C03", 676, "NI, MC, NI, MC", taken_on="2026-11-04", today=TODAY)
    again, first = retake_of(report, TODAY), find_exam("DVA-C03").first_day
    assert (again.earliest, again.availability.state, again.limit_said) == (first, "announced", "")
    assert build_plan(report, today=TODAY, hours_per_week=60).exam_day >= first
    assert retake_of(ScoreReport("DVA-C03", 676, "NI, MC, NI, MC"), TODAY).soonest(date(2026, 11, 1)) == first
    late = ScoreReport("DVA-C03", 676, "NI, MC, NI, MC", taken_on="2026-12-10", today="2026-12-12")
    assert retake_of(late, date(2026, 12, 12)).earliest == date(2026, 12, 24)
