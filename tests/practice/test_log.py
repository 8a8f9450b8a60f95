"""The practice log: what is written is read, crashes and windows lose nothing, and every mistake is named."""

import csv
import io
import subprocess
import sys
from datetime import date, timedelta

import pandas as pd
import pytest
from cases import ROOT

from mls_kit import InputError, ScoreReport
from mls_kit.practice.entry import COLUMNS, PracticeEntry
from mls_kit.practice.log import append, example_log, has_entry, log_file, my_log, read_log
from mls_kit.practice.readiness import readiness

HEAD = ",".join(COLUMNS)
GOOD = "2026-11-01,MLS-C01,own set,Modeling,13,20,yes,yes,38,75,misread:2,m-1,q1 q2,2026-11-01T19:30:00Z"


def entry(**changes):
    values = {"date": "2026-11-01", "exam": "MLS-C01", "provider": "own set", "domain": "Modeling", "right": 13}
    return PracticeEntry(**({**values, "out_of": 20} | changes))


def log_of(tmp_path, *lines, encoding="utf-8"):
    path = tmp_path / "log.csv"
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def test_what_is_written_is_read(home):
    append(entry(minutes=38, predicted=75, causes={"misread": 2}, set_id="m-1", seen=["q1", "q2"], timed=False))
    frame, problems = read_log()
    assert problems == []
    row = frame.iloc[0]
    assert row["date"] == pd.Timestamp("2026-11-01")
    assert (row["domain"], row["right"], row["out_of"], row["timed"], row["fresh"]) == ("Modeling", 13, 20, False, True)
    assert (row["minutes"], row["predicted"], row["causes"], row["seen"]) == (38, 75, "misread:2", "q1 q2")
    assert log_file().stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("changes", "place", "nearest"), [
    ({"right": 21}, "right", "20"), ({"domain": "Modelng"}, "domain", "Modeling"), ({"exam": "MLS-C10"}, "exam", "MLS-C01"),
    ({"date": "03/04/2026"}, "date", "2026-03-04 or 2026-04-03"), ({"predicted": 175}, "predicted", "100"),
    ({"date": date.today() + timedelta(days=1)}, "date", str(date.today())), ({"out_of": 0}, "out_of", "1"),
    ({"causes": "misred:2"}, "causes", "misread"), ({"timed": "maybe"}, "timed", None), ({"right": "12.5"}, "right", "12"),
])  # fmt: skip
def test_an_entry_is_checked(changes, place, nearest):
    with pytest.raises(InputError) as caught:
        entry(**changes)
    (problem,) = caught.value.problems
    assert (problem.place, problem.nearest) == (place, nearest)


def test_a_log_cut_off_in_the_middle_of_a_line_keeps_the_rest(tmp_path):
    whole = log_of(tmp_path, HEAD, GOOD, GOOD, "").read_bytes()
    for end in range(len(HEAD) + len(GOOD) + 3, len(whole) - 1):
        path = tmp_path / "cut.csv"
        path.write_bytes(whole[:end])
        frame, problems = read_log(path)
        last_cell = end >= len(whole) - 1 - len("2026-11-01T19:30:00Z")
        complete = end == len(whole) - 1 - len("2026-11-01T19:30:00Z")  # only the stamp itself is gone
        assert len(frame) == (2 if complete else 1), end
        assert [p.place for p in problems] == ([] if complete else ["line 3, logged" if last_cell else "line 3"])
        append(entry(set_id="after"), path)
        again, named = read_log(path)
        assert again["set_id"].tolist()[-1] == "after"
        assert len(again) == len(frame) + 1
        assert named == problems


@pytest.mark.parametrize(("lines", "encoding", "kept", "places"), [
    ([GOOD.replace("own set", '"own'), GOOD.replace("own set", '"a, b"'), GOOD], "utf-8", ["a, b", "own set"], ["line 2"]),
    ([GOOD, GOOD.replace("own set", "Müller"), GOOD], "cp1252", ["own set", "own set"], ["line 3"]),
    ([GOOD], "utf-16", ["own set"], []),
    ([GOOD.replace("Modeling", "Modelng").replace("13,20", "x,20").replace("75", "750")], "utf-8", [],
     ["line 2, domain", "line 2, predicted", "line 2, right"]),
])  # fmt: skip
def test_what_is_wrong_harms_its_own_line_only_and_every_mistake_is_named(tmp_path, lines, encoding, kept, places):
    text = [line.replace(",", "\t") if encoding == "utf-16" else line for line in (HEAD, *lines, "")]
    frame, problems = read_log(log_of(tmp_path, *text, encoding=encoding))
    assert frame["provider"].tolist() == kept
    assert sorted(problem.place for problem in problems) == places
    assert all("UTF-8" in p.expected and "Müller" in p.nearest for p in problems if encoding == "cp1252")


def test_a_log_that_a_spreadsheet_changed(tmp_path):
    days = [GOOD.replace("2026-11-01,", f"{day},", 1) for day in ("31.02.2026", "03.04.2026")]
    wrong = GOOD.replace(",38,", ",38#5,").replace("13,20", "21,20")
    rows = [HEAD, GOOD, *days, wrong, GOOD.replace("yes,yes", "WAHR,FALSCH")]
    path = tmp_path / "log.csv"
    path.write_bytes("\ufeff".encode() + "\r\n".join(row.replace(",", ";").replace("#", ",") for row in rows).encode())
    frame, problems = read_log(path)
    assert frame.index.tolist() == [2, 6]
    assert frame["fresh"].tolist() == [True, False]
    assert [(p.place, p.value, p.nearest) for p in problems] == [
        ("line 3, date", "31.02.2026", None),
        ("line 4, date", "03.04.2026", "2026-03-04 or 2026-04-03"),
        ("line 5, right", "21", "20"),
    ]
    append(entry(set_id="after", minutes=38.5), path)  # in the file's own form
    again, named = read_log(path)
    assert again["set_id"].tolist() == ["m-1", "m-1", "after"]
    assert named == problems


def test_columns_in_another_order_are_kept_and_missing_ones_named(tmp_path):
    turned = ",".join(reversed(COLUMNS))
    path = log_of(tmp_path, turned, ",".join(reversed(GOOD.split(","))), "")
    append(entry(set_id="b"), path)
    assert read_log(path)[0]["set_id"].tolist() == ["m-1", "b"]
    with pytest.raises(InputError, match="a column right"):
        read_log(log_of(tmp_path, HEAD.replace("right", "rihgt!"), GOOD))
    short = log_of(tmp_path, HEAD.removesuffix(",logged"), "")
    with pytest.raises(InputError, match="a column logged"):
        append(entry(), short)


@pytest.mark.whole
def test_programs_appending_at_once_lose_no_line(tmp_path):
    path, each = tmp_path / "shared.csv", 25
    code = (
        "import sys\nfrom mls_kit.practice import PracticeEntry, append\n"
        f"for n in range({each}):\n"
        "    append(PracticeEntry('2026-11-01', 'MLS-C01', 'p' + sys.argv[1], 'mixed', n, 100), sys.argv[2])\n"
    )
    programs = [subprocess.Popen([sys.executable, "-c", code, str(n), str(path)], cwd=ROOT) for n in range(4)]
    assert [program.wait(timeout=120) for program in programs] == [0] * 4
    frame, problems = read_log(path)
    assert problems == []
    assert sorted(zip(frame["provider"], frame["right"], strict=True)) == [(f"p{m}", n) for m in range(4) for n in range(each)]


@pytest.mark.whole
def test_a_long_log_loads_and_gives_a_verdict(tmp_path):
    report, today = ScoreReport("MLS-C01", 690, "S, C, NI, NI"), date(2026, 11, 22)
    path = log_of(tmp_path, HEAD, *(GOOD.replace("m-1", f"m-{n}") for n in range(100_000)), "half a li")
    frame, problems = read_log(path)
    assert (len(frame), len(problems)) == (100_000, 1)  # the time is measured in benchmarks/practice.py
    found = readiness(report, frame, today)
    assert len(found.sets) == 100_000
    assert found.causes["misread"] == 200_000
    assert found.domains.loc["Modeling", "out_of"] == 2_000_000


def test_no_cell_of_the_log_is_run_as_a_formula_and_each_comes_back():
    names = ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "'quoted", "plain"]
    append([entry(provider=name, set_id=str(n)) for n, name in enumerate(names)])
    cells = [cell for row in csv.reader(io.StringIO(log_file().read_text(encoding="utf-8-sig"))) for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert read_log()[0]["provider"].tolist() == names


def test_another_file_is_read_leniently(tmp_path):
    other = log_of(tmp_path, "Day,Exam,Topic,Score,Total questions,Timed,New", "2026-11-02,MLS-C01,mixed,41,50,yes,yes",
                   "2026-11-03,MLS-C01,mixed,55,50,y,y", "2026-11-04,MLS-C01,D3,9,10,,")  # fmt: skip
    frame, problems = read_log(other)
    assert frame["timed"].tolist() == [True, False]  # not said: it does not count
    assert [p.place for p in problems] == ["line 3, right"]
    with pytest.raises(InputError, match="a column exam"):
        read_log(log_of(tmp_path, "Day,Topic,Score,Total questions", "2026-11-02,mixed,41,50"))


def test_what_is_logged_is_known():
    assert not has_entry(entry(right=20))
    append(entry())
    assert has_entry(entry())
    assert not has_entry(entry(right=12))


def test_the_notebooks_log_is_the_learners_or_the_example_and_says_which():
    report = ScoreReport("MLS-C01", 690, "S, C, NI, NI")
    assert "invented" in my_log(report).said()
    append(entry())
    mine = my_log(report)
    assert mine.mine
    assert "your own" in mine.said()
    assert "invented" in my_log(ScoreReport("SAA-C03", 650, "NI, MC, MC, NI")).said()


@pytest.mark.parametrize(("code", "ratings"), [
    ("MLS-C01", "S, C, NI, NI"), ("AIF-C01", "NI, MC, MC, NI, MC"), ("SY0-701", "NI, C, NI, C, S"),
])  # fmt: skip
def test_the_example_fits_every_exam_and_ends_yesterday(code, ratings):
    report, today = ScoreReport(code, 650, ratings), date(2027, 3, 1)
    log = example_log(report, today)
    assert log["date"].max() == pd.Timestamp("2027-02-28")
    assert set(log["domain"]) == {"mixed", *report.ratings}
    assert len(readiness(report, log, today).counting) == 3
