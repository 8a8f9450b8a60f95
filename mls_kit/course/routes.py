"""What happens when in a workshop: routes through the lessons as data, and a timetable that fits its minutes.

A route is in ``data/workshops.yaml``. Minutes come from the lessons' metadata; a route may lower them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import inf
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from mls_kit._folders import data_folder
from mls_kit.course.lessons import Lesson
from mls_kit.exam import TIME, Strict, load_data
from mls_kit.problems import InputError, Problem, nearest, shown

Minutes = Annotated[int, Field(ge=1, le=600)]
SlotKind = Literal["opening", "teaching", "exercises", "break", "lunch", "spare", "closing"]


class Step(Strict):
    """A lesson of a route: the minutes it may take at most, and the exercises done in the room."""

    lesson: str = Field(pattern=r"^[a-z0-9_]{1,60}$")
    teaching: Minutes | None = None
    exercises: list[Annotated[str, Field(pattern=r"^\d{1,2}\.\d{1,2}$")]] | None = None
    exercise: Minutes | None = None


class Breaks(Strict):
    """After how many minutes at most there is a break, and how long it is."""

    after: Minutes
    minutes: Minutes


class Route(Strict):
    """A way through the lessons for so many minutes."""

    minutes: Minutes
    title: str = Field(min_length=5, max_length=90)
    who: str = Field(min_length=10)
    opening: Minutes
    closing: Minutes
    lunch: Minutes | None = None
    also: list[Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]] = []
    lessons: list[Step] = Field(min_length=1)
    pause: Breaks

    @model_validator(mode="after")
    def _names_a_lesson_once(self) -> Route:
        names = [step.lesson for step in self.lessons] + self.also
        if len(set(names)) < len(names):
            raise ValueError("a lesson is named twice")
        return self


class Routes(Strict):
    """``data/workshops.yaml``: the routes, and the breaks of all of them."""

    pause: Breaks = Field(alias="break")
    routes: list[Route] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _gives_each_route_the_breaks(cls, raw: Any) -> Any:
        if not isinstance(raw, dict) or not isinstance(raw.get("routes"), list):
            return raw
        routes = [{**each, "pause": raw.get("break")} if isinstance(each, dict) else each for each in raw["routes"]]
        return {**raw, "routes": routes}

    @model_validator(mode="after")
    def _has_each_length_once(self) -> Routes:
        minutes = [route.minutes for route in self.routes]
        if len(set(minutes)) < len(minutes):
            raise InputError("routes", [Problem("routes", str(minutes), "a list with each number of minutes once")])
        return self


def load_routes(file: Path | None = None) -> dict[int, Route]:
    """Return the routes by their minutes, those of a file or of ``data/workshops.yaml``; its mistakes are an ``InputError``.

    >>> sorted(load_routes())
    [90, 180, 420]
    """
    return {route.minutes: route for route in load_data(file or data_folder() / "workshops.yaml", Routes).routes}


def find_route(minutes: int, routes: dict[int, Route]) -> Route:
    """Return the route for so many minutes; raise ``InputError`` naming the nearest where there is none."""
    if minutes in routes:
        return routes[minutes]
    near = min(routes, key=lambda known: abs(known - minutes))
    expected = "one of these lengths in minutes: " + ", ".join(map(str, sorted(routes)))
    raise InputError("The workshop", [Problem("minutes", shown(minutes), expected, str(near))])


@dataclass(frozen=True)
class Stop:
    """A lesson as a route takes it: minutes of teaching, and each exercise with its minutes."""

    lesson: Lesson
    teaching: int
    exercises: dict[str, int]


def _split(total: int, parts: int) -> list[int]:
    """Split minutes into whole ones, the first parts the longer: 20 into 7, 7, 6."""
    return [total // parts + (place < total % parts) for place in range(parts)] if parts else []


def stops(route: Route, course: Sequence[Lesson]) -> list[Stop]:
    """Return the lessons of a route with their minutes; what the route names and is not there is refused in words."""
    by_name = {lesson.path.stem: lesson for lesson in course}
    named = [("also", name) for name in route.also] + [("lesson", step.lesson) for step in route.lessons]
    unknown = [(place, name) for place, name in named if name not in by_name]
    problems = [Problem(*each, "a notebook in notebooks/solutions", nearest(each[1], by_name)) for each in unknown]
    found = []
    for step in route.lessons:
        if (lesson := by_name.get(step.lesson)) is None:
            continue
        text = "\n".join(cell.source for cell in lesson.read().cells if cell.cell_type == "markdown")
        known = re.findall(r"^### Exercise (\d+\.\d+)", text, re.M)
        chosen = known if step.exercises is None else step.exercises
        either = "one of its exercises, " + ", ".join(known)
        wrong = [number for number in chosen if number not in known]
        problems += [Problem(step.lesson, number, either, nearest(number, known)) for number in wrong]
        whole = dict(zip(known, _split(lesson.exercise, len(known)), strict=True))
        minutes = sum(whole.get(number, 0) for number in chosen)
        allowed = min(minutes, step.exercise or minutes)
        teaching = min(lesson.teaching, step.teaching or lesson.teaching)
        if not teaching or (chosen and allowed < len(chosen)):
            problems.append(Problem(step.lesson, f"{teaching} + {allowed}", "minutes in its metadata, one at least"))
        found.append(Stop(lesson, teaching, dict(zip(chosen, _split(allowed, len(chosen)), strict=True))))
    if problems:
        raise InputError(f"The route of {route.minutes} minutes", problems)
    return found


@dataclass(frozen=True)
class Slot:
    """A line of the timetable; ``lesson`` is the notebook's name, or empty."""

    start: int
    minutes: int
    kind: SlotKind
    what: str
    lesson: str = ""

    @property
    def end(self) -> int:
        """Minutes after midnight at which it ends."""
        return self.start + self.minutes

    def clock(self, which: Literal["start", "end"]) -> str:
        """Return a time of day."""
        return f"{getattr(self, which) // 60:02d}:{getattr(self, which) % 60:02d}"


def _pieces(route: Route, visited: Sequence[Stop], spare: int) -> Iterator[Slot]:
    yield Slot(0, route.opening, "opening", "Welcome")
    for stop in visited:
        name = stop.lesson.path.stem
        yield Slot(0, stop.teaching, "teaching", stop.lesson.title, name)
        if stop.exercises:
            word = "Exercises" if len(stop.exercises) > 1 else "Exercise"
            yield Slot(0, sum(stop.exercises.values()), "exercises", f"{word} {', '.join(stop.exercises)}", name)
    if spare:
        yield Slot(0, spare, "spare", "Your questions, and exercises to finish")
    yield Slot(0, route.closing, "closing", "Make your plan")


def _stretches(pieces: Sequence[Slot], longest: int) -> list[Sequence[Slot]]:
    """Cut the pieces into as few stretches as fit, rather between lessons; none where one piece alone is too long."""

    @cache
    def best(end: int) -> tuple[float, list[Sequence[Slot]]]:
        """Return the cheapest way to cut the first pieces."""
        options: list[tuple[float, list[Sequence[Slot]]]] = [] if end else [(0, [])]
        for begin in range(end):
            cost, before = best(begin)
            length = sum(piece.minutes for piece in pieces[begin:end])
            same = begin > 0 and pieces[begin].lesson == pieces[begin - 1].lesson != ""
            tiny = begin > 0 and pieces[begin].kind in ("closing", "spare")
            if cost < inf and length <= longest:
                cost += 100 + 8 * same + 4 * tiny + (length / longest) ** 2
                options.append((cost, [*before, pieces[begin:end]]))
        return min(options, key=itemgetter(0), default=(inf, []))

    return best(len(pieces))[1]


def timetable(route: Route, course: Sequence[Lesson], start: str = "09:00") -> list[Slot]:
    """Return what happens when, ending after exactly the route's minutes; what does not fit is an ``InputError``."""
    if not re.match(TIME, start):
        raise InputError("The workshop", [Problem("start", shown(start), "a time of day written as HH:MM, such as 09:00")])
    now = 60 * int(start[:2]) + int(start[3:])
    if now + route.minutes > 24 * 60:
        raise InputError("The workshop", [Problem("start", start, f"{route.minutes} minutes before midnight", "09:00")])
    visited = stops(route, course)
    bare = sum(piece.minutes for piece in _pieces(route, visited, 0))
    least = inf
    for spare in range(max(route.minutes - bare, 0), -1, -1):
        parts = _stretches(list(_pieces(route, visited, spare)), route.pause.after)
        pauses = [route.pause.minutes] * (len(parts) - 1)
        if route.lunch and pauses:
            pauses[(len(pauses) - 1) // 2] = route.lunch
        needed = bare + spare + sum(pauses) if parts else inf
        least = min(least, needed)
        if needed <= route.minutes:
            return list(_dated(parts, [*pauses, 0], now, route.lunch))
    taught = sum(stop.teaching for stop in visited)
    tried = sum(sum(stop.exercises.values()) for stop in visited)
    rest = f"teaching {taught}, exercises {tried}, opening and closing {route.opening + route.closing}, the rest breaks"
    value = f"{least:.0f} minutes" if least < inf else f"a piece of more than {route.pause.after} minutes"
    expected = f"at most {route.minutes} ({rest}): lower `teaching` or `exercise` of a lesson in data/workshops.yaml"
    raise InputError(f"The route of {route.minutes} minutes", [Problem("minutes", value, expected)])


def _dated(parts: Sequence[Sequence[Slot]], pauses: Sequence[int], now: int, lunch: int | None) -> Iterator[Slot]:
    """Yield the pieces with their times, and the breaks between them."""
    for part, pause in zip(parts, pauses, strict=True):
        for piece in part:
            yield replace(piece, start=now)
            now += piece.minutes
        if pause:
            kind: SlotKind = "lunch" if pause == lunch else "break"
            yield Slot(now, pause, kind, kind.capitalize())
            now += pause
