"""The deck, in Anki's own library."""

import sqlite3
import zipfile
from contextlib import closing
from datetime import date, timedelta

import genanki
import pytest
from cases import TODAY

from mls_kit import ScoreReport, build_plan
from mls_kit.export import flashcards
from mls_kit.export.flashcards import deck_of, write_deck, write_editions
from mls_kit.practice.questions import load_bank
from mls_kit.problems import InputError


def plan_for(code="MLA-C02", today=TODAY):
    return build_plan(ScoreReport(code, 640, "NI, MC, MC, NI", today=TODAY), today=today)


@pytest.fixture
def collection(tmp_path):
    opened = pytest.importorskip("anki.collection").Collection(str(tmp_path / "collection.anki2"))
    yield opened
    opened.close()


def bring_in(collection, path):
    from anki.import_export_pb2 import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    request = ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions())
    log = collection.import_anki_package(request).log
    return len(log.new), len(log.updated), len(log.duplicate)


def test_a_deck_imported_twice_into_anki_has_every_card_once_and_the_cards_render(tmp_path, collection):
    path = write_deck(plan_for(), tmp_path / "plan.apkg")
    bank = load_bank("MLA-C02")
    bring_in(collection, path)
    assert collection.card_count() == len(bank.questions)
    bring_in(collection, write_deck(plan_for(), tmp_path / "again.apkg"))
    assert collection.card_count() == collection.note_count() == len(bank.questions)
    card = collection.get_card(collection.find_cards("tag:task-1.2")[0])
    assert "<li>" in card.question()
    assert "right:" not in card.question()
    answer = card.answer()
    assert "✓ right:" in answer
    assert "Read more:" in answer
    assert [path.name for path in tmp_path.glob(".writing*")] == []


def test_cards_are_tagged_and_the_most_urgent_domain_comes_first():
    plan = plan_for()
    deck = deck_of(plan)
    first = str(plan.priorities.index[0])
    assert deck.notes[0].tags[1] == "-".join("".join(c if c.isalnum() else " " for c in first).split())
    assert len({note.guid for note in deck.notes}) == len(deck.notes)


def test_an_exam_without_a_bank_is_said_with_those_that_have_one(tmp_path):
    plan = build_plan(ScoreReport("SY0-701", 640, "NI, C, C, NI, C", today=TODAY), today=TODAY)
    with pytest.raises(InputError, match="MLA-C02"):
        write_deck(plan, tmp_path / "plan.apkg")
    assert list(tmp_path.iterdir()) == []


def test_the_deck_of_a_later_plan_leaves_a_learner_s_own_notes_and_tags_and_brings_what_changed(tmp_path, collection, monkeypatch):
    bank = load_bank("MLS-C01")
    assert bring_in(collection, write_deck(plan_for("MLS-C01"), tmp_path / "plan.apkg")) == (124, 0, 0)
    mine, changed = collection.find_notes("")[:2]
    note = collection.get_note(mine)
    note["Answer"] += "my own words"
    note.tags = ["my-tag"]
    collection.update_note(note)
    later = plan_for("MLS-C01", TODAY + timedelta(days=300))
    assert bring_in(collection, write_deck(later, tmp_path / "later.apkg")) == (0, 0, 124)
    assert collection.get_note(mine)["Answer"].endswith("my own words")
    assert collection.get_note(mine).tags == ["my-tag"]

    guid = collection.get_note(changed).guid
    (question,) = (each for each in bank.questions if genanki.guid_for("mls-kit", "MLS-C01", each.id) == guid)
    newer = question.model_copy(update={"stem": "This question is asked in other words now."})
    swapped = [newer if each is question else each for each in bank.questions]
    monkeypatch.setattr(flashcards, "load_bank", lambda _: bank.model_copy(update={"questions": swapped}))
    assert bring_in(collection, write_deck(plan_for("MLS-C01"), tmp_path / "newer.apkg")) == (0, 1, 123)
    assert "other words" in collection.get_note(changed)["Question"]
    assert collection.get_note(mine).tags == ["my-tag"]


def stamps(path):
    """Return the stamp of every note in a deck and of its style, as Anki reads them."""
    database = path.with_suffix(".anki2")
    database.write_bytes(zipfile.ZipFile(path).read("collection.anki2"))
    with closing(sqlite3.connect(database)) as opened:
        return sorted(opened.execute("select guid, mod from notes")), opened.execute("select models from col").fetchone()


def test_stamps_come_from_what_the_cards_say_and_not_from_the_plan(tmp_path):
    now = write_deck(plan_for(), tmp_path / "now.apkg")
    later = write_deck(plan_for(today=TODAY + timedelta(days=300)), tmp_path / "later.apkg")
    assert stamps(now) == stamps(later)


def test_the_day_of_every_card_is_on_record(tmp_path, monkeypatch):
    on_record = (flashcards.data_folder() / flashcards._EDITIONS).read_text()
    flashcards._editions()
    monkeypatch.setattr(flashcards, "_EDITIONS", tmp_path / "editions.csv")
    now = write_editions(date(2099, 1, 1)).read_text()
    assert now == on_record, "Cards changed: run python -m mls_kit.export.flashcards"
