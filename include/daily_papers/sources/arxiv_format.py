"""arXiv's two metadata formats, read strictly: the API's Atom feed and OAI-PMH's arXivRaw.

Atom (https://info.arxiv.org/help/api/user-manual.html): one entry a paper, in any order,
with the latest version only; `published` is version 1, `updated` that version. Traps: an
id that does not exist is absent, or an entry without an id; a malformed id turns the whole
answer into one entry titled "Error" (status 400, formerly 200); ACM and MSC classes come
as categories with arXiv's own scheme.

arXivRaw (https://info.arxiv.org/help/oa/): every version with its date; all else is said
of the newest version. `from` and `until` are days on which the record changed, not days of
submission. No match is an error (noRecordsMatch). Page size and token are the server's;
the token dies within a day.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from daily_papers.arxiv_ids import BadArxivIdError, parse_arxiv_id
from daily_papers.sources.safe_xml import UnsafeXmlError, parse_xml

API: Final = "arxiv_api"
OAI: Final = "arxiv_oai"

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_RAW = "{http://arxiv.org/OAI/arXivRaw/}"
_ABS = re.compile(r"https?://(?:export\.)?arxiv\.org/abs/(.+)")
# "cs.LG", "hep-th", "cond-mat.stat-mech"; not the ACM class "I.2.6" or the MSC "68T05"
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]+(?:-[a-z]+)*)?")
_SHOWN_CHARS: Final = 200


class BadAnswerError(Exception):
    """A response that says nothing of any paper; carries a code and what was wrong."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(slots=True)
class Answer:
    """What one response says."""

    rows: list[dict[str, Any]] = field(default_factory=list)  # columns of schema.ARXIV
    unknown_ids: list[str] = field(default_factory=list)  # asked for, or deleted
    problems: list[str] = field(default_factory=list)  # entries that could not be read
    is_rejection: bool = False  # one id was malformed; of the others it says nothing
    resumption_token: str | None = None
    answered_at: datetime | None = None  # the time that the server wrote on it


def read_answer(source: str, status: int, body: bytes, ids: Sequence[str] = ()) -> Answer:
    """Read a response of either kind.

    Args:
        source: "arxiv_api" or "arxiv_oai".
        status: HTTP status.
        body: exact bytes.
        ids: paper ids asked for; what the answer lacks of them is unknown to arXiv.

    Raises:
        BadAnswerError: an error status, no such XML, or an error for the whole request.
    """
    return read_atom(status, body, ids) if source == API else read_oai(status, body)


def read_atom(status: int, body: bytes, ids: Sequence[str] = ()) -> Answer:
    """Read a feed of the API; see `read_answer`."""
    root = _parse(status, body, f"{_ATOM}feed", readable_statuses=(400,))
    answer = Answer(answered_at=_try_iso(root.findtext(f"{_ATOM}updated")))
    faults: list[str] = []
    seen: set[str] = set()
    for entry in root.iter(f"{_ATOM}entry"):
        entry_id = _text(entry, f"{_ATOM}id")
        if entry_id is None:
            continue  # a paper that does not exist, as the API shows it at times
        if "/api/errors" in entry_id:
            fragment = unquote(entry_id.partition("#")[2]).replace("_", " ")
            faults.append(_text(entry, f"{_ATOM}summary") or fragment)
            continue
        try:
            row = _read_entry(entry, entry_id)
        except ValueError as error:
            answer.problems.append(f"{entry_id}: {error}")
            match = _ABS.fullmatch(entry_id)
            seen.add(re.sub(r"v\d+$", "", match[1]) if match else entry_id)
        else:
            answer.rows.append(row)
            seen.add(row["paper_id"])
    if faults:
        named = [paper_id for paper_id in ids if any(f.split()[-1:] == [paper_id] for f in faults)]
        if not named:
            raise BadAnswerError("api_error", faults[0][:_SHOWN_CHARS])
        answer.is_rejection = True
        answer.unknown_ids = named
    elif status != 200:
        raise BadAnswerError(f"http_{status}", f"status {status} without an error entry")
    else:
        answer.unknown_ids = [paper_id for paper_id in ids if paper_id not in seen]
    return answer


def read_oai(status: int, body: bytes) -> Answer:
    """Read a page of ListRecords with arXivRaw records; see `read_answer`."""
    root = _parse(status, body, f"{_OAI}OAI-PMH", readable_statuses=(400, 404, 422))
    answer = Answer(answered_at=_try_iso(root.findtext(f"{_OAI}responseDate")))
    error = root.find(f"{_OAI}error")
    if error is not None:
        code = error.get("code", "unknown")
        if code == "noRecordsMatch":
            return answer
        reason = " ".join((error.text or "").split())
        raise BadAnswerError(f"oai_{code}", f"{code}: {reason[:_SHOWN_CHARS]}")
    if status != 200:
        raise BadAnswerError(f"http_{status}", f"status {status} without an OAI error")
    records = root.find(f"{_OAI}ListRecords")
    if records is None:
        raise BadAnswerError("not_a_list", "an OAI answer without ListRecords or error")
    for record in records.iter(f"{_OAI}record"):
        identifier = record.findtext(f"{_OAI}header/{_OAI}identifier") or "a record without id"
        try:
            _read_record(record, identifier, answer)
        except ValueError as fault:
            answer.problems.append(f"{identifier}: {fault}")
    answer.resumption_token = _text(records, f"{_OAI}resumptionToken")
    return answer


def _parse(status: int, body: bytes, root_name: str, readable_statuses: tuple[int, ...]) -> Element:
    if status != 200 and status not in readable_statuses:
        raise BadAnswerError(f"http_{status}", f"status {status}: {_excerpt(body)}")
    try:
        root = parse_xml(body)
    except UnsafeXmlError as error:
        code = "malformed_xml" if status == 200 else f"http_{status}"
        raise BadAnswerError(code, f"{error}: {_excerpt(body)}") from None
    if root.tag != root_name:
        raise BadAnswerError(
            "not_a_feed", f"expected <{root_name.partition('}')[2]}>, got <{root.tag}>"
        )
    return root


def _excerpt(body: bytes) -> str:
    return repr(body[:_SHOWN_CHARS].decode("utf-8", "replace"))


def _read_entry(entry: Element, entry_id: str) -> dict[str, Any]:
    match = _ABS.fullmatch(entry_id)
    if match is None:
        raise ValueError("its id is no arXiv address")
    paper_id, version = _parse_id(match[1])
    if version is None:
        raise ValueError("its id has no version")
    primary = entry.find(f"{_ARXIV}primary_category")
    terms = [category.get("term", "") for category in entry.iter(f"{_ATOM}category")]
    if primary is not None:
        terms.insert(0, primary.get("term", ""))
    categories = _categories(terms)
    return {
        "paper_id": paper_id,
        "version": version,
        "is_known": True,
        "is_latest": True,
        "title": _text(entry, f"{_ATOM}title"),
        "categories": categories,
        "primary_category": categories[0] if primary is not None and categories else None,
        "comments": _text(entry, f"{_ARXIV}comment"),
        "doi": _text(entry, f"{_ARXIV}doi"),
        "journal_ref": _text(entry, f"{_ARXIV}journal_ref"),
        "published_at": _need(_try_iso(entry.findtext(f"{_ATOM}published")), "published"),
        "updated_at": _need(_try_iso(entry.findtext(f"{_ATOM}updated")), "updated"),
    }


def _read_record(record: Element, identifier: str, answer: Answer) -> None:
    header = record.find(f"{_OAI}header")
    if header is not None and header.get("status") == "deleted":
        answer.unknown_ids.append(_parse_id(identifier.removeprefix("oai:arXiv.org:"))[0])
        return
    meta = record.find(f"{_OAI}metadata/{_RAW}arXivRaw")
    if meta is None:
        raise ValueError("no arXivRaw in it")
    paper_id, _ = _parse_id(_need(_text(meta, f"{_RAW}id"), "id"))
    versions = {
        _parse_version(element.get("version", "")): element
        for element in meta.findall(f"{_RAW}version")
    }
    if 1 not in versions:
        raise ValueError("no version v1")
    published_at = _parse_rfc_date(versions[1])
    categories = _categories((_text(meta, f"{_RAW}categories") or "").split())
    of_newest = {
        "title": _text(meta, f"{_RAW}title"),
        "categories": categories,
        "primary_category": categories[0] if categories else None,
        "comments": _text(meta, f"{_RAW}comments"),
        "doi": _text(meta, f"{_RAW}doi"),
        "journal_ref": _text(meta, f"{_RAW}journal-ref"),
        "license": _text(meta, f"{_RAW}license"),
    }
    newest = max(versions)
    rows = [
        {
            "paper_id": paper_id,
            "version": version,
            "is_known": True,
            "is_latest": version == newest,
            "is_withdrawn": "I" in (_text(element, f"{_RAW}source_type") or ""),
            "published_at": published_at,
            "updated_at": _parse_rfc_date(element),
            **(of_newest if version == newest else {}),
        }
        for version, element in sorted(versions.items())
    ]
    answer.rows += rows


def _parse_id(text: str) -> tuple[str, int | None]:
    try:
        return parse_arxiv_id(text.strip())
    except BadArxivIdError as error:
        raise ValueError(str(error)) from None


def _parse_version(text: str) -> int:
    if re.fullmatch(r"v[1-9][0-9]{0,3}", text) is None:
        raise ValueError(f"version {text!r}, expected v1, v2, …")
    return int(text[1:])


def _parse_rfc_date(version: Element) -> datetime:
    text = version.findtext(f"{_RAW}date") or ""
    try:
        time = parsedate_to_datetime(text)
        in_utc = time.astimezone(UTC)
    except (ValueError, OverflowError):  # in UTC it may lie before year 1 or after 9999
        raise ValueError(f"version date {text!r}") from None
    if time.tzinfo is None:
        raise ValueError(f"version date {text!r}, without a zone")
    return in_utc


def _try_iso(text: str | None) -> datetime | None:
    try:
        time = datetime.fromisoformat((text or "").strip())
        return None if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):  # in UTC it may lie before year 1 or after 9999
        return None


def _need(value: Any, name: str) -> Any:
    if value is None:
        raise ValueError(f"{name} is missing or no time with a zone")
    return value


def _categories(terms: list[str]) -> list[str]:
    """Keep arXiv's own categories, each once, the primary one first."""
    return [term for term in dict.fromkeys(terms) if _CATEGORY.fullmatch(term)]


def _text(parent: Element, name: str) -> str | None:
    return " ".join((parent.findtext(name) or "").split()) or None
