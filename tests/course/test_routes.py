"""Routes of a workshop: in time, and what does not fit is refused in words. The folder itself: ``whole/test_workshop.py``."""

import re
from itertools import pairwise

import pytest
import yaml
from cases import PLANNED, ROOT, TODAY
from click.testing import CliRunner

from mls_kit.cli.main import main
from mls_kit.cohort.reader import read_cohort
from mls_kit.cohort.sample import sample_cohort
from mls_kit.course.lessons import lessons
from mls_kit.course.routes import Step, load_routes, stops, timetable
from mls_kit.exam.catalog import find_exam
from mls_kit.method import Prospects
from mls_kit.problems import InputError
from mls_kit.report.my_report import my_report

COURSE = lessons()
ROUTES = load_routes()
ONE = ROUTES[90].model_copy(update={"minutes": 60, "also": ["00_start_here"], "lessons": [Step(lesson="04_domain_ratings")]})


@pytest.mark.parametrize("code", PLANNED)
def test_every_exam_has_a_possible_example_and_a_cohort(code, tmp_path):
    report = my_report(example=code)
    assert (report.exam, report.remarks, report.passed) == (code, (), False)
    assert bool(Prospects.of(report)) == (not report.facts.silent)  # no model, no chance
    file = tmp_path / "cohort.csv"
    file.write_text(sample_cohort(find_exam(code)))
    cohort = read_cohort(file, today=max(TODAY, find_exam(code).facts_as_of))
    assert (len(cohort.reports), cohort.problems, cohort.unused) == (20, [], ())
    assert not any(report.remarks for report in cohort.reports)
    assert 0 < sum(report.passed for report in cohort.reports) <= 4


def assert_in_time(route, slots, start):
    assert slots[0].clock("start") == start
    assert all(before.end == after.start for before, after in pairwise(slots))
    assert slots[-1].end - slots[0].start == route.minutes
    row = 0
    for slot in slots:
        row = 0 if slot.kind in ("break", "lunch") else row + slot.minutes
        assert row <= route.pause.after
        assert slot.minutes > 0
    assert [slots[0].kind, slots[-1].kind] == ["opening", "closing"]


@pytest.mark.parametrize("minutes", [90, 180, 420])
def test_each_route_fits_its_minutes(minutes):
    route = ROUTES[minutes]
    slots = timetable(route, COURSE, "09:00")
    assert_in_time(route, slots, "09:00")
    assert sum(slot.minutes for slot in slots if slot.kind == "spare") <= 15
    for stop in stops(route, COURSE):
        of = [slot for slot in slots if slot.lesson == stop.lesson.path.stem]
        assert sum(slot.minutes for slot in of if slot.kind == "teaching") == stop.teaching <= stop.lesson.teaching
        assert sum(slot.minutes for slot in of if slot.kind == "exercises") == sum(stop.exercises.values())
        assert sum(stop.exercises.values()) <= stop.lesson.exercise


@pytest.mark.parametrize("closing", range(5, 16))
def test_a_route_ends_on_time_whatever_is_left_over(closing):
    route = ONE.model_copy(update={"minutes": 100, "closing": closing})
    slots = timetable(route, COURSE, "21:00")
    assert_in_time(route, slots, "21:00")


@pytest.mark.parametrize(
    ("change", "words"),
    [({"minutes": 40}, "is not at most 40 (teaching 25, exercises 20"),
     ({"lessons": [Step(lesson="04_domain_rating")]}, "Did you mean 04_domain_ratings"),
     ({"lessons": [Step(lesson="04_domain_ratings", exercises=["4.9"])]}, "one of its exercises, 4.1, 4.2, 4.3")],
)  # fmt: skip
def test_a_route_that_does_not_fit_is_refused_in_words(change, words):
    with pytest.raises(InputError, match=re.escape(words)):
        timetable(ONE.model_copy(update=change), COURSE)


def test_a_mistake_in_the_routes_is_named_with_its_place(tmp_path):
    raw = yaml.safe_load((ROOT / "data/workshops.yaml").read_text())
    raw["routes"][1]["openin"] = raw["routes"][1].pop("opening")
    file = tmp_path / "workshops.yaml"
    file.write_text(yaml.safe_dump(raw))
    with pytest.raises(InputError, match=r"routes 2, openin.*Did you mean opening"):
        load_routes(file)


def refused(*arguments):
    done = CliRunner().invoke(main, ["workshop", *map(str, arguments)])
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.output
    return done.output


def test_what_cannot_be_made_is_refused_and_nothing_is_written(tmp_path):
    out = tmp_path / "out"
    assert "The nearest allowed value is 90" in refused("-o", out, "--minutes", 100)
    assert "Did you mean SAA-C03" in refused("-o", out, "--exam", "SAA-C30")
    assert "a time of day" in refused("-o", out, "--start", "9 o'clock")
    assert "Create it first" in refused("-o", tmp_path / "no" / "out")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    assert "thesis.txt" in refused("-o", tmp_path / "mine", "--overwrite")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["mine", "thesis.txt"]
