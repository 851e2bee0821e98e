"""Papers of the lake that are the same work under two ids.

Candidates are pairs that share a band of their MinHash signatures (title and abstract), a
normalised title, a DOI or an OpenReview id. Each is then verified exactly: shingles of the
texts, authors, and the same forest that decides `daily-papers match`.

Candidates are a cheap function of all signatures, so every call looks at all papers. What
is dear, the signatures and the verification of a pair, is a function of the papers'
contents alone and kept in a cache under their hashes: a day's new papers cost only
themselves, and the answer is that of a run from nothing.
"""

import hashlib
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import fuzz

from daily_papers.dedupe import minhash
from daily_papers.dedupe.features import Record, match_names, parse_record
from daily_papers.dedupe.match import Matcher, load_matcher, match_records
from daily_papers.dedupe.titles import normalise_title
from daily_papers.errors import CorruptFileError
from daily_papers.lake.files import read_parquet, write_parquet

RULE_VERSION: Final = "duplicates-2"
SAME_TEXT: Final = 0.5  # shingles in common from which two texts are one, given its authors
SIMILAR_TEXT: Final = 0.25  # the same, given a title that the forest takes for the same
SHARED_AUTHORS: Final = 0.5  # of the shorter list
# Below both, one text is two works' by a mistake of the source. Titles drawn at random under
# the same authors are below in 98.7 of 100 pairs, of 5,871 labelled pairs that are the same none.
OTHER_RECORD: Final = 0.05
OTHER_TITLE: Final = 50  # letters of the titles alike, %
_ESTIMATE_BELOW: Final = 0.15  # a candidate may be estimated this much too low
_CROWD: Final = 200  # more papers than this in one group: only neighbours are compared
_NEIGHBOURS: Final = 20
_VERIFIED_AT_ONCE: Final = 8_192
_IDS: Final = {"doi": "DOI", "openreview": "OpenReview id"}

PAPERS: Final = pa.schema(
    [
        pa.field("paper_id", pa.string(), nullable=False),
        pa.field("title", pa.string(), nullable=False),
        pa.field("abstract", pa.string(), nullable=False),
        pa.field("authors", pa.list_(pa.string())),
        pa.field("year", pa.int32()),
        pa.field("doi", pa.string()),
        pa.field("openreview_id", pa.string()),
    ]
)
PAIRS: Final = pa.schema(
    [
        pa.field("paper_id", pa.string(), nullable=False),
        pa.field("other_id", pa.string(), nullable=False),
        pa.field("is_same", pa.bool_(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("text_jaccard", pa.float64(), nullable=False),
        pa.field("record_score", pa.float64(), nullable=False),
        pa.field("shared_authors", pa.float64()),
        pa.field("found_by", pa.list_(pa.string()), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
_HASH: Final = pa.binary(16)
_SIGNATURES: Final = pa.schema(
    [
        pa.field("text_hash", _HASH, nullable=False),
        pa.field("signature", pa.binary(4 * minhash.SIZE), nullable=False),
    ]
)
_VERIFIED: Final = pa.schema(
    [
        pa.field("left_hash", _HASH, nullable=False),
        pa.field("right_hash", _HASH, nullable=False),
        pa.field("is_same", pa.bool_(), nullable=False),
        *(PAIRS.field(name) for name in ("score", "text_jaccard", "record_score")),
        PAIRS.field("shared_authors"),
        PAIRS.field("reason"),
    ]
)
Verdict = tuple[bool, float, float, float, float | None, str]  # columns of _VERIFIED from is_same
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Work:
    """What a call had to compute itself."""

    signed: int
    verified: int


def find_duplicates(
    papers: pa.Table,
    cache_dir: Path | None = None,
    *,
    matcher: Matcher | None = None,
    note: Callable[[Work], object] = lambda _: None,
) -> pa.Table:
    """Verify every candidate pair of papers.

    Args:
        papers: columns of PAPERS, each paper_id once; the order does not matter.
        cache_dir: folder of the cache; None: compute everything.
        matcher: default the committed one.
        note: is told what was not in the cache.

    Returns:
        Columns of PAIRS, with paper_id < other_id, also the pairs that are not the same.
    """
    matcher = matcher or load_matcher()
    papers = papers.select(PAPERS.names)
    ids = papers["paper_id"].to_pylist()
    if ids != sorted(ids):  # a copy of all texts; the warehouse gives them sorted
        papers = papers.sort_by("paper_id")
        ids.sort()
    hashes = _hash_contents(papers)
    cache = _Cache(cache_dir, matcher)
    signatures, signed = _sign(papers, hashes, cache)
    found_by = _find_candidates(papers, signatures)
    pairs = sorted(found_by, key=lambda pair: (ids[pair[0]], ids[pair[1]]))
    verdicts, verified = _verify(papers, hashes, pairs, matcher, cache)
    note(Work(signed, verified))
    rows = []
    for (i, j), verdict in zip(pairs, verdicts, strict=True):
        is_same, score, *measured, reason = verdict
        ways = sorted(found_by[i, j])
        shared_id = next((way for way in ways if way in _IDS), None)
        if shared_id is not None and not is_same:
            # the texts may be those of a preprint and a journal
            is_same, score, reason = True, 0.99, f"same {_IDS[shared_id]}; {reason}"
        rows.append((ids[i], ids[j], is_same, score, *measured, ways, reason))
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in PAIRS]
    return pa.table(columns, schema=PAIRS)


def _hash_contents(papers: pa.Table) -> list[bytes]:
    """Hash what signatures and verdicts depend on, a paper at a time."""
    some = papers.select(["title", "abstract", "authors", "year"])
    return [
        hashlib.blake2b(
            "\0".join((title, abstract, str(year), *(authors or ()))).encode(), digest_size=16
        ).digest()
        for batch in some.to_batches(max_chunksize=20_000)
        for title, abstract, authors, year in zip(
            *(column.to_pylist() for column in batch.columns), strict=True
        )
    ]


def _take(papers: pa.Table, rows: Sequence[int]) -> pa.Table:
    """Return some rows, given in order; Table.take would first copy all texts together."""
    wanted = np.asarray(rows, dtype=np.int64)
    parts = []
    begin = 0
    for batch in papers.to_batches():
        end = begin + len(batch)
        own = wanted[np.searchsorted(wanted, begin) : np.searchsorted(wanted, end)]
        if len(own):
            parts.append(batch.take(pa.array(own - begin)))
        begin = end
    return pa.Table.from_batches(parts, schema=papers.schema)


def _texts(papers: pa.Table, rows: Sequence[int]) -> list[str]:
    some = _take(papers.select(["title", "abstract"]), rows)
    columns = some["title"].to_pylist(), some["abstract"].to_pylist()
    return [f"{title} {abstract}" for title, abstract in zip(*columns, strict=True)]


def _sign(papers: pa.Table, hashes: list[bytes], cache: "_Cache") -> tuple[minhash.Signatures, int]:
    signatures = np.empty((len(hashes), minhash.SIZE), dtype=np.uint32)
    known = cache.find_signatures(hashes)
    missing = np.flatnonzero(known < 0).tolist()
    for begin, chunk in cache.read_signatures():
        own = np.flatnonzero((known >= begin) & (known < begin + len(chunk)))
        for at in range(0, len(own), 50_000):
            some = own[at : at + 50_000]
            signatures[some] = chunk[known[some] - begin]
    parts = [missing[at : at + 10_000] for at in range(0, len(missing), 10_000)]
    with ThreadPoolExecutor(2) as pool:  # numpy leaves the interpreter free most of the time
        for part, signed in zip(
            parts,
            pool.map(lambda rows: minhash.sign_texts(_texts(papers, rows)), parts),
            strict=True,
        ):
            signatures[part] = signed
    # of a million papers a copy is half a gigabyte
    fresh = signatures if len(missing) == len(hashes) else signatures[missing]
    cache.add_signatures([hashes[row] for row in missing], fresh)
    return signatures, len(missing)


def _find_candidates(papers: pa.Table, signatures: minhash.Signatures) -> dict[Pair, set[str]]:
    """Return pairs of rows, each with the ways in which it was found."""
    found: dict[Pair, set[str]] = defaultdict(set)
    for way, keys in (
        ("title", (normalise_title(title) for title in _iterate(papers, "title"))),
        ("doi", (_fold_doi(doi) for doi in _iterate(papers, "doi"))),
        ("openreview", (known or "" for known in _iterate(papers, "openreview_id"))),
    ):
        for i, j in _pair_up_by_key(keys, len(papers)):
            found[i, j].add(way)
    for i, j in _find_similar(signatures).tolist():
        found[i, j].add("text")
    return found


def _iterate(papers: pa.Table, name: str) -> Iterator[Any]:
    for chunk in papers[name].chunks:
        yield from chunk.to_pylist()


def _pair_up_by_key(keys: Iterable[str], count: int) -> Iterator[Pair]:
    """Return pairs of rows with the same key; an empty one is none."""
    numbers = (
        int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest()) if key else 0
        for key in keys
    )
    hashed = np.fromiter(numbers, dtype=np.uint64, count=count)
    yield from _pair_up_equal(hashed, np.flatnonzero(hashed))


def _pair_up_equal(keys: npt.NDArray[np.uint64], rows: npt.NDArray[np.intp]) -> Iterator[Pair]:
    order = rows[np.argsort(keys[rows], kind="stable")]
    ordered = keys[order]
    ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True)) + 1
    sizes = np.diff(ends, prepend=0)
    several = np.flatnonzero(sizes > 1) if len(order) else ()
    return iter(_pair_up(order[ends[k] - sizes[k] : ends[k]].tolist() for k in several))


def _fold_doi(doi: str | None) -> str:
    folded = (doi or "").strip().lower()
    return folded.removeprefix("https://doi.org/").removeprefix("doi:")


def _pair_up(groups: Iterable[Sequence[int]]) -> Iterable[Pair]:
    for group in groups:
        members = sorted(group)
        reach = len(members) if len(members) <= _CROWD else _NEIGHBOURS
        for at, row in enumerate(members):
            for other in members[at + 1 : at + 1 + reach]:
                yield row, other


def _find_similar(signatures: minhash.Signatures) -> npt.NDArray[np.int64]:
    """Return pairs of rows that share a band and are estimated similar enough."""
    count = len(signatures)
    rows = np.flatnonzero((signatures != np.iinfo(np.uint32).max).any(axis=1))
    pairs: list[npt.NDArray[np.int64]] = []
    for band in range(minhash.BANDS):
        keys = minhash.hash_band(signatures, band)
        packed = (i * count + j for i, j in _pair_up_equal(keys, rows))
        pairs.append(np.fromiter(packed, dtype=np.int64))
    unique = np.unique(np.concatenate(pairs)) if count else np.empty(0, dtype=np.int64)
    left, right = np.divmod(unique, max(1, count))
    keep = np.empty(len(unique), dtype=bool)
    for begin in range(0, len(unique), 100_000):
        some = slice(begin, begin + 100_000)
        agree = (signatures[left[some]] == signatures[right[some]]).mean(axis=1)
        keep[some] = agree >= SIMILAR_TEXT - _ESTIMATE_BELOW
    return np.column_stack([left[keep], right[keep]])


def _verify(
    papers: pa.Table,
    hashes: list[bytes],
    pairs: list[Pair],
    matcher: Matcher,
    cache: "_Cache",
) -> tuple[list[Verdict], int]:
    known = cache.read_verdicts()
    keys = [tuple(sorted((hashes[i], hashes[j]))) for i, j in pairs]
    missing = {key: pair for key, pair in zip(keys, pairs, strict=True) if key not in known}
    fresh: dict[tuple[bytes, ...], Verdict] = {}
    todo = list(missing.items())
    for at in range(0, len(todo), _VERIFIED_AT_ONCE):
        some = todo[at : at + _VERIFIED_AT_ONCE]
        found = _verify_some(papers, [pair for _, pair in some], matcher)
        fresh.update(zip((key for key, _ in some), found, strict=True))
    cache.add_verdicts(fresh)
    known.update(fresh)
    return [known[key] for key in keys], len(fresh)


def _verify_some(papers: pa.Table, pairs: list[Pair], matcher: Matcher) -> list[Verdict]:
    rows = sorted({row for pair in pairs for row in pair})
    some = _take(papers, rows).to_pylist()
    by_row = dict(zip(rows, some, strict=True))
    records = {row: _as_record(paper) for row, paper in by_row.items()}
    sets = dict(zip(rows, _shingle_sets(some), strict=True))
    matches = match_records([records[i] for i, _ in pairs], [records[j] for _, j in pairs], matcher)
    return [
        _decide(
            records[i],
            records[j],
            _jaccard(sets[i], sets[j]),
            float(matches.scores[at]),
            bool(matches.decisions[at]),
            matches.reasons[at],
        )
        for at, (i, j) in enumerate(pairs)
    ]


def _as_record(paper: dict[str, Any]) -> Record:
    year = "" if paper["year"] is None else str(paper["year"])
    return parse_record(paper["title"], " , ".join(paper["authors"] or ()), "", year)


def _shingle_sets(papers: list[dict[str, Any]]) -> list[npt.NDArray[np.uint64]]:
    hashes, starts = minhash.hash_shingles([f"{p['title']} {p['abstract']}" for p in papers])
    return [np.unique(hashes[begin:end]) for begin, end in itertools.pairwise(starts.tolist())]


def _jaccard(left: npt.NDArray[np.uint64], right: npt.NDArray[np.uint64]) -> float:
    common = len(np.intersect1d(left, right, assume_unique=True))
    union = len(left) + len(right) - common
    return common / union if union else 0.0


def _decide(
    left: Record, right: Record, jaccard: float, score: float, is_match: bool, why: str
) -> Verdict:
    """Decide a pair of papers by text, authors and the forest's word on title and authors."""
    a, b = left.authors, right.authors
    shared = match_names(a, b) / min(len(a), len(b)) if a and b else None
    authors_agree = shared is None or shared >= SHARED_AUTHORS
    titles = left.squashed_title, right.squashed_title
    same_title = titles[0] == titles[1] != ""
    is_other_record = score < OTHER_RECORD and fuzz.ratio(*titles) < OTHER_TITLE
    if why.startswith("ruled out"):
        is_same, rule = False, why
    elif jaccard >= SAME_TEXT and authors_agree and is_other_record:
        is_same, rule = False, "one text under two titles"
    elif jaccard >= SAME_TEXT and authors_agree:
        is_same, rule = True, "same text"
    elif same_title and shared is not None and authors_agree:
        is_same, rule = True, "same title and authors"
    elif jaccard >= SIMILAR_TEXT and is_match and left.numbers == right.numbers:
        is_same, rule = True, "similar text, same record"
    elif not authors_agree:
        is_same, rule = False, "other authors"
    else:
        is_same, rule = False, "other text"
    # orders pairs by how sure they are; above 0.5 exactly where they are the same
    certainty = max(jaccard, score if same_title or jaccard >= SIMILAR_TEXT else 0.0)
    final = round(0.5 + certainty / 2 if is_same else certainty / 2, 6)
    if why.startswith("ruled out"):
        final = min(final, 0.01)
    said = f"{rule}; {100 * jaccard:.0f} % of the shingles in common"
    if not why.startswith("ruled out"):
        said += f"; record {score:.2f}: {why}"
    rounded = None if shared is None else round(shared, 6)
    return is_same, final, round(jaccard, 6), score, rounded, said


class _Cache:
    """Signatures and verdicts by content; a file a call, never changed."""

    def __init__(self, folder: Path | None, matcher: Matcher) -> None:
        self._folder = folder
        self._signatures = f"signatures-{minhash.VERSION}"
        self._verdicts = f"verdicts-{RULE_VERSION}-{minhash.VERSION}-{matcher.version}"

    def find_signatures(self, hashes: list[bytes]) -> npt.NDArray[np.int64]:
        """Return the row of each text's signature, -1 for one that is not stored."""
        own = pa.array(hashes, _HASH)
        found = pc.index_in(own, value_set=self._stored["text_hash"].combine_chunks())
        return np.asarray(found.fill_null(-1).to_numpy(), dtype=np.int64)

    def read_signatures(self) -> Iterator[tuple[int, minhash.Signatures]]:
        """Return the stored signatures part by part, each with its first row's number."""
        begin = 0
        for chunk in self._stored["signature"].chunks:
            if len(chunk):
                values = np.frombuffer(chunk.buffers()[1], dtype=np.uint32)
                rows = values.reshape(-1, minhash.SIZE)
                yield begin, rows[chunk.offset : chunk.offset + len(chunk)]
            begin += len(chunk)

    @cached_property
    def _stored(self) -> pa.Table:
        return self._read(self._signatures, _SIGNATURES)

    def add_signatures(self, hashes: list[bytes], signatures: minhash.Signatures) -> None:
        width = 4 * minhash.SIZE
        data = pa.py_buffer(np.ascontiguousarray(signatures))
        stored = pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), len(hashes), [None, data])
        self._add(self._signatures, pa.table([hashes, stored], schema=_SIGNATURES), hashes)

    def read_verdicts(self) -> dict[tuple[bytes, ...], Verdict]:
        table = self._read(self._verdicts, _VERIFIED)
        rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
        return {(row[0], row[1]): row[2:] for row in rows}

    def add_verdicts(self, verdicts: dict[tuple[bytes, ...], Verdict]) -> None:
        rows = [(*key, *verdict) for key, verdict in verdicts.items()]
        columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in _VERIFIED]
        hashes = [b"".join(key) for key in verdicts]
        self._add(self._verdicts, pa.table(columns, schema=_VERIFIED), hashes)

    def _read(self, name: str, schema: pa.Schema) -> pa.Table:
        if self._folder is None:
            return schema.empty_table()
        parts = []
        for path in sorted((self._folder / name).glob("[!.]*.parquet")):
            try:
                parts.append(read_parquet(path, schema))
            except CorruptFileError:  # a cache: computed and written anew
                path.unlink(missing_ok=True)
        return pa.concat_tables(parts) if parts else schema.empty_table()

    def _add(self, name: str, table: pa.Table, keys: list[bytes]) -> None:
        if self._folder is None or not keys:
            return
        digest = hashlib.blake2b(b"".join(sorted(keys)), digest_size=12).hexdigest()
        write_parquet(self._folder / name / f"{digest}.parquet", table)
