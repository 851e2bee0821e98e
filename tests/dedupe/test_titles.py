"""Papers known by title: one normalisation, and an id only where it is certain."""

import pytest
from daily_papers.dedupe.titles import (
    is_provisional,
    make_provisional_id,
    normalise_title,
    reconcile_rows,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("DeepSeek-V3:\n  Technical  Report", "deepseekv3technicalreport"),
        (r"$\nabla^2$DFT", "nabla2dft"),
        ("Straße ﬁne Ⅳ", "strassefineiv"),
        ("Éclair", "éclair"),
        ("E\u0301clair", "éclair"),
        ("中文 标题", "中文标题"),
        ("a_b", "ab"),
        ("? !", "?!"),
    ],
)
def test_a_title_is_compared_by_its_letters_and_digits(title, key):
    assert normalise_title(title) == key


@given(st.text())
def test_normalising_twice_changes_nothing(title):
    assert normalise_title(normalise_title(title)) == normalise_title(title)


def test_the_id_is_stable_and_no_arxiv_id():
    assert make_provisional_id("A Title") == make_provisional_id("a  TITLE!")
    assert make_provisional_id("A Title") == "title:d066002430d48f97"
    assert is_provisional("title:d066002430d48f97")
    assert not is_provisional("hep-th/9901001")


def row(paper_id, title):
    return {"paper_id": paper_id, "title": title}


def reconciled(*rows):
    rows = [dict(each) for each in rows]
    reconcile_rows(rows)
    return [each["paper_id"] for each in rows]


WAITING = row(make_provisional_id("A Title"), "A Title")


def test_the_one_real_paper_of_that_title_is_the_paper():
    real = row("2601.00001", "a title")
    assert reconciled(WAITING, real) == reconciled(real, WAITING) == ["2601.00001"] * 2
    # seen once under that title, later under another
    assert reconciled(WAITING, real, row("2601.00001", "Renamed"))[0] == "2601.00001"


def test_two_real_papers_of_that_title_decide_nothing():
    rows = (WAITING, row("2601.00001", "A title"), row("2601.00002", "A Title."))
    assert reconciled(*rows)[0] == WAITING["paper_id"]


def test_another_title_decides_nothing():
    assert reconciled(WAITING, row("2601.00001", "Titled"))[0] == WAITING["paper_id"]
