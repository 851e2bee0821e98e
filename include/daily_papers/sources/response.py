"""What a source hands over: a response's exact bytes, or the reason there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Response:
    """One response, whatever its status; the body is the exact bytes received."""

    source: str  # "huggingface" (API), "huggingface_page" (HTML)
    listing_date: date  # day asked for
    attempt_at: datetime  # start of the attempt that this page belongs to, UTC
    page: int  # 0-based page of the attempt
    page_size: int | None  # entries asked for; None: not known
    url: str
    status: int
    fetched_at: datetime  # UTC
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    requests: int = 0  # HTTP requests that this response cost; 0 for a replay
    retries: int = 0
    seconds: float | None = None  # None for a replay
    is_time_assumed: bool = False  # fetched_at was not recorded
    ids: tuple[str, ...] = ()  # paper ids asked for, where the request named any


@dataclass(frozen=True, slots=True)
class FailedFetch:
    """An attempt that got no response at all."""

    source: str
    listing_date: date
    attempt_at: datetime
    error: str
    requests: int = 0
    retries: int = 0
    seconds: float | None = None
