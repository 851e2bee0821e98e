"""Tell by its shape what a word is: a proper name, a benchmark's, a model's, a language's."""

import re
from functools import cache, lru_cache
from importlib import resources

_BENCH = re.compile(
    r"(?:[Bb]ench|BENCH|[a-z\d]Eval|\w{3}-Eval|\wArena|-[Gg]ym|"
    r"[a-z\d](?:Dataset|Benchmark|Corpus|Leaderboard|Challenge))(?![a-z])"
)
SHAPE_HINT = re.compile(
    r"[Bb]ench(?!m)|BENCH|Eval|-T(?:rain|est)|Arena|[Gg]ym|QA|Dataset|Benchmark|Corpus|Leaderb|Challenge|\d[kKM]$"
)
# "TeaTalk-17k", "Tea-CoT-1.5M": how many samples there are; context lengths follow a model's name.
_COUNTED = re.compile(
    r"[A-Z][\w+]*-(?:[\w+]+-)*(?!(?:1|2|4|8|16|32|64|128|256|512)[kK]$)"
    r"(?:\d+(?:\.\d+)?[kK]|\d(?:\.\d+)?M)"
    r"|[A-Z][\w-]*[a-z](?!(?:16|32|64|128|256|512)[kK]$)\d{2,3}[kKM]"
)
_SPLIT_NAME = re.compile(
    r"(?!(?:Stress|Train|Post|Pre|Unit|Self|Learn|Re)-)[A-Z][\w-]*\w-(?:Train|Test)$"
)
_LICENCE = re.compile(r"CC-(?:BY|0)|(?:Apache|AGPL|GPL|MIT|BSD)(?:-\d|$)")
_PROBLEMS = frozenset(
    {"Answering", "Captioning", "Classification", "Completion", "Detection", "Editing", "Embedding"}
    | {"Estimation", "Evaluation", "Generation", "Grounding", "Learning", "Localization"}
    | {"Manipulation", "Modeling", "Navigation", "Optimization", "Planning", "Prediction"}
    | {"Problem", "Problems", "Reasoning", "Recognition", "Reconstruction", "Retrieval", "Sensing"}
    | {"Segmentation", "Summarization", "Synthesis", "Tracking", "Translation", "Understanding"}
)
_BARE_HEADS = frozenset({"Bench", "Benchmark", "Eval", "Arena", "Dataset", "Corpus", "Challenge"})
_MODEL = re.compile(
    r"(?:gpt|llama|qwen|gemini|gemma|claude|deepseek|mistral|mixtral|phi|bert|roberta|t5|clip|vit|"
    r"internvl|internlm|chatgpt|o1|o3|o4|opt|pythia|vicuna|llava|flux|sdxl|stable|resnet|swin|"
    r"mamba|whisper|dino|dinov\d|sam|sam2|glm|chatglm|yi|falcon|palm|codellama|starcoder|olmo|"
    r"nvidia|rtx|kimi|minimax|openai|grok|molmo|bloom|flan|minicpm|seed|doubao|baichuan|convnext|"
    r"sd-?v?\d|wan2?|hunyuan|cogvideox?|sora|veo|imagen|dalle|dall|siglip|smolvlm|smollm|openvla|pi0)"
    r"(?![a-z])[\w.+-]*",
    re.IGNORECASE,
)
_SIZED_MODEL = re.compile(r"-\d+(?:\.\d+)?[bB](?![a-z])|-(?:Instruct|Chat|Base|Large|Distill)\b")
_SIZE = re.compile(r"\d[\d.,]*[BMKTbmkt]?(?![^\W\d_])|\d+[DdxX]\b")
_NAME_ENDS = frozenset(
    {"test", "val", "dev", "train", "bench", "hard", "lite", "mini", "verified", "text", "full"}
    | {"easy", "long", "short", "goal", "spatial", "object", "zh", "en", "cn", "pro", "redux"}
    | {"diamond", "plus"}
)
_QA_NOT = re.compile(r"(?:[A-Z]?QA|(?:open|multi|long|doc|document|text|table|video|image)-?QA)s?")


@cache
def load_concepts() -> frozenset[str]:
    """Return names that are no benchmarks: methods, models, tasks, metrics, hardware."""
    path = resources.files("daily_papers.extract") / "data" / "not_benchmarks.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@lru_cache(maxsize=8192)
def is_name(word: str) -> bool:
    """Say whether a word is shaped like a proper name: COCO, MathVista, tau2, SST-2."""
    if word.endswith(("'s", "’s")):
        return False
    if word.startswith(("http", "www.", "non-")):
        return False
    if not any(map(str.isupper, word)) or _SIZE.match(word) is not None:
        return False
    parts = word.split("-")
    if len(parts) > 1 and parts[-1].isalpha() and parts[-1].islower():
        return parts[-1] in _NAME_ENDS and is_name("-".join(parts[:-1]))
    if all(part.istitle() and part.isalpha() for part in parts):
        return False  # "Long-Horizon", "Vibe"
    return not all(part.isalpha() and part.islower() for part in parts)


def is_benchmark_shaped(word: str) -> bool:
    """Say whether the word's ending alone makes it a benchmark: LOCA-bench, DocVQA."""
    if word.startswith(("http", "www.")):
        return False
    if _BENCH.search(word) is not None:
        return word[0].isupper() or sum(map(str.isupper, word)) > 0
    if _COUNTED.fullmatch(word) is not None or _SPLIT_NAME.match(word) is not None:
        return True
    if word.endswith("QA") and len(word) > 4 and _QA_NOT.fullmatch(word) is None:
        return any(map(str.islower, word[:-2])) and word[0].isupper() and word[-3] != "-"
    return False


@lru_cache(maxsize=8192)
def is_excluded(word: str) -> bool:
    """Say whether a name is known to be a model, a method, a metric or a task."""
    bare = word.rstrip("s") if word[-1:] == "s" and word[-2:-1].isupper() else word
    if bare in load_concepts() or word in load_concepts():
        return True
    if word in _BARE_HEADS or _LICENCE.match(word) is not None:
        return True
    return _MODEL.fullmatch(word) is not None or _SIZED_MODEL.search(word) is not None


def is_named_set(word: str, head: str) -> bool:
    """Say whether a name beside "dataset" is one, though its size looks like a model's."""
    if not is_excluded(word) and (is_strong(word) or is_benchmark_shaped(word)):
        return True
    is_sized = head in {"dataset", "datasets", "corpus", "corpora"} and len(word) > 2
    return is_sized and is_name(word) and word not in load_concepts() and not _MODEL.match(word)


def is_place(word: str) -> bool:
    """Say whether a capitalised word tells a language or a nation: "the Chinese benchmark"."""
    return is_language(word) or len(word) < 4


def is_language(word: str) -> bool:
    """Say whether a word is shaped like the adjective of a nation: "Bulgarian"."""
    is_adjective = word.endswith(("ese", "ish", "ian", "ean", "abic", "French", "indi"))
    return is_adjective and word.istitle() and word.isalpha()


def is_problem(name: str) -> bool:
    """Say whether a name in capitals is that of a problem: "Referring Object Segmentation"."""
    return re.split(r"[ -]", name)[-1] in _PROBLEMS


def is_strong(word: str) -> bool:
    """Say whether a word is a name that is not known to be something else."""
    return len(word) > 2 and is_name(word) and not is_excluded(word)
