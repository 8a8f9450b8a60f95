"""How far along: readiness, the chance to pass, and what planning anew from the practice log changes, in words."""

from __future__ import annotations

from html import escape

import pandas as pd

from mls_kit.explain.report_words import items
from mls_kit.html import Block, badge, join, table
from mls_kit.plan import Plan, Replanned, requested_replan
from mls_kit.practice import log_file, read_log, readiness_rule
from mls_kit.problems import InputError
from mls_kit.report import PlanRequest, is_mine, my_report

__all__ = ["how_far", "what_changed"]

_NONE = (
    "<p>Nothing is logged for this report yet. Enter it in 00_start_here, and log your practice with lesson 07 or in a "
    "spreadsheet: then this section says how ready you are, and what that changes in the plan.</p>"
)


def how_far(request: PlanRequest, plan: Plan) -> Block:
    """Say how far the learner is, where there is a practice log to say it from.

    The learner's own log is read only in Lab, and only where the values typed in are those of the learner's own kept
    report: a batch never reads the log of whoever runs it. A log that the request names is read anywhere.
    """
    if plan.purpose != "retake":
        return Block("")
    if request.practice:
        return what_changed(requested_replan(request))
    if request.by_papermill:
        return Block("")
    try:
        log = read_log()[0] if log_file().exists() and _is_kept(plan) else None
    except InputError as error:
        return Block(f"<p>Your practice log could not be used. {escape(str(error))}</p>")
    if log is None or not (log["exam"] == plan.target.exam).any():
        return Block(_NONE)
    then = "<p>This notebook still shows the plan from today without your log. To write the plan made anew: mls-kit replan</p>"
    return join([what_changed(requested_replan(request, log)).markup, then])


def _is_kept(plan: Plan) -> bool:
    if not is_mine():
        return False
    kept, shown = my_report(), plan.report
    return all(getattr(kept, name) == getattr(shown, name) for name in ("exam", "scaled_score", "ratings", "attempt"))


def what_changed(found: Replanned) -> Block:
    """Say how ready the learner is, and what changed in a plan made anew, and why."""
    ready = found.readiness
    chance = None if found.plan.is_carried_over else ready.chance(found.plan.report)
    said = items([f"{escape(change.text)} {badge(change.kind)}" for change in found.changes])
    return join(
        [
            "<h2>How far am I?</h2>",
            f"<p>{escape(ready.said())} {badge('model')}</p>",
            table(_domains(found), "Fresh timed practice by domain"),
            f"<p>{escape(chance.said())} {badge('model')}</p>" if chance else "",
            "<h3>What changes in the plan, and why</h3>",
            said,
            table(_two_plans(found), "Before and now"),
        ]
    )


def _domains(found: Replanned) -> pd.DataFrame:
    domains = found.readiness.domains
    return pd.DataFrame(
        {
            "domain": domains.index,
            "right": [
                f"{right:.0f} of {asked:.0f}" for right, asked in zip(domains["right"], domains["out_of"], strict=True)
            ],
            f"true share ({100 * readiness_rule().level:.0f} % interval)": [
                f"{100 * low:.0f} to {100 * high:.0f} %" if asked else "not known"
                for low, high, asked in zip(domains["low"], domains["high"], domains["out_of"], strict=True)
            ],
        }
    )


def _two_plans(found: Replanned) -> pd.DataFrame:
    before, after = found.before, found.plan
    rows = [
        ("hours a week", f"{before.hours_per_week:g}", f"{after.hours_per_week:g}"),
        ("exam day", str(before.exam_day), str(after.exam_day)),
        ("hours from now on", *(_hours_left(plan, after) for plan in (before, after))),
    ]
    rows += [
        (
            f"share: {name}",
            f"{before.priorities.loc[name, 'share']:.0f} %",
            f"{after.priorities.loc[name, 'share']:.0f} %",
        )
        for name in after.priorities.index
    ]
    return pd.DataFrame(rows, columns=["", "before", "now"])


def _hours_left(plan: Plan, now: Plan) -> str:
    return f"{sum(session.minutes for session in plan.sessions if session.day >= now.start) / 60:.1f}"
