"""mls-kit check: files as people save them, every mistake at once, and nothing that a file says is ever run."""

import csv
import io
import json
import sys
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pandas as pd
import pyarrow
import pytest
from cases import ROOT, TODAY, run
from pyarrow import parquet

from mls_kit import read_cohort
from mls_kit.batch.jobs import request_for
from mls_kit.problems import InputError
from mls_kit.report import workbook as workbook_room

MISTAKES = ROOT / "data/cohorts/mistakes.csv"
HEAD = "learner_id,exam,scaled_score,taken_on,domain_1,domain_2,domain_3,domain_4"
ROW = "Zoë,SAA-C03,650,2026-11-01,NI,MC,MC,NI"


def check(*arguments):
    return run("check", *arguments, "--today", TODAY)


def save(tmp_path, text, encoding="utf-8", name="cohort.csv"):
    (tmp_path / name).write_bytes(text.encode(encoding))
    return tmp_path / name


def book(tmp_path, sheets, name="cohort.xlsx"):
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    workbook.save(tmp_path / name)
    return tmp_path / name


def read(path, **more):
    return read_cohort(path, today=TODAY, **more)


def one(cohort):
    assert not cohort.problems, cohort.problems
    (report,) = cohort.reports
    return report


# -- every mistake, in three forms


def test_csv_and_json_say_the_same_as_the_text():
    found = json.loads(check(MISTAKES, "--format", "json").output)
    rows = list(csv.DictReader(io.StringIO(check(MISTAKES, "--format", "csv").output)))
    text = check(MISTAKES).output
    assert (found["rows"], found["good"], found["wrong"]) == (32, 4, 28)
    told = [line for line in text.splitlines() if line.startswith("row ") and "please check" not in line]
    assert len(rows) == len(found["mistakes"]) == len(told)
    for row, mistake in zip(rows, found["mistakes"], strict=True):
        assert (int(row["row"]), row["column"]) == (mistake["row"], mistake["column"])
        assert f"row {mistake['row']}, {mistake['column']}: " in text
    assert {"row": 9, "column": "domain_2", "value": "Compentent", "nearest": "Competent"}.items() <= next(
        m for m in found["mistakes"] if m["row"] == 9
    ).items()
    assert found["to_look_at"][0]["row"] == 29


def test_a_file_is_written_whole_and_overwritten_only_when_told(tmp_path):
    target = tmp_path / "found.json"
    done = check(MISTAKES, "-o", target)
    assert done.exit_code == 1
    assert json.loads(target.read_text())["wrong"] == 28
    assert "would be overwritten" in check(MISTAKES, "-o", target).output
    assert check(MISTAKES, "-o", target, "--force").exit_code == 1
    assert "does not end in" in check(MISTAKES, "-o", tmp_path / "found.exe").output
    own = save(tmp_path, f"{HEAD}\n{ROW}\n")
    assert "is the file you want to read" in check(own, "-o", own, "--force").output
    assert own.read_text().startswith(HEAD)


def test_a_file_that_cannot_be_read_is_an_entry_without_a_row(tmp_path):
    done = check(save(tmp_path, "name,pages\nA,1\n"), "--format", "json")
    assert done.exit_code == 2
    found = json.loads(done.output)
    assert [(m["row"], m["column"]) for m in found["mistakes"]] == [(None, "columns")] * 3


# -- as people save them


PERCENTS = "exam;score;1;2;3;4;5\nCCAR-F;650;55,5;70 %;65,25%;80;61\n"


@pytest.mark.parametrize(("text", "told", "remark"), [
    (f"{HEAD}\n{ROW}\n", {"learner_id": "Zoë"}, ""), (f"{HEAD}\n{ROW}\n{HEAD}\n\n", {}, "repeated 1 times"),
    ('exam;"Overall, score";"Ratings"\nSAA-C03;650;"NI, MC, MC, NI"\n', {"scaled_score": 650}, "semicolons"),
    (f"sep=;\n{HEAD}\n{ROW}\n".replace(",", ";"), {"scaled_score": 650}, "semicolons"),  # Excel's own first line
    (f"{HEAD},exam\n{ROW},CLF-C02\n", {"exam": "SAA-C03"}, ""),
    (f"{HEAD}\n{ROW}\n".replace("2026-11-01", "46327"), {"taken_on": date(2026, 11, 1)}, "46327 is 2026-11-01"),
    ("exam;score;ratings;hours per week\nSAA-C03;650,0;NI, MC, MC, NI;7,5\n", {"hours_per_week": 7.5}, "semicolons"),
    (PERCENTS, {"percents": {1: 55.5, 2: 70, 3: 65.25, 4: 80, 5: 61}}, "semicolons"),
    (f"Employee ID,Exam Code,Score,Exam date,secure,Design Resilient Architectures,3,Cost\n{ROW}", {"learner_id": "Zoë"}, ""),
    *((f"{HEAD}\n{ROW}\n".replace(",", mark).replace("\n", end), {"scaled_score": 650}, "" if mark == "," else f"{mark!r}")
      for mark in ",;\t|" for end in ("\n", "\r\n", "\r")),
])  # fmt: skip
def test_tables_as_people_save_them(tmp_path, text, told, remark):
    cohort = read(save(tmp_path, text))
    report = one(cohort)
    found = {name: getattr(report, name) for name in told}
    if "percents" in told:
        found["percents"] = dict(enumerate(report.percents.values(), start=1))
    assert found == told
    assert [remark in said for said in cohort.remarks] == ([True] if remark else [])


@pytest.mark.parametrize(("days", "right", "remark"), [
    (["03.04.2026", "14.10.2026", "05/05/2026"], ["2026-04-03", "2026-10-14", "2026-05-05"], "written day first: 14.10.2026"),
    (["03.04.2026", "2026-10-01"], ["", "2026-10-01"], "don't show which is right"),
    (["03/04/2026", "14/10/2026", "10/14/2026"], ["", "2026-10-14", "2026-10-14"], "contradict"),
])  # fmt: skip
def test_days_are_read_by_what_the_others_of_their_column_can_mean(tmp_path, days, right, remark):
    rows = [ROW.replace("2026-11-01", day).replace("Zoë", day) for day in days]
    cohort = read(save(tmp_path, "\n".join([HEAD, *rows])))
    assert [str(report.taken_on) for report in cohort.reports] == [day for day in right if day]
    assert [problem.nearest for problem in cohort.problems] == ["2026-03-04 or 2026-04-03"] * right.count("")
    assert [remark in said for said in cohort.remarks] == [True]


@pytest.mark.parametrize(("text", "wrong", "unused"), [
    (f"{HEAD}\n\n{ROW}\n,,,,,,,\n{ROW.replace('650', '65000').replace('Zoë', 'B')}", [(5, "scaled_score")], ()),
    ("id,exam,score,date,attempt,1,2,3,4\nA,SAA-C03,650,2026-11-01,1,NI,MC,MC,NI\nA,SAA-C03,640,2026-10-01,2,NI,NI,MC,NI",
     [(2, "date"), (3, "date")], ()),
    (f"{HEAD}\n{ROW}\nB,BAD-1,650,2026-11-01,NI,MC,MC,NI", [(3, "BAD-1.yaml, line 1")], ()),
    (f'exam,score,ratings\nSAA-C03,650,{"[" * 3000}\nSAA-C03,650,"NI, MC, MC, NI"\n', [(2, "ratings")], ()),
    (f"{HEAD}\n{ROW},surplus", [], ("(no heading, column 9)",)), (f"{HEAD},hours_per_wek\n{ROW},9", [], ("hours_per_wek",)),
    (f"{HEAD}\n{ROW},", [], ()), (f"{HEAD},exam\n{ROW},CLF-C02", [], ("exam (column 9)",)),
])  # fmt: skip
def test_a_mistake_costs_its_own_rows_and_what_means_nothing_is_named(tmp_path, text, wrong, unused):
    (tmp_path / "BAD-1.yaml").write_text("[")
    cohort = read(save(tmp_path, text), exam_folder=tmp_path)
    assert [(problem.row, problem.column) for problem in cohort.problems] == wrong
    assert len(cohort.reports) == cohort.rows - len({row for row, _ in wrong})
    assert cohort.unused == unused


@pytest.mark.parametrize(("name", "text", "message"), [
    ("cohort.csv", "name,points\nA,1\n", "exam is missing"), ("cohort.csv", "exam,score\nSAA-C03,650\n", "ratings is missing"),
    ("cohort.csv", "", "readable table"), ("cohort.pdf", f"{HEAD}\n{ROW}", r"\.parquet file \(mls-kit collect"),
    ("cohort.xlsx", f"PK\x03\x04{HEAD}", "readable table"), ("cohort.csv", f"\0\1\2{HEAD}", "not text"),
    ("cohort.csv", "exam," * 1001 + "exam\n", "over 1,000 cells"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_words(tmp_path, name, text, message):
    with pytest.raises(InputError, match=message):
        read(save(tmp_path, text, name=name))


def test_every_mistake_is_named_by_row_and_column():
    cohort = read(MISTAKES)
    found = {(problem.row, problem.column) for problem in cohort.problems}
    assert found >= {
        (3, "exam"), (4, "exam"), (5, "scaled_score"), (6, "scaled_score"), (7, "scaled_score"), (8, "scaled_score"),
        (9, "domain_2"), (10, "domain_3"), (11, "domain_4"), (13, "taken_on"), (14, "taken_on"), (15, "taken_on"),
        (16, "result"), (17, "result"), (18, "attempt"), (19, "attempt"), (20, "hours_per_week"), (21, "hours_per_week"),
        (22, "days_off"), (23, "days_off"), (24, "target_date"), (2, "attempt"), (25, "attempt"), (26, "learner_name"),
        (32, "scaled_score"), (33, "domain_3"),
    }  # fmt: skip
    assert [entry.row for entry in cohort.entries] == [12, 29, 30, 31]
    assert {row for row, _ in found} | {12, 29, 30, 31} == set(range(2, 34))  # nothing is lost


def test_a_row_may_ask_for_another_exam_another_split_another_day_and_name_its_questions(tmp_path):
    head = "learner_id,exam,scaled_score,ratings,Retake exam,split,aim,Practice provider,Details\n"
    rows = [
        'A,MLS-C01,690,"S, C, NI, NI",mla c02,Weights,Sure,Tutor & Co,Yes', 'B,MLS-C01,690,"S, C, NI, NI",,,,,',
        'C,SAA-C03,650,"NI, MC, MC, NI",MLA-C02,,,,', 'D,SAA-C03,650,"NI, MC, MC, NI",,wights,sonest,,perhaps',
        'E,MLA-C01,650,"NI, MC, MC, NI",MLA-C2,,,,',
    ]  # fmt: skip
    cohort = read(save(tmp_path, head + "\n".join(rows) + "\n"))
    wish = {"split": "weights", "retake_exam": "MLA-C02", "aim": "sure", "practice_source": "Tutor & Co", "details": True}
    assert [(entry.row, entry.wish) for entry in cohort.entries] == [(2, wish), (3, {})]
    assert request_for(cohort.reports[0], TODAY, "", wish).aim == "sure"
    assert {(problem.row, problem.column, problem.nearest) for problem in cohort.problems} == {
        (4, "Retake exam", None), (5, "split", "weights"), (5, "aim", "soonest"), (5, "Details", None),
        (6, "Retake exam", "MLA-C02"),
    }  # fmt: skip


# -- workbooks


def cells(**more):
    row = {"learner_id": 1042, "exam": "SAA-C03", "scaled_score": 650.0, "taken_on": datetime(2026, 11, 1, 9, 30)}
    row |= {f"domain_{n}": label for n, label in enumerate(["NI", "MC", "MC", "NI"], 1)} | more
    return [list(row), list(row.values())]


def test_a_workbook_with_numbers_days_and_empty_rows_and_columns(tmp_path):
    table = [[None, *row, None] for row in cells(hours_per_week=7.5)]
    cohort = read(book(tmp_path, {"Sheet1": [[], ["My team"], [], table[0], [], table[1], [], []]}))
    report = one(cohort)
    assert (report.learner_id, report.taken_on, report.hours_per_week) == ("1042", date(2026, 11, 1), 7.5)
    assert cohort.entries[0][0] == 6
    assert cohort.unused == ()


@pytest.mark.parametrize(("early", "number"), [(False, 46327), (True, 44865)])
def test_numbers_for_days_in_both_of_excels_calendars(tmp_path, early, number):
    path = book(tmp_path, {"A": cells(taken_on=number)})
    if early:
        workbook = openpyxl.load_workbook(path)
        workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        workbook.save(path)
    assert one(read(path)).taken_on == date(2026, 11, 1)


def test_the_sheet_of_reports_is_found_and_said_and_two_are_asked_about(tmp_path):
    path = book(tmp_path, {"Read me": [["Hello"]], "Data": cells(), "Sums": [["exam", "count"], ["SAA-C03", 1]]})
    assert read(path).remarks == ("Sheet 'Data' was read. The other sheets have no reports.",)
    path = book(tmp_path, {"May": cells(), "June": cells(scaled_score=660)})
    with pytest.raises(InputError, match="2 sheets: 'May', 'June'"):
        read(path)
    assert one(read(path, sheet="june")).scaled_score == 660
    with pytest.raises(InputError, match="Did you mean June"):
        read(path, sheet="Jun")


def test_a_file_is_what_it_holds_not_what_it_is_called(tmp_path):
    path = book(tmp_path, {"A": cells()})
    (tmp_path / "really.csv").write_bytes(path.read_bytes())
    assert "is an Excel workbook" in read(tmp_path / "really.csv").remarks[0]
    text = save(tmp_path, f"{HEAD}\n{ROW}\n", name="text.xlsx")
    assert "The file is text" in read(text).remarks[0]
    (tmp_path / "old.csv").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    with pytest.raises(InputError, match=r"save it as \.xlsx"):
        read(tmp_path / "old.csv")


def test_a_parquet_file_says_the_same_as_the_text_it_was_made_from(tmp_path):
    frame = pd.read_csv(ROOT / "data/cohorts/sample.csv")
    frame["taken_on"] = pd.to_datetime(frame["taken_on"])
    frame["exam"] = frame["exam"].astype("category")
    frame.index = frame.index + 1000  # stored as a column of its own
    frame.to_parquet(tmp_path / "sample.parquet")
    made, text = read(tmp_path / "sample.parquet"), read(ROOT / "data/cohorts/sample.csv")
    assert made.problems == text.problems == []
    assert [entry[:2] for entry in made.entries] == [entry[:2] for entry in text.entries]
    assert [report.days_off for report in made.reports] == [report.days_off for report in text.reports]
    done = check(tmp_path / "sample.parquet")
    assert done.exit_code == 0


def test_parquet_of_all_kinds_of_columns_is_read_or_its_mistakes_are_named(tmp_path):
    columns = {"learner_id": ["A", "B", None], "exam": ["SAA-C03", "SAA-C03", "SAA-C3"],
               "score": pyarrow.array([Decimal("650.0"), Decimal("700.0"), Decimal("650.5")]),
               "taken_on": pyarrow.array([date(2026, 11, 1)] * 3, pyarrow.date32()),
               "ratings": [["NI", "MC", "MC", "NI"], None, ["NI"]], "hours": [None, None, None],
               "learner_name": [b"Zoe", b"\xff", None]}  # fmt: skip
    parquet.write_table(pyarrow.table(columns), tmp_path / "cohort.parquet")
    found = read(tmp_path / "cohort.parquet")
    assert [report.taken_on for report in found.reports] == [date(2026, 11, 1)]
    assert {(problem.row, problem.column) for problem in found.problems} >= {(3, "ratings"), (4, "exam")}


def test_parquet_without_pyarrow_is_refused_in_words(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "cohort.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match=r"mls-kit\[parquet\]"):
        read(tmp_path / "cohort.parquet")


# -- hostile

HOSTILE = ["../../etc/passwd", "C:\\x", "<script>alert(1)</script>", "=cmd|'/C calc'!A1", "@SUM(1)", "$(touch x)",
           "`id`", "{{7*7}}", "{% raw %}", "__import__('os').system('touch x')", "\u202eabc", "a\0b", "'; DROP", "%s%n",
           "＝1+1", "x" * 10_000]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("column", ["learner_id", "learner_name", "exam", "scaled_score", "ratings", "taken_on",
                                    "days_off", "language", "a heading"])  # fmt: skip
def test_nothing_in_a_cell_is_run_and_outputs_are_safe(tmp_path, monkeypatch, column, text):
    monkeypatch.chdir(tmp_path)
    row = {"learner_id": "A", "exam": "SAA-C03", "scaled_score": "650", "ratings": "NI, MC, MC, NI"} | {column: text}
    if column == "a heading":
        row = {"learner_id": "A", text: "1", "exam": "SAA-C03", "scaled_score": "650", "ratings": "NI, MC"}
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(row))
    writer.writeheader()
    writer.writerow(row)
    path = save(tmp_path, buffer.getvalue())
    there = sorted(tmp_path.iterdir())
    for form in ("text", "csv", "json"):
        done = check(path, "--format", form)
        assert done.exit_code in (0, 1, 2), done.output
        assert done.exception is None or isinstance(done.exception, SystemExit)
        assert len(done.output) < 3000
    if "\0" not in text:
        found = list(csv.reader(io.StringIO(check(path, "--format", "csv").output)))
        assert not [cell for line in found for cell in line if cell.lstrip()[:1] in ("=", "+", "-", "@", "＝")]
        json.loads(check(path, "--format", "json").output)
    assert sorted(tmp_path.iterdir()) == there


def test_a_workbook_that_unpacks_to_gigabytes_or_claims_every_cell_is_refused_or_read_fast(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook_room, "_LARGEST", 2_000)
    with pytest.raises(InputError, match="when unpacked"):
        read(book(tmp_path, {"A": cells()}))
    monkeypatch.undo()
    plain = book(tmp_path, {"A": cells()})
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(tmp_path / "claims.xlsx", "w") as new:
        for name in old.namelist():
            merges = b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
            text = old.read(name).replace(b"</sheetData>", merges).replace(b'ref="A1:H2"', b'ref="A1:XFD1048576"')
            new.writestr(name, text)
    with pytest.raises(InputError, match="exam is missing"):  # every cell looks like the first
        read(tmp_path / "claims.xlsx")
