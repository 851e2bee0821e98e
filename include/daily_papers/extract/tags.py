"""Find the tags of the project's taxonomy in a title and an abstract.

Patterns are phrases, looked up word by word: lower-case ones whatever the case, hyphen or
plural; ones with capitals (acronyms) as written, plural aside; "ACR@word" only where a
word of the text starts with the given letters.
"""

import csv
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from daily_papers.extract.records import Evidence, Field, TagRecord
from daily_papers.extract.words import Text, Words

TAXONOMY_VERSION = "taxonomy-4"
SOURCE = "taxonomy"

_PART = re.compile(r"[^\W_]+")


class Tag(NamedTuple):
    """One tag of the taxonomy."""

    name: str
    parent: str
    patterns: tuple[str, ...]
    examples: tuple[str, ...]
    negatives: tuple[str, ...]


class _Phrase(NamedTuple):
    words: tuple[str, ...]  # folded; of an acronym as written
    tag: str
    context: str
    is_plain: bool  # one word in lower case: where the index finds it, it is


@cache
def load_taxonomy() -> tuple[Tag, ...]:
    """Return the taxonomy in the order of its file."""
    path = resources.files("daily_papers.extract") / "data" / "taxonomy.csv"
    with path.open(encoding="utf-8") as lines:
        return tuple(
            Tag(
                row["tag"],
                row["parent"],
                tuple(row["patterns"].split("|")),
                tuple(row["examples"].split("|")),
                tuple(filter(None, row["negative_examples"].split("|"))),
            )
            for row in csv.DictReader(lines)
        )


def find_tags(title: Text, abstract: Text) -> list[TagRecord]:
    """Return each tag once, with its first place, in the order of the text."""
    singles, pairs = _index()
    fields: tuple[tuple[Field, Text], ...] = (("title", title), ("abstract", abstract))
    found: dict[str, TagRecord] = {}
    is_near: dict[str, bool] = {"": True}  # by context: a text may repeat an acronym endlessly
    for field, text in fields:
        words = text.parts.folded
        hits = [
            (number, phrase)
            for number, word in enumerate(words)
            if word in singles
            for phrase in singles[word]
        ]
        hits += [
            (number, phrase)
            for number, pair in enumerate(pairwise(words))
            if pair in pairs
            for phrase in pairs[pair]
        ]
        if not hits:
            continue
        hits.sort(key=itemgetter(0))  # stable: of one place, the phrase of one word first
        places = text.parts
        for number, phrase in hits:
            if phrase.tag in found:
                continue
            if not (phrase.is_plain or _is_here(phrase, text.text, places, number)):
                continue
            if phrase.context not in is_near:
                is_near[phrase.context] = _has_context(phrase.context, title, abstract)
            if not is_near[phrase.context]:
                continue
            last = number + len(phrase.words) - 1
            start, end = places.starts[number], places.starts[last] + len(places.texts[last])
            evidence = Evidence(field, *text.cut(start, end))
            found[phrase.tag] = TagRecord(phrase.tag, SOURCE, evidence)
    return list(found.values())


def _is_here(phrase: _Phrase, text: str, places: Words, number: int) -> bool:
    """Say whether the phrase stands at word `number`, where the index found its first words."""
    if number + len(phrase.words) > len(places):
        return False
    for offset, wanted in enumerate(phrase.words):
        written = places.texts[number + offset]
        if wanted.islower() or wanted.isdigit():
            if offset > 1 and _fold(written) != wanted:
                return False
        elif wanted not in {written, _singular(written)}:
            return False
    return _is_close(text, places, number, len(phrase.words))


def _has_context(context: str, *texts: Text) -> bool:
    pattern = _compile(context)
    return any(pattern.search(text.text) is not None for text in texts)


@cache  # a few hundred, more than the module re keeps
def _compile(context: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(context)}", re.IGNORECASE)


def _is_close(text: str, parts: Words, number: int, count: int) -> bool:
    starts, texts = parts.starts, parts.texts
    for left in range(number, number + count - 1):
        gap = text[starts[left] + len(texts[left]) : starts[left + 1]]
        if len(gap) > 2 or gap.strip(" -–‑‐/'’"):
            return False
    return True


def _singular(word: str) -> str:
    return word[:-1] if word[-1:] == "s" and word[-2:-1].isupper() else word


def _fold(word: str) -> str:
    """Return a word in lower case without the ending of a plural."""
    word = word.casefold()
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _plurals_of(word: str) -> Iterator[str]:
    """Yield every word in lower case that folds to this one."""
    for written in (word, word + "s", word[:-1] + "ies"):
        if _fold(written) == word:
            yield written


@cache
def _index() -> tuple[dict[str, list[_Phrase]], dict[tuple[str, str], list[_Phrase]]]:
    """Return the phrases of one word by that word, the others by their first two.

    A key is in lower case and of each number, so that a text's words are looked up as they are.
    """
    singles: dict[str, list[_Phrase]] = {}
    pairs: dict[tuple[str, str], list[_Phrase]] = {}
    for tag in load_taxonomy():
        for pattern in tag.patterns:
            phrase, _, context = pattern.partition("@")
            parts = _PART.findall(phrase)
            words = tuple(_fold(part) if part.islower() else part for part in parts)
            is_plain = len(parts) == 1 and words[0].islower()
            entry = _Phrase(words, tag.name, context.casefold(), is_plain)
            if len(parts) == 1:
                word = parts[0]
                folds = {_fold(word)} if word.islower() else {_fold(word), _fold(word + "s")}
                for key in sorted({written for one in folds for written in _plurals_of(one)}):
                    singles.setdefault(key, []).append(entry)
            else:
                for first in _plurals_of(_fold(parts[0])):
                    for second in _plurals_of(_fold(parts[1])):
                        pairs.setdefault((first, second), []).append(entry)
    return singles, pairs
