"""The pictures of views: what moves is drawn over what stands still."""

import io
from base64 import b64decode

import numpy as np
from PIL import Image

from mls_kit.widgets.live_picture import LivePicture


def opened(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


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
