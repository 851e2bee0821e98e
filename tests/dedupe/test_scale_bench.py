"""The promise of bench/dedupe_scale.py on fewer papers: planted pairs that are alike are found."""

import importlib.util
from pathlib import Path

from daily_papers.dedupe.candidates import find_duplicates
from daily_papers.dedupe.minhash import compute_jaccard

BENCH = Path(__file__).parents[2] / "bench" / "dedupe_scale.py"


def load_bench():
    spec = importlib.util.spec_from_file_location("dedupe_scale", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_recall_of_planted_pairs_that_are_alike(capsys):
    bench = load_bench()
    papers, planted = bench.make_corpus(3_000, 5)  # 273 pairs, half of them from 0.7 on
    same = {
        (row["paper_id"], row["other_id"])
        for row in find_duplicates(papers).to_pylist()
        if row["is_same"]
    }
    assert bench.report_recall(papers, planted, same, compute_jaccard) >= bench.LEAST_RECALL
    assert same <= set(planted)
    assert "recall at true Jaccard >= 0.7: " in capsys.readouterr().out
