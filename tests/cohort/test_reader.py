import pandas as pd
import pytest
from cases import ROOT, TODAY

from mls_kit import read_cohort
from mls_kit.batch.jobs import request_for
from mls_kit.problems import InputError

SAMPLE = ROOT / "data/cohorts/sample.csv"
HEAD = "learner_id,exam,scaled_score,taken_on,domain_1,domain_2,domain_3,domain_4\n"
ROW = "A,SAA-C03,650,2026-11-01,NI,MC,MC,NI\n"


def write(tmp_path, text, name="cohort.csv", encoding="utf-8"):
    (tmp_path / name).write_bytes(text.encode(encoding))
    return tmp_path / name


def test_the_sample_has_30_learners_over_five_exams_and_no_mistake():
    cohort = read_cohort(SAMPLE, today=TODAY)
    assert cohort.problems == []
    assert len(list(cohort.latest())) == 30
    assert len(cohort.to_frame()["exam"].unique()) == 5
    assert all("Sample" in report.learner_name for report in cohort.reports)


def test_every_mistake_is_named_by_row_and_column():
    cohort = read_cohort(ROOT / "data/cohorts/mistakes.csv", today=TODAY)
    found = {(problem.row, problem.column) for problem in cohort.problems}
    expected = {
        (3, "exam"), (4, "exam"), (5, "scaled_score"), (6, "scaled_score"), (7, "scaled_score"), (8, "scaled_score"),
        (9, "domain_2"), (10, "domain_3"), (11, "domain_4"), (13, "taken_on"), (14, "taken_on"), (15, "taken_on"),
        (16, "result"), (17, "result"), (18, "attempt"), (19, "attempt"), (20, "hours_per_week"), (21, "hours_per_week"),
        (22, "days_off"), (23, "days_off"), (24, "target_date"), (2, "attempt"), (25, "attempt"), (26, "learner_name"),
        (32, "scaled_score"), (33, "domain_3"),
    }  # fmt: skip
    assert expected <= found
    assert {row for row, _ in found} | {row for row, _ in cohort.entries} == set(range(2, 34))
    assert [row for row, _ in cohort.entries] == [12, 29, 30, 31]


def test_nothing_is_lost_between_reports_and_mistakes():
    cohort = read_cohort(ROOT / "data/cohorts/mistakes.csv", today=TODAY)
    wrong = {problem.row for problem in cohort.problems}
    assert len(cohort.entries) + len(wrong) == cohort.rows == 32


def test_xlsx_and_csv_say_the_same(tmp_path):
    frame = pd.read_csv(SAMPLE)
    frame["taken_on"] = pd.to_datetime(frame["taken_on"])
    frame.to_excel(tmp_path / "cohort.xlsx", index=False)
    assert read_cohort(tmp_path / "cohort.xlsx", today=TODAY).reports == read_cohort(SAMPLE, today=TODAY).reports


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_and_a_byte_order_mark(tmp_path, separator):
    path = write(tmp_path, "\ufeff" + (HEAD + ROW).replace(",", separator))
    assert read_cohort(path, today=TODAY).reports[0].scaled_score == 650


def test_headings_are_read_leniently_and_may_name_domains(tmp_path):
    path = write(tmp_path, "Employee ID,Exam Code,Score,Exam date,secure,Design Resilient Architectures,3,Cost\n" + ROW)
    (report,) = read_cohort(path, today=TODAY).reports
    assert report.learner_id == "A"
    assert next(iter(report.ratings.values())) == "Needs Improvement"


def test_ratings_may_stand_in_one_column(tmp_path):
    path = write(tmp_path, 'exam,scaled_score,ratings\nSAA-C03,650,"NI, MC, MC, NI"\n')
    assert len(read_cohort(path, today=TODAY).reports) == 1


def test_blank_rows_are_passed_over_and_rows_keep_their_numbers(tmp_path):
    cohort = read_cohort(write(tmp_path, HEAD + "\n" + ROW + ",,,,,,,\n" + ROW.replace("650", "65000")), today=TODAY)
    assert [row for row, _ in cohort.entries] == [3]
    assert [problem.row for problem in cohort.problems] == [5]


def test_the_latest_attempt_gets_the_plan_and_the_others_are_earlier(tmp_path):
    text = HEAD.replace("taken_on", "taken_on,attempt") + "A,SAA-C03,650,2026-11-01,2,NI,MC,MC,NI\n"
    text += "A,SAA-C03,640,2026-10-01,1,NI,NI,MC,NI\nB,SAA-C03,640,2026-10-01,1,NI,NI,MC,NI\n"
    latest = list(read_cohort(write(tmp_path, text), today=TODAY).latest())
    assert [(row, report.scaled_score, len(earlier)) for row, report, earlier in latest] == [(2, 650, 1), (4, 640, 0)]


@pytest.mark.parametrize(
    ("name", "text", "encoding", "message"),
    [
        ("cohort.csv", "name,points\nA,1\n", "utf-8", "exam is missing"),
        ("cohort.csv", "exam,scaled_score\nSAA-C03,650\n", "utf-8", "ratings is missing"),
        ("cohort.csv", "", "utf-8", "readable table"),
        ("cohort.pdf", HEAD + ROW, "utf-8", r"\.csv, \.xlsx or \.parquet"),
        ("cohort.xlsx", "PK\x03\x04" + HEAD + ROW, "utf-8", "readable table"),
        ("cohort.csv", "\0\1\2" + HEAD, "utf-8", "bytes that are no text"),
        ("cohort.csv", "exam," * 1001 + "exam\n", "utf-8", "over 1,000 cells"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(tmp_path, name, text, encoding, message):
    with pytest.raises(InputError, match=message):
        read_cohort(write(tmp_path, text, name, encoding), today=TODAY)


def test_a_damaged_cell_costs_its_own_row(tmp_path):
    rows = [ROW, ROW.replace("A,", '"B,', 1), ROW.replace("A,", "C\0,", 1), ROW.replace("A,", "D,", 1)]
    cohort = read_cohort(write(tmp_path, HEAD + "".join(rows)), today=TODAY)
    assert [row for row, _ in cohort.entries] == [2, 5]
    assert [(problem.row, problem.column) for problem in cohort.problems] == [(3, "learner_id"), (4, "learner_id")]
    assert cohort.rows == 4


def test_rows_in_another_encoding_are_named(tmp_path):
    rows = [ROW.replace("A,", f"{name},", 1) for name in ("Zoë", "José", "Jürgen")]
    path = tmp_path / "cohort.csv"
    path.write_bytes((HEAD + "".join(rows)).encode().replace("é".encode(), b"\xe9"))
    cohort = read_cohort(path, today=TODAY)
    assert [report.learner_id for report in cohort.reports] == ["Zoë", "José", "Jürgen"]
    assert cohort.remarks == ("Not UTF-8 as the others are: row 3. Look whether names with accents are right.",)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="existing file"):
        read_cohort(tmp_path / "none.csv", today=TODAY)


def test_columns_that_mean_nothing_are_named(tmp_path):
    path = write(tmp_path, HEAD.replace("\n", ",hours_per_wek\n") + ROW.replace("\n", ",9\n"))
    assert read_cohort(path, today=TODAY).unused == ("hours_per_wek",)


def test_a_comma_too_many_moves_no_column(tmp_path):
    assert read_cohort(write(tmp_path, HEAD + ROW.replace("\n", ",\n")), today=TODAY).reports[0].learner_id == "A"


def test_an_attempt_dated_before_the_one_before_is_a_mistake(tmp_path):
    text = HEAD.replace("taken_on", "taken_on,attempt") + "A,SAA-C03,650,2026-11-01,1,NI,MC,MC,NI\n"
    cohort = read_cohort(write(tmp_path, text + "A,SAA-C03,640,2026-10-01,2,NI,NI,MC,NI\n"), today=TODAY)
    assert [(problem.row, problem.column) for problem in cohort.problems] == [(2, "taken_on"), (3, "taken_on")]


def test_a_broken_exam_file_costs_only_its_own_rows(tmp_path):
    (tmp_path / "BAD-1.yaml").write_text("[")
    text = HEAD + ROW + ROW.replace("A,SAA-C03", "B,BAD-1")
    cohort = read_cohort(write(tmp_path, text), today=TODAY, exam_folder=tmp_path)
    assert len(cohort.reports) == 1
    assert "YAML" in str(cohort.problems[0])


def test_hostile_cells_stop_no_other_row(tmp_path):
    path = write(tmp_path, f'exam,scaled_score,ratings\nSAA-C03,650,{"[" * 3000}\nSAA-C03,650,"NI, MC, MC, NI"\n')
    cohort = read_cohort(path, today=TODAY)
    assert len(cohort.reports) == 1
    assert [problem.row for problem in cohort.problems] == [2]


def test_cells_beyond_the_heading_are_not_lost_in_silence(tmp_path):
    cohort = read_cohort(write(tmp_path, HEAD + ROW.replace("\n", ",surplus\n")), today=TODAY)
    assert cohort.unused == ("(no heading, column 9)",)
    assert len(cohort.reports) == 1


def test_a_row_may_ask_for_another_exam_another_split_another_day_and_name_its_questions(tmp_path):
    head = "learner_id,exam,scaled_score,ratings,Retake exam,split,aim,Practice provider,Details\n"
    rows = [
        'A,MLS-C01,690,"S, C, NI, NI",mla c02,Weights,Sure,Tutor & Co,Yes', 'B,MLS-C01,690,"S, C, NI, NI",,,,,',
        'C,SAA-C03,650,"NI, MC, MC, NI",MLA-C02,,,,', 'D,SAA-C03,650,"NI, MC, MC, NI",,wights,sonest,,perhaps',
        'E,MLA-C01,650,"NI, MC, MC, NI",MLA-C2,,,,',
    ]  # fmt: skip
    cohort = read_cohort(write(tmp_path, head + "\n".join(rows) + "\n"), today=TODAY)
    assert cohort.wishes == {
        2: {
            "split": "weights",
            "retake_exam": "MLA-C02",
            "aim": "sure",
            "practice_source": "Tutor & Co",
            "details": True,
        }
    }
    assert request_for(cohort.reports[0], TODAY, "", cohort.wishes[2]).aim == "sure"
    assert [row for row, _ in cohort.entries] == [2, 3]
    found = {(problem.row, problem.column, problem.nearest) for problem in cohort.problems}
    wrong = {
        (4, "Retake exam", None),
        (5, "split", "weights"),
        (5, "aim", "soonest"),
        (5, "Details", None),
        (6, "Retake exam", "MLA-C02"),
    }
    assert found == wrong
    assert cohort.unused == ()
