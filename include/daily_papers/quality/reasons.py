"""Stable codes of why one row is held back; a code never changes its meaning."""

from typing import Final

REASONS: Final = {
    "not_an_object": "the entry is no JSON object",
    "wrong_type": "a field has another type than the source's format says",
    "field_missing": "a field that every entry has is missing",
    "id_missing": "the entry has no paper id",
    "id_malformed": "the paper id is no arXiv id, or lost digits as a number",
    "title_empty": "the title is missing or blank",
    "abstract_empty": "the abstract is missing or blank",
    "author_name_empty": "an author's name is blank",
    "date_malformed": "a time is not written as ISO 8601 UTC",
    "published_impossible": "published before arXiv began, or after it was seen",
    "text_unreadable": "a text holds a NUL or half a surrogate pair, which is no Unicode text",
    "count_too_large": "a count over a thousand million, or a number that 64 bits do not hold",
    "count_negative": "upvotes, comments or stars are below zero",
    "unreadable": "reading the row failed in a way that no rule foresaw: mend the code, reprocess",
    "day_unknown": "an entry of a week's, month's or search list that names no day",
    "seen_impossible": "fetched before its listing day began",
    "wrong_day": "the entry says that it belongs to another day's list",
}


class RowRejectedError(Exception):
    """One row may not pass; carries the code and what was wrong, with the value."""

    def __init__(self, code: str, reason: str) -> None:
        if code not in REASONS:
            raise KeyError(code)
        super().__init__(reason)
        self.code = code
        self.reason = reason
