"""The plan in the notebook: taken along only when told, and the learner's own log read only for the learner."""

import pytest
from cases import ROOT, TODAY

from mls_kit import InputError
from mls_kit.explain.progress_words import how_far
from mls_kit.export.forms import take_along
from mls_kit.export.notebook import render
from mls_kit.plan import own_practice, replan_request, requested_plan
from mls_kit.practice import log_file
from mls_kit.report.my_report import save_my_report
from mls_kit.report.request import PlanRequest, read_parameters


@pytest.fixture
def request_of_mine(tmp_path, monkeypatch):
    """Keep a report and a log, and return what the notebook asks for when run by hand with the same values."""
    monkeypatch.chdir(tmp_path)
    mine = PlanRequest("MLS-C01", 690, "S, C, NI, NI", "2026-10-20", hours_per_week=10, today=str(TODAY))
    save_my_report(mine)
    log_file().write_bytes((ROOT / "data/logs/example.csv").read_bytes())
    return mine


def test_a_request_with_a_log_sees_how_far_and_what_that_changes(request_of_mine):
    text = str(how_far(replan_request(request_of_mine, str(TODAY), started="2026-10-25", **own_practice())))
    for words in ("not ready yet", "Chance of passing", "Before and now", "instead of 10"):
        assert words in text
    assert str(how_far(request_of_mine)) == ""


@pytest.mark.whole
def test_a_batch_reads_no_log_of_whoever_runs_it_and_writes_nothing_beside(request_of_mine, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    notebook = render(request_of_mine).notebook
    cells = {cell.get("id"): cell for cell in notebook.cells}
    assert cells["plan-42"].outputs[0].data["text/plain"] == ""
    assert "No files were written" in cells["plan-44"].outputs[0].data["text/plain"]
    assert sorted(tmp_path.rglob("*")) == before
    assert "Before and now" not in str([cell.get("outputs") for cell in notebook.cells])


def test_only_values_that_papermill_injected_count_as_from_another_program():
    values = {"exam": "MLS-C01", "scaled_score": 690, "ratings": "S, C, NI, NI"}
    assert not read_parameters(values | {"In": ["", "exam = 'MLS-C01'"]}).by_papermill
    told = "# Parameters\nexam = 'MLS-C01'\nscaled_score = 690\nratings = 'S, C, NI, NI'\n"
    asked = read_parameters(values | {"In": ["", told]})
    assert asked.by_papermill
    assert "No files were written" in str(take_along(requested_plan(asked), asked, calendar=True))


def test_take_along_writes_what_is_asked_and_overwrites_only_when_told(request_of_mine, tmp_path):
    plan = requested_plan(request_of_mine)
    assert "No files were written" in str(take_along(plan, request_of_mine))
    said = str(take_along(plan, request_of_mine, calendar=True, deck=True, table=True, time_zone="Europe/Berlin"))
    assert all(name in said for name in ("my_plan.ics", "my_plan.apkg", "my_plan.csv", "Time zone of the calendar: Europe/Berlin."))
    with pytest.raises(InputError, match="again=True"):
        take_along(plan, request_of_mine, table=True)
    take_along(plan, request_of_mine, table=True, again=True)
    for wrong in ("../elsewhere", "", ".hidden"):
        with pytest.raises(InputError, match="plain name"):
            take_along(plan, request_of_mine, table=True, name=wrong)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "my_plan.apkg", "my_plan.csv", "my_plan.ics"]


def test_take_along_names_what_cannot_be_had_and_refuses_only_what_is_asked_alone(request_of_mine, tmp_path):
    other = PlanRequest("SY0-701", 690, "NI, C, C, NI, C", today=str(TODAY))
    said = str(take_along(requested_plan(other), other, deck=True, table=True))
    assert "No cards: the kit has no questions for SY0-701." in said
    assert [path.name for path in tmp_path.glob("my_plan*")] == ["my_plan.csv"]
    with pytest.raises(InputError, match="an exam the kit has questions for"):
        take_along(requested_plan(other), other, deck=True, again=True)
