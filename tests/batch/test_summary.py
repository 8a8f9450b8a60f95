"""The table for the one who goes on from a batch: right values and types, what the file holds besides, no formula."""

import csv
import io
from datetime import date, datetime

import openpyxl
import pytest
from cases import TODAY

from mls_kit import read_cohort
from mls_kit.batch import Settings, run_batch
from mls_kit.batch.jobs import Job
from mls_kit.batch.ledger import Ledger
from mls_kit.batch.store import open_store
from mls_kit.batch.summary import as_workbook
from mls_kit.batch.told import Told, told_of
from mls_kit.plan import build_plan, requested_plan
from mls_kit.report import PlanRequest, ScoreReport

HEAD = "id,name,Team,E-mail,exam,score,1,2,3,4,taken_on,hours_per_week"
ROWS = [
    "L1,Ada One,=2+3,ada@example.com,SAA-C03,690,NI,MC,MC,NI,2026-11-20,9",
    "L2,Bo Two,Oak,bo@example.com,SAA-C03,770,MC,MC,MC,MC,2026-11-20,9",
    "L3,Cy Three,Oak,,SAA-C03,6000,NI,MC,MC,NI,2026-11-20,9",
]


@pytest.fixture
def cohort(tmp_path):
    (tmp_path / "c.csv").write_text("\n".join([HEAD, *ROWS]))
    return read_cohort(tmp_path / "c.csv", today=TODAY)


def rows_of(folder):
    return list(csv.DictReader(io.StringIO((folder / "summary.csv").read_text("utf-8-sig"))))


def test_the_summary_says_what_the_plans_say(cohort, tmp_path):
    out = tmp_path / "out"
    run_batch(cohort, out, TODAY, Settings(forms=("csv",)))
    first, second = rows_of(out)
    plan = build_plan(ScoreReport("SAA-C03", 690, "NI, MC, MC, NI", taken_on="2026-11-20", hours_per_week=9), today=TODAY)
    aim = next(aim for aim in plan.aims if aim.name == "steady")
    told = {"exam": "SAA-C03", "score": "690", "points from passing": "-30", "hours a week": "9.0", "earliest retake": "2026-12-04",
            "day aimed at": str(aim.day), "weeks": str(aim.weeks), "hours in all": str(round(aim.hours, 1)), "Team": "'=2+3",
            "first domain": plan.priorities.index[0], "E-mail": "ada@example.com", "what to do": "Follow the plan",
            "chance now": f"{plan.prospects.now.chance:.3f}", "chance on that day": f"{aim.prospect.chance:.3f}",
            "chance now, low": f"{plan.prospects.now.band.low:.3f}", "file": "L1.csv"}  # fmt: skip
    assert {name: first[name] for name in told} == told
    assert (second["what to do"], second["day aimed at"], second["points from passing"]) == ("Passed", "", "50")
    assert "name" not in first

    sheet, fixes = openpyxl.load_workbook(out / "summary.xlsx").worksheets
    cells = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C2", f"A1:{sheet.cell(1, sheet.max_column).coordinate[:-1]}3")
    assert (cells["Team"].value, cells["Team"].data_type, cells["Team"].quotePrefix) == ("=2+3", "s", True)
    assert cells["day aimed at"].value == datetime.combine(aim.day, datetime.min.time())
    assert cells["chance now"].number_format == "0%"
    assert cells["score"].value == 690
    assert [cell.value for cell in fixes[2]][:3] == [4, "score", "6000"]


def test_a_second_run_says_the_same_without_making_a_plan(cohort, tmp_path, quick, monkeypatch):
    out, settings = tmp_path / "out", Settings(forms=("csv",), names=True)
    told = Told("SAA-C03", "Design Secure Architectures", 9.0, now=(0.5, 0.3, 0.7))
    monkeypatch.setattr(Job, "outcome", lambda job, status, file="", error="", seconds=0.0, told=told, _=Job.outcome:
                        _(job, status, file, error, seconds, told))  # fmt: skip
    run_batch(cohort, out, TODAY, settings)
    monkeypatch.undo()
    before = rows_of(out)
    assert before[0]["name"] == "Ada One"
    assert before[0]["chance now, high"] == "0.7"
    store = open_store(out)
    assert tuple(Ledger(store).done["L1"].told.now) == (0.5, 0.3, 0.7)
    assert run_batch(cohort, out, TODAY, settings).made == 0
    assert rows_of(out) == before


@pytest.mark.parametrize(
    ("more", "to_do", "why"),
    [
        ({}, "", ""),
        ({"hours_per_week": 1, "scaled_score": 640}, "hours", "1 hour a week is not enough within a year."),
        ({"target_date": "2026-11-28"}, "day", "The chosen day is before the earliest retake, Fri 4 Dec 2026."),
        ({"target_date": "2026-12-06", "days_off": "Sun"}, "day", "Sun 6 Dec 2026 is a day off."),
        ({"target_date": "2026-12-05", "hours_per_week": 2}, "day", "By then the chance is only 51 %. Better: "),
        ({"exam": "MLA-C01"}, "exam", "MLA-C01 ended on Mon 28 Sep 2026. Next: MLA-C02."),
        ({"scaled_score": 610}, "goal", "75 % is out of reach within a year, however many hours."),
        ({"scaled_score": 730}, "passed", ""),
    ],
)
def test_what_somebody_has_to_decide(more, to_do, why):
    given = {"exam": "SAA-C03", "scaled_score": 690, "ratings": "NI, MC, MC, NI", "taken_on": "2026-11-20",
             "hours_per_week": 9, "today": str(TODAY)}  # fmt: skip
    told = told_of(requested_plan(PlanRequest(**given | more)))
    assert told.to_do == to_do
    assert told.why.startswith(why)
    assert bool(told.why) == bool(why)


def test_a_workbook_takes_what_a_file_may_hold():
    cells = ["\x01a\ud800", "+49 30", date(2026, 1, 2), datetime(2026, 1, 2, 3, 4), 7, "", None, "#N/A"]
    (sheet,) = openpyxl.load_workbook(io.BytesIO(as_workbook(list("abcdefgh"), [cells], []))).worksheets
    days = [datetime(2026, 1, 2), datetime(2026, 1, 2, 3, 4)]
    assert [cell.value for cell in sheet[2]] == ["\ufffda\ufffd", "+49 30", *days, 7, None, None, "#N/A"]
