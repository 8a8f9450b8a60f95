"""The door: one page that reads a score report in a browser, offline, from answers that the kit has worked out beforehand.

The page knows no rule. It looks up what is stored for an exam and its ratings, unpacks the chance at a score after hours of
study, and adds days. The words are in ``templates/door.html.j2``; the looking up in ``templates/door.js``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from datetime import date, timedelta
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from mls_kit import __version__
from mls_kit.exam import Exam, exam_files, find_exam, load_method
from mls_kit.explain import plan_page
from mls_kit.files import write_whole
from mls_kit.html import Block, plain_days, render
from mls_kit.method import availability, diagnose, model_of, prioritize, retake_of, share_rule, stated_grid, why_silent
from mls_kit.plan import usual_week
from mls_kit.report import LANGUAGES, DaysOff, ScoreReport
from mls_kit.score_model import Evidence, FloatArray, ImpossibleReportError, PreparedGrid, ScoreModel, chances_by_total, split_hours

_PAGE, _REPORT = "course/door.html.j2", "explain/plan_report.html.j2"
_SCRIPT = Path(__file__).parent / "templates/door.js"
_MOST_ROWS = 1000  # combinations of ratings whose answers are stored; of more, the page takes no ratings where it can do without
_ROOM = 270_000  # characters of stored chances on a page: the exam with the most gets a page of its own until the others fit
_ATTEMPTS = 9
_BENT = 160.0  # hours: a chance after h hours is all but a polynomial in h / (h + 160)
_LIKELY, _CHANCE, _BAND = 1e-6, 2e-7, 8e-3  # steps of what is stored: logarithms of likelihoods, chances, log odds of bands
_NODES, _BAND_NODES, _ORDERS = 24, 8, (4, 2)  # coefficients of chances and bands; differences between totals of this order
_JUST = 1e-6
_BANDS_FROM = 0.5  # of the right answers that pass; below, bands are not stored
_MANY, _EVERY = 100, 3  # of more combinations of ratings, bands are worked out at every third number of right answers
_SURE = 1e-4  # ends of bands are kept this far from 0 and 1, so that their log odds are finite


def door_pages(name: str, today: date | None = None, exams: Iterable[str] = (), workers: int = 2) -> dict[str, str]:
    """Return the page for all exams of the kit or for some, by its file's name, then those of exams that it has no room for."""
    today, asked = today or date.today(), [find_exam(code) for code in exams or exam_files()]
    codes = sorted(exam.code for exam in asked if exam.domains and (labels_shown(exam) or not exam.rates_domains))
    workers = min(workers, len(codes))
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(threads, "1")  # of the workers: threads take twice the time of matrices as small as these
    with ProcessPoolExecutor(workers, get_context("spawn")) if workers > 1 else nullcontext() as pool:
        longest = sorted(codes, key=lambda code: -(len(labels_shown(find_exam(code))) ** len(find_exam(code).domains)))
        made = dict(zip(longest, (pool.map if pool else map)(chances, longest), strict=True))
    numbers = {code: made[code] for code in codes}
    own = dict[str, str]()
    while len(codes) > 1 and sum(len(numbers[code]) for code in codes if code not in own) > _ROOM:
        most = max((code for code in codes if code not in own), key=lambda code: len(numbers[code]))
        own[most] = f"{Path(name).stem}-{most}.html"
    absent = {exam.code: "percent" if exam.domains else "domains" for exam in asked if exam.code not in codes}
    pages = {name: _page({code: "" if code in own else numbers[code] for code in codes}, today, own, absent)}
    return pages | {file: _page({code: numbers[code]}, today) for code, file in sorted(own.items())}


def write_door(target: Path, today: date | None = None, exams: Iterable[str] = ()) -> list[Path]:
    """Write the page, and beside it those of exams that it has no room for; return their paths.

    An OSError where one cannot be written.
    """
    pages = {target.parent / name: page for name, page in door_pages(target.name, today, exams).items()}
    for file, page in pages.items():
        write_whole(file, page)
        file.chmod(0o644)
    return list(pages)


def _page(numbers: dict[str, str], today: date, own: Mapping[str, str] = {}, absent: Mapping[str, str] = {}) -> str:
    """Return the page of the exams whose packed chances are given; ``own`` are the files of those that are on another page."""
    found = {code: _exam(find_exam(code), today) for code in numbers}
    rules, aims = load_method().plan, load_method().aims
    data = {
        "exams": found,
        "weeks": [[usual_week(hours, DaysOff(), rules).get(day, 0) for day in range(7)] for hours in _hours()],
        "longest": rules.longest_weeks,
        "aims": [[aim.name, plan_page.AIM_NAMES[aim.name], aim.chance] for aim in aims.days],
        "default": aims.default,
        "built": _number(today),
        "stale": load_method().stale_after_days,
        "bent": _BENT,
        "steps": [_LIKELY, _CHANCE, _BAND],
        "nodes": [_NODES, _BAND_NODES],
        "orders": _ORDERS,
        "bands": _BANDS_FROM,
        "own": dict(own),
    }
    packed = {"data": _packed(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())} | numbers
    digest = hashlib.sha256("".join(packed.values()).encode()).hexdigest()[:8]
    values = {
        "packed": packed, "today": today, "digest": digest, "version": __version__, "hours": len(_hours()),
        "exams": [(code, each["name"]) for code, each in found.items()], "own": own, "absent": absent,
        "style": plan_page.plan_style(), "script": Block(_SCRIPT.read_text(encoding="utf-8")),
    }  # fmt: skip
    return render(_PAGE, **values).markup


def _hours() -> range:
    bounds = load_method().plan.hours_per_week
    return range(int(bounds["lowest"]), int(bounds["highest"]) + 1)


def _number(day: date | None) -> int | None:
    """Return a day as a number of days, as the page counts them."""
    return (day - date(1970, 1, 1)).days if day else None


def _packed(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, 9)).decode()


# -- What is looked up


def labels_shown(exam: Exam) -> list[str]:
    """Return the labels that the page offers for an exam: the first list of words that its reports use; none where it has none."""
    method = load_method()
    lists = (method.vocabularies[name].labels for name in exam.report.rating_vocabularies.value or [])
    return next((labels for labels in lists if labels), [])


def _exam(exam: Exam, today: date) -> dict[str, Any]:
    """Return what the page has to know of an exam, and of each combination of ratings, the last domain's running fastest."""
    labels, texts = labels_shown(exam), dict[str, int]()
    many = len(labels) ** len(exam.domains) > _MOST_ROWS and not exam.reports_score
    labels = [] if many else labels
    rows = [list(row) for row in product(labels, repeat=len(exam.domains))] if labels else [None]
    failed = [ScoreReport.failed(exam, row) for row in rows]
    looks, (low, high) = plan_page.signs_of(exam), exam.score_range
    says = render(_REPORT, "says", exam=exam, score="{score}", percents={}, smallest=plan_page.smallest(exam, tuple(labels)))
    return {
        "code": exam.code,
        "name": exam.name.value or "",
        "vendor": exam.vendor,
        "scale": [low, exam.passing, high] if exam.reports_score else None,
        "result": not exam.has_standard,
        "silent": why_silent(exam),
        "many": many,
        "labels": labels,
        "domains": [[d.name, d.short, d.published_weight, *looks[d.name]] for d in exam.domains],
        "again": [_again(exam, rows[0], attempt, today) for attempt in range(1, _ATTEMPTS + 1)],
        "known": not exam.silent,
        "beta": exam.life_cycle.status.value == "beta",
        "from": _number(exam.first_day),
        "languages": _languages(exam, today),
        "fee": exam.fee_usd.value,
        "seen": [_number(exam.life_cycle.last_days.seen), _number(min(fact.seen for _, fact in exam.facts()))],
        "says": says.markup,
        "sources": list(dict.fromkeys(source.url for source in exam.sources.values() if source.official and source.url)),
        "rows": [_row(report, texts) for report in failed],
        "texts": list(texts),
    }


def _again(exam: Exam, ratings: list[str] | None, attempt: int, today: date) -> list[Any]:
    """Return the wait after an attempt, what stands in the way for ever, and what the limit says with and without a day."""
    reports = [ScoreReport.failed(exam, ratings, taken_on=day, attempt=attempt, today=today) for day in (today, None)]
    dated, undated = (retake_of(report, today) for report in reports)
    blocked = undated.obstacle(exam, attempt)
    return [dated.wait_days, blocked.partition(": ")[2] or blocked, dated.limit_said, undated.limit_said]


def _languages(exam: Exam, today: date) -> list[list[Any]]:
    """Return for each language the last day, and from which day on what is said of the exam; alike ones together."""
    days = exam.life_cycle.last_days.value or {}
    turns = sorted({date.min, *(day + timedelta(days=1) for day in days.values() if day)})
    found = []
    for language in [*LANGUAGES, "another"]:
        there = [availability(exam, max(turn, date(1971, 1, 1)), language) for turn in turns]
        said = [[max(_number(turn) or 0, 0), one.state, plain_days(one.why)] for turn, one in zip(turns, there, strict=True)]
        last = _number(exam.last_day(language))
        if language in ("English", "another") or language in days:
            found.append([language, last, said])
    return found


def _row(report: ScoreReport, texts: dict[str, int]) -> list[Any]:
    """Return shares by rank with their reasons, patterns, timeline; sentences as their numbers in ``texts``."""
    ranked, rule, found = prioritize(report), share_rule(report), diagnose(report)

    def text(words: str) -> int:
        return texts.setdefault(words, len(texts))

    order = [domain.name for domain in report.facts.domains]
    shares = [
        [order.index(name), float(share), text(plan_page.reason(ranked, name, report.weak_domains, rule))]
        for name, share in ranked["share"].items()
    ]
    patterns = [text(render(_REPORT, "pattern_said", pattern=each).markup) for each in found.patterns]
    line = found.timeline
    return [shares, patterns, text(render(_REPORT, "timeline_said", line=line).markup),
            [line.weeks[0], line.hours_needed[1], line.hours_per_week[0]]]  # fmt: skip


# -- The chance of passing, packed


def chances(code: str) -> str:
    """Return the chances of an exam for every combination of ratings, packed; empty for an exam without a model.

    A chance is stored for each number of right answers, exactly (to 2e-7), as a polynomial of a bent scale of hours; the page
    takes the mean of the two beside a score, as the kit does. Ends of bands are stored for the same numbers and averaged in
    the same way, which the kit does not: that, and the number of their nodes, puts them off by a point or so. There are none
    where the number of assumptions that fit the report changes, since a band jumps there.
    """
    exam = find_exam(code)
    if exam.silent:
        return ""
    labels = labels_shown(exam)
    model = model_of(exam, tuple(labels))
    cut = model.scale.raw_cut
    most = _hours()[-1] * load_method().plan.longest_weeks
    rows: list[tuple[int, int, list[int]]] = []
    columns = []
    for ratings in product(labels, repeat=len(exam.domains)):
        low, high = Evidence.from_total(model, 0, ratings).reachable
        totals = range(low, min(high, int(cut)) + 1)
        odd: list[int] = []
        if totals:
            report = ScoreReport.failed(exam, list(ratings))
            shares = [float(prioritize(report)["share"][domain.name]) for domain in exam.domains]
            plans = [split_hours(hours, shares) for hours in _nodes(_NODES, most)]
            likely, found = chances_by_total(model, ratings, totals, [None, *plans])
            wholes = np.column_stack([found[:, 0], _coefficients(found[:, 1:])])
            plans = [split_hours(hours, shares) for hours in _nodes(_BAND_NODES, most)]
            shown = [total for total in totals if total >= int(_BANDS_FROM * cut)]
            known = [*shown[: -1 : _EVERY if len(labels) ** len(exam.domains) > _MANY else 1], *shown[-1:]] or [low]
            ends, points = zip(*(_bands(model, ratings, total, plans) for total in known), strict=True)
            bands = np.column_stack([np.interp(totals, known, end) for end in np.transpose(ends)])
            last = len(known) - 1
            below, above = np.searchsorted(known, totals, "right") - 1, np.searchsorted(known, np.array(totals) + 1)
            fit = np.array(points)
            odd = np.flatnonzero(fit[below.clip(0)] != fit[above.clip(0, last)]).tolist()
            columns.append(np.column_stack([np.log(likely) / _LIKELY, wholes / _CHANCE, bands / _BAND]))
        rows.append((low, len(totals), odd))
    head = json.dumps({"rows": rows, "cut": cut, "right": cut / (exam.passing - exam.score_range[0]), "most": most}).encode()
    lengths = [length for _, length, _ in rows if length]
    exact = 2 + _NODES
    body = _numbers([part[:, :exact] for part in columns], lengths, _ORDERS[0])
    body += _numbers([part[:, exact:] for part in columns], lengths, _ORDERS[1])
    return _packed(len(head).to_bytes(4, "little") + head + body)


def _nodes(count: int, most: float) -> FloatArray:
    """Return hours at which a chance is worked out: Chebyshev's points on the bent scale, from 0 to the most there are."""
    bent = most / (most + _BENT) * (1 - np.cos(np.pi * np.arange(count) / (count - 1))) / 2
    return np.asarray(_BENT * bent / (1 - bent))


def _coefficients(values: FloatArray) -> FloatArray:
    """Return the coefficients of the Chebyshev polynomials through values at the nodes; (rows, nodes)."""
    count = values.shape[1]
    points = -np.cos(np.pi * np.arange(count) / (count - 1))
    return np.asarray(np.linalg.solve(np.polynomial.chebyshev.chebvander(points, count - 1), values.T).T)


def _bands(model: ScoreModel, ratings: Sequence[str], total: int, plans: Sequence[Any]) -> tuple[FloatArray, int]:
    """Return log odds of both ends of the band, now and as coefficients of the hours, and how many assumptions fit the report."""
    # Just below the number of right answers: the assumptions that allow it and the one below are those of most scores between.
    try:
        grid = PreparedGrid(model, float(model.scale.unrounded([float(total)])[0]) - _JUST, ratings, stated_grid())
    except ImpossibleReportError:
        return np.zeros(2 * len(plans) + 2), 0
    found = grid.bands([None, *plans])
    ends = np.array([[band.low, band.high] for band in found]).T.clip(_SURE, 1 - _SURE)
    odds = np.log(ends / (1 - ends))
    return np.column_stack([odds[:, 0], _coefficients(odds[:, 1:])]).ravel(), found[0].points


def _numbers(parts: Sequence[FloatArray], lengths: Sequence[int], order: int) -> bytes:
    """Return columns of whole numbers as differences of an order down each row's stretch, in bytes of seven bits."""
    whole, out = np.rint(np.concatenate(parts)).astype(np.int64), bytearray()
    before = np.zeros((order, whole.shape[1]), int)
    stretches = [np.diff(part, n=order, axis=0, prepend=before) for part in np.split(whole, np.cumsum(lengths)[:-1])]
    flat = np.concatenate(stretches).T.ravel()
    for number in np.where(flat < 0, -2 * flat - 1, 2 * flat).tolist():
        while number > 127:
            out.append(128 | number & 127)
            number >>= 7
        out.append(number)
    return bytes(out)
