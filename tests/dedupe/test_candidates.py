"""Duplicates among the lake's papers: found by text, title and ids; history is not redone."""

import random

import pyarrow as pa
import pytest
from daily_papers.dedupe import candidates
from daily_papers.dedupe.candidates import PAPERS, find_duplicates
from hypothesis import given, settings
from hypothesis import strategies as st

TEXT = (
    "We present a small robot that sorts apples by colour and by size. The robot learns from "
    "ten examples a kind and needs no camera calibration. In three orchards it was as fast as "
    "two people and broke fewer apples. Code and recordings are available to everyone."
)
ANN = ["Ann Hill", "Bo Lund"]


def paper(paper_id, title="A Robot That Sorts Apples", abstract=TEXT, authors=ANN, **fields):
    row = {"paper_id": paper_id, "title": title, "abstract": abstract, "authors": authors}
    return {"year": 2026, "doi": None, "openreview_id": None} | row | fields


def find(*papers, **options):
    return find_duplicates(pa.Table.from_pylist(list(papers), schema=PAPERS), **options).to_pylist()


def same(*papers):
    found = find(*papers)
    return [(row["paper_id"], row["other_id"]) for row in found if row["is_same"]]


def test_a_repost_with_an_edited_abstract_is_found_by_its_text():
    (row,) = find(
        paper("1"),
        paper("2", title="Sorting Apples Fast", abstract=TEXT.replace("three", "two")),
        paper("3", title="On Pears", abstract="Nothing of it is here.", authors=["Cy Moss"]),
    )
    assert (row["paper_id"], row["other_id"], row["is_same"]) == ("1", "2", True)
    assert row["found_by"] == ["text"]
    assert row["reason"].startswith("same text; ")
    assert 0.5 < row["score"] <= 1


def test_one_text_under_two_titles_is_two_works_unless_an_id_says_otherwise():
    other = paper("2", title="Verifying What Harvesters Have Picked")
    (row,) = find(paper("1"), other)
    assert (row["is_same"], row["text_jaccard"] > 0.8, row["score"] < 0.5) == (False, True, True)
    assert row["reason"].startswith("one text under two titles; ")
    assert same(paper("1", doi="10.1/X"), other | {"doi": "10.1/X"}) == [("1", "2")]


def test_a_rewritten_abstract_is_found_by_title_and_authors():
    (row,) = find(paper("1"), paper("2", "A robot that sorts: apples", "All was written anew."))
    assert (row["is_same"], row["found_by"]) == (True, ["title"])
    assert row["reason"].startswith("same title and authors; ")


@pytest.mark.parametrize(
    "other",
    [
        paper("2", "A Robot That Sorts Pears", "Another text of another work.", ANN),
        paper("2", abstract="Another text of another work.", authors=["Cy Moss"]),
        paper("2", title=f"Erratum: {paper('1')['title']}"),
        paper("2", title="Comment on A Robot That Sorts Apples", authors=["Cy Moss"]),
    ],
    ids=["same authors", "same title", "erratum", "comment"],
)
def test_another_work_is_not_called_the_same(other):
    assert same(paper("1"), other) == []


@pytest.mark.parametrize("field", ["doi", "openreview_id"])
def test_a_shared_id_makes_papers_the_same_whatever_their_texts(field):
    (row,) = find(
        paper("1", **{field: "10.1/X"}),
        paper("2", "Pears", "Another text.", ["Cy Moss"], **{field: "10.1/X"}),
    )
    assert row["is_same"]
    assert row["reason"].startswith("same DOI" if field == "doi" else "same OpenReview id")


def test_series_of_reports_are_not_duplicates():
    assert (
        same(
            *(
                paper(str(at), f"Model{at} Technical Report", f"We present model {at}. {text}")
                for at, text in enumerate(["It sees.", "It hears and speaks.", "It walks."], 1)
            )
        )
        == []
    )


def make_history(count, seed=1):
    chance = random.Random(seed)
    words = [f"word{at}" for at in range(400)]
    papers = []
    for at in range(count):
        if papers and chance.random() < 0.3:
            copied = chance.choice(papers)
            own = copied["abstract"].split()
            own[chance.randrange(len(own))] = "changed"
            papers.append(
                paper(f"{at:04d}", copied["title"] + " again", " ".join(own), copied["authors"])
            )
        else:
            text = " ".join(chance.choices(words, k=60))
            title = " ".join(chance.choices(words, k=6))
            papers.append(paper(f"{at:04d}", title, text, [f"A {chance.choice(words)}"]))
    return papers


def test_a_day_added_to_history_equals_a_run_from_nothing_and_costs_only_itself(tmp_path):
    papers = make_history(80)
    notes = []
    first = find(*papers[:70], cache_dir=tmp_path, note=notes.append)
    second = find(*papers, cache_dir=tmp_path, note=notes.append)
    third = find(*papers, cache_dir=tmp_path, note=notes.append)
    assert second == third == find(*papers)
    assert len(first) < len(second)
    assert [work.signed for work in notes] == [70, 10, 0]
    assert notes[1].verified == len(second) - len(first)
    assert notes[2].verified == 0


def test_a_damaged_cache_is_computed_anew(tmp_path):
    papers = make_history(20)
    expected = find(*papers, cache_dir=tmp_path)
    for path in tmp_path.rglob("*.parquet"):
        path.write_bytes(b"spoilt")
    assert find(*papers, cache_dir=tmp_path) == expected


def test_a_changed_abstract_is_looked_at_again(tmp_path):
    other = paper("2", "Sorting Apples Fast", TEXT)
    assert len(find(paper("1"), other, cache_dir=tmp_path)) == 1
    changed = other | {"abstract": "Nothing of it is here."}
    assert find(paper("1"), changed, cache_dir=tmp_path) == []


@settings(max_examples=10, deadline=None)
@given(st.randoms())
def test_the_order_of_papers_changes_nothing(chance):
    papers = make_history(25)
    expected = find(*papers)
    chance.shuffle(papers)
    assert find(*papers) == expected


def test_empty_lakes_and_texts_are_no_duplicates():
    assert find() == []
    assert same(paper("1", "?", "", []), paper("2", "?", "", [])) == []


def test_a_crowd_of_one_title_is_compared_with_its_neighbours_only(monkeypatch):
    monkeypatch.setattr(candidates, "_CROWD", 5)
    monkeypatch.setattr(candidates, "_NEIGHBOURS", 2)
    found = find(*(paper(f"{at:02d}", abstract="") for at in range(10)))
    assert len(found) == 8 * 2 + 1
