"""identity.pair_model: the fitted numbers fit the code, and say what they should."""

import numpy as np
import pytest
from author_corpus import are_one, make
from daily_papers.identity.cluster import put_in_order
from daily_papers.identity.evidence import FEATURES, build_corpus
from daily_papers.identity.pair_model import load_pair_model

FRIENDS = ["Iulianna Vanderlek", "Aljoscha Burchardt"]


def test_there_is_a_weight_for_each_feature_in_its_order():
    model = load_pair_model()
    assert model.features == FEATURES
    assert len(model.weights) == len(FEATURES)


@pytest.mark.parametrize(
    ("feature", "sign"),
    [
        ("has_coauthor", 1),
        ("unshared_log", -1),
        ("hop_log", 1),
        ("title_cosine", 1),
        ("affiliation_weight", 1),
        ("has_other_affiliation", -1),
        ("places_cosine", 1),
        ("namesakes_log", -1),
    ],
)
def test_evidence_speaks_for_or_against_as_it_should(feature, sign):
    model = load_pair_model()
    assert np.sign(model.weights[model.features.index(feature)]) == sign


def measure(*papers, **more) -> dict[str, float]:
    """Return the features of the first authors of the first two papers."""
    ordered, rows = put_in_order(*make(*papers, **more))
    corpus = build_corpus(ordered, rows)
    mentions = np.flatnonzero(rows["position"] == 1)[:2].astype(np.int32)
    return dict(zip(FEATURES, corpus.measure_pairs(mentions)[0, 1].tolist(), strict=False))


def test_co_authors_that_were_not_shared_are_counted():
    found = measure(("1", ["Wei Wang", *FRIENDS]), ("2", ["Wei Wang", "Maja Popovic"]))
    assert found["unshared_log"] == pytest.approx(np.log(2))
    shared = measure(("1", ["Wei Wang", *FRIENDS]), ("2", ["Wei Wang", *FRIENDS]))
    assert (shared["has_coauthor"], shared["unshared_log"], shared["is_alone"]) == (1, 0, 0)
    assert measure(("1", ["Wei Wang"]), ("2", ["Wei Wang", *FRIENDS]))["is_alone"] == 1


def test_a_paper_without_affiliations_is_where_its_co_authors_work_elsewhere():
    papers = (
        ("1", ["Wei Wang", FRIENDS[0]]),
        ("2", ["Wei Wang", FRIENDS[1]]),
        ("3", [FRIENDS[0]]),
        ("4", [FRIENDS[1]]),
    )
    place = "Charles University"
    found = measure(*papers, affiliation={("3", 1): place, ("4", 1): place})
    assert (found["places_cosine"], found["has_places"]) == (pytest.approx(1), 1)
    other = measure(*papers, affiliation={("3", 1): place, ("4", 1): "Peking University"})
    assert (other["places_cosine"], other["has_places"]) == (0, 1)
    assert measure(*papers)["has_places"] == 0


def test_where_the_co_authors_work_joins_a_common_name():
    papers = (
        ("1", ["Wei Wang", FRIENDS[0]]),
        ("2", ["Wei Wang", FRIENDS[1]]),
        ("3", [FRIENDS[0]]),
        ("4", [FRIENDS[1]]),
    )
    place = "Charles University"
    assert not are_one(*papers)
    assert are_one(*papers, affiliation={("3", 1): place, ("4", 1): place})


def test_a_common_name_on_two_papers_of_one_author_each_is_no_tie():
    lone = (("1", ["Wei Wang"]), ("2", ["Wei Wang"]))
    assert not are_one(*lone)
    assert are_one(
        *lone, affiliation={("1", 1): "Charles University", ("2", 1): "Charles University"}
    )
    # others do not make strangers known: the rule speaks of pairs, not of groups
    assert not are_one(*lone, ("3", ["Wei Wang", *FRIENDS]))
    rare = (("1", ["Iulianna Vanderlek"]), ("2", ["Iulianna Vanderlek"]))
    assert are_one(*rare)
