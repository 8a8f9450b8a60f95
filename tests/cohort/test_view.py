"""The view of a group: right numbers, small groups hidden for good, nobody named anywhere."""

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from cases import ROOT, TODAY, run
from hypothesis import given, settings, strategies as st
from lab import barriers
from scipy.interpolate import CubicSpline
from scipy.optimize import linprog

from mls_kit import ScoreReport, diagnose, prioritize, read_cohort
from mls_kit.cohort.chance import count_interval, group_chance
from mls_kit.cohort.suppression import Counts, hidden_counts, pseudonyms
from mls_kit.cohort.view import PARAMETERS, read_view, view_cohort
from mls_kit.cohort.workshops import Added, WorkshopGroup, ranked, workshop_groups
from mls_kit.exam.catalog import find_exam
from mls_kit.exam.rules import load_method
from mls_kit.explain import cohort_words
from mls_kit.method import compare_reports, prospects_of
from mls_kit.method.outlook import model_of
from mls_kit.problems import InputError
from mls_kit.score_model.joint import Evidence, infer_report

COHORTS = ROOT / "data" / "cohorts"


def view_of(name="sample_large.csv", least=5, **more):
    return view_cohort(read_cohort(COHORTS / name, today=TODAY), TODAY, least, **more)


def text_of(view):
    return re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]*>", "", cohort_words.page(view), flags=re.S))


# -- numbers


def test_the_groups_agree_with_the_reports_one_by_one():
    cohort = read_cohort(COHORTS / "sample_large.csv", today=TODAY)
    view = view_cohort(cohort, TODAY)
    for group in view.groups:
        reports = [report for report in cohort.reports if report.exam == group.exam.code and not report.passed]
        assert len(reports) == group.size
        for name, row in group.ratings.table.iterrows():
            assert row.to_dict() == {label: sum(r.ratings[name] == label for r in reports) for label in row.index}
        tiers = [diagnose(report, today=TODAY).timeline.tier for report in reports]
        assert group.tiers.table.iloc[0].to_dict() == {name: tiers.count(name) for name in group.tiers.table}
        shares = pd.DataFrame([prioritize(report)["share"] for report in reports]).mean()
        assert (abs(shares[group.shares.index] - group.shares) <= 2.5 + 1e-9).all()
    assert sum(len(workshop.learners) for group in view.groups for workshop in group.workshops) == sum(
        group.size for group in view.groups
    )


def test_only_the_latest_attempt_counts(tmp_path):
    rows = [f"L{n},SAA-C03,{score},NI,MC,MC,NI,{attempt}" for n in range(6) for attempt, score in ((1, 600), (2, 650))]
    rows += ["P1,SAA-C03,650,NI,MC,MC,NI,1", "P1,SAA-C03,800,MC,MC,MC,NI,2"]
    path = tmp_path / "cohort.csv"
    path.write_text("\n".join(["id,exam,score,1,2,3,4,attempt", *rows]))
    (group,) = view_cohort(read_cohort(path, today=TODAY), TODAY).groups
    assert group.size == 6


def share_below(model, posterior, domain, bound):
    theta = model.theta[domain]
    cumulative = CubicSpline(theta, posterior.ability[domain]).antiderivative()
    return cumulative(np.interp(bound, model.proportion_given_theta[domain], theta)) / cumulative(theta[-1])


def test_what_the_model_says_of_a_group_is_what_it_says_of_its_learners():
    exam = find_exam("MLS-C01")
    reports = [ScoreReport("MLS-C01", score, ratings) for score, ratings in ((690, "S, C, NI, NI"), (714, "C, C, C, C"),
                                                                            (650, "NI, NI, C, C"))]  # fmt: skip
    labels = load_method().labels
    codes = np.array([[labels.index(label) for label in report.ratings.values()] for report in reports], np.int8)
    found = group_chance(exam, np.array([report.scaled_score for report in reports]), codes)
    model = model_of(exam, ("Needs Improvement", "Competent", "Strong"))
    evidence = [Evidence.from_score(model, report.scaled_score, list(report.ratings.values())) for report in reports]
    posteriors = [infer_report(model, each) for each in evidence]
    each = np.array([[share_below(model, posterior, domain, found.bound) for domain in range(4)] for posterior in posteriors])
    assert np.allclose(each.mean(axis=0), found.weak["mean"], atol=0.001)
    assert (found.weak["low"] <= found.weak["mean"]).all()
    assert (found.weak["mean"] <= found.weak["high"]).all()


def test_intervals_of_counts_cover_what_they_say():
    chances = np.random.default_rng(1).uniform(0.1, 0.9, 60)
    low, high = count_interval(chances)
    drawn = (np.random.default_rng(2).random((20_000, 60)) < chances).sum(axis=1)
    assert 0.9 <= ((drawn >= low) & (drawn <= high)).mean() <= 0.96
    many = np.tile(chances, 10)
    drawn = (np.random.default_rng(3).random((5_000, 600)) < many).sum(axis=1)
    low, high = count_interval(many)
    assert 0.89 <= ((drawn >= low) & (drawn <= high)).mean() <= 0.93


def test_differences_are_chance_in_a_small_group_and_more_than_chance_in_a_large_one():
    exam, labels = find_exam("SAA-C03"), load_method().labels
    best = labels.index("Meets Competencies")
    codes = np.array([[best, 0, best, best]], np.int8)
    names = [domain.name for domain in exam.domains]
    few, many = (group_chance(exam, np.full(n, 690), np.repeat(codes, n, axis=0)) for n in (5, 500))
    assert len(few.alike(names)) > len(many.alike(names))
    assert all(names[1] not in pair for pair in many.alike(names))


# -- hiding


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 4), st.integers(2, 4), st.integers(2, 6), st.data())
def test_nothing_hidden_follows_from_sums(rows, columns, least, data):
    counts = np.array(data.draw(st.lists(st.lists(st.integers(0, 12), min_size=columns, max_size=columns), min_size=rows,
                                         max_size=rows)))  # fmt: skip
    hidden = hidden_counts(counts, least)
    small = (counts > 0) & (counts < least)
    assert hidden[small].all()
    if not small.any():
        assert not hidden.any()
    for line, inside in [*zip(counts, hidden, strict=True), *(zip(counts.T, hidden.T, strict=True) if rows > 1 else ())]:
        if inside.any() and not inside.all():
            assert inside.sum() >= 2
            assert line[inside].sum() >= least
    places = np.argwhere(hidden)
    if not len(places) or hidden.all():
        return
    lines = [places[:, 0] == row for row in range(rows)]
    lines += [places[:, 1] == column for column in range(columns)] if rows > 1 else []
    sums = np.array(lines, float)
    known = sums @ counts[hidden]
    for place in range(len(places)):
        aim = np.eye(len(places))[place]
        free = np.linalg.matrix_rank(np.vstack([sums, aim])) > np.linalg.matrix_rank(sums)
        assert free or hidden[places[place][0]].all()
        assert linprog(aim, A_eq=sums, b_eq=known).status == 0


def test_hidden_counts_look_alike():
    counts = Counts.of(pd.DataFrame([[1, 5, 20]], columns=list("abc")), 5)
    assert counts.words().iloc[0].tolist() == ["hidden", "hidden", "20"]


@pytest.mark.parametrize("least", [2, 5, 10, 40])
def test_no_small_count_of_learners_is_on_the_page(least):
    view = view_of(least=least)
    assert all(group.size >= least for group in view.groups)
    for group in view.groups:
        assert all(len(workshop.learners) >= least for workshop in group.workshops)
        for counts in (group.ratings, group.tiers, group.when):
            shown = counts.table.to_numpy()[~counts.hidden]
            assert not ((shown > 0) & (shown < least)).any()
    for text in view.people.to_numpy().ravel():
        assert text == f"1-{least - 1}" or int(text) == 0 or int(text) >= least


def test_the_small_sample_is_mostly_hidden_and_says_so():
    view = view_of("sample.csv")
    text = text_of(view)
    assert "MLA-C01: fewer than 5 people have failed this exam." in text
    assert "readers could guess whose ratings these are" in text
    few = text_of(view_of("sample.csv", least=50))
    assert "This group is too small for a page." in few
    assert "add --group-size 2" in few
    assert "Which workshop" not in few


def test_everybody_is_in_one_workshop_of_at_least_the_least():
    rng = np.random.default_rng(5)
    exam = find_exam("SAA-C03")
    for size in (4, 5, 9, 37, 200):
        shares = rng.dirichlet(np.ones(4), size) * 100
        groups = workshop_groups(exam, shares, [f"learner-{n}" for n in range(size)], 5, 20)
        members = [learner for group in groups for learner in group.learners]
        assert len(members) == len(set(members)) == (size if size >= 5 else 0)
        assert all(len(group.learners) >= 5 and group.sessions == -(-len(group.learners) // 20) for group in groups)


# -- names


def test_pseudonyms_tell_neither_order_nor_number():
    people = [f"Person {n:03d}" for n in range(300)]
    names = pseudonyms(people, people[:100])
    assert sorted(names[person] for person in people[:100]) == [f"learner-{n:03d}" for n in range(1, 101)]
    order = [int(names[person].split("-")[1]) for person in people[:100]]
    assert abs(np.corrcoef(order, range(100))[0, 1]) < 0.3
    assert pseudonyms(people[:99]) != {person: names[person] for person in people[:99]}


def test_no_id_no_name_and_nothing_hostile_is_on_the_page_or_in_the_notebook(tmp_path):
    hostile = ["<script>alert(1)</script>", "=cmd()", "{{7*7}}", "../../x", "$x$", "__import__('os')"]
    lines = [
        f'"{hostile[n % 6]}{n}","Nameless Person {n}",SAA-C03,{640 + n % 50},NI,MC,{"NI" if n % 2 else "MC"},NI' for n in range(40)
    ]
    path = tmp_path / "secret_client.csv"
    path.write_text("\n".join(["id,name,exam,score,1,2,3,4", *lines, "Wrong Person,W,SAA-C3,1,NI,MC,MC,NI"]))
    html = cohort_words.page(view_cohort(read_cohort(path, today=TODAY), TODAY))
    for word in (*hostile, "Nameless", "Wrong Person", "secret_client", str(tmp_path)):
        assert word not in html
    assert "1 row has mistakes and is not counted: 42." in re.sub(r"<[^>]*>", "", html)
    assert "default-src 'none'" in html
    assert "<script" not in html
    assert "learner-040" in html
    assert "learner-041" not in html


def test_the_key_is_written_only_when_asked_and_names_rows(tmp_path):
    target, key = tmp_path / "view.html", tmp_path / "key.csv"
    arguments = ["view", COHORTS / "sample_large.csv", "-o", target, "--today", TODAY, "--key", key]
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    found = pd.read_csv(key)
    assert list(found.columns) == ["learner", "row", "exam", "workshop"]
    assert set(found["row"]) == set(range(2, 161))
    assert (key.stat().st_mode & 0o77) == 0
    assert len(target.read_bytes()) < 150_000
    assert "would be overwritten" in run(*arguments).output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.csv"], "no such file"),
        ([str(COHORTS / "sample.csv"), "--before", "nowhere.csv"], "no such file"),
        ([str(COHORTS / "sample.csv"), "--by", "team"], "The file has no extra columns"),
        ([str(COHORTS / "sample.csv"), "--exam", "SAA-C3"], "Did you mean SAA-C03"),
        ([str(COHORTS / "sample.csv"), "--group-size", "1"], "2 to 1000"),
        ([str(COHORTS / "sample.csv"), "-o", "view.pdf"], "does not end in .html"),
    ],
)
def test_nonsense_is_refused_in_words(tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    done = run("view", *arguments)
    assert done.exit_code == 2, done.output
    assert message in done.output
    assert "Traceback" not in done.output
    assert list(tmp_path.iterdir()) == []


# -- parameters and the end of exams


def test_a_misspelt_parameter_is_refused_and_nothing_given_is_the_sample():
    with pytest.raises(InputError, match="Did you mean cohort"):
        read_view({"In": ["", "# Parameters\ncohor = 'x.csv'\n"]})
    values = dict.fromkeys(PARAMETERS, "") | {"group_size": 5, "today": str(TODAY)}
    view = read_view(values)
    assert "These learners are invented" in str(cohort_words.opening(view))
    assert [group.exam.code for group in read_view(values | {"exam": "saa c03"}).groups] == ["SAA-C03"]
    with pytest.raises(InputError, match="1 mistake"):
        read_view(values | {"group_size": "few"})
    with pytest.raises(InputError, match="seats: '0' is not"):
        read_view(values | {"seats": 0})


def test_an_exam_that_ends_first_is_said():
    view = view_of()
    ended = next(group for group in view.groups if group.exam.code == "MLA-C01")
    assert ended.when.table["not at this exam"].item() == ended.size
    assert "MLA-C01 is no longer offered. Plan for the exam that replaces it." in text_of(view)
    assert all(not workshop.added for workshop in ended.workshops)
    before = view_cohort(read_cohort(COHORTS / "sample_large.csv", today=TODAY), date(2026, 8, 30))
    early = next(group for group in before.groups if group.exam.code == "MLA-C01")
    assert early.too_late != "0" or early.when.table["not at this exam"].item()


# -- workshops, teams, and what has changed


def small(folder, name, rows, head="id,exam,score,1,2,3,4,taken_on,Team"):
    (folder / name).write_text("\n".join([head, *rows]))
    return read_cohort(folder / name, today=TODAY)


def test_a_workshop_adds_what_its_hours_add_to_each_of_its_people(tmp_path):
    cohort = small(tmp_path, "c.csv", [f"L{n},SAA-C03,690,NI,MC,MC,MC,2026-11-01,A" for n in range(12)])
    (workshop,) = view_cohort(cohort, TODAY, seats=6).workshops
    found = workshop.domain, workshop.sessions, workshop.seated, workshop.rank
    assert found == ("Design Secure Architectures", 2, 6, "first")
    ahead = prospects_of(cohort.reports[0])
    after, before = (ahead.at((hours, 0.0, 0.0, 0.0)).chance for hours in (24.0, 0.0))
    assert workshop.added.mean == pytest.approx(6 * (after - before), rel=0.1)
    assert workshop.added.low < workshop.added.mean < workshop.added.high


def test_workshops_too_close_to_call_are_said():
    groups = [WorkshopGroup(find_exam("SAA-C03"), "a", (), 20, added and Added(added, 0, 2)) for added in (0.5, None, 1.0, 0.76)]
    assert [(each.added and each.added.mean, each.rank) for each in ranked(groups)] == [
        (1.0, "first"), (0.76, "close"), (0.5, "less"), (None, "")]  # fmt: skip


def test_teams_are_shown_in_groups_and_told_apart_only_where_luck_does_not(tmp_path):
    rows = [f"L{n},SAA-C03,{score},NI,MC,NI,MC,2026-11-01,{team}" for n, (score, team) in enumerate(
        [*[(710, "Ash")] * 10, *[(500, "Oak")] * 10, *[(600, "Elm")] * 2])]  # fmt: skip
    view = view_cohort(small(tmp_path, "c.csv", rows), TODAY, by="team")
    assert view.teams.counts.words().loc["did not pass"].to_dict() == {"Ash": "hidden", "Oak": "10", "others": "hidden"}
    assert list(view.teams.passes) == ["Oak"]
    assert not view.teams.within_luck
    assert "Elm" not in text_of(view)
    mixed = [row.replace(",Oak", f",{'Ash' if n % 2 else 'Oak'}").replace(",Elm", ",Oak") for n, row in enumerate(rows)]
    alike = [row.replace(",710,", ",600,").replace(",500,", ",600,") for row in mixed]
    assert view_cohort(small(tmp_path, "c.csv", alike), TODAY, by="team").teams.within_luck


def test_progress_is_what_was_computed_by_hand(tmp_path):
    scores = [650, 700, 720, 730, 600]
    old = small(tmp_path, "old.csv", [f"L{n},SAA-C03,600,NI,MC,MC,NI,2026-09-01,A" for n in range(6)])
    again = [f"L{n},SAA-C03,{score},NI,MC,MC,{'MC' if n else 'NI'},2026-11-01,A" for n, score in enumerate(scores)]
    others = [f"{name},SAA-C03,600,NI,MC,MC,NI,2026-09-01,A" for name in ("L5", "L9")]
    new = small(tmp_path, "new.csv", [*again, *others])
    view = view_cohort(new, TODAY, 2, before=old)
    (found,) = view.progress
    assert (found.size, found.waiting) == (5, 1)
    assert found.passed.table.iloc[0].tolist() == [2, 3]
    # changes 50, 100, 120, 130, 0: mean 80, standard deviation 54.3; Student's 2.776 times 54.3 / sqrt(5)
    assert (found.score.before, found.score.after) == (600, 680)
    assert found.score.interval == pytest.approx((80 - 67.4, 80 + 67.4), abs=0.1)
    single = [compare_reports(old.reports[n], new.reports[n]) for n in range(5)]
    luck = np.mean([each.expected for each in single])
    assert np.mean(found.score.luck) == pytest.approx(luck, abs=4)  # that of each is without ratings
    assert found.learners["verdict"].tolist() == [
        "no more than luck" if each.chance > 0.05 else "rose" for each in single]  # fmt: skip
    last = found.weak["Design Cost-Optimized Architectures"]
    assert (last.before, last.after) == (100, 20)
    assert last.verdict == "fell"
    assert found.weak["Design Secure Architectures"].verdict == "no more than luck"
    assert sorted(view.key["score now"].dropna()) == sorted(scores)
    assert "2 of 5 passed" in text_of(view)


@pytest.mark.browser
def test_the_page_is_readable_on_a_phone_in_the_dark_and_has_no_barriers(page, tmp_path):
    (tmp_path / "view.html").write_text(cohort_words.page(view_of()))
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto((tmp_path / "view.html").as_uri())
    page.locator("summary").evaluate_all("all => all.forEach(each => each.click())")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert barriers(page, "body") == []
