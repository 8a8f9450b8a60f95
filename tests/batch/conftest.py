import pytest
from cases import ROOT, TODAY

from mls_kit import read_cohort
from mls_kit.batch import work


@pytest.fixture(scope="session")
def sample():
    return read_cohort(ROOT / "data/cohorts/sample.csv", today=TODAY)


@pytest.fixture
def pretend():
    """Make files that only tell what they were made from."""

    def pretend(job, folder, forms=(), *_):
        for name in (names := work.files_of(job, forms)):
            (folder / name).write_text(job.stamp)
        return job.outcome("plan", names[0] if names else f"{job.stem}.ipynb", seconds=1.0)

    return pretend


@pytest.fixture
def quick(monkeypatch, pretend):
    """Pretend to make plans; return the stems in the order in which they were made."""
    made = []

    def on_this_machine(jobs, folder, settings, warm=()):
        for job in jobs:
            made.append(job.stem)
            yield job, pretend(job, folder, settings.forms)

    monkeypatch.setattr("mls_kit.batch.run.on_this_machine", on_this_machine)
    return made
