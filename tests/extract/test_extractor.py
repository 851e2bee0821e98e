"""extract.extractor: what it says of a paper, that it points at it, how long it takes."""

import json
import time
from pathlib import Path

import pytest
from daily_papers.extract import evaluation, numbers, verify
from daily_papers.extract.extractor import extract_paper
from daily_papers.extract.records import BenchmarkRecord, ClaimRecord, Evidence, PaperRecords
from daily_papers.extract.words import read_text
from hypothesis import given, settings
from hypothesis import strategies as st
from tests_shared import SHARED

DEV = SHARED / "extraction" / "dev.jsonl"
LEAD = "Models are large. "


def roles(abstract: str, title: str = "A title") -> dict[str, str]:
    return {one.name: one.role for one in extract_paper(title, LEAD + abstract).benchmarks}


def claims(abstract: str, title: str = "A title") -> list[ClaimRecord]:
    return list(extract_paper(title, LEAD + abstract).claims)


def told(abstract: str) -> list[tuple[str | None, str, str, str, str]]:
    return [(c.benchmark, c.value, c.unit, c.kind, c.owner) for c in claims(abstract)]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("We introduce Zorbo, a large-scale benchmark for tea.", {"Zorbo": "introduced"}),
        ("Experiments on ZorboX show it.", {"ZorboX": "evaluated"}),
        ("Models fine-tuned on ZorboX show it.", {"ZorboX": "trained"}),
        ("On ZorboX, it outperforms the tea pot.", {"ZorboX": "evaluated"}),
        (
            "Results on three datasets (ZorboX, Teacup, Kettle) improve.",
            {"ZorboX": "evaluated", "Teacup": "evaluated", "Kettle": "evaluated"},
        ),
        ("We report on the ZorboX test set.", {"ZorboX": "evaluated"}),
        ("Results on the Zorbo tea leaf reading benchmark improve.", {"Zorbo": "evaluated"}),
        (
            "We build two datasets: ZorboX, a set of cups; and ZorboY, which holds spoons.",
            {"ZorboX": "introduced", "ZorboY": "introduced"},
        ),
        ("We present ZorboX, an evaluation framework for tea.", {"ZorboX": "introduced"}),
        (
            "We introduce ZORB (Zealous Omelette Review Bank), a dataset.",
            {"ZORB (Zealous Omelette Review Bank)": "introduced"},
        ),
        ("We took part in the Zorbo Tea Shared Task.", {"Zorbo Tea Shared Task": "mentioned"}),
        ("We test on RefCOCO/+/g and see gains.", {"RefCOCO/+/g": "evaluated"}),
        ("It has an FID of 2.1 on ImageNet 256 x 256.", {"ImageNet": "evaluated"}),
        ("We present the Tea Cup Quiz (TCQ), a dataset.", {"Tea Cup Quiz (TCQ)": "introduced"}),
        ("We evaluate on the ZorboX dataset.", {"ZorboX": "evaluated"}),
        (
            "Results on TeaBench and ZorboX improve.",
            {"TeaBench": "evaluated", "ZorboX": "evaluated"},
        ),
        ("It is pre-trained on ZorboX, a diverse corpus.", {"ZorboX": "trained"}),
        ("We build a new training set Zorbo4M.", {"Zorbo4M": "introduced"}),
        ("Unlike existing datasets such as ZorboX, we think.", {"ZorboX": "mentioned"}),
        ("We test on OmniDocBench v1.5.", {"OmniDocBench v1.5": "evaluated"}),
        ("We introduce a new benchmark, Zorbo, that asks about tea.", {"Zorbo": "introduced"}),
        ("We build a dataset of tea leaves called Zorbo.", {"Zorbo": "introduced"}),
        ("We release tea-quiz, a diverse benchmark.", {"tea-quiz": "introduced"}),
        ("We curate TeaTalk-4K for tuning.", {"TeaTalk-4K": "introduced"}),
        ("It reaches 84.4% on ARC.", {"ARC": "evaluated"}),
        ("We introduce ZorboBench, which reframes tea.", {"ZorboBench": "introduced"}),
        ("We present MMLU results.", {"MMLU": "evaluated"}),
        ("Results on the Open Tea Leaderboard improve.", {"Open Tea Leaderboard": "evaluated"}),
        ("We build ZorboDataset (ZD) for tea.", {"ZorboDataset": "introduced"}),
        (
            "We construct two datasets: Tea-CoT-17k for tuning and Tea-RL-30k for learning.",
            {"Tea-CoT-17k": "introduced", "Tea-RL-30k": "introduced"},
        ),
        (
            "It has tasks including XT-QA, XT-EarlPlanning, and XT-TeaCaption.",
            {"XT-QA": "mentioned", "XT-EarlPlanning": "mentioned", "XT-TeaCaption": "mentioned"},
        ),
        ("Results on AIME24/25 improve.", {"AIME24/25": "evaluated"}),
        ("Experiments on the go-to dataset, TEALEAF, improve.", {"TEALEAF": "evaluated"}),
        (
            "Results on the Darjeel and Assamo benchmarks improve.",
            {"Darjeel": "evaluated", "Assamo": "evaluated"},
        ),
        ("Results on Multimodal Tea Bench improve.", {"Multimodal Tea Bench": "evaluated"}),
        ("It reaches 59.6% SR on ZorboX.", {"ZorboX": "evaluated"}),
        ("We build a pipeline, contributing TeaBench to all.", {"TeaBench": "introduced"}),
        ("It wins on our new TeaBench dataset.", {"TeaBench": "introduced"}),
    ],
)
def test_a_name_outside_the_vocabulary_is_found_by_how_it_is_spoken_of(sentence, found):
    assert roles(sentence) == found


@pytest.mark.parametrize(
    "sentence",
    [
        "We introduce Zorbo, a dataset distillation method.",
        "We introduce Zorbo, a framework for benchmarks.",
        "We evaluate on GPT-4o and Qwen2.5-7B.",
        "Experiments on three benchmarks and large-scale datasets.",
        "We train on A100 GPUs with LLM-generated data.",
        "See https://example.org/TeaBench for more.",
        "Tea benchmarks have been proposed. However, we think.",
        "We release a dataset (CC-BY-4.0).",
        "We curate a Chinese web corpus.",
        "Referring Tea Segmentation (RTS) is old. We test on RTS benchmarks.",
        "We test on Document Question Answering datasets.",
        "On GSM8K it wins. ZoDA-1.7B-Instruct, a model, is evaluated on tea.".replace(
            "GSM8K", "it"
        ),
        "We introduce ZorboQA, a novel framework for tea.",
        "We study the tea brewing orbit (TBO) on three TBO datasets.",
        "We deploy the trained pot on ZorboQ hardware.",
        "We introduce TeaEval, a multimodal evaluation metric.",
    ],
)
def test_models_methods_and_generic_nouns_are_no_benchmarks(sentence):
    assert roles(sentence) == {}


def test_a_title_that_names_a_benchmark_introduces_it():
    assert roles("It is hard.", "Zorbo: A Benchmark for Tea") == {"Zorbo": "introduced"}
    assert roles("It is hard.", "Zorbo: Pretraining for Tea") == {}
    assert roles("It is hard.", "Zorbo: Steeping Leaves to Fit Evolving Corpora") == {}


def test_a_split_is_told_from_its_benchmark():
    for sentence in ("Results on ImageNet val improve.", "We test on the val split of ImageNet."):
        found = extract_paper("T", LEAD + sentence).benchmarks
        assert [(one.canonical, one.split) for one in found] == [("ImageNet", "val")]


@pytest.mark.parametrize(
    ("sentence", "splits"),
    [
        ("It has 2.1% WER on LibriSpeech test-clean.", ["test-clean"]),
        (
            "It has 2.1% WER on LibriSpeech test-clean and 4.3% WER on LibriSpeech test-other.",
            ["test-clean", "test-other"],
        ),
        ("It has 2.1% WER on dev-other of LibriSpeech.", ["dev-other"]),
        ("It has 2.1% WER on the test-other split of LibriSpeech.", ["test-other"]),
        ("It has 2.1% WER on LibriSpeech test-clean/test-other.", [None]),
        ("It gets 50.1% accuracy on ImageNet test-set images.", ["test"]),
        ("It gets 50.1% accuracy on GSM8K test-time scaling.", [None]),
        ("It gets 50.1% AP on COCO test-dev.", ["test-dev"]),
    ],
)
def test_each_number_has_the_split_beside_its_own_benchmark(sentence, splits):
    assert [one.split for one in claims(sentence)] == splits


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("We reach 84.4% on GSM8K.", [("GSM8K", "84.4", "%", "absolute", "own")]),
        ("We improve accuracy by 7.2%.", [(None, "7.2", "%", "delta", "own")]),
        ("It is 3x faster than before.", [(None, "3", "x", "ratio", "own")]),
        ("It runs 1.5$\\times$ faster.", [(None, "1.5", "x", "ratio", "own")]),
        ("It gains 5.1 points over SFT.", [(None, "5.1", "points", "delta", "own")]),
        (
            "We achieve 61.2\\% on GSM8K and 40.1\\% on MMLU.",
            [("GSM8K", "61.2", "%", "absolute", "own"), ("MMLU", "40.1", "%", "absolute", "own")],
        ),
        (
            "We improve accuracy from 14.1% to 23.9%.",
            [(None, "14.1", "%", "absolute", "other"), (None, "23.9", "%", "absolute", "own")],
        ),
        (
            "It reduces latency by 25-34%.",
            [(None, "25", "%", "delta", "own"), (None, "34", "%", "delta", "own")],
        ),
        ("We obtain a PSNR of 31.25 in tests.", [(None, "31.25", "", "absolute", "own")]),
        (
            "Training improves GSM8K (0.73rightarrow0.90).",
            [("GSM8K", "0.73", "", "absolute", "other"), ("GSM8K", "0.90", "", "absolute", "own")],
        ),
        (
            "It improves A by 9.1% on OSWorld and B by 18.7% and 11.9% on MMLU and LiveBench.",
            [
                ("OSWorld", "9.1", "%", "delta", "own"),
                ("MMLU", "18.7", "%", "delta", "own"),
                ("LiveBench", "11.9", "%", "delta", "own"),
            ],
        ),
        (
            "Our model reaches 43.0% and surpasses systems such as GPT-4o (13.9%).",
            [(None, "43.0", "%", "absolute", "own"), (None, "13.9", "%", "absolute", "other")],
        ),
        (
            "It keeps quality while retaining 98% of performance.",
            [(None, "98", "%", "ratio", "own")],
        ),
        ("Evaluated with MMLU, it runs 4.5x faster.", [(None, "4.5", "x", "ratio", "own")]),
        (
            "It gains on GSM8K from 16.4% to 40.0%, on MMLU from 54.1% to 87.8%.",
            [
                ("GSM8K", "16.4", "%", "absolute", "other"),
                ("GSM8K", "40.0", "%", "absolute", "own"),
                ("MMLU", "54.1", "%", "absolute", "other"),
                ("MMLU", "87.8", "%", "absolute", "own"),
            ],
        ),
        (
            "Our model is the best (8B: 80.2% AndroidWorld, 48.5% OSWorld).",
            [
                ("AndroidWorld", "80.2", "%", "absolute", "own"),
                ("OSWorld", "48.5", "%", "absolute", "own"),
            ],
        ),
        (
            "Our method gains 3.5% on average across GSM8K and MMLU.",
            [(None, "3.5", "%", "delta", "own")],
        ),
        (
            "Our method improves the final accuracy over 4% compared to blending.",
            [(None, "4", "%", "delta", "own")],
        ),
        (
            "On GSM8K, our method gets 35.2% more and 26.4% over the best baseline.",
            [("GSM8K", "35.2", "%", "delta", "own"), ("GSM8K", "26.4", "%", "delta", "own")],
        ),
        (
            "Our model scores 39.5% on GSM8K, approaching GPT-4o (40.4%).",
            [
                ("GSM8K", "39.5", "%", "absolute", "own"),
                ("GSM8K", "40.4", "%", "absolute", "other"),
            ],
        ),
        (
            "Our method needs less than 9 hours on a single A100 GPU.",
            [(None, "9", "hours", "absolute", "own")],
        ),
        (
            "Our system reaches 26.5% accuracy, far below the 68.9% achieved by experts.",
            [(None, "26.5", "%", "absolute", "own"), (None, "68.9", "%", "absolute", "other")],
        ),
        ("Our model is up to 7{times} faster.", [(None, "7", "x", "ratio", "own")]),
        ("We reach a speedup of {sim}20% in tests.", [(None, "20", "%", "delta", "own")]),
        (
            "It matches the loss using only 34.76% of the training FLOPs.",
            [(None, "34.76", "%", "ratio", "own")],
        ),
        (
            "It outperforms others with 15.5% to 27.6% relative WER reduction.",
            [(None, "15.5", "%", "delta", "own"), (None, "27.6", "%", "delta", "own")],
        ),
        ("It cuts the price to $4 per test.", [(None, "4", "$", "absolute", "own")]),
        (
            "It takes time (up to 28.9s), or is faster by 7.5 seconds.",
            [(None, "28.9", "s", "absolute", "own"), (None, "7.5", "seconds", "delta", "own")],
        ),
        ("It sustains a stable 24 FPS decoding speed.", [(None, "24", "FPS", "absolute", "own")]),
        (
            "It degrades others (up to 80% in accuracy and over 70% in recall).",
            [(None, "80", "%", "delta", "own"), (None, "70", "%", "delta", "own")],
        ),
        (
            "It gains 2.7% on MMLU. On TeaNet-LT, it goes from 4.4% to 23.64% and leads to a "
            "4.02% improvement.",
            [
                ("MMLU", "2.7", "%", "delta", "own"),
                ("TeaNet-LT", "4.4", "%", "absolute", "other"),
                ("TeaNet-LT", "23.64", "%", "absolute", "own"),
                ("TeaNet-LT", "4.02", "%", "delta", "own"),
            ],
        ),
        (
            "It improves MMLU from 20.0% to 50.0%, and on Zorboglot from 14.2% to 30.7%.",
            [
                ("MMLU", "20.0", "%", "absolute", "other"),
                ("MMLU", "50.0", "%", "absolute", "own"),
                (None, "14.2", "%", "absolute", "other"),
                (None, "30.7", "%", "absolute", "own"),
            ],
        ),
        (
            "On LIBERO and real robots, we reach success rates of 97.4% and 70.0%, respectively.",
            [("LIBERO", "97.4", "%", "absolute", "own"), (None, "70.0", "%", "absolute", "own")],
        ),
        (
            "Our model surpasses others, and sets a new state of the art of 83.9 on MMLU.",
            [("MMLU", "83.9", "", "absolute", "own")],
        ),
        (
            "It allows removal of only 19-27% of features.",
            [(None, "19", "%", "absolute", "own"), (None, "27", "%", "absolute", "own")],
        ),
        (
            "We reach 22.1% in contrast to the 20.3% from full tuning.",
            [(None, "22.1", "%", "absolute", "own"), (None, "20.3", "%", "absolute", "other")],
        ),
        (
            "We reach 84.4\\% on \\textbf{MMLU-Pro} and 7.1\\% on \\textbf{GSM8K}.",
            [
                ("MMLU-Pro", "84.4", "%", "absolute", "own"),
                ("GSM8K", "7.1", "%", "absolute", "own"),
            ],
        ),
        (
            "It achieves a 1.3x to 1.7x speed-up on tea.",
            [(None, "1.3", "x", "ratio", "own"), (None, "1.7", "x", "ratio", "own")],
        ),
        ("It cuts latency by up to sim2times.", [(None, "2", "x", "ratio", "own")]),
        ("It speeds up brewing by 3 times to save tea.", [(None, "3", "x", "ratio", "own")]),
        (
            "It achieves a FID 2.74 vs. 3.04 on tea.",
            [(None, "2.74", "", "absolute", "own"), (None, "3.04", "", "absolute", "other")],
        ),
        (
            "We reach 72% accuracy, while previous work only solved 68%.",
            [(None, "72", "%", "absolute", "own"), (None, "68", "%", "absolute", "other")],
        ),
        (
            "We evaluate it on GSM8K. It achieves a 31% improvement in success rate.",
            [("GSM8K", "31", "%", "delta", "own")],
        ),
        (
            "We introduce TeaBench, a benchmark. On this benchmark, the best model scores 28%.",
            [("TeaBench", "28", "%", "absolute", "other")],
        ),
        (
            "It beats Pot-7B by 7.8%/5.3% and Cup-7B by 15.1%/6.3% on MMLU/GSM8K.",
            [
                ("MMLU", "7.8", "%", "delta", "own"),
                ("GSM8K", "5.3", "%", "delta", "own"),
                ("MMLU", "15.1", "%", "delta", "own"),
                ("GSM8K", "6.3", "%", "delta", "own"),
            ],
        ),
        (
            "It gains +6.2% (7B) / +7.6% (14B) on GSM8K and 2-5% on MMLU.",
            [
                ("GSM8K", "6.2", "%", "delta", "own"),
                ("GSM8K", "7.6", "%", "delta", "own"),
                ("MMLU", "2", "%", "delta", "own"),
                ("MMLU", "5", "%", "delta", "own"),
            ],
        ),
        (
            "Our model gets 73.1% and 58.7% on MMLU and GSM8K with a pot, and 70.2% and 74.1% "
            "with a cup.",
            [
                ("MMLU", "73.1", "%", "absolute", "own"),
                ("GSM8K", "58.7", "%", "absolute", "own"),
                ("MMLU", "70.2", "%", "absolute", "own"),
                ("GSM8K", "74.1", "%", "absolute", "own"),
            ],
        ),
        (
            "Our model gains 19.3% on MMLU, and 6.2% on average over six tea benchmarks.",
            [("MMLU", "19.3", "%", "delta", "own"), (None, "6.2", "%", "delta", "own")],
        ),
        (
            "Across ten tea benchmarks, our model gains 9%, with MMLU as a guide.",
            [(None, "9", "%", "delta", "own")],
        ),
        ("Our model improves by 5% on both MMLU and GSM8K.", [(None, "5", "%", "delta", "own")]),
        (
            "Our model gets 4.12 and 6.42 on MMLU and GSM8K.",
            [("MMLU", "4.12", "", "absolute", "own"), ("GSM8K", "6.42", "", "absolute", "own")],
        ),
        (
            "Our model gets 16-28% and 6% absolute improvement.",
            [
                (None, "16", "%", "delta", "own"),
                (None, "28", "%", "delta", "own"),
                (None, "6", "%", "delta", "own"),
            ],
        ),
        (
            "Our model is state-of-the-art with a relative 14.3% mIoU improvement.",
            [(None, "14.3", "%", "delta", "own")],
        ),
        (
            "It needs more tea, at improved accuracy, using only 21% of the brewing time.",
            [(None, "21", "%", "ratio", "own")],
        ),
        (
            "Our gains in accuracy, ranging from 5.1% to 9.4%, are steady.",
            [(None, "5.1", "%", "delta", "own"), (None, "9.4", "%", "delta", "own")],
        ),
        (
            "Our model gets 61% accuracy, outperforming rivals, which reach only 20% accuracy.",
            [(None, "61", "%", "absolute", "own"), (None, "20", "%", "absolute", "other")],
        ),
        (
            "Our model raises accuracy from 63 to 92 in tests.",
            [(None, "63", "", "absolute", "other"), (None, "92", "", "absolute", "own")],
        ),
        (
            "We get the best results (HumanEval 95.1%, MBPP 90.7%).",
            [
                ("HumanEval", "95.1", "%", "absolute", "own"),
                ("MBPP", "90.7", "%", "absolute", "own"),
            ],
        ),
        (
            "Our model surpasses others with 95.0 accuracy on GSM8K.",
            [("GSM8K", "95.0", "", "absolute", "own")],
        ),
        ("It cuts 1.3x/1.9x lower latency.", [(None, "1.3", "x", "ratio", "own")]),
        (
            "It gains on tea (MMLU by 3%) and coffee (ZorboX by 5%).",
            [("MMLU", "3", "%", "delta", "own"), (None, "5", "%", "delta", "own")],
        ),
        (
            "It (1) gains 12% on GSM8K, and (2) reduces token consumption by 62%.",
            [("GSM8K", "12", "%", "delta", "own"), (None, "62", "%", "delta", "own")],
        ),
    ],
)
def test_a_measured_number_is_a_claim_with_kind_owner_and_benchmark(sentence, found):
    assert told(sentence) == found


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        (
            "Our pot reaches 90.1% on GSM8K (GPT-4: 92.0%) and is evaluated on MATH.",
            [("90.1", "GSM8K"), ("92.0", "GSM8K")],
        ),
        (
            "Our pot reaches 87.3% accuracy on GSM8K, outperforming GPT-4 (84.1%) and setting a "
            "new record on MMLU-Pro.",
            [("87.3", "GSM8K"), ("84.1", "GSM8K")],
        ),
        ("The accuracy of our pot (84.1%) is good and it is tested on MMLU.", [("84.1", None)]),
        ("Our pot beats GPT-4 (84.1%) on MMLU.", [("84.1", "MMLU")]),
        ("Our pot is better (+1.4%) accuracy on MMLU.", [("1.4", "MMLU")]),
        (
            "Our pot lifts quality on MMLU from 82.18 to 88.37 and on GSM8K from 43.82 to 46.75.",
            [("82.18", "MMLU"), ("88.37", "MMLU"), ("43.82", "GSM8K"), ("46.75", "GSM8K")],
        ),
    ],
)
def test_a_closed_bracket_and_a_new_target_end_what_a_number_is_tied_to(sentence, found):
    assert [(one.value, one.benchmark) for one in claims(sentence)] == found


def test_a_metric_in_a_bracket_is_that_of_the_number_before():
    found = claims("Our pot has an AIME 2024 score of 79.8% (pass@1), HumanEval 92.0%.")
    assert [(one.benchmark, one.value, one.metric) for one in found] == [
        ("AIME 2024", "79.8", "pass@1"),
        ("HumanEval", "92.0", None),
    ]


@pytest.mark.parametrize(
    ("sentence", "metric", "lower_is_better"),
    [
        ("Our pot works, raising accuracy from 45.1% to 52.3% on GSM8K.", "accuracy", False),
        ("Our pot raises the F1 from 0.45 to 0.52 on SQuAD.", "F1", False),
        ("Our success rate rises from 20.0% to as much as 41.5%.", "success rate", False),
        ("Our pot improves accuracy (45.1% → 52.3%) on GSM8K.", "accuracy", False),
        ("Our pot cuts WER from 12.5% on LibriSpeech to 8.1%.", "WER", True),
        ("Our pot lifts pass@1 from 45.1% (Tea-7B) to over 52.3%.", "pass@1", False),
        ("Our pot goes from 45.1% to 52.3% accuracy on GSM8K.", "accuracy", False),
    ],
)
def test_both_ends_of_from_to_have_the_metric(sentence, metric, lower_is_better):
    found = [(one.owner, one.metric, one.lower_is_better) for one in claims(sentence)]
    assert found == [(owner, metric, lower_is_better) for owner in ("other", "own")]


@pytest.mark.parametrize(
    "sentence",
    [
        "We train a 7B model with 1.3 billion parameters on 2T tokens.",
        "We collect 22,000 hours of video from 1,000 games in 2024.",
        "We use GPT-4.5, Claude 3.5 and Llama 3.1.",
        "It competes with 3x, 14x and 26x larger models.",
        "We evaluate on 12 of 15 benchmarks with a 32k context.",
        "The effect is significant (p < 0.001).",
        "We use only 10% of the training data.",
        "An 8 times 8 grid and 4x super-resolution inputs.",
        "We report Avg@4 accuracy of GPT-4 and GPT-5.2.",
        "Tokens come at a low frame rate of 2.5~Hz.",
        "We improve on videos longer than 10 minutes.",
        "We reach a high pass rate on all 250 problems of KernelBench.",
        "It wins in perplexity on 3 of 7 benchmarks.",
        "Others fail to test memory, with only 5.2-11.8% memory tasks.",
        "Using 2x iterations matches the performance of 3x selections.",
        "Our Teapot 1.5 4B shows gains in accuracy.",
        "It has two parts: (1) tea recall, and (2) accuracy improvement.",
        "It tunes only 0.04% of the model's parameters.",
        "It scores well at a threshold of 0.95 in accuracy.",
    ],
)
def test_sizes_versions_years_counts_and_settings_are_no_claims(sentence):
    assert told(sentence) == []


def test_a_metric_brings_its_direction_or_none():
    found = claims("We reduce WER by 3.1% and reach 84.4% accuracy. We get 12.5% on GSM8K.")
    assert [(c.metric, c.lower_is_better) for c in found] == [
        ("WER", True),
        ("accuracy", False),
        (None, None),
    ]
    found = claims("Attack Success Rates fall to 3.1%. It has error rates of 2.5%.")
    assert [(c.metric, c.lower_is_better) for c in found] == [
        ("Attack Success Rates", True),
        ("error rates", True),
    ]


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("Our method achieves state-of-the-art results on GSM8K.", 1),
        ("Our model outperforms all existing methods.", 1),
        ("Our model surpasses previous approaches.", 1),
        ("Our entry ranks first.", 1),
        ("Our model is competitive with state-of-the-art methods.", 0),
        ("Our model outperforms several baselines.", 0),
        ("We show that the resulting matcher sets a new state-of-the-art.", 1),
        ("Our model achieves state-of-the-art performance among open models.", 1),
        ("Our model improves accuracy by 3% on MMLU using Best-of-N sampling.", 0),
        ("We evaluate state-of-the-art models.", 0),
        ("Existing models have achieved state-of-the-art results.", 0),
        ("Our model outperforms strong baselines and prior state-of-the-art models.", 1),
        ("The effectiveness of SENSE is demonstrated through state-of-the-art results.", 1),
        ("Our training improves scores on existing benchmarks.", 0),
        ("Our model outperforms other models like A and B.", 0),
        ("Our model achieves leading performance comparable to larger ones.", 0),
        ("We refine cues from images by employing state-of-the-art depth predictors.", 0),
        ("We test models. Claude 3.5 achieves the highest accuracy.", 0),
        ("Our modules are light while providing close to state of the art accuracy.", 0),
        ("Our method generalises, setting new benchmarks in tea tasting.", 1),
        ("Compared to other state of the art methods, our model achieves a speedup.", 1),
        ("With this approach, we achieve state-of-the-art results on tea.", 1),
        ("We obtain new SOTA models in two sizes.", 1),
        ("We present our winning system for the tea task.", 1),
        ("Our ensemble consistently beats any single model.", 0),
        ("Our method offers a path toward state-of-the-art tea.", 0),
        ("Our model outperforms all competing pots.", 1),
        ("It gets 74% on tea, making it the strongest open-source model.", 1),
        ("We find that Gemini 9 Pot is the strongest pouring model.", 0),
    ],
)
def test_only_a_claim_to_be_the_best_is_a_sota_statement(sentence, count):
    assert len(extract_paper("T", LEAD + sentence).sota) == count


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("Code: https://github.com/a/b.", ("https://github.com/a/b",)),
        ("See (https://a.github.io/b/).", ("https://a.github.io/b/",)),
        ("https://a.org/x{https://a.org/x}", ("https://a.org/x",)),
        ("https://ab.github.io/\\allowbreak page/.", ("https://ab.github.io/page/",)),
        ("Cited: https://arxiv.org/abs/2501.00001.", ()),
        ("[https://a.org/x](https://a.org/x)", ("https://a.org/x",)),
        ("github.com/a/bc and https://github.com/a/bc", ("https://github.com/a/bc",)),
    ],
)
def test_urls_lose_what_surrounds_them(text, urls):
    assert extract_paper("T", text).code_urls == urls


def all_evidence(records: PaperRecords) -> list[Evidence]:
    parts = (records.benchmarks, records.claims, records.sota, records.tags)
    return [one.evidence for part in parts for one in part]


# lists in rows of one length, for the eye
PIECES = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        [
            "We introduce ",
            "Zorbo",
            ", a benchmark",
            " dataset",
            " on ",
            "GSM8K",
            " (",
            ")",
            ". ",
            "84.4",
            "%",
            "\\%",
            "x",
            " times",
            " points",
            " by ",
            " from ",
            " to ",
            "-",
            "–",
            "+",
            "state-of-the-art",
            " outperforms ",
            " all ",
            "https://",
            "$",
            "{",
            "&amp;",
            "ﬁ",
            "数据",
            " accuracy",
            " and ",
            ", ",
            "Our ",
            "TeaBench",
            " v1.5",
            "/",
            "\\",
            "a ",
            "an average ",
        ]
    ),
)
TEXTS = st.lists(PIECES, max_size=25).map("".join)


@given(TEXTS, TEXTS)
@settings(deadline=None)
def test_any_text_gives_exact_quotes_and_the_same_each_time(title, abstract):
    records = extract_paper(title, abstract)
    assert records == extract_paper(title, abstract)
    texts = {"title": title, "abstract": abstract}
    for one in all_evidence(records):
        assert one.quote
        assert texts[one.field][one.start : one.end] == one.quote


@pytest.mark.parametrize(
    "unit",
    [
        "a ",
        "an average ",
        "GSM8K, ",
        "12.5% and ",
        "1-",
        "1/",
        "X and ",
        "improves ",
        "(",
        "A",
        "We introduce X, a ",
        "outperforms all ",
        "state of the ",
        "https://",
        "benchmark ",
        "x ",
        "84.4% on GSM8K ",
        "from 1% to ",
        "Xx-",
        "datasets such as ",
        "the ",
        "up to ",
        "1.5",
    ],
)
def test_time_grows_with_the_text_only(unit):
    text = (unit * 20_000)[:20_000]
    extract_paper("warm", "up")
    started = time.process_time()
    extract_paper(text[:2_000], text)
    assert time.process_time() - started < 20_000 * 250e-6  # seconds a character


def test_an_empty_paper_says_nothing():
    assert extract_paper("", "") == PaperRecords((), (), (), (), ())


def test_a_quote_that_is_not_at_its_place_is_refused():
    assert verify.is_exact(Evidence("abstract", 0, 2, "ab"), "", "abc")
    assert not verify.is_exact(Evidence("abstract", 1, 3, "ab"), "", "abc")
    assert not verify.is_exact(Evidence("abstract", 0, 0, ""), "", "abc")
    assert not verify.is_exact(Evidence("title", 0, 2, "ab"), "", "abc")


def test_a_range_shares_its_unit():
    found = numbers.find_numbers(read_text("by 14%-55% or 25-34%, 2.2-3.4times"))
    assert [(one.value, one.unit) for one in found] == [
        ("14", "%"),
        ("55", "%"),
        ("25", "%"),
        ("34", "%"),
        ("2.2", "x"),
        ("3.4", "x"),
    ]


def test_the_score_counts_what_is_wrong_and_what_is_missed(tmp_path):
    row = {
        "id": "p",
        "title": "T",
        "abstract": "84.4% on GSM8K",
        "benchmarks": [{"name": "GSM-8K", "role": "evaluated", "quote": "GSM8K"}],
        "claims": [],
        "sota": [{"scope": "broad", "quote": "84.4%"}],
        "code_urls": [],
    }
    path = tmp_path / "labelled.jsonl"
    path.write_text(json.dumps(row))
    evidence = Evidence("abstract", 9, 14, "GSM8K")
    names = [("GSM8K", "evaluated"), ("Other", "trained")]
    records = tuple(BenchmarkRecord(n, n, True, r, None, evidence) for n, r in names)
    report = evaluation.evaluate_file(path, lambda *_: PaperRecords(records, (), (), (), ()))
    score = report.scores["mentions"]
    assert (score.right, score.wrong, score.missed) == (1, 1, 0)
    assert report.scores["sota"].missed == 1
    assert report.inexact_spans == 0


def test_a_metric_is_scored_where_it_is_labelled(tmp_path):
    abstract = "We reach a success rate of 84.4% and 51.0% accuracy on GSM8K; 12.5% on MMLU."
    labels = [("success rates", "84.4"), ("F1", "51.0"), (None, "12.5")]
    row = {
        "id": "p",
        "title": "T",
        "abstract": abstract,
        "claims": [
            {"benchmark": None, "metric": metric, "value": value, "unit": "%", "quote": value}
            | {"kind": "absolute", "owner": "own"}
            for metric, value in labels
        ],
        "sota": [],
    }
    path = tmp_path / "labelled.jsonl"
    path.write_text(json.dumps(row))
    report = evaluation.evaluate_file(path)
    assert (report.metric_right, report.metric_labelled) == (1, 2)
    assert "metrics right 0.500" in evaluation.render_section([report], "c")


@pytest.mark.skipif(not DEV.exists(), reason="the labelled papers are not part of the repository")
def test_dev_scores_stay_above_their_floors():
    """Measured F1: mentions 0.91, claims 0.99 by value, SOTA 0.91, URLs 1.00 (99 papers).

    The rules were made with these papers in view: unseen ones are lower.
    """
    report = evaluation.evaluate_file(DEV)
    assert report.inexact_spans == 0
    assert report.scores["mentions"].f1 >= 0.90
    assert report.scores["claims, value"].precision >= 0.95
    assert report.scores["claims, value"].recall >= 0.90
    assert report.scores["claims, all"].f1 >= 0.80
    assert report.scores["sota"].f1 >= 0.85
    assert report.scores["urls"].f1 >= 0.98


ARCHIVE = SHARED / "hf_api"
HARD = {"labels_seventh", "labels_thirteenth"}
LABELS = sorted((Path(__file__).parent / "data").glob("labels_*.jsonl"))


@pytest.mark.slow
@pytest.mark.skipif(not ARCHIVE.exists(), reason="the archive is not part of the repository")
@pytest.mark.parametrize("path", LABELS, ids=lambda path: path.stem)
def test_own_labels_of_archive_papers_stay_above_their_floors(path):
    """672 papers labelled before the extractor ran on them, then used to mend rules.

    First runs, before mending, each with the rules of its time (precision/recall where told):

    | labels | papers | mentions F1 | claims, value | claims, all | SOTA F1 |
    | first  | 40 | 0.79 | F1 0.93 | - | 0.90 |
    | second | 19 | 0.81 | F1 0.83 | - | 0.83 |
    | third  | 60 | 0.93 | 1.00/0.73 | 0.81/0.59 | 0.77 |
    | fourth | 50 | 0.91 | 1.00/0.93 | 0.76/0.70 | 0.81 |
    | fifth  | 30 | 0.93 | 1.00/0.94 | 0.68/0.64 | 0.75 |
    | sixth  | 63 | - | 0.93/1.00 | 0.69/0.74 | 0.91 |
    | seventh | 70 | 0.83 | 0.98/0.89 | 0.44/0.40 | 0.93 |
    | eighth | 60 | 0.79 | 0.96/0.81 | 0.71/0.60 | 0.86 |
    | ninth | 60 | 0.87 | 0.98/0.78 | 0.62/0.49 | 0.93 |
    | tenth | 60 | 0.95 | 0.88/0.92 | 0.72/0.75 | 0.92 |
    | eleventh | 50 | 0.91 | 0.98/0.85 | 0.76/0.66 | 0.83 |
    | twelfth | 60 | 0.97 | 1.00/0.96 | 0.88/0.84 | 0.93 |
    | thirteenth | 50 | 0.96 | 0.98/0.75 | 0.72/0.55 | 0.93 |

    extract-3 was made from other papers: before anything was mended after the sixth file, it
    had 0.94/1.00 by value and 0.76/0.80 with benchmark, kind and owner there. The seventh was
    labelled by somebody who never saw the rules; in one of its papers the owners of nine numbers
    can be disputed.

    The eighth and the ninth were first run with extract-4, the tenth and the eleventh with
    extract-5 before anything was mended after them; extract-4 had 0.93 and 0.91 mentions, 0.90
    and 0.91 claims by value there. All four were labelled by whoever made extract-5; the names
    added to the vocabulary were written down after the ninth was read, and samples of what the
    rules changed over the archive may have shown single sentences of the tenth and the eleventh.
    In the tenth, one URL was added to the labels after the first run.

    The twelfth was labelled and first run with the finished extract-5, by somebody who had not
    seen its rules; one SOTA statement was added to its labels after the first run.

    The thirteenth was labelled and first run with the finished extract-6, by whoever made it;
    nothing was mended after it. extract-5 had 0.96 mentions, 0.98/0.74 claims by value and
    0.67/0.51 of them whole there.
    """
    report = evaluation.evaluate_spans(path, ARCHIVE)
    assert report.papers >= 19
    assert report.inexact_spans == 0
    assert report.scores["mentions"].f1 >= 0.90
    assert report.scores["claims, value"].precision >= 0.95
    assert report.scores["claims, all"].f1 >= (0.57 if path.stem in HARD else 0.78)
    assert report.scores["sota"].f1 >= 0.85
