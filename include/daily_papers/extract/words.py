"""Cut a text into sentences and words, however its spaces, hyphens and entities are written.

Rules read `Text.text`, where a run of white space is one space; `Text.cut` leads back to the
text as given.
"""

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple, overload

# One run of characters a match, no nested repetition: linear on any text.
_WORD = re.compile(r"(https?://[^\s{}]+|www\.[^\s{}]+|[^\W_]\w*+(?:[\^'’-]*+[\w+*]++)*+)")
_PART = re.compile(r"([^\W_]+)")
# The same for ASCII, which 99 of 100 texts are: half the time, as a set of 128 is a bitmap.
_ASCII_WORD = re.compile(
    r"(https?://[^\s{}]+|www\.[^\s{}]+|[A-Za-z0-9]\w*+(?:[\^'-]*+[\w+*]++)*+)", re.ASCII
)
_ASCII_PART = re.compile(r"([A-Za-z0-9]+)")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]{0,2}\s+(?=[^\sa-z])")
# The minus sign and what Unicode calls a hyphen; dashes stay what they are.
_HYPHENS = "\u2010\u2011\u2012\u2212\ufe63\uff0d"
_PLAIN = str.maketrans(
    {one: " " for one in map(chr, range(sys.maxunicode + 1)) if one.isspace()}
    | dict.fromkeys(_HYPHENS, "-")
)
# What is read as one character: the first of it stands for the rest.
_ENTITIES = {"&#37;": "%", "&percnt;": "%", "&nbsp;": " ", "&#160;": " ", "&thinsp;": " "}
# A number in bold is that number.
_WRAPPED = (
    r"\\(?:math(?:bf|rm|it)|text(?:bf|it|rm)?|emph|underline|boldsymbol|bm)\s?"
    r"\{(?P<kept>[+-]?\d[\d.,]*\s?(?:\\?%|\\times)?)\}"
)
_CODED = re.compile(rf"{'|'.join(_ENTITIES)}|{_WRAPPED}")
# Chinese, Japanese and Korean join a name to the words around it: a word ends there.
_OTHER_SCRIPT = "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]"
_BORDER = re.compile(rf"(?<=[A-Za-z0-9%])(?={_OTHER_SCRIPT})|(?<={_OTHER_SCRIPT})(?=[A-Za-z0-9\\])")
_PIECE = re.compile(rf"{_CODED.pattern}|{_BORDER.pattern}|.", re.DOTALL)
_ABBREVIATIONS = ("e.g.", "i.e.", "et al.", "vs.", "fig.", "eq.", "sec.", "approx.", "resp.", "cf.")


class Word(NamedTuple):
    """One word and where it stands."""

    text: str
    start: int
    end: int


class Words(Sequence[Word]):
    """The words of a text, each made when it is asked for: most never are."""

    def __init__(self, pieces: list[str]) -> None:
        """Take a text cut by a pattern in brackets: gap, word, gap, ..., gap."""
        self._pieces = pieces
        self.texts = pieces[1::2]

    @cached_property
    def starts(self) -> list[int]:
        """Where each stands."""
        return list(accumulate(map(len, self._pieces)))[:-1:2]

    @cached_property
    def folded(self) -> list[str]:
        """Each without its case."""
        return list(map(str.casefold, self.texts))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.texts)

    @overload
    def __getitem__(self, number: int) -> Word: ...
    @overload
    def __getitem__(self, number: slice) -> list[Word]: ...
    def __getitem__(self, number: int | slice) -> Word | list[Word]:
        """Return one word, or a list of some."""
        if isinstance(number, int):
            text, start = self.texts[number], self.starts[number]
            return Word(text, start, start + len(text))
        return [self[one] for one in range(*number.indices(len(self.texts)))]

    def gap_after(self, text: str, number: int) -> str:
        """Return what stands in the text between a word and the next."""
        return text[self.starts[number] + len(self.texts[number]) : self.starts[number + 1]]


class Text:
    """A text with its words and sentences, found when first asked for."""

    def __init__(self, text: str) -> None:
        self.written = text  # as given
        self.text, self._origins = _read_plainly(text)

    def cut(self, start: int, end: int) -> tuple[int, int, str]:
        """Return where text[start:end] stands in the text as given, and how it is written."""
        if self._origins is not None:
            start, end = self._origins[start], self._origins[end]
        return start, end, self.written[start:end]

    def place_of(self, offset: int) -> int:
        """Return where a place of the text as given stands in `text`."""
        return offset if self._origins is None else bisect_left(self._origins, offset)

    @cached_property
    def words(self) -> Words:
        """Its words in order; "GPT-4o" and a URL are one."""
        return Words((_ASCII_WORD if self.text.isascii() else _WORD).split(self.text))

    @cached_property
    def parts(self) -> Words:
        """Its runs of letters and digits in order; "GPT-4o" is two."""
        return Words((_ASCII_PART if self.text.isascii() else _PART).split(self.text))

    @cached_property
    def lowered(self) -> str:
        """The text in lower case, each character at its place."""
        lowered = self.text.lower()
        if len(lowered) != len(self.text):  # "İ" becomes two
            lowered = "".join(char.lower()[0] for char in self.text)
        return lowered

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Start and end of each sentence."""
        return _split_sentences(self.text)

    def word_at(self, offset: int) -> int:
        """Return the number of the last word that starts at or before the offset."""
        return bisect_right(self.words.starts, offset) - 1

    def sentence_at(self, offset: int) -> tuple[int, int]:
        """Return the sentence that holds the offset."""
        index = bisect_right(self.sentences, (offset, len(self.text) + 1)) - 1
        return self.sentences[max(index, 0)]


def read_text(text: str) -> Text:
    """Return a text that cuts itself into words and sentences."""
    return Text(text)


def _read_plainly(text: str) -> tuple[str, list[int] | None]:
    """Return a text as rules read it, and where its characters stood, if not at their places."""
    is_spaced = "  " not in text and text[:1] != " "
    is_coded = ("&" in text or "\\" in text) and _CODED.search(text) is not None
    if is_spaced and not is_coded and text.isascii() and text.isprintable():
        return text, None
    plain = text.translate(_PLAIN)
    is_mixed = not plain.isascii() and _BORDER.search(plain) is not None
    if not (is_coded or is_mixed) and "  " not in plain and plain[:1] != " ":
        return plain, None
    read: list[str] = []
    origins: list[int] = []
    for match in _PIECE.finditer(plain):
        if match["kept"] is not None:
            read.extend(match["kept"])
            origins.extend(range(*match.span("kept")))
            continue
        one = _ENTITIES.get(match[0], match[0] or " ")
        if one != " " or (read and read[-1] != " "):
            read.append(one)
            origins.append(match.start())
    return "".join(read), [*origins, len(text)]


def _split_sentences(text: str) -> list[tuple[int, int]]:
    sentences = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if text[max(start, match.start() - 8) : match.start() + 1].lower().endswith(_ABBREVIATIONS):
            continue
        sentences.append((start, match.end()))
        start = match.end()
    sentences.append((start, len(text)))
    return sentences
