"""A list too long for memory: the latest part of it is in memory, the rest in a file that only this process can read.

The file has no name in any folder, and it is gone when the list is.
"""

from __future__ import annotations

import json
import pickle
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, overload

from mls_kit.problems import InputError, Problem

__all__ = ["PART", "Lines", "Spool"]

Item = TypeVar("Item")
PART = 1000  # items kept together


def _hidden_file(owner: object) -> Any:
    """Return a file without a name, closed and gone with its owner.

    Raises
    ------
    InputError
        The folder for files that come and go cannot be written to.
    """
    try:
        file = tempfile.TemporaryFile(prefix="mls-kit-")  # noqa: SIM115  closed with its owner
    except OSError as error:
        raise _no_room(error) from None
    weakref.finalize(owner, file.close)
    return file


def _no_room(error: OSError) -> InputError:
    """Return an error that names the folder for files that come and go: it is neither what was read nor the output."""
    said = Problem("folder", error.strerror or str(error), "with room for the reports while plans are made (TMPDIR)")
    return InputError("The folder for temporary files", [said])


class Spool(Sequence[Item]):
    """A list that is added to, read from the start or by place, and changed by place.

    Raises
    ------
    InputError
        There is no room in the folder for files that come and go.

    Examples
    --------
    >>> spool = Spool(range(2500))
    >>> spool[1700] = -1
    >>> len(spool), spool[1699:1702], sum(1 for item in spool if item < 0)
    (2500, [1699, -1, 1701], 1)
    """

    def __init__(self, items: Any = ()) -> None:
        self._places: list[int] = []  # of each part in the file
        self._tail: list[Item] = []
        self._file: Any = None
        self._held, self._number, self._changed = list[Item](), -1, False
        for item in items:
            self.append(item)

    def append(self, item: Item) -> None:
        """Add an item at the end."""
        self._tail.append(item)
        if len(self._tail) == PART:
            self._places.append(self._write(self._tail))
            self._tail = []

    def __len__(self) -> int:
        return PART * len(self._places) + len(self._tail)

    def __iter__(self) -> Iterator[Item]:
        for number in range(len(self._places)):
            yield from self._part(number)
        yield from self._tail

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> list[Item]: ...
    def __getitem__(self, place: int | slice) -> Item | list[Item]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        number, within = divmod(self._known(place), PART)
        return self._part(number)[within]

    def __setitem__(self, place: int, item: Item) -> None:
        number, within = divmod(self._known(place), PART)
        self._part(number)[within] = item
        self._changed |= number == self._number

    def _known(self, place: int) -> int:
        whole = place + len(self) if place < 0 else place
        if not 0 <= whole < len(self):
            raise IndexError(place)
        return whole

    def _part(self, number: int) -> list[Item]:
        if number == len(self._places):
            return self._tail
        if number != self._number:
            if self._changed:
                self._places[self._number] = self._write(self._held)
            self._file.seek(self._places[number])
            self._held, self._number, self._changed = pickle.load(self._file), number, False  # only what was put there
        return self._held

    def _write(self, items: list[Item]) -> int:
        self._file = self._file or _hidden_file(self)
        try:
            place = int(self._file.seek(0, 2))
            pickle.dump(items, self._file, pickle.HIGHEST_PROTOCOL)
            self._file.flush()
        except OSError as error:
            raise _no_room(error) from None
        return place


class Lines:
    """What JSON can hold, a line each, in a hidden file: found again by its place, or one after another.

    Raises
    ------
    InputError
        There is no room in the folder for files that come and go.

    Examples
    --------
    >>> lines = Lines()
    >>> places = [lines.add(value) for value in ([1, 2], {"a": "é"})]
    >>> lines.at(places[1]), list(lines)
    ({'a': 'é'}, [[1, 2], {'a': 'é'}])
    """

    def __init__(self) -> None:
        self._file = _hidden_file(self)
        self._end = self._at = 0

    def add(self, value: Any) -> int:
        """Add a value at the end; return its place."""
        place, line = self._end, json.dumps(value).encode() + b"\n"
        try:
            if self._at != place:
                self._file.seek(place)
            self._file.write(line)
        except OSError as error:
            raise _no_room(error) from None
        self._end = self._at = place + len(line)
        return place

    def at(self, place: int) -> Any:
        """Return the value at a place."""
        return json.loads(self._line(place))

    def __iter__(self) -> Iterator[Any]:
        place = 0
        while place < self._end:  # several may read at once
            line = self._line(place)
            place += len(line)
            yield json.loads(line)

    def _line(self, place: int) -> bytes:
        try:
            self._file.seek(place)  # what was added last is written out first
        except OSError as error:
            raise _no_room(error) from None
        line: bytes = self._file.readline()
        self._at = place + len(line)
        return line
