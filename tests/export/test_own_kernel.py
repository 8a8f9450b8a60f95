"""Another Python's kernel named python3, in the folder of whoever runs the kit, takes no part."""

import json
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from mls_kit.course import site
from mls_kit.export import notebook as plans
from mls_kit.report import PlanRequest


@pytest.fixture
def source(monkeypatch, tmp_path):
    """A notebook that says which Python runs it, beside a kernel that only fails."""
    kernel = tmp_path / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    argv = [sys.executable, "-c", "raise SystemExit('No module named mls_kit')", "{connection_file}"]
    (kernel / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Other", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    path = tmp_path / "source.ipynb"
    about = {"kernelspec": {"name": "python3", "display_name": "Other", "language": "python"}}
    nbformat.write(new_notebook(cells=[new_code_cell("import sys, mls_kit; print(sys.executable)")], metadata=about), path)
    return path


def test_a_plan_s_notebook_runs_in_the_kit_s_own_python(source, monkeypatch):
    monkeypatch.setattr(plans, "notebook_folder", lambda: source.parent)
    monkeypatch.setattr(plans, "PLAN_TEMPLATE", source.name)
    executed = plans.render(PlanRequest("MLS-C01", 690, "S, C, NI, NI")).notebook
    assert sys.executable in str(executed.cells)


def test_a_page_of_the_course_runs_in_the_kit_s_own_python(source, tmp_path):
    assert sys.executable in str(site.execute(source, tmp_path).cells)
