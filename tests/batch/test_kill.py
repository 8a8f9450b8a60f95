"""A batch that is killed leaves whole files, and the same call goes on from there. Many kills are in ``whole``."""

import os
import signal
import subprocess
import sys

from cases import ROOT, TODAY, without_moment

from mls_kit import read_cohort
from mls_kit.batch.jobs import Settings
from mls_kit.batch.run import run_batch

SAMPLE = ROOT / "data/cohorts/sample.csv"
EIGHT = tuple(f"L{number:03}" for number in range(1, 9))
SETTINGS = Settings(forms=("csv", "ics"), time_zone="Europe/Berlin", workers=2, only=EIGHT)
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


def plans(folder):
    return {path.name: without_moment(path.read_bytes()) for path in folder.glob("L*")}


def test_a_killed_batch_leaves_whole_files_and_ends_as_one_that_was_not(tmp_path):
    cohort = read_cohort(SAMPLE, today=TODAY)
    run_batch(cohort, tmp_path / "whole", TODAY, SETTINGS)
    whole, out = plans(tmp_path / "whole"), tmp_path / "out"
    done = subprocess.run([sys.executable, "-c", KILLED, str(out)], cwd=ROOT, start_new_session=True)
    assert done.returncode == -signal.SIGKILL
    there = plans(out)
    assert 6 <= len(there) < len(whole) == 16
    assert there.items() <= whole.items()
    written = {name: os.stat(out / name).st_mtime_ns for name in there}
    batch = run_batch(cohort, out, TODAY, SETTINGS)
    assert batch.made + batch.kept == 8
    assert batch.kept in (3, 4)  # the files of one may be there, and not noted yet
    assert sum(os.stat(out / name).st_mtime_ns == moment for name, moment in written.items()) >= 6
    assert plans(out) == whole
    assert not list(out.glob(".writing-*"))
