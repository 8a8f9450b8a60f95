"""The picture of a report, with its words."""

from __future__ import annotations

import pandas as pd

from mls_kit.exam import load_method
from mls_kit.explain.figure import Chart
from mls_kit.explain.marks import ROW, Plot, picture, picture_name, scale_ticks
from mls_kit.html import table
from mls_kit.report import ScoreReport


def report_card(report: ScoreReport) -> Chart:
    """Draw one report: the score on its scale, and each domain's weight with its rating."""
    exam, method, score = report.facts, load_method(), report.scaled_score
    looks = {label: f"s{place + 1}" for place, label in enumerate(each.label for each in method.ratings if not each.like)}
    looks[method.not_rated.rating] = "paper"
    plots = [_score_scale(report, score)] if score is not None and exam.has_standard else []
    longest = max(domain.weight for domain in exam.domains)
    for domain in exam.domains:
        label = report.ratings[domain.name]
        percent = f" ({report.percents[domain.name]:g} % right)" if domain.name in report.percents else ""
        row = Plot(0, longest, 2 * ROW, name=domain.name, said=f"{domain.weight:g} %: {label}{percent}")
        row.bar(0, domain.weight, ROW - 0.6, ROW + 0.6, looks.get(method.like(label), "paper"))
        plots.append(row)
    said = "; ".join(f"{d.name} {d.weight:g} %: {report.ratings[d.name]}" for d in exam.domains)
    points = report.points_from_passing
    side = "above" if report.passed else "below"
    caption = f"{exam.code}: {report.outcome}"
    if points is not None:
        caption += f", {abs(points)} points {side} the passing standard {exam.passing}"
        caption += f", on a scale from {exam.score_range[0]} to {exam.score_range[1]}"
    note = "Bar: the domain's weight, its share of the questions that count. Next to it: the rating on the report."
    drawn = picture(picture_name(), "Picture: a score report", plots, note)
    return Chart(drawn, f"{caption}. Ratings by domain: {said}.", caption=f"{caption}.")


def report_table(report: ScoreReport) -> str:
    """Return the sections of a report, their weights and what it says as a table."""
    said = report.ratings | {name: f"{percent:g} %" for name, percent in report.percents.items()}
    rows = [(domain.name, f"{domain.weight:g} %", said[domain.name]) for domain in report.facts.domains]
    frame = pd.DataFrame(rows, columns=["section", "weight", "on the report"])
    return table(frame, "Sections, their weights and what the report says")


def _score_scale(report: ScoreReport, score: int) -> Plot:
    exam, (low, high) = report.facts, report.facts.score_range
    plot = Plot(low, high, 5.2, f"{exam.code} {exam.name.value or ''}")
    plot.bar(low, exam.passing, 2.6, 3.6, "fails")
    plot.bar(exam.passing, high, 2.6, 3.6, "passes")
    for x, y, words in ((exam.passing, 0.9, f"passing standard {exam.passing}"), (score, 2.1, _verdict(report))):
        plot.line((x, x), (y - 0.7, 3.6), "thick" if x == exam.passing else "line")
        plot.write(x, y, f"\u00a0{words}\u00a0", "end" if plot.at(x) > 50 else "start")
    plot.dot(score, 3.1, "ring", 0.5)
    plot.ticks(scale_ticks(low, high))
    return plot


def _verdict(report: ScoreReport) -> str:
    return f"your score {report.scaled_score}: {'pass' if report.passed else 'not passed'}"
