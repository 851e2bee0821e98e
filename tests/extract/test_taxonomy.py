"""extract.tags: the taxonomy's own examples, spellings that fold, acronyms in context."""

import re
from collections import Counter

import pytest
from daily_papers.extract import tags
from daily_papers.extract.words import read_text

EMPTY = read_text("")


def found(text: str) -> set[str]:
    return {one.tag for one in tags.find_tags(EMPTY, read_text(text))}


def test_every_example_matches_its_tag():
    missed = [
        (tag.name, example)
        for tag in tags.load_taxonomy()
        for example in tag.examples
        if tag.name not in found(example)
    ]
    assert missed == []


def test_no_negative_example_matches_its_tag():
    wrong = [
        (tag.name, example)
        for tag in tags.load_taxonomy()
        for example in tag.negatives
        if tag.name in found(example)
    ]
    assert wrong == []


def test_the_taxonomy_is_a_forest_of_150_to_300_tags():
    names = [tag.name for tag in tags.load_taxonomy()]
    assert 150 <= len(names) <= 300
    assert len(names) == len(set(names))
    assert {tag.parent for tag in tags.load_taxonomy()} - {""} <= set(names)


def test_every_tag_has_two_examples_and_a_negative_one_all_different():
    few = [t.name for t in tags.load_taxonomy() if len(t.examples) < 2 or not t.negatives]
    assert few == []
    texts = Counter(one for t in tags.load_taxonomy() for one in (*t.examples, *t.negatives))
    assert [text for text, count in texts.items() if count > 1] == []


def test_examples_are_text_not_patterns_in_a_frame():
    short = [
        (tag.name, example)
        for tag in tags.load_taxonomy()
        for example in tag.examples
        if len(example.split()) < 4 or not example.endswith((".", "?"))
    ]
    assert short == []
    openings = Counter(
        " ".join(example.split()[:3]) for tag in tags.load_taxonomy() for example in tag.examples
    )
    assert [opening for opening, count in openings.items() if count > 5] == []
    assert "A study of" not in openings


def test_examples_of_a_tag_match_in_more_than_one_spelling():
    alike = []
    for tag in tags.load_taxonomy():
        records = [
            one
            for example in tag.examples
            for one in tags.find_tags(EMPTY, read_text(example))
            if one.tag == tag.name
        ]
        if len({one.evidence.quote for one in records}) < 2:
            alike.append(tag.name)
    assert alike == []


def test_every_negative_example_is_a_near_miss():
    far = []
    for tag in tags.load_taxonomy():
        wanted = {stem for one in tag.patterns for stem in stems(one.partition("@")[0])}
        far += [(tag.name, one) for one in tag.negatives if not wanted & stems(one)]
    assert far == []


def stems(text: str) -> set[str]:
    """Return the first four letters of each word: "quantum" is near "quantized"."""
    return {word[:4].casefold() for word in re.findall(r"[^\W_]+", text)}


@pytest.mark.parametrize(
    "text", ["LLMs", "large language models", "Large-Language Model", "an LLM agent"]
)
def test_spellings_fold_to_one_tag(text):
    assert "language-models" in found(text)


def test_an_ambiguous_acronym_needs_its_context():
    assert "retrieval-augmented-generation" not in found("RAG time")
    assert "retrieval-augmented-generation" in found("RAG with a retriever")


def test_a_tag_points_at_its_first_place():
    (one,) = tags.find_tags(read_text("On SLAM"), read_text("SLAM again"))
    assert (one.tag, one.evidence.field, one.evidence.quote) == ("slam", "title", "SLAM")
