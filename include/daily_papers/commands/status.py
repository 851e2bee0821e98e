"""`daily-papers status`: is every day whole, and if not, why not?"""

import typer

from daily_papers import ingest, settings, status, terminal


def status_command(as_json: terminal.AsJson = False) -> None:
    """Show coverage, freshness and quarantine; exit code 1 when an objective is broken."""
    report = status.read_status(settings.load())
    if as_json:
        terminal.print_json(report.as_dict())
    else:
        terminal.out.print(
            terminal.make_table(
                f"Days since {ingest.FIRST_LISTING_DATE}",
                ["state", "days"],
                [[state, count] for state, count in report.days_by_state.items()],
            )
        )
        if report.recent_days:
            columns = ["day", "state", "reason", "attempts", "rows", "error"]
            rows = [
                [d.listing_date, d.state, d.reason, d.attempts, d.rows, d.error]
                for d in report.recent_days
            ]
            terminal.out.print(terminal.make_table("Last days tried", columns, rows, right=3))
        for d in report.recent_days:
            for text in d.drift:
                terminal.out.print(f"drift: {d.listing_date}: {text}", markup=False, soft_wrap=True)
            for text in d.unmet:
                terminal.out.print(f"{d.listing_date}: {text}", markup=False, soft_wrap=True)
        terminal.out.print(f"newest whole day: {report.newest_whole_day or 'none'}")
        terminal.out.print(f"rows held in quarantine: {report.quarantined_count}")
        for held in report.held_days:
            text = f"day held back: {held.listing_date}: {held.reason}"
            terminal.out.print(text, style="yellow", markup=False, soft_wrap=True)
        terminal.out.print(
            f"snapshot: {report.snapshot_id or 'none yet: run `daily-papers build`'}"
        )
        if report.audit_count:
            terminal.out.print(
                f"its audit: {report.audit_count} checks and expectations, "
                f"{len(report.audit_warnings)} warnings"
            )
        for text in report.audit_warnings:
            terminal.out.print(f"warning: {text}", markup=False, soft_wrap=True)
        if report.failed_candidate:
            terminal.out.print(
                f"a newer build failed its audit: {report.failed_candidate}",
                style="yellow",
                soft_wrap=True,
            )
    for breach in report.broken_objectives:
        text = f"objective broken: {breach.objective}: {breach.say()}"
        terminal.err.print(text, style="red", markup=False, soft_wrap=True)
    if report.broken_objectives:
        raise typer.Exit(1)
