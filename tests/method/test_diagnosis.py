from datetime import date, timedelta

import pandas as pd
import pytest
from cases import ROOT, TODAY, any_report
from hypothesis import given, strategies as st

from mls_kit import ScoreReport, diagnose, prioritize, reports_frame
from mls_kit.exam.catalog import find_exam
from mls_kit.exam.facts import load_crosswalk
from mls_kit.method.retake import availability, carry_over, wait_days
from mls_kit.plan.build import build_plan
from mls_kit.plan.replan import replan
from mls_kit.practice import no_log


def mls(ratings, **more):
    return ScoreReport("MLS-C01", 690, ratings, **({"taken_on": "2026-03-14"} | more))


def numbers(ratings, earlier=()):
    return [pattern.number for pattern in diagnose(mls(ratings), earlier, TODAY).patterns]


@pytest.mark.parametrize(
    ("ratings", "found"),
    [
        ("S, C, NI, C", [1, 5]),
        ("C, C, C, C", [2]),
        ("C, C, S, NI", [3]),
        ("C, NI, S, NI", [3, 5]),
        ("NI, S, C, NI", []),
        ("C, C, C, S", []),
        ("S, NI, NI, NI", [1, 5]),
    ],
)
def test_patterns(ratings, found):
    assert numbers(ratings) == found


def test_evidence_names_the_domains_and_their_ratings():
    pattern = diagnose(mls("S, C, NI, C"), today=TODAY).patterns[0]
    assert pattern.evidence == "Data Engineering (20 %) is rated Strong; Modeling (36 %) is rated Needs Improvement"


def test_pattern_4_needs_a_domain_that_became_weak():
    before = mls("NI, C, C, C", taken_on="2026-02-01")
    assert 4 in numbers("C, C, NI, C", [before])
    assert 4 not in numbers("NI, C, C, C", [before])
    assert 4 not in numbers("C, C, C, C", [before])  # better is not unsystematic
    other_exam = ScoreReport("SAA-C03", 600, "NI, MC, MC, MC")
    assert 4 not in numbers("C, C, NI, C", [other_exam])


def test_two_labels_cannot_show_a_pattern_that_needs_strong():
    found = diagnose(ScoreReport("MLA-C01", 650, "MC, NI, MC, NI", taken_on="2026-09-01"), today=TODAY)
    assert found.unreadable == (1, 3)
    assert diagnose(mls("S, C, NI, C"), today=TODAY).unreadable == ()


@pytest.mark.parametrize(
    ("ratings", "tier", "weeks", "hours", "suggested", "approach"),
    [
        ("C, C, S, S", "Minor", (2, 4), (10, 15), 3, "a time limit"),
        ("C, C, C, C", "Minor", (2, 4), (10, 15), 4, "a time limit"),
        ("C, C, C, S", "Minor", (2, 4), (10, 15), 4, "a time limit"),
        ("C, C, NI, S", "Moderate", (4, 8), (15, 20), 6, "labs and projects"),
        ("NI, C, NI, S", "Significant", (8, 12), (20, None), 10, "basic courses first"),
        ("NI, NI, NI, S", "Severe", (13, 26), (20, None), 20, "a formal course"),
        ("NI, NI, NI, NI", "Severe", (13, 26), (20, None), 20, "a formal course"),
    ],
)
def test_timeline(ratings, tier, weeks, hours, suggested, approach):
    line = diagnose(mls(ratings), today=TODAY).timeline
    assert (line.tier, line.weeks, line.hours_per_week, line.suggested_weeks) == (tier, weeks, hours, suggested)
    assert approach in line.approach


def test_all_strong_and_failed_is_said_to_contradict_the_bands():
    assert "can't happen" in diagnose(mls("S, S, S, S"), today=TODAY).timeline.note


def test_most_means_more_than_half_of_five():
    two = ScoreReport("AIF-C01", 600, "NI, NI, MC, MC, MC")
    three = ScoreReport("AIF-C01", 600, "NI, NI, NI, MC, MC")
    assert [diagnose(r, today=TODAY).timeline.tier for r in (two, three)] == ["Significant", "Severe"]


@pytest.mark.parametrize(
    ("code", "attempt", "days"),
    [("SAA-C03", 1, 14), ("SAA-C03", 4, 14), ("SY0-701", 1, 0), ("SY0-701", 2, 14), ("CCAR-F", 1, 14),
     ("CCAR-F", 2, 30), ("CCAR-F", 3, 90), ("CCAR-F", 9, 90)],
)  # fmt: skip
def test_waiting_times(code, attempt, days):
    assert wait_days(find_exam(code), attempt) == days


def test_the_published_wait_counts_and_the_articles_is_shown_beside_it():
    again = diagnose(ScoreReport("SAA-C03", 650, "NI, MC, MC, MC", taken_on="2026-11-01", attempt=2), today=TODAY)
    assert again.earliest_retake == date(2026, 11, 15)
    assert again.retake.article_date == date(2026, 12, 1)
    assert again.retake.article_differs


def test_no_retake_after_a_pass_and_none_without_a_day():
    assert diagnose(ScoreReport("SAA-C03", 720, "MC, MC, MC, MC", taken_on="2026-11-01")).earliest_retake is None
    assert diagnose(ScoreReport("SAA-C03", 700, "MC, MC, MC, MC")).earliest_retake is None


@pytest.mark.parametrize(
    ("code", "day", "language", "state"),
    [
        ("MLS-C01", "2026-03-31", "English", "open"),
        ("MLS-C01", "2026-04-01", "English", "ended"),
        ("MLA-C01", "2026-09-29", "English", "ended"),
        ("MLA-C01", "2026-12-01", "Japanese", "unknown"),
        ("MLA-C02", "2026-12-01", "English", "beta"),
        ("CLF-C02", "2027-01-01", "German", "ended"),
        ("CLF-C02", "2027-01-01", "English", "open"),
        ("SY0-701", "2027-06-12", "English", "ended"),
        ("SY0-701", "2027-06-12", "Thai", "open"),
    ],
)
def test_whether_an_exam_exists_on_a_day(code, day, language, state):
    assert availability(find_exam(code), date.fromisoformat(day), language).state == state


def test_a_retired_exam_has_ended_though_the_retake_day_lies_before_its_end():
    retake = diagnose(mls("C, C, C, C", taken_on="2026-03-01"), today=TODAY).retake
    assert retake.earliest == date(2026, 3, 15)
    assert retake.availability.state == "ended"
    assert retake.successor == "MLA-C02"


@pytest.mark.parametrize("code", ["MLS-C01", "MLA-C01"])
def test_the_crosswalk_reaches_every_domain_of_the_later_exam(code):
    walk = load_crosswalk(code, "MLA-C02")
    assert list(walk.domains) == [domain.number for domain in find_exam(code).domains]
    assert {number for targets in walk.domains.values() for number in targets} == {1, 2, 3, 4}


def test_carrying_over_takes_the_worst_rating_and_no_score():
    carried = carry_over(mls("S, NI, C, S"), load_crosswalk("MLS-C01", "MLA-C02"))
    assert list(carried.ratings.values()) == ["Needs Improvement", "Competent", "Strong", "Strong"]
    plan = build_plan(mls("S, NI, C, S"), today=TODAY, retake_exam="MLA-C02")
    assert plan.report.exam == "MLS-C01"
    assert plan.report.scaled_score == 690
    assert set(plan.priorities.index) == set(carried.ratings)


def assert_same(row, single):
    assert [n for n in range(1, 6) if row[f"pattern_{n}"]] == sorted(p.number for p in single.patterns)
    assert row["tier"] == single.timeline.tier
    assert (row["weeks_least"], row["weeks_most"]) == single.timeline.weeks
    assert row["upper_end"] == single.timeline.upper_end
    day = None if pd.isna(row["earliest_retake"]) else row["earliest_retake"].date()
    assert day == single.earliest_retake
    assert row["ended_by_then"] == (single.retake.availability.state == "ended" and single.timeline.tier != "Passed")


@given(st.lists(any_report(), min_size=1, max_size=8))
def test_a_frame_gives_what_single_reports_give(reports):
    frame = diagnose(reports_frame(reports), today=TODAY)
    for (_, row), report in zip(frame.iterrows(), reports, strict=True):
        assert_same(row, diagnose(report, today=TODAY))


def test_a_frame_finds_earlier_attempts_by_learner():
    first = mls("NI, C, C, C", learner_id="A", taken_on="2026-02-01")
    second = mls("C, C, NI, C", learner_id="A", attempt=2)
    stranger = mls("C, C, NI, C", learner_id="B")
    nameless = [mls("NI, C, C, C"), mls("C, C, NI, C", attempt=2)]
    frame = diagnose(reports_frame([second, first, stranger, *nameless]), today=TODAY)
    assert frame["pattern_4"].tolist() == [True, False, False, False, False]


def test_a_mixed_frame_keeps_its_index():
    reports = [ScoreReport("SAA-C03", 650, "NI, MC, MC, MC"), mls("C, C, C, C"), ScoreReport("SAA-C03", 800, ["MC"] * 4)]
    frame = diagnose(reports_frame(reports).set_axis([7, 3, 5]), today=TODAY + timedelta(days=1))
    assert frame.index.tolist() == [7, 3, 5]
    assert frame["tier"].tolist() == ["Moderate", "Minor", "Passed"]


def test_no_reports_give_empty_tables_with_the_columns_of_any_other():
    some = reports_frame([mls("S, C, NI, C")])
    none = reports_frame([])
    assert list(none.columns) == [name for name in some.columns if not name.startswith("rating_")]
    for empty in (none, some.iloc[:0], pd.DataFrame()):
        for compute in (diagnose, prioritize):
            found, usual = compute(empty), compute(some)
            assert len(found) == 0
            assert list(found.columns) == list(usual.columns)
            assert found.index.names == usual.index.names
    numbers = diagnose(none).select_dtypes(["bool", "integer"]).columns
    assert list(numbers) == list(diagnose(some).select_dtypes(["bool", "integer"]).columns)


FOURTH = {
    "any 12 months": (["2026-01-10", "2026-02-01", "2026-04-01", "2026-08-01"], 4, "2027-01-10", "10 January 2027"),
    "long enough ago": (["2025-08-01", "2026-02-01", "2026-04-01", "2026-08-01"], 4, "2026-10-30", ""),
    "the last four of five": (
        ["2025-01-10", "2026-02-01", "2026-03-03", "2026-04-10", "2026-08-01"],
        5,
        "2027-02-01",
        "1 February",
    ),
    "too few": (["2026-02-01", "2026-04-01", "2026-08-01"], 3, "2026-10-30", ""),
    "days not known": (["2026-04-01", "2026-08-01"], 4, "2026-10-30", "2 of your attempts have no day here"),
}


@pytest.mark.parametrize(("days", "attempt", "earliest", "said"), FOURTH.values(), ids=FOURTH)
def test_a_limit_of_attempts_holds_the_retake_back_and_says_what_it_cannot_check(days, attempt, earliest, said):
    numbered = zip(range(attempt - len(days) + 1, attempt + 1), days, strict=True)
    *earlier, report = (
        ScoreReport("CCAR-F", 650, "NI, C, C, C, C", taken_on=day, attempt=n, learner_id="A", today=TODAY) for n, day in numbered
    )
    found, plan = diagnose(report, earlier, TODAY), build_plan(report, earlier=earlier, today=TODAY)
    assert str(found.earliest_retake) == earliest
    assert (said in found.retake.limit_said) if said else not found.retake.limit_said
    assert (found.retake.limit_said in plan.warnings) == bool(said)
    assert all(aim.day is None or aim.day >= found.earliest_retake for aim in plan.aims)
    later = replan(plan, no_log(), TODAY + timedelta(weeks=1)).plan
    assert all(aim.day is None or aim.day >= found.earliest_retake for aim in later.aims)
    assert (found.retake.limit_said in later.warnings) == bool(said)
    frame = diagnose(reports_frame([report, *earlier]), today=TODAY)
    assert str(frame["earliest_retake"].iloc[0].date()) == earliest


@pytest.mark.parametrize(
    ("limit", "allowed", "used_up"),
    [
        ({"count": 2, "window": "calendar year"}, "2027-01-01", False),
        ({"count": 3, "window": "calendar year"}, None, False),
        ({"count": 3, "window": "lifetime"}, None, True),
        ({"count": 3, "window": "rolling months", "months": 18}, "2027-02-28", False),
    ],
)
def test_each_kind_of_limit(tmp_path, limit, allowed, used_up):
    text = (ROOT / "data/exams/CCAR-F.yaml").read_text()
    (tmp_path / "CCAR-F.yaml").write_text(text.replace("{count: 4, window: rolling months, months: 12}", str(limit)))
    *earlier, report = (
        ScoreReport("CCAR-F", 650, "NI, C, C, C, C", taken_on=day, attempt=n, exam_folder=tmp_path)
        for n, day in enumerate(["2025-08-31", "2026-02-01", "2026-09-01"], 1)
    )
    again = diagnose(report, earlier, TODAY).retake
    assert (again.allowed and str(again.allowed), again.used_up) == (allowed, used_up)
    assert ("Ask Anthropic" in again.limit_said) == used_up
    assert again.obstacle(report.facts, 3).startswith("none") == used_up
