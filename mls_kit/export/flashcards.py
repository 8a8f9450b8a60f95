"""The question bank as a deck for Anki, the plan's most urgent domains first; a second import doubles nothing."""

from __future__ import annotations

import os
import tempfile
from hashlib import sha256
from pathlib import Path

import genanki

from mls_kit.html import render
from mls_kit.plan import Plan
from mls_kit.practice import load_bank

_PIECES = "export/pieces.html.j2"
_CSS = (
    ".card { font-family: sans-serif; font-size: 18px; text-align: left; color: #1a1a1a; background: #fff; }"
    " li { margin: .4em 0; } .source { color: #444; font-size: 80%; }"
)


def _number(*names: str) -> int:
    """Return a number that stays the same for the same names; Anki tells decks and models apart by such numbers."""
    return int.from_bytes(sha256("|".join(names).encode()).digest()[:4], "big") >> 1


_MODEL = genanki.Model(
    _number("mls-kit", "question with reasons"),
    "mls-kit: question with reasons",
    fields=[{"name": "Question"}, {"name": "Answer"}],
    templates=[{"name": "Card", "qfmt": "{{Question}}", "afmt": "{{FrontSide}}<hr id=answer>{{Answer}}"}],
    css=_CSS,
)


def _tag(text: str) -> str:
    return "-".join("".join(c if c.isalnum() or c == "." else " " for c in text).split())


def deck_of(plan: Plan) -> genanki.Deck:
    """Return the question bank of the plan's exam as a deck, the plan's most urgent domains first."""
    exam = plan.target.facts
    bank = load_bank(exam.code)
    names = {domain.number: domain.name for domain in exam.domains}
    urgent = {str(name): place for place, name in enumerate(plan.priorities.index)}
    deck = genanki.Deck(_number("mls-kit", exam.code), f"{exam.code} (mls-kit)")
    for question in sorted(bank.questions, key=lambda one: urgent.get(names[one.domain], len(urgent))):
        tags = [exam.code, _tag(names[question.domain]), f"task-{question.task}"]
        guid = genanki.guid_for("mls-kit", exam.code, question.id)
        sides = [render(_PIECES, "front", question=question).markup,
                 render(_PIECES, "back", question=question, document=bank.document(question)).markup]  # fmt: skip
        deck.add_note(genanki.Note(_MODEL, sides, guid=guid, tags=tags))
    return deck


def write_deck(plan: Plan, path: str | Path) -> Path:
    """Write the deck of a plan's exam as an ``.apkg`` file, whole or not at all; InputError if the exam has no bank."""
    target, deck = Path(path), deck_of(plan)
    handle, partial = tempfile.mkstemp(dir=target.parent, prefix=".writing-", suffix=".apkg")
    os.close(handle)
    try:
        # a day of its own for each version of the data would make Anki think that cards were edited: the plan's day does
        genanki.Package(deck).write_to_file(partial, timestamp=plan.start.toordinal() * 86400.0 - 62135596800)
        os.replace(partial, target)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
    return target
