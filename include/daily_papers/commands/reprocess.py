"""`daily-papers reprocess`: raw/ to lake again, by today's rules."""

from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from daily_papers import ingest, reprocess, settings, terminal
from daily_papers.errors import InvalidInputError
from daily_papers.reprocess import DayChange

_SHOWN = 20


def reprocess_command(
    day: Annotated[str | None, typer.Option("--date", help="One listing day.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First day of a range.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day of a range.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would change.")
    ] = False,
    as_json: terminal.AsJson = False,
) -> None:
    """Rebuild the lake of a range from raw/ alone and show every row that changes."""
    options = settings.load()
    first_day, last_day = terminal.parse_range(day, first, last)
    days = reprocess.stored_days(first_day, last_day, options)
    lost = reprocess.lost_days(first_day, last_day, options)
    if not days and not lost:
        raise InvalidInputError(f"raw/ holds nothing of {first_day} .. {last_day}")
    changes = []
    with terminal.progress_bar() as progress:
        task = progress.add_task("rebuilding", total=len(days))
        for change in reprocess.reprocess_days(days, options, dry_run=dry_run):
            progress.update(task, advance=1, description=f"rebuilding {change.listing_date}")
            if not change.is_empty:
                changes.append(change)
        if days and not dry_run:
            reprocess.note_rebuilt(days, options)
            progress.update(task, description="judging")
            ingest.judge_days(days, options)
    if as_json:
        terminal.print_json(
            {"days": len(days), "changes": [asdict(c) for c in changes], "lost": lost}
        )
    else:
        _print_changes(days, changes, dry_run=dry_run)
    if lost:
        message = reprocess.describe_lost(lost, options)
        terminal.err.print(message, style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1)


def _print_changes(days: list[date], changes: list[DayChange], *, dry_run: bool) -> None:
    rows = []
    for change in changes:
        rows += [[change.listing_date, paper_id, "added", ""] for paper_id in change.added]
        rows += [[change.listing_date, paper_id, "removed", ""] for paper_id in change.removed]
        rows += [
            [change.listing_date, paper_id, "changed", ", ".join(columns)]
            for paper_id, columns in change.changed.items()
        ]
        rows += [[change.listing_date, key[:20] + "…", "held back", ""] for key in change.held]
        rows += [[change.listing_date, key[:20] + "…", "released", ""] for key in change.released]
    if rows:
        columns = ["day", "row", "change", "columns"]
        terminal.out.print(terminal.make_table("Changed rows", columns, rows[:_SHOWN], right=9))
    if len(rows) > _SHOWN:
        terminal.out.print(f"… and {len(rows) - _SHOWN} more; --json shows all")
    verb = "would change" if dry_run else "changed"
    terminal.out.print(f"{len(days)} days rebuilt from raw/, {len(rows)} rows {verb}")
