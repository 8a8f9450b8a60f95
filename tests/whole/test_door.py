"""The door for every exam: the page and the kit agree on a thousand reports, and the file stays small."""

import random
from datetime import timedelta

import numpy as np
import pytest
from cases import TODAY
from doors import PLAIN, opened, plain, shown_by_kit, spaced, typed

from mls_kit.course.door import door_page, labels_shown
from mls_kit.exam import exam_files, find_exam
from mls_kit.report import ScoreReport

pytestmark = pytest.mark.browser
REPORTS, WITH_BANDS = 1000, 150
SCORED = [
    code
    for code in sorted(exam_files())
    if find_exam(code).has_standard and find_exam(code).domains and labels_shown(find_exam(code))
]


@pytest.fixture(scope="module")
def every_exam(tmp_path_factory):
    file = tmp_path_factory.mktemp("door") / "door.html"
    file.write_text(door_page(TODAY), encoding="utf-8")
    return file


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


def test_page_and_kit_agree_on_a_thousand_reports_to_the_digit_that_is_shown(page, every_exam):
    asked, days, reports = zip(*some_reports(), strict=True)
    found = opened(page, every_exam).evaluate(PLAIN, list(asked))
    stored = page.evaluate("Object.fromEntries(Object.keys(data.exams).map(code => [code, Boolean(models[code])]))")
    assert sum(stored.values()) >= 8
    apart, wrong = [], []
    for place, (each, today, report) in enumerate(zip(found, days, reports, strict=True)):
        expected, prospects = shown_by_kit(report, today, stored[report.exam])
        shown = plain(each)
        wrong += [(asked[place], name, shown[name], value) for name, value in expected.items() if shown[name] != spaced(value)]
        pairs = [(band, ahead) for band, ahead in zip(each["bands"], prospects, strict=False) if band and ahead]
        apart += [np.abs(np.subtract(band, ahead.band[:2])) for band, ahead in pairs if len(apart) < WITH_BANDS]
    assert wrong == []
    assert np.quantile(apart, 0.95) < 0.006
    assert np.max(apart) < 0.02


def test_the_file_stays_small(every_exam):
    assert every_exam.stat().st_size < 400_000
