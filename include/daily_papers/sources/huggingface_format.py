"""The source's payload and entry formats, read strictly: every key is used, ignored or new.

The keys are listed in huggingface_fields.py; quality.shape reports the others.

Format as measured on real responses of 2024-05 .. 2026-08. Traps: the entry's own
`publishedAt` is no UTC (paper.publishedAt is); an author's `_id` names an authorship
(`user._id` names a person); no field is null, it is missing; text was line-wrapped
until 2025-11; a page for a day without a list shows another day's.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from daily_papers.arxiv_ids import BadArxivIdError, parse_arxiv_id
from daily_papers.quality.reasons import RowRejectedError
from daily_papers.sources.listings import ListingSource

_INT_BITS = 63
_INT_DIGITS = 100  # far beyond _INT_BITS
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


class BadPayloadError(Exception):
    """A payload that is no list of entries; carries a code and what was wrong."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Payload:
    """The entries of one response, not yet read."""

    entries: list[Any]
    shown_date: date | None  # day that the page says it shows; None: it doesn't say
    # what a page says of itself; empty for the API
    props: Mapping[str, Any] = field(default_factory=dict)


def read_payload(source: ListingSource, status: int | None, body: bytes) -> Payload:
    """Take the list of entries out of a response, whatever content type it came under.

    Raises:
        BadPayloadError: error status (`http_status`), no JSON (`not_json`), JSON of
            another shape (`not_a_list`), or a page without the embedded list (`no_props`).
    """
    if status not in (None, 200, 304):  # 304: unchanged, the bytes are the stored ones
        raise BadPayloadError("http_status", f"status {status}: {_head(body)}")
    if source.is_page:
        return _read_page(body)
    document = _read_json(body)
    if not isinstance(document, list):
        raise BadPayloadError(
            "not_a_list", f"expected a JSON list, got {type(document).__name__}: {_head(body)}"
        )
    return Payload(document, None)


def _read_page(body: bytes) -> Payload:
    node = LexborHTMLParser(body).css_first('div[data-target="DailyPapers"]')
    props = node.attributes.get("data-props") if node is not None else None
    if props is None:
        raise BadPayloadError("no_props", f"no DailyPapers data-props in the page: {_head(body)}")
    document = _read_json(props.encode())
    if not isinstance(document, dict) or not isinstance(document.get("dailyPapers"), list):
        raise BadPayloadError("not_a_list", "the page's data-props hold no list dailyPapers")
    entries = document.pop("dailyPapers")
    return Payload(entries, _parse_shown_date(document), document)


def _parse_shown_date(props: Mapping[str, Any]) -> date | None:
    """Read the day, or the first day of the ISO week or month, that a page says it shows."""
    shown = props.get("dateString") or props.get("date")
    if not shown:
        return None
    text = f"{shown}-01" if len(str(shown)) == len("2026-08") else str(shown)[:10]
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadPayloadError("not_a_list", f"the page's date {shown!r} is no day") from None


def _read_json(body: bytes) -> Any:
    try:
        return json.loads(body, parse_int=_read_int)
    except (ValueError, RecursionError) as error:
        raise BadPayloadError("not_json", f"no JSON ({error}): {_head(body)}") from None


def _read_int(digits: str) -> int:
    """Read a whole number, of a very long one the first digits, which are too many as well.

    Python reads no more than 4,300, and would refuse the whole list. So `_get` refuses the
    one row, and raw/ keeps what was sent.
    """
    return int(digits[:_INT_DIGITS])


def _head(body: bytes) -> str:
    return repr(body[:60].decode(errors="replace"))


def find_listing_date(entry: Any) -> date | None:
    """Return the day whose list an entry says it is on; None when it does not say.

    Entries say so from 2025-03-17 on (measured: 11,518 of 11,518 agree with the list).
    """
    paper = entry.get("paper") if isinstance(entry, dict) else None
    text = paper.get("submittedOnDailyAt") if isinstance(paper, dict) else None
    try:
        return date.fromisoformat(text[:10]) if isinstance(text, str) else None
    except ValueError:
        return None


def find_listing_key(entry: Any) -> tuple[str, date | None] | None:
    """Return which paper, on which day's list, an entry is; None when it does not say."""
    paper = entry.get("paper") if isinstance(entry, dict) else None
    paper_id = paper.get("id") if isinstance(paper, dict) else None
    return (paper_id, find_listing_date(entry)) if isinstance(paper_id, str) else None


def has_moved(pages: Iterable[tuple[int, Payload]]) -> bool:
    """Say whether a list moved while its pages were read: one paper is on two of them.

    It is sorted by upvotes: whatever rises pushes another over the edge of a page, to be
    seen twice, and the one that rose is on no page at all.

    Args:
        pages: payloads with the number of their page.
    """
    found_on: dict[tuple[str, date | None], int] = {}
    return any(
        found_on.setdefault(key, number) != number
        for number, page in pages
        for key in map(find_listing_key, page.entries)
        if key
    )


def parse_entry(entry: Any) -> dict[str, Any]:
    """Read one entry into the columns of schema.PAPERS that it can fill.

    Raises:
        RowRejectedError: a missing field, a wrong type, or an id that is none.
    """
    if not isinstance(entry, dict):
        raise RowRejectedError("not_an_object", f"the entry is a {type(entry).__name__}")
    paper = _get(entry, "paper", dict, "")
    if paper is None:
        raise RowRejectedError("field_missing", "the entry has no paper")
    paper_id, version = _parse_id(paper)
    organization = _get(paper, "organization", dict) or {}
    submitter = _get(entry, "submittedBy", dict, "") or {}
    submitted_by = _get(submitter, "name", str, "submittedBy.")
    if submitted_by is None:
        submitter = _get(paper, "submittedOnDailyBy", dict) or {}
        submitted_by = _get(submitter, "user", str, "paper.submittedOnDailyBy.")
    return {
        "paper_id": paper_id,
        "version": version,
        "title": _text(_get(paper, "title", str)),
        "abstract": _text(_get(paper, "summary", str)),
        "authors": _parse_authors(paper),
        "published_at": _need(_parse_time(paper, "publishedAt"), "paper.publishedAt"),
        "submitted_at": _parse_time(paper, "submittedOnDailyAt"),
        "submitted_by": submitted_by,
        "upvotes": _need(_get(paper, "upvotes", int), "paper.upvotes"),
        "comments": _need(_get(entry, "numComments", int, ""), "numComments"),
        "github_repo": _get(paper, "githubRepo", str),
        "github_stars": _get(paper, "githubStars", int),
        "project_page": _get(paper, "projectPage", str),
        "organization_slug": _get(organization, "name", str, "paper.organization."),
        "organization_name": _get(organization, "fullname", str, "paper.organization."),
        "ai_summary": _get(paper, "ai_summary", str),
        "ai_summary_model": _get(paper, "ai_summary_model", str),
        "ai_keywords": _texts(_get(paper, "ai_keywords", list), "paper.ai_keywords"),
        "discussion_id": _get(paper, "discussionId", str),
        "media_urls": _texts(
            _get(paper, "mediaUrls", list) or _get(entry, "mediaUrls", list, ""), "mediaUrls"
        ),
        "thumbnail_url": _get(entry, "thumbnail", str, "") or _get(entry, "mediaUrl", str, ""),
        "is_author_participating": _get(entry, "isAuthorParticipating", bool, ""),
    }


def _get(item: dict[str, Any], key: str, kind: type, where: str = "paper.") -> Any:
    """Return a field, None when missing; bool is no int here."""
    value = item.get(key)
    if type(value) is str:
        _check_text(value, where + key)
    elif type(value) is int and value.bit_length() > _INT_BITS:
        raise RowRejectedError("count_too_large", f"{where}{key} has {value.bit_length()} bits")
    if value is None or type(value) is kind:
        return value
    raise RowRejectedError(
        "wrong_type",
        f"{where}{key} is {type(value).__name__}, expected {kind.__name__}",
    )


def _check_text(value: str, path: str) -> None:
    found = _NO_TEXT.search(value)
    if found:
        raise RowRejectedError("text_unreadable", f"{path} holds {found[0]!r} at {found.start()}")


def _need(value: Any, path: str) -> Any:
    if value is None:
        raise RowRejectedError("field_missing", f"{path} is missing")
    return value


def _parse_id(paper: dict[str, Any]) -> tuple[str, int | None]:
    value = paper.get("id")
    if value is None or value == "":
        raise RowRejectedError("id_missing", "paper.id is missing")
    try:
        return parse_arxiv_id(value)
    except BadArxivIdError as error:
        raise RowRejectedError("id_malformed", str(error)) from None


def _text(value: str | None) -> str:
    return " ".join(value.split()) if value else ""


def _texts(values: list[Any] | None, path: str) -> list[str] | None:
    if values is not None and not all(type(value) is str for value in values):
        raise RowRejectedError("wrong_type", f"{path} holds something that is no text")
    for value in values or ():
        _check_text(value, path)
    return values


def _parse_time(paper: dict[str, Any], key: str) -> datetime | None:
    text = _get(paper, key, str)
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is None:
            raise RowRejectedError("date_malformed", f"paper.{key} is {text!r}, without a zone")
        return time.astimezone(UTC)
    except (ValueError, OverflowError):  # in UTC it may lie before year 1 or after 9999
        raise RowRejectedError("date_malformed", f"paper.{key} is {text!r}") from None


def _parse_authors(paper: dict[str, Any]) -> list[dict[str, Any]]:
    authors = _get(paper, "authors", list)
    if not authors:
        raise RowRejectedError("field_missing", "paper.authors is missing or empty")
    rows = []
    for position, author in enumerate(authors, start=1):
        if not isinstance(author, dict):
            raise RowRejectedError(
                "wrong_type", f"author {position} is {type(author).__name__}, expected dict"
            )
        user = author.get("user") or {}
        if not isinstance(user, dict):
            raise RowRejectedError("wrong_type", f"user of author {position} is no object")
        where = "paper.authors."
        rows.append(
            {
                "position": position,
                "name": _text(_get(author, "name", str, where)),
                "is_hidden": _get(author, "hidden", bool, where) is True,
                # the id key was `id` for two weeks of 2024
                "account_id": _get(user, "_id", str, where) or _get(user, "id", str, where),
                "account_name": _get(user, "user", str, where),
                "account_status": _get(author, "status", str, where),
            }
        )
    return rows
