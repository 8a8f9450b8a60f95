"""Many plans: every way to run a notebook for each learner, in one run, paired by rounds, outputs compared.

Run: .venv/bin/python benchmarks/batch.py [--notebooks 4] [--rounds 1] [--pages] [--ways ours,pool,floor]

CPU seconds are those of all processes; on a machine that does other work, go by them and by the ratios. Every way's
first and last notebook is compared with plain papermill's, pictures included, so no way can be fast by doing less.
``ploomber`` (ploomber-engine in a pool) is measured where ploomber-engine is installed; it is no dependency of the kit.
"""

import argparse
import importlib.util
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import nbformat

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "notebooks/personal_plan.ipynb"
WORKERS = 2
REPORTS = [("MLS-C01", "Strong, Competent, Needs Improvement, Needs Improvement"), ("SAA-C03", "NI, MC, MC, NI")]


def values(number: int) -> dict:
    """Return the parameters of one learner."""
    exam, ratings = REPORTS[number % len(REPORTS)]
    return {"exam": exam, "ratings": ratings, "scaled_score": 560 + 7 * number % 140, "taken_on": "2026-03-14",
            "today": "2026-03-20", "learner_id": f"L{number:05d}"}  # fmt: skip


def finish(notebook, number: int, folder: Path, pages: bool) -> None:
    """Write a notebook, and its page where pages are asked for."""
    nbformat.write(notebook, folder / f"{number}.ipynb")
    if pages:
        from mls_kit.export import page

        (folder / f"{number}.html").write_text(page(notebook, "Plan"))


def plain(job) -> None:
    """Run one notebook with plain papermill in this process."""
    import papermill

    number, folder, pages = job
    logging.disable(logging.WARNING)
    notebook = papermill.execute_notebook(
        TEMPLATE, None, values(number), progress_bar=False, execution_timeout=300, extra_arguments=["--log-level=50"]
    )
    finish(notebook, number, folder, pages)


def ploomber_one(job) -> None:
    """Run one notebook with ploomber-engine in this process."""
    from ploomber_engine import execute_notebook

    number, folder, pages = job
    notebook = execute_notebook(TEMPLATE, None, parameters=values(number), progress_bar=False, verbose=False)
    finish(notebook, number, folder, pages)


def warm_one(job: list) -> None:
    """Run one notebook in a child of the warm parent."""
    from mls_kit.warm.cells import execute

    number, folder, pages = job
    options = {"execution_timeout": 300}
    asked = {"notebook": str(TEMPLATE), "parameters": values(number), "kernel_name": None, "options": options}
    finish(execute(asked), number, Path(folder), pages)


def cli(count: int, folder: Path, pages: bool) -> None:
    """The papermill command in a loop."""
    from itertools import chain

    for number in range(count):
        pairs = chain.from_iterable(("-p", name, str(value)) for name, value in values(number).items())
        target = folder / f"{number}.ipynb"
        command = [sys.executable, "-m", "papermill", str(TEMPLATE), str(target), *pairs, "--no-progress-bar"]
        subprocess.run([*command, "--execution-timeout", "300"], check=True, capture_output=True)
        if pages:
            finish(nbformat.read(target, 4), number, folder, pages)


def loop(count: int, folder: Path, pages: bool) -> None:
    """papermill in a Python loop."""
    for number in range(count):
        plain((number, folder, pages))


def pool(count: int, folder: Path, pages: bool, one: str = "plain") -> None:
    """papermill in a pool of processes; each has one exporter for all its pages."""
    function = getattr(importlib.import_module("batch"), one)  # not of __main__: a shell takes that name away
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as processes:
        list(processes.map(function, [(number, folder, pages) for number in range(count)]))


def ploomber(count: int, folder: Path, pages: bool) -> None:
    """ploomber-engine in a pool of processes."""
    pool(count, folder, pages, "ploomber_one")


def ours(count: int, folder: Path, pages: bool) -> None:
    """The warm engine's pool."""
    from mls_kit.warm import WarmPool

    sys.modules.setdefault("batch", sys.modules["__main__"])
    os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    exams = [
        {name: values(n)[name] for name in ("exam", "scaled_score", "ratings", "taken_on", "today")} for n in (0, 1)
    ]
    ready = [f"mls_kit.render:warm_up:{json.dumps(report)}" for report in exams]
    with WarmPool([*ready, "batch"], WORKERS, timeout=300) as warm:
        for _, found in warm.map("batch:warm_one", ([number, str(folder), pages] for number in range(count))):
            if isinstance(found, Exception):
                raise found


def floor(count: int, folder: Path, pages: bool) -> None:
    """The cells' code in one warm process: nothing but the work itself. Its CPU over two cores is the floor."""
    import ast

    cells = [ast.parse(c.source) for c in nbformat.read(TEMPLATE, 4).cells if c.cell_type == "code"]
    for number in range(count):
        given = values(number)
        space: dict = {"In": ["# Parameters\n" + "\n".join(f"{name} = {value!r}" for name, value in given.items())]}
        for place, cell in enumerate(cells):
            body, last = (cell.body[:-1], cell.body[-1]) if isinstance(cell.body[-1], ast.Expr) else (cell.body, None)
            exec(compile(ast.Module(body, []), "cell", "exec"), space)
            if last is not None:
                shown = eval(compile(ast.Expression(last.value), "cell", "eval"), space)
                for name in ("_repr_mimebundle_", "_repr_html_"):
                    getattr(shown, name, lambda: None)()
            elif place == 0:
                space.update(given)


WAYS = {"cli": cli, "loop": loop, "pool": pool, "ploomber": ploomber, "ours": ours, "floor": floor}


def child(way: str, count: int, folder: str, pages: bool) -> None:
    """Run one way in this fresh process; print wall and CPU seconds of it and of all its children."""
    if way == "floor":
        from mls_kit.render import warm_up

        warm_up()
    begun, used = time.perf_counter(), os.times()
    WAYS[way](count, Path(folder), pages)
    now = os.times()
    cpu = sum(now[:4]) - (sum(used[:4]) if way == "floor" else 0)
    print(f"\n{time.perf_counter() - begun} {cpu}")


def measure(way: str, arguments: argparse.Namespace, folder: Path) -> tuple[float, float]:
    """Run one way in a fresh process; return wall and CPU seconds a notebook."""
    begun = time.perf_counter()
    command = [sys.executable, __file__, "--child", way, "--folder", str(folder), "-n", str(arguments.notebooks)]
    done = subprocess.run([*command, *["--pages"] * arguments.pages], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{way}: {done.stderr[-2000:]}")
    wall, cpu = map(float, done.stdout.strip().splitlines()[-1].split())
    wall = cpu / WORKERS if way == "floor" else time.perf_counter() - begun
    return wall / arguments.notebooks, cpu / arguments.notebooks


def compared(way: str, folder: Path, reference: Path, count: int) -> str:
    """Say whether the first and the last notebook equal plain papermill's."""
    from mls_kit.warm.compare import differences

    if way == "floor":
        return "-"
    found = []
    for number in {0, count - 1}:
        one, other = (nbformat.read(place / f"{number}.ipynb", 4) for place in (folder, reference))
        found += differences(one, other)
    return "; ".join(found[:4]) or "yes"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--notebooks", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--pages", action="store_true")
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        return child(arguments.child, arguments.notebooks, arguments.folder, arguments.pages)
    ways = [way for way in WAYS if way in arguments.ways.split(",")]
    if "ploomber" in ways and not importlib.util.find_spec("ploomber_engine"):
        print("ploomber-engine is not installed: left out")
        ways.remove("ploomber")
    times: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    equal = dict.fromkeys(ways, "")
    with tempfile.TemporaryDirectory() as home:
        for number in {0, arguments.notebooks - 1}:
            plain((number, Path(home), False))
        for turn in range(arguments.rounds):
            for way in ways:
                folder = Path(home) / f"{way}-{turn}"
                folder.mkdir()
                times[way].append(measure(way, arguments, folder))
                equal[way] = compared(way, folder, Path(home), arguments.notebooks)
                print(f"round {turn + 1} {way}: {times[way][-1][1]:.2f} CPU s a notebook", flush=True)
    table(times, equal)
    return None


def table(times: dict[str, list[tuple[float, float]]], equal: dict[str, str]) -> None:
    """Print medians a notebook, and ratios to the floor by paired rounds."""
    print(f"{'way':10}{'wall s':>9}{'CPU s':>9}{'CPU / ours':>12}{'CPU / floor':>13}  equal to plain papermill")
    for way, rounds in times.items():
        ratios = [
            f"{median(mine[1] / its[1] for mine, its in zip(rounds, times[base], strict=True)):.2f}"
            if base in times else "" for base in ("ours", "floor")
        ]  # fmt: skip
        wall, cpu = (median(part) for part in zip(*rounds, strict=True))
        print(f"{way:10}{wall:9.2f}{cpu:9.2f}{ratios[0]:>12}{ratios[1]:>13}  {equal[way]}")


if __name__ == "__main__":
    main()
