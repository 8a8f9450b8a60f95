"""The page of a group in words and pictures: what to teach first, what has changed, exam by exam, what is hidden, and why.

The sentences are in ``templates/cohort.html.j2``. Each exam's part is a mapping with its ``group``.
"""

from __future__ import annotations

from typing import Any

from mls_kit.cohort import CohortView, Counts, ExamGroup, Progress
from mls_kit.exam import load_method
from mls_kit.explain.plan_page import signs_of, style
from mls_kit.explain.progress_words import verdict_said
from mls_kit.html import Block, join, render
from mls_kit.method import why_silent
from mls_kit.score_model import Verdict

__all__ = ["details", "exams", "hidden", "opening", "page", "progress", "teams", "workshops"]

_COHORT = "explain/cohort.html.j2"
_BELOW, _ABOVE, _BEYOND = 130, 75, 20  # points around the passing standard that a picture of scores shows
_NAMED = 60  # pseudonyms of one workshop that are written out


def page(view: CohortView) -> str:
    """Return the whole page, which asks nothing of any network."""
    parts = [_opening(view), *(part(view) for part in (workshops, progress, teams, exams, hidden, details))]
    return render("explain/cohort_page.html.j2", "page", body=join(part.markup for part in parts), style=style()).markup


def opening(view: CohortView) -> Block:
    """Say first how many would pass today, and which workshop would help most; a notebook's other parts take their style here."""
    return join([render(_COHORT, "looks", style=style()).markup, _opening(view).markup])


def _opening(view: CohortView) -> Block:
    first = [each for each in view.workshops if each.rank in ("first", "close")]
    return render(_COHORT, "opening", view=view, first=first, hours=load_method().workshop.hours)


def workshops(view: CohortView) -> Block:
    """Show which workshop would help most, and which differences are too close to call."""
    most = max((workshop.added.high for workshop in view.workshops if workshop.added), default=1)
    rows = [(each, signs_of(each.exam)[each.domain]) for each in view.workshops]
    silent = {group.exam.code: why_silent(group.exam) for group in view.groups}
    return render(_COHORT, "workshops", rows=rows, most=most, rules=load_method().workshop, view=view, silent=silent)


def progress(view: CohortView) -> Block:
    """Show what has changed since the earlier file; nothing without one."""
    if view.progress is None:
        return Block("")
    return render(_COHORT, "progress", view=view, shown=[_progress(each) for each in view.progress])


def _progress(found: Progress) -> dict[str, Any]:
    said = verdict_said(found.came_true) if found.came_true else None
    return {"found": found, "signs": signs_of(found.exam), "verdict": said}


def teams(view: CohortView) -> Block:
    """Show the groups that a column of the file makes; nothing where none was asked for."""
    return render(_COHORT, "teams", view=view, teams=view.teams) if view.teams else Block("")


def exams(view: CohortView) -> Block:
    """Show each exam in one picture: the scores, and how many need improvement in each domain."""
    return render(_COHORT, "exams", view=view, shown=[_exam(group) for group in view.groups])


def _exam(group: ExamGroup) -> dict[str, Any]:
    """Return the domains of an exam, what may be shown of them, and pairs whose difference is more than luck."""
    table, signs = group.ratings.table, signs_of(group.exam)
    weak = group.chance.weak if group.chance else None
    domains = [
        {
            "name": name,
            "sign": signs[name],
            "hidden": group.ratings.hidden[place].any(),
            "rated": table.iloc[place, 0],
            "truly": None if weak is None else weak.loc[name],
        }
        for place, name in enumerate(table.index)
    ]
    names = [each["name"] for each in domains if not each["hidden"]]
    apart: list[list[str]] = []
    if group.chance and weak is not None:
        alike = group.chance.alike(names)
        pairs = [(one, other) for place, one in enumerate(names) for other in names[place + 1 :]]
        apart = [sorted(pair, key=lambda name: -weak["mean"][name]) for pair in pairs if pair not in alike]
    low, high = group.exam.score_range
    ends = (
        max(low, min(group.exam.passing - _BELOW, *(group.middle or (high,))) - _BEYOND),
        min(high, group.exam.passing + _ABOVE),
    )
    scores = (*group.middle, group.exam.passing) if group.middle else ()  # no scores are shown: none to place
    across = {score: 100 * (score - ends[0]) / (ends[1] - ends[0]) for score in scores}
    return {
        "group": group,
        "domains": domains,
        "label": table.columns[0],
        "apart": apart,
        "known": len(names),
        "ends": ends,
        "across": {score: min(max(place, 0), 100) for score, place in across.items()},
    }


def hidden(view: CohortView) -> Block:
    """Say what is hidden, why, and how to lower the smallest group."""
    shown = {group.exam.code for group in view.groups}
    small = [code for code in view.people.index if code not in shown and view.people["did not pass"][code] != "0"]
    pieces = [counts for group in view.groups for counts in (group.ratings, group.tiers, group.when)]
    count = sum(int(counts.hidden.sum()) for counts in pieces)
    return render(_COHORT, "hidden", view=view, small=small, count=count)


def details(view: CohortView) -> Block:
    """Show the numbers behind the pictures, and where they come from; folded."""
    shown = [
        {
            "group": group,
            "words": group.ratings.words(),
            "bins": _bins(group.came_true, view.least) if group.came_true else (),
            "verdict": verdict_said(group.came_true) if group.came_true else None,
            "timelines": _bars(group.tiers),
            "when": _bars(group.when),
            "blocked": group.when.table.iloc[0, -1],
        }
        for group in view.groups
    ]
    return render(_COHORT, "details", view=view, shown=shown, rules=load_method().timeline, named=_NAMED)


def _bars(counts: Counts) -> list[tuple[str, str, float]]:
    """Return names, counts as they may be shown, and how long their bars are in percent; nothing where all is hidden."""
    row, words = counts.table.iloc[0], counts.words().iloc[0]
    if counts.hidden[0, row.to_numpy() > 0].all():
        return []
    return [
        (str(name), words[name], 0.0 if counts.hidden[0, place] else 100 * row.iloc[place] / row.sum())
        for place, name in enumerate(row.index)
    ]


def _bins(found: Verdict, least: int) -> tuple[tuple[float, float, int], ...]:
    """Return chances said, shares that passed and how many, from the lowest; nothing where a group would be too small."""
    passed = [(round(came * n), n) for _, came, n in found.bins]
    small = any(min(count, n - count) < least for count, n in passed)
    return () if len(passed) < 2 or small else tuple(found.bins)
