import pickle
from datetime import date

import pytest
from cases import TODAY
from hypothesis import given, strategies as st

from mls_kit import ScoreReport
from mls_kit.problems import InputError
from mls_kit.report.reading import Notes, read_date, read_days_off, read_time

MLS = {"exam": "MLS-C01", "scaled_score": 690, "ratings": "Strong, Competent, NI, NI", "taken_on": "2026-03-14"}
WANTED = ["Strong", "Competent", "Needs Improvement", "Needs Improvement"]


def report(**changes):
    return ScoreReport(**(MLS | {"today": TODAY} | changes))


def mistakes(**changes):
    with pytest.raises(InputError) as caught:
        report(**changes)
    return caught.value.problems


@pytest.mark.parametrize(
    "ratings",
    [
        "Strong, Competent, Needs Improvement, Needs Improvement",
        " strong ,COMPETENT, needs-improvement;ni",
        ["S", "C", "NI", "needs  improvement"],
        ("Str", "Comp", "N", "Needs Imp"),
        {"Data Engineering": "Strong", "EDA": "C", "modeling": "NI", 4: "NI"},
        {"1": "Strong", "Exploratory": "C", "Domain 3": "NI", "ML Implementation": "NI"},
        "Data Engineering: Strong\nEDA: C\nModeling: NI\nMLIO: NI",
        "{Modeling: NI, EDA: C, MLIO: NI, Data: S}",
        "[S, C, NI, NI]",
        "- S\n- C\n- NI\n- NI",
        "Data Engineering: S, EDA: C, Modeling: NI, 4: NI",
    ],
)
def test_ratings_are_read_as_people_write_them(ratings):
    assert list(report(ratings=ratings).ratings.values()) == WANTED


@pytest.mark.parametrize(("name", "value", "wanted"), [
    *(("scaled_score", score, 690) for score in (690, "690", " 690 ", 690.0, "690.0")),
    *(("taken_on", day, date(2026, 3, 14)) for day in (
        "2026-03-14", "2026/03/14", "14 Mar 2026", "March 14, 2026", "14th March 2026", date(2026, 3, 14), "2026-03-14 00:00:00",
        "2026-03-14T09:30")),
    ("language", "deutsch", "German"), ("language", "English (US)", "English"), ("language", "日本語", "Japanese"),
    ("language", "", "English"), ("language", None, "English"), ("learner_name", " A\nB\t\x00C ", "A B C"),
])  # fmt: skip
def test_values_are_read_as_people_write_them(name, value, wanted):
    assert getattr(report(**{name: value}), name) == wanted


@pytest.mark.parametrize(
    ("changes", "place", "expected", "nearest"),
    [
        ({"scaled_score": 1200}, "scaled_score", "100 to 1000", "1000"),
        ({"scaled_score": 99}, "scaled_score", "100 to 1000", "100"),
        ({"scaled_score": "72%"}, "scaled_score", "whole number", None),
        ({"scaled_score": 690.5}, "scaled_score", "whole number", "690"),
        ({"scaled_score": True}, "scaled_score", "whole number", None),
        ({"scaled_score": float("nan")}, "scaled_score", "whole number", None),
        ({"scaled_score": "690 (failed)"}, "scaled_score", "whole number", "690"),
        ({"scaled_score": "6_90"}, "scaled_score", "whole number", None),
        ({"exam": "MLS-C1"}, "exam", "one of the exams", "MLS-C01"),
        ({"ratings": "S, C, NI"}, "ratings", "each of the 4 domains", None),
        ({"ratings": "S, C, NI, NI, NI"}, "ratings", "each of the 4 domains", None),
        ({"ratings": ""}, "ratings", "a list of ratings", None),
        ({"ratings": "S, Compentent, NI, NI"}, "ratings, Exploratory Data Analysis", "one of", "Competent"),
        ({"ratings": "S, 24%, NI, NI"}, "ratings, Exploratory Data Analysis", "weights, not results", None),
        ({"ratings": {"Modelin": "NI", "Data": "S", "EDA": "C"}}, "ratings, Machine Learning Implementation and "
         "Operations", "a rating for this domain", None),
        ({"ratings": {1: "S", "Data Engineering": "S", 2: "C", 3: "NI", 4: "NI"}}, "ratings, Data Engineering",
         "named only once", None),
        ({"ratings": {1: "S", 2: "C", 3: "NI", 4: "NI", "Modelinng": "S"}}, "ratings", "one of the domains", "Modeling"),
        ({"taken_on": "2027-01-01"}, "taken_on", "in the future", None),
        ({"taken_on": "03/04/2026"}, "taken_on", "YYYY-MM-DD", "2026-03-04 or 2026-04-03"),
        ({"taken_on": "2026-02-30"}, "taken_on", "YYYY-MM-DD", None),
        ({"result": "pass"}, "result", "690 is below the passing standard 750", "fail"),
        ({"scaled_score": 750, "result": "fail"}, "result", "at or above", None),
        ({"result": "maybe"}, "result", "pass or fail", None),
        ({"result": "passed (not)"}, "result", "pass or fail", None),
        ({"scaled_score": 750, "result": "Fail (2nd attempt)"}, "result", "at or above", None),
        ({"attempt": 0}, "attempt", "1 to 99", "1"),
        ({"hours_per_week": 100}, "hours_per_week", "1 to 60", "60"),
        ({"days_off": "Funday"}, "days_off", "a day of the week", "Sunday"),
        ({"days_off": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]}, "days_off", "at most six", None),
        ({"target_date": "2026-03-14"}, "target_date", "too early", None),
        ({"learner_name": "x" * 201}, "learner_name", "at most 200", None),
        ({"learner_name": "a\ud800b"}, "learner_name", "not valid Unicode", None),
    ],
)  # fmt: skip
def test_what_matters_is_strict(changes, place, expected, nearest):
    (problem,) = mistakes(**changes)
    assert problem.place == place
    assert expected in problem.expected
    assert problem.nearest == nearest


def test_one_error_names_everything_wrong_in_the_order_of_the_input():
    problems = mistakes(scaled_score=5, ratings="S, X, NI, NI", taken_on="2030-01-01", attempt="two", days_off="Nay")
    places = ["scaled_score", "ratings, Exploratory Data Analysis", "taken_on", "attempt", "days_off"]
    assert [problem.place for problem in problems] == places


def test_a_pass_is_at_the_passing_standard_not_above_it():
    assert [report(scaled_score=score).passed for score in (749, 750)] == [False, True]


def test_percentages_count_only_where_reports_give_them():
    found = ScoreReport("CCAR-F", 650, [59.9, "60 %", 79.9, 80, "100"], today=TODAY)
    assert list(found.ratings.values()) == ["Needs Improvement", "Competent", "Competent", "Strong", "Strong"]
    assert found.percents["Tool Design & MCP Integration"] == 60


def test_odd_but_possible_is_remarked_not_refused():
    assert "after 2026-03-31" in report(taken_on="2026-06-01").remarks[0]
    assert "together" in report(ratings="Strong, Meets, NI, NI").remarks[0]
    assert "Klingon" in report(language="Klingon").remarks[0]


def test_days_off_take_weekdays_days_and_ranges():
    off = read_days_off("Sundays, sat; 2026-12-24 to 2026-12-26", notes := Notes())
    assert not notes.problems
    assert all(date(2026, 12, day) in off for day in (19, 20, 24, 25, 26))
    assert date(2026, 12, 23) not in off


WEEKEND, FIVE = "Sat, Sun", "2026-12-30, 2026-12-31, 2027-01-01, 2027-01-02, 2027-01-03"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        *((text, WEEKEND) for text in (
            "weekend", "Weekends", "on weekends", "every weekend", "Sat and Sun", "Sat-Sun", "Sat – Sun", "Sat/Sun", "Sat & Sun",
            "Sat + Sun", "Saturday Sunday", "Sat, and Sun", "Sat..Sun", "am Wochenende", "Sa und So", "Sa/So", "fin de semana",
            "sábado y domingo", "week-end", "samedi et dimanche", "fim de semana", "sábado a domingo", "週末", "土曜と日曜")),
        *((text, FIVE) for text in (
            "2026-12-30 - 2027-01-03", "2026-12-30 to 2027-01-03", "2026-12-30..2027-01-03", "2026-12-30–2027-01-03",
            "2026-12-30 bis 2027-01-03", "30.12.2026 – 3 Jan 2027", "30 Dec 2026 - 3 Jan 2027", "2026-12-30-2027-01-03",
            "vom 30.12.2026 bis 3 Jan 2027", "2026-12-30から2027-01-03", ["2026-12-30 to 2027-01-02", date(2027, 1, 3)])),
        ("Fri-Sun", "Fri, Sat, Sun"), ("Sat to Mon", "Mon, Sat, Sun"), ("de lunes a miércoles", "Mon, Tue, Wed"),
        ("Mon-Wed and Fri/Sun", "Mon, Tue, Wed, Fri, Sun"), ("weekdays", "Mon, Tue, Wed, Thu, Fri"),
        ("weekend; 2026-12-30", "Sat, Sun, 2026-12-30"),
    ],
)  # fmt: skip
def test_days_off_in_the_words_people_use(text, days):
    assert (str(read_days_off(text, notes := Notes())), notes.problems) == (days, [])


@pytest.mark.parametrize(
    ("text", "near"),
    [("weekand", "weekend"), ("Sat to 2026-12-24", None), ("2027-01-02 - 2026-12-24", None), ("and", None), ("3-4", None)],
)
def test_what_names_no_days_is_refused(text, near):
    assert str(read_days_off(text, notes := Notes())) == ""
    assert [problem.nearest for problem in notes.problems] == [near]


@pytest.mark.parametrize(
    ("value", "near"), [(1170, "19:30"), ("70200", "19:30"), (1930, "19:30"), ("930", "15:30 or 09:30"), ("7pm", None)]
)
def test_a_time_that_yaml_made_a_number_is_hinted_at(value, near):
    assert read_time(value, "study_time", notes := Notes()) is None
    assert notes.problems[0].nearest == near
    assert ("quotation marks" in str(notes.problems[0])) == bool(near)


def test_a_name_does_not_show_in_the_text_of_a_report():
    assert "Secret" not in repr(report(learner_name="Secret Person", learner_id="Secret-1"))


def test_errors_survive_a_trip_between_processes():
    with pytest.raises(InputError) as caught:
        report(scaled_score=5)
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems


@given(st.text(max_size=60))
def test_any_text_as_a_day_gives_a_day_or_one_problem(text):
    notes = Notes()
    day = read_date(text, "taken_on", notes)
    assert (day is None) == (len(notes.problems) == 1)


@given(
    st.one_of(st.text(max_size=80), st.lists(st.text(max_size=20), max_size=6), st.integers(), st.none(),
              st.dictionaries(st.text(max_size=20), st.one_of(st.text(max_size=20), st.integers(), st.none())))
)  # fmt: skip
def test_any_ratings_give_a_report_or_an_input_error(ratings):
    try:
        found = report(ratings=ratings)
    except InputError as error:
        assert error.problems
    else:
        assert len(found.ratings) == 4


@pytest.mark.parametrize("value", [0.65, "0.65", 1, 1.0])
def test_a_percentage_that_a_spreadsheet_holds_as_a_part_of_one_is_refused(value):
    with pytest.raises(InputError, match=r"may hold 65 % as 0\.65") as caught:
        ScoreReport("CCAR-F", 650, [value, 70, 80, 90, 60])
    assert caught.value.problems[0].nearest == f"{100 * float(value):g}%"


def test_a_list_of_mistakes_does_not_repeat_a_name():
    for name in ("Secret Person " * 20, "Secret\ud800Person"):
        assert "Secret" not in str(mistakes(learner_name=name))
