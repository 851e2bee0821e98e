"""The page's plain text: what is a paper, what is not, and what is missing."""

import calendar
import textwrap
from datetime import date

import pytest
from daily_papers.quality.reasons import RowRejectedError
from daily_papers.sources.capture import parse_capture_entry, read_capture
from daily_papers.sources.huggingface_format import BadPayloadError
from hypothesis import given
from hypothesis import strategies as st
from saved_files import LONG, make_capture

PAIRS = [(f"Paper {word}: a Title", f"{word} is new. {LONG}") for word in ("One", "Two", "Three")]
PAPERS = [{"title": title, "abstract": text.strip()} for title, text in PAIRS]


def read(text: str):
    return read_capture(text.encode()).entries


def test_the_real_capture_has_39_papers_and_no_header_among_them(shared):
    (path,) = (shared / "captures").glob("000_*.txt")
    capture = read_capture(path.read_bytes())
    assert [str(line) for line in capture.date_lines] == ["Sep 1"]
    assert len(capture.entries) == 39
    assert all(20 < len(entry["title"]) < 150 for entry in capture.entries)
    assert all(len(entry["abstract"]) > 1000 for entry in capture.entries)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: "\ufeff" + text,
        lambda text: "\n\n\n" + text.replace("\n\n", "\n \n\t\n\n") + "\n\n",
        lambda text: text.replace("\n\n", "\n"),
        lambda text: "\n".join(textwrap.fill(line, 70) for line in text.split("\n")),
        lambda text: text.replace("Title\n\n", "Title\n"),
        lambda text: text.replace("Jan 6", "Jan 6\n\nDaily\n\nWeekly\n\nMonthly"),
        lambda text: text.replace("Jan 6", "  January 6, 2026 "),
        lambda text: text.replace("Jan 6", "Tue, Jan 6"),
        lambda text: text.replace("Jan 6", "Jan 6\n\nJan 6"),
        lambda text: text[text.index("Jan 6") :],
    ],
    ids=[
        "as the page has it",
        "crlf",
        "cr",
        "bom",
        "many blank lines",
        "no blank line",
        "wrapped",
        "a block a paper",
        "menu below the date",
        "long date",
        "weekday",
        "date twice",
        "no header",
    ],
)
def test_the_same_papers_are_read_however_the_text_was_saved(change):
    assert read(change(make_capture(PAIRS))) == PAPERS


@pytest.mark.parametrize("title", ["Octopus 4", "Decoder 3", "Marco 11", "Mayfly 1", "Sunny May 5"])
def test_a_title_that_begins_like_a_month_is_no_day(title):
    capture = read_capture(make_capture([(title, PAIRS[0][1]), *PAIRS[1:]]).encode())
    assert [str(line) for line in capture.date_lines] == ["Jan 6"]
    assert [entry["title"] for entry in capture.entries] == [title, PAIRS[1][0], PAIRS[2][0]]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        *((name, f"{name[:3]} 6") for name in map("{} 6".format, calendar.month_name[1:])),
        *((name, f"{name[:3]} 6") for name in map("{}. 6".format, calendar.month_abbr[1:])),
        ("Sept 6", "Sep 6"),
        *((f"{name}, Jan 6", "Jan 6") for name in (*calendar.day_name, *calendar.day_abbr)),
        ("Tues Jan 6", "Jan 6"),
        ("THURS, JAN. 6, 2026", "Jan 6, 2026"),
    ],
)
def test_a_date_line_is_known_written_out_and_abbreviated(line, shown):
    capture = read_capture(make_capture(PAIRS).replace("Jan 6", line).encode())
    assert [str(found) for found in capture.date_lines] == [shown]
    assert capture.entries == PAPERS


def test_utf_16_with_its_mark_is_text():
    assert read_capture(make_capture(PAIRS).encode("utf-16")).entries == PAPERS


def test_short_texts_are_paired_in_turn():
    assert read(make_capture([("A", "On a."), ("B", "On b.")])) == [
        {"title": "A", "abstract": "On a."},
        {"title": "B", "abstract": "On b."},
    ]


def test_a_missing_last_abstract_leaves_the_title_without_one():
    text = make_capture(PAIRS).removesuffix(PAIRS[-1][1] + "\n")
    assert read(text) == [*PAPERS[:2], PAPERS[2] | {"abstract": ""}]


def test_a_missing_abstract_in_the_middle_does_not_shift_the_others():
    text = make_capture(PAIRS).replace(PAIRS[1][1], "")
    assert read(text) == [PAPERS[0], PAPERS[1] | {"abstract": ""}, PAPERS[2]]


def test_a_missing_title_leaves_its_abstract_alone():
    text = make_capture(PAIRS).replace(PAIRS[1][0], "")
    entries = read(text)
    assert entries == [PAPERS[0], PAPERS[1] | {"title": ""}, PAPERS[2]]
    with pytest.raises(RowRejectedError) as held:
        parse_capture_entry(entries[1])
    assert held.value.code == "title_empty"


def test_one_wrapped_title_is_one_title():
    (title, abstract), *_ = PAIRS
    text = make_capture([(title.replace(" a ", "\na "), abstract)])
    assert read(text) == PAPERS[:1]


def test_two_titles_without_abstracts_are_not_one_paper():
    text = make_capture(PAIRS).replace(PAIRS[0][1], "").replace(PAIRS[1][1], "")
    assert [bool(entry["abstract"]) for entry in read(text)] == [False, False, True]


def test_a_row_has_only_what_the_text_says():
    row = parse_capture_entry(PAPERS[0])
    known = {name: value for name, value in row.items() if value is not None}
    assert known.keys() == {"paper_id", "title", "abstract"}
    assert known["paper_id"].startswith("title:")


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b"Dear diary,\nnothing happened.", "no_capture", "no line with a date"),
        (b"Diary\n\nSep 1\n\nNothing happened.", "no_capture", "no line 'Daily Papers'"),
        (b"Daily Papers\n\nSep 1\n\n", "no_capture", "no title below 'Sep 1'"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "not_text", "no UTF-8 text"),
        (b"Daily Papers\nSep 1\nA\0B", "not_text", "NUL"),
        (
            ("Daily Papers\nSep 1\n" + textwrap.fill(LONG * 3, 80)).encode(),
            "no_capture",
            "wrapped lines and no blank line",
        ),
    ],
)
def test_other_text_is_refused_with_the_reason(body, code, message):
    with pytest.raises(BadPayloadError, match=message) as refused:
        read_capture(body)
    assert refused.value.code == code


def test_a_date_line_agrees_with_its_day_of_any_year_unless_it_says_one():
    (line,) = read_capture(make_capture(PAIRS).encode()).date_lines
    assert line.is_of(date(2026, 1, 6))
    assert line.is_of(date(2025, 1, 6))
    assert not line.is_of(date(2026, 1, 7))
    (dated,) = read_capture(make_capture(PAIRS, "Jan 6, 2026").encode()).date_lines
    assert (dated.is_of(date(2026, 1, 6)), dated.is_of(date(2025, 1, 6))) == (True, False)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body):
    try:
        assert read_capture(b"Sep 1\n" + body).entries
    except BadPayloadError as error:
        assert error.code in {"no_capture", "not_text"}
