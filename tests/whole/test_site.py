"""The course as static pages: offline, small, linked, accessible, and every solution right."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from mls_kit.course.lessons import lessons
from mls_kit.course.site import write_pages

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory, execute_once):
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mls_kit.course.site.execute", execute_once)
        patch.setattr("mls_kit.course.door.exam_files", lambda: ["CLF-C02"])  # the others: test_door.py
        write_pages(folder)
    return folder


@pytest.fixture
def offline(context, page):
    """A page without any network, and what it asked for and said."""
    context.set_offline(True)
    page.heard = []
    page.on("request", lambda request: page.heard.append(request.url))
    page.on("console", lambda message: page.heard.append(message.text))
    return page


def pages(site):
    return sorted(site.rglob("*.html"))


def test_every_page_is_there_and_under_two_megabytes(site):
    names = {str(path.relative_to(site)) for path in pages(site)}
    lesson_pages = {f"{lesson.path.stem}.html" for lesson in lessons()}
    assert names == {
        "index.html",
        "door.html",
        "personal_plan.html",
        *lesson_pages,
        *(f"solutions/{name}" for name in lesson_pages),
    }
    assert max(path.stat().st_size for path in pages(site)) < 2_000_000


def test_every_link_of_a_page_leads_to_a_page(site):
    for path in pages(site):
        for target in re.findall(r'href="([^"#]+)', path.read_text()):
            if not target.startswith(("http://", "https://", "mailto:")):
                assert (path.parent / target).is_file(), f"{path.name}: {target}"


def test_every_solution_passes_its_check_and_every_learner_page_waits_for_answers(site):
    for lesson in lessons():
        solved = (site / "solutions" / f"{lesson.path.stem}.html").read_text()
        open_ = (site / f"{lesson.path.stem}.html").read_text()
        passed = re.findall(r'class="verdict (\w+)"', solved)
        assert set(passed) <= {"passed"}, lesson.title
        assert len(passed) >= (3 if lesson.number else 0)
        assert set(re.findall(r'class="verdict (\w+)"', open_)) <= {"open"}
        assert "Traceback" not in solved + open_


def test_pages_open_offline_without_a_request_are_accessible_and_show_every_picture_with_words(site, offline):
    for path in pages(site):
        offline.goto(path.as_uri())
        assert [url for url in offline.heard if not url.startswith(("file:", "data:"))] == [], path.name
        for picture in offline.locator("img").all():
            assert picture.evaluate("image => image.naturalWidth") > 300
            assert len(picture.get_attribute("alt")) > 30
        assert "widget-view" not in path.read_text()


def test_axe_finds_nothing_serious(site, browser):
    page = browser.new_context(bypass_csp=True).new_page()  # axe is a script, which the pages themselves forbid
    for path in pages(site):
        page.goto(path.as_uri())
        found = Axe().run(page).response["violations"]
        bad = [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in ("serious", "critical")]
        assert bad == [], path.name
