import itertools
import random
import re
from collections import Counter
from datetime import date, timedelta

import pytest
from cases import PLANNED, STEADY, THREE, TODAY, any_report, report_for, words_for
from hypothesis import given, strategies as st

from mls_kit import ScoreReport, build_plan
from mls_kit.exam.catalog import find_exam
from mls_kit.exam.rules import load_method
from mls_kit.plan.days import clock_times
from mls_kit.plan.schedule import review_days
from mls_kit.practice import banks, load_bank
from mls_kit.problems import InputError
from mls_kit.report.reading import DaysOff

RULES = load_method().plan


def assert_good(plan, hours):
    """Assert everything a plan must hold; the heart of these tests."""
    table = plan.to_frame()
    names = [domain.name for domain in plan.target.facts.domains]
    assert plan.priorities["share"].sum() == pytest.approx(100, abs=1e-9)
    assert all(plan.start <= day < plan.exam_day for day in table["day"])
    assert not any(day in plan.days_off for day in table["day"])
    assert table.groupby("week")["minutes"].sum().max() <= hours * 60
    single = table[table["domain"].isin(names)]
    by_domain = single.groupby("domain")["minutes"].sum().reindex(names, fill_value=0)
    # in a month, two themes a day can hold a domain back, or push it, by a little more than a session; eight domains by a half
    longest = single["minutes"].max() * (1 if (plan.exam_day - plan.start).days >= 35 else 1.5 if len(names) > 6 else 1.25)
    for name, share in plan.priorities["share"].items():
        assert abs(by_domain[name] - by_domain.sum() * share / 100) <= longest, name
    read = single[single["kind"] == "study"].groupby("domain")["minutes"].sum().reindex(names, fill_value=0)
    assert (read <= by_domain / 2).all()
    assert_each_session_can_be_done(plan)
    assert_in_order_of_time(table)


def assert_each_session_can_be_done(plan):
    shortest, longest = RULES.session_minutes
    left = Counter(q.domain for q in load_bank(plan.target.exam).questions) if plan.target.exam in banks() else Counter()
    for _, day in itertools.groupby(plan.sessions, key=lambda session: session.day):
        of_day = list(day)
        assert len({session.domain for session in of_day if session.kind != "buffer"}) <= RULES.most_themes
    for session in plan.sessions:
        assert session.if_then.startswith(f"When it is {session.start} on {session.day:%A}, I will ")
        exam = session.kind in ("test", "checkpoint")
        assert shortest <= session.minutes <= (longest if not exam else 270)
        assert len(session.do) <= 110
        assert bool(session.opens) == (session.kind != "buffer")
        assert bool(session.questions) == (session.kind not in ("study", "buffer"))
        assert session.week == (session.day - plan.start + timedelta(days=plan.start.weekday())).days // 7 + 1
        if "bank, all" in session.opens:
            left.subtract(Counter(dict.fromkeys(left, 1)))  # at least one of each
        elif "bank" in session.opens:
            (number,) = {domain.number for domain in plan.target.facts.domains if domain.name == session.domain}
            last = re.search(r"the last (\d+) new", session.opens)
            left[number] -= int(last[1]) if last else session.questions
        assert min(left.values(), default=0) >= 0


def assert_in_order_of_time(table):
    for _, day in table.groupby("day"):
        starts = [int(text[:2]) * 60 + int(text[3:]) for text in day["start"]]
        ends = [start + minutes for start, minutes in zip(starts, day["minutes"], strict=True)]
        assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))
        assert ends[-1] <= 24 * 60


@pytest.mark.steady
@pytest.mark.parametrize("ratings", list(itertools.product(THREE, repeat=4))[:: 1 if STEADY else 7])
def test_each_of_the_81_mls_reports_gives_a_good_plan(ratings):
    report = ScoreReport("MLS-C01", 690, list(ratings), taken_on="2026-03-14", hours_per_week=11, days_off="Sun")
    plan = build_plan(report, today=TODAY)
    assert_good(plan, 11)
    assert not any(session.day.weekday() == 6 for session in plan.sessions)


@pytest.mark.steady
@pytest.mark.parametrize("code", [code for code in PLANNED if code != "MLS-C01"])
def test_random_reports_of_every_other_exam_give_a_good_plan(code):
    chance = random.Random(code)
    exam, words = find_exam(code), words_for(code)
    for _ in range(100 if STEADY else 4):
        hours = chance.choice([4, 6.5, 9, 12, 15, 20])
        report = report_for(
            code,
            chance.randrange(exam.score_range[0], exam.passing) - exam.passing if exam.has_standard else -1,
            chance.choices(words, k=len(exam.domains)),
            taken_on=str(TODAY - timedelta(days=chance.randrange(60))),
            hours_per_week=hours,
            days_off=chance.choice(["", "Sun", "Mon, Wed", "2026-12-24 to 2027-01-02", "Sat, Sun"]),
        )
        target = TODAY + timedelta(days=chance.randrange(15, 50))
        assert_good(build_plan(report, today=TODAY, target_date=target), hours)


@given(
    any_report(),
    st.floats(1, 60),
    st.sets(st.integers(0, 6), max_size=6),
    st.integers(1, 364),
    st.sampled_from(["", "06:30", "21:45", "00:00"]),
)
def test_any_report_hours_days_off_and_date_give_a_good_plan(report, hours, weekdays, ahead, study_time):
    off = DaysOff(frozenset(weekdays))
    target = TODAY + timedelta(days=ahead)
    plan = build_plan(report, today=TODAY, hours_per_week=hours, days_off=off, target_date=target, study_time=study_time or None)
    assert plan.exam_day == target
    table = plan.to_frame()
    assert all(TODAY <= day < target and day.weekday() not in weekdays for day in table["day"])
    if len(table):
        assert table.groupby("week")["minutes"].sum().max() <= hours * 60
        assert_in_order_of_time(table)
        assert_each_session_can_be_done(plan)
    if ahead >= 21 and hours >= 4 and len(weekdays) < 5:
        assert set(plan.priorities.index) <= set(table["domain"])
    assert plan.fit.fits == (plan.fit.available >= plan.fit.needed_least)


@given(any_report())
def test_the_same_input_gives_the_same_plan(report):
    first, second = (build_plan(report, today=TODAY, hours_per_week=7) for _ in range(2))
    assert first.to_frame().equals(second.to_frame())


def mls(**more):
    return ScoreReport("MLS-C01", 690, "S, C, NI, NI", **({"taken_on": "2026-03-14"} | more))


def test_hours_that_do_not_fit_are_said_with_numbers():
    plan = build_plan(mls(hours_per_week=10), today=TODAY, target_date="2026-12-20")
    assert not plan.fit.fits
    (said,) = [text for text in plan.warnings if "at least 160" in text]
    assert f"time for {plan.fit.available:g} hours before" in said
    assert f"{plan.fit.nearest_day:%B %Y}" in said
    again = build_plan(mls(hours_per_week=10), today=TODAY, target_date=plan.fit.nearest_day)
    assert again.fit.fits
    day_before = plan.fit.nearest_day - timedelta(days=1)
    assert not build_plan(mls(hours_per_week=10), today=TODAY, target_date=day_before).fit.fits


def test_the_articles_day_is_the_first_by_which_its_suggested_hours_fit():
    plan = build_plan(mls(hours_per_week=20), today=TODAY, aim="article")
    assert plan.fit.available >= plan.fit.needed == 200
    assert (plan.exam_day - TODAY).days <= 10 * 7 + 7


SAA = ScoreReport("SAA-C03", 715, "MC, MC, MC, MC", taken_on=TODAY, hours_per_week=60, today=TODAY)


@pytest.mark.parametrize(
    ("report", "target", "text"),
    [
        (SAA, TODAY + timedelta(days=5), "The earliest day is Sunday 6 December 2026"),
        (mls(hours_per_week=40), None, "is a lot"),
        (mls(hours_per_week=20, days_off="Mon, Tue, Wed, Thu, Fri, Sun"), None, "7.5 of 20 hours a week are planned"),
        (ScoreReport("SAA-C03", 500, ["NI"] * 4, hours_per_week=60), "2026-12-27", "sooner than the article's 13 weeks"),
    ],
)
def test_what_is_odd_is_said_and_nothing_else(report, target, text):
    assert any(text in said for said in build_plan(report, today=TODAY, target_date=target).warnings)
    assert not any(text in said for said in build_plan(mls(hours_per_week=20), today=TODAY).warnings)
    assert build_plan(SAA, today=TODAY).exam_day >= TODAY + timedelta(days=14)


def test_last_months_pace_corrects_the_hours():
    plan = build_plan(mls(hours_per_week=20), today=TODAY, studied_last_month=30)
    assert plan.hours_per_week == pytest.approx(1.5 * 7, abs=0.06)
    assert any("last month's real pace of 7.0" in text for text in plan.warnings)
    assert build_plan(mls(hours_per_week=9), today=TODAY, studied_last_month=30).hours_per_week == 9
    assert build_plan(mls(hours_per_week=9), today=TODAY, studied_last_month=0).hours_per_week == 1


@pytest.mark.parametrize("weekday", range(7))
def test_an_exam_tomorrow_has_what_today_still_allows(weekday):
    today, few = TODAY + timedelta(days=weekday), {"hours_per_week": 3, "taken_on": "2026-03-14"}
    plan = build_plan(mls(**few), today=today, target_date=today + timedelta(days=1))
    assert {session.day for session in plan.sessions} == {today}
    assert sum(session.minutes for session in plan.sessions) == 60 * plan.fit.available == 60 * plan.aims[0].hours
    off = build_plan(mls(days_off=f"{today:%A}", **few), today=today, target_date=today + timedelta(days=1))
    assert not off.sessions
    assert any("the plan is empty" in said for said in off.warnings)


@pytest.mark.parametrize("aim", load_method().aims.names)
def test_no_exam_on_a_day_off_but_ones_own_or_the_only_day_left_and_then_it_is_said(aim):
    italian = ScoreReport("SAA-C03", 690, "NI, MC, MC, NI", language="Italian", taken_on="2026-12-16", today="2026-12-27")
    for report, today, off in (
        (mls(), TODAY, "Sun"), (mls(), TODAY, "weekend"), (italian, "2026-12-27", "2026-12-28 to 2026-12-31")
    ):  # fmt: skip
        plan = build_plan(report, today=today, days_off=off, aim=aim, retake_exam="MLA-C02" if report.exam == "MLS-C01" else "")
        last = plan.target.facts.last_day(plan.target.language)
        assert last is None or plan.exam_day <= last
        said = any("is one of your days off" in text for text in plan.warnings)
        assert said == (plan.exam_day in plan.days_off) == (report is italian)


def test_a_pass_gets_no_retake_plan():
    passed = ScoreReport("MLS-C01", 801, "S, C, S, C", taken_on="2026-03-14", days_off="Tue")
    plan = build_plan(passed, today=TODAY)
    assert plan.purpose == "keep up"
    assert plan.exam_day is None
    assert {session.kind for session in plan.sessions} == {"review"}
    assert {session.domain for session in plan.sessions} == set(passed.ratings)
    assert not any(session.day.weekday() == 1 for session in plan.sessions)


@pytest.mark.parametrize(
    ("more", "place", "nearest"),
    [
        ({"hours_per_week": 0.5}, "hours_per_week", "1"),
        ({"hours_per_week": 0}, "hours_per_week", "1"),
        ({"study_time": 0}, "study_time", None),
        ({"hours_per_week": "many"}, "hours_per_week", None),
        ({"target_date": TODAY}, "target_date", None),
        ({"target_date": "soon"}, "target_date", None),
        ({"target_date": "2029-11-25"}, "target_date", "2027-11-21"),
        ({"target_date": "9999-12-31"}, "target_date", None),
        ({"days_off": "Funday"}, "days_off", "Sunday"),
        ({"study_time": "7pm"}, "study_time", None),
        ({"studied_last_month": -3}, "studied_last_month", "0"),
        ({"retake_exam": "SAA-C03"}, "retake_exam", "MLA-C02"),
        ({"retake_exam": "MLA-C2"}, "exam", "MLA-C02"),
    ],
)
def test_what_cannot_be_is_refused(more, place, nearest):
    with pytest.raises(InputError) as caught:
        build_plan(mls(), today=TODAY, **more)
    (problem,) = caught.value.problems
    assert (problem.place, problem.nearest) == (place, nearest)


def test_the_articles_worked_example_shares_the_time_40_30_20_10():
    plan = build_plan(mls(hours_per_week=12), today=TODAY)
    assert plan.priorities["share"].round().tolist() == [40, 30, 20, 10]
    hours = plan.to_frame().groupby("domain")["minutes"].sum()[plan.priorities.index]
    assert (100 * hours / hours.sum()).round(-1).tolist() == [40, 30, 20, 10]


@pytest.mark.parametrize("hours", [3, 9, 20])
def test_a_weak_domain_begins_with_a_diagnostic_and_one_that_is_kept_up_is_mostly_reviewed(hours):
    table = build_plan(mls(hours_per_week=hours), today=TODAY).to_frame()
    for name in mls().ratings:
        own = table[table["domain"] == name]
        if name != "Data Engineering":
            assert own["check"].tolist() == [True] + [False] * (len(own) - 1)
            assert own["questions"].iloc[0] == RULES.diagnostic_questions
        else:
            reviews = own.loc[own["kind"] == "review", "minutes"].sum()
            assert not own["check"].any()
            assert reviews >= own["minutes"].sum() / 2


@pytest.mark.parametrize("hours", [4, 9, 20])
def test_practice_exams_are_few_two_in_the_last_two_weeks_and_their_aims_rise_to_the_goal(hours):
    plan = build_plan(mls(hours_per_week=hours), today=TODAY)
    days = [checkpoint.day for checkpoint in plan.checkpoints]
    assert 3 <= len(days) <= 5
    assert sum(3 <= (plan.exam_day - day).days <= 16 for day in days) == 2
    aims = [checkpoint.aim for checkpoint in plan.checkpoints]
    assert aims == sorted(aims)
    assert aims[-2:] == [RULES.goal_percent] * 2
    assert ["?" in checkpoint.if_not for checkpoint in plan.checkpoints] == [True] * (len(days) - 2) + [False, True]
    assert days == [session.day for session in plan.sessions if session.kind == "checkpoint"]
    minutes = {session.minutes >= 130 for session in plan.sessions if session.kind == "checkpoint"}
    assert minutes == {True}


@pytest.mark.parametrize("hours", [2, 3, 4.5, 6, 8, 9, 12, 20, 40])
def test_15_to_20_percent_of_the_time_is_spare_late_in_the_week(hours):
    plan = build_plan(mls(hours_per_week=hours), today=TODAY, target_date=TODAY + timedelta(weeks=11))
    table = plan.to_frame()
    assert 0.149 <= table.loc[table["kind"] == "buffer", "minutes"].sum() / table["minutes"].sum() <= 0.21
    for _, week in table.groupby("week"):
        last = week[~week["kind"].isin(["test", "checkpoint"])]["kind"].tolist()
        assert "buffer" not in last or last[-1] == "buffer"


def test_where_questions_come_from():
    with_bank = build_plan(mls(hours_per_week=9), today=TODAY, practice_source="Tutor & Co").sessions
    assert with_bank[0].opens == "Our question bank, Modeling (24 new questions left)"
    assert any(session.opens.endswith("then Tutor & Co") for session in with_bank)
    aip = ScoreReport("AIP-C01", 690, "NI, MC, MC, MC, NI", hours_per_week=9)
    without = build_plan(aip, today=TODAY).sessions
    assert without[0].opens.startswith("Your own practice questions: ")
    (official,) = [session for session in without if session.resource and session.resource.practice == "set"]
    assert official.kind == "mixed"
    assert [session for session in without if session.kind == "checkpoint"][-1].resource.practice == "exam"


def test_weeks_in_short():
    plan = build_plan(mls(hours_per_week=9, days_off="Sun"), today=TODAY)
    weeks = plan.weeks()
    assert all(week.start.weekday() == 0 for week in weeks)
    assert sum(week.minutes for week in weeks) == sum(session.minutes for session in plan.sessions)
    assert [number for week in weeks for number in week.exams] == [c.number for c in plan.checkpoints]
    assert weeks[-1].exam == plan.exam_day
    assert {name for week in weeks for name in week.checked} == set(mls().ratings) - {"Data Engineering"}
    assert weeks[0].focus == (("Modeling", ("3.1", "3.2")),)
    assert {day.weekday() for week in weeks[1:-1] for day in week.free} == {4}


def test_reviews_come_at_growing_gaps_up_to_the_exam():
    days = review_days(date(2026, 1, 1), date(2026, 7, 1), 7, RULES)
    gaps = [(b - a).days for a, b in itertools.pairwise([date(2026, 1, 1), *days])]
    assert gaps[:5] == sorted(gaps[:5])
    assert 0 < (date(2026, 7, 1) - days[-1]).days <= 12


def test_a_long_evening_starts_earlier():
    assert clock_times(date(2026, 11, 24), [240], RULES) == ["18:00"]
    assert clock_times(date(2026, 11, 28), [60, 60, 60], RULES) == ["10:00", "11:00", "12:10"]


@pytest.mark.parametrize("exam", ["SAA-C03", "CLF-C02", "AIF-C01", "DEA-C01", "MLA-C02"])
def test_a_session_opens_a_page_of_its_own_task(exam):
    bank = load_bank(exam)
    pages = {(question.task, bank.documents[question.document].url) for question in bank.questions}
    report = ScoreReport.failed(exam, ["NI"] * len(find_exam(exam).domains), taken_on=TODAY, today=TODAY, hours_per_week=9)
    study = [session for session in build_plan(report, today=TODAY).sessions if session.kind == "study"]
    assert {(session.task, session.resource.url) for session in study} <= pages
    assert len({session.resource.url for session in study}) > 0.6 * len(study)


def test_resources_are_the_exams_own():
    plan = build_plan(mls(hours_per_week=12), today=TODAY)
    own = {r.url for d in plan.report.facts.domains for r in d.resources} | {r.url for r in plan.report.facts.resources}
    used = {session.resource.url for session in plan.sessions if session.resource}
    assert used
    assert used <= own


def test_waiting_days_are_no_study_hours():
    report = ScoreReport("CCAR-F", 700, [75, 76, 77, 78, 79], attempt=3, taken_on="2026-11-01")
    plan = build_plan(report, today=TODAY)
    assert plan.timeline.weeks == (2, 4)
    assert plan.fit.needed_least == 40
    assert plan.exam_day >= date(2027, 1, 30)


@pytest.mark.parametrize(
    ("attempt", "day", "place", "nearest"), [(1, "2026-10-01", "attempt", "2"), (2, "2026-11-01", "earlier, taken_on", None)]
)
def test_earlier_attempts_must_lie_before_the_report(attempt, day, place, nearest):
    report = ScoreReport("SAA-C03", 650, "NI, MC, MC, NI", taken_on="2026-10-20", attempt=attempt)
    before = ScoreReport("SAA-C03", 640, "NI, MC, MC, NI", taken_on=day)
    with pytest.raises(InputError) as caught:
        build_plan(report, earlier=[before], today=TODAY)
    (problem,) = caught.value.problems
    assert (problem.place, problem.nearest) == (place, nearest)


def test_a_study_time_that_would_end_too_late_is_moved_earlier_and_said():
    seven = build_plan(mls(hours_per_week=9), today=TODAY, study_time="7:30")
    assert {session.start for session in seven.sessions if session.day.weekday() < 5} >= {"07:30"}
    late = build_plan(mls(hours_per_week=12), today=TODAY, study_time="21:30")
    (said,) = [text for text in late.warnings if "you asked for" in text]
    starts = [s.start for s in late.sessions if s.day.weekday() < 5]
    assert f"earliest at {min(starts)}" in said
    assert "22:00" in said
    for study_time in ("18:00", None):
        plan = build_plan(mls(hours_per_week=12), today=TODAY, study_time=study_time)
        assert not any("you asked for" in text for text in plan.warnings)
    kept = build_plan(ScoreReport("MLS-C01", 801, "S, C, S, C"), today=TODAY, study_time="21:50")
    assert any("you asked for" in text for text in kept.warnings)


def test_a_lab_follows_the_reading_on_its_task_once():
    plan = build_plan(ScoreReport("SAA-C03", 650, "NI, Meets, Meets, NI", taken_on="2026-11-20"), today=TODAY)
    labs = plan.target.facts.domains[0].kit.labs
    secure = [s for s in plan.sessions if s.kind == "study" and s.domain == "Design Secure Architectures"]
    assert [s.task for s in secure[:6]] == [task for task in labs for _ in range(2)]
    assert [s.do.partition(":")[0] for s in secure[:6:2]] == [f"Read about task {task}" for task in labs]
    assert [s.do[5:-1].casefold() for s in secure[1:6:2]] == [lab.casefold() for lab in labs.values()]
    assert all(s.do.startswith(("Back to", "Lab again")) for s in secure[6:])


@pytest.mark.parametrize("code", [code for code in PLANNED if find_exam(code).domains[0].topics])
def test_each_study_session_names_its_topic_or_its_lab(code):
    exam = find_exam(code)
    plan = build_plan(report_for(code, ratings=words_for(code)[:1] * len(exam.domains)), today=TODAY, hours_per_week=20)
    for domain in exam.domains:
        assert domain.article or domain.kit, domain.name
        told = [s.do for s in plan.sessions if s.kind == "study" and s.domain == domain.name]
        topics = "|".join(rf"{'task ' * (topic in domain.tasks)}{re.escape(topic)}\b.+" for topic in domain.topics)
        assert all(re.match(rf"(Read about|Back to your mistakes on) ({topics})|Lab( again)?: .{{9}}", line) for line in told), told
