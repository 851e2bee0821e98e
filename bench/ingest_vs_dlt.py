"""The real responses landed by us and loaded into DuckDB by dlt, in turn, in one run.

Run with `make bench`. Ours: raw archive, row rules, quarantine, dedupe, observations,
shapes and ledger, in Parquet. dlt: the same parsed entries appended to DuckDB, once with
its defaults (nested lists become child tables), once with what we found fastest (nested
values stay JSON, Parquet as the loader's format, two workers).
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ARCHIVE = Path(__file__).parents[2] / "shared" / "data" / "hf_api"
FIRST, LAST = date(2024, 5, 27), date(2026, 5, 31)
CONTENDERS = {
    "ours": "raw, rules, quarantine, dedupe, observations, ledger",
    "dlt": "dlt, defaults",
    "dlt-fast": "dlt, fastest settings found",
}


def land_ours(home: Path, archive: Path) -> None:
    from daily_papers import ingest, settings
    from daily_papers.sources import open_source

    options = settings.load(home=home)
    source = open_source(f"replay:{archive}", options)
    for _ in ingest.ingest_days(source.days(FIRST, LAST), options, source):
        pass


def read_entries(archive: Path) -> Iterator[list[dict[str, Any]]]:
    """Yield each response's entries with their day and fetch time, as dlt users would."""
    import csv
    import json

    import zstandard

    with (archive / "index.csv").open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            packed = (archive / row["folder"] / row["file"]).read_bytes()
            body = json.loads(zstandard.ZstdDecompressor().decompressobj().decompress(packed))
            entries = body if isinstance(body, list) else []
            yield [
                {"listing_date": row["listing_date"], "fetched_at": row["fetched_at"], **entry}
                for entry in entries
                if isinstance(entry, dict)
            ]


def load_with_dlt(home: Path, archive: Path, *, is_fast: bool) -> None:
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"
    os.environ["DLT_DATA_DIR"] = str(home)
    if is_fast:
        os.environ["NORMALIZE__WORKERS"] = "2"
        os.environ["DATA_WRITER__BUFFER_MAX_ITEMS"] = "20000"
    import dlt

    entries = dlt.resource(
        read_entries(archive),
        name="entries",
        write_disposition="append",
        max_table_nesting=0 if is_fast else None,
    )
    pipeline = dlt.pipeline(
        "bench",
        pipelines_dir=str(home / "pipelines"),
        destination=dlt.destinations.duckdb(str(home / "loaded.duckdb")),
        dataset_name="bench",
    )
    pipeline.run(entries, loader_file_format="parquet" if is_fast else None)


def run_one(name: str, home: Path, archive: Path) -> None:
    if name == "ours":
        land_ours(home, archive)
    else:
        load_with_dlt(home, archive, is_fast=name == "dlt-fast")


def time_one(name: str, archive: Path) -> tuple[float, float, float]:
    """Return wall seconds, CPU seconds and peak MiB of one run in a process of its own."""
    home = Path(tempfile.mkdtemp(prefix="daily-papers-bench-"))
    try:
        command = [sys.executable, __file__, "--one", name, "--home", str(home)]
        started = time.perf_counter()
        process = subprocess.Popen([*command, "--archive", str(archive)], stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - started
        if status:
            raise SystemExit(f"{name} failed; run: {' '.join(command)}")
        return wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    finally:
        shutil.rmtree(home, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archive", type=Path, default=ARCHIVE)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", choices=CONTENDERS)
    parser.add_argument("--home", type=Path)
    arguments = parser.parse_args()
    if arguments.one:
        run_one(arguments.one, arguments.home, arguments.archive)
        return 0
    if not arguments.archive.is_dir():
        print(f"no archive at {arguments.archive}: give --archive DIR", file=sys.stderr)
        return 2
    runs: dict[str, list[tuple[float, float, float]]] = {name: [] for name in CONTENDERS}
    for _ in range(arguments.rounds):
        for name in CONTENDERS:
            runs[name].append(time_one(name, arguments.archive))
    title = f"All real responses, median of {arguments.rounds} rounds in turn"
    table = Table(title=title, title_justify="left")
    for column in ("", "wall s", "CPU s", "peak MiB", "time / ours"):
        table.add_column(column, justify="right" if column else "left")
    for name, what in CONTENDERS.items():
        wall_s, cpu_s, peak_mib = (
            statistics.median(run[n] for run in runs[name]) for n in range(3)
        )
        ratio = statistics.median(
            other[0] / ours[0] for other, ours in zip(runs[name], runs["ours"], strict=True)
        )
        cells = (f"{wall_s:.1f}", f"{cpu_s:.1f}", f"{peak_mib:.0f}", f"{ratio:.1f}x")
        table.add_row(f"{name}: {what}", *cells)
    Console().print(table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
