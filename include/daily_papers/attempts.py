"""Judge what one attempt at a listing day brought: rows, held rows, and the day state.

A pure function of stored responses, so that any order of ingestion, a rerun and a
replay all come to the same answer.
"""

import json
import logging
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from daily_papers.dedupe.exact import drop_repeats
from daily_papers.dedupe.titles import is_provisional
from daily_papers.lake.raw import StoredResponse
from daily_papers.quality.reasons import RowRejectedError
from daily_papers.quality.rules import RULES_VERSION, check_row
from daily_papers.quality.shape import Drift, Shape, find_drift, find_lacking, profile
from daily_papers.settings import Settings
from daily_papers.sources import capture
from daily_papers.sources.huggingface_fields import FIELDS
from daily_papers.sources.huggingface_format import (
    BadPayloadError,
    Payload,
    find_listing_date,
    find_listing_key,
    has_moved,
    parse_entry,
    read_payload,
)
from daily_papers.sources.listings import CAPTURE, LISTING_SOURCES, ListingSource

Row = dict[str, Any]

_log = logging.getLogger(__name__)

# what a value of the row can raise where a reader did not expect it; a full memory or a
# disk's fault says nothing of the row
_ROW_FAULTS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_TOTAL_DIGITS = 9  # a longer X-Total-Count counts no papers; Python reads no 5,000 digits
_NO_LIST = frozenset({"empty_unconfirmed", "empty_list", "shows_other_day"})


@dataclass(slots=True)
class Attempt:
    """What an attempt brought to a day. Grain: (source, listing_date, attempt_at)."""

    source: ListingSource
    listing_date: date
    attempt_at: datetime
    state: str = "complete"
    reason: str | None = None
    error: str | None = None
    rows: list[Row] = field(default_factory=list)  # passed every row rule, no repeats
    held: list[Row] = field(default_factory=list)  # columns of schema.QUARANTINE
    rows_in: int = 0
    rows_duplicate: int = 0
    shapes: list[Shape] = field(default_factory=list)  # of the day's entries
    drift: list[Drift] = field(default_factory=list)  # from what is known of the source
    responses: list[StoredResponse] = field(default_factory=list)

    def rows_by_response(self) -> list[tuple[StoredResponse, list[Row]]]:
        """Return each response with the rows that it showed."""
        groups: dict[tuple[str | None, datetime], list[Row]] = {}
        for row in self.rows:
            groups.setdefault((row["raw_sha256"], row["observed_at"]), []).append(row)
        return [(r, groups.get((r.sha256, r.fetched_at), [])) for r in self.responses]

    @property
    def known_ids(self) -> set[str]:
        """Papers that a later list is expected to show; not titles without ids."""
        return {row["paper_id"] for row in self.rows if not is_provisional(row["paper_id"])}

    @property
    def is_first_day(self) -> bool:
        """Whether the day is the one under which the responses are filed.

        What covers a whole period (cost, entries of no known day) counts there, once.
        """
        return self.responses[0].listing_date == self.listing_date

    def ledger_row(self) -> Row:
        """Return the attempt as a row of schema.LEDGER."""
        paid = self.responses if self.is_first_day else []
        seconds = [r.seconds for r in paid if r.seconds is not None]
        return {
            "source": self.source.name,
            "listing_date": self.listing_date,
            "attempt_at": self.attempt_at,
            "state": self.state,
            "reason": self.reason,
            "error": self.error,
            "responses": sum(r.sha256 is not None for r in paid),
            "rows_in": self.rows_in,
            "rows_landed": len(self.rows),
            "rows_quarantined": len(self.held),
            "rows_duplicate": self.rows_duplicate,
            "requests": sum(r.requests for r in paid),
            "retries": sum(r.retries for r in paid),
            "size_bytes": sum(r.size_bytes for r in paid),
            "seconds": sum(seconds) if seconds else None,
            "new_fields": [found.path for found in self.drift if found.kind == "new_field"],
            "drift": [found.text for found in self.drift],
            "is_time_assumed": any(r.is_time_assumed for r in self.responses),
        }


def judge_attempts(day: date, stored: list[StoredResponse], settings: Settings) -> list[Attempt]:
    """Judge every attempt at one day, oldest first.

    Args:
        day: the listing date.
        stored: all that raw/ holds of the day, as `raw.read_day` gives it.
        settings: when a day closes, and when an empty list is confirmed.

    Raises:
        CorruptFileError: a stored response is damaged.
    """
    attempts: list[Attempt] = []
    for (attempt_at, source), group in groupby(stored, key=lambda r: (r.attempt_at, r.source)):
        attempt = Attempt(LISTING_SOURCES[source], day, attempt_at, responses=list(group))
        _judge(attempt, attempts, settings)
        attempts.append(attempt)
    return attempts


def _judge(attempt: Attempt, earlier: list[Attempt], settings: Settings) -> None:
    pages: list[Payload] = []
    entries: list[Any] = []
    rows: list[Row] = []
    try:
        for response in attempt.responses:
            if response.sha256 is None:
                raise BadPayloadError("no_response", response.error or "no response")
            page = _read_payload(attempt.source, response)
            pages.append(page)
            if not _shows_other_day(attempt, page):
                own = [
                    (row_no, entry)
                    for row_no, entry in enumerate(page.entries)
                    if not attempt.source.is_wide or _belongs(attempt, response, page, entry)
                ]
                entries += [entry for _, entry in own]
                rows += _read_entries(attempt, response, own)
        if attempt.source.is_wide:
            _refuse_other_period(attempt, pages)
    except BadPayloadError as error:
        attempt.state = "failed"
        attempt.reason, attempt.error = error.code, error.reason
    attempt.shapes = profile(entries)
    known = capture.FIELDS if attempt.source is CAPTURE else FIELDS
    attempt.drift = find_drift(
        attempt.shapes, known, attempt.listing_date, lambda path: _name_lacking(entries, path)
    )
    attempt.rows = drop_repeats(rows)
    attempt.rows_duplicate = len(rows) - len(attempt.rows)
    if attempt.state != "failed":
        _decide_state(attempt, earlier, settings, pages)
    elif attempt.rows:  # an earlier page was good: what it brought stays
        attempt.state = "partial"


def _name_lacking(entries: list[Any], path: str) -> str | None:
    """Return the least id, whatever the order, so that one drift is told in the same words."""
    keys = map(find_listing_key, find_lacking(entries, path))
    return min((key[0] for key in keys if key), default=None)


def _read_payload(source: ListingSource, response: StoredResponse) -> Payload:
    if source is CAPTURE:
        return capture.read_capture_payload(response.read_body())
    return read_payload(source, response.status, response.read_body())


def _decide_state(
    attempt: Attempt, earlier: list[Attempt], settings: Settings, pages: list[Payload]
) -> None:
    last, last_page = attempt.responses[-1], pages[-1]
    day_began_at = datetime.combine(attempt.listing_date, time(), UTC)
    closes_at = day_began_at + timedelta(hours=settings.day_closes_after_h)
    expected_count = max((len(other.known_ids) for other in earlier), default=0)
    shown_ids = _find_shown_ids(attempt, earlier)
    if attempt.rows_in and not attempt.rows:
        attempt.state, attempt.reason = "failed", "no_usable_row"
        first = attempt.held[0]
        attempt.error = f"all {attempt.rows_in} rows held back, first: {first['reason']}"
    elif attempt.source.partial_reason:
        attempt.state, attempt.reason = "partial", attempt.source.partial_reason
    elif last.is_time_assumed:
        attempt.state, attempt.reason = "partial", "fetch_time_unknown"
    elif attempt.responses[0].fetched_at < closes_at:
        attempt.state, attempt.reason = "partial", "day_not_over"
    elif attempt.source.is_full(len(last_page.entries), last.page_size):
        attempt.state, attempt.reason = "partial", "cap_hit"
    elif has_moved((r.page, page) for r, page in zip(attempt.responses, pages, strict=True)):
        attempt.state, attempt.reason = "partial", "list_moved"
    elif _says_more(attempt):
        attempt.state, attempt.reason = "partial", "page_missing"
    elif len(shown_ids) < expected_count and not _is_shorter_for_good(
        attempt, shown_ids, earlier, settings
    ):
        attempt.state, attempt.reason = "partial", "fewer_than_known"
        attempt.error = f"{len(shown_ids)} papers, an earlier list had {expected_count}"
    elif not attempt.rows and _is_confirmed(attempt, earlier, settings):
        is_other = _shows_other_day(attempt, last_page)
        attempt.state, attempt.reason = "empty", "shows_other_day" if is_other else "empty_list"
    elif not attempt.rows:
        attempt.state, attempt.reason = "partial", "empty_unconfirmed"


def _find_shown_ids(attempt: Attempt, earlier: list[Attempt]) -> set[str]:
    """Return the papers on a list; also those held back now that were good before."""
    known = set().union(*(other.known_ids for other in earlier))
    held = {row["paper_id"] for row in attempt.held}
    return {row["paper_id"] for row in attempt.rows} | (known & held)


def _is_shorter_for_good(
    attempt: Attempt, shown_ids: set[str], earlier: list[Attempt], settings: Settings
) -> bool:
    """Say whether an earlier look, long enough before, showed the same shorter list.

    A list that lost all its papers is never taken for a shorter one.
    """
    confirmed_from = attempt.attempt_at - timedelta(hours=settings.empty_confirmed_after_h)
    return bool(attempt.rows) and any(
        other.reason == "fewer_than_known"
        and other.attempt_at <= confirmed_from
        and _find_shown_ids(other, earlier[:number]) == shown_ids
        for number, other in enumerate(earlier)
    )


def _says_more(attempt: Attempt) -> bool:
    """Say whether the source itself told of entries that did not come."""
    headers = attempt.responses[-1].headers
    total = headers.get("x-total-count", "")
    is_number = total.isdecimal() and len(total) <= _TOTAL_DIGITS
    is_short = is_number and not attempt.source.is_wide and int(total) > attempt.rows_in
    return is_short or 'rel="next"' in headers.get("link", "")


def _shows_other_day(attempt: Attempt, page: Payload) -> bool:
    """Say whether a day's page shows another day, as it does for a day without a list."""
    if attempt.source.is_wide or page.shown_date is None:
        return False
    return page.shown_date != attempt.listing_date


def _refuse_other_period(attempt: Attempt, pages: list[Payload]) -> None:
    """Refuse a week's or month's list that has nothing of its period: it is another one's.

    Otherwise every day of the period would look empty.
    """
    first = attempt.responses[0].listing_date
    last = attempt.source.last_day(first)
    found = [find_listing_date(entry) for page in pages for entry in page.entries]
    if found and not any(found):
        raise BadPayloadError(
            "day_unknown", f"none of {len(found)} entries says whose list it is on"
        )
    if found and not any(day and first <= day <= last for day in found):
        raise BadPayloadError(
            "other_period", f"none of {len(found)} entries is of {first} .. {last}"
        )


def _is_confirmed(attempt: Attempt, earlier: list[Attempt], settings: Settings) -> bool:
    """Say whether an earlier attempt, long enough before, found no list either.

    One of all that found none must have asked for the day itself: a week's list that
    lacks a day may be a short one.
    """
    found_none = [other for other in earlier if other.reason in _NO_LIST]
    confirmed_from = attempt.attempt_at - timedelta(hours=settings.empty_confirmed_after_h)
    return any(other.attempt_at <= confirmed_from for other in found_none) and not all(
        other.source.is_wide for other in [*found_none, attempt]
    )


def _read_entries(
    attempt: Attempt, response: StoredResponse, entries: list[tuple[int, Any]]
) -> list[Row]:
    rows = []
    for row_no, entry in entries:
        attempt.rows_in += 1
        try:
            row = _parse_entry(attempt.source, entry)
            if attempt.source.is_wide and row["submitted_at"] is None:
                raise RowRejectedError("day_unknown", "the entry does not say whose list it is on")
            check_row(row, attempt.listing_date, response.fetched_at)
        except RowRejectedError as error:
            attempt.held.append(_held_row(attempt, response, row_no, entry, error))
            continue
        except _ROW_FAULTS as fault:  # ours to mend, but raw/ keeps the bytes: the day must land
            _log.exception("%s row %d cannot be read", response.meta_path, row_no)
            rejected = RowRejectedError("unreadable", f"{type(fault).__name__}: {fault}")
            attempt.held.append(_held_row(attempt, response, row_no, entry, rejected))
            continue
        row["observed_at"] = response.fetched_at
        row["source"] = response.source
        row["raw_sha256"] = response.sha256
        row["row_no"] = row_no
        rows.append(row)
    return rows


def _parse_entry(source: ListingSource, entry: Any) -> Row:
    return capture.parse_capture_entry(entry) if source is CAPTURE else parse_entry(entry)


def _belongs(attempt: Attempt, response: StoredResponse, page: Payload, entry: Any) -> bool:
    """Say whether an entry of a wide response is the day's; of no day: the first one's."""
    day = find_listing_date(entry)
    if attempt.source.period == "any":  # filed under each day that its entries name
        if day is None:
            named = [found for other in page.entries if (found := find_listing_date(other))]
            day = min(named, default=attempt.listing_date)
        return day == attempt.listing_date
    if day is None or not response.listing_date <= day <= attempt.source.last_day(
        response.listing_date
    ):
        return attempt.is_first_day
    return day == attempt.listing_date


def _held_row(
    attempt: Attempt, response: StoredResponse, row_no: int, entry: Any, error: RowRejectedError
) -> Row:
    paper = entry.get("paper") if isinstance(entry, dict) else None
    paper_id = paper.get("id") if isinstance(paper, dict) else None
    return {
        "raw_sha256": response.sha256,
        "row_no": row_no,
        "listing_date": attempt.listing_date,
        "source": response.source,
        "observed_at": response.fetched_at,
        "paper_id": None if paper_id is None else str(paper_id),
        "reason_code": error.code,
        "reason": error.reason,
        "rule_version": RULES_VERSION,
        "row_json": _write_json(entry),
        "released_at": None,
    }


def _write_json(entry: Any) -> str:
    text = json.dumps(entry, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair stays an escape, as the source sent it
        return json.dumps(entry)
    return text
