"""Which domain on which day? Due reviews first, then a first pass by priority, then depth in turns, then mixed sets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import accumulate

from mls_kit.exam import PlanRules
from mls_kit.plan.days import STEP, StudyDay


@dataclass(frozen=True)
class Activity:
    """Minutes of one kind on one day; ``domain`` is its number, 0 where all domains are meant."""

    day: date
    week: int
    kind: str
    domain: int
    minutes: int


@dataclass
class Budget:
    """The minutes of one domain: a first pass, depth after it, and ``reviews`` reviews of ``review_minutes`` each."""

    domain: int
    known: bool  # needs no first pass before its reviews
    first_pass: int
    depth: int
    reviews: int
    review_minutes: int
    due: list[date] = field(default_factory=list)
    depth_in_all: int = field(init=False)

    def __post_init__(self) -> None:
        self.depth_in_all = max(self.depth, 1)


def make_budgets(minutes: int, shares: dict[int, float], maintained: set[int], rules: PlanRules) -> list[Budget]:
    """Divide minutes by share (percent, by number), and each domain's into first pass and reviews; equal shares, equal minutes."""
    shortest, longest = rules.review_minutes
    most = len(rules.review_gaps)
    budgets = []
    for domain, share in shares.items():
        total = max(int(minutes * share / 100) // STEP * STEP, STEP)
        part = rules.review_share_maintenance if domain in maintained else rules.review_share
        length = min(max(int(total * part / most) // STEP * STEP, shortest), longest, total)
        count = min(max(int(total * part) // length, 1), most)
        blocks = total - count * length
        first = blocks if blocks < rules.first_pass_least else int(blocks * rules.first_pass_share) // STEP * STEP
        budgets.append(Budget(domain, domain in maintained, first, blocks - first, count, length))
    return budgets


def review_days(first: date, exam_day: date, count: int, rules: PlanRules) -> list[date]:
    """Return the days of reviews, at growing gaps counted back from the exam (Cepeda et al. 2008; Kang et al. 2014)."""
    whole = sum(rules.review_gaps)
    gaps = rules.review_gaps[:count]
    span = (exam_day - first).days
    parts = [part * whole / sum(gaps) for part in accumulate(gaps)]
    back = [max(1, round(span * (1 - part))) for part in parts]
    return [max(first, exam_day - timedelta(days=days)) for days in back]


def test_minutes(days: list[StudyDay], longest: int, rules: PlanRules) -> dict[date, int]:
    """Return day -> minutes of the weekly practice test: late in each week, on a day that can hold it."""
    tests = {}
    for week in sorted({day.week for day in days}):
        of_week = [day for day in days if day.week == week and day.minutes]
        total = sum(day.minutes for day in of_week)
        wanted = min(max(int(total * rules.test_share) // STEP * STEP, rules.test_minutes_least), longest)
        if total < 4 * rules.test_minutes_least:
            continue
        able = [day for day in of_week if day.minutes >= wanted]
        chosen = able[-1] if able else max(of_week, key=lambda day: day.minutes)
        rest = chosen.minutes - wanted
        tests[chosen.day] = chosen.minutes if rest < rules.shortest_rest else wanted
    return tests


def fill(
    days: list[StudyDay], exam_day: date, budgets: list[Budget], tests: dict[date, int], rules: PlanRules
) -> list[Activity]:
    """Place everything on the days; no minute of a domain is lost: mixed sets only take what no single domain needs."""
    for budget in budgets:
        if budget.known or not budget.first_pass:
            budget.due = review_days(days[0].day, exam_day, budget.reviews, rules)
    activities: list[Activity] = []
    for day in days:
        test = tests.get(day.day, 0)
        if test:
            activities.append(Activity(day.day, day.week, "test", 0, test))
        free = _place_reviews(day, day.minutes - test, budgets, activities)
        free = _place_first_pass(day, free, budgets, activities, exam_day, rules)
        free = _place_depth(day, free, budgets, activities, rules)
        if free:
            activities.append(Activity(day.day, day.week, "mixed", 0, free))
        if day.buffer:
            activities.append(Activity(day.day, day.week, "buffer", 0, day.buffer))
    return _place_the_rest(activities, budgets)


def _place_reviews(day: StudyDay, free: int, budgets: list[Budget], activities: list[Activity]) -> int:
    """Place the reviews due by now, the most overdue first, one a domain; return the minutes still free."""
    waiting = [budget for budget in budgets if budget.due and budget.due[0] <= day.day]
    for budget in sorted(waiting, key=lambda budget: budget.due[0]):
        if free >= budget.review_minutes:
            activities.append(Activity(day.day, day.week, "review", budget.domain, budget.review_minutes))
            del budget.due[0]
            free -= budget.review_minutes
    return free


def _place_first_pass(
    day: StudyDay, free: int, budgets: list[Budget], activities: list[Activity], exam_day: date, rules: PlanRules
) -> int:
    """Go on with the first pass where it stopped; a domain that is through gets its review days."""
    for budget in budgets:
        if free < STEP:
            break
        if not budget.first_pass:
            continue
        part = min(free, budget.first_pass)
        budget.first_pass -= part
        free -= part
        activities.append(Activity(day.day, day.week, "first pass", budget.domain, part))
        if not budget.first_pass and not budget.known:
            budget.due = review_days(day.day, exam_day, budget.reviews, rules)
    return free


def _place_depth(day: StudyDay, free: int, budgets: list[Budget], activities: list[Activity], rules: PlanRules) -> int:
    """After the first pass, let the domains take turns: the one with the most of its depth left comes next."""
    while free >= STEP and any(budget.depth for budget in budgets):
        budget = max(budgets, key=lambda budget: (budget.depth > 0, budget.depth / budget.depth_in_all))
        part = min(free, budget.depth, rules.turn_minutes)
        budget.depth -= part
        free -= part
        if activities and activities[-1].day == day.day and activities[-1].domain == budget.domain:
            part += activities.pop().minutes if activities[-1].kind == "depth" else 0
        activities.append(Activity(day.day, day.week, "depth", budget.domain, part))
    return free


def _place_the_rest(activities: list[Activity], budgets: list[Budget]) -> list[Activity]:
    """Give reviews that found no day before the exam the time of mixed sets, the latest first, one by one."""
    placed = list(activities)
    for budget in budgets:
        owed, budget.due = len(budget.due), []
        for _ in range(owed):
            left = budget.review_minutes
            while left and (free := [n for n, activity in enumerate(placed) if activity.kind == "mixed"]):
                place = max(free, key=lambda n: (min(placed[n].minutes, left), n))  # whole where it can be, and late
                mixed = placed[place]
                part = min(left, mixed.minutes)
                left -= part
                review = replace(mixed, kind="review", domain=budget.domain, minutes=part)
                rest = [replace(mixed, minutes=mixed.minutes - part)] if mixed.minutes > part else []
                placed[place : place + 1] = [review, *rest]
    return placed
