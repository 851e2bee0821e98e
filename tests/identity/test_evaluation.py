"""identity.evaluation: scores on groupings small enough to count by hand."""

from dataclasses import replace

import pandas as pd
import pytest
from author_corpus import make
from daily_papers.errors import InvalidInputError
from daily_papers.identity.evaluation import (
    WITHOUT_POOLED,
    evaluate_authors,
    find_pooled,
    render_section,
    score_groups,
)
from daily_papers.quality_report import replace_section
from tests_shared import SHARED

PARTS = ("ambiguous names", WITHOUT_POOLED)


def score(gold: str, found: str):
    return score_groups(pd.Series(list(gold)), pd.Series(list(found)), "all", "test")


def test_the_right_groups_score_one():
    one = score("aab", "xxy")
    assert (one.pair_f1, one.cubed_f1) == (1, 1)


def test_a_wrong_join_costs_precision_by_the_pair_and_by_the_mention():
    one = score("aab", "xxx")  # of three pairs one is right
    assert one.pair_precision == pytest.approx(1 / 3)
    assert (one.pair_recall, one.cubed_recall) == (1, 1)
    assert one.cubed_precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3) / 3)


def test_a_split_costs_recall():
    one = score("aab", "xyz")
    assert (one.pair_precision, one.pair_recall) == (1, 0)
    assert one.cubed_recall == pytest.approx((1 / 2 + 1 / 2 + 1) / 3)


def test_a_corpus_is_scored_beside_both_baselines_without_its_orcids(tmp_path):
    papers, rows = make(("1", ["Wei Wang"]), ("2", ["Wei Wang"]), ("3", ["Ada Lovelace"]))
    papers.to_parquet(tmp_path / "papers.parquet")
    rows["affiliation"] = None
    rows["orcid"] = "0000-0002-1825-0097"  # would join all three, were it seen
    rows["in_split"] = True
    rows["gold_person_id"] = ["w1", "w2", "ada"]
    rows.to_parquet(tmp_path / "authorships.parquet")
    scores = {(one.part, one.method): one for one in evaluate_authors(tmp_path)}
    assert scores["all", "clusters"].pair_precision == 1
    assert scores["ambiguous names", "exact name"].pair_precision == 0
    parts = {"all", "ambiguous names", "people of several names", WITHOUT_POOLED}
    assert {part for part, _ in scores} == parts
    assert "| all | clusters | 3 | 1.0000" in render_section(list(scores.values()))


def test_an_id_beside_longer_ones_of_its_name_is_pooled():
    people = ["fei-liu", "fei-liu-utdallas", "yang-liu", "ana-roca-sosa", "liu"]
    assert find_pooled(people) == {"fei-liu"}


def test_a_missed_aim_is_called_missed():
    right = score_groups(pd.Series(["a", "a"]), pd.Series(["x", "x"]), "all", "clusters")
    split = score_groups(pd.Series(["a", "a"]), pd.Series(["x", "y"]), "all", "clusters")
    scores = [right, *(replace(right, part=p, method=m) for p in PARTS for m in ("clusters", "b"))]
    said = render_section(scores)
    assert "- Met: pair precision of all" in said
    assert "- **Missed**: pair F1 of ambiguous names above both baselines: 1.0000" in said
    assert "- **Missed**: pair precision of all" in render_section([split, *scores[1:]])


def test_qian_s_signatures_are_a_row_of_their_own(tmp_path):
    papers, rows = make(("1", ["Wei Wang"]), ("2", ["Wei Wang"]))
    papers.to_parquet(tmp_path / "papers.parquet")
    labels = {"affiliation": None, "in_split": True, "gold_person_id": ["a", "b"]}
    rows.assign(**labels).to_parquet(tmp_path / "authorships.parquet")
    own = {"paper_id": [7, 8], "position": [0, 0], "name": "Ada Lovelace", "person_id": [1, 1]}
    pd.DataFrame({**own, "affiliations": None}).to_parquet(tmp_path / "qian_signatures.parquet")
    scores = {(one.part, one.method): one for one in evaluate_authors(tmp_path)}
    assert scores["Qian, all", "clusters"].mentions == 2
    assert scores["Qian, all", "clusters"].pair_f1 == 1


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="no labelled authors (expected ../shared/data)")
def test_the_labelled_half_is_clustered_as_well_as_measured():
    scores = {(one.part, one.method): one for one in evaluate_authors(SHARED / "authors")}
    everyone, ambiguous = scores["all", "clusters"], scores["ambiguous names", "clusters"]
    assert everyone.pair_precision > 0.998
    assert everyone.pair_recall > 0.97
    assert ambiguous.pair_f1 > scores["ambiguous names", "exact name"].pair_f1
    assert scores[WITHOUT_POOLED, "clusters"].pair_f1 > 0.83
    assert scores[WITHOUT_POOLED, "exact name"].pair_f1 < 0.75
    assert ambiguous.cubed_f1 > 0.84 > scores["ambiguous names", "exact name"].cubed_f1


def test_a_folder_without_the_corpus_is_told(tmp_path):
    with pytest.raises(InvalidInputError, match=r"papers\.parquet does not exist"):
        evaluate_authors(tmp_path)


def test_only_the_section_of_the_same_heading_is_replaced():
    report = "# Quality\n\n## Authors\n\nold\n\n## Matches\n\nkept\n"
    again = replace_section(report, "## Authors\n\nnew\n")
    assert again == "# Quality\n\n## Authors\n\nnew\n\n## Matches\n\nkept\n"
    assert replace_section("# Quality\n", "## Authors\n\nnew\n").endswith("\n\n## Authors\n\nnew\n")
