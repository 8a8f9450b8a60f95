"""Figures about practice: what is known of each domain, and how often the rule errs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mls_kit.exam import Exam, load_method
from mls_kit.explain.figure import INK, Chart, add_axes, direct_label, new_figure, percent, percent_range
from mls_kit.practice import Readiness, least_questions, luck_rate, readiness_rule, rule_rate

ALL = "All full sets"


def readiness_rows(found: Readiness) -> pd.DataFrame:
    """Return what the picture draws: by row, right, out_of and low, mean, high of the true proportion."""
    rows = rows_of(found)
    return pd.DataFrame(list(rows.values()), index=pd.Index(list(rows), name="domain"))


def rows_of(found: Readiness) -> dict[str, dict[str, float]]:
    """Return these rows by their names, in plain Python: a frame costs a view too much at every key press."""
    counting, (low, high), domains = found.counting, found.interval, found.domains.to_dict("list")
    first = (int(counting["right"].sum()), int(counting["out_of"].sum()), low, found.overall.mean, high)
    rows = [first, *zip(*domains.values(), strict=True)]
    return {name: dict(zip(domains, row, strict=True)) for name, row in zip([ALL, *found.domains.index], rows, strict=True)}


def row_words(row: Mapping[str, float]) -> str:
    """Say one row: right of asked, and the interval."""
    if not row["out_of"]:
        return "nothing counts yet"
    return f"{row['right']:.0f} of {row['out_of']:.0f}  ({percent_range(row['low'], row['high'])})"


def rule_rates(exam: Exam) -> Chart:
    """Draw how often learners meet the rule, by their true proportion right: one set, the rule, and trying on."""
    plan, tries = load_method().plan, readiness_rule().shown_tries
    truths = np.arange(60, 96) / 100
    table = pd.DataFrame(
        {
            "one set": [rule_rate(exam, t, sets=1, floor=False) for t in truths],
            f"{plan.readiness_sets} in a row, on the first try": [rule_rate(exam, t) for t in truths],
            f"{plan.readiness_sets} in a row within {tries}": [luck_rate(exam, t) for t in truths],
        },
        index=pd.Index([f"{100 * t:.0f} %" for t in truths], name="true level"),
    )
    figure = new_figure(3.9)
    axes = add_axes(figure, left=0.9, bottom=0.6, top=0.25)
    for place, (name, line, width) in enumerate(zip(table.columns, ("-", "-", "--"), (1.4, 3.0, 1.8), strict=True)):
        axes.plot(100 * truths, table[name], line, linewidth=width, color=INK)
        at = int(np.argmin(np.abs(table[name].to_numpy() - (0.2, 0.45, 0.75)[place])))
        side, away = ("left", 0.6) if place == 1 else ("right", -0.6)
        direct_label(axes, 100 * truths[at] + away, float(table[name].iloc[at]), str(name), ha=side, va="center")
    for truth in readiness_rule().shown_truths:
        axes.axvline(100 * truth, color="#999999", linewidth=1, linestyle=(0, (1, 2)))
    axes.set_xlabel("True level, percent", fontsize=10.5)
    axes.set_ylabel("How often people meet it (model)", fontsize=10.5)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.set_ylim(0, 1.02)
    axes.grid(axis="y", color="#dddddd", linewidth=0.7)
    said = "; ".join(
        f"true level {100 * t:.0f} %: one set {percent(rule_rate(exam, t, sets=1, floor=False))}, the rule on the first try "
        f"{percent(rule_rate(exam, t))}, at some point in {tries} sets {percent(luck_rate(exam, t))}"
        for t in readiness_rule().shown_truths
    )
    caption = (
        f"A good set: {plan.goal_percent} % or more of {least_questions(exam)} questions. For {plan.readiness_sets} in a row: also "
        f"at least {plan.floor_percent} % in each domain. We assume the same level in all domains, and no learning between sets "
        "(model)."
    )
    return Chart(figure, f"How often people meet each rule. {said}. {caption}", table, caption)
