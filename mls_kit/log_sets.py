"""Lines of a log as practice sets: which of them count, how predictions came out, and what errors came from."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from mls_kit.exam import Exam
from mls_kit.practice_rule import least_questions, readiness_rule

__all__ = ["MIXED", "Calibration", "calibration_of", "causes_of", "practice_sets", "recent"]

MIXED = "mixed"


class Calibration(NamedTuple):
    """How a learner's predictions compare with what came out, in percentage points; positive is too hopeful."""

    sets: int
    mean: float
    spread: float
    typical: float

    def said(self) -> str:
        """Say it in words."""
        rule = readiness_rule().predictions
        if self.sets < rule.least:
            return (
                f"You predicted {self.sets} set{'s' * (self.sets != 1)}: too few to say how well you know yourself. "
                f"Predict at least {rule.least}."
            )
        size = abs(self.mean)
        side = "above" if self.mean > 0 else "below"
        trait = "hopeful" if self.mean > 0 else "cautious"
        kind = (
            "close" if size <= rule.close else f"somewhat too {trait}" if size <= rule.somewhat else f"far too {trait}"
        )
        chance = " That could still be chance." if rule.close < size <= 2 * self.spread / np.sqrt(self.sets) else ""
        return (
            f"Over {self.sets} predicted sets you were {size:.1f} percentage points {side} what came out on average "
            f"({kind}), and {self.typical:.0f} points off either way in a typical set.{chance}"
        )


def practice_sets(exam: Exam, log: pd.DataFrame, since: date | None, today: date) -> pd.DataFrame:
    """Return one row a set: lines with the same set_id, provider and day are parts of one.

    Examples
    --------
    >>> from mls_kit import load_exam
    >>> day = pd.Timestamp("2026-11-20")
    >>> log = pd.DataFrame({"date": day, "exam": "MLS-C01", "provider": "own set", "domain": ["Modeling", "mixed"],
    ...     "right": [15, 41], "out_of": [18, 50], "timed": True, "fresh": True, "minutes": 30.0, "predicted": 80.0,
    ...     "causes": "", "set_id": ""})
    >>> sets = practice_sets(load_exam("MLS-C01", today="2026-11-22"), log, None, date(2026, 11, 22))
    >>> sets["counts"].tolist()  # eighteen questions of one domain are no full set
    [False, True]
    """
    mine = log["exam"] == exam.code
    own = log if mine.all() else log[mine]  # a long log of one exam is not copied
    part = np.arange(len(own))
    named = (own["set_id"] != "").to_numpy()
    if named.any():
        ids, _ = pd.factorize(own["set_id"].to_numpy(object)[named])
        who, providers = pd.factorize(own["provider"].to_numpy(object)[named])
        days = own["date"].to_numpy().astype("datetime64[D]").astype(np.int64)[named]
        key = (ids.astype(np.int64) * len(providers) + who) * 1_000_000 + days
        part[named] = len(own) + np.unique(key, return_inverse=True)[1]
    which, first, group = np.unique(part, return_index=True, return_inverse=True)
    size = len(which)

    def total(values: Any) -> Any:
        return np.bincount(group, weights=np.asarray(values, dtype=float), minlength=size)

    asked = total(own["out_of"])
    numbers = {domain.name: n for n, domain in enumerate(exam.domains)}
    met = np.zeros((size, len(numbers)), dtype=bool)
    at = own["domain"].map(numbers)
    inside = at.notna().to_numpy()
    met[group[inside], at.to_numpy()[inside].astype(int)] = True
    whole = met.all(axis=1) | (total(own["domain"] == MIXED) > 0)
    guessed = own["predicted"].notna().to_numpy()
    weight = total(np.where(guessed, own["out_of"], 0))
    with np.errstate(invalid="ignore"):
        predicted = total(np.where(guessed, own["predicted"] * own["out_of"], 0)) / weight
    frame = pd.DataFrame({
        "date": own["date"].to_numpy()[first], "provider": own["provider"].to_numpy(object)[first],
        "right": total(own["right"]).astype(int), "out_of": asked.astype(int),
        "percent": 100 * total(own["right"]) / np.maximum(asked, 1),
        "timed": total(~own["timed"]) == 0, "fresh": total(~own["fresh"]) == 0,
        "whole": whole, "full": whole & (asked >= least_questions(exam)), "predicted": predicted,
        "minutes": total(own["minutes"].fillna(0)),
    }, index=pd.RangeIndex(size, name="set"))  # fmt: skip
    frame["recent"] = recent(frame["date"], since, today)
    frame["counts"] = frame["timed"] & frame["fresh"] & frame["full"] & frame["recent"]
    order = np.lexsort((first, frame["date"].to_numpy()))
    return frame.iloc[order].reset_index(drop=True)


def recent(days: pd.Series, since: date | None, today: date) -> pd.Series:
    """Tell which days are recent enough to say something of today."""
    begin = pd.Timestamp(today) - pd.Timedelta(days=readiness_rule().recent_days)
    return (days >= max(begin, pd.Timestamp(since or begin))) & (days <= pd.Timestamp(today))


def calibration_of(sets: pd.DataFrame) -> Calibration:
    """Compare the predictions of all sets with what came out."""
    known = sets[sets["predicted"].notna()]
    off = (known["predicted"] - known["percent"]).to_numpy()
    if not len(off):
        return Calibration(0, 0.0, 0.0, 0.0)
    spread = float(off.std(ddof=1)) if len(off) > 1 else 0.0
    return Calibration(len(off), float(off.mean()), spread, float(np.abs(off).mean()))


def causes_of(texts: pd.Series) -> Counter[str]:
    """Add up the causes of errors.

    Examples
    --------
    >>> causes_of(pd.Series(["misread:2; did not know:1", "misread:1"]))["misread"]
    3
    """
    found: Counter[str] = Counter()
    for text, times in texts.value_counts().items():
        for part in filter(None, str(text).split("; ")):
            name, _, count = part.partition(":")
            found[name] += int(count) * int(times)
    return found
