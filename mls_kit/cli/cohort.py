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
    help="Sheet to read, if several sheets hold reports. You can repeat this option, or write 'all'.",
)  # fmt: skip


@click.command(epilog="Exit code: 0 if there are no mistakes, 1 if there are mistakes, 2 if the file can't be read.")
@argument("cohort", type=FILE)
@option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "json"]),
    help="Format of the results. Default: the format that fits the file name in --output. Without --output: text.",
)
@option("-o", "--output", type=FILE, help="File for the results.")
@option(
    "--write",
    type=FILE,
    metavar="FILE.xlsx",
    help="Write a copy of the file and correct obvious typing errors in it. One sheet lists the corrections.",
)
@option("--force", is_flag=True, help="Overwrite an existing file.")
@sheet_option
@today_option
@exam_folder_option
def check(
    cohort: str, form: str | None, output: str | None, write: str | None, force: bool, sheet: str, today: date | None,
    exam_folder: str,
) -> None:  # fmt: skip
    """List the mistakes in COHORT (CSV, XLSX or Parquet).

    Each mistake is shown with its row, its column and the nearest valid value. With --write, you get a copy of the file.
    In the copy, obvious typing errors, such as "Compentent", are corrected.
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
        said = f"Written: {write}. Fixed cells: {len(fixed)}. Its sheet 'changes' lists them."
        echo(said, err=form != "text" and target is None)
    sys.exit(1 if found.wrong else 0)


def _hand_over(text: str, target: Path | None) -> None:
    if target is None:
        echo(text, nl=False)
        return
    with writing(target):
        write_whole(target, text)
    echo(f"Written: {target}")


@click.command(
    epilog="The page shows no ids and no names. Exit code: 0 if the page was written, 2 if the file or the options are wrong."
)
@argument("cohort", type=FILE)
@option("-o", "--output", default="view.html", show_default=True, type=FILE, help="Page to write.")
@option("--before", type=FILE, help="An earlier file. The page then shows who has taken the exam again, and what has changed.")
@option("--by", default="", metavar="COLUMN", help="Compare groups by this column of COHORT, such as team.")
@option("--seats", type=Whole(2, 500), help="Seats in one workshop. Default: 20.")
@option(
    "--group-size", type=Whole(2, 1000), default=5, show_default=True, help="Show a group only if it has at least this many people."
)
@option("--exam", default="", metavar="CODE", help="Show only this exam. Default: all exams.")
@option(
    "--key",
    type=FILE,
    help="The page shows labels such as learner-001, not names. Write a CSV file that shows which row belongs to each label, "
    "and whose results have changed. Keep it private.",
)
@option("--force", is_flag=True, help="Overwrite existing files.")
@sheet_option
@today_option
@exam_folder_option
def view(cohort: str, output: str, key: str | None, force: bool, today: date | None, before: str | None, **options: Any) -> None:
    """Show the group in COHORT (CSV, XLSX or Parquet) on one page.

    It shows what to teach first, which differences may be due to chance, what has changed, and who could study together.
    """
    target, key_file = Path(output), Path(key) if key else None
    check_target(target, force, (".html",), Path(cohort))
    if key_file:
        check_target(key_file, force, (".csv",), Path(cohort))
    for file in (cohort, before):
        if file is not None and not Path(file).is_file():
            usage(f"{Path(file).name or repr(file)}: no such file.")
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
