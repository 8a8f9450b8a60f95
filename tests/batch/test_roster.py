"""A roster: one job for each learner and exam, from the rows of a file one by one."""

import json

import pytest
from cases import ROOT, TODAY
from icalendar import Calendar

from mls_kit import read_cohort
from mls_kit.batch import Settings, run_batch
from mls_kit.batch.jobs import Job
from mls_kit.batch.roster import Roster
from mls_kit.cohort import CohortReader
from mls_kit.plan.requested import requested_plan

COHORTS = ROOT / "data/cohorts"
HEAD = "learner_id,exam,scaled_score,taken_on,attempt,ratings\n"
ROW = '{},SAA-C03,650,{},{},"NI, MC, MC, NI"\n'


@pytest.mark.parametrize("name", ["sample.csv", "mistakes.csv"])
def test_a_roster_read_row_by_row_is_that_of_the_whole_cohort(name):
    whole, streamed = (Roster(read(COHORTS / name, TODAY)) for read in (read_cohort, CohortReader))
    assert list(streamed.jobs(TODAY)) == list(whole.jobs(TODAY))
    assert streamed.problems == whole.problems
    assert streamed.mistakes == whole.mistakes
    assert streamed.known == whole.known
    assert len(streamed.problems) == (0 if name == "sample.csv" else len(whole.problems) or pytest.fail("no mistakes"))


def test_attempts_that_stand_far_apart_belong_together(tmp_path):
    file = tmp_path / "c.csv"
    rows = [ROW.format("A", "2026-09-01", 1), *(ROW.format(f"L{n}", "2026-10-01", 1) for n in range(200))]
    rows += [
        ROW.format("A", "2026-08-01", 2),
        ROW.format("A", "2026-10-02", 3),
        ROW.format("A", "2026-10-20", ""),
        ROW.format("L7", "2026-10-05", 1),
    ]
    file.write_text(HEAD + "".join(rows))
    roster = Roster(CohortReader(file, TODAY))
    last = len(rows) + 1
    assert [(problem.row, problem.column) for problem in roster.problems] == [
        (2, "taken_on"),
        (10, "attempt"),
        (last - 3, "taken_on"),
        (last, "attempt"),
    ]
    assert [outcome.id for outcome in roster.mistakes] == ["A", "L7", "A", "L7"]
    job = next(job for job in roster.jobs(TODAY) if job.request.learner_id == "A")
    assert (job.row, job.earlier_rows) == (last - 1, (last - 2,))
    assert [report.attempt for report in (*job.request.earlier_reports, job.request.report)] == [3, 4]


def test_what_a_row_asks_of_its_plan_reaches_it(tmp_path):
    file = tmp_path / "c.csv"
    rows = ["A,MLS-C01,690,'S, C, NI, NI',MLA-C02,weights", "B,MLS-C01,690,'S, C, NI, NI',,"]
    file.write_text("\n".join(["learner_id,exam,scaled_score,ratings,retake_exam,split", *rows]).replace("'", '"'))
    asked, plain = (requested_plan(job.request) for job in Roster(CohortReader(file, TODAY)).jobs(TODAY))
    assert (asked.target.exam, asked.share_rule) == ("MLA-C02", "weights")
    assert (plain.target.exam, plain.share_rule) == ("MLS-C01", "tiers")


def test_one_person_with_two_exams_has_one_budget_and_one_calendar(tmp_path):
    (tmp_path / "c.csv").write_text(
        "id,exam,score,1,2,3,4,5,taken_on,hours_per_week,days_off\n"
        "L1,SAA-C03,690,NI,MC,MC,NI,,2026-11-20,9,Sun\n"
        "L1,AIF-C01,650,NI,MC,MC,NI,NI,2026-11-10,9,\n"
        "L2,SAA-C03,690,NI,MC,MC,NI,,2026-11-20,9,\n"
        "L2,AIF-C01,650,NI,MC,MC,NI,NI,2026-11-10,4,\n"  # shared out by hand
        "L3,SAA-C03,760,MC,MC,MC,MC,,2026-11-20,9,\n"  # passed: nothing to share
        "L3,AIF-C01,650,NI,MC,MC,NI,NI,2026-11-10,9,\n"
    )
    out = tmp_path / "out"
    roster = Roster(read_cohort(tmp_path / "c.csv", today=TODAY))
    assert roster.sharing == 2
    hours = [(job.request.learner_id, job.request.hours_per_week) for job in roster.jobs(TODAY)]
    assert hours == [("L1", 4.5), ("L1", 4.5), ("L2", 9), ("L2", 4), ("L3", 9), ("L3", 9)]
    assert all(Job.from_plain(json.loads(json.dumps(job.plain()))) == job for job in roster.jobs(TODAY))
    run_batch(roster, out, TODAY, Settings(forms=("ics",), only=("L1",), time_zone="Europe/Berlin"))
    first, second = (Calendar.from_ical((out / f"L1-{exam}.ics").read_bytes()) for exam in ("SAA-C03", "AIF-C01"))
    days = {exam: set() for exam in ("SAA-C03", "AIF-C01")}
    for event in first.walk("VEVENT"):
        if "categories" in event:
            days[event["categories"].cats[0]].add(event.decoded("dtstart").date())
    assert all(days.values())
    assert not days["SAA-C03"] & days["AIF-C01"]
    assert all(day.weekday() != 6 for each in days.values() for day in each)
    assert {str(event["uid"]) for event in first.walk("VEVENT")} == {str(event["uid"]) for event in second.walk("VEVENT")}
    assert "You study for AIF-C01 in the same weeks." in (out / "summary.csv").read_text()
    assert run_batch(roster, out, TODAY, Settings(forms=("ics",), only=("L1",), time_zone="Europe/Berlin")).made == 0
