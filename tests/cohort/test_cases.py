"""Files as people have them (``cases/``, every person in them invented): what is read, what is named, what is said.

And 2,000 changes to a good file under the steady profile: no row is lost, and none changes how another is read.
"""

import csv
import io
import json
import tempfile
from pathlib import Path

import openpyxl
import pyarrow
import pytest
from cases import ROOT, STEADY, TODAY, run
from hypothesis import given, settings, strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from pyarrow import parquet

from mls_kit import read_cohort
from mls_kit.batch import Roster
from mls_kit.cohort import CohortReader
from mls_kit.problems import InputError

CASES = Path(__file__).parent / "cases"
WRONG = {"n01_nul_in_name.csv": [(4, "learner_name")], "n06_utf16_lone_surrogate.csv": [(2, "learner_name")],
         "n09_quote_open.csv": [(4, "learner_name")], "nul.csv": [(7, "learner_id")], "02-zero-hours.xlsx": [(2, "hours_per_week")],
         "x01_bad_shared_string.xlsx": [(4, "learner_name")], "x02_number_abc.xlsx": [(4, "scaled_score")],
         "x06_iso_date_bad.xlsx": [(4, "taken_on")], "x09_style_out_of_range.xlsx": [(4, "scaled_score")],
         "x12_ctrl_char_in_string.xlsx": [(2, "learner_name")], "p01_date32_out_of_range.parquet": [(4, "taken_on")],
         "05-formula-hours.xlsx": [(2, "hours_per_week")], "lost_rows_two_open_quotes.csv": [(2, "comment"), (4, "comment")],
         "04b-sci-ids.csv": [(2, "learner_id"), (3, "learner_id")], "06-error-id.xlsx": [(2, "learner_id"), (3, "learner_id")],
         "15_duplicates_totals.csv": [(7, "attempt"), (11, "attempt")],
         "01_google_form.csv": [(4, "Did you pass?"), (12, "Did you pass?")]}  # fmt: skip
READ = {"02_german_excel.csv": 10, "04_japanese_sjis.csv": 8, "05_long_format.csv": 8, "06_hr_workbook.xlsx": 12,
        "12_two_ticks.csv": 5, "18b.csv": 12, "20_exam_names.csv": 11, "employee_name_ignored.csv": 2, "h11_no_id_email.csv": 2,
        "h1_domain_colon.csv": 1, "h2_candidate_score.csv": 1, "h4_score_1000.csv": 5, "h6_result_forms.csv": 12,
        "h8_sep19oct26.csv": 7, "hidden_rows.xlsx": 6, "retake_no_attempt_column.csv": 3, "two_exams_one_person.csv": 3,
        "x17_bad_font_style.xlsx": 5, "x20_docprops_bad_date.xlsx": 5, "x24_strict.xlsx": 5, "08-cp1252.csv": 1,
        "old.xls": 5, "old.ods": 5,
        "n03_one_latin1_byte.csv": 5, "n04_bom_and_latin1_byte.csv": 5}  # fmt: skip


def read(name, **more):
    return read_cohort(CASES / name, TODAY, **more)


def mistakes(cohort):
    return [(problem.row, problem.column) for problem in cohort.problems]


def write(tmp_path, text, name="c.csv", encoding="utf-8"):
    (tmp_path / name).write_bytes(text.encode(encoding))
    return tmp_path / name


def check(*arguments):
    return run("check", *arguments, "--today", TODAY)


@pytest.mark.parametrize(("name", "count"), READ.items())
def test_is_read_whole(name, count):
    cohort = read(name)
    assert not cohort.problems
    assert len(cohort.reports) == cohort.rows == count


@pytest.mark.parametrize(("name", "where"), WRONG.items())
def test_a_bad_cell_costs_its_own_row(name, where):
    cohort = read(name)
    assert mistakes(cohort) == where
    assert len(cohort.reports) == cohort.rows - len(where)


@pytest.mark.parametrize(("name", "remark"), [
    ("06_hr_workbook.xlsx", "Skipped because they are totals, not learners: rows 19, 20."),
    ("06_hr_workbook.xlsx", "The headings are in row 5; the 3 rows above it were skipped."),
    ("06_hr_workbook.xlsx", "4 merged cells: "),
    ("06_hr_workbook.xlsx", "Hidden rows were also read: 1 (row 9)."),
    ("hidden_rows.xlsx", "Hidden rows were also read: 3 (row 3, 5, 7)."),
    ("15_duplicates_totals.csv", "Read only once: row 8 repeats row 3, row 9 repeats row 5, row 10 repeats row 6."),
    ("15_duplicates_totals.csv", "Ids that differ only in capitals count as one: D4, d4."),
    ("05_long_format.csv", "32 rows make 8 reports"), ("14_lms_export.xls", "a web page, not a workbook"),
    ("old.xls", "an old Excel file"), ("old.ods", "an OpenDocument file"),
    ("n03_one_latin1_byte.csv", "Not UTF-8 like the others: row 2."), ("04_japanese_sjis.csv", "Shift-JIS"),
])  # fmt: skip
def test_how_a_file_was_understood_is_said(name, remark):
    assert any(remark in said for said in read(name).remarks)


def test_values_are_those_that_were_meant():
    form = {report.learner_id: report for report in read("01_google_form.csv").reports}
    assert (form["aiko.x@example.com"].hours_per_week, form["bruno.x@example.com"].scaled_score) == (6, 599)
    assert form["aiko.x@example.com"].learner_name == "Abelmann, Aiko"
    assert "'6-8': the kit uses 6" in form["aiko.x@example.com"].remarks[0]
    assert {report.learner_id for report in read("03-zero-padded-id.xlsx").reports} == {"00042"}
    assert {report.scaled_score for report in read("h4_score_1000.csv").reports} == {690}
    assert [report.learner_name for report in read("02_german_excel.csv").reports][:2] == ["Aiko Abelmann", "Bruno Hübner"]
    assert read("n03_one_latin1_byte.csv").reports[0].learner_name == "Zoë 0"
    assert list(read("12_two_ticks.csv").reports[1].ratings.values())[1] == "Meets Competencies"
    (first, *_) = read("05_long_format.csv").reports
    assert list(first.ratings.values()) == ["Meets Competencies", "Needs Improvement"] * 2


def test_a_long_cell_is_a_mistake_where_it_is_used_and_nothing_where_it_is_not(tmp_path):
    text = 'exam,score,ratings,id,comment\nSAA-C03,650,"NI,MC,MC,NI",{},{}\nSAA-C03,640,"NI,MC,MC,NI",b,\n'
    cohort = read_cohort(write(tmp_path, text.format("x" * 140_000, "")), TODAY)
    assert mistakes(cohort) == [(2, "id")]
    assert "quotation" not in str(cohort.problems)
    assert not read_cohort(write(tmp_path, text.format("a", "x" * 140_000)), TODAY).problems


def test_the_later_day_is_the_later_attempt():
    (latest, *_) = read("retake_no_attempt_column.csv").latest()
    row, report, earlier = latest
    assert (row, report.scaled_score, report.attempt) == (3, 705, 2)
    assert [(other.scaled_score, other.attempt) for other in earlier] == [(610, 1)]


@pytest.mark.parametrize(("days", "wrong"), [
    (["", ""], 2), (["2026-10-01", "2026-10-01"], 2), (["2026-10-01", ""], 2), (["2026-10-02", "2026-10-01"], 0),
])  # fmt: skip
def test_an_attempt_is_asked_for_where_days_do_not_tell(tmp_path, days, wrong):
    rows = "".join(f"A,SAA-C03,{600 + n},{day},NI,MC,MC,NI\n" for n, day in enumerate(days))
    cohort = read_cohort(write(tmp_path, f"id,exam,score,date,1,2,3,4\n{rows}B,SAA-C03,650,,NI,NI,NI,NI\n"), TODAY)
    assert mistakes(cohort) == [(2, "attempt"), (3, "attempt")][:wrong]
    assert "B" in {report.learner_id for report in cohort.reports}
    assert all("attempt 2" not in str(problem) for problem in cohort.problems)


@pytest.mark.parametrize("number", [1.23457e15, 1234567890123450000, 123456789012345000])
def test_a_number_that_a_spreadsheet_shortened_is_no_id(tmp_path, number):
    book = openpyxl.Workbook()
    for row in (
        ["id", "exam", "score", 1, 2, 3, 4],
        [number, "SAA-C03", 650, *["NI"] * 4],
        [123456789012345, "SAA-C03", 640, *["NI"] * 4],
    ):
        book.active.append(row)
    book.save(tmp_path / "c.xlsx")
    cohort = read_cohort(tmp_path / "c.xlsx", TODAY)
    assert mistakes(cohort) == [(2, "id")]
    assert [report.learner_id for report in cohort.reports] == ["123456789012345"]


def test_errors_and_formulas_are_named_in_every_column():
    found = {(problem.row, problem.column): problem.expected for problem in read("11_formulas.xlsx").problems}
    assert "a formula without a result" in found[2, "Score"]
    assert "an error from the spreadsheet program" in found[4, "Exam date"]


@pytest.mark.parametrize(
    "result", ["not passed", "Did not pass", "No", "DNP", "0", "nicht bestanden", "不合格", "échec", "reprovado"]
)
@pytest.mark.parametrize("score", [650, 750])
def test_a_hint_never_makes_a_pass_of_a_fail(tmp_path, result, score):
    path = write(tmp_path, f"id,exam,score,passed?,1,2,3,4\nA,SAA-C03,{score},{result},NI,MC,MC,NI\n")
    cohort = read_cohort(path, TODAY)
    assert mistakes(cohort) == ([] if score == 650 else [(2, "passed?")])
    assert all(problem.nearest is None for problem in cohort.problems)


@pytest.mark.parametrize(("name", "near"), [
    ("AWS Certified Machine Learning Engineer - Associate", "MLA-C01 or MLA-C02"), ("MLA", "MLA-C01 or MLA-C02"),
    ("Solutions Architect", "SAA-C03 or SAP-C03"), ("SAA-C03 or CLF-C02", "CLF-C02 or SAA-C03"), ("SAA-C02", "SAA-C03"),
])  # fmt: skip
def test_short_names_of_several_exams_name_the_candidates_with_all_mistakes_of_the_row(tmp_path, name, near):
    row = f"A,{name},6_90,31.2.2026,maybe,0,NI,Weak?,MC,NI"
    cohort = read_cohort(write(tmp_path, f"id,exam,score,date,result,hours,1,2,3,4\n{row}\n"), TODAY)
    assert mistakes(cohort) == [(2, column) for column in ("exam", "score", "2", "date", "hours", "result")]
    assert cohort.problems[0].nearest == near


# -- who is who


def test_files_are_named_by_the_person_and_never_by_the_row(tmp_path):
    stems = [job.stem for job in Roster(read("two_exams_one_person.csv")).jobs(TODAY)]
    assert stems == ["L1-SAA-C03", "L1-CLF-C02", "L2"]
    for name in ("h11_no_id_email.csv", "employee_name_ignored.csv"):
        head, *rows = (CASES / name).read_text().splitlines()
        files = []
        for order in (rows, rows[::-1]):
            jobs = Roster(read_cohort(write(tmp_path, "\n".join([head, *order])), TODAY)).jobs(TODAY)
            files.append({job.request.scaled_score: job.stem for job in jobs})
        assert files[0] == files[1]
        assert len(set(files[0].values())) == 2
        assert not any(word in stem for stem in files[0].values() for word in ("x-org", "Ann", "row", "00002"))


def test_one_name_without_an_id_is_one_person_and_that_is_said(tmp_path):
    rows = "Ann One,SAA-C03,610,2026-08-01,NI,NI,NI,NI\nann one,SAA-C03,655,2026-10-01,NI,MC,NI,NI\n"
    cohort = read_cohort(write(tmp_path, f"Employee Name,Exam,Score,Date,1,2,3,4\n{rows}"), TODAY)
    assert [(row, len(earlier)) for row, _, earlier in cohort.latest()] == [(3, 1)]
    assert any("counts as one person: rows 2 and 3" in remark for remark in cohort.remarks)
    rows = "7,One Ann,SAA-C03,610,2026-08-01,NI,NI,NI,NI\n7,Bo,SAA-C03,655,2026-10-01,NI,MC,NI,NI\n"
    cohort = read_cohort(write(tmp_path, f"ID,Name,Exam,Score,Date,1,2,3,4\n{rows}"), TODAY)
    assert cohort.remarks == ("One id with several names counts as one person: 7 (rows 2, 3).",)


# -- several sheets, long forms, marks, foreign forms


def test_several_sheets_are_read_together_and_rows_say_which(tmp_path):
    with pytest.raises(InputError, match="--sheet"):
        read("07_quarters.xlsx")
    cohort = read("07_quarters.xlsx", sheet="all")
    attempts = {str(row): [one.scaled_score for one in (*earlier, report)] for row, report, earlier in cohort.latest()}
    assert attempts == {f"{n} of 'Q3'": [608 + n, 618 + n, 628 + n] for n in range(2, 7)}
    assert len(read("07_quarters.xlsx", sheet="Q1/q3").reports) == 10
    book = openpyxl.load_workbook(CASES / "07_quarters.xlsx")
    book["Q2"]["D3"] = 6000
    book.save(tmp_path / "q.xlsx")
    assert "row 3 of 'Q2', score: '6000'" in check(tmp_path / "q.xlsx", "--sheet", "Q1", "--sheet", "Q2").output
    found = json.loads(check(tmp_path / "q.xlsx", "--sheet", "all", "--format", "json").output)["mistakes"]
    assert [(one["sheet"], one["row"]) for one in found] == [("Q2", 3)]
    book["Q3"]["F4"] = "Neads Improvement"
    book.save(tmp_path / "q.xlsx")
    check(tmp_path / "q.xlsx", "--sheet", "all", "--write", tmp_path / "fixed.xlsx")
    fixed = openpyxl.load_workbook(tmp_path / "fixed.xlsx")
    assert [change[:4] for change in fixed["changes"].values][1:] == [("Q3", 4, "domain 1", "Neads Improvement")]
    assert (fixed["Q3"]["F4"].value, fixed["Q2"]["D3"].value) == ("Needs Improvement", 6000)


LONG = "Learner,Exam,Score,Section,Result\nA1,SAA-C03,650,1,NI\nB2,SAA-C03,640,Secure,NI\nA1,SAA-C03,650,Domain 2,MC\n,,,3,Weak?\n"


def test_a_long_form_may_be_mixed_and_names_the_row_of_a_mistake(tmp_path):
    rest = "A1,SAA-C03,650,Design Cost-Optimized Architectures,NI\n" + "".join(f"B2,SAA-C03,640,{n},MC\n" for n in (2, 3, 4))
    cohort = read_cohort(write(tmp_path, LONG + rest), TODAY)
    assert [report.learner_id for report in cohort.reports] == ["B2"]
    assert mistakes(cohort) == [(2, "3 (row 5)")]


@pytest.mark.parametrize("heading", [
    "id,exam,score,Needs Improvement [Domain 1],Domain 1 | Meets Competencies,2,3,4",
    "id,exam,score,Domain 1,,2,3,4\n,,,NI,Meets Competencies,,,",
    "id,exam,score,Design Secure Architectures: NI,Bereich 1 - Kompetenz erfüllt,Domain 2: Design Resilient Architectures,3,4",
])  # fmt: skip
@pytest.mark.parametrize(
    ("marks", "rating"), [("x,", "Needs Improvement"), (",✓", "Meets Competencies"), ("x,x", ""), (",", ""), ("?,", "")]
)
def test_marks_in_two_columns_a_domain(tmp_path, heading, marks, rating):
    cohort = read_cohort(write(tmp_path, f"{heading}\nA,SAA-C03,650,{marks},MC,MC,NI\n"), TODAY)
    if rating:
        assert next(iter(cohort.reports[0].ratings.values())) == rating
    else:
        assert len(cohort.problems) == 1


@pytest.mark.parametrize("text", [
    "Email;Exam;Score;Section;NI;MC\n" + "".join(f"a;SAA-C03;650;{n};{'X;' if n == 1 else ';X'}\n" for n in (1, 2, 3, 4)),
    "1. Your id,2. Which exam?,Q3. Score,Design Secure Architectures [30%],4. Domain 2,3,4\na,SAA-C03,650,NI,MC,MC,MC\n",
    'id,exam,score,"Secure\nNI","Secure\nMC",2,3,4\na,SAA-C03,650,☑,☐,MC,MC,MC\n',
])  # fmt: skip
def test_more_forms_of_tables(tmp_path, text):
    (report,) = read_cohort(write(tmp_path, text), TODAY).reports
    assert [report.learner_id, *report.ratings.values()] == ["a", "Needs Improvement", *["Meets Competencies"] * 3]


def test_the_form_that_aws_prints_with_merged_headings_above_its_marks(tmp_path):
    book = openpyxl.Workbook()
    labels = ["Needs Improvement", "Meets Competencies"]
    for row in ([None, "Name", "Exam", "Score", "Secure", None, "Resilient", None, 3, 4], [*[None] * 4, *labels, *labels],
                [None, "Ann", "SAA-C03", 650, "X", None, None, True, "NI", "MC"]):  # fmt: skip
        book.active.append(row)
    for merged in ("B1:B2", "C1:C2", "D1:D2", "E1:F1", "G1:H1"):
        book.active.merge_cells(merged)
    book.save(tmp_path / "c.xlsx")
    (report,) = read_cohort(tmp_path / "c.xlsx", TODAY).reports
    assert list(report.ratings.values())[:2] == labels


@pytest.mark.parametrize(("heading", "what"), [
    ("Badge Template Name,First Name,Last Name,Recipient Email,Issued At,State", "an export of badges"),
    ("First name,Surname,ID number,Quiz: AWS (Real),Course total (Real),Last downloaded", "a grade book, as Moodle"),
    ('id,"name,exam,score', "a cell whose quotation mark is closed again"),
    ("Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (12),Final Score", "a grade book, as Canvas"),
])  # fmt: skip
def test_forms_without_results_by_domain_are_named(tmp_path, heading, what):
    with pytest.raises(InputError, match=what):
        read_cohort(write(tmp_path, f"{heading}\n{heading}\n"), TODAY)


@pytest.mark.parametrize("heading", [
    "Matricule,Examen,Note,Date de l'examen,Résultat,Domaine 1,Domaine 2,Domaine 3,Domaine 4,Heures par semaine",
    "Legajo,Examen,Puntuación,Fecha del examen,Resultado,Dominio 1,Dominio 2,Dominio 3,Dominio 4,Horas semanales",
    "Matrícula,Exame,Pontuação,Data do exame,Situação,Domínio 1,Domínio 2,Domínio 3,Domínio 4,Horas por semana",
    "社員番号,試験,スコア,受験日,合否,ドメイン1,ドメイン2,ドメイン3,ドメイン4,学習時間",
    "Personal-Nr.,Prüfung,Punktzahl,Datum der Pruefung,Ergebnis,Bereich 1,Bereich 2,Bereich 3,Bereich 4,Stunden pro Woche",
    "What is your ID?,Which certification exam did you take?,What was your score (100-1000)?,On which date did you take the exam?,"
    "Did you pass the exam?,Results [Domain 1: Design Secure Architectures],Results [Domain 2],Results [3],Results [4],"
    "How many hours a week can you study? *",
])  # fmt: skip
def test_headings_of_six_languages_and_of_a_form(tmp_path, heading):
    row = '7,"AWS Certified Solutions Architect – Associate (SAA-C03)",690/1000,19-Oct-26,FAIL,NI,MC,MC,NI,"7,5"'
    (report,) = read_cohort(write(tmp_path, f"{heading}\n{row}\n"), TODAY).reports
    assert (report.learner_id, report.exam, report.scaled_score, report.hours_per_week) == ("7", "SAA-C03", 690, 7.5)
    assert str(report.taken_on) == "2026-10-19"


def test_headings_that_only_look_alike_are_not_taken(tmp_path):
    odd = "Manager Name,Passing score,Practice exam score,Program,Domain 1 notes,Employee status,Team 2"
    path = write(tmp_path, f"{odd},id,exam,score,1,2,3,4\nBoss,720,810,X,hard,active,9,A,SAA-C03,650,NI,MC,MC,NI\n")
    cohort = read_cohort(path, TODAY)
    assert (cohort.reports[0].scaled_score, cohort.reports[0].learner_name) == (650, "")
    assert cohort.unused == tuple(odd.split(","))


# -- the corrected copy


def test_a_copy_has_only_clear_typing_errors_fixed_and_lists_them(tmp_path):
    rows = ["1,=1+1,SAA-C03,650,faild,Compentent,Needs Improvment,MC,NI,=cmd",
            "2,Bo,AWS Certified Soltions Architect - Associate,650,,Incompetent,Weak?,MC,NI,@x",
            "3,Cy,SAA-C3,650,passd,NI,Meets Competencies (not),NI,NI,-5"]  # fmt: skip
    path = write(tmp_path, "\n".join(["Team results", "id,name,exam,score,result,1,2,3,4,team", *rows]))
    done = check(path, "--write", tmp_path / "fixed.xlsx", "--format", "json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["wrong"] == 3
    assert "would be overwritten" in check(path, "--write", tmp_path / "fixed.xlsx").output
    book = openpyxl.load_workbook(tmp_path / "fixed.xlsx")
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    copied = [[str(cell) for cell in row if cell is not None] for row in book["reports"].values]
    assert copied[:2] == [["Team results"], ["id", "name", "exam", "score", "result", "1", "2", "3", "4", "team"]]
    assert copied[2] == ["1", "=1+1", "SAA-C03", "650", "fail", "Competent", "Needs Improvement", "MC", "NI", "=cmd"]
    assert copied[3][2] == "SAA-C03"
    assert copied[3][4:] == rows[1].split(",")[5:]
    assert copied[4] == rows[2].split(",")
    changes = list(book["changes"].values)[1:]
    assert [change[1:5] for change in changes] == [
        (3, "result", "faild", "fail"), (3, "1", "Compentent", "Competent"), (3, "2", "Needs Improvment", "Needs Improvement"),
        (4, "exam", "AWS Certified Soltions Architect - Associate", "SAA-C03"),
    ]  # fmt: skip
    assert all(why for *_, why in changes)


# -- 2,000 changes to a good file

with (ROOT / "data/cohorts/sample.csv").open(encoding="utf-8") as file:
    HEADING, *GOOD = list(csv.reader(file))
GOOD = [row for row in GOOD if (row[HEADING.index("exam")], row[HEADING.index("attempt")]) == ("SAA-C03", "1")][:8]
OTHER_HEADINGS = {"learner_id": ["ID", "Employee ID", "Personalnr."], "exam": ["Exam Code", "Prüfung", "試験"],
                  "scaled_score": ["Score", "Candidate Score", "Puntuación"], "taken_on": ["Exam Date", "受験日"],
                  "domain_1": ["1", "Domain 1: Design Secure Architectures", "Bereich 1"]}  # fmt: skip
SPOILED = ["", "x", '"', '"open', "a\0b", "#REF!", "Weak?", "6_90", "99999", "2026-13-45", "=1+1", "n/a", "1.23457E+15", "\ud800",
           "no,such", "line\nbreak", "é" * 50, "😀", "-", "0"]  # fmt: skip


def as_text(rows, separator, encoding, end, raw):
    """Return rows as a file of text; those in ``raw`` without quotation marks."""
    lines = []
    for number, cells in enumerate(rows):
        line = io.StringIO()
        csv.writer(line, delimiter=separator, lineterminator="\n").writerow(cells)
        plain = separator.join(cells).replace("\n", " ")
        lines.append(plain if number in raw else line.getvalue().removesuffix("\n"))
    return end.join(lines).encode(encoding, "surrogatepass")


def as_workbook(rows):
    book, content = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("?", cell).replace("\ud800", "?") for cell in row])
    book.save(content)
    return content.getvalue()


def as_parquet(rows):
    content = io.BytesIO()
    columns = zip(*[[cell.replace("\ud800", "?") for cell in row] for row in rows], strict=True)
    parquet.write_table(pyarrow.table({name: pyarrow.array(cells) for name, *cells in columns}), content)
    return content.getvalue()


@settings(max_examples=2000 if STEADY else 25)
@given(st.data())
def test_no_change_loses_a_row_or_changes_how_another_is_read(data):
    def draw(choices):
        return data.draw(st.sampled_from(choices))

    order = data.draw(st.permutations(GOOD))
    columns = data.draw(st.permutations(range(len(HEADING))))
    names = {name: draw([name, *others]) for name, others in OTHER_HEADINGS.items()}
    kind, separator = draw(["csv", "csv", "xlsx", "parquet"]), draw(",;\t|")
    place = st.tuples(st.sampled_from(range(len(HEADING))), st.sampled_from(SPOILED))
    spoiled = data.draw(st.dictionaries(st.integers(1, len(order)), place, max_size=3))
    rows = [[names.get(cell, cell) for cell in HEADING], *map(list, order)]
    for number, (column, text) in spoiled.items():
        rows[number][column] = text.replace(separator, " ") if kind == "csv" else text
    rows = [[row[column] for column in columns] for row in rows]
    if kind == "csv":
        raw = spoiled if draw([True, False]) else ()
        content = as_text(rows, separator, draw(["utf-8", "utf-8-sig", "utf-16"]), draw(["\n", "\r\n"]), raw)
    else:
        content = {"xlsx": as_workbook, "parquet": as_parquet}[kind](rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"c.{kind}"
        path.write_bytes(content)
        reader = CohortReader(path, TODAY)
        entries = list(reader.read())
    reports = {entry.report.learner_id: entry.report for entry in entries}
    assert len(entries) + len({problem.row for problem in reader.problems}) == len(GOOD) == reader.rows
    for number, row in enumerate(order, start=1):
        if number not in spoiled:
            report, told = reports[row[0]], dict(zip(HEADING, row, strict=True))
            assert (str(report.scaled_score), str(report.taken_on)) == (told["scaled_score"], told["taken_on"])
            assert [told[f"domain_{n}"] for n in range(1, 5)] == list(report.ratings.values())
