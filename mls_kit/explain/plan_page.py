"""A plan as a page: first the plan on one sheet, then the weeks, readiness, the report, the rules, and how all is known.

The sentences are in ``templates/plan_*.html.j2``. The pictures are SVG and HTML, made by the templates too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from string import ascii_uppercase
from typing import Any, NamedTuple

from mls_kit.exam import Domain, load_method
from mls_kit.explain.look import DOMAIN_LOOKS
from mls_kit.html import Block, render
from mls_kit.method import availability, labels_of, scored_questions
from mls_kit.plan import Plan, Session
from mls_kit.report import WEEKDAYS

_FIRST = "explain/plan_first.html.j2"
_TRIES = 20
_FINEST = 30  # parts of the scale: tries in one part stand on one another
_DOT = 12.5  # pixels from one dot to the next
_AIMS = {"soonest": "Soonest", "steady": "Steady", "sure": "Sure", "article": "The article", "own": "Your own day"}
_SIGNS = {"mixed": ("mixed", "&"), "test": ("test", "★"), "checkpoint": ("test", "★"), "buffer": ("spare", "+")}


class Sign(NamedTuple):
    """How a session or a domain is shown as a block: its class of style, and the letter or sign in it."""

    style: str
    sign: str


def style() -> Block:
    """Return the stylesheet that a notebook's first cell and every page share."""
    return render("explain/style.css.j2", "style", looks=DOMAIN_LOOKS)


def short_name(domain: Domain) -> str:
    """Return the name of a domain as people say it: its first other name, where that is shorter."""
    return min([domain.name, *domain.aliases[:1]], key=len)


def domain_letters(names: Iterable[str]) -> list[str]:
    """Return a letter of its own for each name: the first of a word if it is free, else any in it, else any.

    >>> domain_letters(["Secure", "Resilient", "Sum of Costs", "Cash", "SRC"])
    ['S', 'R', 'C', 'A', 'B']
    """
    taken: list[str] = []
    for name in names:
        initials = [word[0] for word in name.split() if word[0].isupper()]
        wanted = [letter.upper() for letter in [*initials, *name, *ascii_uppercase] if letter.isalpha()]
        wanted += map(str, range(1, 100))
        taken.append(next(letter for letter in wanted if letter not in taken))
    return taken


def signs(plan: Plan) -> dict[str, Sign]:
    """Return how each domain of a plan is shown, by its name."""
    domains = plan.target.facts.domains
    letters = domain_letters(short_name(domain) for domain in domains)
    numbers = (domains[place].number for place in range(len(domains)))
    return {
        domain.name: Sign(f"d{(number - 1) % len(DOMAIN_LOOKS) + 1}", letter)
        for domain, number, letter in zip(domains, numbers, letters, strict=True)
    }


def first_page(plan: Plan) -> Block:
    """Show the plan on a page: where you stand, the days to choose from, this week, where the hours go."""
    values = {"score": _score(plan), "days": _days(plan), "week": _week(plan), "hours": _hours(plan)}
    return render(_FIRST, "first_page", plan=plan, state=_state(plan), facts=_facts(plan), **values)


def _state(plan: Plan) -> dict[str, Any]:
    """Return what the first sentence has to say, and what must be known before anything else."""
    there = availability(plan.target.facts, plan.exam_day or plan.start, plan.target.language)
    chosen = next((aim for aim in plan.aims if aim.name == plan.aim), None)
    name: str = there.state
    if plan.purpose == "keep up":
        name = "passed"
    elif plan.is_carried_over:
        name = "carried"
    blocked = there.state != "open" and name != "passed"
    alerts = [*([there.why] if blocked else []), *(text for text in plan.warnings if text != there.why)]
    away = bool(chosen and chosen.day is None)
    unknown = "questions" if not scored_questions(plan.report.facts) else "" if labels_of(plan.report) else "labels"
    return {"name": name, "alerts": alerts, "away": _AIMS[plan.aim] if away else "", "unknown": unknown}


def _score(plan: Plan) -> dict[str, Any]:
    """Return where score, standard and tries lie on the bar, in percent of its length."""
    report, exam = plan.report, plan.report.facts
    low, high = exam.score_range

    def across(score: float) -> float:
        return 100 * (score - low) / (high - low)

    tries = plan.prospects.scores([(part + 0.5) / _TRIES for part in range(_TRIES)]) if plan.prospects else []
    step, stacked, dots = (high - low) / _FINEST, Counter[int](), []
    for score in tries:
        column = int((score - exam.passing) // step)
        dots.append((across(exam.passing + (column + 0.5) * step), stacked[column], score >= exam.passing))
        stacked[column] += 1
    base = 20 + _DOT * max(stacked.values(), default=0.5)
    passing = sum(score >= exam.passing for score in tries)
    rows = [("Your score", str(report.scaled_score)), ("Score that passes", str(exam.passing))]
    ends = plan.prospects.scores([0.1, 0.9]) if plan.prospects else []
    if tries:
        rows += [(f"{_TRIES} more tries today", f"{_TRIES - passing} fall short, {passing} pass")]
        rows += [("8 in 10 tries end between", f"{ends[0]} and {ends[1]}")]
    return {
        "dots": [{"x": x, "y": base - _DOT * up, "passes": passes} for x, up, passes in dots],
        "left": min((x for x, *_ in dots), default=0),
        "right": max((x for x, *_ in dots), default=100),
        "base": base,
        "passing": passing,
        "you": across(report.scaled_score),
        "standard": across(exam.passing),
        "scale": (low, high),
        "ends": ends,
        "band": [across(end) for end in ends],
        "rows": rows,
        "said": f"Score bar from {low} to {high}. " + ". ".join(f"{name}: {value}" for name, value in rows) + ".",
    }


def _days(plan: Plan) -> dict[str, Any]:
    """Return the days to choose from, which one is chosen, and what they share."""
    free = [WEEKDAYS[day] for day in sorted(plan.days_off.weekdays)]
    return {
        "rows": plan.aims,
        "chosen": next((aim for aim in plan.aims if aim.name == plan.aim), None),
        "names": _AIMS,
        "several": sum(aim.kind == "model" for aim in plan.aims) > 1,
        "other": next((aim.name for aim in reversed(plan.aims) if aim.day and aim.name != plan.aim), ""),
        "off": f", {'s, '.join(free)}s off" if free else "",
    }


def _week(plan: Plan) -> dict[str, Any]:
    """Return the first sessions: as many as a page has room for beside its domains and warnings."""
    end = plan.start + timedelta(days=7)
    soon = [session for session in plan.sessions if session.day < end]
    room = max(6 - max(len(plan.target.facts.domains) - 4, 0) - len(plan.warnings) // 2, 4)
    busy = {session.day for session in soon}
    ahead = [plan.start + timedelta(days=days) for days in range(7)]
    idle = [f"{day:%A}" for day in ahead if day not in busy]
    shown = (soon or plan.sessions)[:room]
    are = "is" if len(idle) == 1 else "are"
    hours = f"{sum(session.minutes for session in soon) / 60:.3g} hours. "
    free = f"{', '.join(idle[:-1])}{' and ' if len(idle) > 1 else ''}{''.join(idle[-1:])} {are} free."
    return {
        "name": "This week" if soon else "Your first sessions",
        "said": (hours + (free if 0 < len(idle) < 4 else "")) if soon else "",
        "sessions": list(zip(shown, looks(plan, shown), strict=True)),
        "more": max(len(soon) - len(shown), 0),
    }


def looks(plan: Plan, sessions: Iterable[Session]) -> list[Sign]:
    """Return the block of each session."""
    domains = signs(plan)
    return [domains.get(each.domain) or Sign(*_SIGNS.get(each.kind, _SIGNS["mixed"])) for each in sessions]


def _hours(plan: Plan) -> dict[str, Any]:
    """Return the rows of the table of hours: domains by priority, all together, spare; none after a pass."""
    minutes: Counter[str] = Counter()
    for session in plan.sessions:
        whose = session.domain if session.domain in plan.priorities.index else session.kind
        minutes["spare" if whose == "buffer" else "all" if whose == session.kind else whose] += session.minutes
    total = sum(minutes.values())
    if plan.purpose == "keep up" or not total:
        return {"rows": []}
    most = max(minutes.values())

    def row(key: str, name: str, about: str, look: Sign, why: str) -> dict[str, Any]:
        part = minutes[key]
        return {"name": name, "about": about, "look": look, "why": why, "hours": part / 60,
                "share": part / total, "width": 100 * part / most}  # fmt: skip

    of_domain = signs(plan)
    rows = [
        row(name, name, f"{_rating(plan, name)} · {domain.weight:g} % of the exam", of_domain[name], _why(plan, name))
        for name, domain in ((each.Index, each) for each in plan.priorities.itertuples())
    ]
    others = [("all", "All domains together", Sign(*_SIGNS["test"]), "Practice exams and mixed sets."),
              ("spare", "Spare", Sign(*_SIGNS["buffer"]), "For the week that goes wrong.")]  # fmt: skip
    rows += [row(key, name, "", look, why) for key, name, look, why in others if minutes[key]]
    chosen = {"weights": "By weight in the exam, as you chose", "model": "As the model finds best, as you chose"}
    return {
        "rows": rows,
        "total": total / 60,
        "kind": "model" if plan.share_rule in chosen else "article",
        "said": chosen.get(plan.share_rule, "Rated low and heavy in the exam comes first"),
    }


def _rating(plan: Plan, name: str) -> str:
    """Return the rating in the learner's own words."""
    percent = plan.target.percents.get(name)
    return f"{percent:g} % right" if percent is not None else plan.target.ratings[name]


def _why(plan: Plan, name: str) -> str:
    """Say in one line why a domain has its share."""
    weights, tier = plan.priorities["weight"], plan.priorities.loc[name, "tier"]
    lowest = load_method().priority.tiers[-1].name
    if name in plan.target.weak_domains:
        biggest = weights[name] == weights.max()
        return f"Rated low, and {'the biggest' if biggest else 'a big' if weights[name] >= weights.median() else 'a smaller'} part."
    return "Rated well. Short reviews keep it." if tier == lowest else "Some points are left here."


def _facts(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Yield what to know before booking: its name, and a note."""
    report, exam, again = plan.report, plan.target.facts, plan.diagnosis.retake
    if not report.passed and not plan.is_carried_over:
        blocked, day = again.obstacle(report.facts, report.attempt), again.earliest
        waits = f"{again.wait_days} days after the exam" if again.wait_days else "No wait"
        said = f"{day:%A} {day.day} {day:%B %Y}" if day else waits
        yield "Earliest retake", "None" if blocked else said, blocked if blocked else ""
    last, seen = exam.last_day(plan.target.language), exam.life_cycle.last_days.seen
    yield (
        "Last day of this exam",
        f"{last.day} {last:%B %Y}" if last else "None announced",
        f"seen {seen.day} {seen:%b %Y}",
    )
    if exam.fee_usd.value:
        yield "Fee, each time", f"{exam.fee_usd.value:g} USD", ""
