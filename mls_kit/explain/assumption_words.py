"""What each assumption of the score model is called, and its values in words."""

from __future__ import annotations

from mls_kit.score_model import TornadoBar

_ASSUMPTION_NAMES = {
    "rho": "correlation between domains",
    "mean": "mean ability of candidates",
    "sd": "spread of ability",
    "first_difficulty": "difficulty of the first domain",
    "last_difficulty": "difficulty of the last domain",
    "difficulty_spread": "spread of difficulty",
    "discriminations": "discriminations",
    "guessing": "right by guessing",
    "scaling_constant": "how clearly questions separate strong and weak candidates",
    "cut_share": "raw cut of the base form",
    "retake_shift": "how much harder the retake is",
    "cuts_three_labels": "rating thresholds, percent",
    "cuts_two_labels": "rating threshold, percent",
    "foot_share": "start of the scale: 0 = no right answers, 1 = pure guessing",
    "retest": "gain from taking the exam again",
    "headroom": "the most you can gain from study",
    "tau_hours": "hours that close 63 % of the gap",
    "gain_spread": "how much gains vary",
}


def assumption_name(name: str) -> str:
    """Return an assumption's name in words."""
    return _ASSUMPTION_NAMES.get(name, name)


def assumption_value(bar: TornadoBar, value: object) -> str:
    """Return an end of an assumption in words."""
    if isinstance(value, tuple):
        return (" of " if bar.assumption == "cut_share" else ", ").join(f"{v:g}" for v in value)
    return f"{value:g}".replace("-", "−") if isinstance(value, int | float) else str(value)
