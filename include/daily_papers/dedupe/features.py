"""What two bibliographic records have in common, as numbers: the matcher's eyes.

A record is title, authors, venue and year as some catalogue printed them. Dirty ones are
expected: a value that slid into the title, "2002.0", mojibake, words run together, a venue
or a page range at the end of a title. So most comparisons are made twice: between columns,
and between everything the two records say.

Every feature is symmetric: swapping the records changes nothing.
"""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler, Levenshtein

from daily_papers.dedupe.background import Background
from daily_papers.dedupe.venues import NO_VENUE, find_venue, split_off_venue

Matrix = npt.NDArray[np.float32]

_YEAR: Final = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?:\.0)?(?!\d)")
_YEAR_AT_END: Final = re.compile(r"[\s,.(]*(?<!\d)(1[89]\d\d|20\d\d)(?:\.0)?[\s,.)]*$")
_ENTITY_INSIDE_A_WORD: Final = re.compile(r"(?<=\w) ?&# ?(\d+) ?; ?(?=[a-z])")
_ENTITY: Final = re.compile(r"& ?#? ?\w+ ?;")
_MOJIBAKE_QUOTE: Final = re.compile(r"ã ?cents ?â ?\?? ?¬? ?(?:[âå] ?\??)?|â ?\?+")
WORD: Final = re.compile(r"[^\W_]+")
_AUTHOR_BREAK: Final = re.compile(r"\s*[,;]\s*|\s+(?:and|&)\s+")
_NO_NAME: Final = frozenset({"", "et", "al", "others", "jr", "editor", "editors", "eds"})
_ROMAN: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7"}
_PART: Final = re.compile(r"\bpart ?\.? ?(\d+|[ivx]+)\b")
_ERRATUM: Final = re.compile(r"\b(?:errat(?:um|a)|corrigend(?:um|a)|retraction|comments? on)\b")
_MARKERS: Final = re.compile(
    r"\b(?:extended|abstract|guest|editors?|panel|tutorial|demo\w*|invited|keynote|book|review|editorial|"
    r"foreword|introduction|preface|column|report|workshop|survey|erratum|corrigendum|"
    r"reminiscences|perspectives|interview|special|issue|session|poster|summary|technical)\b"
)
_COMPARED_AUTHORS: Final = 40  # a list of hundreds says no more than its first forty


@dataclass(frozen=True, slots=True)
class Name:
    """An author's name as it can be compared: family name and initials."""

    family: str
    initials: str
    words: frozenset[str]


@dataclass(frozen=True)
class Record:
    """A record as it is compared."""

    title: str  # cleaned, without a venue or year at its end
    authors: tuple[Name, ...]
    author_text: str
    venue: str  # cleaned text of the venue
    venue_family: str
    venue_kind: str
    year: int | None
    text: str  # all the record says, cleaned, venues by their family's name
    part: str = ""  # number of the part that the title says it is
    names_moved: bool = False  # authors were taken from the title
    years: frozenset[int] = field(default_factory=frozenset)  # everywhere in the record

    @cached_property
    def title_words(self) -> tuple[str, ...]:
        """Words of the title, in order."""
        return tuple(WORD.findall(self.title))

    @cached_property
    def words(self) -> frozenset[str]:
        """Words of the whole record."""
        return frozenset(WORD.findall(self.text))

    @cached_property
    def names_written_out(self) -> float:
        """Share of names with a given name written out: how careful a catalogue is."""
        full = sum(sum(len(word) > 3 for word in name.words) > 1 for name in self.authors)
        return full / max(1, len(self.authors))

    @cached_property
    def squashed_title(self) -> str:
        """The title without anything but letters and digits."""
        return "".join(self.title_words)

    @cached_property
    def squashed_text(self) -> str:
        """The whole record without anything but letters and digits."""
        return "".join(WORD.findall(self.text))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Numbers in the title, roman ones at its end or after 'part' and 'vol' included."""
        found = {word for word in self.title_words if word.isdigit() and not _YEAR.fullmatch(word)}
        for at, word in enumerate(self.title_words):
            if (
                word in _ROMAN
                and at
                and (
                    at == len(self.title_words) - 1
                    or self.title_words[at - 1] in {"part", "vol", "volume"}
                )
            ):
                found.add(_ROMAN[word])
        return frozenset(found)

    @cached_property
    def bare_title(self) -> str:
        """The title without the words that tell what sort of text it is."""
        return " ".join(word for word in self.title_words if word not in self.markers)

    @cached_property
    def is_erratum(self) -> bool:
        """The record corrects another one."""
        return bool(_ERRATUM.search(self.title))

    @cached_property
    def markers(self) -> frozenset[str]:
        """Words that tell what sort of text it is: panel, review, editorial."""
        return frozenset(_MARKERS.findall(self.title))


def clean(text: str) -> str:
    """Return a text as it is compared: lower case, no accents, entities or broken signs.

    A word of Latin letters loses what is not ASCII ("m жzsu" was "m özsu" once); a word
    wholly of another script stays.
    """
    text = _ENTITY_INSIDE_A_WORD.sub(_decode_entity, text)
    text = _ENTITY.sub(" ", html.unescape(text)).casefold()
    if text.isascii():
        return text.replace("'", "")
    text = _MOJIBAKE_QUOTE.sub(" ", text)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    words = []
    for word in text.replace("'", "").replace("’", "").split():
        if not word.isascii() and any("a" <= sign <= "z" for sign in word):
            kept = (sign if sign.isascii() else _BROKEN.get(sign, "") for sign in word)
            words.append("".join(kept))
        else:
            words.append(word)
    return " ".join(words)


_BROKEN: Final = {"–": " ", "—": " ", "‐": " ", "-": " ", "ß": "ss", "ø": "o", "ł": "l", "æ": "ae"}


def _decode_entity(match: re.Match[str]) -> str:
    number = int(match[1])
    return chr(number) if number <= 0x10FFFF else " "


_LONGEST_TEXT: Final = 1_000  # characters; no title of 9,197 real ones has 300
_LONGEST_LIST: Final = 10_000  # of names


@lru_cache(maxsize=16_384)  # some kilobytes a record
def parse_record(title: str, authors: str, venue: str, year: str) -> Record:
    """Clean a record and put values that slid into the title back where they belong.

    Of a text longer than any title, list or venue only the beginning counts: the time of some
    comparisons grows with the third power of the length.
    """
    title_text, venue_text = clean(title[:_LONGEST_TEXT]), clean(venue[:_LONGEST_TEXT])
    author_text = clean(authors[:_LONGEST_LIST])
    part = _PART.search(title_text)
    everything = " ".join((title_text, author_text, venue_text, year))
    years = frozenset(int(found) for found in _YEAR.findall(everything))
    own_year = _YEAR.search(year)
    number = int(own_year[1]) if own_year else None
    if number is None:
        at_end = _YEAR_AT_END.search(title_text)
        if at_end and at_end.start() > 0:
            number, title_text = int(at_end[1]), title_text[: at_end.start()]
    if number is None and len(in_venue := _YEAR.findall(venue_text)) == 1:
        number = int(in_venue[0])
    title_text, in_title = split_off_venue(title_text)
    names_moved = False
    if not author_text.strip(" ,."):
        title_text, author_text, rest = split_off_names(title_text)
        names_moved = bool(author_text)
        in_title = f"{rest} {in_title}".strip()
    known = find_venue(venue_text) if venue_text.strip(" ,.") else NO_VENUE
    if not known.family and in_title and (in_tail := find_venue(in_title)).family:
        known = in_tail
    if not known.kind:
        known = find_venue(in_title)
    text = " ".join(
        (title_text, author_text, known.family if known.family else f"{in_title} {venue_text}")
    )
    return Record(
        title=title_text,
        authors=parse_names(author_text),
        author_text=author_text,
        venue=venue_text or in_title,
        venue_family=known.family,
        venue_kind=known.kind,
        year=number,
        text=text,
        years=years,
        part=_ROMAN.get(part[1], part[1]) if part else "",
        names_moved=names_moved,
    )


def split_off_names(title: str) -> tuple[str, str, str]:
    """Split a cleaned title into the title proper, a list of authors in it, and what follows.

    Only for a record whose column of authors is empty: "a title j gray , p helland vldb".
    """
    found = _INITIALLED_LIST.search(title) or _INITIALLED_AT_END.search(title)
    if found and found.start() > 3:
        return title[: found.start()], found[0].strip(), title[found.end() :].strip()
    found = _DOTTED_AT_END.search(title) or _NAMES_AT_END.search(title)
    if found and found.start() > 3:
        return title[: found.start()], found[0].strip(), ""
    return title, "", ""


_INITIALS: Final = (
    r"(?!(?:a|of|in|on|an|by|to|is|at|as|or|we|db|ai|ii|iv|i|vs|up|go|no|do|it|be|us|so|ir|vi)\b)"
    r"[a-z]{1,2}(?: [a-z]{1,2}\b)?"
)
_INITIALS_OR_A: Final = _INITIALS.replace("(?:a|", "(?:")
_FAMILY: Final = r"[a-z][a-z'-]{2,}"
_INITIALLED_LIST: Final = re.compile(
    rf"(?<=[\w)?!.:*] ){_INITIALS_OR_A} {_FAMILY}(?: [a-z]+)? ,"
    rf"(?: {_INITIALS_OR_A} {_FAMILY} ,)*(?: {_INITIALS_OR_A} {_FAMILY}| [a-z]{{1,3}}$)"
)
_INITIALLED_AT_END: Final = re.compile(rf"(?<=[\w)?!.:*] ){_INITIALS} {_FAMILY}$")
_DOTTED: Final = rf"(?:[a-z]\. ?){{1,3}}{_FAMILY}"
_DOTTED_AT_END: Final = re.compile(rf"(?<=[\w)?!.:*] ){_DOTTED}(?: , {_DOTTED})+$")
_FULL_NAME: Final = r"[a-z][a-z'-]*\.?(?: [a-z][a-z'-]*\.?){1,3}"
_NAMES_AT_END: Final = re.compile(
    rf"(?<=[\w)?!.:*] )[a-z][a-z'-]+(?: [a-z]\.?)* [a-z][a-z'-]+(?: , {_FULL_NAME})+$"
)


def parse_names(text: str) -> tuple[Name, ...]:
    """Split a cleaned list of authors into names."""
    names = []
    for part in _AUTHOR_BREAK.split(text):
        words = [word for word in WORD.findall(part) if word not in _NO_NAME]
        if not words:
            continue
        if len(words) > 1 and len(words[-1]) == 1 < len(words[0]):  # "carey m"
            words = [*words[1:], words[0]]
        given = words[:-1]
        # "mj carey": two letters before a family name are initials
        initials = "".join(
            word if len(word) <= 2 and at == 0 and len(given) == 1 else word[0]
            for at, word in enumerate(given)
        )
        names.append(Name(words[-1], initials, frozenset(words)))
    return tuple(names[:_COMPARED_AUTHORS])


def compare_names(left: Name, right: Name) -> float:
    """Return how well two names agree, 0 to 1."""
    if left.words == right.words:
        return 1.0
    if left.family == right.family:
        likeness = 1.0
    elif min(len(left.family), len(right.family)) >= 4 and (
        left.family in right.family or right.family in left.family
    ):
        likeness = 0.85
    else:
        likeness = fuzz.ratio(left.family, right.family) / 100
        if likeness < 0.75:
            common = {word for word in left.words & right.words if len(word) > 2}
            return 0.6 if common else 0.0
    if left.initials and right.initials and not set(left.initials) & set(right.initials):
        return 0.4 * likeness
    return likeness


def match_names(left: Sequence[Name], right: Sequence[Name]) -> float:
    """Return the sum of agreements when each name is used once, best pairs first."""
    total = 0.0
    rest_left, rest_right = list(left), list(right)
    for name in left:
        for other in rest_right:
            if name.family == other.family and (
                not name.initials or not other.initials or set(name.initials) & set(other.initials)
            ):
                rest_right.remove(other)
                rest_left.remove(name)
                total += 1
                break
    if not rest_left or not rest_right:
        return total
    scored = sorted(
        (
            (-compare_names(name, other), i, j)
            for i, name in enumerate(rest_left)
            for j, other in enumerate(rest_right)
        ),
    )
    used_left: set[int] = set()
    used_right: set[int] = set()
    gains = []
    for negative, i, j in scored:
        if negative == 0:
            break
        if i not in used_left and j not in used_right:
            used_left.add(i)
            used_right.add(j)
            gains.append(-negative)
    return total + sum(sorted(gains))


def compute_features(
    left: Sequence[Record], right: Sequence[Record], background: Background
) -> Matrix:
    """Return one row of FEATURES a pair.

    Args:
        left: one record of each pair.
        right: the other; pair i is left[i] with right[i].
        background: word weights.
    """
    columns = {
        **_compare_strings(left, right),
        **_compare_bags(left, right, background),
    }
    if not left:
        return np.empty((0, len(FEATURES)), dtype=np.float32)
    return np.column_stack([columns[name] for name in FEATURES]).astype(np.float32)


def _compare_strings(
    left: Sequence[Record], right: Sequence[Record]
) -> dict[str, npt.NDArray[np.float32]]:
    """Compare whole strings, all pairs at once in C++."""

    def compare(
        scorer: Any, a: list[str], b: list[str], scale: float = 100
    ) -> npt.NDArray[np.float32]:
        found = process.cpdist(a, b, scorer=scorer, dtype=np.float32)
        return np.asarray(found, dtype=np.float32) / np.float32(scale)

    def both(a: list[str], b: list[str]) -> npt.NDArray[np.bool_]:
        return np.array([bool(x) and bool(y) for x, y in zip(a, b, strict=True)])

    titles = [r.title for r in left], [r.title for r in right]
    bare = [r.bare_title for r in left], [r.bare_title for r in right]
    squashed = [r.squashed_title for r in left], [r.squashed_title for r in right]
    texts = [r.squashed_text for r in left], [r.squashed_text for r in right]
    whole = [r.text for r in left], [r.text for r in right]
    names = [r.author_text for r in left], [r.author_text for r in right]
    venues = [r.venue for r in left], [r.venue for r in right]
    heads = [
        (a[: min(len(a), len(b))], b[: min(len(a), len(b))]) for a, b in zip(*squashed, strict=True)
    ]
    tails = [
        (a[-min(len(a), len(b)) :], b[-min(len(a), len(b)) :])
        for a, b in zip(*squashed, strict=True)
    ]
    subtitles = [
        _shorten_to_common_part(a.title, b.title) for a, b in zip(left, right, strict=True)
    ]
    unknown = np.float32(np.nan)
    has_names, has_venues = both(*names), both(*venues)
    # partial_ratio depends on the order for strings of equal length: take the better
    partial = np.maximum(
        compare(fuzz.partial_ratio, *squashed), compare(fuzz.partial_ratio, *squashed[::-1])
    )
    found_left = compare(fuzz.partial_ratio, squashed[0], texts[1])
    found_right = compare(fuzz.partial_ratio, squashed[1], texts[0])
    return {
        "title_ratio": compare(fuzz.ratio, *squashed),
        "title_edits": compare(Levenshtein.distance, *squashed, scale=1),
        "title_sorted": compare(fuzz.token_sort_ratio, *titles),
        "title_set": compare(fuzz.token_set_ratio, *titles),
        "title_bare": compare(fuzz.token_sort_ratio, *bare),
        "title_partial": partial,
        "title_jaro_winkler": compare(JaroWinkler.similarity, *squashed, scale=1),
        "title_head": compare(fuzz.ratio, [a for a, _ in heads], [b for _, b in heads]),
        "title_tail": compare(fuzz.ratio, [a for a, _ in tails], [b for _, b in tails]),
        "title_before_colon": compare(
            fuzz.ratio, [a for a, _ in subtitles], [b for _, b in subtitles]
        ),
        "title_in_text_least": np.minimum(found_left, found_right),
        "title_in_text_most": np.maximum(found_left, found_right),
        "text_sorted": compare(fuzz.token_sort_ratio, *whole),
        "text_set": compare(fuzz.token_set_ratio, *whole),
        "authors_sorted": np.where(has_names, compare(fuzz.token_sort_ratio, *names), unknown),
        "authors_set": np.where(has_names, compare(fuzz.token_set_ratio, *names), unknown),
        "venue_set": np.where(has_venues, compare(fuzz.token_set_ratio, *venues), unknown),
        "venue_ratio": np.where(has_venues, compare(fuzz.ratio, *venues), unknown),
    }


def _shorten_to_common_part(left: str, right: str) -> tuple[str, str]:
    """Cut both titles at the colon if only one has a subtitle."""
    cut_left, cut_right = left.split(" : ", maxsplit=1)[0], right.split(" : ", maxsplit=1)[0]
    if (cut_left == left) == (cut_right == right):
        return left, right
    return cut_left, cut_right


def _compare_bags(
    left: Sequence[Record], right: Sequence[Record], background: Background
) -> dict[str, npt.NDArray[np.float32]]:
    """Compare words, names, venues and years, a pair at a time."""
    rows = [_compare_pair(a, b, background) for a, b in zip(left, right, strict=True)]
    names = rows[0].keys() if rows else ()
    return {name: np.array([row[name] for row in rows], dtype=np.float32) for name in names}


_NAN: Final = float("nan")
_KIND_CODES: Final = ("", "other", "report", "preprint", "newsletter", "conference", "journal")
_FAMILY_CODES: Final = ("", "sigmod", "vldb", "sigmodrecord", "tods", "vldbj")


def _compare_pair(left: Record, right: Record, background: Background) -> dict[str, float]:
    title_left, title_right = _drop_names(left, right), _drop_names(right, left)
    words = _compare_words(title_left, title_right, left, right, background)
    text_left, text_right = _cover(left, right, background), _cover(right, left, background)
    found: dict[str, float] = {
        **words,
        "text_covered_least": min(text_left, text_right),
        "text_covered_most": max(text_left, text_right),
        **_compare_authors(left, right),
        **_compare_venues(left, right),
        **_compare_years(left, right),
    }
    numbers_differ = left.numbers ^ right.numbers
    found["numbers_differ"] = (
        0.0 if not numbers_differ else 2.0 if left.numbers and right.numbers else 1.0
    )
    letters = sorted(_share_of_letters(record) for record in (left, right))
    found["letters_least"], found["letters_most"] = letters
    found["parts_differ"] = float(bool(left.part and right.part and left.part != right.part))
    found["names_moved"] = float(left.names_moved + right.names_moved)
    found["erratum_differs"] = float(left.is_erratum != right.is_erratum)
    found["markers_differ"] = float(len(left.markers ^ right.markers))
    found["markers_common"] = float(len(left.markers & right.markers))
    return found


def _drop_names(record: Record, other: Record) -> tuple[str, ...]:
    """Return the title's words without the other's authors at its end or beginning.

    They are there when a column slid into the title, or when a citation was cut badly.
    """
    words = record.title_words
    names = {word for name in other.authors for word in name.words}
    if not names or not words:
        return words
    end = len(words)
    while end > 1 and (words[end - 1] in names or len(words[end - 1]) == 1):
        end -= 1
    if not names & set(words[end:]) or set(words[end:]) <= set(other.title_words):
        end = len(words)
    begin = 0
    while begin < end - 1 and (
        words[begin] in names or len(words[begin]) == 1 or words[begin] == "and"
    ):
        begin += 1
    if not names & set(words[:begin]) or set(words[:begin]) <= set(other.title_words):
        begin = 0
    return words[begin:end]


def _compare_words(
    words_left: tuple[str, ...],
    words_right: tuple[str, ...],
    left: Record,
    right: Record,
    background: Background,
) -> dict[str, float]:
    a, b = set(words_left), set(words_right)
    common = a & b
    rest_left, rest_right = a - common, b - common
    weigh = background.weigh
    shared = sum(map(weigh, sorted(common)))
    # a typo, a plural, two words run together: nearly there
    lost_left = [
        _weigh_lost(word, rest_right, right.squashed_title, weigh(word))
        for word in sorted(rest_left)
    ]
    lost_right = [
        _weigh_lost(word, rest_left, left.squashed_title, weigh(word))
        for word in sorted(rest_right)
    ]
    all_left = shared + sum(weigh(word) for word in sorted(rest_left))
    all_right = shared + sum(weigh(word) for word in sorted(rest_right))
    missing_left, missing_right = sum(lost_left), sum(lost_right)
    cover_left = 1 - missing_left / all_left if all_left else 0.0
    cover_right = 1 - missing_right / all_right if all_right else 0.0
    joint = all_left + all_right - shared
    core_left, core_right = "".join(words_left), "".join(words_right)
    return {
        "words_jaccard": shared / joint if joint else 0.0,
        "words_covered_least": min(cover_left, cover_right),
        "words_covered_most": max(cover_left, cover_right),
        "words_lost_most": max(missing_left, missing_right),
        "words_lost_least": min(missing_left, missing_right),
        "rarest_lost": max([*lost_left, *lost_right], default=0.0),
        "rarest_lost_shorter": max(
            min(
                ((len(a), lost_left), (len(b), lost_right)),
                key=lambda pair: (pair[0], sum(pair[1])),
            )[1],
            default=0.0,
        ),
        "words_count_least": float(min(len(a), len(b))),
        "words_count_most": float(max(len(a), len(b))),
        "words_weight_least": min(all_left, all_right),
        "core_ratio": fuzz.ratio(core_left, core_right) / 100,
        "first_word_same": float(words_left[:1] == words_right[:1]),
        "last_word_same": float(words_left[-1:] == words_right[-1:]),
    }


def _weigh_lost(word: str, others: set[str], squashed: str, weight: float) -> float:
    """Return how much of a word's weight the other title lacks."""
    if len(word) >= 4:
        if word in squashed:
            return 0.0
        best = max((fuzz.ratio(word, other) for other in others), default=0.0)
        if best >= 80:
            return weight * (100 - best) / 50
    return weight


def _cover(record: Record, other: Record, background: Background) -> float:
    """Return the weighted share of a record's words that the other has anywhere."""
    total = kept = 0.0
    for word in sorted(record.words):
        weight = background.weigh(word)
        total += weight
        if word in other.words or (len(word) >= 4 and word in other.squashed_text):
            kept += weight
    return kept / total if total else 0.0


def _compare_authors(left: Record, right: Record) -> dict[str, float]:
    a, b = left.authors, right.authors
    fullness = [record.names_written_out for record in (left, right) if record.authors]
    in_text = [
        share
        for names, other in ((a, right), (b, left))
        if (share := _find_families(names, other)) is not None
    ]
    found = {
        "authors_in_text_least": min(in_text, default=_NAN),
        "authors_in_text_most": max(in_text, default=_NAN),
        "authors_count_least": float(min(len(a), len(b))),
        "authors_count_most": float(max(len(a), len(b))),
        "authors_fullness_least": min(fullness, default=_NAN),
        "authors_fullness_most": max(fullness, default=_NAN),
        "authors_matched": _NAN,
        "authors_matched_of_fewer": _NAN,
        "authors_matched_of_more": _NAN,
        "first_author": _NAN,
    }
    if a and b:
        agreed = match_names(a, b)
        found["authors_matched"] = agreed
        found["authors_matched_of_fewer"] = agreed / min(len(a), len(b))
        found["authors_matched_of_more"] = agreed / max(len(a), len(b))
        found["first_author"] = compare_names(a[0], b[0])
    return found


def _share_of_letters(record: Record) -> float:
    """Return the share of words that are one letter: initials instead of names."""
    return sum(len(word) == 1 for word in record.words) / max(1, len(record.words))


def _find_families(names: Sequence[Name], other: Record) -> float | None:
    """Return the share of family names that stand anywhere in the other record."""
    families = [name.family for name in names if len(name.family) >= 2]
    if not families:
        return None
    hits = sum(
        family in other.words or (len(family) >= 4 and family in other.squashed_text)
        for family in families
    )
    return hits / len(families)


def _compare_venues(left: Record, right: Record) -> dict[str, float]:
    families = {left.venue_family, right.venue_family}
    kinds = sorted((_KIND_CODES.index(left.venue_kind), _KIND_CODES.index(right.venue_kind)))
    codes = sorted(
        _FAMILY_CODES.index(family) if family in _FAMILY_CODES else len(_FAMILY_CODES)
        for family in (left.venue_family, right.venue_family)
    )
    agreement = 0.0 if "" in families else 1.0 if len(families) == 1 else -1.0
    same_kind = 0.0 if 0 in kinds else 1.0 if kinds[0] == kinds[1] else -1.0
    return {
        "venue_family_same": agreement,
        "venue_kind_same": same_kind,
        "venue_kind_low": float(kinds[0]),
        "venue_kind_high": float(kinds[1]),
        "venue_family_low": float(codes[0]),
        "venue_family_high": float(codes[1]),
    }


def _compare_years(left: Record, right: Record) -> dict[str, float]:
    known = [record.year for record in (left, right) if record.year is not None]
    everywhere = left.years & right.years
    return {
        "years_apart": float(abs(known[0] - known[1])) if len(known) == 2 else _NAN,
        "years_known": float(len(known)),
        "years_common": float(bool(everywhere)) if left.years and right.years else _NAN,
    }


# feature -> group that a reason names; the order is that of the columns
GROUPS: Final = {
    "title_ratio": "title",
    "title_edits": "title",
    "title_sorted": "title",
    "title_set": "title",
    "title_bare": "title",
    "title_partial": "title",
    "title_jaro_winkler": "title",
    "title_head": "title",
    "title_tail": "title",
    "title_before_colon": "title",
    "title_in_text_least": "title",
    "title_in_text_most": "title",
    "core_ratio": "title",
    "first_word_same": "title",
    "last_word_same": "title",
    "words_jaccard": "title",
    "words_covered_least": "title",
    "words_covered_most": "title",
    "words_lost_most": "title",
    "words_lost_least": "title",
    "rarest_lost": "title",
    "rarest_lost_shorter": "title",
    "words_count_least": "title",
    "words_count_most": "title",
    "words_weight_least": "title",
    "numbers_differ": "kind of text",
    "markers_differ": "kind of text",
    "markers_common": "kind of text",
    "text_sorted": "whole record",
    "text_set": "whole record",
    "text_covered_least": "whole record",
    "text_covered_most": "whole record",
    "authors_sorted": "authors",
    "authors_set": "authors",
    "authors_in_text_least": "authors",
    "authors_in_text_most": "authors",
    "authors_count_least": "authors",
    "authors_count_most": "authors",
    "authors_matched": "authors",
    "authors_matched_of_fewer": "authors",
    "authors_fullness_least": "authors",
    "authors_fullness_most": "authors",
    "letters_least": "authors",
    "letters_most": "authors",
    "parts_differ": "kind of text",
    "erratum_differs": "kind of text",
    "names_moved": "authors",
    "authors_matched_of_more": "authors",
    "first_author": "authors",
    "venue_set": "venue",
    "venue_ratio": "venue",
    "venue_family_same": "venue",
    "venue_kind_same": "venue",
    "venue_kind_low": "venue",
    "venue_kind_high": "venue",
    "venue_family_low": "venue",
    "venue_family_high": "venue",
    "years_apart": "year",
    "years_known": "year",
    "years_common": "year",
}
FEATURES: Final = tuple(GROUPS)
