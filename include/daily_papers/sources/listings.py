"""The forms in which a source's lists come: a name, the days one response covers, its cap."""

from datetime import date, timedelta
from typing import Final, NamedTuple


class ListingSource(NamedTuple):
    """One form of the list. Its name is the folder under raw/ and the `source` of a row."""

    name: str
    is_page: bool  # HTML with embedded JSON; else a JSON list
    period: str  # days that one response covers: "day", "week", "month", or "any"
    page_size: int | None  # what a call is cut at when it did not ask; None: not cut
    partial_reason: str | None = None  # why it never proves that a day is whole; None: it may

    def first_day(self, day: date) -> date:
        """Return the first day of the period that holds a day: where it is filed."""
        if self.period == "week":
            return day - timedelta(days=day.weekday())
        if self.period == "month":
            return day.replace(day=1)
        return day

    def last_day(self, day: date) -> date:
        """Return the last day of the period that holds a day."""
        first = self.first_day(day)
        if self.period == "week":
            return first + timedelta(days=6)
        if self.period == "month":
            return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return day

    def is_full(self, entry_count: int, asked: int | None) -> bool:
        """Say whether a page may have been cut off: there may be a next one.

        Exactly the default number counts as full even if more was asked for: whether
        the source heeds `limit` is not ours to assume.
        """
        if self.page_size is None:
            return False
        return entry_count >= (asked or self.page_size) or entry_count == self.page_size

    @property
    def is_wide(self) -> bool:
        """Whether a response holds entries of several days, told apart by each entry."""
        return self.period != "day"


API: Final = ListingSource("huggingface", is_page=False, period="day", page_size=50)
PAGE: Final = ListingSource("huggingface_page", is_page=True, period="day", page_size=None)
API_WEEK: Final = ListingSource("huggingface_week", is_page=False, period="week", page_size=50)
# pages of a week or month stop at some 105 cards and do not say that there is more
PAGE_WEEK: Final = ListingSource(
    "huggingface_week_page",
    is_page=True,
    period="week",
    page_size=None,
    partial_reason="week_page",
)
PAGE_MONTH: Final = ListingSource(
    "huggingface_month_page",
    is_page=True,
    period="month",
    page_size=None,
    partial_reason="month_page",
)
PAGE_SEARCH: Final = ListingSource(
    "huggingface_search_page", is_page=True, period="any", page_size=None, partial_reason="search"
)
# a saved API response whose entries name several days: an undated call, or a week's
API_MIXED: Final = ListingSource(
    "huggingface_mixed", is_page=False, period="any", page_size=50, partial_reason="several_days"
)
# the page's text: titles and abstracts without ids; read by `capture`
CAPTURE: Final = ListingSource(
    "capture", is_page=False, period="day", page_size=None, partial_reason="capture"
)

LISTING_SOURCES: Final = {
    source.name: source
    for source in (API, PAGE, API_WEEK, PAGE_WEEK, PAGE_MONTH, PAGE_SEARCH, API_MIXED, CAPTURE)
}
