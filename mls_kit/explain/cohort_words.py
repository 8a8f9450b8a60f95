"""The page of a group in words and tables: what is there, what is chance, who could study what together, what is hidden."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import pandas as pd

from mls_kit.cohort import CohortView, Counts, ExamGroup
from mls_kit.exam import load_method
from mls_kit.explain.cohort_figures import counts_bars, ratings_bars, visible_domains, weak_shares
from mls_kit.explain.figure import Chart
from mls_kit.explain.report_words import cite, items
from mls_kit.html import Block, badge, join, legend, table

__all__ = ["chance", "hidden", "opening", "priorities", "ratings", "retakes", "sources", "timelines", "workshops",
           "wrong_rows"]  # fmt: skip

_NAMED = 60  # pseudonyms of one workshop written out


def opening(view: CohortView) -> Block:
    """Say who is here, and of whom nothing is shown."""
    parts = ["<p><b>These learners are invented</b>: no cohort was given.</p>"] if view.sample else []
    parts.append(table(view.people.reset_index(), f"Learners by exam and their latest attempt, on {view.today}"))
    shown = [group.exam.code for group in view.groups]
    left = [code for code in view.people.index if code not in shown]
    small = [code for code in left if view.people.loc[code, "did not pass"] != "0"]
    if small:
        parts.append(
            f"<p>Nothing more is shown of {escape(', '.join(small))}: fewer than {view.least} learners have an attempt "
            "to repeat there.</p>"
        )
    if not shown:
        parts.append(f"<p>No exam has {view.least} learners with an attempt to repeat. There is no group to show.</p>")
    return join([*parts, legend()])


def hidden(view: CohortView) -> Block:
    """Say what is hidden, and why."""
    pieces = [(group.ratings, "ratings") for group in view.groups] + [
        (group.tiers, "timeline") for group in view.groups
    ]
    pieces += [(group.when, "retake") for group in view.groups]
    count = sum(int(counts.hidden.sum()) for counts, _ in pieces)
    said = [
        "Learners appear under pseudonyms only, in an order that tells nothing. No id and no name is on this page.",
        f"A count of 1 to {view.least - 1} learners is hidden. So is at least one other count beside it, as large as it takes "
        f"that nobody can work it out by subtraction: {count} counts in all. Both are written alike.",
        f"Averages are given for {2 * view.least} learners or more, rounded to 5 points. No totals over exams are given.",
        "Two such pages of the same people can be compared: a page for last week and one for today show who came between. "
        "Hand on one of them.",
    ]
    return Block(items(said))


def ratings(view: CohortView) -> Block:
    """Show the ratings by domain, exam by exam."""

    def one(group: ExamGroup) -> list[str]:
        if not visible_domains(group):
            return [_all_hidden(group)]
        frame = group.ratings.words().reset_index()
        frame.insert(1, "weight", [f"{domain.weight:g} %" for domain in group.exam.domains])
        return [_markup(ratings_bars(group)), table(frame, f"{group.exam.code}: learners by domain and rating")]

    return _each(view, one)


def chance(view: CohortView) -> Block:
    """Say which shared weaknesses are more than chance, with intervals."""

    def one(group: ExamGroup) -> list[str]:
        names, found = visible_domains(group), group.chance
        if found is None:
            return ["<p>The number of questions is not known: the score model cannot be asked.</p>"]
        if not names:
            return [_all_hidden(group)]
        weak = found.weak.loc[names].sort_values("mean", ascending=False)
        rated = group.ratings.table.loc[weak.index].iloc[:, 0]
        frame = pd.DataFrame(
            {
                "domain": weak.index,
                "rated weak": [f"{count} of {group.size}" for count in rated],
                "truly weak (model)": [f"{100 * mean:.0f} %" for mean in weak["mean"]],
                "90 % interval": [
                    f"{100 * a:.0f} to {100 * b:.0f} %" for a, b in zip(weak["low"], weak["high"], strict=True)
                ],
            }
        )
        caption = f"{group.exam.code}: weak in truth means under {100 * found.bound:.0f} % of such questions right"
        parts = [_markup(weak_shares(group, found)), table(frame, caption), _told_apart(group)]
        if group.size >= 2 * view.least:
            mean, low, high = found.passes
            parts.append(
                f"<p>If all {found.learners} sat another form today without study, the model expects about {mean:.0f} to "
                f"pass; {low} to {high} would be no surprise. {badge('model')}</p>"
            )
        if found.left_out >= view.least:
            parts.append(f"<p>{found.left_out} reports are left out: impossible under the model's assumptions.</p>")
        return parts

    return _each(view, one)


def _told_apart(group: ExamGroup) -> str:
    """Say which domains can be told apart, by chance alone."""
    names = visible_domains(group)
    if len(names) < 2 or group.chance is None:
        return ""
    pairs = group.chance.alike(names)
    every = len(names) * (len(names) - 1) // 2
    if len(pairs) == every:
        return (
            "<p><b>No difference between these domains is more than chance brings.</b> Which one comes first in this group "
            f"could be another one after another form. {badge('model')}</p>"
        )
    mean = group.chance.weak["mean"]
    apart = [
        (one, other) if mean[one] > mean[other] else (other, one)
        for place, one in enumerate(names)
        for other in names[place + 1 :]
        if (one, other) not in pairs
    ]
    more = [f"{escape(one)} is weak more often than {escape(other)}" for one, other in apart]
    return f"<p>More than chance {badge('model')}: {'; '.join(more)}. Every other difference may be chance.</p>"


def priorities(view: CohortView) -> Block:
    """Show the mean share of study time by domain."""

    def one(group: ExamGroup) -> list[str]:
        if group.shares is None:
            return [f"<p>Not shown: an average needs {2 * view.least} learners here.</p>"]
        frame = pd.DataFrame(
            {
                "domain": group.shares.index,
                "weight": [f"{domain.weight:g} %" for domain in group.exam.domains],
                "mean share of study time": [f"about {share} %" for share in group.shares],
            }
        )
        order = group.shares.reset_index(drop=True).sort_values(ascending=False, kind="stable").index
        caption = f"{group.exam.code}: where the article's method puts the time"
        return [table(frame.iloc[order], caption), f"<p>{badge('model')}</p>"]

    return _each(view, one)


def timelines(view: CohortView) -> Block:
    """Show how many fall under which timeline of the article."""
    rules = load_method().timeline
    frame = pd.DataFrame(
        {
            "timeline": [rule.tier for rule in rules],
            "weeks": [f"{rule.weeks[0]} to {rule.weeks[1]}" for rule in rules],
            "hours a week, at least": [rule.hours_per_week[0] for rule in rules],
        }
    )
    meaning = table(frame, "The article's timelines") + f"<p>{badge('article')}</p>"
    return _each(view, lambda group: [_bars(group.tiers, group, "Learners by timeline")], meaning)


def retakes(view: CohortView) -> Block:
    """Show when people may sit again, and for whom the exam ends first."""

    def one(group: ExamGroup) -> list[str]:
        exam = group.exam
        said = [
            f"Wait after a failed attempt: {', '.join(map(str, exam.retake.wait_days.value or []))} days. "
            f"{cite(exam, exam.retake.wait_days)}",
            f"{escape(group.availability)} {cite(exam, exam.life_cycle.status)}",
        ]
        if group.too_late != "0":
            said.append(
                f"<b>{group.too_late}</b> of {group.size} could still sit, but the exam ends before the article's shortest "
                f"preparation is over. {badge('model')}"
            )
        if group.when.table.iloc[0, -1] and exam.life_cycle.successor.value:
            said.append(
                f"What follows it: {escape(exam.life_cycle.successor.value)}. {cite(exam, exam.life_cycle.successor)}"
            )
        return [_bars(group.when, group, "Learners by when they may sit again"), items(said)]

    return _each(view, one)


def workshops(view: CohortView) -> Block:
    """Show who could study what together, and the workshop that fits."""

    def one(group: ExamGroup) -> list[str]:
        parts = []
        for each in group.workshops:
            count = len(each.learners)
            rest = f" and {count - _NAMED} more (see the key)" if count > _NAMED else ""
            names = ", ".join(each.learners[:_NAMED])
            meets = (
                "one workshop"
                if each.sessions == 1
                else f"{each.sessions} workshops of {-(-count // each.sessions)} or fewer"
            )
            parts.append(
                f"<p><b>{escape(each.domain)}</b>: {count} learners, {meets}.<br><small>{escape(names)}{rest}</small></p>"
            )
        minutes = 180 if len(group.workshops) > 1 else 90
        command = f"mls-kit workshop --exam {group.exam.code} --minutes {minutes} -o workshop_{group.exam.code}"
        parts.append(
            f"<p>A folder for one of them: <code>{escape(command)}</code>. Lessons that fit: 04, what a rating says about a "
            f"domain; 05, which domain first; 06, how long it takes. {badge('model')}</p>"
        )
        return parts

    return _each(view, one)


def wrong_rows(view: CohortView) -> Block:
    """Name the rows that could not be read, by number only."""
    if not view.wrong_rows:
        return Block("<p>Every row could be read.</p>")
    rows = ", ".join(map(str, view.wrong_rows[:200])) + (" ..." if len(view.wrong_rows) > 200 else "")
    what = "1 row has" if len(view.wrong_rows) == 1 else f"{len(view.wrong_rows)} rows have"
    return Block(
        f"<p>{what} mistakes and is not counted: {rows}. <code>mls-kit check</code> names each mistake.</p>".replace(
            "mistakes and is", "mistakes and are" if len(view.wrong_rows) > 1 else "mistakes and is"
        )
    )


def sources(view: CohortView) -> Block:
    """Say where the numbers come from, and what was supposed."""
    said = [
        "Only the latest attempt of each learner at each exam counts; who passed is counted, and not shown further.",
        f"Priorities and timelines: the article's method. {badge('article')} What completes it, groups included: the kit. "
        f"{badge('model')}",
        "Truly weak: the score model's chance for each learner, from score and ratings together, added up over the group. "
        "The interval is chance in the sittings; it does not hold what the model itself supposes, above all where a rating "
        f"begins, and that the candidates are like any others. {badge('model')}",
        "A difference between two domains counts as more than chance when it exceeds 1.64 times the sum of both standard "
        "deviations: the widest it can be, whatever hangs together.",
    ]
    return Block(items(said))


def _each(view: CohortView, one: Callable[[ExamGroup], list[str]], before: str = "") -> Block:
    """Put the parts of every exam under its name."""
    if not view.groups:
        return Block("<p>Nothing to show: every group is too small.</p>")
    parts = [before] if before else []
    for group in view.groups:
        parts += [f"<h3>{escape(group.exam.code)}, {group.size} learners who did not pass</h3>", *one(group)]
    return join(parts)


def _all_hidden(group: ExamGroup) -> str:
    least = group.ratings.least
    return (
        f"<p>Hidden. {group.size} learners are too small a group to say anything about its domains: every count would be, or "
        f"give away, one under {least}.</p>"
    )


def _bars(counts: Counts, group: ExamGroup, what: str) -> str:
    """Draw counts, or say that all there are is hidden."""
    if counts.hidden[0, counts.table.to_numpy()[0] > 0].all():
        return f"<p>{what}: hidden, as every count would be, or give away, one under {counts.least}.</p>"
    return _markup(counts_bars(counts, group, what))


def _markup(chart: Chart) -> str:
    return chart._repr_html_()
