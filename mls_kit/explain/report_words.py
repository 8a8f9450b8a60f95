"""A report in words: what it says, what it does not, how far from passing, what first, which patterns, when again.

Every statement carries its kind. Facts come from the exam's file, with source and day; rules from the method file.
"""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

import pandas as pd

from mls_kit.exam import Exam, Fact, load_method
from mls_kit.html import Block, badge, join, table
from mls_kit.method import Diagnosis, RetakeDates, Timeline, availability, carry_over, prioritize, successor_is_here
from mls_kit.plan import Plan
from mls_kit.report import ScoreReport, is_mine

__all__ = ["limits", "matches", "patterns", "priorities", "retake", "timeline", "verdict"]


def cite(exam: Exam, fact: Fact[Any]) -> str:
    """Return the mark of a fact with a link to its source, the day it was seen and how sure it is."""
    second_hand = fact.kind == "published" and exam.is_second_hand(fact)
    mark = badge("second-hand" if second_hand else fact.kind)
    best = sorted((exam.sources[name] for name in fact.sources), key=lambda source: not source.official)
    links = [f'<a href="{escape(source.url)}">source</a>' for source in best[:1] if source.url]
    return f"{mark} <small>({', '.join([*links, f'seen {fact.seen}', f'confidence {fact.confidence}'])})</small>"


def items(statements: list[str]) -> str:
    """Return statements as a list."""
    return "<ul>" + "".join(f"<li>{statement}</li>" for statement in statements) + "</ul>"


def limits(plan: Plan) -> Block:
    """Say what this report says, and what it does not."""
    exam, report = plan.report.facts, plan.report
    low, high = exam.score_range
    questions = exam.questions.value
    says = [
        f"The scaled score runs from {low} to {high}; it is not a percentage. {cite(exam, exam.scale)}",
        f"The passing standard is {exam.passing}. {cite(exam, exam.passing_standard)}",
    ]
    if exam.vendor == "AWS":
        says.append("Scores are made comparable between forms of different difficulty. " + badge("second-hand"))
    if exam.report.domain_percent_shown.value is False:
        says.append(
            "The percentages beside the domains are weights: shares of the scored questions, not your results. "
            + cite(exam, exam.blueprint)
        )
    if report.percents:
        says.append(
            f"Percent right by domain. {cite(exam, exam.report.domain_percent_shown)} The kit also reads them as labels, by "
            f"the article's bands: {_bands()}. {badge('article')}"
        )
    if exam.scoring.value == "compensatory":
        says.append(
            f"Only the whole exam decides: no domain has a passing score of its own. {cite(exam, exam.scoring)}"
        )
    thresholds = "Where a rating begins and ends in percent. No owner's text read gives the thresholds"
    silent = [
        f"How many questions you had right, and which. {cite(exam, exam.report.wording)}",
        f"{thresholds}; the article's bands are {_bands()}. {badge('article')}",
    ]
    if report.percents:
        silent[1] = f"How sure the percentages are: each rests on a few questions only. {badge('model')}"
    if questions and questions.scored:
        smallest = min(exam.domains, key=lambda domain: domain.weight)
        count = round(questions.scored * smallest.weight / 100)
        silent.append(
            f"How sure a rating is. {escape(smallest.name)} is about {count} of {questions.scored} scored questions: "
            f"another form could well give another rating. {badge('model')}"
        )
    vocabulary = exam.report.rating_vocabularies
    labels = f"{escape(vocabulary.note)} {cite(exam, vocabulary)}" if vocabulary.note else ""
    return join(["<p><b>What it says</b></p>", items(says), "<p><b>What it does not say</b></p>", items(silent),
                 f"<p>About the labels: {labels}</p>" if labels else ""])  # fmt: skip


def _bands() -> str:
    """Return the bands of the method file in words."""
    return ", ".join(f"{band.rating} from {band.at_least:g} %" for band in load_method().percent_bands.bands[::-1])


def pattern_kind(report: ScoreReport, number: int) -> str:
    """Return the kind of a pattern: the article speaks of its own three labels only."""
    rule = next(rule for rule in load_method().patterns if rule.number == number)
    return "model" if "Meets Competencies" in report.ratings.values() else rule.kind


def verdict(plan: Plan) -> Block:
    """Say pass or fail, and by how much."""
    report, exam = plan.report, plan.report.facts
    points = report.points_from_passing
    if report.passed:
        text = (
            f"<b>Passed.</b> {report.scaled_score} is {_points(points)} above the passing standard {exam.passing}."
            if points
            else f"<b>Passed</b>, exactly at the passing standard {exam.passing}."
        )
        more = [f"A pass is a pass: a higher score is worth no more. {badge('article')}"]
    else:
        text = f"<b>Not passed.</b> {report.scaled_score} is {_points(-points)} below the passing standard {exam.passing}. "
        more = [
            f"{_points(-points)} on the scale: not a number of questions, and not a percentage. No table that turns "
            f"one into the other was found in any text read. {badge('model')}",
            "The score has noise: the same knowledge on another form, or another day, gives another score. "
            + badge("model"),
        ]
        if 720 <= report.scaled_score < exam.passing == 750 and exam.code == "MLS-C01":
            more.append(
                f"The article says 720 to 1000 usually passes. The passing standard is 750: 720 to 749 does not pass. "
                f"{badge('contradicted')} {cite(exam, exam.passing_standard)}"
            )
        if exam.scoring.value == "compensatory":
            more.append(
                "The article says one weak domain fails you. Scoring is compensatory: only the sum counts, and a "
                f"weak domain can be made up elsewhere. {badge('contradicted')} {cite(exam, exam.scoring)}"
            )
    return join([f"<p>{text}</p>", items(more)])


def _points(count: int) -> str:
    return f"{count} {'point' if count == 1 else 'points'}"


def priorities(plan: Plan) -> Block:
    """Say which domain comes first, by which rule, as a table."""
    if plan.purpose == "keep up":
        return Block("<p>What is worth keeping up is listed under “How will I know that I am ready?”.</p>")
    ranked = plan.priorities
    frame = pd.DataFrame(
        {
            "domain": ranked.index,
            "weight (%)": ranked["weight"].to_numpy(),
            "rating": ranked["rating"].astype(str).to_numpy(),
            "weighted gap": [f"{gap:.2f}" for gap in ranked["weighted_gap"]],
            "tier": ranked["tier"].astype(str).to_numpy(),
            "share of time (%)": [f"{share:.0f}" for share in ranked["share"]],
        }
    )
    method = load_method()
    single, points = method.priority.single_weak, ", ".join(f"{tier.points:g}" for tier in method.priority.tiers)
    rule = (
        f"Exactly one domain needs improvement, so the article's rule for that case is used: {single.share:g} % of the "
        f"time for it, {single.others:g} % for the others. {badge(single.kind)}"
        if plan.share_rule == "single weak domain"
        else f"Each tier has its points ({points}), scaled to 100 %. {badge('article')} Where the article is "
        f"silent on which report belongs to which tier, the kit completes it. {badge('model')}"
    )
    if plan.share_rule == "weights":
        rule = f"By your choice the time is shared by exam weight, not by the article's tiers. {badge('model')}"
    elif plan.share_rule == "model":
        rule = (
            "By your choice the time is shared as the score model finds best under its assumptions, not by the "
            f"article's tiers. Splits differ little in it: see “What your report really says”. {badge('model')}"
        )
    gap = (
        "Weighted gap: what the rating leaves open, times the weight, over the weight of an average domain. "
        f"{badge('model')} The ratings behind it are noisy, so confirm a domain with a set of "
        f"{method.plan.diagnostic_questions} questions before you move many hours to it; the plan starts each domain that way"
        f"{' unless you have practiced it already' if plan.replaced else ''}."
    )
    carried = (
        f"<p>These are the domains of {plan.target.exam}. Their ratings are carried over from your {plan.report.exam} "
        f"report, and {plan.target.exam} asks new things besides. {badge('model')}</p>"
        if plan.is_carried_over
        else ""
    )
    moved = items([f"{escape(text)} {badge('model')}" for text in plan.moved]) if plan.moved else ""
    return join([carried, f"<p>{rule}</p>", table(frame, "Priorities, the most urgent first"), moved, f"<p>{gap}</p>"])


def patterns(plan: Plan) -> Block:
    """Say which of the article's patterns the report shows, with the evidence."""
    if plan.report.passed:
        return Block("<p>The article's patterns describe failed attempts: none applies to a pass.</p>")
    return join([matches(plan.report, plan.diagnosis), timeline(plan.timeline)])


def matches(report: ScoreReport, found: Diagnosis) -> str:
    """Name every pattern a failed report shows, the most specific first, and those it cannot show."""
    statements = [
        f"<b>Pattern {p.number}: {escape(p.name)}.</b> Shown by: {escape(p.evidence)}. {escape(p.fix)} "
        f"{badge(pattern_kind(report, p.number))}" + (f" {escape(p.caution)} {badge('model')}" if p.caution else "")
        for p in found.patterns
    ]
    common = " That is common: 29 of the 81 possible reports fit none." if report.exam == "MLS-C01" else ""
    none = f"<p>None of the article's five patterns fits this report.{common} {badge('model')}</p>"
    blind = found.unreadable
    unread = ""
    if blind:
        which = ", ".join(map(str, blind))
        word = "Pattern" if len(blind) == 1 else "Patterns"
        unread = (
            f"<p>{word} {which} cannot be seen on this report: its labels, or the domains of this exam, do not allow "
            f"it. {badge('model')}</p>"
        )
    return f"{items(statements) if statements else none}\n{unread}"


def timeline(line: Timeline) -> str:
    """Say how many weeks and hours the article asks, and what of it is the kit's."""
    hours = f"{line.hours_per_week[0]}" + (f" to {line.hours_per_week[1]}" if line.hours_per_week[1] else " or more")
    return (
        f"<p>Timeline: <b>{line.tier}</b>, {line.weeks[0]} to {line.weeks[1]} weeks at {hours} hours a week. "
        f"{badge('article')}"
        + (f" Note: {escape(line.note.rstrip('.'))}. {badge('model')}" if line.note else "")
        + "</p>"
    )


def retake(plan: Plan) -> Block:
    """Say when the exam may be sat again, whether it still exists then, and what follows it."""
    report, exam, again = plan.report, plan.report.facts, plan.diagnosis.retake
    if report.passed:
        after = exam.retake.after_pass
        text = f"The same exam: {escape(after.value or '')}. {cite(exam, after)}" if after else ""
        return Block(f"<p>No retake is needed. {text}</p>")
    rule = cite(exam, exam.retake.wait_days)
    wait = f"{again.wait_days} days after attempt {report.attempt}" if again.wait_days else "no wait"
    if again.earliest and again.earliest <= plan.start:
        wait += ", already past"
    when = f"{again.earliest:%A}, {again.earliest}" if again.earliest else "the exam day was not given: count from it"
    blocked = again.obstacle(exam, report.attempt)
    statements = [f"Earliest retake: <b>{escape(blocked) if blocked else f'{when} ({wait})'}</b>. {rule}"]
    if again.article_differs and exam.vendor == "AWS":
        late = f", that is {again.article_date}" if again.article_date else ""
        statements.append(
            f"The article says to wait {again.article_wait_days} days{late}. {badge('contradicted')} {rule}"
        )
    for label, fact in (("Fee", exam.retake.fee_each_attempt), ("Limit of attempts", exam.retake.attempt_limit)):
        if fact and fact.value:
            amount = f" ({exam.fee_usd.value:g} USD when last seen)" if label == "Fee" and exam.fee_usd.value else ""
            statements.append(f"{label}: {escape(fact.value)}{amount}. {cite(exam, fact)}")
    there = again.availability
    statements.append(f"<b>{escape(there.why)}</b> {cite(exam, exam.life_cycle.status)}")
    return join([items(statements), _successor(plan, again)])


def _successor(plan: Plan, again: RetakeDates) -> str:
    """Lead on to the exam that follows, domain by domain."""
    exam = plan.report.facts
    if not again.successor:
        return ""
    fact = exam.life_cycle.successor
    said = f"<p>What follows: <b>{escape(again.successor)}</b>. {escape(fact.note)} {cite(exam, fact)}</p>"
    if not (again.crosswalk and successor_is_here(again)):
        return said
    walk = again.crosswalk
    carried = carry_over(plan.report, walk)
    later, ranked = carried.facts, prioritize(carried)
    from_names = {domain.number: domain.name for domain in exam.domains}
    new = {n.domain: n.what for n in walk.new}
    frame = pd.DataFrame(
        [
            {
                f"{later.code} domain": domain.name,
                "weight (%)": domain.weight,
                f"from {exam.code}": ", ".join(from_names[s.source] for s in walk.domains if domain.number in s.to),
                "carried rating": carried.ratings[domain.name],
                "share (%)": round(ranked.loc[domain.name, "share"]),
                "new, not on your report": new.get(domain.number, ""),
            }
            for domain in later.domains
        ]
    )
    status = later.life_cycle.status
    lead = (
        f"<p>{escape(status.note)} {cite(later, status)} Nothing of your score carries over; the ratings only show "
        f"where knowledge may count. {badge('model')} For a plan for {later.code}, set "
        f'<code>retake_exam = "{later.code}"</code> in the first cell of personal_plan.ipynb, or add '
        f"<code>--retake-exam {later.code}</code>.</p>"
    )
    return said + table(frame, f"Where your {exam.code} ratings point in {later.code}") + lead


def opening(report: ScoreReport) -> Block:
    """Say whose numbers a notebook shows, and whether anyone can still sit the exam."""
    exam, code = report.facts, escape(report.exam)
    if is_mine():
        whose = f"These are <b>your numbers</b>: {code}, scaled score {report.scaled_score}."
        whose += " They come from your file on this computer; clear or change them in 00_start_here."
    else:
        whose = f"These are <b>an example's numbers</b>, invented: {code}, scaled score {report.scaled_score}."
        whose += " Enter your own in 00_start_here, and every notebook uses yours."
    now = availability(exam, date.today(), report.language)
    ended = f"<p>{escape(now.why)} {cite(exam, exam.life_cycle.status)}</p>" if now.state == "ended" else ""
    return Block(f"<p>{whose}</p>{ended}")
