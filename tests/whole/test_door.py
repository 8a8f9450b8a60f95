"""The door for every exam: the page and the kit agree on a thousand reports, and the file stays small."""

import random
from datetime import timedelta

import numpy as np
import pytest
from cases import TODAY
from doors import PLAIN, opened, plain, shown_by_kit, spaced, typed

from mls_kit.course.door import labels_shown, write_door
from mls_kit.exam import exam_files, find_exam
from mls_kit.report import ScoreReport

pytestmark = pytest.mark.browser
REPORTS, WITH_BANDS = 1000, 500
SCORED = [
    code
    for code in sorted(exam_files())
    if find_exam(code).has_standard and find_exam(code).domains and labels_shown(find_exam(code))
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The page of all exams, and those of exams that it has no room for, by exam; the first under no name."""
    first, *own = write_door(tmp_path_factory.mktemp("door") / "door.html", TODAY)
    return {"": first} | {file.stem.partition("-")[2]: file for file in own}


def some_reports():
    """Reports of all exams: scores mostly near the standard, any ratings, days, languages and hours."""
    chance = random.Random(11)
    for place in range(REPORTS):
        exam = find_exam(SCORED[place % len(SCORED)])
        low, high = exam.score_range
        score = chance.randint(low, high) if chance.random() < 0.2 else chance.randint(exam.passing - 220, exam.passing)
        today = TODAY + timedelta(days=chance.randint(0, 200))
        taken = None if chance.random() < 0.1 else today - timedelta(days=chance.choice([0, 1, 5, 13, 14, 40, 90, 200]))
        labels = labels_shown(exam)
        codes = [chance.randrange(len(labels)) for _ in exam.domains]
        language = chance.choice(["English", "English", *(name for name in exam.life_cycle.last_days.value or {} if name != "all")])
        attempt, hours = chance.choice([1, 1, 2, 3, 4, 7]), chance.randint(1, 60)
        asked = typed(exam.code, score, codes, taken, hours, today, attempt, language)
        given = {"attempt": attempt, "hours_per_week": hours, "language": language, "today": today}
        yield asked, today, ScoreReport(exam.code, score, [labels[code] for code in codes], taken, **given)


def test_page_and_kit_agree_on_a_thousand_reports_to_the_digit_that_is_shown(page, pages):
    reports, found, apart, wrong = list(some_reports()), {}, [], []
    for code, file in pages.items():
        asked = [each for each, *_ in reports if (each["exam"] if each["exam"] in pages else "") == code]
        answers = opened(page, file).evaluate(PLAIN, asked)
        found |= {str(each): answer for each, answer in zip(asked, answers, strict=True)}
    for place, (asked, today, report) in enumerate(reports):
        each = found[str(asked)]
        expected, prospects = shown_by_kit(report, today)
        shown = plain(each)
        wrong += [(asked, name, shown[name], value) for name, value in expected.items() if shown[name] != spaced(value)]
        pairs = [(band, ahead) for band, ahead in zip(each["bands"], prospects, strict=False) if band and ahead]
        apart += [np.abs(np.subtract(band, ahead.band[:2])) for band, ahead in pairs if place < WITH_BANDS]
    assert wrong == []
    assert np.quantile(apart, 0.95) < 0.013
    assert np.max(apart) < 0.06


def test_the_files_stay_small_and_the_first_leads_to_the_others(pages):
    for file in pages.values():
        assert file.stat().st_size < 400_000
    first = pages[""].read_text(encoding="utf-8")
    assert all(f'<a href="{file.name}">' in first for code, file in pages.items() if code)
