"""The matcher on the valid parts of the labelled pairs: floors below what was measured."""

import pytest
from daily_papers.dedupe.pairs_file import score_file


@pytest.mark.parametrize(
    ("name", "floor"),
    [
        ("dblp-acm_structured", 0.990),
        ("dblp-acm_dirty", 0.990),
        ("dblp-googlescholar_structured", 0.962),
        ("dblp-googlescholar_dirty", 0.959),
    ],
)
def test_f1_on_labelled_pairs_stays_above_its_floor(shared, name, floor):
    assert score_file(shared / "dedupe" / f"{name}_valid.parquet").f1 >= floor
