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


def test_constraints_pin_every_dependency_within_its_range_by_digest_and_name_no_host():
    text = (ROOT / "constraints.txt").read_text()
    assert "://" not in text
    pins = {}
    for entry in text.replace("\\\n", "").splitlines():
        line, *digests = entry.split(" --hash=sha256:")
        assert digests, entry
        requirement = Requirement(line)
        pins.setdefault(requirement.name, []).append(next(iter(requirement.specifier)).version)
    built_with = {Requirement(line).name: Requirement(line).specifier for line in PYPROJECT["build-system"]["requires"]}
    for name, specifier in (wanted() | built_with).items():
        assert name in pins, name
        assert all(version in specifier for version in pins[name]), name


def test_both_installers_check_digests_and_build_only_this_project():
    done = subprocess.run(["make", "-nB", ".venv/bin/.installed"], cwd=ROOT, capture_output=True, text=True, check=True)
    calls = re.findall(r"pip (?:install|download)[^|&)\n]*", done.stdout.replace("\\\n", ""))
    assert len(calls) == 8
    for call in calls:
        locked = "--require-hashes" in call and "--only-binary :all:" in call
        assert locked or "--no-deps --no-build-isolation -e ." in call, call


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
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not any(host in text for host in hosts), path
        assert not re.search(r"(?<![\w.])/(root|home/\w+|Users/\w+)/", text), path


def test_the_readme_is_honest_about_marks_and_names_both_commands():
    text = (ROOT / "README.md").read_text()
    for words in ("make plans", "make test", "make lab", "not endorsed", "independent"):
        assert words in text
    for target in re.findall(r"\]\((?!http)([^)#]+)", text):
        assert (ROOT / target).exists(), target


def test_the_pythons_that_are_tried_are_those_that_are_named():
    tried = (ROOT / ".ci/versions").read_text().split("for version in ")[1].split(";")[0].split()
    named = [line.rpartition(" ")[2] for line in PYPROJECT["project"]["classifiers"] if "Language :: Python" in line]
    assert tried[: len(named)] == named
    assert f"Python {', '.join(named[:-1])} and {named[-1]} (not yet tested with 3.14)" in (ROOT / "README.md").read_text()
    assert ".ci/versions" in (ROOT / ".ci/run").read_text()


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
        assert getattr(mls_kit, name) is not None
    assert {"load_exam", "list_exams", "ScoreReport", "read_cohort", "prioritize", "diagnose", "build_plan"} <= {*mls_kit.__all__}
    with pytest.raises(AttributeError, match="nonsense"):
        _ = mls_kit.nonsense


def test_every_file_that_contributing_names_is_there():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    named = re.findall(r"`((?:[a-z_]+/)+(?:[\w.]+)?|[\w.]+\.(?:py|md|yaml|yml|toml|txt|ipynb))`", text)
    assert len(named) > 30
    for name in named:
        places = [ROOT / name, ROOT / "mls_kit" / name, ROOT / "notebooks" / name, ROOT / "mls_kit" / "exam" / name]
        assert any(place.exists() for place in places), name
