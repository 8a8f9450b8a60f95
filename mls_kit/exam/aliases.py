"""What people write for our names, in every language: the files of ``data/aliases``, one a language."""

from __future__ import annotations

from functools import lru_cache

from mls_kit._folders import data_folder
from mls_kit.exam.data_file import read_yaml
from mls_kit.problems import squeeze

_TYPED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})  # where a keyboard has no umlauts

Lists = dict[str, list[str]]  # our name -> other ways to write it


@lru_cache(maxsize=1)
def alias_files() -> dict[str, dict[str, Lists]]:
    """Return the files by language, English first."""
    files = {path.stem: path for path in sorted((data_folder() / "aliases").glob("*.yaml"))}
    return {name: read_yaml(files[name], as_text=True) for name in sorted(files, key=lambda name: (name != "en", name))}


@lru_cache(maxsize=32)
def aliases(section: str) -> Lists:
    """Return one section of all languages together.

    >>> "nicht bestanden" in aliases("results")["fail"]
    True
    """
    found: Lists = {}
    for file in alias_files().values():
        for name, words in file.get(section, {}).items():
            found.setdefault(name, []).extend(
                [*words, *(word.translate(_TYPED) for word in words if _TYPED.keys() & set(map(ord, word)))]
            )
    return found


@lru_cache(maxsize=16)
def meanings(section: str) -> dict[str, str]:
    """Return our name for each way to write it, folded; of two names for one word the first.

    >>> meanings("headings")["employeeid"], meanings("languages")["deutsch"]
    ('learner_id', 'German')
    """
    found: dict[str, str] = {}
    for name, words in aliases(section).items():
        for word in [name, *words]:
            found.setdefault(squeeze(word), name)
    return found
