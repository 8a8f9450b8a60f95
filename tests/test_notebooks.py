"""Notebooks as files: shape, parameters, papermill. That they execute is tested by nbval (make test)."""

import ast
import subprocess
import sys

import nbformat
import papermill
import pytest
from cases import ROOT, TODAY

from mls_kit.export.notebook import render
from mls_kit.plan.requested import requested_plan
from mls_kit.report.request import PARAMETERS, PlanRequest

NOTEBOOKS = sorted(path for path in ROOT.glob("notebooks/**/*.ipynb") if ".ipynb_checkpoints" not in path.parts)
PLAN = ROOT / "notebooks" / "personal_plan.ipynb"


def test_there_are_notebooks_and_nbval_runs_all_that_the_site_does_not():
    assert len(NOTEBOOKS) > 20
    told = (ROOT / "Makefile").read_text()
    assert "--nbval-lax" in told
    assert "notebooks/*.ipynb" in told
    assert "notebooks/instructor" in told
    assert {path.parent.name for path in NOTEBOOKS} == {"notebooks", "instructor", "solutions"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_clean(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    told = [cell for cell in code if "parameters" not in cell.metadata.get("tags", [])]  # as many lines as parameters
    assert max(len(cell.source.splitlines()) for cell in told) <= 20
    assert sum(cell.source.startswith("# ") for cell in notebook.cells if cell.cell_type == "markdown") == 1
    in_a_row = 0
    for cell in notebook.cells:
        in_a_row = in_a_row + 1 if cell.cell_type == "code" else 0
        assert in_a_row <= 2


def test_the_plans_parameters_are_those_of_a_request_typed_and_described():
    (cell,) = [c for c in nbformat.read(PLAN, 4).cells if "parameters" in c.metadata.get("tags", [])]
    assigned = [node for node in ast.parse(cell.source).body if isinstance(node, ast.AnnAssign)]
    assert [node.target.id for node in assigned] == list(PARAMETERS)
    shown = papermill.inspect_notebook(str(PLAN))
    for name, parameter in shown.items():
        assert parameter["inferred_type_name"] in ("str", "int", "float", "bool"), name
        assert parameter["help"] == PARAMETERS[name].metadata["help"]  # said once, for the command line too
        assert "=" not in parameter["default"], name


def run_papermill(folder, *more):
    arguments = [sys.executable, "-m", "papermill", str(PLAN), "out.ipynb", "-p", "exam", "MLS-C01", "-p", "scaled_score",
                 "690", "-p", "ratings", "Strong, Competent, Needs Improvement, Needs Improvement", "-p", "today",
                 str(TODAY), *more]  # fmt: skip
    return subprocess.run(arguments, cwd=folder, capture_output=True, text=True)


def test_papermill_runs_the_plan_from_any_folder(tmp_path):
    done = run_papermill(tmp_path)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "out.ipynb").read_text()
    assert "14 days after a failed exam." in text  # the example's day did not leak into the given report
    assert [path.name for path in tmp_path.iterdir()] == ["out.ipynb"]


def test_papermill_with_a_misspelt_parameter_fails_and_names_the_right_one(tmp_path):
    done = run_papermill(tmp_path, "-p", "scaled_scor", "800")
    assert done.returncode != 0
    assert "Did you mean scaled_score" in done.stderr


def test_ratings_may_be_a_yaml_mapping():
    request = PlanRequest("MLS-C01", 690, "{Modeling: NI, EDA: C, 1: S, MLIO: NI}", today=str(TODAY))
    assert requested_plan(request).priorities["share"]["Modeling"] == 40


def test_the_example_works_as_it_stands_and_shows_no_error():
    outputs = [output for cell in render(PlanRequest(ratings="S, C, NI, NI", today=str(TODAY))).notebook.cells
               for output in cell.get("outputs", [])]  # fmt: skip
    assert len(outputs) > 6
    assert {output["output_type"] for output in outputs} == {"execute_result"}
