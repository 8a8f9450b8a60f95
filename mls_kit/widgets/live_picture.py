"""A picture that follows a control at once: what stands still is drawn once, and what moves is drawn over it."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, TypeVar

import ipywidgets
import numpy as np
import traitlets
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from mls_kit.explain import Keeper, new_figure, packed

AnyArtist = TypeVar("AnyArtist", bound=Artist)
DPI = 96
_ADDRESS = b"data:image/png;base64,"


class NamedImage(ipywidgets.Image):
    """An image with a name for screen readers: without ``description`` ipywidgets shows an error in its place."""

    description = traitlets.Unicode("").tag(sync=True)


class Bars(PathPatch):
    """Bars as one shape."""

    def __init__(self, **look: Any) -> None:
        super().__init__(Path(np.empty((0, 2))), snap=True, **look)

    def set_bars(self, left: np.ndarray, right: np.ndarray, height: np.ndarray) -> None:
        """Set the edges and the height of each bar; each (bars,)."""
        corners = [(left, 0 * height), (left, height), (right, height), (right, 0 * height)]
        self.set_path(Path.make_compound_path_from_polys(np.moveaxis(np.array(corners), 2, 0)))


class LivePicture:
    """One figure and the image widget that shows it."""

    def __init__(self, name: str, height: float) -> None:
        self.figure = new_figure(height)
        self.figure.set_dpi(DPI)
        FigureCanvasAgg(self.figure)
        self._renderer = Keeper(*self.figure.bbox.size, DPI)
        width = int(self.figure.get_figwidth() * DPI)
        # width and height are given, so that nothing moves while a picture is loading
        look = {"width": "100%", "max_width": f"{width}px", "object_fit": "contain"}
        # the address holds the picture itself: a page that is handed bytes asks the browser for them by another address,
        # which takes 10 to 20 ms more
        self.image = NamedImage(format="url", layout=look, tooltip=name)
        self._moving: list[Artist] = []
        self._ground: Any = None

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
            self._renderer.clear()
            self.figure.draw(self._renderer)
            self._ground = self._renderer.copy_from_bbox(self.figure.bbox)
        else:
            self._renderer.restore_region(self._ground)
        for artist in self._moving:
            artist.draw(self._renderer)
        self.image.value = _ADDRESS + b64encode(packed(self._renderer))
