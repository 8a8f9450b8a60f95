"""The days to choose from: soonest, steady and sure by the chance to pass (model), and the article's timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mls_kit.method import Prospect


@dataclass(frozen=True)
class Aim:
    """One exam day to choose; ``day`` is None where it is out of reach within a year at the hours a week given."""

    name: str  # soonest, steady, sure, article, or own
    kind: str  # model or article
    day: date | None
    hours: float  # of study before the day, spare time included
    weeks: int
    wanted: float | None  # the chance asked for; None for the article's day and one's own
    prospect: Prospect | None  # after these hours; None where the model cannot speak
    hours_per_week: float | None = None  # where out of reach: that would do; None where none would
    why: str = ""  # what holds the day: earliest retake, last day of the exam; empty where only the chance does
