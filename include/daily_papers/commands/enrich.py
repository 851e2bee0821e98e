"""`daily-papers enrich`: arXiv's versions, categories, comments, DOI and journal reference."""

from collections import Counter
from typing import Annotated

import typer

from daily_papers import enrich, settings, terminal
from daily_papers.errors import InvalidInputError
from daily_papers.settings import Settings

_SHOWN = 5


def enrich_command(
    limit: Annotated[int | None, typer.Option(min=1, help="Most papers to ask for.")] = None,
    source: Annotated[str | None, typer.Option(help="'live' or 'replay:DIR'.")] = None,
    first: Annotated[
        str | None, typer.Option("--from", help="Harvest by OAI-PMH what changed from this day.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day of change.")] = None,
    set_spec: Annotated[
        str | None, typer.Option("--set", help="Harvest only this set, such as 'cs'.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done.")] = False,
    as_json: terminal.AsJson = False,
) -> None:
    """Fetch arXiv metadata of the papers that lack it or are due for a second look."""
    options = settings.load()
    kind, _, folder = (source or "live").partition(":")
    if kind not in ("live", "replay") or (kind == "replay") != bool(folder):
        raise InvalidInputError(f"unknown source {source!r}: expected 'live' or 'replay:DIR'")
    if (first is None) != (last is None) or (set_spec and first is None):
        raise InvalidInputError("give both --from and --to; --set only with them")
    if dry_run:
        _print_dry_run(options, limit, as_json)
        return
    if first is not None and last is not None:
        days = terminal.parse_day(first, "--from"), terminal.parse_day(last, "--to")
        with terminal.err.status("harvesting"):
            report = enrich.harvest(*days, options, set_spec)
    else:
        with terminal.progress_bar() as progress:
            task = progress.add_task("asking arXiv", total=None)
            report = enrich.enrich(
                options,
                limit,
                folder or None,
                on_progress=lambda done, due: progress.update(
                    task, completed=done, total=min(due, limit or due)
                ),
            )
    if as_json:
        terminal.print_json(report.as_dict())
    else:
        _print_report(report)


def _print_dry_run(options: Settings, limit: int | None, as_json: bool) -> None:
    due = enrich.find_due(options)
    asked = due[:limit]
    by_reason = Counter(item.reason for item in due)
    requests = -(-len(asked) // options.arxiv_batch_size)
    seconds = max(requests - 1, 0) * options.arxiv_request_interval_s
    if as_json:
        terminal.print_json(
            {
                "due": dict(by_reason),
                "ids": [item.paper_id for item in asked],
                "requests": requests,
                "seconds": seconds,
            }
        )
        return
    reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(by_reason.items()))
    terminal.out.print(
        f"{len(due)} papers are due ({reasons or 'none'}); {len(asked)} would be asked for "
        f"in {requests} requests, at least {seconds:.0f} s"
    )


def _print_report(report: enrich.EnrichReport) -> None:
    if report.note:
        terminal.out.print(report.note, markup=False)
        return
    asked = report.requests or not report.responses  # a replay asks for nothing
    due = f"{report.due} papers were due; " if asked else ""
    terminal.out.print(
        f"{due}{report.known} known to arXiv, "
        f"{len(report.unknown_ids)} not; {report.responses} responses, {report.requests} "
        f"requests, {report.retries} of them repeats"
    )
    for name, lines in (("not known", report.unknown_ids), ("not readable", report.problems)):
        for line in lines[:_SHOWN]:
            terminal.out.print(f"{name}: {line}", style="yellow", markup=False)
        if len(lines) > _SHOWN:
            terminal.out.print(f"{name}: {len(lines) - _SHOWN} more", style="yellow")
