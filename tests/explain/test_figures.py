"""What makes figures cheap must not change them."""

import io

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text
from PIL import Image, ImageChops

from mls_kit import ScoreReport, build_plan
from mls_kit.explain import report_figures as charts
from mls_kit.explain.figure import Panel, new_figure
from mls_kit.explain.renderer import Keeper, packed

PLAN = build_plan(ScoreReport("SAA-C03", 650, "NI, MC, MC, MC"), today="2026-11-22", target_date="2027-01-16")
DRAW = {"report": lambda: charts.report_card(PLAN.report), "shares": lambda: charts.share_bars(PLAN.priorities)}


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


def pixels(chart_or_png):
    png = chart_or_png if isinstance(chart_or_png, bytes) else chart_or_png.png()
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def drawn(renderer_class, artist=None, text=None):
    """An artist or a text on a panel of its own, drawn by a renderer."""
    figure = new_figure(2)
    figure.set_dpi(112)
    panel = Panel(figure, 1, 0.4, 0.4, x=(0, 10), y=(0, 1))
    if artist:
        panel.add(artist)
    else:
        panel.write(5, 0.5, text[0], 10.5, ha=text[1], va=text[2])
    FigureCanvasAgg(figure)
    renderer = renderer_class(*figure.bbox.size, figure.dpi)
    figure.draw(renderer)
    return np.asarray(renderer.buffer_rgba())[..., :3].astype(int)


HATCHED = {"facecolor": "#a7d3f0", "edgecolor": "#333333"}


@pytest.mark.parametrize("hatch", ["///", "...", "\\\\", "xxx", ""])
@pytest.mark.parametrize("box", [((1.03, 0.21), 4.4, 0.57), ((6.2, 0.3), -3.17, 0.4), ((8, 0.5), 2.1, 0.6)])
def test_a_hatched_bar_is_matplotlib_s(hatch, box):
    quick, slow = (drawn(kind, Rectangle(*box, hatch=hatch, **HATCHED)) for kind in (Keeper, RendererAgg))
    assert (quick.min(axis=2) < 250).sum() > 3000
    assert np.abs(quick - slow).max() <= 8


def test_a_hatched_area_is_matplotlib_s():
    x = np.linspace(1, 9, 60)
    curve = [(1, 0), *zip(x, np.sin(x / 3), strict=True), (9, 0)]
    quick, slow = (drawn(kind, Polygon(curve, hatch="xxx", lw=0, **HATCHED)) for kind in (Keeper, RendererAgg))
    assert (quick.min(axis=2) < 250).sum() > 20000
    assert (np.abs(quick - slow).max(axis=2) > 40).mean() < 0.001


@pytest.mark.parametrize("text", ["41 %  (30 to 52 %)", "Design of Secure\nArchitectures (NI)", "100"])
@pytest.mark.parametrize(
    ("ha", "va"), [("left", "center"), ("right", "top"), ("center", "center_baseline"), ("left", "baseline")]
)
def test_words_lie_where_matplotlib_puts_them(text, ha, va):
    ink = []
    for artist in (None, Text(5, 0.5, text, ha=ha, va=va, size=10.5, color="#1a1a1a")):
        dark = 255 - drawn(RendererAgg if artist else Keeper, artist, (text, ha, va)).mean(axis=2)
        rows, columns = np.nonzero(dark.max(axis=1) > 60)[0], np.nonzero(dark.max(axis=0) > 60)[0]
        ink.append([rows[0], rows[-1], columns[0], columns[-1], dark.sum()])
    assert np.abs(np.subtract(ink[0][:4], ink[1][:4])).max() <= 1  # pixels
    assert ink[0][4] == pytest.approx(ink[1][4], rel=0.1)


@pytest.mark.parametrize("name", DRAW)
def test_a_figure_s_file_shows_what_was_drawn_and_is_small(name):
    chart = DRAW[name]()
    png = chart.png()
    keeper = Keeper(*chart.figure.bbox.size, chart.figure.dpi)
    chart.figure.draw(keeper)
    meant = np.asarray(keeper.buffer_rgba())[..., :3].astype(int)
    shown = pixels(png)
    assert len(png) < 40_000
    assert np.abs(shown - meant).max() < 40
    assert np.abs(shown - meant).mean() < 0.5
    assert (shown[(meant == 255).all(axis=2)] == 255).all()  # white is white
    assert (shown[(meant == (0xA7, 0xD3, 0xF0)).all(axis=2)] == (0xA7, 0xD3, 0xF0)).all()  # as are flat colors


def test_thin_lines_keep_their_color():
    chart = DRAW["report"]()
    panel = Panel(chart.figure, 0, 0, 0, 0, x=(0, 1008), y=(0, 1))
    panel.line([1000.5, 1000.5], [0, 1], color="#11aa55", linewidth=72 / 112)
    assert (pixels(chart) == (0x11, 0xAA, 0x55)).all(axis=2).sum() > 200


def test_more_colors_than_a_palette_holds_are_replaced_by_near_ones():
    renderer = Keeper(500, 400, 100)
    wild = np.asarray(renderer.buffer_rgba())
    wild[...] = np.random.default_rng(7).integers(0, 256, wild.shape)
    assert np.abs(pixels(packed(renderer)) - wild[..., :3]).mean() < 40
