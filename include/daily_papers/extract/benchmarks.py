"""Find the benchmarks and datasets of a fixed vocabulary in a title and abstract.

Words are looked up, nothing is learned: no roles, no numbers, no names outside
`data/benchmarks.csv` (its README says where they come from). Precision first: a
name that is also a word or an acronym needs a word like "benchmark", or another
benchmark, beside it.
"""

import csv
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Literal, NamedTuple

from daily_papers.extract.words import Text, Word, Words

VOCABULARY_VERSION = "benchmarks-4"

Field = Literal["title", "abstract"]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One name of the vocabulary."""

    name: str
    aliases: tuple[str, ...]
    tasks: tuple[str, ...]
    sources: tuple[str, ...]  # packages whose metadata has the name, or "daily-papers"
    is_ambiguous: bool  # also a word, an acronym, a place: matched with context only
    tier: str  # A: seen in text or in two sources; B: one package's own label


@dataclass(frozen=True, slots=True)
class Mention:
    """One occurrence of a benchmark: text[start:end] == quote, in code points."""

    benchmark: str
    name_as_written: str
    field: Field
    start: int
    end: int
    quote: str


class _Spelling(NamedTuple):
    """A name or alias without its separators, and where they were."""

    benchmark: Benchmark
    letters: str
    breaks: frozenset[int]
    folds_case: bool


class _Candidate(NamedTuple):
    benchmark: Benchmark
    first: int  # token numbers, inclusive
    last: int
    is_sure: bool


class _Index(NamedTuple):
    spellings: dict[str, list[_Spelling]]  # by key: letters in lower case
    prefixes: frozenset[str]  # of every key, so that a scan stops early
    nexts: dict[str, frozenset[str]]  # the letters that go on from each prefix
    starts: frozenset[str]  # what the first word of a name can be, as written or in lower case
    folded_starts: frozenset[str]  # the same in lower case, where case does not matter


# "HumanEval+" is another benchmark than HumanEval, "C++" other than C.
_TOKEN = re.compile(r"([^\W_]+(?:\++(?![^\W_]))?)")
_ASCII_TOKEN = re.compile(r"([A-Za-z0-9]+(?:\++(?![A-Za-z0-9]))?)")
_URL = re.compile(r"(?:https?://|www\.|github\.com/|huggingface\.co/)[^\s)}\]]+")
_URL_MARKS = ("http", "www.", "github.com/", "huggingface.co/")
# What may stand between two parts of one name.
_GAPS = frozenset(["", " ", "-", "‐", "‑", "–", "/", " / ", "'", "’", ".", "^", "&", " & ", ": "])
_HYPHENS = frozenset("-‐‑–")
# After a hyphen these leave the name what it is: "ImageNet-pretrained".
_PLAIN_SUFFIXES = frozenset(
    {"based", "style", "like", "level", "scale", "only", "derived", "related", "specific"}
    | {"pretrained", "pre", "trained", "tuned", "finetuned", "type", "format", "sized"}
)
# A version or variant that the vocabulary does not know: another benchmark.
_OTHER_VARIANT = re.compile(
    r"[ -](?:[vV]\d|[2-9]\.\d(?!\d|\s?%)|(?:Pro|Plus|Lite|Hard|Live|Mini|XL)(?![^\W_]))"
)
_RESOLUTION = re.compile(r"\s?(?:x|×|times|\$?\\times\$?)\s?\d")
_YEAR_TO = re.compile(r"[-–]20[12]\d(?![\w-])")  # "AIME 2024-2025"
_CUES = frozenset(
    {"benchmark", "benchmarks", "benchmarking", "dataset", "datasets", "leaderboard", "corpus"}
    | {"leaderboards", "corpora", "testbed", "suite", "suites", "challenge", "split", "splits"}
)
# "datasets such as DROP", "the benchmark DROP", "benchmarks (DROP": what may stand between.
_CUE_BEFORE_GAP = re.compile(
    r"(?:[\s,(:]|such as|like|including|e\.g\.,?|i\.e\.,?|namely|called|named|the|on|from|of)*"
)
# "the DROP reading comprehension dataset": none of these, no verb, in between.
_NOT_BETWEEN = frozenset(
    {"a", "an", "by", "for", "from", "in", "is", "of", "on", "or", "our", "the", "this", "to"}
    | {"we", "with", "that", "new", "can", "over", "via", "using", "at"}
)
# "MATH accuracy", "84% on ARC": only a benchmark is measured so.
_MEASURES = frozenset({"accuracy", "mAP", "AP", "val", "test-dev", "rating", "ratings", "Elo"})
_MEASURED_BEFORE = re.compile(
    r"(?:\d\s?\\?%\s(?:[\w-]+\s){0,2}on\s|(?:[Ee]xperiments|[Rr]esults|[Ee]valuat\w+|[Tt]ested|"
    r"[Vv]alidated|[Pp]erformance|[Aa]ccuracy|[Ss]cores?|state-of-the-art|SOTA)\son\s|"
    r"(?:^|[.;]\s)On\s)(?:the\s)?$"
)
_PHRASE_GAP = re.compile(r"[\s,/&)-]*")
_CUE_REACH = 3  # words between an ambiguous name and the word that vouches for it
_LIST_REACH = 2  # words between two members of one list
_SAFE_ENDS = ("bench", "eval", "qa", "arena", "dataset", "challenge", "exam")
_BENCHMARK_WORDS = ("benchmark", "dataset", "corpus", "evaluat", "challeng", "measuring")
_LIST_GAP = re.compile(r"(?:[\s,;/&()]|and|or|the|on|to|as well as|\([\w -]{2,24}\))*")
_OWN_NAME_END = re.compile(r"\s*(?:\([^)]*\)\s*)?:\s")


@cache
def load_vocabulary() -> tuple[Benchmark, ...]:
    """Return the vocabulary, sorted by name, read once."""
    path = resources.files("daily_papers.extract") / "data" / "benchmarks.csv"
    with path.open(encoding="utf-8") as lines:
        return tuple(
            Benchmark(
                name=row["name"],
                aliases=_split_field(row["aliases"]),
                tasks=_split_field(row["tasks"]),
                sources=_split_field(row["sources"]),
                is_ambiguous=row["is_ambiguous"] == "true",
                tier=row["tier"],
            )
            for row in csv.DictReader(lines)
        )


def find_mentions(title: str, abstract: str) -> list[Mention]:
    """Return every mention, in the order of the text, none overlapping another.

    Args:
        title: as stored; offsets count from its first code point.
        abstract: likewise.
    """
    fields = {"title": Text(title), "abstract": Text(abstract)}
    found = []
    for one in find_in(fields["title"], fields["abstract"]):
        start, end, quote = fields[one.field].cut(one.start, one.end)
        found.append(Mention(one.benchmark, quote, one.field, start, end, quote))
    return found


def find_in(title: Text, abstract: Text) -> list[Mention]:
    """Return every mention like `find_mentions`, in texts that are cut already."""
    fields: list[tuple[Field, Text]] = [("title", title), ("abstract", abstract)]
    found = [(field, text.text, *_find_candidates(text)) for field, text in fields]
    if not any(candidates for *_, candidates in found):
        return []
    own = _own_name(title.text, found[0][2], found[0][3])
    # One sense a paper: confirmed once, a name is confirmed wherever it stands.
    confirmed = {
        name
        for _, text, tokens, candidates in found
        for name in _confirm(text, tokens, candidates, own)
    }
    return [
        _mention(candidate, field, text, tokens)
        for field, text, tokens, candidates in found
        for candidate in candidates
        if candidate.benchmark.name in confirmed
    ]


def _mention(candidate: _Candidate, field: Field, text: str, tokens: Words) -> Mention:
    start, end = tokens[candidate.first].start, tokens[candidate.last].end
    quote = text[start:end]
    return Mention(candidate.benchmark.name, quote, field, start, end, quote)


def _cut(text: Text) -> Words:
    """Return the tokens of a text; what stands in a URL is none."""
    body = text.text
    if any(mark in body for mark in _URL_MARKS):
        body = _URL.sub(lambda match: " " * len(match[0]), body)
    elif "+" not in body:
        return text.parts
    return Words((_ASCII_TOKEN if body.isascii() else _TOKEN).split(body))


def _find_candidates(text: Text) -> tuple[Words, list[_Candidate]]:
    """Scan once; at each token take the longest name that starts there."""
    index = _load_index()
    tokens = _cut(text)
    keys = tokens.folded
    prefixes, spellings, nexts = index.prefixes, index.spellings, index.nexts
    # Most words start no name, alone or with the next: tell them apart without a call.
    opening, folded = index.starts, index.folded_starts
    likely = [
        number
        for number, word in enumerate(tokens.texts)
        if word in opening or not (word.islower() or word.casefold() not in folded)
    ]
    following = [*keys, ""]
    starts = [
        number
        for number in likely
        if (key := keys[number]) in spellings
        or (following[number + 1][:1] in nexts[key] and key + following[number + 1] in prefixes)
    ]
    candidates: list[_Candidate] = []
    for start in starts:
        if candidates and start <= candidates[-1].last:
            continue
        found = _longest_at(text.text, tokens, start, index)
        if found is not None:
            candidates.append(found)
    return tokens, candidates


def _longest_at(text: str, tokens: Words, first: int, index: _Index) -> _Candidate | None:
    key = ""
    longest = None
    for last in range(first, len(tokens)):
        if last > first and tokens.gap_after(text, last - 1) not in _GAPS:
            break
        key += tokens.texts[last].casefold()
        if key not in index.prefixes:
            break
        if last > first and _RESOLUTION.match(text, tokens[last].end) is not None:
            break  # "ImageNet 256 x 256" is ImageNet
        for spelling in index.spellings.get(key, ()):
            if _is_written_as(spelling, tokens[first : last + 1], text):
                longest = _Candidate(
                    spelling.benchmark,
                    first,
                    last,
                    _is_sure(spelling, key, text[tokens[first].start : tokens[last].end]),
                )
                break
    if longest is None or not _stands_alone(text, tokens[first], tokens[longest.last]):
        return None
    return longest


def _is_sure(spelling: _Spelling, key: str, written: str) -> bool:
    """Say whether the name needs no cue: not a word, and not written like one."""
    is_lowered = written.islower() and key.isalpha() and not spelling.letters.islower()
    return not (spelling.benchmark.is_ambiguous or is_lowered)


def _is_written_as(spelling: _Spelling, tokens: Sequence[Word], text: str) -> bool:
    """Say whether these tokens spell it: same case unless folding is safe, breaks in place."""
    letters = "".join(token.text for token in tokens)
    is_exact = letters == spelling.letters
    if not is_exact and not spelling.folds_case:
        return False
    offset = 0
    for left, right in pairwise(tokens):
        offset += len(left.text)
        if offset in spelling.breaks or left.text[-1].isdigit() or right.text[0].isdigit():
            continue
        if left.end == right.start:
            continue
        is_hyphen = text[left.end : right.start] in _HYPHENS and len(letters) > 4
        if not (is_hyphen or (is_exact and (_looks_named(left) or _looks_named(right)))):
            return False
        if is_hyphen and not is_exact and not letters.casefold().endswith(("bench", "eval", "qa")):
            return False
    return True


def _looks_named(token: Word) -> bool:
    """Say whether a part cannot be a plain word: "QA" of "Trivia QA"."""
    return token.text in {"Bench", "Eval"} or sum(map(str.isupper, token.text)) > 1


def _stands_alone(text: str, first: Word, last: Word) -> bool:
    """Say whether no hyphen, dot or version makes it a part of a longer name."""
    before = text[max(0, first.start - 2) : first.start]
    if before[-1:] in {"-", "‐", "‑", "_", ".", "@"} and before[:1].isalnum():
        return False
    after = text[last.end : last.end + 16]
    is_decimal = after[:1] == "." and after[1:2].isdigit()
    if (after[:1] == "_" and after[1:2] != "{") or is_decimal or _OTHER_VARIANT.match(after):
        return False
    if after[:1] in _HYPHENS and after[1:2].isalnum():
        if last.text[:2] == "20" and _YEAR_TO.match(after) is not None:
            return True
        word = _TOKEN.match(after, 1)
        return word is not None and word[0] in _PLAIN_SUFFIXES
    return True


def _own_name(title: str, tokens: Words, candidates: list[_Candidate]) -> str:
    """Return the name that a title like "NAME: how to do it" gives to its own work.

    Methods reuse the acronyms of benchmarks; such a name needs a cue, unless the
    title says that the work is a benchmark.
    """
    if not candidates or candidates[0].first != 0:
        return ""
    if any(token.text.casefold().startswith(_BENCHMARK_WORDS) for token in tokens):
        return ""
    first = candidates[0]
    if first.benchmark.name.casefold().endswith(_SAFE_ENDS):
        return ""
    is_own = _OWN_NAME_END.match(title, tokens[first.last].end) is not None
    return first.benchmark.name if is_own else ""


def _confirm(text: str, tokens: Words, candidates: list[_Candidate], own: str) -> Iterator[str]:
    """Name the benchmarks that are meant: sure ones, and those vouched for nearby."""
    sure = [
        (one.is_sure and one.benchmark.name != own) or _has_cue(text, tokens, one)
        for one in candidates
    ]
    # A list vouches for its members: forwards, then backwards, reaches all.
    order = list(range(1, len(candidates)))
    for right in [*order, *reversed(order)]:
        pair = candidates[right - 1], candidates[right]
        is_open = sure[right] != sure[right - 1] and own not in {one.benchmark.name for one in pair}
        if is_open and _are_listed(text, tokens, *pair):
            sure[right] = sure[right - 1] = True
    for candidate, is_sure in zip(candidates, sure, strict=True):
        if is_sure:
            yield candidate.benchmark.name


def _has_cue(text: str, tokens: Words, candidate: _Candidate) -> bool:
    """Say whether a word like "dataset" belongs to the name."""
    previous = tokens[candidate.last]
    for token in tokens[candidate.last + 1 : candidate.last + 2 + _CUE_REACH]:
        word = token.text.casefold()
        if not _PHRASE_GAP.fullmatch(text, previous.end, token.start):
            break
        if word in _CUES:
            return True
        if word in _NOT_BETWEEN or word.endswith("s"):
            break
        previous = token
    start = tokens[candidate.first].start
    written = text[start : tokens[candidate.last].end]
    if written == candidate.benchmark.name and not written.istitle():
        following = tokens[candidate.last + 1 : candidate.last + 2]
        is_measured = following and following[0].text in _MEASURES
        if is_measured and text[tokens[candidate.last].end : following[0].start] == " ":
            return True
        if _MEASURED_BEFORE.search(text[max(0, start - 60) : start]) is not None:
            return True
    for token in tokens[max(0, candidate.first - 1 - _CUE_REACH) : candidate.first]:
        if token.text.casefold() in _CUES and _CUE_BEFORE_GAP.fullmatch(text, token.end, start):
            return True
    return False


def _are_listed(text: str, tokens: Words, left: _Candidate, right: _Candidate) -> bool:
    if right.first - left.last - 1 > _LIST_REACH:
        return False
    return bool(_LIST_GAP.fullmatch(text, tokens[left.last].end, tokens[right.first].start))


@cache
def spelling_keys() -> frozenset[str]:
    """Return the spellings of the sure names: letters in lower case, no separators."""
    return frozenset(
        key
        for key, spellings in _load_index().spellings.items()
        if not any(one.benchmark.is_ambiguous for one in spellings)
    )


def canonical_name(key: str) -> str | None:
    """Return the canonical name of a spelling key, or None."""
    spellings = _load_index().spellings.get(key)
    return spellings[0].benchmark.name if spellings else None


@cache
def _load_index() -> _Index:
    spellings: dict[str, list[_Spelling]] = {}
    for benchmark in load_vocabulary():
        for name in (benchmark.name, *benchmark.aliases):
            spelling = _spell(name, benchmark)
            spellings.setdefault(spelling.letters.casefold(), []).append(spelling)
    prefixes = frozenset(key[:end] for key in spellings for end in range(1, len(key) + 1))
    nexts: dict[str, set[str]] = {prefix: set() for prefix in prefixes}
    for key in spellings:
        for end in range(1, len(key)):
            nexts[key[:end]].add(key[end])
    exact: set[str] = set()
    folded: set[str] = set()
    for spelling in itertools.chain.from_iterable(spellings.values()):
        letters = spelling.letters
        exact.update(letters[:end] for end in range(1, len(letters) + 1))
        if spelling.folds_case:
            folded.update(_folded_starts(spelling))
    return _Index(
        spellings,
        prefixes,
        {key: frozenset(found) for key, found in nexts.items()},
        frozenset(exact | folded),
        frozenset(folded),
    )


def _folded_starts(spelling: _Spelling) -> Iterator[str]:
    """Yield what `_is_written_as` lets the first word be where the case is not the name's."""
    letters = spelling.letters.casefold()
    yield letters
    may_be_cut = letters.endswith(("bench", "eval", "qa"))
    for end in range(1, len(letters)):
        is_number = letters[end - 1].isdigit() or letters[end].isdigit()
        if may_be_cut or is_number or end in spelling.breaks:
            yield letters[:end]


def _spell(name: str, benchmark: Benchmark) -> _Spelling:
    parts = [match[0] for match in _TOKEN.finditer(name)]
    letters = "".join(parts)
    breaks = frozenset(len("".join(parts[:count])) for count in range(1, len(parts)))
    return _Spelling(benchmark, letters, breaks, _folds_case(name, letters, benchmark))


def _folds_case(name: str, letters: str, benchmark: Benchmark) -> bool:
    """Say whether no English word or phrase looks like the name in lower case."""
    if benchmark.is_ambiguous or len(letters) < 5:
        return False
    if any(map(str.isdigit, letters)):
        return sum(map(str.isalpha, letters)) > 1
    is_camel = not letters.isupper() and sum(map(str.isupper, letters)) > 1
    if any(part.casefold() in {"bench", "eval"} for part in re.split("[ -]", name)):
        return True
    if letters.casefold().endswith(("bench", "eval")):
        return " " not in name
    return is_camel and " " not in name and "-" not in name


def _split_field(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()
