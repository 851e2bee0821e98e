"""An answer in each format, whatever its size and its types."""

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from daily_papers.errors import InvalidInputError
from daily_papers.warehouse import render

ANSWER = pa.table(
    {
        "paper_id": ["2601.00001", "2601.00002", None],
        "tags": [["speech", "a \u2028 line"], [], None],
        "share": [0.5, float("nan"), None],
    }
)


def test_json_is_an_array_of_objects_without_nan() -> None:
    text = render.to_bytes(ANSWER, "json").decode()
    assert json.loads(text, parse_constant=pytest.fail) == [
        {"paper_id": "2601.00001", "tags": ["speech", "a \u2028 line"], "share": 0.5},
        {"paper_id": "2601.00002", "tags": [], "share": None},
        {"paper_id": None, "tags": None, "share": None},
    ]
    assert json.loads(render.to_bytes(ANSWER.slice(3), "json")) == []


def test_csv_has_lists_as_json() -> None:
    lines = render.to_bytes(ANSWER.slice(1), "csv").decode().splitlines()
    assert lines == ['"paper_id","tags","share"', '"2601.00002","[]",nan', ",,"]


def test_parquet_has_few_row_groups_however_many_batches() -> None:
    batch = pa.record_batch({"n": list(range(1000))})
    sink = io.BytesIO()
    reader = pa.RecordBatchReader.from_batches(batch.schema, iter([batch] * 300))
    assert render.write_answer(reader, sink, "parquet") == 300_000
    file = pq.ParquetFile(sink)
    assert (file.metadata.num_rows, file.metadata.num_row_groups) == (300_000, 3)
    empty = io.BytesIO(render.to_bytes(ANSWER.slice(3), "parquet"))
    assert pq.read_table(empty).schema.names == ANSWER.column_names


@pytest.mark.parametrize("output_format", ["json", "parquet"])
def test_two_columns_of_one_name_are_refused_where_one_would_be_lost(output_format: str) -> None:
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["n", "n"])
    with pytest.raises(InvalidInputError, match="two columns are called 'n'"):
        render.to_bytes(twice, output_format)
    assert render.to_bytes(twice, "csv") == b'"n","n"\n1,2\n'


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="unknown format 'xml'"):
        render.to_bytes(ANSWER, "xml")
