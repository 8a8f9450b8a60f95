"""Is the learner ready? The rule about practice sets (``rule.py``), the true proportion right, and the chance of passing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import takewhile
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from mls_kit.exam import Exam, load_method, minutes_per_question
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
    mixed: tuple[float, float]  # right and asked, as evidence, in sets that were not split by domain
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
    def overall(self) -> ProportionPosterior:
        """The true proportion over full sets that count."""
        right, asked = (float(self.counting[name].sum()) for name in ("right", "out_of"))
        return counts_posterior(right, asked, readiness_rule().prior)

    @cached_property
    def missing(self) -> list[str]:
        """What the rule still asks for, in words; empty if ready."""
        plan, enough = load_method().plan, readiness_rule().domain_questions
        wanted, goal, missing = plan.readiness_sets, plan.goal_percent, []
        last = self.counting.tail(wanted)
        good = len(list(takewhile(lambda percent: percent >= goal - 1e-9, reversed(last["percent"].tolist()))))
        if good < wanted:
            low = last.iloc[-1 - good] if len(last) > good else None
            missing = [_say("sets_missing", more=wanted - good, least=least_questions(self.exam), goal=goal, low=low)]
        for name, right, asked in zip(
            self.domains.index, self.domains["right"].tolist(), self.domains["out_of"].tolist(), strict=True
        ):
            if asked < enough:
                missing.append(_say("few_questions", name=name, asked=asked, enough=enough))
            elif 100 * right < plan.floor_percent * asked:
                missing.append(_say("below_floor", name=name, right=right, asked=asked, floor=plan.floor_percent))
        return missing

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


def readiness(report: ScoreReport, log: pd.DataFrame, today: date | None = None, since: date | None = None) -> Readiness:
    """Return whether the learner is ready, by the log; ``since``: the first day that counts, by default the day after the exam.

    Intervals treat all recent sets alike: someone who is still getting better stands a little above them.
    Source: model (beta-binomial: Keats & Lord, 1962, Psychometrika 27, 59-72), but for the goal (article).
    """
    exam, now, rule = report.facts, today or date.today(), readiness_rule()
    begin = since or (report.taken_on + timedelta(days=1) if report.taken_on else None)
    logged = log[log["exam"] == exam.code]
    sets = practice_sets(exam, logged, begin, now)
    days, of, right, asked = (logged[name].to_numpy() for name in ("date", "domain", "right", "out_of"))
    looked_at = (logged["timed"] & logged["fresh"]).to_numpy() & recent(days, begin, now)

    def of_domain(name: str) -> tuple[int, int]:
        rows = looked_at & (of == name)
        return int(right[rows].sum()), int(asked[rows].sum())

    rows = []
    for domain in exam.domains:
        counts = of_domain(domain.name)
        known = counts_posterior(*counts, rule.prior)
        low, high = _interval(known)
        rows.append((*counts, low, known.mean, high))
    names = pd.Index([domain.name for domain in exam.domains], name="domain")
    domains = pd.DataFrame(rows, names, columns=["right", "out_of", "low", "mean", "high"])
    minutes = logged["minutes"].to_numpy(float)
    hours = round(float(np.nansum(minutes[days >= np.datetime64(begin)] if begin else minutes)) / 60, 1)
    return Readiness(exam, now, sets, domains, of_domain(MIXED), causes_of(logged["causes"]), calibration_of(sets), hours)


def practice_sets(exam: Exam, own: pd.DataFrame, since: date | None, today: date) -> pd.DataFrame:
    """Return one row a set: lines with the same set_id, provider and day are parts of one."""
    # pandas' groupby takes 10 ms for a few lines, which a view would wait for at every key press
    places: dict[Any, int] = {}
    parts = zip(own["set_id"].tolist(), own["provider"].tolist(), own["date"].tolist(), strict=True)
    # a line without an id is a set of its own
    place = [places.setdefault(part if part[0] else row, len(places)) for row, part in enumerate(parts)]
    of, first = np.array(place, dtype=int), np.unique(place, return_index=True)[1]

    def total(values: Any) -> Any:
        return np.bincount(of, values, len(places))

    about, asked = own["domain"].to_numpy(), own["out_of"].to_numpy(float)
    predicted, minutes = own["predicted"].to_numpy(float), own["minutes"].to_numpy(float)
    days, guessed = own["date"].to_numpy()[first], ~np.isnan(predicted)
    right, out_of = total(own["right"]).astype(int), total(asked).astype(int)
    timed, fresh = (total(~own[name].to_numpy()) == 0 for name in ("timed", "fresh"))
    whole = (total(about == MIXED) > 0) | np.all([total(about == domain.name) > 0 for domain in exam.domains], axis=0)
    full, late = whole & (out_of >= least_questions(exam)), recent(days, since, today)
    with np.errstate(invalid="ignore"):  # of sets without a prediction
        expected = total(np.where(guessed, predicted * asked, 0)) / total(asked * guessed)
    order = np.argsort(days, kind="stable")
    columns = {"provider": own["provider"].to_numpy()[first], "date": days, "right": right, "out_of": out_of, "predicted": expected,
               "minutes": total(np.nan_to_num(minutes)), "timed": timed, "fresh": fresh, "percent": 100 * right / out_of,
               "whole": whole, "full": full, "recent": late, "counts": timed & fresh & full & late}  # fmt: skip
    return pd.DataFrame({name: values[order] for name, values in columns.items()})


def recent(days: Any, since: date | None, today: date) -> Any:
    """Tell which days are recent enough to say something of today."""
    begin = today - timedelta(days=readiness_rule().recent_days)
    return (days >= np.datetime64(max(begin, since or begin))) & (days <= np.datetime64(today))


def calibration_of(sets: pd.DataFrame) -> Calibration:
    """Compare the predictions of all sets with what came out."""
    off = (sets["predicted"] - sets["percent"]).to_numpy()
    off = off[~np.isnan(off)]
    if not len(off):
        return Calibration(0, 0.0, 0.0, 0.0)
    spread = float(off.std(ddof=1)) if len(off) > 1 else 0.0
    return Calibration(len(off), float(off.mean()), spread, float(np.abs(off).mean()))


def causes_of(texts: pd.Series) -> Counter[str]:
    """Add up the causes of errors."""
    found: Counter[str] = Counter()
    for text, times in Counter(texts.tolist()).items():
        for part in filter(None, text.split("; ")):
            name, _, count = part.partition(":")
            found[name] += int(count) * times
    return found
