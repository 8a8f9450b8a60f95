import csv
import json
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import nbformat
import pytest
from cases import ROOT, TODAY, without_moment
from click.testing import CliRunner
from compare import differences

from mls_kit import ScoreReport, read_cohort
from mls_kit.batch import machine, work
from mls_kit.batch.engine import ChildDied
from mls_kit.batch.jobs import Job, Settings, after, file_name, request_for
from mls_kit.batch.machine import outcome_of
from mls_kit.batch.roster import Roster
from mls_kit.batch.run import RECORDS, run_batch
from mls_kit.batch.store import Store
from mls_kit.cli.main import main
from mls_kit.export import notebook as plan_notebook
from mls_kit.report import PlanRequest

LEARNER = 'id,exam,scaled_score,ratings,hours_per_week\nL1,MLA-C02,600,"NI, NI, NI, MC"'
CALENDAR = Settings(forms=("ics",), time_zone="Europe/Berlin")
# ids and names that try to be paths, code, markup, formulas or simply too much
HOSTILE = [
    '"; import os; os.system("touch pwned") #',
    '"""\nraise SystemExit\n"""',
    "{exam} {{x}} {0.__class__}",
    "$(touch pwned) `touch pwned` ${HOME}",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "../../../pwned",
    "..\\..\\pwned",
    "=HYPERLINK(0)",
    "\u202egnp.exe \U0001f600 مرحبا",
    "CON",
    "$x$ $$y$$ \\(z\\)",
]


@pytest.fixture(scope="module")
def hostile_batch(tmp_path_factory):
    """Run a batch of hostile ids and names; it takes a kernel each, so once for all tests."""
    home = tmp_path_factory.mktemp("hostile")
    path = home / "cohort.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["learner_id", "learner_name", "exam", "scaled_score", "ratings", "target_date", "taken_on"])
        for text in [*HOSTILE, "x" * 10_000]:
            writer.writerow([text, text, "SAA-C03", "650", "NI, MC, MC, NI", "2026-12-20", "2026-11-01"])
    out = home / "out"
    batch = run_batch(read_cohort(path, today=TODAY), out, TODAY, Settings(workers=2))
    return home, out, batch.outcomes


def test_hostile_text_gives_plans_or_a_clear_refusal_and_writes_nothing_outside(hostile_batch):
    home, out, outcomes = hostile_batch
    assert [outcome.status for outcome in outcomes] == ["plan"] * len(HOSTILE) + ["mistake"]
    assert "at most 100" in outcomes[-1].error
    assert sorted(path.name for path in home.iterdir()) == ["cohort.csv", "out"]
    made = {outcome.file for outcome in outcomes if outcome.file}
    records = {*RECORDS, ".mls-kit"}
    expected = made | {name.replace(".ipynb", ".html") for name in made} | records
    assert {path.name for path in out.iterdir()} == expected
    assert len(made) == len(HOSTILE)
    assert not list(ROOT.glob("**/pwned*"))


def test_hostile_text_is_shown_and_not_run_in_pages_and_no_formula_in_the_report(hostile_batch):
    _, out, _ = hostile_batch
    pages = [path.read_text() for path in out.glob("*.html") if path.name != "index.html"]
    assert not any("<script" in page or "<img src=x" in page for page in pages)
    assert any("&lt;script&gt;alert(1)&lt;/script&gt;" in page for page in pages)
    rows = list(csv.DictReader((out / "run_report.csv").read_text("utf-8").splitlines()))
    assert list(rows[0]) == ["row", "id", "status", "file", "error", "seconds"]  # of a learner the id alone
    assert not any(value[:1] in "=+-@" for row in rows for value in row.values() if value)


def test_notebooks_keep_no_paths_and_are_for_their_owner_alone(hostile_batch):
    _, out, _ = hostile_batch
    for path in out.glob("*.ipynb"):
        notebook = json.loads(path.read_text())
        assert set(notebook["metadata"]) == {"kernelspec", "language_info", "mls_kit"}
        assert set(notebook["metadata"]["mls_kit"]) == {"stamp"}
        assert not any("papermill" in cell["metadata"] for cell in notebook["cells"])
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", [*HOSTILE, "", ".", "nul", "a/b", "ü", "-", "x" * 100])
def test_file_names_are_plain(text):
    name = file_name(PlanRequest(learner_id=text), set())
    assert name
    assert name.isascii()
    assert all(character.isalnum() or character == "-" for character in name)
    assert len(name) <= 60
    assert name.casefold() not in ("con", "nul")


def test_file_names_do_not_collide_by_case_or_by_cleaning():
    taken: set[str] = set()
    ids = ["L1", "l1", "L-1", "L/1", "L 1", "L1"]
    names = [file_name(PlanRequest(learner_id=text), taken) for text in ids]
    assert len({name.casefold() for name in names}) == len(ids)


@pytest.fixture
def without_forks(monkeypatch):
    monkeypatch.setattr("mls_kit.batch.engine.children.can_fork", lambda: "not here")


def test_a_batch_goes_on_after_mistakes_and_failures(tmp_path, monkeypatch, without_forks):
    rows = [f'{name},SAA-C03,{score},"NI, MC, MC, NI"' for name, score in (("A", 650), ("B", 9999), ("C", 651))]
    (tmp_path / "c.csv").write_text("\n".join(["learner_id,exam,scaled_score,ratings", *rows]))
    real = plan_notebook.render

    def fails_for_a(request):
        if request.learner_id == "A":
            raise MemoryError("no room")
        return real(request)

    monkeypatch.setattr("mls_kit.export.render", fails_for_a)
    monkeypatch.setattr(machine, "ProcessPoolExecutor", lambda workers, _: ThreadPoolExecutor(workers))
    given = ["batch", str(tmp_path / "c.csv"), "-o", str(tmp_path / "out"), "--today", str(TODAY), "--workers", "1"]
    done = CliRunner().invoke(main, given)
    assert done.exit_code == 1
    assert "1 plans; 1 rows with mistakes; 1 failed" in done.output
    report = (tmp_path / "out/run_report.csv").read_text()
    assert "failed,,MemoryError: no room" in report
    assert "row 3, scaled_score: '9999'" in done.output
    names = sorted([".mls-kit", "C.html", "C.ipynb", *RECORDS])
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names


class Pool:
    """Takes any arguments, and is no pool."""

    def __init__(self, *_, **__): ...
    def __enter__(self):
        return self

    def __exit__(self, *_): ...


def test_a_process_that_dies_costs_nobody_a_plan(tmp_path, monkeypatch, without_forks, sample, pretend):
    class Dying(Pool):
        def submit(self, *_):
            raise BrokenProcessPool("killed")

    monkeypatch.setattr(machine, "ProcessPoolExecutor", Dying)
    monkeypatch.setattr(machine, "run_job", pretend)
    batch = run_batch(sample, tmp_path, TODAY, Settings(workers=2))
    assert batch.made == 30
    assert [outcome.row for outcome in batch.outcomes] == sorted(entry.row for entry in sample.entries)


class Killed(Pool):
    """Every child is killed; the first for being late."""

    def map(self, _, jobs, value_of):
        for number, job in enumerate(jobs):
            value = value_of(job)
            assert Job.from_plain(json.loads(json.dumps(value["job"]))).plain() == value["job"]
            yield job, ChildDied("killed", late=number == 0)


@pytest.mark.parametrize(("limit", "plans"), [(None, 29), (500, 0)])
def test_a_killed_child_costs_nobody_a_plan_but_never_escapes_its_limit(tmp_path, monkeypatch, sample, pretend, limit, plans):
    monkeypatch.setattr(machine, "WarmPool", Killed)
    monkeypatch.setattr(machine, "run_job", pretend)
    outcomes = run_batch(sample, tmp_path, TODAY, Settings(workers=2, memory_limit=limit)).outcomes
    states = [outcome.status for outcome in outcomes]
    assert states.count("plan") == plans
    assert states.count("failed") == 30 - plans


def test_warm_and_plain_plans_and_pages_are_the_same(tmp_path):
    rows = ["learner_id,exam,scaled_score,ratings", 'A,SAA-C03,650,"NI, MC, MC, NI"', 'B,AIF-C01,640,"MC, NI, MC, NI, NI"']
    (tmp_path / "c.csv").write_text("\n".join(rows))
    cohort = read_cohort(tmp_path / "c.csv", today=TODAY)
    run_batch(cohort, tmp_path / "warm", TODAY, Settings(workers=2))
    (tmp_path / "plain").mkdir()
    _, report, earlier = next(iter(cohort.latest()))
    stamp = nbformat.read(tmp_path / "warm/A.ipynb", 4).metadata.mls_kit.stamp
    job = Job(2, (), after(request_for(report, TODAY), [request_for(other, TODAY) for other in earlier]), "A", stamp)
    assert work.run_job(job, tmp_path / "plain", ("notebook", "html")).status == "plan"
    warm, plain = (nbformat.read(tmp_path / kind / "A.ipynb", 4) for kind in ("warm", "plain"))
    assert differences(warm, plain) == []
    pages = [(tmp_path / kind / "A.html").read_text() for kind in ("warm", "plain")]
    assert len({re.sub(r"cell-id=[0-9a-f]+", "cell-id", page) for page in pages}) == 1


def test_a_plan_beyond_its_time_fails_in_words_and_leaves_nothing(tmp_path, sample):
    batch = run_batch(sample, tmp_path, TODAY, Settings(workers=2, only=("L001", "L003"), timeout=0.05))
    errors = [outcome.error for outcome in batch.outcomes if outcome.status == "failed"]
    assert len(errors) == 2
    assert all("more than the 0.05 seconds allowed" in error for error in errors), errors
    assert not list(tmp_path.glob("L0*"))


def test_a_report_survives_the_way_to_a_request():
    wishes = {"attempt": 2, "learner_name": "Ada", "learner_id": "L1", "hours_per_week": 9, "target_date": "2027-01-10",
              "days_off": "Sun, 2026-12-24", "language": "German"}  # fmt: skip
    report = ScoreReport("CCAR-F", 650, [50, 61, 79.5, 80, 100], taken_on="2026-11-01", today=TODAY, **wishes)
    assert request_for(report, TODAY).report == report


@pytest.mark.whole
def test_a_calendar_made_again_cancels_the_same_in_a_folder_and_in_a_store(tmp_path, monkeypatch):
    from fsspec.implementations.memory import MemoryFileSystem

    def here(jobs, folder, settings, warm=()):
        return ((job, work.run_job(job, folder, settings.forms, settings.time_zone)) for job in jobs)

    monkeypatch.setattr("mls_kit.batch.run.on_this_machine", here)
    places = tmp_path / "out", "memory://again"
    for hours in (14, 5, 5.5):  # what was canceled once stays canceled
        (tmp_path / "c.csv").write_text(f"{LEARNER},{hours}\n")
        for place in places:
            run_batch(read_cohort(tmp_path / "c.csv", today=TODAY), place, TODAY, CALENDAR)
        there = MemoryFileSystem.store["/again/L1.ics"].getvalue()
        assert without_moment(there) == without_moment((tmp_path / "out/L1.ics").read_bytes())
    assert there.count(b"STATUS:CANCELLED") > 10


GOOD = {"row": 1, "id": "a", "status": "plan", "file": "a.html", "error": "", "seconds": 1.0, "told": None}
TOLD = ["SAA-C03", "", None, None, None, "", "", None, None, "", "", ""]


@pytest.mark.parametrize(
    "found",
    [5, None, [], {}, GOOD | {"status": "fine"}, GOOD | {"seconds": float("nan")}, GOOD | {"file": 3},
     GOOD | {"told": [1, 2]}, GOOD | {"told": [*TOLD[:5], "2026-02-30"]}, GOOD | {"told": [*TOLD[:9], "dance"]}],
)  # fmt: skip
def test_what_is_no_outcome_fails_its_row_alone(sample, found):
    job = next(Roster(sample).jobs(TODAY))
    assert outcome_of(job, GOOD | {"told": TOLD}, Settings()).status == "plan"
    assert outcome_of(job, found, Settings()).status == "failed"


def test_a_file_that_is_gone_before_it_is_noted_fails_its_row_alone(tmp_path, sample, quick):
    def tell(done, of, outcome):
        said.append(outcome.status)

    said, take = [], Store.take
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "take", lambda self, names: take(self, [*names, *(["gone"] if not said else [])]))
        batch = run_batch(sample, tmp_path, TODAY, tell=tell)
    assert (said, batch.made, batch.stopped) == (["failed", *["plan"] * 29], 29, "")
