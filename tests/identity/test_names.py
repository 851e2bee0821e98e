"""identity.names: which printed names meet, which stay apart."""

import pytest
from daily_papers.identity.names import normalise_name
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Ana Müller", "Ana Muller"),
        ("Jean-Pierre Roux", "Jean Pierre  Roux"),
        ("J. Smith", "J Smith"),
        ("J.P. Smith", "J. P. Smith"),
        ("Smith, Jane", "Jane Smith"),
        ("de la Cruz, Juan", "Juan de la Cruz"),
        ("Smith Jr., John", "John Smith Jr"),
        ("John Smith, Jr.", "John Smith Jr"),
        ("Siobhan O’Brien", "Siobhan O'Brien"),
        ("Łukasz Ørsted", "Lukasz Orsted"),
        ("Nguy\\~ên An", "Nguyên An"),
        ("ＪＡＮＥ Smith", "Jane Smith"),
    ],
)
def test_two_spellings_have_one_key(left, right):
    assert normalise_name(left) == normalise_name(right) != ""


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("J. Smith", "Jane Smith"),
        ("John Smith Jr", "John Smith"),
        ("John Smith II", "John Smith III"),
        ("Андрей Майков", "Андреи Маиков"),  # a breve is part of the letter
        ("が", "か"),
        ("أحمد", "احمد"),
    ],
)
def test_two_names_have_two_keys(left, right):
    assert normalise_name(left) != normalise_name(right)


@pytest.mark.parametrize("nothing", ["", ".", "-", " , ", "'", "\u0301", "\u200b"])
def test_nothing_left_is_the_empty_key(nothing):
    assert normalise_name(nothing) == ""


PIECES = st.sampled_from(["É", "\u0301", ",", " ", "-", ".", "Jr", "ß", "ẞ", "İ", "\\~", "й", "ŉ"])


@given(st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=2))).map("".join)))
def test_a_key_is_its_own_key(name):
    key = normalise_name(name)
    assert normalise_name(key) == key
    assert key == " ".join(key.split())
