"""The list's page as plain text: title and abstract in turn, no ids, no authors.

Above the papers stand the page's name, menus and a date line ("Sep 1"), which are
recognised and never counted as papers. Titles and abstracts are blocks between blank
lines; their own line breaks are wrapping. A text without blank lines, or with one only
after each pair, has a line each.

What is missing shows by length. On 9,197 papers abstracts have 165 .. 1,923 characters
and titles up to 175; only if the strict turn puts a longer text where a title belongs, or
a shorter one where an abstract belongs beside long ones, is each block judged by its
length, and what then lacks its title or abstract becomes an entry with an empty one.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from daily_papers.dedupe.titles import make_provisional_id
from daily_papers.quality.reasons import RowRejectedError
from daily_papers.quality.shape import ENTRY, KnownField
from daily_papers.schema import PAPERS
from daily_papers.sources.huggingface_format import BadPayloadError, Payload

FIELDS: Final[Mapping[str, KnownField]] = {
    ENTRY: KnownField("used", "object", True),
    "title": KnownField("used", "string", True),
    "abstract": KnownField("used", "string", True),
}

_LONGEST_TITLE: Final = 300  # characters; the longest measured has 175
_SHORTEST_ABSTRACT: Final = 165  # characters; measured
_NAME: Final = "daily papers"
_MONTHS: Final = [
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
]
# as written out or abbreviated; a title such as "Octopus 4" is no day
_DATE_LINE: Final = re.compile(
    r"(?:(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?),? )?"
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.? "
    r"(?P<day>\d{1,2})(?:,? (?P<year>\d{4}))?",
    re.IGNORECASE,
)
_MENU: Final = frozenset(
    ("new", "daily", "weekly", "monthly", "trending", "today", "previous", "prev", "next", "search")
)


class DateLine(NamedTuple):
    """The day that a capture says it shows; the page leaves out the year."""

    month: int
    day: int
    year: int | None

    def is_of(self, day: date) -> bool:
        """Say whether the line can mean a day."""
        return (self.month, self.day) == (day.month, day.day) and self.year in (None, day.year)

    def __str__(self) -> str:
        """Write it as the page does."""
        text = f"{_MONTHS[self.month - 1].capitalize()} {self.day}"
        return f"{text}, {self.year}" if self.year else text


class Capture(NamedTuple):
    """What a capture shows."""

    date_lines: list[DateLine]  # in order, each once; never empty
    entries: list[dict[str, str]]  # {"title", "abstract"}; a missing one is empty


def read_capture(body: bytes) -> Capture:
    """Read the text of the page.

    Raises:
        BadPayloadError: no text (`not_text`), or not the text of this page (`no_capture`).
    """
    lines = [" ".join(line.split()) for line in re.split(r"\r\n?|\n", _decode(body))]
    dated = {number: found for number, line in enumerate(lines) if (found := _read_date_line(line))}
    if not dated:
        raise BadPayloadError("no_capture", "no line with a date such as 'Sep 1'")
    first = min(dated)
    header = [line.casefold() for line in lines[:first] if line]
    if header and not any(_NAME in line for line in header):
        raise BadPayloadError("no_capture", f"no line 'Daily Papers' above {lines[first]!r}")
    listed = ["" if number in dated else line for number, line in enumerate(lines)][first:]
    while listed and (not listed[0] or listed[0].casefold() in _MENU):
        del listed[0]
    blocks = _split_blocks(listed)
    if not blocks:
        raise BadPayloadError("no_capture", f"no title below {lines[first]!r}")
    return Capture(list(dict.fromkeys(dated.values())), _pair(blocks))


def read_capture_payload(body: bytes) -> Payload:
    """Return a capture's entries as those of any other list.

    Raises:
        BadPayloadError: see `read_capture`.
    """
    return Payload(list(read_capture(body).entries), None)


def parse_capture_entry(entry: dict[str, str]) -> dict[str, Any]:
    """Read one entry into the columns of schema.PAPERS; what the text lacks is null."""
    if not entry["title"]:
        raise RowRejectedError("title_empty", "an abstract without a title above it")
    row: dict[str, Any] = dict.fromkeys(PAPERS.names)
    row |= entry
    row["paper_id"] = make_provisional_id(entry["title"])
    return row


def _decode(body: bytes) -> str:
    encoding = "utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        raise BadPayloadError("not_text", "no UTF-8 text") from None
    if "\0" in text:
        raise BadPayloadError("not_text", "no text: it holds NUL characters")
    return text


def _read_date_line(line: str) -> DateLine | None:
    match = _DATE_LINE.fullmatch(line)
    if match is None:
        return None
    month = _MONTHS.index(match["month"][:3].lower()) + 1
    return DateLine(month, int(match["day"]), int(match["year"]) if match["year"] else None)


def _split_blocks(lines: list[str]) -> list[str]:
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    blocks = [block for block in blocks if block]
    if len(blocks) == 1:
        if _is_wrapped(blocks[0]):
            raise BadPayloadError("no_capture", "wrapped lines and no blank line between papers")
        return blocks[0]
    *pairs, last = blocks or [[]]
    if len(last) <= 2 and all(len(pair) == 2 and len(pair[0]) < len(pair[1]) for pair in pairs):
        return [line for block in blocks for line in block]
    return [" ".join(block) for block in blocks]


def _is_wrapped(lines: list[str]) -> bool:
    """Say whether lines were cut at a width, so that none can be told from the next."""
    longest = max(map(len, lines))
    is_filled = [len(line) > 0.75 * longest for line in lines]
    is_many = len(lines) > 3
    return is_many and 60 <= longest < _SHORTEST_ABSTRACT and sum(is_filled) > len(lines) / 2


def _pair(blocks: list[str]) -> list[dict[str, str]]:
    titles, abstracts = blocks[::2], blocks[1::2]
    is_broken = any(len(title) > _LONGEST_TITLE for title in titles) or (
        any(len(text) < _SHORTEST_ABSTRACT for text in abstracts)
        and any(len(text) > _LONGEST_TITLE for text in abstracts)
    )
    if not is_broken:
        abstracts += [""] * (len(titles) - len(abstracts))
        return [
            {"title": title, "abstract": text}
            for title, text in zip(titles, abstracts, strict=True)
        ]
    entries: list[dict[str, str]] = []
    for block in blocks:
        if len(block) < _SHORTEST_ABSTRACT:
            entries.append({"title": block, "abstract": ""})
        elif entries and not entries[-1]["abstract"]:
            entries[-1]["abstract"] = block
        elif len(block) <= _LONGEST_TITLE:  # after an abstract: a long title
            entries.append({"title": block, "abstract": ""})
        else:
            entries.append({"title": "", "abstract": block})
    return entries
