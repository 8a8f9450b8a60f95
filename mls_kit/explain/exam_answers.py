"""What an exam's own file answers: when again, at which score, whether it still exists. Each line with its mark."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import escape
from typing import Any

from mls_kit.exam import Exam, Fact
from mls_kit.explain.report_words import cite
from mls_kit.html import badge
from mls_kit.method import availability, diagnose, prioritize
from mls_kit.report import ScoreReport

__all__ = ["FACTS"]


def _known(exam: Exam, fact: Fact[Any] | None, said: str, what: str) -> str:
    """Say a fact with its mark; or that the exam's file does not have it, and what was found instead."""
    if fact is None or fact.value is None:
        found = f"What was found: {escape(fact.note.rstrip('.'))} (seen {fact.seen})" if fact and fact.note else ""
        return f"<b>Not known</b> for {escape(exam.code)}: {what}. {found or f'Ask its owner, {escape(exam.vendor)}'}."
    return f"{said} {cite(exam, fact)}"


def _first_domain(report: ScoreReport, _today: date) -> list[str]:
    if report.passed:
        return ["You passed: no domain has to be studied for a retake."]
    first = prioritize(report).iloc[0]
    return [
        f"By the method it is <b>{escape(str(first.name))}</b>: {first['tier']}, {first['share']:.0f} % of the time. "
        f"{badge('article')} {badge('model')}"
    ]


def _retake(report: ScoreReport, today: date) -> list[str]:
    exam, again = report.facts, diagnose(report, today=today).retake
    if report.passed:
        return ["You passed: no retake is needed."]
    rule = exam.retake.wait_days
    wait = f"{again.wait_days} days after attempt {report.attempt}"
    stopped = again.obstacle(exam, report.attempt)
    day = stopped or (str(again.earliest) if again.earliest else "count from the day of your exam, which was not given")
    lines = [_known(exam, rule, f"Earliest day: <b>{escape(day)}</b>; the wait is {wait}.", "the waiting time")]
    if again.availability.state != "open":
        lines.insert(0, f"<b>{escape(again.availability.why)}</b> {cite(exam, exam.life_cycle.status)}")
    if again.article_differs and exam.vendor == "AWS":
        lines.append(f"The article says {again.article_wait_days} days. {badge('contradicted')} {cite(exam, rule)}")
    return lines


def _exists(report: ScoreReport, today: date) -> list[str]:
    exam, again = report.facts, diagnose(report, today=today).retake
    there = again.availability if not report.passed else availability(exam, today, report.language)
    follows = exam.life_cycle.successor
    said = f"What follows: <b>{escape(follows.value or '')}</b>. {escape(follows.note)}"
    return [
        _known(exam, exam.life_cycle.status, escape(there.why), "whether it can be sat"),
        _known(exam, follows, said, "what follows it"),
    ]


def _timeline(report: ScoreReport, today: date) -> list[str]:
    line = diagnose(report, today=today).timeline
    if report.passed:
        return ["You passed: nothing more is needed."]
    least, most = line.hours_per_week
    hours = f"{least} to {most}" if most else f"{least} or more"
    note = f" {escape(line.note[:1].upper() + line.note[1:].rstrip('.'))}. {badge('model')}" if line.note else ""
    return [
        f"For a report like yours ({line.tier}): {line.weeks[0]} to {line.weeks[1]} weeks at {hours} hours a week. "
        f"{badge('article')}{note}"
    ]


def _ratings(report: ScoreReport, _today: date) -> list[str]:
    exam = report.facts
    words, cuts = exam.report.rating_vocabularies, exam.report.rating_thresholds
    limits = (
        _known(exam, cuts, f"Thresholds: {escape(str(cuts.value))}.", "where one word ends and the next begins")
        if cuts
        else ""
    )
    return [
        _known(exam, words, escape(words.note or ", ".join(words.value or [])), "the words"),
        *([limits] if limits else []),
    ]


def _scale(report: ScoreReport, _today: date) -> list[str]:
    exam = report.facts
    low, high = exam.score_range
    said = f"{exam.code} passes at <b>{exam.passing}</b>, on a scale from {low} to {high}."
    return [_known(exam, exam.passing_standard, said, "the passing standard")]


def _questions(report: ScoreReport, _today: date) -> list[str]:
    exam, count = report.facts, report.facts.questions.value
    scored = f", {count.scored} of them scored" if count and count.scored else "; how many are scored is not known"
    total = count.total if count and count.total else "an unknown number of"
    return [_known(exam, exam.questions, f"{exam.code} has {total} questions{scored}.", "the number of questions")]


def _fact(read: Callable[[Exam], Fact[Any] | None], said: str, what: str) -> Callable[[ScoreReport, date], list[str]]:
    def lines(report: ScoreReport, _today: date) -> list[str]:
        fact = read(report.facts)
        return [
            _known(
                report.facts,
                fact,
                said.format(value=escape(_plain(fact.value)) if fact else "", exam=report.exam),
                what,
            )
        ]

    return lines


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _together(*parts: Callable[[ScoreReport, date], list[str]]) -> Callable[[ScoreReport, date], list[str]]:
    return lambda report, today: [line for part in parts for line in part(report, today)]


def _percents(report: ScoreReport, _today: date) -> list[str]:
    exam, fact = report.facts, report.facts.report.domain_percent_shown
    said = (
        "Yes: percent right, by domain."
        if fact.value
        else "No: they are the domains' weights, shares of the questions."
    )
    return [_known(exam, fact, said, "what the percentages are")]


FACTS: dict[str, Callable[[ScoreReport, date], list[str]]] = {
    "first_domain": _first_domain,
    "retake": _retake,
    "exists": _exists,
    "timeline": _timeline,
    "ratings": _ratings,
    "scale": _scale,
    "questions": _questions,
    "percents": _percents,
    "scoring": _fact(
        lambda exam: exam.scoring, "Scoring of {exam}: {value}. Only the sum decides.", "whether only the sum decides"
    ),
    "guide": _fact(
        lambda exam: exam.guide_version, "The guide of {exam} known to the kit: {value}.", "the version of the guide"
    ),
    "minutes": _fact(lambda exam: exam.minutes, "{exam} takes {value} minutes.", "how long it takes"),
    "results": _fact(
        lambda exam: exam.report.results_within, "Results of {exam} arrive within {value}.", "when results arrive"
    ),
    "fee": _together(
        _fact(lambda exam: exam.fee_usd, "Fee of {exam} when last seen: {value} USD.", "the fee"),
        _fact(
            lambda exam: exam.retake.fee_each_attempt,
            "For each attempt at {exam}: {value}.",
            "what a further attempt costs",
        ),
    ),
    "attempts": _together(
        _fact(lambda exam: exam.retake.attempt_limit, "Limit of attempts at {exam}: {value}.", "a limit of attempts"),
        _retake,
    ),
}
