"""The learner's own report: kept whole and privately, read back the same, damaged or cleared without a surprise."""

import os
import re
import stat
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from cases import PLANNED, request_for

from mls_kit import InputError
from mls_kit.explain.report_words import modeled, opening
from mls_kit.report.my_plan import keep_my_plan, my_plan, my_plan_file
from mls_kit.report.my_report import clear_my_report, is_mine, my_report, my_report_file, my_request, save_my_report
from mls_kit.report.request import PlanRequest


def test_without_a_report_the_example_is_used_and_nothing_is_written():
    assert not is_mine()
    assert my_report().exam == "MLS-C01"
    assert "an invented example" in str(opening(my_report()))
    assert not my_report_file().parent.exists()


@pytest.mark.parametrize("code", PLANNED)
def test_every_exam_comes_back_as_it_was_kept(code):
    first = request_for(code, -20)
    said = {"scaled_score": first.scaled_score, "result": first.result, "ratings": first.ratings, "taken_on": "2025-12-01"}
    before = str([{name: value for name, value in said.items() if value}])
    request = request_for(code, taken_on="2026-01-15", attempt=2, hours_per_week=7.5, language="German", earlier=before)
    save_my_report(request)
    again = my_request()
    assert again.report == request.report
    assert again.earlier_reports == request.earlier_reports
    assert (again.hours_per_week, again.language, again.attempt) == (7.5, "German", 2)
    assert "your numbers" in str(opening(my_report()))


@pytest.mark.parametrize(("code", "shown"), [("PMP", "MLS-C01"), ("SAA-C03", "SAA-C03")])
def test_a_lesson_shows_the_example_where_the_model_is_silent_and_says_why(code, shown):
    save_my_report(request_for(code, -20))
    report = modeled(my_report())
    assert report.exam == shown
    assert ("can't use your report. PMI doesn’t report scores" in str(opening(report))) == (code == "PMP")


def test_percentages_and_what_only_python_has_come_back_as_they_were_meant():
    save_my_report(PlanRequest("CCAR-F", 655, [58, 72.5, 81, 66, 0]))
    assert list(my_report().percents.values()) == [58, 72.5, 81, 66, 0]
    save_my_report(PlanRequest("saa c03", np.int64(690), ("NI", "MC", "MC", "NI"), taken_on=date(2026, 3, 1)))
    assert (my_report().exam, my_report().scaled_score, my_report().taken_on) == ("SAA-C03", 690, date(2026, 3, 1))


@pytest.mark.skipif(os.name == "nt", reason="no such permissions there")
def test_only_its_owner_can_read_it_and_a_name_is_never_kept():
    file = save_my_report(request_for("SAA-C03", learner_name="Ada Example", learner_id="id-4711"))
    assert not re.search("Ada|4711", file.read_text())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    save_my_report(request_for("AIF-C01"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["my_report.yaml"]


def test_what_is_not_valid_is_not_kept_and_what_was_stays():
    save_my_report(request_for("SAA-C03"))
    before = my_report_file().read_text()
    for wrong in (PlanRequest("SAA-C03", 5000, "NI, MC, MC, NI"), request_for("SAA-C03", earlier="[{scaled_score: 1}]")):
        with pytest.raises(InputError):
            save_my_report(wrong)
    assert my_report_file().read_text() == before


@pytest.mark.parametrize(
    "text",
    ["", "\udcff\udcfe\0", "just words", "exam: [", "exam: SAA-C03", "scaled_score: 700\nratings: 'NI, C, C, S'",
     "exam: SAA-C03\nscaled_score: 9999\nratings: 'NI, MC, MC, NI'",
     "exam: SAA-C03\nscaled_score: 690\nratings: 'NI, MC, MC, NI'\nnonsense: 1",
     "exam: SAA-C03\nscaled_score: 690\nratings: 'NI, MC, MC, NI'\nearlier: '[{scaled_score: 1}]'"],
)  # fmt: skip
def test_a_damaged_file_says_so_and_names_the_way_out(text):
    save_my_report(request_for("SAA-C03"))
    my_report_file().write_text(text, errors="surrogateescape")
    for read in (my_request, my_report):
        with pytest.raises(InputError, match=r"my_report\.yaml. Enter it again in 00_start_here") as found:
            read()
        assert found.value.problems


def test_clearing_takes_the_file_away_and_says_whether_there_was_one():
    assert clear_my_report() is False
    save_my_report(request_for("SAA-C03"))
    assert clear_my_report() is True
    assert not my_report_file().exists()
    assert my_report().exam == "MLS-C01"


def test_the_place_is_said_without_the_home_folder(monkeypatch, tmp_path):
    from mls_kit.report.my_report import place_in_words

    monkeypatch.delenv("MLS_KIT_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert place_in_words() == "~/.mls-kit/my_report.yaml"


def test_the_last_plan_is_kept_for_ones_own_report_alone_without_a_name_and_goes_with_the_report(tmp_path):
    mine = request_for("SAA-C03", taken_on="2026-01-15", hours_per_week=7.5, learner_name="Ada Example", practice="{log: a.csv}")
    assert not keep_my_plan(mine)
    save_my_report(mine)
    assert not keep_my_plan(request_for("SAA-C03", attempt=2))
    assert my_plan() is None
    assert keep_my_plan(mine, tmp_path / "my_plan.html")
    request, page = my_plan()
    assert (request.report, request.practice, page) == (
        replace(mine, learner_name="").report,
        mine.practice,
        tmp_path / "my_plan.html",
    )
    assert request.today == str(date.today())
    assert "Ada" not in my_plan_file().read_text()
    my_plan_file().write_text("half a line: [")
    with pytest.raises(InputError):
        my_plan()
    clear_my_report()
    assert my_plan() is None
