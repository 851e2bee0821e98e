"""extract.keywords: which spellings meet, which stay apart."""

import pytest
from daily_papers.extract.keywords import _LONG_FORMS, _SPELLINGS, normalise_keyword
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("keyword", "key"),
    [
        ("large language models", "large language model"),
        ("Large-Language  Model", "large language model"),
        ("LLMs", "large language model"),
        ("Large Language Models (LLMs)", "large language model"),
        ("LLMs (Large Language Models)", "large language model"),
        ("vision_language model", "vision language model"),
        ("MoEs", "mixture of expert"),
        ("Mixture-of-Experts", "mixture of expert"),
        ("question answering (e.g., XQuAD)", "question answering (e.g., xquad)"),
        ("pass@$k$", "pass@k"),
        ("policies", "policy"),
        ("meshes", "mesh"),
        ("reward matrices", "reward matrix"),
        ("evaluation metrics", "evaluation metric"),
        ("fine-tuning", "fine tuning"),
        ("“reward hacking”.", "reward hacking"),
        ("C++", "c++"),
        ("SE(3)", "se(3)"),
        ("multi-modal learning", "multimodal learning"),
        ("Continual Pretraining", "continual pre training"),
        ("pre-trained models", "pretrained model"),
        ("supervised finetuning", "supervised fine tuning"),
        ("sparse auto-encoders", "sparse autoencoder"),
        ("UNets", "u net"),
        ("multi-modal LLMs", "multimodal large language model"),
        ("Multi-Modal LLM (MLLM)", "multimodal large language model"),
        ("agentic RL", "agentic reinforcement learning"),
        ("VideoLLMs", "video large language model"),
        ("VQ-VAE", "vq vae"),
        ("Flow-GRPO", "flow grpo"),
        ("unsupervised", "unsupervised"),
        ("data settings", "data setting"),
    ],
)
def test_spellings_meet_under_one_key(keyword, key):
    assert normalise_keyword(keyword) == key


@pytest.mark.parametrize(
    "word",
    ["bias", "analysis", "graphics", "dynamics", "loss", "corpus", "series", "tts", "3dgs", "lens"],
)
def test_a_singular_that_ends_in_s_stays(word):
    assert normalise_keyword(word) == word


@pytest.mark.parametrize("nothing", ["", "  ", "-", "...", "()", "\u200b", "$$"])
def test_nothing_left_is_the_empty_key(nothing):
    assert normalise_keyword(nothing) == ""


def test_the_acronym_table_is_small_and_its_long_forms_are_keys():
    assert len(_LONG_FORMS) < 25
    assert {long: normalise_keyword(long) for long in _LONG_FORMS.values()} == {
        long: long for long in _LONG_FORMS.values()
    }


def test_no_spelling_leads_to_another():
    assert {one: normalise_keyword(one) for one in _SPELLINGS.values() if one != "video llm"} == {
        one: one for one in _SPELLINGS.values() if one != "video llm"
    }


WORDS = st.sampled_from(
    [
        *("LLMs", "models", "(VLMs)", "large", "language", "ss", "s", "(", ")", "$", "-"),
        *_SPELLINGS,
        *(half for one in _SPELLINGS for half in one.split()),
        *(half for one in _SPELLINGS.values() for half in one.split()),
    ]
)


@given(st.one_of(st.text(), st.lists(st.one_of(WORDS, st.text(max_size=3))).map(" ".join)))
def test_a_key_is_its_own_key(keyword):
    key = normalise_keyword(keyword)
    assert normalise_keyword(key) == key
