"""Fold the spellings of one keyword into one key; the printed form is kept elsewhere.

Source: `paper.ai_keywords`, free text by a model whose case drifts between two
fetches of one paper. The key is for grouping, not for showing: "mixture of
expert" is right as a key and wrong as a label.
"""

import re
import unicodedata

KEYWORDS_VERSION = "keywords-2"

# Hyphens and dashes that NFKC leaves alone, the minus sign, underscores.
_SEPARATORS = re.compile(r"[\s_\-\u00ad\u2010-\u2015\u2212]+")
_SELF_DEFINED = re.compile(r"(?P<head>[^()]+) \((?P<tail>[^()]+)\)")
_KEPT_AT_ENDS = "+#*%°"  # C++, C#, V*, 90%, 360°: part of the name

# Acronyms that mean one thing, wording aside, in at least 92 in 100 of the papers
# that spell them out (10 papers or more each, of 9,197 real abstracts). Left out on
# that evidence: tts, asr, ar, rm, sam, svd, slm, em, ir, vqa.
_LONG_FORMS = {
    "cot": "chain of thought",
    "dit": "diffusion transformer",
    "dpo": "direct preference optimization",
    "grpo": "group relative policy optimization",
    "icl": "in context learning",
    "llm": "large language model",
    "lmm": "large multimodal model",
    "lrm": "large reasoning model",
    "mcts": "monte carlo tree search",
    "mllm": "multimodal large language model",
    "moe": "mixture of expert",
    "nerf": "neural radiance field",
    "nlp": "natural language processing",
    "ocr": "optical character recognition",
    "peft": "parameter efficient fine tuning",
    "ppo": "proximal policy optimization",
    "rag": "retrieval augmented generation",
    "rl": "reinforcement learning",
    "rlhf": "reinforcement learning from human feedback",
    "rlvr": "reinforcement learning with verifiable reward",
    "sft": "supervised fine tuning",
    "ssm": "state space model",
    "vae": "variational autoencoder",
    "vlm": "vision language model",
}

# Of these the long form is also meant at the end of a longer key: "agentic rl". The others
# end names: "flow grpo", "vq vae", "mm dit".
_EXPANDED_LAST = frozenset({"cot", "icl", "llm", "mllm", "moe", "rag", "rl", "ssm", "vlm"})

# Words written as one and as two; each spelling leads to the one that more papers use. None
# is a part of what another leads to, so one look is enough.
_SPELLINGS = {
    "aime2024": "aime 2024",
    "aime2025": "aime 2025",
    "auto encoder": "autoencoder",
    "auto regressive": "autoregressive",
    "bi directional": "bidirectional",
    "bi level": "bilevel",
    "chunkwise": "chunk wise",
    "common sense": "commonsense",
    "crossattention": "cross attention",
    "crosslingual": "cross lingual",
    "data set": "dataset",
    "deepresearch": "deep research",
    "ego centric": "egocentric",
    "feedforward": "feed forward",
    "finetuned": "fine tuned",
    "finetuning": "fine tuning",
    "hyper parameter": "hyperparameter",
    "key frame": "keyframe",
    "key point": "keypoint",
    "layerwise": "layer wise",
    "math 500": "math500",
    "midtraining": "mid training",
    "multi lingual": "multilingual",
    "multi modal": "multimodal",
    "multiagent": "multi agent",
    "multihop": "multi hop",
    "multilayer": "multi layer",
    "multiobjective": "multi objective",
    "multiscale": "multi scale",
    "multistage": "multi stage",
    "multistep": "multi step",
    "multitask": "multi task",
    "multiview": "multi view",
    "omnimodal": "omni modal",
    "photo realistic": "photorealistic",
    "posttraining": "post training",
    "pre filling": "prefilling",
    "pre trained": "pretrained",
    "pretraining": "pre training",
    "re ranking": "reranking",
    "roll out": "rollout",
    "spatiotemporal": "spatio temporal",
    "speed up": "speedup",
    "stepwise": "step wise",
    "sub goal": "subgoal",
    "sub task": "subtask",
    "unet": "u net",
    "videollm": "video llm",
    "winrate": "win rate",
}
_SPELLED = re.compile(rf"(?<!\w)(?:{'|'.join(_SPELLINGS)})(?!\w)")

# Plurals that no rule below gets right.
_IRREGULAR = {
    "analyses": "analysis",
    "axes": "axis",
    "biases": "bias",
    "bonuses": "bonus",
    "caches": "cache",
    "canvases": "canvas",
    "characteristics": "characteristic",
    "critics": "critic",
    "diagnoses": "diagnosis",
    "focuses": "focus",
    "heuristics": "heuristic",
    "hypotheses": "hypothesis",
    "indices": "index",
    "lenses": "lens",
    "matrices": "matrix",
    "metrics": "metric",
    "movies": "movie",
    "rubrics": "rubric",
    "syntheses": "synthesis",
    "ties": "tie",
    "topics": "topic",
    "vertices": "vertex",
    # Acronyms whose ending says "no plural" to the rules.
    "apis": "api",
    "cpus": "cpu",
    "gpus": "gpu",
    "guis": "gui",
    "lms": "lm",
    "npus": "npu",
    "tpus": "tpu",
}

# Singulars and names that end like plurals.
_NO_PLURALS = frozenset(
    {"aids", "alias", "amass", "arkitscenes", "chaos", "codecontests", "codeforces", "cosmos"}
    | {"crps", "diabetes", "ethos", "flops", "gas", "holmes", "kubernetes", "lammps", "lpips"}
    | {"macos", "mars", "mcts", "means", "mits", "neurips", "news", "nuscenes", "nurbs"}
    | {"openhands", "openimages", "pandas", "procrustes", "series", "species", "tapas", "texas"}
)
_NO_PLURAL_ENDS = (
    *("ss", "us", "is", "ics", "'s", "’s"),
    *("atlas", "bias", "canvas", "js", "lens", "phys", "tts", "vos"),
)
_LETTERS_THEN_S = re.compile(r"[a-z]+s")


def normalise_keyword(keyword: str) -> str:
    """Return the key under which spellings of one keyword meet.

    Args:
        keyword: as the source spells it: "Large Language Models (LLMs)".

    Returns:
        Lower case, single spaces, last word in the singular, known acronyms
        written out, one spelling of what is written joined and apart: "large
        language model", "multimodal". Empty when nothing is left.
    """
    text = unicodedata.normalize("NFKC", keyword).casefold()
    # Casefolding can undo NFKC ("ẛ̣"), once; a second round settles it.
    text = unicodedata.normalize("NFKC", text).casefold()
    text = unicodedata.normalize("NFKC", text)
    text = _strip_ends(_SEPARATORS.sub(" ", text.replace("$", "")))  # pass@$k$
    if not any(map(str.isalnum, text)):
        return ""
    text = _spell(_fold_plural(_drop_own_acronym(_spell(text))))
    head, space, last = text.rpartition(" ")
    if not space or last in _EXPANDED_LAST:
        return head + space + _LONG_FORMS.get(last, last)
    return text


def _spell(text: str) -> str:
    return _SPELLED.sub(lambda match: _SPELLINGS[match[0]], text)


def _strip_ends(text: str) -> str:
    """Drop spaces and punctuation at both ends, but not a bracket whose pair is inside."""
    start, end = 0, len(text)
    while start < end and _is_droppable(text[start]) and not _is_paired(text[start:end], 0):
        start += 1
    while start < end and _is_droppable(text[end - 1]) and not _is_paired(text[start:end], -1):
        end -= 1
    return text[start:end]


def _is_droppable(char: str) -> bool:
    if char in _KEPT_AT_ENDS:
        return False
    return unicodedata.category(char)[0] in "PZC" or char in "`´^|<>="


def _is_paired(text: str, at: int) -> bool:
    """Say whether the bracket at one end of text has its pair in text."""
    other = {"(": ")", "[": "]", "{": "}", ")": "(", "]": "[", "}": "{"}.get(text[at])
    return other is not None and other in text


def _drop_own_acronym(text: str) -> str:
    """Turn "long form (acronym)" and "acronym (long form)" into the long form."""
    match = _SELF_DEFINED.fullmatch(text)
    if match is None:
        return text
    short, long = sorted((match["head"].strip(), match["tail"].strip()), key=len)
    if not short or " " in short or " " not in long:
        return text
    letters = iter(long)
    if all(letter in letters for letter in _singular(short)):
        return _strip_ends(long)
    return text


def _fold_plural(text: str) -> str:
    head, space, last = text.rpartition(" ")
    return head + space + _singular(last)


def _singular(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _NO_PLURALS or word.endswith(_NO_PLURAL_ENDS):
        return word
    if len(word) < 4 or not _LETTERS_THEN_S.fullmatch(word):  # "tts", "3dgs"
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses")):
        return word[:-2]
    return word[:-1]
