"""The checks of lesson 06: right answers pass, frequent mistakes are named."""

import pytest
from cases import TODAY

from mls_kit import ScoreReport, diagnose
from mls_kit.course.checks import check

REPORTS = [
    ScoreReport("MLS-C01", 690, "S, C, NI, NI"),
    ScoreReport("SAA-C03", 650, "NI, MC, MC, MC"),
    ScoreReport("MLS-C01", 720, ["C"] * 4),
    ScoreReport("CCAR-F", 655, [58, 72, 81, 66, 49]),
    ScoreReport("CLF-C02", 879, ["MC"] * 4),
]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.exam)
def test_the_hours_asked_are_those_of_the_timeline(report):
    least, suggested = diagnose(report, today=TODAY).timeline.hours_needed
    assert check("6.1", least, report).passed
    assert not check("6.1", least + 1, report).passed
    if suggested != least:
        assert "suggests" in check("6.1", suggested, report).words


def test_the_colleagues_hours_are_worked_out_by_the_plan():
    assert check("6.2", 8).passed
    assert "four too few" in check("6.2", 7).words
    assert "four weeks" in check("6.2", 15).words


def test_a_choice_needs_a_reason():
    assert check("6.3", ("day the hours fit", "the wait says nothing about how ready I am by then")).passed
    assert not check("6.3", ("first possible day", "the wait says nothing about how ready I am by then")).passed
    assert not check("6.3", ("day the hours fit", "why not")).passed
