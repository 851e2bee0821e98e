"""identity.cache: a day's papers cost a day's work and end in the clusters of a full run."""

from pathlib import Path

import pandas as pd
import pytest
from author_corpus import make
from daily_papers.identity.cache import GroupingCache
from daily_papers.identity.cluster import cluster_authorships
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = ("Wei Wang", "Yang Liu", "Jing Li", "Francis Tyers", "Ina Vanderlek", "Hao Chen", "王伟")
DAYS = st.lists(
    st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4), min_size=1, max_size=3),
    min_size=2,
    max_size=4,
)
PLACES = (None, "Peking University", "Charles University, Prague", None, "Charles University")
TITLES = ("Parsing verbs", "Verbs of Basque", "Folding proteins", "Maps of rivers", "Night speech")


def make_days(
    days: list[list[list[str]]], is_placed: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame]:
    numbered = [(day, names) for day, papers in enumerate(days) for names in papers]
    papers, rows = make(*((f"p{n}", names) for n, (_, names) in enumerate(numbered)))
    if is_placed:
        rows["affiliation"] = [PLACES[row % len(PLACES)] for row in range(len(rows))]
    papers["first_listed_on"] = [day for day, _ in numbered]
    papers["title"] = [TITLES[n % len(TITLES)] for n in range(len(papers))]
    return papers, rows


@settings(max_examples=25, deadline=None)
@given(DAYS)
def test_days_added_one_at_a_time_end_in_the_clusters_of_a_full_run(
    tmp_path_factory: pytest.TempPathFactory, days: list[list[list[str]]]
) -> None:
    folder = tmp_path_factory.mktemp("cache")
    papers, rows = make_days(days, is_placed=True)
    for day in range(len(days)):
        some = papers[papers["first_listed_on"] <= day]
        own = rows[rows["paper_id"].isin(some["paper_id"])]
        cache = GroupingCache(folder, "rules")
        found = cluster_authorships(some, own, cache=cache)
        cache.save()
        full = cluster_authorships(some, own)
        pd.testing.assert_frame_equal(found.authorships, full.authorships)
        pd.testing.assert_frame_equal(found.authors, full.authors)


COMMON = [[["Wei Wang", "Ina Vanderlek"], ["Wei Wang", "Ina Vanderlek"], ["Wei Wang"]]]


def run(folder: Path, days: list[list[list[str]]], rules: str = "rules") -> GroupingCache:
    cache = GroupingCache(folder, rules)
    cluster_authorships(*make_days(days), cache=cache)
    cache.save()
    return cache


def test_only_names_that_the_new_papers_touch_are_compared_again(tmp_path: Path) -> None:
    days = [*COMMON, [["Hao Chen"], ["Hao Chen"]]]
    assert run(tmp_path, COMMON).computed_count == 1
    again = run(tmp_path, days)
    assert (again.computed_count, again.used_count) == (1, 2)
    assert run(tmp_path, days).computed_count == 0


def test_a_name_is_compared_again_when_it_is_known_where_a_co_author_works(tmp_path: Path) -> None:
    papers, rows = make(
        *((paper, ["Wei Wang", "Ina Vanderlek"]) for paper in "12"),
        ("3", ["Wei Wang"]),
        ("4", ["Ina Vanderlek"]),
        affiliation={("3", 1): "Charles University", ("4", 1): "Charles University"},
    )
    counts = []
    for some in (rows.iloc[:-1], rows):
        cache = GroupingCache(tmp_path, "rules")
        cluster_authorships(papers, some, cache=cache)
        cache.save()
        counts.append(cache.computed_count)
    assert counts == [1, 1]


def test_other_rules_and_a_damaged_file_cost_time_only(tmp_path: Path) -> None:
    run(tmp_path, COMMON)
    assert run(tmp_path, COMMON, "other rules").computed_count == 1
    (tmp_path / "groupings.parquet").write_bytes(b"half a fi")
    assert run(tmp_path, COMMON).computed_count == 1
    assert run(tmp_path, COMMON).computed_count == 0


def test_an_id_stays_when_an_older_paper_is_listed_later(tmp_path: Path) -> None:
    papers, rows = make_days([[["Francis Tyers"]], [["Francis Tyers"]]])
    papers["year"] = [2024, 2017]
    first = cluster_authorships(papers.head(1), rows.head(1)).authorships["author_id"].iloc[0]
    assert set(cluster_authorships(papers, rows).authorships["author_id"]) == {first}
