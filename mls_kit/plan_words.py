"""A plan in words and tables: what to know first, the weeks ahead, the sessions, goals and readiness, sources."""

from __future__ import annotations

from html import escape

import pandas as pd

from mls_kit.html import Block, badge, join, legend, safe, table
from mls_kit.lifecycle import availability
from mls_kit.method import load_method
from mls_kit.plan import Plan
from mls_kit.words import cite, items

__all__ = ["goals", "next_sessions", "opening", "sessions", "sources", "weeks"]


def opening(plan: Plan) -> Block:
    """Say whose plan this is, for which exam, and what must be known before anything else."""
    report, exam = plan.report, plan.report.facts
    who = f" for {safe(report.learner_name)}" if report.learner_name else ""
    number = f" ({safe(report.learner_id)})" if report.learner_id else ""
    title = "Your result" if plan.purpose == "keep up" else "Your plan"
    head = f"<h2>{title}{who}{number}: {exam.code} {escape(exam.name.value or '')}</h2>"
    parts = [head, _state_today(plan)]
    if plan.purpose == "keep up":
        parts.append("<p><b>Congratulations, you passed.</b> Below: what your report shows, and what to keep up.</p>")
    elif plan.exam_day:
        ended = availability(exam, plan.exam_day, report.language).state == "ended"
        goal = "a target day (not an exam day: see above)" if ended else "an exam day"
        parts.append(
            f"<p>You are {-report.points_from_passing} points below the passing standard. The plan runs from "
            f"{plan.start} to {goal} of <b>{plan.exam_day}</b>, at {plan.hours_per_week:g} hours a week, and starts "
            f"with <b>{escape(str(plan.priorities.index[0]))}</b>.</p>"
        )
    warnings = [text for text in plan.warnings if not text.startswith(f"{exam.code} ")]
    if warnings:
        parts.append(_notice("Before you start", items([escape(text) for text in warnings])))
    return join([*parts, legend()])


def _state_today(plan: Plan) -> str:
    """Say at the top when the exam of the report cannot be sat as it stands."""
    exam = plan.report.facts
    there = availability(exam, plan.exam_day or plan.start, plan.report.language)
    if there.state == "open" or plan.purpose == "keep up":
        return ""
    follows = exam.life_cycle.successor
    lead = f" The section “When can I sit again?” leads on to {escape(follows.value)}." if follows.value else ""
    text = f"<p>{escape(there.why)}{lead} {cite(exam, exam.life_cycle.status)}</p>"
    titles = {"ended": "This exam can no longer be sat", "beta": "This exam was in beta when last checked"}
    return _notice(titles.get(there.state, "Check whether this exam can be sat"), text)


def _notice(title: str, body: str) -> str:
    look = "border-left:6px solid #a11212;padding:.4em 1em;margin:1em 0;background:#fdf3f3;color:#1a1a1a"
    return f'<div role="note" style="{look}"><b>{title}</b>{body}</div>'


def weeks(plan: Plan) -> Block:
    """Say whether the hours fit, and show the plan week by week."""
    return join([_fit(plan), table(_week_table(plan), "Week by week"), _hours(plan)])


def _fit(plan: Plan) -> str:
    if plan.fit is None:
        return f"<p>Three short reviews of each domain, at growing gaps. {badge('model')}</p>"
    fit, rules = plan.fit, load_method().plan
    nearest = f" The nearest exam day by which the least fits: {fit.nearest_day}." if fit.nearest_day else ""
    verdict = "The hours fit." if fit.fits else "<b>The hours do not fit.</b>"
    return (
        f"<p>{verdict} Needed: at least {fit.needed_least:g} hours {badge('article')}, better {fit.needed:g} "
        f"{badge('model')}. Available: {fit.available:.1f} hours.{nearest} Of all hours, "
        f"{100 * rules.buffer_share:g} % are kept free as a buffer, because plans run late. {badge('model')}</p>"
    )


def _week_table(plan: Plan) -> pd.DataFrame:
    frame = plan.to_frame()
    rows = []
    for number, week in frame.groupby("week"):
        single = week[~week["domain"].isin(["All domains", "Buffer"])]
        focus = single[single["kind"] != "review"].groupby("domain")["minutes"].sum().sort_values(ascending=False)
        reviewed = sorted(set(single.loc[single["kind"] == "review", "domain"]))
        tests = week[week["kind"].isin(["test", "checkpoint"])]
        rows.append(
            {
                "week": number,
                "from": str(week["day"].min()),
                "hours": f"{week['minutes'].sum() / 60:.1f}",
                "focus": ", ".join(f"{name} {minutes / 60:.1f} h" for name, minutes in focus.items()) or "mixed sets",
                "reviews": ", ".join(reviewed),
                "test": ", ".join(f"{kind} {day}" for kind, day in zip(tests["kind"], tests["day"], strict=True)),
            }
        )
    return pd.DataFrame(rows, columns=["week", "from", "hours", "focus", "reviews", "test"])


def _hours(plan: Plan) -> str:
    hours = plan.hours_by_domain()
    if hours.empty:
        return ""
    shown = hours.map(lambda value: f"{value:.1f}" if value else "")
    shown.insert(0, "domain", hours.index)
    note = (
        "The shares above divide the time for single domains. Mixed sets and tests cover all domains by exam weight, "
        "because telling similar options apart is learned in mixed practice."
    )
    return table(shown, "Hours by domain and kind") + f"<p>{note} {badge('model')}</p>"


def next_sessions(plan: Plan, days: int = 14) -> Block:
    """Show the sessions of the first days, each with the line that starts it."""
    frame = plan.to_frame()
    if frame.empty:
        return Block("<p>No session is planned.</p>")
    first = frame["day"].min()
    soon = frame[[(day - first).days < days for day in frame["day"]]]
    shown = pd.DataFrame(
        {
            "day": [f"{day:%a} {day}" for day in soon["day"]],
            "min": soon["minutes"].to_numpy(),
            "start with this line": soon["if_then"].to_numpy(),
            "read": [_link(title, url) for title, url in zip(soon["resource"], soon["url"], strict=True)],
        }
    )
    return Block(table(shown, f"The first {days} days", markup=["read"]))


def _link(title: str, url: str) -> str:
    return f'<a href="{escape(url)}">{escape(title)}</a>' if url else ""


def sessions(plan: Plan) -> Block:
    """Show every session, one line each."""
    frame = plan.to_frame()
    shown = pd.DataFrame(
        {
            "day": [f"{day:%a} {day}" for day in frame["day"]],
            "start": frame["start"].to_numpy(),
            "min": frame["minutes"].to_numpy(),
            "domain": frame["domain"].to_numpy(),
            "what": frame["do"].to_numpy(),
        }
    )
    return Block(table(shown, f"All {len(shown)} sessions"))


def goals(plan: Plan) -> Block:
    """Show the goals, the checkpoints and the rule of readiness."""
    rules, method = load_method().plan, load_method()
    if plan.purpose == "keep up":
        keep = [f"{escape(name)}: {', '.join(method.methods['Strong'].do)}." for name in plan.priorities.index]
        return join(["<p>What to keep up, so that it is still there when you need it:</p>", items(keep)])
    frame = pd.DataFrame(
        [{"domain": g.domain, "goal": g.measure, "first checked": str(g.by)} for g in plan.goals],
        columns=["domain", "goal", "first checked"],
    )
    checkpoints = [str(session.day) for session in plan.sessions if session.kind == "checkpoint"]
    ready = (
        f"<p><b>Ready</b> means: {rules.goal_percent} % or more {badge('article')} in {rules.readiness_sets} fresh timed "
        f"sets, and no domain below {rules.floor_percent} % {badge('model')}. One set alone proves little. Checkpoints: "
        f"{', '.join(checkpoints) or 'none fits'}. If a checkpoint misses the mark, move the exam day rather than hope: "
        f"most people retake too early {badge('article')}.</p>"
    )
    how = items(
        [
            f"{escape(name)} ({plan.priorities.loc[name, 'rating']}): "
            f"{', '.join(method.methods[str(plan.priorities.loc[name, 'rating'])].do)}. {badge('article')}"
            for name in plan.priorities.index
        ]
    )
    return join([table(frame, "Goals"), ready, "<p>How to study each domain:</p>", how])


def sources(plan: Plan) -> Block:
    """List the facts used, with kind, sources and day, and which of them are old."""
    exam, method = plan.report.facts, load_method()
    stale = set(exam.stale_facts(plan.start))
    rows = [
        {
            "fact": place,
            "value": _short(fact.value),
            "kind": cite(exam, fact),
            "note": escape(fact.note) + (" <b>Old: check it.</b>" if place in stale else ""),
        }
        for place, fact in exam.facts()
        if place != "blueprint"
    ]
    old = f"<p><b>{len(stale)} facts are over {method.stale_after_days} days old: check them.</b></p>" if stale else ""
    science = items([escape(source.title) for source in method.sources.values()])
    study = items([f'<a href="{escape(r.url)}">{escape(r.title)}</a>' for r in exam.resources])
    facts = table(pd.DataFrame(rows), f"Facts on {exam.code}", markup=["kind", "note", "value"])
    note = (
        "<p>Independent of and not endorsed by the exam's owner. Everything here was computed on this machine; "
        "nothing was sent anywhere.</p>"
    )
    return join([old, facts, "<p>Official pages to study from</p>", study, "<p>Method and research</p>", science, note])


def _short(value: object) -> str:
    if value is None:
        return "not known"
    if hasattr(value, "model_dump"):
        value = {name: number for name, number in value.model_dump().items() if number is not None}
    if isinstance(value, dict):
        return escape(", ".join(f"{name}: {item or 'no date'}" for name, item in value.items()) or "none")
    if isinstance(value, list | tuple):
        return escape(", ".join(map(str, value)))
    return escape(str(value))
