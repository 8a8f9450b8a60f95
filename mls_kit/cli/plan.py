"""The commands that write a plan: ``mls-kit plan`` from a report, ``mls-kit replan`` from a practice log besides."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click import echo, option

from mls_kit._folders import full_place
from mls_kit.batch.engine.children import KEEP, THREADS
from mls_kit.cli.options import FILE, Careful, Day, check_target, exam_folder_option, forms_options, tell_first, today_option, usage
from mls_kit.cli.report_files import request_of
from mls_kit.exam import find_exam
from mls_kit.report import (
    PARAMETERS,
    PlanRequest,
    ScoreReport,
    check_names,
    example_for,
    is_mine,
    last_request,
    my_request,
    needed_for,
    place_in_words,
    read_request_file,
)

if TYPE_CHECKING:
    from mls_kit.plan import Plan


def request_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each parameter of a request; each is read as text, so that the report names every mistake."""
    for parameter in reversed(PARAMETERS.values()):
        about = parameter.metadata
        if about["option"]:
            words = f"{about['help'][0].upper()}{about['help'][1:]}.".replace("; default:", ". Default:")
            names = f"--{parameter.name.replace('_', '-')}", *about["also"]
            flag = parameter.default is False
            command = option(*names, help=words, is_flag=flag, default=None, metavar=None if flag else "VALUE")(command)
    return command


@click.command(cls=Careful, epilog="Example: mls-kit plan --exam SAA-C03 --scaled-score 690 --ratings 'NI, Meets, Meets, NI'")
@request_options
@option("-p", "extra", nargs=2, multiple=True, metavar="NAME VALUE", help="Set any parameter by its name, as in papermill.")
@option("--report", "file", type=FILE, help="A YAML file with the values of these options.")
@option("--from", "printed", type=FILE, help="Your score report as a PDF. You see what it says and confirm it. "
        "Use other options to add a missing value or to replace a wrong one.")  # fmt: skip
@option("--yes", is_flag=True, help="With --from: don't ask. Use this in a script, when nobody is there to answer.")
@forms_options
@today_option
@exam_folder_option
def plan(**options: Any) -> None:
    """Make your personal plan.

    You get a notebook, and a web page that you can read without Jupyter. Options such as --ics and --pdf add other files.
    """
    _without_threads()
    from mls_kit.plan import requested_plan

    forms, standing = _forms(options)
    request = _request(options)
    found = requested_plan(request)  # mistakes of the report come before files that are there
    _write(found, request, standing, **forms)


@click.command(cls=Careful, epilog="Example, after a few weeks with your plan and practice log: mls-kit replan --ics --force")
@option("--report", "file", type=FILE, help="A YAML file with your report. Default: the report that you entered in lesson 00.")
@option("--log", type=FILE, help="Practice log (CSV). Default: your own log and your ticks.")
@option(
    "--started",
    type=Day(),
    help="First day of your current plan. Default: the first day of your last plan. Without a plan: the first day in your log.",
)
@option("--done-hours", metavar="HOURS", help="Total hours you have studied since the first day of your plan. "
        "Default: what you ticked and logged.")  # fmt: skip
@option("--exam-day", type=Day(), help="A new exam day, for example a day that the test center offers you. "
        "Default: the day in your plan.")  # fmt: skip
@forms_options
@today_option
@exam_folder_option
def replan(file: str | None, log: str | None, **options: Any) -> None:
    """Update your plan. The new plan uses what you ticked, what you logged, and the time you have left.

    You see what changed, and why.
    """
    _without_threads()
    from mls_kit.explain.progress_words import to_do, what_changed
    from mls_kit.plan import own_practice, replan_request, requested_replan

    forms, standing = _forms(options)
    request = _kept(file, options["exam_folder"])
    practice = {"log": log} if log else own_practice()
    if not practice:
        usage("You haven't logged or ticked anything yet. Do it in lesson 07, or give a log with --log.")
    told = {name: options[name] for name in ("started", "done_hours", "exam_day")}
    request = replan_request(request, str(options["today"] or ""), **practice, **told)
    found = requested_replan(request)
    _write(found.plan, request, standing, **forms)
    for change in what_changed(found):
        echo(f"- {change}")
    echo(str(to_do(found)))
    _left_out(practice)


def _without_threads() -> None:
    """Let numpy and pyarrow, once loaded, start no threads: they double the time of small matrices."""
    for name, value in (KEEP | dict.fromkeys(THREADS, "1")).items():
        os.environ.setdefault(name, value)


def _left_out(practice: dict[str, str]) -> None:
    """Name the lines of a log that could not be used, and count those of ticks, so that nothing is lost in silence."""
    from mls_kit.practice import read_done, read_log

    log = practice.get("log", "")
    problems = read_log(Path(log).expanduser())[1] if log else []
    if problems:
        echo(f"{Path(log).name}: lines with a mistake were left out.", err=True)
    if "done" in practice and (lost := read_done().unreadable):
        echo(f"{Path(practice['done']).name}: {lost} unreadable line{'s' * (lost != 1)} left out.", err=True)
    tell_first(problems)


def _request(options: dict[str, Any]) -> PlanRequest:
    """Return the request for the options given; a name that is not known is refused, with the nearest."""
    extra, file, printed, yes = (options.pop(name, None) for name in ("extra", "file", "printed", "yes"))
    values = {name: str(value) for name, value in options.items() if value not in (None, "")}
    check_names([name for name, _ in extra], PARAMETERS, "The list of parameters")
    values = (read_request_file(Path(file)) if file else {}) | values | dict(extra)
    if printed:
        return request_of(printed, values | dict(extra), yes)
    if not file and is_mine() and not {"exam", "scaled_score", "ratings", "result"} & values.keys():
        kept = my_request()
        values = kept.values() | values
        echo(f"From your report, saved in {place_in_words()}: {kept.exam}, {kept.report.outcome}.")
    needed = needed_for(values.get("exam", ""), values.get("exam_folder", ""))
    missing = [f"--{name.replace('_', '-')}" for name in needed if name not in values]
    if missing:  # an exam that is unknown, or that no plan can be made for, is named first
        exam = find_exam(values.get("exam") or "SAA-C03", values.get("exam_folder") or None)
        if not exam.domains:
            ScoreReport.failed(exam)
        usage(f"Needed: {', '.join(missing)}. Example: mls-kit plan {example_for(exam)}\n"
              "You can also enter your report once in lesson 00 (make lab). Then mls-kit plan needs no options.")  # fmt: skip
    return PlanRequest.from_text(values)


def _kept(file: str | None, exam_folder: str) -> PlanRequest:
    """Return the request of a file, or the report the learner has entered; never the example."""
    if file:
        request = PlanRequest.from_text(read_request_file(Path(file)))
    elif is_mine():
        request = last_request()
    else:
        usage("You haven't saved a report yet. Enter it in the notebook 00_start_here, or give a file with --report.")
    return replace(request, exam_folder=exam_folder or request.exam_folder)


def _forms(options: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Take the options on what is written, and refuse a name that cannot be; return files that may not be overwritten."""
    from mls_kit.export import files_for

    target, force = Path(options.pop("output")), options.pop("force")
    forms = ["notebook", *(form for form in ("html", "ics", "anki", "csv", "pdf") if options.pop(form))]
    check_target(target, True, (".ipynb",))
    there = [path.name for path in files_for(target, forms).values() if path.exists()]
    return {"target": target, "forms": forms, "time_zone": options.pop("time_zone") or ""}, [] if force else there


def _write(plan: Plan, request: PlanRequest, standing: list[str], target: Path, forms: list[str], time_zone: str) -> None:
    """Write the plan of a request in all its forms, or say in words why none could be."""
    from mls_kit.batch import render_here
    from mls_kit.export import PlanFailed, after_plan, left_out, write_forms

    if standing:
        usage(f"{' and '.join(standing)} would be overwritten. Add --force, or name another file with --output.")
    lacking = left_out(forms, plan.target.exam)
    forms = [form for form in forms if form not in lacking]
    try:
        if "ics" in forms:
            from mls_kit.export import read_time_zone  # loads icalendar

            time_zone = read_time_zone(time_zone, plan.start).key
        written = write_forms(plan, target, forms, time_zone, lambda: render_here(request))
    except (PlanFailed, OSError) as error:
        place = full_place(error, target.parent) if isinstance(error, OSError) else ""
        echo(f"The plan failed: {f'no space is left in {place}.' if place else error}", err=True)
        sys.exit(1)
    for path in written:
        echo(f"Written: {path}")
    for path in after_plan(request, written):
        echo(f"Written: {path}")
    for words in lacking.values():
        echo(words)
    if "ics" in forms:
        echo(f"Time zone of the calendar: {time_zone}. To change it, use --time-zone.")
