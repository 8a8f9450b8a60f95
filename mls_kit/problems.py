"""What is wrong with an input, said so that a person can fix it: the place, the value, what was expected, the nearest."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from html import escape

_LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Problem:
    """One mistake in an input.

    >>> print(Problem("scaled_score", "1200", "a whole number from 100 to 1000", "1000"))
    scaled_score: '1200' is not a whole number from 100 to 1000. The nearest allowed value is 1000.
    """

    place: str  # the field, column or key that holds the mistake
    value: str  # what stands there, as ``shown`` makes it
    expected: str  # after "is not"; one that ends with a full stop says the whole
    nearest: str | None = None  # the nearest valid choice

    def __str__(self) -> str:
        text = f"{self.place}: {self.value!r} is not {self.expected}."
        if self.expected.endswith("."):
            text = f"{self.place}: {self.expected}"
        elif self.expected.startswith("left out"):
            text = f"{self.place}: leave out {self.value!r}{self.expected.removeprefix('left out')}."
        elif self.value == "nothing":
            given = self.expected.startswith("given")
            text = f"{self.place}: {'not ' + self.expected if given else 'empty. Expected: ' + self.expected}."
        return f"{text} {meant(self.nearest)}" if self.nearest else text


def meant(near: str) -> str:
    """Return the sentence that offers the nearest valid choice; a number is not a slip of the pen.

    >>> meant("SAA-C03"), meant("1000")
    ('Did you mean SAA-C03?', 'The nearest allowed value is 1000.')
    """
    return (
        f"The nearest allowed value is {near}." if near.replace(".", "", 1).removeprefix("-").isdigit() else f"Did you mean {near}?"
    )


class InputError(ValueError):
    """An input with at least one mistake: ``what`` was being read, and every mistake found, in its order."""

    def __init__(self, what: str, problems: Sequence[Problem]) -> None:
        self.what = what
        self.problems = tuple(problems)
        count = len(self.problems)
        head = f"{what}: {count} {'mistake' if count == 1 else 'mistakes'}"
        super().__init__("\n".join([head, *(f"  - {problem}" for problem in self.problems)]))

    def _repr_html_(self) -> str:
        """Return the message as a list, for a notebook that shows it: a page breaks printed text in mid-word."""
        first, *_ = str(self).split("\n")
        said = "".join(f"<li>{escape(str(problem))}</li>" for problem in self.problems)
        return f"<p>{escape(first)}</p><ul>{said}</ul>"

    def __reduce__(self) -> tuple[type[InputError], tuple[str, tuple[Problem, ...]]]:
        return type(self), (self.what, self.problems)


def squeeze(text: object) -> str:
    """Fold case, accents, spaces and punctuation away, so that only what people mean is compared."""
    said = str(text)
    return _squeezed(said) if len(said) <= _LONGEST_SHOWN else _squeeze(said)


def _squeeze(text: str) -> str:
    if not text.isascii():  # an accent left out and a wide letter mean the same
        text = unicodedata.normalize("NFKD", text)
    return "".join(character for character in text.casefold() if character.isalnum())


_squeezed = lru_cache(maxsize=16_384)(_squeeze)  # a file has few different words, each many times


def nearest(value: object, choices: Iterable[str], at_least: float = 0.45) -> str | None:
    """Return the choice most like the value, or None when none is much like it.

    >>> nearest("Modelling", ["Data Engineering", "Modeling"])
    'Modeling'
    """
    return _nearest(squeeze(str(value)[: 4 * _LONGEST_SHOWN])[:_LONGEST_SHOWN], tuple(choices), at_least)


@lru_cache(maxsize=4096)
def _nearest(wanted: str, choices: tuple[str, ...], at_least: float) -> str | None:
    best, found = at_least, None
    for choice in choices:
        matcher = SequenceMatcher(None, wanted, squeeze(choice))
        if matcher.quick_ratio() >= best:  # a bound, and much cheaper than the ratio itself
            ratio = matcher.ratio()
            if ratio > best or (ratio == best and found is None):
                best, found = ratio, choice
    return found


def shown(value: object) -> str:
    """Return a value as it may stand in a message: one line, printable, at most 60 characters; 200 for 200.0."""
    if isinstance(value, float) and value.is_integer():
        value = f"{value:.0f}"
    text = "".join(c if c.isprintable() else " " for c in str(value)[: 4 * _LONGEST_SHOWN])
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
