"""A batch that was stopped, in whatever way, goes on; what is there is whole. Many kills are in ``whole``."""

import gc
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import filelock
import pytest
from cases import ROOT, TODAY, without_moment
from click.testing import CliRunner

from mls_kit import ScoreReport, read_cohort
from mls_kit.batch.jobs import Settings
from mls_kit.batch.roster import Roster
from mls_kit.batch.run import run_batch
from mls_kit.cli.main import main
from mls_kit.practice import banks
from mls_kit.problems import InputError

SAMPLE = ROOT / "data/cohorts/sample.csv"
SIX = tuple(f"L{number:03}" for number in range(1, 7))
SETTINGS = Settings(forms=("csv", "ics"), time_zone="Europe/Berlin", workers=2, only=SIX)
KILLED = f"""
import os, signal, sys
from datetime import date
from mls_kit import read_cohort
from mls_kit.batch.jobs import Settings
from mls_kit.batch.run import run_batch

def kill(done, of, outcome):
    if done == 3:
        os.killpg(0, signal.SIGKILL)

today = date.fromisoformat("{TODAY}")
run_batch(read_cohort("{SAMPLE}", today=today), sys.argv[1], today, {SETTINGS}, kill)
"""


def test_a_second_run_makes_nothing_and_says_the_same(tmp_path, quick, sample):
    first = run_batch(sample, tmp_path, TODAY)
    report = (tmp_path / "run_report.csv").read_text()
    second = run_batch(sample, tmp_path, TODAY)
    assert (first.made, first.kept, second.made, second.kept) == (30, 0, 0, 30)
    assert (tmp_path / "run_report.csv").read_text() == report
    assert len(quick) == 30


def test_what_changed_is_made_anew_and_nothing_else(tmp_path, quick, sample, monkeypatch):
    run_batch(sample, tmp_path / "out", TODAY)
    (tmp_path / "c.csv").write_text(SAMPLE.read_text().replace(",690,", ",689,", 1))
    changed = read_cohort(tmp_path / "c.csv", today=TODAY)
    quick.clear()
    run_batch(changed, tmp_path / "out", TODAY)
    assert quick == ["L001"]
    quick.clear()
    monkeypatch.setattr("mls_kit.batch.roster.kit_stamp", lambda _: "another version of the kit")
    assert run_batch(changed, tmp_path / "out", TODAY).made == len(quick) == 30


@pytest.mark.parametrize(
    ("harm", "again"),
    [
        (lambda folder: (folder / "L002.html").unlink(), ["L002"]),
        (lambda folder: (folder / "L003.ipynb").write_text("half"), ["L003"]),
    ],
)
def test_a_file_that_is_gone_or_cut_is_made_anew(tmp_path, quick, sample, harm, again):
    run_batch(sample, tmp_path, TODAY)
    quick.clear()
    harm(tmp_path)
    run_batch(sample, tmp_path, TODAY)
    assert quick == again


def test_other_forms_are_added_and_the_first_stay_good(tmp_path, quick, sample):
    run_batch(sample, tmp_path, TODAY)
    assert run_batch(sample, tmp_path, TODAY, Settings(forms=("csv",))).made == 30
    assert run_batch(sample, tmp_path, TODAY, Settings(forms=("notebook", "html", "csv"))).made == 0


def test_cards_are_made_only_where_the_exam_has_questions(tmp_path, quick, sample):
    run_batch(sample, tmp_path, TODAY, Settings(forms=("notebook", "anki")))
    with_cards = {path.stem for path in tmp_path.glob("*.apkg")}
    assert with_cards == {report.learner_id for _, report, _ in sample.latest() if report.exam in banks()}
    assert run_batch(sample, tmp_path, TODAY, Settings(forms=("notebook", "anki"))).made == 0


def test_a_run_that_goes_on_tomorrow_makes_the_plans_of_today(tmp_path, quick, sample):
    run_batch(sample, tmp_path, TODAY, Settings(only=("L001",)))
    later = run_batch(sample, tmp_path, None)
    assert (later.today, later.made, later.kept) == (TODAY, 29, 1)
    tomorrow = run_batch(sample, tmp_path, TODAY + timedelta(days=1))
    assert (tomorrow.made, tomorrow.kept) == (30, 0)


def test_only_some_learners(tmp_path, quick, sample):
    batch = run_batch(sample, tmp_path, TODAY, Settings(only=("L004", "L005")))
    assert quick == ["L004", "L005"]
    assert {outcome.status for outcome in batch.outcomes} == {"plan", "left out", "earlier attempt"}
    with pytest.raises(InputError, match="Did you mean L004"):
        run_batch(sample, tmp_path / "none", TODAY, Settings(only=("L0O4",)))
    assert not (tmp_path / "none").exists()


def test_files_of_others_are_not_overwritten(tmp_path, quick, sample):
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(InputError, match=r"index\.html would be overwritten"):
        run_batch(sample, tmp_path, TODAY)
    assert (tmp_path / "index.html").read_text() == "mine"
    assert run_batch(sample, tmp_path, TODAY, Settings(again=True)).made == 30


def test_a_second_run_into_the_same_folder_is_told_so(tmp_path, quick, sample):
    (tmp_path / ".mls-kit").mkdir()
    with filelock.FileLock(tmp_path / ".mls-kit/lock"), pytest.raises(InputError, match="Another run is writing"):
        run_batch(sample, tmp_path, TODAY)
    assert run_batch(sample, tmp_path, TODAY).made == 30


def test_learners_who_left_the_cohort_are_counted(tmp_path, quick, sample):
    run_batch(sample, tmp_path, TODAY)
    (tmp_path / "c.csv").write_text("\n".join(SAMPLE.read_text().splitlines()[:4]))
    assert run_batch(read_cohort(tmp_path / "c.csv", today=TODAY), tmp_path, TODAY).strangers == 27


def entry(**wrong):
    whole = {"stem": "L030", "stamp": "x", "files": {}, "zone": "", "seconds": 1.0, "told": None}
    return json.dumps(whole | wrong).encode()


LAST = {  # line of the record
    "cut off": lambda line: line[:-30],
    "no UTF-8": lambda line: line.replace(b"L030", b"L03\xff"),
    "a list": lambda line: b"[1]\n",
    "deep": lambda line: b"[" * 100_000 + b"\n",
    "NUL": lambda line: b"\0" * 4096,
    "stem": lambda line: entry(stem=5),
    "sizes": lambda line: entry(files={"L030.html": "big"}),
    "names": lambda line: entry(files=["L030.html"]),
    "seconds": lambda line: entry(seconds="NaN"),
    "told": lambda line: entry(told=[1, 2]),
    "a day": lambda line: entry(told=["SAA-C03", "", None, None, None, "2026-02-30"]),
    "a chance": lambda line: entry(told=["SAA-C03", "", None, None, None, "", "", [1, 2]]),
    "what to do": lambda line: entry(told=["SAA-C03", *[""], *[None] * 3, "", "", None, None, "dance"]),
    "first day": lambda line: b'{"today": "soon"}',
}  # fmt: skip


@pytest.mark.parametrize("kind", LAST)
def test_a_line_of_the_record_that_cannot_be_read_costs_one_plan(tmp_path, quick, sample, kind):
    run_batch(sample, tmp_path, TODAY)
    record = tmp_path / ".mls-kit/done.jsonl"
    *lines, last = record.read_bytes().splitlines(keepends=True)
    record.write_bytes(b"".join([*lines, LAST[kind](last)]))
    quick.clear()
    batch = run_batch(sample, tmp_path, None)
    assert (batch.kept, batch.unread, batch.today) == (29, 1, TODAY)
    assert quick == ["L030"]
    again = run_batch(sample, tmp_path, TODAY)
    assert (again.kept, again.unread) == (30, 0)


@pytest.mark.parametrize("what", [b"", b"\xff\xfe\0", None])
def test_a_record_of_which_nothing_can_be_read_is_made_anew(tmp_path, quick, sample, what):
    run_batch(sample, tmp_path, TODAY)
    record = tmp_path / ".mls-kit/done.jsonl"
    record.unlink()
    if what is None:
        record.mkdir()
        (record / "mine").touch()
    else:
        record.write_bytes(what)
    batch = run_batch(sample, tmp_path, TODAY)
    assert (batch.made, batch.unread) == (30, 1)
    assert run_batch(sample, tmp_path, TODAY).kept == 30
    assert what is not None or [*tmp_path.glob(".mls-kit/no-record-*/mine")]


def test_ctrl_c_leaves_a_report_and_nothing_half_and_the_same_call_goes_on(tmp_path, quick, sample):
    def tell(done, of, outcome):
        if done == 7:
            (tmp_path / ".writing-novel").mkdir()  # no work of ours
            raise KeyboardInterrupt

    stopped = run_batch(sample, tmp_path, TODAY, tell=tell)
    assert stopped.stopped == "you stopped it"
    assert Counter(outcome.status for outcome in stopped.outcomes) == {"plan": 7, "not done": 23, "earlier attempt": 3}
    assert {path.name for path in tmp_path.glob(".*/*")} == {"done.jsonl", "lock"}
    assert (tmp_path / ".writing-novel").is_dir()
    assert run_batch(sample, tmp_path, TODAY).kept == 7


@pytest.mark.whole
def test_the_cohort_is_not_kept_in_memory_while_plans_are_made(tmp_path, quick):
    def reports():
        gc.collect()
        return sum(type(each) is ScoreReport for each in gc.get_objects())

    def tell(done, of, outcome):
        if done == 10:
            alive.append(reports())

    before, alive = reports(), []
    roster = Roster(read_cohort(ROOT / "data/cohorts/sample.csv", today=TODAY))
    batch = run_batch(roster, tmp_path, TODAY, tell=tell)
    assert (batch.made, len(batch.outcomes)) == (30, 33)
    assert alive == [before]


def test_a_dry_run_writes_nothing(tmp_path):
    given = ["batch", str(SAMPLE), "-o", str(tmp_path / "out"), "--dry-run", "--formats", "ics,anki"]
    done = CliRunner().invoke(main, given)
    assert done.exit_code == 0
    assert "30 plans would be made" in done.output
    assert "MLA-C01" in done.output.partition("No cards for")[2]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--formats", "hmtl"], "Did you mean html"),
        (["--formats", ","], "choose at least one"),
        (["--formats", "pdf", "--memory-limit", "500"], "without a limit"),
        (["--scheduler", "localhost:1"], "Did you mean tcp://localhost:1"),
        (["--scheduler", "tcp://127.0.0.1:1"], "a Dask scheduler that answers"),
        (["--time-zone", "Europe/Berlin"], "add ics"),
        (["--formats", "ics", "--time-zone", "Europe/Berlni"], "Did you mean Europe/Berlin"),
        (["--only", "L0O4"], "Did you mean L004"),
        (["--sheet", "x"], "sheet"),
    ],
)
def test_options_that_do_not_fit_are_refused_before_anything_is_written(tmp_path, options, words, monkeypatch):
    monkeypatch.setattr("mls_kit.batch.cluster.CONNECT", 1.0)
    done = CliRunner().invoke(main, ["batch", str(SAMPLE), "-o", str(tmp_path / "out"), *options])
    assert done.exit_code == 2, done.output
    assert words in done.output
    assert not list(tmp_path.glob("out/*.*ml"))


def plans(folder):
    return {path.name: without_moment(path.read_bytes()) for path in folder.glob("L*")}


def test_a_killed_batch_leaves_whole_files_and_ends_as_one_that_was_not(tmp_path, sample):
    run_batch(sample, tmp_path / "whole", TODAY, SETTINGS)
    whole, out = plans(tmp_path / "whole"), tmp_path / "out"
    done = subprocess.run([sys.executable, "-c", KILLED, str(out)], cwd=ROOT, start_new_session=True)
    assert done.returncode == -signal.SIGKILL
    there = plans(out)
    assert 6 <= len(there) < len(whole) == 12
    assert there.items() <= whole.items()
    written = {name: os.stat(out / name).st_mtime_ns for name in there}
    batch = run_batch(sample, out, TODAY, SETTINGS)
    assert batch.made + batch.kept == 6
    assert batch.kept in (3, 4)  # the files of one may be there, and not noted yet
    assert sum(os.stat(out / name).st_mtime_ns == moment for name, moment in written.items()) >= 6
    assert plans(out) == whole
    assert {path.name for path in out.glob(".*/*")} == {"done.jsonl", "lock"}
