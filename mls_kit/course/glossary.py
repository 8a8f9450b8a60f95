"""The terms of the course, from ``data/glossary.yaml``: in each lesson as links with an explanation, and as its list of terms."""

from __future__ import annotations

import re
from functools import lru_cache

import nbformat
from pydantic import Field

from mls_kit._folders import data_folder
from mls_kit.exam import Strict, load_data
from mls_kit.problems import InputError, Problem, nearest, shown

_LINK = re.compile(r'\[([^\]]+)\]\(#Terms(?: "[^"]*")?\)')
_LIST = re.compile(r"(?s)\A### Terms\n\n.*?(?=\*\*Next|\Z)")


class Term(Strict):
    """What a term means, in plain words, and the lesson that explains it first."""

    lesson: str = Field(pattern=r"^\d\d$")
    means: str = Field(pattern=r'^[^"()]+\.$')
    also: list[str] = []


class _Glossary(Strict):
    terms: dict[str, Term]


@lru_cache(maxsize=1)
def glossary() -> dict[str, Term]:
    """Return every term with its explanation, in the order of the lessons.

    >>> glossary()["raw cut"].means
    'The raw score that you need to pass on one form.'
    """
    return load_data(data_folder() / "glossary.yaml", _Glossary).terms


def explained_terms(notebook: nbformat.NotebookNode, lesson: str) -> None:
    """Write explanations from the glossary into a lesson's links to terms, and into its list of terms."""
    terms = {name: term for name, term in glossary().items() if term.lesson == lesson}
    forms = {form.casefold(): term for name, term in terms.items() for form in (name, *term.also)}

    def linked(match: re.Match[str]) -> str:
        words = re.sub(r"[*_]|\s+", lambda found: " " * found[0].isspace(), match[1]).casefold()
        if words not in forms:
            raise InputError("glossary", [Problem(f"lesson {lesson}", shown(words), "a term of it", nearest(words, forms))])
        return f'[{match[1]}](#Terms "{forms[words].means}")'

    listed = "".join(f"- **{name[0].upper() + name[1:]}:** {term.means}\n" for name, term in terms.items())
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _LIST.sub(lambda _found: f"### Terms\n\n{listed}\n", _LINK.sub(linked, cell.source))
