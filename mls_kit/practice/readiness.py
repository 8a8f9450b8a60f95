"""Is the learner ready? The rule about practice sets (``rule.py``), the true proportion right, and the chance of passing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from mls_kit.exam import Exam, PlanRules, load_method, minutes_per_question
from mls_kit.html import render
from mls_kit.method import why_silent
from mls_kit.practice.chance import PracticeChance, chance_with_practice
from mls_kit.practice.entry import CAUSES, MIXED
from mls_kit.practice.rule import least_questions, readiness_rule, rule_rate
from mls_kit.report import ScoreReport, is_mine
from mls_kit.score_model import ProportionPosterior, counts_posterior


class Calibration(NamedTuple):
    """How a learner's predictions compare with what came out, in percentage points; positive is too hopeful."""

    sets: int
    mean: float
    spread: float
    typical: float

    def said(self) -> str:
        """Say it in words."""
        rule, size = readiness_rule().predictions, abs(self.mean)
        by_chance = self.sets and rule.close < size <= 2 * self.spread / np.sqrt(self.sets)
        return _say("predictions", found=self, rule=rule, by_chance=by_chance)


@dataclass(frozen=True, eq=False)
class Readiness:
    """What the log says about being ready; ``sets``: oldest first; ``counts``: whether the rule looks at a set.

    ``domains``: right and out_of (fresh, timed, recent questions), and low, mean, high of the true proportion, by domain.
    """

    exam: Exam
    today: date
    sets: pd.DataFrame
    domains: pd.DataFrame
    overall: ProportionPosterior  # over full sets that count
    mixed: tuple[float, float]  # right and asked, as evidence, in sets that were not split by domain
    missing: list[str]  # in words; empty if ready
    causes: Counter[str]  # how many errors had which
    calibration: Calibration
    hours: float  # logged since the report

    @property
    def ready(self) -> bool:
        """Whether the rule is met."""
        return not self.missing

    @cached_property
    def counting(self) -> pd.DataFrame:
        """The sets that the rule looks at, oldest first."""
        return self.sets[self.sets["counts"]]

    @cached_property
    def interval(self) -> tuple[float, float]:
        """The interval of the true proportion over all domains."""
        return _interval(self.overall)

    def table(self) -> pd.DataFrame:
        """Return the sets in words, oldest first: what came out, and whether and why each counts or not."""
        why = {"timed": "not timed", "fresh": "seen before", "full": "too short, or only one domain", "recent": "too long ago"}
        rows = self.sets.to_dict("records")
        frame = pd.DataFrame({
            "date": [f"{row['date']:%Y-%m-%d}" for row in rows],
            "provider": [row["provider"] for row in rows],
            "right": [f"{row['right']} of {row['out_of']} ({row['percent']:.0f} %)" for row in rows],
            "counts as a full set": [
                "yes" if row["counts"] else "no: " + ", ".join(text for name, text in why.items() if not row[name])
                for row in rows
            ],
        })  # fmt: skip
        return frame.set_index("date")

    def cause_table(self) -> pd.Series:
        """Return how many errors had which cause, the most frequent first."""
        counts = pd.Series({cause: self.causes.get(cause, 0) for cause in CAUSES}, name="errors").rename_axis("cause")
        return counts.sort_values(ascending=False, kind="stable")

    def pace(self) -> str:
        """Say how long a question took in timed sets, beside the time the exam gives."""
        timed = self.sets[self.sets["timed"] & (self.sets["minutes"] > 0)]
        took = float(timed["minutes"].sum() / timed["out_of"].sum()) if len(timed) else None
        return _say("pace", took=took, given=minutes_per_question(self.exam, load_method().plan), exam=self.exam)

    def chance(self, report: ScoreReport, hours: float | None = None) -> PracticeChance | None:
        """Return the chance of passing with this practice as evidence; None where the model cannot be built."""
        domains = [(float(k), float(n)) for k, n in zip(self.domains["right"], self.domains["out_of"], strict=True)]
        return chance_with_practice(report, domains, self.mixed, self.hours if hours is None else hours)

    def chance_said(self, report: ScoreReport, own_log: bool, hours: float | None = None) -> str:
        """Say the chance in words; an invented log says nothing about a report of the learner's own."""
        if is_mine() and not own_log:
            return _say("invented")
        found = self.chance(report, hours)
        return found.said() if found else why_silent(self.exam) or _say("impossible")

    def said(self) -> str:
        """Say the verdict in words, with the rule's own error rates."""
        rule, least = readiness_rule(), least_questions(self.exam)
        rates = [(true, rule_rate(self.exam, true)) for true in rule.shown_truths]
        return _say("ready", found=self, plan=load_method().plan, rule=rule, least=least, rates=rates)


def _say(what: str, **values: Any) -> str:
    return str(render("practice/said.html.j2", what, **values))


def _interval(known: ProportionPosterior) -> tuple[float, float]:
    tail = (1 - readiness_rule().level) / 2
    return known.quantile(tail), known.quantile(1 - tail)


def _missing(exam: Exam, sets: pd.DataFrame, domains: pd.DataFrame, plan: PlanRules) -> list[str]:
    """Say what the rule still asks for."""
    counting, wanted, least = sets[sets["counts"]], plan.readiness_sets, least_questions(exam)
    last = counting.tail(wanted)
    good = 0
    for percent in reversed(last["percent"].tolist()):
        if percent < plan.goal_percent - 1e-9:
            break
        good += 1
    missing = []
    if good < wanted:
        low = last.iloc[-1 - good] if len(last) > good else None
        missing = [_say("sets_missing", more=wanted - good, least=least, goal=plan.goal_percent, low=low)]
    enough = readiness_rule().domain_questions
    for name, row in domains.iterrows():
        right, asked = int(row["right"]), int(row["out_of"])
        if asked < enough:
            missing.append(_say("few_questions", name=name, asked=asked, enough=enough))
        elif 100 * right < plan.floor_percent * asked:
            missing.append(_say("below_floor", name=name, right=right, asked=asked, floor=plan.floor_percent))
    return missing


def readiness(report: ScoreReport, log: pd.DataFrame, today: date | None = None, since: date | None = None) -> Readiness:
    """Return whether the learner is ready, by the log; ``since``: the first day that counts, by default the day after the exam.

    Intervals treat all recent sets alike: someone who is still getting better stands a little above them.
    Source: model (beta-binomial: Keats & Lord, 1962, Psychometrika 27, 59-72), but for the goal (article).
    """
    exam, now, plan, rule = report.facts, today or date.today(), load_method().plan, readiness_rule()
    begin = since or (report.taken_on + timedelta(days=1) if report.taken_on else None)
    logged = log[log["exam"] == exam.code]
    sets = practice_sets(exam, logged, begin, now)
    own = logged[["date", "domain", "right", "out_of", "timed", "fresh"]]
    own = own[own["timed"] & own["fresh"] & recent(own["date"], begin, now)]
    sums = own.groupby("domain")[["right", "out_of"]].sum()
    rows = []
    for domain in exam.domains:
        right, asked = (int(sums.loc[domain.name, c]) if domain.name in sums.index else 0 for c in ("right", "out_of"))
        known = counts_posterior(right, asked, rule.prior)
        low, high = _interval(known)
        rows.append((domain.name, right, asked, low, known.mean, high))
    domains = pd.DataFrame(rows, columns=["domain", "right", "out_of", "low", "mean", "high"]).set_index("domain")
    counting = sets[sets["counts"]]
    overall = counts_posterior(float(counting["right"].sum()), float(counting["out_of"].sum()), rule.prior)
    mixed = (float(sums.loc[MIXED, "right"]), float(sums.loc[MIXED, "out_of"])) if MIXED in sums.index else (0.0, 0.0)
    missing = _missing(exam, sets, domains, plan)
    since_then = logged["date"] >= pd.Timestamp(begin) if begin else np.ones(len(logged), dtype=bool)
    hours = round(float(logged.loc[since_then, "minutes"].sum()) / 60, 1)
    return Readiness(exam, now, sets, domains, overall, mixed, missing, causes_of(logged["causes"]),
                     calibration_of(sets), hours)  # fmt: skip


def practice_sets(exam: Exam, log: pd.DataFrame, since: date | None, today: date) -> pd.DataFrame:
    """Return one row a set: lines with the same set_id, provider and day are parts of one."""
    own = log[log["exam"] == exam.code].reset_index(drop=True)
    names = [domain.name for domain in exam.domains]
    parts = own.assign(
        alone=own.index.where(own["set_id"] == "", -1),  # a line without an id is a set of its own
        domain=own["domain"].where(own["domain"].isin(names)),
        mixed=own["domain"] == MIXED,
        predicted=own["predicted"] * own["out_of"],
        guessed=own["out_of"].where(own["predicted"].notna(), 0),
    )
    sums = dict.fromkeys(["right", "out_of", "predicted", "guessed", "minutes"], "sum")
    frame = parts.groupby(["alone", "set_id", "provider", "date"], sort=False).agg(
        sums | {"timed": "all", "fresh": "all", "mixed": "any", "domain": "nunique"}
    )
    frame = frame.reset_index(["provider", "date"]).astype({"right": int, "out_of": int})
    frame["percent"] = 100 * frame["right"] / frame["out_of"]
    frame["predicted"] /= frame.pop("guessed")
    frame["whole"] = frame.pop("mixed") | (frame.pop("domain") == len(names))
    frame["full"] = frame["whole"] & (frame["out_of"] >= least_questions(exam))
    frame["recent"] = recent(frame["date"], since, today)
    frame["counts"] = frame["timed"] & frame["fresh"] & frame["full"] & frame["recent"]
    return frame.sort_values("date", kind="stable", ignore_index=True)


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
    """Add up the causes of errors."""
    found: Counter[str] = Counter()
    for text, times in texts.value_counts().items():
        for part in filter(None, str(text).split("; ")):
            name, _, count = part.partition(":")
            found[name] += int(count) * int(times)
    return found
