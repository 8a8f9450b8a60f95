"""The learner's own report: typed once, kept in one file on this computer, used by every notebook, easily cleared."""

from __future__ import annotations

import os
from datetime import date
from html import escape
from pathlib import Path

import yaml

from mls_kit._folders import data_folder
from mls_kit.files import write_whole
from mls_kit.html import Block
from mls_kit.lifecycle import availability
from mls_kit.problems import InputError
from mls_kit.report import ScoreReport
from mls_kit.request import PlanRequest, read_request_file
from mls_kit.words import cite

__all__ = ["clear_my_report", "my_report", "my_report_file", "my_request", "opening", "save_my_report"]

_EXAMPLE = "worked_example.yaml"
# what the file holds; never a name
_KEPT = ("exam", "scaled_score", "ratings", "taken_on", "attempt", "hours_per_week", "target_date", "days_off",
         "study_time", "studied_last_month", "language", "retake_exam", "earlier")  # fmt: skip


def my_folder() -> Path:
    """Return the folder of the learner's own files: ``MLS_KIT_HOME``, or ``.mls-kit`` in the home folder."""
    return Path(os.environ.get("MLS_KIT_HOME") or Path.home() / ".mls-kit")


def my_report_file() -> Path:
    """Return where the learner's report is kept, whether or not it is there."""
    return my_folder() / "my_report.yaml"


def save_my_report(request: PlanRequest) -> Path:
    """Keep a report for the other notebooks, in a file that only its owner can read.

    Parameters
    ----------
    request : PlanRequest
        Checked before it is kept; names and ids of a learner are left out.

    Raises
    ------
    InputError
        The report is not valid; what was kept before stays.
    OSError
        The file cannot be written.
    """
    request.report  # noqa: B018  raises for a report that is not valid
    request.earlier_reports  # noqa: B018
    plain = PlanRequest()
    values = {name: getattr(request, name) for name in _KEPT}
    always = ("exam", "scaled_score", "ratings")
    kept = {name: value for name, value in values.items() if name in always or value != getattr(plain, name)}
    file = my_report_file()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    note = (
        "# Your score report, for the notebooks of mls-kit. It stays on this computer; delete the file to clear it.\n"
    )
    write_whole(file, note + yaml.safe_dump(kept, sort_keys=False, allow_unicode=True))
    return file


def clear_my_report() -> bool:
    """Delete the kept report; return whether there was one."""
    there = my_report_file().exists()
    my_report_file().unlink(missing_ok=True)
    return there


def is_mine() -> bool:
    """Return whether the learner has entered a report."""
    return my_report_file().exists()


def my_request() -> PlanRequest:
    """Return what the learner entered, or the worked example's report.

    Raises
    ------
    InputError
        The kept file was changed and cannot be read; it names the file.
    """
    own = my_report_file()
    request = PlanRequest.from_text(read_request_file(own if own.exists() else data_folder() / "reports" / _EXAMPLE))
    if not own.exists():
        request.days_off = ""
    return request


def my_report() -> ScoreReport:
    """Return the learner's report, or the worked example's where none was entered yet.

    Returns
    -------
    ScoreReport

    Raises
    ------
    InputError
        The kept file was changed and its report is not valid any more.

    Examples
    --------
    >>> my_report().exam  # doctest: +SKIP
    'MLS-C01'
    """
    try:
        return my_request().report
    except InputError as error:
        if is_mine():
            error.args = (f"{error}\nThe report is kept in {my_report_file()}: enter it again in 00_start_here.",)
        raise


def opening(report: ScoreReport) -> Block:
    """Say whose numbers a notebook shows, and whether anyone can still sit the exam."""
    exam, code = report.facts, escape(report.exam)
    if is_mine():
        whose = f"These are <b>your numbers</b>: {code}, scaled score {report.scaled_score}."
        whose += " They come from your file on this computer; clear or change them in 00_start_here."
    else:
        whose = f"These are <b>an example's numbers</b>, invented: {code}, scaled score {report.scaled_score}."
        whose += " Enter your own in 00_start_here, and every notebook uses yours."
    now = availability(exam, date.today(), report.language)
    ended = f"<p>{escape(now.why)} {cite(exam, exam.life_cycle.status)}</p>" if now.state == "ended" else ""
    return Block(f"<p>{whose}</p>{ended}")
