"""A roster: one job for each learner and exam, from the rows of a file one by one."""

import pytest
from cases import ROOT, TODAY

from mls_kit import read_cohort
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
    assert streamed.known() == whole.known()
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
