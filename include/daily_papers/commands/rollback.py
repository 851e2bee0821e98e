"""`daily-papers rollback`: make another snapshot the current one."""

from typing import Annotated

import typer

from daily_papers import settings, terminal
from daily_papers.warehouse import publication


def rollback_command(
    name: Annotated[
        str, typer.Argument(help="A snapshot: its id or how it begins, or `previous`.")
    ],
    as_json: terminal.AsJson = False,
) -> None:
    """Move the pointer to another snapshot; the .duckdb follows.

    It holds until the inputs change: a build of the inputs that were rolled back from
    publishes nothing. Rolling back to the newer snapshot brings it in again.
    """
    manifest = publication.roll_back(settings.load(), name)
    if as_json:
        terminal.print_json({"snapshot_id": manifest.id})
    else:
        terminal.out.print(f"current is {manifest.id} now", soft_wrap=True)
