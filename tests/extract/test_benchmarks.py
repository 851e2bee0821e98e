"""extract.benchmarks: which names it finds, which it leaves, how well, how fast."""

import json
import re
import time
from pathlib import Path

import pytest
from daily_papers.extract.benchmarks import Mention, find_mentions, load_vocabulary
from hypothesis import given
from hypothesis import strategies as st

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
DEV = SHARED / "extraction" / "dev.jsonl"


def found(abstract: str, title: str = "A title") -> list[str]:
    return [mention.benchmark for mention in find_mentions(title, abstract)]


def key(name: str) -> str:
    return re.sub(r"[^\w+]|_", "", name.casefold())


# two happen to have another's letters; of the third there are three editions
NAMESAKES = {
    ("MMLU", "MMMLU"),
    ("AMI Meeting", "AMC"),
    ("Chinese Machine Reading Comprehension 2018", "CMRC"),
}


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("We test on GSM8K.", ["GSM8K"]),
        ("We test on GSM-8K, GSM8k and gsm8k.", ["GSM8K"] * 3),
        ("MMLU-Pro is not MMLU.", ["MMLU-Pro", "MMLU"]),
        ("MMLU Pro is harder.", ["MMLU-Pro"]),
        ("MMLU-Xyz is something else.", []),
        ("Mini-MMLU is something else.", []),
        ("SWE-Bench-Verified and SWE-bench.", ["SWE-bench Verified", "SWE-bench"]),
        ("Trained on ImageNet-1k.", ["ImageNet-1K"]),
        ("ImageNet-pretrained features.", ["ImageNet"]),
        ("HumanEval+ (not HumanEval).", ["HumanEval+", "HumanEval"]),
        ("Better on MS COCO and MS-COCO.", ["COCO", "COCO"]),
        ("AIME24/25 and AIME 2024.", ["AIME 2024", "AIME 2024"]),
        ("See https://example.org/GSM8K for GSM8K.", ["GSM8K"]),
        ("hellaswag, without a context", []),
        ("hellaswag and GSM8K", ["HellaSwag", "GSM8K"]),
    ],
)
def test_spellings_and_neighbours_of_a_name(sentence, names):
    assert found(sentence) == names


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("We DROP the MATH and the ARC.", []),
        ("We drop the spider into the ruler.", []),
        ("Results on the DROP benchmark.", ["DROP"]),
        ("Datasets such as DROP are old.", ["DROP"]),
        ("It wins on GSM8K and MATH.", ["GSM8K", "MATH"]),
        ("It wins on MATH, ARC, and GSM8K.", ["MATH", "ARC", "GSM8K"]),
        ("On many datasets, we show that MATH is hard.", []),
        ("We fly over DROP. A dataset is made.", []),
    ],
)
def test_an_ambiguous_name_needs_a_cue_or_a_listed_neighbour(sentence, names):
    assert found(sentence) == names


def test_a_name_confirmed_once_is_confirmed_everywhere_in_the_paper():
    assert found("The MATH benchmark is hard. MATH has five levels.") == ["MATH", "MATH"]


def test_a_method_named_like_a_benchmark_is_none():
    assert found("FEVER warms the weights.", "FEVER: Warm Weights for Nets") == []
    assert found("FEVER has claims.", "FEVER: A Dataset of Claims") == ["FEVER", "FEVER"]


def test_a_mention_points_at_its_text():
    abstract = "\N{MATHEMATICAL BOLD CAPITAL A} model wins on Trivia QA."
    assert find_mentions("T", abstract) == [
        Mention("TriviaQA", "Trivia QA", "abstract", 16, 25, "Trivia QA")
    ]


NAMES = sorted(name for one in load_vocabulary() for name in (one.name, *one.aliases))
PIECES = st.one_of(
    st.text(max_size=8),
    st.sampled_from(NAMES),
    st.sampled_from(
        [" ", "-", ", ", " and ", " benchmark", "datasets such as ", ". ", "+", "\x00"]
    ),
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@given(TEXTS, TEXTS)
def test_any_text_gives_exact_ordered_disjoint_mentions_each_time(title, abstract):
    mentions = find_mentions(title, abstract)
    assert mentions == find_mentions(title, abstract)
    texts = {"title": title, "abstract": abstract}
    ends = {"title": 0, "abstract": 0}
    for mention in mentions:
        assert texts[mention.field][mention.start : mention.end] == mention.quote
        assert ends[mention.field] <= mention.start < mention.end
        ends[mention.field] = mention.end


@pytest.mark.parametrize(
    "unit", ["a+", ",", "MMLU, ", "MMLU-", "DROP and ", "https://", "the ", " "]
)
def test_time_grows_with_the_text_only(unit):
    text = "DROP dataset" + unit * 20_000 + "MATH"
    started = time.process_time()
    find_mentions(text, text)
    assert time.process_time() - started < 5


def test_no_spelling_names_two_benchmarks():
    owners: dict[str, set[str]] = {}
    for benchmark in load_vocabulary():
        for name in (benchmark.name, *benchmark.aliases):
            owners.setdefault(key(name), set()).add(benchmark.name)
    assert {name: who for name, who in owners.items() if len(who) > 1} == {}


def test_an_acronym_and_a_version_written_in_full_are_no_second_benchmark():
    rows = {key(name): one.name for one in load_vocabulary() for name in (one.name, *one.aliases)}
    apart = []
    for one in load_vocabulary():
        for name in (one.name, *one.aliases):
            words = [word for word in re.findall(r"[A-Za-z]\w*", name) if word not in {"s", "of"}]
            acronym = "".join(word[0] for word in words).casefold()
            shorter = [key(re.sub(r"\.0\b", "", name))] + [acronym] * (len(words) > 2)
            apart += [
                (one.name, rows[each]) for each in shorter if rows.get(each, one.name) != one.name
            ]
    assert set(apart) == NAMESAKES


def test_vocabulary_is_sorted_sourced_and_without_duplicates():
    names = [benchmark.name for benchmark in load_vocabulary()]
    assert names == sorted(set(names), key=lambda name: (name.casefold(), name))
    for benchmark in load_vocabulary():
        assert benchmark.sources
        assert benchmark.tier in {"A", "B"}
        assert list(benchmark.aliases) == sorted(set(benchmark.aliases))


def test_every_unambiguous_name_is_found_as_it_is_written():
    missed = [
        one.name
        for one in load_vocabulary()
        if not one.is_ambiguous and one.name not in found(f"x on {one.name} dataset")
    ]
    assert missed == []


@pytest.fixture(scope="module")
def dev() -> list[dict]:
    if not DEV.exists():
        pytest.skip(f"{DEV} is missing: the labelled papers are not part of the repository")
    return [json.loads(line) for line in DEV.read_text(encoding="utf-8").splitlines()]


def test_dev_precision_and_recall_stay_above_their_floors(dev):
    """Measured precision 1.00 (64 mentions), recall 0.85 of the names not introduced there.

    The rules were tuned on these 99 papers: unseen ones will be lower.
    """
    right = wrong = known = reached = 0
    for row in dev:
        spans = [
            (field, match.start(), match.end(), label["name"])
            for label in row["benchmarks"]
            for field in ("title", "abstract")
            for match in re.finditer(re.escape(label["quote"]), row[field])
        ]
        hits = set()
        for one in find_mentions(row["title"], row["abstract"]):
            touched = {
                name
                for field, start, end, name in spans
                if field == one.field and start < one.end and one.start < end
            }
            right, wrong = right + bool(touched), wrong + (not touched)
            hits |= touched
        names = {label["name"] for label in row["benchmarks"] if label["role"] != "introduced"}
        known, reached = known + len(names), reached + len(names & hits)
    assert right / (right + wrong) >= 0.95
    assert reached / known >= 0.80


def test_a_core_reads_three_thousand_papers_a_second(dev):
    """Measured 5,200 a second on the real archive; the floor leaves room for a busy machine."""
    find_mentions("warm", "up")
    started = time.process_time()
    for row in dev * 5:
        find_mentions(row["title"], row["abstract"])
    assert len(dev) * 5 / (time.process_time() - started) > 1_000
