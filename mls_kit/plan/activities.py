"""What to do in a session, in words: tasks, actions, resources, questions, and the line that starts it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby

import pandas as pd

from mls_kit.exam import Domain, Exam, PlanRules, Resource, load_method, minutes_per_question
from mls_kit.plan.days import StudyDay, clock_times
from mls_kit.plan.schedule import Activity, fill, make_budgets, test_minutes
from mls_kit.report import WEEKDAYS, ScoreReport


@dataclass(frozen=True)
class Session:
    """One entry of the plan; ``kind``: study, practice, review, mixed, test, checkpoint or buffer."""

    day: date
    start: str  # HH:MM
    minutes: int
    week: int
    kind: str
    domain: str  # its name, "All domains" or "Buffer"
    do: str
    short: str  # ``do`` in a few words
    questions: int  # how many fit, at the exam's pace and with time to explain
    resource: Resource | None
    if_then: str  # ties the session to its moment (Sheeran et al. 2024)
    opens: str = ""  # what to open, in words: a question bank and how many questions are left in it, a document


ALL = "All domains"


def split_blocks(
    activities: list[Activity], weakish: set[int], exam: Exam, rules: PlanRules, practiced: frozenset[int] = frozenset()
) -> list[Activity]:
    """Split every block of a domain into study and practice; one of a weak domain not yet practiced starts with a diagnostic."""
    # a rating alone is weak evidence (Sinharay 2010)
    wanted = round(rules.diagnostic_questions * minutes_per_question(exam, rules) / 5) * 5
    diagnose = dict.fromkeys(weakish - practiced, wanted)
    split: list[Activity] = []
    for block in activities:
        if block.kind not in ("first pass", "depth"):
            split.append(block)
            continue
        left = block.minutes
        if part := min(left, diagnose.get(block.domain, 0)):
            diagnose[block.domain] -= part
            left -= part
            split.append(replace(block, kind="diagnostic", minutes=part))
        learn = int(left * (1 - rules.practice_share)) // 5 * 5 if block.domain in weakish and left >= 30 else 0
        pieces = (("study", learn), ("practice", left - learn))
        split += [replace(block, kind=kind, minutes=part) for kind, part in pieces if part]
    return split


@dataclass
class Describer:
    """Turns activities into sessions, walking through each domain's tasks, actions and resources in turn."""

    exam: Exam
    rules: PlanRules
    checkpoints: set[date]
    counts: Counter[str] = field(default_factory=Counter)
    studied: dict[int, str] = field(default_factory=dict)

    def session(self, activity: Activity, start: str) -> Session:
        """Return the session of one activity."""
        exam = self.exam
        domain = exam.domains[activity.domain - 1] if activity.domain else None
        kind = {"diagnostic": "practice"}.get(activity.kind, activity.kind)
        if kind == "test" and activity.day in self.checkpoints:
            kind = "checkpoint"
        resource: Resource | None = None
        if activity.kind == "study" and domain:
            do, resource = self._study(domain)
        else:
            do = self._other(activity, kind, domain)
        moment = f"{WEEKDAYS[activity.day.weekday()]} {start}"
        opening = {"study": "I open", "buffer": "I catch up on what slipped, or rest"}.get(kind, "I start")
        what = "" if kind == "buffer" else f" {do[0].lower()}{do[1:]}" if kind != "study" else f" {_name(domain)}: {do}"
        questions = self._questions(activity.minutes, activity.kind)
        name = domain.name if domain else "Buffer" if kind == "buffer" else ALL
        short = self._short(activity.kind if kind != "checkpoint" else kind, do, questions)
        return Session(activity.day, start, activity.minutes, activity.week, kind, name, do, short, questions, resource,
                       f"If it is {moment}, then {opening}{what}.")  # fmt: skip

    def _short(self, kind: str, do: str, questions: int) -> str:
        """Return the session in a few words, for a table of all of them."""
        if kind == "study":
            return do if do.startswith("hands-on") else do.removeprefix("read and take notes on ").split(",")[0]
        if kind == "buffer":
            return "buffer"
        name = {"practice": "set", "test": "practice test, set"}.get(kind, f"{kind}, set")
        return f"{name} {self.counts['set']} ({questions} q)"

    def _questions(self, minutes: int, kind: str) -> int:
        if kind in ("study", "buffer"):
            return 0
        explain = 0.0 if kind in ("test", "diagnostic") else self.rules.explain_minutes
        return max(1, int(minutes / (minutes_per_question(self.exam, self.rules) + explain) + 1e-9))

    def _study(self, domain: Domain) -> tuple[str, Resource | None]:
        turn = self.counts[f"study {domain.number}"]
        self.counts[f"study {domain.number}"] += 1
        actions = domain.article.actions if domain.article else []
        if actions and turn % 2:
            text = actions[turn // 2 % len(actions)]
            return f"hands-on: {text}", _fitting(text, domain.resources, turn, or_none=True)
        text = self.studied[domain.number] = self._task(domain, turn // 2 if actions else turn)
        resource = _fitting(text, domain.resources or self.exam.resources[:1], turn // 2)
        return f"read and take notes on {text}", resource

    def _task(self, domain: Domain, turn: int) -> str:
        if not domain.tasks:
            return f"one objective of {domain.name}"
        number, title = list(domain.tasks.items())[turn % len(domain.tasks)]
        return f"task {number}, {title}"

    def _other(self, activity: Activity, kind: str, domain: Domain | None) -> str:
        count = self._questions(activity.minutes, activity.kind)
        self.counts["set"] += kind in ("practice", "mixed", "review", "test", "checkpoint")
        number, questions = self.counts["set"], f"{count} {'question' if count == 1 else 'questions'}"
        if activity.kind == "diagnostic":
            return f"Set {number}, diagnostic: {questions} on all of {_name(domain)}, timed, no notes"
        if kind == "practice" and domain:
            turn = self.counts[f"practice {domain.number}"]
            self.counts[f"practice {domain.number}"] += 1
            task = self.studied.get(domain.number) or self._task(domain, turn)
            return f"Set {number}: {questions} on {task}; explain every option"
        if kind == "review":
            return f"Set {number}, review: {questions} on {_name(domain)} from memory, then check"
        if kind == "mixed":
            return f"Set {number}, mixed: {questions} across all domains by exam weight; predict your score first"
        if kind == "test":
            return f"Set {number}, weekly practice test: {questions}, timed, all domains"
        if kind == "checkpoint":
            return f"Set {number}, checkpoint: {questions} not seen before, timed, all domains; score each domain"
        return "Buffer: catch up on what slipped, or rest"


@lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:5] for word in re.findall(r"[a-z]{4,}", text.casefold())) - {"with", "model", "data"}


@lru_cache(maxsize=4096)
def _nearest(text: str, titles: tuple[str, ...]) -> list[int]:
    """Return the places of the titles that share most word stems with a text; none where nothing is shared."""
    stems = _stems(text)
    shared = [len(stems & _stems(title)) for title in titles]
    return [place for place, count in enumerate(shared) if count == max(shared)] if any(shared) else []


def _fitting(text: str, resources: list[Resource], turn: int, or_none: bool = False) -> Resource | None:
    """Return the resource whose title shares most word stems with a text; otherwise the next one in turn."""
    best = _nearest(text, tuple(resource.title for resource in resources))
    if best:
        return resources[best[turn % len(best)]]
    return None if or_none or not resources else resources[turn % len(resources)]


def _name(domain: Domain | None) -> str:
    return domain.name if domain else ALL


def describe(
    activities: list[Activity], starts: list[str], checkpoints: set[date], exam: Exam, rules: PlanRules
) -> list[Session]:
    """Return the sessions of activities, in their order, with the given start times."""
    describer = Describer(exam, rules, checkpoints)
    return [describer.session(activity, start) for activity, start in zip(activities, starts, strict=True)]


@dataclass(frozen=True)
class Goal:
    """A measurable goal for one domain, and the day by which it is checked."""

    domain: str
    measure: str
    by: date


def make_sessions(
    report: ScoreReport,
    ranked: pd.DataFrame,
    days: list[StudyDay],
    exam_day: date,
    rules: PlanRules,
    study_time: str | None,
    practiced: frozenset[int] = frozenset(),
) -> tuple[list[Session], list[Goal]]:
    """Fill the study days by the shares of ``ranked``, with a goal for each domain; ``practiced``: numbers of domains."""
    exam, method = report.facts, load_method()
    if not days or not sum(day.minutes for day in days):
        return [], []
    numbers = {domain.name: domain.number for domain in exam.domains}
    lowest = method.priority.tiers[-1].name
    maintained = {numbers[name] for name, tier in ranked["tier"].items() if tier == lowest}
    shares = {numbers[name]: float(share) for name, share in ranked["share"].items()}
    tests = test_minutes(days, exam.minutes.value or 180, rules)
    total = sum(day.minutes for day in days)
    single = min(int(total * rules.domain_share), total - sum(tests.values()))
    budgets = make_budgets(single, shares, maintained, rules)
    for budget in budgets:
        budget.known |= budget.domain in practiced
    activities = fill(days, exam_day, budgets, tests, rules)
    goals = _goals(ranked, activities, sorted(tests), exam_day, numbers, rules)
    activities = split_blocks(activities, set(shares) - maintained, exam, rules, practiced)
    in_order, every = sorted(tests), rules.checkpoint_every_weeks
    checkpoints = set(in_order[every - 1 :: every]) | set(in_order[-rules.readiness_sets :])
    return describe(activities, start_times(activities, rules, study_time), checkpoints, exam, rules), goals


def start_times(activities: list[Activity], rules: PlanRules, study_time: str | None) -> list[str]:
    """Return when each activity starts, as HH:MM."""
    starts: list[str] = []
    for day, group in groupby(activities, key=lambda activity: activity.day):
        starts += clock_times(day, [activity.minutes for activity in group], rules, study_time)
    return starts


def _goals(
    ranked: pd.DataFrame,
    activities: list[Activity],
    tests: list[date],
    exam_day: date,
    numbers: dict[str, int],
    rules: PlanRules,
) -> list[Goal]:
    """One goal a domain, checked at the first test after its first pass."""
    goals = []
    for name in ranked.index:
        days = [a.day for a in activities if a.domain == numbers[name] and a.kind == "first pass"]
        end = max(days, default=activities[0].day)
        by = next((day for day in tests if day >= end), exam_day - timedelta(days=1))
        measure = (
            f"Answer {rules.goal_percent} % of {rules.diagnostic_questions} fresh {name} questions right, "
            f"timed, in {rules.readiness_sets} sets"
        )
        goals.append(Goal(name, measure, by))
    return goals
