"""The button that makes a plan: of the kept report, with what is chosen, in files for the learner alone; else in words."""

from dataclasses import replace
from datetime import date, timedelta

import nbformat
import pytest

from mls_kit.export.notebook import PlanFailed, Rendered
from mls_kit.problems import InputError
from mls_kit.report.my_plan import my_plan
from mls_kit.report.my_report import is_mine, my_request, save_my_report
from mls_kit.report.request import PlanRequest
from mls_kit.widgets import MakeMyPlan, ReportForm, make_my_plan

SOON = str(date.today() + timedelta(days=60))
MINE = PlanRequest("SY0-701", 655, "NI, C, C, C, NI", hours_per_week=7.5, practice_source="Tutor's book", aim="sure")


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Stand in for the notebook's execution, and collect what was asked for."""
    found = []

    def execute(request, tell):
        found.append(request)
        tell(0.5)
        return Rendered(nbformat.v4.new_notebook(), "Plan")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(make_my_plan, "render", execute)
    return found


def press(view):
    view.make_button.click()
    if view.worker:
        view.worker.join()
    assert not view.make_button.disabled


def test_without_a_report_the_examples_plan_is_made_and_nothing_is_kept(asked, tmp_path):
    view = MakeMyPlan()
    assert "a plan for an example" in view.said.value
    press(view)
    (request,) = asked
    assert (request.exam, request.hours_per_week, request.days_off) == ("MLS-C01", None, "")
    assert "The example's plan is ready" in str(make_my_plan.Block(view.status.value))
    assert (tmp_path / "my plan" / "my_plan.apkg").exists()
    assert not is_mine()
    assert my_plan() is None


def test_it_starts_from_what_is_kept_writes_for_the_owner_alone_and_keeps_what_is_chosen(asked, tmp_path):
    save_my_report(MINE)
    view = MakeMyPlan()
    assert "your report</b>: SY0-701, scaled score 655" in view.said.value
    assert (view.controls["hours_per_week"].value, view.controls["practice_source"].value) == (7.5, "Tutor's book")
    view.controls["hours_per_week"].value = 9
    press(view)
    assert asked[0].hours_per_week == my_request().hours_per_week == my_plan().request.hours_per_week == 9
    files = sorted((tmp_path / "my plan").glob("my_plan.*"))
    assert [path.suffix for path in files] == [".html", ".ics", ".ipynb"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in [*files, files[0].parent])
    assert "No cards: the kit has no questions for SY0-701" in view.status.value
    (shown,) = view.links.outputs
    assert '<a href="my%20plan/my_plan.html" target="_blank"' in shown["data"]["text/html"]
    assert "apkg" not in shown["data"]["text/html"]
    assert view.bar.value == 1


def test_without_the_name_of_a_time_zone_the_plan_is_made_without_a_calendar(asked, tmp_path, monkeypatch):
    def refuse(*_):
        raise InputError("The time zone", [])

    monkeypatch.setattr(make_my_plan, "read_time_zone", refuse)
    view = MakeMyPlan()
    press(view)
    assert "You get no calendar, because this computer" in view.status.value
    assert not (tmp_path / "my plan/my_plan.ics").exists()
    assert "calendar" not in view.links.outputs[0]["data"]["text/html"]


def test_it_follows_when_a_report_is_kept_or_cleared_in_the_form(asked):
    view, form = MakeMyPlan(), ReportForm()
    form.controls["hours_per_week"].value = 6
    form.keep_button.click()
    assert "your report</b>: MLS-C01" in view.said.value
    assert view.controls["hours_per_week"].value == 6
    view.controls["aim"].value = "article"
    press(view)
    form.keep_button.click()
    assert my_request().aim == "article"  # what the form does not ask for stays
    form.clear_button.click()
    assert "saved a report yet" in view.said.value


@pytest.mark.parametrize("failure", [PlanFailed("NameError: x"), OSError("disk full")])
def test_what_goes_wrong_is_said_in_words_and_the_button_comes_back(asked, monkeypatch, failure):
    def fail(*_, **__):
        raise failure

    monkeypatch.setattr(make_my_plan, "render", fail)
    view = MakeMyPlan()
    press(view)
    assert f"was not made.</b> {failure}" in view.status.value
    assert view.links.outputs == ()


def test_a_report_that_was_changed_and_is_not_valid_is_named(asked):
    save_my_report(MINE).write_text("exam: [")
    view = MakeMyPlan()
    press(view)
    assert "Enter it again in 00_start_here" in view.status.value
    assert asked == []


@pytest.mark.parametrize(
    ("kept", "offered", "asked_for"),
    [(MINE, ["soonest", "steady", "sure", "article"], ("sure", "")),
     (replace(MINE, target_date=SOON), ["own", "soonest", "steady", "sure", "article"], ("sure", SOON)),
     (replace(MINE, exam="CCAR-F", ratings="55, 70, 62, 80, 58"), None, ("sure", "")),
     (replace(MINE, scaled_score=790), None, ("sure", ""))],
    ids=["days", "own day", "percentages", "passed"],
)  # fmt: skip
def test_the_days_are_those_of_the_plan_and_choosing_keeps_the_rest(kept, offered, asked_for):
    save_my_report(kept)
    view = MakeMyPlan()
    assert view.error is None
    assert (view.request.aim, view.request.target_date) == asked_for
    if offered:
        assert list(view.aim.options.values()) == offered
        view.controls["aim"].value = "article"
        assert (view.request.aim, view.request.target_date, view.plan.aim) == ("article", "", "article")
        assert list(view.aim.options.values()) == offered
    assert len(view.result().markup) > 100
