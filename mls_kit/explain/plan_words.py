"""A plan in words and tables: what to know first, the weeks ahead, the sessions, goals and readiness, sources."""

from __future__ import annotations

from collections import Counter
from html import escape
from itertools import groupby

import pandas as pd

from mls_kit.exam import load_method
from mls_kit.explain.report_words import cite, items
from mls_kit.html import Block, badge, join, legend, safe, table
from mls_kit.method import availability
from mls_kit.plan import Plan

__all__ = ["goals", "in_short", "next_sessions", "opening", "sessions", "sources", "weeks"]


def opening(plan: Plan) -> Block:
    """Say whose plan this is, for which exam, and what must be known before anything else."""
    report, exam = plan.report, plan.target.facts
    who = f" for {safe(report.learner_name)}" if report.learner_name else ""
    number = f" ({safe(report.learner_id)})" if report.learner_id else ""
    title = "Your result" if plan.purpose == "keep up" else "Your plan"
    head = f"<h2>{title}{who}{number}: {exam.code} {escape(exam.name.value or '')}</h2>"
    parts = [head, _state_today(plan)]
    if plan.purpose == "keep up":
        parts.append("<p><b>Congratulations, you passed.</b> Below: what your report shows, and what to keep up.</p>")
    elif plan.exam_day:
        ended = availability(exam, plan.exam_day, plan.target.language).state == "ended"
        goal = "a target day (not an exam day: see above)" if ended else "an exam day"
        parts.append(
            f"<p>{_where(plan)} The plan runs from {plan.start} to {goal} of <b>{plan.exam_day}</b>, at "
            f"{plan.hours_per_week:g} {'hour' if plan.hours_per_week == 1 else 'hours'} a week, and starts "
            f"with <b>{escape(str(plan.priorities.index[0]))}</b>.</p>"
        )
    said = availability(exam, plan.exam_day or plan.start, plan.target.language).why
    warnings = [text for text in plan.warnings if text != said]
    if warnings:
        parts.append(_notice("Before you start", items([escape(text) for text in warnings])))
    return join([*parts, legend()])


def _where(plan: Plan) -> str:
    report = plan.report
    if plan.is_carried_over:
        return (
            f"This is a plan for {plan.target.exam}, from your {report.exam} report: its ratings are carried over "
            f"domain by domain {badge('model')}; your score of {report.scaled_score} is not."
        )
    below = -report.points_from_passing
    return f"You are {below} {'point' if below == 1 else 'points'} below the passing standard."


def _state_today(plan: Plan) -> str:
    """Say at the top when the exam of the report cannot be sat as it stands."""
    exam = plan.target.facts
    there = availability(exam, plan.exam_day or plan.start, plan.target.language)
    if there.state == "open" or plan.purpose == "keep up":
        return ""
    follows = exam.life_cycle.successor
    lead = f" The section “When can I sit again?” leads on to {escape(follows.value)}." if follows.value else ""
    text = f"<p>{escape(there.why)}{lead} {cite(exam, exam.life_cycle.status)}</p>"
    ends_later = there.last_day and there.last_day >= plan.start
    ended = "This exam ends before the day you plan for" if ends_later else "This exam can no longer be sat"
    if "all" not in (exam.life_cycle.last_days.value or {}):
        ended += f" in {escape(plan.target.language)}"
    titles = {"ended": ended, "beta": "This exam was in beta when last checked"}
    return _notice(titles.get(there.state, "Check whether this exam can be sat"), text)


def _notice(title: str, body: str) -> str:
    look = "border-left:6px solid #a11212;padding:.4em 1em;margin:1em 0;background:#fdf3f3;color:#1a1a1a"
    return f'<div role="note" style="{look}"><b>{title}</b>{body}</div>'


def in_short(plan: Plan) -> Block:
    """Say a plan in a few lines: days and hours, the exam day, whether it fits, and what to know first."""
    days = len({session.day for session in plan.sessions})
    hours = sum(session.minutes for session in plan.sessions) / 60
    count = f"<b>{days} study {'day' if days == 1 else 'days'}, {hours:.0f} hours</b>"
    there = availability(plan.target.facts, plan.exam_day or plan.start, plan.target.language)
    if plan.purpose == "keep up" or plan.exam_day is None or plan.fit is None:
        return Block(f"<p>{count}: you passed, so there is no exam to plan for. {_fit(plan).removeprefix('<p>')}")
    goal = "target day (not an exam day)" if there.state == "ended" else "exam day"
    weeks = (plan.exam_day - plan.start).days / 7
    fit = plan.fit
    least = badge("model" if plan.timeline.note else "article")
    day = f'<b style="white-space:nowrap">{plan.exam_day:%a} {plan.exam_day}</b>'
    lines = [
        f"<p>{count} from {plan.start} to the {goal}, {day}: {weeks:.1f} weeks at "
        f"{plan.hours_per_week:g} hours. {'<b>The hours fit</b>' if fit.fits else '<b>The hours do not fit</b>'}: at least "
        f"{fit.needed_least:g} needed {least}, better {fit.needed:g} {badge('model')}; {round(fit.available, 1):g} available, "
        f"buffer included.</p>"
    ]
    mark = cite(plan.target.facts, plan.target.facts.life_cycle.status) if there.state != "open" else ""
    said = [f"{escape(there.why)} {mark}"] if mark else []
    said += [escape(text) for text in plan.warnings if text != there.why]
    return join([*lines, items(said) if said else ""])


def weeks(plan: Plan) -> Block:
    """Say whether the hours fit, and show the plan week by week."""
    return join([_fit(plan), table(_week_table(plan), f"Week by week. {_key(plan)}"), _hours(plan)])


def _numbers(plan: Plan) -> dict[str, int]:
    return {domain.name: domain.number for domain in plan.target.facts.domains}


def _key(plan: Plan) -> str:
    return "Domains: " + ", ".join(f"{number} {escape(name)}" for name, number in _numbers(plan).items())


def _fit(plan: Plan) -> str:
    if plan.fit is None:
        return f"<p>Three short reviews of each domain, at growing gaps. {badge('model')}</p>"
    fit, rules = plan.fit, load_method().plan
    nearest = f" The nearest exam day by which the least fits: {fit.nearest_day}." if fit.nearest_day else ""
    order = (
        "First every domain once, the most urgent first; then the domains take turns; mixed sets and reviews run on to "
        "the end. At least half of each domain's time is questions. Each week has a test and a buffer for what slipped."
    )
    least = "model" if plan.timeline.note else "article"
    verdict = "The hours fit." if fit.fits else "<b>The hours do not fit.</b>"
    return (
        f"<p>{verdict} Needed: at least {fit.needed_least:g} hours {badge(least)}, better {fit.needed:g} "
        f"{badge('model')}. Available: {round(fit.available, 1):g} hours.{nearest} Of all hours, "
        f"{100 * rules.buffer_share:g} % are kept free as a buffer, because plans run late. {badge('model')}</p>"
        f"<p>{order} {badge('model')}</p>"
    )


def _week_table(plan: Plan) -> pd.DataFrame:
    rows = []
    numbers = _numbers(plan)
    for week, group in groupby(plan.sessions, key=lambda session: session.week):
        sessions = list(group)
        focus: Counter[int] = Counter()
        for session in sessions:
            if session.domain in numbers and session.kind != "review":
                focus[numbers[session.domain]] += session.minutes
        reviewed = sorted({numbers[s.domain] for s in sessions if s.kind == "review" and s.domain in numbers})
        tests = [f"{s.kind} {s.day:%a %d %b}" for s in sessions if s.kind in ("test", "checkpoint")]
        rows.append(
            {
                "week": week,
                "from": str(sessions[0].day),
                "hours": f"{sum(session.minutes for session in sessions) / 60:.1f}",
                "focus": ", ".join(f"{number}: {minutes / 60:.1f} h" for number, minutes in focus.most_common())
                or ("reviews" if plan.purpose == "keep up" else "mixed sets"),
                "reviews": ", ".join(map(str, reviewed)),
                "test": ", ".join(tests),
            }
        )
    return pd.DataFrame(rows, columns=["week", "from", "hours", "focus", "reviews", "test"])


def _hours(plan: Plan) -> str:
    hours = plan.hours_by_domain()
    if hours.empty or plan.purpose == "keep up":
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
    """Show every session in a few words, one line a day."""
    numbers = _numbers(plan)
    rows = []
    for day, group in groupby(plan.sessions, key=lambda session: session.day):
        of_day = list(group)
        said = [f"{_which(s.domain, numbers)}{s.short} {s.minutes}′" for s in of_day]
        rows.append({"day": f"{day:%a} {day}", "start": of_day[0].start, "what": "; ".join(said)})
    shown = pd.DataFrame(rows, columns=["day", "start", "what"])
    return Block(table(shown, f"All {len(plan.sessions)} sessions. {_key(plan)}"))


def _which(name: str, numbers: dict[str, int]) -> str:
    return f"{numbers[name]}: " if name in numbers else ""


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
            f"{', '.join(method.methods[str(plan.priorities.loc[name, 'rating'])].do)}. "
            f"{badge(method.methods[str(plan.priorities.loc[name, 'rating'])].kind)}"
            for name in plan.priorities.index
        ]
    )
    return join([table(frame, f"Goals {badge('article')}"), ready, "<p>How to study each domain:</p>", how])


def sources(plan: Plan) -> Block:
    """List the facts used, with kind, sources and day, and which of them are old."""
    exam, method = plan.target.facts, load_method()
    stale = set(exam.stale_facts(plan.start))
    rows = [
        {
            "fact": place.replace(".", ", ").replace("_", " "),
            "value": f"<b>{_short(fact.value)}</b> {escape(fact.note)}"
            + (" <b>Old: check it.</b>" if place in stale else ""),
            "kind and source": cite(exam, fact),
        }
        for place, fact in exam.facts()
        if place != "blueprint"
    ]
    old = f"<p><b>{len(stale)} facts are over {method.stale_after_days} days old: check them.</b></p>" if stale else ""
    science = items([escape(source.title) for source in method.sources.values()])
    study = items([f'<a href="{escape(r.url)}">{escape(r.title)}</a>' for r in exam.resources])
    facts = table(pd.DataFrame(rows), f"Facts on {exam.code}", markup=["value", "kind and source"])
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
