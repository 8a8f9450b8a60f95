"""The warm engine beside plain papermill: equal outputs, nothing kept between notebooks, every end said in words."""

import errno
import logging
import os
import re
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import nbformat
import papermill
import pytest
from awkward import AWKWARD, HALF, KERNEL, SHOW, end_of
from cases import ROOT
from compare import differences
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook
from papermill import engines
from papermill.exceptions import PapermillExecutionError

from mls_kit.batch.engine import NoSafeFork, WarmPool, children, papermill_engine as engine
from mls_kit.batch.engine.children import WarmParent

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the warm engine forks on Linux only")

OF_ALL_KINDS = [
    "import os, sys, random, warnings, matplotlib.pyplot as plt\nimport ipywidgets as w\nfrom IPython.display import *",
    "plt.plot([1, 3, 2]); plt.title('$x^2$')\nprint('drawn', end='')",
    "fig, ax = plt.subplots(); ax.plot([value, 2]);",
    "out = w.Output()\nwith out:\n    print('inside'); display(HTML('<b>in</b>')); plt.plot([2, 1]); plt.show()\nout",
    "slider = w.IntSlider(3, 0, 9)\nbox = w.VBox([slider, w.Image(value=b'12345'), out])\nbox",
    "slider.value = 7; out.clear_output(); out.append_stdout('again')\nlen(out.outputs)",
    "def show(x):\n    print(x); return x\nw.interact(show, x=(0, 9))",
    "handle = display('one', display_id='spot')\nhandle.update('two')",
    "print('a'); clear_output(); print('b'); clear_output(wait=True); print('c', file=sys.stderr)",
    "handle.update('three'); warnings.warn('careful'); {1: value}",
    "sys.stdout.flush(); print('x', flush=True); print('y', flush=True); sys.argv[0].endswith('.py'), __name__",
    "import asyncio; await asyncio.sleep(0.01); asyncio.get_running_loop().is_running()",
    "%matplotlib inline\n!echo from a shell",
    "import subprocess; subprocess.run(['echo', 'from a process']); os.system('echo and another');",
    "from tqdm.auto import tqdm; tqdm.__module__, plt.get_backend(), sys.path[0], os.environ.get('MPLBACKEND')",
    "get_ipython().__class__.__mro__[1].__name__, list(get_ipython().config), In[1][:6], Out[len(Out)] is None",
    "input('nobody is there')",
    "print('never')",
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _path():
    """Let the warm parents find ``awkward``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT / "tests"))
        yield


@pytest.fixture
def notebook(tmp_path):
    """Return a function that writes a notebook of code cells; the first holds the parameters."""

    def write(*cells, name="in"):
        first = new_code_cell("value = 1", metadata={"tags": ["parameters"]})
        path = tmp_path / f"{name}.ipynb"
        made = new_notebook(cells=[first, *(new_code_cell(cell) for cell in cells)], metadata={"kernelspec": KERNEL})
        nbformat.write(made, path)
        return path

    return write


def outputs(executed):
    return [out for cell in executed.cells for out in cell.get("outputs", ())]


def texts(executed):
    return [str(out.get("text", out.get("data", {}).get("text/plain"))) for out in outputs(executed)]


def run(path, saved=None, parameters=None, **options):
    """Run a notebook through papermill with the warm engine."""
    options = {"engine_name": engine.register(), "execution_timeout": 60} | options
    return papermill.execute_notebook(path, saved, parameters or {}, progress_bar=False, **options)


def test_every_kind_of_output_equals_plain_papermill_s(notebook, tmp_path, monkeypatch):
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # ipykernel does not gather the output of processes when it sees it
    path = notebook(*OF_ALL_KINDS)
    for name, chosen in (("warm", engine.register()), ("plain", None)):
        with pytest.raises(PapermillExecutionError) as error:
            run(path, tmp_path / f"{name}.ipynb", {"value": 5}, engine_name=chosen)
        assert error.value.ename == "StdinNotImplementedError"
    warm, plain = (nbformat.read(tmp_path / f"{name}.ipynb", 4) for name in ("warm", "plain"))
    assert differences(warm, plain) == []
    assert "from a process" in str(warm.cells)
    assert sum("image/png" in out.get("data", {}) for out in outputs(warm)) >= 2
    state = warm.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    assert any(model["model_name"] == "OutputModel" for model in state.values())
    assert any(model.get("buffers") for model in state.values())


def test_nothing_is_kept_from_one_notebook_to_the_next(notebook):
    spoil = notebook(
        "import os, sys, json, random, builtins, matplotlib as mpl, numpy as np\n"
        "seen = [hasattr(json, 'mark'), 'MARK' in os.environ, mpl.rcParams['lines.linewidth'], 'mark' in globals(),\n"
        "        hasattr(builtins, 'mark'), os.getcwd(), 'mark' in sys.modules, signal_name := __name__]\n"
        "json.mark = builtins.mark = mark = 1; sys.modules['mark'] = sys; os.environ['MARK'] = '1'\n"
        "mpl.rcParams['lines.linewidth'] = 77; os.chdir('/'); random.seed(1); np.random.seed(1)",
        "seen",
    )
    first, second, third = (texts(run(spoil, preload=["matplotlib.pyplot"]))[-1] for _ in range(3))
    assert first == second == third
    assert "77" not in first


def test_learners_draw_different_numbers(notebook):
    path = notebook("import random, numpy as np, uuid\nrandom.random(), np.random.random(), uuid.uuid4().hex")
    drawn = [texts(found)[0].strip("()").split(", ") for found in (run(path) for _ in range(3))]
    assert all(len(set(column)) == 3 for column in zip(*drawn, strict=True))


def test_children_side_by_side_share_the_cores(monkeypatch):
    for name in children.THREADS:
        monkeypatch.delenv(name, raising=False)
    with WarmPool(["numpy"], workers=os.cpu_count()) as pool:
        assert [*pool.map("awkward:threads", [None])] == [(None, 1)], "one for each of as many children as there are cores"


@pytest.mark.parametrize(
    ("kind", "end"),
    {
        "half an emoji between lines": ("", {"stdout": "the end\n"}),
        "half an emoji in an error": ("PapermillExecutionError", {}),
        "quit()": ("", {"stdout": "the end\n"}),
        "quit() while a cell waits": ("DeadKernelError", {}),
        "SystemExit in a task": ("DeadKernelError", {}),
    }.items(),
)  # all are beside plain papermill in ``whole``
def test_awkward_notebooks_come_to_an_end(kind, end, tmp_path):
    raised, shown = end_of(AWKWARD[kind], tmp_path / "in.ipynb", engine.register())
    assert (raised, shown[-1]) == end


@pytest.mark.parametrize(
    "code",
    [
        f"import ipywidgets as w; o = w.Output()\nwith o: print('{HALF}')",  # plain papermill hangs for good
        f"{SHOW}sys.stdout = None; print('x')",  # here too
        f"{SHOW}if not os.fork(): sys.exit()",  # a second copy of the notebook goes on
    ],
)
def test_notebooks_that_hang_or_double_elsewhere_do_not_here(notebook, code):
    with suppress(DeadKernelError, PapermillExecutionError):
        run(notebook(code))


SEND = "import mls_kit.batch.engine.child as c, os\nsend = lambda said: c._work.sendall(said + b'\\n')\n"
GARBAGE = {
    "no JSON": "send(b'not json')",
    "no UTF-8": r"send(b'\xff\xfe')",
    "no message": "send(b'[1]')",
    "deep": "send(b'[' * 200000)",
    "an earlier cell": "send(b'{\"cell\": 0}')",
    "no number": 'send(b\'{"cell": "2"}\')',
    "no end of pauses": "while True: send(b'{\"cell\": null}')",
    "no end": "while True: c._work.sendall(b'x' * 1000000)",
    "no cell": 'send(b\'{"cell": null, "completed": 0, "content": {"outputs": [5]}, "exception": false}\')',
    "no notebook": 'send(b\'{"result": {"cells": 5}}\'); os._exit(0)',
    "half a message": "c._work.sendall(b'{\"resu'); os._exit(0)",
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_on_a_child_s_channel_ends_that_notebook_and_no_other(notebook, tmp_path, monkeypatch, kind):
    monkeypatch.setattr(children, "MOST", 1 << 22)
    bad, good = notebook(SEND + GARBAGE[kind], name="bad"), notebook("value + 1", name="good")
    with pytest.raises(DeadKernelError, match=r"cell 2: (a message on its channel is|the process left)"):
        run(bad, tmp_path / "out.ipynb")
    assert nbformat.read(tmp_path / "out.ipynb", 4).cells[0].source == "value = 1"
    assert texts(run(good)) == ["2"]


ENDS = {
    "exit": ("import os; os._exit(3)", DeadKernelError, "in cell 3: the process left with exit code 3"),
    "crash": ("import ctypes; ctypes.string_at(0)", DeadKernelError, "SIGSEGV, a crash in compiled code"),
    "loop": ("while True: pass", CellTimeoutError, "stopped in cell 3: more than the 2 seconds allowed"),
    "bomb": ("held = []\nwhile True: held.append(bytearray(10**7))", PapermillExecutionError, "MemoryError"),
    "deaf": (
        "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))\nwhile True: pass",
        CellTimeoutError,
        "2 seconds",
    ),
}


@pytest.mark.parametrize(("code", "error", "words"), ENDS.values(), ids=ENDS)
def test_an_end_is_raised_as_papermill_does_and_the_notebook_says_it_and_the_next_one_runs(notebook, tmp_path, code, error, words):
    path, saved, good = notebook("print('before')", code), tmp_path / "out.ipynb", notebook("value + 1", name="good")
    with pytest.raises(error):
        run(path, saved, execution_timeout=2 if "2 seconds" in words else 60, memory_limit=300)
    shown = outputs(nbformat.read(saved, 4))
    assert "before" in str(shown)
    assert any(out.output_type == "error" for out in shown)
    assert words in str(shown)
    assert texts(run(good)) == ["2"]


def test_exit_functions_of_a_notebook_run_and_its_files_are_removed(notebook, tmp_path):
    path = notebook(
        f"import atexit, pathlib, tempfile; atexit.register(pathlib.Path({str(tmp_path / 'end')!r}).touch)\n"
        "kept = tempfile.TemporaryDirectory(); print(kept.name)"
    )
    left = texts(run(path))[0].strip()
    assert (tmp_path / "end").exists()
    assert not Path(left).exists()


STAYS = {
    "a process": "import subprocess; subprocess.Popen(['sleep', '{}'])",
    "its own session": "import subprocess; subprocess.Popen(['sleep', '{}'], start_new_session=True)",
    "nohup": "import os; os.system(\"nohup sh -c 'sleep {} & sleep {} & wait' > /dev/null 2>&1 &\")",
    "forked twice": "import os\nif not os.fork():\n    os.setsid()\n    if not os.fork(): os.execlp('sleep', 'sleep', '{}')\n"
    "    os._exit(0)",
    "killed too late": "import os, subprocess; subprocess.Popen(['setsid', '-f', 'sleep', '{}']); os.kill(os.getpid(), 9)",
}


@pytest.mark.parametrize("kind", STAYS)
def test_what_a_notebook_leaves_running_is_ended_with_it(notebook, kind):
    seconds = f"{1000 + os.getpid() + list(STAYS).index(kind) / 100:.2f}"  # by which it is known
    path = notebook(STAYS[kind].replace("{}", seconds), "import time; time.sleep(0.5)")
    with suppress(DeadKernelError):
        run(path)
    running = [file for file in Path("/proc").glob("[0-9]*/cmdline") if seconds.encode() in file.read_bytes()]
    assert not running


def rest(process):
    """Wait until a process's last child has come to its end; return how many descriptors it holds then."""
    until, count = time.monotonic() + 30, -1
    while time.monotonic() < until:
        before, count = count, len(os.listdir(f"/proc/{process}/fd"))
        if before == count and not Path(f"/proc/{process}/task/{process}/children").read_text():
            return count
        time.sleep(0.2)
    raise AssertionError("children are left")


@pytest.mark.whole
def test_many_notebooks_leave_no_descriptor_and_no_process(notebook):
    path = notebook("import ipywidgets as w; out = w.Output()\nwith out: print(value)\nout")
    run(path)
    parent = engine.PARENT.process.pid
    descriptors, inside = len(os.listdir("/proc/self/fd")), rest(parent)
    for _ in range(int(os.environ.get("WARM_MANY", "12"))):
        run(path)
    assert len(os.listdir("/proc/self/fd")) == descriptors
    assert rest(parent) == inside


def test_a_killed_parent_is_said_and_replaced(notebook):
    with pytest.raises(DeadKernelError, match="warm parent was killed"):
        run(notebook("import os, signal; os.kill(os.getppid(), signal.SIGKILL)\nwhile True: pass"))
    assert texts(run(notebook("value", name="good"))) == ["1"]


def test_a_child_that_is_no_longer_wanted_is_killed():
    parent = WarmParent()
    child = parent.start("time:sleep", 300)
    while not child.end:
        child.advance()
        time.sleep(0.05)
    child.close()
    rest(parent.process.pid)


THREADS = "import threading, time\nthreading.Thread(target=time.sleep, args=(300,), daemon=True, name='busy').start()\n"


@pytest.mark.whole
def test_threads_in_the_parent_mean_plain_papermill_said_once(notebook, tmp_path, monkeypatch, caplog):
    (tmp_path / "starts_a_thread.py").write_text(THREADS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    engine.PARENT.close()
    engine.say_once.cache_clear()
    path = notebook("import os; os.getppid()")
    with caplog.at_level(logging.WARNING, "papermill"):
        for _ in range(2):
            found = texts(run(path, preload=["starts_a_thread"]))
            assert found == [str(os.getpid())]  # plain papermill's kernel is a child of this process
    assert caplog.text.count("has started threads (busy); papermill's own engine") == 1
    engine.PARENT.close()
    with WarmPool(["starts_a_thread"]) as pool, pytest.raises(NoSafeFork, match="busy"):
        [*pool.map("time:sleep", [0])]


@pytest.mark.parametrize("why", ["win32", "darwin", errno.ENOSYS, errno.EPERM])
def test_on_other_systems_and_without_a_usable_pidfd_open_nothing_is_forked(monkeypatch, why):
    def refuse(*_):
        raise OSError(why, os.strerror(why))

    if isinstance(why, str):
        monkeypatch.setattr("mls_kit.batch.engine.children.sys.platform", why)
    else:
        monkeypatch.setattr(os, "pidfd_open", refuse)
    with pytest.raises(NoSafeFork, match=why if isinstance(why, str) else f"pidfd_open .{os.strerror(why)}"):
        [*WarmPool().map("time:sleep", [0])]


def test_a_kernel_that_is_not_there_is_named():
    with pytest.raises(NoSafeFork, match="no kernel 'nothing'"):
        engine.check_kernel("nothing")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("iostream.IOPubThread.__init__ = lambda self, socket, pipe=False: None", "unexpected keyword argument 'session'"),
        ("del iostream.OutStream", "cannot import name 'OutStream'"),
    ],
)  # fmt: skip
def test_where_a_part_of_ipykernel_does_not_fit_papermill_s_own_engine_runs(notebook, tmp_path, monkeypatch, caplog, change, words):
    (tmp_path / "sitecustomize.py").write_text(f"from ipykernel import iostream\n{change}")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    plain = []
    monkeypatch.setattr(engines.NBClientEngine, "execute_managed_notebook", lambda nb_man, *_, **__: plain.append(nb_man))
    engine.PARENT.close()
    with pytest.raises(engine.ChildFailed):
        run(notebook("1"), memory_limit=5000)  # papermill's own engine would run it without the limit
    assert not plain
    with caplog.at_level(logging.WARNING, "papermill"):
        run(notebook("1"))
    engine.PARENT.close()
    assert plain
    assert re.search(f"does not fit ipykernel .*{words}", caplog.text)


def test_slow_imports_are_not_counted_against_a_notebook(notebook, tmp_path, monkeypatch):
    (tmp_path / "slow.py").write_text("import time; time.sleep(3)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert texts(run(notebook("value"), preload=["slow"], start_timeout=2)) == ["1"]


@pytest.mark.whole
def test_the_command_line_knows_the_engine(notebook, tmp_path):
    from importlib.metadata import entry_points

    if not entry_points(group="papermill.engine", name="mls-warm"):
        pytest.skip("the package was installed before it had an engine")
    path = notebook("import os; print(value, os.getppid())")
    command = [sys.executable, "-m", "papermill", "--engine", "mls-warm", str(path), str(tmp_path / "out.ipynb")]
    done = subprocess.run([*command, "-p", "value", "9"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "own engine" not in done.stderr
    assert texts(nbformat.read(tmp_path / "out.ipynb", 4))[0].startswith("9 ")


@pytest.mark.whole
def test_papermill_starts_with_the_engine_imported_first():
    code = "import mls_kit.batch.engine.papermill_engine as e, sys; "
    code += "assert 'papermill' not in sys.modules; import papermill; e.register()"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=60)


def test_log_and_files_of_output_are_the_caller_s(notebook, tmp_path, caplog):
    path = notebook("import sys; print('to the log'); print('to the file', file=sys.stderr)")
    with (tmp_path / "err").open("w") as file, caplog.at_level(logging.INFO, "papermill"):
        run(path, log_output=True, stderr_file=file)
    assert "to the log" in caplog.text
    assert "to the file" in (tmp_path / "err").read_text()


WITHOUT = """
import sys
from mls_kit.files import without_unused
with without_unused():
    import papermill
assert not any(name.startswith("rfc3987_syntax") for name in sys.modules)
from rfc3987_syntax import is_valid_syntax_iri
print(is_valid_syntax_iri("https://example.org"))
"""


@pytest.mark.whole
def test_papermill_is_imported_without_the_slow_grammar_which_others_can_still_load():
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.split() == ["True"], done.stderr
