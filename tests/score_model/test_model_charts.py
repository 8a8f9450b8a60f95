"""The figures of the score model: their words, their numbers, and whether they can be read."""

import re
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from candidates import EXAMS, TWO
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Annotation, Text

from mls_kit.explain.chance_figures import plan_chances
from mls_kit.explain.domain_figures import domain_ridges, rating_chances
from mls_kit.explain.figure import Texts
from mls_kit.explain.model_figure import percent, percent_range
from mls_kit.explain.scaling_figures import conversion_curves, precision_band, score_distributions
from mls_kit.html import Block
from mls_kit.score_model import AssumptionGrid, ScoreModel, build_outlook, raw_score_distribution

NAMES = ["Data Engineering", "Exploratory Data Analysis", "Modeling", "Machine Learning Implementation and Operations"]
LONG = ["Fundamentals", "Design of Secure Solutions for an Organization of Great Complexity", "C", "D", "E", "Security"]
GRID = AssumptionGrid({"mean": (-0.5, 0.0, 0.5), "rho": (0.7, 0.9), "retake_shift": (0.2, 0.5)})
SIX_GRID = AssumptionGrid({"cuts_two_labels": ((30,), (70,)), "headroom": (0.0, 1.5)})
FOUR, SIX = EXAMS[4], ScoreModel.from_exam_facts([20, 20, 18, 16, 14, 12], 65, (100, 700, 1000), TWO)


@cache
def outlook_of(domains):
    if domains == 6:
        return build_outlook(SIX, 660, [1, 0, 1, 0, 1, 0], hours=60, grid=SIX_GRID)
    ratings = ["Needs Improvement", "Competent", "Competent", "Strong"]
    return build_outlook(FOUR, 714, ratings, splits={"article": [40, 30, 20, 10]}, grid=GRID)


CHARTS = {
    "distributions": lambda: score_distributions(FOUR),
    "distributions at an ability": lambda: score_distributions(SIX, -1.5),
    "distributions, able": lambda: score_distributions(FOUR, 3.0),
    "conversion": lambda: conversion_curves(FOUR),
    "conversion, same difficulty": lambda: conversion_curves(FOUR.under(retake_shift=0.0)),
    "conversion, easier, 65": lambda: conversion_curves(SIX.under(retake_shift=-0.3)),
    "precision": lambda: precision_band(FOUR),
    "precision over scores": lambda: precision_band(SIX, "score"),
    "ratings": lambda: rating_chances(10, FOUR.bands),
    "two ratings": lambda: rating_chances(65, SIX.bands, 0.6),
    "ridges": lambda: domain_ridges(outlook_of(4), NAMES),
    "ridges of abilities": lambda: domain_ridges(outlook_of(6), LONG, "ability"),
    "ridges of six": lambda: domain_ridges(outlook_of(6), LONG),
    "plans": lambda: plan_chances(outlook_of(4), NAMES),
    "plans of six": lambda: plan_chances(outlook_of(6)),
}


@cache
def drawn(case):
    return CHARTS[case]()


def panel_texts(figure):
    """What is written on light panels, as texts of matplotlib."""
    for written in shapes(figure, Texts):
        for transform, x, y, text, size, ha, va, _ in written._texts:
            yield Text(x, y, text, transform=transform, fontsize=size, ha=ha, va=va, figure=figure)


def shapes(figure, kind):
    """What is drawn on light panels, of one kind."""
    return [artist for artist in figure.artists if isinstance(artist, kind)]


def drawn_texts(chart):
    """Every text a reader sees, with its box in pixels."""
    canvas = FigureCanvasAgg(chart.figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    texts = [*chart.figure.texts, *panel_texts(chart.figure)]
    for axes in chart.figure.axes:
        texts += [*axes.texts, axes._left_title, axes.xaxis.label, axes.yaxis.label]
        for axis, (low, high) in ((axes.xaxis, sorted(axes.get_xlim())), (axes.yaxis, sorted(axes.get_ylim()))):
            hair = 1e-9 * (high - low)
            texts += [t.label1 for t in axis.get_major_ticks() if low - hair <= t.get_loc() <= high + hair]
    # of an annotation, only its words take room
    plain = [t for t in texts if t.get_visible() and t.get_text().strip()]
    return [(t.get_text(), (Annotation if isinstance(t, Annotation) else type(t)).get_window_extent(t, renderer))
            for t in plain]  # fmt: skip


def inside(box, frame):
    return box.x0 >= frame.x0 and box.y0 >= frame.y0 and box.x1 <= frame.x1 and box.y1 <= frame.y1


@pytest.mark.parametrize("case", CHARTS)
def test_a_figure_can_be_read_and_its_words_keep_to_what_may_be_said(case):
    chart = drawn(case)
    figure, texts, words = chart.figure, drawn_texts(chart), chart.words
    assert len(texts) > 6
    assert [text for text, box in texts if not inside(box, figure.bbox)] == []
    clashes = [
        (a, b)
        for (a, box), (b, other) in combinations(texts, 2)
        if min(box.x1, other.x1) - max(box.x0, other.x0) > 1 and min(box.y1, other.y1) - max(box.y0, other.y0) > 2
    ]
    assert clashes == []
    sizes = [text.get_fontsize() for text in (*panel_texts(figure), *(t for axes in figure.axes for t in axes.texts))]
    assert (figure.get_size_inches()[0], min(sizes) >= 9.5) == (9, True)
    assert "This is model, assuming " in words
    assert "None of it is published." in words
    assert "nan" not in words
    assert any("model" in text for text, _ in texts)  # also where the words are cut off
    alt = re.search(r'<img alt="([^"]+)"', chart._repr_html_()).group(1)
    assert alt.startswith("Chance" if "Chance" in words[:6] else words[:10])
    assert chart.png().startswith(b"\x89PNG")
    assert not re.search(r"40/30/20/10|wrong|guarantee|certainly|you will|should|AWS", words, re.IGNORECASE)
    assert not re.search(r"\b(0|100) %", re.sub(r"scores, \d+ to \d+", "", words)), "a chance rounded to certainty"
    numbers = chart.table.drop(columns=["rating", "low", "high"], errors="ignore")
    assert all(pd.api.types.is_numeric_dtype(kind) for kind in numbers.dtypes)


def test_each_chance_to_pass_comes_with_its_band():
    for plan in drawn("plans").words.split(": ", 1)[1].split(". A band")[0].split("; "):
        assert re.search(r"\d+ % \(band .+ to .+ %, extremes .+ to .+ %\)$", plan)


def test_distributions_sum_to_one_and_agree_with_their_words():
    table = drawn("distributions").table
    assert table.sum().to_numpy() == pytest.approx([1, 1], abs=1e-9)
    mean = float(table["Form A (base)"] @ table.index)
    assert f"mean {mean:.1f} of 50" in drawn("distributions").words
    at_three = drawn("distributions, able").table["Form B (new)"].to_numpy()
    assert at_three == pytest.approx(raw_score_distribution(FOUR.retake_form.probability(3.0)), abs=1e-12)
    # all candidates: the mean over the general ability, worked out domain by domain
    expected = sum(FOUR.g_weights @ m @ np.arange(m.shape[1]) for m in FOUR.right_given_g)
    assert mean == pytest.approx(expected)
    bars = [axes.patches[0].get_data()[0] for axes in drawn("distributions").figure.axes]
    assert bars[1] == pytest.approx(table["Form B (new)"].to_numpy())
    words = drawn("distributions").words
    for name, low, high in re.findall(r"(Form \w \(\w+\)): mean .*? from (\d+) to (\d+)", words):  # nine in ten
        share = table[name]
        assert share.loc[int(low) : int(high)].sum() >= 0.9
        assert share.loc[: int(low) - 1].sum() < 0.05
        assert share.loc[int(high) + 1 :].sum() <= 0.05


def test_conversion_agrees_with_the_model():
    chart = drawn("conversion")
    assert chart.table.loc[34].tolist() == [714, 767]
    assert "takes 36 right on Form A (base) and 33 on Form B (new); 34 right are 714 and 767" in chart.words
    assert chart.table["Form B (new)"].tolist() == FOUR.retake_scores.tolist()
    gap = (chart.table["Form B (new)"] - chart.table["Form A (base)"]).abs()
    assert f"by {gap.max()} points" in chart.words
    assert {text for text, _ in drawn_texts(chart)} >= {"cut 33", "cut 36", "Form A (base)", "Form B (new)"}


def test_precision_agrees_with_the_model_and_says_what_the_band_holds():
    table = drawn("precision").table
    at = table.iloc[(table["true score"] - 750).abs().argmin()]
    assert at["true score"] == pytest.approx(750, abs=0.01)
    assert f"750 ± {at['CSEM']:.0f} at the passing standard" in drawn("precision").words
    assert (table["high"] - table["low"]).to_numpy() == pytest.approx(2 * table["CSEM"].to_numpy())
    scores = FOUR.scale.report(np.arange(51))
    low, high = map(int, re.search(r"holds (\d+) to (\d+) % of sittings", drawn("precision").words).groups())
    assert 50 < low < 68 < high < 85
    shares = [
        raw_score_distribution(FOUR.form.probability(at))[np.abs(scores - row["true score"]) <= row["CSEM"]].sum()
        for at, row in table.iterrows()
    ]
    assert (round(100 * min(shares)), round(100 * max(shares))) == (low, high)


def test_rating_chances_sum_to_one_and_lie_in_their_ranges():
    chart = drawn("ratings")
    labels = list(FOUR.bands.labels)
    assert chart.table[labels].sum(axis=1).to_numpy() == pytest.approx(1)
    for label in labels:
        assert (chart.table[f"{label}, lowest"] <= chart.table[label]).all()
        assert (chart.table[f"{label}, highest"] >= chart.table[label]).all()
    assert "Truly 70 % right: Needs Improvement 15 % (15 to 35 %), Competent 47 %" in chart.words
    assert 0.6 in drawn("two ratings").table.index


def test_ridges_agree_with_the_posterior():
    table = drawn("ridges").table
    assert table["mean"].to_numpy() == pytest.approx(outlook_of(4).together.mean_proportion)
    assert table[["low alone", "high alone"]].to_numpy() == pytest.approx(outlook_of(4).alone.interval_proportion())
    row = table.loc["Modeling"]
    said = f"Modeling: {percent(row['mean'])} ({percent_range(row['low'], row['high'])}), from the score alone"
    assert said in drawn("ridges").words
    assert "a score of 714 with the ratings Needs Improvement, Competent, Competent, Strong" in drawn("ridges").words


def ridges(style):
    """The abscissa of each ridge in this style of line, and its density, scaled to an area of one."""
    for line in shapes(drawn("ridges").figure, Line2D):
        if line.get_linestyle() == style and len(line.get_xdata()) > 20:
            x, y = line.get_data()
            yield x, (y - y.min()) / np.trapezoid(y - y.min(), x)


def test_a_ridge_is_a_density_of_which_the_bar_holds_nine_tenths_and_the_score_alone_is_dashed():
    for (_, row), (x, y), (x_alone, alone) in zip(
        drawn("ridges").table.iterrows(), ridges("-"), ridges("--"), strict=True
    ):
        within = np.linspace(row["low"], row["high"], 500)
        assert np.trapezoid(x * y, x) == pytest.approx(row["mean"], abs=0.002)
        assert np.trapezoid(np.interp(within, x, y), within) == pytest.approx(0.9, abs=0.005)
        assert np.trapezoid(x_alone * alone, x_alone) == pytest.approx(row["mean alone"], abs=0.002)


def test_plans_agree_with_the_outlook():
    table, retake = drawn("plans").table, outlook_of(4).retake
    assert table.index.tolist() == ["now", *retake.splits]
    hours = table[[f"hours {name}" for name in NAMES]]
    assert hours.sum(axis=1).tolist() == pytest.approx([0, 80, 80, 80, 80])
    for plan, band in retake.bands.items():
        chance = retake.chance if plan == "now" else retake.splits[plan].chance
        row = table.loc[plan]
        assert row[["chance", "low", "high", "minimum", "maximum"]].tolist() == [chance, *band[:4]]
        assert f"{percent(chance)} (band {percent_range(band.low, band.high)}, extremes" in drawn("plans").words
    apart = 100 * (table["chance"].iloc[1:].max() - table["chance"].iloc[1:].min())
    assert f"{apart:.0f} percentage points apart at most" in drawn("plans").words
    boxes = shapes(drawn("plans").figure, Rectangle)
    assert [box.get_x() for box in boxes] == pytest.approx(table["low"].tolist())
    assert [box.get_x() + box.get_width() for box in boxes] == pytest.approx(table["high"].tolist())


def test_chances_say_how_many_assumptions_rule_the_report_out():
    grid = AssumptionGrid({"cuts_two_labels": ((70,), (99,)), "rho": (0.7, 0.9)})
    blocked = build_outlook(SIX, 660, [1, 1, 1, 1, 1, 0], hours=10, grid=grid)
    assert "more rule the report out)" in plan_chances(blocked).words


def test_groups_differ_without_color():
    """Hatches, dashes and markers alone must tell the groups apart."""
    hatches = [axes.patches[0].get_hatch() for axes in drawn("distributions").figure.axes]
    assert len(set(hatches)) == 2
    for axes in drawn("conversion").figure.axes:
        curves = [(line.get_linestyle(), line.get_marker()) for line in axes.lines[:2]]
        assert curves == [("-", "o"), ("--", "s")]
    for case, groups in (("ratings", 3), ("two ratings", 2), ("ridges", 4), ("ridges of six", 6)):
        figure = drawn(case).figure
        areas = shapes(figure, Polygon) or [*figure.axes[0].collections, *figure.axes[0].patches]
        assert len({area.get_hatch() for area in areas}) == len(areas) == groups


@pytest.mark.parametrize("draw", [domain_ridges, plan_chances])
def test_an_impossible_report_gets_reasons_instead_of_a_figure(draw):
    block = draw(build_outlook(FOUR, 700, ["Strong"] * 4))
    assert isinstance(block, Block)
    assert "46 % and 66 % instead of 60 % and 80 %" in str(block)


def test_no_chance_without_a_band():
    with pytest.raises(ValueError, match="built with a grid of assumptions"):
        plan_chances(build_outlook(FOUR, 714, [1] * 4, hours=10))


@pytest.mark.parametrize(
    ("name", "draw"),
    [
        ("ability", lambda: score_distributions(FOUR, float("nan"))),
        ("names", lambda: score_distributions(FOUR, names=["A"])),
        ("names", lambda: conversion_curves(FOUR, ["A"])),
        ("over", lambda: precision_band(FOUR, "raw")),
        ("model.scale.standard", lambda: precision_band(FOUR.under(cut_share=(5, 50)))),
        ("questions", lambda: rating_chances(0, FOUR.bands)),
        ("mark", lambda: rating_chances(10, FOUR.bands, 1.2)),
        ("names", lambda: domain_ridges(outlook_of(4), ["A"])),
        ("over", lambda: domain_ridges(outlook_of(4), over="score")),
        ("names", lambda: plan_chances(outlook_of(4), ["A"])),
    ],
)
def test_bad_input_names_the_argument(name, draw):
    with pytest.raises(ValueError, match=rf"^{name} = .* is not allowed: give "):
        draw()
