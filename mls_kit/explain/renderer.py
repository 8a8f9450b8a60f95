"""Drawing figures quickly: texts and hatches are drawn once and kept as pictures; a picture becomes a small PNG file."""

from __future__ import annotations

import io
import math
import re
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, IdentityTransform, Transform, TransformedPath
from numpy.typing import NDArray
from PIL import Image

_PIECE = re.compile(r"\d|\D+")
_AS_IT_IS = IdentityTransform()
_TILES: dict[Any, NDArray[np.uint32]] = {}
_SHADES = 24  # of a channel's 256: colors that lie together in so many are one in a PNG file
_EVERY = 24  # one row and one column in so many are looked at for colors: no straight line is missed, however thin
_MANY = 1 << 12  # more colors than that has no drawing; Pillow takes its time by it


class Keeper(RendererAgg):
    """matplotlib's renderer, which draws each text and each hatch once for all figures: they are most of the cost.

    A text is kept as a picture and put on whole pixels; of a hatch one tile is kept, and laid where it is wanted.
    """

    def __init__(self, width: float, height: float, dpi: float) -> None:
        super().__init__(width, height, dpi)
        self._outlines: list[Path] = []  # Agg knows the last one by its address, which must not go to another

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        """Return the size of a text, in pixels."""
        return text_size(s, prop, ismath, self.dpi)

    def draw_text(
        self, gc: GraphicsContextBase, x: float, y: float, s: str, prop: FontProperties, angle: float,
        ismath: Any = False, mtext: Text | None = None,
    ) -> None:  # fmt: skip
        """Draw a text."""
        if angle or ismath:
            return super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
        base = round(self.height - y)
        for piece in _PIECE.findall(s):
            picture, left, below = _picture(piece, prop, self.dpi, gc.get_rgb())
            self.draw_image(gc, round(x) - left, base - below, picture)
            x += text_size(piece, prop, False, self.dpi)[0]
        return None

    def draw_path(self, gc: GraphicsContextBase, path: Path, transform: Transform, rgbFace: Any = None) -> None:
        """Draw a shape; a hatched one as a piece of the hatch's tile, with its edge over it."""
        hatch = gc.get_hatch()
        if not hatch or rgbFace is None or gc.get_alpha() != 1 or gc.get_clip_path()[0] is not None:
            return super().draw_path(gc, path, transform, rgbFace)
        self._lay(gc, transform.transform_path(path), _tile(gc, rgbFace, self.dpi))
        if gc.get_linewidth():
            gc.set_hatch(None)
            super().draw_path(gc, path, transform)
            gc.set_hatch(hatch)
        return None

    def _lay(self, gc: GraphicsContextBase, shape: Path, tile: NDArray[np.uint32]) -> None:
        """Lay tiles over a shape, from the upper left corner of the picture on, as matplotlib does."""
        corners, side = np.asarray(shape.vertices), len(tile)
        low, high = corners.min(axis=0), corners.max(axis=0)
        limits = gc.get_clip_rectangle() or self.bbox
        left, bottom = (math.floor(max(end) + 0.5) for end in zip(low, limits.min, (0, 0), strict=True))
        right, top = (math.floor(min(end) + 0.5) for end in zip(high, limits.max, self.bbox.max, strict=True))
        if right <= left or top <= bottom:
            return
        rows, columns = np.arange(int(self.height) - 1 - bottom, int(self.height) - 1 - top, -1), np.arange(left, right)
        piece = tile[rows[:, None] % side, columns % side]
        pen = self.new_gc()
        if not ((corners == low) | (corners == high)).all():  # no upright rectangle
            pen.set_clip_path(TransformedPath(shape, _AS_IT_IS))
            self._outlines.append(shape)
        self.draw_image(pen, left, bottom, piece[..., None].view(np.uint8))


@lru_cache(maxsize=8)
def _ruler(dpi: float) -> RendererAgg:
    return RendererAgg(1, 1, dpi)


@lru_cache(maxsize=8192)
def text_size(text: str, prop: FontProperties, ismath: Any, dpi: float) -> tuple[float, float, float]:
    """Return width, height and descent of a text, in pixels; the same text is measured once."""
    pieces = _PIECE.findall(text)
    if len(pieces) < 2 or ismath:
        return _ruler(dpi).get_text_width_height_descent(text, prop, ismath)
    widths, heights, descents = zip(*(text_size(piece, prop, False, dpi) for piece in pieces), strict=True)
    descent = max(descents)
    above = max(height - low for height, low in zip(heights, descents, strict=True))
    return sum(widths), above + descent, descent


@lru_cache(maxsize=1024)
def _picture(text: str, prop: FontProperties, dpi: float, color: Any) -> tuple[NDArray[np.uint8], int, int]:
    """Return a text as a picture, and where in it the text begins: pixels from the left, and from below."""
    width, height, descent = (math.ceil(size) for size in text_size(text, prop, False, dpi))
    edge = 4 + height // 4  # letters may reach out of their box
    renderer = RendererAgg(width + 2 * edge, height + 2 * edge, dpi)
    gc = renderer.new_gc()
    gc.set_foreground(color)
    renderer.draw_text(gc, edge, edge + height - descent, text, prop, 0)
    return np.array(renderer.buffer_rgba())[::-1], edge, edge + descent


def _tile(gc: GraphicsContextBase, color: Any, dpi: float) -> NDArray[np.uint32]:
    """Return what a hatch repeats over and over, on its color: a square of an inch, a pixel a number."""
    look = (gc.get_hatch(), gc.get_hatch_color(), gc.get_hatch_linewidth(), tuple(color), dpi)
    if look not in _TILES:
        side = int(dpi)
        renderer = RendererAgg(side, side, dpi)
        pen = renderer.new_gc()
        pen.copy_properties(gc)
        pen.set_linewidth(0)
        pen.set_clip_rectangle(None)
        renderer.draw_path(pen, Path.unit_rectangle(), Affine2D().scale(side), color)
        _TILES[look] = np.array(renderer.buffer_rgba()).view(np.uint32)[..., 0]
    return _TILES[look]


def packed(renderer: RendererAgg) -> bytes:
    """Return what was drawn as a PNG file.

    Its palette has the colors met most often: they come out as they are, white too; any other becomes the nearest of
    them. Flat colors look the same so, at a third of the size and a tenth of the time.
    """
    size = int(renderer.width), int(renderer.height)
    picture = Image.frombytes("RGB", size, renderer.buffer_rgba(), "raw", "RGBX")
    colors = _colors(picture)
    # Pillow takes a color for the least of a cell of four levels each way: it is asked for cells, one color in each
    cells = Image.new("P", (1, 1))
    cells.putpalette([part & ~3 for color in colors for part in color])
    small = picture.quantize(palette=cells, dither=Image.Dither.NONE)
    small.putpalette([part for color in colors for part in color])
    buffer = io.BytesIO()
    small.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def _colors(picture: Image.Image) -> list[tuple[int, ...]]:
    """Return the colors of a picture, the most frequent of each neighborhood; some rows and columns tell them all."""
    width, height = picture.size
    met: list[Any] = []
    for size in ((width, -(-height // _EVERY)), (-(-width // _EVERY), height)):
        few = picture.resize(size, Image.Resampling.NEAREST)
        met += few.getcolors(_MANY) or few.quantize().convert("RGB").getcolors() or []
    chosen: dict[tuple[int, ...], tuple[int, ...]] = {}
    for _, (red, green, blue) in sorted(met, reverse=True):
        chosen.setdefault((red // _SHADES, green // _SHADES, blue // _SHADES), (red, green, blue))
    return list(chosen.values())[:256]
