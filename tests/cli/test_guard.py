"""Nothing that goes wrong reaches a person as a traceback, and the exit code says whose fault it was."""

import errno
import io
import json
import sys

import pytest
from cases import ROOT, TODAY, run

from mls_kit.cli import main
from mls_kit.problems import InputError, Problem

PLAN = ["plan", "--exam", "SAA-C03", "--score", "650", "--ratings", "NI, MC, MC, NI", "--today", str(TODAY)]
COHORT = str(ROOT / "data/cohorts/sample.csv")
WHERE = "mls_kit.exam.exam_files"


@pytest.fixture(autouse=True)
def _somewhere_else(monkeypatch, tmp_path):
    monkeypatch.setenv("MLS_KIT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


def fail_with(error):
    def fail(*_):
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyError("exam"), 70, "inside mls-kit (KeyError: 'exam'). This is a bug in the kit. Add --debug to see more."),
        (RecursionError("maximum"), 70, "RecursionError: maximum"),
        (ValueError(), 70, "(ValueError)"),
        (PermissionError(errno.EACCES, "Permission denied", "my.csv"), 2, "my.csv: Permission denied."),
        (OSError(errno.ENOSPC, "No space left on device"), 2, "could not go on: No space left on device."),
        (MemoryError(), 2, "not enough memory"),
        (InputError("The report", [Problem("a", "b", "c")]), 2, "a: 'b' is not c."),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_what_nobody_expected_is_one_sentence_with_its_exit_code(monkeypatch, error, code, said):
    monkeypatch.setattr(WHERE, fail_with(error))
    done = run("exams")
    assert (done.exit_code, "Traceback" in done.output) == (code, False)
    assert said in done.output
    assert bool(said) == bool(done.output)
    for call in (["--debug", "exams"], ["exams", "--debug"]):
        done = run(*call)
        assert (done.exit_code, "Traceback" in done.output) == (code, code != 130)


def test_whoever_reads_the_output_may_leave(monkeypatch):
    monkeypatch.setattr(WHERE, fail_with(BrokenPipeError(errno.EPIPE, "Broken pipe")))
    assert run("exams").output == ""


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_has_debug(command):
    assert "--debug" in run(command, "--help").output


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "ascii"])
def test_a_console_that_lacks_signs_stops_nothing(monkeypatch, encoding):
    name = "Łódź – 東京 \udcff"
    with open("mine.csv", "w", encoding="utf-8", errors="replace") as file:
        file.write(f"id,exam,scaled_score,domain_1\n{name},SAA-C03,{name},{name}\n")
    for form, code in (("text", 1), ("json", 1)):
        shown = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        monkeypatch.setattr(sys, "stdout", shown)
        with pytest.raises(SystemExit) as done:
            main(["check", "mine.csv", "--format", form, "--today", str(TODAY)])
        text = shown.buffer.getvalue().decode(encoding, "replace")  # click takes ASCII for a mistake, and writes UTF-8
        assert done.value.code == code
        assert "scaled_score" in text
        assert form == "text" or json.loads(text)


BAD = ["nowhere.csv", "folder", "binary.csv", "binary.xlsx", "binary.parquet", "binary.yaml", "empty.csv", "/dev/null", "",
       "dangling.csv", "x" * 300, "nowhere/deeper/file.csv"]  # fmt: skip
CALLS = [
    ["check", None],
    ["check", COHORT, "-o", None],
    ["check", COHORT, "--exam-folder", None],
    ["view", None],
    ["view", COHORT, "-o", None],
    ["view", COHORT, "--key", None, "-o", "nowhere/view.html"],
    ["batch", None, "-o", "plans"],
    ["batch", COHORT, "-o", "plans", "--formats", None],
    ["batch", COHORT, "-o", "plans", "--only", None, "--dry-run"],
    ["exams", "--exam-folder", None],
    ["exams", "x", "--exam-folder", None],
    [*PLAN, "-o", None],
    [*PLAN, "--today", None, "-o", "nowhere/plan.ipynb"],
    [*PLAN, "--exam-folder", None, "-o", "nowhere/plan.ipynb"],
    [*PLAN, "--earlier", None, "-o", "nowhere/plan.ipynb"],
    ["plan", "--report", None],
    ["replan", "--report", None, "--log", ROOT / "data/logs/example.csv"],
    ["replan", "--report", ROOT / "data/reports/worked_example.yaml", "--log", None, "-o", "nowhere/plan.ipynb"],
    ["practice", "--exam", None, "-o", "set"],
    ["practice", "--exam", "MLS-C01", "--kind", None, "-o", "set"],
    ["practice", "--exam", "MLS-C01", "-o", f"{None}/deeper/set"],
    ["workshop", "-o", "nowhere/deeper", "--exam", None],
    ["workshop", "-o", "nowhere/deeper", "--start", None],
]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: " ".join(map(str, call))[:40])
def test_nonsense_is_refused_in_words(tmp_path, monkeypatch, call):
    (tmp_path / "folder").mkdir()
    (tmp_path / "dangling.csv").symlink_to("nowhere")
    (tmp_path / "empty.csv").write_bytes(b"")
    for ending, start in (("csv", b"\x81"), ("xlsx", b"PK\x03\x04"), ("parquet", b"PAR1"), ("yaml", b"\xff")):
        (tmp_path / f"binary.{ending}").write_bytes(start + bytes(range(256)))
    before = sorted(tmp_path.rglob("*"))
    for bad in BAD:
        done = run(*(bad if part is None else part for part in call))
        assert done.exit_code in (0, 1, 2), (bad, done.output)
        assert done.exit_code or not bad or call[0] in ("exams", "check", "batch"), (bad, done.output)
        assert "Traceback" not in done.output
        assert isinstance(done.exception, SystemExit | None), bad
        for path in set(tmp_path.rglob("*")) - set(before):
            assert path.suffix in (".txt", ".csv", ".json"), (bad, path)  # what `check` was asked to write


def test_names_in_an_exam_file_are_text_on_the_page(tmp_path):
    text = (ROOT / "data/exams/SAA-C03.yaml").read_text()
    script = "<script>document.title='owned'</script>"
    for name in ("Design Secure Architectures", "AWS Certified Solutions Architect - Associate", "AWS has not announced a last"):
        assert name in text
        text = text.replace(name, f"{name}{script}")
    (tmp_path / "exams").mkdir()
    (tmp_path / "exams" / "SAA-C03.yaml").write_text(text)
    done = run(*PLAN, "--exam-folder", tmp_path / "exams", "-o", "mine.ipynb")
    assert done.exit_code == 0, done.output
    page = (tmp_path / "mine.html").read_text()
    assert "&lt;script&gt;document.title" in page
    assert script not in page
    assert "<script>document.title" not in page
