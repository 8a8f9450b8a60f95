"""The summary of a batch opens in LibreOffice: the same cells, and what looks like a formula is text."""

import csv
import io
import shutil
import subprocess
from datetime import date

import pytest

from mls_kit.batch.summary import as_workbook

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.mark.skipif(not SOFFICE, reason="no LibreOffice (soffice) here")
def test_libreoffice_reads_every_cell_and_runs_no_formula(tmp_path):
    heads = ["id", "score", "day aimed at", "chance now", "Team"]
    rows = [["L1", 690, date(2027, 2, 6), 0.46, "=1+1"], ["L2", 700, None, None, "+49 30 1"]]
    (tmp_path / "summary.xlsx").write_bytes(as_workbook(heads, rows, []))
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    command = [SOFFICE, home, "--headless", "--convert-to", "csv", "--outdir", str(tmp_path), str(tmp_path / "summary.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    read = list(csv.reader(io.StringIO((tmp_path / "summary.csv").read_text(encoding="utf-8"))))
    assert read == [heads, ["L1", "690", "2027-02-06", "46%", "=1+1"], ["L2", "700", "", "", "+49 30 1"]]
