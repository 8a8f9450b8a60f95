"""The kit itself as one file that pip installs without this repository, and the packages it needs, for conda."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import asdict
from pathlib import Path

import nbformat

from mls_kit import __version__
from mls_kit._folders import data_folder, notebook_folder
from mls_kit.course.lessons import lessons, write_learner_copies
from mls_kit.html import render
from mls_kit.problems import InputError, Problem
from mls_kit.report import PlanRequest, example_file, read_request_file

_PACKAGE = Path(__file__).resolve().parents[1]
_PROJECT = ("pyproject.toml", "environment.yml", "README.md", "LICENSE", "LICENSE-TEXT")  # what a build needs beside it
# Where people may have put files of their own, what the kit came with is named one by one: nobody's report goes along.
_DATA = (
    *(f"{name}.yaml" for name in ("assumptions", "crosswalk", "expected", "faq", "glossary", "looks", "method", "readiness",
                                  "rules_taught", "score_reports", "slides", "workshops")),
    "README.md", "aliases/*.yaml", "lab_settings.json", "verdicts/*.yaml", "exams/*.yaml", "quizzes/*.yaml",
    "questions/*.yaml", "questions/editions.csv", "questions/README.md",
    "cohorts/mistakes.csv", "cohorts/sample.csv", "cohorts/sample_large.csv", "logs/example.csv",
    *(f"reports/{name}.yaml" for name in ("long_road", "percentages", "ran_out_of_time", "three_attempts",
                                          "three_weak_domains", "worked_example")),
)  # fmt: skip
_NOTEBOOKS = ("cohort_view.ipynb", "personal_plan.ipynb", "instructor/00_workshop_guide.ipynb",
              "instructor/check_environment.ipynb", "pictures/*.png")  # fmt: skip
_PARAMETER = re.compile(r"^(?P<name>\w+): (?P<kind>\w+) = .*?(?P<note>  # .*)?$", re.M)


def wheel_name() -> str:
    """Return the name of the file, with the version of the kit."""
    return f"mls_kit-{__version__}-py3-none-any.whl"


def write_wheel(folder: Path) -> Path:
    """Build the package with its data and notebooks; no output, answer or report of the person's goes along."""
    with tempfile.TemporaryDirectory() as place:
        tree = Path(place)
        _write_tree(tree)
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder.resolve())]
        done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise InputError("The kit", [Problem("wheel", said, "built by hatchling. Install mls-kit again: hatchling comes with it")])
    return folder / wheel_name()


def conda_environment() -> str:
    """Return an environment.yml that works beside the wheel: what the kit needs to run, and the kit."""
    project = tomllib.loads(_project_file("pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[<>=!~ ;\[]", line)[0] for line in project["dependencies"]}
    keep = needed | {"python", "pip", "matplotlib-base"}
    head, _, packages = _project_file("environment.yml").read_text(encoding="utf-8").partition("dependencies:\n")
    lines = [line for line in packages.splitlines() if re.split(r"[<>=:]", line.strip(" -"))[0] in keep]
    values = {"head": head[head.index("name:") :], "packages": "\n".join(lines), "wheel": wheel_name()}
    return render("course/workshop/environment.yml.j2", **values).markup


def _project_file(name: str) -> Path:
    """Return a file of the project: of the clone, or of what an installed package carries for building it anew."""
    inside = _PACKAGE / "_project" / name
    return inside if inside.exists() else _PACKAGE.parent / name


def _write_tree(tree: Path) -> None:
    """Write the repository as it came, without anything that its user added."""
    unwanted = shutil.ignore_patterns("_data", "_notebooks", "_project", "__pycache__")
    shutil.copytree(_PACKAGE, tree / "mls_kit", ignore=unwanted)
    for name in _PROJECT:
        shutil.copy(_project_file(name), tree)
    data, notebooks = data_folder(), notebook_folder()
    examples = [f"reports/example_{path.stem}.yaml" for path in (data / "exams").glob("*.yaml")]
    authored = [f"solutions/{lesson.path.name}" for lesson in lessons()]
    for source, target, patterns in (
        (data, tree / "data", [*_DATA, *examples]),
        (notebooks, tree / "notebooks", [*_NOTEBOOKS, *authored]),
    ):
        for path in (path for pattern in patterns for path in source.glob(pattern)):
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    for path in (tree / "notebooks").rglob("*.ipynb"):
        path.write_text(nbformat.writes(_bare(nbformat.read(path, as_version=4))) + "\n", encoding="utf-8")
    write_learner_copies(tree / "notebooks" / "solutions")


def _bare(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Take away what running a notebook leaves in it, and what was filled in among its parameters."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if "parameters" in cell.metadata.get("tags", []):
                cell.source = _emptied(cell.source)
    return notebook


def _emptied(source: str) -> str:
    """Return parameters with the values they begin with: the plan's are the example's, any other text is empty."""
    values = {}
    if "scaled_score:" in source:
        example = read_request_file(example_file())
        values = asdict(PlanRequest()) | {name: example[name] for name in ("exam", "scaled_score", "taken_on")}
        values["ratings"] = ", ".join(PlanRequest.from_text(example).report.ratings.values())

    def first_value(match: re.Match[str]) -> str:
        if match["kind"] != "str" and match["name"] not in values:
            return match[0]
        value = str(values.get(match["name"], ""))
        value = json.dumps(value, ensure_ascii=False) if match["kind"] == "str" else value
        return f"{match['name']}: {match['kind']} = {value}{match['note'] or ''}"

    return _PARAMETER.sub(first_value, source)
