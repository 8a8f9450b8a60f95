"""Figures of the method's diagnosis: how many possible reports fit each pattern, and the weeks of each timeline."""

from __future__ import annotations

import pandas as pd

from mls_kit.exam import load_method
from mls_kit.explain.figure import Chart
from mls_kit.explain.marks import ROW, Plot, picture, picture_name
from mls_kit.method import diagnose, labels_of
from mls_kit.report import ScoreReport, possible_reports, reports_frame

_MINE, _HOW = " (this report)", "Yellow: this report."


def labels_shown(report: ScoreReport) -> tuple[str, ...]:
    """Return the labels that belong to a report, weakest first: the article's where its own are mixed."""
    if not report.is_rated:
        return (load_method().not_rated.rating,)
    return labels_of(report) or tuple(load_method().vocabularies["article"].labels)


def count_diagnoses(report: ScoreReport) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count the reports that an exam's domains and labels allow, by pattern (0: none fits) and by timeline's tier.

    The article's rules as the kit reads them (model); pattern 4 needs two reports and is not counted. The report given
    is marked in the tables; an attempt before it is not looked at.

    >>> patterns, tiers = count_diagnoses(ScoreReport("MLS-C01", 690, "S, C, NI, NI"))
    >>> int(patterns.loc[0, "reports"]), tiers["reports"].tolist()
    (29, [16, 32, 24, 9])
    """
    method, exam = load_method(), report.facts
    found = diagnose(possible_reports(exam, labels_shown(report)))
    own = diagnose(reports_frame([report]).assign(scaled_score=exam.passing - 1, result="fail")).iloc[0]
    fits = {rule.number: found[f"pattern_{rule.number}"] for rule in method.patterns if not rule.newly_weak}
    fits = dict(sorted(fits.items())) | {0: ~pd.DataFrame(fits).any(axis=1)}
    mine = {number: bool(own[f"pattern_{number}"]) for number in fits if number}
    mine[0] = not any(mine.values())
    names = {rule.number: rule.name for rule in method.patterns} | {0: "None of these"}
    patterns = pd.DataFrame(
        {
            "name": [names[number] for number in fits],
            "reports": [int(fit.sum()) for fit in fits.values()],
            "share": [float(fit.mean()) for fit in fits.values()],
            "yours": [mine[number] for number in fits],
        },
        index=pd.Index(list(fits), name="pattern"),
    )
    order = [rule.tier for rule in reversed(method.timeline)]
    counts = found["tier"].value_counts().reindex(order)
    tiers = pd.DataFrame(
        {"reports": counts, "share": counts / len(found), "yours": [tier == own["tier"] for tier in order]},
        index=pd.Index(order, name="tier"),
    )
    return patterns, tiers


def pattern_counts(report: ScoreReport) -> Chart:
    """Draw how many of the reports that an exam allows fit each pattern, and how many none; the report's are marked."""
    table, tiers = count_diagnoses(report)
    total = int(tiers["reports"].sum())
    plots = []
    for number, row in table[table["reports"] > 0].iterrows():
        name = f"{number}  {row['name']}" if number else str(row["name"])
        plot = Plot(0, total, 2 * ROW, name=name, said=f"{row['reports']} of {total}{_MINE * row['yours']}")
        plot.bar(0, row["reports"], ROW - 0.6, ROW + 0.6, "choice" if row["yours"] else "fails")
        plots.append(plot)
    drawn = picture(picture_name(), "How many possible reports fit each pattern", plots, _HOW)
    words = (
        f"{report.exam} has {total} possible reports. The rules come from the article. The kit counted the reports. "
        "One report can fit several patterns."
    )
    return Chart(drawn, words, table)


def timeline_tiers(report: ScoreReport) -> Chart:
    """Draw the weeks of each timeline, with the report's own marked and the waiting time beside them."""
    _, counts = count_diagnoses(report)
    rules = load_method().timeline[::-1]
    hours = [rule.hours_per_week for rule in rules]
    table = counts.assign(
        weeks=[f"{rule.weeks[0]} to {rule.weeks[1]}" for rule in rules],
        hours_a_week=[f"{least} to {most}" if most else f"{least} or more" for least, most in hours],
        how_to_study=[rule.approach for rule in rules],
        kind=["weeks: article; hours: model" if rule.note else rule.kind for rule in rules],
    )[["weeks", "hours_a_week", "how_to_study", "kind", "reports", "share", "yours"]]
    plots, longest = [], max(rule.weeks[1] for rule in rules)
    for rule, (_, row) in zip(rules, table.iterrows(), strict=True):
        model = " (hours: model)" if rule.note else ""
        said = f"{row['weeks']} weeks, {row['hours_a_week']} hours a week{model}"
        plot = Plot(0, longest, 2 * ROW, name=rule.tier + _MINE * row["yours"], said=said)
        plot.bar(*rule.weeks, ROW - 0.6, ROW + 0.6, "choice" if row["yours"] else "fails")
        plots.append(plot)
    scale = Plot(0, longest, 1.4, name="", said="weeks (article)")
    scale.ticks(range(0, longest + 1, 4))
    note = f"{_HOW} Every timeline is at least as long as you must wait before you take the exam again."
    drawn = picture(picture_name(), "The weeks of each timeline", [*plots, scale], note)
    words = "The weeks and hours come from the article. Only the hours for Severe come from the kit (model)."
    return Chart(drawn, words, table)
