"""What `import mls_kit` costs beside `import pandas`, and its first use beside that; fresh processes, the best of several."""

import subprocess
import sys

ROUNDS = 7
TIMER = "import time; t = time.perf_counter(); {code}; print(time.perf_counter() - t)"
CASES = {
    "import pandas": "import pandas",
    "import pandas, mls_kit": "import pandas, mls_kit",
    "... and prioritize one report": "import pandas, mls_kit as k; k.prioritize(k.ScoreReport('SAA-C03', 650, 'NI,MC,MC,NI'))",
}


def main() -> None:
    times = {name: [] for name in CASES}
    for _ in range(ROUNDS):
        for name, code in CASES.items():
            done = subprocess.run([sys.executable, "-c", TIMER.format(code=code)], capture_output=True, text=True, check=True)
            times[name].append(float(done.stdout))
    best = {name: min(values) for name, values in times.items()}  # whatever else runs only adds
    base = best["import pandas"]
    for name, shortest in best.items():
        print(f"{name:32} {shortest:.3f} s   {shortest - base:+.3f} s   {shortest / base:.2f} x")


if __name__ == "__main__":
    main()
