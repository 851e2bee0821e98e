"""The key under which two printed forms of one name meet; stores and shows nothing.

Two people can share a key (`method = 'name'` in the marts says so); here only
spelling is folded, so initials and short forms stay apart from full names.
"""

import re
import unicodedata

NAMES_VERSION = "names-1"

# No decomposition in Unicode, but the same letter with a stroke or a ligature.
_LATIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
# Marks that join letters of one word (O'Brien, O’Brien, Hawaiian ʻokina): dropped
# before NFKC, which turns the acute and the reversed comma into something else.
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼʻʹ`´′＇‛"))
# What is left of a TeX accent in real names: "Nguy\\~ên", "Peter St\\ütz".
_TEX_ACCENT = re.compile(r"\\[~^\"=.]?")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})


def normalise_name(name: str) -> str:
    """Return the name as compared.

    Args:
        name: as printed: "Jean-Pierre Müller", "Müller, J.", "O’Brien, Jr.".

    Returns:
        Case, Latin accents, dots, hyphens and apostrophes folded, words in the
        printed order but for "Last, First"; other scripts keep their marks.
        Empty when no letter or digit is left.
    """
    text = _fold_characters(name)
    before, comma, after = text.partition(",")
    if comma and "," not in after:
        given = _split_words(after)
        if given and not _SUFFIXES.issuperset(given):
            return " ".join([*given, *_split_words(before)])
    return " ".join(_split_words(text))


def _fold_characters(name: str) -> str:
    text = _TEX_ACCENT.sub("", name.translate(_APOSTROPHES))
    if text.isascii():  # nine names of ten: a tenth of the time for the same result
        return text.lower()
    # Casefolding can undo NFKC ("ẛ̣"), once; a second round settles it.
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text).casefold()
    text = text.translate(_APOSTROPHES)  # casefolding parts "ŉ" into two
    text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFC", _drop_latin_marks(text).translate(_LATIN_LETTERS))


def _drop_latin_marks(text: str) -> str:
    """Drop combining marks that stand on a Latin letter or on nothing."""
    kept = []
    keeps_marks = False
    for char in unicodedata.normalize("NFD", text):
        if unicodedata.category(char).startswith("M"):
            if keeps_marks:
                kept.append(char)
            continue
        keeps_marks = char.isalnum() and not unicodedata.name(char, "").startswith("LATIN ")
        kept.append(char)
    return "".join(kept)


def _split_words(text: str) -> list[str]:
    """Split at anything that is neither letter, digit nor the mark of one."""
    if text.isascii():
        return _ASCII_WORD.findall(text)
    spaced = "".join(
        char if char.isalnum() or unicodedata.category(char).startswith("M") else " "
        for char in text
    )
    return spaced.split()
