"""Readers never meet an error or a mixed snapshot, however often a new one is published."""

import subprocess
import sys
from pathlib import Path

import pytest
from daily_papers import settings as settings_module
from daily_papers.settings import Settings
from daily_papers.warehouse import database, snapshots
from small_warehouse import publish

pytestmark = pytest.mark.slow
PUBLISHES = 200

# Every upvote of every table is the number of the publication, so that any two rows of two
# publications differ. Between two queries of one connection many publications pass.
READER = """
import sys
import time
from pathlib import Path

import duckdb
from daily_papers import settings
from daily_papers.warehouse import query, snapshots

home, kind = Path(sys.argv[1]), sys.argv[2]
options = settings.load(home=home)
print("ready", flush=True)
reads = 0
last = 0
deadline = time.monotonic() + 500
while not (home / "stop").exists() and time.monotonic() < deadline:
    time.sleep(0.05)
    seen = set()
    if kind == "file":  # as any DuckDB client would
        with duckdb.connect(str(snapshots.database_path(options)), read_only=True) as con:
            for _ in range(2):
                for table in ("core.papers", "core.listings"):
                    rows = con.execute(f"select upvotes from {table}").fetchall()
                    seen.update(number for (number,) in rows)
            (tags,) = con.execute("select count(*) from tags.tags").fetchone()
    elif kind == "sql":
        sql = "select upvotes from core.papers union all select upvotes from core.listings"
        seen.update(query.run_query(options, sql)["upvotes"].to_pylist())
        tags = 2000
    else:
        with snapshots.reading(options) as manifest:
            folder = snapshots.snapshot_dir(options, manifest.id)
            for _ in range(2):
                for table in manifest.tables:
                    rows = duckdb.sql(f"from '{folder / table.file}'")
                    if table.name == "tags.tags":
                        tags = len(rows)
                    else:
                        seen.update(number for (number,) in rows.select("upvotes").fetchall())
    assert tags == 2000, tags
    assert len(seen) == 1, f"mixed snapshots: {seen}"
    (number,) = seen
    assert number >= last, f"from {last} back to {number}"
    last = number
    reads += 1
print(reads, last)
"""


def test_eight_readers_through_200_publications(options: Settings) -> None:
    hasty = settings_module.load(
        **options.model_dump() | {"snapshots_keep_last": 2, "snapshots_keep_younger_than_d": 0}
    )
    publish(hasty, 1)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(hasty.home), kind],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for kind in ("file", "sql", "parquet", "parquet") * 2
    ]
    try:
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "ready\n"
        for number in range(2, PUBLISHES + 2):
            publish(hasty, number)
    finally:
        (hasty.home / "stop").touch()
        ends = [reader.communicate(timeout=60) for reader in readers]
    for reader, (out, err) in zip(readers, ends, strict=True):
        assert (reader.returncode, err) == (0, "")
        reads, last = map(int, out.split())
        assert reads > 1
        assert last > 1
    current = snapshots.read_current_id(hasty)
    assert database.read_snapshot_id(snapshots.database_path(hasty)) == current
    # removed as soon as nobody read them, and the two newest stay
    assert len(snapshots.list_ids(hasty)) <= 2 + len(readers)
    assert not list(Path(hasty.home / "warehouse/snapshots").glob(".*"))
