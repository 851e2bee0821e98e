"""Tell whether a text presents a name as the paper's own: "we introduce X"."""

import re

from daily_papers.extract import names
from daily_papers.extract.words import Text

INTRODUCING = frozenset(
    stem + ending
    for stem in (
        *("introduc", "present", "propos", "releas", "construct", "curat", "build", "built"),
        *("creat", "develop", "contribut", "collect", "establish", "design", "assembl", "compil"),
        *("publish", "open-sourc", "provid", "offer", "describ", "unveil", "synthesi", "generat"),
    )
    for ending in ("", "e", "es", "ed", "s", "ing", "d")
)
DETERMINERS = frozenset({"the", "a", "an", "our", "new", "novel", "and", "both", "first", "also"})
# "we construct two datasets: A for tuning and B for testing"
_PRESENTED_LIST = re.compile(
    r"\bwe\s(?:\w+\s){0,2}?(?:construct|build|introduce|present|release|create|curate|propose|"
    r"develop|collect|contribute)\s(?:(?!on\b|of\b|from\b|in\b|with\b)[\w-]+\s){0,5}?"
    r"(?:datasets?|benchmarks?|corpora|suites?|subsets)\b[^.:;]{0,60}:(?:[^.;:]*(?:,|\band|\)))?\s(?:\(\w\)\s|the\s)?$"
)
_PRESENTED_GAP = re.compile(r"[^.;:]*")
# "we present X results"; not "we present X which", "X for", "X and"
_TAKES_VERB = re.compile(
    r"(?:-\w|\s(?!(?:that|which|to|for|with|as|and|by|from|using|where|in|on|is|are|of|consisting|"
    r"containing|comprising|covering|featuring|spanning|designed|based|built|through|via|dataset|"
    r"datasets|benchmark|benchmarks|corpus|suite|leaderboard|challenge|test|evaluation)\b)[a-z])"
)
_AS_METHOD = re.compile(
    r"(?:\s\([^()]{1,80}\))?\s?(?:,|--|—|–)\s?(?:an?|our|the\sfirst)\s"
    r"(?:(?!benchmark|dataset|corpus|suite|evaluat|testbed|challenge|test\b|leaderboard|meta-|for\b|"
    r"that\b|to\b|of\b|with\b|which\b)[\w/-]+,?\s){0,8}?"
    r"(?:framework|method|model|approach|agent|architecture|algorithm|system|pipeline|paradigm|"
    r"strategy|technique|extension|metric|LLM|MLLM|VLM|plugin|detector|network)\b"
    r"(?!\sevaluation|\sbenchmark|\sdataset|\s(?:for|to)\s(?:evaluat|benchmark|measur|assess)(?:e|ing)\b)"
)
_AS_METRIC = re.compile(
    r"\s?,\s(?:an?|our)\s(?:[\w/-]+,?\s){0,4}?metrics?\b(?!\s(?:and|suite|benchmark))"
)
_OWN_SUBJECT = re.compile(
    r"\b(?:we|i|paper|work|article|report|study|authors)\s(?:[\w-]+,?\s){0,3}\w+\s(?:[\w-]+\s){0,3}"
    r"[\"“'`(]?$"
)


# "on our proposed TeaBench benchmark"
_OURS = re.compile(
    r"\b(?:our\s(?:novel|new|newly\s\w+|proposed|own|curated|constructed)|the\sproposed)\s$"
)
_HEAD_NEXT = re.compile(r"\s(?:[a-z-]+\s)?(?:datasets?|benchmarks?|corpus|test\sset|suite)\b")


def is_presented(text: Text, start: int, end: int) -> bool:
    """Say whether "we introduce" leads straight to a benchmark, and it is what is introduced.

    Not "we present MMLU results": a plain noun after the name takes the verb.
    """
    if _PRESENTED_LIST.search(text.lowered, max(0, start - 300), start) is not None:
        return True
    is_ours = _OURS.search(text.text, max(0, start - 40), start) is not None
    if is_ours and _HEAD_NEXT.match(text.text, end) is not None:
        return True
    number = text.word_at(start) - 1
    while number > 0 and text.words.texts[number] in DETERMINERS:
        number -= 1
    if number < 1 or text.words.texts[number] not in INTRODUCING:
        return False
    if _PRESENTED_GAP.fullmatch(text.text, text.words[number].end, start) is None:
        return False
    if _TAKES_VERB.match(text.text, end) is not None:
        return False
    if text.words.texts[number] == "contributing":
        return True
    return (
        _OWN_SUBJECT.search(text.lowered, max(0, text.words.starts[number] - 60), start) is not None
    )


def is_method(text: Text, start: int, end: int) -> bool:
    """Say whether "we introduce X, a novel framework" presents the name as no benchmark."""
    if _AS_METRIC.match(text.text, end) is not None and is_presented(text, start, end):
        return True
    name = text.text[start:end]
    if names.is_benchmark_shaped(name) and not name.endswith("QA"):
        return False  # "XBench, a unified framework for measuring ..."
    return _AS_METHOD.match(text.text, end) is not None and is_presented(text, start, end)
