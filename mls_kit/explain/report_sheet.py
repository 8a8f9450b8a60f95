"""What is on a score report, and what is not? One report drawn as a sheet with numbered parts, and the parts in words.

The drawing is the kit's own: it says what stands on a report, not how its owner sets the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

from mls_kit.exam import Exam, Fact, load_method
from mls_kit.explain.figure import EDGE, INK, WIDTH, Chart, fold, new_figure, rating_look
from mls_kit.html import Block, badge, table
from mls_kit.method import labels_of
from mls_kit.report import ScoreReport

SHEET = (0.12, 6.0)  # inches: left and right edge of the drawn sheet
NOTES = 6.28  # inches: left edge of the notes beside it
ROW = 0.4  # inches: height of a row of the table
TOP = 2.98  # inches: where the first row begins
GRAY, PALE = "#595959", "#efece4"


class _Part(NamedTuple):
    name: str
    here: str
    says: str
    silent: str
    kind: str
    note: str  # for the drawing


def _kind(exam: Exam, fact: Fact[Any]) -> str:
    return "second-hand" if fact.kind == "published" and exam.is_second_hand(fact) else str(fact.kind)


def _columns(report: ScoreReport) -> tuple[str, ...]:
    """Return the headings of the columns that say how each section went."""
    if report.percents:
        return ("Right",)
    return labels_of(report) or tuple(dict.fromkeys(report.ratings.values()))


def _own_labels(exam: Exam) -> list[str]:
    """Return the labels that the exam's owner prints on reports, as far as they are known."""
    kinds = [load_method().vocabularies[name] for name in exam.report.rating_vocabularies.value or []]
    return next((each.labels for each in kinds if each.kind == "published" and each.labels), [])


def _count(number: int) -> str:
    return {2: "two", 3: "three", 4: "four"}.get(number, str(number))


def _sections(report: ScoreReport) -> _Part:
    """Return the part of the report that says how each section went."""
    exam, labels = report.facts, _columns(report)
    said = [f"{report.percents[n]:g} %" if n in report.percents else label for n, label in report.ratings.items()]
    here = ", ".join(f"{amount} × {word}" for word, amount in pd.Series(said).value_counts(sort=False).items())
    if report.percents:
        return _Part("percentage by section", ", ".join(said), "what share of the section's questions you got right",
                     "how reliable that share is: it comes from few questions",
                     _kind(exam, exam.report.domain_percent_shown),
                     "Your share of right answers, from few questions each")  # fmt: skip
    silent = "a percentage, a threshold, or a topic"
    columns, own = _count(len(labels)), _own_labels(exam)
    article = labels == tuple(load_method().vocabularies["article"].labels)
    note = "One mark for each section. The thresholds are not published"
    if article and own:
        real = f"real {exam.vendor} reports show {_count(len(own))} columns"
        silent += f"; {real}, these {columns} are the article's"
        note = f"One mark for each section. {exam.vendor} has {_count(len(own))} columns, the article {columns}"
    kind = "article" if article else "second-hand"
    says = "one rating for each section: a mark in one of the columns"
    return _Part(f"{columns} columns of ratings", here, says, silent, kind, note)


def _score(report: ScoreReport) -> str:
    return "not reported" if report.scaled_score is None else str(report.scaled_score)


def _standard(exam: Exam) -> str:
    return str(exam.passing) if exam.has_standard else "not known"


def _parts(report: ScoreReport) -> list[_Part]:
    exam, (low, high) = report.facts, report.facts.score_range
    weights = ", ".join(f"{domain.weight:g}" for domain in exam.domains)
    missing = "the number of right answers, the questions and your answers, the topics behind a section"
    if not report.percents:
        missing += ", your percentage of right answers in a section"
    reported, standard = exam.report.score_shown or exam.scale, _standard(exam)
    return [
        _Part("result", "passed" if report.passed else "not passed", "whether the scaled score reaches the passing standard",
              "by how much", _kind(exam, exam.passing_standard),
              "Pass or fail: does the score reach the standard?"),
        _Part("scaled score", _score(report), f"a place on the scale from {low} to {high}" if exam.reports_score else "nothing",
              "a percentage, or a number of right answers", _kind(exam, reported),
              f"A place on a scale of {low} to {high}. Not a percentage" if exam.reports_score else f"{exam.vendor} reports none"),
        _Part("passing standard", standard, "the scaled score that you need to pass",
              "how many questions that is", _kind(exam, exam.passing_standard),
              "The score you need to pass: the same on every form"),
        _Part("share of scored questions", f"{weights} (percent)", "how large each section of the exam is",
              "anything about you: it is the same on everyone's report", _kind(exam, exam.blueprint),
              "How large the section is. The same for everyone, and not your result"),
        _sections(report),
        _Part("not on the sheet", "-", "-", missing, _kind(exam, exam.report.wording),
              missing[0].upper() + missing[1:]),
    ]  # fmt: skip


def parts_of_report(report: ScoreReport) -> Block:
    """Return the parts of a report as a table: what each says, what it does not, and who says so."""
    frame = anatomy_table(report).reset_index()
    frame["who says so"] = [badge(part.kind) for part in _parts(report)]
    vocabulary = report.facts.report.rating_vocabularies
    about = f"<p>About the ratings of {escape(report.exam)}: {escape(vocabulary.note)}</p>" if vocabulary.note else ""
    return Block(table(frame, "The parts by number", markup=["who says so"]) + about)


def anatomy_table(report: ScoreReport) -> pd.DataFrame:
    """Return the parts of a report: number, name, what stands here, what it says and what it does not."""
    rows = [part[:5] for part in _parts(report)]
    names = ["part", "on this report", "it says", "it does not say", "who says so"]
    return pd.DataFrame(rows, columns=names, index=pd.Index(range(1, len(rows) + 1), name="number"))


def anatomy(report: ScoreReport) -> Chart:
    """Draw a report as a sheet with numbered parts, and say beside it what each part tells; a row a part.

    >>> chart = anatomy(ScoreReport("SAA-C03", 690, "NI, MC, MC, NI"))
    >>> chart.table.loc[2, "on this report"], chart.table.loc[1, "on this report"]
    ('690', 'not passed')
    """
    parts = _parts(report)
    bottom = TOP + ROW * len(report.facts.domains) + 0.12
    figure = new_figure(bottom + 1.0)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(figure.get_figheight(), 0))  # inches, from above
    axes.axis("off")
    _draw_sheet(axes, bottom)
    _draw_head(axes, report)
    _draw_table(axes, report)
    _draw_missing(axes, bottom + 0.18, fold(parts[-1].note, 96))
    _draw_notes(axes, parts[:-1], bottom)
    said = "; ".join(f"{number}, {part.name}: {part.here}" for number, part in enumerate(parts[:-1], start=1))
    caption = f"A score report for {report.exam}. This is our own drawing, not a copy of a real report."
    words = f"{caption} Numbered parts: {said}. Under the sheet, 6, what is not on it: {parts[-1].silent}."
    return Chart(figure, words, anatomy_table(report), caption)


def _box(axes: Axes, x: float, y: float, width: float, height: float, **look: Any) -> None:
    axes.add_patch(FancyBboxPatch((x, y), width, height, boxstyle="round,pad=0,rounding_size=0.07", **look))


def _number(axes: Axes, number: int, x: float, y: float) -> None:
    axes.add_patch(Circle((x, y), 0.125, facecolor=INK, edgecolor="white", linewidth=1.5, zorder=4))
    look: dict[str, Any] = {"ha": "center", "va": "center", "color": "white", "fontsize": 10, "fontweight": "bold"}
    axes.text(x, y + 0.005, str(number), zorder=5, **look)


def _draw_sheet(axes: Axes, bottom: float) -> None:
    left, right = SHEET
    _box(axes, left + 0.05, 0.15, right - left, bottom - 0.1, facecolor="#e2ded4", edgecolor="none")
    _box(axes, left, 0.1, right - left, bottom - 0.1, facecolor="white", edgecolor=EDGE, linewidth=1.1)


def _draw_head(axes: Axes, report: ScoreReport) -> None:
    exam, (left, right) = report.facts, SHEET
    axes.text(left + 0.2, 0.36, "SCORE REPORT", fontsize=12.5, fontweight="bold", color=INK, va="center")
    axes.text(right - 0.2, 0.36, "drawn by the kit", fontsize=9, color=GRAY, va="center", ha="right", style="italic")
    axes.plot([left + 0.2, right - 0.2], [0.54, 0.54], color=INK, linewidth=1.4)
    name = fold(f"{exam.code}  {exam.name.value or ''}", 66).split("\n")[0]
    axes.text(left + 0.2, 0.74, name, fontsize=10.5, fontweight="bold", color=INK, va="center")
    day = f"Day of the exam: {report.taken_on}" if report.taken_on else "Day of the exam: not entered"
    axes.text(left + 0.2, 0.98, f"Candidate: you     {day}", fontsize=9.5, color=GRAY, va="center")
    result = ("PASS", INK) if report.passed else ("FAIL", INK)
    cards = [("Result", *result), ("Scaled score", _score(report), INK), ("Passing standard", _standard(exam), INK)]
    wide = (right - left - 0.4 - 2 * 0.15) / 3
    for place, (label, value, color) in enumerate(cards):
        x = left + 0.2 + place * (wide + 0.15)
        _box(axes, x, 1.24, wide, 0.76, facecolor=PALE, edgecolor="#c9c3b5", linewidth=1)
        axes.text(x + 0.13, 1.41, label, fontsize=9.5, color=GRAY, va="center")
        axes.text(x + 0.13, 1.74, value, fontsize=19 if len(value) < 8 else 12, fontweight="bold", color=color, va="center")
        _number(axes, place + 1, x + wide - 0.04, 1.26)


def _draw_table(axes: Axes, report: ScoreReport) -> None:
    exam, (left, right), labels = report.facts, SHEET, _columns(report)
    centers = _centers(len(labels))
    axes.text(left + 0.2, 2.28, "Results by section", fontsize=10.5, fontweight="bold", color=INK, va="center")
    share = "% of scored\nitems" if _own_labels(exam) else "weight, from\nthe guide"
    for x, text in zip([3.18, *centers], [share, *(fold(label, 8) for label in labels)], strict=True):
        axes.text(
            x, TOP - 0.24, text, fontsize=8 if len(centers) < 4 else 6.8, color=INK, ha="center", va="center", linespacing=1.1
        )
    axes.text(left + 0.2, TOP - 0.24, "Section", fontsize=8.5, color=INK, va="center")
    axes.plot([left + 0.2, right - 0.2], [TOP - 0.04] * 2, color=EDGE, linewidth=1)
    _number(axes, 4, 3.18, 2.36)
    _number(axes, 5, sum(centers) / len(centers), 2.36)
    if len(centers) > 1:
        for end, side in ((centers[0] - 0.3, -1), (centers[-1] + 0.3, 1)):
            middle = sum(centers) / len(centers) + side * 0.16
            axes.plot([middle, end, end], [2.36, 2.36, 2.46], color=INK, linewidth=1.3)
    for row, domain in enumerate(exam.domains):
        y = TOP + row * ROW
        if row % 2 == 0:
            axes.add_patch(Rectangle((left + 0.2, y), right - left - 0.4, ROW, facecolor=PALE, edgecolor="none"))
        middle = y + ROW / 2
        axes.text(left + 0.25, middle, fold(domain.name, 36), fontsize=9, color=INK, va="center", linespacing=1.1)
        axes.text(3.18, middle, f"{domain.weight:g} %", fontsize=10, color=INK, ha="center", va="center")
        _mark(axes, report, domain.name, centers, middle)


def _centers(count: int) -> Sequence[float]:
    """Return the middles of the columns that say how each section went."""
    first, last = 3.62, SHEET[1] - 0.18
    wide = (last - first) / count
    return [first + wide * (place + 0.5) for place in range(count)]


def _mark(axes: Axes, report: ScoreReport, name: str, centers: Sequence[float], y: float) -> None:
    label = report.ratings[name]
    if report.percents:
        said = f"{report.percents[name]:g} %" if name in report.percents else label
        axes.text(centers[0], y, said, fontsize=10, fontweight="bold", color=INK, ha="center", va="center")
        return
    color, hatch = rating_look(label)
    x = centers[_columns(report).index(label)]
    axes.add_patch(Rectangle((x - 0.2, y - 0.13), 0.4, 0.26, facecolor=color, hatch=hatch, edgecolor=EDGE, linewidth=1))


def _draw_missing(axes: Axes, y: float, text: str) -> None:
    left, right = SHEET[0], WIDTH - 0.12
    _box(axes, left, y, right - left, 0.7, facecolor="none", edgecolor=GRAY, linewidth=1.3, linestyle=(0, (4, 3)))
    _number(axes, 6, left + 0.3, y + 0.35)
    axes.text(left + 0.6, y + 0.17, "Not on the sheet", fontsize=11.5, fontweight="bold", color=INK, va="center")
    axes.text(left + 0.6, y + 0.29, text, fontsize=10.5, color=INK, va="top", linespacing=1.2)


def _draw_notes(axes: Axes, parts: Sequence[_Part], bottom: float) -> None:
    step = (bottom - 0.1) / len(parts)
    for place, part in enumerate(parts):
        y = 0.1 + place * step
        _number(axes, place + 1, NOTES + 0.03, y + 0.2)
        title = part.name[0].upper() + part.name[1:]
        axes.text(NOTES + 0.24, y + 0.2, title, fontsize=11, fontweight="bold", color=INK, va="center")
        axes.text(NOTES + 0.24, y + 0.34, fold(part.note, 27), fontsize=10.5, color=INK, va="top", linespacing=1.2)
