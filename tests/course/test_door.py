"""The door: a page that reads a report in a browser and says what the kit says. All exams: ``whole/test_door.py``."""

import re
from datetime import date, timedelta

import pytest
from cases import TODAY
from click.testing import CliRunner
from lab import barriers

from mls_kit.cli import main
from mls_kit.course.door import door_page
from mls_kit.explain import plan_page
from mls_kit.html import percent, render, short_day
from mls_kit.plan import build_plan
from mls_kit.report import PlanRequest, ScoreReport, read_request_file

pytestmark = pytest.mark.browser
PLAIN = """async list => {
  for (const typed of list) await load(typed.exam);
  return list.map(typed => {
    const found = answer({...typed, taken: typed.taken && number(typed.taken), today: number(typed.today)}), exam = found.exam;
    return {
      headline: found.headline, earliest: found.earliest && iso(found.earliest), limited: found.limited, obstacle: found.obstacle,
      state: found.state ?? null, now: found.ahead ? percent(found.ahead.now) : null, tries: found.ahead ? found.tries : null,
      shares: found.shares.map(([n, share, why]) => [exam.domains[n][0], share.toFixed(6), exam.texts[why]]),
      reads: found.passed ? [] : [...found.patterns, found.line].map(n => exam.texts[n]),
      aims: (found.aims ?? []).map(aim => [aim.name, aim.day === null ? null : shortDay(aim.day), aim.weeks, whole(aim.hours),
        ahead(aim), aim.enough ?? null]),
      bands: [found.ahead?.band?.(null) ?? null, ...(found.aims ?? []).map(aim => aim.band || null)],
    };
    function ahead(aim) { return aim.chance === null ? null : percent(aim.chance); }
  });
}"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The door for one exam, with bands only close to the standard: the others take their time."""
    file = tmp_path_factory.mktemp("door") / "door.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mls_kit.course.door._BANDS_FROM", 0.9)
        file.write_text(door_page(TODAY, ["SAA-C03"]), encoding="utf-8")
    return file


def opened(page, file):
    page.goto(file.as_uri())
    page.wait_for_selector("#split:not([hidden])")
    return page


def shown_by_kit(report, today, stored=True):
    """What the kit shows of a report, as the page has to; without chances where the page stores none."""
    plan = build_plan(report, today=today)
    ahead = plan.prospects if stored else None
    state = plan_page._state(plan)
    said = str(render("explain/plan_first.html.j2", "headline", plan=plan, state=state))
    line = [str(render("explain/plan_report.html.j2", "timeline_said", line=plan.timeline))]
    patterns = [str(render("explain/plan_report.html.j2", "pattern_said", pattern=p)) for p in plan.diagnosis.patterns]
    again, aims = plan.diagnosis.retake, plan.aims if stored else plan.aims[-1:]
    return {
        "headline": said,
        "earliest": str(again.earliest) if again.earliest else None,
        "limited": again.limit_said,
        "obstacle": again.obstacle(report.facts, report.attempt),
        "now": percent(ahead.now.chance) if ahead else None,
        "tries": plan_page._score(plan)["passing"] if ahead else None,
        "shares": [
            [name, f"{share:.6f}", plan_page.reason(plan.priorities, name, report.weak_domains, plan.share_rule)]
            for name, share in plan.priorities["share"].items()
        ],
        "reads": [] if report.passed else patterns + line,
        "aims": [
            [aim.name, aim.day and short_day(aim.day, year=True), aim.weeks, round(aim.hours),
             percent(aim.prospect.chance) if ahead else None, aim.hours_per_week] for aim in aims
        ],
    }, [ahead and ahead.now, *(aim.prospect if stored else None for aim in aims)]  # fmt: skip


def plain(found):
    """The page's answer as the kit's: no markup, ordinary spaces, no state."""
    text = {name: value for name, value in found.items() if name not in ("bands", "state")}
    text["reads"] = [re.sub(r"<[^>]*>", "", each).replace("&#39;", "'") for each in text["reads"]]
    return {name: spaced(value) for name, value in text.items()}


def spaced(value):
    if isinstance(value, list):
        return [spaced(each) for each in value]
    return " ".join(value.split()) if isinstance(value, str) else value


def typed(code, score, ratings, taken, hours, today, attempt=1, language="English"):
    return {"exam": code, "score": score, "ratings": ratings, "taken": taken and str(taken), "attempt": attempt,
            "hours": hours, "language": language, "today": str(today), "aim": "steady"}  # fmt: skip


@pytest.mark.parametrize(
    ("score", "ratings", "days_ago", "hours"),
    [(690, (0, 1, 1, 0), 7, 9), (719, (1, 0, 1, 1), 60, 40), (523, (0, 0, 1, 0), 3, 60), (100, (0, 0, 0, 0), None, 1),
     (700, (1, 1, 1, 1), 20, 10), (720, (0, 1, 0, 1), 1, 5)],
)  # fmt: skip
def test_the_page_says_what_the_kit_says(page, made, score, ratings, days_ago, hours):
    taken = None if days_ago is None else TODAY - timedelta(days=days_ago)
    labels = ["Needs Improvement", "Meets Competencies"]
    report = ScoreReport("SAA-C03", score, [labels[code] for code in ratings], taken_on=taken, hours_per_week=hours)
    asked = typed("SAA-C03", score, ratings, taken, hours, TODAY)
    (found,) = opened(page, made).evaluate(PLAIN, [asked])
    expected, prospects = shown_by_kit(report, TODAY)
    assert plain(found) == {name: spaced(value) for name, value in expected.items()}
    for prospect, band in zip(prospects, found["bands"], strict=True):
        if band and prospect:
            assert band == pytest.approx(prospect.band[:2], abs=0.02)


def test_nothing_leaves_the_page_and_a_kept_file_comes_back_as_the_same_report(page, context, made, tmp_path):
    context.set_offline(True)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    opened(page, made)
    page.fill("#score", "651")
    page.locator("[name=rating2]").first.check(force=True)
    page.fill("#taken", "2026-11-02")
    page.fill("#hours", "12")
    page.get_by_role("radio", name="The article").check(force=True)
    with page.expect_download() as download:
        page.get_by_role("button", name="Keep as a file").click()
    download.value.save_as(tmp_path / "my-report.yaml")
    request = PlanRequest.from_text(read_request_file(tmp_path / "my-report.yaml"))
    report = request.report
    assert (report.exam, report.scaled_score, report.taken_on, report.hours_per_week) == (
        "SAA-C03",
        651,
        date(2026, 11, 2),
        12,
    )
    assert report.weak_domains == ["Design Secure Architectures", "Design High-Performing Architectures",
                                   "Design Cost-Optimized Architectures"]  # fmt: skip
    assert request.aim == "article"
    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []
    assert said == []


def test_mistakes_are_named_and_the_page_works_by_keyboard(page, made):
    opened(page, made).fill("#score", "1001")
    assert "from 100 to 1000" in page.locator("#missing").inner_text()
    assert page.locator("#score").get_attribute("aria-invalid") == "true"
    page.fill("#score", "690")
    assert page.locator("#missing").inner_text() == ""
    page.get_by_role("radio", name="Steady").focus()
    page.keyboard.press("ArrowUp")
    assert page.locator("tr.chosen").inner_text().startswith("Soonest")
    assert page.evaluate("document.activeElement.value") == "soonest"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_its_window_and_axe_finds_nothing_serious(browser, made, width, theme):
    page = browser.new_context(bypass_csp=True, color_scheme=theme, viewport={"width": width, "height": 800}).new_page()
    opened(page, made)
    for score in ("690", "750", "100"):
        page.fill("#score", score)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert barriers(page, "body") == []


def test_it_says_what_to_do_without_scripts(browser, made):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(made.as_uri())
    assert "mls-kit plan" in page.locator("noscript").inner_text()
    assert not page.locator("#form").is_visible()


def test_the_command_writes_no_file_over_another(tmp_path):
    (tmp_path / "door.html").write_text("mine")
    refused = CliRunner().invoke(main, ["door", "-o", str(tmp_path / "door.html")])
    assert refused.exit_code == 2
    assert "--force" in refused.output
    assert (tmp_path / "door.html").read_text() == "mine"
