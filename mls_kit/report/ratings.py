"""Read the ratings of a report: a list, a mapping or text, labels in any case, and percentages where reports give them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from mls_kit.exam import Domain, Exam, Method, parse_yaml
from mls_kit.problems import InputError, nearest, squeeze
from mls_kit.report.reading import Notes, is_blank, read_number


def find_domain(key: object, exam: Exam) -> Domain | None:
    """Find a domain by number, name, alias or unique beginning of a name; None where it is not clear."""
    if type(key) is int:
        return next((d for d in exam.domains if d.number == key), None)
    text = squeeze(key)
    number = re.fullmatch(r"(?:domain|d)?0*(\d{1,9})", text)
    if number:
        return next((d for d in exam.domains if d.number == int(number.group(1))), None)
    names = {d.number: [squeeze(d.name), *map(squeeze, d.aliases)] for d in exam.domains}
    exact = [d for d in exam.domains if text in names[d.number]]
    fits = exact or [d for d in exam.domains if text and any(n.startswith(text) for n in names[d.number])]
    return fits[0] if len(fits) == 1 else None


def read_rating(value: object, place: str, exam: Exam, method: Method, notes: Notes) -> tuple[str, float | None] | None:
    """Read one rating: a label (any case, short form or unique beginning), or a percentage where reports give them."""
    vocabularies = [method.vocabularies[name] for name in exam.report.rating_vocabularies.value or []]
    labels = list(dict.fromkeys(label for vocabulary in vocabularies for label in vocabulary.labels))
    if value in labels:
        return labels[labels.index(value)], None  # not the cell's own text: 30 MB less in 100,000 rows
    percents = any(vocabulary.percent for vocabulary in vocabularies)
    if not isinstance(value, bool) and re.fullmatch(r"\s*\d+(\.\d+)?\s*%?\s*", str(value)[:40]):
        if not percents:
            notes.add(place, value, f"one of {', '.join(labels)} (percentages beside domains are weights, not results)")
            return None
        if "%" not in str(value) and 0 < float(str(value)) <= 1:
            near = f"{100 * float(str(value)):g}%"
            notes.add(place, value, "a percentage from 0 to 100 (a spreadsheet may hold 65 % as 0.65)", near)
            return None
        percent = read_number(str(value).replace("%", ""), place, 0, 100, notes, whole=False)
        return None if percent is None else (method.rating_of_percent(percent), percent)
    text = squeeze(value)
    known = {rating.label: [rating.label, rating.short, *rating.aliases] for rating in method.ratings}
    exact = [label for label in labels if text in map(squeeze, known[label])]
    fits = exact or [label for label in labels if text and squeeze(label).startswith(text)]
    if len(fits) == 1:
        return fits[0], None
    expected = f"one of {', '.join(labels)}" + " or a percentage from 0 to 100" * percents
    notes.add(place, "nothing" if is_blank(value) else value, expected, nearest(value, labels))
    return None


def read_ratings(value: object, exam: Exam, method: Method, notes: Notes) -> dict[int, tuple[str, float | None]]:
    """Read the ratings of all domains, from a list in domain order, a mapping, or either of them as text."""
    parsed = parse_ratings(value, notes)
    if parsed is None:
        return {}
    pairs = list(parsed.items()) if isinstance(parsed, Mapping) else list(enumerate(parsed, start=1))
    names = [domain.name for domain in exam.domains]
    if not isinstance(parsed, Mapping) and len(pairs) != len(names):
        notes.add("ratings", f"{len(pairs)} ratings", f"{len(names)} ratings, one for each of: {'; '.join(names)}")
        pairs = pairs[: len(names)]
        names = names[: len(pairs)]
    found: dict[int, tuple[str, float | None]] = {}
    met: set[int] = set()
    for key, item in pairs:
        domain = find_domain(key, exam)
        if domain is None:
            notes.add("ratings", key, f"one of the domains {'; '.join(names)}", nearest(key, names))
        elif domain.number in met:
            notes.add(f"ratings, {domain.name}", key, "a domain named once (it is repeated)")
        else:
            met.add(domain.number)
            rating = read_rating(item, f"ratings, {domain.name}", exam, method, notes)
            if rating:
                found[domain.number] = rating
    for domain in exam.domains[: len(names)]:
        if domain.number not in met:
            notes.add(f"ratings, {domain.name}", "nothing", "a rating: this domain is missing")
    return found


def read_flat_yaml(text: str, depth: int = 1) -> object:
    """Read YAML of plain texts, lists and mappings; None where it breaks a limit or is nested deeper."""
    try:
        return parse_yaml(text, "The text", depth, as_text=True)
    except InputError:
        return None


def parse_ratings(value: object, notes: Notes) -> Mapping[Any, Any] | Sequence[Any] | None:
    """Return ratings as a list in domain order, or as a mapping."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, str) and value.strip() and len(value) <= 5000:
        if ":" in value or value.strip()[0] in "[{-":
            parsed = read_flat_yaml(value) or read_flat_yaml(f"{{{value}}}")
            if isinstance(parsed, Mapping | list):
                return parsed
        else:
            return [part.strip() for part in re.split(r"[,;|\n]", value.strip().rstrip(",;"))]
    notes.add("ratings", "nothing" if is_blank(value) else value, "a list of ratings, or domain: rating pairs")
    return None
