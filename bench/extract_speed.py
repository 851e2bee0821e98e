"""Papers a second of the extractor on one core, beside one pass of a plain pattern.

    python bench/extract_speed.py [ARCHIVE] [--papers N] [--profile]

ARCHIVE is a folder of the source's responses (default ../shared/data/hf_api). The baseline
is what "grep for the vocabulary" costs: one alternation of every unambiguous name over the
same texts. Both run in turns in one process and the best of three counts, so that a busy
machine slows both; their ratio is the number to compare between machines. The digest tells
whether a change of the code changed a single record.
"""

import argparse
import cProfile
import hashlib
import json
import pstats
import re
import time
from collections.abc import Callable
from pathlib import Path

from daily_papers.extract import benchmarks, output
from daily_papers.extract.extractor import extract_paper

Paper = tuple[str, str, str]


def read_papers(archive: Path, limit: int) -> list[Paper]:
    import zstandard

    found: dict[str, Paper] = {}
    for file in sorted([*archive.rglob("*.json"), *archive.rglob("*.json.zst")]):
        data = file.read_bytes()
        if file.suffix == ".zst":
            with zstandard.ZstdDecompressor().stream_reader(data) as reader:
                data = reader.read()
        try:
            entries = json.loads(data)
        except ValueError:
            continue  # the archive holds broken responses too
        for entry in entries if isinstance(entries, list) else []:
            paper = entry.get("paper") if isinstance(entry, dict) else None
            if isinstance(paper, dict) and paper.get("id") and paper.get("summary"):
                title = " ".join(str(paper.get("title", "")).split())
                found[paper["id"]] = paper["id"], title, " ".join(paper["summary"].split())
    step = max(1, len(found) // limit)
    return [found[one] for one in sorted(found)][::step][:limit]


def best_cpu_s(run: Callable[[], None], other: Callable[[], None]) -> tuple[float, float]:
    best = [float("inf"), float("inf")]
    for _ in range(3):
        for number, function in enumerate((run, other)):
            started = time.process_time()
            function()
            best[number] = min(best[number], time.process_time() - started)
    return best[0], best[1]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("archive", nargs="?", type=Path, default=Path("../shared/data/hf_api"))
    parser.add_argument("--papers", type=int, default=2000)
    parser.add_argument("--profile", action="store_true", help="print the functions that cost most")
    arguments = parser.parse_args()
    papers = read_papers(arguments.archive, arguments.papers)
    names = [one.name for one in benchmarks.load_vocabulary() if not one.is_ambiguous]
    names.sort(key=lambda name: (-len(name), name))
    vocabulary = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")

    def extract() -> None:
        for _, title, abstract in papers:
            extract_paper(title, abstract)

    def search() -> None:
        for _, title, abstract in papers:
            vocabulary.findall(title)
            vocabulary.findall(abstract)

    digest = hashlib.sha256()
    for paper_id, title, abstract in papers:
        line = output.to_line(paper_id, extract_paper(title, abstract))
        digest.update(json.dumps(line, sort_keys=True).encode())
    extract_s, search_s = best_cpu_s(extract, search)
    print(f"papers     {len(papers)}, digest of all records {digest.hexdigest()[:16]}")
    print(f"extractor  {len(papers) / extract_s:8.0f} papers/s of one core")
    print(
        f"baseline   {len(papers) / search_s:8.0f} papers/s, one alternation of {len(names)} names"
    )
    print(f"ratio      {search_s / extract_s:8.2f} times the baseline's speed")
    if arguments.profile:
        profile = cProfile.Profile()
        profile.runcall(extract)
        pstats.Stats(profile).sort_stats("tottime").print_stats(15)


if __name__ == "__main__":
    main()
