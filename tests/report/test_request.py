from dataclasses import replace

import pytest

from mls_kit.cohort import known_columns
from mls_kit.explain import whose
from mls_kit.plan import requested_plan
from mls_kit.problems import InputError
from mls_kit.report.my_report import save_my_report
from mls_kit.report.request import PARAMETERS, PlanRequest, read_earlier, read_parameters, read_request_file

INJECTED = '# Parameters\nexam = "SAA-C03"\nscaled_score = 650\nratings = "NI, MC, MC, MC"\n'


def run(cell, **more):
    """Return the namespace of a notebook after its parameters and an injected cell."""
    namespace = {"exam": "MLS-C01", "scaled_score": 690, "ratings": "S, C, NI, NI", "taken_on": "2026-03-14", "In": [cell]}
    exec(cell, namespace)
    return namespace | more


def test_without_papermill_the_values_of_the_first_cell_count():
    request = read_parameters({"In": ["", "exam = 1"], "exam": "SAA-C03", "scaled_score": 1, "ratings": "", "stranger": 2})
    assert (request.exam, request.scaled_score) == ("SAA-C03", 1)


def test_the_example_is_left_out_of_a_given_report_and_stays_whole_without_one():
    request = read_parameters(run(INJECTED))
    assert (request.exam, request.taken_on) == ("SAA-C03", "")
    request = read_parameters(run("# Parameters\nhours_per_week = 9\n"))
    assert (request.taken_on, request.hours_per_week) == ("2026-03-14", 9)


FIRST_CELL = {"exam": "MLS-C01", "scaled_score": 690, "ratings": "Strong, Competent, Needs Improvement, Needs Improvement",
              "taken_on": "2026-03-14", "attempt": 1, "hours_per_week": None, "In": [""]}  # fmt: skip


def test_run_by_hand_the_kept_report_takes_the_examples_place_and_says_whose_it_is():
    assert "This is an invented example" in str(whose(read_parameters(FIRST_CELL)))
    save_my_report(PlanRequest("SAA-C03", 655, "NI, MC, MC, NI", hours_per_week=7, days_off="Sun"))
    mine = read_parameters(FIRST_CELL | {"days_off": "Fri"})
    assert (mine.exam, mine.hours_per_week, mine.days_off) == ("SAA-C03", 7, "Fri")
    assert "These are your numbers: SAA-C03, scaled score 655" in str(whose(mine))
    typed = read_parameters(FIRST_CELL | {"scaled_score": 700})
    assert "numbers in the first cell: MLS-C01, scaled score 700. Your saved report is not" in str(whose(typed))
    for not_by_hand in (run("# Parameters\nhours_per_week = 9\n"), {**FIRST_CELL, "In": None}):
        given = {name: value for name, value in not_by_hand.items() if value is not None}
        assert read_parameters(given).exam == "MLS-C01"


@pytest.mark.parametrize(("namespace", "said", "places"), [
    (run("# Parameters\nscaled_score = 800\n"), "the example is not used for the rest", ["exam", "ratings"]),
    (run(INJECTED + "scaled_scor = 800\n"), "Did you mean scaled_score", ["scaled_scor"]),
    ({"In": [], "exam": "SAA-C03", "ratings": "NI, MC", "score": 600}, "Its line is missing or renamed", ["scaled_score"]),
])  # fmt: skip
def test_a_part_of_a_report_and_a_misspelt_or_lost_parameter_are_refused(namespace, said, places):
    with pytest.raises(InputError, match=said) as caught:
        read_parameters(namespace)
    assert [problem.place for problem in caught.value.problems] == places


def test_a_request_survives_papermill():
    request = PlanRequest(exam="SAA-C03", scaled_score=650, ratings="NI, MC, MC, MC", days_off="Sun", learner_name='"""')
    assert PlanRequest(**request.parameters()) == request


@pytest.mark.parametrize("text", ["nonsense", "{a: 1}", "[1, 2]", "[[[", "- scaled_scor: 1"])
def test_earlier_attempts_that_make_no_sense_are_refused(text):
    with pytest.raises(InputError):
        read_earlier(text, "SAA-C03")


def test_earlier_attempts_are_sorted_by_day():
    text = "[{scaled_score: 680, ratings: 'NI, NI, MC, MC', taken_on: 2026-10-19}, " \
           "{scaled_score: 708, ratings: 'NI, NI, MC, MC', taken_on: 2026-10-05}]"  # fmt: skip
    assert [report.scaled_score for report in read_earlier(text, "SAA-C03")] == [708, 680]


@pytest.mark.parametrize("content", ["[1]", "exam: [", "scaled_scor: 3"])
def test_a_wrong_request_file_is_refused(tmp_path, content):
    (tmp_path / "report.yaml").write_text(content)
    with pytest.raises(InputError, match=r"report\.yaml"):
        read_request_file(tmp_path / "report.yaml")


def test_a_request_file_keeps_what_was_written(tmp_path):
    text = "exam: SAA-C03\nscaled_score: 650\nratings: [NI, MC, MC, NI]\nlearner_id: 007\nstudy_time: 19:30\n"
    (tmp_path / "r.yaml").write_text(text + "days_off: [Sun, 2026-12-24]\n")
    request = PlanRequest.from_text(read_request_file(tmp_path / "r.yaml"))
    assert (request.learner_id, request.study_time, request.days_off) == ("007", "19:30", "Sun, 2026-12-24")
    assert len(request.report.days_off.dates) == 1


def test_the_columns_of_a_cohort_are_parameters_of_a_request():
    assert set(known_columns()) - set(PARAMETERS) == {"domain_1"}  # single ratings


@pytest.mark.parametrize(
    ("name", "text"), [("scaled_score", "6_90"), ("scaled_score", "0"), ("hours_per_week", "0"), ("attempt", "0")]
)
def test_what_is_no_plain_number_and_a_zero_that_was_typed_are_refused(name, text):
    given = {"exam": "SAA-C03", "scaled_score": "690", "ratings": "NI, MC, MC, NI"} | {name: text}
    with pytest.raises(InputError, match=rf"{name}: '?{text}'? is not"):
        _ = PlanRequest.from_text(given).report


def test_a_zero_in_a_notebook_is_a_value_and_nothing_is_not():
    assert read_parameters(run("")).hours_per_week is None
    request = read_parameters(run(INJECTED + "hours_per_week = 0\nstudied_last_month = 0\n"))
    with pytest.raises(InputError, match="hours_per_week: '0' is not"):
        _ = request.report
    assert requested_plan(replace(request, hours_per_week=9, today="2026-11-22")).hours_per_week == 1


def test_details_are_yes_or_no_in_any_form_and_nothing_else():
    said = [PlanRequest.from_text({"details": text}).details for text in (True, "Ja", "on", "1", False, "no", "off", "")]
    assert said == [True] * 4 + [False] * 4
    with pytest.raises(InputError, match="details: 'perhaps' is not yes or no"):
        PlanRequest.from_text({"details": "perhaps"})
