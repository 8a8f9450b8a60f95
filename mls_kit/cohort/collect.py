"""A folder of score reports as PDF becomes a cohort: one row a report, and a second table of the files that are none."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from mls_kit.cohort.sheets import Sheet, workbook_of
from mls_kit.files import csv_of, write_whole_bytes
from mls_kit.problems import InputError, squeeze
from mls_kit.report import ReportFile, read_report_file


@dataclass
class Collected:
    """The reports of a folder, by the file they came from, and why other files are not among them."""

    folder: Path
    names: bool = False  # whether the table has the learners' names
    reports: dict[str, ReportFile] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    not_read: dict[str, str] = field(default_factory=dict)

    @property
    def incomplete(self) -> int:
        """How many reports lack something."""
        return sum(bool(found.missing) for found in self.reports.values())

    def tables(self) -> dict[str, list[list[Any]]]:
        """Return the two tables, each with its heading."""
        most = max((len(found.sections) for found in self.reports.values()), default=0)
        names = ["learner_id", *["learner_name"] * self.names, "exam", "scaled_score", "taken_on", "result", "language"]
        rows: list[list[Any]] = [[*names, *(f"domain_{n + 1}" for n in range(most)), "report_file", "not_read"]]
        for file, found in self.reports.items():
            said = {name: each.value for name, each in found.found.items()} | {"learner_id": self.ids[file]}
            if day := said.get("taken_on"):
                said["taken_on"] = date.fromisoformat(day)
            ratings = [found.ratings.get(name, "") for name in found.sections] + [""] * (most - len(found.sections))
            ratings = [f"{rating:g}%" if isinstance(rating, float) else rating for rating in ratings]
            why = "; ".join(f"{name}: {reason}" for name, reason in found.missing.items())
            rows.append([*(said.get(name, "") for name in names), *ratings, file, why])
        others = [["file", "reason"], *map(list, self.not_read.items())]
        return {"reports": rows, "not read": others}

    def write(self, target: Path) -> list[Path]:
        """Write both tables, for their owner alone: two sheets of a workbook, or two CSV files, the second if it is needed."""
        tables = self.tables()
        if target.suffix.lower() == ".xlsx":
            contents = {target: workbook_of(Sheet(name, rows, "A2") for name, rows in tables.items())}
        else:
            other = not_read_file(target) if self.not_read else None
            contents = {
                path: csv_of(tables[name]).encode("utf-8-sig", "replace")
                for path, name in ((other, "not read"), (target, "reports"))
                if path
            }
        for path, content in contents.items():
            write_whole_bytes(path, content)
        return list(contents)[::-1]


def collect_reports(
    folder: Path, names: bool = False, exam_folder: str | Path | None = None, leave_out: Iterable[Path] = (),
    progress: Callable[[list[Path]], Iterable[Path]] = iter,
) -> Collected:  # fmt: skip
    """Read every file of a folder and of the folders in it as a score report.

    Parameters
    ----------
    names : whether the learners' names are taken too
    leave_out : files that are not meant, such as the table to be written
    progress : given the files, returns them one by one, and shows how far it is
    """
    collected = Collected(folder, names)
    others, seen = {path.resolve() for path in leave_out}, dict[tuple[str, str, str], str]()
    files = [path for path in _files(folder, collected) if path.resolve() not in others]
    for path in progress(files):
        file = path.relative_to(folder).as_posix()
        try:
            found = read_report_file(path, exam_folder=exam_folder)
        except InputError as error:
            collected.not_read[file] = " ".join(str(problem).removeprefix("file: ") for problem in error.problems)
            continue
        learner = _learner(found, path)
        same = seen.setdefault((learner, found.exam, str(found.values())), file)
        if same != file:
            collected.not_read[file] = f"It has the same content as {same}."
            continue
        collected.reports[file], collected.ids[file] = found, learner
    return collected


def not_read_file(target: Path) -> Path:
    """Return where the second table goes, beside a CSV."""
    return target.with_name(f"{target.stem}_not_read{target.suffix}")


def _files(folder: Path, collected: Collected) -> Iterator[Path]:
    """Yield the files of a folder and of those in it, in the order of their names; what is hidden is left out."""

    def note(error: OSError) -> None:
        place = Path(error.filename).relative_to(folder).as_posix()
        collected.not_read[place] = f"The folder can't be read: {error.strerror}."

    for place, folders, files in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place) / name for name in sorted(files) if not name.startswith((".", "~$")))


def _learner(found: ReportFile, path: Path) -> str:
    """Return the candidate's id; where none is printed, a digest of the name and the exam, or else of the file."""
    if number := found.found.get("learner_id"):
        return str(number.value)
    name = found.found.get("learner_name")
    content = f"{squeeze(name.value)} {found.exam}".encode() if name else path.read_bytes()
    return f"{'name' if name else 'file'}-{hashlib.sha256(content).hexdigest()[:12]}"
