"""A plan from a report in PDF: shown, confirmed, filled in; and a folder of reports that becomes a cohort, nobody lost."""

import hashlib
import os

import openpyxl
import pytest
from cases import TODAY, run
from report_pdfs import locked, pdf, rated, report, text

from mls_kit.cohort import read_cohort

NI, MC = "Needs Improvement", "Meets Competencies"
SAA = rated("SAA-C03", NI, MC)
SECURE = "Design Secure Architectures"


@pytest.fixture(autouse=True)
def _somewhere_else(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def plan_from(content, *options, **more):
    with open("mine.pdf", "wb") as file:
        file.write(content)
    return run("plan", "--from", "mine.pdf", "--today", TODAY, *options, **more)


def test_what_was_read_is_shown_with_its_place_and_becomes_the_plan(asked):
    done = plan_from(report("SAA-C03", 690, SAA), "--yes", "--hours-per-week", 9)
    assert done.exit_code == 0, done.output
    for words in (
        "exam: SAA-C03 (page 1, its code)", "scaled_score: 690 (page 1, 'Candidate Score')", "taken_on: 2026-10-14",
        f"{SECURE}: {NI} (page 1, filled under '{NI}')", "learner_name: Tess Invented (page 1, 'Candidate'; not used without",
    ):  # fmt: skip
        assert words in done.output
    (request,) = asked
    assert (request.exam, request.scaled_score, request.taken_on, request.hours_per_week) == ("SAA-C03", 690, "2026-10-14", 9)
    assert (dict(request.report.ratings), request.learner_name, request.learner_id) == (SAA, "", "")


@pytest.mark.parametrize(("content", "options", "expected"), [
    (report("SAA-C03", 690, SAA), ["--score", 700], (700, SAA)),
    (report("SAA-C03", 690, SAA | {SECURE: None}), ["--ratings", "1: MC"], (690, SAA | {SECURE: MC})),
    (report("SAA-C03", 690, SAA), ["--ratings", "MC, MC, MC, MC"], (690, dict.fromkeys(SAA, MC))),
    (report("SAA-C03", "soon", SAA, passed=False), ["-p", "scaled_score", 650], (650, SAA)),
])  # fmt: skip
def test_an_option_fills_in_or_overrides_and_is_marked(asked, content, options, expected):
    done = plan_from(content, "--yes", *options)
    assert done.exit_code == 0, done.output
    assert "(your option" in done.output
    assert (asked[0].report.scaled_score, dict(asked[0].report.ratings)) == expected


@pytest.mark.parametrize(("content", "options", "said"), [
    (report("SAA-C03", 690, SAA | {SECURE: None}), ["--yes"], [f"{SECURE}: NOT READ: no cell in its row is marked (--ratings)",
                                                               f"Still needed: --ratings '{SECURE}: ...'"]),
    (report("SAA-C03", "soon", SAA, passed=False), ["--yes"], ["scaled_score: NOT READ: 'soon'", "needed: --scaled-score"]),
    (report("SAA-C03", 690, SAA), [], ["scaled_score: 690", "then add --yes"]),
    (report("SAA-C03", 690, SAA, day="2030-01-01"), ["--yes"], ["in the future"]),
    (locked(), ["--yes"], ["a PDF with a password"]),
], ids=range(5))  # fmt: skip
def test_nothing_is_written_while_something_is_missing_or_nobody_has_confirmed(asked, content, options, said):
    done = plan_from(content, *options)
    assert done.exit_code == 2
    for words in said:
        assert words in done.output
    assert not asked


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 2), ("\n", 2)])
def test_at_a_terminal_somebody_is_asked(asked, monkeypatch, answer, code):
    monkeypatch.setattr("mls_kit.cli.report_files.somebody_is_there", lambda: True)
    done = plan_from(report("SAA-C03", 690, SAA), input=answer)
    assert done.exit_code == code, done.output
    assert "Is this right? [y/N]" in done.output
    assert len(asked) == (code == 0)


@pytest.fixture
def folder(tmp_path):
    """Reports of several exams, some in a folder below, and what else lies about."""
    files = {
        "ann.pdf": report("SAA-C03", 690, SAA, name="=Ann()", number="00042"),
        "later.PDF": report("SAA-C03", 730, SAA, day="11/14/2026", name="=Ann()", number="00042"),
        "deeper/bo.pdf": report("CCAR-F", 640, rated("CCAR-F", 1, 80), name="Bo", number="", layout="table"),
        "deeper/again.pdf": report("SAA-C03", 690, SAA, name="=Ann()", number="00042"),
        "gap.pdf": report("SY0-701", 700, rated("SY0-701", NI, "Strong", None), labels=(NI, "Strong"), name="Cy", number="-1"),
        "locked.pdf": locked(),
        "letter.pdf": pdf([text("Dear Sir")]),
        "notes.txt": b"hours: 9",
        ".hidden": b"",
    }
    for name, content in files.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(content)
    (tmp_path / "in" / "gone.pdf").symlink_to("nowhere.pdf")
    return tmp_path / "in"


def rows_of(path, sheet):
    heading, *rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def test_a_folder_of_reports_becomes_a_cohort_and_nobody_vanishes(folder, tmp_path):
    target = folder / "reports.xlsx"
    done = run("collect", folder, "-o", target)
    assert done.exit_code == 1
    assert "4 reports read, 1 of them with something missing; 5 files not read" in done.output
    rows, others = rows_of(target, "reports"), rows_of(target, "not read")
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if path != target} - {".hidden"}
    assert {row["report_file"] for row in rows} | {row["file"] for row in others} == there
    assert len(rows) + len(others) == len(there) == 9
    assert {row["report_file"]: row["learner_id"] for row in rows} == {
        "ann.pdf": "00042", "later.PDF": "00042", "gap.pdf": "-1",
        "deeper/bo.pdf": f"name-{hashlib.sha256(b'bo CCAR-F').hexdigest()[:12]}",
    }  # fmt: skip
    assert "Bo" not in str(rows)
    assert "It has the same content as ann.pdf" in str(others)
    assert target.stat().st_mode & 0o077 == 0
    cohort = read_cohort(target, TODAY)
    assert {(report.exam, report.scaled_score) for report in cohort.reports} >= {("CCAR-F", 640)}
    assert next(r for r in cohort.reports if r.exam == "CCAR-F").percents == rated("CCAR-F", 1, 80)
    assert {(p.column, p.value) for p in cohort.problems if p.row == 3} == {("domain_3", "nothing")}
    assert run("collect", folder, "-o", target).exit_code == 2
    assert run("collect", folder, "-o", target, "--force").exit_code == 1


def test_names_are_taken_only_where_asked_for_and_run_nowhere(folder, tmp_path):
    target = tmp_path / "all.csv"
    done = run("collect", folder, "-o", target, "--names")
    assert done.exit_code == 1
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == ["all.csv", "all_not_read.csv"]
    lines = target.read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("learner_id,learner_name,exam")
    assert "00042,'=Ann(),SAA-C03,690,2026-10-14,fail" in target.read_text("utf-8-sig")
    assert "notes.txt" in (tmp_path / "all_not_read.csv").read_text()
    book = tmp_path / "all.xlsx"
    run("collect", folder, "-o", book, "--names")
    assert all(cell.data_type != "f" for sheet in openpyxl.load_workbook(book) for row in sheet for cell in row)


@pytest.mark.parametrize(("arguments", "said"), [
    (["nowhere"], "is not a folder"), (["in", "-o", "reports.pdf"], "does not end in .xlsx or .csv"), (["."], "no files in"),
    (["in", "-o", "no/reports.xlsx"], "exist. Create it first"),
])  # fmt: skip
def test_what_cannot_be_collected_is_said(tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    if "in" in arguments:
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / "a.txt").write_text("a")
    done = run("collect", *arguments)
    assert done.exit_code == 2
    assert said in done.output


def test_a_folder_that_cannot_be_read_is_named(folder, tmp_path, monkeypatch):
    def walk(top, onerror, real=os.walk):
        onerror(PermissionError(13, "Permission denied", str(top / "closed")))
        return real(top)

    monkeypatch.setattr("mls_kit.cohort.collect.os.walk", walk)
    run("collect", folder, "-o", tmp_path / "a.xlsx")
    assert rows_of(tmp_path / "a.xlsx", "not read")[0] == {
        "file": "closed",
        "reason": "The folder can't be read: Permission denied.",
    }


def test_a_table_that_cannot_be_written_leaves_nothing(folder, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mls_kit.files.os.replace", full)
    done = run("collect", folder, "-o", tmp_path / "a.csv")
    assert done.exit_code == 2
    assert "cannot be written: No space left" in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
