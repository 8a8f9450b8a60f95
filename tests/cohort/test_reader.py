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
    assert {row for row, _ in found} | {row for row, _ in cohort.entries} == set(range(2, 34))  # nothing is lost
    assert [row for row, _ in cohort.entries] == [12, 29, 30, 31]


def test_headings_are_read_leniently_and_may_name_domains(tmp_path):
    path = write(tmp_path, "Employee ID,Exam Code,Score,Exam date,secure,Design Resilient Architectures,3,Cost\n" + ROW)
    (report,) = read_cohort(path, today=TODAY).reports
    assert report.learner_id == "A"
    assert next(iter(report.ratings.values())) == "Needs Improvement"


def test_blank_rows_are_passed_over_and_rows_keep_their_numbers(tmp_path):
    cohort = read_cohort(write(tmp_path, HEAD + "\n" + ROW + ",,,,,,,\n" + ROW.replace("650", "65000")), today=TODAY)
    assert [row for row, _ in cohort.entries] == [3]
    assert [problem.row for problem in cohort.problems] == [5]


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


@pytest.mark.parametrize(
    ("heading", "cells", "unused"),
    [("", ",surplus", ("(no heading, column 9)",)), (",hours_per_wek", ",9", ("hours_per_wek",)), ("", ",", ())],
)
def test_cells_that_mean_nothing_are_named_and_move_no_column(tmp_path, heading, cells, unused):
    cohort = read_cohort(
        write(tmp_path, HEAD.replace("\n", f"{heading}\n") + ROW.replace("\n", f"{cells}\n")), today=TODAY
    )
    assert (cohort.unused, cohort.reports[0].learner_id) == (unused, "A")


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
