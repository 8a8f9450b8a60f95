"""The days to choose from, for any report of any exam: what must hold, and that the chances are the model's."""

from datetime import date, timedelta

import pytest
from cases import TODAY, words_for
from hypothesis import assume, given, strategies as st

from mls_kit import InputError, ScoreReport, build_plan, list_exams
from mls_kit.exam.catalog import find_exam
from mls_kit.exam.rules import load_method
from mls_kit.method import Prospects, prospects_of
from mls_kit.plan.days import usual_week
from mls_kit.report.reading import DaysOff

RULES = load_method().plan
WANTED = {rule.name: rule.chance for rule in load_method().aims.days if rule.chance}
OPEN = [code for code in list_exams() if not find_exam(code).silent]


@st.composite
def asked(draw):
    """Draw an exam, two scores with the same ratings, the nearer first, hours a week, and days off."""
    exam = find_exam(draw(st.sampled_from(OPEN)))
    ratings = [draw(st.sampled_from(words_for(exam.code))) for _ in exam.domains]
    low, high = sorted(draw(st.integers(exam.score_range[0] + 300, exam.passing - 1)) for _ in range(2))
    taken = TODAY - timedelta(days=draw(st.integers(0, 30)))
    off = DaysOff(
        frozenset(draw(st.sets(st.integers(0, 6), max_size=4))),
        frozenset(TODAY + timedelta(days=n) for n in draw(st.sets(st.integers(0, 200), max_size=20))),
    )
    reports = [ScoreReport(exam.code, score, ratings, taken_on=taken, today=TODAY) for score in (high, low)]
    assume(all(Prospects.of(report) for report in reports))
    return *reports, draw(st.integers(1, 30)), off


def plan_of(report, hours, off, **more):
    return build_plan(report, today=TODAY, hours_per_week=hours, days_off=off, **more)


def day_of(aim):
    return aim.day or date.max


@given(asked(), st.integers(1, 10), st.sampled_from(list(load_method().aims.names)))
def test_nearer_or_with_more_hours_is_never_a_later_day(case, more, aim):
    nearer, farther, hours, off = case
    plan, far, busy = (plan_of(*a, off, aim=aim) for a in ((nearer, hours), (farther, hours), (nearer, hours + more)))
    assert plan.exam_day <= far.exam_day
    assert busy.exam_day <= plan.exam_day
    for own, other, third in zip(plan.aims, far.aims, busy.aims, strict=True):
        assert day_of(third) <= day_of(own) <= day_of(other)
    reached = [day_of(found) for found in plan.aims if found.kind == "model"]
    assert reached == sorted(reached)


@given(asked())
def test_each_day_is_the_first_whose_chance_is_the_models_and_reaches_what_was_wanted(case):
    report, _, hours, off = case
    plan, ahead = plan_of(report, hours, off), prospects_of(report)
    soonest, last = plan.diagnosis.earliest_retake, report.facts.last_day(report.language)
    soonest = max(soonest, TODAY + timedelta(days=1))
    ends = last is not None and last >= soonest
    week = usual_week(hours, off, RULES)

    def hours_before(day):
        days = [TODAY + timedelta(days=n) for n in range((day - TODAY).days)]
        return sum(week.get(day.weekday(), 0) for day in days if day not in off) / 60

    for aim in plan.aims:
        assert aim.prospect.chance == ahead.after(aim.hours, "article").chance
        if aim.day is None or (ends and aim.why == "the last day of the exam sets the day"):
            assert aim.wanted is None or aim.prospect.chance < aim.wanted
            continue
        assert aim.day not in off
        assert soonest <= aim.day
        assert not ends or aim.day <= last
        assert aim.hours == pytest.approx(hours_before(aim.day))
        before = [day for n in range((aim.day - soonest).days) if (day := soonest + timedelta(days=n)) not in off]
        if aim.wanted:
            assert aim.prospect.chance >= aim.wanted == WANTED[aim.name]
            assert not before or ahead.after(hours_before(before[-1]), "article").chance < aim.wanted
            assert bool(before) == ("already reached" not in aim.why)


@pytest.mark.parametrize("code", OPEN)
def test_out_of_reach_names_the_fewest_hours_a_week_that_do(code):
    exam, words = find_exam(code), words_for(code)
    report = ScoreReport(code, exam.passing - 60, ["Needs Improvement", *[words[1]] * (len(exam.domains) - 1)])
    for aim in plan_of(report, 1, DaysOff(frozenset({6}))).aims:
        if aim.wanted and aim.why != "the last day of the exam sets the day" and not aim.day:
            most = aim.hours_per_week or RULES.hours_per_week["highest"] + 1
            days = {
                hours: next(a.day for a in plan_of(report, hours, DaysOff(frozenset({6}))).aims if a.name == aim.name)
                for hours in (most - 1, most)
                if hours <= RULES.hours_per_week["highest"]
            }
            assert days.pop(most - 1) is None
            assert all(days.values())


def saa(score=690, ratings="NI, MC, MC, NI", **more):
    return ScoreReport("SAA-C03", score, ratings, **({"taken_on": "2026-11-20", "hours_per_week": 9, "today": TODAY} | more))


def test_out_of_reach_the_plan_runs_a_year_and_says_what_would_do():
    plan = build_plan(saa(hours_per_week=1, days_off="Sun"), today=TODAY, aim="steady")
    (aim,) = [aim for aim in plan.aims if aim.name == "steady"]
    assert aim.day is None
    assert plan.exam_day == TODAY + timedelta(weeks=52, days=-1)  # a Saturday
    assert any(f"{aim.hours_per_week:g} hours a week would be enough" in said for said in plan.warnings)
    plan = build_plan(saa(hours_per_week=9), today=TODAY, aim="sure")
    assert any("No number of hours a week would be enough" in said for said in plan.warnings)


def test_an_exam_that_ends_is_never_planned_for_later_and_it_is_said():
    report = ScoreReport("CLF-C02", 600, "NI, NI, MC, MC", taken_on="2026-11-20", hours_per_week=3, language="German")
    last = report.facts.last_day("German")
    for off, day in ((DaysOff(), last), (DaysOff(dates=frozenset({last})), last - timedelta(days=1))):
        plan = build_plan(report, today=TODAY, days_off=off)
        assert plan.exam_day == day
        assert any(f"not {100 * WANTED['steady']:.0f} %" in said for said in plan.warnings)
    late = build_plan(report, today=last)  # tomorrow is too late
    assert late.exam_day > last
    assert any("CLF-C02 will be retired in German" in said for said in late.warnings)


@pytest.mark.parametrize(
    "report",
    [saa(690, ["MC"] * 4), ScoreReport("MLA-C01", 650, "NI, Competent, MC, NI", hours_per_week=9)],
    ids=["impossible", "mixed labels"],
)
def test_where_the_model_cannot_speak_the_article_decides_and_it_is_said(report):
    plan = build_plan(report, today=TODAY)
    assert [aim.name for aim in plan.aims] == [plan.aim] == ["article"]
    assert any("exam day comes from a timeline in the blog article" in said for said in plan.warnings)
    assert plan.prospects is None


def test_a_day_of_ones_own_comes_first_with_its_chance():
    plan = build_plan(saa(), today=TODAY, target_date="2026-12-20", aim="sure")
    assert [plan.aim, plan.exam_day] == ["own", date(2026, 12, 20)]
    assert plan.aims[0].prospect.band.low < plan.aims[0].prospect.chance < plan.aims[0].prospect.band.high


def test_a_wrong_aim_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="Did you mean soonest"):
        build_plan(saa(), today=TODAY, aim="sonest")


@pytest.mark.parametrize("off", [(), (6,), (5, 6), (0, 2, 4), (1, 3, 5, 6), (0, 1, 2, 3, 4, 5)])
def test_more_hours_never_shorten_a_day_and_no_session_is_short(off):
    shortest, longest = RULES.session_minutes
    before: dict[int, int] = {}
    for minutes in range(60, 3601, 5):
        week = usual_week(minutes / 60, DaysOff(frozenset(off)), RULES)
        assert week
        assert not set(week) & set(off)
        assert all(week.get(day, 0) >= found for day, found in before.items())
        assert all(not found % longest or found % longest >= shortest for found in week.values())
        assert min(minutes, 5 * longest * (7 - len(off))) - shortest < sum(week.values()) <= minutes
        before = week


def test_nine_hours_a_week_are_two_sessions_on_saturday_and_four_evenings():
    assert usual_week(9, DaysOff(frozenset({6})), RULES) == {5: 180, 1: 90, 3: 90, 0: 90, 2: 90}
    assert set(usual_week(30, DaysOff(), RULES)) == {0, 1, 2, 3, 5, 6}  # one day of rest, as long as the others hold the hours
