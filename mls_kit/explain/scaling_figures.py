"""Figures about scores: two forms, how raw becomes scaled, how precise that is, and many sittings at one ability."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mls_kit.explain.figure import (
    EDGE,
    FILL,
    INK,
    MODEL,
    Chart,
    add_axes,
    assuming,
    direct_label,
    label_axes,
    new_figure,
    standard_line,
)
from mls_kit.html import percent, render
from mls_kit.score_model import FloatArray, ScoreModel, Sittings, conditional_sem, raw_score_distribution, reject


def precision_band(model: ScoreModel, over: str = "ability") -> Chart:
    """Draw the expected reported score on the base form, one conditional standard error (CSEM) to either side.

    ``over``: what runs along the horizontal axis, "ability" or "score", the true scaled score: the mean of the reported scores
    at an ability. The table has a row an ability; a ValueError if none has the standard as its true score.
    """
    if over not in ("ability", "score"):
        raise reject("over", over, "'ability' or 'score'")
    standard, middle = model.scale.standard, _ability_at_standard(model)
    low, high = min(-3.0, middle - 2), max(3.0, middle + 2)
    fine = _precision(model, np.linspace(low, high, 241))
    marks = _precision(model, np.array([middle - 1.6, middle, middle + 1.2]))
    figure = new_figure(4.6)
    axes = add_axes(figure, left=0.75, bottom=0.6, top=0.4)
    x, at = (fine.index, marks.index) if over == "ability" else (fine["true score"], marks["true score"])
    axes.fill_between(x, fine["low"], fine["high"], facecolor=FILL, lw=0)
    axes.plot(x, fine["true score"], color=INK, linewidth=2)
    axes.plot(x, fine["low"], x, fine["high"], color=EDGE, linewidth=1, linestyle="--")
    for place, (_, row) in zip(at, marks.iterrows(), strict=True):
        axes.errorbar(place, row["true score"], row["CSEM"], fmt="o", color=INK, capsize=5, linewidth=2)
        text = f"{row['true score']:.0f} ± {row['CSEM']:.0f}"
        direct_label(axes, place + 0.02 * (max(x) - min(x)), row["low"], text, ha="left", va="top", fontsize=11)
    standard_line(axes, standard, float(min(x)))
    labels = {"ability": "Ability", "score": "True scaled score"}
    title = "Line: mean of the reported scores; band: one CSEM above and below"
    label_axes(axes, f"{labels[over]} (model)", "Reported scaled score", title)
    axes.margins(x=0.01)
    table = _precision(model, np.unique([*np.arange(np.ceil(low), high + 0.01, 0.5), middle]))
    return Chart(figure, *_precision_words(model, marks, table))


def _ability_at_standard(model: ScoreModel) -> float:
    # the true score rises with ability, so this inversion has one answer
    wide = _precision(model, np.linspace(-8, 8, 1601))["true score"]
    if not wide.iloc[0] < model.scale.standard < wide.iloc[-1]:
        reachable = f"a standard between {wide.iloc[0]:.0f} and {wide.iloc[-1]:.0f}, the true scores on this form"
        raise reject("model.scale.standard", model.scale.standard, reachable)
    return float(np.interp(model.scale.standard, wide, wide.index))


def _precision(model: ScoreModel, ability: FloatArray) -> pd.DataFrame:
    scores = model.scale.report(np.arange(model.form.size + 1))
    true = raw_score_distribution(model.form.probability(ability)) @ scores
    csem = conditional_sem(model.form, ability, model.scale)
    columns = {"true score": true, "CSEM": csem, "low": true - csem, "high": true + csem}
    return pd.DataFrame(columns, index=pd.Index(ability, name="ability"))


def _precision_words(model: ScoreModel, marks: pd.DataFrame, table: pd.DataFrame) -> tuple[str, pd.DataFrame, str]:
    scores = model.scale.report(np.arange(model.form.size + 1))
    inside = np.abs(scores - table[["true score"]].to_numpy()) <= table[["CSEM"]].to_numpy()
    within = (raw_score_distribution(model.form.probability(table.index.to_numpy())) * inside).sum(axis=1)
    below, at, above = (f"{row['true score']:.0f} ± {row['CSEM']:.0f}" for _, row in marks.iterrows())
    question = (model.scale.standard - model.scale.minimum) / model.scale.raw_cut
    points = f"{at} at the passing standard, {below} below it, {above} above it"
    assumed = assuming(model, "forms", "cut")
    words = str(render(MODEL, "precision", points=points, within=within, question=question, assumed=assumed))
    return words, table, f"{points} (model)."


def between(low: float, high: float) -> str:
    """Return a stretch of the scale in words.

    >>> between(633.2, 746.8)
    '633 to 747'
    """
    return f"{low:.0f} to {high:.0f}"


def chance(share: float) -> str:
    """Return a share of sittings as a percentage that is never certain, not even where it rounds to one.

    >>> chance(1.0), chance(0.19)
    ('over 99 %', '19 %')
    """
    return percent(min(share, 1 - 1e-9))


def pairs_in_words(at: Sittings) -> str:
    """Say how far two sittings lie apart."""
    half, tenth = at.difference_reached(0.5), at.difference_reached(0.1)
    if half == 0:
        equal = percent(1 - at.differing(1))
        return f"are equal in {equal} of cases, and differ by {tenth} points or more in {chance(at.differing(tenth))} of cases"
    return (
        f"differ by {half} points or more in {chance(at.differing(half))} of cases, and by {tenth} points or more in "
        f"{chance(at.differing(tenth))} of cases"
    )
