"""`daily-papers build`: the marts from the lake, checked and published."""

from dataclasses import asdict

from daily_papers import settings, terminal
from daily_papers.warehouse import build, snapshots


def build_command(as_json: terminal.AsJson = False) -> None:
    """Build the marts from the lake, check them, and publish a snapshot."""
    options = settings.load()
    with terminal.err.status("building the warehouse"):
        result = build.build(options)
    if as_json:
        terminal.print_json(
            {
                "snapshot_id": result.snapshot_id,
                "is_new": result.is_new,
                "tables": {f"{t.schema}.{t.table}": t.rows for t in result.tables},
                "seconds": result.steps,
                "total_s": result.total_s,
                "warnings": [asdict(warning) for warning in result.warnings],
            }
        )
        return
    rows = [[f"{t.schema}.{t.table}", t.rows, t.size_bytes] for t in result.tables]
    terminal.out.print(
        terminal.make_table(f"Snapshot {result.snapshot_id}", ["table", "rows", "bytes"], rows)
    )
    for warning in result.warnings:
        text = f"warning: {warning.say()}"
        terminal.out.print(text, style="yellow", markup=False, soft_wrap=True)
    if result.is_new:
        slowest = sorted(result.steps.items(), key=lambda step: -step[1])[:4]
        parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in slowest)
        terminal.out.print(f"published in {result.total_s:.1f} s, most of it: {parts}")
    elif withdrawn := snapshots.read_withdrawn(options):
        newest = max(withdrawn)
        terminal.out.print(
            f"rolled back from {newest}, and nothing changed since; nothing new was published. "
            f"To have it again: daily-papers rollback {newest}",
            soft_wrap=True,
        )
    else:
        terminal.out.print("nothing changed since this snapshot; nothing new was published")
