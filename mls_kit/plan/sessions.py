"""What to do in a session, and what to open: question banks while they last, official sets, one's own provider, documents."""

from __future__ import annotations

import re
import textwrap
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from mls_kit.exam import Domain, Exam, PlanRules, Resource, load_method, minutes_per_question
from mls_kit.plan.days import clock_times, usual_week
from mls_kit.plan.schedule import Block, fill, free_blocks, with_exams, with_spare
from mls_kit.practice import load_bank, readiness_rule
from mls_kit.problems import InputError
from mls_kit.report import WEEKDAYS
from mls_kit.score_model import question_counts

if TYPE_CHECKING:
    from mls_kit.plan.build import Plan

ALL = "All domains"
_LONGEST, _NAME = 110, 45  # characters of what to do, and of a domain's name in it
_FEW = 3  # the last questions of a bank are not worth a visit below this many


@dataclass(frozen=True)
class Session:
    """One entry of the plan; ``kind``: study, practice, review, mixed, test, checkpoint (a practice exam) or buffer (spare)."""

    day: date
    start: str  # HH:MM
    minutes: int
    week: int  # 1 for the calendar week of the plan's first day
    kind: str
    domain: str  # its name, "All domains" or "Buffer"
    do: str
    short: str  # ``do`` in a few words
    questions: int  # how many fit, at the exam's pace and with time to explain
    resource: Resource | None
    if_then: str  # ties the session to its moment (Sheeran et al. 2024)
    opens: str = ""  # what to open, in words: a question bank and how many questions are left in it, a document
    task: str = ""  # the number of the task statement it is about
    number: int = 0  # of a practice exam
    check: bool = False  # whether it is the diagnostic set, which confirms a rating


@dataclass(frozen=True)
class Known:
    """What was done before the first day of a plan."""

    practiced: frozenset[int] = frozenset()  # numbers of domains that need no diagnostic set
    seen: frozenset[str] = frozenset()  # questions of the bank that are not new
    met: frozenset[tuple[int, str]] = frozenset()  # tasks, with the numbers of their domains, that come after the others


def exam_length(exam: Exam, rules: PlanRules) -> tuple[int, int]:
    """Return how many questions an exam has, and how many minutes there are for them; as the rules say where not known."""
    total = exam.most_questions or readiness_rule().usual_questions.total
    return total, exam.minutes.value or round(total * minutes_per_question(exam, rules))


def make_blocks(plan: Plan) -> list[Block]:
    """Return the sessions' time up to the exam, with themes by the shares of the priorities."""
    exam, method, ranked, off, exam_day = plan.target.facts, load_method(), plan.priorities, plan.days_off, plan.exam_day
    rules = method.plan
    blocks = free_blocks(plan.start, exam_day, plan.hours_per_week, off, rules) if exam_day else []
    if not exam_day or not blocks:
        return []
    lowest = method.priority.tiers[-1].name
    numbers = {domain.name: domain.number for domain in exam.domains}
    kept_up = {numbers[name] for name, tier in ranked["tier"].items() if tier == lowest}
    shares = {numbers[name]: float(share) for name, share in ranked["share"].items() if share > 0}
    blocks = with_exams(blocks, exam_day, exam_length(exam, rules)[1], rules)
    blocks = with_spare(blocks, sum(usual_week(plan.hours_per_week, off, rules).values()), rules)
    check = rules.diagnostic_questions * minutes_per_question(exam, rules)
    return fill(blocks, exam_day, shares, kept_up, plan.known.practiced, check, rules)


def describe(plan: Plan) -> list[Session]:
    """Return the sessions of a plan's blocks, in their order, with their start times."""
    blocks, starts, rules = plan.blocks, list[str](), load_method().plan
    for day, group in groupby(blocks, key=lambda block: block.day):
        starts += clock_times(day, [block.minutes for block in group], rules, plan.study_time)
    describer = _Describer(plan, rules, sum(block.kind == "checkpoint" for block in blocks))
    return [describer.session(block, start) for block, start in zip(blocks, starts, strict=True)]


class _Describer:
    """Turns blocks into sessions, walking through each domain's tasks, actions and documents, and through the questions."""

    def __init__(self, plan: Plan, rules: PlanRules, exams: int) -> None:
        self.exam, self.rules, self.exams = plan.target.facts, rules, exams
        self.asks = "Does your result fit your rating?" if plan.target.is_rated else "How many do you get right?"
        self.source = plan.practice_source or "your own practice questions"
        self.pace = minutes_per_question(self.exam, rules)
        self.turns: Counter[str] = Counter()
        self.met = plan.known.met
        self.studied: dict[int, str] = {}
        self.read: defaultdict[int, list[str]] = defaultdict(list)  # tasks in the order in which they were read
        self.to_try: dict[int, str] = {}  # tasks that were read and have a lab that comes next
        self.new = _new_questions(self.exam.code, plan.known.seen)
        self.pages, self.opened = _pages(self.exam.code), set[str]()
        self.official = {one.practice: one for one in reversed(self.exam.resources) if one.practice}

    def session(self, block: Block, start: str) -> Session:
        """Return the session of one block."""
        domain = self.exam.domains[block.domain - 1] if block.domain else None
        kind = "practice" if block.kind == "diagnostic" else block.kind
        name = domain.name if domain else "Buffer" if kind == "buffer" else ALL
        number = self._turn("exam") + 1 if kind == "checkpoint" else 0
        count = self._questions(block)
        resource: Resource | None = None
        task = self._task(domain, block.kind) if domain else ""
        if kind == "buffer":
            do, short, opens = "Spare time: catch up, or repeat questions you got wrong.", "spare", ""
            then = "catch up, or repeat questions I got wrong"
        elif kind == "study" and domain:
            do, short, then, resource = self._study(domain, task)
            self.opened.update([resource.url] if resource else [])
            opens = resource.title if resource else f"Your course or book: {self._about(domain, task)}"
        else:
            opens, resource, of_bank = self._source(block.kind, domain, task, count, number)
            about = self._about(domain, "" if of_bank else task)
            task = "" if of_bank or not domain else task
            do, short, then = self._set(block.kind, about, count, number)
        line = f"When it is {start} on {WEEKDAYS[block.day.weekday()]}, I will {then}."
        return Session(block.day, start, block.minutes, block.week, kind, name, do, short, count, resource, line, opens, task,
                       number, block.kind == "diagnostic")  # fmt: skip

    def _turn(self, what: str) -> int:
        self.turns[what] += 1
        return self.turns[what] - 1

    def _questions(self, block: Block) -> int:
        """Return how many questions fit; sets that are explained take longer, and are round numbers."""
        if block.kind in ("study", "buffer"):
            return 0
        if block.kind in ("diagnostic", "test", "checkpoint"):
            most = self.rules.diagnostic_questions if block.kind == "diagnostic" else exam_length(self.exam, self.rules)[0]
            return most if block.kind == "checkpoint" else max(1, min(most, int(block.minutes / self.pace + 1e-9)))
        count = max(1, int(block.minutes / (self.pace + self.rules.explain_minutes) + 1e-9))
        step = self.rules.set_step
        return count - count % step if count >= 2 * step else count

    def _task(self, domain: Domain, kind: str) -> str:
        """Return the number of a task: the next to read; for questions one that was read; none for whole domains."""
        tasks = sorted(domain.topics, key=lambda task: (domain.number, task) in self.met)
        if not tasks or kind in ("diagnostic", "review"):
            return ""
        read = self.read[domain.number]
        if kind == "study":
            known = self.to_try.get(domain.number)
        else:
            known = self.studied.pop(domain.number, None) if kind == "practice" else None
            known = known or (read[self._turn(f"set {domain.number}") % len(read)] if read else None)
        task = known or tasks[self._turn(f"task {domain.number}") % len(tasks)]
        if kind == "study":
            self.studied[domain.number] = task
            read += [task] * (task not in read)
        return task

    def _about(self, domain: Domain | None, task: str) -> str:
        if not domain or not task:
            return self._short(domain) if domain else "all domains"
        return f"task {task}" if task in domain.tasks else task

    def _short(self, domain: Domain) -> str:
        return domain.short if len(domain.short) <= _NAME else f"domain {domain.number}"

    def _study(self, domain: Domain, task: str) -> tuple[str, str, str, Resource | None]:
        """Return what to read or to try out: what to do, in short, how it starts, and the document."""
        turn = self._turn(f"study {domain.number}")
        actions, labs = domain.article.actions if domain.article else [], domain.kit.labs if domain.kit else {}
        text = actions[turn // 2] if turn % 2 and turn // 2 < len(actions) else ""
        title, about = domain.topics.get(task, ""), self._about(domain, task)
        own = self.pages.get(task, []) if not domain.article else []  # the article names its own for a domain
        pages = [page for page in own if page.url not in self.opened] or own or domain.resources
        times = (self.turns[f"task {domain.number}"] - 1) // len(domain.topics) if domain.topics else 0
        again, lead = (domain.number, task) in self.met or times > 0, "Lab"
        if self.to_try.pop(domain.number, None):
            text = labs[task]
        elif task in labs and not again:
            self.to_try[domain.number] = task
        elif task in labs and times and times % 2 == 0:
            text, lead = labs[task], "Lab again"
        if text:
            found = _fitting(text if own else f"{title or task} {text}", pages, turn) if pages else None
            return _cut(f"{lead}: {text[0].lower()}{text[1:]}."), "lab", "start the lab", found
        lead = "Back to your mistakes on" if again else "Read about"
        rest = f": {title[0].lower()}{title[1:]}" if title else "" if again else ", then explain the main points aloud"
        found = _fitting(title or f"{task} {labs.get(task, domain.name)}", pages or self.exam.resources[:1], turn // 2)
        do = f"{lead} {about}{rest}."
        do = do if len(do) <= _LONGEST else f"{lead} {about}."
        return do, f"read {about}", f"{'go back to my mistakes on' if again else 'read about'} {about}", found

    def _set(self, kind: str, about: str, count: int, number: int) -> tuple[str, str, str]:
        """Return what to do in a set of questions, in short, and how it starts."""
        these = f"{count} question{'s' * (count != 1)}"
        timed = these.replace(" ", " timed ")
        minutes = exam_length(self.exam, self.rules)[1]
        texts = {
            "diagnostic": (f"{timed} on {about}. {self.asks}", f"check: {count} q", f"answer {these} on {about}"),
            "review": (f"{these} on {about} without notes. Check each answer.", f"review: {count} q", f"review {about}"),
            "mixed": (f"{these} across all domains. Guess your score first.", f"mixed: {count} q", "start a mixed set"),
            "test": (f"{timed} across all domains, without notes.", f"test: {count} q", "start a timed test"),
            "checkpoint": (f"Practice exam {number}: {these} in {minutes} minutes, without notes.", f"practice exam {number}",
                           f"start practice exam {number}"),
        }  # fmt: skip
        usual = f"{these} on {about}. Explain every option.", f"{count} q on {about}", f"start {these} on {about}"
        return texts.get(kind, usual)

    def _source(self, kind: str, domain: Domain | None, task: str, count: int, number: int) -> tuple[str, Resource | None, bool]:
        """Return what to open for questions, its address, and whether it is the kit's bank; new questions are used up."""
        if kind == "checkpoint":
            if number == self.exams and "exam" in self.official:
                return self.official["exam"].title, self.official["exam"], False
            return _capital(f"{self.source}: a whole practice exam you haven't seen"), None, False
        parts: list[str] = []
        for bank, new in self.new.items():
            if domain and count and new[domain.number] >= min(count, _FEW):
                got = min(count, new[domain.number])
                new[domain.number] -= got
                count -= got
                left = f"{new[domain.number]} new questions left" if new[domain.number] else f"the last {got} new questions"
                parts.append(f"{bank}, {self._short(domain)} ({left})")
        if parts:
            return ", then ".join([*parts, *([self.source] if count else [])]), None, True
        domains = self.exam.domains
        if not domain and self.new and count >= len(domains):
            counts = question_counts([each.weight for each in domains], count)
            wanted = Counter({each.number: n for each, n in zip(domains, counts, strict=True)})
            for bank, new in self.new.items():
                if wanted <= new:
                    new -= wanted
                    return f"{bank}, all domains ({new.total()} new questions left)", None, True
        if not domain and "set" in self.official and not self._turn("official set"):
            return self.official["set"].title, self.official["set"], False
        return _capital(f"{self.source}: {self._about(domain, task)}"), None, False


def _new_questions(exam: str, seen: frozenset[str]) -> dict[str, Counter[int]]:
    """Return how many questions of each domain are new, by bank: the kit's first, then those of the learner's own."""
    found: dict[str, Counter[int]] = {}
    with suppress(InputError):  # there is no bank, or only one of the learner's own that has a mistake
        for question in load_bank(exam).questions:
            bank = f"{question.source} (your own bank, not the kit's)" if question.source else "Our question bank"
            found.setdefault(bank, Counter())[question.domain] += question.id not in seen
    return found


def _pages(exam: str) -> dict[str, list[Resource]]:
    """Return the official pages that the questions of the kit's bank lead to, by task; none without a bank."""
    found: dict[str, dict[str, Resource]] = {}
    with suppress(InputError):
        bank = load_bank(exam)
        for question in bank.questions:
            page = bank.documents[question.document] if question.document and not question.source else None
            if page and page.seen != "sdk":
                found.setdefault(question.task or "", {})[page.url] = Resource(title=page.title, url=page.url)
    return {task: list(pages.values()) for task, pages in found.items()}


def _cut(text: str) -> str:
    return textwrap.shorten(text, _LONGEST, placeholder=" ...", break_on_hyphens=False)


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


@lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:5] for word in re.findall(r"[a-z]{4,}", text.casefold())) - {"with", "model", "data"}


@lru_cache(maxsize=4096)
def _nearest(text: str, titles: tuple[str, ...]) -> list[int]:
    """Return the places of the titles that share most word stems with a text; all where nothing is shared."""
    stems = _stems(text)
    shared = [len(stems & _stems(title)) for title in titles]
    return [place for place, count in enumerate(shared) if count == max(shared)]


def _fitting(text: str, resources: list[Resource], turn: int) -> Resource | None:
    """Return the resource whose title shares most word stems with a text, in turn where several do."""
    best = _nearest(text, tuple(resource.title for resource in resources))
    return resources[best[turn % len(best)]] if best else None
