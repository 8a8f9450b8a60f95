"""What a figure is made of, drawn quickly: words, bars and lines that skip what matplotlib does for every case.

With a renderer other than the kit's own, they are drawn as matplotlib draws them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from matplotlib.artist import Artist
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform

from mls_kit.drawing import Keeper

__all__ = ["Area", "Bar", "Stroke", "Words"]

_PIXELS = IdentityTransform()
_LEFT_OF = {"left": 0.0, "center": 0.5, "right": 1.0}


class _InBox:
    """Cut off at the box of its axes: matplotlib would make a transform of the same box for each artist."""

    def set_clip_path(self: Any, path: Any, transform: Any = None) -> None:
        """Take the axes' box in place of their background's outline, which is the same."""
        if not self.get_clip_on():
            return
        if self.axes is not None and path is self.axes.patch:
            self.set_clip_box(self.axes.bbox)
        else:
            super().set_clip_path(path, transform)  # type: ignore[misc]


class Stroke(_InBox, Line2D):
    """A line or markers."""


class Words(_InBox, Text):
    """An upright text without a frame."""

    def draw(self, renderer: RendererBase) -> None:
        """Draw the text, each line where matplotlib would put it."""
        font, said, dpi = self.get_fontproperties(), self.get_text(), self.figure.dpi
        if not isinstance(renderer, Keeper) or "$" in said:
            super().draw(renderer)
            return
        x, y = self.get_transform().transform(self.get_position())
        left, lines = _LEFT_OF[self.get_horizontalalignment()], said.split("\n")
        pen = renderer.new_gc()
        pen.set_foreground(self.get_color())
        for line, up in zip(lines, _heights(len(lines), font, self.get_verticalalignment(), dpi), strict=True):
            width, _, _ = renderer.get_text_width_height_descent(line, font, False)
            renderer.draw_text(pen, x - left * width, renderer.height - y - up, line, font, 0)


class _Notes(Keeper):
    """Notes how high the lines of a text lie."""

    def __init__(self, dpi: float) -> None:
        super().__init__(1, 1, dpi)
        self.heights: list[float] = []

    def draw_text(self, gc: GraphicsContextBase, x: float, y: float, *_: Any, **__: Any) -> None:
        """Note a line."""
        self.heights.append(self.height - y)


@lru_cache(maxsize=256)
def _heights(lines: int, font: FontProperties, va: str, dpi: float) -> list[float]:
    """Ask matplotlib how far above its place a text has its lines."""
    text = Text(0, 0, "\n".join("x" * lines), va=va, fontproperties=font)
    text.set_figure(Figure(dpi=dpi))
    notes = _Notes(dpi)
    text.draw(notes)
    return notes.heights


class _Shape(_InBox, Patch):
    """A filled shape with plain edges."""

    def draw(self, renderer: RendererBase) -> None:
        """Draw the shape, its corners moved to pixels at once."""
        if not isinstance(renderer, Keeper):
            super().draw(renderer)
            return
        pen, edge = renderer.new_gc(), to_rgba(self.get_edgecolor())
        pen.set_linewidth(self.get_linewidth() if edge[3] else 0)
        pen.set_foreground(edge, isRGBA=True)
        pen.set_joinstyle("miter")
        pen.set_clip_rectangle(self.get_clip_box())
        if self.get_hatch():
            pen.set_hatch(self.get_hatch())
            pen.set_hatch_color(edge)
        corners = Artist.get_transform(self).transform(self._corners())
        renderer.draw_path(pen, Path(corners, closed=True), _PIXELS, self.get_facecolor())

    def _corners(self) -> Any:
        raise NotImplementedError


class Bar(_Shape, Rectangle):
    """An upright rectangle."""

    def _corners(self) -> Any:
        left, bottom = self.get_xy()
        right, top = left + self.get_width(), bottom + self.get_height()
        return [(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)]


class Area(_Shape, Polygon):
    """An area under a curve."""

    def _corners(self) -> Any:
        return self.get_xy()
