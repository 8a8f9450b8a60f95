"""Score reports as PDF: one that a plan is made from, shown and confirmed, and ``mls-kit collect`` for a folder of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from click import argument, echo, option

from mls_kit.cli.options import FILE, FOLDER, check_target, exam_folder_option, tell_first, usage, writing
from mls_kit.report import PlanRequest, ReportFile, needed_for, read_report_file

_WISHED = ("exam", "scaled_score", "taken_on", "result", "learner_name", "learner_id", "language")


def request_of(file: str, given: Mapping[str, Any], confirmed: bool) -> PlanRequest:
    """Return what a plan is to be made from: a report in PDF with what was given besides, shown and confirmed."""
    found = read_report_file(file, exam=given.get("exam", ""), exam_folder=given.get("exam_folder") or None)
    values = found.values(given)
    echo(f"Read from {Path(file).name}. Compare it with your report:")
    for line in _lines(found, values, given):
        echo(f"  {line}")
    ratings = values.get("ratings")
    needed = needed_for(values.get("exam", ""), given.get("exam_folder", ""))
    lacking = [_option(name) for name in needed if not values.get(name)]
    if isinstance(ratings, Mapping) and "ratings" in needed:
        sections = [name for name in found.sections if name not in ratings]
        if sections:
            lacking.append(f"--ratings '{', '.join(f'{name}: ...' for name in sections)}'")
    if lacking:
        usage(f"Still needed: {', '.join(lacking)}.")
    request = PlanRequest.from_text(values)
    request.report  # noqa: B018  names every mistake before anybody is asked
    if confirmed:
        return request
    if not somebody_is_there():
        usage("No one is here to confirm this. Check it, then add --yes.")
    if not click.confirm("Is this right?"):
        usage("Nothing was written. Fix what is wrong with an option, such as --scaled-score 690 or --ratings '2: NI'.")
    return request


def somebody_is_there() -> bool:
    """Tell whether a question would reach a person."""
    return sys.stdin.isatty()


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _lines(found: ReportFile, values: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the plan will be made from, field by field, and where it stands; then what was not read, and why."""
    final = {name: values[name] for name in _WISHED if name in values}
    ratings = values.get("ratings") or {}
    final |= {f"ratings, {name}": ratings[name] for name in ratings} if isinstance(ratings, Mapping) else {"ratings": ratings}
    for place in dict.fromkeys([*_WISHED, *(f"ratings, {name}" for name in found.sections), *final]):
        name, read = place.removeprefix("ratings, "), found.found.get(place)
        if place in final and (not read or final[place] != read.value):
            yield f"{name}: {final[place]} (your option{f'; the report says {read.value}' if read else ''})"
        elif read:
            wanted = place in final or place == "result"  # the score decides
            yield f"{name}: {read.value} ({read.place}{'' if wanted else f'; not used without {_option(name)}'})"
    for place, why in found.missing.items():
        if place not in final and not ("ratings" in final and place.startswith("ratings")):
            yield f"{place.removeprefix('ratings, ')}: NOT READ: {why} ({_option(place.partition(',')[0])})"


@click.command(epilog="Exit code: 0 if every report was read in full, 1 if something was not read, 2 if the options are wrong.")
@argument("folder", type=FOLDER)
@option(
    "-o",
    "--output",
    default="reports.xlsx",
    show_default=True,
    type=FILE,
    help="File to write: a workbook (.xlsx) or a table (.csv).",
)
@option("--names", is_flag=True, help="Include the learners' names. Default: only ids.")
@option("--force", is_flag=True, help="Overwrite an existing file.")
@exam_folder_option
def collect(folder: str, output: str, names: bool, force: bool, exam_folder: str) -> None:
    """Read the score reports in FOLDER into one table.

    You can use this table with mls-kit check, mls-kit batch or mls-kit view. Reports in subfolders are read too. The reports
    can be PDF or YAML files. Learners can save their report as a YAML file from the page that mls-kit door makes.
    Each report gets one row. If a value can't be read, its cell stays empty. The column not_read names the missing values,
    and mls-kit check lists them too. Files that aren't reports are listed in the sheet "not read", with the reason. If you
    write a CSV, this list goes into a second file. The column learner_id holds the candidate's id from the report. If the report
    has no id, the kit makes one from the name and the exam.
    """
    from mls_kit.cohort import collect_reports, not_read_file

    target, place = Path(output), Path(folder)
    if not place.is_dir():
        usage(f"{folder!r} is not a folder.")
    check_target(target, force, (".xlsx", ".csv"))
    other = not_read_file(target)
    if target.suffix.lower() == ".csv":
        check_target(other, force, (".csv",))
    found = collect_reports(place, names, exam_folder or None, (target, other), _shown)
    if not found.reports and not found.not_read:
        usage(f"There are no files in {folder!r}.")
    with writing(output):
        written = found.write(target)
    lacking = f"{found.incomplete} of them with something missing"
    echo(f"{len(found.reports)} reports read, {lacking}; {len(found.not_read)} files not read.")
    tell_first([f"{file}: {why}" for file, why in found.not_read.items()])
    for path in written:
        echo(f"Written: {path}")
    sys.exit(1 if found.not_read or found.incomplete else 0)


def _shown(files: list[Path]) -> Iterable[Path]:
    from tqdm import tqdm

    shown: Iterable[Path] = tqdm(files, unit=" files", leave=False, disable=None)
    return shown
