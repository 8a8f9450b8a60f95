"""The command that makes a plan for everybody: ``mls-kit batch``."""

from __future__ import annotations

import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click import argument, echo, option

from mls_kit._folders import full_place
from mls_kit.cli.cohort import sheet_option
from mls_kit.cli.options import FILE, Amount, Careful, Whole, exam_folder_option, tell_first, today_option, usage
from mls_kit.problems import Problem, nearest

if TYPE_CHECKING:
    from mls_kit.batch import Batch, Outcome, Roster, Settings

EPILOG = """If a run was stopped, run the same command again. It makes only the plans that are missing or changed.

Example: mls-kit batch reports.xlsx -o plans --formats html,ics

Exit code: 0 if all plans were made; 1 if some rows have mistakes, some plans failed, or the run was stopped; 2 if the file or
the options are wrong."""
SHOWN = 20  # mistakes on the screen; all of them are in the report


@click.command(cls=Careful, epilog=EPILOG)
@argument("cohort", type=FILE)
@option("-o", "--output", required=True, metavar="FOLDER", help="Folder for the plans, or a URL such as s3://bucket/plans.")
@option(
    "--formats",
    default="ipynb,html",
    show_default=True,
    metavar="FORMATS",
    help="What to write: any of ipynb, html, pdf, ics, anki and csv, with commas between them.",
)
@option("--no-html", is_flag=True, hidden=True)
@option("--only", multiple=True, metavar="ID", help="Make only this learner's plan. You can repeat this option.")
@option("--again", is_flag=True, help="Make plans again, even finished ones.")
@option("--dry-run", is_flag=True, help="Show what would be made. Write nothing.")
@option("--workers", type=Whole(1, 256), help="How many plans to make at the same time. Default: one per core.")
@option("--scheduler", default="", metavar="ADDRESS", help="Address of a running Dask cluster, such as tcp://host:8786.")
@option("--timeout", type=Amount(1), metavar="SECONDS", help="Time limit for one plan.")
@option("--memory-limit", type=Amount(100), metavar="MB", help="Memory limit for one plan.")
@option(
    "--time-zone", default="", metavar="NAME", help="Time zone of the calendars, such as Europe/Berlin. Default: this computer's."
)
@option("--names", is_flag=True, help="Show learners' names in the index.")
@sheet_option
@today_option
@exam_folder_option
def batch(cohort: str, output: str, dry_run: bool, sheet: str, today: date | None, exam_folder: str, **options: Any) -> None:
    """Make a plan for everyone in COHORT (CSV, XLSX or Parquet).

    Rows with mistakes get no plan. Open index.html or summary.xlsx in the folder to see the result.
    """
    from mls_kit.batch import run_batch

    settings = _settings(options, exam_folder, today)
    roster = _read(cohort, today or date.today(), settings, sheet)
    try:
        if dry_run:
            sys.exit(_rehearse(roster, output, today, settings))
        # a computer that shuts down ends the run as Ctrl-C does
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with progress() as tell:
            made = run_batch(roster, output, today, settings, tell)
    except OSError as error:
        if place := full_place(error):
            usage(f"No space is left in {place}.")
        usage(f"--output: {output!r} cannot be written: {error.strerror or error}")
    _tell_end(roster, made, output)
    bad = {"mistake", "failed", "not done"} & {outcome.status for outcome in made.outcomes}
    sys.exit(1 if bad or made.stopped else 0)


def _settings(options: dict[str, Any], exam_folder: str, today: date | None) -> Settings:
    from mls_kit.batch import Settings
    from mls_kit.batch.engine.children import cores
    from mls_kit.export import left_out, need_browser, read_time_zone

    unwanted = {"html"} if options.pop("no_html") else set()
    forms = tuple(form for form in _forms(options.pop("formats")) if form not in unwanted)
    if "pdf" in forms and options["memory_limit"]:
        usage("--memory-limit: a browser reserves far more memory than it uses; make PDFs without a limit.")
    if options["scheduler"] and "://" not in options["scheduler"]:
        usage(f"--scheduler: {options['scheduler']!r} is not an address. Did you mean tcp://{options['scheduler']}?")
    if forms == ("pdf",):
        need_browser()
    lacking = left_out(forms)
    echo("".join(f"{words}\n" for words in lacking.values()), nl=False)
    forms = tuple(form for form in forms if form not in lacking)
    if "ics" in forms:
        options["time_zone"] = read_time_zone(options["time_zone"], today).key
        echo(f"Time zone of the calendars: {options['time_zone']}.")
    elif options["time_zone"]:
        usage("--time-zone is only for calendars: add ics to --formats.")
    options["workers"] = options["workers"] or cores()
    folder = str(Path(exam_folder).resolve()) if exam_folder else ""
    return Settings(forms=forms, exam_folder=folder, **options)


def _forms(text: str) -> tuple[str, ...]:
    """Read the formats as people type them."""
    from mls_kit.export import FORMS

    named = {"ipynb": "notebook", "apkg": "anki", **{form: form for form in FORMS}}
    asked = [each.strip().lower().lstrip(".") for each in text.split(",") if each.strip()]
    known = ["ipynb", *(form for form in FORMS if form != "notebook")]
    either = f"one of {', '.join(known)}"
    wrong = [Problem("--formats", each, either, nearest(each, known)) for each in asked if each not in named]
    if wrong or not asked:
        usage("\n".join(map(str, wrong)) or f"--formats: choose at least {either}.")
    return tuple(dict.fromkeys(named[each] for each in asked))


def _read(cohort: str, today: date, settings: Settings, sheet: str) -> Roster:
    """Read the file row by row, and say how it was understood."""
    from mls_kit.batch import Roster
    from mls_kit.cohort import CohortReader, column_remarks

    reader = CohortReader(cohort, today, settings.exam_folder or None, sheet)
    roster = Roster(reader, settings.exam_folder)
    for remark in (*column_remarks(reader), *reader.remarks):
        echo(remark)
    if roster.sharing:
        who = "1 person studies" if roster.sharing == 1 else f"{roster.sharing} people study"
        echo(f"{who} for several exams. The exams share the hours and weekdays, and one calendar holds all the plans.")
    return roster


def _rehearse(roster: Roster, output: str, today: date | None, settings: Settings) -> int:
    """Say what a run would do; return its exit code as far as it can be known."""
    from mls_kit.batch import Agenda, open_store
    from mls_kit.practice import banks

    roster.check_ids(settings.only)
    agenda = Agenda(roster, open_store(output), today, settings)
    exams = Counter(job.request.exam for job in agenda.to_make())
    asked, left = sum(agenda.asked(job) for job in agenda.jobs()), exams.total()
    echo("Nothing is written: this is a dry run.")
    there = f"{asked - left} exist already. They start on {agenda.today}."
    echo(f"{left} plans would be made in {output}. {there}")
    for exam, count in sorted(exams.items()):
        echo(f"  {exam}: {count}")
    without = sorted(set(exams) - set(banks()))
    if "anki" in settings.forms and without:
        echo(f"No cards for {', '.join(without)}: the kit has no questions for them.")
    _tell_mistakes(roster)
    return 1 if roster.problems else 0


def _tell_mistakes(roster: Roster) -> None:
    tell_first(roster.problems, SHOWN, "and {} more. mls-kit check lists them all.")


def _tell_end(roster: Roster, made: Batch, output: str) -> None:
    counts = Counter(outcome.status for outcome in made.outcomes)
    kept = f" ({made.kept} existed already)" if made.kept else ""
    plans = made.made + made.kept
    place = output.rstrip("/") if "://" in output else str(Path(output))
    echo(
        f"{plans} plans{kept}; {counts['mistake']} rows with mistakes; {counts['failed']} failed. "
        f"See {place}/index.html and {place}/summary.xlsx"
    )
    if made.unread:
        echo("Parts of the record of finished plans could not be read: those plans were made again.", err=True)
    if made.strangers:
        strangers = f"{made.strangers} learners who are not in this file"
        echo(f"The folder also holds plans of {strangers}. They stay as they are.")
    tell_first([f"row {each.row}: {each.error}" for each in made.outcomes if each.status == "failed"], SHOWN)
    _tell_mistakes(roster)
    if made.stopped:
        echo(
            f"Not finished: {made.stopped}. {counts['not done']} plans are still to be made; the others are complete. "
            "Run the same command again to continue.",
            err=True,
        )


@contextmanager
def progress() -> Iterator[Callable[[int, int, Outcome], None]]:
    """Give a function that shows the rate and the time left in one line, on a terminal; nothing elsewhere."""
    from tqdm import tqdm

    look = "{n_fmt} of {total_fmt} plans, {rate_noinv_fmt}, about {remaining} left{postfix}"
    with tqdm(desc="Getting ready ...", bar_format="{desc}", leave=False, disable=None, unit=" plans") as bar:
        failed = 0

        def tell(done: int, of: int, outcome: Outcome) -> None:
            nonlocal failed
            failed += outcome.status != "plan"
            if done == 1:  # getting ready says nothing of the pace
                bar.bar_format = look
                bar.reset(of)
            bar.set_postfix_str(f"{failed} failed" if failed else "", refresh=False)
            bar.update(done - bar.n)
            if done == of:
                bar.refresh()

        yield tell
