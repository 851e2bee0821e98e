"""The build publishes all or nothing, the same bytes each time, and mends what a crash left."""

import errno
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import filelock
import pytest
from daily_papers import settings as settings_module
from daily_papers.errors import BusyError, CheckFailedError, CorruptFileError, StorageError
from daily_papers.settings import Settings
from daily_papers.warehouse import build, code, database, inputs, publication, snapshots
from daily_papers.warehouse.models import load_project
from handmade import (
    EXAMPLE_LAKE,
    EXTRACTORS,
    MONDAY,
    WEDNESDAY,
    attempt,
    build_warehouse,
    open_marts,
    paper,
    write_lake,
)


@pytest.fixture
def lake(options: Settings) -> Settings:
    write_lake(options.home, **EXAMPLE_LAKE)
    return options


def _read_published(options: Settings) -> tuple[str, str | None]:
    current = snapshots.read_current(options)
    assert current is not None
    assert snapshots.find_damage(options, current) is None
    return current.id, database.read_snapshot_id(snapshots.database_path(options))


def _list_temporary(home: Path) -> list[str]:
    found = [*home.glob("warehouse/.*[!k]"), *home.glob("warehouse/snapshots/.new*")]
    return [path.name for path in (*found, *home.glob("tmp/*"))]


def test_the_time_of_a_build_is_the_clocks_whatever_stood_side_by_side(lake: Settings) -> None:
    begun = time.perf_counter()
    result = build_warehouse(lake)
    assert 0 < result.total_s <= time.perf_counter() - begun


def test_the_suites_are_imported_beside_the_work() -> None:
    code = (
        "import sys; from daily_papers.warehouse import build; build._import_suites(); "
        "sys.exit('great_expectations' not in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_snapshot_has_every_mart_with_comments_and_hashes(lake: Settings) -> None:
    result = build_warehouse(lake)
    folder = lake.home / "warehouse" / "snapshots" / result.snapshot_id
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["id"] == result.snapshot_id
    assert manifest["input_fingerprint"].startswith(result.snapshot_id.split("-")[1])
    tables = {f"{table['schema']}.{table['table']}": table for table in manifest["tables"]}
    assert len(tables) == 31
    assert tables["core.papers"]["rows"] == 2
    assert tables["core.papers"]["grain"] == ["paper_id"]
    for table in manifest["tables"]:
        assert table["description"]
        assert [column for column in table["columns"] if not column["description"]] == []
    assert {check["severity"] for check in manifest["checks"]} == {"fail", "warn"}
    assert result.is_new
    assert _read_published(lake) == (result.snapshot_id, result.snapshot_id)
    assert _list_temporary(lake.home) == []
    assert [manifest.id for manifest in snapshots.list_snapshots(lake)] == [result.snapshot_id]


def test_the_database_file_has_tables_comments_and_macros(lake: Settings) -> None:
    result = build_warehouse(lake)
    with duckdb.connect(str(snapshots.database_path(lake)), read_only=True) as con:
        bare = con.execute(
            "select column_name from duckdb_columns() where comment is null and not internal"
        ).fetchall()
        assert bare == []
        tables = con.execute(
            "select count(*) from duckdb_tables() where comment is not null"
        ).fetchall()
        assert tables == [(len(load_project(lake.sql_dir).marts) + 1,)]  # and ops.snapshot
        assert con.execute("select snapshot_id from ops.snapshot").fetchall() == [
            (result.snapshot_id,)
        ]
        then = con.execute("select paper_id, upvotes from core.papers_as_of('2026-01-05 09:00')")
        assert then.fetchall() == [("2601.00001", 5), ("2601.00002", 9)]


def test_a_second_run_changes_nothing(lake: Settings) -> None:
    first = build_warehouse(lake)
    files = [path for path in (lake.home / "warehouse").rglob("*") if path.is_file()]
    before = {path: path.stat().st_mtime_ns for path in files if path.name != ".lock"}
    second = build_warehouse(lake)
    assert (second.snapshot_id, second.is_new) == (first.snapshot_id, False)
    assert second.tables == first.tables
    assert {path: path.stat().st_mtime_ns for path in before} == before


@pytest.mark.parametrize("threads", [1, 4])
def test_the_bytes_do_not_depend_on_threads_or_file_order(
    threads: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [MONDAY, WEDNESDAY]
    rows: dict[str, Any] = {
        "papers": [
            paper(
                f"2601.{number:05}",
                days[number % 2],
                upvotes=number % 7,
                ai_keywords=keywords,
                abstract=f"GPT-{number % 9} scores {number % 5}% accuracy on a new {number}Bench. "
                f"We score {number % 97}% accuracy on GSM8K, for agents and robots.",
            )
            for number in range(3000)
            for keywords in ([f"Tag {number % 50}", f"tag {number % 50}", f"tag {number % 11}"],)
        ],
        "attempts": [attempt(day, "complete") for day in days],
    }
    hashes = []
    for name, count in (("plain", 2), ("other", threads)):
        options = settings_module.load(home=tmp_path / name, duckdb_threads=count)
        write_lake(options.home, **rows)
        if name == "other":
            found = inputs.find_files(options)[::-1]
            monkeypatch.setattr(inputs, "find_files", lambda _, found=found: found)
        hashes.append({table.name: table.sha256 for table in build_warehouse(options).tables})
    assert hashes[0] == hashes[1]


def test_a_table_that_no_change_reaches_is_not_written_again(
    lake: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_warehouse(lake)
    write_lake(lake.home, attempts=[attempt(WEDNESDAY, "failed", 20)])
    written = []
    compare = publication.filecmp.cmp

    def note(new: Path, *arguments: Any, **options: Any) -> bool:
        written.append(new.name)
        return compare(new, *arguments, **options)

    monkeypatch.setattr(publication.filecmp, "cmp", note)
    second = build_warehouse(lake)
    assert {"runs.parquet", "coverage.parquet"} < set(written)
    assert {"papers.parquet", "coauthors.parquet"}.isdisjoint(written)
    folders = [snapshots.snapshot_dir(lake, name) for name in snapshots.list_ids(lake)]
    assert (folders[0] / "core/papers.parquet").samefile(folders[1] / "core/papers.parquet")
    assert _read_published(lake) == (second.snapshot_id, second.snapshot_id)


def test_what_a_build_that_failed_had_changed_is_written_by_the_next(lake: Settings) -> None:
    build_warehouse(lake)
    changed = [row | {"comments": 77} for row in EXAMPLE_LAKE["papers"]]
    bad = [attempt(MONDAY, "complete", rows_in=5, rows_landed=4)]
    write_lake(lake.home, papers=changed, attempts=bad)
    with pytest.raises(CheckFailedError):
        build_warehouse(lake)
    write_lake(lake.home, attempts=[attempt(MONDAY, "complete")])
    snapshot_id = build_warehouse(lake).snapshot_id
    path = snapshots.snapshot_dir(lake, snapshot_id) / "core/papers.parquet"
    assert duckdb.sql(f"select distinct comments from '{path}'").fetchall() == [(77,)]


def test_changed_lake_rules_or_code_make_a_new_snapshot(
    lake: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = {build_warehouse(lake).snapshot_id}
    write_lake(lake.home, attempts=[attempt(WEDNESDAY, "failed", 20)])
    ids.add(build_warehouse(lake).snapshot_id)
    monkeypatch.setattr(code, "hash_source", lambda: "of mended modules")
    ids.add(build_warehouse(lake).snapshot_id)
    assert len(ids) == 3
    assert {manifest.id for manifest in snapshots.list_snapshots(lake)} == ids


def test_unjudged_days_are_judged_before_the_lake_is_read(options: Settings) -> None:
    write_lake(options.home, papers=[paper("2601.00001")], verdicts=[])

    def judge(of: Settings) -> None:
        write_lake(of.home, papers=[paper("2601.00001")])

    result = build.build(options, judge=judge, extractors=EXTRACTORS)
    assert {table.name: table.rows for table in result.tables}["core.papers"] == 1


def test_a_failing_check_publishes_nothing_and_says_which_rows(lake: Settings) -> None:
    published = build_warehouse(lake).snapshot_id
    write_lake(lake.home, attempts=[attempt(MONDAY, "complete", rows_in=5, rows_landed=4)])
    with pytest.raises(CheckFailedError) as caught:
        build_warehouse(lake)
    assert "check runs__row_balance found 1 rows (source=huggingface" in str(caught.value)
    assert "rows_in=5" in str(caught.value)
    assert _read_published(lake) == (published, published)
    assert _list_temporary(lake.home) == []


def test_a_warning_is_told_and_published(options: Settings) -> None:
    write_lake(options.home, papers=[paper("2601.00001")], verdicts=[])
    result = build_warehouse(options)
    assert [(warning.name, warning.failing_rows) for warning in result.warnings] == [
        ("coverage__held", 1)
    ]


@pytest.mark.parametrize("spoil", [b"", b"PAR1 not really PAR1", None])
@pytest.mark.parametrize(
    "dataset", ["papers", "observations", "ledger", "quarantine", "quality", "arxiv", "shapes"]
)
def test_a_corrupt_file_is_named_with_its_remedy(
    spoil: bytes | None, dataset: str, lake: Settings
) -> None:
    path = sorted((lake.home / "lake" / dataset).glob("*/*.parquet"))[0]
    path.write_bytes(path.read_bytes()[:-20] if spoil is None else spoil)
    with pytest.raises(CorruptFileError) as caught:
        build_warehouse(lake)
    assert str(path) in str(caught.value)
    assert "move it away and run `daily-papers " in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("exclude (state)", "column state is missing"),
        ("replace (rows_in::varchar as rows_in)", "column rows_in is string, not int64"),
        ("replace (null::varchar as state)", "column state has nulls"),
    ],
)
def test_a_file_of_another_schema_is_named(change: str, reason: str, lake: Settings) -> None:
    path = sorted((lake.home / "lake/ledger").glob("*/*.parquet"))[1]
    duckdb.sql(f"copy (select * {change} from '{path}') to '{path}.new' (format parquet)")
    Path(f"{path}.new").replace(path)
    with pytest.raises(CorruptFileError) as caught:
        build_warehouse(lake)
    assert f"{path} cannot be read ({reason})" in str(caught.value)


@pytest.mark.parametrize("count", [1, 3])
def test_an_optional_column_that_earlier_files_lack_is_null(count: int, lake: Settings) -> None:
    for path in sorted((lake.home / "lake/ledger").glob("*/*.parquet"))[:count]:
        duckdb.sql(
            f"copy (select * exclude (new_fields) from '{path}') to '{path}.new' (format parquet)"
        )
        Path(f"{path}.new").replace(path)
    assert build_warehouse(lake).is_new


def test_a_file_that_changes_while_it_is_read_is_read_again(
    lake: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_files: Callable[[Settings], list[inputs.LakeFile]] = inputs.find_files
    calls = []

    def find_and_disturb(options: Settings) -> list[inputs.LakeFile]:
        found = find_files(options)
        calls.append(1)
        if len(calls) == 1:
            write_lake(options.home, attempts=[attempt(WEDNESDAY, "complete")])
        return found

    monkeypatch.setattr(inputs, "find_files", find_and_disturb)
    build_warehouse(lake)
    assert len(calls) == 2


def test_a_second_builder_waits_or_says_so(lake: Settings, tmp_path: Path) -> None:
    impatient = settings_module.load(home=lake.home, lock_timeout_s=0.1)
    lock = filelock.FileLock(lake.home / "warehouse" / ".lock", thread_local=False)
    (lake.home / "warehouse").mkdir()
    lock.acquire()
    with pytest.raises(BusyError, match=r"\.lock"):
        build_warehouse(impatient)
    threading.Timer(0.3, lock.release).start()
    assert build_warehouse(lake).is_new


def _refuse(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_publishes_nothing(lake: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    published = build_warehouse(lake).snapshot_id
    write_lake(lake.home, attempts=[attempt(WEDNESDAY, "failed", 20)])
    for module, name in (
        (publication, "_write_tables"),
        (database, "write_database"),
        (snapshots, "point_to"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, _refuse)
            with pytest.raises(StorageError, match="No space left on device"):
                build_warehouse(lake)
        assert _read_published(lake) == (published, published)
        assert _list_temporary(lake.home) == []
    assert build_warehouse(lake).is_new


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            duckdb.IOException('IO Error: Async write failed: {"m": "No space left on device"}'),
            True,
        ),
        (duckdb.TransactionException("Failed to commit: No space left on device"), True),
        (duckdb.IOException("IO Error: Could not write file: Permission denied"), True),
        (duckdb.InternalException("INTERNAL Error: a bug"), False),
    ],
)
def test_a_fault_of_the_disk_is_told_from_a_bug(
    error: duckdb.Error, expected: bool, lake: Settings
) -> None:
    def fail(_: Settings) -> None:
        raise error

    with pytest.raises(StorageError if expected else duckdb.InternalException) as caught:
        build.build(lake, judge=fail, extractors=EXTRACTORS)
    assert "{" not in str(caught.value)


def test_too_little_memory_is_said_in_one_line(lake: Settings) -> None:
    def refuse(*_: object) -> None:
        raise duckdb.OutOfMemoryException("Out of Memory Error: failed to pin block\n\nhints")

    with pytest.raises(StorageError, match="DUCKDB_MEMORY_LIMIT_MB"):
        build.build(lake, judge=refuse, extractors=EXTRACTORS)


class _KilledError(BaseException):
    """Stands for a kill -9 between two steps."""


@pytest.mark.parametrize("step", ["folder", "pointer", "database"])
def test_a_crash_before_each_rename_leaves_a_consistent_state(
    step: str, lake: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = build_warehouse(lake).snapshot_id
    write_lake(lake.home, attempts=[attempt(WEDNESDAY, "failed", 20)])
    targets = {"folder": "snapshots", "pointer": "current", "database": "daily_papers.duckdb"}
    replace = Path.replace

    def die(self: Path, target: Path) -> Path:
        if targets[step] in {target.name, target.parent.name}:
            raise _KilledError
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", die)
        with pytest.raises(_KilledError):
            build_warehouse(lake)
    pointed, copied = _read_published(lake)
    assert copied == old
    assert (pointed == old) is (step != "database")

    result = build_warehouse(lake)
    assert _read_published(lake) == (result.snapshot_id, result.snapshot_id)
    assert result.is_new is (step != "database")


@pytest.mark.parametrize("damage", ["missing", "garbage", "of another snapshot"])
def test_the_next_build_repairs_the_database_file(
    damage: str, lake: Settings, tmp_path: Path
) -> None:
    result = build_warehouse(lake)
    path = snapshots.database_path(lake)
    path.unlink()
    if damage == "garbage":
        path.write_bytes(b"not a database")
    elif damage == "of another snapshot":
        with duckdb.connect(str(path)) as con:
            con.execute("create schema ops; create table ops.snapshot as select 'x' snapshot_id")
    again = build_warehouse(lake)
    assert not again.is_new
    assert _read_published(lake) == (result.snapshot_id, result.snapshot_id)


def test_an_altered_snapshot_is_published_anew(lake: Settings) -> None:
    first = build_warehouse(lake)
    folder = snapshots.snapshot_dir(lake, first.snapshot_id)
    (folder / "core/papers.parquet").chmod(0o644)
    with (folder / "core/papers.parquet").open("ab") as file:
        file.write(b"!")
    current = snapshots.read_current(lake)
    assert current is not None
    assert "core/papers.parquet is not what was published" in str(
        snapshots.find_damage(lake, current)
    )
    second = build_warehouse(lake)
    assert second.is_new
    assert second.snapshot_id != first.snapshot_id
    assert {table.sha256 for table in second.tables} == {table.sha256 for table in first.tables}


def test_leftovers_of_a_killed_build_are_removed(lake: Settings) -> None:
    warehouse = lake.home / "warehouse"
    (warehouse / "snapshots/.new-20260101T000000Z-000000000000/core").mkdir(parents=True)
    (warehouse / ".new-duckdb").write_bytes(b"half")
    (warehouse / ".current.4711.tmp").write_bytes(b"half")
    (lake.home / "tmp/build").mkdir(parents=True)
    build_warehouse(lake)
    assert _list_temporary(lake.home) == []


def test_a_log_of_the_replaced_database_file_is_not_taken_for_the_new_ones(
    lake: Settings,
) -> None:
    wal = lake.home / "warehouse/daily_papers.duckdb.wal"
    wal.parent.mkdir()
    wal.write_bytes(b"of someone who opened the old file for writing")
    result = build_warehouse(lake)
    assert database.read_snapshot_id(snapshots.database_path(lake)) == result.snapshot_id


def test_the_connection_keeps_to_the_limits(options: Settings) -> None:
    with open_marts(options) as con:
        limits = con.execute(
            "select current_setting('timezone'), current_setting('threads'), "
            "current_setting('memory_limit'), current_setting('autoinstall_known_extensions')"
        ).fetchall()
    assert limits == [("UTC", 2, "4.0 GiB", False)]
