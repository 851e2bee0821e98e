"""The .duckdb is read by DuckDB 1.x: every table, every comment, every macro."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from daily_papers.settings import Settings
from daily_papers.warehouse import snapshots
from daily_papers.warehouse.models import load_project
from handmade import EXAMPLE_LAKE, build_warehouse, write_lake

# run by the other DuckDB; the calls come as JSON
SCRIPT = """
import duckdb, json, sys
with duckdb.connect(sys.argv[1], read_only=True) as con:
    names = con.execute(
        "select table_schema || '.' || table_name from information_schema.tables order by all"
    ).fetchall()
    read = {name: len(con.execute(f"select * from {name}").fetchall()) for (name,) in names}
    calls = [len(con.execute(call).fetchall()) for call in json.loads(sys.argv[2])]
    bare = con.execute(
        "select table_name, column_name from duckdb_columns() where comment is null "
        "and not internal"
    ).fetchall()
print(json.dumps({"version": duckdb.__version__, "tables": read, "calls": calls, "bare": bare}))
"""


def _run_with(version: str, *arguments: str) -> str:
    """Run the script where that DuckDB is installed, apart from our own 2.x."""
    ours = Path(sys.prefix) / "uv/bin/uv"
    uv = str(ours) if ours.exists() else shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not installed: `make setup` does")
    run = [uv, "run", "--quiet", "--isolated", "--no-project", "--python", sys.executable]
    environment = {key: os.environ[key] for key in os.environ if key != "PYTHONPATH"}
    there = [*run, "--with", f"duckdb=={version}", "python", "-c"]
    if subprocess.run(
        [*there, "import duckdb"], env=environment, capture_output=True, check=False
    ).returncode:
        pytest.skip(f"duckdb {version} cannot be installed: no package index in reach?")
    return subprocess.run(
        [*there, SCRIPT, *arguments], env=environment, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.slow
@pytest.mark.parametrize("version", ["1.2.*", "1.4.*"])  # the oldest, and the latest that lasts
def test_every_table_and_macro_answers(version: str, options: Settings) -> None:
    write_lake(options.home, **EXAMPLE_LAKE)
    result = build_warehouse(options)
    macros = load_project(options.sql_dir).macros
    values = {"ts": "'2026-02-01'", "benchmark": "null"}
    calls = []
    for macro in macros:
        given = ", ".join(values.get(name, "date '2026-01-05'") for name in macro.parameters)
        calls.append(f"from {macro.name}({given})")
    path = str(snapshots.database_path(options))
    found = json.loads(_run_with(version, path, json.dumps(calls)))
    assert found["version"].startswith(version.rstrip("*"))
    rows = {table.name: table.rows for table in result.tables}
    assert found["tables"] == rows | {"ops.snapshot": 1}
    assert len(found["calls"]) == len(macros) > 3
    assert found["bare"] == []
