"""The kit itself as one file that pip installs without this repository, and the packages it needs, for conda."""

from __future__ import annotations

import base64
import hashlib
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution, requires
from pathlib import Path
from typing import Any

import nbformat

from mls_kit import __version__
from mls_kit._folders import data_folder, notebook_folder
from mls_kit.course.lessons import learner_copy, lessons
from mls_kit.problems import InputError, Problem
from mls_kit.report import PlanRequest, example_file, read_request_file

__all__ = ["conda_environment", "wheel_name", "write_wheel"]

_PACKAGE = Path(__file__).resolve().parents[1]
# Where people may have put files of their own, what the kit came with is named one by one: nobody's report goes along.
_DATA = (
    *(f"{name}.yaml" for name in ("assumptions", "crosswalk", "faq", "method", "readiness", "rules_taught", "workshops")),
    "README.md", "lab_settings.json", "exams/*.yaml", "questions/*.yaml", "quizzes/*.yaml",
    "cohorts/mistakes.csv", "cohorts/sample.csv", "cohorts/sample_large.csv", "logs/example.csv",
    *(f"reports/{name}.yaml" for name in ("long_road", "percentages", "ran_out_of_time", "three_attempts",
                                          "three_weak_domains", "worked_example")),
)  # fmt: skip
_NOTEBOOKS = ("cohort_view.ipynb", "personal_plan.ipynb", "instructor/00_workshop_guide.ipynb",
              "instructor/check_environment.ipynb", "pictures/*.png")  # fmt: skip
_PARAMETER = re.compile(r"^(?P<name>\w+): (?P<kind>\w+) = .*?(?P<note>  # .*)?$")


def wheel_name() -> str:
    """Return the name of the file, with the version of the kit.

    Examples
    --------
    >>> wheel_name()
    'mls_kit-0.1.0-py3-none-any.whl'
    """
    return f"mls_kit-{__version__}-py3-none-any.whl"


def write_wheel(folder: Path) -> Path:
    """Write the package, its data and its notebooks as a wheel; no output, answer or report of the person's goes along.

    Parameters
    ----------
    folder : Path
        An existing folder.

    Returns
    -------
    Path
        The wheel: ``pip install`` takes it on any computer with Python 3.11 or later.

    Raises
    ------
    InputError
        The kit runs without having been installed, so that what it needs is not known.
    """
    path = folder / wheel_name()
    files = dict(_files())
    home = f"mls_kit-{__version__}.dist-info"
    records = [f"{name},sha256={_digest(content)},{len(content)}" for name, content in files.items()]
    files[f"{home}/RECORD"] = "\n".join([*records, f"{home}/RECORD,,", ""]).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, content in files.items():
            wheel.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return path


def conda_environment() -> str:
    """Return an environment.yml that works beside the wheel: what the kit needs to run, and the kit.

    Examples
    --------
    >>> conda_environment().splitlines()[-1].strip()
    '- ./mls_kit-0.1.0-py3-none-any.whl'
    """
    needed = {re.split(r"[<>=!~ ;\[]", line)[0] for line in requires("mls-kit") or [] if "extra ==" not in line}
    keep = {*needed, "python", "pip", "matplotlib-base"}
    head, _, packages = _environment_file().read_text(encoding="utf-8").partition("dependencies:\n")
    lines = [
        line for line in packages.splitlines()
        if re.split(r"[<>=:]", line.strip(" -"))[0] in keep
    ]  # fmt: skip
    return (
        "# What everyone in the workshop needs, for conda: copy this file and the .whl beside it into one folder, then\n"
        "# run `conda env create -f environment.yml` there, once, with a network. README.md says it without conda.\n"
        f"{head[head.index('name:') :]}dependencies:\n" + "\n".join(lines) + f"\n      - ./{wheel_name()}\n"
    )


@cache
def _installed() -> Distribution:
    try:
        return distribution("mls-kit")
    except PackageNotFoundError:
        expected = "installed: run `pip install -e .` in its folder, or `make lab`"
        raise InputError("The kit", [Problem("mls-kit", "only a folder", expected)]) from None


def _environment_file() -> Path:
    inside = data_folder() / "environment.yml"  # in an installed package
    return inside if inside.exists() else data_folder().parent / "environment.yml"


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _files() -> Iterator[tuple[str, bytes]]:
    """Yield everything that goes into the wheel but its list of contents."""
    for path in sorted(_PACKAGE.rglob("*")):
        place = path.relative_to(_PACKAGE)
        if path.is_file() and place.parts[0] not in ("_data", "_notebooks") and "__pycache__" not in place.parts:
            yield f"mls_kit/{place.as_posix()}", path.read_bytes()
    folder = data_folder()
    examples = [f"reports/example_{path.stem}.yaml" for path in sorted((folder / "exams").glob("*.yaml"))]
    for pattern in (*_DATA, *examples):
        for path in sorted(folder.glob(pattern)):
            yield f"mls_kit/_data/{path.relative_to(folder).as_posix()}", path.read_bytes()
    yield "mls_kit/_data/environment.yml", _environment_file().read_bytes()
    yield from _notebooks()
    yield from _dist_info()


def _notebooks() -> Iterator[tuple[str, bytes]]:
    folder = notebook_folder()
    for lesson in lessons():
        authored = _bare(lesson.read())
        yield f"mls_kit/_notebooks/solutions/{lesson.path.name}", _text(authored)
        yield f"mls_kit/_notebooks/{lesson.path.name}", _text(learner_copy(authored, lesson.path.name))
    for pattern in _NOTEBOOKS:
        for path in sorted(folder.glob(pattern)):
            name = f"mls_kit/_notebooks/{path.relative_to(folder).as_posix()}"
            if path.suffix == ".ipynb":
                yield name, _text(_bare(nbformat.read(path, as_version=4)))
            else:
                yield name, path.read_bytes()


def _bare(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Take away what running a notebook leaves in it, and what was filled in among its parameters."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if "parameters" in cell.metadata.get("tags", []):
                lines = cell.source.splitlines()
                values = _example() if any(line.startswith("scaled_score:") for line in lines) else {}
                cell.source = "\n".join(_parameter(line, values) for line in lines)
    return notebook


def _example() -> dict[str, Any]:
    """Return the parameters of the personal plan as they are before anyone changes them."""
    shown = ("exam", "scaled_score", "ratings", "taken_on")
    given = {name: value for name, value in read_request_file(example_file()).items() if name in shown}
    ratings = ", ".join(PlanRequest.from_text(given).report.ratings.values())
    return {**asdict(PlanRequest()), **given, "ratings": ratings}


def _parameter(line: str, values: Mapping[str, Any]) -> str:
    """Return a line of a notebook's parameters with the value it begins with; a text without one is emptied."""
    match = _PARAMETER.match(line)
    if not match or (match["kind"] != "str" and match["name"] not in values):
        return line
    value = values.get(match["name"], "")
    said = f'"{value}"' if match["kind"] == "str" else str(value)
    return f"{match['name']}: {match['kind']} = {said}{match['note'] or ''}"


def _text(notebook: nbformat.NotebookNode) -> bytes:
    return (nbformat.writes(notebook) + "\n").encode()


def _dist_info() -> Iterator[tuple[str, bytes]]:
    """Yield what pip reads: needs, commands, licenses."""
    installed = _installed()
    home = f"mls_kit-{__version__}.dist-info"
    for name in ("METADATA", "entry_points.txt"):
        yield f"{home}/{name}", (installed.read_text(name) or "").encode()
    for file in installed.files or []:
        if "licenses" in file.parts:
            yield f"{home}/licenses/{file.name}", Path(str(file.locate())).read_bytes()
    yield f"{home}/WHEEL", b"Wheel-Version: 1.0\nGenerator: mls-kit\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
