"""The folder for a workshop: complete, without solutions where learners look, in time, and slides that open offline."""

import csv
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from html import unescape
from importlib import import_module

import nbformat
import pytest
import yaml
from cases import ROOT, TODAY
from click.testing import CliRunner
from packaging.requirements import Requirement

from mls_kit.cli.main import main
from mls_kit.course.lessons import lessons
from mls_kit.course.routes import Step, load_routes
from mls_kit.course.sheets import exercises_of
from mls_kit.course.site import execute
from mls_kit.course.wheel import wheel_name, write_wheel
from mls_kit.course.workshop import FILES, write_workshop
from mls_kit.exam.catalog import list_exams
from mls_kit.problems import InputError

COURSE = lessons()
ROUTES = load_routes()
ONE = ROUTES[90].model_copy(
    update={"minutes": 60, "title": "Ratings & <script>alert(1)</script>", "also": ["00_start_here"],
            "lessons": [Step(lesson="04_domain_ratings")]}
)  # fmt: skip
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SAME = {"matplotlib-base": "matplotlib"}  # conda's name for matplotlib without its desktop parts
TAKEN = ["00_start_here", "04_domain_ratings", "personal_plan"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Make the folder of a short workshop on another exam than the course's own."""
    target = tmp_path_factory.mktemp("workshop") / "saturday"
    write_workshop(target, 60, "aif c01", "13:30", routes={60: ONE})
    return target


def test_every_file_is_there_named_in_the_readme_and_in_time(folder):
    assert {path.name for path in folder.iterdir()} == set(FILES)
    assert {path.name for path in (folder / "notebooks").iterdir()} == {f"{name}.ipynb" for name in TAKEN}
    text = (folder / "README.md").read_text()
    assert all(f"`{name}" in text for name in FILES)
    assert "{" not in text
    assert "13:30 to 14:30, 60 minutes" in text
    for name in ("slides.html", "timetable.html", "speaker_notes.html"):  # a title is text
        assert "<script>alert" not in (folder / name).read_text()
        assert "&lt;script&gt;alert(1)" in (folder / name).read_text()
    rows = list(csv.DictReader((folder / "timetable.csv").open()))
    page = (folder / "timetable.html").read_text()
    assert (sum(int(row["minutes"]) for row in rows), rows[0]["start"], rows[-1]["end"]) == (60, "13:30", "14:30")
    assert all(f"{row['start']} – {row['end']}" in page for row in rows)
    assert sum(int(row["minutes"]) for row in rows if row["kind"] == "teaching") == 25


def test_no_solution_is_in_what_learners_get(folder):
    authored = nbformat.read(ROOT / "notebooks/solutions/04_domain_ratings.ipynb", 4)
    for name in ("exercises.html", "notebooks/04_domain_ratings.ipynb", "slides.html"):
        text = unescape((folder / name).read_text())
        for task in exercises_of(authored).values():
            assert not any(words in text for words in task.explanation)
            for code, begin in zip(task.answer, task.begin, strict=True):
                gone = set(code.splitlines()) - set(begin.splitlines())
                assert gone
                assert not any(line in text for line in gone), name
    assert "✓ right" not in unescape((folder / "exercises.html").read_text())


def test_the_sheets_have_every_exercise_its_hint_and_for_the_instructor_its_solution(folder):
    sheet, solved = ((folder / name).read_text() for name in ("exercises.html", "solutions.html"))
    for number in ("4.1", "4.2", "4.3"):
        assert f"Exercise {number}" in sheet
        assert f"Exercise {number}" in solved
    assert sheet.count('class="hint"') == 3
    assert "an invented report for AIF-C01" in sheet
    assert sheet.count("<img") == 1
    assert "The ten hardest questions" in (folder / "instructor.html").read_text()
    assert "<details>" not in sheet
    assert solved.count("✓ right") >= 3
    assert "three times out of four" in solved


def test_links_lead_to_what_is_in_the_folder(folder):
    for path in (folder / "notebooks").glob("*.ipynb"):
        for cell in nbformat.read(path, 4).cells:
            for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", cell.source):
                assert (path.parent / target).exists(), target


def test_the_notebooks_of_the_folder_execute_with_the_exams_example(folder, tmp_path):
    ran = execute(folder / "notebooks" / "04_domain_ratings.ipynb", tmp_path)
    said = str([cell.get("outputs") for cell in ran.cells])
    assert "invented example: AIF-C01, scaled score 662" in said
    first = nbformat.read(folder / "notebooks" / "00_start_here.ipynb", 4)
    assert 'ReportForm(example="AIF-C01")' in str([cell.source for cell in first.cells])
    checked = execute(folder / "check_environment.ipynb", tmp_path)
    assert "ready: this computer" in str(checked.cells[-1].outputs)


def test_the_cohort_of_the_folder_is_accepted_and_names_nobody(folder):
    done = CliRunner().invoke(main, ["check", str(folder / "cohort.csv"), "--today", str(TODAY)])
    assert (done.exit_code, done.output.strip()) == (0, "20 rows: 20 have no mistakes.")
    assert "name" not in (folder / "cohort.csv").read_text()


def test_the_packages_for_conda_and_the_kit_install_from_the_folder_alone(folder, tmp_path):
    asked = yaml.safe_load((folder / "environment.yml").read_text())["dependencies"]
    plain, pip = asked[:-1], asked[-1]["pip"]
    assert pip.pop() == f"./{wheel_name()}"
    named = {Requirement(line).name for line in plain if not line.startswith("python=")}
    named = {SAME.get(name, name) for name in named - {"pip"}} | {Requirement(line).name for line in pip}
    assert named == {Requirement(line).name for line in PROJECT["dependencies"]}
    command = ["-m", "pip", "install", "--no-deps", "--no-index", "--target", tmp_path / "site", f"./{wheel_name()}"]
    subprocess.run([sys.executable, *command], cwd=folder, check=True, capture_output=True)
    code = "import mls_kit as kit; print(kit.__file__, len(kit.course.lessons())); kit.cli.main(['exams'])"
    alone = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    python = [sys.executable, "-c"]
    done = subprocess.run([*python, code], cwd=tmp_path, env=alone, capture_output=True, text=True, check=True)
    assert str(tmp_path / "site" / "mls_kit" / "__init__.py") in done.stdout
    assert all(code in done.stdout for code in list_exams())
    code = "from pathlib import Path; from mls_kit.course.wheel import write_wheel; write_wheel(Path('.'))"
    subprocess.run([*python, code], cwd=tmp_path, env=alone, check=True)
    assert (tmp_path / wheel_name()).read_bytes() == (folder / wheel_name()).read_bytes()


def sources(content):
    return [(cell.cell_type, cell.source) for cell in nbformat.reads(content.decode(), 4).cells]


def test_the_kit_of_the_folder_is_what_hatchling_builds(folder, tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    ours, theirs = (zipfile.ZipFile(place / wheel_name()) for place in (folder, tmp_path))
    mine = {"__pycache__", ".ipynb_checkpoints"}
    assert set(ours.namelist()) == {name for name in theirs.namelist() if not mine & set(name.split("/"))}
    assert len(ours.namelist()) == len(set(ours.namelist()))
    for name in ours.namelist():
        if name.endswith(("/entry_points.txt", ".py", ".yaml", ".csv")):
            assert ours.read(name) == theirs.read(name), name
        elif name.endswith(".ipynb"):  # those of the repository hold no output and the example's parameters
            assert sources(ours.read(name)) == sources(theirs.read(name)), name


def test_nothing_of_the_person_who_makes_the_kit_goes_along(tmp_path, monkeypatch):
    data, notebooks = tmp_path / "data", tmp_path / "notebooks"
    shutil.copytree(ROOT / "data", data)
    shutil.copytree(ROOT / "notebooks", notebooks)
    shutil.copy(ROOT / "environment.yml", tmp_path)
    for name in ("data/cohorts/class.csv", "data/reports/me.yaml", "data/me.yaml", "notebooks/mine.ipynb"):
        (tmp_path / name).write_text("Jane Doe")
    for path in notebooks.rglob("*.ipynb"):
        if path.name != "mine.ipynb":
            notebook = nbformat.read(path, 4)
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    cell.outputs = [nbformat.v4.new_output("stream", text="Jane Doe")]
                    cell.source = cell.source.replace('learner_name: str = ""', 'learner_name: str = "Jane Doe"')
                    cell.source = cell.source.replace("scaled_score: int = 690", "scaled_score: int = 611")
            nbformat.write(notebook, path)
    for name, folder in (("data_folder", data), ("notebook_folder", notebooks)):
        monkeypatch.setattr(f"mls_kit.course.wheel.{name}", lambda folder=folder: folder)
    monkeypatch.setattr(import_module("mls_kit.course.lessons"), "notebook_folder", lambda: notebooks)
    with zipfile.ZipFile(write_wheel(tmp_path)) as wheel:
        held = {name: wheel.read(name) for name in wheel.namelist()}
    assert not [name for name, content in held.items() if b"Jane Doe" in content]
    assert b"611" not in held["mls_kit/_notebooks/personal_plan.ipynb"]
    assert "mls_kit/_notebooks/00_start_here.ipynb" in held


def test_a_kit_that_cannot_be_built_is_said_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr("mls_kit.course.wheel.sys.executable", shutil.which("false"))
    with pytest.raises(InputError, match="Install mls-kit again"):
        write_wheel(tmp_path)


def test_a_failure_in_the_middle_leaves_what_was_there(folder, monkeypatch):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(InputError, match="Add --overwrite"):
        write_workshop(folder, 60, routes={60: ONE})
    monkeypatch.setattr("mls_kit.course.workshop.execute", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_workshop(folder, 60, overwrite=True, routes={60: ONE})
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


FITS = """() => {
  const slide = Reveal.getCurrentSlide(), found = [], large = innerWidth / 1280;
  const beside = [...document.querySelectorAll(".slide-number, .controls button")].map((e) => e.getBoundingClientRect());
  const meet = (one, other) => other.left < one.right && other.right > one.left && other.top < one.bottom && other.bottom > one.top;
  for (const part of slide.querySelectorAll("*")) {
    if (part.closest("aside")) continue;
    const box = part.getBoundingClientRect();
    const leaves = box.bottom > 712 * large || box.right > 1270 * large || box.left < 0 || box.top < 0;
    if (box.width && leaves) found.push(part.outerHTML.slice(0, 80));
    const says = [...part.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (says && parseFloat(getComputedStyle(part).fontSize) < 18) found.push("tiny: " + part.outerHTML.slice(0, 80));
    if (says && beside.some((other) => meet(box, other))) found.push("covered: " + part.outerHTML.slice(0, 80));
  }
  return found;
}"""


@pytest.fixture(scope="module")
def whole_course(tmp_path_factory, execute_once):
    """Make the slides of every lesson there is: the longest route, or one of the lessons that are there."""
    target = tmp_path_factory.mktemp("day") / "out"
    names = [lesson.path.stem for lesson in COURSE if lesson.number]
    route = ROUTES[420].model_copy(update={"minutes": 600, "also": [], "lessons": [Step(lesson=n) for n in names]})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mls_kit.course.workshop.execute", execute_once)
        write_workshop(target, 600, routes={600: route})
    return target / "slides.html"


def wait_until(page, condition):
    """Wait as ``wait_for_function`` does, which the policy of the page refuses where it has to ask twice."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(condition)


@pytest.mark.browser
def test_slides_open_offline_by_keyboard_without_a_request_and_every_one_fits(page, context, whole_course):
    context.set_offline(True)
    page.set_viewport_size({"width": 1280, "height": 720})
    asked, said = [], []
    context.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(whole_course.as_uri())
    wait_until(page, "Boolean(window.Reveal && Reveal.isReady())")
    total = page.evaluate("Reveal.getTotalSlides()")
    assert total < 10 * len([lesson for lesson in COURSE if lesson.number])
    for width, height in ((1280, 720), (853, 480)):  # a projector's; the same at 150 %
        page.set_viewport_size({"width": width, "height": height})
        wait_until(page, "Math.abs(Reveal.getScale() * 1280 - innerWidth) < 2")
        for number in range(total):
            assert page.evaluate("Reveal.getIndices().h") == number
            assert page.evaluate(FITS) == [], (width, number + 1)
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Home")
    for picture in page.locator("section img").all():
        assert len(picture.get_attribute("alt")) > 40
    with context.expect_page() as opened:
        page.keyboard.press("s")
    speaker = opened.value
    speaker.locator(".speaker-controls-notes .value").get_by_text("in the first minute").first.wait_for(timeout=10_000)
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:"))] == []
    assert said == []
