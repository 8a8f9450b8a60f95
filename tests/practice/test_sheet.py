"""A practice set on paper: nothing on the sheet betrays an answer, the key has them all, neither needs a network."""

import html
import re
from dataclasses import replace

import pytest
from click.testing import CliRunner

from mls_kit.cli.main import main
from mls_kit.practice.questions import banks
from mls_kit.practice.sets import practice_set
from mls_kit.practice.sheet import key, sheet


@pytest.fixture(params=banks())
def made(request):
    return practice_set(request.param, "mixed", 40, seed=2)


def plain(text):
    return html.unescape(re.sub(r"<[^>]+>", "", text))


def test_the_sheet_has_every_question_and_no_answer(made):
    text = plain(sheet(made))
    for question in made.questions:
        assert question.stem in text
        for option in question.options:
            assert option.text in text
            assert option.why not in text
    # the page stays the same when other options are right, as long as as many are
    turned = []
    for question in made.questions:
        options = [option.model_copy(update={"right": question.options[n - 1].right}) for n, option in enumerate(question.options)]
        turned.append(question.model_copy(update={"options": options}))
    assert sheet(replace(made, questions=tuple(turned))) == sheet(made)


def test_the_key_has_every_reason_and_document(made):
    text, markup = plain(key(made)), key(made)
    for number, (question, document) in enumerate(zip(made.questions, made.documents, strict=True), 1):
        right = ", ".join("ABCDEF"[place] for place in sorted(question.right))
        assert f"<h2>{number}: {right}</h2>" in markup
        assert all(option.why in text for option in question.options)
        assert f'href="{document.url}"' in markup
        assert question.changed is None or question.changed in text
        assert question.id in text
    assert ("could not be read" in text) == any(question.verified.how == "not_read" for question in made.questions)


def test_the_command_writes_both_pages_and_overwrites_nothing(tmp_path):
    out = tmp_path / "set"
    wish = ["--exam", "mls c01", "--kind", "domain", "--domain", "modeling", "--questions", "12", "--seed", "4"]

    def run(*more):
        return CliRunner().invoke(main, ["practice", *wish, "-o", str(out), *more])

    done = run()
    assert done.exit_code == 0, done.output
    assert "12 questions." in done.output
    made = practice_set("MLS-C01", "domain", 12, domain="Modeling", seed=4)
    assert (out / "sheet.html").read_text() == sheet(made)
    assert (out / "key.html").read_text() == key(made)
    again = run()
    assert again.exit_code == 2
    assert "would be overwritten" in again.output
    assert run("--force").exit_code == 0


@pytest.mark.whole
@pytest.mark.browser
def test_the_pages_open_offline_and_fit_paper_and_phone(page, context, tmp_path):
    made = practice_set("MLA-C02", "mixed", 20)
    context.set_offline(True)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for name, text in (("sheet", sheet(made)), ("key", key(made))):
        (tmp_path / f"{name}.html").write_text(text)
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto((tmp_path / f"{name}.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.pdf(format="A4").startswith(b"%PDF")
    assert all(url.startswith("file:") for url in asked)
