"""A picture that follows a control at once: only what moves is drawn anew.

A new figure for each move costs 80 ms and more, and leaves the old one in memory. Here one figure is kept. What
stands still is drawn once and copied back; the moving artists are drawn over it.
"""

from __future__ import annotations

import math
import re
from base64 import b64encode
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import ipywidgets
import numpy as np
import traitlets
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from PIL import Image

from mls_kit.explain import Packer, new_figure

__all__ = ["Bars", "LivePicture", "draw_bar", "write"]

AnyArtist = TypeVar("AnyArtist", bound=Artist)
DPI = 96
_ADDRESS = b"data:image/png;base64,"


class NamedImage(ipywidgets.Image):
    """An image with a name for screen readers.

    ipywidgets sets the name only on widgets with a description, which an image has not: without this line the
    page shows an error instead of the picture.
    """

    description = traitlets.Unicode("").tag(sync=True)


class Bars(PathPatch):
    """Bars as one shape: a hatch is made once for all of them, and not anew for each."""

    def __init__(self, **look: Any) -> None:
        super().__init__(Path(np.empty((0, 2))), snap=True, **look)

    def set_verts(self, corners: np.ndarray) -> None:
        """Set the corners of each bar; (bars, 4, 2)."""
        self.set_path(Path.make_compound_path_from_polys(corners))


class LivePicture:
    """One figure and the image widget that shows it.

    Parameters
    ----------
    name : str
        What the picture is, for a screen reader; what it shows now belongs into words beside it.
    height : float
        Height in inches; the width is that of all figures.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
    image : ipywidgets.Image
    """

    def __init__(self, name: str, height: float) -> None:
        self.figure = new_figure(height)
        self.figure.set_dpi(DPI)
        self.canvas = FigureCanvasAgg(self.figure)
        width = int(self.figure.get_figwidth() * DPI)
        # width and height are given, so that nothing moves while a picture is loading
        look = {"width": "100%", "max_width": f"{width}px", "object_fit": "contain"}
        # the address holds the picture itself: a page that is handed bytes asks the browser for them by another address,
        # which takes 10 to 20 ms more
        self.image = NamedImage(format="url", layout=look, tooltip=name)
        self._moving: list[Artist] = []
        self._ground: Any = None
        self._packer = Packer()

    def moving(self, artist: AnyArtist) -> AnyArtist:
        """Mark an artist as moving, and return it."""
        artist.set_animated(True)
        self._moving.append(artist)
        return artist

    def redraw(self) -> None:
        """Draw what stands still anew at the next ``show``: a limit, a tick or a label has changed."""
        self._ground = None

    def clear(self) -> None:
        """Take everything out of the figure, to draw another one in its place."""
        self.figure.clear()
        self._moving.clear()
        self._ground = None

    def show(self) -> None:
        """Draw the moving artists over what stands still, and send the picture to the page."""
        if self._ground is None:
            self.canvas.draw()
            self._ground = self.canvas.copy_from_bbox(self.figure.bbox)
        else:
            self.canvas.restore_region(self._ground)
        renderer = self.canvas.get_renderer()
        for artist in self._moving:
            if isinstance(artist, Text):
                write(renderer, artist)
            elif isinstance(artist, Rectangle):
                draw_bar(renderer, artist)
            else:
                artist.draw(renderer)
        size = self.canvas.get_width_height()
        picture = Image.frombytes("RGB", size, self.canvas.buffer_rgba(), "raw", "RGBX")
        self.image.value = _ADDRESS + b64encode(self._packer.pack(picture))


@lru_cache(maxsize=32)
def _hatching(hatch: str, ink: Any, width: int, height: int, dpi: float) -> Any:
    """Draw a hatch all over a picture, on nothing; return its pixels from below, as pictures are drawn."""
    renderer = RendererAgg(width, height, dpi)
    Rectangle((0, 0), width, height, facecolor="none", edgecolor=ink, hatch=hatch, linewidth=0).draw(renderer)
    return np.asarray(renderer.buffer_rgba())[::-1].copy()


def draw_bar(renderer: RendererAgg, bar: Rectangle) -> None:
    """Draw a bar; making its hatch anew would take longer than all the rest of it.

    Parameters
    ----------
    renderer : RendererAgg
        Where to draw.
    bar : Rectangle
        Its hatch lies where matplotlib puts it, within the bar's edge.
    """
    hatch = bar.get_hatch()
    if not hatch or not bar.get_visible():
        bar.draw(renderer)
        return
    bar.set_hatch("")
    bar.draw(renderer)
    bar.set_hatch(hatch)
    box = bar.get_window_extent(renderer)
    left, right = max(round(box.x0), 0), round(box.x1)
    bottom, top = max(round(box.y0), 0), round(box.y1)
    if right <= left or top <= bottom:
        return
    pen = renderer.new_gc()
    clip = bar.get_clip_box()
    if clip is not None:
        pen.set_clip_rectangle(clip)
    whole = _hatching(hatch, bar.get_edgecolor(), int(renderer.width), int(renderer.height), renderer.dpi)
    renderer.draw_image(pen, left, bottom, np.ascontiguousarray(whole[bottom:top, left:right]))
    pen.restore()


_NUMBER = re.compile(r"(\d[\d.,]*)")
_MARGIN = 2  # pixels around a piece: letters may reach a little beyond their line
_LEFT_OF = {"left": 0.0, "center": 0.5, "right": 1.0}


class _Font(NamedTuple):
    """What a line needs to know of its font, in pixels."""

    ascent: float
    descent: float
    gap: float


@lru_cache(maxsize=64)
def _font(look: FontProperties, dpi: float) -> _Font:
    """Ask matplotlib how it sets lines, so that they lie where it would put them."""
    figure = Figure(dpi=dpi)
    FigureCanvasAgg(figure)
    text = figure.text(0, 0, "x", fontproperties=look, va="baseline")
    line = text.get_window_extent()
    text.set_text("x\nx")
    return _Font(line.y1, -line.y0, text.get_window_extent().height / 2 - line.height)


@lru_cache(maxsize=1024)
def _piece(text: str, look: FontProperties, dpi: float, ink: Any) -> tuple[Any, float]:
    """Draw a piece of a line once; return its pixels and how far it moves the next one."""
    font = _font(look, dpi)
    below, above = math.ceil(font.descent) + _MARGIN, math.ceil(font.ascent) + _MARGIN
    width = RendererAgg(1, 1, dpi).get_text_width_height_descent(text, look, False)[0]
    renderer = RendererAgg(math.ceil(width) + 2 * _MARGIN, above + below, dpi)
    pen = renderer.new_gc()
    pen.set_foreground(ink, isRGBA=True)
    renderer.draw_text(pen, _MARGIN, above, text, look, 0)
    return np.asarray(renderer.buffer_rgba())[::-1].copy(), width  # pictures are drawn from below


def _paper(renderer: RendererAgg, pen: Any, text: Text, box: tuple[float, float, float, float]) -> None:
    """Draw the sheet a text is written on."""
    sheet = text.get_bbox_patch()
    if sheet is None:
        return
    style: Any = sheet.get_boxstyle()
    pad = style.pad * text.get_fontsize() * renderer.dpi / 72
    left, bottom, width, height = box
    color = np.array([255 * part for part in sheet.get_facecolor()], np.uint8)
    shape = round(height + 2 * pad), round(width + 2 * pad), 4
    renderer.draw_image(pen, round(left - pad), round(bottom - pad), np.broadcast_to(color, shape).copy())


def _plain(text: Text) -> bool:
    return not text.get_rotation() and "$" not in text.get_text()


def write(renderer: RendererAgg, text: Text) -> None:
    """Draw a text; its numbers and the words between them are kept as pictures for the next time.

    Parameters
    ----------
    renderer : RendererAgg
        Where to draw.
    text : Text
        One that stands upright, without formulas, is drawn from pieces, each on whole pixels; any other as usual.
    """
    said, dpi = text.get_text(), renderer.dpi
    if not said or not text.get_visible():
        return
    if not _plain(text):
        text.draw(renderer)
        return
    look, ink = text.get_fontproperties(), to_rgba(text.get_color())
    lines = [[_piece(part, look, dpi, ink) for part in _NUMBER.split(line) if part] for line in said.split("\n")]
    widths = [sum(width for _, width in line) for line in lines]
    font, many = _font(look, dpi), len(lines) > 1
    pitch = font.ascent + font.descent + many * font.gap
    x, y = text.get_transform().transform(text.get_position())
    height, part_left = pitch * len(lines), _LEFT_OF[text.get_horizontalalignment()]
    below = {"bottom": 0.0, "center": height / 2, "top": height, "baseline": font.descent + many * font.gap / 2}
    bottom = y - below[text.get_verticalalignment()]
    pen, width = renderer.new_gc(), max(widths)
    _paper(renderer, pen, text, (x - part_left * width, bottom, width, height))
    for place, (line, width) in enumerate(zip(lines, widths, strict=True)):
        at = x - part_left * width
        base = bottom + (len(lines) - 1 - place) * pitch + font.descent + many * font.gap / 2
        for pixels, forth in line:
            renderer.draw_image(pen, round(at) - _MARGIN, round(base) - math.ceil(font.descent) - _MARGIN, pixels)
            at += forth
