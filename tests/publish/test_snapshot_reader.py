"""What goes out to people is of whole, unaltered files, which stay while they are read."""

import asyncio
import dataclasses
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from daily_papers.errors import CorruptFileError
from daily_papers.publish import dashboard, digest, feed, operator_views
from daily_papers.publish.digest_content import Kind
from daily_papers.publish.snapshot_reader import open_snapshot
from daily_papers.settings import Settings
from daily_papers.warehouse import retention, snapshots
from handmade_snapshot import publish_handmade

OLDER = "20250101T000000Z-" + "0" * 12
MAKERS = {
    "dashboard": dashboard.build_dashboard,
    "feed": feed.write_feeds,
    "digest": lambda options: digest.make_digest(options, Kind.DAILY, even_if_incomplete=True),
    "page": lambda options: get_page(options, "coverage"),
}


def get_page(options: Settings, name: str) -> operator_views.Page:
    views = operator_views.OperatorViews(lambda: nullcontext(options), answer_within_s=60)
    # in a thread of its own: the browser's tests leave a loop running in this one
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, views.get_page(name)).result()


def flip(options: Settings, table: str, first: int, last: int) -> None:
    """Change some bytes of a published file, its size not."""
    path = snapshots.snapshot_dir(options, snapshots.read_current(options).id) / table
    data = bytearray(path.read_bytes())
    data[first:last] = bytes(byte ^ 0xFF for byte in data[first:last])
    path.chmod(0o644)
    path.write_bytes(data)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize("table", ["core/papers.parquet", "ops/coverage.parquet"])
def test_nothing_is_made_of_a_damaged_file(options, make, table):
    publish_handmade(options)
    flip(options, table, 40, 60)
    try:
        page = make(options)
    except CorruptFileError as error:
        told = str(error)
    else:
        assert page.status == 500
        told = page.html
    assert table in told
    assert "run `daily-papers build`" in told
    made = [path for path in (options.home / "publish").rglob("*") if path.is_file()]
    assert [path for path in made if path.suffix in {".html", ".js", ".json", ".xml"}] == []


def test_a_snapshot_that_is_read_stays(options):
    current = publish_handmade(options)
    older = dataclasses.replace(current, id=OLDER)
    folder = snapshots.snapshot_dir(options, OLDER)
    shutil.copytree(snapshots.snapshot_dir(options, current.id), folder)
    (folder / "manifest.json").write_text(older.to_json())
    with open_snapshot(options, OLDER) as reader:
        assert retention.prune(options, keep_last=1, keep_younger_than_d=0) == []
        assert reader.rows("select count(*) as papers from core.papers")[0]["papers"] > 0
    assert retention.prune(options, keep_last=1, keep_younger_than_d=0) == [OLDER]


def test_a_damaged_older_manifest_is_listed_and_takes_no_page_away(options):
    current = publish_handmade(options)
    older = snapshots.snapshot_dir(options, OLDER)
    older.mkdir()
    (older / "manifest.json").write_text("{")
    page = get_page(options, "snapshots")
    assert page.status == 200
    assert "manifest damaged" in page.html
    stored = {one.id: one.is_damaged for one in retention.list_stored(options)}
    assert stored == {OLDER: True, current.id: False}
    (snapshots.snapshot_dir(options, current.id) / "core" / "papers.parquet").unlink()
    assert retention.list_stored(options)[-1].is_damaged
