"""Files as other people make them: whatever is wrong is said in sentences, and nothing else happens."""

import copy
import os

import pytest
import yaml
from cases import ROOT, TODAY
from hypothesis import given, strategies as st

from mls_kit import ScoreReport
from mls_kit.exam import Exam, Strict, load_data, load_exam, parse_yaml, read_yaml
from mls_kit.problems import InputError

BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
HOSTILE = {
    "an alias bomb": (BOMB, "line 1", "names for values"),
    "an alias of nothing": ("code: *NI", "line 1", "names for values"),
    "20,000 levels": (f"code: {'[' * 20_000}", "line 1", "at most 50 levels"),
    "20,000 levels by hyphens": ("- " * 20_000, "line 1", "at most 50 levels"),
    "5,000 digits": (f"code: X\nminutes: {'9' * 5_000}", "line 2", "at most 20 digits"),
    "21 digits": (f"code: X\nminutes: {'9' * 21}", "line 2", "at most 20 digits"),
    "no day": ("code: X\nfacts_as_of: 2026-13-45", "line 2", "a day of the calendar"),
    "an empty binary number": ("minutes: 0b_", "line 1", "a number of at most 20 digits"),
    "a type of Python": ("code: !!python/object/apply:os.system [ls]", "line 1", "types of one's own"),
    "a tag that does not fit": ("code: !!bool perhaps", "line 1", "types of one's own"),
    "many values": ("- a\n" * 200_000, "line 29998", "30,000 values"),
    "over 1 MB": ("# a\n" * 250_001, "file", "at most 1 MB"),
    "a name twice": ("code: X\nvendor: a\nvendor: b", "line 3", "given once"),
    "a list as a name": ("? [a]\n: b", "line 1", "unhashable"),
    "an open bracket": ("vendor: a\ncode: [1, 2\n\n", "line 2: 'code: [1, 2'", "readable YAML"),
    "two documents": ("a: 1\n---\nb: 2", "line 2", "found another document"),
    "a control character": ("a: 1\nb: \x00", "line 2", "control character"),
    "no mapping": ("just text", "file: 'just text'", "a mapping"),
    "nothing": ("", "file: empty", "a mapping"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_one_sentence_with_file_and_line(tmp_path, name):
    text, line, expected = HOSTILE[name]
    (tmp_path / "BAD-1.yaml").write_text(text)
    with pytest.raises(InputError) as caught:
        load_exam("BAD-1", tmp_path, today=TODAY)
    (problem,) = caught.value.problems
    assert caught.value.what == "BAD-1.yaml"
    assert line in str(problem)
    assert expected in str(problem)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("content", [b"\xff\xfea\x00:\x00", b"vendor: Universit\xe9", b"ok: 1\n\xff"])
def test_a_file_that_is_not_utf_8_says_which_line(tmp_path, content):
    (tmp_path / "BAD-1.yaml").write_bytes(content)
    with pytest.raises(InputError, match=rf"text in UTF-8 \(look at line {content.count(10) + 1}\)"):
        read_yaml(tmp_path / "BAD-1.yaml")


def test_what_is_no_file_is_said(tmp_path):
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "dangling.yaml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "circle.yaml").symlink_to(tmp_path / "circle.yaml")
    for name, expected in (("nowhere.yaml", "a file that we can find"), ("folder.yaml", "It is a folder"),
                           ("dangling.yaml", "a link to a file that exists"), ("circle.yaml", "a link to"),
                           ("x" * 300, "that can be read"), ("a\0b", "that can be read")):  # fmt: skip
        for load in (read_yaml, lambda path: load_data(path, Exam)):
            with pytest.raises(InputError, match=expected):
                load(tmp_path / name)
    assert read_yaml(os.devnull) is None
    if os.path.exists("/dev/zero"):
        with pytest.raises(InputError, match="at most 1 MB"):  # it is not read to its end
            read_yaml("/dev/zero")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_said(tmp_path):
    (tmp_path / "secret.yaml").write_text("a: 1")
    (tmp_path / "secret.yaml").chmod(0)
    with pytest.raises(InputError, match="a file that can be read"):
        read_yaml(tmp_path / "secret.yaml")


def test_a_file_of_an_exam_that_nobody_asked_for_stops_nothing(tmp_path):
    (tmp_path / "BOMB-1.yaml").write_text(BOMB)
    (tmp_path / "FOLDER-1.yaml").mkdir()
    (tmp_path / "LINK-1.yaml").symlink_to("nowhere")
    assert load_exam("SAA-C03", tmp_path, today=TODAY).code == "SAA-C03"
    assert ScoreReport("SAA-C03", 690, "NI, MC, MC, NI", exam_folder=tmp_path).exam == "SAA-C03"
    with pytest.raises(InputError, match=r"BOMB-1\.yaml, line 1"):
        ScoreReport("BOMB-1", 690, "NI, MC, MC, NI", exam_folder=tmp_path)


class Part(Strict):
    name: str
    size: float
    whole: int = 1
    kind: str | bool = "a"


class Holder(Strict):
    parts: list[Part]
    by_name: dict[str, Part] = {}


def test_every_mistake_has_its_line_place_and_nearest_choice(tmp_path):
    file = tmp_path / "holder.yaml"
    file.write_text(
        "parts:\n- {name: 2026, size: .nan}\n- id: two\n  nam: x\n  size: 1\n- name: x\n  size: 1\n  kind: [1]\n"
        "by_name:\n  a:\n    name: b\n    size: .inf\n    whole: 1.5\nspare: 1\n"
    )
    with pytest.raises(InputError) as caught:
        load_data(file, Holder)
    assert [str(problem) for problem in caught.value.problems] == [
        "line 2, parts 1, name: '2026' is not text (put it in quotes).",
        "line 2, parts 1, size: 'nan' is not a finite number.",
        "line 3, parts two, name: not given. This field is needed.",
        "line 3, parts two, id: 'id' is not one of name, size, whole, kind. Did you mean kind?",
        "line 4, parts two, nam: 'nam' is not one of name, size, whole, kind. Did you mean name?",
        "line 8, parts 3, kind: '[1]' is not text (put it in quotes).",
        "line 12, by_name, a, size: 'inf' is not a finite number.",
        "line 13, by_name, a, whole: '1.5' is not a whole number.",
        "line 14, spare: 'spare' is not one of parts, by_name. Did you mean parts?",
    ]


def test_a_file_full_of_mistakes_names_the_first_ones_and_a_changed_file_is_read_again(tmp_path):
    file = tmp_path / "holder.yaml"
    file.write_text("parts:\n" + "- 1\n" * 5_000)
    with pytest.raises(InputError) as caught:
        load_data(file, Holder)
    assert len(caught.value.problems) == 21
    assert "'4980 more mistakes'" in str(caught.value.problems[-1])
    file.write_text("parts: []")
    first = load_data(file, Holder)
    assert load_data(file, Holder) is first
    file.write_text("parts: [{name: a, size: 1}]")
    assert len(load_data(file, Holder).parts) == 1


def places(value, at=()):
    """Yield the place of every value of an exam file."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*at, key)
        if isinstance(inner, dict | list):
            yield from places(inner, (*at, key))


SAA = yaml.safe_load((ROOT / "data/exams/SAA-C03.yaml").read_text())
NAN, INF = float("nan"), float("inf")
ODD = [None, "", "x", True, -1, 0, 10**19, 1.5, NAN, INF, [], {}, [[]], [None], {"a": {}}, {1: 2}, TODAY]


@given(st.sampled_from(list(places(SAA))), st.sampled_from(ODD))
def test_any_value_in_any_place_is_read_or_refused_in_words(tmp_path_factory, place, odd):
    raw = copy.deepcopy(SAA)
    part = raw
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = odd
    folder = tmp_path_factory.mktemp("exams")
    (folder / "SAA-C03.yaml").write_text(yaml.safe_dump(raw))
    try:
        exam = load_exam("SAA-C03", folder, today=TODAY)
    except InputError as error:
        assert error.what == "SAA-C03.yaml"
        for problem in error.problems:
            assert str(place[0]) in problem.place or problem.place == "file"
    else:
        ratings = ["NI"] * len(exam.domains)
        assert ScoreReport(exam.code, exam.score_range[0], ratings, exam_folder=folder, today=TODAY).facts == exam


def test_small_texts_keep_to_the_same_limits():
    assert parse_yaml("[a, 1]", "A cell", depth=1, as_text=True) == ["a", "1"]
    for text in ("[[a]]", "&a [x]", "[*a]", "{a: 1, a: 2}", "[", "\udcff", "a: \x07", "!!set {a}"):
        with pytest.raises(InputError, match="A cell: 1 mistake"):
            parse_yaml(text, "A cell", depth=1, as_text=True)
    with pytest.raises(InputError, match="1 MB or less"):
        parse_yaml("a" * 1_000_001, "A cell")
