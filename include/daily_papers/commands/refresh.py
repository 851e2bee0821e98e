"""`daily-papers refresh`: look again at the last listing days."""

from daily_papers import ingest, refresh, settings, terminal
from daily_papers.commands.ingest import print_landed


def refresh_command(as_json: terminal.AsJson = False) -> None:
    """Re-observe the last 14 listing days: upvotes, late arrivals, empty days."""
    options = settings.load()
    with terminal.err.status("looking again at the last days"):
        landed = refresh.refresh_recent(options)
        if landed:
            ingest.judge_days([day.listing_date for day in landed], options)
    obstacle = refresh.find_obstacle(options)
    if obstacle and not as_json:
        terminal.out.print(obstacle, markup=False, soft_wrap=True)
    else:
        print_landed(landed, as_json)
