"""Duplicates among the real papers: the one text that two of them have is no duplicate."""

import csv
import json

import pyarrow as pa
import pytest
import zstandard
from daily_papers.dedupe.candidates import PAPERS, find_duplicates
from daily_papers.dedupe.groups import decide_pairs


@pytest.fixture
def papers(shared):
    rows = {}
    archive = shared / "hf_api"
    for file in csv.DictReader((archive / "index.csv").open(encoding="utf-8")):
        if file["folder"] == "broken":
            continue
        body = (archive / file["folder"] / file["file"]).read_bytes()
        for entry in json.loads(zstandard.decompress(body)):
            paper = entry["paper"]
            rows[paper["id"]] = {
                "paper_id": paper["id"],
                "title": paper["title"],
                "abstract": paper["summary"],
                "authors": [author["name"] for author in paper["authors"]],
                "year": int(paper["publishedAt"][:4]),
            }
    return pa.Table.from_pylist(list(rows.values()), PAPERS)


def test_real_papers_have_no_duplicate_and_one_text_by_mistake(papers):
    assert len(papers) > 9_000
    found = find_duplicates(papers).to_pylist()
    assert [row for row in found if row["is_same"]] == []
    (kept,) = decide_pairs(found, [], papers["paper_id"].to_pylist())
    assert (kept.paper_id, kept.other_id) == ("2512.10739", "2512.10756")
    assert (kept.decision, kept.decided_by) == ("different", "model")
    assert kept.reason.startswith("one text under two titles; 91 % of the shingles in common")
