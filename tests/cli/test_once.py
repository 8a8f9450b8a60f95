"""One plan asked for, one plan built: each step hands its result on, and no process does a step twice."""

import os
import subprocess
import sys
from collections import Counter

import pytest
from cases import ROOT, TODAY

from mls_kit.batch.jobs import Settings
from mls_kit.batch.machine import on_this_machine
from mls_kit.batch.roster import Roster
from mls_kit.cohort import read_cohort

# imported or run first in a process, before anything of the plan is: every fork of it counts too
COUNTING = """
import os
from mls_kit.plan import requested
from mls_kit.report import score_report

def counting(name, function):
    def counted(*given, **named):
        with open(os.environ["COUNTS"], "a") as file:
            file.write(f"{os.getpid()} {name}\\n")
        return function(*given, **named)
    return counted

score_report.ScoreReport.__init__ = counting("report", score_report.ScoreReport.__init__)
requested.build_plan = counting("plan", requested.build_plan)
"""


@pytest.fixture
def counts(tmp_path, monkeypatch):
    """Return what was counted: for each process, how often it did what."""
    (tmp_path / "counting.py").write_text(COUNTING)
    monkeypatch.setenv("COUNTS", str(tmp_path / "counts"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(ROOT)]))

    def read():
        pairs = [line.split() for line in (tmp_path / "counts").read_text().splitlines()]
        return {pid: Counter(name for other, name in pairs if other == pid) for pid in dict.fromkeys(p for p, _ in pairs)}

    return read


def test_a_plan_in_four_forms_is_built_once(counts, tmp_path):
    code = "import counting; from mls_kit.cli.main import main; main()"
    call = ["plan", "--exam", "SAA-C03", "--score", "650", "--ratings", "NI, MC, MC, NI", "--attempt", "2", "--earlier",
            "[{scaled_score: 640, ratings: 'NI, NI, MC, NI'}]", "--today", str(TODAY), "--ics", "--csv"]  # fmt: skip
    subprocess.run([sys.executable, "-c", code, *call, "-o", str(tmp_path / "p.ipynb")], check=True, cwd=ROOT)
    (command,) = counts().values()  # its notebook runs in it, and shows the plan that is there
    assert command == {"report": 3, "plan": 1}  # both attempts, and the report of the notebook's own request


def test_the_plan_of_a_row_of_a_cohort_is_built_once(counts, tmp_path):
    (tmp_path / "one.csv").write_text('exam,scaled_score,ratings\nSAA-C03,650,"NI, MC, MC, NI"\n')
    jobs = Roster(read_cohort(tmp_path / "one.csv", TODAY)).jobs(TODAY)
    settings = Settings(forms=("notebook", "html", "ics", "csv"))
    ((_, outcome),) = on_this_machine(jobs, tmp_path, settings, warm=["counting"])
    assert outcome.status == "plan", outcome
    (child,) = counts().values()  # its kernel, in the same process, shows the plan the files are made from
    assert child == {"report": 2, "plan": 1}
