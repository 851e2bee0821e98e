"""identity.cluster on handmade corpora: what is joined, what stays apart, what is flagged."""

import re
from collections import Counter

import pandas as pd
import pytest
from author_corpus import are_one, authors_of, cluster, make
from daily_papers.identity.cluster import cluster_authorships, keep_ids, make_author_id
from hypothesis import given, settings
from hypothesis import strategies as st

FRIENDS = ["Iulianna Vanderlek", "Aljoscha Burchardt"]


def test_a_rare_name_is_one_person_without_more_evidence():
    assert are_one(("1", ["Eleftherios Avramidis"]), ("2", ["Eleftherios Avramidis"]))


def test_a_common_name_alone_joins_nothing():
    assert not are_one(("1", ["Wei Wang"]), ("2", ["Wei Wang"]))


def test_a_common_name_with_the_same_co_authors_is_one_person():
    assert are_one(("1", ["Wei Wang", *FRIENDS]), ("2", ["Wei Wang", *FRIENDS]))


def test_a_common_name_is_split_by_affiliation():
    papers = ("1", ["Wei Wang"]), ("2", ["Wei Wang"]), ("3", ["Wei Wang"])
    found = authors_of(
        cluster(
            *papers,
            titles={
                "1": "Parsing Basque verbs",
                "2": "Basque verbs parsed",
                "3": "Protein folding",
            },
            affiliation={
                ("1", 1): "University of the Basque Country",
                ("2", 1): "University of the Basque Country",
                ("3", 1): "Peking University",
            },
        )
    )
    assert found["1", 1] == found["2", 1] != found["3", 1]


@pytest.mark.parametrize(
    "variant",
    ["Francis M. Tyers", "F. Tyers", "Tyers, Francis", "FRANCIS TYERS", "Franc-is Tyers"],
)
def test_a_rare_name_meets_its_variants(variant):
    assert are_one(("1", ["Francis Tyers"]), ("2", [variant]))


def test_umlauts_and_their_spelling_meet():
    assert are_one(("1", ["Ina Rösiger"]), ("2", ["Ina Roesiger"]))


def test_an_initial_does_not_make_one_person_of_two():
    papers = ("1", ["Aljoscha Burchardt"]), ("2", ["Anselm Burchardt"]), ("3", ["A. Burchardt"])
    found = authors_of(cluster(*papers))
    assert found["1", 1] != found["2", 1]


def test_the_reversed_order_needs_a_shared_co_author():
    assert not are_one(("1", ["Chao Zhang"]), ("2", ["Zhang Chao"]))
    assert are_one(("1", ["Durairaj Thenmozhi", *FRIENDS]), ("2", ["Thenmozhi Durairaj", *FRIENDS]))


def test_an_account_joins_and_two_accounts_part():
    one, two = ("1", ["Wei Wang"]), ("2", ["Wei Wang"])
    assert are_one(one, two, account_id={("1", 1): "ww", ("2", 1): "ww"})
    rare = ("1", ["Eleftherios Avramidis"]), ("2", ["Eleftherios Avramidis"])
    assert not are_one(*rare, account_id={("1", 1): "a", ("2", 1): "b"})
    assert not are_one(*rare, orcid={("1", 1): "a", ("2", 1): "b"})


def test_an_orcid_joins_a_name_in_two_scripts_but_not_two_names_of_one():
    orcid = {("1", 1): "o", ("2", 1): "o"}
    assert are_one(("1", ["王伟"]), ("2", ["Wei Wang"]), orcid=orcid)
    assert are_one(("1", ["Дмитрий Ветров"]), ("2", ["Dmitry Vetrov"]), orcid=orcid)
    assert not are_one(("1", ["Ada Lovelace"]), ("2", ["Charles Babbage"]), orcid=orcid)


def test_two_mentions_of_one_paper_are_never_one_person():
    papers = (
        ("1", ["Francis Tyers", "Francis Tyers", "Francis M. Tyers", "F. Tyers"]),
        (
            "2",
            ["Francis Tyers", "Francis M. Tyers"],
        ),
    )
    found = authors_of(cluster(*papers))
    assert len({found["1", place] for place in (1, 2, 3, 4)}) == 4
    assert found["2", 1] != found["2", 2]


@pytest.mark.parametrize("name", ["", "J", "et al.", "-", "others"])
def test_a_name_that_says_nothing_is_kept_flagged_and_alone(name):
    found = cluster(("1", [name, *FRIENDS]), ("2", [name, *FRIENDS]))
    ids = authors_of(found)
    assert ids["1", 1] != ids["2", 1]
    flagged = found.authors[found.authors["author_id"] == ids["1", 1]].iloc[0]
    assert (flagged["kind"], flagged["is_ambiguous"]) == ("unusable", True)
    assert found.authorships["confidence"].iloc[0] == 0


def test_a_name_with_et_al_is_a_common_name_as_ever_and_flagged():
    found = cluster(("1", ["Wei Wang et al."]), ("2", ["Wei Wang et al."]))
    assert len(found.authors) == 2
    assert set(found.authors["kind"]) == {"person"}
    assert found.authors["is_ambiguous"].all()
    assert found.authors["evidence"].str.contains("et al.").all()


def test_a_name_twice_on_one_paper_is_flagged_on_both():
    found = cluster(("1", ["Francis Tyers", "Francis Tyers", "Ina Vanderlek"]))
    flagged = found.authors[found.authors["is_ambiguous"]]
    assert len(flagged) == 2
    assert flagged["evidence"].str.contains("twice on one paper").all()
    same = {("1", 1): "x", ("1", 2): "x"}
    assert cluster(("1", ["Wei Wang", "W. Wang"]), account_id=same).authors["is_ambiguous"].all()


def test_a_collaboration_is_no_person_and_joins_only_itself():
    found = cluster(
        ("1", ["The ATLAS Collaboration"]), ("2", ["The ATLAS Collaboration"]), ("3", ["T. Atlas"])
    )
    ids = authors_of(found)
    assert ids["1", 1] == ids["2", 1] != ids["3", 1]
    assert set(found.authors["kind"]) == {"group", "person"}


def test_names_in_other_scripts_need_evidence():
    assert not are_one(("1", ["王伟"]), ("2", ["王伟"]))
    assert are_one(("1", ["王伟", *FRIENDS]), ("2", ["王伟", *FRIENDS]))
    assert not are_one(("1", ["王伟"]), ("2", ["王卫"]))


def test_a_paper_of_3000_authors_joins_no_common_names():
    crowd = [f"Person{n} Unique{n}" for n in range(2998)]
    found = authors_of(cluster(("1", ["Wei Wang", *crowd]), ("2", ["Wei Wang", *crowd])))
    assert found["1", 1] != found["2", 1]
    assert found["1", 2] == found["2", 2]


def test_who_is_known_from_long_author_lists_only_is_flagged():
    crowd = [f"Person{n} Unique{n}" for n in range(100)]
    found = cluster(("1", crowd), ("2", [*crowd[:1], "Ina Vanderlek"]))
    said = found.authors.set_index("author_id")
    ids = authors_of(found)
    assert said.is_ambiguous[ids["1", 2]]
    assert said.evidence[ids["1", 2]] == "long author lists only"
    assert not said.is_ambiguous[ids["1", 1]]


def test_overrides_join_and_part_whatever_the_evidence_says():
    papers = ("1", ["Wei Wang"]), ("2", ["Eleftherios Avramidis"]), ("3", ["Eleftherios Avramidis"])
    pins = {("1", 1): "x", ("2", 1): "x", ("3", 1): "y"}
    found = cluster(*papers, overrides=pins)
    ids = authors_of(found)
    assert ids["1", 1] == ids["2", 1] != ids["3", 1]
    assert set(found.authors["confidence"]) == {1.0}
    assert all("override" in text for text in found.authors["evidence"])


TYERS = tuple((str(n), ["Francis Tyers"]) for n in range(1, 6))


def test_overrides_of_one_author_join_whole_clusters():
    assert len(cluster(*TYERS, overrides={("1", 1): "x", ("2", 1): "x"}).authors) == 1
    papers = (*TYERS, ("6", ["Frank Tyers"]), ("7", ["Frank Tyers"]))
    found = cluster(*papers, overrides={("1", 1): "x", ("7", 1): "x"})
    assert len(found.authors) == 1
    assert set(found.authors["evidence"]) == {"override, rare name"}


def test_a_cluster_keeps_what_most_overrides_name_and_loses_the_rest():
    pins = {("1", 1): "other", ("2", 1): "x", ("4", 1): "x"}
    found = authors_of(cluster(*TYERS, overrides=pins))
    assert len({found[str(n), 1] for n in (2, 3, 4, 5)}) == 1
    assert found["1", 1] != found["2", 1]


def test_an_override_vouches_for_its_own_authorship_only():
    papers = ("1", ["Wei Wang", *FRIENDS]), ("2", ["Wei Wang", *FRIENDS])
    found = cluster(*papers, overrides={("1", 1): "x"})
    ww = found.authorships[found.authorships["position"] == 1]
    assert ww["author_id"].nunique() == 1
    assert (ww["confidence"].iloc[0], ww["confidence"].iloc[1] < 1) == (1.0, True)


def test_an_id_is_made_from_the_first_authorship_and_stays_when_the_author_publishes_more():
    before = authors_of(cluster(("2401.00001", ["Maja Popovic"])))
    after = authors_of(cluster(("2401.00001", ["Maja Popovic"]), ("2402.00001", ["Maja Popovic"])))
    assert before["2401.00001", 1] == after["2402.00001", 1] == make_author_id("2401.00001", 1)


def test_the_larger_part_of_a_split_keeps_the_id_and_the_other_has_a_new_one():
    before = cluster(*TYERS)
    pins = {("1", 1): "one", ("2", 1): "rest", ("3", 1): "rest"}
    found = keep_ids(cluster(*TYERS, overrides=pins), before.authorships)
    ids = authors_of(found)
    old = authors_of(before)["1", 1]
    assert [ids[str(n), 1] == old for n in range(1, 6)] == [False, True, True, True, True]
    assert set(ids.values()) == set(found.authors["author_id"])


def test_the_id_with_most_authorships_stays_in_a_merge():
    parted = cluster(*TYERS, overrides={("1", 1): "one", ("2", 1): "rest", ("3", 1): "rest"})
    joined = authors_of(keep_ids(cluster(*TYERS), parted.authorships))
    assert set(joined.values()) == {authors_of(parted)["5", 1]}


def test_an_empty_corpus_has_no_authors():
    found = cluster(("1", []))
    assert (len(found.authors), len(found.authorships)) == (0, 0)


COMMON = ("Wei Wang", "W. Wang", "Wei J. Wang", "Wang Wei", "Yang Liu", "Y. Liu", "王伟")
RARE = ("Francis Tyers", "Francis M. Tyers", "F. Tyers", "Ina Rösiger", "Ina Roesiger")
NAMES = st.sampled_from((*COMMON, *RARE, "", "et al.", "J"))
PAPERS = st.lists(st.lists(NAMES, min_size=1, max_size=4), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(PAPERS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(papers, random):
    paper_rows, rows = make(*((str(n), names) for n, names in enumerate(papers)))
    expected = cluster_authorships(paper_rows, rows)
    shuffled = list(range(len(rows)))
    random.shuffle(shuffled)
    again = cluster_authorships(paper_rows.iloc[::-1], rows.iloc[shuffled])
    pd.testing.assert_frame_equal(expected.authorships, again.authorships)
    pd.testing.assert_frame_equal(expected.authors, again.authors)


@settings(max_examples=60, deadline=None)
@given(PAPERS)
def test_every_authorship_has_one_author_and_no_author_is_twice_on_a_paper(papers):
    paper_rows, rows = make(*((str(n), names) for n, names in enumerate(papers)))
    found = cluster_authorships(paper_rows, rows)
    ids = authors_of(found)
    assert len(ids) == len(rows)
    assert set(ids.values()) == set(found.authors["author_id"])
    assert found.authorships["confidence"].between(0, 1).all()
    per_paper = Counter((paper, author) for (paper, _), author in ids.items())
    assert set(per_paper.values()) <= {1}


def test_an_author_id_fits_into_twelve_bytes_and_is_no_number() -> None:
    ids = {make_author_id(f"2401.{number:05}", 1) for number in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch("a[a-z2-7]{11}", one) for one in ids)
