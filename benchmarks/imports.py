"""What `import mls_kit` costs beside `import pandas`, and its first use beside that; fresh processes, medians, one run."""

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
            done = subprocess.run(
                [sys.executable, "-c", TIMER.format(code=code)], capture_output=True, text=True, check=True
            )
            times[name].append(float(done.stdout))
    medians = {name: sorted(values)[ROUNDS // 2] for name, values in times.items()}
    base = medians["import pandas"]
    for name, median in medians.items():
        print(f"{name:32} {median:.3f} s   {median - base:+.3f} s   {median / base:.2f} x")


if __name__ == "__main__":
    main()
