"""The page of a group in words and tables: what is there, what is chance, who could study what together, what is hidden.

The sentences are in ``templates/cohort.html.j2``. Each exam's part is a mapping with its ``group``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mls_kit.cohort import CohortView, Counts, ExamGroup
from mls_kit.exam import load_method
from mls_kit.explain.cohort_figures import counts_bars, ratings_bars, visible_domains, weak_shares
from mls_kit.explain.figure import Chart
from mls_kit.explain.progress_words import verdict_said
from mls_kit.html import Block, render
from mls_kit.score_model import Verdict

__all__ = ["chance", "hidden", "opening", "priorities", "ratings", "retakes", "sources", "timelines", "workshops",
           "wrong_rows"]  # fmt: skip

_COHORT = "explain/cohort.html.j2"


def opening(view: CohortView) -> Block:
    """Say who is here, and of whom nothing is shown."""
    shown = {group.exam.code for group in view.groups}
    failed = view.people["did not pass"]
    small = [code for code in view.people.index if code not in shown and failed[code] != "0"]
    return render(_COHORT, "opening", view=view, small=small)


def hidden(view: CohortView) -> Block:
    """Say what is hidden, and why."""
    pieces = [counts for group in view.groups for counts in (group.ratings, group.tiers, group.when)]
    return render(_COHORT, "hidden", least=view.least, count=sum(int(counts.hidden.sum()) for counts in pieces))


def ratings(view: CohortView) -> Block:
    """Show the ratings by domain, exam by exam."""
    return render(_COHORT, "ratings", shown=_each(view, _ratings))


def _ratings(group: ExamGroup) -> dict[str, Any]:
    words = group.ratings.words()
    rows = zip(group.exam.domains, words.itertuples(index=False, name=None), strict=True)
    return {
        "chart": _markup(ratings_bars(group)) if visible_domains(group) else None,
        "labels": list(words.columns),
        "domains": [{"name": domain.name, "weight": domain.weight, "counts": counts} for domain, counts in rows],
    }


def chance(view: CohortView) -> Block:
    """Say which shared weaknesses are more than chance, with intervals."""
    return render(_COHORT, "chance", shown=_each(view, _chance), least=view.least)


def _chance(group: ExamGroup) -> dict[str, Any]:
    """Return the domains, the weakest first, and pairs of them whose difference is more than chance."""
    names, found = visible_domains(group), group.chance
    if found is None or not names:
        return {"chart": None}
    weak = found.weak.loc[names].sort_values("mean", ascending=False)
    rated = group.ratings.table.loc[weak.index].iloc[:, 0]
    alike = found.alike(names)
    pairs = [(one, other) for place, one in enumerate(names) for other in names[place + 1 :]]
    return {
        "chart": _markup(weak_shares(group, found)),
        "domains": [{"name": name, "rated": rated[name], **row} for name, row in weak.to_dict("index").items()],
        "verdict": verdict_said(group.came_true) if group.came_true else None,
        "bins": _bins(group.came_true, group.ratings.least) if group.came_true else (),
        "apart": [sorted(pair, key=lambda name: -weak["mean"][name]) for pair in pairs if pair not in alike],
    }


def _bins(found: Verdict, least: int) -> tuple[tuple[float, float, int], ...]:
    """Return chances said, shares that passed and how many, from the lowest; nothing where a group would be too small."""
    passed = [(round(came * n), n) for _, came, n in found.bins]
    small = any(min(count, n - count) < least for count, n in passed)
    return () if len(passed) < 2 or small else tuple(found.bins)


def priorities(view: CohortView) -> Block:
    """Show the mean share of study time by domain."""
    return render(_COHORT, "priorities", shown=_each(view, _priorities), least=view.least)


def _priorities(group: ExamGroup) -> dict[str, Any]:
    if group.shares is None:
        return {"domains": []}
    domains = zip(group.exam.domains, group.shares, strict=True)
    rows = [{"name": domain.name, "weight": domain.weight, "share": share} for domain, share in domains]
    return {"domains": sorted(rows, key=lambda row: -row["share"])}


def timelines(view: CohortView) -> Block:
    """Show how many fall under which timeline of the article."""
    shown = _each(view, lambda group: {"chart": _bars(group.tiers, group, "Learners by timeline")})
    return render(_COHORT, "timelines", shown=shown, rules=load_method().timeline)


def retakes(view: CohortView) -> Block:
    """Show when people may sit again, and for whom the exam ends first."""
    return render(_COHORT, "retakes", shown=_each(view, _retakes))


def _retakes(group: ExamGroup) -> dict[str, Any]:
    chart = _bars(group.when, group, "Learners by when they may sit again")
    return {"chart": chart, "blocked": group.when.table.iloc[0, -1]}


def workshops(view: CohortView) -> Block:
    """Show who could study what together, and the workshop that fits."""
    return render(_COHORT, "workshops", shown=_each(view), named=60)


def wrong_rows(view: CohortView) -> Block:
    """Name the rows that could not be read, by number only."""
    return render(_COHORT, "wrong_rows", rows=view.wrong_rows)


def sources(view: CohortView) -> Block:
    """Say where the numbers come from, and what was supposed."""
    return render(_COHORT, "sources")


def _each(view: CohortView, part: Callable[[ExamGroup], dict[str, Any]] = lambda _: {}) -> list[dict[str, Any]]:
    return [{"group": group, **part(group)} for group in view.groups]


def _bars(counts: Counts, group: ExamGroup, what: str) -> Block | None:
    """Draw counts; None where all there are is hidden."""
    if counts.hidden[0, counts.table.to_numpy()[0] > 0].all():
        return None
    return _markup(counts_bars(counts, group, what))


def _markup(chart: Chart) -> Block:
    return Block(chart._repr_html_())
