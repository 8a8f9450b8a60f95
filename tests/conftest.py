"""What all tests share: how long they search, a home of their own, the course executed once, and a browser."""

import hashlib
import os
import shutil
import tempfile

import nbformat
import pytest
from cases import ROOT
from filelock import FileLock
from hypothesis import settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SHORT = {  # notebooks of one cell, for views that need a folder of the learner's own, or a set of their own
    "practice": "from mls_kit.widgets import PracticeQuiz\n\nPracticeQuiz('MLS-C01', seed=7, seen=[])",
    "doing": "from mls_kit.widgets import HowAmIDoing\n\nHowAmIDoing()",
}

# make test searches quickly, make test-all steadily
settings.register_profile("quick", deadline=None, derandomize=True, max_examples=15)
settings.register_profile("steady", deadline=None, derandomize=True, max_examples=60)
settings.load_profile(os.environ.get("MLS_KIT_PROFILE", "quick"))


def pytest_configure(config):
    """Give each worker an empty home, so that nothing a person keeps takes part, nor what another worker left."""
    home = tempfile.TemporaryDirectory(prefix="mls-kit-home-")
    os.environ["MLS_KIT_HOME"] = home.name
    config.add_cleanup(home.cleanup)


def pytest_collection_modifyitems(items):
    """Mark what is in ``whole``, begin with what takes longest, and skip browser tests without a browser."""
    without = pytest.mark.skip(reason="no Chromium here")
    for item in items:
        if item.path.parent.name == "whole":
            item.add_marker("whole")
        if item.get_closest_marker("browser") and not CHROMIUM and not os.environ.get("MLS_KIT_REQUIRE_BROWSER"):
            item.add_marker(without)
    items.sort(key=lambda item: not item.get_closest_marker("browser"))


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    """The folder of a learner's own files, not there yet; no setting of whoever runs the tests matters."""
    monkeypatch.setenv("MLS_KIT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MLS_KIT_EXAMS", raising=False)
    monkeypatch.delenv("MLS_KIT_METHOD", raising=False)
    monkeypatch.delenv("MLS_KIT_QUESTIONS", raising=False)
    return tmp_path / "home"


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory, worker_id):
    """A folder of this session that all its workers see."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def execute_once(shared_folder):
    """Run a notebook of the course as the site does, but once in a session, whichever worker asks first."""
    from mls_kit.course import site

    execute = site.execute

    def execute_once(path, home):
        key = hashlib.sha256(nbformat.writes(nbformat.read(path, as_version=4)).encode()).hexdigest()[:16]
        executed = shared_folder / f"executed-{key}.ipynb"
        with FileLock(f"{executed}.lock"):
            if not executed.exists():
                nbformat.write(execute(path, home), executed)
        return nbformat.read(executed, as_version=4)

    return execute_once


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    quiet = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    more = "--disable-component-update --disable-sync"
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": f"{quiet} {more}".split()}


@pytest.fixture(scope="session")
def lab_home(tmp_path_factory):
    """The folder of the learner who sits at Lab, empty at first."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def lab_address(tmp_path_factory, lab_home):
    """Start one JupyterLab for the session, over a copy of all notebooks; tests that use it share a worker."""
    from lab import lab_server

    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    for name in ("00_start_here", "05_weighted_priorities"):  # to be run once more, with a kernel of their own
        shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", folder / "notebooks" / f"again_{name}.ipynb")
    for name, source in SHORT.items():
        short = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
        short.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(short, folder / "notebooks" / f"{name}.ipynb")
    with lab_server(folder / "notebooks", folder / "server", MLS_KIT_HOME=str(lab_home)) as address:
        yield address


@pytest.fixture
def lab(lab_address, lab_home, monkeypatch):
    """The address of Lab; what is made here to compare with finds the same home."""
    monkeypatch.setenv("MLS_KIT_HOME", str(lab_home))
    return lab_address
