"""The figures of the score model: their words, their numbers, and whether they can be read."""

import re
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Annotation, Text

from mls_kit.explain.chance_figures import assumption_tornado, plan_chances
from mls_kit.explain.domain_figures import domain_ridges, rating_chances
from mls_kit.explain.figure import Texts
from mls_kit.explain.model_figure import percent, percent_range
from mls_kit.explain.scaling_figures import conversion_curves, precision_band, score_distributions
from mls_kit.html import Block
from mls_kit.score_model.assumptions import AssumptionGrid
from mls_kit.score_model.forms import raw_score_distribution
from mls_kit.score_model.model import ScoreModel
from mls_kit.score_model.outlook import build_outlook

NAMES = [
    "Data Engineering",
    "Exploratory Data Analysis",
    "Modeling",
    "Machine Learning Implementation and Operations",
]
LONG = ["Fundamentals", "Design of Secure Solutions for an Organization of Great Complexity", "C", "D", "E", "Security"]
GRID = AssumptionGrid({"mean": (-0.5, 0.0, 0.5), "rho": (0.7, 0.9), "retake_shift": (0.2, 0.5)})


@pytest.fixture(scope="module")
def exam():
    return ScoreModel.from_exam_facts([20, 24, 36, 20], 50)


@pytest.fixture(scope="module")
def outlook(exam):
    ratings = ["Needs Improvement", "Competent", "Competent", "Strong"]
    return build_outlook(exam, 714, ratings, splits={"article": [40, 30, 20, 10]}, grid=GRID)


@pytest.fixture(scope="module")
def six():
    labels = ("Needs Improvement", "Meets Competencies")
    return ScoreModel.from_exam_facts([20, 20, 18, 16, 14, 12], 65, (100, 700, 1000), labels)


@pytest.fixture(scope="module")
def six_outlook(six):
    grid = AssumptionGrid({"cuts_two_labels": ((30,), (70,)), "headroom": (0.0, 1.5)})
    return build_outlook(six, 660, [1, 0, 1, 0, 1, 0], hours=60, grid=grid)


@pytest.fixture(scope="module")
def charts(exam, outlook, six, six_outlook):
    return {
        "distributions": score_distributions(exam),
        "distributions at an ability": score_distributions(six, -1.5),
        "distributions, able": score_distributions(exam, 3.0),
        "conversion": conversion_curves(exam),
        "conversion, same difficulty": conversion_curves(exam.under(retake_shift=0.0)),
        "conversion, easier, 65": conversion_curves(six.under(retake_shift=-0.3)),
        "precision": precision_band(exam),
        "precision over scores": precision_band(six, "score"),
        "ratings": rating_chances(10, exam.bands),
        "two ratings": rating_chances(65, six.bands, 0.6),
        "ridges": domain_ridges(outlook, NAMES),
        "ridges of abilities": domain_ridges(six_outlook, LONG, "ability"),
        "ridges of six": domain_ridges(six_outlook, LONG),
        "plans": plan_chances(outlook, NAMES),
        "plans of six": plan_chances(six_outlook),
        "tornado": assumption_tornado(outlook),
        "tornado of six": assumption_tornado(six_outlook),
    }


CASES = [
    "distributions", "distributions at an ability", "distributions, able", "conversion", "conversion, same difficulty",
    "conversion, easier, 65", "precision", "precision over scores", "ratings", "two ratings", "ridges",
    "ridges of abilities", "ridges of six", "plans", "plans of six", "tornado", "tornado of six",
]  # fmt: skip


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


@pytest.mark.parametrize("case", CASES)
def test_every_text_lies_inside_the_figure_and_off_the_others(charts, case):
    texts, frame = drawn_texts(charts[case]), charts[case].figure.bbox
    assert len(texts) > 6
    assert [text for text, box in texts if not inside(box, frame)] == []
    clashes = [
        (a, b)
        for (a, box), (b, other) in combinations(texts, 2)
        if min(box.x1, other.x1) - max(box.x0, other.x0) > 1 and min(box.y1, other.y1) - max(box.y0, other.y0) > 2
    ]
    assert clashes == []


@pytest.mark.parametrize("case", CASES)
def test_every_text_is_large_enough_for_paper(charts, case):
    figure = charts[case].figure
    assert figure.get_size_inches()[0] == 9
    texts = [*panel_texts(figure), *(text for axes in figure.axes for text in axes.texts)]
    assert min(text.get_fontsize() for text in texts) >= 9.5


@pytest.mark.parametrize("case", CASES)
def test_words_say_model_and_assumptions_and_serve_as_alternative_text(charts, case):
    chart = charts[case]
    assert "This is model, assuming " in chart.words
    assert "None of it is published." in chart.words
    assert any("model" in text for text, _ in drawn_texts(chart))  # also where the words are cut off
    alt = re.search(r'<img alt="([^"]+)"', chart._repr_html_()).group(1)
    assert alt.startswith("Chance" if "Chance" in chart.words[:6] else chart.words[:10])
    assert "nan" not in chart.words
    assert chart.png().startswith(b"\x89PNG")


@pytest.mark.parametrize("case", CASES)
def test_words_keep_to_what_may_be_said(charts, case):
    words = charts[case].words
    assert not re.search(r"40/30/20/10|wrong|guarantee|certainly|you will|should|AWS", words, re.IGNORECASE)
    assert not re.search(r"\b(0|100) %", re.sub(r"scores, \d+ to \d+", "", words)), "a chance rounded to certainty"


def test_each_chance_to_pass_comes_with_its_band(charts):
    for plan in charts["plans"].words.split(": ", 1)[1].split(". A band")[0].split("; "):
        assert re.search(r"\d+ % \(band .+ to .+ %, extremes .+ to .+ %\)$", plan)
    assert re.search(r": \d+ %, band \d+ to \d+ % over 12 stated sets", charts["tornado"].words)


def test_distributions_sum_to_one_and_agree_with_their_words(exam, charts):
    table = charts["distributions"].table
    assert table.sum().to_numpy() == pytest.approx([1, 1], abs=1e-9)
    mean = float(table["Form A (base)"] @ table.index)
    assert f"mean {mean:.1f} of 50" in charts["distributions"].words
    at_three = charts["distributions, able"].table["Form B (new)"].to_numpy()
    assert at_three == pytest.approx(raw_score_distribution(exam.retake_form.probability(3.0)), abs=1e-12)
    # all candidates: the mean over the general ability, worked out domain by domain
    expected = sum(exam.g_weights @ m @ np.arange(m.shape[1]) for m in exam.right_given_g)
    assert mean == pytest.approx(expected)
    bars = [axes.patches[0].get_data()[0] for axes in charts["distributions"].figure.axes]
    assert bars[1] == pytest.approx(table["Form B (new)"].to_numpy())


def test_the_middle_of_a_distribution_holds_at_least_nine_in_ten(charts):
    chart = charts["distributions"]
    for name, low, high in re.findall(r"(Form \w \(\w+\)): mean .*? from (\d+) to (\d+)", chart.words):
        share = chart.table[name]
        assert share.loc[int(low) : int(high)].sum() >= 0.9
        assert share.loc[: int(low) - 1].sum() < 0.05
        assert share.loc[int(high) + 1 :].sum() <= 0.05


def test_conversion_agrees_with_the_model(exam, charts):
    chart = charts["conversion"]
    assert chart.table.loc[34].tolist() == [714, 767]
    assert "takes 36 right on Form A (base) and 33 on Form B (new); 34 right are 714 and 767" in chart.words
    assert chart.table["Form B (new)"].tolist() == exam.retake_scores.tolist()
    gap = (chart.table["Form B (new)"] - chart.table["Form A (base)"]).abs()
    assert f"by {gap.max()} points" in chart.words
    assert {text for text, _ in drawn_texts(chart)} >= {"cut 33", "cut 36", "Form A (base)", "Form B (new)"}


def test_precision_agrees_with_the_model_and_says_what_the_band_holds(exam, charts):
    table = charts["precision"].table
    at = table.iloc[(table["true score"] - 750).abs().argmin()]
    assert at["true score"] == pytest.approx(750, abs=0.01)
    assert f"750 ± {at['CSEM']:.0f} at the passing standard" in charts["precision"].words
    assert (table["high"] - table["low"]).to_numpy() == pytest.approx(2 * table["CSEM"].to_numpy())
    scores = exam.scale.report(np.arange(51))
    low, high = map(int, re.search(r"holds (\d+) to (\d+) % of sittings", charts["precision"].words).groups())
    assert 50 < low < 68 < high < 85
    shares = []
    for ability in table.index:
        f = raw_score_distribution(exam.form.probability(ability))
        held = f[np.abs(scores - table.loc[ability, "true score"]) <= table.loc[ability, "CSEM"]].sum()
        shares.append(held)
    assert (round(100 * min(shares)), round(100 * max(shares))) == (low, high)


def test_precision_needs_a_standard_that_some_ability_reaches(exam):
    with pytest.raises(ValueError, match=r"^model\.scale\.standard = "):
        precision_band(exam.under(cut_share=(5, 50)))


def test_rating_chances_sum_to_one_and_lie_in_their_ranges(exam, charts):
    chart = charts["ratings"]
    labels = list(exam.bands.labels)
    assert chart.table[labels].sum(axis=1).to_numpy() == pytest.approx(1)
    for label in labels:
        assert (chart.table[f"{label}, lowest"] <= chart.table[label]).all()
        assert (chart.table[f"{label}, highest"] >= chart.table[label]).all()
    assert "Truly 70 % right: Needs Improvement 15 % (15 to 35 %), Competent 47 %" in chart.words
    assert 0.6 in charts["two ratings"].table.index


def test_ridges_agree_with_the_posterior(outlook, charts):
    table = charts["ridges"].table
    assert table["mean"].to_numpy() == pytest.approx(outlook.together.mean_proportion)
    assert table[["low alone", "high alone"]].to_numpy() == pytest.approx(outlook.alone.interval_proportion())
    row = table.loc["Modeling"]
    said = f"Modeling: {percent(row['mean'])} ({percent_range(row['low'], row['high'])}), from the score alone"
    assert said in charts["ridges"].words
    assert "a score of 714 with the ratings Needs Improvement, Competent, Competent, Strong" in charts["ridges"].words


def test_a_ridge_is_a_density_of_which_the_bar_holds_nine_tenths(outlook, charts):
    lines = shapes(charts["ridges"].figure, Line2D)
    solid = [line for line in lines if line.get_linestyle() == "-" and len(line.get_xdata()) > 20]
    assert len(solid) == 4
    for line, (_, row) in zip(solid, charts["ridges"].table.iterrows(), strict=True):
        x, y = line.get_data()
        y = y - y.min()
        within = np.linspace(row["low"], row["high"], 500)
        area = np.trapezoid(y, x)
        assert np.trapezoid(x * y, x) / area == pytest.approx(row["mean"], abs=0.002)
        assert np.trapezoid(np.interp(within, x, y), within) / area == pytest.approx(0.9, abs=0.005)


def test_the_dashed_outline_is_what_the_score_alone_says(charts):
    lines = shapes(charts["ridges"].figure, Line2D)
    dashed = [line for line in lines if line.get_linestyle() == "--" and len(line.get_xdata()) > 20]
    assert len(dashed) == 4
    for line, mean in zip(dashed, charts["ridges"].table["mean alone"], strict=True):
        x, y = line.get_data()
        y = y - y.min()
        assert np.trapezoid(x * y, x) / np.trapezoid(y, x) == pytest.approx(mean, abs=0.002)


def test_plans_agree_with_the_outlook(outlook, charts):
    table, retake = charts["plans"].table, outlook.retake
    assert table.index.tolist() == ["now", *retake.splits]
    hours = table[[f"hours {name}" for name in NAMES]]
    assert hours.sum(axis=1).tolist() == pytest.approx([0, 80, 80, 80, 80])
    for plan, band in retake.bands.items():
        chance = retake.chance if plan == "now" else retake.splits[plan].chance
        row = table.loc[plan]
        assert row[["chance", "low", "high", "minimum", "maximum"]].tolist() == [chance, *band[:4]]
        assert f"{percent(chance)} (band {percent_range(band.low, band.high)}, extremes" in charts["plans"].words
    apart = 100 * (table["chance"].iloc[1:].max() - table["chance"].iloc[1:].min())
    assert f"{apart:.0f} percentage points apart at most" in charts["plans"].words
    boxes = shapes(charts["plans"].figure, Rectangle)
    assert [box.get_x() for box in boxes] == pytest.approx(table["low"].tolist())
    assert [box.get_x() + box.get_width() for box in boxes] == pytest.approx(table["high"].tolist())


def test_tornado_agrees_with_the_outlook(outlook, charts):
    chart, bars = charts["tornado"], outlook.retake.tornado
    assert chart.table.index.tolist() == [bar.assumption for bar in bars]
    assert chart.table["chance_at_low"].tolist() == [bar.chance_at_low for bar in bars]
    ends = [patch.get_x() + patch.get_width() for patch in shapes(chart.figure, Rectangle) if patch.get_height() < 0.5]
    assert ends == pytest.approx([c for bar in bars for c in (bar.chance_at_low, bar.chance_at_high)])
    mean = next(bar for bar in bars if bar.assumption == "mean")
    assert f"−0.5 gives {percent(mean.chance_at_low)}, 0.5 gives {percent(mean.chance_at_high)}" in chart.words


def test_tornado_says_where_a_value_rules_the_report_out(six):
    grid = AssumptionGrid({"cuts_two_labels": ((70,), (99,)), "rho": (0.7, 0.9)})
    outlook = build_outlook(six, 400, [0] * 6, hours=10, grid=AssumptionGrid({"rho": (0.7, 0.9)}))
    blocked = build_outlook(six, 660, [1, 1, 1, 1, 1, 0], hours=10, grid=grid)
    chart = assumption_tornado(blocked)
    assert "99 rules the report out" in chart.words
    assert "99: report impossible" in [text for text, _ in drawn_texts(chart)]
    assert "rules the report out" not in assumption_tornado(outlook).words
    assert "more rule the report out)" in plan_chances(blocked).words


def test_groups_differ_without_color(charts):
    """Hatches, dashes and markers alone must tell the groups apart."""
    hatches = [axes.patches[0].get_hatch() for axes in charts["distributions"].figure.axes]
    assert len(set(hatches)) == 2
    for axes in charts["conversion"].figure.axes:
        curves = [(line.get_linestyle(), line.get_marker()) for line in axes.lines[:2]]
        assert curves == [("-", "o"), ("--", "s")]
    for case, groups in (("ratings", 3), ("two ratings", 2), ("ridges", 4), ("ridges of six", 6)):
        figure = charts[case].figure
        areas = shapes(figure, Polygon) or [*figure.axes[0].collections, *figure.axes[0].patches]
        assert len({area.get_hatch() for area in areas}) == len(areas) == groups
    ends = [patch.get_hatch() for patch in shapes(charts["tornado"].figure, Rectangle) if patch.get_height() < 0.5]
    assert set(ends[::2]).isdisjoint(ends[1::2])
    styles = {line.get_linestyle() for line in shapes(charts["ridges"].figure, Line2D) if len(line.get_xdata()) > 20}
    assert styles == {"-", "--"}


def test_an_impossible_report_gets_reasons_instead_of_a_figure(exam):
    outlook = build_outlook(exam, 700, ["Strong"] * 4)
    for draw in (domain_ridges, plan_chances, assumption_tornado):
        block = draw(outlook)
        assert isinstance(block, Block)
        assert "46 % and 66 % instead of 60 % and 80 %" in str(block)


def test_no_chance_without_a_band(exam):
    bare = build_outlook(exam, 714, [1] * 4, hours=10)
    for draw in (plan_chances, assumption_tornado):
        with pytest.raises(ValueError, match="built with a grid of assumptions"):
            draw(bare)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda exam, outlook: score_distributions(exam, float("nan")), "ability"),
        (lambda exam, outlook: score_distributions(exam, names=["A"]), "names"),
        (lambda exam, outlook: conversion_curves(exam, ["A"]), "names"),
        (lambda exam, outlook: precision_band(exam, "raw"), "over"),
        (lambda exam, outlook: rating_chances(0, exam.bands), "questions"),
        (lambda exam, outlook: rating_chances(10, exam.bands, 1.2), "mark"),
        (lambda exam, outlook: domain_ridges(outlook, ["A"]), "names"),
        (lambda exam, outlook: domain_ridges(outlook, over="score"), "over"),
        (lambda exam, outlook: plan_chances(outlook, ["A"]), "names"),
    ],
)
def test_bad_input_names_the_argument(exam, outlook, call, name):
    with pytest.raises(ValueError, match=rf"^{name} = .* is not allowed: give "):
        call(exam, outlook)


def test_tables_hold_numbers_not_text(charts):
    for chart in charts.values():
        numbers = chart.table.drop(columns=["rating", "low", "high"], errors="ignore")
        assert all(pd.api.types.is_numeric_dtype(kind) for kind in numbers.dtypes)
