"""The repository as a whole: dependencies agree, nothing private or foreign is in it, imports stay light."""

import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from cases import ROOT
from packaging.requirements import Requirement

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SAME = {"matplotlib-base": "matplotlib"}  # conda's name for matplotlib without its desktop parts


def tracked():
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\n") if name and (ROOT / name).is_file()]


def wanted():
    project = PYPROJECT["project"]
    lines = project["dependencies"] + project["optional-dependencies"]["test"]
    return {Requirement(line).name: Requirement(line).specifier for line in lines}


def test_environment_yml_asks_for_the_same_packages():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    plain = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    (pip,) = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert "-e ." in pip
    lines = [line for line in plain + pip if line != "-e ." and not line.startswith(("python=", "pip"))]
    found = {SAME.get(Requirement(line).name, Requirement(line).name): Requirement(line).specifier for line in lines}
    assert found == wanted()
    python = next(line for line in plain if line.startswith("python="))
    assert python.removeprefix("python=") in ("3.11", "3.12", "3.13")


def test_constraints_pin_every_dependency_within_its_range_and_name_no_host():
    text = (ROOT / "constraints.txt").read_text()
    assert "://" not in text
    pins = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            pins.setdefault(requirement.name, []).append(next(iter(requirement.specifier)).version)
    for name, specifier in wanted().items():
        assert name in pins, name
        assert all(version in specifier for version in pins[name]), name


def test_every_dependency_has_its_reason():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    listed = [line for line in lines if re.match(r'\s+"[a-z][a-z0-9-]+(\[\w+\])?>=', line)]
    optional = PYPROJECT["project"]["optional-dependencies"]
    assert len(listed) == len(wanted()) + sum(len(lines) for name, lines in optional.items() if name != "test")
    assert all("# " in line for line in listed)


def test_no_machine_path_and_no_registry_in_the_repository():
    hosts = ["pypi" + ".org", "python" + "hosted", "registry." + "npmjs", "conda." + "anaconda"]
    for path in tracked():
        if path.suffix in (".png", ".xlsx"):
            continue
        text = path.read_text(encoding="utf-8")
        assert not any(host in text for host in hosts), path
        assert not re.search(r"(?<![\w.])/(root|home/\w+|Users/\w+)/", text), path


def test_the_readme_is_honest_about_marks_and_names_both_commands():
    text = (ROOT / "README.md").read_text()
    for words in ("make plans", "make test", "make lab", "not endorsed", "independent"):
        assert words in text
    for target in re.findall(r"\]\((?!http)([^)#]+)", text):
        assert (ROOT / target).exists(), target


def run_python(code):
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_the_package_brings_in_nothing_heavy():
    heavy = "{'matplotlib', 'ipywidgets', 'papermill', 'IPython', 'nbconvert', 'scipy'}"
    assert run_python(f"import sys, mls_kit; print(sorted({heavy} & set(sys.modules)))") == "[]"
    used = "import sys, mls_kit as k; k.prioritize(k.ScoreReport('SAA-C03', 650, 'NI, MC, MC, NI'))"
    assert run_python(f"{used}; print(sorted({heavy} & set(sys.modules)))") == "[]"


def test_the_map_of_the_package_leads_everywhere():
    import mls_kit

    for name in mls_kit.__all__:
        assert callable(getattr(mls_kit, name))
    with pytest.raises(AttributeError, match="nonsense"):
        _ = mls_kit.nonsense


# a room imports only from floors below it
FLOORS = [
    ["_folders", "drawing", "files", "problems", "pseudonyms", "suppression", "warm"],
    ["day_cells", "marks", "method_plan", "spool"],
    ["cohort_grid", "method", "score_model"],
    ["cohort_text", "crosswalk", "exam_file", "scaling", "ratings"],
    ["cohort_file", "exam"],
    ["questions", "reading", "workshop_groups"],
    ["cli_options", "reading_ratings"],
    ["cohort_cells", "cohort_headings", "report"],
    ["cohort_rows", "frames", "outlook"],
    ["cohort_attempts", "cohort_chance", "practice_rule"],
    ["lifecycle", "log_sets", "matching", "practice_chance", "practice_entry", "priorities"],
    ["cohort_reader", "diagnosis", "practice_lines", "readiness", "timetable", "what_if"],
    ["cohort", "fit", "schedule"],
    ["activities", "cohort_check"],
    ["question_sets", "sessions"],
    ["plan", "practice"],
    ["progress"],
    ["replan_words"],
    ["replan"],
    ["html", "practice_run", "request"],
    ["calendar_file", "cohort_view", "figures", "flashcards", "pdf", "practice_sheet", "words"],
    ["calendar_sheet", "cohort_charts"],
    ["charts"],
    ["model_chart"],
    [
        "chance_charts",
        "diagnosis_charts",
        "domain_charts",
        "practice_charts",
        "report_chart",
        "scaling_charts",
        "sitting_charts",
    ],
    ["cohort_words", "export", "outlook_words", "plan_words"],
    ["domain_words", "exam_answers", "lessons", "my_report"],
    ["course_pages", "faq", "practice_log"],
    ["my_practice", "progress_words"],
    ["checks", "render", "widgets"],
    ["environment", "kit_wheel", "slide_layout"],
    ["slides"],
    ["sample_cohort"],
    ["course_pages", "routes"],
    ["sheets"],
    ["take_along", "workshop"],
    ["batch"],
    ["cli_options"],
    ["cli_cohort", "cli_plan"],
    ["cli_batch"],
    ["cli"],
]


def test_imports_run_one_way():
    floor = {module: number for number, modules in enumerate(FLOORS) for module in modules}
    modules = {path.stem: path.read_text() for path in ROOT.glob("mls_kit/*.py") if path.stem != "__init__"}
    assert {*modules, "score_model", "batch", "checks", "widgets", "warm"} == set(floor)
    modules["batch"] = re.sub(r"mls_kit\.batch", "", "".join(p.read_text() for p in ROOT.glob("mls_kit/batch/*.py")))
    for module, text in modules.items():
        for line in re.findall(r"^\s*(?:from mls_kit\.(\w+) import|from mls_kit import (.*))", text, re.M):
            for other in filter(None, [line[0], *map(str.strip, line[1].split(","))]):
                if other != "__version__":
                    assert floor[other] < floor[module], f"{module} imports {other}"


def test_the_score_model_knows_nothing_of_the_rest():
    for path in ROOT.glob("mls_kit/score_model/*.py"):
        for name in re.findall(r"^(?:from|import) ([\w.]+)", path.read_text(), re.M):
            assert name.startswith(".") or name.split(".")[0] in {*sys.stdlib_module_names, "numpy", "scipy"}, (
                path,
                name,
            )


def test_the_warm_engine_knows_nothing_of_the_rest():
    for path in ROOT.glob("mls_kit/warm/*.py"):
        assert set(re.findall(r"mls_kit\.(\w+)", path.read_text())) <= {"warm"}, path


def test_modules_are_short():
    for path in ROOT.glob("mls_kit/**/*.py"):
        assert len(path.read_text().splitlines()) <= 300, path
