"""A plan as a page: first the plan on one sheet, then the weeks, readiness, the report, the rules, and how all is known.

The sentences are in ``templates/plan_*.html.j2``. The pictures are SVG and HTML, made by the templates too.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict, namedtuple
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby, pairwise
from string import ascii_uppercase
from typing import Any, NamedTuple

import pandas as pd

from mls_kit.exam import Exam, Resource, load_method
from mls_kit.explain.exam_words import FACT_WORDS, fact_value
from mls_kit.explain.marks import DOMAIN_LOOKS, plain_css
from mls_kit.explain.progress_words import verdict_said
from mls_kit.explain.report_words import carried_over as _carried_over, pattern_kind, whose
from mls_kit.html import Block, long_day, percent, render
from mls_kit.method import (
    availability,
    came_true_of,
    compare_reports,
    known_repeaters,
    labels_of,
    limit_of,
    model_of,
    questions_by_domain,
    scored_questions,
    stated_names,
    stated_sources,
    why_silent,
)
from mls_kit.plan import Plan, Session, week_of
from mls_kit.practice import readiness_rule, rule_rate
from mls_kit.report import WEEKDAYS, PlanRequest, ScoreReport
from mls_kit.score_model import ImpossibleReportError, TornadoBar, rating_probabilities

_PAGE = "explain/_page.html.j2"
_FIRST, _WEEKS, _REPORT = "explain/plan_first.html.j2", "explain/plan_weeks.html.j2", "explain/plan_report.html.j2"
_TRIES = 20
_FINEST = 30  # parts of the scale: tries in one part stand on one another
_DOT = 12.5  # pixels from one dot to the next
AIM_NAMES = {"soonest": "Soonest", "steady": "Steady", "sure": "Sure", "article": "The article", "own": "Your own day"}
_SIGNS = {"mixed": ("mixed", "&"), "test": ("test", "★"), "checkpoint": ("test", "★"), "buffer": ("spare", "+")}

_KINDS = {"mixed": "Mixed set, all domains", "test": "Practice exam", "checkpoint": "Practice exam", "buffer": "Spare"}
_SOON_MOST, _CHECKS, _FEW_WEEKS = 14, 6, 26
_SHEET, _ROW, _LEAST, _MOST = 1000, 38, 4, 6  # pixels of a sheet of A4 and of a session on it; sessions on page one
_TRUTH, _PAGES = 0.7, 3
_SPLITS = {
    "article": "the article’s shares",
    "weights": "weight in the exam",
    "equal": "equal parts",
    "best": "the best in this model",
}


# a day of the calendar: whether it is an exam's or a target's day, its blocks, how many they are, whether it lies in the plan
_Day = namedtuple("_Day", "number exam blocks many said today inside")


class Sign(NamedTuple):
    """How a session or a domain is shown as a block: its class of style, and the letter or sign in it."""

    style: str
    sign: str


@lru_cache(maxsize=1)
def style() -> Block:
    """Return the stylesheet of tokens that every page has, without its comments and indents."""
    return plain_css(render("explain/style.css.j2", "style", looks=DOMAIN_LOOKS))


@lru_cache(maxsize=1)
def plan_style() -> Block:
    """Return the stylesheet of a plan's page: the tokens, and the parts of a plan."""
    return Block(style().markup + plain_css(render("explain/plan.css.j2", "plan")).markup)


@lru_cache
def _drawn(look: Sign) -> Block:
    return render(_PAGE, "block", look=look)


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
    return signs_of(plan.target.facts)


def signs_of(exam: Exam) -> dict[str, Sign]:
    """Return how each domain of an exam is shown, by its name."""
    letters = domain_letters(domain.short for domain in exam.domains)
    return {
        domain.name: Sign(f"d{(domain.number - 1) % len(DOMAIN_LOOKS) + 1}", letter)
        for domain, letter in zip(exam.domains, letters, strict=True)
    }


def opening(request: PlanRequest) -> Block:
    """Say whose numbers a notebook shows; its other parts take their style from here."""
    return Block(f"<style>{plan_style().markup}</style>{whose(request).markup}")


def title(plan: Plan) -> str:
    """Return the title of a plan's page: whose plan, for which exam, on which day."""
    report, target = plan.report, plan.target
    whose = f"{report.learner_name}’s plan for {target.exam}" if report.learner_name else f"Plan for {target.exam}"
    what = "target day" if _ended(plan) else "exam on"
    return f"{whose}: {what} {long_day(plan.exam_day)} {plan.exam_day.year}" if plan.exam_day else whose


def _ended(plan: Plan) -> bool:
    """Whether the exam is no longer offered on the plan's last day."""
    return availability(plan.target.facts, plan.exam_day or plan.start, plan.target.language).state == "ended"


def foot(plan: Plan) -> str:
    """Return what stands at the foot of each printed sheet."""
    who = f"{plan.report.learner_name} · " if plan.report.learner_name else ""
    return f"{who}{plan.target.exam} · plan of {plan.start.day} {plan.start:%B %Y}"


def first_page(plan: Plan) -> Block:
    """Show the plan on a page: where you stand, the days to choose from, this week, where the hours go."""
    state, hours = _state(plan), _hours(plan)
    room = _SHEET - _taken(plan, state["alerts"], [row["name"] for row in hours["rows"]])
    week = _week(plan, min(max(int(room // _ROW), _LEAST), _MOST))
    scale = min(1.0, _SHEET / (_SHEET - room + _ROW * len(week["sessions"])))
    values = {"score": _score(plan), "days": _days(plan), "week": week, "hours": hours, "limit": limit_of(plan.report.facts)}
    return render(_FIRST, "first_page", plan=plan, state=state, scale=scale, **values)


def _taken(plan: Plan, alerts: Sequence[str], names: Sequence[str]) -> float:
    """Return about how high page one is on paper without its sessions, in pixels: it has to fit one sheet."""
    said = sum(10 + 17 * math.ceil(len(text) / 110) for text in alerts)
    rows = sum(31 + 14 * (len(name) > 36) for name in names)
    return 460 + 38 * len(plan.aims) + said + rows + 15 * (len(plan.report.learner_name) // 90)


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
    follows = plan.diagnosis.retake.successor
    if name == "ended" and follows:
        how = f"set retake_exam to {follows} in personal_plan.ipynb, or add --retake-exam {follows}"
        alerts.append(
            f"The next exam is {follows}." + f" To make this plan for {follows}, {how}." * bool(plan.diagnosis.retake.crosswalk)
        )
    silent = why_silent(plan.report.facts)
    unknown = "" if silent or labels_of(plan.report) else "labels"
    return {"name": name, "alerts": alerts, "away": bool(chosen and not chosen.day), "unknown": unknown, "silent": silent}


def _score(plan: Plan) -> dict[str, Any]:
    """Return where score, standard and tries lie on the bar, in percent of its length; without a standard there is no bar."""
    report, exam = plan.report, plan.report.facts
    if not exam.has_standard:
        said = f"{report.scaled_score}, on a scale from {exam.score_range[0]} to {exam.score_range[1]}"
        rows = [("Result", "passed" if report.passed else "not passed"), ("Score", said if exam.reports_score else "not reported"),
                ("Passing score", "not known")][: 2 + exam.reports_score]  # fmt: skip
        return {"rows": rows, "dots": []}
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
    rows = [("Your score", str(report.scaled_score)), ("Passing score", str(exam.passing))]
    ends = plan.prospects.scores([0.1, 0.9]) if plan.prospects else []
    if tries:
        rows += [(f"{_TRIES} possible retakes today", f"{_TRIES - passing} fall short, {passing} pass")]
        rows += [("8 in 10 scores are between", f"{ends[0]} and {ends[1]}")]
    return {
        "dots": [{"x": x, "y": base - _DOT * up, "passes": passes} for x, up, passes in dots],
        "left": min((x for x, *_ in dots), default=0),
        "right": max((x for x, *_ in dots), default=100),
        "base": base,
        "passing": passing,
        "you": across(report.scaled_score or low),
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
        "names": AIM_NAMES,
        "several": sum(aim.kind == "model" for aim in plan.aims) > 1,
        "other": next((aim.name for aim in reversed(plan.aims) if aim.day and aim.day != plan.exam_day), ""),
        "off": f", {'s, '.join(free)}s off" if free else "",
    }


def _week(plan: Plan, room: int) -> dict[str, Any]:
    """Return the first sessions: as many as the page has room for."""
    end = plan.start + timedelta(days=7)
    soon = [session for session in plan.sessions if session.day < end]
    busy = {session.day for session in soon}
    ahead = [plan.start + timedelta(days=days) for days in range(7)]
    idle = [f"{day:%A}" for day in ahead if day not in busy]
    shown = (soon or plan.sessions)[:room]
    count = sum(session.minutes for session in soon) / 60
    hours = f"You study {count:.3g} hour{'s' * (count != 1)}. "
    free = f"You don’t study on {', '.join(idle[:-1])}{' or ' if len(idle) > 1 else ''}{''.join(idle[-1:])}."
    return {
        "name": "This week" if soon else "Your first sessions",
        "said": (hours + (free if 0 < len(idle) < 4 else "")) if soon else "",
        "sessions": list(zip(shown, looks(plan, shown), strict=True)),
        "more": max(len(soon) - len(shown), 0),
        "days": _soon(plan)["days"],
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
    weights = {domain.name: domain.published_weight for domain in plan.target.facts.domains}
    rows = [
        row(name, name, f"{_rating(plan, name)} · {weights[name]} % of the exam", of_domain[name], _why(plan, name))
        for name in plan.priorities.index
    ]
    others = [("all", "All domains together", Sign(*_SIGNS["test"]), "Practice exams and mixed sets."),
              ("spare", "Spare", Sign(*_SIGNS["buffer"]), "For weeks when things go wrong.")]  # fmt: skip
    rows += [row(key, name, "", look, why) for key, name, look, why in others if minutes[key]]
    chosen = {"weights": "By weight in the exam, as you chose", "model": "As the model finds best, as you chose",
              "not rated": "By weight in the exam, because we don’t have your domain ratings"}  # fmt: skip
    return {
        "rows": rows,
        "total": total / 60,
        "kind": "model" if plan.share_rule in chosen else "article",
        "said": chosen.get(plan.share_rule, "Low ratings in big domains come first"),
    }


def _rating(plan: Plan, name: str) -> str:
    """Return the rating in the learner's own words."""
    percent = plan.target.percents.get(name)
    return f"{percent:g} % right" if percent is not None else plan.target.ratings[name]


def _why(plan: Plan, name: str) -> str:
    """Say in one line why a domain has its share."""
    moved = next((move.new for move in plan.moved if move.domain == name), None)
    if moved:
        return f"In your practice it counts as {moved}."
    return reason(plan.priorities, name, plan.target.weak_domains, plan.share_rule)


def reason(ranked: pd.DataFrame, name: str, weak: Sequence[str], rule: str) -> str:
    """Say in one line why a domain has its share, by the table of priorities and the name of the rule of its shares."""
    weights, tier = ranked["weight"], ranked.loc[name, "tier"]
    if name in weak:
        if rule == "single weak domain":
            return "The only low rating."
        if weights[name] == weights.max():
            return "Low rating, biggest part of the exam."
        return f"Low rating, {'big' if weights[name] >= weights.median() else 'smaller'} part of the exam."
    if rule == "not rated":
        return "The biggest part of the exam." if weights[name] == weights.max() else "By its weight."
    lowest = load_method().priority.tiers[-1].name
    return "High rating. Short reviews help you remember." if tier == lowest else "You can still gain some points here."


def weeks(plan: Plan) -> Block:
    """Show the calendar, one line a week, and the sessions of the next days."""
    return render(_WEEKS, "weeks", plan=plan, lines=_lines(plan), next=_soon(plan), **_calendar(plan))


def calendar(plan: Plan) -> Block:
    """Show the calendar of a plan: one block a session."""
    return Block(f'<div class="mls">{render(_WEEKS, "calendar", plan=plan, **_calendar(plan)).markup}</div>')


def in_short(plan: Plan) -> Block:
    """Say a plan in a few lines: days and hours, the exam day, and what to know first."""
    days, minutes = len({block.day for block in plan.blocks}), sum(block.minutes for block in plan.blocks)
    return render(_WEEKS, "in_short", plan=plan, state=_state(plan), days=days, minutes=minutes)


def soon(plan: Plan, days: int = 14) -> Block:
    """Show the sessions of the next days, or of as many whole days as stay readable."""
    return Block(f'<div class="mls">{render(_WEEKS, "soon", **_soon(plan, days)).markup}</div>')


def _calendar(plan: Plan) -> dict[str, Any]:
    """Return the months with their days, what the blocks mean, and what to say of the last day."""
    blocks: defaultdict[date, list[str]] = defaultdict(list)
    names: defaultdict[date, list[str]] = defaultdict(list)
    domains = [(look, domain.short) for look, domain in zip(signs(plan).values(), plan.target.facts.domains, strict=True)]
    used: dict[Sign, str] = {}
    for block in plan.blocks:
        of_kind = Sign(*_SIGNS.get(block.kind, _SIGNS["mixed"])), _KINDS.get(block.kind, _KINDS["mixed"])
        look, name = domains[block.domain - 1] if block.domain else of_kind
        blocks[block.day].append(_drawn(look).markup)
        names[block.day].append(name)
        used[look] = name
    target = _ended(plan)
    last = max([*blocks, *([plan.exam_day] if plan.exam_day else [plan.start])])
    begun = week_of(plan.start)
    shown = {begun, *(begun + timedelta(weeks=block.week - 1) for block in plan.blocks), week_of(plan.exam_day or plan.start)}

    def of_day(day: date) -> _Day:
        exam = ("target" if target else "exam") if day == plan.exam_day else ""
        here, said = blocks.get(day, []), ", ".join(names.get(day, []))
        return _Day(day.day, exam, Block("".join(here)), len(here), said, day == plan.start, plan.start < day <= last)

    months: dict[tuple[int, int], dict[str, Any]] = {}
    begin = load_method().plan.first_weekday
    weekdays = WEEKDAYS[begin:] + WEEKDAYS[:begin]
    for first in sorted(shown):
        days = [first + timedelta(days=ahead) for ahead in range(7)]
        for year, month in dict.fromkeys((day.year, day.month) for day in days):
            if date(year, month, 1) > last or (month != last.month and days[-1] < plan.start):
                continue
            found = months.setdefault((year, month), {"weeks": [], "weekdays": weekdays, "name": f"{date(year, month, 1):%B %Y}"})
            found["weeks"].append([of_day(day) if day.month == month else None for day in days])
    order = [sign for sign in [*signs(plan).values(), *(Sign(*each) for each in _SIGNS.values())] if sign in used]
    end = None
    if plan.exam_day:
        aim = next((aim for aim in plan.aims if aim.name == plan.aim), None)
        end = {"hours": sum(block.minutes for block in plan.blocks) / 60, "chance": aim.prospect if aim else None, "target": target}
    return {"months": list(months.values()), "key": [(sign, used[sign]) for sign in dict.fromkeys(order)], "end": end}


def _lines(plan: Plan) -> list[dict[str, Any]]:
    """Return what each week holds: domains by their short names, in a long plan by their blocks and without tasks."""
    weeks, exam = plan.weeks(), plan.target.facts
    long = len(weeks) > _FEW_WEEKS
    called: dict[str, Any] = {name: _drawn(look) for name, look in signs(plan).items()}
    if not long:
        called = {domain.name: domain.short for domain in exam.domains}
    tasks = {domain.name: list(domain.tasks) for domain in exam.domains}
    return [
        {
            "week": week,
            "marks": ("", "") if long else (",", "."),  # blocks need no commas
            "studied": [(called[name], () if long else _runs(met, tasks[name])) for name, met in week.focus],
            "checked": [called[name] for name in week.checked],
            "reviewed": [called[name] for name in week.reviewed if name not in dict(week.focus)],
        }
        for week in weeks
    ]


def _runs(met: Iterable[str], every: list[str]) -> list[str]:
    """Return tasks, those that follow one another as one.

    >>> _runs(["1.1", "1.2", "1.3", "1.5"], ["1.1", "1.2", "1.3", "1.4", "1.5"])
    ['1.1–1.3', '1.5']
    """
    runs: list[list[str]] = []
    for task in met:
        if runs and every and every.index(task) == every.index(runs[-1][-1]) + 1:
            runs[-1].append(task)
        else:
            runs.append([task])
    return [run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]


def _soon(plan: Plan, days: int = 14) -> dict[str, Any]:
    """Return the sessions of the next days, of as many whole days as stay readable, and the line that starts the first."""
    first = min((session.day for session in plan.sessions), default=plan.start)
    soon = [session for session in plan.sessions if (session.day - first).days < days]
    while len(soon) > _SOON_MOST and days > 1:
        days -= 1
        soon = [session for session in soon if (session.day - first).days < days]
    return {
        "days": days,
        "said": f"Say this aloud: “{soon[0].if_then}”" if soon else "",
        "sessions": list(zip(soon, looks(plan, soon), strict=True)),
    }


def ready(plan: Plan) -> Block:
    """Say when one is ready, and show the practice exams that tell, with boxes to fill in."""
    method, checks = load_method(), plan.checkpoints
    if len(checks) > _CHECKS:  # of a long plan: the first, and those that lead up to the exam
        checks = (checks[0], *checks[-_CHECKS + 1 :])
    rates = [(truth, rule_rate(plan.target.facts, truth)) for truth in readiness_rule().shown_truths] if checks else []
    values = {"letters": [sign.sign for sign in signs(plan).values()], "kept": method.methods["Strong"].do}
    return render(_WEEKS, "ready", plan=plan, rules=method.plan, checks=checks, rates=rates, **values)


def report(plan: Plan) -> Block:
    """Say what the report says, what it does not, what others claim, how the article reads it, and whether anything changed."""
    pairs = _attempts(plan)
    values = {
        "article": load_method().article,
        "smallest": smallest(plan.report.facts, labels_of(plan.report)),
        "kinds": _kinds(plan),
    }
    return render(_REPORT, "report", plan=plan, changes=[_change(*pair) for pair in pairs], **values)


def _attempts(plan: Plan) -> list[tuple[ScoreReport, ScoreReport]]:
    """Return the attempts at the same exam, each with the next."""
    pairs = pairwise([*plan.earlier, plan.report])
    return [(first, second) for first, second in pairs if first.exam == second.exam == plan.report.exam]


def smallest(exam: Exam, labels: tuple[str, ...] | None) -> dict[str, Any]:
    """Return how noisy the rating of an exam's smallest domain is, in words of these labels, worst first."""
    domain, scored = min(exam.domains, key=lambda each: each.weight), scored_questions(exam)
    questions = questions_by_domain(exam).get(domain.name, 0)
    rate = None
    if labels and questions and not exam.silent:
        rate = float(rating_probabilities(_TRUTH, questions, model_of(exam, labels).bands)[0])
    label = next(iter(labels or [load_method().labels[0]]))
    return {"name": domain.short, "questions": questions, "scored": scored, "rate": rate, "truth": _TRUTH, "label": label}


def _kinds(plan: Plan) -> list[str]:
    """Return whose words patterns and timeline are: the article's, and ours where one is completed; none after a pass."""
    if plan.report.passed:
        return []
    kinds = {pattern_kind(plan.report, pattern.number) for pattern in plan.diagnosis.patterns}
    return sorted(kinds | {"article"} | ({"model"} if plan.timeline.note else set()))


def _change(first: ScoreReport, second: ScoreReport) -> dict[str, Any]:
    """Return two attempts, the change with its chance (None where the model cannot compare), and the ratings moved."""
    try:
        change = compare_reports(first, second)
    except ImpossibleReportError:
        change = None
    ratings = zip(second.ratings, change.ratings, strict=True) if change else ()
    moved = [(name, rating) for name, rating in ratings if rating.first != rating.second]
    return {"first": first, "second": second, "change": change, "moved": moved, "silent": why_silent(second.facts)}


def rules(plan: Plan) -> Block:
    """Say when the exam may be taken again, what follows it, and what to open for each domain."""
    again, exam = plan.diagnosis.retake, plan.report.facts
    follows = None if plan.report.passed or plan.is_carried_over else _carried_over(plan.report, again)
    used = [exam.retake.wait_days, exam.retake.fee_each_attempt, exam.life_cycle.status, exam.report.results_within]
    told = ["how long you wait", "what the exam costs", "when this exam ends", "when your result comes"]
    doubtful = [name for name, fact in zip(told, used, strict=True) if fact and fact.value and exam.is_second_hand(fact)]
    values = {"second_hand": doubtful, "resources": _resources(plan), "later": follows}
    return render(_REPORT, "rules", plan=plan, **values)


def _resources(plan: Plan) -> list[tuple[Sign | None, str, list[Resource]]]:
    """Return the official pages for all domains, then for each: those that the sessions use first."""
    exam, looks = plan.target.facts, signs(plan)
    used = [session.resource.url for session in plan.sessions if session.resource]
    found: list[tuple[Sign | None, str, list[Resource]]] = [(None, "All domains", exam.resources[:_PAGES])]
    for domain in exam.domains:
        pages = sorted(domain.resources, key=lambda page: -used.count(page.url))
        found.append((looks[domain.name], domain.short, pages[:_PAGES]))
    return [row for row in found if row[2]]


def how_we_know(plan: Plan, details: bool = False) -> Block:
    """Show how all of it is known, folded: the model, its assumptions, every session, the facts; ``details``: print it too."""
    exam, method = plan.target.facts, load_method()
    stale = exam.stale_facts(plan.start)
    facts = [
        {"name": render(FACT_WORDS, "name", place=place), "value": fact_value(place, fact), "note": fact.note.rstrip("."),
         "kind": "published, second-hand" if fact.kind == "published" and exam.is_second_hand(fact) else fact.kind,
         "url": exam.best_source(fact).url, "seen": fact.seen, "text": exam.text_date(fact),
         "confidence": fact.confidence, "old": place in stale}
        for place, fact in exam.facts() if place != "blueprint"
    ]  # fmt: skip
    days = [(day, list(group)) for day, group in groupby(plan.sessions, key=lambda session: session.day)]
    found = came_true_of(plan.report.facts, _attempts(plan))
    values = {
        "verdict": verdict_said(found) if found else None,
        "model": _model(plan),
        "days": days,
        "facts": facts,
        "stale": len(stale),
        "sources": method.sources.values(),
    }
    return render(_REPORT, "how_we_know", plan=plan, details=details, **values)


def _model(plan: Plan) -> dict[str, Any] | None:
    """Return what the model of the chance says in numbers, and what it assumes; None where it cannot speak."""
    ahead = plan.prospects
    if ahead is None:
        return None
    aim = next((aim for aim in plan.aims if aim.name == plan.aim and aim.prospect), None)
    hours, looks = round(aim.hours) if aim else known_repeaters()["usual_hours"], signs(plan)
    splits = [(name, ahead.after(hours, split)) for split, name in _SPLITS.items()]
    today, studied = ahead.tornado(splits[0][1].hours)
    names, sources = stated_names(), stated_sources()
    return {
        "now": ahead.now,
        "hours": hours,
        "known": known_repeaters(),
        "splits": splits,
        "tornados": [("today", ahead.now.chance, _bars(today)),
                     (f"after {hours} hours", splits[0][1].chance, _bars(studied))],
        "looks": looks.values(),
        "domains": [(looks[name], name, *ends) for name, ends in zip(ahead.names, ahead.known().tolist(), strict=True)],
        "assumptions": [
            (names[name], str(value).strip("(),"), meaning, sources.get(name, "your own value"))
            for name, value, meaning in ahead.assumptions.describe()
        ],
    }  # fmt: skip


def _bars(bars: Iterable[TornadoBar]) -> list[dict[str, Any]]:
    """Return how far each assumption, alone, moves a chance; those that do not move it are left out."""
    found, names = [], stated_names()
    for bar in bars:
        ends = bar.chance_at_low, bar.chance_at_high
        if ends[0] != ends[1] or None in ends:
            low, high = (f"{_value(bar, value)}: {'the report cannot be' if chance is None else percent(chance)}"
                         for value, chance in zip((bar.low, bar.high), ends, strict=True))  # fmt: skip
            known = sorted(end for end in ends if end is not None)
            drawn = known if len(known) == 2 else ()
            found.append({"name": names[bar.assumption], "low": low, "high": high, "ends": drawn})
    return found


def _value(bar: TornadoBar, value: Any) -> str:
    """Return an end of an assumption in words."""
    values = value if isinstance(value, tuple) else (value,)
    return (" of " if bar.assumption == "cut_share" else ", ").join(f"{each:g}" for each in values).replace("-", "−")
