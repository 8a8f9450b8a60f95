"""Read what people type: lenient in form, strict in meaning. Each reader returns a value or notes a ``Problem``."""

from __future__ import annotations

import math
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from mls_kit.exam import load_method
from mls_kit.problems import Problem, nearest, shown, squeeze

YEARS = (1990, 2100)  # a day outside is a slip of the pen
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Only forms that cannot be misread: 03/04/2026 is refused, because it is two different days.
DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")
LANGUAGES = {  # how people write the languages that exam files name
    "English": ("en", "english us", "english uk", "us english", "englisch"),
    "German": ("de", "deutsch"),
    "Italian": ("it", "italiano"),
    "Spanish": ("es", "español", "espanol"),
    "Portuguese": ("pt", "português", "portugues", "brazilian portuguese"),
    "Japanese": ("ja", "日本語"),
    "Korean": ("ko", "한국어"),
    "Simplified Chinese": ("zh", "chinese", "chinese simplified", "简体中文"),
    "Thai": ("th",),
}
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

    def __str__(self) -> str:
        return ", ".join([*(WEEKDAYS[n][:3] for n in sorted(self.weekdays)), *map(str, sorted(self.dates))])


def is_blank(value: object) -> bool:
    """Tell whether nothing was given: None, NaN, NaT or only spaces."""
    if isinstance(value, str):
        return not value.strip()
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    return type(value).__name__ in ("NaTType", "NAType")


def read_number(value: object, place: str, low: float, high: float, notes: Notes, whole: bool = True) -> float | None:
    """Read a number from low to high; a whole one unless told otherwise."""
    expected = f"a {'whole ' if whole else ''}number from {low:g} to {high:g}"
    number = None
    if not isinstance(value, bool):
        with suppress(ValueError):
            number = float(str(value).strip())
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
    day = _date_of(text := str(value).strip()[:40])
    if day is None:
        near = " or ".join(sorted({str(day) for day in both_days(text) if day})) or None
        notes.add(place, value, "a date written as YYYY-MM-DD, such as 2026-11-01", near)
    return day


@lru_cache(maxsize=8192)
def _date_of(text: str) -> date | None:
    text = re.sub(r"(?<=\d)(st|nd|rd|th)\b|,", "", text)
    text = re.sub(r"[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$", "", text)
    for form in DATE_FORMS:
        try:
            day = datetime.strptime(text, form).date()
        except ValueError:
            continue
        return day if YEARS[0] <= day.year <= YEARS[1] else None
    return None


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


def read_text(value: object, place: str, longest: int, notes: Notes) -> str:
    """Read a name or an id: one line, printable, not overlong; a mistake does not repeat it, for lists of them are shared."""
    if is_blank(value):
        return ""
    text = str(value)
    if text.isascii() and text.isprintable() and len(text) <= longest:
        return " ".join(text.split())
    if len(text) > longest:
        notes.add(place, "(not shown)", f"at most {longest} characters long (it has {len(text)})")
        return ""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        notes.add(place, "(not shown)", "valid Unicode text")
        return ""
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def read_language(value: object) -> str:
    """Return a language as exam files name it; nothing is English, and what is not known stays as it is.

    >>> read_language("deutsch"), read_language("English (US)"), read_language(None)
    ('German', 'English', 'English')
    """
    if is_blank(value):
        return "English"
    text = squeeze(value)
    for name, others in LANGUAGES.items():
        if text in (squeeze(name), *map(squeeze, others)):
            return name
    return " ".join(str(value).split())


def read_days_off(value: object, notes: Notes) -> DaysOff:
    """Read weekdays, dates and ranges of dates ("2026-12-24 to 2027-01-02"), as text or as a list."""
    if isinstance(value, DaysOff):
        return value
    if is_blank(value):
        return DaysOff()
    items = re.split(r"[,;\n]", value) if isinstance(value, str) else value if isinstance(value, LISTS) else [value]
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


def read_time(value: object, place: str, notes: Notes) -> str | None:
    """Read a time of day such as 19:00."""
    match = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", str(value).strip())
    if match:
        return f"{int(match.group(1)):02d}:{match.group(2)}"
    notes.add(place, value, "a time of day written as HH:MM, such as 19:00")
    return None


def read_split(value: object, notes: Notes) -> str:
    """Return how domains share the time, in the kit's word for it; nothing is the article's way.

    >>> read_split("Weights", Notes()), read_split("", Notes())
    ('weights', 'article')
    """
    if is_blank(value):
        return SPLITS[0]
    found = next((name for name in SPLITS if squeeze(name) == squeeze(value)), None)
    if found is None:
        notes.add("split", value, f"one of {', '.join(SPLITS)}", nearest(value, SPLITS))
    return found or SPLITS[0]


def read_aim(value: object, notes: Notes) -> str:
    """Return which day a plan aims at, in the kit's word for it; nothing is the rules' default.

    >>> read_aim("Sure", Notes()), read_aim("", Notes())
    ('sure', 'steady')
    """
    rules = load_method().aims
    if is_blank(value):
        return rules.default
    found = next((name for name in rules.names if squeeze(name) == squeeze(value)), None)
    if found is None:
        notes.add("aim", value, f"one of {', '.join(rules.names)}", nearest(value, rules.names))
    return found or rules.default


def read_source(value: object, notes: Notes) -> str:
    """Read where a learner's practice questions come from: a name, or nothing."""
    return read_text(value, "practice_source", LONGEST_NAME, notes)
