"""Signatures of texts: equal parts of two signatures estimate the texts' Jaccard similarity.

The scheme is datasketch's (MinHash over a text's shingles, bands of rows as locality
sensitive hashing), written for whole columns of texts at once: datasketch updates one
signature at a time in Python, which bench/dedupe_scale.py measures beside this.

A shingle is three words in a row. Words are hashed without being cut out: with
H[i] = b[0]·B^0 + … + b[i]·B^i (mod 2^64) the bytes s..e hash to (H[e] - H[s-1])·B^-s.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Signatures = npt.NDArray[np.uint32]

BANDS: Final = 20
ROWS: Final = 4  # finds J >= 0.7 with 1 - (1 - 0.7^4)^20 = 0.996
SIZE: Final = BANDS * ROWS
SHINGLE_WORDS: Final = 3
VERSION: Final = "minhash-1"

_BASE: Final = 0x9E3779B97F4A7C15  # odd, so it has an inverse
_BYTES_AT_ONCE: Final = 1 << 22
_SEED: Final = 20230504


def _fold_table() -> npt.NDArray[np.uint8]:
    """Byte -> byte as hashed: 0 between words; letters beyond ASCII are kept."""
    table = np.zeros(256, dtype=np.uint8)
    for byte in range(256):
        if chr(byte).isalnum() or byte >= 0x80:
            table[byte] = byte
    return table


_FOLD: Final = _fold_table()


def _powers(base: int, count: int) -> npt.NDArray[np.uint64]:
    powers = np.empty(count, dtype=np.uint64)
    powers[0] = 1
    powers[1:] = np.uint64(base)
    return np.multiply.accumulate(powers)


_random = np.random.Generator(np.random.PCG64(_SEED))
_FACTORS: Final = _random.integers(0, 2**64, SIZE, dtype=np.uint64) | np.uint64(1)
_SHIFTS: Final = _random.integers(0, 2**64, SIZE, dtype=np.uint64)
_PLACES: Final = _random.integers(0, 2**64, SHINGLE_WORDS, dtype=np.uint64) | np.uint64(1)
_BAND_FACTORS: Final = _random.integers(0, 2**64, ROWS, dtype=np.uint64) | np.uint64(1)


def sign_texts(texts: Sequence[str]) -> Signatures:
    """Return one signature a text, each of SIZE numbers; a text without words gets the maximum."""
    parts = []
    for some in _take_some(texts):
        hashes, starts = hash_shingles(some)
        parts.append(_sign(hashes, starts))
    return np.concatenate(parts) if parts else np.empty((0, SIZE), dtype=np.uint32)


def compute_jaccard(left: str, right: str) -> float:
    """Return the exact similarity of two texts' shingles."""
    a, b = (set(hash_shingles([text])[0].tolist()) for text in (left, right))
    return len(a & b) / len(a | b) if a or b else 0.0


def hash_shingles(
    texts: Sequence[str],
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Return the shingles of all texts, and where each text's begin (one more: the end).

    A text of fewer words than a shingle has one shingle of them all.
    """
    encoded = [text.lower().encode() for text in texts]
    lengths = np.array([len(one) + 1 for one in encoded], dtype=np.int64)
    raw = _FOLD[np.frombuffer(b" ".join([*encoded, b""]), dtype=np.uint8)]
    ends = np.cumsum(lengths)
    in_word = raw != 0
    edges = np.diff(in_word.astype(np.int8), prepend=0, append=0)
    begin, end = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    owner = np.searchsorted(ends, begin, side="right")
    powers, inverses = _all_powers(len(raw))
    sums = np.empty(len(raw) + 1, dtype=np.uint64)
    sums[0] = 0
    np.cumsum((raw.astype(np.uint64) + np.uint64(1)) * powers, out=sums[1:])
    words = (sums[end] - sums[begin]) * inverses[begin]
    words ^= words >> np.uint64(29)
    word_counts = np.bincount(owner, minlength=len(texts))
    shingles = words * _PLACES[0]
    reach = np.ones(len(words), dtype=bool)
    for step in range(1, SHINGLE_WORDS):
        following = np.zeros_like(words)
        following[:-step] = words[step:]
        same_text = np.zeros(len(words), dtype=bool)
        same_text[:-step] = owner[step:] == owner[:-step]
        shingles += np.where(same_text, following * _PLACES[step], np.uint64(0))
        reach &= same_text
    # of a text of one or two words, the first word's shingle holds them all
    first = np.zeros(len(words), dtype=bool)
    word_starts = np.concatenate([[0], np.cumsum(word_counts)])
    first[word_starts[:-1][word_counts > 0]] = True
    keep = reach | (first & (word_counts[owner] < SHINGLE_WORDS))
    mixed = shingles[keep]
    mixed ^= mixed >> np.uint64(31)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(29)
    counts = np.bincount(owner[keep], minlength=len(texts))
    return mixed, np.concatenate([[0], np.cumsum(counts)])


def hash_band(signatures: Signatures, band: int) -> npt.NDArray[np.uint64]:
    """Return one number a signature: equal where all rows of the band are."""
    rows = signatures[:, band * ROWS : (band + 1) * ROWS].astype(np.uint64)
    hashed = (rows * _BAND_FACTORS).sum(axis=1, dtype=np.uint64)
    hashed ^= hashed >> np.uint64(32)
    return np.asarray(hashed * np.uint64(_BASE), dtype=np.uint64)


_cached_powers: list[npt.NDArray[np.uint64]] = []


def _all_powers(count: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    if not _cached_powers or len(_cached_powers[0]) < count:
        size = max(count, _BYTES_AT_ONCE)
        _cached_powers[:] = [_powers(_BASE, size), _powers(pow(_BASE, -1, 2**64), size)]
    return _cached_powers[0][:count], _cached_powers[1][:count]


def _take_some(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut a list of texts so that each part fits the processor's cache more or less."""
    begin = size = 0
    for at, text in enumerate(texts):
        size += len(text) + 1
        if size >= _BYTES_AT_ONCE // 4:
            yield texts[begin : at + 1]
            begin, size = at + 1, 0
    if begin < len(texts):
        yield texts[begin:]


def _sign(hashes: npt.NDArray[np.uint64], starts: npt.NDArray[np.int64]) -> Signatures:
    count = len(starts) - 1
    signed = np.full((count, SIZE), np.iinfo(np.uint32).max, dtype=np.uint32)
    has_words = np.diff(starts) > 0
    begins = starts[:-1][has_words]
    if not len(begins):
        return signed
    found = np.empty((SIZE, len(begins)), dtype=np.uint32)
    for row in range(SIZE):
        permuted = ((hashes * _FACTORS[row] + _SHIFTS[row]) >> np.uint64(32)).astype(np.uint32)
        found[row] = np.minimum.reduceat(permuted, begins)
    signed[has_words] = found.T
    return signed
