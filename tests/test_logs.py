"""logs: every line says of which run, day and step it is."""

import json
import logging
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import structlog
from daily_papers import logs
from daily_papers.settings import SAMPLE_DIR


def test_what_is_logged_inside_a_step_carries_its_names():
    @logs.step_of_day("land")
    def land(day: date, number: int) -> dict[str, str]:
        return structlog.contextvars.get_contextvars() | {"number": str(number)}

    with logs.step("backfill"):
        names = land(date(2026, 1, 6), 3)
    assert names.pop("run")
    assert names == {"step": "land", "day": "2026-01-06", "number": "3"}
    assert structlog.contextvars.get_contextvars() == {}


def test_a_step_that_fails_says_so_and_raises(caplog):
    with caplog.at_level(logging.INFO, "daily_papers"):
        with pytest.raises(ValueError, match="no"), logs.step("land"):
            raise ValueError("no")
        with logs.step("judge"):
            pass
    assert [record.getMessage() for record in caplog.records] == ["land failed: no", "judge ended"]
    assert all(record.seconds >= 0 for record in caplog.records)


def test_the_run_is_airflows_where_there_is_one(monkeypatch):
    monkeypatch.setenv("AIRFLOW_CTX_DAG_RUN_ID", "backfill__2026-01-06")
    with logs.step("land"):
        assert structlog.contextvars.get_contextvars()["run"] == "backfill__2026-01-06"


def test_json_lines_go_to_standard_error_and_hold_no_secret(tmp_path: Path):
    done = subprocess.run(
        [Path(sys.executable).with_name("daily-papers"), "ingest", "--date", "2026-01-06"],
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
        env={
            "DAILY_PAPERS_HOME": str(tmp_path),
            "DAILY_PAPERS_SOURCE": f"replay:{SAMPLE_DIR}",
            "DAILY_PAPERS_LOG_FORMAT": "json",
            "DAILY_PAPERS_SMTP_PASSWORD": "not-to-be-seen",
        },
    )
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert [(line["step"], line.get("day")) for line in lines] == [
        ("land", "2026-01-06"),
        ("judge", None),
    ]
    assert {line["run"] for line in lines} == {lines[0]["run"]}
    assert all(line["level"] == "info" and line["seconds"] >= 0 for line in lines)
    assert "not-to-be-seen" not in done.stdout + done.stderr
