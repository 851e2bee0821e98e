"""`daily-papers feed`: Atom and JSON Feed from the published snapshot."""

from pathlib import Path
from typing import Annotated

import typer

from daily_papers import settings, terminal
from daily_papers.errors import InvalidInputError
from daily_papers.publish.feed import write_feeds


def feed_command(
    tag: Annotated[str | None, typer.Option(help="Papers with a tag.")] = None,
    author: Annotated[str | None, typer.Option(help="Papers of an author, by id.")] = None,
    benchmark: Annotated[
        str | None, typer.Option(help="Papers that name a benchmark, with what they report.")
    ] = None,
    out_dir: Annotated[Path | None, typer.Option("--out", help="Folder to write to.")] = None,
    snapshot: Annotated[str | None, typer.Option(help="Use an older snapshot.")] = None,
    as_json: terminal.AsJson = False,
) -> None:
    """Write feeds of new papers and those of the option `feeds`, or the one asked for."""
    asked = {"tag": tag, "author": author, "benchmark": benchmark}
    wanted = [(kind, text) for kind, text in asked.items() if text is not None]
    if len(wanted) > 1:
        raise InvalidInputError("give one of --tag, --author and --benchmark")
    paths = write_feeds(settings.load(), wanted or None, out_dir, snapshot)
    if as_json:
        terminal.print_json({"files": [str(path) for path in paths]})
        return
    for path in paths:
        terminal.out.print(str(path), markup=False, highlight=False, soft_wrap=True)
