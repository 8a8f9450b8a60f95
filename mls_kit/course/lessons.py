"""Lessons are authored once, with their solutions, in ``notebooks/solutions``; what learners open is made from them.

In an authored notebook

- a cell tagged ``solution`` or ``speaker`` is not in the learner's copy; one tagged ``lab-only`` is not on pages and slides;
- ``[term](#Terms)`` gets the term's explanation, and the cell ``### Terms`` a list of them, from ``data/glossary.yaml``;
- a code line ending in ``# learner: TEXT`` becomes TEXT, and one ending in ``# solution`` goes away;
- links are relative to ``notebooks/solutions`` and are turned to fit the copy's place.
"""

from __future__ import annotations

import posixpath
import re
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import nbformat

from mls_kit._folders import notebook_folder
from mls_kit.course.glossary import explained_terms, glossary
from mls_kit.files import write_whole
from mls_kit.html import Block, render

HIDDEN = {"solution", "speaker"}
_LEARNER = re.compile(r"^(\s*)(?P<answer>.*?)\s*#\s*learner:\s?(?P<starter>.*)$")
_SOLUTION = re.compile(r"#\s*solution\s*$")
_LINK = re.compile(r"(\]\(|(?:href|src)=\")(?!https?:|#|data:|mailto:|attachment:)([^)\"#\s]+)")


@dataclass(frozen=True)
class Lesson:
    """An authored notebook: its file, its title, and the minutes that its metadata states."""

    path: Path
    title: str
    teaching: int
    exercise: int

    @property
    def number(self) -> str:
        """The lesson's number, "00" to "07", or "" for the FAQ and the glossary."""
        return self.path.stem.split("_")[0] if self.path.stem[0].isdigit() else ""

    def read(self) -> nbformat.NotebookNode:
        """Return the authored notebook."""
        return nbformat.read(self.path, as_version=4)


def lessons(folder: Path | None = None) -> list[Lesson]:
    """Return all lessons in order, those of a folder of authored notebooks or the kit's own.

    >>> "How much does a domain rating really tell you?" in [lesson.title for lesson in lessons()]
    True
    """
    found = []
    for path in sorted((folder or notebook_folder() / "solutions").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        title = next(line for cell in notebook.cells for line in cell.source.splitlines() if line.startswith("# "))
        minutes = notebook.metadata.get("mls_kit", {}).get("minutes", {})
        found.append(Lesson(path, title.removeprefix("# "), minutes.get("teaching", 0), minutes.get("exercise", 0)))
    return found


def course_map(folder: Path | None = None) -> Block:
    """Return a table of all lessons: the question each answers, with a link, and its minutes."""
    return render("course/map.html.j2", lessons=lessons(folder))


def terms() -> Block:
    """Return the glossary: each term by the alphabet, what it means, and a link to the lesson that explains it."""
    files = {lesson.number: lesson.path.name for lesson in lessons()}
    return render("course/terms.html.j2", terms=sorted(glossary().items(), key=lambda each: each[0].casefold()), files=files)


def _relink(text: str) -> str:
    """Turn links that are relative to the solutions' folder into links relative to the one above it."""

    def turned(match: re.Match[str]) -> str:
        return match[1] + posixpath.normpath(posixpath.join("solutions", match[2]))

    return _LINK.sub(turned, text)


def starter(source: str) -> str:
    """Return a code cell as the learner gets it: with a beginning where the answer stands."""
    lines = []
    for line in source.splitlines():
        if _SOLUTION.search(line):
            continue
        match = _LEARNER.match(line)
        lines.append(match[1] + match["starter"] if match else line)
    return "\n".join(lines)


def learner_copy(authored: nbformat.NotebookNode, name: str) -> nbformat.NotebookNode:
    """Return what a learner opens: the authored notebook without its solutions and speaker notes."""
    copy = deepcopy(authored)
    copy.cells = [cell for cell in copy.cells if not HIDDEN & set(cell.metadata.get("tags", []))]
    for cell in copy.cells:
        cell.metadata.pop("slideshow", None)
        cell.source = starter(cell.source) if cell.cell_type == "code" else _relink(cell.source)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    copy.metadata.setdefault("mls_kit", {})["made_from"] = f"solutions/{name}"
    return copy


def write_learner_copies(folder: Path | None = None) -> list[Path]:
    """Explain the terms of every lesson, write the learner's copy beside the ``solutions`` folder, and return the copies."""
    written = []
    for lesson in lessons(folder):
        target, authored = lesson.path.parent.parent / lesson.path.name, lesson.read()
        explained_terms(authored, lesson.number)
        write_whole(lesson.path, nbformat.writes(authored) + "\n")
        lesson.path.chmod(0o644)
        write_whole(target, nbformat.writes(learner_copy(authored, lesson.path.name)) + "\n")
        target.chmod(0o644)  # a course file, not a learner's own
        written.append(target)
    return written


if __name__ == "__main__":
    for file in write_learner_copies():
        print(file.relative_to(notebook_folder()))
