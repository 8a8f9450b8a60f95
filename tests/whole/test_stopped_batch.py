"""A batch killed again and again, or with a full disk, goes on; what is there is whole."""

import contextlib
import csv
import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from cases import ROOT, TODAY, without_moment

SAMPLE = ROOT / "data/cohorts/sample.csv"


def command(cohort, out, *more):
    given = ["batch", str(cohort), "-o", str(out), "--today", str(TODAY), "--formats", "csv,ics", "--workers", "2"]
    return [sys.executable, "-m", "mls_kit.cli.main", *given, "--time-zone", "Europe/Berlin", *more]


@pytest.fixture(scope="module")
def three_hundred(tmp_path_factory):
    """Write a cohort whose plans take a little while; return it and the files of a run without interruption."""
    home = tmp_path_factory.mktemp("many")
    rows = list(csv.reader(SAMPLE.open()))
    place = rows[0].index("learner_id")
    with (home / "c.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(rows[0])
        for turn in range(3):
            writer.writerows([*row[:place], f"{row[place]}-{turn}", *row[place + 1 :]] for row in rows[1:])
    subprocess.run(command(home / "c.csv", home / "whole"), check=True, capture_output=True)
    return home / "c.csv", contents(home / "whole")


def contents(folder):
    """What a folder holds, without the moments at which it was written."""
    plans = [path for path in folder.glob("L*") if path.suffix in (".csv", ".ics")]
    return {path.name: without_moment(path.read_bytes()) for path in plans}


def run(cohort, out):
    return subprocess.run(command(cohort, out), capture_output=True, text=True, check=False)


def test_a_batch_killed_again_and_again_ends_as_one_that_was_not(tmp_path, three_hundred):
    cohort, whole = three_hundred
    chance = random.Random(20261122)
    out, kills = tmp_path / "out", 0
    for _ in range(20):
        one = subprocess.Popen(command(cohort, out), start_new_session=True, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.5, 6))
        kills += one.poll() is None
        with contextlib.suppress(ProcessLookupError):  # it had ended by itself
            os.killpg(one.pid, signal.SIGKILL)
        one.wait()
        assert contents(out).items() <= whole.items()  # what is there is whole
    done = run(cohort, out)
    assert done.returncode == 0, done.stdout + done.stderr
    assert contents(out) == whole
    assert {path.name for path in out.glob(".*/*")} == {"done.jsonl", "lock"}
    with (out / "run_report.csv").open(newline="") as file:
        rows = [row["row"] for row in csv.DictReader(file)]
    assert len(rows) == len(set(rows)) == 99
    assert kills >= 5


@pytest.fixture
def small_disk(tmp_path):
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if (made := subprocess.run(mount, capture_output=True, text=True)).returncode:
        pytest.skip(f"a disk cannot be mounted here: {made.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_whole_files_and_the_run_goes_on_after_making_room(small_disk, three_hundred):
    cohort, whole = three_hundred
    out = small_disk / "out"
    first = run(cohort, out)
    assert first.returncode == 1, first.stdout + first.stderr
    assert "no room is left" in first.stderr
    assert {}.items() < contents(out).items() < whole.items()
    assert {path.name for path in out.glob(".*/*")} == {"done.jsonl", "lock"}
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    second = run(cohort, out)
    assert second.returncode == 0, second.stdout + second.stderr
    assert "were there already" in second.stdout
    assert contents(out) == whole
    assert json.loads((out / "run_report.json").read_text())["stopped"] == ""
