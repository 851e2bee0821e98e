"""extract.systems: the system of a number is named only where the sentence leaves no doubt."""

import pytest
from daily_papers.extract.records import ClaimRecord, Evidence, Owner
from daily_papers.extract.systems import find_system, name_own_work
from daily_papers.extract.words import read_text
from hypothesis import given
from hypothesis import strategies as st


def _claim(abstract: str, value: str, owner: Owner) -> ClaimRecord:
    start = abstract.index(value)
    evidence = Evidence("abstract", start, start + len(value), value)
    fields = (None, None, None, None, value, "%", "absolute", owner, None, 0.9)
    return ClaimRecord(*fields, evidence)  # type: ignore[arg-type]


def _find(abstract: str, owner: Owner, title: str = "A title") -> str | None:
    found = find_system(title, read_text(abstract), _claim(abstract, "41%", owner), ["GSM8K"])
    if found is not None:
        assert abstract[found.start : found.end] == found.quote
    return found.quote if found else None


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        ("On GSM8K GPT-4o reaches only 41% accuracy.", "GPT-4o"),
        ("Claude 3.5 Sonnet scores 41% on GSM8K.", "Claude 3.5 Sonnet"),
        ("The accuracy of Qwen2.5-VL-7B-Instruct rises from 41% to 60%.", "Qwen2.5-VL-7B-Instruct"),
        ("We test GPT-4o. The best model reaches 41%.", None),  # in another sentence
        ("GPT-4o and Claude 3.5 Sonnet reach 41% and 43%.", None),  # which of them?
        ("GPT-4o-based agents reach 41%.", None),  # not the model itself
        ("Even LLMs with CoT reach 41% on GSM8K.", None),  # no names
    ],
)
def test_anothers_number_belongs_to_the_only_model_of_its_sentence(
    abstract: str, expected: str | None
) -> None:
    assert _find(abstract, "other") == expected


@pytest.mark.parametrize(
    ("abstract", "title", "expected"),
    [
        ("FooNet reaches 41%.", "FooNet: a network", "FooNet"),
        ("Our method reaches 41%.", "FooNet: a network", None),
        ("FooNet-Large reaches 41%.", "FooNet: a network", None),
        ("FooNet beats GPT-4o with 41%.", "FooNet: a network", "FooNet"),
        ("GPT-4o with our prompts reaches 41%.", "A title without a name", None),
    ],
)
def test_an_own_number_belongs_to_the_name_in_the_title(
    abstract: str, title: str, expected: str | None
) -> None:
    assert _find(abstract, "own", title) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("FooNet: a network", "FooNet"),
        ("A study of everything that is known: part one", None),
        ("No colon here", None),
    ],
)
def test_a_title_names_its_work_before_the_colon(title: str, expected: str | None) -> None:
    assert name_own_work(title) == expected


@given(st.text(max_size=300), st.text(max_size=300), st.sampled_from(["own", "other"]))
def test_no_text_is_too_strange(title: str, around: str, owner: Owner) -> None:
    abstract = f"{around} 41% {around}"
    found = find_system(title, read_text(abstract), _claim(abstract, "41%", owner), [])
    if found is not None:
        assert abstract[found.start : found.end] == found.quote
