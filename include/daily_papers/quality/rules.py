"""Row rules: what a parsed row must satisfy, whatever source it came from.

A row that breaks a rule goes to quarantine with the rule's code; the others flow on.
Raise RULES_VERSION with every change: held rows are judged again by it.
"""

import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from daily_papers.quality.reasons import RowRejectedError

RULES_VERSION: Final = "5"

# https://info.arxiv.org/about/index.html: the first paper is of August 1991
ARXIV_BEGAN_AT: Final = datetime(1991, 8, 14, tzinfo=UTC)
# from this list on every entry says its own day (measured: 11,518 of 11,518 agree)
SUBMITTED_AT_SINCE: Final = date(2025, 3, 17)
# the source's clock and ours may differ; its publication times are whole days since 2026-04
CLOCK_TOLERANCE: Final = timedelta(days=1)

# two thousand times the most starred repository there is; sums of it stay within 64 bits
MOST_COUNTED: Final = 10**9

_COUNTS: Final = ("upvotes", "comments", "github_stars")
# Unicode categories of what nobody sees: controls, U+200B and the like, spaces, separators
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})


def check_row(row: dict[str, Any], day: date, observed_at: datetime) -> None:
    """Hold one parsed row against every rule.

    Args:
        row: columns of schema.PAPERS as the source's parser filled them; what the source
            does not give is null and breaks no rule.
        day: listing date that was asked for.
        observed_at: when the response was fetched, UTC.

    Raises:
        RowRejectedError: the first rule that the row breaks.
    """
    if reason := find_too_early(day, observed_at):
        raise RowRejectedError("seen_impossible", reason)
    if _is_blank(row["title"]):
        raise RowRejectedError("title_empty", "the title is blank")
    if _is_blank(row["abstract"]):
        raise RowRejectedError("abstract_empty", "the abstract is blank")
    if any(_is_blank(author["name"]) for author in row["authors"] or ()):
        raise RowRejectedError("author_name_empty", "an author's name is blank")
    for name in _COUNTS:
        count = row[name]
        if count is not None and count < 0:
            raise RowRejectedError("count_negative", f"{name} is {count}")
        if count is not None and count > MOST_COUNTED:
            raise RowRejectedError("count_too_large", f"{name} is {count}, over {MOST_COUNTED}")
    published_at = row["published_at"]
    if published_at is not None and not (
        ARXIV_BEGAN_AT <= published_at <= observed_at + CLOCK_TOLERANCE
    ):
        raise RowRejectedError(
            "published_impossible",
            f"published {published_at:%Y-%m-%d}, but arXiv began 1991-08-14 "
            f"and the list was seen {observed_at:%Y-%m-%d}",
        )
    submitted_at = row["submitted_at"]
    if day >= SUBMITTED_AT_SINCE and submitted_at is not None and submitted_at.date() != day:
        raise RowRejectedError(
            "wrong_day", f"submitted to the list of {submitted_at:%Y-%m-%d}, asked for {day}"
        )


def find_too_early(day: date, seen_at: datetime) -> str | None:
    """Say that a list cannot have been seen before its day began; None when it was not.

    Args:
        day: the listing date, or the first one that the list covers.
        seen_at: when it is said to have been fetched, UTC.
    """
    if seen_at < datetime.combine(day, time(), UTC):
        return f"seen {seen_at:%Y-%m-%dT%H:%M:%SZ}, before its listing day {day} began"
    return None


def _is_blank(text: str) -> bool:
    return all(unicodedata.category(letter) in _INVISIBLE for letter in text)
