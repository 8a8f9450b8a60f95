"""Figures of the method's diagnosis: how many possible reports fit which pattern, and the weeks of each timeline."""

from __future__ import annotations

import pandas as pd

from mls_kit.exam import load_method
from mls_kit.explain.figure import EDGE, INK, add_axes, new_figure
from mls_kit.explain.model_figure import ModelChart
from mls_kit.method import diagnose, labels_of
from mls_kit.report import ScoreReport, possible_reports, reports_frame

_YOURS, _OTHERS = ("#f2cf8c", "///"), ("#dddddd", "")


def labels_shown(report: ScoreReport) -> tuple[str, ...]:
    """Return the labels that belong to a report, weakest first: the article's where its own are mixed."""
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
    own = diagnose(reports_frame([report]).assign(scaled_score=exam.passing - 1)).iloc[0]
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


def pattern_counts(report: ScoreReport) -> ModelChart:
    """Draw how many of the reports that an exam allows fit each pattern, and how many none; the report's are marked."""
    table, tiers = count_diagnoses(report)
    total = int(tiers["reports"].sum())
    figure = new_figure(0.95 + 0.42 * len(table))
    axes = add_axes(figure, left=3.3, bottom=0.6, top=0.15)
    for place, (_, row) in enumerate(table.iterrows()):
        color, hatch = _YOURS if row["yours"] else _OTHERS
        axes.barh(place, row["reports"], color=color, hatch=hatch, edgecolor=EDGE, height=0.62)
        mark = "   your report" if row["yours"] else ""
        axes.text(row["reports"] + total / 120, place, f"{row['reports']} of {total}{mark}", va="center", color=INK)
    named = [f"{number}  {row['name']}" if number else str(row["name"]) for number, row in table.iterrows()]
    axes.set_yticks(range(len(table)), named, fontsize=10.5)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(0, total)
    axes.set_xlabel("Possible reports of a failed attempt")
    said = "; ".join(
        f"{f'pattern {n}, ' if n else ''}{row['name']}: {row['reports']}{' (yours)' if row['yours'] else ''}"
        for n, row in table.iterrows()
    )
    words = (
        f"Of the {total} combinations of ratings that a report of {report.exam} can show, so many fit each pattern (article's "
        f"rules, counted by the kit; one report can fit several): {said}. Pattern 4 needs two reports and is not counted."
    )
    return ModelChart(figure, words, table)


def timeline_tiers(report: ScoreReport) -> ModelChart:
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
    figure = new_figure(1.0 + 0.5 * len(rules))
    axes = add_axes(figure, left=1.2, bottom=0.6, top=0.15)
    for place, (rule, (_, row)) in enumerate(zip(rules, table.iterrows(), strict=True)):
        color, hatch = _YOURS if row["yours"] else _OTHERS
        low, high = rule.weeks
        axes.barh(place, high - low, left=low, color=color, hatch=hatch, edgecolor=EDGE, height=0.6)
        model = " (hours: model)" if rule.note else ""
        mine = "   your report" if row["yours"] else ""
        text = f"{row['weeks']} weeks{mine}\n{row['hours_a_week']} hours a week{model}"
        x, side = (low - 0.4, "right") if high > 20 else (high + 0.4, "left")
        axes.text(x, place, text, va="center", ha=side, color=INK)
    axes.set_yticks(range(len(rules)), [rule.tier for rule in rules], fontsize=10.5)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(0, max(rule.weeks[1] for rule in rules) + 1)
    axes.set_xlabel("Weeks of study (article); never shorter than the wait before a retake")
    said = "; ".join(
        f"{tier}: {row['weeks']} weeks at {row['hours_a_week']} hours, {row['reports']} reports. {row['how_to_study'][:-1]}"
        f"{' (yours is one)' if row['yours'] else ''}"
        for tier, row in table.iterrows()
    )
    words = (
        f"Weeks and hours a week by timeline, with how many of the {counts['reports'].sum()} possible reports fall into it: "
        f"{said}. Weeks, hours and ways of studying are the article's, except the hours of Severe, which are the kit's (model)."
    )
    return ModelChart(figure, words, table)
