"""The question banks as a whole: spread, form, nothing doubled, and no answer betrayed by where it stands or how long it is."""

import math
import re
from collections import Counter
from datetime import date
from difflib import SequenceMatcher
from itertools import combinations

import numpy as np
import pytest
from cases import ROOT

from mls_kit import InputError
from mls_kit.exam import find_exam
from mls_kit.practice.questions import banks, load_bank
from mls_kit.practice.sheet import reading

LEAST = {"AIF-C01": 200, "CLF-C02": 200, "DEA-C01": 200, "MLA-C02": 200, "MLS-C01": 120, "SAA-C03": 200}
NUMBERS = {1: "", 2: "Choose two.", 3: "Choose three."}
# a share of n answers that differs from what chance gives by less than this many standard errors is taken for chance
LIMIT = 2.58


def single(bank):
    return [question for question in bank.questions if len(question.right) == 1]


def several(bank):
    return [question for question in bank.questions if len(question.right) > 1]


def far(found, of, chance):
    """How many standard errors a count lies from what chance gives."""
    return abs(found - of * chance) / math.sqrt(of * chance * (1 - chance))


@pytest.fixture(params=LEAST)
def bank(request):
    found = load_bank(request.param)
    assert found.exam == request.param
    return found


def test_the_promised_number_follows_the_weights_and_every_task_has_five(bank):
    assert len(bank.questions) >= LEAST[bank.exam]
    exam = find_exam(bank.exam)
    domains = Counter(question.domain for question in bank.questions)
    for domain in exam.domains:
        assert abs(100 * domains[domain.number] / len(bank.questions) - domain.weight) <= 2, domain.name
    tasks = Counter(question.task for question in bank.questions)
    assert set(tasks) == {task for domain in exam.domains for task in domain.tasks}
    assert len({question.id for question in bank.questions}) == len(bank.questions)
    assert min(tasks.values()) >= 5
    assert all(re.fullmatch(rf"[A-Z0-9]+-{question.task}-\d\d", question.id) for question in bank.questions)
    assert all(len(question.separates or ["a", "b"]) in (2, 3) for question in bank.questions)
    difficulties = Counter(question.difficulty for question in bank.questions)
    assert min(difficulties[level] for level in (1, 2, 3)) >= 0.15 * len(bank.questions)


def test_every_question_asks_says_how_many_to_choose_and_has_a_reason_for_each_option(bank):
    reasons = Counter(option.why for question in bank.questions for option in question.options)
    assert max(reasons.values()) == 1
    for question in bank.questions:
        right = len(question.right)
        assert question.stem.endswith("?" if right == 1 else NUMBERS[right]), question.id
        assert right > 1 or "Choose t" not in question.stem, question.id
        assert len(question.options) in ((4,) if right == 1 else (5, 6)), question.id
        assert not re.search(r"\b(NOT|EXCEPT|LEAST)\b", question.stem), question.id
        for option in question.options:
            assert len(option.why) >= 25, question.id
            both = f"{option.text} {option.why}"
            assert not re.search(r"\b(all|none|both) of the above\b|\b(option|answer) [A-F]\b", both, re.I), question.id
            assert not re.search(r"\b(first|second|third|last) (option|answer)\b", both, re.I), question.id
            assert not re.search(r"\b(always|never|only ever|impossible)\b", option.text, re.I), question.id


def test_the_language_is_american(bank):
    text = (ROOT / "data" / "questions" / f"{bank.exam}.yaml").read_text()
    assert not re.findall(r"\b\w*(?:labell|modell(?:ed|ing)|colour|neighbour|behaviour|centre|favour|tumour|travell)\w*", text)


def words_of(stem):
    return set(re.findall(r"[a-z0-9]+", stem.lower()))


def test_no_two_stems_are_alike():
    """Stems share less than half of their words, and those of a bank less than 60 % of their letters in order."""
    known = [(question, words_of(question.stem)) for code in LEAST for question in load_bank(code).questions]
    for (one, a), (other, b) in combinations(known, 2):
        overlap = len(a & b) / len(a | b)
        assert overlap < 0.5, (one.id, other.id)
        if overlap > 0.25 and one.id[:3] == other.id[:3]:
            assert SequenceMatcher(None, one.stem, other.stem, autojunk=False).ratio() < 0.6, (one.id, other.id)


def likeness(texts):
    """Return the cosines of texts whose words count the more the rarer they are; 0 for a text and itself."""
    found = [words_of(text) for text in texts]
    many = Counter(word for words in found for word in words)
    place = {word: number for number, word in enumerate(many)}
    table = np.zeros((len(found), len(place)), dtype=np.float32)
    for row, words in enumerate(found):
        for word in words:
            table[row, place[word]] = math.log(len(found) / many[word])
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    return table @ table.T - np.eye(len(found))


def test_no_question_repeats_another():
    """Stem and right answers of any two questions are less than 0.6 alike; a copied question is 1."""
    known = [question for code in LEAST for question in load_bank(code).questions]
    texts = [" ".join([one.stem, *(one.options[place].text for place in one.right)]) for one in known]
    alike = likeness(texts)
    one, other = np.unravel_index(alike.argmax(), alike.shape)
    assert alike[one, other] < 0.6, (known[one].id, known[other].id, alike[one, other])
    assert likeness([*texts, texts[7].upper()])[7, -1] > 0.99


def test_no_place_betrays_the_answer(bank):
    """Each of four places is right in a quarter of the questions, as far as chance allows (2.58 standard errors)."""
    asked = single(bank)
    places = Counter(min(question.right) for question in asked)
    for place in range(4):
        assert far(places[place], len(asked), 0.25) < LIMIT, places
    others = several(bank)
    first = sum(0 in question.right for question in others)
    chance = sum(len(question.right) / len(question.options) for question in others) / len(others)
    assert far(first, len(others), chance) < LIMIT


def test_no_length_betrays_the_answer(bank):
    """The longest and the shortest option are right about as often as any other, and the mean lengths are close."""
    asked = single(bank)
    longest = shortest = 0
    for question in asked:
        lengths = [len(option.text) for option in question.options]
        own = lengths[min(question.right)]
        ties = lengths.count(own)
        longest += (own == max(lengths)) / ties
        shortest += (own == min(lengths)) / ties
    assert far(longest, len(asked), 0.25) < LIMIT, longest / len(asked)
    assert far(shortest, len(asked), 0.25) < LIMIT, shortest / len(asked)
    right, wrong = ([len(option.text) for question in asked for option in question.options if option.right is so]
                    for so in (True, False))  # fmt: skip
    assert 0.95 < (sum(right) / len(right)) / (sum(wrong) / len(wrong)) < 1.05


def test_picking_by_length_does_no_better_than_chance_in_several_answer_questions(bank):
    hits = tries = expected = 0
    for question in several(bank):
        by_length = sorted(range(len(question.options)), key=lambda place: -len(question.options[place].text))
        hits += len(set(by_length[: len(question.right)]) & question.right)
        tries += len(question.right)
        expected += len(question.right) ** 2 / len(question.options)
    assert far(hits, tries, expected / tries) < LIMIT, (hits, tries, expected)


def test_documents_are_official_and_it_is_said_what_was_checked_and_what_changed(bank):
    addresses = Counter(document.url for document in bank.documents.values())
    assert max(addresses.values()) == 1
    assert bank.license
    assert {question.document for question in bank.questions} == set(bank.documents)
    how = Counter(question.verified.how for question in bank.questions)
    assert how["read"] >= 0.75 * len(bank.questions)
    assert f"| {bank.exam} | {len(bank.questions)} | {how['not_read']} |" in (ROOT / "data" / "README.md").read_text()
    for question in bank.questions:
        assert bank.document(question).url.startswith(bank.owner or "no owner"), question.id
        assert question.verified.how == "not_read" or bank.document(question).seen != "cited", question.id
        assert date(2026, 1, 1) <= question.verified.day <= date(2026, 11, 30), question.id
        for old in ("Kinesis Data Firehose", "Lookout for Metrics", "Amazon Forecast "):
            if any(old in option.text for option in question.options) or old in question.stem:
                assert question.changed, question.id
        if question.changed:
            assert re.search(r"20\d\d|current", question.changed), question.id


def test_an_exam_without_a_bank_is_told_which_have_one_and_what_else_counts():
    with pytest.raises(InputError, match=r"MLA-C02, MLS-C01.*any other provider"):
        load_bank("SY0-701")
    assert banks() == sorted(LEAST)
    with pytest.raises(InputError, match="Did you mean MLS-C01"):
        load_bank("MLS-C1")


@pytest.mark.parametrize("code", LEAST)
def test_readers_without_the_key_gave_the_same_answers(code):
    log = (ROOT / "data/questions/README.md").read_text()
    asked, answered, same = map(int, re.search(rf"\| {code} \| (\d+) \| (\d+) \| (\d+) \|", log).groups())
    assert asked == len(load_bank(code).questions)
    assert 0.98 * asked <= answered <= asked
    assert same >= 0.98 * answered


def test_an_answer_says_so_where_its_document_was_read_in_an_old_archive(bank):
    for question in bank.questions:
        document = bank.documents[question.document]
        assert ("its text of 2023, which may have changed" in reading(question, document)) == (document.seen == "awsdocs")
