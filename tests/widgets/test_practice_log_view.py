"""The view of the practice log: it shows the package's numbers, and writes only when it is told to."""

from datetime import date, timedelta

import pytest
from cases import STEADY
from pictures import ends, rows_of

from mls_kit import ScoreReport
from mls_kit.practice.log import append, log_file, read_log
from mls_kit.practice.readiness import readiness
from mls_kit.problems import InputError
from mls_kit.report import PlanRequest, save_my_report
from mls_kit.widgets import PracticeLogView

REPORTS = [("MLS-C01", 690, "S, C, NI, NI"), ("AIF-C01", 640, "NI, MC, MC, NI, MC"), ("SY0-701", 700, "NI, C, NI, C, S")]


@pytest.mark.steady
@pytest.mark.parametrize("case", REPORTS if STEADY else REPORTS[:1])
def test_the_form_over_its_range(case):
    report = ScoreReport(*case)
    view = PracticeLogView(report)
    assert view.error is None
    assert "invented" in view.log_said.value
    for name, values in {"domain": ["mixed", *report.ratings], "right": [0, 50], "timed": [False, True], "fresh": [False, True],
                         "minutes": [0, 300], "predicted": [0, 100], "provider": ["", "<b>x</b>"], "causes": ["misread:2", ""],
                         "out_of": [50, 200], "date": [str(date.today()), "20.11.2024"]}.items():  # fmt: skip
        for value in values:
            view.controls[name].value = value
            assert view.error is None, (name, value)
    assert not log_file().exists()


def test_what_makes_no_sense_is_said_and_not_written():
    view = PracticeLogView(ScoreReport(*REPORTS[0]))
    for name, value in (("right", 51), ("causes", "tired:2"), ("date", ""), ("date", str(date.today() + timedelta(days=2)))):
        old = view.controls[name].value
        view.controls[name].value = value
        assert isinstance(view.error, InputError), name
        view.add_button.click()
        assert "Nothing was added" in view.told.value
        view.controls[name].value = old
        assert view.error is None
    assert not log_file().exists()


def test_the_picture_shows_the_log_and_the_set_in_the_form():
    report = ScoreReport(*REPORTS[0])
    view = PracticeLogView(report)
    view.controls["domain"].value = "Modeling"
    view.controls["out_of"].value = 60
    view.controls["right"].value = 55
    after = readiness(report, view.with_entry(view.entry()).sets.iloc[:0].reindex(columns=view.practice.frame.columns))
    assert after.domains.loc["Modeling", "out_of"] == 0
    now, then = view.readiness.domains.loc["Modeling"], view.with_entry(view.entry()).domains.loc["Modeling"]
    assert then["out_of"] == now["out_of"] + 60
    rows, near = rows_of(view), {"abs": 1e-4}
    svg, said = rows["Modeling"]
    assert ends(svg, "d3") == [pytest.approx((now["low"], now["high"]), **near)]
    assert ends(svg, "choice") == [pytest.approx((then["low"], then["high"]), **near)]
    assert ends(svg, "dot")[0][0] == pytest.approx(now["right"] / now["out_of"], **near)
    assert f"{now['right']:.0f} of {now['out_of']:.0f}" in said
    assert [name for name, (other, _) in rows.items() if ends(other, "choice")] == ["Modeling"]
    view.controls["timed"].value = False
    assert 'class="choice"' not in view.picture.value
    assert "only fresh and timed" in view.said.value


def test_adding_writes_one_line_once_and_shows_it():
    report = ScoreReport(*REPORTS[0])
    view = PracticeLogView(report)
    view.controls["provider"].value = "Exam <shop>"
    view.controls["right"].value = 44
    view.controls["predicted"].value = 85
    view.add_button.click()
    assert "Is this right?" in view.told.value
    assert "Right answers" not in view.told.value
    assert "Out of: 50" in view.told.value
    view.controls["minutes"].value = 80  # asked about anew
    view.add_button.click()
    assert not log_file().exists()
    view.add_button.click()
    view.add_button.click()
    assert "already" in view.told.value
    frame, problems = read_log()
    assert problems == []
    assert frame[["provider", "right", "out_of", "predicted"]].values.tolist() == [["Exam <shop>", 44, 50, 85.0]]
    assert view.practice.mine
    assert "Exam &lt;shop&gt;" in view.log_shown.value
    assert view.readiness.counting["right"].tolist() == [44]
    assert "44 of 50" in rows_of(view)["All full sets"][1]


def test_lines_that_cannot_be_read_are_shown():
    view = PracticeLogView(ScoreReport(*REPORTS[0]))
    append(view.entry())
    with log_file().open("a") as file:
        file.write("2026-11-01,MLS-C01,half")
    view = PracticeLogView(ScoreReport(*REPORTS[0]))
    assert "line 3" in view.log_shown.value
    assert view.error is None


@pytest.mark.parametrize("case", REPORTS)
def test_the_result_is_a_figure_with_its_words_and_numbers(case):
    view = PracticeLogView(ScoreReport(*case))
    markup = view.result().markup
    for part in ('role="group"', "<table", "The numbers of this picture", "Chance of passing (model)", "last lines of this log"):
        assert part in markup


def test_an_invented_log_says_nothing_about_a_report_of_ones_own():
    save_my_report(PlanRequest("MLS-C01", 690, "S, C, NI, NI"))
    said = PracticeLogView(ScoreReport(*REPORTS[0])).log_said.value
    assert "says nothing about your own chance" in said
    assert "Chance of passing" not in said
