"""The learner's report as PDF fills in the form: what was read is shown beside it, and what was not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets

from mls_kit.html import Block, render
from mls_kit.problems import InputError
from mls_kit.report import ReportFile, read_report_file

_WORDS = "widgets/report_upload.html.j2"
_SHOWN = {"exam": "Exam", "scaled_score": "Scaled score", "taken_on": "Day of the exam", "result": "Result",
          "language": "Language of the exam"}  # fmt: skip


class ReportUpload:
    """A button that takes a report in PDF, and the words about the last one.

    ``chosen``: gives the code of the exam in the form. ``take``: gets a report that was read.
    """

    def __init__(self, chosen: Callable[[], str], take: Callable[[ReportFile], None]) -> None:
        self._chosen, self._take, self._unclear = chosen, take, b""
        self.button = ipywidgets.FileUpload(
            accept=".pdf,.yaml,.yml", description="Read my report file", layout={"width": "auto", "align_self": "flex-start"},
            tooltip="Choose your score report as PDF, or the file you saved from it. It is read on this computer and sent nowhere.",
        )  # fmt: skip
        self.said = ipywidgets.HTML()
        self.button.observe(self._chosen_file, "value")

    def _chosen_file(self, change: Any) -> None:
        if not change["new"]:
            return
        file = change["new"][0]
        self.said.value = self._read(bytes(file["content"]), str(file["name"])).markup
        self.button.value = ()  # the same file may be chosen again

    def _read(self, content: bytes, name: str) -> Block:
        """Read a file into the form, and return what is said of it."""
        try:
            # where the file leaves several exams, and it is read again, the one that was chosen in the form meanwhile
            found = read_report_file(content, name, exam=self._chosen() if content == self._unclear else "")
        except InputError as error:
            return render(_WORDS, "refused", why=" ".join(map(str, error.problems)).removeprefix("file: "))
        self._unclear = b"" if found.facts else content
        if not found.facts:
            return render(_WORDS, "no_exam", file=name, why=found.missing["exam"])
        self._take(found)
        fields = _SHOWN | {f"ratings, {section}": section for section in found.sections}
        rows = [(fields[place], *found.found[place]) for place in fields if place in found.found]
        missing = [(fields[place], why) for place, why in found.missing.items()]
        return render(_WORDS, "read", file=name, rows=rows, missing=missing)
