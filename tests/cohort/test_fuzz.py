"""Whatever a file holds, reading it ends in a cohort or in InputError: nothing else, and no row is lost.

MLS_KIT_FUZZ=SECONDS makes the search long: one test at a time, for about that long.
"""

import csv
import io
import os
import tempfile
import time
import zipfile
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from cases import ROOT, TODAY
from hypothesis import HealthCheck, given, settings, strategies as st

from mls_kit import read_cohort
from mls_kit.cohort.check import FORMATS, Findings
from mls_kit.cohort.headings import known_columns
from mls_kit.problems import InputError

SECONDS = float(os.environ.get("MLS_KIT_FUZZ", 0))
COUNT = 100_000_000 if SECONDS else 60
SETTINGS = settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck), derandomize=not SECONDS,
                    database=None)  # fmt: skip
until = {}

headings = st.sampled_from([*known_columns(), "domain_2", "domain_3", "domain_4", "Score", "Exam Code", "secure", "4", ""])
good = st.sampled_from(["SAA-C03", "saa c03", "650", "2026-11-01", "NI", "MC", "Meets", "1", "fail", "46327", "7,5", "14.10.2026",
                        "Sun", "NI, MC, MC, NI", "English", ""])  # fmt: skip
texts = st.one_of(good, st.text(max_size=30), st.text("=+-@<>{}[]\"';,:|&*%$\\\n\r\t\0 0123456789.", max_size=20))
odd = st.one_of(texts, st.integers(), st.floats(), st.booleans(), st.none(), st.datetimes(), st.dates(), st.times())


@st.composite
def tables(draw, cells):
    heading = draw(st.lists(st.one_of(headings, texts), max_size=10))
    if draw(st.booleans()):
        heading = ["exam", "scaled_score", "ratings", *heading]
    rows = draw(st.lists(st.lists(cells, max_size=len(heading) + 2), max_size=6))
    above = draw(st.lists(st.lists(cells, max_size=3), max_size=2))
    return [*above, heading, *rows]


def reads(content, name):
    """Read, and hold what must hold; the search ends by itself when its time is over."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "")
    if SECONDS and time.monotonic() > until.setdefault(test, time.monotonic() + SECONDS):
        pytest.skip("time is over; nothing was found")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            cohort = read_cohort(path, today=TODAY)
        except InputError as error:
            found = Findings.refused(name, error)
        else:
            found = Findings.of(name, cohort)
            wrong = {problem.row for problem in cohort.problems}
            assert cohort.rows == len(cohort.entries) + len(wrong)
            assert not wrong & {entry.row for entry in cohort.entries}
        for form in FORMATS:
            found.write(form).encode("utf-8")
        assert [each.name for each in Path(folder).iterdir()] == [name]


@SETTINGS
@given(tables(texts), st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"]),
       st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, None]))  # fmt: skip
def test_any_table_of_text(rows, separator, encoding, quoting):
    buffer = io.StringIO()
    if quoting is None:
        buffer.write("\n".join(separator.join(row) for row in rows))
    else:
        csv.writer(buffer, delimiter=separator, quoting=quoting).writerows(rows)
    reads(buffer.getvalue().encode(encoding, "replace"), "a.csv")


def saved(workbook):
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


@SETTINGS
@given(st.lists(tables(odd), min_size=1, max_size=3), st.lists(st.tuples(*[st.integers(1, 9)] * 4), max_size=2))
def test_any_workbook(sheets, merges):
    workbook = openpyxl.Workbook()
    for number, rows in enumerate(sheets):
        sheet = workbook.active if number == 0 else workbook.create_sheet()
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row, 1):
                with suppress(ValueError, openpyxl.utils.exceptions.IllegalCharacterError):
                    sheet.cell(r, c, value)
        for top, left, height, width in merges:
            sheet.merge_cells(start_row=top, start_column=left, end_row=top + height, end_column=left + width)
    with suppress(ValueError, OverflowError, TypeError):
        reads(saved(workbook), "a.xlsx")


@lru_cache
def whole(kind):
    """The parts of a good workbook, or a good Parquet file as one part."""
    if kind == "xlsx":
        workbook = openpyxl.Workbook()
        for row in (["exam", "score", "ratings"], ["SAA-C03", 650, "NI, MC, MC, NI"]):
            workbook.active.append(row)
        workbook.active.merge_cells("A2:B2")
        with zipfile.ZipFile(io.BytesIO(saved(workbook))) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    frame = pd.read_csv(ROOT / "data/cohorts/sample.csv", parse_dates=["taken_on"]).head(9)
    return {"": frame.to_parquet()}


PARTS = ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml"]
HEADS = [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"PK\x03\x04", b"exam,score,ratings\n"]
changes = st.lists(
    st.tuples(st.floats(0, 1), st.one_of(st.binary(max_size=3), st.sampled_from([b"<", b"&x;", b"9" * 9]))), max_size=6
)
cuts = st.one_of(st.none(), st.floats(0, 1))


def spoiled(content, changes, cut=None):
    broken = bytearray(content)
    for place, new in changes:
        start = int(place * len(broken))
        broken[start : start + len(new)] = new
    return bytes(broken) if cut is None else bytes(broken[: max(4, int(cut * len(broken)))])


@SETTINGS
@given(st.sampled_from(["csv", "xlsx", "tsv", "parquet"]), st.sampled_from(HEADS), st.binary(max_size=400))
def test_any_bytes(kind, head, content):
    reads(head + content, f"a.{kind}")


@SETTINGS
@given(st.sampled_from(PARTS), changes, cuts)
def test_a_damaged_workbook(damaged, changes, cut):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in whole("xlsx").items():
            archive.writestr(name, spoiled(content, changes if name == damaged else ()))
    reads(spoiled(buffer.getvalue(), (), cut), "a.xlsx")


@SETTINGS
@given(changes, cuts)
def test_a_damaged_parquet_file(changes, cut):
    reads(spoiled(whole("parquet")[""], changes, cut), "a.parquet")
