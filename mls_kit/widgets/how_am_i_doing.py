"""How am I doing? The sessions of these days to tick, and the kept plan beside what was done since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import ipywidgets

from mls_kit.explain import progress_words
from mls_kit.export import write_home
from mls_kit.html import Block, render
from mls_kit.plan import MyProgress, Session, my_progress, tick_of
from mls_kit.practice import note_done
from mls_kit.problems import InputError
from mls_kit.report import my_plan
from mls_kit.widgets.controls import FULL, button
from mls_kit.widgets.view import View, said, words

_WORDS = "explain/progress.html.j2"
_LONGEST = 720  # minutes of one session


class HowAmIDoing(View):
    """Press the button: tick what you did, save it, and see how the plan goes. Nothing is computed before that.

    Ticks are kept in one file on this computer. ``today`` gives the day.

    >>> view = HowAmIDoing()
    >>> view.ask.click()
    >>> "no plan of your own yet" in view.said.value
    True
    """

    mine: MyProgress | None = None

    def __init__(self, today: Callable[[], date] = date.today) -> None:
        self.today, self.rows = today, list[tuple[Session, ipywidgets.Checkbox, ipywidgets.BoundedIntText]]()
        self.ask, self.save_button = button("How am I doing?", button_style="primary"), button("Save my ticks")
        self.ask.on_click(lambda _click: self.look())
        self.save_button.on_click(lambda _click: self.save())
        self.boxes = ipywidgets.VBox([], layout={"width": FULL})
        self.told, self.said = words(), words()
        super().__init__("How am I doing?", {}, [self.ask, self.boxes, self.save_button, self.told, self.said])
        self.save_button.layout.display = "none"

    def draw(self, **_values: object) -> None:
        """Draw nothing before the button is pressed."""

    def look(self) -> None:
        """Read what was kept, and say how the plan goes."""
        self.told.value = ""
        self._show()

    def _show(self) -> None:
        self.said.value = self._read().markup
        self._offer()

    def _read(self) -> Block:
        try:
            self.mine = my_progress(self.today())
        except (InputError, OSError) as error:
            self.mine = None
            return Block(said(f"Your plan could not be read. {error}", "alert"))
        return progress_words.doing(self.mine) if self.mine else progress_words.begin()

    def _offer(self) -> None:
        """Show a box and the minutes for each session of these days."""
        self.rows = [self._row(session) for session in self.mine.sessions] if self.mine else []
        title = ipywidgets.HTML("<p><b>What did you do?</b> Tick it. Change the minutes if it took more or less.</p>")
        line = {"flex_flow": "row wrap", "align_items": "center", "justify_content": "space-between"}
        self.boxes.children = [title, *(ipywidgets.HBox(row[1:], layout=line) for row in self.rows)] if self.rows else []
        self.save_button.layout.display = None if self.rows else "none"

    def _row(self, session: Session) -> tuple[Session, ipywidgets.Checkbox, ipywidgets.BoundedIntText]:
        assert self.mine
        ticked = self.mine.done.ticks.get((self.mine.plan.target.exam, session.day, session.start))
        label = str(render(_WORDS, "session", each=session))
        box = ipywidgets.Checkbox(value=bool(ticked), description=label, indent=False, layout={"flex": "1 1 24em"})
        minutes = ipywidgets.BoundedIntText(
            ticked.minutes if ticked else session.minutes, min=1, max=_LONGEST, description="Minutes",
            tooltip=f"Minutes, {label}", layout={"width": "11em"})  # fmt: skip
        return session, box, minutes

    def save(self) -> None:
        """Note what was ticked, and what was taken back, and say again how the plan goes."""
        if not self.mine:
            return
        exam, before = self.mine.plan.target.exam, self.mine.done.ticks
        changed, total = [], 0
        for session, box, minutes in self.rows:
            spent = minutes.value if box.value else 0
            old = before.get((exam, session.day, session.start))
            total += spent
            if spent != (old.minutes if old else 0):
                changed.append(tick_of(exam, session, spent))
        try:
            note_done(changed)
            self._home()
        except OSError as error:
            self.told.value = said(f"Your ticks could not be saved. {error}", "alert")
            return
        if changed:
            self._show()
        self.told.value = render(_WORDS, "saved", count=len(changed), minutes=total).markup

    def _home(self) -> None:
        """Write the home page again, where there is one."""
        kept = my_plan()
        folder = kept.page.parent if kept and kept.page else None
        if folder and (folder / "home.html").exists():
            write_home(folder, self.today())

    def result(self) -> Block:
        """Return how the plan goes as text."""
        return Block(self.said.value) if self.said.value else self._read()
