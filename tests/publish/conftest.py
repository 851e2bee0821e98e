"""A small published snapshot whose texts are as hostile as texts can be."""

import dataclasses
import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import handmade
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from daily_papers import settings as settings_module
from daily_papers.lake.files import sha256_of
from daily_papers.settings import Settings
from daily_papers.warehouse import snapshots
from daily_papers.warehouse.snapshots import Column, Manifest, Table
from hostile import HOSTILE

LAST_WEEK = handmade.MONDAY - timedelta(days=7)


@pytest.fixture(scope="session")
def built_home(tmp_path_factory) -> Path:
    """Two complete days and one that is not, after a week of papers without the tag."""
    home, day = tmp_path_factory.mktemp("published") / "home", handmade.MONDAY
    papers = [
        handmade.paper(f"2512.0000{number}", LAST_WEEK, upvotes=1, ai_keywords=["vision"])
        for number in range(8)
    ]
    papers += [
        handmade.paper(
            "2601.00001",
            day,
            upvotes=5,
            title=HOSTILE,
            abstract=f"{HOSTILE} We score 90 on GSM8K.\x0b",
            ai_keywords=["Speech", HOSTILE],
            authors=handmade.authors("Ada Lovelace", "O'Neil <b>"),
            organization_slug="lab",
            organization_name="The <i>Lab</i>",
        ),
        handmade.paper("2601.00002", day, upvotes=9, ai_keywords=["Speech"]),
        handmade.paper("2601.00003", handmade.TUESDAY, upvotes=2, ai_keywords=["Speech"]),
        handmade.paper("2601.00004", handmade.WEDNESDAY, upvotes=1),
    ]
    handmade.write_lake(
        home,
        papers=papers,
        attempts=[
            *(handmade.attempt(LAST_WEEK + timedelta(days=n), "complete") for n in range(5)),
            handmade.attempt(day, "complete"),
            handmade.attempt(handmade.TUESDAY, "complete"),
            handmade.attempt(handmade.WEDNESDAY, "partial", reason="day_not_over"),
        ],
    )
    handmade.build_warehouse(settings_module.load(home=home))
    return home


@pytest.fixture
def published(options: Settings, built_home: Path) -> Manifest:
    """The snapshot of `built_home` in the test's own home."""
    shutil.copytree(built_home, options.home)
    manifest = snapshots.read_current(options)
    assert manifest is not None
    return manifest


PutTable = Callable[[str, list[dict[str, Any]] | None], None]


@pytest.fixture
def put_table(options: Settings, published: Manifest) -> PutTable:
    """Give the snapshot a table of these rows, or take it away."""

    def put(name: str, rows: list[dict[str, Any]] | None) -> None:
        current = snapshots.read_current(options)
        assert current is not None
        folder = snapshots.snapshot_dir(options, current.id)
        tables = [table for table in current.tables if table.name != name]
        if rows is not None:
            schema, table = name.split(".")
            data = pa.Table.from_pylist(rows)
            path = folder / schema / f"{table}.parquet"
            path.parent.mkdir(exist_ok=True)
            path.unlink(missing_ok=True)  # published files are read-only
            pq.write_table(data, path)
            columns = tuple(Column(field.name, str(field.type), "") for field in data.schema)
            size_bytes, sha256 = path.stat().st_size, sha256_of(path)
            tables.append(Table(schema, table, len(rows), size_bytes, sha256, columns, "", ()))
        manifest = dataclasses.replace(current, tables=tuple(tables), macros=())
        (folder / "manifest.json").write_text(json.dumps(dataclasses.asdict(manifest)))

    return put
