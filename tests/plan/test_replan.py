"""Planning anew: what must always hold, what the log changes, and that it is said."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from cases import TODAY, any_report, practice_log
from hypothesis import example, given, strategies as st
from icalendar import Calendar

from mls_kit import InputError, ScoreReport, build_plan
from mls_kit.exam.catalog import minutes_per_question
from mls_kit.exam.rules import load_method
from mls_kit.explain.progress_words import what_changed
from mls_kit.export.calendar_file import calendar_of, write_calendar
from mls_kit.plan.days import minutes_by_day
from mls_kit.plan.progress import smoothed, tick_of, trend_of
from mls_kit.plan.replan import replan
from mls_kit.plan.requested import requested_plan, requested_replan
from mls_kit.practice import load_bank
from mls_kit.report.reading import DaysOff
from mls_kit.report.request import PlanRequest

METHOD = load_method()
RULES, RULE = METHOD.plan, METHOD.replan
BEGAN = TODAY - timedelta(days=28)


def log_of(*rows):
    return practice_log(*rows, right=35)


def mls(**more):
    given = {"taken_on": BEGAN - timedelta(days=5), "hours_per_week": 10, "today": TODAY, "target_date": "2027-01-24"}
    return ScoreReport("MLS-C01", 690, "S, C, NI, NI", **(given | more))


def a_plan(report=None, **more):
    return build_plan(report or mls(), today=BEGAN, **more)


def said(found, about):
    return str(what_changed(found)[["hours", "priority", "exam day", "progress", "attempts"].index(about)])


@st.composite
def lived(draw):
    """Any report, what its plan was asked for, a log of any practice since, and a day on which to plan anew."""
    report, hours = draw(any_report()), draw(st.floats(1, 60))
    off = DaysOff(frozenset(draw(st.sets(st.integers(0, 6), max_size=5))))
    today = BEGAN + timedelta(days=draw(st.integers(0, 40)))
    exam_day = today + timedelta(days=draw(st.one_of(st.integers(1, 10), st.integers(-20, 200))))
    asked = {"today": BEGAN, "hours_per_week": hours, "days_off": off,
             "target_date": max(exam_day, BEGAN + timedelta(days=1))}  # fmt: skip
    domains = [*(domain.name for domain in report.facts.domains), "mixed"]
    rows = draw(st.lists(st.builds(
        lambda day, domain, asked, share, minutes, timed: {
            "date": BEGAN + timedelta(days=day), "exam": report.exam, "domain": domain, "right": round(asked * share),
            "out_of": asked, "minutes": minutes, "timed": timed},
        st.integers(-3, 40), st.sampled_from(domains), st.integers(1, 80), st.floats(0, 1),
        st.one_of(st.just(float("nan")), st.floats(0, 300)), st.booleans()), max_size=12))  # fmt: skip
    return report, asked, rows, today, draw(st.one_of(st.none(), st.floats(0, 500)))


@given(lived())
@example((ScoreReport("SAA-C03", 710, "NI, MC, NI, NI"), {"today": BEGAN, "hours_per_week": 40, "days_off": "Fri",
          "target_date": TODAY + timedelta(days=4)}, [], TODAY, None))  # fmt: skip
def test_never_in_the_past_and_hours_kept(case):
    report, asked, rows, today, done = case
    plan = build_plan(report, **asked)
    found = replan(plan, log_of(*rows), today, done)
    new, table = found.plan, found.plan.to_frame()
    assert today <= new.start <= today + timedelta(days=1)
    assert all(new.start <= day < new.exam_day and day not in new.days_off for day in table["day"])
    assert new.exam_day == plan.exam_day or plan.exam_day < today
    kept = sum(minutes_by_day(new.start, new.exam_day, new.hours_per_week, new.days_off, RULES)) / 60
    assert table["minutes"].sum() / 60 == pytest.approx(kept)
    assert new.fit.available == pytest.approx(kept)
    assert RULE.pace.lowest <= found.pace.factor <= RULE.pace.highest
    bounds = RULES.hours_per_week
    assert bounds["lowest"] <= new.hours_per_week <= bounds["highest"]
    assert new.hours_per_week == pytest.approx(min(max(plan.hours_per_week * found.pace.factor, 1), 60), abs=0.051)
    assert (found.offered is None) == (new.aim != "own" or new.fit.fits or new.fit.nearest_day is None)


def test_the_same_log_gives_the_same_plan_again():
    log = log_of({"date": BEGAN + timedelta(days=3)}, {"date": BEGAN + timedelta(days=9)})
    first, second = (replan(a_plan(), log, TODAY) for _ in range(2))
    assert str(what_changed(first)) == str(what_changed(second))
    assert first.plan.to_frame().equals(second.plan.to_frame())


@given(st.floats(0, 300), st.floats(0, 300), st.floats(0, 300))
def test_more_done_hours_never_mean_fewer_hours_a_week_and_the_bounds_hold(planned, done, more):
    low, high = smoothed(done, planned), smoothed(done + more, planned)
    assert RULE.pace.lowest <= low <= high <= RULE.pace.highest


def test_half_the_hours_done_slow_the_plan_down_and_told_hours_win_over_the_log():
    plan = a_plan()
    past = [session for session in plan.sessions if session.day < TODAY and session.kind != "buffer"]
    sets = sum(session.minutes for session in past if session.kind != "study") / 60
    log = log_of({"date": BEGAN + timedelta(days=2), "minutes": sets * 30})
    slow = replan(plan, log, TODAY)
    assert slow.pace.planned == pytest.approx(sets)
    assert slow.pace.ratio == pytest.approx(0.5)
    expected = (sets / 2 + RULE.pace.prior_hours) / (sets + RULE.pace.prior_hours)
    assert slow.plan.hours_per_week == round(10 * expected, 1)
    assert f"{slow.plan.hours_per_week:g} hours a week instead of 10" in said(slow, "hours")
    told = replan(plan, log, TODAY, done_hours=sum(session.minutes for session in past) / 60)
    assert told.plan.hours_per_week == 10
    assert told.pace.in_all > slow.pace.in_all


def ticked(plan, days, *kinds):
    """Tick the plan's sessions on these days of it, all but the spare ones or those of a kind, each with its own minutes."""
    return [tick_of("MLS-C01", s, s.minutes) for s in plan.sessions
            if (s.day - BEGAN).days in days and (s.kind in kinds if kinds else s.kind != "buffer")]  # fmt: skip


def test_ticks_count_as_hours_done_and_a_set_that_is_also_logged_counts_once():
    plan = a_plan()
    past = [s for s in plan.sessions if s.day < TODAY and s.kind != "buffer"]
    found = replan(plan, log_of(), TODAY, ticks=ticked(plan, range(28)))
    assert found.pace.planned == pytest.approx(found.pace.done) == pytest.approx(sum(s.minutes for s in past) / 60)
    assert (found.plan.hours_per_week, found.pace.in_all) == (10, pytest.approx(found.pace.done))
    assert "By your ticks and your log" in said(found, "hours")
    assert {s.domain for s in past if s.check}
    assert not {s.domain for s in past if s.check} & {s.domain for s in found.plan.sessions if s.check}
    rows = [{"date": s.day, "minutes": s.minutes} for s in past if s.kind != "study"]
    again = replan(plan, log_of(*rows), TODAY, ticks=ticked(plan, range(28)))
    assert again.pace.done == pytest.approx(found.pace.done)
    half = replan(plan, log_of(), TODAY, ticks=ticked(plan, range(14)))
    assert half.pace.done < half.pace.planned
    assert half.plan.hours_per_week < 10


def test_a_task_that_was_ticked_comes_again_only_after_the_others():
    plan = a_plan()
    ticks = ticked(plan, range(14), "study")[:2]
    met = {(tick.domain, tick.task) for tick in ticks if tick.task}
    new = [(s.domain, s.task) for s in replan(plan, log_of(), TODAY, ticks=ticks).plan.sessions if s.kind == "study"]
    for domain in {domain for domain, _ in met}:
        tasks = list(dict.fromkeys(task for where, task in new if where == domain))
        old = [(domain, task) in met for task in tasks]
        assert old == sorted(old), domain
    assert met
    assert not met & set(new)  # there is time for fewer than are left


def test_spare_time_makes_up_for_what_was_missed_and_never_speeds_a_plan_up():
    plan = a_plan()
    spare = ticked(plan, range(28), "buffer")
    extra = sum(tick.minutes for tick in spare) / 60
    kept, caught_up, missed = (replan(plan, log_of(), TODAY, ticks=ticks).pace for ticks in (
        ticked(plan, range(28)) + spare, ticked(plan, range(28), "study") + spare, ticked(plan, range(28), "study")))  # fmt: skip
    assert kept.done == pytest.approx(kept.planned)
    assert kept.in_all == pytest.approx(kept.planned + extra)
    assert caught_up.done == pytest.approx(missed.done + extra)


def test_lines_without_minutes_are_estimated_and_it_is_said():
    found = replan(a_plan(), log_of({"date": BEGAN + timedelta(days=2), "minutes": None, "out_of": 65}), TODAY)
    assert found.pace.done == pytest.approx(65 * minutes_per_question(mls().facts, RULES) / 60)
    assert "1 of the log's 1 line has no minutes" in said(found, "hours")


def test_a_log_never_used_slows_nothing_down():
    found = replan(a_plan(), log_of(), TODAY)
    assert found.plan.hours_per_week == 10
    assert "not ticked or logged anything" in said(found, "hours")


def test_what_is_logged_today_is_done_so_the_plan_begins_tomorrow():
    found = replan(a_plan(), log_of({"date": TODAY}), TODAY)
    assert found.plan.start == TODAY + timedelta(days=1)
    assert found.pace.lines == 1


def modeling(right, asked=40, **more):
    return {"date": TODAY - timedelta(days=4), "domain": "Modeling", "right": right, "out_of": asked, **more}


def test_a_domain_moves_only_when_the_evidence_is_strong_enough():
    plan = a_plan()
    moved = replan(plan, log_of(modeling(38)), TODAY)
    assert [(move.domain, move.old, move.new) for move in moved.moves] == [("Modeling", "Needs Improvement", "Competent")]
    assert moved.plan.priorities.loc["Modeling", "share"] < plan.priorities.loc["Modeling", "share"]
    assert moved.plan.report.ratings["Modeling"] == "Needs Improvement"  # what the report says does not change
    assert "38 of 40" in said(moved, "priority")
    assert moved.plan.moved
    for weak in ([modeling(27)], [modeling(19, 19)], [modeling(38, timed=False)], [modeling(38, fresh=False)]):
        found = replan(plan, log_of(*weak), TODAY)
        assert not found.moves
        assert "No domain changes" in said(found, "priority")
        assert found.plan.priorities.equals(plan.priorities)


def test_a_domain_that_practice_shows_to_be_worse_gets_more_time():
    plan = a_plan()
    found = replan(plan, log_of(modeling(20) | {"domain": "Data Engineering"}), TODAY)
    assert [(move.domain, move.new) for move in found.moves] == [("Data Engineering", "Competent")]
    assert found.plan.priorities.loc["Data Engineering", "share"] > plan.priorities.loc["Data Engineering", "share"]


def test_other_splits_do_not_follow_ratings_and_say_so():
    found = replan(a_plan(split="weights"), log_of(modeling(38)), TODAY)
    assert not found.moves
    assert "doesn't depend on single ratings" in said(found, "priority")


def test_practiced_domains_need_no_diagnostic_set_and_are_reviewed_at_once():
    table = replan(a_plan(), log_of(modeling(24)), TODAY).plan.to_frame()
    of_modeling = table[table["domain"] == "Modeling"]
    assert not of_modeling["check"].any()
    reviews = of_modeling.loc[of_modeling["kind"] == "review", "day"]
    assert min(reviews) <= TODAY + timedelta(days=28)


def test_a_day_of_ones_own_is_kept_and_the_first_by_which_the_articles_hours_fit_is_offered():
    plan, log = a_plan(), log_of({"date": BEGAN + timedelta(days=2)})
    found = replan(plan, log, TODAY)
    assert found.plan.exam_day == plan.exam_day == found.day_before
    assert not found.plan.fit.fits
    taken = replan(plan, log, TODAY, target_date=found.offered)
    assert taken.plan.fit.fits
    assert taken.offered is None
    assert taken.moved_by == (found.offered - plan.exam_day).days
    assert f"{taken.moved_by} days later" in said(taken, "exam day")
    assert "as you asked" in said(taken, "exam day")
    assert not replan(plan, log, TODAY, target_date=found.offered - timedelta(days=1)).plan.fit.fits


@pytest.mark.parametrize("aim", ["soonest", "steady", "article"])
def test_the_aim_is_kept_and_its_day_moves_with_the_hours_done(aim):
    plan = a_plan(mls(target_date=""), aim=aim)
    hours = sum(session.minutes for session in plan.sessions if session.day < TODAY) / 60
    none, less, right, more = (replan(plan, log_of(), TODAY, done) for done in (0, hours / 2, hours, 2 * hours))
    assert {found.plan.aim for found in (none, less, right, more)} == {aim}
    assert right.moved_by == 0
    assert "stays" in said(right, "exam day")
    assert none.moved_by > less.moved_by > 0 > more.moved_by
    assert f"{less.moved_by} days later" in said(less, "exam day")
    for found in (less, more):
        (chosen,) = [each for each in found.plan.aims if each.name == aim]
        assert chosen.day == found.plan.exam_day == plan.exam_day + timedelta(days=found.moved_by)
        assert chosen.prospect.chance == plan.prospects.after(sum(found.plan.done) + chosen.hours, "article").chance


def test_on_the_day_of_the_exam_nothing_is_planned_and_it_is_said():
    found = replan(a_plan(mls(target_date=TODAY)), log_of(), TODAY)
    assert (found.plan.exam_day, found.day_is, found.plan.sessions) == (TODAY, "kept", ())
    assert found.plan.warnings[0] == "Sunday 22 November 2026 is the day of your exam. You have no days left to study."
    assert "Your exam is today." in said(found, "exam day")


def test_an_exam_day_that_has_passed_is_moved_and_said():
    found = replan(a_plan(mls(target_date=TODAY - timedelta(days=1))), log_of(), TODAY)
    assert found.plan.exam_day > TODAY
    assert found.plan.aim == load_method().aims.default
    assert "has passed" in said(found, "exam day")


def sets(*percents, causes="", **more):
    return [{"date": TODAY - timedelta(days=len(percents) - n), "right": p, "out_of": 100, "causes": causes, **more}
            for n, p in enumerate(percents)]  # fmt: skip


@pytest.mark.parametrize(("percents", "words"), [
    ((60, 62, 61, 60), "Your results seem to have stopped rising"),
    ((50, 52, 66, 70), "You are getting better"),
    ((80, 84, 83, 81), "reached the goal"),
    ((60, 62, 61), "It is too early to say"),
])  # fmt: skip
def test_progress_is_judged_against_the_noise_of_sets(percents, words):
    assert words in said(replan(a_plan(), log_of(*sets(*percents)), TODAY), "progress")


@pytest.mark.parametrize("cause", [*RULE.stopped.change, "none of these"])
def test_when_progress_has_stopped_it_says_what_to_change_by_the_cause_of_most_errors(cause):
    text = said(replan(a_plan(), log_of(*sets(60, 62, 61, 60, causes=f"{cause}:9")), TODAY), "progress")
    assert RULE.stopped.change.get(cause, RULE.stopped.otherwise) in text
    assert f"“{cause}”" in text or cause not in RULE.stopped.change


def test_someone_who_stands_still_is_told_so_about_as_often_as_the_rule_says():
    import numpy as np

    chance = np.random.default_rng(5)
    frames = [pd.DataFrame({"right": chance.binomial(65, 0.7, 4), "out_of": 65, "fresh": True, "timed": True, "whole": True})
              for _ in range(1500)]  # fmt: skip
    better = sum(trend_of(frame).better >= RULE.stopped.sure for frame in frames) / len(frames)
    assert better == pytest.approx(1 - RULE.stopped.sure, abs=0.04)


def test_two_attempts_and_their_noise_are_in_the_same_view():
    earlier = ScoreReport("MLS-C01", 640, "S, C, NI, C", taken_on="2026-07-01", today=TODAY)
    found = replan(a_plan(mls(attempt=2), earlier=[earlier]), log_of(), TODAY)
    ((_, _, change),) = found.attempts
    assert f"{100 * change.chance:.0f} % of retakes" in said(found, "attempts")
    assert "Luck alone can do that, and so can real progress" in said(found, "attempts")


def test_a_pass_has_nothing_to_plan_anew():
    passed = build_plan(ScoreReport("MLS-C01", 800, "S, S, C, C", today=TODAY), today=BEGAN)
    with pytest.raises(InputError, match="you passed"):
        replan(passed, log_of(), TODAY)


@pytest.mark.parametrize(("given", "named"), [
    ({"done_hours": -1}, "done_hours"), ({"done_hours": float("nan")}, "done_hours"), ({"target_date": TODAY}, "target_date"),
    ({"target_date": "2028-12-01"}, "target_date"), ({"today": "soon"}, "today"),
])  # fmt: skip
def test_values_that_cannot_be_are_named(given, named):
    with pytest.raises(InputError, match=named):
        replan(a_plan(), log_of(), **({"today": TODAY} | given))


def test_a_request_plans_anew_from_the_first_day_in_its_log(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text(f"date,exam,domain,right,out_of,minutes\n{BEGAN},MLS-C01,mixed,30,50,90\n")
    request = PlanRequest("MLS-C01", 690, "S, C, NI, NI", str(BEGAN - timedelta(days=9)), today=str(TODAY),
                          hours_per_week=10, practice=f"{{log: '{log}'}}")  # fmt: skip
    assert requested_replan(request).before.start == BEGAN
    assert requested_plan(request).start == TODAY
    told = f"{{log: '{log}', started: {BEGAN - timedelta(days=5)}, done_hours: 44, exam_day: 2027-02-01}}"
    found = requested_replan(replace(request, practice=told))
    assert (found.before.start, found.pace.done) == (BEGAN - timedelta(days=5), 44)
    assert found.plan.exam_day == date(2027, 2, 1)
    for wrong in ("{log: nowhere.csv}", "nonsense", "{lag: x}", f"{{log: '{log}', done_hours: lots}}"):
        with pytest.raises(InputError):
            requested_plan(replace(request, practice=wrong))


def test_questions_that_were_seen_are_not_new_any_more():
    bank = [question.id for question in load_bank("MLS-C01").questions]
    found = replan(a_plan(), log_of({"date": BEGAN + timedelta(days=2), "seen": " ".join(bank)}), TODAY)
    assert any("bank" in session.opens for session in a_plan().sessions)
    assert not any("bank" in session.opens for session in found.plan.sessions)


def test_a_plan_that_is_asked_for_again_is_not_built_again_and_another_one_is():
    request = PlanRequest("SAA-C03", 690, "NI, MC, MC, NI", today=str(TODAY), hours_per_week=9)
    first = requested_plan(request)
    assert requested_plan(replace(request)) is first
    assert requested_plan(replace(request, aim="sure")).aim == "sure"
    assert requested_plan(request).aim == "steady"


def test_the_new_calendar_leaves_the_past_moves_the_rest_and_cancels_what_is_left_over():
    plan = a_plan()
    found = replan(plan, log_of({"date": BEGAN + timedelta(days=2)}), TODAY)
    old, new = ({str(e["uid"]): e for e in calendar_of(p, "Europe/Berlin").walk("VEVENT")} for p in (plan, found.plan))
    past = {str(e["uid"]) for e in old.values() if str(e.decoded("dtstart"))[:10] < str(TODAY)}
    assert past
    assert not past & set(new)
    assert set(old) - past <= set(new)
    canceled = [e for e in new.values() if e.get("status") == "CANCELLED"]
    assert canceled
    assert len(new) == len(canceled) + len(found.plan.sessions) + 1
    assert all(not e.walk("VALARM") for e in canceled)
    assert all(e["sequence"] > old[uid]["sequence"] for uid, e in new.items() if uid in old)


def chain():
    """Yield a plan, and plans made anew from it: late, later with other hours, and twice on one day."""
    plan, log = a_plan(), log_of({"date": BEGAN + timedelta(days=2)})
    yield plan
    for weeks, hours, target in ((4, 12, None), (6, 70, "2027-03-14"), (6, 70, "2027-01-30"), (9, 71, None)):
        yield replan(plan, log, BEGAN + timedelta(weeks=weeks), hours, target).plan


def test_after_any_number_of_new_plans_a_calendar_holds_the_past_and_the_last_one(tmp_path):
    file, held, lived = tmp_path / "my_plan.ics", {}, {}
    for plan in chain():
        write_calendar(plan, file, "Europe/Berlin")
        for event in Calendar.from_ical(file.read_bytes()).walk("VEVENT"):
            old = held.get(str(event["uid"]))
            assert old is None or event["sequence"] > old["sequence"] or event.to_ical() == old.to_ical()
            held[str(event["uid"])] = event
        shown = {
            uid: (str(event["summary"]), event.decoded("dtstart").replace(tzinfo=None))
            for uid, event in held.items()
            if event.get("status") != "CANCELLED" and not str(event["summary"]).startswith(("Exam MLS-C01", "Target day"))
        }
        to_come = sorted(what for what in shown.values() if what[1].date() >= plan.start)
        assert to_come == sorted((s.if_then, datetime.fromisoformat(f"{s.day}T{s.start}")) for s in plan.sessions)
        past = {uid: what for uid, what in shown.items() if what[1].date() < plan.start}
        assert past == {uid: what for uid, what in lived.items() if what[1].date() < plan.start}
        lived = shown
        again = file.read_bytes()
        write_calendar(plan, file, "Europe/Berlin")
        assert file.read_bytes() == again


def test_another_learners_calendar_in_the_file_is_not_mixed_in(tmp_path):
    file = tmp_path / "my_plan.ics"
    write_calendar(a_plan(mls(learner_id="b")), file, "Europe/Berlin")
    write_calendar(a_plan(), file, "Europe/Berlin")
    assert file.read_bytes() == calendar_of(a_plan(), "Europe/Berlin").to_ical()
    for other in (b"no calendar", b""):
        file.write_bytes(other)
        write_calendar(a_plan(), file, "Europe/Berlin")
        assert file.read_bytes() == calendar_of(a_plan(), "Europe/Berlin").to_ical()
