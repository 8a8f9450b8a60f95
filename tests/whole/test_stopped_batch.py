"""A batch killed again and again, or with a full disk, goes on; what is there is whole."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import zipfile

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


MOMENTS = 20
KILLER = """
import os, signal, sys
out, at = os.environ["KILL_IN"], int(os.environ["KILL_AT"])
counted = os.open(os.environ["KILL_COUNT"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

def heard(event, given):  # each file that is begun, moved or removed, in whatever process, is a moment
    changes = event == "open" and given[2] & (os.O_WRONLY | os.O_RDWR)
    if (changes or event in ("os.rename", "os.remove", "os.mkdir")) and out in str(given[0]):
        os.write(counted, b".")
        if os.lseek(counted, 0, os.SEEK_CUR) == at:
            os.killpg(int(os.environ["KILL_GROUP"]), signal.SIGKILL)
            if os.getpgrp() == int(os.environ["KILL_GROUP"]):
                signal.pause()  # else: a process in a session of its own goes on, and finds that nobody listens

os.environ.setdefault("KILL_GROUP", str(os.getpgrp()))
sys.addaudithook(heard)
"""


def counting(home, out, at):
    """Run a batch of two learners, all forms but PDF, killed at a moment; return its end and how many moments it had."""
    (home / "sitecustomize.py").write_text(KILLER)
    counted = home / f"count-{out.name}-{at}"
    setting = {"KILL_IN": str(out), "KILL_AT": str(at), "KILL_COUNT": str(counted), "PYTHONPATH": f"{home}:{ROOT}"}
    more = ["--formats", "ipynb,html,ics,anki,csv", "--only", "L001", "--only", "L006"]
    done = subprocess.run(
        command(SAMPLE, out, *more), env=os.environ | setting, capture_output=True, start_new_session=True, timeout=300
    )
    return done.returncode, counted.stat().st_size


def said(out):
    """What a run left, without moments, durations and the names that are new in each."""
    found = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file() and path.suffix not in (".xlsx", ".json")}
    for name in [name for name in found if name.endswith(".apkg")]:
        found[name] = zipfile.ZipFile(out / name).read("collection.anki2")
    found["run_report.csv"] = re.sub(rb",[\d.]+\r?\n", b"\n", found["run_report.csv"])
    lines = [json.loads(line) for line in (out / ".mls-kit/done.jsonl").read_text().splitlines()]
    noted = sorted(line["stem"] for line in lines if "stem" in line)
    return {name: without_new(without_moment(content)) for name, content in found.items()} | {"noted": noted}


def without_new(content):
    return re.sub(rb'"id": "[0-9a-f]{8}"|"(date|version_minor)": [^,]+', b"", content)


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    home = tmp_path_factory.mktemp("unbroken")
    code, moments = counting(home, home / "out", 0)
    assert code == 0
    return said(home / "out"), moments


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_batch_killed_at_any_moment_ends_as_one_that_was_not(tmp_path, unbroken, moment):
    whole, moments = unbroken
    out = tmp_path / "out"
    killed, _ = counting(tmp_path, out, 1 + moment * (moments - 20) // (MOMENTS - 1))
    assert killed == -signal.SIGKILL
    there = {path.name for path in out.glob("L*")}
    code, _ = counting(tmp_path, out, 0)
    assert (code, there - set(whole)) == (0, set())
    assert said(out) == whole
    assert {path.name for path in out.glob(".*/*")} == {"done.jsonl", "lock"}
    assert not list(tmp_path.glob("out/**/making"))


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
    assert "no space is left" in first.stderr
    assert {}.items() < contents(out).items() < whole.items()
    assert {path.name for path in out.glob(".*/*")} == {"done.jsonl", "lock"}
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    second = run(cohort, out)
    assert second.returncode == 0, second.stdout + second.stderr
    assert "existed already" in second.stdout
    assert contents(out) == whole
    assert json.loads((out / "run_report.json").read_text())["stopped"] == ""
