"""A report as PDF: each field is right in every layout, what cannot be told is missing, and nothing a file does is a crash."""

import io
import zlib

import pytest
from cases import PLANNED
from hypothesis import given, strategies as st
from PIL import Image
from report_pdfs import DRAWN, SIGNS, heading, in_words, locked, pdf, percents, rated, report, table, text
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, Spacer, Table

from mls_kit.exam.catalog import find_exam
from mls_kit.problems import InputError
from mls_kit.report import PlanRequest, pdf_child, pdf_pages, read_report_file
from mls_kit.report.page_layout import Box
from mls_kit.report.pdf_pages import Word

NI, MC = "Needs Improvement", "Meets Competencies"
SAA = rated("SAA-C03", NI, MC)
EXAM, CLAUDE = find_exam("SAA-C03"), find_exam("CCAR-F")


def read(content, **options):
    return read_report_file(content, "report.pdf", **options)


def fields(found):
    return {name: each.value for name, each in found.found.items() if not name.startswith("ratings")}


ALL = {"exam": "SAA-C03", "scaled_score": 690, "taken_on": "2026-10-14", "result": "fail", "learner_id": "AWS00000001",
       "learner_name": "Tess Invented"}  # fmt: skip


@pytest.mark.parametrize("options", [
    *({"marks": marks, "lines": lines} for marks in (*SIGNS, *DRAWN) for lines in (True, False)),
    {"marks": "words"}, {"layout": "table"}, {"layout": "row"}, {"labels": (MC, NI)}, {"split": 2}, {"split": 3, "marks": "X"},
    {"title": "AWS Certified Solutions Architect – Associate"}, {"title": "Exam: Solutions Architect Associate", "layout": "row"},
    {"title": "AWS Certiﬁed\u00a0Solutions Architect - Associate"},
], ids=str)  # fmt: skip
def test_every_field_is_read_in_every_layout(options):
    found = read(report("SAA-C03", 690, SAA, **options))
    assert (fields(found), found.ratings, found.missing) == (ALL, SAA, {})
    request = PlanRequest.from_text(found.values())
    assert dict(request.report.ratings) == SAA
    assert (request.report.scaled_score, request.learner_name, request.learner_id) == (690, "", "")


def test_a_table_that_goes_on_without_a_heading_is_read_where_its_lines_go_on():
    assert read(without_heading()).ratings == SAA


@pytest.mark.parametrize("day", ["2026-10-14", "October 14, 2026", "14 Oct 2026", "14-Oct-26", "Wed, Oct 14, 2026",
                                 "14.10.2026", "10/14/26", "Oct 14, 2026 09:30 AM",
                                 "14th October 2026", "14. Oktober 2026"])  # fmt: skip
def test_a_day_is_read_in_every_form_that_means_one(day):
    assert read(report("SAA-C03", 690, SAA, layout="table", day=day)).found["taken_on"].value == "2026-10-14"


@pytest.mark.parametrize(("code", "ratings"), [("SY0-701", (65, 40, 72.5)), ("CCAR-F", (30, 80)), ("SY0-701", (NI, "Strong"))])
def test_percentages_of_sections_are_told_from_their_weights(code, ratings):
    ratings = rated(code, *ratings)
    found = read(report(code, 650, ratings, marks="words", split=2))
    assert (found.exam, found.ratings, found.missing) == (code, ratings, {})


def parts(*rest, **more):
    return pdf([*heading(EXAM, **{"score": 690} | more), *rest])


SECURE = "Design Secure Architectures"
PLACES = [f"ratings, {name}" for name in SAA]


def without_heading(*widths):
    """A report whose table goes on under no heading, on a second page."""
    first, second = (
        table(EXAM, SAA, "X", domains=EXAM.domains[:2]),
        table(EXAM, SAA, "X", domains=EXAM.domains[2:], widths=widths),
    )
    second._cellvalues[0] = [""] * 4
    return parts(first, PageBreak(), second)


aside = table(EXAM, SAA, "X", lines=False)  # no line tells to which column its marks belong
aside.setStyle([("ALIGN", (2, 1), (-1, -1), "RIGHT")])


@pytest.mark.parametrize(("content", "missing", "why"), [
    (report("SAA-C03", 690, SAA | {SECURE: None}), {PLACES[0]}, "no cell in its row"),
    (report("SAA-C03", 690, SAA | {SECURE: None}, marks="X"), {PLACES[0]}, "no cell in its row"),
    (report("SAA-C03", 690, SAA | {SECURE: NI + MC}), {PLACES[0]}, "more than one cell in its row"),
    (report("SAA-C03", 690, SAA | {SECURE: NI + MC}, marks="X"), {PLACES[0]}, "more than one cell in its row"),
    (pdf([*heading(CLAUDE, 690), *in_words(CLAUDE, {d.name: f"{d.weight:g}%" for d in CLAUDE.domains})]),
     {f"ratings, {d.name}" for d in CLAUDE.domains}, "their weights, not results"),
    (parts(table(EXAM, SAA), *in_words(EXAM, dict.fromkeys(SAA, MC))), set(PLACES[::2]), "two ratings"),
    (parts(table(EXAM, SAA, domains=EXAM.domains[:2])), set(PLACES[2:]), "doesn't name this section"),
    (parts(percents(EXAM, {d.name: d.weight for d in EXAM.domains})), set(PLACES), "no rating in its row"),
    (without_heading(170, 70, 130, 110), set(PLACES[2:]), "no rating in its row"),
    (parts(text("Candidate: "), text("ID: 5")), set(PLACES), "doesn't name"),
    (report("SAA-C03", 690, SAA, day="03/04/2026"), {"taken_on"}, "2026-03-04 or 2026-04-03"),
    (report("SAA-C03", 690, SAA, day="soon"), {"taken_on"}, "'soon' is not a date"),
    (report("SAA-C03", 1690, SAA), {"scaled_score"}, "1690 is outside 100 to 1000"),
    (report("SAA-C03", "100-1000", SAA, passed=False), {"scaled_score"}, "is not a score"),
    (report("SAA-C03", "690/900", SAA, passed=False), {"scaled_score"}, "'690/900' is not a score"),
    (parts(aside), set(PLACES), "between the cells of two columns"),
    (report("SAA-C03", 760, SAA, passed=False), {"scaled_score"}, "the report says fail"),
    (parts(table(EXAM, SAA), *heading(EXAM, 705)), {"scaled_score"}, "2 different values: 690, 705"),
    (pdf([*heading(EXAM, 690, title="AWS Certified Machine Learning Engineer - Associate")]), {"exam"}, "MLA-C01 or MLA-C02"),
])  # fmt: skip
def test_what_cannot_be_told_is_missing_and_named(content, missing, why):
    found = read(content)
    assert set(found.missing) == missing
    assert all(why in said for said in found.missing.values())
    assert not missing & set(found.found)


def test_a_label_is_no_part_of_two_and_a_report_that_cannot_be_read_is_no_other_document():
    title = text("AWS Certified Solutions Architect - Associate")
    lines = [text("Exam Date: 2026-10-14 Candidate ID: AWS1"), text("Your Score: 690 of a passing score: 720 Pass/Fail: FAIL")]
    assert fields(read(pdf([title, *lines]))) == {name: ALL[name] for name in ("exam", "scaled_score", "taken_on", "result")} | {
        "learner_id": "AWS1"
    }
    found = read(pdf([title, text("Score: none Exam Date: soon Pass/Fail: open")]))
    assert {"scaled_score", "taken_on", *PLACES} == set(found.missing)


def test_letters_of_a_typewriter_have_wide_spaces_and_a_score_above_a_table_heads_no_percentages():
    courier = ParagraphStyle("typewriter", fontName="Courier", fontSize=10, leading=12)
    lines = ["CCAR-F", "Pass/Fail: FAIL   Candidate ID: AWS1", "Exam Date: 2026-10-14   Score: 690 (passing score: 720)"]
    weights = [[d.name, f"{d.weight:g}%"] for d in CLAUDE.domains]
    head = Table([["Section", "Score"], ["1", "2"]], style=[("FONT", (0, 0), (-1, -1), "Courier", 10)])
    text_lines = [Paragraph(line.replace("  ", "&nbsp; "), courier) for line in lines]
    found = read(pdf([*text_lines, head, Spacer(1, 40), Table(weights)]))
    assert (found.found["scaled_score"].value, found.ratings) == (690, {})


def test_what_was_typed_into_the_fields_of_a_form_is_text():
    file = io.BytesIO()
    page = Canvas(file)
    for place, (label, value) in enumerate({"Exam:": "SAA-C03", "Candidate Score:": "690", "Exam Date:": "2026-10-14"}.items()):
        page.drawString(50, 700 - 40 * place, label)
        page.acroForm.textfield(value=value, x=150, y=695 - 40 * place, width=90, height=18)
    page.save()
    assert fields(read(file.getvalue())) == {"exam": "SAA-C03", "scaled_score": 690, "taken_on": "2026-10-14"}


def test_what_is_missing_can_be_said():
    content = pdf([*heading(EXAM, 690, title="Machine Learning Engineer"), *in_words(find_exam("MLA-C02"), rated("MLA-C02", NI))])
    assert read(content, exam="mla c02").ratings == rated("MLA-C02", NI)


def test_the_place_of_a_phrase_reaches_around_its_words():
    words = [Word("Needs", 1, 10, 20, 40, 30), Word("Improvement", 1, 44, 19, 99, 32)]
    assert Box.of(words)[1:] == (1, 10, 19, 99, 32, 13)


def scan():
    file = io.BytesIO()
    Image.new("RGB", (200, 280), "white").save(file, "PDF")
    return file.getvalue()


def bomb():
    """A page of 200 MB when unpacked."""
    squeezer = zlib.compressobj(1)
    body = b"".join([*(squeezer.compress(b"0 0 m " * 2**20) for _ in range(32)), squeezer.flush()])
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>",
               b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(body), body)]  # fmt: skip
    return b"%PDF-1.4\n" + b"".join(b"%d 0 obj%bendobj\n" % pair for pair in enumerate(objects, 1)) + b"trailer<</Root 1 0 R>>"


GUIDE = [text("AWS Certified Solutions Architect (SAA-C03) Exam Guide"), text("Scores run from 100 to 1000; 720 passes.")]


@pytest.mark.parametrize(("make", "said"), [
    (locked, "a PDF with a password"),
    (scan, "a PDF without text, such as a scan"),
    (lambda: pdf(GUIDE + in_words(EXAM, {d.name: f"{d.weight}% of content" for d in EXAM.domains})), "without a score and without"),
    (lambda: pdf([text("Invoice"), text("Date: 2026-10-14")]), "without a score and without ratings"),
    (lambda: pdf([text("Final Score: 300")]), "names no exam"),
    (lambda: pdf(heading(EXAM, 690, title="Networking (ANS-C01)")), "a report of ANS-C01' is not of an exam the kit knows"),
    (lambda: report("SAA-C03", 690, SAA)[:3000], "a damaged PDF"),
    (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 50, "a damaged PDF"),
    (lambda: pdf([text("page"), PageBreak()] * 13), "a PDF of 13 pages' is not a score report. A report has at most 12"),
    (lambda: pdf([Paragraph("word " * 20_000, ParagraphStyle("tiny", fontSize=2, leading=2))]), "the text of a book"),
    (lambda: b"%PDF-" + b"0" * pdf_pages.LARGEST, "a file of 20 MB"),
    (lambda: b"", "an empty file"),
    (lambda: b"Dear Sir", "'no PDF' is not a score report saved as PDF"),
    (lambda: b"\x89PNG\r\n", "a picture"),
    (lambda: b"PK\x03\x04", "an Office file"),
    (bomb, " PDF"),
])  # fmt: skip
def test_what_is_no_report_says_so_in_a_sentence(make, said):
    with pytest.raises(InputError) as caught:
        read(make())
    assert said in str(caught.value)
    assert read(report("SAA-C03", 690, SAA)).missing == {}  # the next file is read as ever


def test_a_file_that_takes_too_long_or_breaks_its_reader_is_named_and_the_next_one_read(monkeypatch):
    content = report("SAA-C03", 690, SAA)
    for room, name, value, said in (
        (pdf_pages, "SECONDS", 0.01, r"over 0\.01 seconds"), (pdf_child, "__file__", "nowhere.py", "breaks the program"),
    ):  # fmt: skip
        monkeypatch.setattr(room, name, value)
        with pytest.raises(InputError, match=said):
            read(content)
        monkeypatch.undo()
    assert read(content).exam == "SAA-C03"


def test_a_file_that_is_not_there_or_is_a_folder_is_said(tmp_path):
    with pytest.raises(InputError, match="a file that we can find"):
        read_report_file(tmp_path / "no.pdf")
    with pytest.raises(InputError, match="a file that can be read"):
        read_report_file(tmp_path)


@st.composite
def any_report(draw):
    exam = find_exam(draw(st.sampled_from([code for code in PLANNED if find_exam(code).has_standard])))
    names = exam.report.rating_vocabularies.value
    words, percent = (NI, MC) if "aws" in names else (NI, "Strong"), "percent" in names and draw(st.booleans())
    one = st.integers(0, 100).map(float) if percent else st.sampled_from(words)
    ratings = {domain.name: draw(one) for domain in exam.domains}
    marks = draw(st.sampled_from([*SIGNS, *DRAWN, "words"]))
    options = {
        "split": draw(st.integers(0, 3)),
        "layout": draw(st.sampled_from(["lines", "table", "row"])),
        "lines": draw(st.booleans()),
    }
    score, labels = draw(st.integers(*exam.score_range)), draw(st.permutations(words))
    return exam, score, ratings, report(exam.code, score, ratings, marks, labels=labels, **options)


@given(made=any_report())
def test_whatever_a_report_of_any_exam_says_is_read_as_it_says(made):
    exam, score, ratings, content = made
    found = read(content)
    assert (found.exam, found.found["scaled_score"].value, found.ratings, found.missing) == (exam.code, score, ratings, {})


@given(data=st.data())
def test_no_damaged_report_is_anything_but_read_or_refused(data):
    content = bytearray(REPORT)
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=30)):
        content[place] = data.draw(st.integers(0, 255))
    try:
        found = read(bytes(content))
    except InputError as error:
        assert len(error.problems) == 1
    else:
        assert {name: found.ratings[name] for name in found.ratings} == {name: SAA[name] for name in found.ratings}


REPORT = report("SAA-C03", 690, SAA, marks="X")


@pytest.mark.whole
@pytest.mark.browser
def test_a_page_printed_by_a_browser_is_read(page):
    row = "<tr><td>Domain {0.number}: {0.name}<td>{0.weight}%<td style='background:{1}'>&nbsp;<td style='background:{2}'>"
    rows = "".join(row.format(d, *("orange", "white")[:: 1 if SAA[d.name] == NI else -1]) for d in EXAM.domains)
    page.set_content(
        f"<h1>{EXAM.name.value}</h1><p>Candidate: Tess Invented &nbsp; Exam Date: 10/14/2026<br>Candidate ID: AWS00000001<br>"
        f"Candidate Score: 690 &nbsp; Pass/Fail: FAIL<table border=1><th>Section<th>% of Scored Items<th>{NI}<th>{MC}{rows}"
    )
    found = read(page.pdf(format="A4", print_background=True))
    assert (fields(found), found.ratings, found.missing) == (ALL, SAA, {})
