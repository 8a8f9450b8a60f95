"""Text on a live picture, put together from pieces that were drawn once: drawing text anew is most of a move's time."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

__all__ = ["write"]

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
