"""Pairs of bibliographic records: what is the same, symmetric, explained."""

import pytest
from daily_papers.dedupe.features import clean, parse_record
from daily_papers.dedupe.match import Fields, match_pairs
from hypothesis import given, settings
from hypothesis import strategies as st

CLEAN = Fields("A Versatile Tool for Physical Independence", "Ann Hill , Bo Lund", "VLDB", "1994")


def score(left, right):
    found = match_pairs([left], [right])
    return found.scores[0], bool(found.decisions[0]), found.reasons[0]


@pytest.mark.parametrize(
    "other",
    [
        Fields("a versatile tool for physical independence", "A Hill, B Lund", "", "1994.0"),
        Fields("A versatile tool for physical independance", "Bo Lund , Ann Hill", "VLDB", ""),
        Fields(
            "a versatile tool for physical independence ann hill , bo lund vldb 1994", *[""] * 3
        ),
        Fields(
            "a versatile toolfor physical independence",
            "a hill , b lund",
            "proc . of the 20th vldb conf . , santiago",
            "",
        ),
    ],
    ids=["initials", "typo", "all in the title", "run together"],
)
def test_the_same_publication_as_another_catalogue_has_it(other):
    points, is_same, reason = score(CLEAN, other)
    assert is_same, (points, reason)


@pytest.mark.parametrize(
    "other",
    [
        Fields("A Survey of Stream Processing", "Ann Hill , Bo Lund", "VLDB", "1994"),
        Fields("A Versatile Tool for Query Rewriting", "Cy Moss", "SIGMOD", "2001"),
        Fields("", "", "", ""),
    ],
)
def test_another_publication(other):
    points, is_same, reason = score(CLEAN, other)
    assert not is_same, (points, reason)


def test_another_part_and_an_erratum_are_ruled_out():
    first = CLEAN._replace(title="Database tuning ( part i )")
    second = CLEAN._replace(title="Database tuning ( part ii )")
    erratum = CLEAN._replace(title=f"Erratum : {CLEAN.title}")
    assert score(first, second)[1:] == (False, "ruled out: another part, 1 and 2")
    assert score(CLEAN, erratum)[1:] == (
        False,
        "ruled out: one corrects a publication, the other does not",
    )


def test_the_reason_says_what_was_compared_and_what_spoke():
    reason = score(CLEAN, CLEAN._replace(year="1995"))[2]
    assert "titles 100 % alike" in reason
    assert "authors 2.0 of 2/2" in reason
    assert "both vldb" in reason
    assert "1 years apart" in reason
    assert "for: " in reason


WORDS = st.lists(
    st.sampled_from(
        ["data", "mining", "j", "gray", ",", "vldb", "1994", "2002.0", "жzsu", ":", "(", "part ii"]
    ),
    max_size=8,
).map(" ".join)
FIELDS = st.builds(Fields, WORDS | st.text(max_size=20), WORDS, WORDS, WORDS)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(FIELDS, FIELDS), min_size=1, max_size=4))
def test_swapping_left_and_right_changes_nothing_nor_does_company(pairs):
    left, right = [one for one, _ in pairs], [two for _, two in pairs]
    forth, back = match_pairs(left, right), match_pairs(right, left)
    assert forth.scores.tolist() == back.scores.tolist()
    assert forth.reasons == back.reasons
    assert [match_pairs([a], [b]).scores[0] for a, b in pairs] == forth.scores.tolist()


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("G &#252; nther", "gunther"),
        ("m жzsu", "m zsu"),
        ("Özsu's", "ozsus"),
        ("中文 标题", "中文 标题"),
        ("large & hellip ; ,", "large   ,"),
    ],
)
def test_cleaning_undoes_what_catalogues_do_to_names(text, cleaned):
    assert clean(text) == cleaned


def test_values_in_the_title_go_back_where_they_belong():
    record = parse_record("on dogs j gray , p helland sigmod conference 1996.0", "", "", "")
    assert record.title.strip() == "on dogs"
    assert [name.family for name in record.authors] == ["gray", "helland"]
    assert (record.venue_family, record.year) == ("sigmod", 1996)


def test_of_endless_texts_the_beginning_is_compared():
    """The time of some comparisons grows with the third power of the length."""
    numbers = " ".join(str(number * number) for number in range(100_000))
    other = " ".join(str(number * number + 1) for number in range(100_000))
    record, longer = (parse_record(text, text, text, "2024") for text in (numbers, numbers + "1"))
    assert len(record.title) <= 1000
    assert len(record.author_text) <= 20_000
    assert record == longer
    assert not score(Fields(numbers, numbers, "", "2024"), Fields(other, other, "", "2024"))[1]
