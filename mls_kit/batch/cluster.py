"""Many learners on a Dask cluster that is running already.

The workers make the files, each plan in a child of a warm process; only this process puts them in place, once each. Work
that was lost is given out again, and where a cluster is gone for good, this machine makes the rest.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

from mls_kit.batch.engine.children import ChildDied, NoSafeFork, WarmParent, wait_for_any
from mls_kit.batch.jobs import Job, Outcome, Settings
from mls_kit.batch.ledger import kit_stamp
from mls_kit.batch.machine import CHILD, for_child, limits_of, on_this_machine, outcome_of
from mls_kit.batch.work import run_job
from mls_kit.files import making, write_whole_bytes
from mls_kit.problems import InputError, Problem

CONNECT = 20.0  # seconds for the first connection
PATIENCE = 90.0  # seconds without a worker or a scheduler, before this machine goes on alone
AHEAD = 3  # plans handed to each thread of the cluster at a time: the rest stays here
TRIES = 5  # of one plan, before it is made here
COUNT_AGAIN = 2.0  # seconds until the workers are counted anew
LOOK = 0.05  # seconds between two looks
log = logging.getLogger(__name__)


def on_cluster(jobs: Iterable[Job], folder: Path, settings: Settings, warm: Iterable[str] = ()) -> Iterator[tuple[Job, Outcome]]:
    """Yield each job with its outcome as it is done; the files are in ``folder`` then."""
    flight = _Flight(_connect(settings.scheduler), jobs, settings, list(warm))
    try:
        yield from flight.land(folder)
    finally:
        for future in flight.flying:
            future.cancel(force=True)
        flight.client.close(timeout=5)
    yield from on_this_machine(chain(flight.flying.values(), flight.again, flight.waiting), folder, settings, warm)


def _connect(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise _refusal(address, "of use without Dask: install 'mls-kit[cluster]'") from None
    try:
        # a client waits for good where something takes the call and says nothing; asked in a thread: this one may have a loop
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, _say_hello(address)).result()
        return Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise _refusal(address, f"the address of a Dask scheduler that answers ({type(error).__name__})") from None


async def _say_hello(address: str) -> None:
    from distributed.comm import connect

    line = await asyncio.wait_for(connect(address, timeout=CONNECT), CONNECT)
    await line.close()


def _refusal(address: str, expected: str) -> InputError:
    return InputError("The batch", [Problem("scheduler", address, expected)])


class _Flight:
    """The plans that are under way on a cluster."""

    def __init__(self, client: Any, jobs: Iterable[Job], settings: Settings, warm: list[str]) -> None:
        self.client, self.settings, self.warm = client, settings, warm
        self.client_kit = kit_stamp(settings.exam_folder)
        self.waiting: Iterator[Job] = iter(jobs)
        self.again: list[Job] = []
        self.flying: dict[Any, Job] = {}
        self.tries: dict[int, int] = {}
        self.threads, self.counted = 0, float("-inf")
        self.seen = time.monotonic()  # when the cluster last did something, or could have

    def land(self, folder: Path) -> Iterator[tuple[Job, Outcome]]:
        """Give out work, and yield what is done; end when all is done, or when the cluster is gone."""
        while True:
            self._fill()
            if not self.flying:
                return
            done = [future for future in self.flying if future.done()]
            for future in done:
                self.seen = time.monotonic()
                job = self.flying.pop(future)
                outcome = self._outcome(job, future, folder)
                if outcome:
                    yield job, outcome
            if not done and self._is_gone():
                log.warning("The cluster does not answer. This computer makes the remaining plans.")
                return
            if not done:
                time.sleep(LOOK)

    def _fill(self) -> None:
        room = max(2, AHEAD * self._threads()) - len(self.flying)
        for _ in range(room):
            job = self.again.pop() if self.again else next(self.waiting, None)
            if job is None or self.client.status != "running":
                self.again += [job] if job else []
                return
            value = for_child(job, Path(), self.settings)
            given = value, limits_of(self.settings), self.warm, self.client_kit
            key = f"plan-{job.row}-{time.time_ns()}"
            self.flying[self.client.submit(make_on_worker, *given, pure=False, key=key)] = job

    def _threads(self) -> int:
        """Return how many threads the cluster has, as seen a short while ago; none while it is out of reach."""
        if time.monotonic() - self.counted > COUNT_AGAIN:
            try:
                workers = self.client.scheduler_info(n_workers=-1).get("workers", {})
            except (OSError, TimeoutError):
                workers = {}
            self.threads = sum(worker["nthreads"] for worker in workers.values())
            self.counted = time.monotonic()
        return self.threads

    def _is_gone(self) -> bool:
        if self.client.status == "running" and self._threads():
            self.seen = time.monotonic()
        return self.client.status == "closed" or time.monotonic() - self.seen > PATIENCE

    def _outcome(self, job: Job, future: Any, folder: Path) -> Outcome | None:
        """Return the outcome of a job, its files in place; none where it is given out again."""
        try:
            found = future.result(timeout=PATIENCE)
        except OtherKit as error:
            expected = f"a cluster with this version of mls-kit on every worker, and this exam folder (not so on {error})"
            raise _refusal(self.settings.scheduler, expected) from None
        except Exception as error:  # a worker, or the way to it, was lost
            return self._once_more(job, error, folder)
        finally:
            future.release()
        if "died" in found:
            died = outcome_of(job, ChildDied(found["died"], found["late"]), self.settings)
            return died or run_job(job, folder, self.settings.forms, self.settings.time_zone)
        for name, content in found["files"].items():
            write_whole_bytes(folder / name, content)
        return outcome_of(job, found["outcome"], self.settings)

    def _once_more(self, job: Job, error: Exception, folder: Path) -> Outcome | None:
        self.tries[job.row] = self.tries.get(job.row, 0) + 1
        if self.tries[job.row] < TRIES:
            self.again.append(job)
            return None
        if self.settings.timeout or self.settings.memory_limit:
            return job.outcome("failed", error=f"lost {TRIES} times on the cluster ({type(error).__name__})")
        return run_job(job, folder, self.settings.forms, self.settings.time_zone)


class OtherKit(RuntimeError):
    """A worker, which the message names, has another version of the package, of its data or of the template."""


_PARENTS: dict[tuple[str, ...], WarmParent] = {}
_LOCK = threading.Lock()


def make_on_worker(value: dict[str, Any], limits: dict[str, Any], warm: list[str], kit: str) -> dict[str, Any]:
    """On a worker: make the files of one learner in a child of a warm process; return the outcome and the files."""
    if kit_stamp(value["job"]["request"]["exam_folder"]) != kit:
        raise OtherKit(socket.gethostname())
    from distributed import get_worker

    with making(Path(get_worker().local_directory)) as made:
        try:
            outcome = _in_child({**value, "folder": str(made)}, limits, warm)
        except NoSafeFork:
            job = Job.from_plain(value["job"])
            outcome = vars(run_job(job, made, tuple(value["forms"]), value["time_zone"]))
        except ChildDied as error:
            return {"died": str(error), "late": error.late}
        return {"outcome": outcome, "files": {path.name: path.read_bytes() for path in made.iterdir() if path.is_file()}}


def _in_child(value: dict[str, Any], limits: dict[str, Any], warm: list[str]) -> dict[str, Any]:
    """Run the work in a child of this worker's warm process; several threads share it."""
    preload = ("mls_kit.batch.work", *warm)
    with _LOCK:
        parent = _PARENTS.setdefault(preload, WarmParent(preload, threads=1))
        child = parent.start(CHILD, value, **limits)
    try:
        wait_for_any([child])
        found: dict[str, Any] = child.result()
    finally:
        child.close()
    return found
