"""The figures of the score model: their words, their numbers, and whether they can be read."""

import re
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from candidates import EXAMS, TWO
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Annotation

from mls_kit.explain.scaling_figures import precision_band
from mls_kit.score_model import ScoreModel, raw_score_distribution

FOUR, SIX = EXAMS[4], ScoreModel.from_exam_facts([20, 20, 18, 16, 14, 12], 65, (100, 700, 1000), TWO)


CHARTS = {"over abilities": lambda: precision_band(FOUR), "over scores": lambda: precision_band(SIX, "score")}


@cache
def drawn(case):
    return CHARTS[case]()


def drawn_texts(chart):
    """Every text a reader sees, with its box in pixels."""
    canvas = FigureCanvasAgg(chart.figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    texts = [*chart.figure.texts]
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
    sizes = [text.get_fontsize() for axes in figure.axes for text in axes.texts]
    assert (figure.get_size_inches()[0], min(sizes) >= 9.5) == (9, True)
    assert "This is a model. It makes these assumptions. " in words
    assert "No exam owner publishes these assumptions." in words
    assert "nan" not in words
    assert any("model" in text for text, _ in texts)  # also where the words are cut off
    alt = re.search(r'<img alt="([^"]+)"', chart._repr_html_()).group(1)
    assert alt.startswith("Chance" if "Chance" in words[:6] else words[:10])
    assert chart.png().startswith(b"\x89PNG")
    assert not re.search(r"40/30/20/10|wrong|guarantee|certainly|you will|should|AWS", words, re.IGNORECASE)
    assert not re.search(r"\b(0|100) %", re.sub(r"scores, \d+ to \d+", "", words)), "a chance rounded to certainty"
    numbers = chart.table.drop(columns=["rating", "low", "high"], errors="ignore")
    assert all(pd.api.types.is_numeric_dtype(kind) for kind in numbers.dtypes)


def test_precision_agrees_with_the_model_and_says_what_the_band_holds():
    table = drawn("over abilities").table
    at = table.iloc[(table["true score"] - 750).abs().argmin()]
    assert at["true score"] == pytest.approx(750, abs=0.01)
    assert f"750 ± {at['CSEM']:.0f} at the passing standard" in drawn("over abilities").words
    assert (table["high"] - table["low"]).to_numpy() == pytest.approx(2 * table["CSEM"].to_numpy())
    scores = FOUR.scale.report(np.arange(51))
    low, high = map(int, re.search(r"holds (\d+) to (\d+) % of attempts", drawn("over abilities").words).groups())
    assert 50 < low < 68 < high < 85
    shares = [
        raw_score_distribution(FOUR.form.probability(at))[np.abs(scores - row["true score"]) <= row["CSEM"]].sum()
        for at, row in table.iterrows()
    ]
    assert (round(100 * min(shares)), round(100 * max(shares))) == (low, high)


@pytest.mark.parametrize(
    ("name", "draw"),
    [
        ("over", lambda: precision_band(FOUR, "raw")),
        ("model.scale.standard", lambda: precision_band(FOUR.under(cut_share=(5, 50)))),
    ],
)
def test_bad_input_names_the_argument(name, draw):
    with pytest.raises(ValueError, match=rf"^{name} = .* is not allowed: give "):
        draw()
