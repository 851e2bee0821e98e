"""Signatures: as exact as the scheme promises, the same however texts are grouped."""

import random

import numpy as np
import pytest
from daily_papers.dedupe import minhash
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

TEXTS = st.text(alphabet="ab é中,. -\n", max_size=60)


def shingles(text):
    words = text.split()
    return {" ".join(words[at : at + 3]) for at in range(len(words) - 2)}


def changed_pairs(count):
    chance = random.Random(7)
    for _ in range(count):
        words = [chance.choice("abcdefghijklmnopqrstuvwxyz") * 3 for _ in range(150)]
        text = " ".join(f"{word}{chance.randint(0, 99)}" for word in words)
        own = text.split()
        for _ in range(chance.randint(1, 20)):
            own[chance.randrange(len(own))] = f"new{chance.random()}".replace(".", "")
        yield text, " ".join(own)


def test_the_similarity_is_that_of_sets_of_three_words():
    for left, right in changed_pairs(50):
        a, b = shingles(left), shingles(right)
        expected = len(a & b) / len(a | b)
        assert minhash.compute_jaccard(left, right) == pytest.approx(expected)


def test_signatures_estimate_the_similarity_as_well_as_those_of_datasketch():
    ours, theirs = [], []
    for left, right in changed_pairs(60):
        exact = minhash.compute_jaccard(left, right)
        signed = minhash.sign_texts([left, right])
        ours.append(float((signed[0] == signed[1]).mean()) - exact)
        sketches = []
        for text in (left, right):
            sketch = MinHash(num_perm=minhash.SIZE)
            sketch.update_batch([shingle.encode() for shingle in shingles(text)])
            sketches.append(sketch)
        theirs.append(sketches[0].jaccard(sketches[1]) - exact)
    assert abs(np.mean(ours)) < 0.02
    assert np.std(ours) < 1.4 * np.std(theirs)


@given(st.lists(TEXTS, max_size=6))
def test_a_text_has_one_signature_whatever_stands_beside_it(texts):
    together = minhash.sign_texts(texts)
    alone = [minhash.sign_texts([text])[0] for text in texts]
    assert [row.tolist() for row in together] == [row.tolist() for row in alone]


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("A  Title,\nof it", "a title of it", True),
        ("one word", "ONE-WORD", True),
        ("one", "two", False),
        ("a b c d", "b c d a", False),
        ("中文 标题", "中文 标题", True),
    ],
)
def test_case_and_signs_make_no_difference_and_order_does(left, right, same):
    assert (minhash.compute_jaccard(left, right) == 1) is same


def test_texts_without_words_have_nothing_in_common():
    assert minhash.compute_jaccard("", "?!") == 0
    assert minhash.sign_texts([]).shape == (0, minhash.SIZE)
