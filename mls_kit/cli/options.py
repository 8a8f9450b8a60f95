"""What several commands share: days, the folder of exam files, the forms a plan is written in, and refusing in words."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import click
from click import echo, option


class Here(click.Path):
    """A file or folder of this computer: an address, such as s3://bucket, would be made into a folder of that name."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path, or refuse an address in words."""
        if re.match(r"[A-Za-z][\w+.-]+:/", str(value)):
            self.fail(f"{str(value)!r} is an address. Give a {self.name} on this computer.", param, ctx)
        return super().convert(value, param, ctx)


FILE, FOLDER = Here(dir_okay=False), Here(file_okay=False)


class Day(click.ParamType):
    """A day, as YYYY-MM-DD or in another form that can mean only one."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day, or refuse the value in words."""
        from mls_kit.report import Notes, read_date

        notes = Notes()
        day = read_date(value, "date", notes)
        if day is None:
            self.fail(str(notes.problems[0]).removeprefix("date: "), param, ctx)
        return day


class _Plain(click.ParamType):
    """A number as people write it: of 1_0 Python would make 10, and nan is in every range; its range is said in words."""

    form, said = r"[+-]?\d+", "a whole number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or refuse the value in words."""
        if isinstance(value, str) and not re.fullmatch(self.form, value.strip(), re.ASCII):
            self.fail(f"{value!r} is not {self.said}.", param, ctx)
        return super().convert(value, param, ctx)

    def _describe_range(self) -> str:  # click writes 2<=x<=500, and x<=None where there is no range
        """Say the range in words, for the help."""
        low, high = getattr(self, "min", None), getattr(self, "max", None)
        return "" if low is None else f"{low:g} or more" if high is None else f"{low:g} to {high:g}"


class Whole(_Plain, click.IntRange):
    """A whole number in a range."""

    name = "number"


class Amount(_Plain, click.FloatRange):
    """A number in a range."""

    name, form, said = "number", r"[+-]?\d+(\.\d+)?", "a number"


class Careful(click.Command):
    """A command that says what to do about words it has no place for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line; a value whose quotes were forgotten leaves words over."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            if "unexpected extra" not in error.message:
                raise
            hint = (
                "Put quotes around a value with spaces, such as --ratings 'NI, MC, MC, NI'. Give a file with its own "
                "option: see --help."
            )
            raise click.UsageError(f"{error.message}. {hint}", ctx) from None


exam_folder_option = option("--exam-folder", default=os.environ.get("MLS_KIT_EXAMS", ""), type=FOLDER,
                            help="Folder with your own exam files (or set MLS_KIT_EXAMS).")  # fmt: skip
today_option = option("--today", type=Day(), help="Day to use as today. Default: this computer's date.")


def forms_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say in which forms a plan is written, and where."""
    options = [
        option("-o", "--output", default="my_plan.ipynb", show_default=True, type=FILE,
               help="Notebook to write. The other files get the same name with another file extension, such as .html."),
        option("--html/--no-html", default=True, help="Also write the plan as a web page (default)."),
        option("--ics", is_flag=True, help="Also write a calendar. If you import it again, your sessions move to the new times. "
               "You get no duplicates."),
        option("--anki", is_flag=True, help="Also write an Anki deck, for exams with a question bank."),
        option("--csv", is_flag=True, help="Also write all sessions as a table for a spreadsheet."),
        option("--pdf", is_flag=True, help="Also write the page as a PDF. Needs Chromium, Chrome or Edge."),
        option("--time-zone", metavar="NAME", help="Time zone of the calendar, such as Europe/Berlin. Default: this computer's."),
        option("--force", is_flag=True, help="Overwrite existing files."),
    ]  # fmt: skip
    for add in reversed(options):
        command = add(command)
    return command


def usage(message: str) -> NoReturn:
    """Say what is wrong with a call, and end with exit code 2."""
    echo(message, err=True)
    sys.exit(2)


@contextmanager
def writing(place: str | Path, name: str = "--output") -> Iterator[None]:
    """End with exit code 2 where what is written in this block cannot be."""
    try:
        yield
    except OSError as error:
        usage(f"{name}: {str(place)!r} cannot be written: {error.strerror or error}")


def check_parent(target: Path) -> None:
    """End with exit code 2 where the folder that something is to be written into is not there."""
    if not target.parent.is_dir():
        usage(f"--output: the folder {str(target.parent)!r} doesn't exist. Create it first.")


def tell_first(found: Sequence[object], most: int = 10, more: str = "and {} more.") -> None:
    """Say the first of some mistakes, one a line, and how many more there are."""
    for each in found[:most]:
        echo(f"  {each}", err=True)
    if len(found) > most:
        echo(f"  {more.format(len(found) - most)}", err=True)


def check_target(target: Path, force: bool, suffixes: tuple[str, ...], source: Path | None = None) -> None:
    """End with exit code 2 where a file cannot be written, or is there and may not be overwritten."""
    if target.suffix.lower() not in suffixes:
        near = f"{target.stem or 'name'}{suffixes[0]}"
        usage(f"--output: {target.name!r} does not end in {' or '.join(suffixes)}. Did you mean {near}?")
    check_parent(target)
    if source is not None and target.exists() and source.exists() and target.samefile(source):
        usage(f"{target.name} is the file you want to read. Choose another name.")
    if target.exists() and not force:
        usage(f"{target.name} would be overwritten. Add --force, or name another file with --output.")
