"""Stored responses served like the source: archives, indexed trees, plain files."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
import zstandard
from daily_papers.errors import CorruptFileError, InvalidInputError
from daily_papers.lake import raw
from daily_papers.settings import SAMPLE_DIR
from daily_papers.sources.replay import open_replay
from daily_papers.sources.response import FailedFetch

DAY = date(2026, 1, 5)
HEADER = b"folder,file,listing_date,fetched_at\n"
EVER = (date(2023, 5, 4), date(2030, 1, 1))


def test_an_index_gives_day_and_fetch_time(options):
    replay = open_replay(str(SAMPLE_DIR))
    assert replay.days(*EVER)[0] == DAY
    seen = [r.fetched_at.isoformat() for r in replay.fetch_day(DAY)]
    assert seen == sorted(seen)
    assert len(seen) == 3


def test_without_an_index_the_day_comes_from_the_file_name(tmp_path):
    (tmp_path / "2026-01-05.json").write_bytes(b"[]")
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "page-2026-01-05.html").write_bytes(b"<html>")
    packed = zstandard.ZstdCompressor().compress(b"[1]")
    (tmp_path / "2026-01-06.json.zst").write_bytes(packed)
    replay = open_replay(str(tmp_path))
    first, second = replay.fetch_day(DAY)
    assert [r.source for r in (first, second)] == ["huggingface", "huggingface_page"]
    assert first.is_time_assumed
    assert first.fetched_at == datetime(2026, 1, 5, tzinfo=UTC)
    assert first.attempt_at != second.attempt_at
    assert [r.body for r in replay.fetch_day(date(2026, 1, 6))] == [b"[1]"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "holds no response"),
        ({"papers.json": b"[]"}, "no day"),
        ({"index.csv": b"folder,file\n"}, "no column 'listing_date'"),
        (
            {"index.csv": b"folder,file,listing_date,fetched_at\n.,gone.json,2026-01-05,\n"},
            "line 2: .*gone.json does not exist",
        ),
        (
            {"index.csv": b"folder,file,listing_date,fetched_at\n.,index.csv,2026-1-5,\n"},
            "line 2: Invalid isoformat",
        ),
        (
            {
                "index.csv": b"folder,file,listing_date,fetched_at\n"
                b".,index.csv,2026-01-05,0001-01-01T00:00:00+23:59\n"
            },
            "line 2: date value out of range",
        ),
        ({"index.csv": b"\xff\xfe"}, r"index.csv cannot be read from line 1 on .*in UTF-8"),
        (
            {"index.csv": HEADER + b'.,index.csv,2026-01-05,\n.,index.csv,"\xff",\n'},
            # a file is decoded in blocks, not in lines
            r"index.csv cannot be read from line \d on \('utf-8' codec can't decode",
        ),
        (
            {"index.csv": HEADER + b".,index.csv,2026-01-05,\n" + b"x" * 200_000 + b",,,\n"},
            r"index.csv cannot be read from line 3 on \(field larger than",
        ),
        ({"index.csv": HEADER + b".,index.csv\n"}, "line 2 has too few fields: expected folder,"),
        ({"index.csv": HEADER + b"x" * 300 + b",a,2026-01-05,\n"}, "line 2: .*File name too long"),
        (
            {"index.csv": HEADER + b"../../../etc,hostname,2026-01-05,\n"},
            "line 2: ../../../etc/hostname leaves ",
        ),
        ({"index.csv": HEADER + b".,/etc/hostname,2026-01-05,\n"}, "line 2: /etc/hostname leaves"),
    ],
)
def test_a_folder_that_cannot_be_replayed_says_why(tmp_path, files, message):
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    with pytest.raises(InvalidInputError, match=message):
        open_replay(str(tmp_path))


def test_an_altered_file_is_a_failed_fetch_not_a_day(tmp_path):
    (tmp_path / "a.json").write_bytes(b"[]")
    (tmp_path / "b.json.zst").write_bytes(b"no zstd")
    (tmp_path / "index.csv").write_text(
        "folder,file,listing_date,series,fetched_at,sha256\n"
        f".,a.json,2026-01-05,s,2026-01-06T01:00:00Z,{'0' * 64}\n"
        ".,b.json.zst,2026-01-05,s,2026-01-06T02:00:00Z,\n"
    )
    got = list(open_replay(str(tmp_path)).fetch_day(DAY))
    assert all(isinstance(item, FailedFetch) for item in got)
    assert "its sha256 is not the one" in got[0].error
    assert "cannot be read" in got[1].error


def test_an_index_that_begins_with_a_byte_order_mark_is_read(tmp_path):
    (tmp_path / "index.csv").write_bytes(b"\xef\xbb\xbf" + HEADER + b".,index.csv,2026-01-05,\n")
    assert open_replay(str(tmp_path)).days(*EVER) == [DAY]


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2099-02-03T10:00:00Z", "seen 2099-02-03T10:00:00Z, in the future: it is 20"),
        (
            "2026-01-06T00:59:59+01:00",
            "seen 2026-01-05T23:59:59Z, before its listing day 2026-01-06 began",
        ),
    ],
)
def test_an_impossible_time_in_the_index_is_named_and_costs_its_day_alone(tmp_path, at, told):
    (tmp_path / "index.csv").write_bytes(
        HEADER + f".,index.csv,2026-01-05,\n.,index.csv,2026-01-06,{at}\n".encode()
    )
    replay = open_replay(str(tmp_path))
    assert [item.listing_date for item in replay.fetch_day(DAY)] == [DAY]
    with pytest.raises(CorruptFileError, match=f"index.csv line 3: {told}"):
        list(replay.fetch_day(date(2026, 1, 6)))


def test_a_clock_that_is_a_little_ahead_is_no_lie(tmp_path):
    at = datetime.now(UTC) + timedelta(minutes=5)
    (tmp_path / "index.csv").write_text(
        f"folder,file,listing_date,fetched_at\n.,index.csv,2026-01-05,{at.isoformat()}\n"
    )
    (got,) = open_replay(str(tmp_path)).fetch_day(DAY)
    assert got.fetched_at == at


@pytest.mark.parametrize(
    "at", [datetime(2026, 1, 5, 23, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)]
)
def test_an_archive_with_an_impossible_time_names_the_file_before_anything_is_taken(
    tmp_path, respond, at
):
    raw.store(tmp_path, respond([]))
    meta = raw.store(tmp_path, respond([1], fetched_at=at, attempt_at=at))
    archive = open_replay(str(tmp_path / "raw"))
    with pytest.raises(CorruptFileError, match=f"{meta}: seen {at:%Y}.*: move it and its .zst out"):
        next(archive.fetch_day(date(2026, 1, 6)))


def test_sample_index_tells_the_truth():
    replay = open_replay(str(SAMPLE_DIR))
    days = replay.days(*EVER)
    bodies = [json.loads(r.body) for day in days for r in replay.fetch_day(day)]
    papers = {entry["paper"]["id"] for body in bodies for entry in body}
    assert len(days) >= 5
    assert len(papers) >= 60
