"""`daily-papers ingest`: a listing day or a range, from the source to judged rows."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from daily_papers import backfill, ingest, settings, terminal
from daily_papers.errors import InvalidInputError
from daily_papers.settings import Settings
from daily_papers.sources import Source, open_source


def ingest_command(
    day: Annotated[str | None, typer.Option("--date", help="One listing day.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First day of a range.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day of a range.")] = None,
    source: Annotated[str | None, typer.Option(help="'live' or 'replay:DIR'.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Live: also days that are whole.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done.")] = False,
    as_json: terminal.AsJson = False,
) -> None:
    """Fetch, validate, dedupe and land one listing day or a range of them."""
    options = settings.load()
    first_day, last_day = terminal.parse_range(day, first, last)
    spec = source or options.source
    opened = open_source(spec, options)
    days = opened.days(first_day, last_day)
    if not days:
        raise InvalidInputError(f"{spec} holds no response of {first_day} .. {last_day}")
    days = backfill.days_to_fetch(
        first_day, last_day, options, opened, again=again or day is not None
    )
    if dry_run and as_json:
        terminal.print_json({"source": spec, "days": [each.isoformat() for each in days]})
    elif not days and as_json:
        print_landed([], as_json)
    elif not days:
        terminal.out.print(f"every day of {first_day} .. {last_day} is whole: nothing to fetch")
    elif dry_run:
        terminal.out.print(f"{len(days)} days would be asked of {spec}: {days[0]} .. {days[-1]}")
    else:
        _land(days, options, opened, as_json)


def _land(days: list[date], options: Settings, source: Source, as_json: bool) -> None:
    started_at = datetime.now(UTC)
    landed: list[ingest.LandedDay] = []
    with terminal.progress_bar() as progress:
        task = progress.add_task("landing", total=len(days))
        for result in ingest.ingest_days(days, options, source):
            landed.append(result)
            progress.update(task, advance=1, description=f"landing {result.listing_date}")
    print_landed(landed, as_json)  # before the judge, who may refuse some of it
    failed = {
        result.listing_date: error for result in landed if (error := _error(result, started_at))
    }
    if failed:
        message = backfill.describe_failed(failed, len(landed))
        terminal.err.print(message, style="red", markup=False, soft_wrap=True)
    with terminal.err.status("judging"):
        ingest.judge_days([result.listing_date for result in landed if result.is_landed], options)
    if failed:
        raise typer.Exit(1)


def _error(result: ingest.LandedDay, started_at: datetime) -> str | None:
    """Return why a day failed: never whole so far, or nothing came of this run's attempts."""
    if result.state == "failed":
        return result.error
    tried_now = [attempt for attempt in result.attempts if attempt.attempt_at >= started_at]
    if tried_now and all(attempt.state == "failed" for attempt in tried_now):
        return tried_now[0].error
    return None


def _landed_as_json(result: ingest.LandedDay) -> dict[str, Any]:
    attempts = [attempt.ledger_row() for attempt in result.attempts]
    return {
        "listing_date": result.listing_date,
        "state": result.state,
        "reason": result.reason,
        "error": result.error,
        "papers": result.paper_count,
        "attempts": attempts,
    }


def print_landed(landed: list[ingest.LandedDay], as_json: bool) -> None:
    """Print what landed: days, states, and where each row went."""
    if as_json:
        terminal.print_json([_landed_as_json(result) for result in landed])
        return
    if len(landed) <= 14:
        rows = [
            [r.listing_date, r.state, r.reason, r.paper_count, r.quarantined_count, len(r.attempts)]
            for r in landed
        ]
        columns = ["day", "state", "reason", "papers", "held back", "attempts"]
        terminal.out.print(terminal.make_table("Landed days", columns, rows, right=3))
    if len(landed) > 1:
        terminal.out.print(_states_table(landed))
    attempts = [attempt for result in landed for attempt in result.attempts]
    rows_in = sum(a.rows_in for a in attempts)
    rows_landed = sum(len(a.rows) for a in attempts)
    held = sum(len(a.held) for a in attempts)
    repeats = sum(a.rows_duplicate for a in attempts)
    terminal.out.print(
        f"{len(attempts)} attempts: {rows_in} rows in = {rows_landed} landed "
        f"+ {held} quarantined + {repeats} exact duplicates"
    )


def _states_table(landed: list[ingest.LandedDay]) -> Table:
    groups: dict[tuple[str, str], list[ingest.LandedDay]] = {}
    for result in landed:
        groups.setdefault((result.state, result.reason or ""), []).append(result)
    return terminal.make_table(
        f"{len(landed)} days {landed[0].listing_date} .. {landed[-1].listing_date}",
        ["state", "reason", "days", "papers"],
        [
            [state, reason, len(group), sum(r.paper_count for r in group)]
            for (state, reason), group in sorted(groups.items())
        ],
        right=2,
    )
