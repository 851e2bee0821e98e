"""identity.person_names: parts of a name, and which two can be one person's."""

import pytest
from daily_papers.identity.person_names import (
    NameKind,
    Relation,
    compare_names,
    parse_name,
    spell_umlauts,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("printed", "given_words", "surname"),
    [
        ("Antal van den Bosch", ("antal",), "vandenbosch"),
        ("van den Bosch, Antal", ("antal",), "vandenbosch"),
        ("José de la Cruz", ("jose",), "delacruz"),
        ("Philip Y Wang", ("philip", "y"), "wang"),
        ("LIU Yang", ("yang",), "liu"),
        ("Yang LIU", ("yang",), "liu"),
        ("YANG LIU", ("yang",), "liu"),
        ("JB Smith", ("jb",), "smith"),
        ("Dr. Ada Lovelace", ("ada",), "lovelace"),
        ("王伟", ("伟",), "王"),
        ("Alberto Gonz&aacute;lez", ("alberto",), "gonzalez"),
    ],
)
def test_a_name_has_given_words_and_a_surname(printed, given_words, surname):
    name = parse_name(printed)
    assert (name.given, name.surname, name.kind) == (given_words, surname, NameKind.PERSON)


@pytest.mark.parametrize("printed", ["Smith Jr., John", "John Smith, Jr.", "John Smith Jr"])
def test_a_suffix_belongs_to_the_form_wherever_it_stands(printed):
    assert parse_name(printed).form == "john smith jr"


@pytest.mark.parametrize(
    "printed", ["Hui-Ming Wang", "Hui Ming Wang", "Huiming Wang", "WANG, Huiming"]
)
def test_given_words_joined_or_apart_are_one_form(printed):
    assert parse_name(printed).form == "huiming wang"


@pytest.mark.parametrize(
    "printed",
    ["", " ", "J", "J.", "-", "12", "et al.", "et al", "Others", "Others, et al", "N/A"],
)
def test_a_name_that_says_nothing_is_unusable_and_has_no_form(printed):
    name = parse_name(printed)
    assert (name.kind, name.form) == (NameKind.UNUSABLE, "")


@pytest.mark.parametrize(
    "printed",
    ["Unknown Author", "Anonymous Authors", "Anonymous ACL Submission", "Equal contribution"],
)
def test_a_placeholder_is_nobody_s_name(printed):
    assert parse_name(printed).kind is NameKind.UNUSABLE


@pytest.mark.parametrize(
    "printed", ["Wei Wang et al.", "Wei Wang, et alii", "Wei Wang and others", "Wei Wang & Others."]
)
def test_a_name_with_et_al_is_the_name_before_it_and_said_to_be_cut(printed):
    name = parse_name(printed)
    assert (name.form, name.kind, name.is_cut) == ("wei wang", NameKind.PERSON, True)
    assert not parse_name("Wei Wang").is_cut


@pytest.mark.parametrize(
    "pair", [("王 伟", "王伟"), ("山田 太郎", "山田太郎"), ("김 민준", "김민준")]
)
def test_a_space_inside_a_name_of_signs_says_nothing(pair):
    spaced, joined = map(parse_name, pair)
    assert spaced == joined
    assert joined.kind is NameKind.PERSON


@pytest.mark.parametrize(
    "printed", ["Ada Lovelace¹", "Ada Lovelace1,2", "Ada Lovelace [1]", "Ada Lovelace*†"]
)
def test_marks_of_footnotes_are_no_part_of_a_name(printed):
    assert parse_name(printed).form == "ada lovelace"


def test_a_number_that_stands_alone_keeps_namesakes_apart():
    assert parse_name("Wei Wang 0001").form != parse_name("Wei Wang 0002").form


@pytest.mark.parametrize(
    "printed", ["NVIDIA", "OpenAI", "DeepSeek-AI", "LG AI Research", "MiniMax"]
)
def test_a_company_is_a_group(printed):
    assert parse_name(printed).kind is NameKind.GROUP


@pytest.mark.parametrize("printed", ["Henry Schein", "HENRY SCHEIN", "Qingyao Ai", "Hugo Boss"])
def test_a_person_named_like_a_company_is_a_person(printed):
    assert parse_name(printed).kind is NameKind.PERSON


@pytest.mark.parametrize(
    "printed", ["The ATLAS Collaboration", "Kimi Team", "Gemma Team et al.", "LIGO Consortium"]
)
def test_a_collaboration_is_one_with_and_without_its_article(printed):
    article, bare = f"The {printed.removeprefix('The ')}", printed.removeprefix("The ")
    assert parse_name(article).form == parse_name(bare).form


@pytest.mark.parametrize("printed", ["The ATLAS Collaboration", "Kimi Team", "LIGO Consortium"])
def test_a_collaboration_is_a_group_and_no_person(printed):
    assert parse_name(printed).kind is NameKind.GROUP


@pytest.mark.parametrize(
    ("left", "right", "relation"),
    [
        ("Francis Tyers", "Francis M. Tyers", Relation.MIDDLE),
        ("William J. Teahan", "William John Teahan", Relation.MIDDLE),
        ("G. Sidorov", "Grigori Sidorov", Relation.INITIAL),
        ("Alex Waibel", "Alexander Waibel", Relation.SHORT),
        ("Bill Cohen", "William Cohen", Relation.SHORT),
        ("Aleksandr Panchenko", "Alexander Panchenko", Relation.SHORT),
        ("Dmitrii Ustalov", "Dmitry Ustalov", Relation.SHORT),
        ("Sergei Levine", "Sergey Levine", Relation.SHORT),
        ("Mohamed Salah", "Mohammed Salah", Relation.SPELLING),
    ],
)
def test_names_of_one_person_are_related(left, right, relation):
    assert compare_names(parse_name(left), parse_name(right)) is relation
    assert compare_names(parse_name(right), parse_name(left)) is relation


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("John A. Smith", "John B. Smith"),
        ("John Smith Jr", "John Smith"),
        ("Wei Wang", "Weijie Li"),
        ("Yang Liu", "Yan Liu"),
        ("Young Min Cho", "Youngwoo Cho"),
        ("A. Smith", "John Smith"),
    ],
)
def test_contradicting_names_are_not_related(left, right):
    assert compare_names(parse_name(left), parse_name(right)) is None


def test_umlauts_can_be_spelt():
    assert spell_umlauts("Jörg Büchel") == "Joerg Buechel"
    assert spell_umlauts("Yue Wu") is None


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_parsed_and_compared_both_ways(left, right):
    one, two = parse_name(left), parse_name(right)
    assert (one.kind is NameKind.UNUSABLE) == (one.form == "")
    assert compare_names(one, two) == compare_names(two, one)
