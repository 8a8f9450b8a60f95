"""Which theme in which session? A week's sessions, practice exams and spare time first; then the domains, by what is due."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate, groupby
from typing import NamedTuple

from mls_kit.exam import PlanRules
from mls_kit.plan.days import minutes_by_day, week_of
from mls_kit.report import DaysOff


class Block(NamedTuple):
    """The time of one session; ``domain`` is its number, 0 where all domains are meant or none."""

    day: date
    week: int
    minutes: int
    kind: str = ""  # study, diagnostic, practice, review, mixed, test, checkpoint or buffer; empty where still to choose
    domain: int = 0


def free_blocks(start: date, exam_day: date, hours_per_week: float, days_off: DaysOff, rules: PlanRules) -> list[Block]:
    """Return the sessions before the exam: each day's minutes in parts, all but the last as long as a session may be."""
    _, longest = rules.session_minutes
    blocks, before = [], (start - week_of(start)).days
    for ahead, minutes in enumerate(minutes_by_day(start, exam_day, hours_per_week, days_off, rules)):
        day = start + timedelta(days=ahead)
        parts = [longest] * (minutes // longest) + [minutes % longest] * (minutes % longest > 0)
        blocks += [Block(day, (before + ahead) // 7 + 1, part) for part in parts]
    return blocks


# -- Practice exams


def with_exams(blocks: list[Block], exam_day: date, length: int, rules: PlanRules) -> list[Block]:
    """Put in practice exams of ``length`` minutes: the last two in the last two weeks, the others evenly before them.

    Where a day is too short, the time of other days of its week is used; where a week is, the exam is a shorter test.
    """
    rule, total = rules.practice_exams, sum(block.minutes for block in blocks)
    whole = -(-length // rules.session_minutes[1]) * rules.session_minutes[1]  # as whole sessions
    least = min(int(total * rule.share_at_most / length), rule.least)
    count = min(max(int(total * rule.share / whole), least), rule.most)
    for day in _exam_days(blocks, exam_day, count, rules):
        blocks = _with_exam(blocks, day, length, rules)
    return blocks


def _exam_days(blocks: list[Block], exam_day: date, count: int, rules: PlanRules) -> list[date]:
    """Choose in weeks counted back from the exam, which lie a few days before it, the day with most time, late in the week."""
    minutes: Counter[date] = Counter()
    for block in blocks:
        minutes[block.day] += block.minutes
    rule = rules.practice_exams
    best: dict[int, date] = {}
    for day in sorted(minutes, key=lambda day: (minutes[day], day.weekday() >= 5, day)):
        back = (exam_day - day).days - rule.days_before
        if back >= 0 and day >= blocks[0].day + timedelta(days=rule.not_before):
            best[back // 7] = day
    weeks = sorted(best)[::-1]
    last, others = weeks[-rules.readiness_sets :], weeks[: -rules.readiness_sets]
    more = min(count - len(last), len(others))
    if count < len(last):
        last = last[len(last) - count :]
    chosen = [others[(2 * n + 1) * len(others) // (2 * more)] for n in range(more)]
    return [best[week] for week in [*chosen, *last]]


def _with_exam(blocks: list[Block], day: date, length: int, rules: PlanRules) -> list[Block]:
    """Turn sessions of one day into a practice exam, and sessions of the days around it where they are too short."""
    shortest, _ = rules.session_minutes
    (week,) = {block.week for block in blocks if block.day == day}
    own = [block for block in blocks if block.day == day and not block.kind]
    near = [block for block in blocks if block.week == week and block.day != day and not block.kind]
    near.sort(key=lambda block: abs(block.day - day))
    whole = sum(block.minutes for block in (*own, *near)) >= length
    taken, minutes = [], 0
    for block in [*own, *(near if whole else [])]:
        if minutes < length:
            taken.append(block)
            minutes += block.minutes
    left = minutes - length
    rest = []
    if left >= shortest and taken[-1].day != day:  # the last of the other days keeps what is not needed
        rest, minutes = [taken[-1]._replace(minutes=left)], length
    exam = own[0]._replace(minutes=minutes, kind="checkpoint" if whole else "test")
    kept = [block for block in blocks if not any(block is one for one in taken)]
    return sorted([*kept, *rest, exam], key=lambda block: (block.day, not block.kind))


# -- Spare time


def with_spare(blocks: list[Block], usual: int, rules: PlanRules) -> list[Block]:
    """Keep the end of each week free, where it needs mending; ``usual``: minutes a week.

    A week with less than half of them has no spare time, and hands on what it owes only where the plan has too little.
    """
    done = list(blocks)
    for hand_on in (False, True):
        owed, done = 0.0, []
        weeks = [list(group) for _, group in groupby(blocks, key=lambda block: block.week)]
        for place, week in enumerate(weeks):
            total, last = sum(block.minutes for block in week), place == len(weeks) - 1
            short = 2 * total < usual and not last
            owed += total * rules.buffer_share * (hand_on or not short)
            if not short:
                week, spare = _spared(week, owed, total * rules.buffer_off, last, rules)
                owed = 0.0 if abs(owed - spare) <= total * rules.buffer_off else owed - spare
            done += week
        spare = sum(block.minutes for block in done if block.kind == "buffer")
        if spare >= (rules.buffer_share - rules.buffer_off) * sum(block.minutes for block in blocks):
            break
    return done


def _spared(week: list[Block], wanted: float, off: float, light: bool, rules: PlanRules) -> tuple[list[Block], int]:
    """Make the last sessions of a week spare ones, whole where that is near enough; return the spare minutes, too.

    A ``light`` week, that of the exam, has rather more than less.
    """
    shortest, spare = rules.session_minutes[0], 0
    blocks = list(week)
    for place in reversed(range(len(blocks))):
        block, left = blocks[place], wanted - spare
        if block.kind:
            continue
        if block.minutes <= left + off or (light and block.minutes <= 2 * left):
            blocks[place] = block._replace(kind="buffer")
            spare += block.minutes
            continue
        part = min(round(left / 5) * 5, block.minutes - shortest)
        if left > off and part >= shortest:
            rest = block._replace(minutes=block.minutes - part)
            blocks[place : place + 1] = [rest, block._replace(minutes=part, kind="buffer")]
            spare += part
        break
    return blocks, spare


# -- Themes


@dataclass
class Theme:
    """What is left of one domain's time, in minutes; its reviews come after its first pass, or at once where it has none."""

    domain: int
    in_all: float
    first_pass: float
    kept_up: bool  # its rating only has to be kept: mostly reviews
    checked: bool  # needs no diagnostic set any more
    left: float = 0.0
    due: list[date] = field(default_factory=list)
    spent: Counter[str] = field(default_factory=Counter)

    def plan_reviews(self, first: date, exam_day: date, length: float, rules: PlanRules) -> None:
        """Set the days of reviews, as many as fit in their share of the time in sessions of ``length``."""
        share = rules.review_share_maintenance if self.kept_up else rules.review_share
        count = min(round(share * self.in_all / length), len(rules.review_gaps))
        few = self.in_all < 3 * length and not self.kept_up
        self.due = review_days(first, exam_day, 0 if few else max(count, 1), rules)

    def take(self, block: Block, rules: PlanRules) -> Block:
        """Return a session of this domain: a review that is due, the diagnostic set, else reading and questions in turn."""
        minutes, so_far = block.minutes, self.spent.total() + block.minutes
        kind = "practice"
        if self.due and self.due[0] <= block.day:
            kind = "review"
            del self.due[0]
        elif self.kept_up:
            share = rules.review_share_maintenance
            kind = "practice" if self.spent and self.spent["review"] + minutes > share * so_far else "review"
        elif not self.checked:
            kind, self.checked = "diagnostic", True
        elif minutes >= rules.study_least and self.spent["study"] + minutes <= (1 - rules.practice_share) * so_far:
            kind = "study"
        self.spent[kind] += minutes
        self.left -= minutes
        self.first_pass -= minutes
        return block._replace(kind=kind, domain=self.domain)


def review_days(first: date, exam_day: date, count: int, rules: PlanRules) -> list[date]:
    """Return the days of reviews, at growing gaps counted back from the exam (Cepeda et al. 2008; Kang et al. 2014)."""
    whole = sum(rules.review_gaps)
    gaps = rules.review_gaps[:count]
    span = (exam_day - first).days
    parts = [part * whole / sum(gaps) for part in accumulate(gaps)]
    back = [max(1, round(span * (1 - part))) for part in parts]
    return [max(first, exam_day - timedelta(days=days)) for days in back]


def fill(
    blocks: list[Block],
    exam_day: date,
    shares: dict[int, float],
    kept_up: set[int],
    practiced: frozenset[int],
    check_minutes: float,
    rules: PlanRules,
) -> list[Block]:
    """Give every free session a theme: mixed sets towards the end, else the domains by their shares (percent, by number).

    Each domain's time is within one session of its share. A day has two themes at most, an evening one where it can.
    """
    blocks = _with_mixed(blocks, rules)
    free = [block.minutes for block in blocks if not block.kind]
    if not free:
        return blocks
    length, themes = sum(free) / len(free), []
    for domain, share in shares.items():
        in_all, kept = sum(free) * share / 100, domain in kept_up
        first_pass = 0 if kept or domain in practiced else in_all * rules.first_pass_share
        themes.append(Theme(domain, in_all, first_pass, kept, kept or domain in practiced, in_all))
    for theme in themes:
        if theme.first_pass <= 0:
            theme.plan_reviews(blocks[0].day, exam_day, length, rules)
    filled: list[Block] = []
    for day, group in groupby(blocks, key=lambda block: block.day):
        today = list(group)
        met = {block.domain for block in today if block.kind not in ("", "buffer")}
        for block in today:
            if not block.kind:
                able = [theme for theme in themes if len(met) < rules.most_themes or theme.domain in met]
                theme = _choose(able or themes, block, met, check_minutes)
                before = theme.first_pass
                block = theme.take(block, rules)
                if before > 0 >= theme.first_pass:
                    theme.plan_reviews(day, exam_day, length, rules)
                met.add(theme.domain)
            filled.append(block)
    return _balanced(filled, themes, rules)


def _balanced(blocks: list[Block], themes: list[Theme], rules: PlanRules) -> list[Block]:
    """Move sessions from domains far above their share to domains below, where two themes a day held them back."""
    done, (shortest, longest) = list(blocks), rules.session_minutes
    while True:
        order = sorted(themes, key=lambda theme: (not theme.spent and theme.left >= shortest, theme.left), reverse=True)
        over = min(themes, key=lambda theme: theme.left)
        if order[0].spent and max(order[0].left, -over.left) < longest:
            return done
        met: dict[date, set[int]] = {}
        for block in done:
            met.setdefault(block.day, set()).update({block.domain} if block.kind != "buffer" else ())
        found = [
            (under, place)
            for under in order
            for place, block in enumerate(done)
            if block.domain == over.domain and block.kind != "diagnostic" and block.minutes < under.left - over.left
            and (len(met[block.day]) < rules.most_themes or under.domain in met[block.day])
        ]  # fmt: skip
        if not found:
            return done
        under = found[0][0]
        place = max((p for theme, p in found if theme is under), key=lambda place: (done[place].kind == "study", place))
        over.left += done[place].minutes
        under.left -= done[place].minutes
        under.spent["practice"] += done[place].minutes
        done[place] = done[place]._replace(kind="practice", domain=under.domain)


def _choose(themes: list[Theme], block: Block, met: set[int], check_minutes: float) -> Theme:
    """Choose what comes next: a review that is due, this evening's theme, the first pass by priority, then turns (rohrer2019).

    Only where no domain has time left for the whole session may one go beyond its share: the one with most left, and
    before it one that has had nothing. So none ends further from its share than one session.
    """
    able = [theme for theme in themes if theme.left >= block.minutes]
    if not able:
        return max(themes, key=lambda theme: (not theme.spent and 2 * theme.left >= block.minutes, theme.left))
    able = [theme for theme in able if theme.checked or block.minutes >= check_minutes] or able
    if due := [theme for theme in able if theme.due and theme.due[0] <= block.day]:
        return min(due, key=lambda theme: theme.due[0])
    if block.day.weekday() < 5 and (same := [theme for theme in able if theme.domain in met]):
        return same[0]
    if first := [theme for theme in able if 2 * theme.first_pass >= block.minutes]:
        return first[0]
    return max(able, key=lambda theme: theme.left / theme.in_all)


def _with_mixed(blocks: list[Block], rules: PlanRules) -> list[Block]:
    """Make sessions mixed sets, every second one counted back from the exam, as many as single domains leave."""
    studied = [block.minutes for block in blocks if block.kind != "buffer"]
    left = (1 - rules.domain_share) * sum(studied) - sum(block.minutes for block in blocks if block.kind not in ("", "buffer"))
    done = list(blocks)
    places = [place for place, block in enumerate(blocks) if not block.kind]
    for place in places[::-2]:
        if 2 * left >= blocks[place].minutes:
            done[place] = blocks[place]._replace(kind="mixed")
            left -= blocks[place].minutes
    return done
