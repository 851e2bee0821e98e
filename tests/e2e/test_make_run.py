"""`make run`: the sample goes through Airflow into answers, and a second run changes nothing."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from daily_papers.settings import ENV_PREFIX

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

REPOSITORY = Path(__file__).parents[2]
AIRFLOW = Path(sys.executable).with_name("airflow")
DAYS = ["2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08", "2026-01-09"]


def make_environment(home: Path) -> dict[str, str]:
    """What the Makefile sets, with everything stored under `home`."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", ENV_PREFIX, "PYTEST"))
    }
    return inherited | {
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow/airflow.db?timeout=60",
        "AIRFLOW__CORE__DAGS_FOLDER": str(REPOSITORY / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(REPOSITORY / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "DAILY_PAPERS_HOME": str(home / "data"),
    }


def run(*command: object, env: dict[str, str]) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        check=False,
        env=env,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def files_of(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_make_run_shows_the_sample_and_a_second_run_changes_nothing(tmp_path):
    env = make_environment(tmp_path)
    run(AIRFLOW, "db", "migrate", env=env)

    first = run(sys.executable, "scripts/run_sample.py", env=env)
    stored = files_of(tmp_path / "data")
    second = run(sys.executable, "scripts/run_sample.py", env=env)

    for day in DAYS:
        assert f"│ {day} │ complete │" in first
    assert "core.papers " in first
    assert first.count("sql/examples/") == 3
    assert "Marts: new snapshot" in first
    assert "Marts: unchanged snapshot" in second
    assert "total" in second.splitlines()[-1]
    assert files_of(tmp_path / "data") == stored
    listed = run(AIRFLOW, "dags", "list-runs", "ingest_daily_papers", "-o", "json", env=env)
    runs = json.loads(listed.splitlines()[-1])  # warnings of Airflow's may come before
    assert {run["state"] for run in runs} == {"success"}
    assert len(runs) == len(DAYS)


def test_make_run_says_what_went_wrong_and_fails(tmp_path):
    env = make_environment(tmp_path)
    run(AIRFLOW, "db", "migrate", env=env)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/raw").write_text("a file where the folder should be")
    done = subprocess.run(
        [sys.executable, "scripts/run_sample.py"],
        check=False,
        env=env,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 1
    assert "make run failed: the run of ingest_daily_papers 2026-01-05 ended as failed" in (
        " ".join(done.stdout.split())
    )
    assert "make-run.log" in done.stdout
