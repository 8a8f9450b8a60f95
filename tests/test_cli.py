import json

import pytest
from cases import ROOT, TODAY
from click.testing import CliRunner

from mls_kit.cli import main

PLAN = ["plan", "--exam", "SAA-C03", "--scaled-score", "650", "--ratings", "NI, MC, MC, NI", "--today", str(TODAY)]


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_help_says_what_there_is():
    done = run("--help")
    assert done.exit_code == 0
    for word in ("plan", "batch", "check", "exams", "nothing is sent anywhere"):
        assert word in done.output


@pytest.mark.parametrize("command", ["plan", "batch", "check", "exams"])
def test_each_command_has_help(command):
    assert run(command, "--help").exit_code == 0


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
        ([*PLAN, "-p", "scaled_scor", "800"], "Nearest: scaled_score"),
        ([*PLAN, "-p", "x=1;import os", "800"], "is not one of exam"),
        (["plan", "--exam", "SAA-C03"], "--scaled-score, --ratings"),
        ([*PLAN, "--taken-on", "2030-01-01"], "in the future"),
        ([*PLAN, "--hours-per-week", "lots"], "hours_per_week: 'lots'"),
        ([*PLAN, "--retake-exam", "MLA-C02"], "a crosswalk from SAA-C03"),
        ([*PLAN, "--target-date", "2026-11-01"], "a day after the first day"),
        ([*PLAN, "-o", "plan.txt"], "does not end in .ipynb"),
        ([*PLAN, "-o", "nowhere/plan.ipynb"], "is not there"),
        ([*PLAN, "--report", "nowhere.yaml"], "readable YAML"),
        (["check", "nowhere.csv"], "an existing file"),
        (["exams", "SAA-C3"], "Nearest: SAA-C03"),
        (["check", ROOT / "data/cohorts/sample.csv", "--today", "soon"], "YYYY-MM-DD"),
        (["nonsense"], "No such command"),
    ],
)
def test_nonsense_is_refused_in_words_with_exit_code_2(tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.exit_code == 2, done.output
    assert message in done.output
    assert "Traceback" not in done.output
    assert list(tmp_path.iterdir()) == []


def test_check_names_mistakes_and_writes_nothing():
    good = run("check", ROOT / "data/cohorts/sample.csv", "--today", TODAY)
    assert (good.exit_code, good.output.splitlines()[-1]) == (0, "33 rows: 33 good, 0 with 0 mistakes.")
    bad = run("check", ROOT / "data/cohorts/mistakes.csv", "--today", TODAY)
    assert bad.exit_code == 1
    assert "row 9, domain_2: 'Compentent' is not one of" in bad.output
    assert "row 29, to look at:" in bad.output


def test_exams_lists_and_shows_sources():
    listed = run("exams", "--today", TODAY).output
    assert "MLS-C01   retired" in listed
    shown = run("exams", "mls c01").output
    assert "passing_standard: 750" in shown
    assert "https://docs.aws.amazon.com" in shown


def test_a_request_file_gives_the_values_and_options_win(tmp_path):
    from mls_kit.cli import _request

    options = {
        "file": str(ROOT / "data/reports/percentages.yaml"),
        "extra": (),
        "scaled_score": "660",
        "exam_folder": "",
    }
    request = _request(options)
    assert (request.exam, request.scaled_score, len(request.report.percents)) == ("CCAR-F", 660, 5)
