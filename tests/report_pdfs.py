"""Imitations of score reports as PDF: no real report could be had. Layouts, marks and pages vary; nobody in them exists."""

import io
from pathlib import Path

import matplotlib
from reportlab.graphics.shapes import Circle, Drawing
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Image, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from mls_kit.exam.catalog import find_exam

FONT = "DejaVu Sans"  # it has check marks and ligatures
pdfmetrics.registerFont(TTFont(FONT, Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"))
SIGNS = {"X": ("X", ""), "check": ("✓", "–"), "boxes": ("☒", "☐"), "dots": ("●", "○"), "dingbats": ("4", "")}
DRAWN = ("fill", "circles", "picture")
PLAIN = [("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("FONT", (0, 0), (-1, -1), FONT, 9), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
STYLE = ParagraphStyle("text", fontName=FONT, fontSize=9, leading=12)
DINGBATS = ParagraphStyle("dingbats", fontName="ZapfDingbats", fontSize=9)
EXPLAINS = "Needs Improvement means below the level of a passing candidate; Meets Competencies means at it. Scores: 100 to 1000."


def text(words):
    return Paragraph(words.replace("&", "&amp;"), STYLE)


def cell(marked, marks):
    """What a cell under a rating holds."""
    if marks in SIGNS:
        return Paragraph(SIGNS[marks][not marked], DINGBATS) if marks == "dingbats" else SIGNS[marks][not marked]
    if marks == "circles":
        return Drawing(10, 10, Circle(5, 5, 4, fillColor=colors.black if marked else None, strokeColor=colors.black))
    if marks == "picture" and marked:
        from PIL import Image as Pixels

        file = io.BytesIO()
        Pixels.new("RGB", (12, 12), "green").save(file, "PNG")
        file.seek(0)
        return Image(file, 10, 10)
    return ""


def table(exam, ratings, marks="fill", labels=("Needs Improvement", "Meets Competencies"), domains=None, lines=True, widths=()):
    """The breakdown: a row a section, a column a rating; ratings by section, None for no mark and several for several."""
    domains = domains or exam.domains
    rows = [["Section", text("% of Scored Items"), *labels]]
    style = PLAIN if lines else PLAIN[1:]
    for number, domain in enumerate(domains, start=1):
        marked = [label in (ratings[domain.name] or ()) for label in labels]
        cells = [cell(mark, marks) for mark in marked]
        rows.append([text(f"Domain {domain.number}: {domain.name}"), f"{domain.weight:g}%", *cells])
        filled = [(2 + n, number) for n, mark in enumerate(marked) if mark and marks == "fill"]
        style = [*style, *(("BACKGROUND", place, place, colors.orange) for place in filled)]
    return Table(rows, colWidths=widths or [170, 70, 110, 130], style=style)


def percents(exam, ratings, domains=None):
    """The breakdown of an exam that reports percentages, beside the weights."""
    rows = [["Domain", "% of Exam", "% Correct"]]
    rows += [[text(d.name), f"{d.weight:g}%", f"{ratings[d.name]:g}%"] for d in domains or exam.domains]
    return Table(rows, colWidths=[230, 70, 70], style=PLAIN)


def in_words(exam, ratings, domains=None):
    """The breakdown as lines of text."""
    return [text(f"{d.name}: {ratings[d.name]}") for d in domains or exam.domains]


def pdf(parts, **options):
    """Parts of a page as the bytes of a PDF."""
    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=A4, **options).build(parts)
    return file.getvalue()


def heading(exam, score, day="10/14/2026", layout="lines", name="Tess Invented", number="AWS00000001", title="", passed=None):
    """What stands above the breakdown: as lines of text, as a table of labels and values, or as a row of headings."""
    passed = score >= exam.passing if passed is None else passed
    title = title or f"{exam.name.value} ({exam.code})"
    if layout == "lines":
        lines = [f"Candidate: {name}  Exam Date: {day}", f"Candidate ID: {number}  Registration Number: 999999999",
                 f"Candidate Score: {score}  Pass/Fail: {'PASS' if passed else 'FAIL'}"]  # fmt: skip
        return [text(title), text("Notice of Exam Results"), *map(text, lines), text(EXPLAINS), Spacer(1, 12)]
    pairs = [("Result", "Pass" if passed else "Did not pass"), ("Scaled Score", f"{score}/{exam.score_range[1]}"),
             ("Test Date", day), ("Candidate ID", number), ("Candidate Name", name)]  # fmt: skip
    rows = pairs if layout == "table" else [*zip(*pairs, strict=True)]
    return [
        text(title),
        Table(rows, style=[("FONT", (0, 0), (-1, -1), FONT, 9)]),
        text(f"Passing score: {exam.passing}"),
        Spacer(1, 12),
    ]


def report(
    code,
    score,
    ratings,
    marks="fill",
    layout="lines",
    split=0,
    lines=True,
    labels=("Needs Improvement", "Meets Competencies"),
    **more,
):
    """A whole report as a PDF; ``split``: how many sections are on the first page, with the heading again on the second."""
    exam, options = find_exam(code), {"encrypt": more.pop("encrypt", None)}
    parts = heading(exam, score, layout=layout, **more)
    for domains in filter(None, (exam.domains[:split], exam.domains[split:])):
        if any(isinstance(value, int | float) for value in ratings.values()):
            parts.append(percents(exam, ratings, domains))
        elif marks == "words":
            parts += in_words(exam, ratings, domains)
        else:
            parts.append(table(exam, ratings, marks, labels, domains, lines))
        parts.append(PageBreak())
    return pdf(parts, **options)


def rated(code, *ratings):
    """Ratings by section, in the order of the exam guide, repeated as needed."""
    return {domain.name: ratings[n % len(ratings)] for n, domain in enumerate(find_exam(code).domains)}


def locked():
    """A report that asks for a password."""
    return report("SAA-C03", 690, rated("SAA-C03", "Needs Improvement"), encrypt=StandardEncryption("secret"))
