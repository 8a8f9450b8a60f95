"""One loader for every YAML file, of the kit or of a user: what a file may hold, and a sentence for each mistake in it.

Files come from other people. Size, depth, aliases and long numbers are refused before anything is built from them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from mls_kit._folders import data_folder
from mls_kit.problems import InputError, Problem, nearest, shown

try:  # libyaml reads ten times as fast as Python
    from yaml import CBaseLoader as BaseLoader, CSafeLoader as SafeLoader
except ImportError:
    from yaml import BaseLoader, SafeLoader  # type: ignore[assignment]

T = TypeVar("T")
LARGEST, DEEPEST, MOST, LONGEST = 1_000_000, 50, 30_000, 20  # bytes, levels, values, characters of a number
MANY = 20  # mistakes named of one file


class Strict(BaseModel):
    """A part of a data file: unknown fields are mistakes, numbers are finite, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _NamesOnce:
    """Makes a name given twice in one mapping a mistake; YAML itself would take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        found: dict[Any, Any] = super().construct_mapping(node, deep)  # type: ignore[misc]
        if len(found) < len(node.value):
            names = [key.value for key, _ in node.value]
            twice = next((key for place, (key, _) in enumerate(node.value) if key.value in names[:place]), node)
            _refuse(twice.start_mark, twice.value, "a name given once")
        return found


class _TextLoader(_NamesOnce, BaseLoader):
    """Reads every value as text."""


class _ValueLoader(_NamesOnce, SafeLoader):
    """Reads numbers, dates and true or false as such."""


def _checked(construct: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def constructed(loader: Any, node: yaml.ScalarNode) -> Any:
        try:
            if len(node.value) <= LONGEST:
                return construct(loader, node)
        except (ValueError, OverflowError):
            pass
        return _refuse(node.start_mark, node.value, f"a number of at most {LONGEST} digits, or a day of the calendar")

    return constructed


_ValueLoader.add_constructor("tag:yaml.org,2002:int", _checked(SafeLoader.construct_yaml_int))
_ValueLoader.add_constructor("tag:yaml.org,2002:float", _checked(SafeLoader.construct_yaml_float))
_ValueLoader.add_constructor("tag:yaml.org,2002:timestamp", _checked(SafeLoader.construct_yaml_timestamp))


def _refuse(mark: yaml.Mark, value: object, expected: str) -> NoReturn:
    raise InputError("YAML", [Problem(f"line {mark.line + 1}", shown(value), expected)])


def _check_limits(text: str, depth: int) -> None:
    """Refuse what could make a small text large, before any value is built from it."""
    level = 0
    lines = text.splitlines()
    for count, event in enumerate(yaml.parse(text, Loader=SafeLoader)):
        mark: Any = event.start_mark
        line = lines[mark.line] if mark.line < len(lines) else ""
        if isinstance(event, yaml.CollectionStartEvent):
            level += 1
            if level > depth:
                _refuse(mark, line, f"nested at most {depth} levels deep")
        elif isinstance(event, yaml.CollectionEndEvent):
            level -= 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            _refuse(mark, line, "written out: names for values (&, *) are not read")
        if getattr(event, "tag", None):
            _refuse(mark, line, "plain: types of one's own (!) are not read")
        if count >= MOST:
            _refuse(mark, line, f"within the first {MOST:,} values: the file is too long")


def parse_yaml(text: str, what: str, depth: int = DEEPEST, as_text: bool = False) -> Any:
    """Read YAML text into lists, mappings and plain values.

    Parameters
    ----------
    text : at most 1 MB, without aliases, anchors and tags
    what : what is read, for the first line of an error
    depth : levels of lists and mappings allowed
    as_text : whether ``690`` stays ``"690"``

    Raises
    ------
    InputError : the text breaks a limit or is not YAML; the line is named

    Examples
    --------
    >>> parse_yaml("{scaled_score: 690, ratings: [S, C]}", "The report")
    {'scaled_score': 690, 'ratings': ['S', 'C']}
    """
    try:
        if len(text) > LARGEST:
            raise InputError(what, [Problem("text", f"{len(text):,} characters", "1 MB or less")])
        _check_limits(text, depth)
        return yaml.load(text, Loader=_TextLoader if as_text else _ValueLoader)
    except InputError as error:
        raise InputError(what, error.problems) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        number = mark.line if mark else 0
        while number and not _line(text, number):  # past the end: the last line that says something
            number -= 1
        said = str(error.problem or error.context).removeprefix("but ")
        problem = Problem(f"line {number + 1}", _line(text, number), f"readable YAML ({said})")
    except yaml.reader.ReaderError as error:
        number = text.encode("utf-8", "replace")[: error.position].count(b"\n")
        problem = Problem(f"line {number + 1}", _line(text, number), "printable text. It has a control character")
    except (yaml.YAMLError, UnicodeError):
        problem = Problem("text", shown(text), "readable YAML in Unicode")
    raise InputError(what, [problem]) from None


def _line(text: str, number: int) -> str:
    lines = text.splitlines()
    return shown(lines[number]) if number < len(lines) else ""


def _read_text(path: Path) -> str:
    """Return a file's text; whatever prevents that is an ``InputError``."""
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST + 1)  # never more, whatever the file is
        if len(content) <= LARGEST:
            return content.decode("utf-8-sig")
        expected = "a file of at most 1 MB"
    except UnicodeDecodeError as error:
        expected = f"text in UTF-8 (look at line {content[: error.start].count(10) + 1}); save it again as UTF-8"
    except (OSError, ValueError) as error:
        if os.path.islink(path) and not os.path.exists(path):
            expected = "a link to a file that exists"
        elif isinstance(error, FileNotFoundError):
            expected = "a file that we can find. Check its name and its folder"
        elif os.path.isdir(path):
            expected = "a file. It is a folder"
        else:
            expected = f"a file that can be read ({getattr(error, 'strerror', None) or error})"
    typed = str(path) if len(str(path)) <= 60 else path.name  # a longer one would be cut at its end
    raise InputError(shown(path.name), [Problem("file", shown(typed), expected)]) from None


def read_yaml(path: str | Path, as_text: bool = False) -> Any:
    """Read a YAML file as ``parse_yaml`` reads a text; where it cannot be read, an ``InputError`` says why."""
    path = Path(path)
    return parse_yaml(_read_text(path), shown(path.name), as_text=as_text)


def load_data(path: str | Path, model: Callable[..., T], most: int | None = MANY) -> T:
    """Read a YAML file and check it against a model; read again only when the file has changed.

    Parameters
    ----------
    model : a pydantic model, or a list of one
        Its validators find the file's name without ending in ``info.context``, and may raise ``InputError`` with places
        such as ``"questions, 3, task"``, entries of lists counted from 0; a validator of one field names no place.
    most : how many mistakes are named; None for all
    """
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        _read_text(Path(path))  # says why
        raise
    return _load(path if isinstance(path, Path) else Path(path), model, most, (status.st_mtime_ns, status.st_size))


@lru_cache(maxsize=256)
def _load(path: Path, model: Callable[..., T], most: int | None, _changed: tuple[int, int]) -> T:
    text = _read_text(path)
    raw = parse_yaml(text, shown(path.name))
    root = lru_cache(lambda: yaml.compose(text, SafeLoader))
    return check_data(raw, model, path, lambda steps, absent: _place(steps, raw, root(), absent), most)


def check_data(
    raw: Any, model: Callable[..., T], path: Path, place: Callable[[Sequence[str | int], bool], str], most: int | None = None
) -> T:
    """Check what was read, as ``load_data`` does; ``place`` says where a mistake is: its steps, and whether the last is missing."""
    try:
        return TypeAdapter(model).validate_python(raw, context=path.stem)  # type: ignore[arg-type]
    except ValidationError as error:
        raise InputError(shown(path.name), list(_problems(error, model, place, most))) from None


def _problems(
    error: ValidationError, model: object, place_of: Callable[[Sequence[str | int], bool], str], most: int | None
) -> Iterator[Problem]:
    """Yield a problem for each place with a mistake, the first ones of a file full of them."""
    met: set[str] = set()
    for detail in error.errors(include_url=False):
        given = detail.get("ctx", {}).get("error")
        for problem in given.problems if isinstance(given, InputError) else [_problem(detail, model)]:
            inner = [int(step) if step.isdecimal() else step for step in problem.place.split(", ") if step]
            steps = [*detail["loc"], *(inner if given else [])]
            place = place_of(steps, bool(given) or detail["type"] == "missing")
            if not given and place in met:  # one value that fits no part of a union
                continue
            if len(met) == most:
                yield Problem("file", f"{error.error_count() - most} more mistakes", "shown. Fix these first")
                return
            met.add(place)
            yield Problem(place, problem.value, problem.expected, problem.nearest)


def _problem(detail: Any, model: object) -> Problem:
    """Turn one of pydantic's errors into a problem without a place."""
    value = "nothing" if detail["type"] == "missing" or detail["input"] is None else shown(detail["input"])
    choices: Sequence[str] = ()
    if detail["type"] == "extra_forbidden":
        value, choices = shown(detail["loc"][-1]), _fields_at(model, detail["loc"][:-1])
    elif detail["type"] == "literal_error":
        choices = re.findall(r"'([^']*)'", detail["ctx"]["expected"])
    if choices:
        return Problem("", value, f"one of {', '.join(choices)}", nearest(value, choices))
    if detail["type"] == "value_error":
        return Problem("", value, f"valid: {detail['ctx']['error']}")
    expected = read_yaml(data_folder() / "expected.yaml").get(detail["type"])
    return Problem("", value, expected.format(**detail.get("ctx", {})) if expected else f"valid: {detail['msg']}")


def _place(steps: Sequence[str | int], raw: Any, root: yaml.Node | None, absent: bool) -> str:
    """Say where a mistake is: its line, and the names that lead there; a list's entry by its id or number."""
    said: list[str] = []
    line = None
    for step in steps:
        node = None
        if isinstance(root, yaml.MappingNode):
            line, node = next(((k.start_mark.line, v) for k, v in root.value if k.value == str(step)), (line, None))
        elif isinstance(root, yaml.SequenceNode) and isinstance(step, int) and step < len(root.value):
            node = root.value[step]
            line = node.start_mark.line
        if isinstance(step, int) and isinstance(raw, list):
            raw = raw[step] if step < len(raw) else None
            name = raw.get("id") if isinstance(raw, dict) else None
            said[-1:] = [" ".join([*said[-1:], str(name or step + 1)])]
        elif node is not None or (absent and step is steps[-1]):  # other steps that are not there are pydantic's own
            raw = raw.get(step) if isinstance(raw, dict) else None
            said.append(str(step))
        root = node if node is not None else root
    return ", ".join(([] if line is None else [f"line {line + 1}"]) + [shown(name) for name in said]) or "file"


def _fields_at(model: object, steps: Sequence[str | int]) -> list[str]:
    """Return the names of the fields that a model knows at a place."""
    found = list(_models_in(model))
    for step in steps:
        fields = {field.alias or name: field for part in found for name, field in part.model_fields.items()}
        if step in fields:
            found = list(_models_in(fields[str(step)].annotation))
    return [field.alias or name for part in found for name, field in part.model_fields.items()]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    else:
        for part in get_args(annotation):
            yield from _models_in(part)
