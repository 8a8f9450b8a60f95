"""One learner's files, made here or in a child of a warm process; whatever goes wrong becomes an outcome in words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mls_kit._folders import full_place
from mls_kit.batch.jobs import Job, Outcome
from mls_kit.batch.told import told_of
from mls_kit.export import FORMS, left_out, write_forms
from mls_kit.plan import Plan, requested_plan
from mls_kit.problems import InputError, shown
from mls_kit.report import PlanRequest

if TYPE_CHECKING:
    from mls_kit.export import Rendered

# what runs a notebook and matplotlib are loaded by whoever makes a plan, not by whoever gives it out: they take seconds

NO_ROOM = "no room"  # the status of a job that met a full disk: it is no fault of the learner's row


def forms_for(job: Job, forms: tuple[str, ...]) -> tuple[str, ...]:
    """Return the forms a learner gets: those asked for, but for cards where the exam has no questions."""
    lacking = left_out(forms, job.request.retake_exam or job.request.exam)
    return tuple(form for form in forms if form == "pdf" or form not in lacking)  # a worker without a browser says so


def run_job(
    job: Job, folder: Path, forms: tuple[str, ...], time_zone: str = "", make: Callable[[PlanRequest], Rendered] | None = None
) -> Outcome:
    """Make the files of one learner in a folder, all of them or none; ``make`` runs the notebook, by default in a kernel."""
    from mls_kit.export import PlanFailed, render

    begun = time.perf_counter()
    file, error, status, told = "", "", "plan", None
    wanted = forms_for(job, forms)
    try:
        beside = list(_beside(job)) if "ics" in wanted else []
        plan = requested_plan(job.request)
        target = folder / f"{job.stem}.ipynb"
        earlier = job.calendar.encode()
        written = write_forms(plan, target, wanted, time_zone, lambda: _stamped(job, make or render), beside, earlier)
        file, told = written[0].name, told_of(plan)
    except InputError as problem:
        status, error = "mistake", " ".join(str(each) for each in problem.problems)
    except OSError as problem:
        place = full_place(problem, folder)
        status, error = NO_ROOM if place else "failed", place or " ".join(str(problem).split())
    except PlanFailed as problem:
        status, error = "failed", " ".join(str(problem).split())
    except Exception as problem:  # one learner's accident must not cost the others their plans
        status, error = "failed", f"{type(problem).__name__}: {shown(problem)}"
    return job.outcome(status, file, error, round(time.perf_counter() - begun, 2), told)


def _beside(job: Job) -> Iterator[Plan]:
    """Yield the plans for the person's other exams; what keeps one of them from being made is said of its own row."""
    for request in job.beside:
        with suppress(InputError):
            yield requested_plan(request)


def _stamped(job: Job, make: Callable[[PlanRequest], Rendered]) -> Rendered:
    rendered = make(job.request)
    rendered.notebook.metadata["mls_kit"] = {"stamp": job.stamp}
    return rendered


def run_in_child(value: dict[str, Any]) -> dict[str, Any]:
    """Make the files of one learner in a child of a warm process, which runs the notebook itself."""
    from mls_kit.batch.here import render_here

    job = Job.from_plain(value["job"])
    return vars(run_job(job, Path(value["folder"]), tuple(value["forms"]), value["time_zone"], render_here))


def files_of(job: Job, forms: tuple[str, ...]) -> list[str]:
    """Return the names of the files of a learner."""
    return [f"{job.stem}{FORMS[form]}" for form in FORMS if form in forms_for(job, forms)]
