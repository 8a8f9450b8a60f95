"""What views show: plots made of marks, and the words below them. Each answer comes from numbers alone."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from mls_kit.exam import load_method
from mls_kit.explain.marks import ROW, Plot, scale_ticks, share_row, share_scale
from mls_kit.explain.practice_figures import row_words, rows_of
from mls_kit.explain.report_words import pattern_kind, timeline
from mls_kit.explain.scaling_figures import between, chance, pairs_in_words
from mls_kit.html import Block, badge, join, percent, percent_range, render, show, table
from mls_kit.method import Diagnosis, Prospect, Prospects, known_repeaters, study_hours_shown
from mls_kit.practice import PracticeEntry, PracticeLog, Readiness
from mls_kit.report import ScoreReport
from mls_kit.score_model import RatingBands, ReportPosterior, Scale, Sittings, rating_probabilities, raw_score_distribution

Answer = tuple[Sequence[Plot], str]
_WORDS = "explain/views.html.j2"
_SHOWN = ["date", "provider", "domain", "right", "out_of", "timed", "fresh", "predicted"]
_LEAST = 0.001  # of the highest bar: lower ones cannot be seen
_CLOSE = 0.05  # two chances this near are called nearly the same


def _said(part: str, **values: Any) -> str:
    return render(_WORDS, part, **values).markup


def rating(bands: RatingBands, proportion: float, questions: int, vendor: str) -> Answer:
    """Show how often each share of the questions comes out right, and the rating it earns."""
    labels, cuts = bands.labels, bands.cuts_percent
    often = raw_score_distribution(np.full(questions, proportion / 100))
    chances = [percent(each) for each in rating_probabilities(proportion / 100, questions, bands)]
    plot, base = Plot(-5, 105, 11.6, "How likely each percentage of right answers is in one exam (model)"), 10.0
    plot.heads = list(zip(np.diff([plot.low, *cuts, plot.high]), labels, chances, strict=True))
    middles, half, shares = 100 * np.arange(questions + 1) / questions, 45 / questions, often / often.max()
    for code in range(len(labels)):  # no hatch: thresholds and labels tell the bars apart
        of = (bands.codes(questions) == code) & (shares > _LEAST)
        plot.bars(zip(middles[of] - half, middles[of] + half, shares[of], strict=True), base, 9, f"shade{code + 1}")
    for cut in cuts:
        plot.line((cut, cut), (0, base), "dotted")
    plot.line((0, 100), (base, base))
    plot.line((proportion, proportion), (0.4, base), "thick")
    plot.ticks(range(0, 101, 20), " %")
    each = list(zip(labels, chances, strict=True))
    return [plot], _said("rating", proportion=proportion, questions=questions, chances=each, cuts=cuts, vendor=vendor)


def band(at: Sittings, scale: Scale, score: float, width: float, questions: int) -> Answer:
    """Show the scores of other sittings at the ability behind a score, and its band."""
    low, high, inside = at.band(width)
    plot, base = Plot(scale.minimum, scale.maximum, 14), 12.4
    half, heights, passing = (0.36 * np.gradient(at.scores.astype(float)), at.shares / at.shares.max(), at.scores >= at.standard)
    for look, of in (("fails", ~passing), ("passes", passing)):
        edges = zip(at.scores - half, at.scores + half, heights, strict=True)
        plot.bars([edge for edge, here in zip(edges, of & (heights > _LEAST), strict=True) if here], base, 8, look)
    plot.line((scale.minimum, scale.maximum), (base, base))
    plot.line((scale.standard, scale.standard), (0.3, base), "dotted")
    side = "end" if plot.at(scale.standard) > 60 else "start"
    plot.write(scale.standard, 1.1, f"\u00a0standard {scale.standard}\u00a0", side)
    plot.line((score, score), (3.3, base), "thin")
    plot.bar(low, high, 3, 3.6, "choice")
    plot.dot(score, 3.3, "ring")
    margin = 0.16 * (scale.maximum - scale.minimum)
    middle = min(max((low + high) / 2, scale.minimum + margin), scale.maximum - margin)
    plot.write(middle, 2.5, f"{score}: band {between(low, high)}")
    plot.ticks(scale_ticks(scale.minimum, scale.maximum))
    return [plot], _said("band", at=at, score=score, low=low, high=high, inside=chance(inside), passing=chance(at.passing),
                         pairs=pairs_in_words(at), questions=questions)  # fmt: skip


def forms(a: Sittings, b: Sittings, scale: Scale, harder: float) -> Answer:
    """Show two forms: how many questions come out right on each, and the scores these become."""
    words = _said("forms", a=a, b=b, harder=harder, kept=b.with_right(a.cut), close=abs(a.passing - b.passing) <= _CLOSE)
    return [_often(a, b), _converted(a, b, scale)], words


def _often(a: Sittings, b: Sittings) -> Plot:
    """Draw how often each number of questions comes out right, and the cuts, their labels on the outer sides."""
    plot, base = Plot(-0.7, a.shares.size - 0.3, 8.6, "How likely each number of right answers is"), 8.5
    highest = max(a.shares.max(), b.shares.max())
    edges = [[(right - 0.5, right + 0.5, share) for right, share in enumerate(of.shares / highest)] for of in (a, b)]
    plot.bars([edge for edge in edges[0] if edge[2] > _LEAST], base, 6, "passes stair")
    for steps, look in zip(edges, ("line", "thick dashed"), strict=True):
        points = chain.from_iterable(((left, share), (right, share)) for left, right, share in steps)
        plot.curve(list(points), base, 6, look)
    plot.line((plot.low, plot.high), (base, base))
    for of, other, name, look, y in ((a, b, "A", "line", 0.9), (b, a, "B", "dashed", 2.1)):
        at = of.cut - 0.5
        plot.line((at, at), (y - 0.7, base), look)
        right = (of.cut > other.cut or (of.cut == other.cut and name == "A")) and of.cut < 0.7 * of.shares.size
        plot.write(at, y, f"\u00a0cut on {name}: {of.cut} right\u00a0", "start" if right else "end")
    return plot


def _converted(a: Sittings, b: Sittings, scale: Scale) -> Plot:
    """Draw the scaled score that each number of questions right becomes; the upper curve's name stands above it."""
    plot, base, tall = Plot(-0.7, a.shares.size - 0.3, 14, "The scaled score for each number of right answers"), 12.4, 11
    reach = scale.maximum - scale.minimum

    def up(score: float) -> float:
        return float(base - tall * (score - scale.minimum) / reach)

    for score in scale_ticks(scale.minimum, scale.maximum):
        plot.line((plot.low, plot.high), (up(score), up(score)), "grid")
        if score > scale.minimum and abs(score - scale.standard) > 0.1 * reach:
            plot.write(plot.low, up(score) - 0.2, f"{score}", "start", "soft")
    plot.line((plot.low, plot.high), (up(scale.standard),) * 2, "dotted")
    plot.write(plot.low, up(scale.standard) - 0.3, f"passing standard {scale.standard}", "start")
    third = a.scores.size // 3
    b_above = b.scores[third] >= a.scores[third]
    for of, name, look in ((a, "form A", "line"), (b, "form B", "thick dashed")):
        plot.line((of.cut, of.cut), (up(scale.standard), base), look)
        plot.curve(list(enumerate((of.scores - scale.minimum) / reach)), base, tall, look)
        above = b_above == (name == "form B")
        plot.write(third, up(of.scores[third]) + (-0.5 if above else 1.3), name, "end" if above else "start")
    plot.ticks(range(0, a.scores.size, 10))
    return plot


def domains(names: Sequence[str], known: ReportPosterior, alone: ReportPosterior, score: int) -> Answer:
    """Show what score and ratings say of each domain, and what the score alone says."""
    means, intervals, plots = known.mean_proportion, known.interval_proportion(), []
    for place, (name, thin) in enumerate(zip(names, alone.interval_proportion(), strict=True)):
        low, high = intervals[place]
        row = share_row(name, f"{percent(means[place])} ({percent_range(low, high)})")
        row.bar(low, high, ROW - 0.55, ROW + 0.35, f"d{place % 8 + 1}")
        row.span(thin[0], thin[1], ROW + 0.75)
        row.dot(means[place], ROW - 0.1)
        plots.append(row)
    place = int(means.argmin())
    low, high = intervals[place]
    words = _said("domains", score=score, lowest=names[place], mean=means[place], low=low, high=high)
    return [*plots, share_scale("mean (90 %)")], words


def priorities(ranked: pd.DataFrame, names: Sequence[str], single: bool, changed: bool) -> Answer:
    """Show each domain's share of the time, in the order of ``names``."""
    rows, plots = ranked.to_dict("index"), []
    for place, name in enumerate(names):
        row = rows[name]
        said = f"{row['tier']}: {row['share']:.0f} %, {round(row['hours'], 1):g} h (gap\u00a0{row['weighted_gap']:.2f})"
        plot = share_row(name, said)
        plot.bar(0, row["share"] / 100, ROW - 0.65, ROW + 0.65, f"d{place % 8 + 1}")
        plots.append(plot)
    words = _said("priorities", rows=rows, hours=ranked["hours"].sum(), rule=share_rule_words(single), changed=changed)
    return [*plots, share_scale("tier: share, hours (gap)")], words


def share_rule_words(single: bool) -> Block:
    """Say by which rule the time is shared out."""
    return render(_WORDS, "share_rule", single=single, rules=load_method().priority)


def chance_rows(rows: Sequence[tuple[str, Prospect]], places: int = 0) -> list[Plot]:
    """Draw chances with their bands; places without one stay free, so that what is below does not move."""
    plots = []
    for name, found in rows:
        band = found.band
        plot = share_row(name, f"{percent(found.chance)} ({percent_range(band.low, band.high)})")
        plot.bar(band.low, band.high, ROW - 0.45, ROW + 0.45, "band")
        plot.span(band.minimum, band.maximum, ROW)
        plot.dot(found.chance, ROW)
        plots.append(plot)
    return [*plots, *[share_row("")] * (places - len(rows)), share_scale("chance (band)")]


def prospects(ahead: Prospects, names: Sequence[str], vendor: str, hours: float, how: tuple[str, str], domain: str) -> Answer:
    """Show the chance now, after hours shared out in a way (its words, its name), and with one rating raised, if any."""
    after = ahead.after(hours, how[1])
    rows = [("now, without study", ahead.now), (f"after {hours:g} hours", after)]
    if domain:
        rows.append((f"{domain} one rating up, no study", ahead.raised(domain)[1]))
    words = _said("prospects", ahead=ahead, names=names, hours=hours, how=how[0], after=after, usual=study_hours_shown(),
                  domain=domain, vendor=vendor, repeaters=known_repeaters()["said"])  # fmt: skip
    return chance_rows(rows, 3), words


def with_band(found: Prospect) -> str:
    """Say a chance with its band."""
    return _said("with_band", found=found)


def practiced(now: Readiness, after: Readiness) -> list[Plot]:
    """Show what a log says, and what one more set would change."""
    goals, rows, then = load_method().plan, [], rows_of(after)
    for place, (name, row) in enumerate(rows_of(now).items()):
        plot = share_row(name, row_words(row))
        limit = (goals.floor_percent if place else goals.goal_percent) / 100
        plot.line((limit, limit), (0, plot.height), "dotted")
        if then[name]["out_of"] != row["out_of"]:
            plot.bar(then[name]["low"], then[name]["high"], ROW - 1, ROW - 0.6, "choice")
        if row["out_of"]:
            look = f"d{(place - 1) % 8 + 1}" if place else "paper"
            plot.bar(row["low"], row["high"], ROW - 0.45, ROW + 0.45, look)
            plot.dot(row["right"] / row["out_of"], ROW)
        for of_a_set in [] if place else now.counting["percent"]:
            plot.dot(of_a_set / 100, ROW + 0.85, "ring", 0.3)
        rows.append(plot)
    return [*rows, share_scale(f"goal {goals.goal_percent} %, floor {goals.floor_percent} %")]


def one_more_set(now: Readiness, after: Readiness, entry: PracticeEntry) -> str:
    """Say what one more set would change."""
    return _said("practiced", entry=entry, ready=after.ready, full=len(after.counting) > len(now.counting),
                 goals=load_method().plan)  # fmt: skip


def untouched(left: Sequence[tuple[str, str]]) -> str:
    """Ask whether what a form was filled with beforehand is right."""
    return _said("untouched", left=left)


def prospect_tables(ahead: Prospects, names: Sequence[str], ways: Sequence[tuple[str, Prospect]]) -> Block:
    """Return the chances after each way to share out hours, and of each domain one rating up, as tables."""
    raised = [ahead.raised(name) for name in names]
    of_ways = pd.DataFrame(
        [[*(f"{hours:.0f}" for hours in found.hours), *_chance_and_bands(found)] for _, found in ways],
        columns=[*(f"hours {name}" for name in names), "chance", "band", "extremes"],
        index=pd.Index([word for word, _ in ways], name="way"),
    )
    up = pd.DataFrame({
        "to the middle of": [found.label or "already the best" for found, _ in raised],
        "chance": [_chance_and_bands(found)[0] for _, found in raised],
        "band": [_chance_and_bands(found)[1] for _, found in raised],
    }, index=pd.Index(names, name="one domain raised, no study"))  # fmt: skip
    title = f"The chance if one domain were one rating better (model). Now it is {with_band(ahead.now)}"
    return join([show(of_ways, "Chances after these hours (model)").markup, show(up, title).markup])


def _chance_and_bands(found: Prospect) -> tuple[str, str, str]:
    band = found.band
    return percent(found.chance), percent_range(band.low, band.high), percent_range(band.minimum, band.maximum)


def band_tables(at: Sittings) -> Block:
    """Return the scores of other sittings, and how far two of them lie apart, as tables."""
    passes = np.where(at.scores >= at.standard, "yes", "no")
    scores = pd.DataFrame({"right answers": range(at.scores.size), "share of attempts": at.shares, "passes": passes},
                          index=pd.Index(at.scores, name="reported score"))  # fmt: skip
    apart = [at.difference_reached(share / 100) for share in (90, 75, 50, 25, 10, 5, 1)]
    pairs = pd.Series({points: percent(at.differing(points)) for points in apart}).rename_axis("points apart")
    names = "Other attempts with this ability (model)", "Two attempts: this far apart or further (model)"
    return join([show(scores, names[0]).markup, show(pairs.rename("of pairs"), names[1]).markup])


def form_table(a: Sittings, b: Sittings) -> Block:
    """Return how often each number of questions comes out right on two forms, and the scores it becomes."""
    shares = {f"share, form {name}": of.shares for name, of in zip("AB", (a, b), strict=True)}
    scores: dict[str, Any] = {f"scaled score, form {name}": of.scores for name, of in zip("AB", (a, b), strict=True)}
    rows = pd.DataFrame(shares | scores, index=pd.RangeIndex(a.shares.size, name="right answers"))
    return show(rows, "Right answers on two forms, and their scaled scores (model)")


def rating_table(bands: RatingBands, questions: int) -> Block:
    """Return the chance of each rating over all true proportions."""
    truly = np.arange(0, 101, 5)
    chances = rating_probabilities(truly / 100, questions, bands)
    rows = pd.DataFrame(chances, columns=bands.labels, index=pd.Index(truly, name="true level (%)"))
    return show(rows.map(percent), f"Chance of each rating in a domain of {questions} questions (model)")


def domain_table(names: Sequence[str], known: ReportPosterior, alone: ReportPosterior) -> Block:
    """Return mean and 90 % interval of each domain, from score and ratings, and from the score alone."""
    columns = {}
    for said, of in (("score and ratings", known), ("score alone", alone)):
        columns[f"{said}: mean"] = list(map(percent, of.mean_proportion))
        columns[f"{said}: 90 % interval"] = [percent_range(*ends) for ends in of.interval_proportion()]
    return show(pd.DataFrame(columns, index=pd.Index(names, name="domain")), "True level in each domain (model)")


def log_table(log: PracticeLog, many: int) -> str:
    """Return the last lines of a log as a table, and the first of those that could not be read."""
    last = log.frame.sort_values("date", kind="stable").tail(many)[_SHOWN].copy()
    last["date"] = last["date"].dt.strftime("%Y-%m-%d")
    for name in ("timed", "fresh"):
        last[name] = last[name].map({True: "yes", False: "no"})
    last["predicted"] = last["predicted"].map(lambda value: "" if pd.isna(value) else f"{value:g} %")
    last.columns = last.columns.str.replace("_", " ")
    return table(last, "The last lines of this log") + _said("unreadable", problems=log.problems[:many])


def priority_table(ranked: pd.DataFrame, hours_per_week: float, weeks: float) -> Block:
    """Return priorities with their hours as a table."""
    rounded = ranked.round({"weighted_gap": 2, "share": 1, "weight": 1, "hours": 1})
    names = {"weight": "weight (%)", "weighted_gap": "weighted gap", "share": "share (%)"}
    return show(rounded.rename(columns=names), f"Priorities for {hours_per_week:g} hours a week over {weeks:g} weeks")


def pattern_table(report: ScoreReport, found: Diagnosis) -> str:
    """Return the patterns that ratings show as a table, with the kind of each."""
    fits = found.patterns
    rows = [[f"{each.number}: {each.name}", each.evidence, each.fix, badge(pattern_kind(report, each.number))] for each in fits]
    rows = rows or [["none fits", "", "Follow the priorities.", badge("model")]]
    frame = pd.DataFrame(rows, columns=["pattern", "shown by", "what to do", "kind"])
    ratings = "; ".join(f"{name}: {label}" for name, label in report.ratings.items())
    return table(frame, f"Patterns in {escape(ratings)}", markup=["kind"])


def weeks_and_hours(report: ScoreReport, found: Diagnosis) -> str:
    """Say how many weeks and hours a diagnosis asks for, and the wait before a retake."""
    hours = _said("hours", line=found.timeline, days=found.retake.wait_days, exam=report.facts)
    return timeline(found.timeline) + hours
