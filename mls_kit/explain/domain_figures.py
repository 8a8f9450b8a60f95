"""Figures about domains: what a rating tells, and what a whole report says of each domain."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from mls_kit.explain.figure import EDGE, INK, NAMES, WIDTH, Panel, add_axes, fold, new_figure, rating_look
from mls_kit.explain.look import domain_look
from mls_kit.explain.model_figure import (
    ModelChart,
    assuming,
    direct_label,
    domain_names,
    impossible,
    report_in_words,
    share_axis,
    signed,
)
from mls_kit.html import Block, percent, percent_range
from mls_kit.score_model import (
    FloatArray,
    Outlook,
    RatingBands,
    ReportPosterior,
    check_count,
    check_number,
    rating_probabilities,
    reject,
)

Row = Mapping[Any, Any]  # of a table

_HALO = [withStroke(linewidth=4, foreground="white")]


def rating_chances(questions: int, bands: RatingBands, mark: float = 0.7, move: int = 5) -> ModelChart:
    """Draw the chance of each rating against the proportion that a candidate truly gets right; a row a proportion.

    Parameters
    ----------
    questions : int
        Questions in the domain on one form, at least one.
    mark : float
        True proportion, from 0 to 1, whose chances are spelled out.
    move : int
        Percentage points by which all thresholds, staying in 1-100 %, are lowered and raised for each chance's range.
    """
    n, p = check_count("questions", questions, 1), check_number("mark", mark, 0, 1)
    moved = [RatingBands(bands.labels, tuple(c + by for c in bands.cuts_percent)) for by in (-move, 0, move)]
    x = np.linspace(0, 1, 201)
    curves = [rating_probabilities(x, n, each) for each in moved]
    figure = new_figure(4.5)
    axes = add_axes(figure, left=0.75, bottom=0.6, top=0.4, right=2.75)
    edges = np.concatenate([np.zeros((x.size, 1)), curves[1].cumsum(axis=1)], axis=1)
    for code, label in enumerate(bands.labels):
        unknown = domain_look(code + 1)[2:4]
        color, hatch = rating_look(label, unknown)
        axes.fill_between(x, edges[:, code], edges[:, code + 1], facecolor=color, hatch=hatch, edgecolor=EDGE, lw=0.8)
        _name_layer(axes, x, (edges[:, code] + edges[:, code + 1]) / 2, label, code, len(bands.labels))
    for other in (curves[0], curves[2]):
        axes.plot(x, other.cumsum(axis=1)[:, :-1], color=INK, linewidth=1.8, linestyle=":", path_effects=_HALO)
    axes.axvline(p, color=INK, linewidth=2)
    share_axis(axes, f"Truly right in the domain ({n} questions a form; model)")
    axes.set_ylim(0, 1)
    axes.set_yticks([0.25, 0.5, 0.75, 1], ["25 %", "50 %", "75 %", "100 %"], fontsize=10)
    axes.set_title("Chance of each rating", loc="left", fontsize=11)
    table = _rating_table(np.append(np.arange(0, 1.001, 0.05), p), n, moved)
    beside = _beside(table, bands, p, move)
    figure.text(6.42 / WIDTH, 0.86, beside, fontsize=10.5, color=INK, va="top", linespacing=1.45)
    return ModelChart(figure, _rating_words(table, bands, n, p, move), table)


def _name_layer(axes: Axes, x: FloatArray, middles: FloatArray, label: str, code: int, labels: int) -> None:
    """Write a label into its layer: the outer ones at the sides, the others where their layer passes 65 %."""
    if code == 0:
        direct_label(axes, 0.03, 0.5, label, ha="left", va="center")
    elif code == labels - 1:
        direct_label(axes, 0.985, 0.88, label, ha="right", va="center")
    else:
        at = int(np.abs(middles - 0.65).argmin())
        direct_label(axes, float(x[at]), float(middles[at]), label, ha="center", va="center")


def _rating_table(proportions: FloatArray, questions: int, moved: Sequence[RatingBands]) -> pd.DataFrame:
    rows = np.unique(proportions.round(9))
    found = np.stack([rating_probabilities(rows, questions, bands) for bands in moved])
    columns = {}
    for code, label in enumerate(moved[1].labels):
        columns[label] = found[1, :, code]
        columns[f"{label}, lowest"] = found[:, :, code].min(axis=0)
        columns[f"{label}, highest"] = found[:, :, code].max(axis=0)
    return pd.DataFrame(columns, index=pd.Index(rows, name="truly right"))


def _each(table: pd.DataFrame, bands: RatingBands, p: float) -> list[tuple[str, str, str]]:
    row = table.loc[round(p, 9)]
    return [
        (label, percent(row[label]), percent_range(row[f"{label}, lowest"], row[f"{label}, highest"]))
        for label in bands.labels
    ]


def _beside(table: pd.DataFrame, bands: RatingBands, p: float, move: int) -> str:
    lines = [f"Truly {percent(p)} right:"]
    lines += [f"{label}\n  {chance}  ({spread})" for label, chance, spread in _each(table, bands, p)]
    return "\n".join([*lines, "", f"Dotted lines and ranges:\nthresholds {move} points\nlower or higher"])


def _rating_words(table: pd.DataFrame, bands: RatingBands, n: int, p: float, move: int) -> str:
    said = ", ".join(f"{label} {chance} ({spread})" for label, chance, spread in _each(table, bands, p))
    cuts = " and ".join(f"{cut} %" for cut in bands.cuts_percent)
    return (
        f"Chance of each rating in a domain of {n} questions, by the share a candidate truly gets right. Truly "
        f"{percent(p)} right: {said}. In brackets the range when all thresholds lie {move} points lower or higher; "
        "counts being whole, a move may change nothing. "
        f"This is model, assuming ratings that change at {cuts} right and questions that are answered right independently of "
        f"each other. None of it is published."
    )


def _density(posterior: ReportPosterior, domain: int, over: str) -> tuple[FloatArray, FloatArray]:
    """Density of ability or of the proportion right, where it is not negligible."""
    theta, mass = posterior.model.theta[domain], posterior.ability[domain]
    x = theta if over == "ability" else posterior.model.proportion_given_theta[domain]
    density = mass / (theta[1] - theta[0]) / np.gradient(x, theta)
    keep = mass > 1e-7 * mass.max()
    return x[keep], density[keep]


def domain_ridges(outlook: Outlook, names: Sequence[str] | None = None, over: str = "proportion") -> ModelChart | Block:
    """Draw what score and ratings say about each domain, and what the score alone would say; a row a domain.

    For an impossible report the reasons come back in its place.

    Parameters
    ----------
    names : sequence of str, optional
        One a domain. Default: Domain 1, Domain 2, ...
    over : {"proportion", "ability"}
        True proportion right on the base form, or ability.
    """
    if over not in ("proportion", "ability"):
        raise reject("over", over, "'proportion' or 'ability'")
    called = domain_names(outlook.model, names)
    if outlook.together is None:
        return impossible(outlook)
    table = _domain_table(outlook.together, outlook.alone, called, over)
    wide = outlook.retake.proportion_bands if outlook.retake and over == "proportion" else None
    if wide is not None:
        table["least"], table["most"] = wide.T
    rows = len(called)
    figure = new_figure(1.3 + 0.92 * rows)
    curves = [[_density(each, d, over) for each in (outlook.together, outlook.alone)] for d in range(rows)]
    ends = [x[place] for (x, _), _ in curves for place in (0, -1)]
    margin = 0.05 * (max(ends) - min(ends))
    low, high = min(ends) - margin, max(ends) + margin
    x = (0.0, 1.0) if over == "proportion" else (max(low, -3.5), min(high, 3.5))
    panel = Panel(figure, left=NAMES, bottom=0.6, top=0.6, right=2.45, x=x, y=(-0.25, rows + 0.05))
    _draw_ridges(panel, curves)
    shown = table.to_dict("records")
    under = [rows - 1.1 - place for place in range(rows)]
    if "least" in table:
        panel.spans([(row["least"], row["most"], y) for row, y in zip(shown, under, strict=True)], linewidth=1.3)
    panel.spans([(row["low"], row["high"], y) for row, y in zip(shown, under, strict=True)],
                linewidth=4, solid_capstyle="butt")  # fmt: skip
    panel.dots(table["mean"].to_numpy(), under, marker="D", color="white", markeredgecolor=INK, markersize=8)
    for row, y in zip(shown, under, strict=True):
        text = f"{_spread(row, '', over)}\nscore alone {_spread(row, ' alone', over)}"
        panel.write(1.03, y + 0.35, text, transform=panel.beside, va="center")
    panel.write(1.03, rows - 0.02, "Mean (90 % interval)", transform=panel.beside)
    labels = [f"{fold(name)}\n({row['rating']})" for name, row in zip(called, shown, strict=True)]
    panel.names([rows - 1 - d + 0.25 for d in range(rows)], labels)
    _ridge_scale(panel, outlook.together, over)
    thin = "" if wide is None else " Thin: all assumptions."
    panel.head(f"Filled: score and ratings. Dashed: score alone. Bar: 90 % interval. Diamond: mean.{thin}")
    return ModelChart(figure, _domain_words(outlook.together, called, shown, over), table)


def _draw_ridges(panel: Panel, curves: Sequence[Sequence[tuple[FloatArray, FloatArray]]]) -> None:
    height = 0.8 / max(float(density.max()) for pair in curves for _, density in pair)
    for d, ((x, y), (x_alone, y_alone)) in enumerate(curves):
        base = len(curves) - 1 - d
        color, hatch = domain_look(d + 1)[2:4]
        panel.area(x, base, base + height * y, facecolor=color, hatch=hatch, edgecolor="#777777", linewidth=0)
        panel.line(x, base + height * y, linewidth=1.5)
        panel.line(x_alone, base + height * y_alone, linewidth=1.5, linestyle="--")


def _ridge_scale(panel: Panel, posterior: ReportPosterior, over: str) -> None:
    if over == "ability":
        ticks = range(math.ceil(panel.x[0]), math.floor(panel.x[1]) + 1)
        panel.scale(ticks, [signed(tick, 0) for tick in ticks], "Ability (model)", lines=False)
        return
    panel.shares("Truly right in the domain (model)")
    cuts, rows = posterior.model.bands.cuts_percent, posterior.model.domains
    for cut in cuts:
        panel.line([cut / 100] * 2, panel.y, color=EDGE, linewidth=1.2, linestyle=(0, (1, 1)), zorder=1)
    named, first = "rating threshold" if len(cuts) == 1 else "rating thresholds", cuts[0] / 100
    panel.write(first - 0.02, rows - 0.02, named, ha="right")


def _domain_table(both: ReportPosterior, alone: ReportPosterior, names: Sequence[str], over: str) -> pd.DataFrame:
    columns: dict[str, object] = {"rating": [both.model.bands.labels[code] for code in both.evidence.codes or ()]}
    for suffix, posterior in (("", both), (" alone", alone)):
        mean = posterior.mean_ability if over == "ability" else posterior.mean_proportion
        ends = posterior.interval_ability() if over == "ability" else posterior.interval_proportion()
        columns |= {f"mean{suffix}": mean, f"low{suffix}": ends[:, 0], f"high{suffix}": ends[:, 1]}
    return pd.DataFrame(columns, index=pd.Index(names, name="domain"))


def _spread(row: Row, suffix: str, over: str) -> str:
    mean, low, high = (row[f"{name}{suffix}"] for name in ("mean", "low", "high"))
    if over == "ability":
        return f"{signed(mean)} ({signed(low)} to {signed(high)})"
    return f"{percent(mean)} ({percent_range(low, high)})"


def _domain_words(posterior: ReportPosterior, names: Sequence[str], shown: Sequence[Row], over: str) -> str:
    said = "; ".join(
        f"{name}: {_spread(row, '', over)}, from the score alone {_spread(row, ' alone', over)}"
        + (f", over all stated assumptions {percent_range(row['least'], row['most'])}" if "least" in row else "")
        for name, row in zip(names, shown, strict=True)
    )
    what = "ability" if over == "ability" else "the share truly right"
    return (
        f"What {report_in_words(posterior)} says about {what} in each domain: mean and 90 % interval. {said}. "
        f"Other assumptions would move these means and intervals. "
        f"{assuming(posterior.model, 'forms', 'cut', 'ability', 'thresholds')}"
    )
