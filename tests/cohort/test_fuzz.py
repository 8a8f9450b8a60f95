"""Whatever a file holds, reading it ends in a cohort or in InputError: nothing else, and no row is lost.

MLS_KIT_FUZZ=SECONDS makes the search long: one test at a time, for about that long.
"""

import csv
import io
import os
import tempfile
import time
import zipfile
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
@given(st.binary(max_size=400), st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"PK\x03\x04", b"exam,score,ratings\n"]),
       st.sampled_from(["a.csv", "a.xlsx", "a.tsv", "a.parquet"]))  # fmt: skip
def test_any_bytes(content, head, name):
    reads(head + content, name)


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


@SETTINGS
@given(st.lists(tables(odd), min_size=1, max_size=3), st.lists(st.tuples(*[st.integers(1, 9)] * 4), max_size=2))
def test_any_workbook(sheets, merges):
    workbook = openpyxl.Workbook()
    for number, rows in enumerate(sheets):
        sheet = workbook.active if number == 0 else workbook.create_sheet()
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row, 1):
                try:
                    sheet.cell(r, c, value)
                except (ValueError, openpyxl.utils.exceptions.IllegalCharacterError):
                    continue
        for top, left, height, width in merges:
            sheet.merge_cells(start_row=top, start_column=left, end_row=top + height, end_column=left + width)
    buffer = io.BytesIO()
    try:
        workbook.save(buffer)
    except (ValueError, OverflowError, TypeError):
        return
    reads(buffer.getvalue(), "a.xlsx")


@lru_cache
def parts():
    workbook = openpyxl.Workbook()
    for row in (["exam", "score", "ratings"], ["SAA-C03", 650, "NI, MC, MC, NI"]):
        workbook.active.append(row)
    workbook.active.merge_cells("A2:B2")
    buffer = io.BytesIO()
    workbook.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


PARTS = ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml"]
pieces = st.one_of(st.binary(max_size=3), st.sampled_from([b"<", b"&x;", b"9" * 9]))
places = st.floats(0, 1)


def spoiled(content, changes, cut=None):
    broken = bytearray(content)
    for place, new in changes:
        start = int(place * len(broken))
        broken[start : start + len(new)] = new
    return bytes(broken) if cut is None else bytes(broken[: max(4, int(cut * len(broken)))])


@SETTINGS
@given(st.sampled_from(PARTS), st.lists(st.tuples(places, pieces), max_size=6), st.one_of(st.none(), places))
def test_a_damaged_workbook(damaged, changes, cut):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts().items():
            archive.writestr(name, spoiled(content, changes if name == damaged else ()))
    reads(spoiled(buffer.getvalue(), (), cut), "a.xlsx")


@lru_cache
def columns():
    frame = pd.read_csv(ROOT / "data/cohorts/sample.csv").head(9)
    frame["taken_on"] = pd.to_datetime(frame["taken_on"])
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    return buffer.getvalue()


@SETTINGS
@given(st.lists(st.tuples(places, pieces), max_size=6), st.one_of(st.none(), places))
def test_a_damaged_parquet_file(changes, cut):
    reads(spoiled(columns(), changes, cut), "a.parquet")
