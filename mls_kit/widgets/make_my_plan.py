"""From the kept report to a plan: choose the day, press a button, open the page. No code, and the page stays usable."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import ipywidgets
import pandas as pd

from mls_kit.exam import load_method
from mls_kit.explain import AIM_NAMES
from mls_kit.export import after_plan, files_for, left_out, read_time_zone, render, write_forms
from mls_kit.html import Block, render as fill_in, table
from mls_kit.plan import Plan, requested_plan
from mls_kit.problems import InputError
from mls_kit.report import PlanRequest, is_mine, my_request, save_my_report
from mls_kit.widgets.controls import FULL, WIDE, Number, Options, button, practice_field
from mls_kit.widgets.view import KEPT, View, words

FOLDER, NAME = "my plan", "my_plan"
FORMS = ("notebook", "html", "ics", "anki")
_WORDS = "widgets/make_my_plan.html.j2"
_FILES = 0.1  # of the bar, after the notebook has run


class MakeMyPlan(View):
    """Choose the day, press a button: notebook, page, calendar and cards of the kept report's plan, in ``my plan``.

    The folder is beside the notebook. Without a kept report the example's plan is made. What is chosen here is kept
    with the learner's own report.

    >>> view = MakeMyPlan()
    >>> view.controls["hours_per_week"].value  # nothing is taken from the example
    0.0
    """

    plan: Plan

    def __init__(self) -> None:
        most, kept = load_method().plan.hours_per_week["highest"], _wishes()
        hours = Number("Hours a week (0: not known yet)", kept["hours_per_week"], 0, most, 0.5)
        source = practice_field(kept["practice_source"])
        self.aim = Options("Exam day, and the chance of passing", {word: name for name, word in AIM_NAMES.items()}, kept["aim"])
        self.make_button = button("Make my plan", button_style="primary")
        self.make_button.on_click(lambda _click: self.make())
        self.bar = ipywidgets.FloatProgress(max=1, layout={"width": FULL, "max_width": WIDE, "visibility": "hidden"})
        self.said, self.status, self.links = words("4em"), words(), ipywidgets.Output()
        self.worker: threading.Thread | None = None
        controls = {"hours_per_week": hours, "aim": self.aim, "practice_source": source}
        super().__init__("Make my plan", controls, [self.said, self.make_button, self.bar, self.status, self.links])
        KEPT.unobserve_all()  # a view made before is gone from the page
        KEPT.observe(self._prefill, "times")

    def _prefill(self, _change: Any = None) -> None:
        """Put in what was kept meanwhile."""
        with self.quietly():
            self.aim.offer({word: name for name, word in AIM_NAMES.items()})
            for name, value in _wishes().items():
                self.controls[name].value = value

    @property
    def request(self) -> PlanRequest:
        """What the plan is asked for: the kept report, or the example's, and what is chosen here."""
        values = self.values()
        hours, source = values["hours_per_week"] or None, values["practice_source"]
        asked = replace(my_request(), hours_per_week=hours, practice_source=source)
        if len(self.aim.options) > 1 and values["aim"] != "own":
            asked = replace(asked, aim=values["aim"], target_date="")
        return asked

    def draw(self, **_values: Any) -> None:
        """Say whose plan it will be, the days to choose from, and what the chosen one asks for."""
        request, own_day = self.request, my_request().target_date
        self.plan = requested_plan(request)
        aims = {aim.name: aim for aim in self.plan.aims}
        days = {str(fill_in(_WORDS, "day", aim=aim, name=AIM_NAMES[name])): name for name, aim in aims.items()}
        if own_day and "own" not in aims:
            days = {f"{AIM_NAMES['own']}: {own_day}": "own"} | days
        self.aim.layout.display = "" if aims else "none"
        if aims:
            self._offer(days)
        values = {"request": request, "plan": self.plan, "aim": aims.get(self.plan.aim), "mine": is_mine()}
        self.said.value = fill_in(_WORDS, "what", **values).markup

    def _offer(self, days: Mapping[str, str]) -> None:
        """Offer days to choose from, where they are others than before: who is choosing keeps the focus."""
        if list(days) != list(self.aim.options):
            quiet, self._quiet = self._quiet, True
            self.aim.offer(days)
            self._quiet = quiet

    def make(self) -> None:
        """Write the plan's files; the notebook runs beside this one, so that the page can be used meanwhile."""
        self.links.outputs = ()
        try:
            request = self.request
            if is_mine():
                save_my_report(request)
        except (InputError, OSError) as error:
            self._fail(error)
            return
        self.make_button.disabled = True
        self.bar.value, self.bar.layout.visibility = 0, "visible"
        self.status.value = fill_in(_WORDS, "working").markup
        self.worker = threading.Thread(target=self._work, args=(request,), daemon=True)
        self.worker.start()

    def _work(self, request: PlanRequest) -> None:
        folder = Path(FOLDER)
        try:
            plan = requested_plan(request)
            lacking, zone = left_out(FORMS, plan.target.exam), ""
            try:
                zone = read_time_zone("", plan.start).key
            except InputError:  # nobody can be asked here
                lacking["ics"] = str(fill_in(_WORDS, "no_calendar"))
            folder.mkdir(mode=0o700, exist_ok=True)
            forms = [form for form in FORMS if form not in lacking]
            target = folder / f"{NAME}.ipynb"
            after_plan(request, write_forms(plan, target, forms, zone, lambda: render(request, tell=self._tell)))
        except Exception as error:  # whatever it is, it is said, and the button comes back
            self._fail(error)
        else:
            self.bar.value = 1
            self.status.value = fill_in(
                _WORDS, "done", mine=is_mine(), folder=FOLDER, left_out=lacking.values(), time_zone=zone
            ).markup
            files = {form: quote(path.as_posix()) for form, path in files_for(target, forms).items()}
            shown = fill_in(_WORDS, "links", files=files).markup
            data = {"text/html": shown, "text/plain": f"Written: {folder}"}
            self.links.outputs = ({"output_type": "display_data", "data": data, "metadata": {}},)
        finally:
            self.make_button.disabled = False

    def _tell(self, share: float) -> None:
        self.bar.value = (1 - _FILES) * share

    def _fail(self, error: Exception) -> None:
        self.bar.layout.visibility = "hidden"
        self.status.value = fill_in(_WORDS, "failed", why=str(error)).markup

    def result(self) -> Block:
        """Return the days to choose from as a table, and what the chosen one asks for."""
        rows = [fill_in(_WORDS, "row", aim=aim, name=AIM_NAMES[aim.name]).markup.split("|") for aim in self.plan.aims]
        frame = pd.DataFrame(rows, columns=["exam day", "date", "weeks", "hours of study", "chance of passing", "band"])
        note = fill_in(_WORDS, "which_day", aims=load_method().aims.days, names=AIM_NAMES).markup
        title = str(fill_in(_WORDS, "title", plan=self.plan))
        return Block(f"{table(frame, title)}{note}" if rows else self.said.value)


def _wishes() -> dict[str, Any]:
    """Return what the learner keeps of what is asked here; nothing of it comes from the example."""
    try:
        kept = my_request() if is_mine() else PlanRequest()
    except InputError:  # said in words by ``draw``
        kept = PlanRequest()
    aim = "own" if kept.target_date else kept.aim
    return {"hours_per_week": kept.hours_per_week or 0.0, "aim": aim, "practice_source": kept.practice_source}
