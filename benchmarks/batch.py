"""Many plans: every way to run a notebook for each learner, in one run, paired by rounds, outputs compared.

Run: .venv/bin/python benchmarks/batch.py [-n 50] [--rounds 3] [--pages] [--ways ours,pool,floor]
     .venv/bin/python benchmarks/batch.py --grow 50,500

CPU seconds are those of all processes; on a machine that does other work, go by them and by the ratios. Of every way
several notebooks, the first and the last among them, are compared with plain papermill's, pictures included: no way can
be fast by doing less. Start-up counts for all: ours and the floor warm up in the same way, and that part is stated too.
Linear algebra has one thread in every way: two processes with two threads each would only wait for each other.
The floor is the cells' code in one warm process, its wall time the CPU time over two cores; it makes no pages.
``ploomber`` (ploomber-engine in a pool) is measured where ploomber-engine is installed; it is no dependency of the kit.
"""

import argparse
import csv
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

from mls_kit.report import PlanRequest

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "notebooks/personal_plan.ipynb"
WORKERS = 2
REPORTS = [("MLS-C01", "Strong, Competent, Needs Improvement, Needs Improvement"), ("SAA-C03", "NI, MC, MC, NI")]


def values(number: int) -> dict:
    """Return the parameters of one learner."""
    exam, ratings = REPORTS[number % len(REPORTS)]
    request = PlanRequest(exam, 560 + 7 * number % 140, ratings, "2026-03-14", today="2026-03-20", learner_id=f"L{number:05d}")
    return dict(request.parameters())


def finish(notebook, number: int, folder: Path, pages: bool) -> None:
    """Write a notebook, and its page where pages are asked for."""
    nbformat.write(notebook, folder / f"{number}.ipynb")
    if pages:
        from mls_kit.export.page import page

        (folder / f"{number}.html").write_text(page(notebook, "Plan"))


def plain(job) -> None:
    """Run one notebook with plain papermill in this process."""
    import papermill

    number, folder, pages = job
    logging.disable(logging.WARNING)
    options = {"progress_bar": False, "execution_timeout": 300, "extra_arguments": ["--log-level=50"]}
    try:
        notebook = papermill.execute_notebook(TEMPLATE, None, values(number), **options)
    except RuntimeError as error:  # side by side, a kernel now and then dies at its start
        print(f"plain papermill, once more: {error}", file=sys.stderr)
        notebook = papermill.execute_notebook(TEMPLATE, None, values(number), **options)
    finish(notebook, number, folder, pages)


def ploomber_one(job) -> None:
    """Run one notebook with ploomber-engine in this process."""
    from ploomber_engine import execute_notebook

    number, folder, pages = job
    notebook = execute_notebook(TEMPLATE, None, parameters=values(number), progress_bar=False, verbose=False)
    finish(notebook, number, folder, pages)


def warm_one(job: list) -> None:
    """Run one notebook in a child of the warm parent."""
    from mls_kit.batch import render_here

    number, folder, pages = job
    finish(render_here(PlanRequest(**values(number))).notebook, number, Path(folder), pages)


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


def warm_ups() -> list[str]:
    """Return what a warm parent does first: one plan of each exam."""
    given = ("exam", "scaled_score", "ratings", "taken_on", "today")
    return [json.dumps({name: values(number)[name] for name in given}) for number in range(len(REPORTS))]


def nothing(_: object) -> None:
    """Do nothing, in a child: its parent is warm then."""


def ours(count: int, folder: Path, pages: bool) -> dict:
    """The batch's pool."""
    from mls_kit.batch.engine import WarmPool

    sys.modules.setdefault("batch", sys.modules["__main__"])
    os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    ready = [f"mls_kit.batch.here:warm_up:{report}" for report in warm_ups()]
    with WarmPool([*ready, "batch"], WORKERS, start_timeout=300) as warm:
        list(warm.map("batch:nothing", [None]))
        parent = warm.parent.process.pid
        found = {"start": used(parent) + used(os.getpid()), "megabytes": megabytes(parent)}
        for _, one in warm.map("batch:warm_one", ([number, str(folder), pages] for number in range(count))):
            if isinstance(one, Exception):
                raise one
        return found | {"grown": megabytes(parent) - found["megabytes"]}


def used(pid: int) -> float:
    """Return the CPU seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(pid: int) -> float:
    """Return the memory a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def floor(count: int, folder: Path, pages: bool) -> dict:
    """The cells' code in one warm process: nothing but the work itself. Its CPU over two cores is the floor."""
    from mls_kit.batch.here import warm_up

    for report in warm_ups():
        warm_up(report)
    found = {"start": used(os.getpid()), "megabytes": megabytes(os.getpid())}
    for number in range(count):
        run_cells(number)
    return found


def run_cells(number: int) -> list[tuple[str, float]]:
    """Run the code of a plan's cells here; return the last line of each, and its CPU seconds."""
    import ast

    given, found = values(number), []
    space: dict = {"In": ["# Parameters\n" + "\n".join(f"{name} = {value!r}" for name, value in given.items())]}
    for cell in nbformat.read(TEMPLATE, 4).cells:
        if cell.cell_type != "code":
            continue
        begun, parsed = time.process_time(), ast.parse(cell.source)
        body, last = (parsed.body[:-1], parsed.body[-1]) if isinstance(parsed.body[-1], ast.Expr) else (parsed.body, None)
        exec(compile(ast.Module(body, []), "cell", "exec"), space)
        if last is not None:
            shown = eval(compile(ast.Expression(last.value), "cell", "eval"), space)
            for name in ("_repr_mimebundle_", "_repr_html_"):
                getattr(shown, name, lambda: None)()
        elif not found:
            space.update(given)
        found.append((cell.source.strip().splitlines()[-1], time.process_time() - begun))
    return found


WAYS = {"cli": cli, "loop": loop, "pool": pool, "ploomber": ploomber, "ours": ours, "floor": floor}


def child(way: str, count: int, folder: str, pages: bool) -> None:
    """Run one way in this fresh process; print CPU seconds of it and of all its children."""
    found = WAYS[way](count, Path(folder), pages) or {}
    print("\n" + json.dumps(found | {"cpu": sum(os.times()[:4])}))


def measure(way: str, count: int, pages: bool, folder: Path) -> dict:
    """Run one way in a fresh process; return seconds, and what else it says."""
    begun = time.perf_counter()
    command = [sys.executable, __file__, "--child", way, "--folder", str(folder), "-n", str(count)]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([*command, *["--pages"] * pages], capture_output=True, text=True, env=environment)
    if done.returncode:
        raise SystemExit(f"{way}: {done.stderr[-2000:]}")
    found = json.loads(done.stdout.strip().splitlines()[-1])
    return found | {"wall": found["cpu"] / WORKERS if way == "floor" else time.perf_counter() - begun}


def compared(way: str, folder: Path, reference: Path) -> str:
    """Say whether notebooks equal plain papermill's."""
    from compare import differences

    if way == "floor":
        return "-"
    found = []
    for other in sorted(reference.glob("*.ipynb")):
        found += differences(nbformat.read(folder / other.name, 4), nbformat.read(other, 4))
    return "; ".join(found[:4]) or "yes"


def grow(counts: list[int]) -> None:
    """Show that cost grows in a straight line, with the command itself: seconds and memory for more and more plans.

    The cost of getting ready, as two plans have it, is taken off before seconds are divided by plans.
    """
    ready = batch_command(2)
    print(f"ready after {ready['wall']:.1f} s of wall, {ready['cpu']:.1f} of CPU; then, a plan with its page:")
    print(f"{'plans':>6}{'wall s':>9}{'CPU s':>9}{'command MB':>12}{'warm parent MB':>16}{'largest child MB':>18}")
    for count in counts:
        found = batch_command(count)
        each = {kind: (found[kind] - ready[kind]) / (count - 2) for kind in ("wall", "cpu")}
        memory = found["command"], found["parent"], found["child"]
        print(f"{count:6}{each['wall']:9.3f}{each['cpu']:9.3f}{memory[0]:12.0f}{memory[1]:16.0f}{memory[2]:18.0f}",
              flush=True)  # fmt: skip


def batch_command(count: int) -> dict[str, float]:
    """Run ``mls-kit batch`` for so many learners; return seconds, and the most memory its processes held, by depth."""
    import resource

    with tempfile.TemporaryDirectory() as home:
        with (Path(home) / "cohort.csv").open("w", newline="") as file:
            names = ["learner_id", "exam", "ratings", "scaled_score", "taken_on"]
            writer = csv.DictWriter(file, names, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(values(number) for number in range(count))
        command = [sys.executable, "-m", "mls_kit.cli.main", "batch", f"{home}/cohort.csv", "-o", f"{home}/plans"]
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        process = subprocess.Popen([*command, "--today", "2026-03-20", "--workers", str(WORKERS)])
        memory = held_by_depth(process)
        after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - begun
        if process.returncode or len(list(Path(home, "plans").glob("*.html"))) != count + 1:
            raise SystemExit("the batch did not make every plan")
    return memory | {"wall": wall, "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


def held_by_depth(process: subprocess.Popen) -> dict[str, float]:
    """Watch a command until it ends; return the most megabytes held by it, by its child and by a grandchild."""
    import psutil

    most = dict.fromkeys(("command", "parent", "child"), 0.0)
    while process.poll() is None:
        try:
            level = [psutil.Process(process.pid)]
            for name in most:
                most[name] = max([most[name], *(megabytes(one.pid) for one in level)])
                level = [child for one in level for child in one.children()]
        except (psutil.Error, OSError):
            continue  # it ended while it was looked at
        finally:
            time.sleep(0.2)
    return most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--notebooks", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--pages", action="store_true")
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--grow", default="")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        return child(arguments.child, arguments.notebooks, arguments.folder, arguments.pages)
    if arguments.grow:
        return grow([int(count) for count in arguments.grow.split(",")])
    return compare([way for way in WAYS if way in arguments.ways.split(",")], arguments)


def compare(ways: list[str], arguments: argparse.Namespace) -> None:
    """Run every way in every round, one after the other."""
    if "ploomber" in ways and not importlib.util.find_spec("ploomber_engine"):
        print("ploomber-engine is not installed: left out")
        ways.remove("ploomber")
    count = arguments.notebooks
    found: dict[str, list[dict]] = {way: [] for way in ways}
    equal: dict[str, set[str]] = {way: set() for way in ways}
    with tempfile.TemporaryDirectory() as home:
        for number in {0, 1, count // 2, count - 1}:
            plain((number, Path(home), False))
        for turn in range(arguments.rounds):
            for way in ways:
                folder = Path(home) / f"{way}-{turn}"
                folder.mkdir()
                found[way].append(measure(way, count, arguments.pages, folder))
                equal[way].add(compared(way, folder, Path(home)))
                print(f"round {turn + 1} {way}: {found[way][-1]['cpu'] / count:.2f} CPU s a notebook", flush=True)
    table(found, equal, count)


def table(found: dict[str, list[dict]], equal: dict[str, set[str]], count: int) -> None:
    """Print medians a notebook, and ratios by paired rounds."""
    print(f"{count} notebooks, start-up included; medians a notebook, ratios of paired rounds")
    heads = [f"{name:>{11}}" for name in ("wall s", "CPU s", "start CPU", "MB", "wall/ours", "CPU/ours", "CPU/floor")]
    print(f"{'way':10}{''.join(heads)}  equal to plain papermill")
    for way, rounds in found.items():
        cells = [f"{median(one[kind] for one in rounds) / count:.3f}" for kind in ("wall", "cpu")]
        cells += [f"{median(one[kind] for one in rounds):.1f}" if kind in rounds[0] else ""
                  for kind in ("start", "megabytes")]  # fmt: skip
        for kind, base in (("wall", "ours"), ("cpu", "ours"), ("cpu", "floor")):
            pairs = zip(rounds, found.get(base, ()), strict=base in found)
            cells.append(f"{median(mine[kind] / its[kind] for mine, its in pairs):.2f}" if base in found else "")
        print(f"{way:10}{''.join(f'{cell:>11}' for cell in cells)}  {' / '.join(sorted(equal[way]))}")
    if {"ours", "floor"} <= found.keys():
        walls = [mine["wall"] / its["wall"] for mine, its in zip(found["ours"], found["floor"], strict=True)]
        print(f"ours / floor in wall time (CPU over {WORKERS} cores): {median(walls):.2f}")


if __name__ == "__main__":
    main()
