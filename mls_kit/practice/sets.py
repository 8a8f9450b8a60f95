"""Which questions to practice with next: seeded sets from a bank, of questions not seen before; the choice is model."""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from random import Random

from mls_kit.exam import Domain, Exam, find_exam, load_method, minutes_per_question
from mls_kit.html import render
from mls_kit.practice.questions import Document, Question, load_bank
from mls_kit.practice.rule import readiness_rule
from mls_kit.problems import InputError, Problem, nearest, shown
from mls_kit.report import find_domain
from mls_kit.score_model import share_out

KINDS = {
    "mixed": "mixed by the exam's weights",
    "domain": "one domain",
    "pairs": "pairs that are easy to confuse, mixed",
    "diagnostic": "diagnostic of one domain",
    "full": "full length, with a time limit",
}
USUAL = 20  # questions, where no number is asked for


@dataclass(frozen=True)
class PracticeSet:
    """Questions to answer, in order, each with its options in order."""

    exam: str
    kind: str
    domain: str  # its name, or "mixed"
    seed: int  # gives the same set again from the same unseen questions
    asked: int  # how many were wanted
    questions: tuple[Question, ...]
    documents: tuple[Document | None, ...]
    minutes: int  # at the exam's pace
    words: str  # what must be known about it

    @property
    def set_id(self) -> str:
        """A short name that differs where the questions differ."""
        digest = hashlib.sha256(" ".join(question.id for question in self.questions).encode()).hexdigest()[:6]
        return f"{self.kind}-{len(self.questions)}-seed{self.seed}-{digest}"

    @property
    def title(self) -> str:
        """What the set is, in a few words."""
        where = f": {self.domain}" if self.kind in ("domain", "diagnostic") else ""
        return f"{self.exam}, {KINDS[self.kind]}{where}"

    @property
    def whose(self) -> str:
        """Whose questions these are, as a log names it."""
        names = list(dict.fromkeys(question.source or "own set" for question in self.questions))
        return ", ".join([*names[:3], *([f"{len(names) - 3} more"] if names[3:] else [])])  # a log's cell has its limit

    @property
    def others(self) -> dict[tuple[str, str], int]:
        """How many questions are not the kit's, by their source and license."""
        return _others(self.questions)

    def first(self, count: int) -> PracticeSet:
        """Return the set as if it ended after so many questions."""
        minutes = math.ceil(self.minutes * count / len(self.questions))
        return replace(self, questions=self.questions[:count], documents=self.documents[:count], minutes=minutes)


def _by_turns(questions: Iterable[Question], random: Random) -> list[Question]:
    """Order the questions of a domain so that its tasks take turns: any beginning of the list touches many tasks."""
    tasks: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        tasks[question.task or ""].append(question)
    piles = list(tasks.values())
    random.shuffle(piles)
    for pile in piles:
        random.shuffle(pile)
    return [question for turn in zip_longest(*piles) for question in turn if question]


def _others(questions: Iterable[Question]) -> dict[tuple[str, str], int]:
    return dict(Counter((question.source, question.license) for question in questions if question.source))


def _kits_first(questions: list[Question], random: Random) -> list[Question]:
    """Order the questions of a domain by turns, those of the kit before all others."""
    groups = [question for question in questions if not question.source], [one for one in questions if one.source]
    return [question for group in groups for question in _by_turns(group, random)]


def _mixed(exam: Exam, free: list[Question], count: int, random: Random) -> tuple[list[Question], str]:
    """Choose by the exam's weights; where a domain has too few, the whole set is shorter and the weights are kept."""
    piles = [_kits_first([q for q in free if q.domain == domain.number], random) for domain in exam.domains]
    weights = [domain.weight for domain in exam.domains]
    most = count
    while any(want > len(pile) for want, pile in zip(share_out(weights, most), piles, strict=True)):
        most -= 1
    scarce = [
        f"{domain.name} has {len(pile)} left and {want} would be needed"
        for domain, pile, want in zip(exam.domains, piles, share_out(weights, count), strict=True)
        if want > len(pile)
    ]
    chosen = [q for want, pile in zip(share_out(weights, most), piles, strict=True) for q in pile[:want]]
    random.shuffle(chosen)
    return chosen, f"{'; '.join(scarce)}. The set keeps the exam's weights." if scarce else ""


def _families(free: list[Question]) -> list[list[Question]]:
    """Group questions that separate a thing from another: those that share a thing belong together, by chains."""
    found: list[tuple[set[str], list[Question]]] = []
    for question in free:
        names, members = set(question.separates or ()), [question]
        if not names:
            continue
        for family in [family for family in found if family[0] & names]:
            names |= family[0]
            members = family[1] + members
            found.remove(family)
        found.append((names, members))
    return [members for _, members in found if len(members) > 1]


def _linked(family: list[Question], random: Random) -> list[Question]:
    """Order a family at random so that each question shares a thing with one before it: any beginning holds together."""
    waiting = random.sample(family, len(family))
    order = [waiting.pop()]
    while waiting:
        met = {name for question in order for name in question.separates or ()}
        order.append(next(question for question in waiting if met & set(question.separates or ())))
        waiting.remove(order[-1])
    return order


def _fitting(sizes: Sequence[int], count: int) -> list[int]:
    """Return how many to take of each family, none or at least two, so that the sum comes as near to count as can be."""
    ways: dict[int, list[int]] = {0: []}
    for size in sizes:
        for total, taken in list(ways.items()):
            ways[total] = [*taken, 0]
            for take in range(2, size + 1):
                if total + take <= count:
                    ways.setdefault(total + take, [*taken, take])
    return ways[max(ways)]


def _apart(families: list[list[Question]], random: Random) -> list[Question]:
    """Order the questions so that neighbors are of different families; no family has more than half of them."""
    left = [list(family) for family in families if family]
    order: list[Question] = []
    last: list[Question] | None = None
    while any(left):
        others = [family for family in left if family and family is not last]
        most = max(len(family) for family in others)
        last = random.choice([family for family in others if len(family) == most])
        order.append(last.pop())
    return order


def _pairs(free: list[Question], count: int, random: Random) -> tuple[list[Question], str]:
    families = [_linked(family, random) for family in _families(free)]
    random.shuffle(families)
    taken = _fitting([min(len(family), (count + 1) // 2) for family in families], count)
    most = max(taken, default=0)
    others = sum(taken) - most
    if most > others + 1:  # one large family and little else: neighbors could not differ
        taken[taken.index(most)] = others + 1 if others else 0
    order = _apart([family[:take] for family, take in zip(families, taken, strict=True)], random)
    belong = "unseen questions belong to a group of two or more that share a thing to tell apart"
    return order, f"{sum(map(len, families))} {belong}." if len(order) < count else ""


def _domain(exam: Exam, domain: object, kind: str) -> Domain:
    found = find_domain(domain, exam) if domain else None
    if found is None:
        names = [one.name for one in exam.domains]
        expected = f"a domain of {exam.code}. Choose one for this kind of set: {'; '.join(names)}"
        problem = Problem("domain", shown(domain or "") or "nothing", expected, nearest(domain or "", names))
        raise InputError("The practice set", [problem])
    return found


def _count(exam: Exam, kind: str, questions: int | None) -> int:
    """Return how many questions are wanted; a diagnostic and a full-length set have their own number."""
    full = exam.most_questions or readiness_rule().usual_questions.total
    fixed = {"diagnostic": load_method().plan.diagnostic_questions, "full": full}.get(kind)
    if fixed and questions not in (None, fixed):
        expected = f"{fixed}, the length of a set of this kind"
        raise InputError("The practice set", [Problem("questions", str(questions), expected, str(fixed))])
    least = 4 if kind == "pairs" else 1  # two pairs, taking turns
    count = fixed or (USUAL if questions is None else questions)
    if count < least:
        raise InputError("The practice set", [Problem("questions", str(count), f"a number of at least {least}", str(USUAL))])
    return count


def practice_set(
    exam: str, kind: str = "mixed", questions: int | None = None, *, domain: object = None, seed: int = 1, seen: Iterable[str] = ()
) -> PracticeSet:
    """Return questions to practice with: fewer than asked for rather than one twice; ``words`` says by how much and why.

    Parameters
    ----------
    kind : "mixed" by the exam's weights, one "domain", confusable "pairs", 20-question "diagnostic", "full" length
    questions : how many; 20 if left out; a diagnostic and a full-length set have their own number
    domain : number, name or unique beginning of a name; needed for "domain" and "diagnostic"
    seen : ids of questions that were seen before; none of them is in the set

    An InputError where the kit has no questions for the exam, no unseen one is left, or a value does not fit.

    >>> practice_set("MLS-C01", "mixed", 10, seed=3) == practice_set("MLS-C01", "mixed", 10, seed=3)
    True
    """
    bank, seen = load_bank(exam), set(seen)
    facts = find_exam(bank.exam)
    if kind not in KINDS:
        expected = "one of " + ", ".join(KINDS)
        raise InputError("The practice set", [Problem("kind", shown(kind), expected, nearest(kind, KINDS))])
    asked = _count(facts, kind, questions)
    free: list[Question] = [question for question in bank.questions if question.id not in seen]
    place = _domain(facts, domain, kind) if kind in ("domain", "diagnostic") else None
    random = Random(f"{bank.exam} {kind} {place.number if place else 0} {asked} {seed}")
    if place:
        left = [question for question in free if question.domain == place.number]
        chosen = _kits_first(left, random)[:asked]
        random.shuffle(chosen)
        why = f"{place.name} has {len(left)} left."
    elif kind == "pairs":
        chosen, why = _pairs([question for question in free if not question.source], asked, random)
        if len(chosen) < asked and _others(free):
            chosen, why = _pairs(free, asked, random)
    else:
        chosen, why = _mixed(facts, free, asked, random)
    if not chosen:
        value = f"{asked} from {len(free)} unseen"
        expected = f"possible without repeating a question. {why} Another kind of set may still have some"
        raise InputError("The practice set", [Problem("questions", value, expected)])
    pace = minutes_per_question(facts, load_method().plan)
    return PracticeSet(
        bank.exam, kind, place.name if place else "mixed", seed, asked,
        tuple(_shuffled(question, seed) for question in chosen),
        tuple(bank.document(question) for question in chosen),
        math.ceil(len(chosen) * pace),
        str(render("practice/said.html.j2", "set_of", exam=facts, bank=bank, asked=asked, got=len(chosen),
                   seen=len(bank.questions) - len(free), why=why, pace=pace, others=_others(chosen))),
    )  # fmt: skip


def _shuffled(question: Question, seed: int) -> Question:
    options = list(question.options)
    Random(f"{question.id} {seed}").shuffle(options)
    return question.model_copy(update={"options": options})
