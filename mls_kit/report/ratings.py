"""Read the ratings of a report: a list, a mapping or text, labels in any case, and percentages where reports give them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from mls_kit.exam import Domain, Exam, Method, aliases, parse_yaml
from mls_kit.problems import InputError, Problem, nearest, shown, squeeze
from mls_kit.report.reading import Notes, before_brackets, fold, is_blank, read_number


def find_domain(key: object, exam: Exam) -> Domain | None:
    """Find a domain by number, name, alias or unique beginning of a name, also as printed: "Domain 1: ... (30%)".

    None where it is not clear, or where the number is another domain's than the name.
    """
    if type(key) is int:
        return next((d for d in exam.domains if d.number == key), None)
    number, name = split_domain(str(key))
    found = None if not name else _by_name(name, exam)
    if not number or (name and not found):
        return found
    counted = next((d for d in exam.domains if d.number == number), None)
    return counted if found in (None, counted) else None


def _by_name(text: str, exam: Exam) -> Domain | None:
    names = {d.number: [squeeze(d.name), *map(squeeze, d.aliases)] for d in exam.domains}
    for wanted in dict.fromkeys(map(squeeze, (text, before_brackets(text)[0]))):
        exact = [d for d in exam.domains if wanted in names[d.number]]
        fits = exact or [d for d in exam.domains if wanted and any(n.startswith(wanted) for n in names[d.number])]
        if len(fits) == 1:
            return fits[0]
    return None


@lru_cache(maxsize=4096)
def split_domain(text: str) -> tuple[int, str]:
    """Return the number and the name in what names a domain; 0 and "" for what is not there.

    >>> split_domain("Domain 1: Design Secure Architectures (30%)"), split_domain("Bereich 2"), split_domain("Modeling")
    ((1, 'Design Secure Architectures (30%)'), (2, ''), (0, 'Modeling'))
    """
    words = {"", "d", "rating", "domain", *map(squeeze, aliases("headings")["domain"])}
    found = re.fullmatch(r"(\D{0,40}?)[\s_.#-]*(\d{1,2})(?:[\s.:)_–—-]+(.*))?", unicodedata.normalize("NFKC", text.strip()), re.S)
    if found and squeeze(found[1]) in words:
        return int(found[2]), (found[3] or "").strip()
    before, mark, after = text.partition(":")
    return 0, after.strip() if mark and squeeze(before) in words else text


@lru_cache(maxsize=2)
def rating_words(method: Method) -> dict[str, str]:
    """Return every word for a rating, folded, and the label it stands for."""
    words = [(word, label) for label, words in aliases("ratings").items() for word in words]
    words += [(word, r.label) for r in method.ratings for word in (r.label, r.short, *r.aliases)]
    return {fold(word): label for word, label in words}


def name_rating(text: str, labels: Sequence[str], method: Method) -> str | None:
    """Return the one label that a text means: a word for it, in any language, or its unique beginning; None in doubt."""
    said, more = before_brackets(text)
    word, words = fold(said), rating_words(method)
    found = words.get(word)
    fits = [found] if found and found in labels else [label for label in labels if word and squeeze(label).startswith(word)]
    return fits[0] if len(fits) == 1 and (not more or words.get(fold(more)) == fits[0]) else None


def read_rating(value: object, place: str, exam: Exam | None, method: Method, notes: Notes) -> tuple[str, float | None] | None:
    """Read one rating: a label, or a percentage where reports give them; of an exam that is not known, any label is right."""
    names = exam.report.rating_vocabularies.value if exam else method.vocabularies
    vocabularies = [method.vocabularies[name] for name in names or []]
    labels = list(dict.fromkeys(label for vocabulary in vocabularies for label in vocabulary.labels))
    if value in labels:
        return labels[labels.index(value)], None
    percents = any(vocabulary.percent for vocabulary in vocabularies)
    text = str(value).strip()[:100]
    if not isinstance(value, bool) and re.fullmatch(r"\d+([.,]\d+)?\s*%?", text):
        if not percents:
            notes.add(place, value, f"one of {', '.join(labels)} (percentages beside domains are weights, not results)")
            return None
        number = text.replace("%", "").replace(",", ".")
        if "%" not in text and 0 < float(number) <= 1:
            near = f"{100 * float(number):g}%"
            notes.add(place, value, "a percentage from 0 to 100 (a spreadsheet may hold 65 % as 0.65)", near)
            return None
        percent = read_number(number, place, 0, 100, notes, whole=False)
        return None if percent is None else (method.rating_of_percent(percent), percent)
    if found := name_rating(text, labels, method):
        return found, None
    expected = " or ".join([*([f"one of {', '.join(labels)}"] if labels else []), *["a percentage from 0 to 100"] * percents])
    notes.add(place, "nothing" if is_blank(value) else value, expected, nearest(value, labels, 0.6))
    return None


def read_ratings(value: object, exam: Exam, method: Method, notes: Notes) -> dict[int, tuple[str, float | None]]:
    """Read the ratings of all domains, from a list in domain order, a mapping, or either of them as text.

    Where an exam reports no score, or rates no domain, they may be left out: then every domain is not rated.
    """
    if not (exam.reports_score and exam.rates_domains) and _none_given(value, method):
        return {domain.number: (method.not_rated.rating, None) for domain in exam.domains}
    if not exam.rates_domains:
        notes.add("ratings", value, f"left out. {exam.report.rating_vocabularies.note.rstrip('.')}")
        return {}
    parsed = parse_ratings(value, notes)
    if parsed is None:
        return {}
    pairs = list(parsed.items()) if isinstance(parsed, Mapping) else list(enumerate(parsed, start=1))
    names = [domain.name for domain in exam.domains]
    if not isinstance(parsed, Mapping) and len(pairs) != len(names):
        notes.add(
            "ratings",
            f"{len(pairs)} rating{'s' * (len(pairs) != 1)}",
            f"one rating for each of the {len(names)} domains: {'; '.join(names)}",
        )
        pairs = pairs[: len(names)]
        names = names[: len(pairs)]
    found: dict[int, tuple[str, float | None]] = {}
    met: set[int] = set()
    for key, item in pairs:
        domain = find_domain(key, exam)
        if domain is None:
            notes.add("ratings", key, f"one of the domains {'; '.join(names)}", nearest(key, names))
        elif domain.number in met:
            notes.add(f"ratings, {domain.name}", key, "a domain that is named only once")
        else:
            met.add(domain.number)
            rating = read_rating(item, f"ratings, {domain.name}", exam, method, notes)
            if rating:
                found[domain.number] = rating
    for domain in exam.domains[: len(names)]:
        if domain.number not in met:
            notes.add(f"ratings, {domain.name}", "nothing", "a rating for this domain")
    return found


def _none_given(value: object, method: Method) -> bool:
    """Tell whether no domain has a rating."""
    if isinstance(value, str) and value.strip():
        value = parse_ratings(value, Notes())
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else [value]
    return all(is_blank(item) or item == method.not_rated.rating for item in items)


class Rated(NamedTuple):
    """The ratings of a report as they were read: labels and percentages by domain, and what is wrong with them."""

    ratings: dict[str, str]
    percents: dict[str, float]
    problems: tuple[Problem, ...]


def rated(value: object, exam: Exam, method: Method) -> Rated:
    """Read the ratings of all domains; a file says the same thousands of times: read, and in memory, once."""
    if type(value) is dict and all(type(item) is str for item in value.values()):
        return _rated_once(tuple(value.items()), exam, method)
    return _rated(value, exam, method)


@lru_cache(maxsize=20_000)
def _rated_once(items: tuple[tuple[Any, str], ...], exam: Exam, method: Method) -> Rated:
    return _rated(dict(items), exam, method)


def _rated(value: object, exam: Exam, method: Method) -> Rated:
    notes = Notes()
    found = read_ratings(value, exam, method, notes)
    ratings = {d.name: found[d.number][0] for d in exam.domains if d.number in found}
    percents = {d.name: p for d in exam.domains if (p := found.get(d.number, ("", None))[1]) is not None}
    return Rated(ratings, percents, tuple(notes.problems))


def check_ratings(value: object, method: Method, notes: Notes) -> None:
    """Name the ratings that no report uses, where the exam is not known."""
    if parsed := parse_ratings(value, notes):
        for key, item in parsed.items() if isinstance(parsed, Mapping) else enumerate(parsed, start=1):
            if not is_blank(item):
                read_rating(item, f"ratings, {shown(key)}", None, method, notes)


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
