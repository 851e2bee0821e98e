"""`daily-papers plan`: what a range lacks, and what fetching it would take."""

from dataclasses import asdict
from typing import Annotated

import typer

from daily_papers import planner, settings, terminal

_SHOWN = 20


def plan_command(
    first: Annotated[str, typer.Option("--from", help="First day.")],
    last: Annotated[str, typer.Option("--to", help="Last day.")],
    as_json: terminal.AsJson = False,
) -> None:
    """Report the gaps of a range: days, reasons, requests, estimated time."""
    first_day, last_day = terminal.parse_range(None, first, last)
    plan = planner.plan(first_day, last_day, settings.load())
    if as_json:
        terminal.print_json(asdict(plan))
        return
    groups: dict[tuple[str, str], list[planner.PlannedDay]] = {}
    for day in plan.days:
        groups.setdefault((day.state, day.reason or ""), []).append(day)
    rows = [
        [state, reason, len(days), sum(d.requests for d in days), days[0].listing_date]
        for (state, reason), days in sorted(groups.items())
    ]
    columns = ["state", "reason", "days", "requests", "first"]
    terminal.out.print(terminal.make_table("Days that are not whole", columns, rows, right=2))
    if 0 < len(plan.days) <= _SHOWN:
        rows = [[d.listing_date, d.state, d.reason, d.expected_count] for d in plan.days]
        columns = ["day", "state", "reason", "papers expected"]
        terminal.out.print(terminal.make_table("Each of them", columns, rows, right=3))
    total = plan.whole_count + len(plan.days)
    terminal.out.print(
        f"{plan.whole_count} of {total} days are whole; fetching the other {len(plan.days)} "
        f"takes about {plan.requests} requests and {plan.seconds / 60:.1f} minutes: "
        f"daily-papers ingest --from {first_day} --to {last_day}"
    )
