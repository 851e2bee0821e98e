"""What every command shares: consoles, tables, JSON, and how a day is typed."""

import json
import os
import stat
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from daily_papers import ingest
from daily_papers.errors import InvalidInputError

# a pipe has no width: wide enough for most answers, unless COLUMNS says otherwise
out = Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else 160)
err = Console(stderr=True)

_KEPT_WHOLE = 26  # characters of a cell that is never broken

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def parse_day(text: str, option: str) -> date:
    """Read a day that a user typed.

    Raises:
        InvalidInputError: not YYYY-MM-DD; names the option.
    """
    try:
        day = date.fromisoformat(text)
        if day.isoformat() == text:  # 20260105 and 2026-W02-1 are days to Python as well
            return day
    except ValueError:
        pass
    raise InvalidInputError(f"{option} {text!r} is no day: expected YYYY-MM-DD, such as 2026-01-05")


def parse_range(day: str | None, first: str | None, last: str | None) -> tuple[date, date]:
    """Read --date, or --from and --to; both ends may have a list.

    Raises:
        InvalidInputError: neither or both forms, no days, or days without a list.
    """
    if day is not None and first is None and last is None:
        first_day = last_day = parse_day(day, "--date")
    elif day is None and first is not None and last is not None:
        first_day, last_day = parse_day(first, "--from"), parse_day(last, "--to")
    else:
        raise InvalidInputError("give either --date D, or --from D and --to D")
    ingest.check_range(first_day, last_day)
    return first_day, last_day


def check_out_file(path: Path | None) -> Path | None:
    """Refuse an --out that a finished file could not be moved onto; a callback of the option.

    Moving into place would put a file where a folder, a link or a device was: as root, even
    in /dev.

    Raises:
        InvalidInputError: there is something that is no regular file; says what.
    """
    if path is None:
        return None
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return path
    except OSError as error:
        raise InvalidInputError(f"--out {path}: {error.strerror}") from None
    if stat.S_ISREG(mode):
        return path
    kind = "a pipe, socket or device"
    if stat.S_ISDIR(mode):
        kind = "a folder"
    elif stat.S_ISLNK(mode):
        kind = f"a link to {path.readlink()}"
    raise InvalidInputError(f"--out {path} is {kind}; name a new file, or one to replace")


def print_json(value: Any) -> None:
    """Print a value as JSON; days and times as ISO 8601."""
    sys.stdout.write(to_json(value) + "\n")


def to_json(value: Any) -> str:
    """Return a value as JSON that any encoder takes."""
    text = json.dumps(value, ensure_ascii=False, indent=1, default=str)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, as a source sent it
        return json.dumps(value, indent=1, default=str)
    return text


def make_table(title: str, columns: list[str], rows: list[list[Any]], right: int = 1) -> Table:
    """Build a table; columns from number `right` on are right-aligned."""
    table = Table(title=title, title_justify="left")
    widths = [
        max(len(column), *(len(str(row[number])) for row in rows)) if rows else len(column)
        for number, column in enumerate(columns)
    ]
    # an id or a time cut in two can't be read: where there is room, long text gives way
    room = sum(min(width, _KEPT_WHOLE) + 3 for width in widths)
    for number, column in enumerate(columns):
        table.add_column(
            column,
            justify="right" if number >= right else "left",
            overflow="fold",
            no_wrap=widths[number] <= _KEPT_WHOLE and room <= out.width,
        )
    for row in rows:
        table.add_row(*("" if value is None else Text(str(value)) for value in row))
    return table


def progress_bar() -> Progress:
    """Return a progress bar on standard error that leaves nothing behind."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=err, transient=True)
