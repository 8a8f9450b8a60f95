"""What changed in a plan made anew, and why, in sentences, each with what it is about and its kind."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from mls_kit.method import load_method
from mls_kit.outlook import Change
from mls_kit.plan import Plan
from mls_kit.progress import Move, Pace, Trend
from mls_kit.readiness import Readiness
from mls_kit.report import ScoreReport

__all__ = ["Said", "attempt_said", "move_said", "moves_said", "pace_said", "trend_said"]


class Said(NamedTuple):
    """A sentence on what changed: ``about`` hours, priority, exam day, progress, or attempts; and its kind."""

    about: str
    text: str
    kind: str = "model"


def pace_said(before: Plan, pace: Pace, start: date, hours: float) -> Said:
    """Say how planned and done hours compare, and what hours a week the new plan expects."""
    until = f"From {before.start} to {start - timedelta(days=1)}"
    same = f"The plan keeps its {hours:g} hours a week."
    if not pace.planned:
        return Said("hours", f"Nothing was planned before {start}, so there is no pace to correct. {same}")
    if not pace.told and not pace.lines and pace.factor == 1:
        return Said(
            "hours", f"{until} {pace.planned:.1f} hours of question sets were planned, and none is logged. {same}"
        )
    what = "hours of study were planned and" if pace.told else "hours of question sets were planned, and your log has"
    rule = load_method().replan.pace
    took = f" {pace.estimated} of its {pace.lines} lines have no minutes, and were taken at the exam's pace."
    now = (
        f"The new plan expects {hours:g} hours a week in place of {before.hours_per_week:g}."
        if hours != before.hours_per_week
        else same
    )
    how = f"(Another {rule.prior_hours:g} hours count as done just as planned, because a few days say little.)"
    hint = "" if pace.told or pace.factor >= 1 else " If you studied more than you logged, give the hours in all."
    return Said("hours", f"{until} {pace.planned:.1f} {what} {pace.done:.1f}{' were done' * pace.told}: "
                f"{100 * pace.done / pace.planned:.0f} %. {now} {how}{took if pace.estimated else ''}{hint}")  # fmt: skip


def move_said(move: Move) -> str:
    """Say of one domain what practice makes of its rating, and how surely."""
    return (
        f"{move.domain} counts as {move.new} here; the report says {move.old}. In practice {move.right} of {move.asked} fresh "
        f"timed questions were right, which makes that {100 * move.sure:.0f} % sure, practice being taken to be easier."
    )


def moves_said(before: Plan, after: Plan, moves: tuple[Move, ...], ready: Readiness) -> list[Said]:
    """Say which domains move, or why none does, and what that does to the shares of the time."""
    rule = load_method().replan.evidence
    if before.share_rule in ("weights", "model"):
        return [
            Said(
                "priority",
                "The split of the time that you chose does not follow single ratings, so practice moves no domain.",
            )
        ]
    if not moves:
        few = int((ready.domains["out_of"] < rule.questions).sum())
        short = (
            f" {few} of {len(ready.domains)} domains have fewer than {rule.questions} such questions so far."
            if few
            else ""
        )
        return [Said("priority", f"No domain moves: in none does fresh timed practice differ from the rating surely enough "
                     f"({100 * rule.sure:.0f} %).{short}")]  # fmt: skip
    shares = [f"{name} {before.priorities.loc[name, 'share']:.0f} to {share:.0f} %"
              for name, share in after.priorities["share"].items()
              if abs(share - before.priorities.loc[name, "share"]) >= 0.5]  # fmt: skip
    then = f" Shares of the time: {', '.join(shares)}." if shares else " The shares of the time stay."
    return [
        *(Said("priority", move_said(move)) for move in moves[:-1]),
        Said("priority", move_said(moves[-1]) + then),
    ]


def trend_said(trend: Trend | None, ready: Readiness) -> Said:
    """Say whether progress has stopped, and what to change then."""
    rule = load_method().replan.stopped
    if trend is None:
        return Said("progress", f"Whether you get better cannot be told yet: that takes {2 * rule.sets} fresh timed sets of "
                    "all domains.")  # fmt: skip
    both = f"the last {trend.sets} sets had {trend.now:.0f} % right, the {trend.sets} before them {trend.before:.0f} %"
    noise = f"by chance alone the difference varies by {trend.noise:.0f} points either way"
    if trend.reached:
        return Said("progress", f"Your last sets reach the goal: {both}.")
    if not trend.stopped:
        return Said("progress", f"You are getting better: {both}; {noise}.")
    cause = ready.causes.most_common(1)[0][0] if ready.causes else ""
    advice = rule.change.get(cause, rule.otherwise)
    why = f" Most of your errors are logged as “{cause}”." if cause in rule.change else ""
    weakest = ready.domains["mean"].idxmin() if (ready.domains["out_of"] > 0).all() else ""
    where = f" The weakest domain in practice is {weakest}." if weakest else ""
    return Said("progress", f"Progress has stopped, as far as can be told: {both}; {noise}.{why}{where} {advice}")


def attempt_said(pair: tuple[ScoreReport, ScoreReport, Change | None]) -> Said:
    """Say whether a change between two attempts is more than noise."""
    first, second, change = pair
    title = f"{first.scaled_score} to {second.scaled_score}"
    if change is None:
        return Said("attempts", f"The attempts {title} cannot be compared: the model cannot read both reports alike.")
    verdict = (
        "hardly chance alone"
        if change.chance <= 0.05
        else "seldom chance alone"
        if change.chance <= 0.2
        else "within noise"
    )
    return Said("attempts", f"From one attempt to the next, {title}, is {change.points:+.0f} points. At unchanged ability a "
                f"change at least as large comes in {100 * change.chance:.0f} % of sittings: {verdict}.")  # fmt: skip
