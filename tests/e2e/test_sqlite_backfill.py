"""`airflow backfill create` on SQLite, beside a process that writes all the time."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

REPOSITORY = Path(__file__).parents[2]


def run_airflow(root: Path, *args: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {
        "AIRFLOW_HOME": str(root),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{root}/airflow.db?timeout=60",
        "AIRFLOW__CORE__DAGS_FOLDER": str(REPOSITORY / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(REPOSITORY / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "DAILY_PAPERS_HOME": str(root / "data"),
    }
    command = [Path(sys.executable).with_name("airflow"), *args]
    return subprocess.run(command, env=env, cwd=root, capture_output=True, text=True, check=False)


@pytest.fixture
def busy_database(tmp_path: Path) -> Iterator[Path]:
    """Yield an Airflow's database into which another connection commits without a pause."""
    for command in (("db", "migrate"), ("dags", "reserialize")):
        done = run_airflow(tmp_path, *command)
        assert done.returncode == 0, done.stderr
    is_over = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(tmp_path / "airflow.db", timeout=60)) as con:
            con.isolation_level = None
            while not is_over.wait(0.0005):
                con.execute("update alembic_version set version_num = version_num")

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    yield tmp_path / "airflow.db"
    is_over.set()
    for writer in writers:
        writer.join()


def test_a_backfill_is_created_whole_while_others_write(busy_database: Path) -> None:
    done = run_airflow(
        busy_database.parent,
        *("backfill", "create", "--dag-id", "ingest_daily_papers"),
        *("--from-date", "2026-01-05", "--to-date", "2026-01-07"),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with closing(sqlite3.connect(busy_database)) as con:
        runs = con.execute("select substr(logical_date, 1, 10), state from dag_run order by 1")
        assert runs.fetchall() == [(f"2026-01-0{day}", "queued") for day in (5, 6, 7)]
