"""One plan in this process: the same notebook as papermill makes, its errors in one line, nothing kept."""

from pathlib import Path

import pytest
from compare import differences
from nbformat.v4 import new_code_cell, new_notebook

from mls_kit.batch import here
from mls_kit.export import PlanFailed, Rendered, render
from mls_kit.report import PlanRequest

REQUEST = PlanRequest("SAA-C03", 650, "NI, MC, MC, NI", "2026-11-01", learner_name='Zoë "Z" \\ 中', today="2026-11-22")


@pytest.fixture
def run(monkeypatch):
    def executed(*sources):
        notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
        monkeypatch.setattr(here, "plan_notebook", lambda _: Rendered(notebook, "Plan"))
        return here.render_here(REQUEST).notebook.cells

    return executed


def test_a_plan_is_the_same_as_papermill_makes():
    assert differences(here.render_here(REQUEST).notebook, render(REQUEST).notebook) == []


def test_what_a_cell_shows_is_in_its_outputs(run):
    figure = "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1]);"
    cells = run("print('a'); display('b'); 'c'", figure, "None", "_ih[1][:5]")
    shown = [[(each.output_type, each.get("execution_count")) for each in cell.outputs] for cell in cells]
    assert shown[0] == [("stream", None), ("display_data", None), ("execute_result", 1)]
    assert shown[2] == []
    assert "image/png" in cells[1].outputs[0].data
    assert cells[3].outputs[0].data["text/plain"] == "'print'"


@pytest.mark.parametrize("source", ["undefined", "x ="])
def test_an_error_of_the_notebook_is_said_in_one_line(run, source):
    with pytest.raises(PlanFailed, match=r"^(NameError: name 'undefined'|SyntaxError: invalid syntax)[^\n]*$"):
        run(source)


def test_ctrl_c_ends_the_run(run):
    with pytest.raises(KeyboardInterrupt):
        run("raise KeyboardInterrupt")


def test_nothing_is_kept_in_the_history_of_ipython(run, monkeypatch, tmp_path):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    run("'Fay'")
    assert not any(b"Fay" in file.read_bytes() for file in Path(tmp_path).rglob("*") if file.is_file())
