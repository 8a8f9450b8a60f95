"""The whole course as static pages: every notebook executed, outputs shown, views as their static result.

No page asks anything of a network. The example's report is used, never the one a learner has kept.
"""

from __future__ import annotations

import os
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_markdown_cell, new_notebook

from mls_kit._folders import notebook_folder
from mls_kit.course.door import write_door
from mls_kit.course.lessons import Lesson, lessons
from mls_kit.explain import plan_page
from mls_kit.export import TEMPLATES, OwnKernelManager, page
from mls_kit.files import write_whole
from mls_kit.html import policy, render
from mls_kit.widgets import LIVE, PAGES

_TEMPLATES = Path(__file__).parent / "templates"
_SCRIPT = _TEMPLATES / "pages" / "live.js"  # shows the states of views that live in a page
_VIEW = "application/vnd.jupyter.widget-view+json"


def execute(path: Path, home: Path) -> nbformat.NotebookNode:
    """Run a notebook in a fresh kernel, with a folder of the learner's own that is not the learner's."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}},
                            kernel_manager_class=OwnKernelManager, extra_arguments=["--log-level=50"])  # fmt: skip
    client.execute(env={**os.environ, "MLS_KIT_HOME": str(home), PAGES: "1"})
    return notebook


def _static(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Put words in the place of each view; what it shows follows it, alive or still. Leave out what is of use in Lab only."""
    notebook.cells = [cell for cell in notebook.cells if "lab-only" not in cell.metadata.get("tags", [])]
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    for output, following in zip(outputs, [*outputs[1:], {}], strict=True):
        if _VIEW in output.get("data", {}):
            alive = LIVE in str(following.get("data", {}).get("text/html"))
            words = render("course/pages/instead_of_a_view.html.j2", "words", alive=alive).markup
            output["data"] = nbformat.from_dict({"text/html": words})
    notebook.metadata.pop("widgets", None)
    return notebook


def _style() -> str:
    return plan_page.style().markup + render("explain/text.css.j2", "text").markup


def _html(notebook: nbformat.NotebookNode, title: str, home: str = "") -> str:
    folders = [str(_TEMPLATES), str(TEMPLATES)]
    exporter: Any = HTMLExporter(
        template_name="pages", extra_template_basedirs=folders, extra_template_paths=folders,
        exclude_input_prompt=True, exclude_output_prompt=True, exclude_anchor_links=True,
    )  # fmt: skip
    script = _SCRIPT.read_text(encoding="utf-8") if LIVE in str(notebook) else ""
    rules = policy([script] if script else [])
    resources = {"page_title": title, "course_home": home, "style": _style(), "policy": rules, "script": script}
    made, _ = exporter.from_notebook_node(notebook, resources=resources)
    made = re.sub(r'(href="[^":]+)\.ipynb((?:#[^"]*)?")', r"\1.html\2", str(made))
    # what a cell shows names the plan as the learner's notebooks do, one folder above the solutions
    return made.replace('href="personal_plan.html', f'href="{home}personal_plan.html')


def _write_lesson(lesson: Lesson, target: Path, home: Path) -> list[Path]:
    written = []
    for folder, up in (("", ""), ("solutions", "../")):
        source = notebook_folder() / folder / lesson.path.name
        file = target / folder / f"{lesson.path.stem}.html"
        title = f"{lesson.title} (solutions)" if folder else lesson.title
        write_whole(file, _html(_static(execute(source, home)), title, up))
        written.append(file)
    return written


def write_pages(target: Path, workers: int = 2) -> list[Path]:
    """Execute every lesson, its solutions and the plan, write them and the door as pages, and return these, the index first."""
    course = lessons()
    (target / "solutions").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as empty, ThreadPoolExecutor(workers) as pool:
        made = list(pool.map(partial(_write_lesson, target=target, home=Path(empty)), course))
        plan = execute(notebook_folder() / "personal_plan.ipynb", Path(empty))
    index = target / "index.html"
    words = new_markdown_cell(render("course/pages/first_page.md.j2", lessons=course).markup)
    write_whole(index, _html(new_notebook(cells=[words]), "The course"))
    write_whole(target / "personal_plan.html", page(plan, "A personal plan"))
    pages = [index, *write_door(target / "door.html"), *(file for files in made for file in files), target / "personal_plan.html"]
    for file in pages:
        file.chmod(0o644)
    return pages


if __name__ == "__main__":
    import sys

    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a console may lack letters of the folder's name
    for file in write_pages(Path(sys.argv[1])):
        print(file, f"{file.stat().st_size // 1024} KB")
