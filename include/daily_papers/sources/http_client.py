"""Polite HTTP: one origin, bounded time and size, retries that back off."""

import logging
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self

import httpx
import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from daily_papers.settings import Settings
from daily_papers.sources.pacing import HostGate

_log = logging.getLogger(__name__)


def _log_retry(details: RetryDetails) -> None:
    _log.warning("%s; trying again in %.1f s", details.caused_by, details.wait_for)


set_on_retry_hooks([_log_retry])

# worth asking again: timeout, too early, too many, and the server's own faults
_RETRIED_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
_KEPT_HEADERS = (
    "content-type",
    "date",
    "etag",
    "last-modified",
    "link",
    "retry-after",
    "x-total-count",
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one answer cost."""

    requests: int
    retries: int
    seconds: float


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A whole response, whatever its status."""

    url: str
    status: int
    headers: dict[str, str]  # lower-case names; only those worth keeping
    body: bytes
    fetched_at: datetime
    cost: Cost


@dataclass(slots=True)
class Budget:
    """Requests that may still be sent, retries included."""

    left: int | None  # None: as many as it takes

    @property
    def is_spent(self) -> bool:
        """Whether there is none for another request."""
        return not self.has(1)

    def has(self, count: int) -> bool:
        """Say whether there is enough for some requests."""
        return self.left is None or self.left >= count

    def spend(self, count: int) -> None:
        """Take off what was sent."""
        if self.left is not None:
            self.left -= count


class FetchError(Exception):
    """No whole response could be had; says why, and what trying cost."""

    cost: Cost = Cost(0, 0, 0.0)


class _RetryableStatusError(Exception):
    def __init__(self, response: HttpResponse) -> None:
        super().__init__(f"{response.url} answered {response.status}")
        self.response = response


class HttpClient:
    """Reads from one host; a context manager that threads may share."""

    def __init__(
        self,
        settings: Settings,
        *,
        base_url: str | None = None,
        request_interval_s: float | None = None,
    ) -> None:
        """Make a client for one host.

        Args:
            settings: limits and politeness.
            base_url: the host, if not `settings.base_url`.
            request_interval_s: its pace, if not `settings.request_interval_s`.
        """
        self._settings = settings
        self._base_url = base_url or settings.base_url
        self._origin = _find_origin(httpx.URL(self._base_url))
        interval_s = (
            settings.request_interval_s if request_interval_s is None else (request_interval_s)
        )
        self._gate = HostGate(
            settings.home,
            httpx.URL(self._base_url).host,
            interval_s,
            settings.breaker_failures,
            settings.breaker_open_s,
            settings.retry_after_max_s,
        )
        self._client = httpx.Client(
            base_url=self._base_url,
            headers={
                "User-Agent": settings.user_agent,
                "Accept": "application/json, text/html",
                "Accept-Encoding": "gzip",
            },
            timeout=settings.timeout_s,
            follow_redirects=True,
            max_redirects=3,
            trust_env=False,
            event_hooks={"request": [self._refuse_other_origins]},
        )
        self._sent = threading.local()  # each thread counts the requests of its own call

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def url_of(self, path: str, params: dict[str, str]) -> str:
        """Return the address that `get` asks for."""
        return str(self._client.build_request("GET", path, params=params).url)

    def get(
        self,
        path: str,
        params: dict[str, str],
        headers: dict[str, str] | None = None,
        budget: Budget | None = None,
    ) -> HttpResponse:
        """Read one address of the host, trying again when that may help.

        Retry-After is honoured, by every thread and process that asks this host: up to
        `retry_after_max_s` by waiting, beyond that by asking nothing. Other waits grow
        exponentially with jitter (https://stamina.hynek.me/).

        Args:
            path: below the base URL.
            params: of the query.
            headers: to send besides the client's own.
            budget: ends the tries before `attempts` do, and pays for every request.

        Returns:
            The response. After the last try also one with an error status: its
            bytes are evidence, and the caller judges the status.

        Raises:
            FetchError: no connection, timeout, over `max_response_bytes`, over
                `deadline_s`, or a redirect to another origin.
            CircuitOpenError: the host failed so often, or said so, that it is left alone
                for a while.
        """
        started = time.monotonic()
        self._sent.requests = 0
        tries = 0

        def cost() -> Cost:
            return Cost(
                self._sent.requests, max(tries - 1, 0), round(time.monotonic() - started, 3)
            )

        try:
            most = self._settings.attempts
            if self._gate.check_circuit():
                most = 1
            elif budget is not None and budget.left is not None:
                most = max(min(most, budget.left), 1)
            for attempt in stamina.retry_context(
                on=self._backoff,
                attempts=most,
                timeout=None,
                wait_initial=self._settings.backoff_initial_s,
                wait_max=self._settings.backoff_max_s,
                wait_jitter=self._settings.backoff_initial_s,
            ):
                with attempt:
                    tries += 1
                    response = self._get_once(path, params, headers or {})
                    if response.status in _RETRIED_STATUS:
                        self._pause_as_told(response)
                        raise _RetryableStatusError(response)
        except _RetryableStatusError as error:
            response = error.response
        except (httpx.HTTPError, httpx.InvalidURL, FetchError) as error:
            # anything else is an answer of a host that is up, though not one of use
            self._gate.note(has_failed=isinstance(error, httpx.TransportError))
            reason = str(error) or type(error).__name__
            failure = FetchError(f"GET {self._base_url}{path} {params}: {reason}")
            failure.cost = cost()
            raise failure from error
        finally:
            if budget is not None:
                budget.spend(self._sent.requests)
        self._gate.note(has_failed=response.status in _RETRIED_STATUS)
        return HttpResponse(
            response.url,
            response.status,
            response.headers,
            response.body,
            response.fetched_at,
            cost(),
        )

    def _get_once(self, path: str, params: dict[str, str], headers: dict[str, str]) -> HttpResponse:
        self._gate.wait_for_turn()
        limit = self._settings.max_response_bytes
        deadline = time.monotonic() + self._settings.deadline_s
        with self._client.stream("GET", path, params=params, headers=headers) as response:
            chunks: list[bytes] = []
            size_bytes = 0
            for chunk in _decode(response, limit):
                chunks.append(chunk)
                size_bytes += len(chunk)
                if size_bytes > limit:
                    raise FetchError(f"the response is larger than {limit} bytes")
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout(
                        f"the response took longer than {self._settings.deadline_s:g} s"
                    )
            return HttpResponse(
                url=str(response.url),
                status=response.status_code,
                headers={
                    name: response.headers[name]
                    for name in _KEPT_HEADERS
                    if name in response.headers
                },
                body=b"".join(chunks),
                fetched_at=datetime.now(UTC),
                cost=Cost(0, 0, 0.0),
            )

    def _refuse_other_origins(self, request: httpx.Request) -> None:
        self._sent.requests += 1  # counts every try and every redirect
        if _find_origin(request.url) != self._origin:
            where = request.url.copy_with(path="/", query=None, userinfo=b"")
            raise FetchError(f"redirect to another origin refused: {where}")

    def _pause_as_told(self, response: HttpResponse) -> None:
        wait_s = read_retry_after_s(response.headers.get("retry-after"))
        if wait_s:
            self._gate.pause(wait_s)

    def _backoff(self, error: Exception) -> bool | float:
        if isinstance(error, _RetryableStatusError):
            wait_s = read_retry_after_s(error.response.headers.get("retry-after"))
            if wait_s is None:
                return True
            return wait_s if wait_s <= self._settings.retry_after_max_s else False
        return isinstance(error, httpx.TransportError)


def _find_origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port  # the port is None where it is the scheme's own


def _decode(response: httpx.Response, limit_bytes: int) -> Iterator[bytes]:
    """Yield the body in pieces of bounded size, where httpx would inflate a bomb whole."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding == "identity":
        yield from response.iter_raw()
        return
    if encoding != "gzip":
        raise FetchError(f"the response is encoded as {encoding!r}, which was not asked for")
    inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        for chunk in response.iter_raw():
            yield inflater.decompress(chunk, limit_bytes + 1)
            if inflater.unconsumed_tail:
                raise FetchError(f"the response is larger than {limit_bytes} bytes")
    except zlib.error as error:
        raise FetchError(f"the response is no gzip: {error}") from None
    if not inflater.eof:
        raise httpx.ReadError("the gzip body ends too early")


def read_retry_after_s(value: str | None) -> float | None:
    """Read a Retry-After header: seconds or an HTTP date (RFC 9110, section 10.2.3)."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        return max((parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None
