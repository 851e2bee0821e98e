"""Find the name of the system whose number a claim is, where the sentence leaves no doubt.

An own number belongs to the name that the title gives the work ("NAME: how to do it") if
the sentence has that name; another's to the only name of a model in the sentence. In any
other case the name stays unknown.
"""

import re
from collections.abc import Iterable

from daily_papers.extract.names import is_name
from daily_papers.extract.records import ClaimRecord, Evidence
from daily_papers.extract.words import Text, read_text

# Families that are written with a version: "Claude 3.5 Sonnet", "Qwen2.5-VL-7B", "o3-mini".
_FAMILY = re.compile(
    r"(?<![\w-])(?:"
    r"(?:ChatGPT|GPT|Claude|Gemini|Gemma|Llama|LLaMA|LLaVA|Qwen|QwQ|QVQ|DeepSeek|Mistral|Mixtral|"
    r"Phi|Kimi|GLM|ChatGLM|Grok|InternVL|InternLM|MiniCPM|Yi|OLMo|Molmo|Pixtral|Vicuna|Falcon|"
    r"StarCoder|CodeLlama|Nemotron|Seed|Doubao|Hunyuan|FLUX|SDXL|Whisper|DINO)"
    r"[\w.+-]*(?:\s\d[\w.]*)?"
    r"(?:[ -](?:Pro|Flash|Sonnet|Opus|Haiku|Ultra|Turbo|Mini|mini|Thinking|Instruct|Chat|Base|"
    r"Large|Medium|Small|Lite|Nano|Max|Plus|Preview|Vision|Next)(?![\w-]))*"
    r"|o[134](?:-mini|-preview|-pro)?(?![\w-]))"
)
_NO_NAME_END = re.compile(r"-(?:\w+ed|[a-z]\w*ing|level|style|like|class|scale|family|series)$")
_VERSION = re.compile(r"\d")
_LOWER = re.compile(r"[a-z]")
_INNER = re.compile(r"[a-z][A-Z]|\d")


def name_own_work(title: str) -> str | None:
    """Return what a title like "NAME: how to do it" calls its work."""
    head, colon, _ = title.partition(":")
    name = head.strip()
    is_short = 1 < len(name) <= 40 and len(name.split()) <= 3
    return name if colon and is_short else None


def find_system(
    title: str, abstract: Text, claim: ClaimRecord, other_names: Iterable[str]
) -> Evidence | None:
    """Return where the claim's sentence names the system, or None.

    Args:
        title: as stored.
        abstract: the field that the claim stands in.
        claim: one of the paper's claims.
        other_names: names in the text that are no systems: benchmarks.
    """
    if claim.evidence.field != "abstract":
        return None
    start, end = abstract.sentence_at(abstract.place_of(claim.evidence.start))
    own = name_own_work(read_text(title).text)
    if claim.owner == "own":
        return _find_word(abstract, own, start, end) if own else None
    apart = {read_text(name).text.casefold() for name in other_names}
    if own:
        apart.add(own.casefold())
    found: dict[str, Evidence] = {}
    last = start
    for match in _FAMILY.finditer(abstract.text, start, end):
        name = match[0].rstrip(".-+")
        last = match.start() + len(name)
        if _VERSION.search(name) and not _NO_NAME_END.search(name) and name.casefold() not in apart:
            found.setdefault(name, Evidence("abstract", *abstract.cut(match.start(), last)))
    taken = [(abstract.place_of(one.start), abstract.place_of(one.end)) for one in found.values()]
    for number in range(abstract.word_at(start), len(abstract.words)):
        word = abstract.words[number]
        if word.start >= end:
            break
        if word.start < start or any(left <= word.start < right for left, right in taken):
            continue
        if _is_system_shaped(word.text) and not any(word.text.casefold() in one for one in apart):
            place = Evidence("abstract", *abstract.cut(word.start, word.end))
            found.setdefault(word.text, place)
    return next(iter(found.values())) if len(found) == 1 else None


def _is_system_shaped(word: str) -> bool:
    """Say whether a word looks like a product's name, and not like an acronym or a metric."""
    return (
        is_name(word)
        and len(word) > 3
        and _LOWER.search(word) is not None
        and _INNER.search(word) is not None
        and "@" not in word
        and not word.endswith("s")
        and _NO_NAME_END.search(word) is None
    )


def _find_word(text: Text, name: str, start: int, end: int) -> Evidence | None:
    match = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])").search(text.text, start, end)
    return Evidence("abstract", *text.cut(*match.span())) if match else None
