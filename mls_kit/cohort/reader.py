"""A file of reports, read row by row: reports come one at a time, mistakes are collected with row and column."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mls_kit.cohort.attempts import Attempt, RowProblem, SheetRow, by_learner, in_order, listed, rows_named
from mls_kit.cohort.cells import DayColumn, cell_words, plain_id, tick_of, value_of
from mls_kit.cohort.headings import Table, Words, choose_tables, heading_name, known_columns
from mls_kit.cohort.long_form import widened
from mls_kit.exam import Exam, find_exam, load_method
from mls_kit.method import carry_to
from mls_kit.problems import InputError, Problem, shown, squeeze
from mls_kit.report import UNCLOSED, WISHES, Damaged, Notes, Row, ScoreReport, find_domain, is_blank, name_rating, read_grids

if TYPE_CHECKING:
    import pandas as pd

_DAYS = ("taken_on", "target_date")
_ALWAYS = ("exam", "scaled_score", "ratings")
_NAMES = ("learner_name", "first_name", "last_name")
_FIELDS = frozenset({*known_columns(), "first_name", "last_name", "email"})


class Entry(NamedTuple):
    """A row without a mistake of its own."""

    row: int
    report: ScoreReport
    wish: dict[str, Any]  # what it asks of the plan: retake_exam, split, aim, practice_source, details
    others: tuple[Any, ...] = ()  # its cells in the columns that the kit does not know, by ``CohortReader.others``


class SheetReader:
    """One table of a file, and how its columns are read."""

    def __init__(self, table: Table, place: int, exam_folder: str | Path | None, words: Words) -> None:
        self.source, self.table, self.folder = table, widened(table), exam_folder
        self.place = place  # among several sheets, from 1; 0 where there is one
        meaning, columns = self.table.meaning, self.table.columns
        self.days = {n: DayColumn(columns[n], self.table.grid.epoch) for n, name in meaning.items() if name in _DAYS}
        self._survey()
        clean: dict[str, Callable[[Any], Any]] = {"learner_id": plain_id}
        clean |= {meaning[n]: days.read for n, days in self.days.items()}
        blanks = cell_words("blank")
        of_names = frozenset(word for word in blanks if not word.isalnum())  # a person may be called Null
        self.fields = [(n, name, clean.get(name), of_names if name in _NAMES else blanks)
                       for n, name in meaning.items() if name in _FIELDS]  # fmt: skip
        self.domains = {n: name.removeprefix("domain:") for n, name in meaning.items() if name[:7] == "domain:"}
        self.ticks: dict[str, list[tuple[int, str]]] = {}
        for n, name in meaning.items():
            if name[:5] == "tick:":
                _, label, key = name.split(":", 2)
                self.ticks.setdefault(key, []).append((n, label))
        self.heading = {n: columns[n].casefold() for n in meaning if n < len(table.columns)}
        self.telling = [n for n, name in meaning.items() if name in ("exam", "ratings") or ":" in name]  # that it is a report
        self.keys = lru_cache(maxsize=1000)(self._keys)
        self.others = {
            name: n for n, name in enumerate(columns) if meaning.get(n) == "email" or (
                n not in meaning and n not in self.table.helping and _goes_on(name, words))
        }  # fmt: skip

    def _survey(self) -> None:
        """Go through all rows once: how wide they are, how days are written, which columns without a heading are used."""
        width, columns, self._filled = len(self.table.columns), self.table.columns, set[int]()
        bare = {n for n, name in enumerate(columns) if name[:11] == "(no heading"}
        for row in self.table.rows():
            cells = row.cells
            for n, days in self.days.items():
                if n < len(cells):
                    days.look(cells[n])
            if len(cells) > width:
                self._filled |= {n for n in range(width, len(cells)) if not is_blank(cells[n])}
            if bare:
                self._filled |= {n for n in bare if n < len(cells) and not is_blank(cells[n])}
        columns += [heading_name(None, n) for n in range(width, max(self._filled, default=-1) + 1)]

    @property
    def unused(self) -> list[str]:
        """Headings of columns that mean nothing to the kit; empty columns without a heading are not named."""
        table = self.table
        named = ((n, name) for n, name in enumerate(table.columns) if n not in table.meaning)
        return [name for n, name in named if (name[:11] != "(no heading" or n in self._filled) and n not in table.helping]

    def remarks(self) -> list[str]:
        """Say how the table was understood; complete once every row was read."""
        said = [*self.table.remarks, *(remark for days in self.days.values() for remark in days.remarks())]
        name = f"{self.table.grid.name}: " if self.place else ""
        return [remark if remark.startswith("Sheets ") else f"{name}{remark}" for remark in said]

    def row(self, number: int) -> int:
        """Return how a row is called."""
        return SheetRow(self.place, number, self.table.grid.name) if self.place else number

    def _keys(self, code: str) -> tuple[Exam | None, dict[int | str, int | str], set[int | str]]:
        """Return the exam a code names; for each column of ratings, or domain with marks, its number there; which it has not."""
        named: dict[int | str, str] = dict((*self.domains.items(), *((key, key) for key in self.ticks)))
        try:
            exam = find_exam(code, self.folder)
        except InputError:
            return None, dict(named), set()
        domains = {place: find_domain(key, exam) for place, key in named.items()}
        numbers = [domain.number for domain in domains.values() if domain]
        keys: dict[int | str, int | str] = {
            place: domain.number if (domain := domains[place]) and numbers.count(domain.number) == 1 else key
            for place, key in named.items()
        }
        return exam, keys, {place for place, domain in domains.items() if not domain}


class CohortReader:
    """The rows of a file, one by one: a CSV or Parquet file may be larger than memory; of a workbook, all cells are there.

    The parameters are those of ``read_cohort``.

    Examples
    --------
    >>> from mls_kit._folders import data_folder
    >>> reader = CohortReader(data_folder() / "cohorts" / "sample.csv", today="2026-11-22")
    >>> attempts = [reader.attempt(entry) for entry in reader.read()]
    >>> len(attempts), len(reader.settle(attempts)), reader.rows
    (33, 33, 33)
    """

    def __init__(
        self, path: str | Path, today: date | str | None = None, exam_folder: str | Path | None = None, sheet: str = ""
    ) -> None:
        file, words = Path(path), Words(exam_folder)
        tables = choose_tables(read_grids(file, words.known), words, file.name, sheet)
        self.sheets = [
            SheetReader(table, n if len(tables) > 1 else 0, exam_folder, words) for n, table in enumerate(tables, start=1)
        ]
        # headings of the columns that the kit does not know and passes on, such as a team or an e-mail address
        self.others = tuple(dict.fromkeys(name for each in self.sheets for name in each.others))
        self._today, self._folder = today or date.today(), exam_folder
        self.problems: list[RowProblem] = []  # of the rows met so far; of all together once settled
        self.ids: dict[int, str] = {}  # row with mistakes -> learner id, cleaned and shortened
        self.rows = self._headings = 0  # rows that hold a report, and repeated headings among them
        self._unnumbered: set[int] = set()  # rows that do not say which attempt theirs is
        self._totals: list[int] = []
        self._doubtful: list[int] = []  # rows in another encoding than the file
        self._spoiled: list[str] = []  # damaged cells in columns that are not used
        self._said: list[str] = []  # of all rows together

    def read(self) -> Iterator[Entry]:
        """Yield every row without a mistake of its own; to be gone through once, to the end."""
        for sheet in self.sheets:
            for row in sheet.table.rows():
                cells = row.cells
                if all(map(is_blank, cells)):
                    continue
                if _is_heading(sheet, cells):
                    self._headings += 1
                elif _is_total(sheet, cells):
                    self._totals.append(sheet.row(row.number))
                else:
                    self.rows += 1
                    number = sheet.row(row.number)
                    if row.codec and row.codec != sheet.table.grid.codec:
                        self._doubtful.append(number)
                    try:
                        entry = self._entry(sheet, row, number)
                    except InputError as error:
                        self.problems += _row_problems(sheet, row, number, error)
                        learner = _cell(sheet, cells, "learner_id")
                        self.ids[number] = "" if is_blank(learner) else shown(learner)
                    else:
                        yield entry

    def attempt(self, entry: Entry) -> Attempt:
        """Return the attempt of an entry, which knows whether the row gives its number."""
        return Attempt.of(entry.row, entry.report, entry.row not in self._unnumbered)

    def settle(self, attempts: Iterable[Attempt]) -> list[Attempt]:
        """Return the attempts that stand, each numbered: without rows said twice, and people whose latest is not clear."""
        alone: dict[str, Attempt] = {}
        several: dict[str, list[Attempt]] = {}
        for attempt in attempts:
            key = f"{attempt.exam} {attempt.person}"
            if (there := alone.setdefault(key, attempt)) is not attempt:
                several.setdefault(key, [there]).append(attempt)
        kept = [each if each.number else each._replace(number=1) for key, each in alone.items() if key not in several]
        repeated, one_name, two_ids, two_names = list[str](), list[str](), list[str](), list[str]()
        for group in several.values():
            once: dict[tuple[object, ...], Attempt] = {}
            for each in group:
                if (same := once.setdefault((each.number, each.taken_on, each.content), each)) is not each:
                    repeated.append(f"row {each.row} repeats row {same.row}")
                    self.rows -= 1
            ordered, problems = in_order(list(once.values()))
            for problem in problems:
                sheet = self.sheets[max(getattr(problem.row, "place", 1), 1) - 1]
                at = sheet.table.place(problem.column)
                column = problem.column if at is None else sheet.table.columns[at]
                self.problems.append(replace(problem, column=column))
                self.ids[problem.row] = shown(group[0].learner_id)
            kept += ordered
            if len(ordered) > 1 and not group[0].learner_id:
                one_name.append(" and ".join(str(each.row) for each in ordered))
            if len({each.learner_id for each in group}) > 1:
                two_ids.append(", ".join(sorted({each.learner_id for each in group})))
            if len({frozenset(map(squeeze, each.learner_name.split())) for each in group if each.learner_name}) > 1:
                two_names.append(f"{shown(group[0].learner_id)} ({rows_named([each.row for each in group])})")
        self.problems.sort(key=lambda each: each.row)
        said = {"Read only once: {}.": repeated, "Ids that differ only in capitals count as one: {}.": two_ids,
                "One id with several names counts as one person: {}.": two_names,
                "One name without an id counts as one person: rows {}. Add ids if they are not.": one_name}  # fmt: skip
        self._said = [text.format(listed(found)) for text, found in said.items() if found]
        return sorted(kept, key=lambda each: each.row)

    @property
    def unused(self) -> tuple[str, ...]:
        """Headings of columns that mean nothing to the kit."""
        return tuple(dict.fromkeys(name for sheet in self.sheets for name in sheet.unused))

    @property
    def remarks(self) -> tuple[str, ...]:
        """How the file was understood where it could be misunderstood; complete once every row was read."""
        said = [remark for sheet in self.sheets for remark in sheet.remarks()]
        if self._doubtful:
            rows = rows_named(self._doubtful)
            said.append(f"Not UTF-8 like the others: {rows}. Check that names with accents are right.")
        if self._headings:
            said.append(f"The headings are repeated {self._headings} times among the rows. These rows were skipped.")
        if self._totals:
            said.append(f"Skipped because they are totals, not learners: {rows_named(self._totals)}.")
        if self._spoiled:
            said.append(f"Damaged cells in unused columns: {listed(self._spoiled)}.")
        return (*said, *self._said)

    def _entry(self, sheet: SheetReader, row: Row, number: int) -> Entry:
        """Read a row; raise ``InputError`` with all its mistakes."""
        cells, width, columns = row.cells, len(row.cells), sheet.table.columns
        problems = self._damaged(sheet, row, number)
        values: dict[str, Any] = dict.fromkeys(_ALWAYS, "")
        for place, name, clean, blanks in sheet.fields:
            if place < width and (value := value_of(cells[place], blanks)) is not None:
                value = clean(value) if clean and type(value) is not Damaged else value
                if type(value) is Damaged:
                    problems += [] if value is cells[place] else [Problem(columns[place], shown(value), value.expected)]
                else:
                    values[name] = value
        names = [str(values.pop(name)) for name in ("first_name", "last_name") if name in values]
        if names:
            values.setdefault("learner_name", " ".join(names))
        email = str(values.pop("email", "")).strip().casefold()
        if email and "learner_id" not in values:
            values["learner_id"] = email
        if "attempt" not in values:
            self._unnumbered.add(number)
        asked = {name: values.pop(name) for name in ("retake_exam", *WISHES) if name in values}
        exam, keys, others = sheet.keys(str(values["exam"]))
        values["exam"] = exam or values["exam"]
        if keys:  # a column "ratings" beside them may be of something else
            given, spoiled = _ratings(sheet, cells, keys, others)
            problems += spoiled
            values["ratings"] = given or values["ratings"]
        report, wish = None, dict[str, str]()
        try:
            report = ScoreReport(**values, today=self._today, exam_folder=self._folder)
        except InputError as error:
            problems += error.problems
        if asked:
            try:
                wish = _read_wishes(report, asked)
            except InputError as error:
                problems += error.problems
        if problems or report is None:
            raise InputError("The row", problems)
        places = [sheet.others.get(name, width) for name in self.others]
        return Entry(number, report, wish, tuple(_passed_on(cells[n]) if n < width else "" for n in places))

    def _damaged(self, sheet: SheetReader, row: Row, number: int) -> list[Problem]:
        """Return the damaged cells of a row; where a quotation mark may have swallowed cells, nothing else is read."""
        damaged = [(n, cell) for n, cell in enumerate(row.cells) if type(cell) is Damaged]
        problems, columns = [], sheet.table.columns
        for n, cell in damaged:
            name = columns[n] if n < len(columns) else f"column {n + 1}"
            if n in sheet.table.meaning or cell.expected == UNCLOSED:
                problems.append(Problem(name, *cell))
            else:
                self._spoiled.append(f"row {number}, {name}: {cell.value!r} is not {cell.expected}")
        if any(cell.expected == UNCLOSED for _, cell in damaged):
            raise InputError("The row", problems)
        return problems


def _goes_on(heading: str, words: Words) -> bool:
    """Tell whether a column that is not used is passed on: every one but a second column of names."""
    known = words.of(re.sub(r" \(column \d+\)$", "", heading))
    return known not in (*_NAMES, "person") and not heading.startswith("(no heading")


def _passed_on(cell: Any) -> Any:
    """Return a cell to pass on: numbers and days as they are, all else as text; a blank or damaged one is empty."""
    if is_blank(cell) or type(cell) is Damaged:
        return ""
    if isinstance(cell, int | float | date) and not isinstance(cell, bool) and not getattr(cell, "tzinfo", None):
        return cell
    return sys.intern(str(cell))


def _cell(sheet: SheetReader, cells: Sequence[Any], name: str) -> Any:
    """Return the cell of a row in the column with a meaning, None where there is none."""
    place = sheet.table.place(name)
    return cells[place] if place is not None and place < len(cells) else None


def _is_heading(sheet: SheetReader, cells: Sequence[Any]) -> bool:
    """Tell whether a row repeats the heading, as on every page of a print."""
    return all(
        place < len(cells) and isinstance(cells[place], str) and cells[place].strip().casefold() == name
        for place, name in sheet.heading.items()
    )


def _is_total(sheet: SheetReader, cells: Sequence[Any]) -> bool:
    """Tell whether a row holds sums of others: it begins with a word for that, and names neither an exam nor a rating."""
    first = next(n for n, cell in enumerate(cells) if not is_blank(cell))
    said = cells[first]
    if not isinstance(said, str) or len(said) > 60:
        return False
    words = {squeeze("".join(c for c in said if not c.isdigit())), squeeze(said.split(":")[0].split("(")[0])}
    others = (cells[n] for n in sheet.telling if n != first and n < len(cells))
    texts = [re.sub("[.,]", "", cell).strip() for cell in others if isinstance(cell, str)]
    return not words.isdisjoint(_totals()) and all(not text or text.isdecimal() for text in texts)


@lru_cache(maxsize=1)
def _totals() -> frozenset[str]:
    return frozenset(map(squeeze, cell_words("total")))


def _ratings(
    sheet: SheetReader, cells: Sequence[Any], keys: dict[int | str, int | str], others: set[int | str]
) -> tuple[dict[int | str, Any], list[Problem]]:
    """Return what the columns of domains say, by domain; in one of another exam only a rating counts."""
    given: dict[int | str, Any] = {}
    problems, width, blanks = [], len(cells), cell_words("blank")
    for place, key in keys.items():
        if isinstance(place, str):
            value: Any = tick_of([(cells[n], label) for n, label in sheet.ticks[place] if n < width])
        else:
            value = cells[place] if place < width else None
        if (value := value_of(value, blanks)) is None:
            continue
        if type(value) is Damaged:
            if isinstance(place, str) or value is not cells[place]:
                problems.append(Problem(f"ratings, {place}", shown(value), value.expected))
        elif place not in others or name_rating(str(value), load_method().labels, load_method()):
            given[key] = value
    return given, problems


def _row_problems(sheet: SheetReader, row: Row, number: int, error: InputError) -> list[RowProblem]:
    """Return the mistakes of a row, each with the heading of its column in this file."""
    columns = sheet.table.columns
    places: dict[str, int] = {name: n for n, name, *_ in sheet.fields}
    code = _cell(sheet, row.cells, "exam")
    exam, keys, _ = sheet.keys("" if is_blank(code) else str(code))
    for place, key in keys.items():
        domain = find_domain(key, exam) if exam else None
        first = sheet.ticks[place][0][0] if isinstance(place, str) else place
        places.setdefault(f"ratings, {domain.name if domain else shown(key)}", first)
        places.setdefault(f"ratings, {place}", first)
    found: list[RowProblem] = []
    for p in error.problems:
        column, cell = p.place, None
        if (at := places.get(p.place, columns.index(p.place) if p.place in columns else None)) is not None:
            column, cell = columns[at], (row.number, at)
            if row.origin and at in row.origin:
                cell = row.origin[at]
                column = f"{column} (row {cell[0]})"
        if p.value != "nothing" or all(column != other.column for other in found):  # what is damaged is not missing too
            found.append(RowProblem(number, column, p.value, p.expected, p.nearest, cell))
    return found


def _read_wishes(report: ScoreReport | None, asked: dict[str, Any]) -> dict[str, Any]:
    """Return what a row asks of the plan, as the plan names it; every mistake is named at once."""
    notes = Notes()
    found = {name: read(asked[name], notes) for name, read in WISHES.items() if name in asked}
    if "retake_exam" in asked:
        try:
            code = asked["retake_exam"]
            found["retake_exam"] = carry_to(report, code).exam if report else find_exam(code).code
        except InputError as error:
            notes.problems += [Problem("retake_exam", p.value, p.expected, p.nearest) for p in error.problems]
    if notes.problems:
        raise InputError("The request for a plan", notes.problems)
    return found


class Cohort(CohortReader):
    """The reports of a file, all in memory and settled, in its order, and its mistakes."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        entries = list(super().read())
        kept = {each.row: each.number for each in super().settle(map(self.attempt, entries))}
        self._unnumbered.clear()  # each has a number now
        self.entries = [entry._replace(report=entry.report.numbered(kept[entry.row])) for entry in entries if entry.row in kept]

    def read(self) -> Iterator[Entry]:
        """Yield every entry."""
        return iter(self.entries)

    def settle(self, attempts: Iterable[Attempt]) -> list[Attempt]:
        """Return attempts of this cohort as they are."""
        return list(attempts)

    @property
    def reports(self) -> list[ScoreReport]:
        """The reports without mistakes."""
        return [entry.report for entry in self.entries]

    def to_frame(self) -> pd.DataFrame:
        """Return the reports as a frame that ``prioritize`` and ``diagnose`` take."""
        from mls_kit.report import reports_frame  # with pandas, which takes a second and 75 MB

        return reports_frame(self.reports)

    def latest(self) -> Iterator[tuple[int, ScoreReport, list[ScoreReport]]]:
        """Yield (row, report, earlier reports) for each learner and exam: one plan for the latest attempt."""
        reports = {entry.row: entry.report for entry in self.entries}
        for group in by_learner(map(self.attempt, self.entries)):
            *earlier, (row, report) = [(attempt.row, reports[attempt.row]) for attempt in group]
            yield row, report, [before for _, before in earlier]


def read_cohort(
    path: str | Path, today: date | str | None = None, exam_folder: str | Path | None = None, sheet: str = ""
) -> Cohort:
    """Read a cohort from CSV, XLSX or Parquet, as a person would who opens the file.

    Parameters
    ----------
    path : one row a report: learner_id, learner_name, exam, scaled_score, taken_on, attempt, result, hours_per_week,
        target_date, days_off, language, retake_exam, split, aim, practice_source, details, and the ratings, as one column
        ``ratings``, as a column a domain (``domain_1`` ..., or headed by the domain's name), or as a column a domain and
        rating with a mark; or one row a learner and domain. Headings are read leniently, in the languages of
        ``data/aliases``, and need not stand in the first row, nor on the first sheet
    today : the day against which "in the future" is judged
    sheet : of a workbook, where more than one holds reports; several with "/" between them, or "all"

    Raises
    ------
    InputError : the file cannot be read at all, or lacks a column that every report needs

    Examples
    --------
    >>> from mls_kit._folders import data_folder
    >>> cohort = read_cohort(data_folder() / "cohorts" / "sample.csv", today="2026-11-22")
    >>> len(cohort.reports), len(cohort.problems), cohort.remarks
    (33, 0, ())
    """
    return Cohort(path, today, exam_folder, sheet)
