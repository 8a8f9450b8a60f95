"""Figures about the next sitting: the chance to pass under several plans, and what it hangs on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from mls_kit.explain.figure import FILL, INK, NAMES, Panel, new_figure
from mls_kit.explain.model_figure import ModelChart, assuming, domain_names, impossible, report_in_words
from mls_kit.html import Block, percent, percent_range
from mls_kit.score_model import (
    AssumptionGrid,
    Outlook,
    PreparedGrid,
    ReportPosterior,
    RetakeOutlook,
    ScoreModel,
    forecast,
    reject,
)

Row = Mapping[Any, Any]  # of a table

_PLAN_NAMES = {
    "now": "now, without study",
    "article": "the article's split",
    "weights": "by exam weight",
    "equal": "equal hours",
    "best": "best in this model",
}


def _with_bands(retake: RetakeOutlook) -> RetakeOutlook:
    if not retake.bands:
        raise reject("outlook", "one without bands", "an outlook built with a grid of assumptions")
    return retake


def plan_chances(outlook: Outlook, names: Sequence[str] | None = None, known: str = "") -> ModelChart | Block:
    """Draw the chance to pass now and after each plan, each with its band over the stated assumptions; a row a plan.

    For an impossible report the reasons come back in its place.

    Parameters
    ----------
    outlook : Outlook
        Built with a grid of assumptions (else a ValueError): no chance is shown without its band.
    names : sequence of str, optional
        One a domain, for the hours in the table. Default: Domain 1, Domain 2, ...
    known : str
        What is known of real repeaters, in a sentence to go under the figure and into its words.
    """
    called = domain_names(outlook.model, names)
    if outlook.retake is None or outlook.together is None:
        return impossible(outlook)
    retake = _with_bands(outlook.retake)
    table = _plan_table(retake, called)
    rows = len(table)
    figure = new_figure(1.3 + 0.62 * rows + (0.3 if known else 0.0))
    panel = Panel(figure, left=NAMES, bottom=0.9 if known else 0.6, top=0.6, right=2.0, x=(0, 1), y=(rows - 0.5, -0.75))
    shown = table.to_dict("records")
    panel.spans([(row["minimum"], row["maximum"], place) for place, row in enumerate(shown)],
                linewidth=1.3, marker="|", markersize=9)  # fmt: skip
    for place, row in enumerate(shown):
        look = {"facecolor": FILL, "hatch": "///", "zorder": 2}
        panel.bar(place, row["low"], row["high"] - row["low"], 0.34, **look)
        text = f"{percent(row['chance'])}  ({percent_range(row['low'], row['high'])})"
        panel.write(1.03, place, text, 10.5, panel.beside, va="center")
    panel.dots(table["chance"].to_numpy(), range(rows), markersize=12)
    panel.write(1.03, -0.62, "Chance (band)", 10.5, panel.beside)
    panel.shares("Chance to pass the retake (model)")
    panel.names(range(rows), [_plan_label(str(plan), row) for plan, row in zip(table.index, shown, strict=True)])
    panel.head("Dot: these assumptions. Bar: 5 to 95 % of the stated sets of assumptions. Thin line: the extremes.")
    if known:
        figure.text(0.02, 0.06 / figure.get_figheight(), known, fontsize=10.5, color=INK, va="bottom")
    words = _plan_words(retake, outlook.together, dict(zip(table.index, shown, strict=True)))
    return ModelChart(figure, f"{words} {known}".strip(), table)


def _plan_table(retake: RetakeOutlook, names: Sequence[str]) -> pd.DataFrame:
    hours = {"now": (0.0,) * len(names)} | {name: split.hours for name, split in retake.splits.items()}
    chance = {"now": retake.chance} | {name: split.chance for name, split in retake.splits.items()}
    rows = []
    for name, band in retake.bands.items():
        by_domain = {f"hours {domain}": h for domain, h in zip(names, hours[name], strict=True)}
        rows.append({**by_domain, "chance": chance[name], "low": band.low, "high": band.high,
                     "minimum": band.minimum, "maximum": band.maximum})  # fmt: skip
    return pd.DataFrame(rows, index=pd.Index([*retake.bands], name="plan"))


def _hours(row: Row) -> list[float]:
    return [float(hours) for name, hours in row.items() if str(name).startswith("hours ")]


def _plan_label(plan: str, row: Row) -> str:
    hours = _hours(row)
    return _PLAN_NAMES.get(plan, plan) + (f"\n{'+'.join(f'{h:.0f}' for h in hours)} hours" if sum(hours) else "")


def _plan_words(retake: RetakeOutlook, posterior: ReportPosterior, shown: Mapping[Any, Row]) -> str:
    said = "; ".join(
        f"{_PLAN_NAMES.get(plan, plan)} {percent(row['chance'])} (band {percent_range(row['low'], row['high'])}, extremes "
        f"{percent_range(row['minimum'], row['maximum'])})"
        for plan, row in shown.items()
    )
    studied = [row for plan, row in shown.items() if plan != "now"]
    apart = 100 * (max(row["chance"] for row in studied) - min(row["chance"] for row in studied))
    width = 100 * min(row["high"] - row["low"] for row in studied)
    band = retake.bands["now"]
    left_out = f" ({band.impossible} more rule the report out)" if band.impossible else ""
    total = sum(_hours(studied[0]))
    return (
        f"Chance to pass a retake after {report_in_words(posterior)}, now and after {total:.0f} hours of study shared out in "
        f"different ways: {said}. A band runs from the 5 % to the 95 % point over {band.points} stated sets of "
        f"assumptions{left_out}; it is no confidence interval. The ways to share out the hours are {apart:.0f} "
        f"percentage points apart at most, each band at least {width:.0f} wide: this is no verdict on any of them. "
        f"{assuming(posterior.model, 'forms', 'cut', 'ability', 'thresholds', 'learning')}"
    )


def wrong_worlds(
    model: ScoreModel, worlds: Mapping[str, Mapping[str, Any]], grid: AssumptionGrid, score: float, hours: float
) -> ModelChart:
    """Draw what would come of a chance that the model says, in worlds where it is wrong; a row a world.

    Parameters
    ----------
    worlds : mapping of str to mapping
        Name -> the assumptions that hold there.
    grid : AssumptionGrid
        The alternatives that the band is taken over.
    score : float
        A failing score; ratings are left out.
    hours : float
        Hours of study until the next attempt, by exam weight.
    """
    said = float(forecast(model, [score], hours).chance[0])
    band = PreparedGrid(model, score, None, grid).bands([hours * model.shares])[0]
    true = {name: float(forecast(model.under(**changes), [score], hours).chance[0]) for name, changes in worlds.items()}
    table = pd.DataFrame({"comes true": true}).rename_axis("world").sort_values("comes true")
    table["in the band"] = table["comes true"].between(band.low, band.high)
    table["in the extremes"] = table["comes true"].between(band.minimum, band.maximum)
    rows = len(table)
    figure = new_figure(1.3 + 0.4 * rows)
    panel = Panel(figure, left=NAMES, bottom=0.6, top=0.6, right=0.9, x=(0, 1), y=(rows - 0.5, -0.5))
    extremes, inner = (band.minimum, band.maximum, "#eeeeee", 0.0), (band.low, band.high, "#d5d5d5", 0.5)
    for low, high, color, layer in (extremes, inner):
        panel.bar(rows / 2 - 0.5, low, high - low, rows, facecolor=color, edgecolor="none", zorder=layer)
    panel.line([said] * 2, (-0.5, rows - 0.5), linewidth=2)
    panel.dots(table["comes true"].to_numpy(), range(rows), markersize=11)
    for place, chance in enumerate(table["comes true"]):
        panel.write(1.03, place, percent(chance), 10.5, panel.beside, va="center")
    panel.shares(f"Chance to pass after {hours:g} hours (model)")
    panel.names(range(rows), [str(name) for name in table.index])
    panel.head(f"Line: said, {percent(said)}. Dot: what comes in that world. Dark: the band. Light: the extremes.")
    inside = int(table["in the extremes"].sum())
    each = "; ".join(f"{name}: {percent(chance)}" for name, chance in table["comes true"].items())
    words = (
        f"After a score of {score:g} and {hours:g} hours of study the model says {percent(said)}, band "
        f"{percent_range(band.low, band.high)}, extremes {percent_range(band.minimum, band.maximum)}. What would come true in "
        f"{rows} worlds where it is wrong: {each}. {inside} of {rows} lie within the extremes. "
        f"{assuming(model, 'forms', 'cut', 'ability', 'learning')}"
    )
    return ModelChart(figure, words, table)
