"""The warm engine over every notebook of the kit, and over awkward ones."""

import papermill
import pytest
from awkward import AWKWARD, end_of
from cases import ROOT
from compare import differences

from mls_kit.batch.engine import papermill_engine as engine
from mls_kit.widgets import PAGES


@pytest.mark.parametrize("path", sorted(ROOT.glob("notebooks/*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_gives_the_same_as_in_a_kernel_of_its_own_widgets_too(path, tmp_path, monkeypatch, execute_once):
    plain = execute_once(path, tmp_path / "plain")
    monkeypatch.setenv("MLS_KIT_HOME", str(tmp_path / "warm"))  # neither finds what the other left
    monkeypatch.setenv(PAGES, "1")  # as where the site is made
    warm = papermill.execute_notebook(
        path, None, {}, engine_name=engine.register(), progress_bar=False, execution_timeout=300, cwd=path.parent
    )
    for cell, other in zip(warm.cells, plain.cells, strict=True):
        cell.metadata = other.metadata  # papermill writes its times there
    assert differences(plain, warm) == []
    shown = [output.get("data", {}) for cell in plain.cells for output in cell.get("outputs", [])]
    assert any("text/html" in data or "image/png" in data for data in shown)


@pytest.mark.parametrize("kind", AWKWARD)
def test_an_awkward_notebook_ends_as_in_plain_papermill(kind, tmp_path, monkeypatch):
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # ipykernel does not gather the output of processes when it sees it
    warm = end_of(AWKWARD[kind], tmp_path / "warm.ipynb", engine.register())
    assert warm == end_of(AWKWARD[kind], tmp_path / "plain.ipynb")
