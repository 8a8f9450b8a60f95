"""Hatched bars on a live picture: a hatch is drawn once for the whole picture, and each bar shows its part of it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.patches import Rectangle

__all__ = ["draw_bar"]


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
