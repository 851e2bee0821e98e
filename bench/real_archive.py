"""Time of all the real days from raw responses to a published snapshot, and peak memory.

Run with `make bench`. Each phase is a process of its own, so that its peak memory is its
own; the aim is the sum: under 30 s on 2 cores.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

ARCHIVE = Path(__file__).parents[2] / "shared" / "data" / "hf_api"
FIRST, LAST = date(2024, 5, 27), date(2026, 5, 31)
PHASES = {
    "land": "fetch, raw archive, row rules, dedupe, papers, observations, ledger",
    "judge": "Great Expectations over all landed days, its import included",
    "build": "models, checks, snapshot and .duckdb",
}


def run_phase(phase: str, home: Path, archive: Path) -> None:
    from daily_papers import ingest, settings
    from daily_papers.sources import open_source

    options = settings.load(home=home)
    if phase == "land":
        source = open_source(f"replay:{archive}", options)
        for _ in ingest.ingest_days(source.days(FIRST, LAST), options, source):
            pass
    elif phase == "judge":
        from daily_papers.quality import judge

        judge.judge_unjudged(options)
    else:
        from daily_papers.warehouse import build

        build.build(options)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archive", type=Path, default=ARCHIVE)
    parser.add_argument("--phase", choices=PHASES)
    parser.add_argument("--home", type=Path)
    arguments = parser.parse_args()
    if arguments.phase:
        run_phase(arguments.phase, arguments.home, arguments.archive)
        return 0
    if not arguments.archive.is_dir():
        print(f"no archive at {arguments.archive}: give --archive DIR", file=sys.stderr)
        return 2
    table = Table(title="All real days, raw response to published snapshot", title_justify="left")
    for column in ("phase", "what", "wall s", "CPU s", "peak MiB"):
        table.add_column(column, justify="left" if column in ("phase", "what") else "right")
    home = Path(tempfile.mkdtemp(prefix="daily-papers-bench-"))
    total_s = 0.0
    try:
        for phase, what in PHASES.items():
            started = time.perf_counter()
            command = [sys.executable, __file__, "--phase", phase, "--home", str(home)]
            process = subprocess.Popen(
                [*command, "--archive", str(arguments.archive)], stderr=subprocess.DEVNULL
            )
            _, status, usage = os.wait4(process.pid, 0)
            wall_s = time.perf_counter() - started
            if status:
                print(f"{phase} failed; run: {' '.join(command)}", file=sys.stderr)
                return 1
            total_s += wall_s
            cpu_s = usage.ru_utime + usage.ru_stime
            peak_mib = usage.ru_maxrss / 1024
            table.add_row(phase, what, f"{wall_s:.1f}", f"{cpu_s:.1f}", f"{peak_mib:.0f}")
        table.add_section()
        table.add_row("sum", "aim: under 30 s on 2 cores", f"{total_s:.1f}")
    finally:
        shutil.rmtree(home, ignore_errors=True)
    Console().print(table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
