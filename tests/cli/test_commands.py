import csv
import io
import json
import re
import shlex
from dataclasses import replace

import icalendar
import pytest
import yaml
from cases import PLANNED, ROOT, TODAY, run

from mls_kit import ScoreReport, build_plan
from mls_kit.batch.jobs import Outcome
from mls_kit.cli import main
from mls_kit.cli.batch import progress
from mls_kit.export.forms import table_text
from mls_kit.export.notebook import PlanFailed
from mls_kit.practice import log_file
from mls_kit.report.my_report import save_my_report
from mls_kit.report.request import PlanRequest

PLAN = ["plan", "--exam", "SAA-C03", "--scaled-score", "650", "--ratings", "NI, MC, MC, NI", "--today", str(TODAY)]

EXAMPLE = ROOT / "data" / "logs" / "example.csv"
REPLAN = ["replan", "--report", ROOT / "data/reports/worked_example.yaml", "--log", EXAMPLE, "--today", TODAY]


def test_help_says_what_there_is():
    done = run("--help")
    assert done.exit_code == 0
    for word in ("plan", "replan", "batch", "check", "exams", "nothing is sent anywhere"):
        assert word in done.output


def test_plan_writes_a_notebook_and_a_page(tmp_path):
    out = tmp_path / "mine.ipynb"
    done = run(*PLAN, "--taken-on", "2026-11-01", "--learner-name", "Somebody", "-o", out)
    assert done.exit_code == 0, done.output
    assert "Somebody" in (tmp_path / "mine.html").read_text()
    assert "# What does my score report say" in json.loads(out.read_text())["cells"][0]["source"][0]
    again = run(*PLAN, "-o", out)
    assert again.exit_code == 2
    assert "would be overwritten" in again.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["plan", "--scaled-scor", "650"], "--scaled-score"),
        ([*PLAN, "-p", "scaled_scor", "800"], "Did you mean scaled_score"),
        ([*PLAN, "-p", "x=1;import os", "800"], "is not one of the names exam"),
        (["plan", "--exam", "SAA-C03"], "--scaled-score, --ratings"),
        ([*PLAN, "--taken-on", "2030-01-01"], "in the future"),
        ([*PLAN, "--hours-per-week", "lots"], "hours_per_week: 'lots'"),
        ([*PLAN, "--retake-exam", "MLA-C02"], "a crosswalk from SAA-C03"),
        ([*PLAN, "--target-date", "2026-11-01"], "a day after the first day"),
        ([*PLAN, "-o", "plan.txt"], "does not end in .ipynb"),
        ([*PLAN, "-o", "nowhere/plan.ipynb"], "exist. Create it first"),
        ([*PLAN, "--report", "nowhere.yaml"], "a file that we can find"),
        (["plan"], "enter your report once in lesson 00"),
        ([*PLAN, "--ics", "--time-zone", "Europe/Berln"], "Did you mean Europe/Berlin"),
        ([*PLAN, "--time-zone", "Europe/Berlin"], "of use without a calendar"),
        (["replan"], "Enter it in the notebook 00_start_here"),
        (["replan", "--report", ROOT / "data/reports/worked_example.yaml"], "logged or ticked anything yet"),
        (["replan", "--report", "nowhere.yaml", "--log", "x.csv"], "a file that we can find"),
        ([*REPLAN, "--log", "nowhere.csv"], "a readable file"),
        ([*REPLAN, "--done-hours", "-3"], "done_hours: '-3' is not"),
        ([*REPLAN, "--exam-day", "2026-11-01"], "a day after 2026-11-22"),
        ([*REPLAN, "--ics", "--time-zone", "Mars"], "the name of a time zone"),
        (["check", "nowhere.csv"], "a file that we can find"),
        (["exams", "SAA-C3"], "Did you mean SAA-C03"),
        (["check", ROOT / "data/cohorts/sample.csv", "--today", "soon"], "YYYY-MM-DD"),
        (["nonsense"], "No such command"),
        (["practice", "--exam", "MLS-C01", "--questions", "1_0", "-o", "set"], "'1_0' is not a whole number"),
        (["batch", ROOT / "data/cohorts/sample.csv", "-o", "plans", "--timeout", "nan"], "'nan' is not a number"),
    ],
)
def test_nonsense_is_refused_in_words_with_exit_code_2(tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("mls_kit.export.pdf.find_chromium", lambda: None)
    done = run(*arguments)
    assert done.exit_code == 2, done.output
    assert message in done.output
    assert "Traceback" not in done.output
    assert list(tmp_path.iterdir()) == []


FORMS = ["ipynb", "html", "ics", "apkg", "csv"]


def test_all_forms_are_written_beside_one_another_and_only_overwritten_when_told(tmp_path, asked):
    call = ["plan", "--exam", "MLA-C02", "--score", "650", "--ratings", "NI, MC, MC, NI", "--today", TODAY,
            "--ics", "--anki", "--csv", "--time-zone", "Europe/Berlin", "-o", tmp_path / "mine.ipynb"]  # fmt: skip
    done = run(*call)
    assert done.exit_code == 0, done.output
    assert "Time zone of the calendar: Europe/Berlin." in done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"mine.{ending}" for ending in FORMS)
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())
    events = icalendar.Calendar.from_ical((tmp_path / "mine.ics").read_bytes()).walk("VEVENT")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "mine.csv").read_text("utf-8-sig"))))
    assert len(rows) == len(events) - 1
    assert [row["if_then"] for row in rows] == [str(event["summary"]) for event in events[:-1]]
    again = run(*call)
    assert again.exit_code == 2
    assert "mine.ics and mine.apkg and mine.csv would be overwritten" in again.output
    assert run(*call, "--force").exit_code == 0
    (tmp_path / "mine.ics").unlink()
    assert "mine.ics" not in run(*call).output


def test_a_form_that_cannot_be_had_is_left_out_in_words_and_the_others_are_written(tmp_path, monkeypatch, asked):
    monkeypatch.setattr("mls_kit.export.pdf.find_chromium", lambda: None)
    given = ["plan", "--exam", "SY0-701", "--scaled-score", "650", "--ratings", "NI, C, C, NI, C", "--today", str(TODAY)]
    done = run(*given, "--anki", "--pdf", "--csv", "-o", tmp_path / "mine.ipynb")
    assert done.exit_code == 0, done.output
    assert "No cards: the kit has no questions for SY0-701." in done.output
    assert "No PDF: it needs Chromium" in done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.csv", "mine.html", "mine.ipynb"]


def test_plan_takes_the_report_that_is_kept_and_what_is_typed_besides(tmp_path, asked):
    save_my_report(PlanRequest("SAA-C03", 690, "NI, MC, MC, NI", hours_per_week=9, practice_source="Tutor"))
    done = run("plan", "--days-off", "Sun", "--today", TODAY, "-o", tmp_path / "mine.ipynb")
    assert done.exit_code == 0, done.output
    assert "From your report, saved in" in done.output
    (request,) = asked
    assert (request.exam, request.hours_per_week, request.practice_source) == ("SAA-C03", 9, "Tutor")
    assert request.days_off == "Sun"
    assert "Needed: --exam, --ratings" in run("plan", "--score", "690").output


@pytest.mark.parametrize("code", PLANNED)
def test_the_example_for_what_is_missing_fits_the_exam_that_was_named(code):
    given = shlex.split(run("plan", "--exam", code).output.partition("mls-kit plan ")[2].splitlines()[0])
    values = {name[2:].replace("-", "_"): value for name, value in zip(given[::2], given[1::2], strict=True)}
    report = PlanRequest.from_text(values).report
    assert (report.exam, report.passed, report.is_rated) == (code, False, report.facts.rates_domains)


def test_the_help_says_ranges_in_words_and_the_lengths_of_workshops():
    for command in main.commands:
        assert "<=" not in run(command, "--help").output
    lengths = yaml.safe_load((ROOT / "data" / "workshops.yaml").read_text())["routes"]
    assert all(str(route["minutes"]) in run("workshop", "--help").output for route in lengths)


@pytest.mark.parametrize(
    ("exam", "said"),
    [("PMPP", "Did you mean PMP"), ("SAP-C03", "Its domains and weights are not known"), ("PMP", "--exam PMP --result fail")],
)
def test_plan_names_an_exam_it_cannot_use_before_it_asks_for_more(exam, said):
    done = run("plan", "--exam", exam)
    assert done.exit_code == 2
    assert said in done.output


def test_no_cell_of_the_table_is_run_as_a_formula():
    plan = build_plan(ScoreReport("MLS-C01", 690, "S, C, NI, NI", today=TODAY), today=TODAY)
    first = replace(plan.sessions[0], do="=cmd|' /C calc'!A0", if_then="@SUM(A1)", short="\tx", domain="-2")
    vars(plan)["sessions"] = (first,)
    (row,) = csv.DictReader(io.StringIO(table_text(plan).lstrip("\ufeff")))
    found = row["do"], row["if_then"], row["short"], row["domain"]
    assert found == ("'=cmd|' /C calc'!A0", "'@SUM(A1)", "'\tx", "'-2")


@pytest.mark.parametrize(("where", "failure"), [
    ("mls_kit.batch.render_here", PlanFailed("NameError: x")), ("mls_kit.export.forms.write_pdf", OSError("made no PDF")),
])  # fmt: skip
def test_when_one_form_fails_none_is_written_and_what_was_there_stays(tmp_path, monkeypatch, asked, where, failure):
    def fail(*_):
        raise failure

    (tmp_path / "mine.ics").write_text("old")
    monkeypatch.setattr("mls_kit.export.pdf.find_chromium", lambda: "chromium")
    monkeypatch.setattr(where, fail)
    done = run(*PLAN, "--ics", "--csv", "--pdf", "--force", "-o", tmp_path / "mine.ipynb")
    assert done.exit_code == 1
    assert f"The plan failed: {failure}" in done.output
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("mine.ics", "old")]


def test_replan_says_what_changed_and_its_notebook_shows_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_bytes(EXAMPLE.read_bytes())
    done = run("replan", "--report", ROOT / "data/reports/worked_example.yaml", "--log", "log.csv", "--today", TODAY,
               "--started", "2026-10-25", "--ics")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "Your log has 9.8 hours" in done.output
    assert "To do this week:" in done.output
    page = (tmp_path / "my_plan.html").read_text()
    assert "How far am I?" in page
    assert "Modeling counts as Competent here; the report says Needs Improvement" in page
    assert (tmp_path / "my_plan.ics").exists()
    assert str(tmp_path) not in (tmp_path / "my_plan.ipynb").read_text()


def test_replan_takes_the_report_and_log_that_are_kept(tmp_path, monkeypatch, asked):
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    save_my_report(PlanRequest("MLS-C01", 690, "S, C, NI, NI", "2026-10-20", 2, hours_per_week=9))
    log_file().write_bytes(EXAMPLE.read_bytes())
    done = run("replan", "--today", TODAY, "-o", tmp_path / "new.ipynb")
    assert done.exit_code == 0, done.output
    assert (asked[0].attempt, asked[0].hours_per_week, asked[0].practice) == (2, 9, "{log: ~/home/practice_log.csv}")


def test_an_exam_file_is_checked_and_the_guides_template_has_no_mistake(tmp_path):
    template = re.search(r"```yaml\n(code: XYZ.*?)```", (ROOT / "data/README.md").read_text(), re.S)[1]
    file = tmp_path / "XYZ-1.yaml"
    file.write_text(template)
    assert run("exams", "--check", str(file), "--today", TODAY).output.startswith("XYZ-1: no mistakes. 2 domains.")
    file.write_text(template.replace("weight: 60", "weight: 90").replace("sources: [page]", "sources: [pge]", 1))
    done = run("exams", "--check", str(file))
    assert done.exit_code == 1
    assert "2 mistakes" in done.output
    assert "Did you mean page" in done.output


def test_exams_lists_and_shows_sources():
    listed = run("exams", "--today", TODAY).output
    assert "MLS-C01   retired" in listed
    assert "Limit on attempts: 4 in any 12 months" in run("exams", "CCAR-F", "--today", TODAY).output
    marked = run("exams", "--to-check", "--today", TODAY).output
    assert "Second-hand: we read it in texts that quote AWS." in marked
    assert "The sources disagree." in marked
    assert " Old: " not in marked.partition("AIF-C01")[2].partition("AIP-C01")[0]
    assert " Old: " in run("exams", "--to-check", "--today", "2027-06-01").output
    shown = run("exams", "mls c01").output
    assert "Passing standard: 750" in shown
    assert "https://docs.aws.amazon.com" in shown


def test_a_request_file_gives_the_values_and_options_win(tmp_path):
    from mls_kit.cli.plan import _request

    options = {"file": str(ROOT / "data/reports/percentages.yaml"), "extra": (), "scaled_score": "660", "exam_folder": ""}
    request = _request(options)
    assert (request.exam, request.scaled_score, len(request.report.percents)) == ("CCAR-F", 660, 5)


def test_forgotten_quotes_are_said_and_mistakes_of_the_report_come_before_files_that_are_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_plan.ipynb").write_text("mine")
    given = ["plan", "--exam", "SAA-C03", "--scaled-score", "690", "--ratings"]
    for words, said in ((["NI,", "MC,", "MC,", "NI"], "quotes around"), (["NI, MC"], "each of the 4 domains"),
                        (["NI, MC, MC, NI"], "would be overwritten")):  # fmt: skip
        done = run(*given, *words)
        assert (done.exit_code, said in done.output) == (2, True), done.output
    assert (tmp_path / "my_plan.ipynb").read_text() == "mine"


def test_lines_of_the_log_that_cannot_be_used_are_named_when_planning_anew(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("mls_kit.cli.plan._write", lambda *_args, **_forms: None)
    (tmp_path / "me.yaml").write_text("exam: SAA-C03\nscaled_score: 690\nratings: NI, MC, MC, NI\n")
    (tmp_path / "log.csv").write_text(
        "date,exam,domain,right,out_of\n2026-11-01,SAA-C03,mixed,30,50\n2026-11-31,SAA-C03,mixed,60,50\n"
    )
    given = ["replan", "--report", "me.yaml", "--log", "log.csv", "--today", "2026-11-22"]
    done = run(*given)
    assert done.exit_code == 0, done.output
    assert "left out" in done.output
    assert "line 3, date" in done.output
    for more, said in ((["--done-hours", "many"], "a number from 0"), (["--report", "no.yaml"], "a file that we can find")):
        done = run(*given, *more)
        assert (done.exit_code, said in done.output) == (2, True), done.output
    (tmp_path / "me.yaml").write_text("exam: SAA-C03\nratings: [\n")
    assert "line 2: 'ratings: [' is not readable YAML" in run(*given).output


def test_a_batch_shows_its_pace_and_its_failures_on_a_terminal_and_nowhere_else(monkeypatch):
    for is_terminal in (True, False):
        screen = io.StringIO()
        monkeypatch.setattr(screen, "isatty", lambda is_terminal=is_terminal: is_terminal, raising=False)
        monkeypatch.setattr("sys.stderr", screen)
        with progress() as tell:
            for done, status in enumerate(["plan", "failed", "plan"], start=1):
                tell(done, 3, Outcome(done, "", status, "", "", 0.0))
        monkeypatch.undo()
        shown = screen.getvalue()
        assert shown if is_terminal else not shown
        assert all((words in shown) == is_terminal for words in ("Getting ready", "3 of 3 plans", "left, 1 failed"))


@pytest.mark.parametrize(
    "wrong",
    ["door -o door.html --exam X", "workshop -o new --minutes 95", "workshop -o new --exam X", "workshop -o new --start noon"],
)
def test_a_wrong_option_is_refused_before_a_long_wait_is_announced(wrong, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run(*wrong.split())
    assert done.exit_code == 2
    assert "minute or two" not in done.output
    assert "few minutes" not in done.output
