"""Cluster a seeded synthetic corpus: seconds, memory, and precision against the known people.

    python bench/cluster_scale.py 10000 100000        # numbers of papers

Names are drawn from the background's surnames and given names, so that common names are as
common as in real corpora; a paper's authors come from one of many groups of people.
"""

import json
import resource
import sys
import time

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from daily_papers.identity import frequency
from daily_papers.identity.cluster import cluster_authorships
from daily_papers.identity.evaluation import score_groups

AUTHORS_PER_PAPER = 5
PAPERS_PER_PERSON = 3.3  # mentions a person, as in a corpus where most publish once or twice
GROUP_SIZE = 25


def make_corpus(paper_count: int, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    random = np.random.default_rng(seed)
    counts = pq.read_table(frequency.BACKGROUND_FILE).to_pandas()

    def draw(part: str, size: int) -> np.ndarray:
        rows = counts[(counts["part"] == part) & (counts["text"].str.len() > 1)]
        shares = rows["count"] / rows["count"].sum()
        found = random.choice(rows["text"].to_numpy(), size, p=shares).astype(object)
        # a third of all names are seen nowhere else: letters make them up
        rare = random.random(size) < 0.35
        letters = random.choice(list("abdefghiklmnoprstu"), (int(rare.sum()), 7))
        found[rare] = ["".join(row) for row in letters]
        return found

    people = int(paper_count * AUTHORS_PER_PAPER / PAPERS_PER_PERSON)
    names = draw("given", people) + " " + draw("surname", people)
    groups = max(1, people // GROUP_SIZE)
    total = paper_count * AUTHORS_PER_PAPER
    group = np.repeat(random.integers(0, groups, paper_count), AUTHORS_PER_PAPER)
    # within a group some publish far more than others
    member = (random.power(0.6, total) * GROUP_SIZE).astype(int)
    person = np.minimum(group * GROUP_SIZE + member, people - 1)
    authorships = pd.DataFrame(
        {
            "paper": np.repeat(np.arange(paper_count), AUTHORS_PER_PAPER),
            "person": person,
        }
    ).drop_duplicates()
    authorships["position"] = authorships.groupby("paper").cumcount() + 1
    authorships["paper_id"] = ("p" + authorships["paper"].astype(str).str.zfill(8)).astype(object)
    authorships["name"] = names[authorships["person"]]
    words = np.array(
        [
            f"word{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)}"
            for n in range(5000)
        ],
        object,
    )
    picks = (random.power(0.3, (paper_count, 7)) * 5000).astype(int)
    papers = pd.DataFrame(
        {
            "paper_id": ["p" + str(n).zfill(8) for n in range(paper_count)],
            "year": random.integers(2010, 2026, paper_count),
            "title": [" ".join(words[row]) for row in picks],
            "venue": random.choice([f"venue {n}" for n in range(200)], paper_count),
        }
    )
    return papers, authorships[["paper_id", "position", "name", "person"]]


def main() -> None:
    for paper_count in [int(text) for text in sys.argv[1:]] or [2_000, 20_000]:
        papers, authorships = make_corpus(paper_count)
        start, cpu = time.perf_counter(), time.process_time()
        found = cluster_authorships(papers, authorships.drop(columns="person"))
        seconds, cpu_s = time.perf_counter() - start, time.process_time() - cpu
        merged = authorships.merge(found.authorships, on=["paper_id", "position"])
        score = score_groups(merged["person"].astype(str), merged["author_id"], "", "")
        print(
            json.dumps(
                {
                    "papers": paper_count,
                    "authorships": len(authorships),
                    "authors": len(found.authors),
                    "seconds": round(seconds, 1),
                    "cpu_s": round(cpu_s, 1),
                    "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                    "pair_precision": round(score.pair_precision, 4),
                    "pair_recall": round(score.pair_recall, 4),
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
