"""What log and ticks say of a plan so far (model): real pace, domains off their rating, whether progress has stopped."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from math import sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtr

from mls_kit.exam import load_method, minutes_per_question
from mls_kit.method import labels_of
from mls_kit.plan.build import Plan
from mls_kit.plan.days import week_of
from mls_kit.plan.sessions import Session
from mls_kit.practice import Readiness, Tick, practice_assumptions, readiness_rule
from mls_kit.score_model import Assumptions, counts_posterior


class Pace(NamedTuple):
    """Planned and done hours so far: of question sets, as a log holds them; in weeks with a tick, and if told, of all study."""

    planned: float
    done: float
    told: bool  # the hours done, by the learner
    ticks: int  # sessions ticked since the plan began
    lines: int  # of the log, since then
    estimated: int  # those of them without minutes, taken at the exam's pace
    in_all: float  # hours of study done; where only sets are known, reading in the same proportion, never more than planned
    factor: float  # what the hours a week are multiplied by

    @property
    def ratio(self) -> float | None:
        """Done over planned; None where nothing was planned yet."""
        return self.done / self.planned if self.planned else None

    @property
    def unknown(self) -> bool:
        """Whether nothing is known of the pace: no hours were told, nothing was ticked, and the log was never used."""
        return not self.told and not self.ticks and not self.lines and self.factor == 1


def smoothed(done: float, planned: float) -> float:
    """Return what hours a week are multiplied by: done over planned, smoothed and bounded by the rule."""
    rule = load_method().replan.pace
    ratio = (done + rule.prior_hours) / (planned + rule.prior_hours)
    if not planned or abs(ratio - 1) <= rule.close:
        return 1.0
    return min(max(ratio, rule.lowest), rule.highest)


def all_sessions(plan: Plan) -> list[Session]:
    """Return the sessions of a plan; of one made anew, those planned for the days before it, too."""
    return [*(session for session in plan.replaced if session.day < plan.start), *plan.sessions]


class Week(NamedTuple):
    """Hours of one week, Monday to Sunday: planned and ticked by part of study, and logged, which is sets."""

    sets: float
    reading: float
    spare: float
    logged: float
    ticked_sets: float
    ticked_reading: float
    ticked_spare: float

    @property
    def planned(self) -> float:
        """Hours to study, without spare time."""
        return self.sets + self.reading

    @property
    def is_ticked(self) -> bool:
        """Whether anything was ticked, so that reading that was done is known."""
        return any(self[4:])

    @property
    def studied(self) -> float:
        """Hours ticked and logged, without spare time; a set that is in both counts once."""
        return max(self.logged, self.ticked_sets) + self.ticked_reading

    @property
    def done(self) -> float:
        """The same; spare time that was used makes up for what was missed, and for no more."""
        return max(self.studied, min(self.studied + self.ticked_spare, self.planned))


_PARTS = {"study": 1, "buffer": 2}  # by kind of session; all others are sets


def weeks_of(plan: Plan, log: pd.DataFrame, ticks: Sequence[Tick], since: date, until: date) -> dict[date, Week]:
    """Return what was planned and done from one day to before another, by the Mondays of the weeks."""
    hours: dict[date, list[float]] = defaultdict(lambda: [0.0] * 7)
    for session in all_sessions(plan):
        if since <= session.day < until:
            hours[week_of(session.day)][_PARTS.get(session.kind, 0)] += session.minutes / 60
    own = _logged(plan, log, since, until)
    minutes = own["minutes"].fillna(own["out_of"] * minutes_per_question(plan.target.facts, load_method().plan))
    for day, spent in zip(own["date"], minutes, strict=True):
        hours[week_of(day.date())][3] += spent / 60
    for tick in ticks:
        if tick.exam == plan.target.exam and since <= tick.day < until:
            hours[week_of(tick.day)][4 + _PARTS.get(tick.kind, 0)] += tick.minutes / 60
    return {monday: Week(*hours[monday]) for monday in sorted(hours)}


def _logged(plan: Plan, log: pd.DataFrame, since: date, until: date) -> pd.DataFrame:
    days = log["date"].between(str(since), str(until), inclusive="left")
    return log[(log["exam"] == plan.target.exam) & days]


def pace_of(plan: Plan, log: pd.DataFrame, start: date, done_hours: float | None = None, ticks: Sequence[Tick] = ()) -> Pace:
    """Compare the hours planned before ``start`` with those done: ticked or logged, or ``done_hours`` since the plan began.

    A log holds sets alone, so in weeks without a tick sets are compared, and all else is taken to have gone as they did.
    """
    weeks = weeks_of(plan, log, ticks, plan.start, start).values()
    own = _logged(plan, log, plan.start, start)
    ticked = sum(tick.exam == plan.target.exam and plan.start <= tick.day < start for tick in ticks)
    counts = ticked, len(own), int(own["minutes"].isna().sum())
    if done_hours is not None:
        planned = sum(week.planned for week in weeks)
        spare = sum(week.spare for week in weeks)
        beyond = min(max(done_hours - planned, 0.0), spare)  # spare time that was used is no faster pace
        return Pace(planned, done_hours, True, *counts, done_hours, smoothed(done_hours - beyond, planned))
    planned = sum(week.planned if week.is_ticked else week.sets for week in weeks)
    done = sum(week.done if week.is_ticked else week.logged for week in weeks)
    in_all = sum(week.studied + week.ticked_spare for week in weeks)
    blind = [week for week in weeks if not week.is_ticked]
    if sets := sum(week.sets for week in blind):
        other = sum(week.reading + week.spare for week in blind)
        in_all += other * min(1.0, sum(week.logged for week in blind) / sets)
    # a log that was never used says nothing of the pace
    used = ticked or (log["exam"] == plan.target.exam).any()
    return Pace(planned, done, False, *counts, in_all, smoothed(done, planned) if used else 1.0)


def tick_of(exam: str, session: Session, minutes: int) -> Tick:
    """Return the tick of a session of an exam's plan."""
    same = {name: getattr(session, name) for name in ("day", "start", "kind", "domain", "task", "questions")}
    return Tick(exam=exam, minutes=minutes, **same)


def practiced_domains(plan: Plan, log: pd.DataFrame, ticks: Sequence[Tick] = ()) -> frozenset[int]:
    """Return the numbers of the domains with a diagnostic set's worth of questions since the plan began, logged or ticked."""
    own = log[(log["exam"] == plan.target.exam) & (log["date"] >= pd.Timestamp(plan.start))]
    logged, ticked = own.groupby("domain")["out_of"].sum(), Counter[str]()
    for tick in _since(plan, ticks):
        ticked[tick.domain] += tick.questions
    enough = load_method().plan.diagnostic_questions
    names = {d.name: d.number for d in plan.target.facts.domains}
    return frozenset(number for name, number in names.items() if max(logged.get(name, 0), ticked[name]) >= enough)


def met_tasks(plan: Plan, ticks: Sequence[Tick]) -> frozenset[tuple[int, str]]:
    """Return the tasks, each with the number of its domain, that sessions ticked since the plan began were about."""
    names = {d.name: d.number for d in plan.target.facts.domains}
    return frozenset((names[t.domain], t.task) for t in _since(plan, ticks) if t.task and t.domain in names)


def _since(plan: Plan, ticks: Sequence[Tick]) -> list[Tick]:
    return [tick for tick in ticks if tick.exam == plan.target.exam and tick.day >= plan.start]


class Move(NamedTuple):
    """A domain that practice shows to be better or worse than its rating: from which label to which, and how surely."""

    domain: str
    old: str
    new: str
    right: int
    asked: int
    sure: float


def moves_of(plan: Plan, ready: Readiness) -> tuple[Move, ...]:
    """Return the domains that move by one rating, because what practice says of the true proportion is clear (model)."""
    labels, rule = labels_of(plan.target), load_method().replan.evidence
    if labels is None or len(labels) > 3:  # where a rating begins is assumed for two or three of them
        return ()
    percents = np.array(Assumptions().rating_cuts(len(labels)))
    cuts = expit(logit(percents / 100) + practice_assumptions()["shift"])  # practice is taken to be easier than the exam
    moves = []
    for name, old in plan.target.ratings.items():
        right, asked = (int(ready.domains.loc[name, column]) for column in ("right", "out_of"))
        if asked < rule.questions:
            continue
        known, code = counts_posterior(right, asked, readiness_rule().prior), labels.index(old)
        better = known.at_least(cuts[code]) if code < len(cuts) else 0.0
        worse = 1 - known.at_least(cuts[code - 1]) if code else 0.0
        if max(better, worse) >= rule.sure:
            new = labels[code + 1] if better > worse else labels[code - 1]
            moves.append(Move(name, old, new, right, asked, max(better, worse)))
    return tuple(moves)


class Trend(NamedTuple):
    """The last sets against those before them: percent right, the noise of the difference, and how surely better."""

    sets: int
    before: float
    now: float
    noise: float
    better: float
    reached: bool  # the goal, so that there is no need to get better

    @property
    def stopped(self) -> bool:
        """Whether the last sets are no better than chance allows, and below the goal."""
        return self.better < load_method().replan.stopped.sure and not self.reached


def trend_of(sets: pd.DataFrame) -> Trend | None:
    """Compare the last fresh timed sets of all domains with as many before, by the binomial's noise; None if too few."""
    rule = load_method().replan.stopped
    like = sets[sets["fresh"] & sets["timed"] & sets["whole"]].tail(2 * rule.sets)
    early, late = like.iloc[: rule.sets], like.iloc[rule.sets :]
    asked = [int(part["out_of"].sum()) for part in (early, late)]
    if len(like) < 2 * rule.sets or min(asked) < rule.questions:
        return None
    first, last = (part["right"].sum() / n for part, n in zip((early, late), asked, strict=True))
    known = (like["right"].sum() + 1) / (sum(asked) + 2)  # never exactly 0 or 1, so that there is always some noise
    noise = sqrt(known * (1 - known) * (1 / asked[0] + 1 / asked[1]))
    better = float(ndtr((last - first) / noise))
    goal = load_method().plan.goal_percent
    return Trend(rule.sets, 100 * float(first), 100 * float(last), 100 * noise, better, 100 * last >= goal - 1e-9)
