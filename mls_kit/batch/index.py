"""The index of a batch: one page that begins with what somebody has to decide, then a row for each person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from mls_kit.batch.jobs import Batch
from mls_kit.batch.roster import Roster
from mls_kit.batch.summary import KINDS, Person, people_of
from mls_kit.batch.told import DECISIONS, Chance, Told
from mls_kit.cohort import count_interval
from mls_kit.exam import find_exam
from mls_kit.explain import plan_page
from mls_kit.export import FORMS
from mls_kit.html import Block, render, short_day
from mls_kit.problems import meant

_SCRIPT = Path(__file__).parent / "templates/index.js"
_ORDER = (*DECISIONS, "failed", "", "not done", "left out", "passed")  # of what there is to do
_SHOWN = 100  # rows that are there without a script too, and rows of a page with one
_FIXES = 200  # mistakes that are listed; all are in the report of the run
_FILTERS, _CHOICES = 4, 40  # columns of the file that filter, and values that such a column may have
_MOST_WEEKS = 60  # of exam days, in the chart
_ENDINGS = [*FORMS.values()]
_FIELDS = ("to_do", "row", "id", "name", "exam", "score", "points", "domain", "week", "hours", "day", "weeks", "now", "now_low",
           "now_high", "then", "then_low", "then_high", "why", "stem", "files")  # fmt: skip
_DOTS = 60  # people who are drawn one by one

Shared = defaultdict[str, dict[Any, int]]  # by field: each value, and which one of them it is


def overview(roster: Roster, batch: Batch, sizes: dict[str, int], names: bool = False) -> str:
    """Return the index of a batch as a page; only files in ``sizes`` are linked."""
    people = sorted(people_of(roster, batch, sizes), key=_first_things_first)
    filters = _filters(roster.others, people)
    shared: Shared = defaultdict(dict)
    rows = [_row(person, names, filters, shared, roster.exam_folder) for person in people]
    data: dict[str, Any] = {
        "rows": rows,
        "lists": {name: list(found) for name, found in shared.items()},
        "fields": [*_FIELDS, *(f"column {place}" for _, place in filters)],
        "filters": [f"column {place}" for _, place in filters],
        "words": [str(render("batch/said.html.j2", "to_do", name=name)) for name in _ORDER],
        "looks": ["decide" if name in (*DECISIONS, "failed") else "" if name else "follow" for name in _ORDER],
        "endings": _ENDINGS,
        "kinds": [KINDS[form] for form in FORMS],
        "each": _SHOWN,
    }
    values = {
        "batch": batch,
        "numbers": _numbers(people, roster.exam_folder),
        "names": names,
        "counts": Counter(row[0] for row in rows),
        "data": data,
        "shown": [_written_out(row, data) for row in rows[:_SHOWN]],
        "blank": _written_out([None] * len(data["fields"]), data),
        "filters": [head for head, _ in filters],
        "problems": roster.problems[:_FIXES],
        "meant": meant,
        "more": len(roster.problems[_FIXES:]),
        "mistakes": len(roster.mistakes),
        "style": plan_page.style(),
        "script": Block(_SCRIPT.read_text(encoding="utf-8")),
    }
    return render("batch/index.html.j2", **values).markup


def _first_things_first(person: Person) -> tuple[Any, ...]:
    day = person.outcome.told.day if person.outcome.told else ""
    return _ORDER.index(person.to_do), day or "9", person.outcome.row


def _filters(heads: Sequence[str], people: Sequence[Person]) -> list[tuple[str, int]]:
    """Return the columns of the file that filter the index: few values, each of several people, and no addresses."""
    found = []
    for place, head in enumerate(heads):
        counts = Counter(str(person.known.others[place]) for person in people if person.known and person.known.others)
        del counts[""]
        few = 1 < len(counts) <= min(_CHOICES, counts.total() / 2)
        if few and not any("@" in value for value in counts):
            found.append((head, place))
    return found[:_FILTERS]


def _row(person: Person, names: bool, filters: Sequence[tuple[str, int]], shared: Shared, exam_folder: str) -> list[Any]:
    """Return what the page says of a person, by ``_FIELDS`` and the filters; of what many share, which of them it is."""
    outcome, known, told = person.outcome, person.known, person.outcome.told or Told("")

    def place(name: str, value: Any) -> int:
        return shared[name].setdefault(value, len(shared[name]))

    stem = person.files[0].rpartition(".")[0] if person.files else ""
    files = [_ENDINGS.index(name[len(stem) :]) for name in person.files]
    score = (known.scaled_score, known.points) if known else (None, None)
    exam = told.exam or (known.exam if known else "")
    others = known.others if known else ()
    return [
        _ORDER.index(person.to_do), outcome.record()["row"], outcome.id, known.name if known and names else "",
        place("exam", exam), *score, place("domain", _look(told.exam, told.domain, exam_folder)), told.hours_per_week,
        told.hours and round(told.hours), told.day, told.weeks, *_percents(told.now), *_percents(told.then),
        place("why", told.why or outcome.error), 0 if stem == outcome.id else stem, files,
        *(place(f"column {n}", str(others[n]) if others else "") for _, n in filters),
    ]  # fmt: skip


def _written_out(row: Sequence[Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row by field as the page writes it; the script does the same for the rows that come later."""
    lists = data["lists"]
    found = {
        name: lists[name][value] if name in lists and value is not None else value
        for name, value in zip(data["fields"], row, strict=True)
    }
    domain, look, sign = found["domain"] or ("", "", "")
    stem, do = found["stem"] or found["id"], found["to_do"]
    return found | {
        "domain": domain,
        "look": look,
        "sign": sign,
        "small": " · ".join(found[head] for head in data["filters"] if found[head]),
        "day_said": short_day(date.fromisoformat(found["day"]), year=True)
        if found["day"]
        else "None yet"
        if found["now"] is not None
        else "",
        "word": data["words"][do] if do is not None else "",
        "kind": data["looks"][do] if do is not None else "",
        "links": [(f"{stem}{data['endings'][place]}", data["kinds"][place]) for place in found["files"] or ()],
    }


@lru_cache(maxsize=256)
def _look(code: str, name: str, exam_folder: str) -> tuple[str, str, str]:
    """Return a domain with its block: class of style, and letter."""
    if not name:
        return "", "", ""
    sign = plan_page.signs_of(find_exam(code, exam_folder or None))[name]
    return name, sign.style, sign.sign


def _percents(chance: Chance | None) -> list[float | None]:
    """Return a chance and its band in percent: whole numbers, but for what is all but certain."""
    return [None] * 3 if chance is None else [round(100 * x) if 0.005 <= x < 0.995 else round(100 * x, 1) for x in chance]


def _numbers(people: Sequence[Person], exam_folder: str) -> dict[str, Any]:
    """Return what the page begins with: who has to decide, who passed, who would pass, when, and which exams end."""
    told = [person.outcome.told for person in people if person.to_do != "passed" and person.outcome.told]
    days = Counter(date.fromisoformat(each.day) for each in told if each.day)
    passed = sum(person.to_do == "passed" for person in people)
    return {
        "people": len(_different(people)),
        "rows": len(people),
        "deciding": len(_different(person for person in people if person.to_do in DECISIONS)),
        "passed": passed,
        "dots": [place < passed for place in range(len(people))] if len(people) <= _DOTS else [],
        "open": len(people) - passed,
        "dated": days.total(),
        "now": _count([each.now for each in told if each.now and each.to_do != "exam"]),
        "then": _count([each.then for each in told if each.then]),
        "days": sorted(days.items()),
        "bars": _weeks(days),
        "ends": _ends(people, exam_folder),
    }


def _different(people: Iterable[Person]) -> set[object]:
    return {person.outcome.id or person.outcome.row for person in people}


def _count(chances: Sequence[Chance]) -> dict[str, Any] | None:
    """Return how many of these people pass: the mean, and what chance makes of it."""
    if not chances:
        return None
    alone = np.array([chance for chance, *_ in chances])
    return {"of": len(alone), "mean": float(alone.sum()), "ends": count_interval(alone)}


def _weeks(days: Counter[date]) -> list[tuple[date, int]]:
    """Return the Monday of each week from the first exam day to the last, and how many sit an exam in it."""
    mondays: Counter[date] = Counter()
    for day, count in days.items():
        mondays[day - timedelta(days=day.weekday())] += count
    if not mondays:
        return []
    first = min(mondays)
    weeks = (max(mondays) - first).days // 7 + 1
    return [(first + timedelta(weeks=n), mondays[first + timedelta(weeks=n)]) for n in range(min(weeks, _MOST_WEEKS))]


def _ends(people: Sequence[Person], exam_folder: str) -> list[dict[str, Any]]:
    """Return the exams of people who have not passed that ended or end soon, the soonest first."""
    counts = Counter((person.known.exam, person.known.language) for person in people if person.known and person.to_do != "passed")
    found = []
    for (code, language), count in counts.items():
        exam = find_exam(code, exam_folder or None)
        last, next_exam = exam.last_day(language), exam.life_cycle.successor.value
        if last:
            said = "" if "all" in (exam.life_cycle.last_days.value or {}) else language
            found.append({"exam": code, "language": said, "day": last, "people": count, "next": next_exam})
    return sorted(found, key=lambda each: each["day"])
