"""Duplicates among many synthetic papers: time, peak memory, recall of planted pairs.

    .venv/bin/python bench/dedupe_scale.py [--papers 1000000] [--datasketch 20000]

The corpus is seeded: abstracts of 120 to 180 words from a Zipf vocabulary, every tenth paper
with a planted copy in which words were replaced until the exact Jaccard similarity of
title and abstract lies anywhere from 0.5 to 1. Aim for 1,000,000 papers on 2 cores: under
5 minutes and 4 GiB, recall at true Jaccard >= 0.7 of at least 0.99; for fewer papers, the time
in proportion. A missed aim is said, and exit code 1. Making the corpus is not counted. A second
call adds 100 new papers, with signatures and verdicts from the cache.

On a machine that is not free the time is missed for another reason: CPU seconds say more.

--datasketch N also times datasketch's own MinHash and LSH on N papers of the corpus.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

VOCABULARY = 50_000
PLANTED_SHARE = 0.1
MOST_SECONDS = 300  # for a million papers
MOST_GIB = 4
LEAST_RECALL = 0.99
NEW_PAPERS = 100


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--datasketch", type=int, default=0, metavar="N")
    parser.add_argument("--phase", choices=("make", "find"))
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    if arguments.phase == "make":
        make_phase(arguments.folder, arguments.papers, arguments.seed)
    elif arguments.phase == "find":
        return find_phase(arguments.folder, arguments.datasketch)
    else:
        # each phase is a process of its own, so that its peak memory is its own
        with tempfile.TemporaryDirectory(prefix="daily-papers-bench-") as folder:
            for phase in ("make", "find"):
                own = ["--phase", phase, "--folder", folder]
                done = subprocess.run([sys.executable, __file__, *sys.argv[1:], *own], check=False)
                if done.returncode:
                    return done.returncode
    return 0


def make_phase(folder: Path, count: int, seed: int) -> None:
    began = time.perf_counter()
    papers, planted = make_corpus(count, seed)
    pq.write_table(papers, folder / "papers.parquet")
    columns = [list(column) for column in zip(*planted, strict=True)]
    pq.write_table(pa.table(columns, ["left", "right"]), folder / "planted.parquet")
    seconds = time.perf_counter() - began
    print(f"{count:,} papers with {len(planted):,} planted pairs, made in {seconds:.0f} s")


def find_phase(folder: Path, datasketch: int) -> int:
    from daily_papers.dedupe import candidates, minhash

    with pq.ParquetFile(folder / "papers.parquet") as file:
        papers = pa.Table.from_batches(file.iter_batches(20_000), schema=candidates.PAPERS)
    print(f"read: {say_peak()}")
    notes: list[candidates.Work] = []
    old = papers.slice(0, len(papers) - NEW_PAPERS)
    _, seconds = run("all but the new ones", old, folder, notes)
    pairs, _ = run(f"and {NEW_PAPERS} new papers", papers, folder, notes)
    same = {
        (row["paper_id"], row["other_id"])
        for row in pairs.select(["paper_id", "other_id", "is_same"]).to_pylist()
        if row["is_same"]
    }
    planted = pq.read_table(folder / "planted.parquet")
    pairs_planted = list(zip(*(column.to_pylist() for column in planted.columns), strict=True))
    recall = report_recall(papers, pairs_planted, same, minhash.compute_jaccard)
    most_seconds = MOST_SECONDS * len(papers) / 1_000_000
    missed = [
        f"missed: {text}"
        for is_missed, text in (
            (seconds > most_seconds, f"{seconds:.0f} s, aim {most_seconds:.0f} s"),
            (read_peak() > MOST_GIB, f"peak {read_peak():.2f} GiB, aim {MOST_GIB} GiB"),
            (recall < LEAST_RECALL, f"recall {recall:.4f}, aim {LEAST_RECALL}"),
        )
        if is_missed
    ]
    print("\n".join(missed) or "every aim is met")
    if datasketch:
        compare_datasketch(papers.slice(0, datasketch), minhash)
    return 1 if missed else 0


def run(name: str, papers: pa.Table, folder: Path, notes: list) -> tuple[pa.Table, float]:
    from daily_papers.dedupe import candidates

    began, began_cpu = time.perf_counter(), time.process_time()
    pairs = candidates.find_duplicates(papers, folder / "cache", note=notes.append)
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - began_cpu
    work = notes[-1]
    print(
        f"{name}: {seconds:.1f} s, {cpu_seconds:.1f} CPU s; "
        f"{work.signed:,} signed, {work.verified:,} pairs verified, "
        f"{sum(pairs['is_same'].to_pylist()):,} the same; {say_peak()}"
    )
    return pairs, seconds


def make_corpus(count: int, seed: int) -> tuple[pa.Table, list[tuple[str, str]]]:
    """Make papers in random order; the last NEW_PAPERS of them are the new ones."""
    chance = np.random.default_rng(seed)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    words = np.array(
        ["".join(chance.choice(letters, size)) for size in chance.integers(3, 11, VOCABULARY)]
    )
    names = words[chance.integers(0, VOCABULARY, 20_000)]
    weights = 1 / np.arange(1, VOCABULARY + 1)
    cumulated = np.cumsum(weights / weights.sum())
    originals = round(count / (1 + PLANTED_SHARE))
    rows: list[tuple[str, str, list[str], int]] = []
    for at in range(originals):
        size = int(chance.integers(128, 189))
        drawn = words[np.searchsorted(cumulated, chance.random(size))]
        authors = [f"{a} {b}" for a, b in names[chance.integers(0, len(names), (3, 2))]]
        rows.append((" ".join(drawn[:8]), " ".join(drawn[8:]), authors, 2020 + at % 7))
    copies = chance.choice(originals, count - originals, replace=False)
    for at in copies:
        title, abstract, authors, year = rows[at]
        own = abstract.split(" ")
        # each replaced word takes three shingles with it: up to a Jaccard of about 0.5
        places = chance.integers(0, len(own), int(chance.integers(0, len(own) // 7)))
        for place in places:
            own[place] = words[int(chance.integers(0, VOCABULARY))]
        # another title: the text alone must find the pair
        titled = title.split(" ")
        titled[int(chance.integers(0, len(titled)))] = "revisited"
        rows.append((" ".join(titled), " ".join(own), authors, year))
    order = chance.permutation(count)
    place_of = np.empty(count, dtype=np.int64)
    place_of[order] = np.arange(count)
    ids = [f"{at:08d}" for at in range(count)]
    columns = [[rows[at][field] for at in order] for field in range(4)]
    none = pa.nulls(count, pa.string())
    from daily_papers.dedupe.candidates import PAPERS

    papers = pa.table([ids, *columns, none, none], schema=PAPERS)
    planted = []
    for number, at in enumerate(copies):
        first, second = sorted((int(place_of[at]), int(place_of[originals + number])))
        planted.append((ids[first], ids[second]))
    return papers, planted


def report_recall(papers, planted, same, compute_jaccard) -> float:
    """Print the recall by likeness; return that from 0.7 on."""
    titles, abstracts = papers["title"], papers["abstract"]
    bins: dict[str, list[int]] = {">= 0.7": [0, 0], "0.5 .. 0.7": [0, 0], "< 0.5": [0, 0]}
    for left, right in planted:
        texts = [f"{titles[int(at)]} {abstracts[int(at)]}" for at in (left, right)]
        jaccard = compute_jaccard(*texts)
        name = ">= 0.7" if jaccard >= 0.7 else "0.5 .. 0.7" if jaccard >= 0.5 else "< 0.5"
        bins[name][0] += (left, right) in same
        bins[name][1] += 1
    for name, (found, there) in bins.items():
        if there:
            print(f"recall at true Jaccard {name}: {found:,} of {there:,} = {found / there:.4f}")
    extra = len(same - set(planted))
    print(f"called the same and not planted: {extra:,}")
    found, there = bins[">= 0.7"]
    return found / max(1, there)


def compare_datasketch(papers: pa.Table, minhash) -> None:
    from datasketch import MinHash, MinHashLSH

    texts = [
        f"{t} {a}"
        for t, a in zip(papers["title"].to_pylist(), papers["abstract"].to_pylist(), strict=True)
    ]
    began = time.process_time()
    signatures = minhash.sign_texts(texts)
    for band in range(minhash.BANDS):
        minhash.hash_band(signatures, band)
    ours = time.process_time() - began
    began = time.process_time()
    index = MinHashLSH(num_perm=minhash.SIZE, params=(minhash.BANDS, minhash.ROWS))
    for number, text in enumerate(texts):
        words = text.split()
        one = MinHash(num_perm=minhash.SIZE)
        one.update_batch([" ".join(words[at : at + 3]).encode() for at in range(len(words) - 2)])
        index.insert(number, one)
    theirs = time.process_time() - began
    print(
        f"signing {len(texts):,} papers, CPU s: datasketch {theirs:.1f}, minhash.py {ours:.1f} "
        f"(factor {theirs / ours:.0f})"
    )


def read_peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def say_peak() -> str:
    return f"peak {read_peak():.2f} GiB"


if __name__ == "__main__":
    sys.exit(main())
