"""Notebooks that print what cannot be sent, leave in the middle, or break what runs them; and how each came to its end."""

import os

import nbformat
import papermill
from nbformat.v4 import new_code_cell, new_notebook

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
HALF = r"\ud83d"  # of an emoji
SHOW = "from IPython.display import *\nimport asyncio, os, signal, sys, time\n"
AWKWARD = {  # the cells of each; a last one follows
    "half an emoji": [f"print('{HALF}')"],
    "half an emoji between lines": [f"print('before'); print('{HALF}'); print('after')"],
    "half an emoji on stderr": [f"import sys; print('{HALF}', file=sys.stderr)"],
    "half an emoji as a result": [f"'{HALF}'"],
    "half an emoji in HTML": [f"{SHOW}display(HTML('<b>{HALF}</b>'))"],
    "half an emoji in JSON": [f"{SHOW}display(JSON({{'{HALF}': ['{HALF}']}}))"],
    "half an emoji in metadata": [f"{SHOW}display('x', metadata={{'text/plain': {{'a': '{HALF}'}}}})"],
    "half an emoji in an error": [f"raise ValueError('{HALF}')"],
    "half an emoji in a name": [f"raise type('E{HALF}', (Exception,), {{}})('x')"],
    "half an emoji 5000 times": [f"print(('{HALF}' + 'x' * 1000) * 5000)"],
    "half an emoji in a widget": [f"import ipywidgets as w; w.HTML('{HALF}')"],
    "half an emoji from a thread": [f"import threading as t; a = t.Thread(target=print, args=['{HALF}']); a.start(); a.join()"],
    "not text": [r"import os; print(os.fsdecode(b'a\xff')); os.system(r'printf \\355\\240\\275')"],
    "NaN as JSON": [f"{SHOW}display({{'application/json': {{'a': float('nan')}}}}, raw=True)"],
    "an object as JSON": [f"{SHOW}display({{'application/json': {{'a': type}}}}, raw=True)"],
    "lists 5000 deep": [f"{SHOW}d = x = []\nfor _ in range(5000): x.append([]); x = x[0]\n"
                        "display({'application/json': d}, raw=True)"],
    "quit()": ["quit()"],
    "exit()": ["print('x'); exit()"],
    "exit() that keeps the kernel": ["exit(keep_kernel=True)"],
    "quit() and two cells": [f"{SHOW}quit(); time.sleep(0.5); print('still')", "print('never')"],
    "quit() while a cell waits": ["quit()", f"{SHOW}await asyncio.sleep(2); print('never')"],
    "the kernel is asked to stop": ["get_ipython().kernel.do_shutdown(False); print('x')", f"{SHOW}time.sleep(1)"],
    "the loop is stopped": [f"{SHOW}asyncio.get_event_loop().stop(); print('x')"],
    "the loop is stopped later": [f"{SHOW}loop = asyncio.get_event_loop(); loop.call_soon(loop.stop); await asyncio.sleep(1)"],
    "sys.exit()": ["import sys; sys.exit()"],
    "sys.exit(3)": ["import sys; print('x'); sys.exit(3)"],
    "SystemExit": ["raise SystemExit"],
    "SystemExit in a task": [f"{SHOW}async def f(): raise SystemExit(4)\nt = asyncio.create_task(f()); await asyncio.sleep(1)"],
    "KeyboardInterrupt": ["raise KeyboardInterrupt"],
    "KeyboardInterrupt after a wait": [f"{SHOW}await asyncio.sleep(0); raise KeyboardInterrupt"],
    "SIGINT": [f"{SHOW}os.kill(os.getpid(), signal.SIGINT); time.sleep(1)"],
    "SIGTERM": [f"{SHOW}os.kill(os.getpid(), signal.SIGTERM); time.sleep(1)"],
    "os._exit(0)": ["import os; os._exit(0)"],
    "os._exit(3)": ["print('lost'); import os; os._exit(3)"],
    "GeneratorExit": ["raise GeneratorExit('g')"],
    "CancelledError": [f"{SHOW}await asyncio.sleep(0); raise asyncio.CancelledError('c')"],
    "a fork that leaves": ["import os\nif not (p := os.fork()): os._exit(0)\nos.waitpid(p, 0)[1]"],
    "stdout is closed": ["import sys; sys.stdout.close(); print('x')"],
    "stdout is another": ["import io, sys; sys.stdout = io.StringIO(); print('x')"],
    "the environment is emptied": ["import os; os.environ.clear()"],
    "the folder is gone": ["import os, tempfile; d = tempfile.mkdtemp(); os.chdir(d); os.rmdir(d); print('x')"],
    "a representation fails": ["class R:\n    def __repr__(self): raise SystemExit(2)\nR()"],
    "a thread that stays": ["import threading, time; threading.Thread(target=time.sleep, args=[300], daemon=True).start()"],
}  # fmt: skip


def end_of(cells, path, engine=None):
    """Run cells and return the name of the error that papermill raised, and what each cell shows."""
    made = [new_code_cell(cell) for cell in [*cells, "print('the end')"]]
    nbformat.write(new_notebook(cells=made, metadata={"kernelspec": KERNEL}), path)
    raised = ""
    try:
        papermill.execute_notebook(path, path, engine_name=engine, progress_bar=False, execution_timeout=60)
    except Exception as error:
        raised = type(error).__name__
    return raised, [_shown(cell) for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]


def _shown(cell):
    shown = {}
    for output in cell.outputs:
        kind = output.get("name", output.output_type)
        if output.get("ename") != "DeadKernelError":  # the warm engine says in the notebook how it ended
            text = output.get("text") or output.get("evalue") or output.get("data", {}).get("text/plain")
            shown[kind] = shown.get(kind, "") + str(text).partition(" at 0x")[0]
    if "UnicodeEncodeError" in shown.get("stderr", ""):  # of a thread or not: its lines are the kernel's own
        del shown["stderr"]
    return shown


def threads(_):
    """Multiply, and return how many threads this process has then."""
    import numpy as np

    np.ones((500, 500)) @ np.ones((500, 500))
    return len(os.listdir("/proc/self/task"))
