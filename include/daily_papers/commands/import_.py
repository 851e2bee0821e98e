"""`daily-papers import`: a saved page, API response or text of the page."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from daily_papers import importing, ingest, settings, terminal
from daily_papers.commands.ingest import print_landed
from daily_papers.dedupe.titles import is_provisional
from daily_papers.errors import InvalidInputError
from daily_papers.sources.listings import CAPTURE


def import_command(
    file: Annotated[Path | None, typer.Argument(help="The saved file, plain or .zst.")] = None,
    day: Annotated[str | None, typer.Option("--date", help="Listing day that it shows.")] = None,
    fetched_at: Annotated[
        str | None, typer.Option("--fetched-at", help="When it was saved: ISO 8601, UTC.")
    ] = None,
    as_json: terminal.AsJson = False,
) -> None:
    """Take in a saved HTML page, API response or plain-text capture of the list."""
    if file is None or day is None:
        raise InvalidInputError("give a file and the listing day that it shows: FILE --date D")
    options = settings.load()
    listing_date = terminal.parse_day(day, "--date")
    seen_at = None if fetched_at is None else _parse_time(fetched_at)
    with terminal.progress_bar() as progress:
        task = progress.add_task("landing", total=2)
        result = importing.import_file(file, listing_date, options, seen_at)
        progress.update(task, advance=1, description="judging")
        ingest.judge_days([landed.listing_date for landed in result.landed], options)
    print_landed(list(result.landed), as_json)
    if not as_json:
        terminal.out.print(_describe(file, result), markup=False, soft_wrap=True)
    failed = [attempt for attempt in result.attempts if attempt.state == "failed"]
    if failed:
        message = f"{file}: nothing of it could be used for {failed[0].listing_date}"
        terminal.err.print(
            f"{message}: {failed[0].error}", style="red", markup=False, soft_wrap=True
        )
        raise typer.Exit(1)


def _parse_time(text: str) -> datetime:
    """Read a time that a user typed; one without a zone is UTC."""
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):  # in UTC it may lie before year 1 or after 9999
        raise InvalidInputError(
            f"--fetched-at {text!r} is no time: expected ISO 8601 in UTC, "
            "such as 2026-01-06T09:30:00Z"
        ) from None


def _describe(file: Path, result: importing.ImportedFile) -> str:
    saved = result.saved
    text = f"{file}: {saved.source.name}, {saved.entry_count} entries"
    if result.is_time_assumed:
        text += "; when it was saved is not known (--fetched-at)"
    if saved.source is CAPTURE:
        ids = [row["paper_id"] for attempt in result.attempts for row in attempt.rows]
        waiting = sum(map(is_provisional, ids))
        text += (
            f"; {len(ids) - waiting} recognised by title on this day, {waiting} with a "
            "provisional id until a paper of that title is known"
        )
    return text
