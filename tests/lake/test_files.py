"""Files are whole or not there."""

import errno
import multiprocessing
import subprocess
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from daily_papers import schema
from daily_papers.errors import BusyError, CorruptFileError, StorageError
from daily_papers.lake.files import describe_damage, lock, read_parquet, write_bytes, write_parquet


def test_equal_content_is_left_alone(tmp_path):
    path = tmp_path / "a" / "b"
    assert write_bytes(path, b"x")
    before = path.stat().st_mtime_ns
    assert not write_bytes(path, b"x")
    assert path.stat().st_mtime_ns == before


def test_a_full_disk_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    path = tmp_path / "a"
    write_bytes(path, b"old")

    def refuse(self, target):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(StorageError, match=r"cannot write .*a: No space left.*free some space"):
        write_bytes(path, b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert path.read_bytes() == b"old"


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of 64 KiB."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_really_full_disk_is_one_clear_line_and_loses_nothing(small_disk):
    write_bytes(small_disk / "first", b"x" * 40_000)
    with pytest.raises(StorageError, match=r"cannot write .*second: No space left on device"):
        write_bytes(small_disk / "second", b"y" * 40_000, is_durable=True)
    assert [path.name for path in small_disk.iterdir()] == ["first"]
    assert (small_disk / "first").read_bytes() == b"x" * 40_000


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"no parquet at all"])
def test_a_corrupt_parquet_file_is_named_with_the_remedy(tmp_path, damage):
    path = tmp_path / "papers.parquet"
    path.write_bytes(damage)
    with pytest.raises(CorruptFileError, match=r"papers.parquet cannot be read \(.*: move it away"):
        read_parquet(path, schema.PAPERS)


@pytest.mark.parametrize(
    ("place", "remedy"),
    [
        ("papers/listing_date=2026-01-05/papers.parquet", "reprocess --date 2026-01-05"),
        (
            "observations/observed_date=2026-01-07/060000.0-2026-01-05-huggingface-ab.parquet",
            "reprocess --date 2026-01-05",
        ),
        ("arxiv/fetched_date=2026-01-07/arxiv.parquet", "enrich --source replay:home/raw"),
    ],
)
def test_the_remedy_is_the_command_that_makes_the_file_again(place, remedy):
    path = Path("home/lake") / place
    assert describe_damage(path, "no Parquet") == (
        f"{path} cannot be read (no Parquet): move it away and run `daily-papers {remedy}`"
    )


def test_a_truncated_parquet_file_is_named(tmp_path):
    path = tmp_path / "ledger.parquet"
    write_parquet(path, schema.LEDGER.empty_table())
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(CorruptFileError, match=r"ledger.parquet"):
        read_parquet(path, schema.LEDGER)


@pytest.mark.parametrize(
    ("ids", "difference"),
    [
        (
            pa.array([2512.24330]),
            "column paper_id is double, not string",
        ),  # a cast reads '2512.2433'
        (pa.array([None], pa.string()), "column paper_id has nulls"),
        (pa.array([b"2512.24330"]), "column paper_id is binary, not string"),
    ],
)
def test_parquet_of_another_type_is_refused_and_its_column_named(tmp_path, ids, difference):
    path = tmp_path / "observations.parquet"
    row = {
        "paper_id": "2512.24330",
        "observed_at": datetime(2026, 1, 6),  # noqa: DTZ001 (the lake has no zones)
        "source": "huggingface",
        "listing_date": date(2026, 1, 5),
        "upvotes": 1,
        "comments": 0,
        "raw_sha256": "a" * 64,
        "row_no": 0,
    }
    whole = pa.Table.from_pylist([row], schema.OBSERVATIONS)
    write_parquet(path, whole.set_column(0, "paper_id", ids))
    with pytest.raises(CorruptFileError, match=rf"observations.parquet .*\({difference}\)"):
        read_parquet(path, schema.OBSERVATIONS)


def _hold(path, taken, release):
    with lock(path, 1):
        taken.set()
        release.wait(20)


def test_a_second_writer_is_told_who_holds_the_day(tmp_path):
    path = tmp_path / "listing_date=2026-01-06.lock"
    context = multiprocessing.get_context("spawn")
    taken, release = context.Event(), context.Event()
    holder = context.Process(target=_hold, args=(path, taken, release))
    holder.start()
    try:
        assert taken.wait(20)
        with (
            pytest.raises(BusyError, match="another process has held listing_date=2026-01-06"),
            lock(path, 0.1),
        ):
            pass
    finally:
        release.set()
        holder.join()
    with lock(path, 0.1):
        pass


def test_a_file_of_an_older_version_reads_with_the_new_columns_empty(tmp_path):
    path = tmp_path / "ledger.parquet"
    write_parquet(path, schema.LEDGER.empty_table().drop_columns(["reason"]))
    assert read_parquet(path, schema.LEDGER).schema.equals(schema.LEDGER)
    write_parquet(path, schema.LEDGER.empty_table().drop_columns(["state"]))
    with pytest.raises(CorruptFileError):
        read_parquet(path, schema.LEDGER)
