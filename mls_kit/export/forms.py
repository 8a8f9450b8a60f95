"""The plan to take along: calendar, deck of cards, table, page and print, all from one plan and with one name."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mls_kit.export.pdf import need_browser, write_pdf
from mls_kit.files import csv_of, making
from mls_kit.html import Block, render as fill_in
from mls_kit.plan import Plan
from mls_kit.practice import banks, load_bank, shareable
from mls_kit.problems import InputError, Problem
from mls_kit.report import PlanRequest

if TYPE_CHECKING:
    from mls_kit.export.notebook import Rendered

# what writes each form is loaded only when that form is wanted: a notebook that writes nothing pays for nothing

_PIECES = "export/pieces.html.j2"
_LINKED = {"ics": "Calendar file", "anki": "Cards", "pdf": "Print"}  # from the page
FORMS = {"notebook": ".ipynb", "html": ".html", "ics": ".ics", "anki": ".apkg", "csv": ".csv", "pdf": ".pdf"}


def table_text(plan: Plan) -> str:
    """Return the sessions of a plan as CSV, for a spreadsheet: marked as UTF-8, and no cell is run as a formula."""
    frame = plan.to_frame()
    return "\ufeff" + csv_of([frame.columns, *frame.itertuples(index=False)])


def left_out(forms: Iterable[str], exam: str = "") -> dict[str, str]:
    """Return the forms that cannot be had here, each with the reason in words; the others are written all the same.

    ``exam`` is the one that is planned for; without it, cards are not looked at.

    >>> left_out(["html", "anki"], "SY0-701")["anki"][:49]
    'No cards: the kit has no questions for SY0-701. I'
    >>> left_out(["anki"], "SY0-701")  # the only one asked for: writing it says why it cannot be
    {}
    """
    wanted, lacking = set(forms), {}
    if "anki" in wanted and exam:
        try:
            shareable(load_bank(exam))
        except InputError:
            lacking["anki"] = str(fill_in(_PIECES, "no_cards", exam=exam, banks=banks()))
    if "pdf" in wanted:
        try:
            need_browser()
        except InputError:
            lacking["pdf"] = str(fill_in(_PIECES, "no_pdf"))
    return lacking if wanted - set(lacking) else {}


def check_forms(plan: Plan, forms: Iterable[str], time_zone: str = "") -> None:
    """Refuse at once what cannot be written: no bank for the exam, no browser for a PDF, no such time zone."""
    problems: list[Problem] = []
    for form in forms:
        try:
            if form == "ics":
                from mls_kit.export.calendar_file import read_time_zone

                read_time_zone(time_zone, plan.start)
            elif form == "anki":
                shareable(load_bank(plan.target.exam))
            elif form == "pdf":
                need_browser()
        except InputError as error:
            problems += error.problems
    if time_zone and "ics" not in forms:
        problems.append(Problem("time zone", time_zone, "of use without a calendar. Ask for one too"))
    if problems:
        raise InputError("The files of the plan", problems)


def files_for(target: Path, forms: Iterable[str]) -> dict[str, Path]:
    """Return the file of each form: beside one another, with the same name."""
    return {form: target.with_suffix(FORMS[form]) for form in FORMS if form in set(forms)}


def write_forms(
    plan: Plan,
    target: Path,
    forms: Iterable[str],
    time_zone: str = "",
    made: Callable[[], Rendered] | None = None,
    beside: Sequence[Plan] = (),
    before: bytes | None = None,
) -> list[Path]:
    """Write the forms of a plan, all of them or none, and return their files.

    Parameters
    ----------
    target : the name; each form, out of ``FORMS``, has its own ending
    made : makes the executed notebook, for the forms that show it: notebook, html and pdf
    beside : for other exams of the same person: the calendar holds them too
    before : the calendar written before; that of the same name if left out

    An InputError or OSError where something stands in the way, or a file could not be written; nothing is left behind.
    """
    files = files_for(target, forms)
    check_forms(plan, files, time_zone)
    with making(target.parent) as folder:
        inside = {form: folder / path.name for form, path in files.items()}
        if "ics" in inside:
            from mls_kit.export.calendar_file import write_calendar

            earlier = files["ics"] if before is None else before
            write_calendar(plan, inside["ics"], time_zone, earlier, beside)
        if "anki" in inside:
            from mls_kit.export.flashcards import write_deck

            write_deck(plan, inside["anki"])
        if "csv" in inside:
            inside["csv"].write_text(table_text(plan), encoding="utf-8", newline="")
        if made and {"notebook", "html", "pdf"} & set(inside):
            _write_executed(plan, made(), inside, folder / f"page of {target.stem}.html")
        for form, path in inside.items():
            path.chmod(0o600)
            os.replace(path, files[form])
    return list(files.values())


def _write_executed(plan: Plan, rendered: Rendered, inside: dict[str, Path], page_file: Path) -> None:
    import nbformat

    from mls_kit.explain.plan_page import foot, title
    from mls_kit.export.page import page

    if "notebook" in inside:
        inside["notebook"].write_text(nbformat.writes(rendered.notebook), encoding="utf-8", newline="")
    if "html" in inside or "pdf" in inside:
        files = {what: inside[form].name for form, what in _LINKED.items() if form in inside}
        page_file.write_text(page(rendered.notebook, title(plan), foot(plan), files), encoding="utf-8", newline="")
    if "pdf" in inside:
        write_pdf(page_file, inside["pdf"])
    if "html" in inside:
        os.replace(page_file, inside["html"])


def take_along(
    plan: Plan,
    request: PlanRequest,
    *,
    calendar: bool = False,
    deck: bool = False,
    table: bool = False,
    page: bool = False,
    pdf: bool = False,
    time_zone: str = "",
    name: str = "my_plan",
    again: bool = False,
) -> Block:
    """Write a plan beside the notebook, in the forms that are wanted; none by default, nor in a batch.

    What cannot be had is left out and named. If something else stands in the way, an InputError says so and nothing is
    written.

    Parameters
    ----------
    calendar, deck, table, page, pdf : an ``.ics`` file, a deck for Anki, a table for a spreadsheet, a page for any browser,
        and the page as a PDF
    time_zone : for the calendar; the computer's own if left out
    name : of the files, without an ending
    again : whether files that are there may be overwritten
    """
    wanted = {"ics": calendar, "anki": deck, "csv": table, "html": page, "pdf": pdf}
    forms = [form for form, on in wanted.items() if on]
    if not forms or request.by_papermill:
        return fill_in(_PIECES, "nothing_written")
    if not name or name != Path(name).name or name.startswith("."):
        raise InputError("The files of the plan", [Problem("name", name, "a plain name, without a folder")])
    target, lacking = Path(f"{name}.ipynb"), left_out(forms, plan.target.exam)
    forms = [form for form in forms if form not in lacking]
    there = [path.name for path in files_for(target, forms).values() if path.exists()]
    if there and not again:
        expected = "free. Add again=True to overwrite, or choose another name"
        raise InputError("The files of the plan", [Problem("name", file, expected) for file in there])
    from mls_kit.export.notebook import render

    if calendar:
        from mls_kit.export.calendar_file import read_time_zone

        time_zone = read_time_zone(time_zone, plan.start).key
    names = [path.name for path in write_forms(plan, target, forms, time_zone, lambda: render(request))]
    return fill_in(_PIECES, "written", names=names, left_out=lacking.values(), time_zone=time_zone)
