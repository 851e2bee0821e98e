"""`daily-papers diff`: what differs between two snapshots."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from daily_papers import settings, terminal
from daily_papers.warehouse import differences
from daily_papers.warehouse.differences import Comparison, RowDifference, TableDifference

_SHOWN = 10
_SHOWN_VALUE = 60  # characters of a value


def diff_command(
    before: Annotated[str, typer.Argument(help="Snapshot: id, its beginning, `previous`, …")],
    after: Annotated[str, typer.Argument(help="Snapshot to compare it with.")] = "current",
    tables: Annotated[
        list[str] | None,
        typer.Option("--table", help="Only this table or schema; may be repeated."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=0, help="Rows a table to print; default 10, in JSON all.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Write all rows: a .json or .parquet file, or a new folder."),
    ] = None,
    as_json: terminal.AsJson = False,
) -> None:
    """Compare two snapshots: tables, columns, counts, rows by key."""
    if out is not None and (out.suffix in differences.FILE_SUFFIXES or not out.is_dir()):
        terminal.check_out_file(out)
    options = settings.load()
    with (
        terminal.err.status("comparing") as status,
        differences.compare(options, before, after, tables or ()) as comparison,
    ):
        if out is not None:
            comparison.write(out)
        status.stop()
        if as_json:
            comparison.write_json(sys.stdout, limit)
        else:
            _print(comparison, _SHOWN if limit is None else limit)
        if out is not None and not as_json:
            terminal.out.print(f"all rows: {out}", soft_wrap=True)


def _print(comparison: Comparison, limit: int) -> None:
    rows = [
        [
            table.name,
            table.change,
            table.rows_before,
            table.rows_after,
            table.added,
            table.removed,
            table.changed,
        ]
        for table in comparison.tables
    ]
    columns = ["table", "change", "rows before", "rows after", "added", "removed", "changed"]
    title = f"{comparison.before.id} -> {comparison.after.id}"
    terminal.out.print(terminal.make_table(title, columns, rows, right=2))
    for table in comparison.tables:
        for line in _say_schema(table):
            terminal.out.print(f"{table.name}: {line}", markup=False, soft_wrap=True)
        shown = list(comparison.read_rows(table.name, limit))
        total = (table.added or 0) + (table.removed or 0) + (table.changed or 0)
        if shown:
            lines = [[row.change, *map(str, row.key.values()), _say_values(row)] for row in shown]
            heads = ["change", *table.key, "what"]
            terminal.out.print(terminal.make_table(table.name, heads, lines, right=99))
        if shown and total > len(shown):
            terminal.out.print(f"… and {total - len(shown)} more; --limit shows more, --out all")


def _say_schema(table: TableDifference) -> list[str]:
    lines = [f"column {column.name} {column.type} added" for column in table.columns_added]
    lines += [f"column {column.name} {column.type} removed" for column in table.columns_removed]
    lines += [
        f"column {name} was {before}, is {after}" for name, before, after in table.columns_retyped
    ]
    return lines + ([table.note] if table.note else [])


def _say_values(row: RowDifference) -> str:
    if row.change != "changed":
        return ""
    before, after = row.before or {}, row.after or {}
    return "; ".join(
        f"{name}: {_shorten(before[name])} -> {_shorten(after[name])}" for name in after
    )


def _shorten(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN_VALUE else text[: _SHOWN_VALUE - 1] + "…"
