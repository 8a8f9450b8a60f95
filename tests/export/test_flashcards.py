"""The deck, in Anki's own library."""

import pytest
from anki.collection import Collection
from anki.import_export_pb2 import ImportAnkiPackageOptions, ImportAnkiPackageRequest
from cases import TODAY

from mls_kit import ScoreReport, build_plan
from mls_kit.export.flashcards import deck_of, write_deck
from mls_kit.practice.questions import load_bank
from mls_kit.problems import InputError


def plan_for(code="MLA-C02"):
    return build_plan(ScoreReport(code, 640, "NI, MC, MC, NI", today=TODAY), today=TODAY)


@pytest.fixture
def collection(tmp_path):
    opened = Collection(str(tmp_path / "collection.anki2"))
    yield opened
    opened.close()


def bring_in(collection, path):
    collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions()))


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
    assert "Read on:" in answer
    assert [path.name for path in tmp_path.glob(".writing*")] == []


def test_cards_are_tagged_and_the_most_urgent_domain_comes_first():
    plan = plan_for()
    deck = deck_of(plan)
    first = str(plan.priorities.index[0])
    assert deck.notes[0].tags[1] == "-".join("".join(c if c.isalnum() else " " for c in first).split())
    assert len({note.guid for note in deck.notes}) == len(deck.notes)


def test_an_exam_without_a_bank_is_said_with_those_that_have_one(tmp_path):
    plan = build_plan(ScoreReport("SAA-C03", 640, "NI, MC, MC, NI", today=TODAY), today=TODAY)
    with pytest.raises(InputError, match="MLA-C02"):
        write_deck(plan, tmp_path / "plan.apkg")
    assert list(tmp_path.iterdir()) == []
