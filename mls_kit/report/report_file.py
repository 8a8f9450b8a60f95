"""A score report as its owner sends it, a PDF: what it says, where each thing stands, and what cannot be told from it.

Nothing is guessed. What cannot be read for certain is missing, with the reason; a person fills it in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any

from mls_kit.exam import Exam, exam_files, find_exam, parse_yaml
from mls_kit.problems import InputError, shown
from mls_kit.report import reading
from mls_kit.report.grid import refusal
from mls_kit.report.page_layout import Box, Layout, runs
from mls_kit.report.pdf_pages import LARGEST, Word, pages_of
from mls_kit.report.ratings import find_domain, parse_ratings
from mls_kit.report.reading import LONGEST_ID, LONGEST_NAME, Notes, both_days, read_date, read_result, read_text, without_time
from mls_kit.report.request import PlanRequest, needed_for, request_values
from mls_kit.report.section_marks import Found, Sections, known_words, longest_first

_LIKE_ONE = 3  # labels of different fields that only a report has together
_MOST_WORDS = 8  # of a day or a result
_KEPT = ("exam", "scaled_score", "taken_on", "language")  # and the result, where the score does not tell it
_CODE = re.compile(r"\b[A-Z]{2,4}\d?-[A-Z]{0,2}\d{2,3}\b")
_SCORE = re.compile(r"(?:is|was|of)?\W{0,3}(\d{1,4})(?!\w|\s?%|\s?[-–]\s?\d|[.,]\d)(?:\s?(?:/|out of|of)\s?(\d{1,4}))?", re.ASCII)


@dataclass(frozen=True)
class ReportFile:
    """What a file was found to say. ``found`` and ``missing`` go by field; a section's rating is ``ratings, NAME``."""

    name: str
    facts: Exam | None  # the exam; None where it cannot be told
    found: dict[str, Found]
    missing: dict[str, str]  # field -> why

    @property
    def exam(self) -> str:
        """The code of the exam; "" where it cannot be told."""
        return self.facts.code if self.facts else ""

    @property
    def sections(self) -> list[str]:
        """The sections of the exam."""
        return [domain.name for domain in self.facts.domains] if self.facts else []

    @property
    def ratings(self) -> dict[str, Any]:
        """The rating, or the percentage, of each section that was read."""
        return {field[9:]: found.value for field, found in self.found.items() if field.startswith("ratings, ")}

    def values(self, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return what a ``PlanRequest`` takes of it, without name and id; what a person gave comes first, section by section."""
        kept = _KEPT if not self.facts or self.facts.has_standard else (*_KEPT, "result")
        values = {name: self.found[name].value for name in kept if name in self.found} | dict(given or {})
        ratings: Mapping[Any, Any] | None = self.ratings
        if "ratings" in values:
            more = parse_ratings(values["ratings"], Notes())
            if isinstance(more, Mapping) and self.facts:
                own = {key: find_domain(key, self.facts) for key in more}
                ratings = self.ratings | {found.name if (found := own[key]) else key: more[key] for key in more}
            else:
                ratings = None  # a list is complete, or a mistake that the report names
        return values | ({"ratings": ratings} if ratings else {})


def read_report_file(
    source: str | Path | bytes, name: str = "", exam: str = "", exam_folder: str | Path | None = None
) -> ReportFile:
    """Read a score report from a PDF, or from a YAML file that the door or a learner has kept of one.

    Parameters
    ----------
    source : the file, or what it holds; ``name`` is then what it is called
    exam : its code, where the file names none, or several

    Raises
    ------
    InputError : it is no such report; the sentence says what it is and what to do

    Examples
    --------
    >>> read_report_file(b"Dear Sir", "letter.pdf")
    Traceback (most recent call last):
    ...
    mls_kit.problems.InputError: letter.pdf: 1 mistake
      - file: 'no PDF' is not a score report saved as PDF.
    """
    if isinstance(source, bytes):
        content = source
    else:
        path = Path(source)
        name = name or path.name
        content = _content(path)
    if name.lower().endswith((".yaml", ".yml")):
        return _kept(name, content, exam_folder)
    return _Reading(name, Layout(pages_of(content, name)), exam, exam_folder).result()


def _kept(name: str, content: bytes, exam_folder: str | Path | None) -> ReportFile:
    """Return what a YAML file of a report says; its lines are named for the parameters of a plan."""
    read = parse_yaml(content.decode("utf-8", "replace"), name, as_text=True)
    if not isinstance(read, Mapping) or not {*needed_for(read.get("exam"), str(exam_folder or ""))} <= read.keys():
        raise refusal(name, "a YAML file without exam, scaled_score and ratings", "a score report")
    request = PlanRequest.from_text(request_values(read, name) | {"exam_folder": str(exam_folder or "")})
    report = request.report
    said: dict[str, Any] = {"exam": report.exam, "scaled_score": report.scaled_score, "taken_on": str(report.taken_on or ""),
                            "result": "" if report.facts.has_standard else report.result, "language": report.language}  # fmt: skip
    said |= {f"ratings, {domain}": report.percents.get(domain, label) for domain, label in report.ratings.items()}
    found = {field: Found(value, field.partition(",")[0]) for field, value in said.items() if value not in ("", None)}
    return ReportFile(name, report.facts, found, {} if report.taken_on else {"taken_on": "it is not in the file"})


def _content(path: Path) -> bytes:
    """Return what a file holds, no more of it than a report may."""
    try:
        if path.exists() and not path.is_file():  # a folder, or a pipe that nobody writes to
            raise refusal(path.name, path.name, "a file that can be read")
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        raise refusal(path.name, path.name, "a file that we can find. Check its name and its folder") from None
    except OSError as error:
        raise refusal(path.name, shown(error.strerror or error), "a file that can be read") from None


@dataclass
class _Reading:
    """One file being read."""

    name: str
    layout: Layout
    given: str
    folder: str | Path | None
    found: dict[str, Found] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def result(self) -> ReportFile:
        exam = self._exam()
        low, high = exam.score_range if exam else (1, 9999)
        if not exam or exam.reports_score:
            self._field("scaled_score", lambda text: _score(text, low, high))
        self._field("taken_on", _day)
        self._field("result", _result)
        for name, longest in (("learner_id", LONGEST_ID), ("learner_name", LONGEST_NAME)):
            self._field(name, lambda text, name=name, longest=longest: _text(text, name, longest))  # type: ignore[misc]
        self._field("language", lambda text: (reading.read_language(text), ""))
        if exam:
            self._ratings(exam)
            self._contradiction(exam)
        labels = {name for name, _, box in self._label_boxes if name and box.words[0] in self._label_words}
        like_one = bool({"scaled_score", "result"} & labels) and len(labels) >= _LIKE_ONE  # one that the kit cannot read
        if not like_one and "scaled_score" not in self.found and not any(name.startswith("ratings, ") for name in self.found):
            raise refusal(self.name, "a PDF without a score and without ratings", "a score report")
        if not exam and not self.missing.get("exam"):
            raise refusal(self.name, "a PDF that names no exam", "a score report")
        needed = "" if not exam or exam.has_standard else "result"
        for name in {"result", "learner_id", "learner_name", "language"} - {needed}:
            self.missing.pop(name, None)  # no plan needs them
        return ReportFile(self.name, exam, self.found, self.missing)

    # -- which exam

    def _exam(self) -> Exam | None:
        """Find the exam a report is of: by its code, else by its name, and among several by their sections."""
        if self.given:
            exam = find_exam(self.given, self.folder)
            self.found["exam"] = Found(exam.code, "as you said")
            return exam
        exams = []
        for code in exam_files(self.folder):
            with suppress(InputError):
                exams.append(find_exam(code, self.folder))
        for kind, phrases in (("code", lambda exam: [exam.code]), ("name", _names)):
            places = {exam.code: box for exam in exams for phrase in phrases(exam) for box in self.layout.find(phrase)[:1]}
            fits = [exam for exam in exams if exam.code in places]
            if len(fits) > 1:
                complete = [exam for exam in fits if all(self.layout.find(domain.name) for domain in exam.domains)]
                fits = complete if len(complete) == 1 else fits
            if len(fits) == 1:
                box = places[fits[0].code]
                self.found["exam"] = Found(fits[0].code, f"page {box.page}, its {kind}")
                return fits[0]
            if fits:
                self.missing["exam"] = f"it may be {' or '.join(exam.code for exam in fits)}: say which"
                return None
        other = next(filter(None, (_CODE.search(word.text) for line in self.layout.lines for word in line)), None)
        labels = known_words()["labels"]
        if other and any(self.layout.find(label) for name in ("scaled_score", "taken_on", "result") for label in labels[name]):
            known = ", ".join(sorted(exam.code for exam in exams))
            raise refusal(self.name, f"a report of {other[0]}", f"of an exam the kit knows: {known}")
        return self._short_name(exams)

    def _short_name(self, exams: list[Exam]) -> Exam | None:
        """Find the one exam that a cell names in another way ("Solutions Architect Associate") and whose sections are there."""
        named: dict[str, Box] = {}
        for run in (run for line in self.layout.lines for run in runs(line) if 4 < len(run.text) < LONGEST_NAME):
            with suppress(InputError):
                named.setdefault(find_exam(run.text.partition(":")[2] or run.text, self.folder).code, run)
        fits = [exam for exam in exams if exam.code in named and any(self.layout.find(d.name) for d in exam.domains)]
        if len(fits) != 1:
            return None
        box = named[fits[0].code]
        self.found["exam"] = Found(fits[0].code, f"page {box.page}, {shown(box.text)!r}")
        return fits[0]

    # -- labels and what stands beside them

    @cached_property
    def _label_boxes(self) -> list[tuple[str, str, Box]]:
        """Return every label: its field, itself, and where."""
        known = known_words()
        fields = {label: name for name, labels in known["labels"].items() for label in labels}
        phrases = {label: label for label in [*known["others"], *fields]}
        return [(fields.get(label, ""), label, box) for label, box in longest_first(self.layout, phrases)]

    @cached_property
    def _label_words(self) -> set[Word]:
        """The words of labels, told from the same words in a sentence: a colon follows them, or they begin a cell."""
        found: set[Word] = set()
        for _, label, box in sorted(self._label_boxes, key=lambda each: (each[2].page, each[2].top, each[2].left)):
            before, after = self.layout.before(box), self.layout.after(box)
            begins = not before or box.left - before[-1].right > box.size or before[-1] in found
            alone = not after or after[0].left - box.right > 0.8 * box.size
            if self._has_colon(box) or (begins and (alone or label in known_words()["own"])):
                found |= set(box.words)
        return found

    @cached_property
    def _label_starts(self) -> set[Word]:
        return {box.words[0] for _, _, box in self._label_boxes} & self._label_words

    def _has_colon(self, box: Box) -> bool:
        return box.words[-1].text[-1] in ":：" or any(word.text in (":", "：") for word in self.layout.after(box)[:1])

    def _field(self, name: str, read: Callable[[str], tuple[Any, str]]) -> None:
        """Read a field by its strongest label; two values, or one that cannot be read, leave it missing."""
        doubts: list[str] = []
        for label in known_words()["labels"][name]:
            there: dict[Any, Box] = {}
            for box in (box for known, own, box in self._label_boxes if (known, own) == (name, label)):
                readings = [read(text) for text in self._values(name, box)]
                for value, doubt in readings:
                    if value not in (None, ""):
                        there.setdefault(value, box)
                        break
                    doubts += [doubt] * bool(doubt)
                if not readings and box.words[0] in self._label_words:
                    doubts.append("the kit found nothing certain next to its label")
            if len(there) > 1:
                values = ", ".join(map(shown, there))
                self.missing[name] = f"the report shows {len(there)} different values: {values}"
                return
            for value, box in there.items():
                self.found[name] = Found(value, f"page {box.page}, {shown(box.text.rstrip(':： '))!r}")
                return
        self.missing[name] = doubts[0] if doubts else "the kit found no label for it"

    def _values(self, name: str, box: Box) -> Iterator[str]:
        """Yield the text after a label, in its line, and the text below it."""
        if box.words[0] not in self._label_words:
            text = " ".join(word.text for word in self.layout.after(box)[:4])
            if name == "scaled_score" and len(box.words) > 1 and re.match(r"(is|was|of)\b", text):
                yield text  # "Your scaled score is 690."
            return
        words = self._up_to_label(self.layout.after(box), box.size)
        colon = next((n for n, word in enumerate(words) if n and word.text.endswith((":", "："))), None)
        if colon is not None:  # a label nobody knows: what is close before it belongs to it
            cut = next((n for n in range(colon, 0, -1) if words[n].left - words[n - 1].right > 0.6 * box.size), 0)
            words = words[:cut]
        text, under = " ".join(word.text for word in words).strip(" :："), self._below(box)
        if name in ("learner_id", "learner_name", "language"):  # anything could be one: only what is one for certain
            near = words and words[0].left - box.right < 0.8 * box.size
            if text and (self._has_colon(box) or not (near or under)):
                yield text
            elif not text and len(under) == 1:
                yield under[0]
        elif text:
            yield text
            if name == "taken_on":  # a day may go on in the next line of its cell
                yield " ".join([text, *self._below(Box.of(words))])
        else:
            yield from under[:1]
            yield from [" ".join(under)] * (len(under) > 1)

    def _below(self, box: Box) -> list[str]:
        """Return the lines below a phrase in its cell, up to the next label."""
        cells = [self._up_to_label(cell.words, box.size) for cell in self.layout.below(box, self._label_starts)]
        return [" ".join(word.text for word in words) for words in takewhile(bool, cells)]

    def _up_to_label(self, words: Sequence[Word], size: float) -> list[Word]:
        """Return words up to the next label, or to the next cell."""
        found: list[Word] = []
        for word in words:
            if word in self._label_words or (found and word.left - found[-1].right > 2.5 * size):
                break
            found.append(word)
        return found

    def _ratings(self, exam: Exam) -> None:
        sections = Sections(self.layout, exam)
        for domain in exam.domains:
            rating, why = sections.read(domain)
            if rating:
                self.found[f"ratings, {domain.name}"] = rating
            elif exam.reports_score:
                self.missing[f"ratings, {domain.name}"] = why

    def _contradiction(self, exam: Exam) -> None:
        """Take back a score that the result on the same page contradicts."""
        score, result = self.found.get("scaled_score"), self.found.get("result")
        if exam.has_standard and score and result and (score.value >= exam.passing) != (result.value == "pass"):
            does = "passes" if score.value >= exam.passing else "fails"
            self.missing["scaled_score"] = (
                f"{score.value} {does} (the passing standard is {exam.passing}), but the report says {result.value}"
            )
            del self.found["scaled_score"]


def _names(exam: Exam) -> list[str]:
    """Return an exam's name as reports print it, also without what stands in brackets."""
    name = str(exam.name.value or "")
    return list(dict.fromkeys(filter(None, (name, re.sub(r"\s*\(.*\)", "", name)))))


def _score(text: str, low: float, high: float) -> tuple[int | None, str]:
    found = _SCORE.match(text)
    if not found or (found[2] and float(found[2]) != high):
        return None, f"{shown(text)!r} is not a score"
    number = int(found[1])
    return (number, "") if low <= number <= high else (None, f"{number} is outside {low:g} to {high:g}")


def _beginnings(text: str) -> list[str]:
    """Return the first words of a text, from many to few: what stands behind a value is no part of it."""
    words = re.sub(r"(?<=\d) (?=[年月日])|(?<=[年月]) (?=\d)", "", text).split()[:_MOST_WORDS]
    return [" ".join(words[:count]) for count in range(len(words), 0, -1)]


def _day(text: str) -> tuple[str | None, str]:
    for part in _beginnings(text):
        if day := read_date(part, "taken_on", Notes()):
            return str(day), ""
        if days := sorted({str(day) for day in both_days(without_time(part)) if day}):
            return None, f"{shown(part)!r} can mean {' or '.join(days)}"
    return None, f"{shown(text)!r} is not a date"


def _result(text: str) -> tuple[str | None, str]:
    said = next((passed for part in _beginnings(text) if (passed := read_result(part)) is not None), None)
    return (None, "") if said is None else ("pass" if said else "fail", "")


def _text(text: str, name: str, longest: int) -> tuple[str, str]:
    letters = [word for word in text.split() if len(word) == 1]
    spaced = len(letters) > 3  # a print whose letters stand apart: what is a word cannot be seen
    return ("", "its letters stand apart") if spaced else (read_text(text, name, longest, Notes()), "")
