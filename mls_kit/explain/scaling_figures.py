"""Figures about scores: two forms, how raw becomes scaled, how precise that is, and many sittings at one ability."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from mls_kit.explain.figure import EDGE, FILL, INK, OTHER, PASSING, add_axes, label_axes, new_figure
from mls_kit.explain.model_figure import ModelChart, assuming, direct_label, percent, percent_range, standard_line
from mls_kit.score_model import (
    FloatArray,
    ScoreModel,
    Sittings,
    check_number,
    conditional_sem,
    raw_score_distribution,
    reject,
    sittings,
    sittings_behind,
)

FORM_NAMES = ("Form A (base)", "Form B (new)")
_FORM_LOOK = ((FILL, "///", "-", "o"), (OTHER, "...", "--", "s"))


def score_distributions(
    model: ScoreModel, ability: float | None = None, names: Sequence[str] = FORM_NAMES
) -> ModelChart:
    """Draw how many questions come out right on each of the model's two forms; a row a raw score, a column a form.

    Parameters
    ----------
    model : ScoreModel
        The base form is drawn above, the retake form below.
    ability : float, optional
        The ability, the same in all domains. Default: all candidates, as the model assumes them.
    names : sequence of str
        What to call the two forms.
    """
    if len(names) != 2:
        raise reject("names", tuple(names), "two names, one a form")
    if ability is not None:
        check_number("ability", ability)
    forms, cuts = (model.form, model.retake_form), (model.scale.raw_cut, model.retake_cut)
    shares = [sittings(model, ability, retake=again).shares for again in (False, True)]
    figure = new_figure(4.9)
    top = 1.3 * max(float(share.max()) for share in shares)
    said = []
    for place, (name, share, cut) in enumerate(zip(names, shares, cuts, strict=True)):
        axes = add_axes(figure, left=0.75, bottom=0.6 + 2.2 * (1 - place), top=0.35 + 2.2 * place)
        mean, (low, high) = float(share @ np.arange(share.size)), np.searchsorted(share.cumsum(), (0.05, 0.95))
        _draw_shares(axes, place, share, cut)
        axes.set_xlim(-1, max(form.size for form in forms) + 1)
        axes.set_ylim(0, top)
        title = f"{name}: mean {mean:.1f}, the middle 90 % from {low} to {high}"
        label_axes(axes, "Questions right (model)" * place, "Share", title)
        said.append(f"{name}: mean {mean:.1f} of {share.size - 1}, the middle 90 % from {low} to {high}, cut {cut:g}")
    who = "all candidates" if ability is None else f"sittings at ability {ability:g} in every domain"
    known = ("forms", "cut", "ability") if ability is None else ("forms", "cut")
    words = (
        f"Questions right among {who}. {'; '.join(said)}. Equating moves the cut along with the difficulty of "
        f"the form. {assuming(model, *known)}"
    )
    columns = [pd.Series(share, name=name) for name, share in zip(names, shares, strict=True)]
    return ModelChart(figure, words, pd.concat(columns, axis=1).rename_axis("questions right"))


def _draw_shares(axes: Axes, place: int, share: FloatArray, cut: float) -> None:
    color, hatch, _, _ = _FORM_LOOK[place]
    edges = np.arange(share.size + 1) - 0.5
    axes.stairs(share, edges, fill=True, facecolor=color, hatch=hatch, edgecolor=EDGE, linewidth=0.8)
    axes.axvline(cut - 0.5, color=INK, linewidth=2)
    top = 1.22 * share.max()
    right = cut < 0.75 * share.size
    x, side = (cut, "left") if right else (cut - 1, "right")
    direct_label(axes, x, top, f"cut {cut:g}", ha=side, va="top")
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.3g} %")


def conversion_curves(model: ScoreModel, names: Sequence[str] = FORM_NAMES) -> ModelChart:
    """Draw the scaled score for each raw score of the model's two forms, whole and near the cuts; a row a raw score.

    Parameters
    ----------
    model : ScoreModel
        Its retake form is equated to its base form by IRT true scores.
    names : sequence of str
        What to call the two forms.
    """
    if len(names) != 2:
        raise reject("names", tuple(names), "two names, one a form")
    curves = (model.scale.report(np.arange(model.form.size + 1)), model.retake_scores)
    cuts, standard = (int(np.ceil(model.scale.raw_cut)), model.retake_cut), model.scale.standard
    figure = new_figure(4.4)
    whole = add_axes(figure, left=0.75, bottom=0.6, top=0.4, right=3.75)
    near = add_axes(figure, left=5.95, bottom=0.6, top=0.4)
    first, last = max(min(cuts) - 3, 0), min(max(cuts) + 3, *(c.size - 1 for c in curves))
    upper = int(np.argmax([curve[curve.size // 3] for curve in reversed(curves)])) ^ 1  # equal: the second form
    for place, (name, curve) in enumerate(zip(names, curves, strict=True)):
        _draw_curve(whole, place, curve, 0, curve.size - 1)
        _draw_curve(near, place, curve, first, last)
        x, left = curve.size // 3, place == upper
        look = {"ha": "right", "va": "bottom"} if left else {"ha": "left", "va": "top"}
        direct_label(whole, x + (-1.5 if left else 1.5), curve[x], name, **look)
    label_axes(whole, "Questions right (model)", "Scaled score", "All raw scores")
    label_axes(near, "Questions right (model)", title="Near the cuts")
    for axes in (whole, near):
        axes.grid(color="#e5e5e5", linewidth=0.6)
    standard_line(whole, standard, 0)
    _mark_cuts(near, cuts, standard)
    table = pd.concat([pd.Series(c, name=n) for n, c in zip(names, curves, strict=True)], axis=1).astype("Int64")
    return ModelChart(figure, _conversion_words(model, names, table, cuts), table.rename_axis("questions right"))


def _draw_curve(axes: Axes, place: int, curve: np.ndarray, first: int, last: int) -> None:
    color, _, dashes, marker = _FORM_LOOK[place]
    raw = np.arange(first, last + 1)
    size, every = (7.0, 1) if last - first < 20 else (4.5, max((last - first) // 10, 1))
    axes.plot(raw, curve[first : last + 1], linestyle=dashes, marker=marker, markersize=size, markevery=every,
              color=INK, markerfacecolor=color, markeredgecolor=INK, linewidth=1.5)  # fmt: skip


def _mark_cuts(axes: Axes, cuts: tuple[int, int], standard: int) -> None:
    """Drop a line from each curve's crossing of the standard to the raw score below, labels clear of each other."""
    axes.axhline(standard, color=INK, linewidth=1.6, linestyle=(0, (1, 1)))
    low, high = axes.get_ylim()
    floor, step = low - 0.18 * (high - low), 0.08 * (high - low)
    axes.set_ylim(floor, high)
    for level, cut in enumerate(sorted(set(cuts))):
        axes.plot([cut, cut], [floor, standard], color=INK, linewidth=1)
        height = floor + (0.7 + level) * step
        direct_label(axes, cut, height, f"cut {cut}", ha="center", va="center")


def _conversion_words(model: ScoreModel, names: Sequence[str], table: pd.DataFrame, cuts: tuple[int, int]) -> str:
    gap = (table[names[1]] - table[names[0]]).dropna()
    at = int(gap.abs().idxmax())
    below = max(cuts[0] - 2, 0)
    pair = [int(table[name].iloc[below]) for name in names]
    scale, step = model.scale, (model.scale.standard - model.scale.minimum) / model.scale.raw_cut
    return (
        f"From questions right to scaled scores, {scale.minimum} to {scale.maximum}. The passing standard "
        f"{scale.standard} takes {cuts[0]} right on {names[0]} and {cuts[1]} on {names[1]}; {below} right are "
        f"{pair[0]} and {pair[1]}. The curves are furthest apart at {at} right, by {abs(int(gap[at]))} points. "
        f"Below the standard one question is about {step:.0f} points on {names[0]}. {assuming(model, 'forms', 'cut')}"
    )


def precision_band(model: ScoreModel, over: str = "ability") -> ModelChart:
    """Draw the expected reported score on the base form, one conditional standard error (CSEM) to either side.

    Parameters
    ----------
    over : {"ability", "score"}
        What runs along the horizontal axis: ability, or the true scaled score, which is the mean of the reported
        scores at an ability. The table has a row an ability; a ValueError if none has the standard as its true score.
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
    axes.fill_between(x, fine["low"], fine["high"], facecolor=FILL, hatch="///", edgecolor="#5b8fb3", lw=0)
    axes.plot(x, fine["true score"], color=INK, linewidth=2)
    axes.plot(x, fine["low"], x, fine["high"], color=EDGE, linewidth=1, linestyle="--")
    for place, (_, row) in zip(at, marks.iterrows(), strict=True):
        axes.errorbar(place, row["true score"], row["CSEM"], fmt="o", color=INK, capsize=5, linewidth=2)
        text = f"{row['true score']:.0f} ± {row['CSEM']:.0f}"
        direct_label(axes, place + 0.02 * (max(x) - min(x)), row["low"], text, ha="left", va="top", fontsize=11)
    standard_line(axes, standard, float(min(x)))
    labels = {"ability": "Ability", "score": "True scaled score"}
    title = "Line: mean of the reported scores; band: one CSEM to either side"
    label_axes(axes, f"{labels[over]} (model)", "Reported scaled score", title)
    axes.margins(x=0.01)
    table = _precision(model, np.unique([*np.arange(np.ceil(low), high + 0.01, 0.5), middle]))
    return ModelChart(figure, _precision_words(model, marks, table), table)


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


def _precision_words(model: ScoreModel, marks: pd.DataFrame, table: pd.DataFrame) -> str:
    scores = model.scale.report(np.arange(model.form.size + 1))
    inside = np.abs(scores - table[["true score"]].to_numpy()) <= table[["CSEM"]].to_numpy()
    within = (raw_score_distribution(model.form.probability(table.index.to_numpy())) * inside).sum(axis=1)
    below, at, above = (f"{row['true score']:.0f} ± {row['CSEM']:.0f}" for _, row in marks.iterrows())
    question = (model.scale.standard - model.scale.minimum) / model.scale.raw_cut
    return (
        f"How much a reported score varies from sitting to sitting when ability stays the same: {at} at the passing "
        f"standard, {below} below and {above} above it. The band is one conditional standard error (CSEM) to either "
        f"side and holds {percent_range(within.min(), within.max())} of sittings, depending on ability; below the "
        f"standard one question is about {question:.0f} points. "
        f"{assuming(model, 'forms', 'cut')}"
    )


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


def sitting_scores(model: ScoreModel, score: float, width: float = 1.0) -> ModelChart:
    """Draw the scores of many sittings at the ability behind a score; a row a reported score.

    Parameters
    ----------
    score : float
        A score on the exam's scale, taken as a true score; a ValueError if it is off the scale.
    width : float
        Half the width of the band drawn, in conditional standard errors (CSEM).

    Examples
    --------
    >>> model = ScoreModel.from_exam_facts([20, 24, 36, 20], 50)
    >>> sitting_scores(model, 690).words[:58]
    'Sittings at the ability behind 690: the scores average 690'
    """
    at = sittings_behind(model, score)
    low, high, inside = at.band(width)
    figure = new_figure(3.2)
    axes = add_axes(figure, left=0.75, bottom=0.6, top=0.4, right=0.35)
    passing = at.scores >= at.standard
    step = (at.scores[-1] - at.scores[0]) / at.scores.size
    for keep, color, hatch in ((~passing, FILL, ""), (passing, PASSING, "///")):
        axes.bar(at.scores[keep], at.shares[keep], 0.62 * step, color=color, hatch=hatch, edgecolor=EDGE, linewidth=0.8)
    top = float(at.shares.max())
    axes.axvline(at.standard, color=INK, linewidth=1.6, linestyle=(0, (1, 1)))
    direct_label(axes, at.standard, 1.5 * top, f" standard {at.standard}", ha="left", va="top")
    axes.plot([low, high], [1.15 * top] * 2, color=INK, linewidth=5, solid_capstyle="butt")
    axes.plot([at.true_score], [1.15 * top], "o", color="white", markeredgecolor=INK, markersize=9)
    axes.set_xlim(at.scores[0], at.scores[-1])
    axes.set_ylim(0, 1.5 * top)
    axes.set_yticks([])
    title = f"Bar above: {width:g} CSEM to either side"
    label_axes(axes, "Reported scaled score (model); hatched bars pass", "How often", title)
    words = (
        f"Sittings at the ability behind {score:g}: the scores average {at.true_score:.0f} with a standard error (CSEM) of "
        f"{at.csem:.0f}. {width:g} CSEM to either side is {between(low, high)}, and holds {chance(inside)} of sittings; "
        f"{chance(at.passing)} reach the standard {at.standard}. {assuming(model, 'forms', 'cut')}"
    )
    columns = {"questions right": range(at.scores.size), "share of sittings": at.shares, "passes": passing}
    frame = pd.DataFrame(columns, index=pd.Index(at.scores, name="reported score"))
    return ModelChart(figure, words, frame.assign(passes=["yes" if p else "no" for p in passing]))


def pairs_of_sittings(model: ScoreModel, score: float) -> ModelChart:
    """Draw how far two sittings at the ability behind a score, taken as a true score, lie apart; a row a difference."""
    at = sittings_behind(model, score)
    points, often = at.differences()
    reached = pd.Series([at.differing(apart) for apart in points], index=points)
    figure = new_figure(3.0)
    axes = add_axes(figure, left=0.75, bottom=0.6, top=0.4)
    last = at.difference_reached(0.01)
    axes.step(reached.index, reached, where="pre", color=INK, linewidth=2)
    for share in (0.5, 0.1):
        apart = at.difference_reached(share)
        axes.plot([apart, apart], [0, reached[apart]], color=EDGE, linewidth=1.2)
        axes.plot([apart], [reached[apart]], "o", color=INK)
        text = f"{apart} points or more in {percent(reached[apart])}"
        direct_label(axes, apart + 0.015 * last, reached[apart] + 0.02, text, ha="left", va="bottom")
    axes.set_xlim(0, last)
    axes.set_ylim(0, 1.02)
    axes.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"], fontsize=10)
    title = "Same ability, same difficulty, two sittings"
    label_axes(axes, "Difference between two sittings, scaled points (model)", "Pairs this far apart", title)
    words = f"Two sittings at the ability behind {score:g}, nothing learned and nothing lost between them, {pairs_in_words(at)}. "
    frame = pd.DataFrame({"pairs": often, "this far or farther": reached}, index=pd.Index(points, name="points apart"))
    return ModelChart(figure, words + assuming(model, "forms", "cut"), frame)


def pairs_in_words(at: Sittings) -> str:
    """Say how far two sittings lie apart."""
    half, tenth = at.difference_reached(0.5), at.difference_reached(0.1)
    if half == 0:
        equal = percent(1 - at.differing(1))
        return f"are equal in {equal} of cases, and differ by {tenth} or more in {chance(at.differing(tenth))}"
    return (
        f"differ by {half} points or more in {chance(at.differing(half))} of cases, and by {tenth} or more in "
        f"{chance(at.differing(tenth))}"
    )
