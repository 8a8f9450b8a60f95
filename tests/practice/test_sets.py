"""Practice sets: never a question twice, the exam's weights, the same from the same seed; and what scoring makes of answers."""

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from cases import ROOT, TODAY
from hypothesis import given, settings, strategies as st

from mls_kit import InputError
from mls_kit.exam.catalog import find_exam
from mls_kit.practice.entry import CAUSES, PracticeEntry
from mls_kit.practice.log import append, seen_questions
from mls_kit.practice.questions import banks, load_bank
from mls_kit.practice.result import PracticeRun, score_set
from mls_kit.practice.sets import KINDS, practice_set

CODES = banks()
IDS = {code: [question.id for question in load_bank(code).questions] for code in CODES}


BY_THING = Counter(thing for question in load_bank("MLS-C01").questions for thing in question.separates or ())
FAMILY = [q.id for q in load_bank("MLS-C01").questions if BY_THING.most_common(1)[0][0] in (q.separates or ())]


def ids(made):
    return [question.id for question in made.questions]


@st.composite
def wishes(draw):
    code = draw(st.sampled_from(CODES))
    kind = draw(st.sampled_from(list(KINDS)))
    count = None if kind in ("diagnostic", "full") else draw(st.integers(4, 140))
    share = draw(st.floats(0, 1))
    ordered = draw(st.permutations(range(0, 110, 10)))  # which parts of the bank were seen
    seen = [IDS[code][place + step] for place in ordered[: round(share * 11)] for step in range(10)
            if place + step < len(IDS[code])]  # fmt: skip
    return {"exam": code, "kind": kind, "questions": count, "domain": draw(st.integers(1, 4)),
            "seed": draw(st.integers(0, 10**6)), "seen": seen}  # fmt: skip


@settings(max_examples=2 * settings.default.max_examples)
@given(wishes())
def test_a_set_repeats_no_question_keeps_the_weights_and_comes_again_from_the_same_seed(wish):
    try:
        made = practice_set(**wish)
    except InputError as error:
        assert "without repeating a question" in str(error)
        return
    got, seen, kind = ids(made), set(wish["seen"]), wish["kind"]
    assert len(set(got)) == len(got) <= made.asked
    assert not set(got) & seen
    assert made.minutes >= len(got)
    if len(got) < made.asked:
        assert f"{made.asked - len(got)} fewer than {made.asked}" in made.words
        assert "no question is repeated" in made.words
    assert practice_set(**{**wish, "seen": list(reversed(wish["seen"]))}) == made
    bank = {question.id: question for question in load_bank(wish["exam"]).questions}
    for question in made.questions:
        assert sorted(map(str, question.options)) == sorted(map(str, bank[question.id].options))
    counts, domains = Counter(question.domain for question in made.questions), find_exam(wish["exam"]).domains
    if kind in ("mixed", "full"):
        assert all(abs(counts[domain.number] - len(got) * domain.weight / 100) < 1 for domain in domains)
    elif kind != "pairs":
        assert set(counts) == {wish["domain"]}
        assert made.domain == domains[wish["domain"] - 1].name
        left = sum(question.domain == wish["domain"] and one not in seen for one, question in bank.items())
        assert len(got) == min(left, made.asked)


@given(wishes().filter(lambda wish: wish["kind"] == "pairs"))
def test_in_a_set_of_pairs_neighbors_differ_and_nobody_is_alone(wish):
    try:
        made = practice_set(**wish)
    except InputError:
        return
    for one, other in pairwise(made.questions):
        assert not set(one.separates) & set(other.separates), (one.id, other.id)
    for question in made.questions:
        assert any(set(question.separates) & set(other.separates) for other in made.questions if other is not question)


@pytest.mark.parametrize("code", CODES)
def test_a_diagnostic_touches_every_task_and_has_twenty_questions(code):
    for domain in find_exam(code).domains:
        made = practice_set(code, "diagnostic", domain=domain.name, seed=5)
        assert len(made.questions) == 20
        assert {question.task for question in made.questions} == set(domain.tasks)


def test_a_full_set_is_as_long_as_the_exam_and_then_shorter_until_none_is_left():
    seen, lengths = set(), []
    while len(seen) < 124:
        made = practice_set("MLS-C01", "full", seen=seen)
        assert not seen & set(ids(made))
        seen |= set(ids(made))
        lengths.append(len(made.questions))
    with pytest.raises(InputError, match="Another kind of set may still have some"):
        practice_set("MLS-C01", "full", seen=seen)
    assert lengths[0] == 65
    assert lengths == sorted(lengths, reverse=True)
    assert made.minutes == 2 * lengths[-1]
    assert "This is an assumption" in made.words


def test_the_minutes_are_the_exams_own_where_they_are_known(tmp_path, monkeypatch):
    text = (ROOT / "data/exams/MLS-C01.yaml").read_text()
    (tmp_path / "MLS-C01.yaml").write_text(text.replace("minutes:\n  value: null", "minutes:\n  value: 180"))
    monkeypatch.setenv("MLS_KIT_EXAMS", str(tmp_path))
    made = practice_set("MLS-C01", "full")
    assert made.minutes == 180
    assert "at the exam's pace: 180 minutes for the whole exam" in made.words


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"exam": "SY0-701"}, "any other provider"),
        ({"exam": "MLS-C01", "kind": "pair"}, "Did you mean pairs"),
        ({"exam": "MLS-C01", "kind": "domain"}, "a domain of MLS-C01"),
        ({"exam": "MLS-C01", "kind": "diagnostic", "domain": "Mdeling"}, "Did you mean Modeling"),
        ({"exam": "MLS-C01", "kind": "diagnostic", "domain": 1, "questions": 30}, "The nearest allowed value is 20"),
        ({"exam": "MLS-C01", "kind": "full", "questions": 30}, "The nearest allowed value is 65"),
        ({"exam": "MLS-C01", "questions": 0}, "at least 1"),
        ({"exam": "MLS-C01", "kind": "pairs", "questions": 3}, "at least 4"),
        ({"exam": "MLS-C01", "seen": IDS["MLS-C01"]}, "'20 from 0 unseen'"),
        ({"exam": "MLS-C01", "kind": "pairs", "seen": {*IDS["MLS-C01"]} - {*FAMILY}}, "belong to a group"),  # all alike
    ],
)
def test_what_does_not_fit_is_said_in_words(wish, message):
    with pytest.raises(InputError) as caught:
        practice_set(**wish)
    assert message in str(caught.value)


@given(st.data())
def test_scoring_counts_exactly_the_sets_that_are_right(data):
    made = practice_set("MLA-C02", "mixed", 12, seed=data.draw(st.integers(0, 99)))
    answers, expected = {}, 0
    for question in made.questions:
        given = data.draw(st.none() | st.sets(st.integers(0, len(question.options) - 1)))
        if given is not None:
            answers[question.id] = given
        expected += given == set(question.right)
    seconds = dict.fromkeys(answers, 30.0)
    causes = {one: data.draw(st.sampled_from(list(CAUSES))) for one in answers}
    result = score_set(made, answers, seconds, causes, predicted=50, day=TODAY)
    assert result.right == expected == 12 - len(result.wrong)
    assert result.by_domain["right"].sum() == expected
    assert result.by_domain["out_of"].sum() == 12
    assert sum(line["right"] for line in result.entries) == expected
    assert sum(line["out_of"] for line in result.entries) == 12
    assert sorted(one for line in result.entries for one in line["seen"]) == sorted(ids(made))
    assert set(result.causes) == {q.id for q in result.wrong if q.id in answers}
    assert sum(sum(line["causes"].values()) for line in result.entries) == len(result.causes)
    assert len({line["set_id"] for line in result.entries}) == 1
    assert all(line["date"] == TODAY and line["predicted"] == 50 for line in result.entries)
    assert result.timed == (len(answers) == 12)


def test_a_set_counts_as_timed_only_whole_in_time_and_unexplained():
    made = practice_set("MLS-C01", "mixed", 10)
    fast = dict.fromkeys(ids(made), 119.0)
    assert score_set(made, {}, fast).timed
    assert not score_set(made, {}, fast, explained=True).timed
    assert not score_set(made, {}, dict.fromkeys(ids(made), 121.0)).timed
    assert not score_set(made, {}).timed


@pytest.mark.parametrize(
    ("predicted", "words"), [(80, "about the same"), (95, "15 percentage points less"), (50, "30 percentage points more")]
)
def test_a_prediction_is_compared_in_words(predicted, words):
    made = practice_set("MLS-C01", "mixed", 10)
    right = {question.id: question.right for question in made.questions[:8]}
    result = score_set(made, right, predicted=predicted)
    assert f"Your result is {words}" in result.words
    assert result.day == date.today()


def test_a_result_goes_into_the_log_and_its_questions_do_not_come_again():
    made = practice_set("MLS-C01", "mixed", 20, seen=seen_questions("MLS-C01"))
    wrong = {question.id: "misread" for question in made.questions}
    result = score_set(made, {}, dict.fromkeys(ids(made), 60), wrong, predicted=70)
    append([PracticeEntry(**line) for line in result.entries])
    append(PracticeEntry("2026-11-01", "MLA-C02", "shop", "mixed", 1, 2, seen=["other"]))
    assert seen_questions("MLS-C01") == set(ids(made))
    assert not set(ids(practice_set("MLS-C01", "mixed", 20, seen=seen_questions("MLS-C01")))) & set(ids(made))


def run_of(count, explain):
    times = iter(range(0, 10_000, 30))
    return PracticeRun(practice_set("MLS-C01", "mixed", count), 60, explain, lambda: next(times))


def test_a_run_with_reasons_after_each_question():
    run = run_of(3, "each")
    for cause in (None, "misread", None):
        run.answer(() if cause else run.question.right)
        assert run.phase == "explaining"
        run.go_on(cause)
    assert run.phase == "done"
    result = run.result()
    assert (result.right, result.timed, list(result.causes.values())) == (2, False, ["misread"])
    assert result.minutes == 1.5


def test_a_run_with_reasons_at_the_end_goes_through_the_wrong_ones():
    run = run_of(4, "end")
    for place in range(4):
        assert (run.phase, run.place) == ("asking", place)
        run.answer(run.question.right if place % 2 else ())
    assert (run.phase, run.place, run.left) == ("explaining", 0, 1)
    run.go_on("did not know")
    assert (run.phase, run.place) == ("explaining", 2)
    run.go_on()
    assert run.phase == "done"
    assert run.result().timed


@pytest.mark.parametrize("explain", ["each", "end"])
def test_a_run_that_is_stopped_counts_what_was_reached(explain):
    run = run_of(10, explain)
    run.stop()
    assert run.phase == "done"
    assert not run.seconds
    run = run_of(10, explain)
    for _ in range(3):
        run.answer(())
        if explain == "each":
            run.go_on()
    run.stop()
    assert run.phase == ("done" if explain == "each" else "explaining")
    assert run.result().out_of == 3
    assert run.result().practice_set.minutes == 6
