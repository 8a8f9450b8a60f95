import os
import re
import subprocess
import sys
import zipfile

import pytest
from bs4 import BeautifulSoup
from cases import ROOT, TODAY, page_of
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from mls_kit.exam import list_exams
from mls_kit.export.notebook import render
from mls_kit.export.page import page
from mls_kit.files import write_whole
from mls_kit.report.request import PlanRequest


@pytest.fixture(scope="module")
def notebook():
    request = PlanRequest("MLS-C01", 690, "S, C, NI, NI", "2026-03-14", hours_per_week=12, today=str(TODAY))
    return render(request).notebook


@pytest.fixture(scope="module")
def html(notebook):
    return page(notebook, "Plan <b>")


def test_a_page_asks_nothing_of_any_network(html):
    assert "Content-Security-Policy" in html
    assert "<script" not in html
    assert not re.findall(r'(?:src|href)="(?!data:|https://[^"]+"|#)', html.replace('<a href="http', '<a href="http'))
    assert not re.findall(r'<(?:link|script|img|iframe)[^>]+(?:href|src)="https?:', html)


def test_a_page_is_small_whole_and_without_code(html):
    assert len(html) < 150_000
    assert html.startswith("<!DOCTYPE html>")
    assert html.rstrip().endswith("</html>")
    assert "read_parameters" not in html
    assert "change the values in the next cell" not in html
    assert "<title>Plan &lt;b&gt;</title>" in html


def test_a_page_says_what_its_notebook_says_and_no_more(notebook, html):
    shown = [output.data["text/html"] for cell in notebook.cells if "lab-only" not in cell.metadata.get("tags", [])
             for output in cell.get("outputs", [])]  # fmt: skip
    text = BeautifulSoup(html, "html.parser").body.get_text(" ").split()
    assert text == BeautifulSoup(" ".join(shown), "html.parser").get_text(" ").split()
    request = PlanRequest("MLS-C01", 690, "S, C, NI, NI", "2026-03-14", hours_per_week=12, today=str(TODAY))
    assert text == BeautifulSoup(page_of(request), "html.parser").body.get_text(" ").split()


def test_a_page_links_to_the_files_beside_it_and_names_itself_on_each_sheet(notebook):
    made = page(notebook, "Plan", 'A "B" </style>', {"Cards": "a plan & more.apkg"})
    assert '<li><a href="a%20plan%20%26%20more.apkg">Cards</a></li>' in made
    assert made.count("</style>") == 1
    assert 'content: "A \\22 B\\22  \\3c \\2f style\\3e "' in made


def test_writing_leaves_whole_files_or_none(tmp_path, monkeypatch):
    write_whole(tmp_path / "a.txt", "first")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "a.txt", "second")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "first"


def test_an_installed_package_carries_its_data(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for name in ("_data/exams/MLS-C01.yaml", "_data/method.yaml", "_notebooks/personal_plan.ipynb",
                 "export/templates/page.html.j2", "explain/templates/_parts.html.j2",
                 "batch/templates/index.html.j2"):  # fmt: skip
        assert f"mls_kit/{name}" in names
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = "import mls_kit; print(mls_kit.__file__, len(mls_kit.list_exams()))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert str(tmp_path) in done.stdout
    assert done.stdout.split()[-1] == str(len(list_exams()))


@pytest.mark.parametrize(
    ("output", "markup"),
    [
        (new_output("stream", text="1 < 2"), "<pre>1 &lt; 2</pre>"),
        (new_output("display_data", {"image/png": "AA==", "text/plain": "x"}), 'this image" src="data:image/png;base64,AA=="'),
        (new_output("display_data", {"text/html": '<p><img src="data:,"></p>'}), '<p><img alt="No description'),
        (new_output("display_data", {"text/markdown": "**so**", "text/plain": "x"}), "<strong>so</strong>"),
        (new_output("display_data", {"application/javascript": "alert()"}), "<main>\n<div><p><em>"),
    ],
)  # fmt: skip
def test_what_else_a_cell_may_show_is_on_the_page(output, markup):
    made = page(new_notebook(cells=[new_code_cell("1", outputs=[output]), new_markdown_cell("*Mine*")]), "Plan")
    assert markup in made
    assert "<em>Mine</em>" in made
