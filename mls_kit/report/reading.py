"""Read what people type: lenient in form, strict in meaning. Each reader returns a value or notes a ``Problem``."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from mls_kit.exam import aliases, load_method, meanings
from mls_kit.problems import Problem, nearest, shown, squeeze

YEARS = (1990, 2100)  # a day outside is a slip of the pen
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LANGUAGES = aliases("languages")  # that exam files name, and how people write them
LISTS = list | tuple | set | frozenset
SPLITS = ("article", "weights", "model")  # how single domains may share the study time
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
    """Days without study: weekdays (0 is Monday) and single dates."""

    weekdays: frozenset[int] = frozenset()
    dates: frozenset[date] = frozenset()

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and (day.weekday() in self.weekdays or day in self.dates)

    def __or__(self, other: DaysOff) -> DaysOff:
        return DaysOff(self.weekdays | other.weekdays, self.dates | other.dates)

    def to(self, last: DaysOff) -> DaysOff | None:
        """Return all days from one to another, both weekdays or both dates; None where there is no way, or more than a year."""
        if len(self.weekdays) == len(last.weekdays) == 1:
            (first,), (end,) = self.weekdays, last.weekdays
            return DaysOff(frozenset((first + n) % 7 for n in range((end - first) % 7 + 1)))
        if len(self.dates) == len(last.dates) == 1:
            (start,), (until,) = self.dates, last.dates
            days = (until - start).days
            return DaysOff(dates=frozenset(start + timedelta(days=n) for n in range(days + 1))) if 0 <= days <= 366 else None
        return None

    def __str__(self) -> str:
        return ", ".join([*(WEEKDAYS[n][:3] for n in sorted(self.weekdays)), *map(str, sorted(self.dates))])


_NO_DAYS = DaysOff()


def is_blank(value: object) -> bool:
    """Tell whether nothing was given: None, NaN, NaT or only spaces."""
    if isinstance(value, str):
        return not value.strip()
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    return type(value).__name__ in ("NaTType", "NAType")


def read_number(value: object, place: str, low: float, high: float, notes: Notes, whole: bool = True) -> float | None:
    """Read a number from low to high, with a decimal point or comma; a whole one unless told otherwise."""
    expected = f"a {'whole ' if whole else ''}number from {low:g} to {high:g}"
    number = _number_of(value)
    if number is None:
        digits = re.findall(r"\d+(?:\.\d+)?", str(value)[:100])
        guess = float(digits[0]) if len(digits) == 1 else None
        fits = guess is not None and low <= guess <= high and not (whole and guess % 1)
        notes.add(place, "nothing" if is_blank(value) else value, expected, f"{guess:g}" if fits else None)
        return None
    if (whole and number % 1) or not low <= number <= high:
        near = math.floor(number) if whole else number  # never up: a failed attempt does not become a passed one
        notes.add(place, value, expected, f"{min(max(near, low), high):g}")
        return None
    return number


def _number_of(value: object) -> float | None:
    """Return a plain number: no sign, no power, no underscore, which float() would take."""
    if type(value) is str and value.isascii() and value.isdecimal() and len(value) < 10:
        return float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    text = str(value).strip()[:40] if not isinstance(value, bool) else ""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return float(text.replace(",", ".")) if re.fullmatch(r"-?\d+(\.\d*)?|\d{1,3},\d{1,2}", text, re.ASCII) else None


@lru_cache(maxsize=1)
def _forms() -> dict[str, re.Pattern[str]]:
    """Return how numbers with words beside them look, from the words of data/aliases."""
    units = {name: "|".join(sorted(map(re.escape, words), key=len, reverse=True)) for name, words in aliases("units").items()}
    one = r"(\d{1,4}(?:[.,]\d{1,2})?)"
    hours = (
        rf"(?:{units['week']})?\s*(?P<about>{units['about']})?\s*{one}\s*(?:{units['hours']})?(?:\s*(?:{units['range']})\s*{one})?\s*(?P<more>\+)?"
        rf"\s*(?:{units['hours']})?\s*(?:{units['week']})?"
    )
    points = rf"(?:{units['score']})?\s*(\d{{1,4}}|\d,\d{{3}})\s*(?:{units['points']})?\s*"
    points += rf"(?:(?:{units['out_of']})\s*(\d{{1,4}}|\d,\d{{3}})\s*(?:{units['points']})?)?"
    return {"hours": re.compile(hours, re.ASCII), "points": re.compile(points, re.ASCII)}


def _plain(value: object) -> str:
    return unicodedata.normalize("NFKC", str(value)[:60]).casefold().strip()


def read_score(value: object, low: int, high: int, notes: Notes) -> float | None:
    """Read a scaled score: 690, "690/1000", "690 points"; the scale, where it is given, has to be the exam's own."""
    found = _forms()["points"].fullmatch(_plain(value)) if isinstance(value, str) and not value.isdecimal() else None
    if found and (found[2] is None or int(found[2].replace(",", "")) == high):
        value = found[1].replace(",", "")
    return read_number(value, "scaled_score", low, high, notes)


def read_hours(value: object, low: float, high: float, notes: Notes) -> tuple[float | None, str]:
    """Read hours a week, and what has to be said of them: of "6-8" and "about 6" the lower number counts."""
    if not isinstance(value, str) or value.isdecimal():
        return read_number(value, "hours_per_week", low, high, notes, whole=False), ""
    found = _forms()["hours"].fullmatch(_plain(value))
    ends = [float(end.replace(",", ".")) for end in found.groups() if end and end[0].isdigit()] if found else []
    if not ends or not low <= min(ends) <= high:  # no guess: "1 hour a day" is not 1
        near = f"{min(max(min(ends), low), high):g}" if ends else None
        notes.add("hours_per_week", value, f"a number from {low:g} to {high:g}", near)
        return None, ""
    rough = found and (len(ends) > 1 or found["about"] or found["more"])
    return min(ends), f"Hours a week {shown(value)!r}: the kit uses {min(ends):g}." if rough else ""


def read_date(value: object, place: str, notes: Notes) -> date | None:
    """Read a day written so that it can mean only one day."""
    day = value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None
    text = str(value).strip()[:60]
    if day is None:
        day = _date_of(text)
    elif not YEARS[0] <= day.year <= YEARS[1]:
        day, text = None, ""
    if day is None:
        near = " or ".join(sorted({str(day) for day in both_days(text) if day})) or None
        notes.add(place, value, "a date written as YYYY-MM-DD, such as 2026-11-01", near)
    return day


@lru_cache(maxsize=1)
def _day_words() -> tuple[dict[str, int], frozenset[str]]:
    """Return the names of months with their numbers, and the words beside them that tell nothing."""
    months = {squeeze(word): int(number) for number, words in aliases("months").items() for word in words}
    weekdays = {squeeze(word) for words in aliases("weekdays").values() for word in words}
    return months, frozenset(weekdays | {squeeze(word) for word in aliases("cells")["beside_days"]}) - set(months)


def without_time(text: str) -> str:
    """Return the text of a day without its time of day.

    >>> without_time("10/15/2026 9:00:00 AM"), without_time("2026-10-15T09:30Z")
    ('10/15/2026', '2026-10-15')
    """
    return _TIME.sub("", text) if ":" in text or _TIME.search(text) else text


_TIME = re.compile(
    r"(?<=\d)(?:T|,?\s)\s*\d{1,2}[:.h時]\d\d(?:[:.分]\d\d)?(?:[.,]\d+)?\s*(?:[ap]\.?m\.?)?\s*(?:Z|UTC|[+-]\d\d:?\d\d)?$", re.I
)


@lru_cache(maxsize=8192)
def _date_of(text: str) -> date | None:
    text = re.sub(r"(?<=\d)\s?([./-])\s?(?=\d)", r"\1", without_time(unicodedata.normalize("NFKC", text)))
    if found := re.fullmatch(r"(\d{4})([-/.年]?)(\d\d?)(?:\2|月)(\d\d?)日?", text, re.ASCII):
        return _day(*map(int, (found[1], found[3], found[4]))) if found[2] or len(text) == 8 else None
    if found := re.fullmatch(r"(\d\d?)([./-])(\d\d?)\2(\d{4}|\d\d)", text, re.ASCII):
        days = {*both_days(text), _day(2000 + int(found[1]), int(found[3]), int(found[4]))} - {None}
        return days.pop() if len(days) == 1 else None
    months, others = _day_words()
    words = [squeeze(word) for word in re.findall(r"[^\W\d_]+", text)]
    numbers = re.findall(r"\d+", text)
    named = [months[word] for word in words if word in months]
    if len(named) != 1 or len(numbers) != 2 or not {*words} <= {*months, *others} or not re.fullmatch(r"[\w\s.,/'-]+", text):
        return None
    day, year = numbers if len(numbers[0]) < 4 else numbers[::-1]
    if len(year) not in (2, 4) or len(day) > 2:
        return None
    return _day(int(year) + (2000 if len(year) == 2 else 0), named[0], int(day))


def both_days(text: str) -> tuple[date | None, date | None]:
    """Return the days that 3/4/2026, 3.4.26 and the like may mean: day first, and month first; None where there is none.

    >>> [str(day) for day in both_days("03.04.2026")], both_days("14/10/2026")[1]
    (['2026-04-03', '2026-03-04'], None)
    """
    parts = re.fullmatch(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d\d)", text, re.ASCII)
    if not parts:
        return None, None
    first, second, year = int(parts[1]), int(parts[3]), int(parts[4])
    year += 2000 if year < 100 else 0
    return _day(year, second, first), _day(year, first, second)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if YEARS[0] <= year <= YEARS[1] else None
    except ValueError:
        return None


@lru_cache(maxsize=1)
def _results() -> dict[str, bool]:
    return {fold(word): name == "pass" for name, words in aliases("results").items() for word in [name, *words]}


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """Return a word as it is compared; of signs alone, the signs; of a word in doubt ("Weak?", "NI/MC"), nothing.

    >>> fold(" Not-Passed. "), fold("Weak?"), fold("○")
    ('notpassed', '', '○')
    """
    text = unicodedata.normalize("NFKC", text).strip()
    return squeeze(text) if re.fullmatch(r"[\w\s.,:;!'’\"()_–-]*\w[\w\s.,:;!'’\"()_–-]*", text) else text if len(text) == 1 else ""


def before_brackets(text: str) -> tuple[str, str]:
    """Return a text and what stands in brackets behind it."""
    found = re.fullmatch(r"\s*([^()]*[^()\s])\s*\(([^()]*)\)\s*", text[:200])
    return (found[1], found[2]) if found else (text, "")


def read_result(value: object) -> bool | None:
    """Return whether a result says "passed", in any language of data/aliases; None where it does not clearly say so or no."""
    if isinstance(value, bool):
        return value
    said, more = before_brackets(f"{value:g}" if isinstance(value, float) else str(value)[:200])
    words = _results()
    plain = not more or any(c.isdigit() for c in more) or words.get(fold(more)) == words.get(fold(said))
    return words.get(fold(said)) if plain else None


def read_text(value: object, place: str, longest: int, notes: Notes) -> str:
    """Read a name or an id: one line, printable, not overlong; a mistake does not repeat it, for lists of them are shared."""
    if is_blank(value):
        return ""
    text = str(value)
    if text.isascii() and text.isprintable() and len(text) <= longest:
        return " ".join(text.split())
    if len(text) > longest:
        notes.add(place, "(not shown)", f"this text has {len(text)} characters. It can have at most {longest}.")
        return ""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        notes.add(place, "(not shown)", "this text is not valid Unicode.")
        return ""
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def read_language(value: object) -> str:
    """Return a language as exam files name it; nothing is English, and what is not known stays as it is.

    >>> read_language("deutsch"), read_language("English (US)"), read_language(None)
    ('German', 'English', 'English')
    """
    return "English" if is_blank(value) else meanings("languages").get(squeeze(value)) or " ".join(str(value).split())


def read_days_off(value: object, notes: Notes) -> DaysOff:
    """Read weekdays, dates and ranges of dates ("2026-12-24 to 2027-01-02"), as text or as a list."""
    if isinstance(value, DaysOff):
        return value
    if is_blank(value) or value == ():
        return _NO_DAYS
    if isinstance(value, str):
        found, problems = _days_off(value)
        notes.problems += problems
        return found
    return _read_days_off(value, notes)


@lru_cache(maxsize=1024)
def _days_off(text: str) -> tuple[DaysOff, tuple[Problem, ...]]:
    notes = Notes()
    return _read_days_off(text, notes), tuple(notes.problems)


def _read_days_off(value: object, notes: Notes) -> DaysOff:
    items = re.split(r"[,;、\n]", value) if isinstance(value, str) else value if isinstance(value, LISTS) else [value]
    off = _NO_DAYS
    for item in items:
        if is_blank(item):
            continue
        found = _days_named(item.strip()[:200]) if isinstance(item, str) else _one_or_more(item)
        if found is None:
            expected = "a day of the week, 'weekend', a date (YYYY-MM-DD), or a first and a last day, such as 'Mon to Wed'"
            notes.add("days_off", item, expected, nearest(item, [*WEEKDAYS, "weekend"]))
        off = off | (found or _NO_DAYS)
    if len(off.weekdays) == 7:
        notes.add("days_off", value, "you gave seven days off. Give at most six days of the week: you need one day to study.")
    return off


@lru_cache(maxsize=1024)
def _days_named(text: str) -> DaysOff | None:
    """Return the days that a text names: one, all from one to another, or several together; None where it does not."""
    if found := _one_or_more(text):
        return found
    to, *others = _joints()
    for joint in to.finditer(text):
        first, last = (_one_or_more(end) for end in (text[: joint.start()], text[joint.end() :]))
        if first and last and (found := first.to(last)):
            return found
    for mark in others:
        begin, *parts = mark.split(text)
        parts = [begin, *parts] if begin else parts  # "Fri, Sat, and Sun" was split at its commas
        named = [_days_named(part) for part in parts if part != text] or [None]
        if None not in named:
            return reduce(or_, filter(None, named))
    return None


def _one_or_more(item: object) -> DaysOff | None:
    """Return the one day that words or a date mean, or all days that one word stands for."""
    if isinstance(item, str):
        beside, several = _words_for_days()
        for text in (item, " ".join(word for word in item.split() if squeeze(word) not in beside)):
            if squeeze(text) in several:
                return several[squeeze(text)]
            if (weekday := _weekday(text)) is not None:
                return DaysOff(frozenset({weekday}))
            item = text
    day = read_date(item, "days_off", Notes())
    return DaysOff(dates=frozenset({day})) if day else None


@lru_cache(maxsize=1)
def _words_for_days() -> tuple[frozenset[str], dict[str, DaysOff]]:
    """Return the words beside days that tell nothing, and those that stand for several days."""
    words, several = aliases("days_off"), {"weekend": DaysOff(frozenset({5, 6})), "workdays": DaysOff(frozenset(range(5)))}
    return frozenset(map(squeeze, words["beside"])), {squeeze(w): days for name, days in several.items() for w in words[name]}


@lru_cache(maxsize=1)
def _joints() -> tuple[re.Pattern[str], ...]:
    """Return what may stand between days: from one to another, between two; a stroke and a space only where nothing else does."""
    words = aliases("days_off")

    def pattern(name: str) -> re.Pattern[str]:
        # a word of letters stands alone, but in Japanese
        by_length = sorted(words[name], key=len, reverse=True)
        forms = [rf"(?<!\w){re.escape(w)}(?!\w)" if w[0].isalpha() and w[0] < "\u3000" else re.escape(w) for w in by_length]
        return re.compile(rf"\s*(?:{'|'.join(forms)})\s*", re.I)

    return pattern("to"), pattern("and"), re.compile(r"\s*/\s*"), re.compile(r"\s+")


@lru_cache(maxsize=1)
def _weekdays() -> dict[str, int]:
    return {squeeze(word): int(number) - 1 for number, words in aliases("weekdays").items() for word in words}


def _weekday(item: object) -> int | None:
    text = squeeze(item) if isinstance(item, str) else ""
    names = _weekdays()
    if text in names:
        return names[text]
    fits = {number for name, number in names.items() if len(text) >= 3 and name.startswith(text)}
    return fits.pop() if len(fits) == 1 else None


def read_time(value: object, place: str, notes: Notes) -> str | None:
    """Read a time of day such as 19:00."""
    text = str(value).strip()
    match = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)(:00)?", text)
    if match:
        return f"{int(match.group(1)):02d}:{match.group(2)}"
    expected, near = "a time of day written as HH:MM, such as 19:00", None
    if re.fullmatch(r"\d{3,5}", text, re.ASCII):  # YAML counts 19:30 as 19 times 60 and 30, with seconds once more
        number = int(text)
        both = [divmod(number // 60 if len(text) == 5 else number, 60), divmod(number, 100)]
        near = " or ".join(f"{hour:02d}:{minute:02d}" for hour, minute in both if hour < 24 and minute < 60) or None
        expected += "; in YAML put quotation marks around the time" if near else ""
    notes.add(place, value, expected, near)
    return None


def _read_choice(value: object, place: str, choices: Sequence[str], default: str, notes: Notes) -> str:
    """Return which of some words a value is, in any spelling; nothing is the default."""
    if is_blank(value):
        return default
    found = next((name for name in choices if squeeze(name) == squeeze(value)), None)
    if found is None:
        notes.add(place, value, f"one of {', '.join(choices)}", nearest(value, choices))
    return found or default


def read_details(value: object, notes: Notes) -> bool:
    """Return whether a plan prints how all is known: yes or no; nothing is no."""
    if is_blank(value):
        return False
    found = meanings("answers").get(squeeze(value))
    if found is None:
        notes.add("details", value, "yes or no", nearest(value, ["yes", "no"]))
    return found == "yes"


WISHES: dict[str, Callable[[Any, Notes], Any]] = {  # for a plan, beside its report: who reads them
    "split": lambda value, notes: _read_choice(value, "split", SPLITS, SPLITS[0], notes),
    "aim": lambda value, notes: _read_choice(value, "aim", load_method().aims.names, load_method().aims.default, notes),
    "practice_source": lambda value, notes: read_text(value, "practice_source", LONGEST_NAME, notes),
    "details": read_details,
}
