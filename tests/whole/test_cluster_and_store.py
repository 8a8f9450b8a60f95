"""Plans made on a cluster, and plans written to an object store: with workers killed, lines cut, requests refused."""

import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
from cases import ROOT, TODAY, without_moment
from ports import free_port
from werkzeug.serving import make_server

from mls_kit import read_cohort
from mls_kit.batch import cluster, work
from mls_kit.batch.jobs import Settings
from mls_kit.batch.roster import Roster
from mls_kit.batch.run import RECORDS, run_batch
from mls_kit.problems import InputError

SAMPLE = ROOT / "data/cohorts/sample.csv"
LIGHT = ("csv", "ics")
BERLIN = "Europe/Berlin"
ALL = Settings(forms=LIGHT, time_zone=BERLIN, workers=2)


@pytest.fixture(scope="module")
def sample():
    return read_cohort(SAMPLE, today=TODAY)


@pytest.fixture(scope="module")
def here(sample, tmp_path_factory):
    """What this machine alone makes of the sample: plans by name, without the moment they were made."""
    folder = tmp_path_factory.mktemp("here")
    run_batch(sample, folder, TODAY, ALL)
    return {path.name: without_moment(path.read_bytes()) for path in folder.glob("L*")}


# ---------------------------------------------------------------------------------------------- a real S3 server


@pytest.fixture
def s3(monkeypatch):
    """Start an S3 server that refuses every tenth request; return how many it was asked and a client of its own."""
    import boto3
    from moto.server import DomainDispatcherApplication, create_backend_app

    moto, asked = DomainDispatcherApplication(create_backend_app), itertools.count(1)
    refused = []

    def now_and_then(environ, start_response):
        number = next(asked)
        if number % 10 == 0 and environ.get("HTTP_X_STEADY") is None:
            refused.append(environ["PATH_INFO"])
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            start_response("503 Slow Down", [("Content-Type", "text/xml")])
            return [b"<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"]
        return moto(environ, start_response)

    server = make_server("127.0.0.1", 0, now_and_then, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "of-the-test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    client = boto3.client("s3")
    client.create_bucket(Bucket="plans-of-a-test")
    yield client, refused
    server.shutdown()


def objects(client):
    pages = client.get_paginator("list_objects_v2").paginate(Bucket="plans-of-a-test")
    return {entry["Key"]: entry["Size"] for page in pages for entry in page.get("Contents", ())}


def body(client, key):
    return client.get_object(Bucket="plans-of-a-test", Key=key)["Body"].read()


def test_plans_go_to_an_object_store_that_refuses_every_tenth_request(s3, sample, here, tmp_path, monkeypatch):
    client, refused = s3
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    url = "s3://plans-of-a-test/spring/cohort"
    first = run_batch(sample, url, TODAY, replace(ALL, only=("L001", "L002", "L003")))
    assert (first.made, first.stopped) == (3, "")
    second, third = run_batch(sample, url, TODAY, ALL), run_batch(sample, url, TODAY, ALL)
    assert (second.made, second.kept, second.stopped) == (27, 3, "")
    assert (third.made, third.kept) == (0, 30)
    assert len(refused) > 5
    names = {key.removeprefix("spring/cohort/") for key in objects(client)}
    assert {name for name in names if not name.startswith(".mls-kit/")} == {*here, *RECORDS}
    for name, plan in here.items():
        assert without_moment(body(client, f"spring/cohort/{name}")) == plan


def test_two_runs_into_one_bucket_at_once_both_end_right(s3, sample, here):
    client, _ = s3
    url, learners = "s3://plans-of-a-test/twice", ("L001", "L006", "L012", "L019")
    only = itertools.chain.from_iterable(("--only", learner) for learner in learners)
    asked = ["batch", str(SAMPLE), "-o", url, "--formats", "csv,ics", "--time-zone", BERLIN, "--today", str(TODAY), *only]
    call = [sys.executable, "-m", "mls_kit.cli.main", *asked]
    runs = [subprocess.Popen(call, stderr=subprocess.PIPE) for _ in range(2)]
    told = [run.communicate(timeout=300)[1] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], told
    again = run_batch(sample, url, TODAY, replace(ALL, only=learners))
    assert (again.made, again.kept) == (0, 4)
    for name in [f"{learner}{ending}" for learner in learners for ending in (".csv", ".ics")]:
        assert without_moment(body(client, f"twice/{name}")) == here[name]
    assert not any("writing" in key for key in objects(client))


def test_a_store_that_answers_503_only_is_said_to_be_that(sample, monkeypatch):
    def busy(environ, start_response):
        start_response("503 Service Unavailable", [])
        return [b""]

    with make_server("127.0.0.1", 0, busy, threaded=True) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "of-the-test")
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setattr("mls_kit.batch.store._TRIES", 1)
        with pytest.raises(OSError, match=r"the store does not answer \(503\)"):
            run_batch(sample, "s3://plans-of-a-test/x", TODAY, ALL)
        server.shutdown()


def test_a_bucket_that_is_not_there_is_said_before_anything_is_made(s3, sample):
    with pytest.raises((OSError, InputError), match="bucket"):
        run_batch(sample, "s3://no-such-bucket-here/x", TODAY, ALL)


def test_a_place_that_cannot_be_named_is_refused(sample):
    with pytest.raises(InputError, match="Did you mean s3://bucket/x"):
        run_batch(sample, "s4://bucket/x", TODAY)


def test_a_store_that_knows_no_whole_writes_gets_them_by_renaming(tmp_path, sample, monkeypatch):
    monkeypatch.setattr("mls_kit.batch.store._WHOLE", set())
    settings = Settings(forms=("csv",), only=("L001", "L002"))
    batch = run_batch(sample, f"simplecache::local://{tmp_path}/there", TODAY, settings)
    assert batch.made == 2
    names = {path.name for path in (tmp_path / "there").iterdir()}
    assert names == {"L001.csv", "L002.csv", *RECORDS, ".mls-kit"}


# ---------------------------------------------------------------------------------------------- a real Dask cluster


class Line:
    """A line to a server that can be cut: every connection on it breaks, and no new one comes through."""

    def __init__(self, port):
        self.port, self.cut = port, False
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self.listening.getsockname()[1]}"
        self.ends = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            near, _ = self.listening.accept()
            if self.cut:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.port))
            except OSError:
                near.close()
                continue
            self.ends += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self.carry, args=(one, other), daemon=True).start()

    @staticmethod
    def carry(one, other):
        with suppress(OSError):
            while data := one.recv(1 << 16):
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def broken(self):
        self.cut = True
        for end in self.ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        yield
        self.cut = False


def wait_for(port, count):
    from distributed import Client

    with Client(f"tcp://127.0.0.1:{port}", set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


@pytest.fixture
def start(tmp_path):
    """Start a scheduler or a worker as a process of its own; all are killed in the end."""
    processes = []
    environment = os.environ | {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "5s"}

    def start(*given):
        log = (tmp_path / f"{len(processes)}.log").open("w")
        processes.append(
            subprocess.Popen([sys.executable, "-m", "distributed.cli." + given[0], *given[1:]], stdout=log, stderr=log,
                             cwd=tmp_path, env=environment, start_new_session=True)
        )  # fmt: skip
        return processes[-1]

    yield start
    for process in processes:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def port(start):
    """Start a scheduler, and return its port once it listens."""
    port = free_port()
    start("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    for _ in range(300):
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port)).close()
            return port
        time.sleep(0.1)
    raise AssertionError("the scheduler does not listen")


@pytest.fixture
def dask(start, port, tmp_path):
    """Start two workers, each a process; return the scheduler's port and the workers."""
    plain = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path))
    workers = [start("dask_worker", f"tcp://127.0.0.1:{port}", *plain) for _ in range(2)]
    wait_for(port, 2)
    return port, workers


def test_a_cluster_that_loses_a_worker_and_the_line_makes_each_plan_once(dask, sample, here, tmp_path):
    port, workers = dask
    line, told = Line(port), []

    def tell(done, of, outcome):
        told.append(outcome.row)
        if done == 6:
            os.killpg(workers[0].pid, signal.SIGKILL)
        if done == 15:
            with line.broken():
                time.sleep(3)

    batch = run_batch(sample, tmp_path, TODAY, replace(ALL, scheduler=line.address), tell)
    assert (batch.made, batch.stopped) == (30, "")
    assert len(told) == len(set(told)) == 30
    assert {path.name: without_moment(path.read_bytes()) for path in tmp_path.glob("L*")} == here


@pytest.mark.parametrize("place", ["a folder", "s3://plans-of-a-test/again"])
def test_calendars_made_again_by_a_cluster_cancel_as_those_made_here(dask, s3, tmp_path, place):
    if "://" not in place:
        place = tmp_path / place
    plain = Settings(forms=("ics",), time_zone=BERLIN)
    for hours in (14, 5):
        (tmp_path / "c.csv").write_text(f'id,exam,scaled_score,ratings,hours_per_week\nL1,MLA-C02,600,"NI, NI, NI, MC",{hours}\n')
        cohort = read_cohort(tmp_path / "c.csv", today=TODAY)
        run_batch(cohort, tmp_path / "here", TODAY, plain)
        assert run_batch(cohort, place, TODAY, replace(plain, scheduler=f"tcp://127.0.0.1:{dask[0]}")).made == 1
    here = (tmp_path / "here/L1.ics").read_bytes()
    assert here.count(b"STATUS:CANCELLED") > 10
    made = body(s3[0], "again/L1.ics") if isinstance(place, str) else (place / "L1.ics").read_bytes()
    assert without_moment(made) == without_moment(here)


def test_workers_that_lose_their_line_to_the_scheduler_cost_no_plan(start, port, sample, tmp_path, monkeypatch):
    """Dask ends such a worker, and its nanny too; this machine makes what is left."""
    monkeypatch.setattr(cluster, "PATIENCE", 2.0)
    line, told = Line(port), []
    for _ in range(2):
        start("dask_worker", line.address, "--nthreads", "1", "--no-dashboard", "--local-directory", str(tmp_path))
    wait_for(port, 2)

    def tell(done, of, outcome):
        told.append(outcome.row)
        if done == 5:
            with line.broken():
                time.sleep(3)

    settings = Settings(forms=("csv",), scheduler=f"tcp://127.0.0.1:{port}", workers=2)
    batch = run_batch(sample, tmp_path / "out", TODAY, settings, tell)
    assert (batch.made, batch.stopped) == (30, "")
    assert len(told) == len(set(told)) == 30
    assert len(list((tmp_path / "out").glob("L*.csv"))) == 30


def test_a_worker_with_another_version_is_refused_and_named(dask, sample, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "kit_stamp", lambda _: "another")
    settings = Settings(forms=("csv",), scheduler=f"tcp://127.0.0.1:{dask[0]}")
    with pytest.raises(InputError, match="with this version of mls-kit on every worker"):
        run_batch(sample, tmp_path / "out", TODAY, settings)


def test_what_takes_the_call_and_is_no_scheduler_is_refused(sample, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = Settings(forms=("csv",), scheduler=f"tcp://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(InputError, match="the address of a Dask scheduler that answers"):
            run_batch(sample, tmp_path / "out", TODAY, settings)


def test_a_whole_plan_with_its_notebook_comes_from_the_cluster(dask, sample, tmp_path):
    settings = Settings(scheduler=f"tcp://127.0.0.1:{dask[0]}", only=("L001",), timeout=300)
    assert run_batch(sample, tmp_path, TODAY, settings).made == 1
    assert {"L001.ipynb", "L001.html"} <= {path.name for path in tmp_path.iterdir()}


def test_a_plan_lost_too_often_is_made_here(monkeypatch, sample, tmp_path):
    job = next(Roster(sample).jobs(TODAY))
    flight = cluster._Flight(None, [], Settings(forms=("csv",)), [])
    answers = [flight._once_more(job, RuntimeError("lost"), tmp_path) for _ in range(cluster.TRIES)]
    assert [answer and answer.status for answer in answers] == [None] * (cluster.TRIES - 1) + ["plan"]
    assert work.files_of(job, ("csv",)) == [path.name for path in tmp_path.iterdir()]
