"""Decisions by people: read strictly, contradictions refused with the line."""

import pytest
from daily_papers.dedupe.groups import decide_pairs, group_papers
from daily_papers.dedupe.overrides import Override, load_overrides
from daily_papers.errors import InvalidInputError
from hypothesis import given
from hypothesis import strategies as st

HEAD = "paper_a,paper_b,decision,who,why\n"


def write(tmp_path, text, name="overrides.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_csv_and_toml_say_the_same(tmp_path):
    csv_file = write(tmp_path, HEAD + '2,1,same,Ada,"one work, two ids"\n')
    toml_file = write(
        tmp_path,
        '[[pair]]\npaper_a = "2"\npaper_b = "1"\ndecision = "same"\nwho = "Ada"\n'
        'why = "one work, two ids"\n',
        "overrides.toml",
    )
    (by_csv,), (by_toml,) = load_overrides(csv_file), load_overrides(toml_file)
    assert by_csv == Override("1", "2", True, "Ada", "one work, two ids", f"{csv_file}:2")
    assert by_toml.place == f"{toml_file}:1"
    assert (by_toml.paper_id, by_toml.other_id, by_toml.is_same) == ("1", "2", True)


def test_ids_are_read_without_their_versions(tmp_path):
    path = write(tmp_path, HEAD + "2601.00002v2,math.AG/0309136v1,same,A,x\n")
    (one,) = load_overrides(path)
    assert (one.paper_id, one.other_id) == ("2601.00002", "math/0309136")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["1,2,same,A,x", "2,1,different,A,x"], ":3: 1 and 2 are 'different' here and 'same' by"),
        (
            ["1,2,same,A,x", "2,3,same,A,x", "1,3,different,A,x"],
            ":4: 1 and 3 are 'different' here and 'same' by",
        ),
        (
            ["2601.00001v1,2601.00002,same,A,x", "2601.00002v3,2601.00001,different,A,x"],
            ":3: 2601.00001 and 2601.00002 are 'different' here and 'same' by",
        ),
        (["2601.00001,2601.00001v2,same,A,x"], ":2: 2601.00001 stands on both sides"),
        (["1,2,equal,A,x"], ":2: decision 'equal' is neither"),
        (["1,1,same,A,x"], ":2: 1 stands on both sides"),
        (["1,2,same,,x"], ":2: who is needed"),
        (["1,2,same,A"], ":2: why is needed"),
        (["1,2,same,A,x,y"], ":2: expected paper_a"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(tmp_path, lines, message):
    path = write(tmp_path, HEAD + "\n".join(lines) + "\n")
    with pytest.raises(InvalidInputError) as caught:
        load_overrides(path)
    assert f"{path}{message}" in str(caught.value)


def test_a_contradiction_names_every_line_it_follows_from(tmp_path):
    path = write(tmp_path, HEAD + "1,2,same,A,x\n2,3,same,A,x\n1,3,different,A,x\n")
    with pytest.raises(InvalidInputError, match=rf"{path}:2, {path}:3; remove one"):
        load_overrides(path)


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("paper_a,paper_b\n1,2\n", "o.csv", "o.csv:1: no column decision"),
        ("[[pair]\n", "o.toml", "o.toml: "),
        ("[other]\nx = 1\n", "o.toml", "expected \\[\\[pair\\]\\] tables"),
        ("[[pair]]\npaper_a = 1\n", "o.toml", "o.toml:1: expected paper_a"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path, text, name, message):
    with pytest.raises(InvalidInputError, match=message):
        load_overrides(write(tmp_path, text, name))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InvalidInputError, match=r"none\.csv cannot be read"):
        load_overrides(tmp_path / "none.csv")


def verdict(left, right, score=0.9, *, is_same=True, text_jaccard=0.4):
    return {
        "paper_id": left,
        "other_id": right,
        "is_same": is_same,
        "score": score,
        "text_jaccard": text_jaccard,
        "reason": "same text",
    }


def decision(left, right, *, is_same):
    return Override(left, right, is_same, "Ada", "I looked", "file:2")


def words(decided):
    return [(one.paper_id, one.other_id, one.decision, one.decided_by) for one in decided]


def test_a_person_wins_over_the_model_both_ways():
    decided = decide_pairs(
        [verdict("1", "2"), verdict("3", "4", 0.1, is_same=False)],
        [decision("1", "2", is_same=False), decision("3", "4", is_same=True)],
        "1234",
    )
    assert words(decided) == [
        ("1", "2", "different", "override"),
        ("3", "4", "same", "override"),
    ]
    assert decided[0].reason == "Ada: I looked"


def test_what_would_join_papers_called_different_is_held_apart_least_sure_first():
    decided = decide_pairs(
        [verdict("1", "2", 0.9), verdict("2", "3", 0.8)],
        [decision("1", "3", is_same=False)],
        "123",
    )
    assert words(decided) == [
        ("1", "2", "same", "model"),
        ("1", "3", "different", "override"),
        ("2", "3", "different", "override"),
    ]
    assert "1 and 3 were called different" in decided[2].reason


def test_one_text_that_the_model_calls_two_works_is_kept_unless_others_join_them():
    apart = verdict("1", "2", is_same=False, text_jaccard=0.9)
    assert words(decide_pairs([apart, verdict("1", "3", is_same=False)], [], "123")) == [
        ("1", "2", "different", "model")
    ]
    joined = decide_pairs([apart, verdict("1", "3"), verdict("2", "3")], [], "123")
    assert words(joined) == [("1", "3", "same", "model"), ("2", "3", "same", "model")]


def test_a_decision_on_an_unknown_paper_decides_nothing():
    assert decide_pairs([], [decision("1", "9", is_same=True)], "1") == []


IDS = st.sampled_from("12345678")
EDGES = st.lists(st.tuples(IDS, IDS).filter(lambda pair: pair[0] < pair[1]), max_size=12)


@given(EDGES, st.randoms())
def test_groups_do_not_depend_on_the_order_of_pairs(pairs, chance):
    groups = group_papers(pairs)
    shuffled = list(pairs)
    chance.shuffle(shuffled)
    assert group_papers(shuffled) == groups
    assert all(groups[left] == groups[right] for left, right in pairs)
    assert all(groups[name] == name for name in groups.values())
