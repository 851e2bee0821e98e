"""Read names of several words, and lists of names: "Tea Cup Quiz (TCQ), X and Y"."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from daily_papers.extract import benchmarks, names
from daily_papers.extract.words import Text

LINKS = frozenset({"of", "in", "the", "for", "and", "on", "with", "to", "A", "a", "as", "from"})
_VALUE = re.compile(
    r"\s?\(?[=:]?\s?[+-]?\d[\d.]*\s?\\?%?(?:\s?(?:→|->|\\?rightarrow|to)\s?\d[\d.]*\s?\\?%?)?\)?"
)
MEASURED = re.compile(r"\d[\d.]*\s?(?:\\?%|→|->|\\?rightarrow)")
JOIN = re.compile(
    r"[\"”'’)]{0,2}\s*(?:,\s*(?:and|or|as well as)\s+|,\s*|\s*/\s*|\s+and\s+|"
    r"\s+or\s+|\s*&\s*|\s+as well as\s+|;\s*)"
    r"(?:on\s+|the\s+|both\s+)?[\"“'`(]{0,2}"
)
_ACRONYM = re.compile(r"\s?\(([^\W_][\w+^*-]{1,24}?)s?\)")


class Found(NamedTuple):
    """One place where a name stands, by characters."""

    start: int
    end: int
    is_introduced: bool
    is_sure: bool  # its shape or a firm cue says so; else it takes a listed neighbour


def extend_list(text: Text, start: int, end: int) -> Iterator[Found]:
    """Yield names that stand in one list with a confirmed name: "GSM8K, X and Y"."""
    yield from listed_after(text, end)
    yield from listed_before(text, start)


def name_run(  # noqa: PLR0912 - one branch a kind of word
    text: Text, first: int
) -> tuple[int, int] | None:
    """Return the end of the name that starts at a word, and its last word's number."""
    words = text.words
    if first >= len(words):
        return None
    written = words.texts[first]
    if not (written[0].isupper() or names.is_name(written)):
        return None
    start = words[first]
    if start.text in LINKS or start.text in {"We", "This", "The", "Our", "In"}:
        return None
    last = first
    position = first + 1
    while position < len(words) and position < first + 9:
        gap = words.gap_after(text.text, position - 1)
        if gap not in {" ", "-", ": ", "/", "."}:
            break
        word = words.texts[position]
        is_value = word[0].isdigit() and MEASURED.match(text.text, words.starts[position])
        if word[0].isupper() or (word[0].isdigit() and gap != "/" and not is_value):
            if gap == ": ":
                break
            last = position
        elif word not in LINKS:
            break
        position += 1
    # "and" and friends inside a name need a bracketed acronym after it
    end = words[last].end
    acronym = _ACRONYM.match(text.text, end)
    if acronym is not None and (names.is_excluded(acronym[1]) or not names.is_name(acronym[1])):
        acronym = None
    inner = [word.text for word in words[first : last + 1]]
    if acronym is None and any(word in {"and", "for", "with", "to", "from"} for word in inner):
        for cut in range(first, last + 1):
            if words[cut].text in {"and", "for", "with", "to", "from"}:
                last = cut - 1
                break
        end = words[last].end
    elif acronym is not None:
        end = acronym.end()
        while last + 1 < len(words) and words[last + 1].start < end:
            last += 1
    name = text.text[start.start : words[last].end]
    if " " not in name and names.is_excluded(name):
        return None
    if first == last and not names.is_name(name) and len(name) < 3:
        return None
    return end, last


def listed_from(text: Text, start: int, *, is_introduced: bool, is_sure: bool) -> Iterator[Found]:
    """Read a list of names that starts at a character."""
    position = start
    was_known = False
    while True:
        number = text.word_at(position)
        if number < 0 or text.words[number].start != position:
            return
        word = text.words[number]
        span = name_run(text, number)
        is_known = benchmarks.canonical_name(word.text.casefold()) is not None
        is_listed = is_known and (was_known or is_in_vocabulary(word.text))
        if span is None and len(word.text) > 2 and is_listed:
            span = word.end, number  # "benchmarks such as boolq, arc and piqa"
        is_one = span is not None and span[1] == number
        if span is None or names.is_excluded(word.text):
            return
        # "Pile, MassiveText": a plain word is no name, but the list goes on
        was_known = is_known
        if names.is_strong(word.text) or not is_one or is_introduced or is_known:
            yield Found(word.start, span[0], is_introduced, is_sure)
        joined = JOIN.match(text.text, span[0])
        if joined is None:
            return
        is_introduced = False
        position = joined.end()


_CAPITAL_NAME = re.compile(
    r"[^\W_a-z][\w+*^-]*(?:!?\s(?!(?:and|or)\b)[^\W_a-z][\w+*^-]*){0,2}(?:\s\([^()\s]{2,12}\))?"
)
_CAPITAL_JOIN = re.compile(r",\s(?:and\s|or\s)?(?:the\s)?|\s(?:and|&)\s(?:the\s)?")
_LIST_END = re.compile(r"\s?[).,;:—–]|\s--|\s(?:show|demonstrat|indicat|confirm|reveal|validat)|$")


def capital_list(text: Text, start: int) -> list[tuple[int, int]]:
    """Return the spans of "Tea, Yellow! Cup and CupQA": names in capitals up to the list's end."""
    spans: list[tuple[int, int]] = []
    position = start
    while len(spans) < 16:
        name = _CAPITAL_NAME.match(text.text, position)
        if name is None:
            return []
        if any(map(str.isalpha, name[0])):
            spans.append(name.span())
        joined = _CAPITAL_JOIN.match(text.text, name.end())
        if joined is None or _CAPITAL_NAME.match(text.text, joined.end()) is None:
            return spans if _LIST_END.match(text.text, name.end()) is not None else []
        position = joined.end()
    return []


def listed_after(text: Text, end: int) -> Iterator[Found]:
    """Yield the names of a list that goes on behind a confirmed name."""
    for _ in range(12):
        value = _VALUE.match(text.text, end)
        joined = JOIN.match(text.text, value.end() if value else end)
        if joined is None:
            return
        number = text.word_at(joined.end())
        if number < 0 or text.words[number].start != joined.end():
            return
        word = text.words[number]
        if not _is_listable(word.text):
            return
        is_bare = joined[0].strip(" )\"”'’") == ","
        if (
            is_bare
            and JOIN.match(text.text, word.end) is None
            and text.text[word.end : word.end + 2].lstrip(" ")[:1].islower()
        ):
            return  # "On GSM8K, OurMethod reaches ..."
        yield Found(word.start, word.end, False, False)
        end = word.end


def listed_before(text: Text, start: int) -> Iterator[Found]:
    """Yield the names of a list that ends in a confirmed name."""
    number = text.word_at(start) - 1
    for _ in range(12):
        if number < 0:
            return
        word = text.words[number]
        if word.text in {"and", "or"} and number:
            number -= 1
            word = text.words[number]
        joined = JOIN.match(text.text, word.end)
        if joined is None or joined.end() != start or not _is_listable(word.text):
            return
        yield Found(word.start, word.end, False, False)
        start = word.start
        number -= 1


def _is_listable(word: str) -> bool:
    has_digit = any(map(str.isdigit, word)) and word[0].isalpha() and len(word) > 3
    return (names.is_strong(word) or has_digit or is_in_vocabulary(word)) and not names.is_excluded(
        word
    )


def is_in_vocabulary(word: str) -> bool:
    """Say whether the word is a sure name of the vocabulary, whatever its case: "boolq"."""
    return len(word) > 3 and word.casefold() in benchmarks.spelling_keys()
