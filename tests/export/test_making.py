"""Temporary work lives in one folder beside what is written, and nothing of it stays."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from cases import ROOT, TODAY

from mls_kit.export import pdf, write_forms
from mls_kit.files import making, write_whole
from mls_kit.plan import requested_plan
from mls_kit.report import PlanRequest

REQUEST = PlanRequest("MLS-C01", 690, "NI, MC, MC, NI", today=str(TODAY))


def everything(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_what_is_made_or_fails_leaves_nothing_and_children_know_the_place(tmp_path):
    before = os.environ.get("TMPDIR"), tempfile.gettempdir()
    for stop in (None, ZeroDivisionError, KeyboardInterrupt):
        with pytest.raises(stop) if stop else tempfile.SpooledTemporaryFile(), making(tmp_path) as folder:
            assert folder.parent == tmp_path / ".mls-kit/making"
            code = "import tempfile; print(tempfile.mkdtemp())"
            made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
            assert [Path(made.strip()).parent, Path(tempfile.mkdtemp()).parent] == [folder, folder]
            write_whole(tmp_path / "kept.txt", "kept")
            if stop:
                raise stop
        assert everything(tmp_path) == {"kept.txt"}
        assert (os.environ.get("TMPDIR"), tempfile.gettempdir()) == before


KILLED = """
import os, sys, mls_kit.files as f
with f.making(f.Path(sys.argv[1])) as m:
    (m / 'half').touch(); os.kill(os.getpid(), 9)
"""
WORKS = KILLED.replace("os.kill(os.getpid(), 9)", "(m / 'ready').touch(); input()")


def test_only_what_a_killed_process_made_is_swept(tmp_path):
    theirs = {".writing-novel", ".writing-novel/one.txt", ".mls-kit", ".mls-kit/making", ".mls-kit/making/mine"}
    for name in sorted(theirs):
        (tmp_path / name).touch() if name.endswith(".txt") else (tmp_path / name).mkdir()
    here = [sys.executable, "-c"]
    working = subprocess.Popen([*here, WORKS, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE)
    while not list(tmp_path.glob(".mls-kit/making/*/ready")):
        time.sleep(0.05)
    held = everything(tmp_path)
    subprocess.run([*here, KILLED, str(tmp_path)], cwd=ROOT)
    assert len(everything(tmp_path) - held) == 3
    with making(tmp_path):
        pass
    assert everything(tmp_path) == held
    working.communicate(b"\n")
    assert everything(tmp_path) == theirs


BUSY = "import sys, mls_kit.files as f\nfor n in range(200): f.write_whole(f.Path(sys.argv[1]) / sys.argv[2], str(n))"


@pytest.mark.whole
def test_many_at_once_do_not_take_the_place_from_each_other(tmp_path):
    busy = [subprocess.Popen([sys.executable, "-c", BUSY, str(tmp_path), name], cwd=ROOT) for name in "abc"]
    assert [each.wait() for each in busy] == [0, 0, 0]
    assert everything(tmp_path) == {"a", "b", "c"}


def test_a_link_leads_nowhere(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".mls-kit").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="is a link"):
        write_whole(tmp_path / "a.txt", "a")
    assert everything(tmp_path) == {"elsewhere", ".mls-kit"}


def test_a_deck_leaves_no_database(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    (tmp_path / "tmp").mkdir()
    write_forms(requested_plan(REQUEST), tmp_path / "p.ipynb", ["anki", "csv"])
    assert {path for path in everything(tmp_path) if "jinja" not in path} == {"p.apkg", "p.csv", "tmp"}


BROWSER = """#!/bin/sh
for word; do case $word in --user-data-dir=*) mkdir -p "${word#*=}"; touch "${word#*=}/personal";; esac; done
mktemp
(sleep 1; mkdir -p "$PWD/late") &
sleep 300
"""


def test_a_browser_that_hangs_is_ended_and_leaves_nothing(tmp_path, monkeypatch):
    browser = tmp_path / "chromium"
    browser.write_text(BROWSER)
    browser.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(pdf, "_SECONDS", 0.5)
    (tmp_path / "page.html").touch()
    with pytest.raises(OSError, match="no PDF of"):
        pdf.write_pdf(tmp_path / "page.html", tmp_path / "page.pdf")
    time.sleep(1)
    assert everything(tmp_path) == {"chromium", "page.html"}
