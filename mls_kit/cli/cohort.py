"""Commands for a whole cohort: ``mls-kit check`` and ``mls-kit view``."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click
from click import argument, echo, option

from mls_kit.cli.options import FILE, Whole, check_target, exam_folder_option, today_option, usage, writing
from mls_kit.files import write_whole
from mls_kit.problems import InputError

sheet_option = option(
    "--sheet", multiple=True, callback=lambda _context, _option, names: "/".join(names), metavar="NAME",
    help="The sheet of a workbook, where several hold reports; may be given several times, or 'all'.",
)  # fmt: skip


@click.command(epilog="Exit code: 0 no mistake, 1 mistakes, 2 the file cannot be read.")
@argument("cohort", type=FILE)
@option("--format", "form", type=click.Choice(["text", "csv", "json"]), help="text if left out, or as OUTPUT ends.")
@option("-o", "--output", type=FILE, help="A file for what was found.")
@option("--write", type=FILE, metavar="FILE.xlsx", help="A copy with clear typing errors fixed, each listed in a sheet.")
@option("--force", is_flag=True, help="Overwrite a file that is there.")
@sheet_option
@today_option
@exam_folder_option
def check(
    cohort: str, form: str | None, output: str | None, write: str | None, force: bool, sheet: str, today: date | None,
    exam_folder: str,
) -> None:  # fmt: skip
    """Read COHORT (CSV, XLSX or Parquet) and name every mistake by row and column, with the nearest valid value.

    With --write, a mistake is fixed in a copy, where it is certain what was meant, as with "Compentent".
    """
    from mls_kit.cohort import Findings, read_cohort, write_fixed

    target = Path(output) if output else None
    endings = {".txt": "text", ".csv": "csv", ".json": "json"}
    if target:
        check_target(target, force, tuple(endings), Path(cohort))
    if write:
        check_target(Path(write), force, (".xlsx",), Path(cohort))
    form = form or (endings[target.suffix.lower()] if target else "text")
    try:
        reports = read_cohort(cohort, today or date.today(), exam_folder or None, sheet)
        found = Findings.of(cohort, reports)
    except InputError as error:
        if form == "text":
            raise
        _hand_over(Findings.refused(cohort, error).write(form), target)
        sys.exit(2)
    _hand_over(found.write(form), target)
    if target:
        echo(found.as_text().splitlines()[-1])
    if write:
        with writing(write, "--write"):
            fixed = write_fixed(Path(cohort), reports.problems, Path(write), exam_folder or None, sheet)
        said = f"Written: {write}. Cells that were fixed: {len(fixed)}, listed in its sheet 'changes'."
        echo(said, err=form != "text" and target is None)
    sys.exit(1 if found.wrong else 0)


def _hand_over(text: str, target: Path | None) -> None:
    if target is None:
        echo(text, nl=False)
        return
    with writing(target):
        write_whole(target, text)
    echo(f"Written: {target}")


@click.command(epilog="Exit code: 0 written, 2 the file or the options do not fit. The page shows no id and no name.")
@argument("cohort", type=FILE)
@option("-o", "--output", default="view.html", show_default=True, type=FILE)
@option("--before", type=FILE, help="An earlier file: who sat again since then, and what has changed.")
@option("--by", default="", metavar="COLUMN", help="A column of COHORT, such as team, to show groups by.")
@option("--seats", type=Whole(2, 500), help="Of one workshop; 20 if left out.")
@option("--group-size", type=Whole(2, 1000), default=5, show_default=True, help="Smallest group that is shown.")
@option("--exam", default="", help="Code of one exam; all if left out.")
@option("--key", type=FILE, help="A CSV: which pseudonym is which row, and who has changed. Keep it apart.")
@option("--force", is_flag=True, help="Overwrite files that are there.")
@sheet_option
@today_option
@exam_folder_option
def view(cohort: str, output: str, key: str | None, force: bool, today: date | None, before: str | None, **options: Any) -> None:
    """Show the whole group of COHORT on one page: what to teach first, what is luck, what has changed, who could study together."""
    target, key_file = Path(output), Path(key) if key else None
    check_target(target, force, (".html",), Path(cohort))
    if key_file:
        check_target(key_file, force, (".csv",), Path(cohort))
    for file in (cohort, before):
        if file is not None and not Path(file).is_file():
            usage(f"{Path(file).name}: no such file.")
    from mls_kit.cohort import read_view
    from mls_kit.explain import cohort_words

    values = {name: value or "" for name, value in options.items()}
    found = read_view({**values, "cohort": cohort, "before": before or "", "today": str(today or date.today())})
    with writing(target):
        write_whole(target, cohort_words.page(found))
    if key_file:
        with writing(key_file, "--key"):
            write_whole(key_file, found.key.to_csv(index=False, lineterminator="\n"))
    for written in filter(None, (target, key_file)):
        echo(f"Written: {written}")
