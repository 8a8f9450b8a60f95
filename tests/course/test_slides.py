"""The words of the slides: each complete by itself, each picture and note where the lesson has it, 35 to 40 for half a day."""

import re

import nbformat
import pytest
from cases import ROOT

from mls_kit._folders import data_file
from mls_kit.course import slides
from mls_kit.course.lessons import lessons
from mls_kit.course.routes import load_routes, stops, timetable
from mls_kit.exam import load_data
from mls_kit.problems import InputError

TEXTS = {lesson.lesson: lesson.slides for lesson in load_data(data_file("slides.yaml"), list[slides.LessonText])}
COURSE = {lesson.number: lesson for lesson in lessons() if lesson.number}


def test_half_a_day_has_35_to_40_slides_and_ends_with_everyones_plan():
    route = load_routes()[180]
    visited, slots = stops(route, lessons()), timetable(route, lessons())
    count = sum(len(TEXTS[stop.lesson.number]) + len(stop.exercises) for stop in visited)
    assert 35 <= count + sum(not slot.lesson for slot in slots) <= 40
    assert (slots[-1].what, slots[-1].minutes) == ("Make your plan", 15)


@pytest.mark.parametrize("number", COURSE)
def test_each_slide_is_complete_by_itself(number):
    cells = COURSE[number].read().cells
    notes = [cell for cell in cells if "speaker" in cell.metadata.get("tags", [])]
    said = [place for slide in TEXTS[number] for place in slide.says]
    assert sorted(said) == list(range(1, len(notes) + 1)), "each note belongs to one slide"
    for slide in TEXTS[number]:
        assert len(slide.text.split()) <= (32 if slide.shows else 60), slide.title
        assert not re.search(r"\b(below|next cell|next page|shown above)\b", slide.text), slide.title
        assert any(cell.cell_type == "code" and slide.shows in cell.source for cell in cells), slide.title


def test_a_cell_that_shows_nothing_is_named():
    empty = nbformat.read(ROOT / "notebooks/solutions/05_weighted_priorities.ipynb", 4)
    with pytest.raises(InputError, match=r"05, Multiply the gap by the weight: 'kit.show.gaps' is not code of a cell"):
        slides.lesson_slides(empty, "05")
