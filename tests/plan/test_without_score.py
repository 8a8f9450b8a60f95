"""Exams whose reports tell no score, or no standard: a plan with everything that needs none, and no chance anywhere."""

import re

import pytest
from cases import PLANNED, TODAY, page_of, report_for, request_for, run

from mls_kit import InputError, ScoreReport, build_plan, prioritize
from mls_kit.batch.told import told_of
from mls_kit.cohort import read_cohort
from mls_kit.cohort.view import view_cohort
from mls_kit.exam import exam_files, find_exam
from mls_kit.explain import cohort_words
from mls_kit.method import labels_of, model_of, prospects_of, why_silent

UNSCORED = [code for code in PLANNED if not find_exam(code).has_standard]
OPTIONAL = [code for code in UNSCORED if not (find_exam(code).reports_score and find_exam(code).rates_domains)]


@pytest.mark.parametrize("code", UNSCORED)
def test_the_page_says_why_in_one_sentence_and_shows_no_chance(code):
    request = request_for(code, today=str(TODAY), taken_on="2026-11-10", hours_per_week=9)
    plan, page = build_plan(request.report, today=TODAY), str(page_of(request))
    lead = re.search(r'<p class="lead">(.*?)</p>', page)[1].strip()
    assert lead == why_silent(find_exam(code))
    assert not re.search(r"tries|would pass|band|\d %\s*chance|chance[^.]{0,40}\d", page.split('id="how"')[0].split("</style>")[-1])
    told = told_of(plan)
    assert (plan.prospects, told.now, told.then, {aim.prospect for aim in plan.aims}) == (None, None, None, {None})
    assert {session.kind for session in plan.sessions} > {"study", "practice", "mixed", "buffer"}
    assert plan.diagnosis.retake.wait_days == find_exam(code).retake.wait_days.value[0]
    assert prospects_of(request.report) is None
    with pytest.raises(ValueError, match="can’t calculate a chance of passing"):
        model_of(find_exam(code), ("Needs Improvement", "Competent", "Strong"))


@pytest.mark.parametrize("code", OPTIONAL)
def test_nothing_but_failed_gives_a_plan_by_weight(code):
    exam = find_exam(code)
    report = ScoreReport(code, 600 if exam.reports_score else None, result="failed")
    total = sum(domain.weight for domain in exam.domains)
    ranked = prioritize(report)
    assert ranked["share"].to_dict() == pytest.approx({d.name: 100 * d.weight / total for d in exam.domains})
    assert (report.passed, report.is_rated, labels_of(report)) == (False, False, None)
    plan = build_plan(report, today=TODAY, hours_per_week=8)
    assert (plan.share_rule, plan.timeline.tier) == ("not rated", "Moderate")
    assert {session.domain for session in plan.sessions} >= {domain.name for domain in exam.domains}


def test_words_of_a_vendors_own_are_read_and_count_as_what_they_are_like():
    report = ScoreReport("CISSP", None, "below, near, above, below, near, near, above, above", result="fail")
    assert list(report.ratings.values())[:3] == ["Below Proficiency", "Near Proficiency", "Above Proficiency"]
    assert len(report.weak_domains) == 2
    assert prioritize(ScoreReport("PMP", None, "AT, BT, T", result="fail")).index[0] == "Process"


@pytest.mark.parametrize(
    ("row", "place", "said"),
    [("PMP,690,fail,", "scaled_score", "PMI reports no score"), ("PMP,,,", "result", "pass or fail"),
     ("PMLE,,fail,NI", "ratings", "pass or fail only"), ("PMP,,fail,\"NI, T, XX\"", "ratings", "one of Needs Improvement, Below"),
     ("200-301,800,,\"60, 70, 80, 90, 55, 60\"", "result", "know which score passes 200-301"),
     ("SAA-C03,,fail,\"NI, MC, MC, NI\"", "scaled_score", "100 to 1000"), ("SAP-C03,700,fail,", "exam", "could not be read")],
)  # fmt: skip
def test_a_cohorts_row_names_what_does_not_fit_by_row_and_column(tmp_path, row, place, said):
    file = tmp_path / "group.csv"
    file.write_text(f'exam,scaled_score,result,ratings\nPMP,,fail,"NI, T, AT"\nPMLE,,passed,\n{row}\n')
    cohort = read_cohort(file, today=TODAY)
    assert [report.outcome for report in cohort.reports] == ["not passed", "passed"]
    assert all(problem.row == 4 for problem in cohort.problems)
    assert any(problem.column.startswith(place) and said in problem.expected for problem in cohort.problems)


def test_a_group_without_scores_is_shown_without_a_chance(tmp_path):
    file = tmp_path / "group.csv"
    rows = [f"{code} {n},{code},,fail,{words}" for n in range(12) for code, words in (("PMP", '"NI, T, AT"'), ("PMLE", ""))]
    file.write_text("\n".join(["learner_id,exam,scaled_score,result,ratings", *rows]))
    view = view_cohort(read_cohort(file, today=TODAY), TODAY)
    assert [(group.size, group.middle, group.chance) for group in view.groups] == [(12, None, None)] * 2
    text = str(cohort_words.exams(view)) + str(cohort_words.workshops(view))
    assert "Score reports of PMLE don't rate the domains." in text
    assert why_silent(find_exam("PMP")) in text


def test_the_commands_work_without_a_score(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run("plan", "--exam", "PMP", "--result", "fail", "-o", "plan.ipynb", "--ics", "--csv", "--today", TODAY)
    assert done.exit_code == 0, done.output
    (tmp_path / "reports").mkdir()
    kept = "exam: PMP\nresult: fail\nratings: Target, Below Target, NI\ntaken_on: 2026-10-20\n"
    (tmp_path / "reports/a.yaml").write_text(kept)
    assert run("collect", "reports", "-o", "group.csv").exit_code == 0
    assert run("check", "group.csv").exit_code == 0
    log = "date,exam,domain,right,out_of,timed,fresh\n2026-11-23,PMP,People,19,20,yes,yes\n"
    (tmp_path / "log.csv").write_text(log)
    done = run(
        "replan", "--report", "reports/a.yaml", "--log", "log.csv", "--started", TODAY, "--today", "2026-11-26", "-o", "b.ipynb"
    )
    assert done.exit_code == 0, done.output
    assert "--result" in run("plan", "--exam", "PMP", "-o", "c.ipynb").output


@pytest.mark.parametrize("code", UNSCORED)
def test_checking_its_file_says_why_the_model_is_silent(code):
    assert find_exam(code).silent == ("standard" if code in ("200-301", "SY0-801") else "score")
    done = run("exams", "--check", exam_files()[code])
    assert (done.exit_code, done.output.splitlines()[1]) == (0, why_silent(find_exam(code)))


def test_an_announced_exam_without_weights_is_listed_and_refused_with_its_reason():
    assert "SAP-C03   announced" in run("exams").output
    with pytest.raises(InputError, match="could not be read"):
        ScoreReport("SAP-C03", 700, "NI")
    assert report_for("SY0-801").facts.first_day
