"""A file of cells: a damaged cell costs its own row, a stray quotation mark swallows none, encodings are decided by line."""

import csv
import io
import re
import zipfile

import openpyxl
import pytest
from cases import ROOT
from hypothesis import given, settings, strategies as st

from mls_kit.problems import InputError
from mls_kit.report import Damaged, Text, read_grids

HEAD = "id,name,exam,score"
CASES = ROOT / "tests/cohort/cases"


def known(cells):
    return sum(cell in HEAD.split(",") for cell in cells)


def rows_of(path, content=None, **more):
    if content is not None:
        path.write_bytes(content.encode(**more) if isinstance(content, str) else content)
    (grid,) = read_grids(path, known)
    return {row.number: list(row.cells) for row in grid.rows()}


def damaged(rows):
    return {(number, place) for number, cells in rows.items() for place, cell in enumerate(cells) if type(cell) is Damaged}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "t.csv"


# -- quotation marks


@pytest.mark.parametrize(("stray", "place"), [('A,Zoë,X,"650', 3), ('"A,Zoë,X,650', 0), ('A,"Zoë,X,650', 1)])
@pytest.mark.parametrize("later", ["", 'C,Cy,X,610"', 'C,Cy,X,"610', 'C,"Cy",X,610', '"C",Cy,X,610', 'C,Cy,X,"610"'])
def test_a_stray_quotation_mark_costs_its_own_row(file, stray, place, later):
    lines = [HEAD, stray, "B,Bo,X,640", *filter(None, [later]), "D,Di,X,630"]
    rows = rows_of(file, "\n".join(lines) + "\n")
    assert len(rows) == len(lines)
    assert (2, place) in damaged(rows)
    assert rows[3] == ["B", "Bo", "X", "640"]
    assert rows[len(lines)] == ["D", "Di", "X", "630"]
    assert damaged(rows) <= {(2, place), (4, 3)}


@pytest.mark.parametrize(("text", "cells"), [
    ('A,"Zoë,\r\n\r\nthe ""1st""",X,650\r\nB,Bo,X,640\r\n', ['Zoë,\n\nthe "1st"', "Bo"]),  # rows keep a spreadsheet's numbers
    ('A,5" disk,X,650\nB,"Bo" Li,X,640\nC,"Cy",X,630\n', ['5" disk', "Bo Li", "Cy"]),
])  # fmt: skip
def test_a_cell_may_have_several_lines_and_marks_within_it(file, text, cells):
    rows = rows_of(file, f"{HEAD}\r\n{text}")
    assert {number: row[1] for number, row in rows.items()} == dict(enumerate(["name", *cells], start=1))


cells = st.text("ab,;\"'\n é\t|", max_size=6)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(cells, min_size=4, max_size=4), max_size=8), st.sampled_from(",;\t|"))
def test_what_the_csv_module_writes_is_read_back(tmp_path_factory, table, separator):
    buffer = io.StringIO()
    table = [HEAD.split(","), *table]
    csv.writer(buffer, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(table)
    rows = rows_of(tmp_path_factory.mktemp("t") / "t.csv", buffer.getvalue())
    if not any("\n" in cell and separator in cell for row in table for cell in row):  # might be rows themselves
        assert list(rows.values()) == table


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text('ab," é', max_size=12), min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_no_line_is_lost_whatever_its_marks(tmp_path_factory, lines, chance):
    good = [f"L{n},name,X,{600 + n}" for n in range(6)]
    mixed = [*good, *lines]
    chance.shuffle(mixed)
    rows = rows_of(tmp_path_factory.mktemp("t") / "t.csv", "\n".join([HEAD, *mixed]) + "\n")
    said = "\n".join(str(cell) for cells in rows.values() for cell in cells)
    found = [cells for cells in rows.values() if cells in [line.split(",") for line in good]]
    assert len(found) >= 6 - 3 * sum('"' in line for line in lines)
    assert all(line.split(",")[0] in said for line in good)


# -- encodings


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_one_byte_that_is_not_utf8_spoils_its_own_line_only(file, mark):
    content = f"{HEAD}\nA,José,X,650\nB,Jürgen,X,640\n".encode().replace("é".encode(), b"\xe9")
    file.write_bytes(mark + content)
    (grid,) = read_grids(file, known)
    rows = list(grid.rows())
    assert [row.cells[1] for row in rows] == ["name", "José", "Jürgen"]
    assert [row.codec for row in rows] == ["", "cp1252", ""]
    assert rows[0].cells[0] == "id"
    assert grid.codec == ""  # most lines are UTF-8: this one is in doubt


@pytest.mark.parametrize(("codec", "said", "name"), [
    ("cp1252", "Windows-1252", "Zoë Åkerman"), ("cp1252", "Windows-1252", "Lódz"), ("cp1251", "Windows-1251", "Юлия Кузнецова"),
    ("gb18030", "GB18030", "王小明"), ("cp949", "Windows-949", "이영희"), ("cp1250", "Windows-1250", "Michał Król"),
    ("cp932", "Shift-JIS", "田中 花子"), ("euc_jp", "EUC-JP", "田中 花子"),
    ("cp850", "DOS (850)", "Jürgen Groß"), ("mac_roman", "Mac Roman", "José Muñoz"), ("utf-8-sig", "", "Zoë"),
    ("utf-16", "UTF-16", "Zoë"), ("utf-16-le", "UTF-16", "Zoë"), ("utf-16-be", "UTF-16", "Zoë"), ("utf-32", "UTF-32", "Zoë"),
])  # fmt: skip
def test_encodings_are_recognized_and_said(file, codec, said, name):
    file.write_bytes("\n".join([HEAD, *(f"L{n},{name} {chr(97 + n)},X,650" for n in range(12))]).encode(codec))
    (grid,) = read_grids(file, known)
    assert [row.cells[1] for row in grid.rows()][1] == f"{name} a"
    assert [said in remark for remark in grid.remarks] == [True] * bool(said)


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8"])
def test_a_broken_character_and_a_zero_byte_cost_their_cell(file, codec):
    broken = "\0" if codec == "utf-8" else "\ud800"
    rows = rows_of(file, f"{HEAD}\nA,Zo{broken},X,650\nB,Bo,X,640\n".encode(codec, "surrogatepass"))
    assert damaged(rows) == {(2, 1)}
    assert rows[3][1] == "Bo"


def test_a_file_of_text_is_read_anew_each_time(file):
    file.write_text(f"{HEAD}\nA,Zoe,X,650\n")
    text = Text.of(file, known)
    assert [list(text.rows()), list(text.rows())] == [list(text.rows())] * 2


# -- workbooks and Parquet


def book(path):
    workbook = openpyxl.Workbook()
    for row in [HEAD.split(","), *([f"L{n}", f"Name {n}", "X", 600 + n] for n in range(4))]:
        workbook.active.append(row)
    workbook.save(path)
    return path


def change(path, part, *changes):
    content = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            for pattern, put in changes if name.endswith(part) else ():
                text, times = re.subn(pattern, put, text)
                assert times
            new.writestr(name, text)


MAIN = rb"schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.mark.parametrize(("part", "pattern", "put", "lost"), [
    ("styles.xml", rb'<sz val="\d+"', rb'<sz val="x"', 0), ("core.xml", rb"\d\d\d\d-\d\d-\d\dT", rb"never T", 0),
    ("workbook.xml", MAIN, rb"purl.oclc.org/ooxml/spreadsheetml/main", 0), ("sheet1.xml", rb"Name 1", b"Name \x07", 1),
    ("sheet1.xml", rb"Name 1", rb"R&D", 0), ("sheet1.xml", rb"Name 1", rb"R<D 1", 1), ("sheet1.xml", rb"Name 1", b"Jos\xe9", 1),
    ("sheet1.xml", rb'<row r="3"', rb'<row r="x"', 0), ("sheet1.xml", rb'r="B3"', rb'r="A3"', 1),
    ("sheet1.xml", rb"</sheetData>", rb'</sheetData><hyperlinks><hyperlink ref="zz"/></hyperlinks>', 0),
    ("sheet1.xml", rb'<row r="4"', rb'<row r="3"', 0), ("styles.xml", rb"<fonts", rb"<f&nts", 0),
])  # fmt: skip
def test_what_a_reader_gives_up_is_mended_first_and_costs_at_most_its_own_cell(tmp_path, part, pattern, put, lost):
    path = book(tmp_path / "t.xlsx")
    change(path, part, (pattern, put))
    if pattern == MAIN:  # the strict form
        change(path, "sheet1.xml", (pattern, put))
    rows = rows_of(path)
    assert [cells[3] for cells in rows.values()] == ["score", 600, 601, 602, 603]
    assert {row for row, _ in damaged(rows)} == {3} if lost else not damaged(rows)
    said = any("The workbook is damaged" in remark for remark in read_grids(path, known)[0].remarks)
    assert said == (put == rb"<f&nts")  # read without its styles


def test_a_sheet_that_breaks_off_is_read_so_far_and_that_is_a_mistake(tmp_path):
    path = book(tmp_path / "t.xlsx")
    change(path, "sheet1.xml", (rb'<row r="4".*', b'<row r="4"><c r="A4'))
    rows = rows_of(path)
    assert [rows[n][3] for n in (2, 3)] == [600, 601]
    assert "the rest of the sheet is lost" in rows[4][0].expected


@pytest.mark.parametrize(("form", "number", "shown"), [
    ("00000", 42, "00042"), ('"E"0000', 7, "E0007"), ("0%", 0.5, "50%"), ("General", 42, 42), ("0.00", 42, 42), ("00", 1.5, 1.5),
])  # fmt: skip
def test_numbers_are_read_as_their_formats_show_them(tmp_path, form, number, shown):
    workbook = openpyxl.Workbook()
    workbook.active.append([number])
    workbook.active["A1"].number_format = form
    workbook.save(tmp_path / "t.xlsx")
    assert rows_of(tmp_path / "t.xlsx")[1] == [shown]


def test_a_formula_without_a_value_costs_its_row_and_one_with_an_empty_text_does_not(tmp_path):
    path = book(tmp_path / "t.xlsx")
    change(path, "sheet1.xml", (rb'(r="D3")[^>]*><v>601</v>', rb"\1><f>600+1</f><v></v>"))
    change(path, "sheet1.xml", (rb'(r="D4")[^>]*><v>602</v>', rb'\1 t="str"><f>""</f><v></v>'))
    rows = rows_of(path)
    assert damaged(rows) == {(3, 3)}
    assert rows[3][3].value == "=600+1"
    assert rows[4] == ["L2", "Name 2", "X"]


def test_hidden_rows_and_sheets_are_said(tmp_path):
    path = book(tmp_path / "t.xlsx")
    workbook = openpyxl.load_workbook(path)
    workbook.active.row_dimensions[3].hidden = True
    workbook.create_sheet("Old").sheet_state = "hidden"
    workbook.save(path)
    (grid,) = read_grids(path, known)
    assert len(list(grid.rows())) == 5
    assert grid.remarks == ["Hidden sheets were not read: 'Old'.", "Hidden rows were also read: 1 (row 3)."]


PAGE = "<html><body><table><tr><th>id<th>exam</tr><tr><td colspan=2>A &amp; B</td><td>650</table></body></html>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_web_page_that_calls_itself_a_workbook_is_read(tmp_path, encoding):
    assert list(rows_of(tmp_path / "t.xls", PAGE, encoding=encoding).values()) == [["id", "exam"], ["A & B", "A & B", "650"]]
    with pytest.raises(InputError, match="without a table"):
        rows_of(tmp_path / "t.xls", "<html><p>Sorry</p></html>")


def test_bytes_that_are_no_text_and_an_opendocument_file_without_end_are_refused(file, tmp_path):
    with pytest.raises(InputError, match="not text"):
        rows_of(file, bytes(range(256)) * 4)
    path = tmp_path / "t.ods"
    path.write_bytes((CASES / "old.ods").read_bytes())
    change(path, "content.xml", (rb"<table:table-row ", rb'<table:table-row table:number-rows-repeated="9999999" '))
    with pytest.raises(InputError, match="damaged or with a password"):
        read_grids(path, known)


def test_a_damaged_part_of_parquet_costs_its_column_in_its_rows(tmp_path):
    import pyarrow
    from pyarrow import parquet

    path = tmp_path / "t.parquet"
    table = pyarrow.table({"id": [f"L{n}" for n in range(9)], "score": list(range(9))})
    parquet.write_table(table, path, row_group_size=3, use_dictionary=False)
    begin = parquet.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    content = bytearray(path.read_bytes())
    content[begin : begin + 9] = b"\xff" * 9
    rows = rows_of(path, bytes(content))
    assert damaged(rows) == {(5, 0), (6, 0), (7, 0)}
    assert [rows[n][1] for n in range(2, 11)] == list(range(9))


def test_a_damaged_workbook_that_reaches_far_does_not_fill_the_memory(tmp_path):
    path = book(tmp_path / "t.xlsx")
    change(path, "workbook.xml", (rb"<sheets>", rb"<sheets><sheet/>"))
    change(path, "sheet1.xml", (rb'<row r="5"', rb'<row r="1048576"'), (rb'r="D5"', rb'r="XFD1048576"'))
    with pytest.raises(InputError, match="readable table"):
        read_grids(path, known)


def test_empty_rows_at_the_end_take_no_room_and_those_within_keep_their_numbers(tmp_path):
    workbook = openpyxl.Workbook()
    for row in [HEAD.split(","), [], [], ["A", "Zoe", "X", 650]]:
        workbook.active.append(row)
    workbook.active.cell(5_000, 2).value = " "
    workbook.save(tmp_path / "t.xlsx")
    assert list(rows_of(tmp_path / "t.xlsx")) == [1, 4]
