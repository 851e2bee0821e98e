"""Add the last real listing days one at a time: seconds, and the difference from a full run.

    python bench/cluster_increment.py [--days 10] [--archive DIR]

Each day is clustered with the groupings of the day before in the cache, and again without
them. `differing` counts authorships whose author or confidence is not the same, `kept` the
authors of the day before whose id is still there.
"""

import argparse
import json
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
from daily_papers import ingest, settings
from daily_papers.identity.cache import GroupingCache
from daily_papers.identity.cluster import Clustering, cluster_authorships
from daily_papers.quality import judge
from daily_papers.sources import open_source
from daily_papers.warehouse import author_tables, build, derive, inputs
from daily_papers.warehouse.models import load_project

ARCHIVE = Path(__file__).parents[2] / "shared" / "data" / "hf_api"
FIRST, LAST = date(2024, 5, 27), date(2026, 5, 31)


def cluster(
    papers: pd.DataFrame, authorships: pd.DataFrame, cache: GroupingCache
) -> tuple[Clustering, float]:
    start = time.process_time()
    found = cluster_authorships(papers, authorships, cache=cache)
    cache.save()
    return found, time.process_time() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archive", type=Path, default=ARCHIVE)
    parser.add_argument("--days", type=int, default=10)
    arguments = parser.parse_args()
    if not arguments.archive.is_dir():
        print(f"no archive at {arguments.archive}: give --archive DIR", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        options = settings.load(home=Path(folder) / "home")
        source = open_source(f"replay:{arguments.archive}", options)
        for _ in ingest.ingest_days(source.days(FIRST, LAST), options, source):
            pass
        judge.judge_unjudged(options)  # the models leave out what was not judged
        with duckdb.connect() as con:
            con.execute("set timezone = 'UTC'")
            inputs.create_tables(con, inputs.find_files(options))
            build.run_models(con, load_project(options.sql_dir), derive.load_extractors())
            papers, authorships = author_tables.read_corpus(con)
        days = sorted(papers["first_listed_on"].unique())[-arguments.days - 1 :]
        if len(days) <= arguments.days:
            print(f"{arguments.archive} has only {len(days)} days with papers", file=sys.stderr)
            return 1
        before: Clustering | None = None
        for day in days:
            some = papers[papers["first_listed_on"] <= day]
            rows = authorships[authorships["paper_id"].isin(some["paper_id"])]
            cache = GroupingCache(Path(folder) / "cache")
            found, cached_s = cluster(some, rows, cache)
            full, full_s = cluster(some, rows, GroupingCache())
            differing = (found.authorships != full.authorships).any(axis=1).sum()
            line = {
                "day": str(day)[:10],
                "new_papers": int((some["first_listed_on"] == day).sum()),
                "authorships": len(rows),
                "full_cpu_s": round(full_s, 2),
                "increment_cpu_s": round(cached_s, 2),
                "names_compared": cache.computed_count,
                "names_known": cache.used_count - cache.computed_count,
                "differing": int(differing),
            }
            if before is not None:
                ids = set(before.authors["author_id"])
                line["kept"] = len(ids & set(found.authors["author_id"]))
                line["of"] = len(ids)
            print(json.dumps(line), flush=True)
            before = found
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
