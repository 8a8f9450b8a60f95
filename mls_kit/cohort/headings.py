"""Where does the table of reports begin, and what does each of its columns mean?"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from mls_kit.exam import Exam, alias_files, aliases, exam_files, find_exam, load_method, meanings
from mls_kit.problems import InputError, Problem, nearest, shown, squeeze
from mls_kit.report import Damaged, Grid, Row, find_domain, fold, is_blank, rating_words, split_domain

Cells = Sequence[Any]

REQUIRED = ("exam", "scaled_score")
HELPERS = ("first_name", "last_name", "email", "person", "domain")  # columns that help to read others
_OF_PERSONS = ("learner_id", "learner_name", "first_name", "last_name", "email", "scaled_score", "taken_on")
ALL = "all"  # sheets
_SHORTEST = 8  # letters of the beginning of a domain's name: fewer are a beginning of too many things
_LOOKED_AT = 50  # rows in which a heading is looked for
_MARKS = 2  # headings of a form that tell it
_APART = re.compile(r"\s*[\[\](){}|:>/]\s*|\s+[-–—]\s+|\s*\n\s*")  # between a domain and a rating in one heading


def known_columns() -> list[str]:
    """Return the names of the columns a cohort may have.

    >>> known_columns()[:3]
    ['learner_id', 'learner_name', 'exam']
    """
    names = dict.fromkeys(meanings("headings").values())
    return [*(name for name in names if name not in HELPERS), "domain_1"]


class Words:
    """What headings mean, with the exams of one folder."""

    def __init__(self, exam_folder: str | Path | None = None) -> None:
        self.exams: list[Exam] = []
        for code in exam_files(exam_folder):
            with suppress(InputError):  # a broken file matters to the rows of its exam, and is named there
                self.exams.append(find_exam(code, exam_folder))
        self._exact = meanings("headings")
        self._order = {heading: place for place, heading in enumerate(self._exact)}
        self._ratings = rating_words(load_method())
        self._bags = [_Bags(file) for file in alias_files().values()]
        self.meaning = lru_cache(maxsize=4096)(self._meaning)

    def _meaning(self, heading: str) -> tuple[str, int]:
        """Return what a heading means and how loosely: our name, ``domain:KEY``, ``tick:LABEL:KEY`` or ""."""
        heading = re.sub(r"\[(\d+\s?%)\]", r"(\1)", unicodedata.normalize("NFKC", heading).strip())
        text = squeeze(heading)
        if text in self._exact:
            return self._exact[text], self._order[text]
        question = re.match(r"(?:Q\s?)?\d{1,2}[.):]\s+(?=\D)", heading, re.I)  # "3. Which exam?"
        if question and (asked := self._meaning(heading[question.end() :]))[0]:
            return asked
        parts = [part for part in _APART.split(heading) if part]
        for part in (*parts[-1:], *parts[:1]) if len(parts) > 1 else ():
            label = self._ratings.get(fold(part))
            rest = ": ".join(other for other in parts if other is not part)
            if label and len(part) > 1 and (key := self._domain(rest)):
                return f"tick:{label}:{key}", 0
        if key := self._domain(heading):
            return f"domain:{key}", 0 if key == heading or len(text) < _SHORTEST else len(self._order)
        if grid := re.fullmatch(r".*\[(.+)\]\W*", heading, re.S):  # a grid of a form: its question, and the line of it
            key = self._domain(grid[1])
            return (f"domain:{key}", 0) if key else ("", 0)
        plain = re.sub(r"\(.*?\)|\[.*?\]", " ", heading)
        found = next(filter(None, (bags.meaning(plain) for bags in self._bags)), "")
        return found, len(self._order)

    def _domain(self, heading: str) -> str:
        """Return how a heading names a domain, by name where an exam has it, else by number; "" where it names none."""
        number, name = split_domain(heading)
        if name and any(self._fits(heading, name, exam) for exam in self.exams):
            return heading
        return str(number) if number and (not name or re.search(r"\d\s*[:.–—-]\s*\D", heading)) else ""

    @staticmethod
    def _fits(heading: str, name: str, exam: Exam) -> bool:
        domain = find_domain(heading, exam)
        return domain is not None and (
            len(squeeze(name)) >= _SHORTEST or squeeze(name) in map(squeeze, (domain.name, *domain.aliases))
        )

    def of(self, cell: Any) -> str:
        """Return the meaning of a cell as a heading."""
        return self.ranked(cell)[0]

    def ranked(self, cell: Any) -> tuple[str, int]:
        """Return the meaning of a cell as a heading, and how loosely it was found."""
        if isinstance(cell, str) and 0 < len(cell) <= 200:
            return self.meaning(cell)
        return self.meaning(str(cell)) if type(cell) is int and 0 < cell < 20 else ("", 0)

    def is_rating(self, cell: Any) -> bool:
        """Tell whether a cell is a word for a rating."""
        return isinstance(cell, str) and len(cell) < 60 and fold(cell) in self._ratings

    def known(self, cells: Cells) -> int:
        """Return how many different things the cells of a row name."""
        return self.likeness(cells)[1]

    def likeness(self, cells: Cells) -> tuple[int, int]:
        """Return how like a heading a row is: a number alone may be a domain's, or anything."""
        found = {meaning for cell in cells if (meaning := self.of(cell))}
        return sum(":" not in name for name in found), len(found)

    def meanings(self, cells: Cells, below: Sequence[Row] = ()) -> dict[int, str]:
        """Return the meaning of each column a row heads, of two alike the clearer one; rows below it decide in doubt."""
        found: dict[int, str] = {}
        for _, place in sorted((self.ranked(cell)[1], place) for place, cell in enumerate(cells) if self.of(cell)):
            if (name := self.of(cells[place])) not in found.values():
                found[place] = name
        columns = {
            n: [row.cells[n] for row in below if n < len(row.cells) and not is_blank(row.cells[n])] for n in range(len(cells))
        }
        for place in [place for place, name in found.items() if name == "person"]:  # an id has digits, a name has none
            name = "learner_id" if any(c.isdigit() for cell in columns[place] for c in str(cell)) else "learner_name"
            found[place] = name if name not in found.values() else "person"
        if "domain" in found.values() and "ratings" not in found.values():
            rated = [n for n, column in columns.items() if sum(map(self.is_rating, column)) > len(column) / 2]
            found |= dict.fromkeys(rated[:1], "ratings")
            labels = {} if rated else {n: self._ratings.get(fold(str(cell))) for n, cell in enumerate(cells)}
            found |= {n: f"mark:{label}" for n, label in labels.items() if label and n not in found}
        return dict(sorted(found.items()))

    @staticmethod
    def missing(meanings: Iterable[str]) -> list[str]:
        """Return the columns that every report needs and that are not among some meanings."""
        found = set(meanings)
        rated = any(name == "ratings" or ":" in name for name in found)
        found |= {"scaled_score"} if rated and "result" in found else set()  # exams that report no score need none
        return [name for name in REQUIRED if name not in found] + ([] if rated else ["ratings"])


class _Bags:
    """The headings of one language without the words that tell nothing, in any order."""

    def __init__(self, file: dict[str, dict[str, list[str]]]) -> None:
        headings: dict[str, list[str]] = file.get("headings", {})
        self._filler = set(map(squeeze, file.get("filler", ())))
        self._persons = {squeeze(word) for word in headings.get("person", ())}
        self._known: dict[frozenset[str], str] = {}
        for name, words in headings.items():
            for word in [name.replace("_", " "), *words]:
                if name not in ("person", "domain") and (bag := self._bag(word)):
                    self._known.setdefault(bag, name)

    def _bag(self, text: str) -> frozenset[str]:
        return frozenset(map(squeeze, re.findall(r"[^\W_]+", text))) - self._filler

    def meaning(self, heading: str) -> str:
        """Return our name for a heading; "" for one that means nothing."""
        bag = self._bag(heading)
        of_person = self._known.get(bag - self._persons, "")
        return self._known.get(bag) or (of_person if of_person in _OF_PERSONS else "")


@dataclass
class Table:
    """The table of reports in a file: what its columns mean, and where it begins."""

    columns: list[str]  # one a column of cells: the heading, or where it stands if it has none
    meaning: dict[int, str]  # column -> our name for it, domain:KEY, tick:LABEL:KEY or mark:LABEL
    heading: int  # number of the row, the second one of two, that heads the columns
    remarks: list[str]
    grid: Grid
    helping: tuple[int, ...] = ()  # columns that are used, and have no meaning of their own

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the heading."""
        return (row for row in self.grid.rows() if row.number > self.heading)

    def place(self, name: str) -> int | None:
        """Return the place of the column with a meaning."""
        return next((place for place, found in self.meaning.items() if found == name), None)


def choose_tables(grids: list[Grid], words: Words, file: str, sheet: str = "") -> list[Table]:
    """Return the tables of reports among sheets, those named with "/" between them, or "all"; an InputError in doubt."""
    fitting = [grid for grid in grids if not words.missing(_heading(grid, words)[2].values())]
    if sheet and not (squeeze(sheet) == ALL and fitting):
        return [_table(_named(grids, name, file), words, file) for name in dict.fromkeys(sheet.split("/"))]
    if len(fitting) > 1 and not sheet:
        names = [repr(shown(grid.name)) for grid in fitting]
        expected = "a workbook with one sheet of reports. Choose sheets with --sheet (you can repeat it, or say 'all')"
        raise InputError(shown(file), [Problem("sheet", f"{len(names)} sheets: {', '.join(names)}", expected)])
    best = max(fitting or grids, key=lambda grid: max((words.known(row.cells) for row in _beginning(grid)), default=0))
    tables = [_table(grid, words, file) for grid in (fitting if sheet else [best])]
    if len(grids) > len(tables):
        names = [repr(shown(table.grid.name)) for table in tables]
        said = f"Sheet {names[0]} was" if len(names) == 1 else f"Sheets {', '.join(names)} were"
        tables[0].remarks.insert(0, f"{said} read. The other sheets have no reports.")
    return tables


def _named(grids: list[Grid], name: str, file: str) -> Grid:
    for grid in grids:
        if squeeze(grid.name) == squeeze(name):
            return grid
    names = [shown(grid.name) for grid in grids if grid.name]
    expected = f"one of the sheets {', '.join(names)}" if names else "needed. This file has only one table"
    raise InputError(shown(file), [Problem("sheet", shown(name), expected, nearest(name, names))])


def _beginning(grid: Grid) -> list[Row]:
    """Return the rows in which a heading is looked for, without the blank ones."""
    rows = itertools.takewhile(lambda row: row.number <= _LOOKED_AT, grid.rows())
    return [row for row in rows if not all(map(is_blank, row.cells))]


def _heading(grid: Grid, words: Words) -> tuple[int, Cells, dict[int, str]]:
    """Return the row most like a heading: its number, of two rows together that of the second, its cells, their meanings."""
    look = _beginning(grid)
    for place, (row, following) in enumerate(itertools.zip_longest(look, look[1:])):
        both = None
        if following and following.number == row.number + 1:
            both = _joined(row.cells, following.cells, words)
        for number, cells, below in ((row.number + 1, both, look[place + 2 :]), (row.number, row.cells, look[place + 1 :])):
            if cells and not words.missing((found := words.meanings(cells, below)).values()):
                return number, cells, found
    best = max(look, key=lambda row: words.likeness(row.cells), default=Row(1, ()))
    return best.number, best.cells, words.meanings(best.cells)


def _joined(upper: Cells, lower: Cells, words: Words) -> Cells | None:
    """Return a heading of two rows as one: the lower row holds domains, or under each domain its ratings, and nothing else."""
    pairs = itertools.zip_longest(upper, lower)
    known = [cell for above, cell in pairs if cell != above and (words.of(cell) or words.is_rating(cell))]
    if len(set(known)) < 2 or not all(words.is_rating(cell) or words.of(cell)[:7] == "domain:" for cell in known):
        return None
    cells, domain = [], ""
    for above, below in itertools.zip_longest(upper, lower):
        if words.of(above) in REQUIRED and not is_blank(below) and below != above:
            return None
        domain = domain if is_blank(above) else str(above)
        rated = words.is_rating(below) and words.of(domain)[:7] == "domain:"
        cells.append(f"{domain} - {below}" if rated else below if words.of(below) else above)
    return cells


def _table(grid: Grid, words: Words, file: str) -> Table:
    number, heading, meaning = _heading(grid, words)
    if missing := words.missing(meaning.values()):
        raise _refusal(heading, missing, file, number)
    remarks = list(grid.remarks)
    if number > 1:
        above = sum(row.number < number for row in _beginning(grid))
        said = "; the row above it was skipped" if above == 1 else f"; the {above} rows above it were skipped" if above else ""
        remarks.append(f"The headings are in row {number}{said}.")
    columns = [heading_name(cell, n) for n, cell in enumerate(heading)]
    columns = [name if columns.index(name) == n else f"{name} (column {n + 1})" for n, name in enumerate(columns)]
    return Table(columns, meaning, number, remarks, grid)


def heading_name(cell: Any, place: int) -> str:
    """Return how a column is named in messages."""
    return f"(no heading, column {place + 1})" if is_blank(cell) else shown(cell)


def _refusal(heading: Cells, missing: list[str], file: str, row: int) -> InputError:
    given = [shown(cell) for cell in heading[:100] if not is_blank(cell)]
    if not given:
        return InputError(shown(file), [Problem("file", "an empty table", "a readable table with a heading")])
    if damaged := [cell for cell in heading if type(cell) is Damaged]:
        return InputError(shown(file), [Problem(f"row {row}, the headings", *cell) for cell in damaged])
    marks = set(map(squeeze, given))
    for form, headings in aliases("forms").items():
        if len(marks & set(map(squeeze, headings))) >= _MARKS:
            expected = "a table of score reports. It has no results for domains. Use the learners' score reports"
            return InputError(shown(file), [Problem("file", form, expected)])
    there = shown(", ".join(given))
    problems = [Problem("columns", there, f"complete. The column {name} is missing", nearest(name, given, 0.6)) for name in missing]
    return InputError(shown(file), problems)
