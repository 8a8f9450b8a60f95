"""Read what people type: lenient in form, strict in meaning. Each reader returns a value or notes a ``Problem``."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import yaml

from mls_kit.exam import Domain, Exam
from mls_kit.method import Method
from mls_kit.problems import Problem, nearest, shown, squeeze

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Only forms that cannot be misread: 03/04/2026 is refused, because it is two different days.
DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")
LISTS = list | tuple | set | frozenset
LONGEST_NAME = 200
LONGEST_ID = 100


@dataclass
class Notes:
    """The mistakes found while an input is read."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, place: str, value: object, expected: str, near: str | None = None) -> None:
        """Note one mistake."""
        self.problems.append(Problem(place, shown(value), expected, near))


@dataclass(frozen=True)
class DaysOff:
    """Days without study: weekdays (0 is Monday) and single dates.

    Examples
    --------
    >>> date(2026, 12, 24) in read_days_off("Sun, 2026-12-24", Notes())
    True
    """

    weekdays: frozenset[int] = frozenset()
    dates: frozenset[date] = frozenset()

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and (day.weekday() in self.weekdays or day in self.dates)

    def __str__(self) -> str:
        return ", ".join([*(WEEKDAYS[n][:3] for n in sorted(self.weekdays)), *map(str, sorted(self.dates))])


def is_blank(value: object) -> bool:
    """Tell whether nothing was given: None, NaN, NaT or only spaces."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    return (isinstance(value, str) and not value.strip()) or type(value).__name__ in ("NaTType", "NAType")


def read_number(value: object, place: str, low: float, high: float, notes: Notes, whole: bool = True) -> float | None:
    """Read a number from low to high; a whole one unless told otherwise."""
    expected = f"a {'whole ' if whole else ''}number from {low:g} to {high:g}"
    number = None
    if not isinstance(value, bool):
        try:
            number = float(str(value).strip())
        except ValueError:
            number = None
    if number is None or not math.isfinite(number):
        digits = re.search(r"\d+(\.\d+)?", str(value)[:100])
        guess = float(digits.group()) if digits else None
        fits = guess is not None and low <= guess <= high and not (whole and guess % 1)
        notes.add(place, value, expected, f"{guess:g}" if fits else None)
        return None
    if whole and number % 1:
        notes.add(place, value, expected, f"{min(max(round(number), low), high):g}")
        return None
    if not low <= number <= high:
        notes.add(place, value, expected, f"{min(max(number, low), high):g}")
        return None
    return number


def read_date(value: object, place: str, notes: Notes) -> date | None:
    """Read a day written so that it can mean only one day."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = re.sub(r"(?<=\d)(st|nd|rd|th)\b|,", "", str(value).strip()[:40])
    text = re.sub(r"[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$", "", text)
    for form in DATE_FORMS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    parts = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", text)
    near = None
    if parts:
        first, second, year = (int(part) for part in parts.groups())
        days = {str(day) for day in (_day(year, first, second), _day(year, second, first)) if day}
        near = " or ".join(sorted(days)) or None
    notes.add(place, value, "a date written as YYYY-MM-DD, such as 2026-11-01", near)
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_text(value: object, place: str, longest: int, notes: Notes) -> str:
    """Read a name or an id: one line, printable, not overlong. Nothing in it is ever run or read as markup."""
    if is_blank(value):
        return ""
    text = str(value)
    if len(text) > longest:
        notes.add(place, value, f"at most {longest} characters long (it has {len(text)})")
        return ""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        notes.add(place, text.encode("utf-8", "replace").decode(), "valid Unicode text")
        return ""
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def read_days_off(value: object, notes: Notes) -> DaysOff:
    """Read weekdays, dates and ranges of dates ("2026-12-24 to 2027-01-02"), as text or as a list."""
    if isinstance(value, DaysOff):
        return value
    if is_blank(value):
        return DaysOff()
    items = (
        re.split(r"[,;\n]", value) if isinstance(value, str) else list(value) if isinstance(value, LISTS) else [value]
    )
    weekdays: set[int] = set()
    dates: set[date] = set()
    for item in items:
        if is_blank(item):
            continue
        if (weekday := _weekday(item)) is not None:
            weekdays.add(weekday)
        else:
            dates |= _read_range(item, notes)
    if len(weekdays) == 7:
        notes.add("days_off", value, "at most six weekdays: one has to be left for study")
    return DaysOff(frozenset(weekdays), frozenset(dates))


def _weekday(item: object) -> int | None:
    text = squeeze(item).rstrip("s") if isinstance(item, str) else ""
    fits = [n for n, name in enumerate(WEEKDAYS) if len(text) >= 2 and name.casefold().startswith(text)]
    return fits[0] if len(fits) == 1 else None


def _read_range(item: object, notes: Notes) -> set[date]:
    ends = re.split(r"\s*(?:\.\.|–|\bto\b)\s*", item.strip()) if isinstance(item, str) else [item]
    inner = Notes()
    days = [read_date(end, "days_off", inner) for end in ends]
    first, last = days[0], days[-1]
    if len(days) > 2 or first is None or last is None or not timedelta(0) <= last - first <= timedelta(days=366):
        near = nearest(item, WEEKDAYS)
        notes.add("days_off", item, "a weekday, a date YYYY-MM-DD, or two dates with 'to' between them", near)
        return set()
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


def find_domain(key: object, exam: Exam) -> Domain | None:
    """Find a domain by number, name, alias or unique beginning of a name; None where it is not clear."""
    text = squeeze(key)
    number = re.fullmatch(r"(?:domain|d)?0*(\d+)", text)
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
    percents = any(vocabulary.percent for vocabulary in vocabularies)
    if not isinstance(value, bool) and re.fullmatch(r"\s*\d+(\.\d+)?\s*%?\s*", str(value)[:40]):
        if not percents:
            expected = f"one of {', '.join(labels)} (percentages beside domains are weights, not results)"
            notes.add(place, value, expected)
            return None
        percent = read_number(str(value).replace("%", ""), place, 0, 100, notes, whole=False)
        return None if percent is None else (method.rating_of_percent(percent), percent)
    text = squeeze(value)
    known = {rating.label: [rating.label, rating.short, *rating.aliases] for rating in method.ratings}
    exact = [label for label in labels if text in map(squeeze, known[label])]
    fits = exact or [label for label in labels if text and squeeze(label).startswith(text)]
    if len(fits) == 1:
        return fits[0], None
    also = " or a percentage from 0 to 100" if percents else ""
    notes.add(
        place, "nothing" if is_blank(value) else value, f"one of {', '.join(labels)}{also}", nearest(value, labels)
    )
    return None


def read_ratings(value: object, exam: Exam, method: Method, notes: Notes) -> dict[int, tuple[str, float | None]]:
    """Read the ratings of all domains, from a list in domain order, a mapping, or either of them as text."""
    parsed = _parse_ratings(value, notes)
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


def _parse_ratings(value: object, notes: Notes) -> Mapping[Any, Any] | Sequence[Any] | None:
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, str) and value.strip() and len(value) <= 5000:
        if ":" in value or value.strip()[0] in "[{-":
            try:
                parsed = yaml.load(value, Loader=yaml.BaseLoader)
            except yaml.YAMLError:
                parsed = None
            if isinstance(parsed, Mapping | list):
                return parsed
        else:
            return [part.strip() for part in re.split(r"[,;|\n]", value.strip().rstrip(",;"))]
    notes.add("ratings", "nothing" if is_blank(value) else value, "a list of ratings, or domain: rating pairs")
    return None


def read_time(value: object, place: str, notes: Notes) -> str | None:
    """Read a time of day such as 19:00."""
    match = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", str(value).strip())
    if match:
        return f"{int(match.group(1)):02d}:{match.group(2)}"
    notes.add(place, value, "a time of day written as HH:MM, such as 19:00")
    return None
