"""Figures of a report and its plan, each with its words: readable in gray, shown with alternative text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.text import Text

from mls_kit.explain.figure import INK, NAMES, Chart, Panel, fold, new_figure, rating_look, tier_look
from mls_kit.report import ScoreReport


def report_card(report: ScoreReport) -> Chart:
    """Draw one report: the score on its scale, and each domain's weight with its rating."""
    exam = report.facts
    names = [domain.name for domain in exam.domains]
    body, rows = 0.62 * len(names), len(names)
    figure = new_figure(2.4 + body)
    _score_scale(figure, body + 0.95, report)
    end = max(domain.weight for domain in exam.domains) * (1.85 if report.percents else 1.55)
    panel = Panel(figure, left=NAMES, bottom=0.6, top=1.75, x=(0, end), y=(rows - 0.5, -0.5))
    for place, domain in enumerate(exam.domains):
        label = report.ratings[domain.name]
        color, hatch = rating_look(label)
        panel.bar(place, 0, domain.weight, 0.62, facecolor=color, hatch=hatch)
        percent = f" ({report.percents[domain.name]:g} % right)" if domain.name in report.percents else ""
        panel.write(domain.weight + 0.6, place, f"{label}{percent}", 11, va="center")
    panel.names(range(rows), [fold(name) for name in names])
    _percent_scale(panel, "Bar length: weight, percent of the scored questions. Text: the rating on the report.")
    said = "; ".join(f"{d.name} {d.weight:g} %: {report.ratings[d.name]}" for d in exam.domains)
    points = report.points_from_passing
    side = "above" if report.passed else "below"
    words = (
        f"{exam.code}: scaled score {report.scaled_score}, {abs(points)} points {side} the passing standard "
        f"{exam.passing} on a scale from {exam.score_range[0]} to {exam.score_range[1]}. Ratings by domain: {said}."
    )
    return Chart(figure, words)


def _percent_scale(panel: Panel, title: str) -> None:
    end = panel.x[1]
    step = next((step for step in (1, 2, 5, 10) if end / step <= 9), 20)
    ticks = range(0, int(end) + 1, step)
    panel.scale(ticks, map(str, ticks), title, lines=False)


def _score_scale(figure: Figure, bottom: float, report: ScoreReport) -> None:
    exam, score = report.facts, report.scaled_score
    low, high = exam.score_range
    panel = Panel(figure, left=0.3, bottom=bottom, top=0.35, x=(low - 12, high + 12), y=(0, 1))
    panel.rectangle((low, 0.16), exam.passing - low, 0.2, facecolor="#eeeeee")
    panel.rectangle((exam.passing, 0.16), high - exam.passing, 0.2, facecolor="#f6f2e8", hatch="//")
    panel.line([exam.passing] * 2, [0.1, 0.72], linewidth=2)
    panel.line([score], [0.26], marker="D", color=INK, markersize=12, markeredgecolor="white")
    verdict = "pass" if report.passed else "not passed"
    panel.write(exam.passing, 0.78, f"passing standard {exam.passing}", 11, ha=_side(exam.passing, low, high))
    panel.add(Text(score, 0.45, f"your score {score}: {verdict}  ", color=INK, fontsize=12, fontweight="bold",
                   ha="right" if score > low + 0.4 * (high - low) else "left",
                   bbox={"facecolor": "white", "edgecolor": "none", "pad": 1}))  # fmt: skip
    ticks = [low, *range((low // 100 + 1) * 100, high, 100), high]
    panel.scale(ticks, map(str, ticks), size=9, lines=False, base=False)
    panel.write(low - 12, 1, f"{exam.code} {exam.name.value or ''}", 12, panel.moved(up=6))


def _side(value: float, low: float, high: float) -> str:
    place = (value - low) / (high - low)
    return "left" if place < 0.25 else "right" if place > 0.75 else "center"


def share_bars(ranked: pd.DataFrame) -> Chart:
    """Draw the shares of a table of priorities, with the hours where it has them, from the top as it is ordered."""
    figure = new_figure(0.75 + 0.58 * len(ranked))
    end = float(ranked["share"].max()) * (2.5 if "hours" in ranked else 2.1)
    panel = Panel(figure, left=NAMES, bottom=0.6, top=0.1, x=(0, end), y=(len(ranked) - 0.5, -0.5))
    shown = ranked.to_dict("records")
    for place, row in enumerate(shown):
        tier = str(row["tier"])
        color, hatch = tier_look(tier)
        panel.bar(place, 0, row["share"], 0.62, facecolor=color, hatch=hatch)
        text = f"{share_in_words(row)}  {tier}  ({row['weight']:.3g} %, {row['rating']})"
        panel.write(row["share"] + 0.7, place, text, 10.5, va="center")
    panel.names(range(len(ranked)), [fold(str(name)) for name in ranked.index])
    _percent_scale(panel, "Share of the study time for single domains, percent")
    each = zip(ranked.index, shown, strict=True)
    said = "; ".join(f"{name} {share_in_words(row)} ({row['tier']})" for name, row in each)
    return Chart(figure, f"Study time by domain: {said}.")


def share_in_words(row: Mapping[Any, Any]) -> str:
    """Return a domain's share of the time, with its hours where they are known."""
    return f"{row['share']:.0f} %" + (f", {round(row['hours'], 1):g} h" if "hours" in row else "")
