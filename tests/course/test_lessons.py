"""The course as files: anatomy and measures of each lesson, learner copies, exercises, links, and where each rule is taught."""

import re
import statistics

import nbformat
import pytest
import yaml
from cases import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mls_kit.course.checks import exercises
from mls_kit.course.glossary import explained_terms, glossary
from mls_kit.course.lessons import HIDDEN, learner_copy, lessons
from mls_kit.practice.questions import load_quiz

COURSE = lessons()
NUMBERED = [lesson for lesson in COURSE if lesson.number]
TAUGHT = yaml.safe_load((ROOT / "data" / "rules_taught.yaml").read_text())
NAMES = ["00_start_here", "01_anatomy_of_a_score_report", "02_from_raw_to_scaled_score", "03_how_sure_is_a_score",
         "04_domain_ratings", "05_weighted_priorities", "06_patterns_and_timelines", "07_practice_and_readiness"]  # fmt: skip


def named(lesson):
    return lesson.path.stem


def learners(lesson):
    return nbformat.read(ROOT / "notebooks" / lesson.path.name, as_version=4)


def prose(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_all_lessons_are_there():
    assert [lesson.path.stem for lesson in COURSE] == [*NAMES, "faq", "glossary"]


@pytest.mark.parametrize("lesson", COURSE, ids=named)
def test_the_learners_copy_is_made_from_the_authored_notebook(lesson):
    authored = lesson.read()
    explained_terms(authored, lesson.number)
    made = learner_copy(authored, lesson.path.name)
    assert lesson.read() == authored, "run `make notebooks`"
    assert learners(lesson) == made, "run `make notebooks`"
    text = nbformat.writes(made)  # no solution survives
    assert not re.search(r"#\s*(learner:|solution\b)", text)
    copied = [cell.source for cell in made.cells]
    for cell in lesson.read().cells:
        if HIDDEN & set(cell.metadata.get("tags", [])):
            assert cell.source not in copied
        for line in cell.source.splitlines() if cell.cell_type == "code" else []:
            if re.search(r"#\s*(learner:|solution\s*$)", line):
                answer = line.split("#")[0].strip()
                assert all(answer not in other.splitlines() for other in copied), answer


def test_a_learner_copy_hides_replaces_and_turns_links():
    hidden = new_markdown_cell("because 36 of 100", metadata={"tags": ["solution"]})
    link = new_markdown_cell("[next](../05_x.ipynb) [this](04_y.ipynb) [web](https://a.b/c) [below](#part)")
    answer = new_code_cell("a = 1  # solution\nif a:\n    b = a + 1  # learner: b = ...\nc = 3")
    copy = learner_copy(new_notebook(cells=[hidden, link, answer]), "04_y.ipynb")
    assert [cell.source for cell in copy.cells] == [
        "[next](05_x.ipynb) [this](solutions/04_y.ipynb) [web](https://a.b/c) [below](#part)",
        "if a:\n    b = ...\nc = 3",
    ]


@pytest.mark.parametrize("lesson", NUMBERED, ids=named)
def test_a_lesson_has_the_anatomy_and_measures_of_a_lesson(lesson):
    notebook = learners(lesson)
    first, blocks = notebook.cells[0].source, [cell.source for cell in code(notebook)]
    assert lesson.title.endswith("?")
    outcomes = re.split(r"(?:When you are through|After this lesson), you can", first)[1]
    assert len(re.findall(r"^- ", outcomes, re.M)) == 3
    assert f"{lesson.teaching} minutes" in first
    assert f"{lesson.exercise} minutes" in first
    text = "\n".join(cell.source for cell in notebook.cells)
    for part in ("## Exercises", "## Quiz", "## What to remember", "Terms", "**Next", "my_report()", "Quiz(", "assert "):
        assert part in text, part
    assert sum("import " in block for block in blocks) == 1
    assert len(load_quiz(lesson.number)) == 3
    lengths = [len(block.splitlines()) for block in blocks]
    assert 12 <= len(lengths) <= 25
    assert statistics.median(lengths) <= 3
    assert max(lengths) <= 20
    words = sum(len(re.sub(r'<[^>]+>|\(#Terms "[^"]*"\)', " ", cell.source).split()) for cell in prose(notebook))
    assert 900 <= words <= 1900, words
    assert any("slideshow" in cell.metadata for cell in lesson.read().cells)
    views = re.findall(r"^(\w+) = kit\.widgets\.[A-Z]\w+\(.*\)\n\1$", "\n".join(blocks), re.M)
    assert views
    for view in views:  # each is followed by its static result
        assert f"{view}.result()" in text, view


@pytest.mark.parametrize("lesson", NUMBERED, ids=named)
def test_every_term_of_a_lesson_is_explained_where_it_first_appears(lesson):
    text = " ".join("\n".join(cell.source for cell in prose(lesson.read())).replace("*", "").split())
    for name, term in glossary().items():
        forms = "|".join(map(re.escape, (name, *term.also)))
        links = re.findall(rf"(?i)\[({forms})\]\(#Terms", text)
        assert len(links) == (term.lesson == lesson.number), name


@pytest.mark.parametrize("lesson", NUMBERED, ids=named)
def test_every_exercise_has_a_hint_an_answer_a_check_and_a_solution(lesson):
    cells = lesson.read().cells
    heads = [place for place, cell in enumerate(cells) if "### Exercise " in cell.source]
    numbers = [re.search(r"### Exercise (\d\.\d)", cells[place].source)[1] for place in heads]
    assert len(numbers) >= 3
    assert set(numbers) == {number for number in exercises() if number.startswith(f"{int(lesson.number)}.")}
    for number, place, end in zip(numbers, heads, [*heads[1:], len(cells)], strict=True):
        part = cells[place:end]
        assert "<details>" in part[0].source
        assert any("# learner:" in cell.source for cell in part), number
        assert any(f'check("{number}"' in cell.source for cell in part), number
        assert any("solution" in cell.metadata.get("tags", []) for cell in part), number


@pytest.mark.parametrize("folder", ["notebooks", "notebooks/solutions", "notebooks/instructor"])
def test_every_link_leads_somewhere(folder):
    for path in (ROOT / folder).glob("*.ipynb"):
        for cell in prose(nbformat.read(path, as_version=4)):
            for target in re.findall(r"\]\((?!https?:|#|mailto:|attachment:)([^)#\s]+)", cell.source):
                assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_rule_of_the_article_is_taught_where_the_map_says():
    taught = TAUGHT["rules"]
    wanted = [f"A{n}" for n in range(1, 18)] + ["B", "C"] + [f"D{n}" for n in range(1, 8)]
    assert list(taught) == wanted
    for rule, places in taught.items():
        for place in places:
            notebook = nbformat.read(ROOT / "notebooks" / f"{place['notebook']}.ipynb", as_version=4)
            heads = re.findall(r"^#+ (.*)$", "\n".join(cell.source for cell in prose(notebook)), re.M)
            assert place["section"] in heads, f"{rule}: {place}"
