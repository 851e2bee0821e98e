"""`daily-papers snapshots`: list what was published; pin, unpin, prune."""

from typing import Annotated, Any

import typer

from daily_papers import settings, terminal
from daily_papers.warehouse import retention
from daily_papers.warehouse.retention import StoredSnapshot

app = typer.Typer(help="What was published: list (the default), pin, unpin, prune.")

Name = Annotated[
    str, typer.Argument(help="A snapshot: its id or how it begins, `current` or `previous`.")
]


@app.callback(invoke_without_command=True)
def snapshots_command(context: typer.Context, as_json: terminal.AsJson = False) -> None:
    """List what was published; pin, unpin, prune."""
    if context.invoked_subcommand is None:
        list_command(as_json=as_json)


@app.command("list")
def list_command(as_json: terminal.AsJson = False) -> None:
    """List every snapshot, oldest first, with what it alone takes on the disk."""
    stored = retention.list_stored(settings.load())
    if as_json:
        terminal.print_json([_describe(snapshot) for snapshot in stored])
        return
    if not stored:
        terminal.out.print("no snapshots yet: run `daily-papers build`")
        return
    rows = [
        [
            snapshot.id,
            _say_state(snapshot),
            _count_rows(snapshot),
            snapshot.size_bytes,
            snapshot.own_size_bytes,
        ]
        for snapshot in stored
    ]
    columns = ["snapshot", "state", "rows", "bytes", "of its own"]
    terminal.out.print(terminal.make_table(f"{len(rows)} snapshots", columns, rows, right=2))


@app.command("pin")
def pin_command(
    name: Name, note: Annotated[str, typer.Option(help="Why, for whoever finds it later.")] = ""
) -> None:
    """Keep a snapshot for good."""
    terminal.out.print(f"pinned {retention.pin(settings.load(), name, note)}", soft_wrap=True)


@app.command("unpin")
def unpin_command(name: Name) -> None:
    """Let a pinned snapshot go when its time comes."""
    terminal.out.print(f"unpinned {retention.unpin(settings.load(), name)}", soft_wrap=True)


@app.command("prune")
def prune_command(
    keep_last: Annotated[
        int | None, typer.Option(min=1, help="Newest snapshots that stay; default by settings.")
    ] = None,
    keep_younger_than_d: Annotated[
        float | None,
        typer.Option(
            "--keep-younger-than-d", min=0, help="Days until which all stay; default by settings."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go.")] = False,
    as_json: terminal.AsJson = False,
) -> None:
    """Remove snapshots past their time; never the current, a pinned or a read one."""
    removed = retention.prune(
        settings.load(),
        keep_last=keep_last,
        keep_younger_than_d=keep_younger_than_d,
        dry_run=dry_run,
    )
    if as_json:
        terminal.print_json({"removed": removed, "dry_run": dry_run})
        return
    for snapshot_id in removed:
        terminal.out.print(snapshot_id)
    verb = "would be removed" if dry_run else "removed"
    terminal.out.print(f"{len(removed)} snapshots {verb}")


def _say_state(snapshot: StoredSnapshot) -> str:
    words = ["current"] if snapshot.is_current else []
    if snapshot.is_damaged:
        words.append("damaged")
    if snapshot.is_withdrawn:
        words.append("rolled back from")
    if snapshot.pinned is not None:
        words.append(f"pinned: {snapshot.pinned}" if snapshot.pinned else "pinned")
    return ", ".join(words)


def _count_rows(snapshot: StoredSnapshot) -> int | None:
    if snapshot.manifest is None:
        return None
    return sum(table.rows for table in snapshot.manifest.tables)


def _describe(snapshot: StoredSnapshot) -> dict[str, Any]:
    manifest = snapshot.manifest
    return {
        "id": snapshot.id,
        "created_at": snapshot.created_at.isoformat(),
        "is_current": snapshot.is_current,
        "is_damaged": snapshot.is_damaged,
        "is_withdrawn": snapshot.is_withdrawn,
        "is_pinned": snapshot.pinned is not None,
        "pinned_for": snapshot.pinned,
        "code_version": None if manifest is None else manifest.code_version,
        "input_fingerprint": None if manifest is None else manifest.input_fingerprint,
        "tables": {} if manifest is None else {table.name: table.rows for table in manifest.tables},
        "size_bytes": snapshot.size_bytes,
        "own_size_bytes": snapshot.own_size_bytes,
    }
