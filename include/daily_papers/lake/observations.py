"""lake/observations: what each response showed, append-only, one file a response.

A file is a function of its response and of the row rules: it only ever changes when a
rule does. Writers on different days never meet.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from daily_papers import schema
from daily_papers.lake.files import remove, write_parquet
from daily_papers.lake.raw import StoredResponse


def write_response(
    home: Path, day: date, response: StoredResponse, rows: list[dict[str, Any]]
) -> None:
    """Write what one response showed of a day; one that showed nothing leaves no file.

    Args:
        home: root of the lake.
        day: the listing date.
        response: where the rows came from.
        rows: parsed rows of that response, a row a paper.
    """
    seen = [
        {name: row.get(name) for name in schema.OBSERVATIONS.names} | {"listing_date": day}
        for row in sorted(rows, key=lambda row: str(row["paper_id"]))
        if row["upvotes"] is not None  # a capture shows titles, no counts
    ]
    name = (
        f"{response.fetched_at:%H%M%S.%f}-{day.isoformat()}-{response.source}"
        f"-{(response.sha256 or '')[:16]}.parquet"
    )
    folder = home / "lake" / "observations" / f"observed_date={response.fetched_at:%Y-%m-%d}"
    if seen:
        write_parquet(folder / name, pa.Table.from_pylist(seen, schema.OBSERVATIONS))
    else:  # under an older rule it may have shown something
        remove(folder / name)
