"""The question banks as a whole: spread, form, nothing doubled, and no answer betrayed by where it stands or how long it is."""

import math
import re
from collections import Counter
from datetime import date
from difflib import SequenceMatcher
from itertools import combinations

import pytest
import yaml
from cases import ROOT

from mls_kit import InputError
from mls_kit.exam import find_exam, load_data
from mls_kit.practice.questions import Bank, banks, load_bank

BANKS = banks()
LEAST = {"MLS-C01": 120, "MLA-C02": 100}
NUMBERS = {1: "", 2: "Choose two.", 3: "Choose three."}
# a share of n answers that differs from what chance gives by less than this many standard errors is taken for chance
LIMIT = 2.58


def single(bank):
    return [question for question in bank.questions if len(question.right) == 1]


def far(found, of, chance):
    """How many standard errors a count lies from what chance gives."""
    return abs(found - of * chance) / math.sqrt(of * chance * (1 - chance))


@pytest.fixture(params=BANKS)
def bank(request):
    return load_bank(request.param)


def test_the_banks_that_were_promised_are_there():
    assert sorted(LEAST) == BANKS
    for code, least in LEAST.items():
        assert len(load_bank(code).questions) >= least


def test_the_spread_follows_the_weights_and_every_task_has_five(bank):
    exam = find_exam(bank.exam)
    domains = Counter(question.domain for question in bank.questions)
    for domain in exam.domains:
        assert abs(100 * domains[domain.number] / len(bank.questions) - domain.weight) <= 2, domain.name
    tasks = Counter(question.task for question in bank.questions)
    assert set(tasks) == {task for domain in exam.domains for task in domain.tasks}
    assert min(tasks.values()) >= 5
    assert all(question.id.split("-")[1] == question.task for question in bank.questions)
    difficulties = Counter(question.difficulty for question in bank.questions)
    assert min(difficulties[level] for level in (1, 2, 3)) >= 0.15 * len(bank.questions)


def test_every_question_asks_and_says_how_many_to_choose(bank):
    for question in bank.questions:
        right = len(question.right)
        if right == 1:
            assert question.stem.endswith("?"), question.id
            assert "Choose t" not in question.stem, question.id
        else:
            assert question.stem.endswith(NUMBERS[right]), question.id
        assert len(question.options) in ((4,) if right == 1 else (5, 6)), question.id
        assert not re.search(r"\b(NOT|EXCEPT|LEAST)\b", question.stem), question.id


def test_every_option_has_a_reason_of_its_own_and_points_to_no_place(bank):
    reasons = Counter(option.why for question in bank.questions for option in question.options)
    assert max(reasons.values()) == 1
    for question in bank.questions:
        for option in question.options:
            assert len(option.why) >= 25, question.id
            both = f"{option.text} {option.why}"
            assert not re.search(r"\b(all|none|both) of the above\b|\b(option|answer) [A-F]\b", both, re.I), question.id
            assert not re.search(r"\b(first|second|third|last) (option|answer)\b", both, re.I), question.id
            assert not re.search(r"\b(always|never|only ever|impossible)\b", option.text, re.I), question.id


def test_the_language_is_american(bank):
    text = (ROOT / "data" / "questions" / f"{bank.exam}.yaml").read_text()
    assert not re.findall(
        r"\b\w*(?:labell|modell(?:ed|ing)|colour|neighbour|behaviour|centre|favour|tumour|travell)\w*", text
    )


def words_of(stem):
    return set(re.findall(r"[a-z0-9]+", stem.lower()))


def test_no_two_stems_are_alike(bank):
    """Stems share less than half of their words, and less than 60 % of their letters in order."""
    known = [(question, words_of(question.stem)) for question in bank.questions]
    for (one, a), (other, b) in combinations(known, 2):
        overlap = len(a & b) / len(a | b)
        assert overlap < 0.5, (one.id, other.id)
        if overlap > 0.25:
            assert SequenceMatcher(None, one.stem, other.stem, autojunk=False).ratio() < 0.6, (one.id, other.id)


def test_the_banks_share_no_stem():
    stems = [(code, words_of(question.stem)) for code in BANKS for question in load_bank(code).questions]
    for (code, a), (other, b) in combinations(stems, 2):
        assert code == other or len(a & b) / len(a | b) < 0.5


def test_no_place_betrays_the_answer(bank):
    """Each of four places is right in a quarter of the questions, as far as chance allows (2.58 standard errors)."""
    asked = single(bank)
    places = Counter(min(question.right) for question in asked)
    for place in range(4):
        assert far(places[place], len(asked), 0.25) < LIMIT, places
    several = [question for question in bank.questions if len(question.right) > 1]
    first = sum(0 in question.right for question in several)
    chance = sum(len(question.right) / len(question.options) for question in several) / len(several)
    assert far(first, len(several), chance) < LIMIT


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
    right = [len(option.text) for question in asked for option in question.options if option.right]
    wrong = [len(option.text) for question in asked for option in question.options if not option.right]
    assert 0.95 < (sum(right) / len(right)) / (sum(wrong) / len(wrong)) < 1.05


def test_picking_by_length_does_no_better_than_chance_in_several_answer_questions(bank):
    several = [question for question in bank.questions if len(question.right) > 1]
    hits = tries = 0
    for question in several:
        by_length = sorted(range(len(question.options)), key=lambda place: -len(question.options[place].text))
        hits += len(set(by_length[: len(question.right)]) & question.right)
        tries += len(question.right)
    chance = sum(len(question.right) ** 2 / len(question.options) for question in several) / tries
    assert far(hits, tries, chance) < LIMIT, (hits, tries, chance)


def test_every_document_is_listed_official_and_used(bank):
    addresses = Counter(document.url for document in bank.documents.values())
    assert max(addresses.values()) == 1
    for question in bank.questions:
        assert bank.document(question).url.startswith("https://docs.aws.amazon.com/"), question.id


def test_it_is_said_what_was_checked_and_what_changed(bank):
    how = Counter(question.verified.how for question in bank.questions)
    assert how["read"] >= 0.75 * len(bank.questions)
    assert f"| {bank.exam} | {len(bank.questions)} | {how['not_read']} |" in (ROOT / "data" / "README.md").read_text()
    for question in bank.questions:
        assert date(2026, 1, 1) <= question.verified.day <= date(2026, 11, 22), question.id
        for old in ("Kinesis Data Firehose", "Lookout for Metrics", "Amazon Forecast "):
            if any(old in option.text for option in question.options) or old in question.stem:
                assert question.changed, question.id
        if question.changed:
            assert re.search(r"20\d\d|current", question.changed), question.id


MISTAKES = [
    (lambda raw: raw["questions"][3]["options"][0].pop("why"), "questions MLS-1.1-04, options 1, why"),
    (lambda raw: raw["questions"][5].update(stem="short"), "questions MLS-1.1-06, stem"),
    (lambda raw: raw["questions"][5].update(stemm="x"), "questions MLS-1.1-06, stemm"),
    (lambda raw: raw["questions"][2].pop("id"), "questions 3, id"),
    (lambda raw: raw["questions"][2].update(id="MLS-1.1-01"), "questions MLS-1.1-01, id"),
    (lambda raw: raw["questions"][2].update(task="9.9"), "questions MLS-1.1-03, task: '9.9' is not a task statement"),
    (lambda raw: raw["questions"][2].update(document="athena"), "questions MLS-1.1-03, document"),
    (lambda raw: raw["questions"][2]["verified"].update(how="guessed"), "questions MLS-1.1-03, verified, how"),
    (
        lambda raw: raw["documents"]["sm_deepar"].update(seen="cited"),
        "questions MLS-3.2-01, verified, how: 'read' is not not_read",
    ),
    (lambda raw: [o.update(right=True) for o in raw["questions"][2]["options"]], "at least one wrong"),
    (lambda raw: raw["documents"]["msk_guide"].update(url="https://example.com"), "documents, msk_guide, url"),
    (lambda raw: raw["documents"].update(spare=dict(raw["documents"]["msk_guide"])), "documents: 'spare' is not used"),
    (lambda raw: raw.update(exam="SAA-C03"), "the name of the file"),
    (lambda raw: raw.update(questions=[]), "questions: '[]'"),
]


@pytest.mark.parametrize(("spoil", "message"), MISTAKES)
def test_a_mistake_is_named_with_the_file_the_question_and_the_field(tmp_path, spoil, message):
    raw = yaml.load((ROOT / "data" / "questions" / "MLS-C01.yaml").read_text(), yaml.CSafeLoader)
    spoil(raw)
    path = tmp_path / "MLS-C01.yaml"
    path.write_text(yaml.dump(raw, Dumper=yaml.CSafeDumper))
    with pytest.raises(InputError) as caught:
        load_data(path, Bank)
    assert "MLS-C01.yaml" in str(caught.value)
    assert message in str(caught.value)


def test_a_file_that_is_no_bank_is_refused(tmp_path):
    path = tmp_path / "MLS-C01.yaml"
    for text in ("- a list", "a: [", "", "questions: {a: 1}", "questions: [1, 2]"):
        path.write_text(text)
        with pytest.raises(InputError):
            load_data(path, Bank)


def test_an_exam_without_a_bank_is_told_which_have_one_and_what_else_counts():
    with pytest.raises(InputError, match=r"MLA-C02 or MLS-C01.*any other provider"):
        load_bank("SY0-701")
    with pytest.raises(InputError, match="Nearest: MLS-C01"):
        load_bank("MLS-C1")
