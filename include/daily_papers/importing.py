"""A file that someone saved, taken in as if the source had just said it.

What it is decides its content, never its name: a page of the site (day, week, month,
search), an API response, or the page's text. The exact bytes go to raw/, and every day
concerned is landed like any other.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import zstandard

from daily_papers.attempts import Attempt
from daily_papers.errors import InvalidInputError
from daily_papers.ingest import LandedDay, check_listing_date, land_day
from daily_papers.lake import raw
from daily_papers.quality.rules import SUBMITTED_AT_SINCE
from daily_papers.settings import Settings
from daily_papers.sources.capture import read_capture
from daily_papers.sources.huggingface_format import (
    BadPayloadError,
    Payload,
    find_listing_date,
    read_payload,
)
from daily_papers.sources.listings import (
    API,
    API_MIXED,
    CAPTURE,
    PAGE,
    PAGE_MONTH,
    PAGE_SEARCH,
    PAGE_WEEK,
    ListingSource,
)
from daily_papers.sources.response import Response

EXPECTED: Final = (
    "expected a saved HTML page of the site's list (day, week, month or search), a saved API "
    "response (a JSON list of entries), or the text of the page with its date line"
)
_ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
# up to here every entry was published (to the site) on the day of its list; measured on
# all 114 lists from 2024-05 to 2024-11, and wrong soon after
_ENTRY_TIME_IS_DAY_BEFORE: Final = date(2024, 12, 1)
_PERIODS: Final = {None: PAGE, "day": PAGE, "week": PAGE_WEEK, "month": PAGE_MONTH}


@dataclass(frozen=True, slots=True)
class SavedList:
    """What a file turned out to be."""

    source: ListingSource
    filed_under: tuple[date, ...]  # days under which raw/ keeps it
    days: tuple[date, ...]  # listing days that it tells something of
    entry_count: int
    seen_from: datetime  # it cannot have been saved earlier, UTC
    body: bytes


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What came of a file."""

    saved: SavedList
    fetched_at: datetime
    is_time_assumed: bool
    landed: tuple[LandedDay, ...]

    @property
    def attempts(self) -> list[Attempt]:
        """The attempts that are this file, of all days."""
        sha256 = hashlib.sha256(self.saved.body).hexdigest()
        return [
            attempt
            for day in self.landed
            for attempt in day.attempts
            if attempt.source is self.saved.source
            and any(
                r.sha256 == sha256 and r.fetched_at == self.fetched_at for r in attempt.responses
            )
        ]


def import_file(
    path: Path, day: date, settings: Settings, fetched_at: datetime | None = None
) -> ImportedFile:
    """Store a file and land every day that it tells something of.

    Importing the same file again changes nothing. Nothing is judged: call
    `ingest.judge_days` afterwards.

    Args:
        path: the file, plain or .zst-compressed.
        day: a listing date that it must agree with.
        settings: where to store it, and how large it may be.
        fetched_at: when it was saved. Without it the time is taken as the earliest one
            possible and marked as assumed, unless the file proves that its days were over.

    Raises:
        InvalidInputError: no such file, none of the known forms, another day than `day`,
            or a time at which it cannot have been saved.
        StorageError: the disk refused a write.
    """
    check_listing_date(day)
    saved = recognise(path, read_file(path, settings.max_response_bytes), day)
    at, is_assumed = _decide_time(path, saved, fetched_at, settings)
    for filed in saved.filed_under:
        response = Response(
            source=saved.source.name,
            listing_date=filed,
            attempt_at=at,
            page=0,
            page_size=None,
            url=f"import:{path.name}",
            status=200,
            fetched_at=at,
            body=saved.body,
            is_time_assumed=is_assumed,
        )
        raw.store(settings.home, response)
    landed = tuple(land_day(each, settings) for each in saved.days)
    return ImportedFile(saved, at, is_assumed, landed)


def read_file(path: Path, max_bytes: int) -> bytes:
    """Return a file's bytes, decompressed where they are zstd.

    Raises:
        InvalidInputError: unreadable, empty, larger than `max_bytes`, or damaged.
    """
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
        if data.startswith(_ZSTD_MAGIC):
            data = _decompress(data, max_bytes)
    except (OSError, zstandard.ZstdError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"damaged zstd: {error}"
        raise InvalidInputError(f"{path} cannot be read: {reason}") from error
    if len(data) > max_bytes:
        raise InvalidInputError(
            f"{path} has more than {max_bytes} bytes; no saved list is so large "
            "(DAILY_PAPERS_MAX_RESPONSE_BYTES)"
        )
    if not data.strip():
        raise InvalidInputError(f"{path} is empty: {EXPECTED}")
    return data


def recognise(path: Path, body: bytes, day: date) -> SavedList:
    """Say what a file's content is, and which listing days it tells something of.

    Args:
        path: named in messages only.
        body: its content.
        day: a listing date that the content must agree with.

    Raises:
        InvalidInputError: none of the known forms, or another day; says what was found.
    """
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    try:
        if start == b"<":
            return _recognise_page(path, body, day)
        if start in (b"[", b"{"):
            return _recognise_response(path, body, day)
        return _recognise_capture(path, body, day)
    except BadPayloadError as error:
        raise InvalidInputError(f"{path}: {error.reason}; {EXPECTED}") from None


def _decompress(data: bytes, max_bytes: int) -> bytes:
    """Return at most max_bytes + 1 bytes of a zstd file."""
    decompressor = zstandard.ZstdDecompressor()
    with decompressor.stream_reader(BytesIO(data), read_across_frames=True) as reader:
        head = reader.read(max_bytes + 1)
    if len(head) <= max_bytes:
        whole = decompressor.decompressobj(read_across_frames=False)
        whole.decompress(data)
        if not whole.eof:  # the reader takes a cut-off file for a short one
            raise zstandard.ZstdError("cut off")
    return head


def _recognise_page(path: Path, body: bytes, day: date) -> SavedList:
    payload = read_payload(PAGE, None, body)
    shown = payload.shown_date
    period = payload.props.get("periodType")
    if not isinstance(period, str | None) or period not in _PERIODS:
        raise BadPayloadError("not_a_list", f"a page of the unknown period {period!r}")
    source = _PERIODS[period]
    named = _find_named_days(path, payload)
    if _is_search(payload) or (source is PAGE and _is_mostly_elsewhere(payload, shown or day)):
        return _make_any(path, PAGE_SEARCH, payload, named, day, body)
    if source is PAGE:
        if shown not in (None, day):
            raise InvalidInputError(f"{path} shows the list of {shown}, not of {day}")
        if shown is None:
            _check_day(path, payload, named, day)
        return _make_day(source, payload, day, body)
    first, last = source.first_day(day), source.last_day(day)
    days_shown = [shown] if shown else named
    if not days_shown:
        raise InvalidInputError(f"{path} does not say which {period} it shows")
    if not all(first <= each <= last for each in [*days_shown, *named]):
        other = source.first_day(next(d for d in [*days_shown, *named] if not first <= d <= last))
        raise InvalidInputError(
            f"{path} shows the {period} of {other} .. {source.last_day(other)}, "
            f"which does not hold {day}"
        )
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return SavedList(
        source,
        (first,),
        tuple(each for each in days if _can_have_list(each)),
        len(payload.entries),
        _find_earliest_time(payload, max(named, default=first)),
        body,
    )


def _recognise_response(path: Path, body: bytes, day: date) -> SavedList:
    payload = read_payload(API, None, body)
    entries = payload.entries
    if entries and not any(_paper_of(entry) for entry in entries):
        raise BadPayloadError(
            "not_a_list", f"a JSON list, but none of its {len(entries)} entries has a paper"
        )
    named = _find_named_days(path, payload)
    if len(named) > 1:
        return _make_any(path, API_MIXED, payload, named, day, body)
    _check_day(path, payload, named, day)
    return _make_day(API, payload, day, body)


def _recognise_capture(path: Path, body: bytes, day: date) -> SavedList:
    capture = read_capture(body)
    if not all(line.is_of(day) for line in capture.date_lines):
        shown = " and ".join(str(line) for line in capture.date_lines)
        raise InvalidInputError(f"{path} shows the list of {shown}, not of {day}")
    return _make_day(CAPTURE, Payload(list(capture.entries), None), day, body)


def _make_day(source: ListingSource, payload: Payload, day: date, body: bytes) -> SavedList:
    at = _find_earliest_time(payload, day)
    return SavedList(source, (day,), (day,), len(payload.entries), at, body)


def _make_any(
    path: Path,
    source: ListingSource,
    payload: Payload,
    named: list[date],
    day: date,
    body: bytes,
) -> SavedList:
    """Take a list of entries of several days, each of which says its own."""
    days = tuple(named) or (day,)
    if day not in days:
        raise InvalidInputError(
            f"{path} shows papers of {days[0]} .. {days[-1]}, none of them of {day}"
        )
    at = _find_earliest_time(payload, days[-1])
    return SavedList(source, days, days, len(payload.entries), at, body)


def _is_search(payload: Payload) -> bool:
    """Say whether a page shows what was searched for, or trends: a choice, no day's list."""
    query = payload.props.get("query")
    if isinstance(query, dict):
        query = next((query[key] for key in ("q", "query", "search") if query.get(key)), None)
    return bool(query) or payload.props.get("isTrending") is True


def _is_mostly_elsewhere(payload: Payload, day: date) -> bool:
    """Say whether most entries that name a day name another one: no day's list has that."""
    named = [found for entry in payload.entries if (found := find_listing_date(entry))]
    return len(set(named)) > 1 and sum(found != day for found in named) > len(named) / 2


def _find_named_days(path: Path, payload: Payload) -> list[date]:
    """Return the days that the entries say they are listed on, in order."""
    named = sorted({found for entry in payload.entries if (found := find_listing_date(entry))})
    impossible = [found for found in named if not _can_have_list(found)]
    if impossible:
        raise InvalidInputError(
            f"{path} has an entry of {impossible[0]}, a day that can have no list"
        )
    return named


def _check_day(path: Path, payload: Payload, named: list[date], day: date) -> None:
    """Hold a list that does not say its day against what its entries say."""
    if named:
        if day not in named:
            raise InvalidInputError(f"{path} holds the list of {named[0]}, not of {day}")
        return
    if payload.entries and day >= SUBMITTED_AT_SINCE:
        raise InvalidInputError(
            f"{path} holds a list from before {SUBMITTED_AT_SINCE} (no entry names its day), "
            f"not of {day}"
        )
    times = [entry["publishedAt"] for entry in payload.entries if _has_time(entry)]
    seen = sorted({text[:10] for text in times})
    if seen and day < _ENTRY_TIME_IS_DAY_BEFORE and day.isoformat() not in seen:
        raise InvalidInputError(f"{path} holds the list of {' or '.join(seen[:3])}, not of {day}")


def _has_time(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("publishedAt"), str)


def _paper_of(entry: Any) -> dict[str, Any]:
    paper = entry.get("paper") if isinstance(entry, dict) else None
    return paper if isinstance(paper, dict) else {}


def _can_have_list(day: date) -> bool:
    try:
        check_listing_date(day)
    except InvalidInputError:
        return False
    return True


def _find_earliest_time(payload: Payload, last_day: date) -> datetime:
    """Return the earliest time at which a list can have been saved.

    That is the start of the last day it has entries of, or the latest time at which it
    says that an author's claim was decided.
    """
    now = datetime.now(UTC)
    times = [at for at in _claim_times(payload) if at <= now]
    return max([datetime.combine(last_day, time(), UTC), *times])


def _claim_times(payload: Payload) -> Iterator[datetime]:
    for entry in payload.entries:
        authors = _paper_of(entry).get("authors")
        for author in authors if isinstance(authors, list) else ():
            text = author.get("statusLastChangedAt") if isinstance(author, dict) else None
            try:
                at = datetime.fromisoformat(text) if isinstance(text, str) else None
                if at is not None and at.tzinfo is not None:
                    yield at.astimezone(UTC)
            except (ValueError, OverflowError):  # in UTC it may lie before year 1 or after 9999
                continue


def _decide_time(
    path: Path, saved: SavedList, fetched_at: datetime | None, settings: Settings
) -> tuple[datetime, bool]:
    """Return when the file was fetched, and whether that is assumed."""
    if fetched_at is not None:
        if fetched_at > datetime.now(UTC):
            raise InvalidInputError(
                f"--fetched-at {fetched_at:%Y-%m-%dT%H:%M:%SZ} is in the future"
            )
        if fetched_at < saved.seen_from:
            raise InvalidInputError(
                f"--fetched-at {fetched_at:%Y-%m-%dT%H:%M:%SZ} is too early: {path} shows "
                f"what was so only from {saved.seen_from:%Y-%m-%dT%H:%M:%SZ} on"
            )
        return fetched_at, False
    last_day_began_at = datetime.combine(saved.days[-1], time(), UTC)
    is_proven = saved.seen_from >= last_day_began_at + timedelta(hours=settings.day_closes_after_h)
    # each file is an attempt of its own: two of one moment must not mix like pages of one
    number = int(hashlib.sha256(saved.body).hexdigest()[:8], 16)
    at = saved.seen_from.replace(microsecond=0) + timedelta(microseconds=number % 1_000_000)
    return at, not is_proven
