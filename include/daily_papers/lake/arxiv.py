"""lake/arxiv: what arXiv says of papers and their versions, one partition a day of fetching.

A day's partition is a function of that day's responses in raw/arxiv_api and raw/arxiv_oai
alone: a daily run writes one small file and touches no other. Grain of a partition:
(paper_id, version, source), the newest response wins; over all partitions the newest
fetched_at wins when they are read. Version is null in a row that says "not known".
lake/arxiv_requests has what asking cost: one row a response, or a try that brought none.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from daily_papers import schema
from daily_papers.lake import raw
from daily_papers.lake.files import list_days, lock, read_parquet, write_parquet
from daily_papers.settings import Settings
from daily_papers.sources.arxiv_format import API, OAI, BadAnswerError, read_answer

SOURCES: Final = (API, OAI)  # folders under raw/


def partition_path(home: Path, day: date) -> Path:
    """Return where the rows fetched on a day lie."""
    return home / "lake" / "arxiv" / f"fetched_date={day.isoformat()}" / "arxiv.parquet"


def requests_path(home: Path, day: date) -> Path:
    """Return where the costs of a day of fetching lie."""
    folder = home / "lake" / "arxiv_requests" / f"fetched_date={day.isoformat()}"
    return folder / "arxiv_requests.parquet"


def land_day(day: date, settings: Settings) -> int:
    """Rebuild the partitions of a day of fetching from raw/ alone; return the rows about papers.

    A day whose responses say nothing leaves its costs alone. Running it again changes nothing.

    Raises:
        BusyError: another process has been landing this day for too long.
        CorruptFileError: a stored response is damaged.
        StorageError: the disk refused a write.
    """
    home = settings.home
    lock_path = home / "locks" / f"arxiv-fetched_date={day.isoformat()}.lock"
    with lock(lock_path, settings.lock_timeout_s):
        newest: dict[tuple[str, int, str], dict[str, Any]] = {}
        for row in _read_raw(home, day):
            key = (row["paper_id"], row["version"] or 0, row["source"])
            if key not in newest or _rank(row) > _rank(newest[key]):
                newest[key] = row
        costs = [
            _read_cost(response, day)
            for source in SOURCES
            for response in raw.read_source(home / "raw", source, day)
        ]
        if costs:
            table = pa.Table.from_pylist(costs, schema.ARXIV_REQUESTS)
            write_parquet(requests_path(home, day), table)
        if newest:
            rows = [newest[key] for key in sorted(newest)]
            write_parquet(partition_path(home, day), pa.Table.from_pylist(rows, schema.ARXIV))
    return len(newest)


def land_all(settings: Settings) -> list[date]:
    """Rebuild every partition from raw/; return the days of fetching."""
    archive = settings.home / "raw"
    days = sorted({day for source in SOURCES for day in raw.source_days(archive, source)})
    for day in days:
        land_day(day, settings)
    return days


def days(home: Path) -> list[date]:
    """Return the days of fetching that have a partition, in order.

    Raises:
        CorruptFileError: a folder that is not of a day lies there.
    """
    files = (home / "lake" / "arxiv").glob("fetched_date=*/arxiv.parquet")
    return list_days(path.parent for path in files)


def read_day(home: Path, day: date) -> pa.Table:
    """Return a day's partition; without one, an empty table of schema.ARXIV.

    Raises:
        CorruptFileError: it cannot be read; says how it is made again.
    """
    path = partition_path(home, day)
    if not path.exists():
        return schema.ARXIV.empty_table()
    return read_parquet(path, schema.ARXIV)


def _read_raw(home: Path, day: date) -> Iterator[dict[str, Any]]:
    for source in SOURCES:
        for response in raw.read_source(home / "raw", source, day):
            if response.sha256 is None or response.status is None:
                continue
            try:
                answer = read_answer(source, response.status, response.read_body(), response.ids)
            except BadAnswerError:
                continue  # kept as evidence; whoever fetched it was told
            unknown = [{"paper_id": name, "is_known": False} for name in answer.unknown_ids]
            for row_no, row in enumerate(answer.rows + unknown):
                yield {name: row.get(name) for name in schema.ARXIV.names} | {
                    "fetched_at": response.fetched_at,
                    "source": source,
                    "raw_sha256": response.sha256,
                    "row_no": row_no,
                }


def _read_cost(response: raw.StoredResponse, day: date) -> dict[str, Any]:
    return {
        "source": response.source,
        "fetched_on": day,
        **{
            name: getattr(response, name)
            for name in schema.ARXIV_REQUESTS.names
            if name not in ("source", "fetched_on")
        },
    }


def _rank(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["fetched_at"], row["raw_sha256"], row["row_no"])
