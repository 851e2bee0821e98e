"""How data travels to the browser: script files, because a page opened from disk may load those.

A table is {"columns": [...], "rows": [[...], ...]}: names once, not in every row.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from daily_papers.publish.snapshot_reader import SnapshotReader

Put = Callable[[str, Any], None]  # name of the data file and what it holds
Export = Callable[[SnapshotReader, Put], None]

_NAME = re.compile(r"[a-z0-9_]+(/[A-Za-z0-9_.-]+)*")


def to_script(name: str, payload: Any) -> bytes:
    """Return the text of data/<name>.js; the same payload gives the same bytes."""
    assert _NAME.fullmatch(name), f"{name!r} is no name of a data file"
    text = json.dumps(
        payload, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_to_text
    )
    return f'dailyPapers.receive("{name}",{text});\n'.encode()


def to_table(rows: list[dict[str, Any]], *columns: str) -> dict[str, Any]:
    """Return rows as the browser's table; columns: which ones, default all."""
    names = list(columns or (rows[0] if rows else ()))
    return {"columns": names, "rows": [[row[name] for name in names] for row in rows]}


def group(rows: Iterable[Mapping[str, Any]], key: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows by the value of a column, which they then go without; order is kept."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        rest = dict(row)
        groups.setdefault(rest.pop(key), []).append(rest)
    return groups


def put_shards(put: Put, folder: str, details: Mapping[str, Any]) -> None:
    """Write the details of many things into at most 256 files.

    The browser finds a thing's file by the same hash of its key.

    Args:
        put: takes each file.
        folder: folder of the files under data/.
        details: key of the thing -> what is known of it.
    """
    shards: dict[str, dict[str, Any]] = {}
    for key in sorted(details):
        shards.setdefault(shard_by_hash(key), {})[key] = details[key]
    for shard, content in sorted(shards.items()):
        put(f"{folder}/{shard}", content)


def shard_by_hash(key: str) -> str:
    """Return one of 256 shards by the FNV-1a hash of the key's UTF-8 bytes."""
    value = 0x811C9DC5
    for byte in key.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return f"{value % 256:02x}"


def _to_text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form here: {value!r}")
