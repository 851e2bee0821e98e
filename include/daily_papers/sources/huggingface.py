"""Hugging Face Daily Papers, live: the JSON API, and the page's embedded JSON as fallback.

API:  GET https://huggingface.co/api/daily_papers?date=YYYY-MM-DD&limit=100&p=0
      (week=YYYY-Www in place of date: the lists of a whole week)
Page: GET https://huggingface.co/papers/date/YYYY-MM-DD
Nothing is stored here; payloads are read by `huggingface_format`.
"""

import logging
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from daily_papers.errors import CorruptFileError
from daily_papers.lake import raw
from daily_papers.lake.raw import StoredResponse
from daily_papers.settings import Settings
from daily_papers.sources.http_client import Budget, FetchError, HttpClient
from daily_papers.sources.huggingface_format import (
    BadPayloadError,
    Payload,
    find_listing_key,
    has_moved,
    read_payload,
)
from daily_papers.sources.listings import API, API_WEEK, PAGE, ListingSource
from daily_papers.sources.pacing import CircuitOpenError
from daily_papers.sources.response import FailedFetch, Response

_log = logging.getLogger(__name__)


class LiveSource:
    """The site itself, asked politely; the page is asked only when the API fails."""

    is_live = True

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.concurrency = settings.fetch_concurrency
        self._client = HttpClient(settings)

    def days(self, first: date, last: date) -> list[date]:
        """Return every day of the range: any of them may be asked for."""
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]

    def fetch_day(
        self, day: date, max_requests: int | None = None
    ) -> Iterator[Response | FailedFetch]:
        """Yield the API's pages of a day; if they are unusable, the HTML page as well.

        Args:
            day: the listing date.
            max_requests: most requests to send, retries included; None: as many as it takes.
        """
        budget = Budget(max_requests)
        query = {"date": day.isoformat()}
        is_usable = yield from self._fetch_api(API, day, query, budget)
        if is_usable or budget.is_spent:
            return
        try:
            yield self._ask(_Request(PAGE, day, datetime.now(UTC), f"/papers/date/{day}"), budget)
        except CircuitOpenError as error:  # after what the API answered, which tells of it
            _log.warning("the page of %s is not asked for: %s", day, error)

    def fetch_week(self, day: date, max_requests: int) -> Iterator[Response | FailedFetch]:
        """Yield the API's pages of the ISO week that holds a day.

        Args:
            day: any day of the week.
            max_requests: most requests to send, retries included.
        """
        year, week, _ = day.isocalendar()
        query = {"week": f"{year}-W{week:02}"}
        budget = Budget(max_requests)
        yield from self._fetch_api(API_WEEK, API_WEEK.first_day(day), query, budget)

    def _fetch_api(
        self, source: ListingSource, day: date, query: dict[str, str], budget: Budget
    ) -> Generator[Response | FailedFetch, None, bool]:
        """Yield the pages; return whether every one could be read.

        A list that moved meanwhile is read once more from its start, as an attempt of its
        own, up to `list_reads` times and while the budget is enough for it.
        """
        for _ in range(self._settings.list_reads):
            pages = yield from self._read_list(source, day, query, budget)
            if pages is None:
                return False
            is_cut = source.is_full(len(pages[-1].entries), self._settings.page_size)
            if is_cut or not has_moved(enumerate(pages)) or not budget.has(len(pages)):
                return True
        return True

    def _read_list(
        self, source: ListingSource, day: date, query: dict[str, str], budget: Budget
    ) -> Generator[Response | FailedFetch, None, list[Payload] | None]:
        """Yield the pages of one reading; return what they hold, None if one is unusable.

        It ends with a page that is not full. One that brings nothing new ends it as well:
        whoever ignores `p` would give the same one for ever.
        """
        attempt_at = datetime.now(UTC)
        size = self._settings.page_size
        pages: list[Payload] = []
        seen: set[tuple[str, date | None] | None] = set()
        for page in range(self._settings.max_pages):
            params = {**query, "limit": str(size), "p": str(page)}
            request = _Request(source, day, attempt_at, "/api/daily_papers", params, page, size)
            item = self._ask(request, budget)
            yield item
            try:
                if isinstance(item, FailedFetch):
                    return None
                pages.append(read_payload(source, item.status, item.body))
            except BadPayloadError:
                return None
            entries = pages[-1].entries
            has_next = 'rel="next"' in item.headers.get("link", "")
            keys = set(map(find_listing_key, entries))
            if (keys <= seen and page) or budget.is_spent:
                break
            if not has_next and not source.is_full(len(entries), size):
                break
            seen |= keys
        return pages  # if the last one is full, it is judged as a cap hit

    def _ask(self, request: "_Request", budget: Budget) -> Response | FailedFetch:
        """Send one request, conditional on what is stored of the same address."""
        url = self._client.url_of(request.path, request.params)
        archive = self._settings.home / "raw"
        known = raw.find_validated(archive, request.source.name, request.day, url)
        if known and not _is_readable(request.source, known):
            known = None
        try:
            got = self._client.get(request.path, request.params, _validators(known), budget)
        except FetchError as error:
            return FailedFetch(
                source=request.source.name,
                listing_date=request.day,
                attempt_at=request.attempt_at,
                error=str(error),
                requests=error.cost.requests,
                retries=error.cost.retries,
                seconds=error.cost.seconds,
            )
        is_unchanged = got.status == 304 and known is not None
        return Response(
            source=request.source.name,
            listing_date=request.day,
            attempt_at=request.attempt_at,
            page=request.page,
            page_size=request.page_size,
            url=url,
            status=got.status,
            fetched_at=got.fetched_at,
            body=known.read_body() if is_unchanged and known else got.body,
            headers={**known.headers, **got.headers} if is_unchanged and known else got.headers,
            requests=got.cost.requests,
            retries=got.cost.retries,
            seconds=got.cost.seconds,
        )


@dataclass(frozen=True, slots=True)
class _Request:
    """One page of one list."""

    source: ListingSource
    day: date  # first day of what is asked for
    attempt_at: datetime
    path: str
    params: dict[str, str] = field(default_factory=dict)
    page: int = 0
    page_size: int | None = None


def _is_readable(source: ListingSource, stored: StoredResponse) -> bool:
    """Say whether a stored body is a list: "unchanged" must not bring back one that is none."""
    try:
        read_payload(source, stored.status, stored.read_body())
    except (BadPayloadError, CorruptFileError):  # then the whole is asked for again
        return False
    return True


def _validators(known: StoredResponse | None) -> dict[str, str]:
    """Return the headers that ask for the bytes only if they changed (RFC 9110, section 13).

    A stored value that no request can carry (not ASCII, a control) is left out: then the
    whole is asked for.
    """
    names = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
    headers = known.headers if known else {}
    return {
        names[name]: value
        for name, value in headers.items()
        if name in names and value.isascii() and value.isprintable()
    }
