"""What was ticked and answered: it comes back, it can be taken back, and a broken line loses no other."""

import os
import stat
from datetime import date

import pytest

from mls_kit.practice import Answered, Tick, note_done, read_done
from mls_kit.practice.done import done_file

SATURDAY = Tick(exam="SAA-C03", day=date(2026, 11, 28), start="10:00", kind="study", minutes=50)


def test_the_last_word_on_a_session_counts_and_a_tick_can_be_taken_back():
    assert read_done().ticks == {}
    assert not done_file().exists()
    sunday = SATURDAY.model_copy(update={"day": date(2026, 11, 29), "kind": "test"})
    note_done([SATURDAY, sunday, Answered(lesson="04")])
    note_done([SATURDAY.model_copy(update={"minutes": 80}), sunday.model_copy(update={"minutes": 0})])
    found = read_done()
    assert [tick.minutes for tick in found.of("SAA-C03")] == [80]
    assert found.of("AIF-C01") == []
    assert found.lessons == {"04"}
    if os.name != "nt":
        assert stat.S_IMODE(done_file().stat().st_mode) == 0o600


@pytest.mark.parametrize("broken", [
    b"half a line", b"\xff\xfe\x00", b"[1, 2]", b'{"what": "session", "minutes": 1e999}', b"1" * 5000 + b"{", b"[" * 9000,
])  # fmt: skip
def test_a_line_that_cannot_be_read_is_counted_and_loses_no_other(broken):
    note_done([SATURDAY])
    with done_file().open("ab") as file:
        file.write(broken)  # a crash left the line open
    note_done([SATURDAY.model_copy(update={"start": "14:00"})])
    found = read_done()
    assert [tick.start for tick in found.of("SAA-C03")] == ["10:00", "14:00"]
    assert found.unreadable == 1


def test_a_file_that_cannot_be_opened_is_said():
    done_file().mkdir(parents=True)
    assert read_done().unreadable == 1
