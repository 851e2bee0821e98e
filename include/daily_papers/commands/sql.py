"""`daily-papers sql`: ask the published warehouse."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated, Any

import pyarrow as pa
import typer

from daily_papers import settings, terminal
from daily_papers.errors import InvalidInputError, StorageError
from daily_papers.warehouse import render
from daily_papers.warehouse.query import stream_query

_PAGE_ROWS = 100  # of a table; files and pipes get every row
_CELL_LENGTH = 2_000  # characters; laying out a cell of millions would take minutes


class Format(StrEnum):
    """How an answer is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def sql_command(
    query: Annotated[str | None, typer.Argument(help="A SELECT statement.")] = None,
    file: Annotated[Path | None, typer.Option(help="Read the statement from a file.")] = None,
    snapshot: Annotated[
        str | None,
        typer.Option(help="Ask an older snapshot: its id, how it begins, or `previous`."),
    ] = None,
    output_format: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
    out_file: Annotated[
        Path | None,
        typer.Option("--out", help="Write to a file.", callback=terminal.check_out_file),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=0, help="Rows at most; default 100 in a table, else all.")
    ] = None,
    offset: Annotated[int, typer.Option(min=0, help="Rows to leave out before those.")] = 0,
    timeout_s: Annotated[
        float | None,
        typer.Option("--timeout-s", min=0.001, help="Longest time; default by settings (60)."),
    ] = None,
    memory_limit_mb: Annotated[
        int | None,
        typer.Option("--memory-limit-mb", min=16, help="Memory, MiB; default by settings (4096)."),
    ] = None,
    as_json: terminal.AsJson = False,
) -> None:
    """Ask the published warehouse; read-only."""
    sql = _read_statement(query, file)
    chosen = Format.JSON if as_json else output_format
    if chosen is Format.TABLE and out_file is not None:
        raise InvalidInputError("--out needs --format csv, json or parquet")
    if chosen is Format.TABLE:
        # one row more than shown tells whether there are more
        row_limit: int | None = (_PAGE_ROWS if limit is None else limit) + 1
    else:
        row_limit = limit
    options = settings.load()
    with stream_query(
        options,
        sql,
        snapshot,
        row_limit=row_limit,
        offset=offset,
        timeout_s=timeout_s or options.sql_timeout_s,
        memory_limit_mb=memory_limit_mb,
        as_text=chosen is not Format.PARQUET,
        # one character more than shown tells that there are more
        longest_cell=_CELL_LENGTH + 1 if chosen is Format.TABLE else None,
    ) as answer:
        if chosen is Format.TABLE:
            columns = answer.schema.names
            rows = [row for batch in answer for row in _to_rows(batch)]
        else:
            with _open_sink(out_file) as sink:
                render.write_answer(answer, sink, chosen.value)
            return
    shown = [[_cut_cell(value) for value in row] for row in rows[: (row_limit or 1) - 1]]
    title = "1 row" if len(shown) == 1 else f"{len(shown)} rows"
    if offset:
        title += f" from row {offset + 1}"
    terminal.out.print(terminal.make_table(title, columns, shown, right=99))
    if len(rows) > len(shown):
        terminal.err.print(
            f"there are more: --offset {offset + len(shown)} shows the next page, --limit sets "
            "its rows, --format csv gives all",
            soft_wrap=True,
        )
    if any(isinstance(value, str) and len(value) > _CELL_LENGTH for row in shown for value in row):
        terminal.err.print(
            f"cells that end with … are longer than {_CELL_LENGTH:,} characters: --format csv, "
            "json or parquet gives them whole",
            soft_wrap=True,
        )


def _cut_cell(value: Any) -> Any:
    is_long = isinstance(value, str) and len(value) > _CELL_LENGTH
    return f"{value[:_CELL_LENGTH]}…" if is_long else value


def _to_rows(batch: pa.RecordBatch) -> list[list[Any]]:
    columns = [column.to_pylist() for column in batch.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _read_statement(query: str | None, file: Path | None) -> str:
    if query is not None and file is None:
        return query
    if query is not None or file is None:
        raise InvalidInputError("give a statement, or --file with one")
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"--file {file} cannot be read: {error}") from None


@contextmanager
def _open_sink(path: Path | None) -> Iterator[IO[bytes]]:
    """Give standard output, or a file that is in place only once it is whole."""
    if path is None:
        try:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # `| head` has seen enough; nothing is left to flush at exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit from None
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            yield file
        temporary.replace(path)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
