"""What the door shows of a report, and what the kit shows of it: for the tests of the page."""

import re
from dataclasses import replace
from html import unescape

from mls_kit.explain import plan_page
from mls_kit.html import percent, plain_days, render, short_day
from mls_kit.plan import build_plan

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


def opened(page, file):
    page.goto(file.as_uri())
    page.wait_for_selector("#split:not([hidden])")
    return page


def shown_by_kit(report, today, stored=True):
    """What the kit shows of a report, as the page has to; without chances where the page stores none."""
    plan = build_plan(report, today=today, aim="" if stored else "article")
    if not stored:
        plan = replace(plan, prospects=None, aims=plan.aims[-1:])
    ahead = plan.prospects
    state = plan_page._state(plan)
    said = str(render("explain/plan_first.html.j2", "headline", plan=plan, state=state))
    line = [str(render("explain/plan_report.html.j2", "timeline_said", line=plan.timeline))]
    patterns = [str(render("explain/plan_report.html.j2", "pattern_said", pattern=p)) for p in plan.diagnosis.patterns]
    again = plan.diagnosis.retake
    return {
        "headline": said,
        "earliest": str(again.earliest) if again.earliest else None,
        "limited": again.limit_said,
        "obstacle": plain_days(again.obstacle(report.facts, report.attempt).partition(": ")[2]),
        "now": percent(ahead.now.chance) if ahead else None,
        "tries": plan_page._score(plan)["passing"] if ahead else None,
        "shares": [
            [name, f"{share:.6f}", plan_page.reason(plan.priorities, name, report.weak_domains, plan.share_rule)]
            for name, share in plan.priorities["share"].items()
        ],
        "reads": [] if report.passed else patterns + line,
        "aims": [
            [aim.name, aim.day and short_day(aim.day, year=True), aim.weeks, round(aim.hours),
             percent(aim.prospect.chance) if ahead else None, aim.hours_per_week] for aim in plan.aims
        ],
    }, [ahead and ahead.now, *(aim.prospect for aim in plan.aims)]  # fmt: skip


def plain(found):
    """The page's answer as the kit's: no markup, ordinary spaces, no state."""
    text = {name: value for name, value in found.items() if name not in ("bands", "state")}
    text["reads"] = [unescape(re.sub(r"<[^>]*>", "", each)) for each in text["reads"]]
    return {name: spaced(value) for name, value in text.items()}


def spaced(value):
    if isinstance(value, list):
        return [spaced(each) for each in value]
    return " ".join(value.split()) if isinstance(value, str) else value


def typed(code, score, ratings, taken, hours, today, attempt=1, language="English"):
    return {"exam": code, "score": score, "ratings": ratings, "taken": taken and str(taken), "attempt": attempt,
            "hours": hours, "language": language, "today": str(today), "aim": "steady"}  # fmt: skip
