"""What do my hours, my free days and my exam day add up to? The plan's calendar, drawn anew at every move."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from mls_kit.exam import load_method
from mls_kit.explain import plan_page
from mls_kit.html import Block, join, together
from mls_kit.method import carry_to, retake_of, successor_is_here
from mls_kit.plan import Plan, build_plan
from mls_kit.report import WEEKDAYS, ScoreReport
from mls_kit.widgets.controls import Number, Options
from mls_kit.widgets.view import View, copy, words

MOST_HOURS = 40


class PlanCalendar(View):
    """Change hours, weeks, free days and study time; see the plan's calendar, and whether the hours fit.

    The plan begins ``today``; the report's hours, target day and days off are where the controls start.

    >>> view = PlanCalendar(ScoreReport("SAA-C03", 650, "NI, MC, MC, MC"), today=date(2026, 11, 22))
    >>> view.controls["hours"].value, view.plan.fit.fits
    (15, True)
    """

    plan: Plan

    def __init__(self, report: ScoreReport, today: date | None = None) -> None:
        self.today = today or date.today()
        self.report, self.aimed = report.without_target(), report.target_date
        plan = build_plan(self.report, today=self.today)
        style, self.said, self.picture = words(), words("6em"), words("24em")
        style.value = f"<style>{plan_page.plan_style().markup}</style>"
        self._given = self._weeks_to(report.target_date)
        rules = load_method().plan
        self._usual = rules.slots.weekday
        controls: dict[str, Any] = {}
        days = {name[:3]: place for place, name in enumerate(WEEKDAYS)}
        if len(self._targets()) > 1:
            own, other = (target.exam for target in self._targets())
            exams = {f"{own}, as reported": "", f"{other}, which follows it": other}
            controls["exam"] = Options("Exam to plan for", exams, "")
        hours = min(max(round(plan.hours_per_week or 1), 1), MOST_HOURS)
        controls |= {
            "hours": Number("Hours a week", hours, 1, MOST_HOURS),
            "weeks": Number("Weeks to the exam (0: as many as needed)", self._given, 0, rules.longest_weeks),
            "days_off": Options("No study on", days, tuple(sorted(report.days_off.weekdays)), several=True),
            "time": Number("Weekday sessions start at (hour)", int(self._usual[:2]), 5, 22),
        }
        super().__init__("What do your hours add up to?", controls, [style, self.said, self.picture])

    def _targets(self) -> list[ScoreReport]:
        """Return what can be planned for: the report, and its ratings carried over where a crosswalk leads on."""
        again = retake_of(self.report, self.today)
        if again.crosswalk and successor_is_here(again):
            return [self.report, carry_to(self.report, again.crosswalk.to)]
        return [self.report]

    def _weeks_to(self, day: date | None) -> int:
        ahead = (day - self.today).days if day else 0
        return min(max(round(ahead / 7), 1), load_method().plan.longest_weeks) if ahead > 0 else 0

    def _target_day(self, weeks: int) -> date | None:
        if not weeks:
            return None
        if self.aimed and weeks == self._given and self.aimed > self.today:
            return min(self.aimed, self.today + timedelta(weeks=load_method().plan.longest_weeks))
        return self.today + timedelta(weeks=weeks)

    def draw(self, **values: Any) -> None:
        """Build the plan, show its calendar, and say what it holds."""
        plan = build_plan(
            self.report,
            today=self.today,
            hours_per_week=values["hours"],
            target_date=self._target_day(values["weeks"]),
            days_off=[*(WEEKDAYS[day] for day in values["days_off"]), *self.report.days_off.dates],
            retake_exam=values.get("exam", ""),
            study_time=None if values["time"] == int(self._usual[:2]) else f"{values['time']:02d}:00",
        )
        shown = plan_page.calendar(plan).markup, together(plan_page.in_short(plan).markup)
        self.plan, (self.picture.value, self.said.value) = plan, shown  # the larger message first, the other right behind it

    def result(self) -> Block:
        """Return the calendar, the plan in short, and the sessions of the first week."""
        style = f"<style>{plan_page.plan_style().markup}</style>"
        shown = join([part.markup for part in (plan_page.in_short(self.plan), plan_page.calendar(self.plan))])
        return join([style, copy(shown).markup, plan_page.soon(self.plan, days=7).markup])
