"""`daily-papers quarantine`: what is held back, rows and days; look at it, judge it again."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer

from daily_papers import healing, settings, status, terminal
from daily_papers.errors import InvalidInputError
from daily_papers.quality.reasons import REASONS
from daily_papers.quality.rules import RULES_VERSION
from daily_papers.warehouse import audit, snapshots

app = typer.Typer(
    help="What is held back: list, show, release; audit shows what fails in a build.",
    no_args_is_help=True,
)

_SHOWN = 50
_SHORT = 12  # of a sha256, enough to tell responses apart

First = Annotated[str | None, typer.Option("--from", help="First listing day.")]
Last = Annotated[str | None, typer.Option("--to", help="Last listing day.")]


@app.command("list")
def list_command(
    reason: Annotated[str | None, typer.Option(help="Only this reason code.")] = None,
    first: First = None,
    last: Last = None,
    with_released: Annotated[
        bool, typer.Option("--all", help="Also rows that later rules released.")
    ] = False,
    as_json: terminal.AsJson = False,
) -> None:
    """List the rows and the whole days that are held back, with the reason of each."""
    if reason is not None and reason not in REASONS:
        raise InvalidInputError(f"--reason {reason!r} is no reason; known: {', '.join(REASONS)}")
    options = settings.load()
    span = _read_range(first, last)
    rows = [
        row
        for row in healing.read_rows(options, *span)
        if (reason is None or row["reason_code"] == reason)
        and (with_released or row["released_at"] is None)
    ]
    if as_json:
        terminal.print_json([_describe(row) for row in rows])
        return
    shown = [
        [
            row["listing_date"],
            healing.key_of(row, _SHORT),
            row["paper_id"],
            row["reason_code"],
            row["reason"],
            _say_state(row),
        ]
        for row in rows[:_SHOWN]
    ]
    columns = ["day", "key", "paper", "reason", "what was wrong", "state"]
    if rows:
        terminal.out.print(terminal.make_table("Quarantine", columns, shown, right=9))
    if len(rows) > _SHOWN:
        terminal.out.print(f"… and {len(rows) - _SHOWN} more; --json shows all")
    counts = Counter(row["reason_code"] for row in rows)
    parts = ", ".join(f"{code} {count}" for code, count in counts.most_common())
    terminal.out.print(f"{len(rows)} rows{': ' if parts else ''}{parts}")
    if reason is None:
        for held in status.read_held_days(options, *span):
            text = f"the whole day {held.listing_date} is held: {held.reason}"
            terminal.out.print(text, style="yellow", markup=False, soft_wrap=True)


@app.command("show")
def show_command(
    key: Annotated[str, typer.Argument(help="A row's key from `quarantine list`.")],
    as_json: terminal.AsJson = False,
) -> None:
    """Show one row: what the source said, which rule it broke, where its bytes lie."""
    rows = healing.find_rows(settings.load(), key)
    if as_json:
        terminal.print_json([_describe(row) | {"row": _parse(row["row_json"])} for row in rows])
        return
    for row in rows:
        described = _describe(row)
        described["means"] = REASONS.get(row["reason_code"], "a reason of an earlier version")
        for name, value in described.items():
            shown = "" if value is None else value
            terminal.out.print(f"{name}: {shown}", markup=False, soft_wrap=True)
        entry = terminal.to_json(_parse(row["row_json"]))
        terminal.out.print_json(entry, ensure_ascii=entry.isascii())


@app.command("audit")
def audit_command(
    name: Annotated[
        str | None,
        typer.Argument(help="A snapshot; default the build that failed last, else the current."),
    ] = None,
    as_json: terminal.AsJson = False,
) -> None:
    """Show which rows of a build's tables fail which check or expectation."""
    options = settings.load()
    folder = snapshots.find_candidate(options) if name is None else None
    if folder is None:
        folder = snapshots.snapshot_dir(options, snapshots.resolve(options, name or "current"))
    findings = audit.read_results(folder)
    failing = [finding for finding in findings if finding.failing_rows]
    if as_json:
        terminal.print_json(
            {
                "folder": folder,
                "audited": len(findings),
                "failing": [asdict(finding) for finding in failing],
            }
        )
        return
    for finding in failing:
        text = f"{finding.severity}: {finding.full_name}: {finding.explanation}"
        terminal.out.print(text, markup=False, soft_wrap=True)
        for key in finding.failing_keys[:_SHOWN]:
            terminal.out.print(f"  {key}", markup=False, soft_wrap=True)
        more = finding.failing_rows - len(finding.failing_keys[:_SHOWN])
        if more:
            terminal.out.print(f"  … and {more} more; --json shows up to {audit.KEYS_KEPT} in all")
    terminal.out.print(
        f"{len(findings)} checks and expectations of {folder}: "
        f"{len(failing)} with rows that do not pass",
        soft_wrap=True,
    )


@app.command("release")
def release_command(
    day: Annotated[str | None, typer.Option("--date", help="One listing day.")] = None,
    first: First = None,
    last: Last = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be released.")
    ] = False,
    as_json: terminal.AsJson = False,
) -> None:
    """Judge held rows again from raw/ by today's rules; those that pass land in the lake."""
    if day is not None and (first is not None or last is not None):
        raise InvalidInputError("give either --date D, or --from D and --to D, or none for all")
    options = settings.load()
    both = terminal.parse_day(day, "--date") if day is not None else None
    span = (both, both) if both else _read_range(first, last)
    days = healing.days_with_held_rows(options, *span)
    releases: list[healing.Release] = []
    with terminal.progress_bar() as progress:
        task = progress.add_task("judging again", total=len(days))
        for release in healing.release_days(days, options, dry_run=dry_run):
            progress.update(task, advance=1, description=f"judging {release.listing_date}")
            releases.append(release)
        if not dry_run:
            progress.update(task, description="judging days")
            healing.judge_released(releases, options)
    if as_json:
        terminal.print_json(
            {
                "rule_version": RULES_VERSION,
                "days": [
                    {
                        "listing_date": release.listing_date,
                        "released": [_describe(row) for row in release.released],
                        "still_held": [healing.key_of(row) for row in release.still_held],
                    }
                    for release in releases
                ],
            }
        )
        return
    released = [row for release in releases for row in release.released]
    if released:
        shown = [
            [row["listing_date"], healing.key_of(row, _SHORT), row["paper_id"], row["reason_code"]]
            for row in released[:_SHOWN]
        ]
        columns = ["day", "key", "paper", "was held for"]
        terminal.out.print(terminal.make_table("Released rows", columns, shown, right=9))
    still_held = sum(len(release.still_held) for release in releases)
    verb = "would be released" if dry_run else "released"
    terminal.out.print(
        f"{len(days)} days judged again by rules {RULES_VERSION}: "
        f"{len(released)} rows {verb}, {still_held} still held"
    )
    if released and not dry_run:
        terminal.out.print("run `daily-papers build` to publish them")


def _read_range(first: str | None, last: str | None) -> tuple[date, date]:
    first_day = date.min if first is None else terminal.parse_day(first, "--from")
    last_day = date.max if last is None else terminal.parse_day(last, "--to")
    if first_day > last_day:
        raise InvalidInputError(f"--from {first_day} is after --to {last_day}")
    return first_day, last_day


def _describe(row: dict[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in row.items() if name != "row_json"}
    return {"key": healing.key_of(row), **rest}


def _say_state(row: dict[str, Any]) -> str:
    if row["released_at"] is None:
        return f"held by rules {row['rule_version']}"
    version = row["released_by_rule_version"] or "unknown"
    return f"released {row['released_at']:%Y-%m-%d} by rules {version}"


def _parse(row_json: str) -> Any:
    """Return an entry; NaN and Infinity, which JSON does not have, as text."""
    return json.loads(row_json, parse_constant=str)
