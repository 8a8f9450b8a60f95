"""The pictures of views are drawn the quick way, and look as matplotlib would draw them."""

import io
from base64 import b64decode

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Rectangle
from PIL import Image, ImageDraw

from mls_kit.explain.figure import new_figure
from mls_kit.explain.renderer import Packer
from mls_kit.widgets.live_picture import LivePicture, draw_bar, write


def opened(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def inked(canvas):
    """Where a canvas is not white: first and last row and column, and how much ink there is."""
    dark = 255 - np.asarray(canvas.buffer_rgba())[..., :3].astype(int).mean(axis=2)
    rows, columns = np.nonzero(dark.max(axis=1) > 60)[0], np.nonzero(dark.max(axis=0) > 60)[0]
    return np.array([rows[0], rows[-1], columns[0], columns[-1]]), dark.sum()


@pytest.mark.parametrize("text", ["41 %  (30 to 52 %)", "Needs Improvement\n93 %", "High: 12.5 h"])
@pytest.mark.parametrize(
    ("ha", "va"), [("left", "center"), ("right", "top"), ("center", "bottom"), ("left", "baseline")]
)
@pytest.mark.parametrize("sheet", [None, {"facecolor": "#333333", "edgecolor": "none", "pad": 1.5}])
def test_text_lies_where_matplotlib_puts_it(text, ha, va, sheet):
    places = []
    for quick in (True, False):
        figure = new_figure(2)
        canvas = FigureCanvasAgg(figure)
        ink = "#eeeeee" if sheet else "#1a1a1a"
        said = figure.text(0.5, 0.5, text, ha=ha, va=va, fontsize=10.5, color=ink, bbox=sheet)
        said.set_animated(True)
        canvas.draw()
        write(canvas.get_renderer(), said) if quick else figure.draw_artist(said)
        places.append(inked(canvas))
    (ours, our_ink), (theirs, their_ink) = places
    assert np.abs(ours - theirs).max() <= 1  # pixels
    assert our_ink == pytest.approx(their_ink, rel=0.1)


@pytest.mark.parametrize("look", [{"rotation": 30}, {"visible": False}])
def test_text_that_is_not_plain_is_drawn_as_ever(look):
    pictures = []
    for quick in (True, False):
        figure = new_figure(2)
        canvas = FigureCanvasAgg(figure)
        said = figure.text(0.5, 0.5, "$x^2$ of 12", animated=True, **look)
        canvas.draw()
        write(canvas.get_renderer(), said) if quick else figure.draw_artist(said)
        pictures.append(np.asarray(canvas.buffer_rgba()).copy())
    assert (pictures[0] == pictures[1]).all()


@pytest.mark.parametrize(
    "place", [(0.2, 0.3, 0.4, 0.2), (-0.5, 0.61, 0.9, 0.303), (0.9, 0.1, 0.4, 1.2), (0.5, 0.5, 0, 0.2)]
)
@pytest.mark.parametrize("hatch", ["///", "..", ""])
def test_bars_look_as_matplotlib_would_draw_them(place, hatch):
    pictures = []
    for quick in (True, False):
        figure = new_figure(2)
        canvas = FigureCanvasAgg(figure)
        axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
        axes.set(xlim=(0, 1), ylim=(0, 1))
        x, y, width, height = place
        bar = axes.add_patch(Rectangle((x, y), width, height, facecolor="#a7d3f0", edgecolor="#333333", hatch=hatch))
        bar.set_animated(True)
        canvas.draw()
        draw_bar(canvas.get_renderer(), bar) if quick else figure.draw_artist(bar)
        assert bar.get_hatch() == hatch
        pictures.append(np.asarray(canvas.buffer_rgba())[..., :3].astype(int))
    off = np.abs(pictures[0] - pictures[1]).max(axis=2) > 16
    assert off.sum() <= 40  # of 180,000 pixels: a column, where the axes end


def test_flat_colors_come_out_as_they_are_also_those_that_come_later():
    packer = Packer()
    for color in ("#ffffff", "#dddddd", "#a7d3f0", "#8cc4e8", "#e07b39"):
        picture = Image.new("RGB", (120, 90), "white")
        ImageDraw.Draw(picture).rectangle((30, 30, 80, 60), fill=color)
        assert (opened(packer.pack(picture)) == np.asarray(picture)).all(), color


def test_more_colors_than_a_palette_holds_are_replaced_by_near_ones():
    shades = np.zeros((64, 64, 3), np.uint8)
    shades[..., 0], shades[..., 1] = np.mgrid[0:256:4, 0:256:4]
    found = opened(Packer().pack(Image.fromarray(shades)))
    assert np.abs(found - shades).mean() < 40


def test_a_picture_shows_only_the_last_place_of_what_moves():
    live = LivePicture("A picture", 2)
    axes = live.figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 1), ylim=(0, 1))
    said, (dot,) = axes.text(0, 0.8, "12"), axes.plot([0.1], [0.5], "o", color="#0b5d8a", markersize=12)
    live.moving(said), live.moving(dot)
    live.show()
    dot.set_xdata([0.9])
    live.show()
    assert live.image.format == "url"
    moved = opened(b64decode(bytes(live.image.value).partition(b",")[2]))
    assert tuple(moved[96, 778]) == (0x0B, 0x5D, 0x8A)
    assert tuple(moved[96, 86]) == (255, 255, 255)
