"""What goes into a stack under test, and the same by the fast path."""

import csv
import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from daily_papers import settings
from daily_papers.quality.judge import judge_unjudged
from fake_source import make_entry


def make_replay(folder: Path, days: list[date]) -> None:
    """Write lists of invented papers, none at weekends, and an index that says when seen.

    An index that is there is extended. Yesterday comes along: once a DAG is unpaused its last
    daily run is due; and today, should the test run over midnight.
    """
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    today = now.date()
    is_new = not (folder / "index.csv").exists()
    with (folder / "index.csv").open("a", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        if is_new:
            columns = "folder,file,listing_date,series,fetched_at,entries,upvotes,bytes,sha256"
            writer.writerow(columns.split(","))
        for day in [*days, today - timedelta(days=1), today]:
            papers = 0 if day.weekday() >= 5 and day in days else 6 + day.day % 5
            body = json.dumps([make_entry(day, n, n * 3 % 17) for n in range(papers)]).encode()
            for hour in (0, 13):  # an empty list counts when it was seen twice
                seen_at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
                seen_at += timedelta(days=1)
                if hour and seen_at > now:  # nobody can have seen yesterday's list then
                    continue
                name = f"{day}.{hour}.json"
                (folder / name).write_bytes(body)
                row = [".", name, day, "invented", f"{seen_at:%Y-%m-%dT%H:%M:%SZ}", papers, 0]
                writer.writerow([*row, len(body), hashlib.sha256(body).hexdigest()])


def lake_files(home: Path) -> dict[str, str]:
    """Return the hash of every file of the lake, its ledger included."""
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((home / "lake").rglob("*.parquet"))
    }


def judge_anew(home: Path) -> None:
    """Judge what the next build would: days whose history came in after their verdict.

    With parallel runs, and more so when some are interrupted, a day can be judged before an
    earlier one has landed.
    """
    judge_unjudged(settings.load(home=home))


def ingest_fast(
    home: Path, source: str, first: date, last: date, env: Mapping[str, str]
) -> dict[str, str]:
    """Take the same responses with `daily-papers ingest`; return the lake's files."""
    daily_papers = Path(sys.executable).with_name("daily-papers")
    arguments = ["--from", str(first), "--to", str(last), "--source", source]
    subprocess.run(
        [daily_papers, "ingest", *arguments],
        check=True,
        env={**env, "DAILY_PAPERS_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        timeout=300,
    )
    return lake_files(home)


def last_listing_day(runs: list[dict[str, str]]) -> date:
    """Return the newest day that runs of ingest_daily_papers were for."""
    return max(date.fromisoformat(run["data_interval_start"][:10]) for run in runs)
