"""Handmade corpora for the tests of identity."""

import pandas as pd
from daily_papers.identity.cluster import Clustering, cluster_authorships

Paper = tuple[str, list[str]]  # paper id and printed authors


def make(
    *papers: Paper, titles: dict[str, str] | None = None, **columns: dict[tuple[str, int], str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return papers and authorships; a keyword is an optional column by (paper, position)."""
    paper_rows = pd.DataFrame(
        [(paper_id, 2024, (titles or {}).get(paper_id, ""), None) for paper_id, _ in papers],
        columns=["paper_id", "year", "title", "venue"],
    )
    rows = [
        (paper_id, position, name)
        for paper_id, names in papers
        for position, name in enumerate(names, start=1)
    ]
    authorships = pd.DataFrame(rows, columns=["paper_id", "position", "name"])
    for column, values in columns.items():
        authorships[column] = [values.get((paper_id, position)) for paper_id, position, _ in rows]
    return paper_rows, authorships


def cluster(
    *papers: Paper, overrides: dict[tuple[str, int], str] | None = None, **more
) -> Clustering:
    return cluster_authorships(*make(*papers, **more), overrides)


def authors_of(found: Clustering) -> dict[tuple[str, int], str]:
    rows = found.authorships
    keys = zip(rows["paper_id"], rows["position"], strict=True)
    return dict(zip(keys, rows["author_id"], strict=True))


def are_one(*papers: Paper, **more) -> bool:
    """Return whether the first authors of the first two papers are one person."""
    found = authors_of(cluster(*papers, **more))
    return found[papers[0][0], 1] == found[papers[1][0], 1]
