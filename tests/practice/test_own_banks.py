"""Question banks that are not the kit's: what is wrong with them is named, they come after the kit's, and are marked."""

import pytest
import yaml
from cases import ROOT, TODAY, run

from mls_kit import InputError, ScoreReport, build_plan
from mls_kit.explain import stem
from mls_kit.export.flashcards import deck_of
from mls_kit.practice.questions import banks, check_bank, load_bank
from mls_kit.practice.result import PracticeRun
from mls_kit.practice.sets import practice_set
from mls_kit.practice.sheet import key, sheet
from mls_kit.report import PlanRequest, save_my_report
from mls_kit.widgets import PracticeLogView

HEADING = "id,task,difficulty,stem,option a,option b,option c,right,why a,why b,why c,document,url,source,licence"
ROW = ("T{n},{task},2,Which control keeps people out of room {n}?,A lock,A policy,A camera,a,A lock stops people.,"
       "A policy only tells people.,A camera only watches.,Guide,https://example.com/{n},Tutor & Co,{license}")  # fmt: skip


def rows(task="1.1", license="CC BY 4.0", start=1, count=1):
    return [ROW.format(n=n, task=task, license=license) for n in range(start, start + count)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MLS_KIT_QUESTIONS", str(tmp_path))
    return tmp_path


def write(folder, lines, name="MLS-C01_tutor.csv"):
    path = folder / name
    path.write_text("\n".join([HEADING, *lines]))
    return path


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        (",1.1,", ",9.1,", ["row 3, task: '9.1' is not a task statement of MLS-C01"]),
        (",2,Which", ",7,Which", ["row 3, difficulty: '7'"]),
        (",A policy,", ",,", ["row 3, option b: ''"]),
        (",A camera only watches.,", ",,", ["row 3, why c: ''"]),
        (",a,A lock", ",d,A lock", ["row 3, right: 'd' is not one or more letters of its options, a, b, c"]),
        (",a,A lock", ",a c,A lock", ["row 3, stem: ", "ends with: Choose two"]),
        ("https:", "ftp:", ["row 3, url: 'ftp://example.com/2' is not an address"]),
        ("Tutor & Co", "", ["row 3, source: not given"]),
        ("T2", "T1", ["row 3, id: 'T1' is not used once"]),
        ("T2,1.1,", "MLS-1.1-01,9.1,", ["row 3, task"]),
        ("T2", "MLS-1.1-01", ["id: 'MLS-1.1-01' is not an id that the kit's own questions do not have"]),
        ("CC BY 4.0", "CC BY 4.0,more", ["row 3: '16 cells' is not at most 15 cells"]),
        ("T2,1.1,2", "T 2,9.1,7", ["row 3, id", "row 3, task", "row 3, difficulty"]),
        ("T2", '"T2', ["a cell whose quotation mark is closed again"]),
    ],
)
def test_every_mistake_of_a_table_is_named_by_row_and_column(tmp_path, old, new, messages):
    path = write(tmp_path, [*rows(), rows(start=2)[0].replace(old, new)])
    with pytest.raises(InputError) as caught:
        check_bank(path)
    assert path.name in str(caught.value)
    assert not [message for message in messages if message not in str(caught.value)], str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("tutor.csv", HEADING, "a name that begins with the code of an exam"),
        ("MLS-C01.csv", HEADING, "row 2"),
        ("MLS-C01.csv", HEADING.replace("why b", "whyyb"), "a heading with a column why b. Did you mean whyyb"),
        ("MLS-C01.csv", HEADING.replace("licence", "licnece"), "is not a heading of a question bank. Did you mean license"),
        ("MLS-C01.csv", None, "a file that we can find"),
    ],
)
def test_a_table_that_is_none_is_refused_in_words(tmp_path, name, text, message):
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=message):
        check_bank(tmp_path / name)


def test_a_bank_in_the_kits_own_form_names_all_its_mistakes_by_line_and_field(tmp_path):
    raw = yaml.load((ROOT / "data" / "questions" / "MLS-C01.yaml").read_text(), yaml.CSafeLoader)
    for question in raw["questions"]:
        question["id"] = question["id"].replace("MLS", "OWN")
    path = tmp_path / "MLS-C01 own.yaml"
    path.write_text(yaml.dump(raw, Dumper=yaml.CSafeDumper))
    with pytest.raises(InputError, match="source: not given"):
        check_bank(path)
    raw["source"] = "A friend"
    path.write_text(yaml.dump(raw, Dumper=yaml.CSafeDumper))
    assert {(one.source, one.license) for one in check_bank(path).questions} == {("A friend", "CC BY 4.0")}
    for question in raw["questions"][:30]:
        question["task"] = "7.7"
    path.write_text(yaml.dump(raw, Dumper=yaml.CSafeDumper))
    with pytest.raises(InputError, match=r"line \d+, questions OWN-1.1-01, task: '7.7' is not a task statement") as caught:
        check_bank(path)
    assert len(caught.value.problems) == 30


def test_the_kits_questions_come_first_and_others_are_marked_wherever_they_are(folder):
    write(folder, rows(count=30))
    seen = [question.id for question in load_bank("MLS-C01").questions if question.domain == 1 and not question.source]
    made = practice_set("MLS-C01", "domain", 10, domain=1, seen=seen[4:])
    assert sorted(not question.source for question in made.questions) == [False] * 6 + [True] * 4
    assert "Not from the kit: 6 questions from Tutor & Co (license: CC BY 4.0)" in made.words
    assert "6 questions of this set are not the kit&#39;s. From: Tutor &amp; Co. License: CC BY 4.0" in sheet(made).replace(
        "'", "&#39;"
    )
    assert sheet(made).count("<small>(not the kit") == key(made).count("<b>Not the kit") == 6
    assert sum("(Not the kit&#39;s. From: Tutor &amp; Co. License: CC BY 4.0.)" in stem(0, question).replace("'", "&#39;")
               for question in made.questions) == 6  # fmt: skip
    result = PracticeRun(made).result()
    assert {line["provider"] for line in result.entries} == {made.whose}
    assert set(made.whose.split(", ")) == {"own set", "Tutor & Co"}


def test_a_bad_bank_stops_nothing_and_that_of_another_exam_is_not_read(folder, monkeypatch):
    write(folder, ["nonsense"])
    write(folder, rows(), "SY0-701.csv")
    kits = load_bank("MLA-C02").questions
    assert not load_bank("MLA-C02").trouble
    bank = load_bank("MLS-C01")
    assert {question.source for question in bank.questions} == {""}
    assert "MLS-C01_tutor.csv, row 2" in practice_set("MLS-C01", questions=5).words
    assert "SY0-701" in banks()
    assert load_bank("SY0-701").questions[0].source == "Tutor & Co"
    write(folder, ["nonsense"], "SY0-701.csv")
    assert build_plan(ScoreReport("SY0-701", 700, ["Needs Improvement"] * 5, today=TODAY), today=TODAY).sessions
    monkeypatch.setenv("MLS_KIT_QUESTIONS", str(folder / "nowhere"))
    assert load_bank("MLA-C02").questions == kits
    with pytest.raises(InputError, match="any other provider"):
        load_bank("SY0-701")


def test_a_plan_opens_ones_own_bank_after_the_kits_and_a_deck_holds_what_may_be_copied(folder):
    write(folder, [*rows(task="4", count=25), *rows(task="4", license="", start=40, count=2)])
    report = ScoreReport("MLS-C01", 690, "C, C, C, NI", today=TODAY)
    seen = frozenset(question.id for question in load_bank("MLS-C01").questions if not question.source)
    plan = build_plan(report, today=TODAY, practice_source="A coach", hours_per_week=9)
    opens = [session.opens for session in plan.sessions if session.domain == report.facts.domains[3].name and session.questions]
    whose = [next((who for who in ("Our question bank", "Tutor & Co (your own", "A coach") if each.startswith(who)), "")
             for each in opens]  # fmt: skip
    assert list(dict.fromkeys(whose)) == ["Our question bank", "Tutor & Co (your own", "A coach"], opens
    fields = [note.fields for note in deck_of(plan).notes]
    assert len(fields) == len(seen) + 25
    assert sum("Not the kit" in back and "License: CC BY 4.0" in back for _, back in fields) == 25


def test_the_form_of_the_log_begins_with_the_provider_that_the_learner_named(home):
    report = ScoreReport("MLS-C01", 690, "C, C, C, NI", today=TODAY)
    assert PracticeLogView(report).controls["provider"].value == "own set"
    save_my_report(PlanRequest("MLS-C01", 690, "C, C, C, NI", practice_source="A coach"))
    assert PracticeLogView(report).controls["provider"].value == "A coach"


@pytest.mark.parametrize(("lines", "code", "said"), [
    (rows(count=2), 0, "2 questions for MLS-C01, no mistakes"),
    (rows(task="8"), 1, "row 2, task: '8'"),
])  # fmt: skip
def test_the_command_checks_a_bank_and_says_by_its_exit_code_whether_it_is_good(tmp_path, lines, code, said):
    done = run("practice", "--check", str(write(tmp_path, lines)))
    assert done.exit_code == code
    assert said in done.output + done.stderr
