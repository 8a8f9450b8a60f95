"""Make the plans of a cohort: finished ones stay, the rest are made, and every row gets an outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

from mls_kit.batch.index import overview
from mls_kit.batch.jobs import Batch, Job, Outcome, Settings, as_csv, as_json
from mls_kit.batch.ledger import Done, Ledger
from mls_kit.batch.machine import on_this_machine, warm_ups
from mls_kit.batch.roster import Roster
from mls_kit.batch.store import Store, open_store
from mls_kit.batch.summary import as_workbook, heads_of, people_of, rows_of
from mls_kit.batch.work import NO_ROOM, files_of
from mls_kit.cohort import Cohort
from mls_kit.export import FORMS
from mls_kit.files import csv_of
from mls_kit.problems import InputError, Problem, shown

RECORDS = ("run_report.csv", "run_report.json", "index.html", "summary.csv", "summary.xlsx")
LOOKED_AT = 2000  # jobs looked through for the exams to warm up for


class Agenda:
    """What a run has to do; an InputError where the store holds files of others."""

    def __init__(self, roster: Roster, store: Store, today: date | None, settings: Settings) -> None:
        self.roster, self.store, self.settings = roster, store, settings
        self.ledger = Ledger(store)
        # a run that goes on tomorrow makes the same plans as one that was not interrupted
        self.today = today or self.ledger.today or date.today()
        self.there = store.sizes()
        if self.there and not (settings.again or self.ledger.is_there):
            self._check_files()

    def jobs(self) -> Iterator[Job]:
        """Yield the job of every learner of the cohort."""
        return self.roster.jobs(self.today)

    def asked(self, job: Job) -> bool:
        """Return whether a learner was asked for."""
        return not self.settings.only or job.request.learner_id in self.settings.only

    def is_done(self, job: Job) -> bool:
        """Return whether all files of a learner are there, made from just this."""
        return self.ledger.holds(job, files_of(job, self.settings.forms), self.settings.time_zone, self.there)

    def to_make(self) -> Iterator[Job]:
        """Yield the jobs that are left."""
        return (job for job in self.jobs() if self.asked(job) and (self.settings.again or not self.is_done(job)))

    def with_calendar(self, job: Job) -> Job:
        """Return a job with the calendar that was written earlier, which whoever makes the plan need not be able to read."""
        name = f"{job.stem}{FORMS['ics']}"
        if name not in self.there or name not in files_of(job, self.settings.forms):
            return job
        with suppress(FileNotFoundError):
            job = replace(job, calendar=self.store.read(name).decode("utf-8", "replace"))
        return job

    def _check_files(self) -> None:
        ours = {*RECORDS, *(name for job in self.jobs() for name in files_of(job, self.settings.forms))}
        taken = sorted(ours & set(self.there))
        if taken:
            expected = f"free of what is not this command's: {', '.join(taken[:3])} would be overwritten. "
            expected += "Choose an empty folder, or add --again"
            raise InputError("The batch", [Problem("output", shown(str(self.store)), expected)])


def run_batch(
    cohort: Cohort | Roster,
    output: str | Path,
    today: date | None = None,
    settings: Settings | None = None,
    tell: Callable[[int, int, Outcome], None] | None = None,
) -> Batch:
    """Write a plan for the latest attempt of every learner, a report of the run, and an index.

    What is there already from the same input, template, package and exam data is kept, also after an interruption.

    Parameters
    ----------
    output : a folder, made if it is not there, or a URL that fsspec knows
    today : the first day of every plan; by default that of the plans which are there, or this computer's date
    tell : called after each learner with how many are done, how many there are to do, and the outcome

    Raises
    ------
    InputError : another run is writing there, files of others are there, or an id is not in the cohort
    OSError : the output cannot be written
    """
    settings = settings or Settings()
    if "ics" in settings.forms:  # a worker elsewhere may have another clock
        from mls_kit.export import read_time_zone

        settings = replace(settings, time_zone=read_time_zone(settings.time_zone, today).key)
    roster = cohort if isinstance(cohort, Roster) else Roster(cohort, settings.exam_folder)
    store = open_store(output)
    roster.check_ids(settings.only)
    store.open()
    try:
        agenda = Agenda(roster, store, today, settings)
        agenda.ledger.begin(agenda.today)
        return _run(agenda, tell)
    finally:
        store.close()


def _run(agenda: Agenda, tell: Callable[[int, int, Outcome], None] | None) -> Batch:
    batch = Batch(agenda.today, list(agenda.roster.mistakes), unread=agenda.ledger.unread)
    found: dict[int, Outcome] = {}
    left = sum(1 for _ in agenda.to_make())
    try:
        for job, outcome in _made(agenda, left):
            if outcome.status == NO_ROOM:
                ours = outcome.error.startswith(str(agenda.store))
                batch.stopped = f"no space is left in {agenda.store if ours else outcome.error}"
                break
            found[job.row] = outcome
            batch.made += outcome.status == "plan"
            if tell:
                tell(len(found), left, outcome)
    except KeyboardInterrupt:
        batch.stopped = "you stopped it"
    except OSError as error:
        batch.stopped = f"{agenda.store} cannot be written: {error.strerror or error}"
    _account(agenda, batch, found)
    _write_records(agenda, batch)
    return batch


def _made(agenda: Agenda, left: int) -> Iterator[tuple[Job, Outcome]]:
    """Yield each job that is left with its outcome, once its files are in place and noted."""
    settings, store = agenda.settings, agenda.store
    if not left:
        return
    warm = warm_ups(islice(agenda.to_make(), LOOKED_AT), settings.forms) if left > 1 else []
    make = on_this_machine
    if settings.scheduler:
        from mls_kit.batch.cluster import on_cluster as make
    for job, outcome in make(map(agenda.with_calendar, agenda.to_make()), store.making, settings, warm):
        if outcome.status == "plan":
            try:
                sizes = store.take(files_of(job, settings.forms))
            except FileNotFoundError as error:
                yield job, job.outcome("failed", error=f"the file that was made is gone: {error.filename}")
                continue
            before = agenda.ledger.done.get(job.stem)
            if before and before.stamp == job.stamp:  # other forms of the same plan are as good as before
                sizes = before.files | sizes
            agenda.ledger.add(Done(job.stem, job.stamp, sizes, settings.time_zone, outcome.seconds, outcome.told))
        yield job, outcome


def _account(agenda: Agenda, batch: Batch, found: dict[int, Outcome]) -> None:
    """Give every row its outcome, also those not reached and those that were finished before."""
    stems = set()
    for job in agenda.jobs():
        stems.add(job.stem)
        batch.learners += agenda.asked(job)
        outcome = found.get(job.row)
        if outcome is None:
            outcome = _not_made(agenda, job)
            batch.kept += outcome.status == "plan" and agenda.asked(job)
        batch.outcomes.append(outcome)
        earlier = replace(outcome, status="earlier attempt", error="", seconds=0.0)
        batch.outcomes += [replace(earlier, row=row) for row in job.earlier_rows]
    batch.outcomes.sort(key=lambda each: each.row)
    batch.strangers = len(set(agenda.ledger.done) - stems)


def _not_made(agenda: Agenda, job: Job) -> Outcome:
    names = files_of(job, agenda.settings.forms)
    if agenda.is_done(job) and not (agenda.settings.again and agenda.asked(job)):
        done = agenda.ledger.done[job.stem]
        return job.outcome("plan", names[0], seconds=done.seconds, told=done.told)
    return job.outcome("not done" if agenda.asked(job) else "left out")


def _write_records(agenda: Agenda, batch: Batch) -> None:
    """Write the reports of the run and the index; on a full disk the reports of the last run stay."""
    store = agenda.store
    try:
        store.flush()
        store.write("run_report.csv", as_csv(batch.outcomes).encode())
        store.write("run_report.json", as_json(batch).encode())
        sizes, names = store.sizes(), agenda.settings.names
        store.write("index.html", overview(agenda.roster, batch, sizes, names).encode("utf-8", "replace"))
        heads, rows = heads_of(agenda.roster, names), list(rows_of(people_of(agenda.roster, batch, sizes), names))
        store.write("summary.csv", csv_of([heads, *rows]).encode("utf-8-sig", "replace"))  # marked: spreadsheets keep accents
        store.write("summary.xlsx", as_workbook(heads, rows, agenda.roster.problems))
    except OSError as error:
        batch.stopped = batch.stopped or f"{store} cannot be written: {error.strerror or error}"
