"""Colors and patterns of domains: the same in figures, the plan and every page, so that one color has one meaning."""

from __future__ import annotations

from typing import NamedTuple


class Look(NamedTuple):
    """How a domain looks: its color on light and on dark paper, pale in a figure, the hatch there, and its pattern in CSS.

    In ``css`` "K" stands for the color. Every pattern differs from the others in gray too. None is made of tiles or round
    gradients: a browser prints those as pictures, 30 KB for each block.
    """

    light: str
    dark: str
    pale: str
    hatch: str
    css: str


DOMAIN_LOOKS = (
    Look("#b0401a", "#ef8354", "#f2b8a0", "///", "K"),
    Look("#22659f", "#7fb6ee", "#a7d3f0", "...", "repeating-linear-gradient(0deg, K 0 1.5px, transparent 1.5px 4px)"),
    Look("#44751c", "#a3cc6b", "#c3dfa5", "\\\\\\",
         "repeating-linear-gradient(0deg, var(--paper) 0 1.6px, transparent 1.6px 4px), "
         "repeating-linear-gradient(90deg, var(--paper) 0 1.6px, transparent 1.6px 4px), K"),
    Look("#6b46a3", "#bda1ea", "#d9c8ef", "xxx", "repeating-linear-gradient(45deg, K 0 2.5px, transparent 2.5px 4.6px)"),
    Look("#8a6100", "#e2b64d", "#f2dc9c", "---", "repeating-linear-gradient(90deg, K 0 1.5px, transparent 1.5px 4px)"),
    Look("#00706b", "#5fc6bd", "#a9ded8", "ooo", "repeating-linear-gradient(-45deg, K 0 1px, transparent 1px 4px)"),
    Look("#a8326e", "#f08fbd", "#f2c0d8", "+++",
         "repeating-linear-gradient(0deg, K 0 1px, transparent 1px 5px), "
         "repeating-linear-gradient(90deg, K 0 1px, transparent 1px 5px)"),
    Look("#4f5d68", "#aebcc7", "#d3dae0", "||", "linear-gradient(135deg, K 50%, transparent 50%)"),
)  # fmt: skip


def domain_look(number: int) -> Look:
    """Return the look of a domain by its number in the exam guide, from 1; the ninth has the look of the first."""
    return DOMAIN_LOOKS[(number - 1) % len(DOMAIN_LOOKS)]
