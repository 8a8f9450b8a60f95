"""Figures, each with its words: drawn without pyplot, readable in gray, shown with alternative text."""

from __future__ import annotations

import base64
import html
import io
from collections import Counter
from datetime import date, timedelta
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from PIL import Image

from mls_kit.activities import Session
from mls_kit.html import Block
from mls_kit.lifecycle import availability
from mls_kit.plan import Plan
from mls_kit.reading import WEEKDAYS
from mls_kit.report import ScoreReport

__all__ = ["Chart", "calendar", "priorities", "report_card"]

# Okabe and Ito's colors, each with a hatch of its own: no chart is read by color alone.
RATING_LOOK = {
    "Needs Improvement": ("#f2a477", "///"),
    "Competent": ("#a7d3f0", "..."),
    "Meets Competencies": ("#b8dfcf", "\\\\"),
    "Strong": ("#5fb99b", ""),
}
TIER_LOOK = {"Highest": "#e07b39", "High": "#f2b134", "Medium": "#8cc4e8", "Maintenance": "#c9d6c3"}
DOMAIN_LOOK = ["#a7d3f0", "#f2cf8c", "#f2a477", "#b8dfcf", "#d9b8d8", "#e5e5a0"]
MARKS = (("test", "T"), ("checkpoint", "C"), ("mixed", "M"), ("buffer", "B"))
EDGE, INK = "#333333", "#1a1a1a"
WIDTH = 9.0  # inches: fits A4 upright
NAMES = 2.75  # inches for the names of domains


class Chart:
    """A figure with its words.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    words : str
        What the figure shows, for whoever does not see it; also its caption.
    """

    def __init__(self, figure: Figure, words: str) -> None:
        self.figure = figure
        self.words = words

    def png(self, dpi: int = 112) -> bytes:
        """Return the figure as a PNG file."""
        self.figure.set_dpi(dpi)
        canvas = FigureCanvasAgg(self.figure)
        canvas.draw()
        picture = Image.frombuffer("RGBA", canvas.get_width_height(), bytes(canvas.buffer_rgba()))
        buffer = io.BytesIO()
        # flat colors: 64 of them look the same, at a third of the size and a tenth of the time
        small = picture.convert("RGB").quantize(64, method=Image.Quantize.FASTOCTREE)
        small.putpalette([255 if value >= 250 else value for value in small.getpalette() or []])  # white stays white
        small.save(buffer, "PNG", compress_level=6)
        return buffer.getvalue()

    def _repr_html_(self) -> str:
        # JupyterLab reads alternative text only from an img element, not from the metadata of a picture
        data = base64.b64encode(self.png()).decode()
        words = html.escape(self.words)
        return (
            f'<figure style="margin:0"><img alt="{words}" src="data:image/png;base64,{data}" '
            f'style="max-width:100%;height:auto;background:#fff"><figcaption>{words}</figcaption></figure>'
        )

    def __repr__(self) -> str:
        return self.words


def new_figure(height: float) -> Figure:
    return Figure(figsize=(WIDTH, height), facecolor="white")


def add_axes(figure: Figure, left: float, bottom: float, top: float, right: float = 0.15) -> Axes:
    """Add axes with margins in inches: fixed places cost a third of a computed layout, and do not jump."""
    width, height = figure.get_size_inches()
    rect = (left / width, bottom / height, (width - left - right) / width, (height - top - bottom) / height)
    axes = figure.add_axes(rect)
    axes.spines[["top", "right", "left"]].set_visible(False)
    return axes


def fold(text: str, width: int = 30) -> str:
    """Break a long name over lines."""
    lines: list[str] = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > width and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def report_card(report: ScoreReport) -> Chart:
    """Draw one report: the score on its scale, and each domain's weight with its rating."""
    exam = report.facts
    names = [domain.name for domain in exam.domains]
    body = 0.62 * len(names)
    figure = new_figure(2.4 + body)
    top = add_axes(figure, left=0.3, bottom=body + 0.95, top=0.35)
    bottom = add_axes(figure, left=NAMES, bottom=0.6, top=1.75)
    _score_scale(top, report)
    for place, domain in enumerate(exam.domains):
        label = report.ratings[domain.name]
        color, hatch = RATING_LOOK.get(label, ("#dddddd", ""))
        bottom.barh(place, domain.weight, color=color, hatch=hatch, edgecolor=EDGE, height=0.62)
        percent = f" ({report.percents[domain.name]:g} % right)" if domain.name in report.percents else ""
        bottom.text(domain.weight + 0.6, place, f"{label}{percent}", va="center", fontsize=11, color=INK)
    bottom.set_yticks(range(len(names)), [fold(name) for name in names], fontsize=10.5)
    bottom.invert_yaxis()
    bottom.set_xlim(0, max(domain.weight for domain in exam.domains) * (1.85 if report.percents else 1.55))
    bottom.tick_params(axis="y", length=0)
    bottom.set_xlabel("Bar length: weight, percent of the scored questions. Text: the rating on the report.")
    said = "; ".join(f"{d.name} {d.weight:g} %: {report.ratings[d.name]}" for d in exam.domains)
    points = report.points_from_passing
    side = "above" if report.passed else "below"
    words = (
        f"{exam.code}: scaled score {report.scaled_score}, {abs(points)} points {side} the passing standard "
        f"{exam.passing} on a scale from {exam.score_range[0]} to {exam.score_range[1]}. Ratings by domain: {said}."
    )
    return Chart(figure, words)


def _score_scale(axes: Axes, report: ScoreReport) -> None:
    exam = report.facts
    low, high = exam.score_range
    axes.set_xlim(low - 12, high + 12)
    axes.set_ylim(0, 1)
    axes.set_yticks([])
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.add_patch(Rectangle((low, 0.16), exam.passing - low, 0.2, facecolor="#eeeeee", edgecolor=EDGE))
    axes.add_patch(
        Rectangle((exam.passing, 0.16), high - exam.passing, 0.2, facecolor="#d7ebe3", edgecolor=EDGE, hatch="//")
    )
    axes.plot([exam.passing] * 2, [0.1, 0.72], color=INK, linewidth=2)
    axes.plot(report.scaled_score, 0.26, "D", color="#0b5d8a", markersize=12, markeredgecolor="white")
    verdict = "pass" if report.passed else "not passed"
    axes.text(exam.passing, 0.78, f"passing standard {exam.passing}", ha=_side(exam.passing, low, high), fontsize=11)
    axes.text(report.scaled_score, 0.45, f"your score {report.scaled_score}: {verdict}  ",
              ha="right" if report.scaled_score > low + 0.4 * (high - low) else "left",
              fontsize=12, fontweight="bold", color="#0b5d8a",
              bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})  # fmt: skip
    axes.set_xticks([low, *range((low // 100 + 1) * 100, high, 100), high])
    axes.tick_params(axis="x", length=0, labelsize=9)
    axes.set_title(f"{exam.code} {exam.name.value or ''}", loc="left", fontsize=12)


def _side(value: float, low: float, high: float) -> str:
    place = (value - low) / (high - low)
    return "left" if place < 0.25 else "right" if place > 0.75 else "center"


def priorities(plan: Plan) -> Chart | Block:
    """Draw each domain's share of the study time, the most urgent first; after a pass there is nothing to divide."""
    if plan.purpose == "keep up":
        return Block("<p>You passed: there is no study time to divide.</p>")
    ranked = plan.priorities
    figure = new_figure(0.75 + 0.58 * len(ranked))
    axes = add_axes(figure, left=NAMES, bottom=0.6, top=0.1)
    for place, (_, row) in enumerate(ranked.iterrows()):
        axes.barh(place, row["share"], color=TIER_LOOK.get(row["tier"], "#dddddd"), edgecolor=EDGE, height=0.62)
        text = f"{row['share']:.0f} %  {row['tier']}  ({row['weight']:g} %, {row['rating']})"
        axes.text(row["share"] + 0.7, place, text, va="center", fontsize=10.5, color=INK)
    axes.set_yticks(range(len(ranked)), [fold(str(name)) for name in ranked.index], fontsize=10.5)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(0, float(ranked["share"].max()) * 2.1)
    axes.set_xlabel("Share of the study time for single domains, percent")
    said = "; ".join(f"{name} {row['share']:.0f} % ({row['tier']})" for name, row in ranked.iterrows())
    return Chart(figure, f"Study time by domain: {said}.")


def calendar(plan: Plan) -> Chart:
    """Draw the weeks of a plan: one row a week, one cell a day with its main domain and its minutes."""
    by_day = {day: list(group) for day, group in groupby(plan.sessions, key=lambda session: session.day)}
    last = plan.exam_day or max(by_day, default=plan.start)
    begin = min(by_day, default=plan.start)
    first = begin - timedelta(days=begin.weekday())
    busy = {(day - first).days // 7 for day in [*by_day, *([plan.exam_day] if plan.exam_day else [])]}
    rows = {week: row for row, week in enumerate(sorted(busy))}  # weeks without study take no row
    weeks = max(len(rows), 1)
    numbers = {domain.name: domain.number for domain in plan.target.facts.domains}
    legend = 0.25 * (len(numbers) + 1) + 0.15
    figure = new_figure(0.35 + 0.42 * weeks + legend)
    axes = add_axes(figure, left=1.05, bottom=legend, top=0.35)
    axes.spines["bottom"].set_visible(False)
    cells = [(day, *_day_cell(of_day, numbers)) for day, of_day in by_day.items()]
    if plan.exam_day:
        ended = availability(plan.target.facts, plan.exam_day, plan.target.language).state == "ended"
        cells.append((plan.exam_day, "TARGET" if ended else "EXAM", INK, "white"))
    _draw_cells(axes, first, rows, cells)
    axes.set_xlim(0, 7)
    axes.set_ylim(weeks, 0)
    axes.set_xticks([place + 0.5 for place in range(7)], [name[:3] for name in WEEKDAYS])
    axes.xaxis.tick_top()
    starts = [first + timedelta(weeks=week) for week in rows]
    axes.set_yticks([row + 0.5 for row in rows.values()], [f"{day.day} {day:%b %Y}" for day in starts], fontsize=9)
    axes.tick_params(length=0)
    handles = [Patch(facecolor=_color(n), edgecolor=EDGE, label=f"{n}  {name}") for name, n in numbers.items()]
    marks = ";  ".join(f"{mark}  {kind}" for kind, mark in MARKS)
    handles += [Patch(facecolor="white", edgecolor=EDGE, label=marks)]
    figure.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 0), frameon=False, fontsize=9.5)
    hours = sum(session.minutes for session in plan.sessions) / 60
    until = f" It ends on {plan.exam_day}." if plan.exam_day else ""
    words = (
        f"Calendar of {len(by_day)} study days and {hours:.0f} hours from {plan.start} to {last}, one row a week; each "
        f"cell names the day's main domain by number, any test, mixed set or buffer, and the minutes.{until} The same "
        f"is in the tables below."
    )
    return Chart(figure, words)


def _color(number: int) -> str:
    return DOMAIN_LOOK[(number - 1) % len(DOMAIN_LOOK)]


def _day_cell(sessions: list[Session], numbers: dict[str, int]) -> tuple[str, str, str]:
    """Return the text of a day, its color and its ink."""
    kinds = {session.kind for session in sessions}
    minutes: Counter[int] = Counter()
    for session in sessions:
        if session.domain in numbers:
            minutes[numbers[session.domain]] += session.minutes
    main = minutes.most_common(1)[0][0] if minutes else 0
    marks = [str(main)] if main else []
    marks += [mark for kind, mark in MARKS if kind in kinds]
    text = f"{'+'.join(marks)}  {sum(session.minutes for session in sessions)}′"
    return text, _color(main) if main else "white", INK


def _draw_cells(axes: Axes, first: date, rows: dict[int, int], cells: list[tuple[date, str, str, str]]) -> None:
    """Draw all days as one collection of patches: a hundred single ones cost far more."""
    patches, colors = [], []
    for day, text, color, ink in cells:
        week, column = divmod((day - first).days, 7)
        row = rows[week]
        patches.append(Rectangle((column + 0.03, row + 0.08), 0.94, 0.84))
        colors.append(color)
        axes.text(column + 0.5, row + 0.52, text, ha="center", va="center", fontsize=9, color=ink)
    axes.add_collection(PatchCollection(patches, facecolors=colors, edgecolors=EDGE, linewidths=0.8))
