"""A practice set on paper: a sheet of questions, and apart from it the key with every reason. A4, no script, no network."""

from __future__ import annotations

from html import escape
from pathlib import Path

from mls_kit.exam import find_exam
from mls_kit.files import write_whole
from mls_kit.practice.questions import Document, Question
from mls_kit.practice.sets import PracticeSet

__all__ = ["key", "reading", "reasons", "sheet", "write_sheet"]

LETTERS = "ABCDEF"
_STYLE = """
@page { size: A4; margin: 16mm 15mm; }
body { font: 11pt/1.45 "Liberation Sans", "DejaVu Sans", Arial, sans-serif; color: #111; background: #fff;
  max-width: 46rem; margin: 0 auto; padding: 1rem; overflow-wrap: break-word; }
h1 { font-size: 1.4rem; margin: 0 0 .3rem; } h2 { font-size: 1.1rem; break-after: avoid; }
section { break-inside: avoid; margin: 0 0 1.3rem; } section p { margin: .3rem 0; }
ol.options { list-style: none; padding: 0; margin: .4rem 0; }
ol.options li { display: flex; gap: .6rem; margin: .3rem 0; }
.box { flex: none; width: .85em; height: .85em; border: 1.5px solid #111; margin-top: .28em; }
.box.one { border-radius: 50%; }
.letter { flex: none; font-weight: bold; } .line { display: inline-block; min-width: 5em; border-bottom: 1px solid #111; }
.why { display: block; color: #333; } .small { font-size: .85rem; color: #333; } a { color: #0b5d8a; }
table { border-collapse: collapse; } th, td { border: 1px solid #777; padding: .2rem .6rem; text-align: left; }
caption { text-align: left; font-weight: bold; padding: .3rem 0; }
"""
_FOOT = (
    "Questions written for mls-kit; none is a recalled exam question. CC BY 4.0. The project is independent and not "
    "endorsed by AWS or any other owner of an exam."
)


def _page(title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n"
        f'<footer class="small"><p>{_FOOT}</p></footer>\n</body>\n</html>\n'
    )


def _head(made: PracticeSet, what: str) -> str:
    return f"<h1>{what}</h1>\n<p><b>{escape(made.title)}</b> · set {escape(made.set_id)}</p>\n"


def sheet(made: PracticeSet) -> str:
    """Return the questions of a set as a page to print; nothing in it tells which options are right."""
    count = len(made.questions)
    start = (
        f"<p>{escape(made.words)}</p>\n"
        f'<p>Before you start: of {count} I expect <span class="line"></span> right. '
        f'Started at <span class="line"></span>, finished at <span class="line"></span>; {made.minutes} minutes.</p>\n'
        "<p>A round mark: choose one option. Square marks: choose as many as the question says; it is right only if "
        "exactly those are chosen. Answer every question: a wrong answer costs no more than none.</p>\n"
    )
    body = "".join(_asked(number, question) for number, question in enumerate(made.questions, 1))
    return _page(f"Practice sheet: {made.title}", _head(made, "Practice sheet") + start + body)


def _asked(number: int, question: Question) -> str:
    shape = "box one" if len(question.right) == 1 else "box"  # the stem says how many to choose, too
    options = "".join(
        f'<li><span class="{shape}"></span><span class="letter">{LETTERS[place]}</span><span>{escape(option.text)}</span></li>'
        for place, option in enumerate(question.options)
    )
    return f'<section><h2>{number}</h2><p>{escape(question.stem)}</p><ol class="options">{options}</ol></section>\n'


def reading(question: Question, document: Document) -> str:
    """Return where to read on, how the question was checked, and what has changed since, as HTML."""
    link = f'<a href="{escape(document.url)}" target="_blank" rel="noopener">{escape(document.title)}</a>'
    checked = question.verified
    how = ""
    if checked:
        read = (
            "checked against a public copy of it"
            if checked.how == "read"
            else "not checked against it: it could not be read"
        )
        how = f" ({checked.day}: {read})"
    apart = f" It tells apart: {escape(' / '.join(question.separates))}." if question.separates else ""
    changed = f"<p><b>Changed since:</b> {escape(question.changed)}</p>" if question.changed else ""
    return f'<p class="small">Task {escape(question.task or "")}.{apart} Read on: {link}{how}</p>{changed}'


def reasons(question: Question) -> str:
    """Return the options with their letters and reasons as HTML, the right ones marked in words."""
    lines = (
        f'<li><span class="letter">{LETTERS[place]}</span><span><b>{"Right" if option.right else "Not right"}:</b> '
        f'{escape(option.text)} <span class="why">{escape(option.why)}</span></span></li>'
        for place, option in enumerate(question.options)
    )
    return f'<ol class="options">{"".join(lines)}</ol>'


def key(made: PracticeSet) -> str:
    """Return the answers of a set, with the reason for every option and where to read on, as a page to print."""
    body = "".join(
        f"<section><h2>{number}: {_letters(question)}</h2>{reasons(question)}{reading(question, document)}</section>\n"
        for number, (question, document) in enumerate(zip(made.questions, made.documents, strict=True), 1)
    )
    causes = (
        "<p>For each question you had wrong, note why: I did not know it; I misread it; I ran out of time; I chose wrong "
        "between two. Each has its own remedy.</p>\n"
    )
    return _page(f"Key: {made.title}", _head(made, "Key: answers and reasons") + _counting(made) + causes + body)


def _letters(question: Question) -> str:
    return ", ".join(LETTERS[place] for place in sorted(question.right))


def _counting(made: PracticeSet) -> str:
    """Return a table to count the right answers of each domain in."""
    rows = ""
    for domain in find_exam(made.exam).domains:
        places = [n for n, question in enumerate(made.questions, 1) if question.domain == domain.number]
        if places:
            numbers = ", ".join(map(str, places))
            rows += f"<tr><td>{escape(domain.name)}</td><td>{numbers}</td><td></td><td>{len(places)}</td></tr>"
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Domain", "Questions", "Right", "Out of"))
    ids = " ".join(question.id for question in made.questions)
    return (
        f"<table><caption>Count by domain</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>\n"
        f'<p class="small">For <code>seen</code> in your practice log, so that none is asked again: {ids}</p>\n'
    )


def write_sheet(made: PracticeSet, folder: Path) -> list[Path]:
    """Write ``sheet.html`` and ``key.html`` into a folder that is there; return both.

    Raises
    ------
    OSError
        A file cannot be written.
    """
    pages = {folder / "sheet.html": sheet(made), folder / "key.html": key(made)}
    for path, text in pages.items():
        write_whole(path, text)
    return list(pages)
