"""Figures about many sittings at one ability: which scores come out, and how far two of them lie apart."""

from __future__ import annotations

import pandas as pd

from mls_kit.explain.figure import DOMAIN_LOOK, EDGE, INK, add_axes, label_axes, new_figure
from mls_kit.explain.model_figure import ModelChart, assuming, direct_label, percent
from mls_kit.score_model import ScoreModel, Sittings, sittings_behind

__all__ = ["between", "pairs_of_sittings", "sitting_scores"]


def between(low: float, high: float) -> str:
    """Return a stretch of the scale in words.

    Examples
    --------
    >>> between(633.2, 746.8)
    '633 to 747'
    """
    return f"{low:.0f} to {high:.0f}"


def chance(share: float) -> str:
    """Return a share of sittings as a percentage that is never certain, not even where it rounds to one.

    Examples
    --------
    >>> chance(1.0), chance(0.19)
    ('over 99 %', '19 %')
    """
    return percent(min(share, 1 - 1e-9))


def sitting_scores(model: ScoreModel, score: float, width: float = 1.0) -> ModelChart:
    """Draw the scores of many sittings at the ability behind a score, with a band of so many CSEM to either side.

    Parameters
    ----------
    model : ScoreModel
        Its base form is used.
    score : float
        A score on the exam's scale, taken as a true score.
    width : float
        Half the band's width, in conditional standard errors.

    Returns
    -------
    ModelChart
        Its table has a row for each reported score.

    Raises
    ------
    ValueError
        If the score is off the scale, or the width is negative.

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
    for keep, color, hatch in ((~passing, DOMAIN_LOOK[0], ""), (passing, DOMAIN_LOOK[3], "///")):
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
    """Draw how far two sittings at the ability behind a score lie apart.

    Parameters
    ----------
    model : ScoreModel
    score : float
        A score on the exam's scale, taken as a true score.

    Returns
    -------
    ModelChart
        Its table has a row for each difference.

    Raises
    ------
    ValueError
        If the score is off the scale.

    Examples
    --------
    >>> model = ScoreModel.from_exam_facts([20, 24, 36, 20], 50)
    >>> len(pairs_of_sittings(model, 690).table) > 20
    True
    """
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
