"""A build that is killed, finds the disk full or is not alone: readers lose nothing."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("forked_builds.py")


def _run(mode: str, home: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, SCRIPT, mode, home], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_a_build_killed_at_any_step_leaves_a_whole_snapshot_and_the_next_succeeds(
    tmp_path: Path,
) -> None:
    kills = _run("kill", tmp_path / "home")
    places = {tuple(kill["step"][1:]) for kill in kills}
    assert {event for event, _ in places} >= {"os.mkdir", "os.rename", "os.link", "os.remove"}
    assert len(kills) >= 10
    seen = set()
    for kill in kills:
        step, after, again = kill["step"], kill["after"], kill["again"]
        assert kill["ended"] == {"signal": signal.SIGKILL}, step
        assert after["damage"] is None, step
        # the pointer moves before the database file, in one step each
        assert after["complete"] == (2 if after["database"] < again["current"] else 3), step
        assert after["database"] <= after["current"], step
        assert again["damage"] is None, step
        assert (again["database"], again["leftovers"]) == (again["current"], []), step
        assert again["complete"] == 3, step
        seen.add((after["current"] == again["current"], after["database"] == again["current"]))
    # killed before the pointer moved, between pointer and database, after both
    assert seen == {(False, False), (True, False), (True, True)}


def test_a_build_killed_at_any_moment_leaves_a_whole_snapshot_and_the_next_succeeds(
    tmp_path: Path,
) -> None:
    strikes = _run("strike", tmp_path / "home")
    assert sum(strike["ended"] == signal.SIGKILL for strike in strikes) >= 10
    for strike in strikes:
        moment, after, again = strike["moment"], strike["after"], strike["again"]
        assert after["damage"] is None, moment
        assert after["complete"] in {2, 3}, moment
        assert after["database"] <= after["current"], moment
        assert again["damage"] is None, moment
        assert (again["database"], again["leftovers"]) == (again["current"], []), moment
        assert again["complete"] == 3, moment
        assert again["hashes"] == strike["calm"], moment


def test_a_full_disk_is_said_and_nothing_is_published(tmp_path: Path) -> None:
    *starved, fed = _run("fill", tmp_path / "home")
    for case in starved:
        assert "\n" not in case["after"]["error"]
        assert "Nothing was published" in case["after"].pop("error")
        assert case["after"] == case["before"]
    assert fed["after"]["is_new"]


def test_two_builds_at_once_publish_one_snapshot(tmp_path: Path) -> None:
    first, second = sorted(_run("race", tmp_path / "home"), key=lambda one: one["is_new"])
    assert (first.pop("is_new"), second.pop("is_new")) == (False, True)
    assert first == second


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 MiB."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine does not let root mount a small disk")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_small_disk_that_is_full_keeps_what_was_published(small_disk: Path) -> None:
    *starved, fed = _run("cram", small_disk / "home")
    assert len(starved) == 4
    for case in starved:
        error = case["after"].pop("error")
        assert "\n" not in error
        assert "No space left on device" in error
        assert "Nothing was published" in error
        assert case["after"] == case["before"]
    assert fed["after"]["is_new"]
    assert fed["after"]["complete"] == 3
