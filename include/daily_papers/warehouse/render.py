"""An answer as CSV, JSON, or Parquet; batch by batch, whatever its size."""

import io
import itertools
import json
import math
from collections import Counter
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from daily_papers.errors import InvalidInputError

_ROW_GROUP_ROWS = 122_880


def to_bytes(answer: pa.Table, output_format: str) -> bytes:
    """Return a query's answer as "csv", "json" (an array of objects) or "parquet"."""
    sink = io.BytesIO()
    write_answer(answer.to_reader(), sink, output_format)
    return sink.getvalue()


def write_answer(answer: pa.RecordBatchReader, sink: IO[bytes], output_format: str) -> int:
    """Write an answer as "csv", "json" (an array of objects) or "parquet"; return its rows.

    CSV has no lists or structs: such columns are written as JSON text. JSON has no NaN and
    no infinity: they are null there.

    Raises:
        InvalidInputError: an unknown format, or two columns of one name where a row could
            only keep one.
    """
    writers = {"csv": _write_csv, "json": _write_json, "parquet": _write_parquet}
    if output_format not in writers:
        raise InvalidInputError(f"unknown format {output_format!r}: csv, json or parquet")
    repeated = [name for name, count in Counter(answer.schema.names).items() if count > 1]
    if repeated and output_format != "csv":
        raise InvalidInputError(
            f"two columns are called {repeated[0]!r}: give one another name with `as`"
        )
    return writers[output_format](answer, sink)


def _write_json(answer: pa.RecordBatchReader, sink: IO[bytes]) -> int:
    sink.write(b"[")
    count = 0
    for batch in answer:
        for row in batch.to_pylist():
            text = json.dumps(_to_plain(row), ensure_ascii=False, indent=1, default=str)
            indented = text.replace("\n", "\n ")
            sink.write(f"{',' if count else ''}\n {indented}".encode())
            count += 1
    sink.write(b"\n]\n" if count else b"]\n")
    return count


def _write_parquet(answer: pa.RecordBatchReader, sink: IO[bytes]) -> int:
    count = 0
    with pq.ParquetWriter(sink, answer.schema, compression="zstd") as writer:
        waiting: list[pa.RecordBatch] = []
        for batch in answer:
            count += batch.num_rows
            waiting.append(batch)
            if sum(batch.num_rows for batch in waiting) >= _ROW_GROUP_ROWS:
                writer.write_table(pa.Table.from_batches(waiting))
                waiting = []
        if waiting or not count:
            writer.write_table(pa.Table.from_batches(waiting, answer.schema))
    return count


def _write_csv(answer: pa.RecordBatchReader, sink: IO[bytes]) -> int:
    flat = pa.schema(
        [
            pa.field(field.name, pa.string() if pa.types.is_nested(field.type) else field.type)
            for field in answer.schema
        ]
    )
    count = 0
    # an error before the first row leaves no header behind
    first = next(answer, None)
    batches = () if first is None else itertools.chain([first], answer)
    with pa_csv.CSVWriter(sink, flat) as writer:
        for batch in batches:
            count += batch.num_rows
            columns = [_flatten(column) for column in batch.columns]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=flat))
    return count


def _flatten(column: pa.Array) -> pa.Array:
    if not pa.types.is_nested(column.type):
        return column
    texts = [None if v is None else json.dumps(v, default=str) for v in column.to_pylist()]
    return pa.array(texts, pa.string())


def _to_plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _to_plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_to_plain(item) for item in value]
    return value
