"""Pictures of flat colors as small PNG files, many times a second."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

from PIL import Image, ImageChops

__all__ = ["Packer"]

_COLORS = 256
_NEAR = 16  # of 255: further off than this, a color is missing
_EVERY = 3  # pixels, each way, between those that are looked at for missing colors
_FEW = 1000  # one in so many may be off: where three colors meet at an edge


class Packer:
    """Packs pictures with the colors of those before: finding colors anew costs more than all the rest.

    The colors are those met most often. Flat colors come out as they are; a few of the shades between two of them are
    replaced by the nearest.
    """

    def __init__(self) -> None:
        self._met: Counter[Any] = Counter()
        self._colors: list[int] = []
        self._cells = Image.new("P", (1, 1))

    def pack(self, picture: Image.Image) -> bytes:
        """Return a picture in RGB as a PNG file."""
        if not self._colors or self._off(picture):
            self._learn(picture)
        buffer = io.BytesIO()
        self._indexed(picture).save(buffer, "PNG", compress_level=1)
        return buffer.getvalue()

    def _indexed(self, picture: Image.Image) -> Image.Image:
        found = picture.quantize(palette=self._cells, dither=Image.Dither.NONE)
        found.putpalette(self._colors)
        return found

    def _off(self, picture: Image.Image) -> bool:
        """Whether colors are missing; few pixels tell, and which ones they are plays no part."""
        few = picture.resize((picture.width // _EVERY, picture.height // _EVERY), Image.Resampling.NEAREST)
        apart = ImageChops.difference(few, self._indexed(few).convert("RGB")).histogram()
        far = sum(sum(apart[channel + _NEAR : channel + 256]) for channel in (0, 256, 512))
        return far * _FEW > few.width * few.height

    def _learn(self, picture: Image.Image) -> None:
        for count, color in picture.getcolors(picture.width * picture.height) or []:
            self._met[color] += count
        # Pillow takes a color for the least of a cell of four levels each way: it is asked for cells, one color in each
        chosen: dict[tuple[int, ...], Any] = {}
        for color, _ in self._met.most_common():
            chosen.setdefault(tuple(part & ~3 for part in color), color)
            if len(chosen) == _COLORS:
                break
        self._cells.putpalette([part for cell in chosen for part in cell])
        self._colors = [part for color in chosen.values() for part in color]
