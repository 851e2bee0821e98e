"""`daily-papers refresh`: look again at the last listing days."""

from daily_papers import ingest, refresh, settings, terminal
from daily_papers.commands.ingest import print_landed


def refresh_command(as_json: terminal.AsJson = False) -> None:
    """Re-observe the last 14 listing days: upvotes, late arrivals, empty days."""
    options = settings.load()
    with terminal.err.status("looking again at the last days"):
        landed = refresh.refresh_recent(options)
        ingest.judge_days([day.listing_date for day in landed], options)
    print_landed(landed, as_json)
