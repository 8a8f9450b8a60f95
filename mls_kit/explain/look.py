"""Colors and patterns of domains: the same in figures, the plan and every page, so that one color has one meaning."""

from __future__ import annotations

from typing import NamedTuple


class Look(NamedTuple):
    """How a domain looks: its color on light and on dark paper, and its pattern as SVG and as CSS.

    ``tile``: what SVG repeats, six pixels each way. In ``css`` "K" stands for the color. Every pattern differs from the
    others in gray too. In CSS none is made of tiles or round gradients: a browser prints those as pictures, 30 KB a block.
    """

    light: str
    dark: str
    tile: str
    css: str


DOMAIN_LOOKS = (
    Look("#b0401a", "#ef8354", "M0 0h6v6H0z", "K"),
    Look("#22659f", "#7fb6ee", "M0 1h6M0 4h6", "repeating-linear-gradient(0deg, K 0 1.5px, transparent 1.5px 4px)"),
    Look("#44751c", "#a3cc6b", "M1.3 1.3h3.4v3.4H1.3z",
         "repeating-linear-gradient(0deg, var(--paper) 0 1.6px, transparent 1.6px 4px), "
         "repeating-linear-gradient(90deg, var(--paper) 0 1.6px, transparent 1.6px 4px), K"),
    Look("#6b46a3", "#bda1ea", "M-1 1 1-1M0 6 6 0M5 7 7 5", "repeating-linear-gradient(45deg, K 0 2.5px, transparent 2.5px 4.6px)"),
    Look("#8a6100", "#e2b64d", "M1 0v6M4 0v6", "repeating-linear-gradient(90deg, K 0 1.5px, transparent 1.5px 4px)"),
    Look("#00706b", "#5fc6bd", "M-1 5 1 7M0 0 6 6M5-1 7 1", "repeating-linear-gradient(-45deg, K 0 1px, transparent 1px 4px)"),
    Look("#a8326e", "#f08fbd", "M0 3h6M3 0v6", "repeating-linear-gradient(0deg, K 0 1px, transparent 1px 5px), "
         "repeating-linear-gradient(90deg, K 0 1px, transparent 1px 5px)"),
    Look("#4f5d68", "#aebcc7", "M0 6 6 0H0z", "linear-gradient(135deg, K 50%, transparent 50%)"),
)  # fmt: skip
