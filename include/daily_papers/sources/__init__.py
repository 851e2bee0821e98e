"""What the world says: fetch and parse, nothing stored. One module a source."""

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from daily_papers.errors import InvalidInputError
from daily_papers.settings import Settings
from daily_papers.sources.response import FailedFetch, Response


class Source(Protocol):
    """Somewhere listing days can be had from."""

    concurrency: int  # how many days may be fetched at once
    is_live: bool  # asking costs the source something

    def days(self, first: date, last: date) -> list[date]:
        """Return the days of first..last (both included) that can be asked for."""

    def fetch_day(self, day: date) -> Iterator[Response | FailedFetch]:
        """Yield what the source says of a day as it arrives; failures are yielded too."""


def open_source(spec: str, settings: Settings) -> Source:
    """Return the source that a specification names.

    Args:
        spec: "live", or "replay:DIR" for a folder of stored responses.
        settings: where the live source is and how politely it is asked.

    Raises:
        InvalidInputError: an unknown source, or a folder that holds no response.
    """
    kind, _, folder = spec.partition(":")
    if spec == "live":
        from daily_papers.sources.huggingface import LiveSource  # noqa: PLC0415 (loads httpx)

        return LiveSource(settings)
    if kind == "replay" and folder:
        from daily_papers.sources.replay import open_replay  # noqa: PLC0415

        return open_replay(folder)
    raise InvalidInputError(f"unknown source {spec!r}: expected 'live' or 'replay:DIR'")
