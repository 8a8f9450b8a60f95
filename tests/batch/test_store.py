"""Where a batch goes: addresses that cannot be are refused before anything is made, and files are their owner's alone."""

import errno
import shutil
import sys
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import fsspec  # noqa: F401
import pytest
from cases import ROOT, TODAY
from click.testing import CliRunner

from mls_kit.batch import work
from mls_kit.batch.jobs import Settings
from mls_kit.batch.run import run_batch
from mls_kit.batch.store import open_store
from mls_kit.cli.main import main
from mls_kit.problems import InputError

SETTINGS = Settings(forms=("csv",), only=("L001", "L002"))


@pytest.mark.parametrize(
    ("address", "words"),
    [("s3://", "with a bucket. Did you mean s3://my-bucket/plans"), ("s3:///plans", "with a bucket"),
     ("s3:// /plans", "with a bucket"), ("gs://", "with a bucket"), ("simplecache::s3://", "with a bucket"),
     ("file://", "with a folder. Did you mean file:///"), ("local:///", "with a folder"), ("memory://", "with a folder"),
     ("s4://bucket/x", "Did you mean s3://bucket/x"), ("S3://bucket/x", "Did you mean s3://bucket/x"),
     ("s3:bucket/x", "Did you mean s3://bucket/x"), ("s3:/bucket/x", "Did you mean s3://bucket/x"),
     ("https://bucket.s3.amazonaws.com/x", "can be written to"), ("nonsense::s3://x", "known here"), ("::s3://x", "known here")],
)  # fmt: skip
def test_an_address_that_cannot_be_is_refused_before_anything_is_made(tmp_path, monkeypatch, address, words):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["batch", str(ROOT / "data/cohorts/sample.csv"), "-o", address])
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert words in done.output
    assert done.output.count("output:") == 1


@pytest.mark.parametrize(("address", "package"), [("gs://bucket/x", "gcsfs"), ("s3://bucket/x", "mls-kit[s3]")])
def test_a_package_that_is_missing_is_named(monkeypatch, address, package):
    name = "s3fs" if address.startswith("s3") else "gcsfs"
    monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)
    with pytest.raises(InputError) as refused:
        open_store(address)
    assert package in str(refused.value)


@pytest.mark.parametrize("command", [["practice", "--exam", "MLS-C01"], ["workshop"]])
def test_a_command_that_writes_here_makes_no_folder_of_an_address(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, [*command, "-o", "s3://"])
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "is an address" in done.output


@pytest.mark.parametrize("start", ["", "file://", "local://", "simplecache::local://", "filecache::file://"])
def test_files_are_their_owner_s_alone_wherever_they_go(tmp_path, quick, sample, start):
    run_batch(sample, f"{start}{tmp_path}/out", TODAY, SETTINGS)
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file() and path.name != "lock"]
    assert {"L001.csv", "L002.csv", "index.html"} < {path.name for path in files}
    made_here = set() if "::" in start else {"L001.csv", "L002.csv"}  # the stand-in for the plans asks for no mode
    assert [path.name for path in files if path.name not in made_here and path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize("link", [".mls-kit", ".mls-kit/done.jsonl", ".mls-kit/lock"])
def test_a_link_never_leads_out_of_the_output(tmp_path, quick, sample, link):
    outside, out = tmp_path / "outside", tmp_path / "out"
    (out / link).parent.mkdir(parents=True)
    outside.mkdir() if link == ".mls-kit" else outside.write_text("mine")
    (out / link).symlink_to(outside)
    with pytest.raises(InputError, match="a link to another place"):
        run_batch(sample, out, TODAY, SETTINGS)
    assert outside.read_text() == "mine" if outside.is_file() else not list(outside.iterdir())
    assert not list(out.glob("L*"))


def test_a_full_disk_stops_the_run_is_named_where_it_is_and_nobodys_fault(tmp_path, home, monkeypatch, sample, pretend):
    def fails(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    def full(jobs, folder, settings, warm=()):
        for number, job in enumerate(jobs):
            yield job, (pretend if number < 1 else work.run_job)(job, folder, settings.forms)

    home.mkdir()
    monkeypatch.setattr(work, "write_forms", fails)
    monkeypatch.setattr("mls_kit.batch.run.on_this_machine", full)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=0 if place == home else 2**30))
    batch = run_batch(sample, tmp_path / "out", TODAY, SETTINGS)
    assert batch.stopped == f"no space is left in {home}"
    assert Counter(outcome.status for outcome in batch.outcomes if outcome.id in SETTINGS.only) == {"plan": 1, "not done": 1}
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    again = run_batch(sample, tmp_path / "out", TODAY, replace(SETTINGS, again=True, only=("L002", "L003")))
    assert again.stopped == f"no space is left in {tmp_path / 'out'}"
