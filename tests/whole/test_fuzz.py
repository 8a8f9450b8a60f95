"""Whatever is damaged in real input ends in a result or in words: six searches of ten seconds each in make test-all.

MLS_KIT_FUZZ=SECONDS makes each search so long, with other tries every time.
"""

import contextlib
import os
import re
import shlex
import tempfile
import time
from itertools import count
from pathlib import Path

import nbformat
import pytest
import yaml
from cases import ROOT, TODAY, page_of
from click.testing import CliRunner
from hypothesis import HealthCheck, given, seed, settings, strategies as st

from mls_kit import InputError, ScoreReport, read_cohort
from mls_kit.cli.main import main
from mls_kit.exam.catalog import find_exam
from mls_kit.explain.progress_words import what_changed
from mls_kit.export.notebook import Rendered
from mls_kit.plan import requested_replan
from mls_kit.plan.build import build_plan
from mls_kit.practice import read_log, readiness
from mls_kit.report import PlanRequest
from mls_kit.report.request import read_request_file

LONG = float(os.environ.get("MLS_KIT_FUZZ", 0))
SETTINGS = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), database=None)
DATA = ROOT / "data"
EXAMS, REPORTS = sorted((DATA / "exams").glob("*.yaml")), sorted((DATA / "reports").glob("*.yaml"))
LOG, COHORTS = DATA / "logs/example.csv", [DATA / "cohorts/sample.csv", DATA / "cohorts/mistakes.csv"]

# fmt: off
NUMBERS = ["", "0", "-1", "1e999", "nan", "inf", "null", "~", "6_90", "19:30", "1170", "9" * 400, "0x10", "1,5", "٣", "１０"]
DAYS = ["2026-02-30", "0001-01-01", "9999-12-31", "24.12.2026", "weekend", "Sat and Sun", "3 to 4", "2026"]
WORDS = ["Weak?", "MLS-C01", "SAA-C03", "NI", "Strong", "yes", "100 %", "🙂", "é" * 50, "=1", "../..", "{{7*7}}", "<b>", "&a [*a]"]
SIGNS = [*"{}[]:'|>#%;*\"\\\t\r\n\0", "- ", "[]", "{}", "\udcff", "\N{RIGHT-TO-LEFT OVERRIDE}", "!!python/object:os.system"]
# fmt: on
odd = st.sampled_from(NUMBERS + DAYS + WORDS + SIGNS)


@st.composite
def damaged(draw, text):
    """Draw a text with a few words, or lines, changed, lost, doubled or swapped, or its end cut off."""
    for _ in range(draw(st.integers(0, 4))):
        parts = re.split(r"(\s+|[,:;{}\[\]\"'|])", text) if (words := draw(st.booleans())) else text.splitlines(keepends=True)
        first, second = (draw(st.integers(0, max(len(parts) - 1, 0))) for _ in range(2))
        if not parts:
            break
        new = draw(odd) if words else draw(odd) + "\n"
        match draw(st.integers(0, 5)):
            case 0:
                parts[first] = new
            case 1:
                del parts[first]
            case 2:
                parts.insert(first, new)
            case 3:
                parts[first], parts[second] = parts[second], parts[first]
            case 4:
                parts.insert(second, parts[first])
            case 5:
                del parts[first:second]
        text = "".join(parts)
    return text


def ratings(data, folder):
    """A report with damaged ratings, score and wishes."""
    exam = find_exam(data.draw(st.sampled_from([path.stem for path in EXAMS if find_exam(path.stem).domains])))
    written = ["NI, MC, MC, NI, MC", "S, C, NI, NI, C", "50, 60, 70%, 80, 90", "1: NI, 2: MC, 3: MC, 4: NI"]
    words = data.draw(st.sampled_from(written)).split(", ")[: len(exam.domains)]
    names = st.one_of(odd, st.sampled_from([domain.name for domain in exam.domains]))
    others = st.sampled_from([None, 7, True, b"NI", {1: 2}, [[1], None], float("nan")])
    given_ratings = st.one_of(damaged(", ".join(words)), st.lists(odd, max_size=6), st.dictionaries(names, odd, max_size=6), others)
    fields = ["taken_on", "attempt", "hours_per_week", "target_date", "days_off", "language", "learner_id", "result"]
    wishes = data.draw(st.dictionaries(st.sampled_from(fields), odd, max_size=2))
    score = data.draw(st.one_of(st.just(exam.passing - 20), odd))
    report = ScoreReport(exam.code, score, data.draw(given_ratings), today=TODAY, **wishes)
    build_plan(report, today=TODAY, study_time=data.draw(st.sampled_from([None, "19:30", 0])))


def cohort(data, folder):
    """A spreadsheet, as CSV."""
    lines = data.draw(st.sampled_from(COHORTS)).read_text("utf-8").splitlines(keepends=True)
    text = data.draw(damaged("".join(lines[:8])))
    (folder / "cohort.csv").write_bytes(text.encode("utf-8", "surrogatepass"))
    found = read_cohort(folder / "cohort.csv", today=TODAY)
    assert found.rows == len(found.entries) + len({problem.row for problem in found.problems})
    list(found.latest())


def exam_file(data, folder):
    """A file of an exam, and a plan for it."""
    source = data.draw(st.sampled_from(EXAMS))
    (folder / source.name).write_bytes(data.draw(damaged(source.read_text("utf-8"))).encode("utf-8", "surrogatepass"))
    exam = find_exam(source.stem, folder)
    words = ["NI", "MC", "MC", "NI", "MC", "MC", "MC"][: len(exam.domains)]
    report = ScoreReport(exam.code, exam.passing - 10, words, "2026-11-01", attempt=4, today=TODAY, exam_folder=folder)
    plan = build_plan(report, today=TODAY)
    assert plan.target.facts is exam


def log(data, folder):
    """A practice log, and a plan made anew from it."""
    (folder / "log.csv").write_bytes(data.draw(damaged(LOG.read_text("utf-8"))).encode("utf-8", "surrogatepass"))
    frame, _ = read_log(folder / "log.csv")
    readiness(ScoreReport("MLS-C01", 690, "S, C, NI, NI"), frame, TODAY).said()
    practice = yaml.safe_dump(
        {"log": str(folder / "log.csv"), "started": "2026-10-01", "done_hours": data.draw(st.one_of(st.just("9"), odd))}
    )
    request = PlanRequest("MLS-C01", 690, "S, C, NI, NI", retake_exam="MLA-C02", today=str(TODAY), practice=practice)
    what_changed(requested_replan(request))


def request(data, folder):
    """A file of a request, and its page."""
    wishes = f"target_date: 2027-05-01\nstudy_time: '19:30'\nstudied_last_month: 20\nsplit: model\ntoday: {TODAY}\n"
    text = data.draw(st.sampled_from(REPORTS)).read_text("utf-8") + wishes
    (folder / "request.yaml").write_bytes(data.draw(damaged(text)).encode("utf-8", "surrogatepass"))
    page_of(PlanRequest.from_text(read_request_file(folder / "request.yaml")))


EARLIER = "[{scaled_score: 600, ratings: 'NI, NI, C, C, C', taken_on: 2026-01-01}]"
CALLS = [shlex.split(call) for call in (
    "plan --exam SAA-C03 --scaled-score 650 --ratings 'NI, MC, MC, NI' --taken-on 2026-11-01 --ics --time-zone Europe/Berlin",
    "plan --report report.yaml -p hours_per_week 9 --studied-last-month 20 --csv --days-off Sun --target-date 2027-03-01",
    f"plan --exam CCAR-F --score 650 --ratings 'NI, C, C, C, C' --attempt 2 --earlier {shlex.quote(EARLIER)} --aim soonest",
    "replan --report report.yaml --log log.csv --started 2026-10-01 --done-hours 9 --exam-day 2027-03-01",
    "check cohort.csv --format json", "view cohort.csv --group-size 2 --key key.csv", "exams MLS-C01",
    "batch cohort.csv -o plans --formats html,csv --workers 1 --timeout 60 --dry-run",
    "practice --exam MLS-C01 --kind domain --domain Modeling --questions 5 --seed 3 -o set",
)]  # fmt: skip


def command_line(data, folder):
    """A call whose words, or a file of which, is damaged; 70 is a fault of the kit."""
    words = [*data.draw(st.sampled_from(CALLS)), "--today", str(TODAY)]
    for _ in range(data.draw(st.integers(0, 3))):
        place, word = data.draw(st.integers(1, max(len(words) - 1, 1))), data.draw(odd)
        match data.draw(st.integers(0, 3)):
            case 0:
                words[place : place + 1] = [word]
            case 1:
                words[place : place + 1] = []
            case 2:
                words.insert(place, word)
            case 3:
                words[place : place + 1] = [data.draw(damaged("".join(words[place : place + 1])))]
    lines = "".join(COHORTS[0].read_text("utf-8").splitlines(keepends=True)[:12])
    files = {"report.yaml": REPORTS[-1].read_text("utf-8"), "log.csv": LOG.read_text("utf-8"), "cohort.csv": lines}
    hurt = data.draw(st.sampled_from([*files, ""]))
    for name, text in files.items():
        (folder / name).write_bytes((data.draw(damaged(text)) if name == hurt else text).encode("utf-8", "surrogatepass"))
    with contextlib.chdir(folder):
        done = CliRunner().invoke(main, words)
    assert done.exit_code in (0, 1, 2), (words, done.exit_code, done.output)
    assert "Traceback" not in done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)


@pytest.mark.parametrize("what", [ratings, cohort, exam_file, log, request, command_line], ids=lambda what: what.__name__)
def test_damaged_input_ends_in_words(what, monkeypatch, tmp_path):
    executed = Rendered(nbformat.v4.new_notebook(), "Plan")
    monkeypatch.setattr("mls_kit.batch.render_here", lambda request: executed)  # which takes long, and is tested elsewhere
    monkeypatch.setenv("HOME", str(tmp_path))

    def once(data):
        with tempfile.TemporaryDirectory(prefix="fuzz-", dir=tmp_path) as folder, contextlib.suppress(InputError):
            what(data, Path(folder))

    end, first = time.monotonic() + (LONG or 10), time.time_ns() if LONG else 0
    for number in count(first):
        if time.monotonic() > end:
            break
        seed(number)(SETTINGS(given(st.data())(once)))()
