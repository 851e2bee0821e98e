"""Keep how the mentions of a name were grouped, so that a day's papers cost a day's work.

An entry is found by a hash of everything that the grouping depends on: the mentions, what
they are compared by, and the weights (rules). What is found is therefore what would be
computed; a missing, damaged or foreign file only costs time. A file holds the entries of the
last run, no others.
"""

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from daily_papers.errors import StorageError
from daily_papers.identity.evidence import Corpus, Ints, Lists
from daily_papers.lake.files import write_parquet

Hashes = npt.NDArray[np.uint64]

_TABLE_CELLS = 30_000_000  # bytes that a table of blocks by forms may take

_SCHEMA = pa.schema(
    [
        ("key", pa.binary(16)),
        ("labels", pa.list_(pa.int32())),
        ("confidence", pa.list_(pa.float64())),
        ("evidence", pa.list_(pa.string())),
    ]
)


@dataclass(frozen=True, slots=True)
class Grouping:
    """How the mentions of one name were grouped."""

    labels: npt.NDArray[np.int32]  # by mention: the smallest index of its group
    confidence: npt.NDArray[np.float64]  # by mention
    evidence: tuple[str, ...]  # by group, in the order of the labels


class GroupingCache:
    """Groupings of an earlier run, and those of this one."""

    def __init__(self, folder: Path | None = None, rules: str = "") -> None:
        self._path = folder / "groupings.parquet" if folder else None
        self._rules = rules
        self._known = self._read()
        self._used: dict[bytes, Grouping] = {}
        self.computed_count = 0

    @property
    def is_kept(self) -> bool:
        """Whether there is a file: without one, keys need not be made."""
        return self._path is not None

    @property
    def used_count(self) -> int:
        """Groupings asked for in this run."""
        return len(self._used)

    def find(self, key: bytes) -> Grouping | None:
        """Return the grouping of an earlier run."""
        found = self._known.get(key)
        if found is not None:
            self._used[key] = found
        return found

    def add(self, key: bytes, grouping: Grouping) -> None:
        """Keep a grouping for the next run."""
        self.computed_count += 1
        if self._path is not None:
            self._used[key] = grouping

    def save(self) -> None:
        """Write what this run used; a disk that refuses it costs the next run time only."""
        if self._path is None or (not self.computed_count and len(self._used) == len(self._known)):
            return
        rows = [self._used[key] for key in sorted(self._used)]
        table = pa.table(
            [
                pa.array(sorted(self._used), pa.binary(16)),
                _as_lists([row.labels for row in rows], pa.int32()),
                _as_lists([row.confidence for row in rows], pa.float64()),
                pa.array([list(row.evidence) for row in rows], pa.list_(pa.string())),
            ],
            schema=_SCHEMA.with_metadata({"rules": self._rules}),
        )
        try:
            write_parquet(self._path, table)
        except StorageError:
            return

    def _read(self) -> dict[bytes, Grouping]:
        if self._path is None or not self._path.is_file():
            return {}
        try:
            table = pq.ParquetFile(self._path).read()
            if (table.schema.metadata or {}).get(b"rules", b"").decode() != self._rules:
                return {}
            if not table.schema.equals(_SCHEMA):
                return {}
        except (OSError, pa.ArrowException, UnicodeDecodeError):
            return {}
        labels, confidence = (_split(table[name]) for name in ("labels", "confidence"))
        keys, evidence = table["key"].to_pylist(), table["evidence"].to_pylist()
        return {
            key: Grouping(own, sure, tuple(said))
            for key, own, sure, said in zip(keys, labels, confidence, evidence, strict=True)
        }


def make_keys(corpus: Corpus, blocks: Sequence[Ints]) -> list[bytes]:
    """Return the keys of blocks of mentions, each of one form."""
    mentions, coauthors = _hash_mentions(corpus), _hash_coauthors(corpus, blocks)
    keys = []
    for block, shared in zip(blocks, coauthors.tolist(), strict=True):
        digest = hashlib.blake2b(mentions[block].tobytes(), digest_size=16)
        digest.update(struct.pack("<Qf", shared, corpus.namesakes[corpus.form[block[0]]]))
        keys.append(digest.digest())
    return keys


def _hash_mentions(corpus: Corpus) -> Hashes:
    """Hash what each mention is compared by, but for what is known of its co-authors."""
    words = _mix(corpus.hashes.word, _bits(corpus.word_weight))
    papers = _mix(corpus.hashes.paper, _sum_lists(corpus.words, words[corpus.words.values]))
    # the last one is of authors whose names say nothing
    authors = np.append(corpus.hashes.form, np.uint64(0))[corpus.authors.values]
    papers = _mix(papers, _sum_lists(corpus.authors, authors))
    parts = _sum_lists(corpus.parts, _bits(corpus.part_weight)[corpus.parts.values])
    # the last one is of those without an affiliation
    places = np.append(parts, np.uint64(0))[corpus.affiliation]
    return _mix(_mix(corpus.hashes.mention, papers[corpus.paper]), places)


def _hash_coauthors(corpus: Corpus, blocks: Sequence[Ints]) -> Hashes:
    """Hash for each block who of its co-authors was printed with whom, and where they work.

    Only that: nearly every block has a co-author whose name became more common today.
    """
    parts = _mix(corpus.hashes.part, _bits(corpus.part_weight))
    places = _sum_lists(corpus.places, parts[corpus.places.values])
    found = np.zeros(len(blocks), np.uint64)
    forms = len(corpus.names)
    size = max(1, _TABLE_CELLS // max(forms, 1))
    for start in range(0, len(blocks), size):
        some = blocks[start : start + size]
        number = np.repeat(np.arange(len(some)), [len(block) for block in some])
        rows, coauthors = corpus.list_coauthors(np.concatenate(some))
        is_coauthor = np.zeros((len(some), forms), bool)
        is_coauthor[number[rows], coauthors] = True
        ones, others = np.divmod(np.unique(number[rows] * forms + coauthors), max(forms, 1))
        # those of no known place say nothing
        is_placed = places[others] != 0
        placed = _mix(corpus.hashes.form[others[is_placed]], places[others[is_placed]])
        placed_starts = np.searchsorted(ones[is_placed], np.arange(len(some) + 1))
        links, around = corpus.neighbours.take(others.astype(np.int32))
        inside = is_coauthor[ones[links], around]
        links, around = links[inside], around[inside]
        pairs = _mix(corpus.hashes.form[others[links]], corpus.hashes.form[around])
        starts = np.searchsorted(ones[links], np.arange(len(some) + 1))
        found[start : start + len(some)] = _mix(
            _sum_lists(Lists(starts, around), pairs),
            _sum_lists(Lists(placed_starts, others[is_placed]), placed),
        )
    return found


def _bits(values: npt.NDArray[np.float32]) -> Hashes:
    return np.ascontiguousarray(values, np.float32).view(np.uint32).astype(np.uint64)


def _mix(left: Hashes, right: Hashes) -> Hashes:
    """Combine hashes in order; the last steps are those of splitmix64."""
    mixed = left * np.uint64(0x9E3779B97F4A7C15) + right
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _sum_lists(lists: Lists, hashes: Hashes) -> Hashes:
    """Add up the hashes of each list's items, given item by item; their order is no matter."""
    sums = np.zeros(len(hashes) + 1, np.uint64)
    np.cumsum(hashes, out=sums[1:])
    return sums[lists.starts[1:]] - sums[lists.starts[:-1]]


def _as_lists(rows: Sequence[npt.NDArray[np.generic]], kind: pa.DataType) -> pa.Array:
    sizes = np.array([0, *(len(row) for row in rows)], np.int32)
    values = np.concatenate(rows) if rows else np.zeros(0)
    offsets = pa.array(np.cumsum(sizes, dtype=np.int32))
    return pa.ListArray.from_arrays(offsets, pa.array(values, kind))


def _split(column: pa.ChunkedArray) -> list[npt.NDArray[Any]]:
    found: list[npt.NDArray[Any]] = []
    for chunk in column.chunks:
        offsets = chunk.offsets.to_numpy()
        values = chunk.values.to_numpy(zero_copy_only=False)
        found += np.split(values, offsets[1:-1]) if len(chunk) else []
    return found
