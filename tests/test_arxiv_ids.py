"""arXiv ids: text from the first byte to the last."""

import pytest
from daily_papers.arxiv_ids import BadArxivIdError, parse_arxiv_id
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2503.02130", ("2503.02130", None)),
        ("2503.02130v2", ("2503.02130", 2)),
        ("1412.6980v9", ("1412.6980", 9)),  # four digits before 2015
        ("hep-th/9901001", ("hep-th/9901001", None)),
        ("math.GT/0309136v1", ("math/0309136", 1)),
    ],
)
def test_an_id_is_taken_apart_into_paper_and_version(text, expected):
    assert parse_arxiv_id(text) == expected


@pytest.mark.parametrize(
    "value",
    [
        *(
            2503.0213,
            2503,
            None,
            "",
            "2503.0213",
            "2513.00001",
            "1412.69801",
            "2503.02130v0",
            "abs/1",
        ),
        *("2503.0213\u0660", "\uff12503.02130", "hep-th/990100\u0661", "2503.02130v\u0662"),
        *("0601.1234", "0703.0001"),  # such months have ids of the older form
        "2503.02130v12345",
    ],
)
def test_what_is_no_id_or_went_through_a_number_is_refused(value):
    with pytest.raises(BadArxivIdError):
        parse_arxiv_id(value)


@given(st.integers(15, 40), st.integers(1, 12), st.integers(0, 99999), st.integers(1, 40))
def test_every_new_style_id_survives_unchanged(year, month, number, version):
    paper_id = f"{year:02}{month:02}.{number:05}"
    assert parse_arxiv_id(f"{paper_id}v{version}") == (paper_id, version)
    # what a float would have made of it is either the same text or refused
    as_number = str(float(paper_id))
    if as_number != paper_id:
        with pytest.raises(BadArxivIdError):
            parse_arxiv_id(as_number)
