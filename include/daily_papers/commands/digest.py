"""`daily-papers digest`: the day's or the week's digest, written and, if asked, sent."""

from pathlib import Path
from typing import Annotated

import typer

from daily_papers import settings, terminal
from daily_papers.errors import InvalidInputError
from daily_papers.publish import digest, mailing
from daily_papers.publish.digest_content import Kind


def digest_command(
    daily: Annotated[bool, typer.Option("--daily", help="Of one day; the default.")] = False,
    weekly: Annotated[bool, typer.Option("--weekly", help="Of a week, from Monday on.")] = False,
    date: Annotated[
        str | None, typer.Option(help="A day of it; default the newest that is complete.")
    ] = None,
    send: Annotated[bool, typer.Option("--send", help="Send it by mail as well.")] = False,
    even_if_incomplete: Annotated[
        bool, typer.Option("--even-if-incomplete", help="Also when a day is not complete.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Send it although it was sent before.")
    ] = False,
    out_dir: Annotated[Path | None, typer.Option("--out", help="Folder to write to.")] = None,
    snapshot: Annotated[str | None, typer.Option(help="Use an older snapshot.")] = None,
    as_json: terminal.AsJson = False,
) -> None:
    """Write the digest as Markdown, HTML and text; nothing for a day that is not complete."""
    if daily and weekly:
        raise InvalidInputError("give one of --daily and --weekly")
    if again and not send:
        raise InvalidInputError("--again goes with --send")
    options = settings.load()
    made = digest.make_digest(
        options,
        Kind.WEEKLY if weekly else Kind.DAILY,
        terminal.parse_day(date, "--date") if date else None,
        snapshot,
        even_if_incomplete=even_if_incomplete,
    )
    paths = digest.write_digest(options, made, out_dir)
    outcome = None
    if send:
        outcome = digest.send_digest(options, made, mailing.read_settings(options), again=again)
    if as_json:
        terminal.print_json(
            {
                "files": [str(path) for path in paths],
                "is_sent": outcome is not None and outcome.is_sent,
                "message": outcome.message if outcome else None,
            }
        )
        return
    for path in paths:
        terminal.out.print(str(path), markup=False, highlight=False, soft_wrap=True)
    if outcome is not None:
        terminal.out.print(outcome.message, markup=False, highlight=False, soft_wrap=True)
