"""Row rules on handmade rows: what nobody can see is no text."""

from datetime import UTC, date, datetime

import pytest
from daily_papers.quality.reasons import RowRejectedError
from daily_papers.quality.rules import check_row

ROW = {
    "title": "A title",
    "abstract": "An abstract.",
    "authors": [{"name": "Ada Lovelace"}],
    "upvotes": 1,
    "comments": 0,
    "github_stars": None,
    "published_at": datetime(2026, 1, 5, tzinfo=UTC),
    "submitted_at": None,
}


def check(observed_at=datetime(2026, 1, 7, tzinfo=UTC), **changes):
    check_row(ROW | changes, date(2026, 1, 6), observed_at)


@pytest.mark.parametrize(
    "text", ["", "\u200b", "\u200b\u00a0", "\u2060\ufeff \u3000", "\u2028\x85"]
)
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("title", "title_empty"),
        ("abstract", "abstract_empty"),
        ("authors", "author_name_empty"),
    ],
)
def test_a_text_of_invisible_characters_is_empty(name, code, text):
    with pytest.raises(RowRejectedError) as caught:
        check(**{name: [{"name": text}] if name == "authors" else text})
    assert caught.value.code == code


def test_one_visible_character_among_invisible_ones_is_a_text():
    check(title="\u200b\u00a0あ", authors=[{"name": "\u200bX"}])
    check(authors=None)


def test_a_list_cannot_have_been_seen_before_its_day():
    with pytest.raises(RowRejectedError, match="before its listing day 2026-01-06 began") as caught:
        check(datetime(2026, 1, 5, 23, 59, 59, tzinfo=UTC))
    assert caught.value.code == "seen_impossible"
    check(datetime(2026, 1, 6, tzinfo=UTC))
