"""Figures about practice: what is known of each domain, and how often the rule errs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mls_kit.exam import Exam, load_method
from mls_kit.explain.figure import DOMAIN_LOOK, EDGE, INK, NAMES, add_axes, name_rows, new_figure
from mls_kit.explain.model_figure import ModelChart, direct_label, percent, percent_range, share_axis
from mls_kit.practice import Readiness, least_questions, luck_rate, readiness_rule, rule_rate

ALL = "All full sets"


def readiness_axes(figure: Figure, names: list[str]) -> Axes:
    """Draw what stands still: a row for all full sets, one a domain, the goal and the floor."""
    plan = load_method().plan
    axes = add_axes(figure, left=NAMES, bottom=0.6, top=0.55, right=2.3)
    share_axis(axes, f"Truly right (model: {100 * readiness_rule().level:.0f} % interval)")
    rows = [ALL, *names]
    name_rows(axes, rows, above=0.6, below=0.6)
    goal, floor = plan.goal_percent / 100, plan.floor_percent / 100
    axes.plot([goal] * 2, [-0.5, 0.5], color=INK, linewidth=2)
    axes.plot([floor] * 2, [0.5, len(rows) - 0.5], color=INK, linewidth=1.6, linestyle=(0, (1, 1)))
    axes.axhline(0.5, color="#bbbbbb", linewidth=0.8)
    look: dict[str, Any] = {"fontsize": 10.5, "color": INK, "ha": "center", "va": "bottom"}
    axes.text(goal, -0.66, f"goal {plan.goal_percent} %", **look)
    direct_label(axes, floor - 0.012, 0.62, f"floor {plan.floor_percent} %", ha="right", va="center")
    return axes


def headline(figure: Figure, text: str) -> None:
    """Write a line above the axes, from the left edge of the picture."""
    width, height = figure.get_size_inches()
    figure.text(0.15 / width, 1 - 0.28 / height, text, fontsize=11, color=INK)


def readiness_rows(found: Readiness) -> pd.DataFrame:
    """Return what the picture draws: by row, right, out_of and low, mean, high of the true proportion."""
    low, high = found.interval
    counting = found.counting
    first = pd.DataFrame(
        [{"right": int(counting["right"].sum()), "out_of": int(counting["out_of"].sum()), "low": low,
          "mean": found.overall.mean, "high": high}], index=pd.Index([ALL], name="domain"))  # fmt: skip
    return pd.concat([first, found.domains])


def row_words(row: pd.Series) -> str:
    """Say one row: right of asked, and the interval."""
    if not row["out_of"]:
        return "nothing counts yet"
    return f"{row['right']:.0f} of {row['out_of']:.0f}  ({percent_range(row['low'], row['high'])})"


def readiness_picture(found: Readiness) -> ModelChart:
    """Draw what the log says of each domain, the sets so far, goal and floor; a row for all full sets, then one a domain."""
    rows = readiness_rows(found)
    figure = new_figure(1.3 + 0.62 * len(rows))
    axes = readiness_axes(figure, list(rows.index[1:]))
    for place, (_, row) in enumerate(rows.iterrows()):
        if row["out_of"]:
            color = "#ffffff" if not place else DOMAIN_LOOK[(place - 1) % len(DOMAIN_LOOK)]
            axes.barh(place, row["high"] - row["low"], 0.34, row["low"], color=color, edgecolor=EDGE, zorder=2)
            axes.plot(row["right"] / row["out_of"], place, "o", color=INK, markersize=7, zorder=4)
        axes.text(1.03, place, row_words(row), va="center", fontsize=10.5, color=INK)
    sets = found.counting["percent"] / 100
    axes.plot(sets, np.full(len(sets), 0.32), "D", color="#0b5d8a", markersize=6, zorder=5)
    headline(figure, "Dot: right so far. Bar: where the truth may lie. Diamonds: single full sets.")
    return ModelChart(figure, _readiness_words(found, rows), rows)


def _readiness_words(found: Readiness, rows: pd.DataFrame) -> str:
    said = "; ".join(f"{name}: {row_words(row)}" for name, row in rows.iterrows())
    rule = readiness_rule()
    sets = ", ".join(f"{share:.0f} %" for share in found.counting["percent"]) or "none yet"
    return (
        f"{found.exam.code}, fresh timed practice of the last {rule.recent_days} days: questions right, and where the true "
        f"proportion lies with {100 * rule.level:.0f} % probability (model, all proportions alike beforehand). {said}. "
        f"Goal and floor are lines; single full sets: {sets}."
    )


def rule_rates(exam: Exam) -> ModelChart:
    """Draw how often learners pass the rule, by their true proportion right: one set, the rule, and trying on."""
    plan, tries = load_method().plan, readiness_rule().shown_tries
    truths = np.arange(60, 96) / 100
    table = pd.DataFrame(
        {
            "one set": [rule_rate(exam, t, sets=1, floor=False) for t in truths],
            f"{plan.readiness_sets} in a row, at once": [rule_rate(exam, t) for t in truths],
            f"{plan.readiness_sets} in a row within {tries}": [luck_rate(exam, t) for t in truths],
        },
        index=pd.Index([f"{100 * t:.0f} %" for t in truths], name="truly right"),
    )
    figure = new_figure(3.9)
    axes = add_axes(figure, left=0.9, bottom=0.6, top=0.25)
    styles = zip(table.columns, ("-", "-", "--"), (1.6, 3.0, 1.8), ("#7a4b00", INK, "#0b5d8a"), strict=True)
    for place, (name, line, width, color) in enumerate(styles):
        axes.plot(100 * truths, table[name], line, linewidth=width, color=color)
        at = int(np.argmin(np.abs(table[name].to_numpy() - (0.2, 0.45, 0.75)[place])))
        side, away = ("left", 0.6) if place == 1 else ("right", -0.6)
        direct_label(axes, 100 * truths[at] + away, float(table[name].iloc[at]), str(name), ha=side, va="center")
    for truth in readiness_rule().shown_truths:
        axes.axvline(100 * truth, color="#999999", linewidth=1, linestyle=(0, (1, 2)))
    axes.set_xlabel("Truly right, percent", fontsize=10.5)
    axes.set_ylabel("How often it is passed (model)", fontsize=10.5)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.set_ylim(0, 1.02)
    axes.grid(axis="y", color="#dddddd", linewidth=0.7)
    said = "; ".join(
        f"truly {100 * t:.0f} %: one set {percent(rule_rate(exam, t, sets=1, floor=False))}, the rule at once "
        f"{percent(rule_rate(exam, t))}, somewhere within {tries} sets {percent(luck_rate(exam, t))}"
        for t in readiness_rule().shown_truths
    )
    words = (
        f"How often someone gets {plan.goal_percent} % or more in a set of {least_questions(exam)} questions, in "
        f"{plan.readiness_sets} in a row with {plan.floor_percent} % in each domain over both, and in {plan.readiness_sets} "
        f"in a row somewhere within {tries} sets: {said}. This is model: equally able in all domains, questions as fresh and "
        f"as hard as the exam's, nothing learned between the sets."
    )
    return ModelChart(figure, words, table)
