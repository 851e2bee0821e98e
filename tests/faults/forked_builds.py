"""Builds in forked children that die, starve or race; prints what became of each as JSON.

    python tests/faults/forked_builds.py kill|strike|fill|cram|race HOME

The parent imports and loads what every build needs, once, and opens no database: a fork is
as good as a new process, and 20 times faster.
"""

import json
import os
import random
import resource
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "warehouse"))

from daily_papers import settings as settings_module
from daily_papers.errors import StorageError
from daily_papers.identity.organizations import match_organization
from daily_papers.settings import Settings
from daily_papers.warehouse import build, database, query, snapshots, state
from handmade import EXAMPLE_LAKE, WEDNESDAY, attempt, build_warehouse, write_lake

_CHANGING = {"os.mkdir", "os.rename", "os.link", "os.remove", "os.chmod", "open"}


def in_child(work: Callable[[], Any]) -> dict[str, Any]:
    """Run work in a child; return its value, or the signal that ended it."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.write(writer, json.dumps({"value": work()}).encode())
            code = 0
        except BaseException:  # noqa: BLE001 (told by the exit code)
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writer)
    with open(reader, "rb") as pipe:  # noqa: PTH123 (a descriptor)
        answer = pipe.read()
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return {"signal": os.WTERMSIG(status)}
    assert os.waitstatus_to_exitcode(status) == 0, "the child failed, see above"
    return dict(json.loads(answer))


def build_once(options: Settings) -> dict[str, Any]:
    """Build; return what is published then."""
    try:
        is_new = build_warehouse(options).is_new
    except StorageError as error:
        return {"error": str(error), **look(options)}
    return {"is_new": is_new, **look(options)}


def look(options: Settings) -> dict[str, Any]:
    """Return what a reader finds: pointer, database file, damage, leftovers."""
    current = snapshots.read_current(options)
    assert current is not None
    path = snapshots.database_path(options)
    rows = query.run_query(options, "select count(*) as n from ops.runs where state = 'complete'")[
        "n"
    ][0].as_py()
    folders = [options.home / "warehouse", options.home / "warehouse" / "snapshots"]
    return {
        "current": current.id,
        "database": database.read_snapshot_id(path),
        "damage": snapshots.find_damage(options, current),
        "hashes": {table.name: table.sha256 for table in current.tables},
        "complete": rows,
        "leftovers": [p.name for f in folders for p in f.glob(".*") if p.name != ".lock"],
    }


def list_steps(options: Settings) -> list[list[Any]]:
    """Build; return the places that touch the disk: number of the step, event, code line."""
    steps: list[list[Any]] = []
    _watch(options, lambda event, place: steps.append([len(steps), event, place]))
    build_warehouse(options)
    return steps


def build_and_die(options: Settings, at: int) -> None:
    """Build, and be killed before step `at`."""
    left = [at]

    def count(*_: str) -> None:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1

    _watch(options, count)
    build_warehouse(options)


def _watch(options: Settings, tell: Callable[[str, str], None]) -> None:
    """Tell of every step of Python's own that changes or opens a file of the home."""
    home = str(options.home)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _CHANGING and str(arguments[0]).startswith(home):
            frame = sys._getframe(1)
            while frame.f_back and "/daily_papers/" not in frame.f_code.co_filename:
                frame = frame.f_back
            tell(event, f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}")

    sys.addaudithook(hook)


def prepare(home: Path) -> Settings:
    """Publish a first snapshot, and change the lake."""
    options = settings_module.load(home=home, lock_timeout_s=60)
    write_lake(home, **EXAMPLE_LAKE)
    in_child(lambda: build_once(options))
    write_lake(home, attempts=[attempt(WEDNESDAY, "complete", 20)])
    return options


def kill(base: Path) -> list[dict[str, Any]]:
    """Kill a build before each place that changes the disk, and before the last ones."""
    base = prepare(base).home
    found = []

    def copy(name: str) -> Settings:
        shutil.copytree(base, base.parent / name)
        return settings_module.load(home=base.parent / name)

    steps = in_child(lambda: list_steps(copy("calm")))["value"]
    # between two changes of what lies on the disk it makes no difference when one dies
    first = {place: number for number, event, place in reversed(steps) if event != "open"}
    # folder, pointer and database are put in place by the last steps of all
    chosen = sorted({*first.values(), *(number for number, *_ in steps[-8:])})
    for at in chosen:
        options = copy(f"kill-{at}")
        ended = in_child(lambda options=options, at=at: build_and_die(options, at))
        after = in_child(lambda options=options: look(options))["value"]
        again = in_child(lambda options=options: build_once(options))["value"]
        found.append({"step": steps[at], "ended": ended, "after": after, "again": again})
        shutil.rmtree(options.home)
    return found


def strike(home: Path) -> list[dict[str, Any]]:
    """Kill builds by the clock, and while DuckDB writes Parquet, database and state."""
    base = prepare(home).home
    dice = random.Random(8)

    def copy(name: str, is_full: bool) -> Settings:
        shutil.copytree(base, base.parent / name)
        options = settings_module.load(home=base.parent / name)
        if is_full:
            state.remove(options)
        return options

    calm = copy("calm", is_full=True)
    started = time.monotonic()
    hashes = in_child(lambda: build_once(calm))["value"]["hashes"]
    seconds = time.monotonic() - started
    moments: list[float | str] = [seconds * (no + dice.random()) / 12 for no in range(12)]
    # of what is written for longest, once it is there
    moments += ["warehouse/snapshots/.new-*/*/*.parquet", "warehouse/.new-duckdb"]
    moments += ["cache/build/state.duckdb"]
    found = []
    for number, moment in enumerate(moments):
        options = copy(f"strike-{number}", is_full=number % 2 == 0)
        ended = _strike(options, moment)
        after = in_child(lambda options=options: look(options))["value"]
        again = in_child(lambda options=options: build_once(options))["value"]
        found.append(
            {"moment": moment, "ended": ended, "after": after, "again": again, "calm": hashes}
        )
        shutil.rmtree(options.home)
    return found


def _strike(options: Settings, moment: float | str) -> int | None:
    """Build in a child, and kill it after some seconds or once a file is there; how it ended."""
    pid = os.fork()
    if pid == 0:
        build_once(options)
        os._exit(0)
    if isinstance(moment, str):
        while not any(options.home.glob(moment)) and os.waitpid(pid, os.WNOHANG) == (0, 0):
            pass
    else:
        time.sleep(moment)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else None


def fill(home: Path) -> list[dict[str, Any]]:
    """Build while no file may grow beyond a size."""
    options = prepare(home)
    before = in_child(lambda: look(options))["value"]
    found = []
    for size_bytes in (500, 2_000, 20_000, 1_000_000):

        def starve(size_bytes: int = size_bytes) -> dict[str, Any]:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, resource.RLIM_INFINITY))
            try:
                return build_once(options)
            finally:
                resource.setrlimit(
                    resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
                )

        found.append({"before": before, "after": in_child(starve)["value"]})
    found.append({"before": before, "after": in_child(lambda: build_once(options))["value"]})
    return found


def cram(home: Path) -> list[dict[str, Any]]:
    """Build on a disk that has only so much left, from what was kept and in full."""
    options = prepare(home)
    before = in_child(lambda: look(options))["value"]
    found = []
    ballast = home / "ballast"
    for left_bytes, is_full in ((0, False), (200_000, False), (0, True), (1_000_000, True)):
        if is_full:
            state.remove(options)
        disk = os.statvfs(home)
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize - left_bytes)
        found.append({"before": before, "after": in_child(lambda: build_once(options))["value"]})
        ballast.unlink()
    found.append({"before": before, "after": in_child(lambda: build_once(options))["value"]})
    return found


def race(home: Path) -> list[dict[str, Any]]:
    """Let two processes build at once."""
    options = prepare(home)
    go_reader, go_writer = os.pipe()
    children = []
    for _ in range(2):
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.read(go_reader, 1)
            os.write(writer, json.dumps(build_once(options)).encode())
            os._exit(0)
        os.close(writer)
        children.append((pid, reader))
    os.write(go_writer, b"go")
    found = []
    for pid, reader in children:
        with open(reader, "rb") as pipe:  # noqa: PTH123 (a descriptor)
            found.append(json.loads(pipe.read()))
        os.waitpid(pid, 0)
    return found


if __name__ == "__main__":
    match_organization("warm up")  # reads its index once
    build.load_project = cache(build.load_project)
    build.load_project(settings_module.load().sql_dir)
    modes = {"kill": kill, "strike": strike, "fill": fill, "cram": cram, "race": race}
    sys.stdout.write(json.dumps(modes[sys.argv[1]](Path(sys.argv[2]).resolve())))
