"""What CONTRIBUTING says of JupyterLite: the lessons run without the packages that a kernel in the browser cannot have."""

import os
import subprocess
import sys

from mls_kit._folders import notebook_folder

# That kernel has a stand-in for ipykernel, and none of these: they start processes, open sockets, or are compiled code that
# Pyodide does not build.
RUN = """
import contextlib, io, sys
import ipykernel.ipkernel, nbformat
for name in "hatchling jupyter_client jupyterlab nbclient nbconvert papermill pypdfium2 python_calamine zmq".split():
    sys.modules[name] = None
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for lesson in sys.argv[1:]:
    shell.reset()
    for cell in nbformat.read(lesson, 4).cells:
        if cell.cell_type == "code":
            with contextlib.redirect_stdout(io.StringIO()):
                result = shell.run_cell(cell.source)
            if not result.success:
                print(lesson, cell.source, file=sys.stderr)
            result.raise_error()
"""


def test_the_lessons_run_without_what_a_browser_lacks(tmp_path):
    lessons = sorted(file.name for file in notebook_folder().glob("0[0-7]_*.ipynb"))
    assert len(lessons) == 8
    env = os.environ | {"MLS_KIT_HOME": str(tmp_path), "MPLBACKEND": "agg"}
    ran = subprocess.run([sys.executable, "-c", RUN, *lessons], cwd=notebook_folder(), env=env, capture_output=True, text=True)
    assert not ran.returncode, ran.stderr[-2000:]
