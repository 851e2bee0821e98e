"""The raw archive: exact bytes, stored once, never changed."""

from datetime import UTC, date, datetime

import pytest
from daily_papers.errors import CorruptFileError
from daily_papers.lake import raw
from daily_papers.sources.response import FailedFetch

DAY = date(2026, 1, 6)


def names(home):
    return sorted(path.name for path in (home / "raw").rglob("*") if path.is_file())


def test_the_exact_bytes_come_back_with_what_is_known_of_them(tmp_path, respond):
    body = b'[ {"odd" :  1.0}\r\n]\xff'
    raw.store(tmp_path, respond(body, headers={"etag": '"x"'}, seconds=0.5, retries=1))
    (stored,) = raw.read_day(tmp_path / "raw", DAY)
    assert stored.read_body() == body
    assert (stored.headers, stored.seconds, stored.retries) == ({"etag": '"x"'}, 0.5, 1)
    assert stored.fetched_at == datetime(2026, 1, 7, 6, tzinfo=UTC)


def test_storing_again_changes_nothing(tmp_path, respond):
    raw.store(tmp_path, respond([]))
    before = names(tmp_path)
    raw.store(tmp_path, respond([]))
    assert names(tmp_path) == before


def test_equal_bytes_seen_later_are_stored_once_and_noted_twice(tmp_path, respond):
    raw.store(tmp_path, respond([]))
    raw.store(tmp_path, respond([], fetched_at=datetime(2026, 1, 7, 9, tzinfo=UTC)))
    assert [name.rpartition(".")[2] for name in names(tmp_path)] == ["json", "zst", "json"]
    assert [r.read_body() for r in raw.read_day(tmp_path / "raw", DAY)] == [b"[]", b"[]"]


def test_a_fetch_without_a_response_leaves_a_note(tmp_path):
    raw.store(tmp_path, FailedFetch("huggingface", DAY, datetime.now(UTC), "no route", 4, 3, 9.0))
    (stored,) = raw.read_day(tmp_path / "raw", DAY)
    assert (stored.sha256, stored.error, stored.requests) == (None, "no route", 4)


@pytest.mark.parametrize("damage", [b"", b"junk", None])
def test_damage_is_found_and_named_never_read_over(tmp_path, respond, damage):
    meta = raw.store(tmp_path, respond([1, 2, 3]))
    body = next(meta.parent.glob("*.zst"))
    if damage is None:
        other = raw.store(tmp_path / "other", respond([1, 2, 4]))
        damage = next(other.parent.glob("*.zst")).read_bytes()
    body.write_bytes(damage)
    (stored,) = raw.read_day(tmp_path / "raw", DAY)
    with pytest.raises(CorruptFileError, match="restore it from a backup"):
        stored.read_body()


def test_a_broken_meta_file_is_named(tmp_path, respond):
    raw.store(tmp_path, respond([])).write_text("{")
    with pytest.raises(CorruptFileError, match=r"meta\.json cannot be read"):
        raw.read_day(tmp_path / "raw", DAY)
