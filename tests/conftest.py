"""What tests share: the bundled sample, the real archive where it is at hand, a home."""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from daily_papers import cli
from daily_papers import settings as settings_module
from daily_papers.settings import SAMPLE_DIR, Settings
from daily_papers.sources.response import Response
from tests_shared import SHARED


@pytest.fixture
def shared() -> Path:
    """Return the folder of real data; skip the test on a machine without it."""
    if not SHARED.is_dir():
        pytest.skip("the real archive is not on this machine (expected at ../shared/data)")
    return SHARED


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(settings_module.ENV_PREFIX):
            monkeypatch.delenv(name)


@pytest.fixture
def options(tmp_path: Path) -> Settings:
    """Settings of an empty home that replays the sample and never waits."""
    return settings_module.load(
        home=tmp_path / "home",
        source=f"replay:{SAMPLE_DIR}",
        request_interval_s=0,
        backoff_initial_s=0,
        backoff_max_s=0,
        lock_timeout_s=5,
    )


@pytest.fixture
def sample_entry() -> dict[str, Any]:
    """One real-looking entry of the API, free to be spoilt."""
    entry: dict[str, Any] = json.loads(
        (SAMPLE_DIR / "2026-01-06.next_day.json").read_text(encoding="utf-8")
    )[0]
    return entry


Respond = Callable[..., Response]


@pytest.fixture
def respond() -> Respond:
    """Make a response as the API would give it, for 2026-01-06 seen the next morning."""

    def make(body: Any, **changes: Any) -> Response:
        fetched_at = changes.pop("fetched_at", datetime(2026, 1, 7, 6, tzinfo=UTC))
        values: dict[str, Any] = {
            "source": "huggingface",
            "listing_date": date(2026, 1, 6),
            "attempt_at": fetched_at,
            "page": 0,
            "page_size": 100,
            "url": "https://example.org/api/daily_papers",
            "status": 200,
            "fetched_at": fetched_at,
            "body": body if isinstance(body, bytes) else json.dumps(body).encode(),
            "requests": 1,
        }
        return Response(**values | changes)

    return make


class Clock:
    """Time that passes only while someone waits."""

    def __init__(self) -> None:
        self.now = time.time()
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.now += seconds
        self.waits.append(seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Put a clock under `time.time` and `time.sleep` that a test can read and set."""
    fake = Clock()
    monkeypatch.setattr("time.time", lambda: fake.now)
    monkeypatch.setattr("time.sleep", fake.sleep)
    return fake


LakeFiles = Callable[..., dict[str, bytes]]


@pytest.fixture
def lake_files() -> LakeFiles:
    """Read every file of some parts of a home's lake with its bytes."""

    def read(home: Path, *parts: str) -> dict[str, bytes]:
        return {
            path.relative_to(home).as_posix(): path.read_bytes()
            for part in parts or ("papers", "observations", "quarantine", "ledger", "shapes")
            for path in sorted((home / "lake" / part).rglob("*.parquet"))
        }

    return read


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the command as the shell would; return exit code, output and errors."""
    monkeypatch.setenv("DAILY_PAPERS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["daily-papers", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code or 0
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call
