"""Read the Parquet files that `daily-papers cluster` is given; every error names the column."""

import csv
import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from daily_papers.errors import InvalidInputError

_ORCID = re.compile(r"(?:https?://orcid\.org/)?([0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X])", re.I)
_MOST_DIGITS = 18  # of a position; what is longer is no 64-bit integer
_TEXTS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_null)


def read_papers(path: Path) -> pd.DataFrame:
    """Read paper_id, year, title, venue; missing years, titles and venues are allowed.

    Raises:
        InvalidInputError: names file and column.
    """
    table = _read(path, {"paper_id": "text", "year": "integer", "title": "text", "venue": "text"})
    frame: pd.DataFrame = table.to_pandas()
    _check_key(path, frame, ["paper_id"])
    frame["title"] = frame["title"].fillna("")
    return frame


def read_authorships(path: Path, papers: pd.DataFrame, papers_path: Path) -> pd.DataFrame:
    """Read paper_id, position, name and, where present, affiliation and orcid.

    A missing name is kept as an empty one.

    Raises:
        InvalidInputError: names file and column.
    """
    required = {"paper_id": "text", "position": "integer", "name": "text"}
    table = _read(path, required, {"affiliation": "text", "orcid": "text"})
    frame: pd.DataFrame = table.to_pandas()
    _check_key(path, frame, ["paper_id", "position"])
    unknown = frame.loc[~frame["paper_id"].isin(papers["paper_id"]), "paper_id"]
    if len(unknown):
        raise InvalidInputError(
            f"{path}: column paper_id: {len(unknown)} rows of papers that {papers_path} "
            f"lacks, first {unknown.iloc[0]!r}"
        )
    frame["name"] = frame["name"].fillna("")
    if "orcid" in frame:
        frame["orcid"] = frame["orcid"].map(parse_orcid)
    return frame


def read_clusters(path: Path) -> pd.DataFrame:
    """Read paper_id, position and author_id of an earlier run.

    Raises:
        InvalidInputError: names file and column.
    """
    frame: pd.DataFrame = _read(
        path, {"paper_id": "text", "position": "integer", "author_id": "text"}
    ).to_pandas()
    _check_key(path, frame, ["paper_id", "position"])
    return frame


def parse_orcid(text: object) -> str | None:
    """Return the ORCID's digits, or None when it is none or its check digit is wrong."""
    match = _ORCID.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        return None
    digits = match[1].upper().replace("-", "")
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if ("X" if check == 10 else str(check)) != digits[-1] or set(digits) == {"0"}:
        return None
    return match[1].upper()


def read_overrides(path: Path) -> dict[tuple[str, int], str]:
    """Read the overrides: a CSV of paper_id, position, author; spaces around a value go.

    Raises:
        InvalidInputError: names file, line and column.
    """
    found: dict[tuple[str, int], str] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:  # as spreadsheets save it
            reader = csv.reader(file)
            header = [name.strip() for name in next(reader, [])]
            missing = {"paper_id", "position", "author"} - set(header)
            if missing:
                raise InvalidInputError(f"{path}: no column {min(missing)}")
            for values in filter(None, reader):
                where = f"{path}, line {reader.line_num}"
                row = dict(zip(header, map(str.strip, values), strict=False))
                paper_id, position, author = (
                    row.get(name, "") for name in ("paper_id", "position", "author")
                )
                if not position.isdecimal() or len(position) > _MOST_DIGITS:
                    raise InvalidInputError(
                        f"{where}: column position: {position[:40]!r} is no place in a list"
                    )
                if not author:
                    raise InvalidInputError(f"{where}: column author is empty")
                key = (paper_id, int(position))
                if found.setdefault(key, author) != author:
                    raise InvalidInputError(
                        f"{where}: {key[0]} position {key[1]} is given to {found[key]!r} "
                        f"and to {author!r}"
                    )
    except csv.Error as error:
        raise InvalidInputError(f"{path}, line {reader.line_num}: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{path} cannot be read: {error}") from None
    return found


def _read(path: Path, required: dict[str, str], optional: dict[str, str] | None = None) -> pa.Table:
    kinds = {**required, **(optional or {})}
    try:
        columns = pq.read_schema(path)
        missing = [name for name in required if name not in columns.names]
        if missing:
            raise InvalidInputError(
                f"{path}: no column {missing[0]}; it has {', '.join(columns.names)}"
            )
        present = [name for name in kinds if name in columns.names]
        table = pq.ParquetFile(path).read(columns=present)
    except (pa.ArrowException, OSError) as error:
        raise InvalidInputError(
            f"{path} cannot be read as Parquet: {str(error).splitlines()[0]}"
        ) from None
    for number, name in enumerate(table.column_names):
        column = table.column(number)
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
            table = table.set_column(number, name, column)
        kind = column.type
        fits = (
            pa.types.is_integer(kind) or pa.types.is_null(kind)
            if kinds[name] == "integer"
            else any(is_text(kind) for is_text in _TEXTS)
        )
        if name == "year" and pa.types.is_floating(kind):
            fits = True  # integers with gaps, after a trip through pandas
        if not fits:
            raise InvalidInputError(
                f"{path}: column {name} is {kind}, expected {kinds[name]}; cast it"
            )
        if pa.types.is_uint64(kind):
            try:
                table = table.set_column(number, name, column.cast(pa.int64()))
            except pa.ArrowInvalid as error:
                raise InvalidInputError(f"{path}: column {name}: {error}") from None
    return table


def _check_key(path: Path, frame: pd.DataFrame, key: list[str]) -> None:
    for name in key:
        empty = frame[name].isna()
        if empty.any():
            row = int(empty.to_numpy().argmax())
            raise InvalidInputError(f"{path}: column {name} is empty in row {row}")
    repeated = frame.duplicated(key)
    if repeated.any():
        row = int(repeated.to_numpy().argmax())
        values = ", ".join(f"{name} {str(frame[name].iloc[row])!r}" for name in key)
        raise InvalidInputError(
            f"{path}: column {key[-1]}: {values} is there twice, again in row {row}"
        )
