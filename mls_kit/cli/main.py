"""The command line: ``mls-kit`` and its commands; their exit codes are in ``guard.py``."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import click
from click import argument, echo, option

from mls_kit import __version__
from mls_kit.cli import cohort as cli_cohort, options
from mls_kit.cli.batch import batch
from mls_kit.cli.guard import GuardedGroup
from mls_kit.cli.options import FILE, FOLDER, Careful, Whole, check_target, exam_folder_option, today_option, writing
from mls_kit.cli.plan import plan, replan
from mls_kit.cli.report_files import collect
from mls_kit.problems import InputError

EPILOG = "Everything runs on this computer; nothing is sent anywhere. To see all exams, run mls-kit exams."


@click.group(cls=GuardedGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mls-kit")
def main() -> None:
    """Enter your certification score report; get a clear explanation and a study plan."""


for command in (plan, replan, collect, batch, cli_cohort.check, cli_cohort.view):
    main.add_command(command)


@main.command(cls=Careful)
@argument("code", required=False)
@option(
    "--to-check",
    is_flag=True,
    help="For each exam, list the facts to check again: old facts, second-hand facts, and facts that differ between sources.",
)
@option("--check", "own", type=FILE, help="Check your own exam file and list every mistake.")
@today_option
@exam_folder_option
def exams(code: str | None, to_check: bool, own: str | None, today: date | None, exam_folder: str) -> None:
    """List all exams, or show the facts about one.

    Each fact is shown with its source.
    """
    from mls_kit.exam import exam_files, find_exam, load_exam_file
    from mls_kit.explain import exam_facts
    from mls_kit.method import why_silent

    day = today or date.today()
    if own:
        try:
            checked = load_exam_file(own)
        except InputError as error:
            echo(str(error), err=True)
            raise SystemExit(1) from None
        echo(f"{checked.code}: no mistakes. {len(checked.domains)} domains. Facts to check again: {len(checked.stale_facts(day))}.")
        if silent := why_silent(checked):
            echo(silent)
        return
    if code:
        echo("\n".join(exam_facts(find_exam(code, exam_folder or None), day, to_check)))
        return
    for name in sorted(exam_files(exam_folder or None)):
        try:
            exam = find_exam(name, exam_folder or None)
        except InputError as error:
            echo(str(error), err=True)
            continue
        if to_check:
            echo("\n".join(exam_facts(exam, day, to_check)))
            continue
        status = exam.life_cycle.status
        old = f" (facts to check again: {len(exam.stale_facts(day))})" if exam.stale_facts(day) else ""
        echo(f"{exam.code:8}  {status.value or 'not known':9}  {status.seen}  {exam.name.value}{old}")
    if not to_check:
        echo("The day is when we last checked whether you can take the exam. More about one exam: mls-kit exams MLS-C01")


@main.command(cls=Careful, epilog="Example: mls-kit door -o door.html")
@option("-o", "--output", required=True, type=FILE, help="File to write.")
@option(
    "--exam", "codes", multiple=True, metavar="CODE", help="Include only this exam. You can repeat this option. Default: all exams."
)
@option("--force", is_flag=True, help="Overwrite an existing file.")
@today_option
def door(output: str, codes: tuple[str, ...], force: bool, today: date | None) -> None:
    """Make a web page for people who don't have Python.

    They can enter a score report in any browser, offline, and see what it means.
    """
    from mls_kit.course import write_door
    from mls_kit.exam import exam_files, find_exam

    target = Path(output)
    check_target(target, force, (".html",))
    asked = [find_exam(code).code for code in codes or exam_files()]
    for code in asked if len(asked) > 1 else []:  # one exam alone always has room
        check_target(target.with_name(f"{target.stem}-{code}.html"), force, (".html",))
    if not codes:
        echo("Calculating the chances for every exam. This takes a few minutes. It is quicker with --exam.")
    with writing(output):
        written = write_door(target, today, codes)
    first, *others = written
    echo(f"Written: {first}, {first.stat().st_size // 1024} KB. Open it in a browser. It needs nothing else.")
    if others:
        names = ", ".join(file.name for file in others)
        echo(f"Keep these in the same folder. They hold the chances for exams that need a page of their own: {names}")


@main.command(epilog="Example: mls-kit workshop -o saturday --exam SAA-C03 --minutes 180 --start 13:30")
@option("-o", "--output", required=True, type=FOLDER, help="Folder to create.")
@option("--exam", default="", metavar="CODE", help="Use an invented report for this exam in the notebooks and slides.")
@option(
    "--minutes",
    type=Whole(),
    default=180,
    show_default=True,
    help="Length of the workshop in minutes: 90, 180 or 420, as in data/workshops.yaml.",
)
@option("--start", default="09:00", show_default=True, metavar="HH:MM", help="Start time.")
@option("--overwrite", is_flag=True, help="Replace an existing workshop folder.")
def workshop(output: str, exam: str, minutes: int, start: str, overwrite: bool) -> None:
    """Make the folder for a workshop.

    It contains notebooks, slides, exercises, a timetable and the reports of an invented group.
    """
    from mls_kit.course import write_workshop

    words = "Running the lessons to make the slides. This takes a minute or two."
    written = write_workshop(Path(output), minutes, exam, start, overwrite, begins=lambda: echo(words))
    echo(f"Written: {len(written)} files in {output}. Start with {Path(output) / 'README.md'}")


def _check_bank(context: click.Context, _option: click.Parameter, file: str | None) -> None:
    from mls_kit.practice import check_bank

    if not file:
        return
    try:
        bank = check_bank(file)
    except InputError as error:
        echo(str(error), err=True)
        context.exit(1)
    echo(f"{Path(file).name}: {len(bank.questions)} questions for {bank.exam}, no mistakes. Not from the kit:")
    for (source, license_), count in Counter((one.source, one.license) for one in bank.questions).items():
        echo(f"  {count} from {source}, license: {license_ or 'not known, so they get no cards'}")
    context.exit()


@main.command(
    epilog="Examples: mls-kit practice --exam MLS-C01 --kind diagnostic --domain Modeling -o set1; "
    "mls-kit practice --check SAA-C03_tutor.csv"
)
@option("--exam", required=True, metavar="CODE", help="Exam code. The kit or your own question bank must have questions for it.")
@option("--kind", default="mixed", metavar="KIND", show_default=True, help="Kind of set: mixed, domain, pairs, diagnostic or full.")
@option("--questions", type=Whole(), help="Number of questions. Default: 20; diagnostic and full sets have a fixed number.")
@option("--seed", type=Whole(), default=1, show_default=True, help="Change this number to get a different set.")
@option("--domain", metavar="DOMAIN", help="Name or number of a domain, for the kinds domain and diagnostic.")
@option("--check", type=options.Here(exists=True, dir_okay=False), is_eager=True, expose_value=False, callback=_check_bank,
        metavar="FILE", help="Check your own question bank (CSV or YAML). This option doesn't make a set.")  # fmt: skip
@option("--repeat", is_flag=True, help="Also use questions that your practice log lists as already seen.")
@option("-o", "--output", required=True, type=FOLDER, help="Folder for sheet.html and key.html.")
@option("--force", is_flag=True, help="Overwrite existing files.")
def practice(repeat: bool, output: str, force: bool, exam: str, **asked: Any) -> None:
    """Make a practice set to print.

    You get a sheet of questions, and a separate key with explanations.

    You can add your own question banks (CSV or YAML). Put them in a folder, and set the environment variable
    MLS_KIT_QUESTIONS to the path of that folder. A set uses the kit's questions first. It marks the questions that come from
    your own bank. data/README.md explains the file format.
    """
    from mls_kit.practice import load_bank, practice_set, seen_questions, write_sheet

    folder = Path(output)
    options.check_parent(folder)
    code = load_bank(exam).exam
    made = practice_set(code, seen=() if repeat else seen_questions(code), **asked)
    there = [name for name in ("sheet.html", "key.html") if (folder / name).exists()]
    if there and not force:
        options.usage(f"{' and '.join(there)} would be overwritten. Add --force, or name another folder with --output.")
    with writing(output):
        folder.mkdir(exist_ok=True)
        written = write_sheet(made, folder)
    echo(f"{made.title}. {made.words}")
    for path in written:
        echo(f"Written: {path}")


if __name__ == "__main__":
    main()
