"""What makes figures cheap must not change them."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image, ImageChops

from mls_kit import ScoreReport, build_plan, charts, figures
from mls_kit.drawing import Keeper

PLAN = build_plan(ScoreReport("SAA-C03", 650, "NI, MC, MC, MC"), today="2026-11-22", target_date="2027-01-16")
DRAW = {"report": lambda: charts.report_card(PLAN.report), "shares": lambda: charts.priorities(PLAN),
        "calendar": lambda: charts.calendar(PLAN)}  # fmt: skip


@pytest.mark.parametrize("name", DRAW)
def test_a_figure_made_ahead_is_the_same(name):
    fresh = DRAW[name]().png()
    figures.make_ahead(2)
    try:
        assert len(figures._READY) == 2
        assert DRAW[name]().png() == fresh
        assert len(figures._READY) == 1
    finally:
        figures._READY.clear()


@pytest.mark.parametrize("name", DRAW)
def test_kept_texts_look_like_matplotlib_s(name):
    figure = DRAW[name]().figure
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    keeper = Keeper(*figure.bbox.size, figure.dpi)
    figure.draw(keeper)
    one, other = (
        Image.frombuffer("RGBA", canvas.get_width_height(), bytes(drawn.buffer_rgba())).convert("L").reduce(8)
        for drawn in (canvas, keeper)
    )
    assert max(ImageChops.difference(one, other).get_flattened_data()) < 40  # at most half a pixel apart
