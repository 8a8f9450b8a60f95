"""The calendar shows the plan that ``build_plan`` makes, for every value of every control."""

from datetime import timedelta

import pytest
from cases import STEADY, TODAY

from mls_kit import ScoreReport, build_plan
from mls_kit.html import long_day
from mls_kit.widgets import PlanCalendar

REPORTS = {
    "retired": ScoreReport("MLS-C01", 690, "S, C, NI, NI", taken_on="2026-03-14", hours_per_week=12, days_off="Sun"),
    "five domains": ScoreReport("AIF-C01", 600, "NI, NI, NI, MC, MC", taken_on="2026-11-01"),
    "percentages": ScoreReport("CCAR-F", 655, [58, 72, 81, 66, 49], taken_on="2026-11-09", attempt=3),
    "beta": ScoreReport("MLA-C02", 650, "NI, MC, MC, NI", taken_on="2026-11-01"),
    "a pass": ScoreReport("CLF-C02", 879, ["MC"] * 4, days_off="2026-12-22 to 2027-01-02"),
}
GRID = {"hours": (1, 17, 40), "weeks": (0, 9, 1, 52), "days_off": ((0,), (5, 6), (0, 1, 2, 3, 4, 5)), "time": (5, 22)}


@pytest.mark.steady
@pytest.mark.parametrize("name", list(REPORTS)[:: 1 if STEADY else 2])
def test_every_value_of_every_control_gives_the_plan_it_asks_for(name):
    view = PlanCalendar(REPORTS[name], today=TODAY)
    assert view.error is None
    for control, values in GRID.items():
        for value in values:
            view.controls[control].value = value
            assert view.error is None, (control, value)
            asked = view.values()
            plan = build_plan(
                REPORTS[name].without_target(), today=TODAY, hours_per_week=asked["hours"],
                target_date=TODAY + timedelta(weeks=asked["weeks"]) if asked["weeks"] else None,
                days_off=[*(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][d] for d in asked["days_off"]),
                          *REPORTS[name].days_off.dates],
                study_time=f"{asked['time']:02d}:00",
            )  # fmt: skip
            assert view.plan.to_frame().equals(plan.to_frame())
            assert view.plan.exam_day == plan.exam_day
            assert (long_day(plan.exam_day) if plan.exam_day else "no exam to plan for") in view.said.value
            blocks = view.picture.value.split('class="key"')[0].count('<i class="b ')
            assert blocks == len(plan.sessions)
        view.controls[control].value = values[1]
    result = view.result().markup
    assert "<table" in result
    assert view.picture.value in result


def test_it_starts_from_the_report():
    report = ScoreReport("SAA-C03", 650, "NI, MC, MC, NI", hours_per_week=9, target_date="2027-02-04", days_off="Sat")
    view = PlanCalendar(report, today=TODAY)
    assert view.values() == {"hours": 9, "weeks": 11, "days_off": (5,), "time": 19}
    assert str(view.plan.exam_day) == "2027-02-04"
    over = PlanCalendar(report, today=TODAY + timedelta(days=200))  # the day aimed at is past: it starts without one
    assert over.error is None
    assert over.values()["weeks"] == 0


def test_no_day_left_is_said_and_the_picture_stays():
    view = PlanCalendar(REPORTS["five domains"], today=TODAY)
    before = view.picture.value
    view.controls["days_off"].value = tuple(range(7))
    assert "one day to study" in str(view.error)
    assert "This cannot be shown" in view._message.value
    assert view.picture.value == before
    view.controls["days_off"].boxes[6].value = False
    assert view.error is None
    assert view.controls["days_off"].value == (0, 1, 2, 3, 4, 5)


def test_an_exam_that_ended_or_is_in_beta_is_said_so_and_the_next_can_be_chosen():
    view = PlanCalendar(REPORTS["retired"], today=TODAY)
    assert "MLS-C01 was retired" in view.said.value
    assert "no longer offered" in view.said.value
    view.controls["exam"].value = "MLA-C02"
    assert view.plan.target.exam == "MLA-C02"
    assert "beta" in view.said.value
    assert "beta" in PlanCalendar(REPORTS["beta"], today=TODAY).said.value
    assert "exam" not in PlanCalendar(REPORTS["five domains"], today=TODAY).controls


def test_a_calendar_drawn_again_looks_as_one_drawn_once():
    moved, fresh = (PlanCalendar(REPORTS["retired"], today=TODAY) for _ in range(2))
    moved.controls["hours"].value = 6
    assert moved.picture.value != fresh.picture.value
    moved.controls["hours"].value = fresh.controls["hours"].value
    assert moved.picture.value == fresh.picture.value
