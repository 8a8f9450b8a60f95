"""Figures of a group: read without color, with words and the numbers as a table; what is hidden is drawn as hidden."""

from __future__ import annotations

import pandas as pd

from mls_kit.cohort import Counts, ExamGroup, GroupChance
from mls_kit.explain.figure import EDGE, INK, NAMES, Chart, add_axes, name_rows, new_figure, rating_look

_HIDDEN = ("#ffffff", "xx")
_POINT = "#0b5d8a"


def ratings_bars(group: ExamGroup) -> Chart:
    """Draw the ratings of every domain as one bar, part by part."""
    table, counts = group.ratings.table, group.ratings
    figure = new_figure(1.15 + 0.62 * len(table))
    axes = add_axes(figure, left=NAMES, bottom=0.6, top=0.45)
    met: dict[str, tuple[str, str]] = {}
    for place, name in enumerate(table.index):
        if counts.row_hidden(place):
            axes.barh(place, group.size, color=_HIDDEN[0], hatch=_HIDDEN[1], edgecolor="#999999", height=0.62)
            axes.text(group.size / 2, place, "hidden", ha="center", va="center", fontsize=11, color=INK,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 2})  # fmt: skip
            continue
        left = 0
        for label, count in table.loc[name].items():
            met[str(label)] = color, hatch = rating_look(str(label))
            axes.barh(place, count, left=left, color=color, hatch=hatch, edgecolor=EDGE, height=0.62)
            if count:
                axes.text(left + count / 2, place, str(count), ha="center", va="center", fontsize=11, color=INK,
                          bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})  # fmt: skip
            left += count
    axes.set_xlim(0, group.size)
    axes.set_xlabel("Learners, by the rating on their latest report")
    handles = [axes.barh(-9, 0, color=color, hatch=hatch, edgecolor=EDGE) for color, hatch in met.values()]
    name_rows(axes, table.index)
    if met:
        axes.legend(handles, list(met), loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, fontsize=10)
    said = "; ".join(
        f"{name}: hidden" if counts.row_hidden(place) else f"{name}: " + ", ".join(f"{n} {w}" for w, n in row.items())
        for place, (name, row) in enumerate(table.iterrows())
    )
    return Chart(figure, f"{group.exam.code}, {group.size} learners, ratings by domain. {said}.")


def visible_domains(group: ExamGroup) -> list[str]:
    """Return the domains of which nothing is hidden."""
    return [name for place, name in enumerate(group.ratings.table.index) if not group.ratings.row_hidden(place)]


def weak_shares(group: ExamGroup, chance: GroupChance) -> Chart:
    """Draw, by domain, the share rated weak and the share truly weak with its interval."""
    names = visible_domains(group)
    figure = new_figure(1.2 + 0.62 * len(names))
    axes = add_axes(figure, left=NAMES, bottom=0.6, top=0.5, right=0.4)
    said = []
    for place, name in enumerate(names):
        row = chance.weak.loc[name]
        rated = group.ratings.table.loc[name].iloc[0] / group.size
        ends = [row["low"], row["high"]]
        axes.plot(ends, [place, place], color=_POINT, linewidth=5, alpha=0.45, solid_capstyle="butt")
        axes.plot(row["mean"], place, "o", color=_POINT, markersize=10, markeredgecolor="white")
        axes.plot(rated, place, "D", color="white", markersize=9, markeredgecolor=INK, markeredgewidth=1.8)
        said.append(
            f"{name}: rated weak {100 * rated:.0f} %, truly weak {100 * row['mean']:.0f} % "
            f"({100 * row['low']:.0f} to {100 * row['high']:.0f} %)"
        )
    name_rows(axes, names)
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.grid(axis="x", color="#dddddd")
    axes.set_axisbelow(True)
    axes.set_xlabel("Share of the group")
    weakest = group.ratings.table.columns[0]
    axes.set_title(f"◇ rated {weakest}    ● truly weak (model), bar: 90 % interval", loc="left", fontsize=10.5)
    return Chart(figure, f"{group.exam.code}, share of {group.size} learners weak by domain. {'; '.join(said)}.")


def counts_bars(counts: Counts, group: ExamGroup, what: str) -> Chart:
    """Draw one row of counts as bars; a hidden one is a word, not a length."""
    row: pd.Series = counts.table.iloc[0]
    figure = new_figure(0.75 + 0.42 * len(row))
    axes = add_axes(figure, left=1.6, bottom=0.55, top=0.1)
    for place, count in enumerate(row):
        hidden = bool(counts.hidden[0, place])
        if not hidden:
            axes.barh(place, count, color="#a7d3f0", hatch="..", edgecolor=EDGE, height=0.6)
        text = "hidden" if hidden else str(count)
        axes.text(0.01 * group.size + (0 if hidden else count), place, text, va="center", fontsize=11, color=INK)
    name_rows(axes, row.index)
    axes.set_xlim(0, group.size * 1.08)
    axes.set_xlabel(what)
    said = ", ".join(f"{name} {text}" for name, text in counts.words().iloc[0].items())
    return Chart(figure, f"{group.exam.code}, {what[0].lower()}{what[1:]}: {said}.")
