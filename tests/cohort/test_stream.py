"""A cohort is read row by row: never all of its reports in memory, and the same is found as when it is."""

import codecs
import csv
import errno
import gc
import io
import tempfile

import pytest
from cases import ROOT, TODAY
from click.testing import CliRunner
from hypothesis import given, settings, strategies as st

from mls_kit import ScoreReport, read_cohort
from mls_kit.batch.roster import Roster
from mls_kit.cli.main import main
from mls_kit.cohort.reader import CohortReader
from mls_kit.problems import InputError
from mls_kit.report import tables as cohort_text
from mls_kit.report.tables import PART, Lines, Spool, encoding_of

COHORTS = ROOT / "data/cohorts"
HEAD = "learner_id,exam,scaled_score,taken_on,attempt,ratings\n"
ROW = '{},SAA-C03,650,{},{},"NI, MC, MC, NI"\n'


def alive():
    gc.collect()
    return sum(type(each) is ScoreReport for each in gc.get_objects())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3 * PART + 5), st.lists(st.tuples(st.integers(0, 10**6), st.text(max_size=3)), max_size=30))
def test_a_spool_is_a_list(length, changes):
    spool, plain = Spool(range(length)), list(range(length))
    for place, value in changes if length else ():
        spool[place % length] = plain[place % length] = value
        assert spool[-1 - place % length] == plain[-1 - place % length]
    spool.append("last")
    assert len(spool) == length + 1
    assert [*spool] == [*plain, "last"]
    assert spool[length // 2 :: 7] == [*plain, "last"][length // 2 :: 7]
    with pytest.raises(IndexError):
        spool[length + 1]


def test_two_may_go_through_a_spool_at_once():
    spool = Spool(range(2 * PART + 10))
    assert all(one == other for one, other in zip(spool, spool, strict=True))
    assert [(n, spool[n // 3]) for n in spool] == [(n, n // 3) for n in range(2 * PART + 10)]


def test_lines_are_found_again_while_more_are_added():
    lines = Lines()
    places = {}
    for number in range(200):
        places[number] = lines.add({"number": number, "text": "é\ud800\n" * (number % 7)})
        assert lines.at(places[number // 2])["number"] == number // 2
    assert [each["number"] for each in lines] == list(range(200))
    assert [line["number"] for line in lines if lines.at(places[0])] == list(range(200))


@pytest.mark.parametrize("name", ["sample.csv", "mistakes.csv"])
def test_a_roster_read_row_by_row_is_that_of_the_whole_cohort(name):
    whole, streamed = (Roster(read(COHORTS / name, TODAY)) for read in (read_cohort, CohortReader))
    assert list(streamed.jobs(TODAY)) == list(whole.jobs(TODAY))
    assert streamed.problems == whole.problems
    assert streamed.mistakes == whole.mistakes
    assert streamed.known() == whole.known()
    assert len(streamed.problems) == (0 if name == "sample.csv" else len(whole.problems) or pytest.fail("no mistakes"))


def test_no_two_reports_are_in_memory_while_a_roster_is_made(monkeypatch):
    before, most = alive(), []
    entries = CohortReader.entries

    def counted(self):
        for place, entry in enumerate(entries(self)):
            if place % 10 == 9:
                most.append(alive() - before)
            yield entry

    monkeypatch.setattr(CohortReader, "entries", counted)
    roster = Roster(CohortReader(COHORTS / "sample.csv", TODAY))
    assert len(most) == 3
    assert max(most) <= 2  # the one that is read, and the one before it
    assert alive() == before
    assert sum(1 for _ in roster.jobs(TODAY)) == 30


def test_attempts_that_stand_far_apart_belong_together(tmp_path):
    file = tmp_path / "c.csv"
    rows = [ROW.format("A", "2026-09-01", 1), *(ROW.format(f"L{n}", "2026-10-01", 1) for n in range(2 * PART))]
    rows += [ROW.format("A", "2026-08-01", 2), ROW.format("A", "2026-10-02", 3), ROW.format("L7", "2026-10-05", 1)]
    file.write_text(HEAD + "".join(rows))
    roster = Roster(CohortReader(file, TODAY))
    last = len(rows) + 1
    assert [(problem.row, problem.column) for problem in roster.problems] == [
        (last - 2, "taken_on"),
        (last, "learner_id, attempt"),
    ]
    assert [outcome.id for outcome in roster.mistakes] == ["A", "L7"]
    job = next(job for job in roster.jobs(TODAY) if job.request.learner_id == "A")
    assert (job.row, job.earlier_rows) == (last - 1, (2,))
    assert job.request.report.attempt == 3
    assert [report.attempt for report in job.request.earlier_reports] == [1]


def test_wishes_of_a_row_reach_its_plan(tmp_path):
    file = tmp_path / "c.csv"
    file.write_text('learner_id,exam,scaled_score,ratings,split\nA,SAA-C03,650,"NI, MC, MC, NI",weights\n')
    assert next(Roster(CohortReader(file, TODAY)).jobs(TODAY)).request.split == "weights"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_text_is_the_same_wherever_it_is_cut_into_pieces(tmp_path, monkeypatch, codec):
    file = tmp_path / "c.csv"
    file.write_bytes((HEAD + ROW.format("Zoë", "2026-09-01", 1)).replace("\n", "\r\n").encode(codec))
    whole = read_cohort(file, TODAY)
    assert whole.reports[0].learner_id == "Zoë"
    for size in (1, 2, 3, 5, 64):
        monkeypatch.setattr(cohort_text, "_PIECE", size)
        cut = read_cohort(file, TODAY)
        assert (cut.reports, cut.remarks) == (whole.reports, whole.remarks)


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("size", [7, 54, 1 << 20])  # 54: cut after the byte that is broken
def test_broken_text_is_named_by_its_place_in_the_file(tmp_path, monkeypatch, mark, size):
    monkeypatch.setattr(cohort_text, "_PIECE", size)
    content = mark + b"a" * 50 + "é".encode()[:1] + b"b" * 30
    file = tmp_path / "c.csv"
    file.write_bytes(content)
    if mark:
        with pytest.raises(InputError, match=f"at byte {len(mark) + 50}'"):
            encoding_of(file)
    else:
        assert encoding_of(file)[0] == "cp1252"


def test_empty_rows_at_the_end_of_a_sheet_take_no_room_and_those_within_keep_their_numbers(tmp_path):
    import openpyxl

    workbook = openpyxl.Workbook()
    for row in [HEAD.strip().split(","), [], [], next(csv.reader(io.StringIO(ROW.format("A", "2026-09-01", 1))))]:
        workbook.active.append(row)
    workbook.active.cell(5_000, 2).value = " "
    workbook.save(tmp_path / "c.xlsx")
    cohort = read_cohort(tmp_path / "c.xlsx", TODAY)
    assert [row for row, _ in cohort.entries] == [4]
    assert cohort.rows == 1


def test_no_room_for_temporary_files_is_told_as_that(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    done = CliRunner().invoke(main, ["batch", str(COHORTS / "sample.csv"), "-o", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert "temporary files" in done.output
    assert "No space left on device" in done.output
    assert "--output" not in done.output
    assert not (tmp_path / "out").exists()
