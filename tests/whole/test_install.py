"""A clone is made ready by make: without a network where another one was before, in a folder with spaces."""

import os
import subprocess
from pathlib import Path

import pytest
from cases import ROOT

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def test_a_second_clone_needs_no_network(tmp_path):
    if not list(CACHE.glob("mls-kit/uv-*.whl")) or not (CACHE / "uv").exists():
        pytest.skip("no clone was made ready by this user before")
    clone = tmp_path / "a folder with spaces"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    closed = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(["make", ".venv/bin/.installed"], cwd=clone, env=clean | closed, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = subprocess.run([clone / ".venv/bin/mls-kit", "exams"], env=clean, capture_output=True, text=True, check=True)
    assert "SAA-C03" in told.stdout
