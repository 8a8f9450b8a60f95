"""The question bank as a deck for Anki, the plan's most urgent domains first; a second import doubles nothing."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import genanki

from mls_kit._folders import data_folder
from mls_kit.exam import find_exam
from mls_kit.files import csv_of, making
from mls_kit.html import render
from mls_kit.plan import Plan
from mls_kit.practice import AnyBank, Question, banks, load_bank, own_bank_files, shareable

_PIECES = "export/pieces.html.j2"
_EDITIONS = "questions/editions.csv"
_CSS = (
    ".card { font-family: sans-serif; font-size: 18px; text-align: left; color: #1a1a1a; background: #fff; }"
    " li { margin: .4em 0; } .source { color: #444; font-size: 80%; }"
)

_SIDES = {"qfmt": "{{Question}}", "afmt": "{{FrontSide}}<hr id=answer>{{Answer}}"}


def _number(*names: str) -> int:
    """Return a number that stays the same for the same names; Anki tells decks and models apart by such numbers."""
    return int.from_bytes(sha256("|".join(names).encode()).digest()[:4], "big") >> 1


# Anki takes over whatever is newer than its own, a learner's notes and tags too: so each card has the day of its own text
class _Model(genanki.Model):
    def to_json(self, timestamp: float, deck_id: int) -> Any:
        return super().to_json(_edited("", "style", _digest(_CSS, *_SIDES.values()), Path(__file__)), deck_id)


class _Note(genanki.Note):
    edited: float

    def write_to_db(self, cursor: Any, timestamp: float, deck_id: int, id_gen: Iterator[int]) -> None:
        super().write_to_db(cursor, self.edited, deck_id, id_gen)


_MODEL = _Model(
    _number("mls-kit", "question with reasons"),
    "mls-kit: question with reasons",
    fields=[{"name": "Question"}, {"name": "Answer"}],
    templates=[{"name": "Card", **_SIDES}],
    css=_CSS,
)


def _digest(*texts: str) -> str:
    return sha256("\0".join(texts).encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def _editions() -> dict[tuple[str, str], tuple[str, str]]:
    """Return the digest of each card by exam and question, and the day its text became what it is."""
    with (data_folder() / _EDITIONS).open(encoding="utf-8", newline="") as file:
        return {(exam, question): (digest, day) for exam, question, digest, day in csv.reader(file)}


def _edited(exam: str, question: str, digest: str, source: Path) -> float:
    """Return the second since which a card is what it is: of its day on record, or that of its file where it differs."""
    on_record, day = _editions().get((exam, question), ("", "2020-01-01"))
    stamp = datetime.combine(date.fromisoformat(day), time(), UTC).timestamp()
    return stamp if digest == on_record else max(stamp + 1, source.stat().st_mtime)


def write_editions(today: date) -> Path:
    """Note the day of every card that is not as on record; ``python -m mls_kit.export.flashcards`` does it."""
    cards, rows = [("", "style", _digest(_CSS, *_SIDES.values()))], []
    for exam in banks():
        bank = load_bank(exam)
        kits = [question for question in bank.questions if not question.source]
        cards += [(exam, question.id, _digest(*_note(bank, question).fields)) for question in kits]
    for exam, name, digest in cards:
        on_record, day = _editions().get((exam, name), ("", ""))
        rows.append([exam, name, digest, day if digest == on_record else today])
    target = data_folder() / _EDITIONS
    target.write_text(csv_of(rows), encoding="utf-8", newline="")
    return target


def _tag(text: str) -> str:
    return "-".join("".join(c if c.isalnum() or c == "." else " " for c in text).split())


def _note(bank: AnyBank, question: Question) -> _Note:
    names = {domain.number: domain.name for domain in find_exam(bank.exam).domains}
    tags = [bank.exam, _tag(names[question.domain]), f"task-{question.task}"]
    sides = [render(_PIECES, "front", question=question).markup,
             render(_PIECES, "back", question=question, document=bank.document(question)).markup]  # fmt: skip
    note = _Note(_MODEL, sides, guid=genanki.guid_for("mls-kit", bank.exam, question.id), tags=tags)
    kits = [data_folder() / f"questions/{bank.exam}.yaml"]
    files = [path for path, exam in own_bank_files().items() if exam == bank.exam] if question.source else kits
    note.edited = max(_edited(bank.exam, question.id, _digest(*sides), path) for path in files)
    return note


def deck_of(plan: Plan) -> genanki.Deck:
    """Return the question bank of the plan's exam as a deck, the plan's most urgent domains first."""
    exam = plan.target.facts
    bank = load_bank(exam.code)
    names = {domain.number: domain.name for domain in exam.domains}
    urgent = {str(name): place for place, name in enumerate(plan.priorities.index)}
    deck = genanki.Deck(_number("mls-kit", exam.code), f"{exam.code} (mls-kit)")
    for question in sorted(shareable(bank), key=lambda one: urgent.get(names[one.domain], len(urgent))):
        deck.add_note(_note(bank, question))
    return deck


def write_deck(plan: Plan, path: str | Path) -> Path:
    """Write the deck of a plan's exam as an ``.apkg`` file, whole or not at all; InputError if the exam has no bank."""
    target, deck = Path(path), deck_of(plan)
    with making(target.parent) as folder:  # genanki leaves its database among the temporary files
        genanki.Package(deck).write_to_file(folder / "deck", timestamp=max(note.edited for note in deck.notes))
        os.replace(folder / "deck", target)
    return target


if __name__ == "__main__":
    print(write_editions(datetime.now(UTC).date()))
