"""Take printed author names apart for comparison; what was printed is never changed.

A name is read as given words and a surname. The *form* is what must be equal for two
mentions to be of one name: given words joined, so that "Hui-Ming Wang", "Hui Ming Wang"
and "Huiming Wang" meet, and nothing else. Weaker relations (initials, middle names, short
forms) are told by `compare_names` and need evidence or a rare name to count.
"""

import html
import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz.distance import OSA

from daily_papers.identity.names import normalise_name
from daily_papers.identity.organizations import is_company

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_TITLES = frozenset({"dr", "prof", "professor", "mr", "mrs", "ms", "md", "phd"})
# Belong to the surname that follows; "van" and "de" are no middle names.
_PARTICLES = frozenset(
    {"al", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "ibn"}
    | {"la", "las", "le", "los", "ten", "ter", "van", "vande", "vander", "von", "zu", "zum", "zur"}
)
_GROUP = re.compile(
    r"\b(collaborations?|consortium|team|group|project|initiative|committee|community|"
    r"organi[sz]ation|laborator(y|ies)|labs?|institute|university|foundation|association|"
    r"network|alliance|contributors|authors|members|inc|ltd|corporation|workgroup|research)\b"
)
_AI_GROUP = re.compile(r"\w[-.] ?AI")  # "DeepSeek-AI", "01. AI"; Ai alone is a surname
# What is left when others were not named; the name before it is somebody's.
_ET_AL = re.compile(r"(?:^|[\s,;(]+)(?:et\.?\s*al(?:ii|iae|ia)?|(?:and\s+|&\s*)?others)\W*$", re.I)
_NOBODY = re.compile(
    r"(?:anon|anonymous|unknown|various|no|none|author|first|test)"
    r"(?: (?:\w+ )?(?:anonymous|unknown|authors?|submissions?|contributors?|names?|last|user))?|"
    r"authors?|authors? names?|corresponding authors?|n ?a|null|nan|tbd|"
    r"(?:(?:all|these|the|both) )?(?:authors? )?(?:contributed )?equal(?:ly)?"
    r"(?: (?:contribut(?:ion|ions|ed|ors?)|first authors?))*"
)
# Marks of footnotes: "Ada Lovelace¹", "Ada Lovelace[1,2]", "Ada Lovelace1". A number that stands
# alone may tell namesakes apart ("Wei Wang 0001") and stays.
_FOOTNOTES = re.compile(
    r"[¹²³\u2070-\u2079†‡§¶*]|[\[(][\d,; ]+[\])]|(?<=[^\W\d_])\d{1,2}(?:,\d{1,2})*$"
)
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "oe", "å": "aa"}
)
_CJK = re.compile(r"[々\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]{2,}")

# Short forms that are no beginning of the long one (a beginning needs no list), and given names
# that are spelt in several ways in Latin letters.
_NICKNAMES = {
    "andy": "andrew", "anya": "anna", "becky": "rebecca", "ben": "benjamin", "betty": "elizabeth",
    "aleksandr": "alexander", "alexandr": "alexander", "aleksander": "alexander",
    "aleksei": "alexey", "alexei": "alexey", "dmitri": "dmitry", "dmitrii": "dmitry",
    "dmitriy": "dmitry", "evgenii": "evgeny", "evgeniy": "evgeny", "iurii": "yuri",
    "yuriy": "yuri", "yury": "yuri", "sergei": "sergey", "sergej": "sergey", "serguei": "sergey",
    "bill": "william", "billy": "william", "bob": "robert", "bobby": "robert", "chuck": "charles",
    "dick": "richard", "dima": "dmitry", "drew": "andrew", "ed": "edward",
    "gene": "eugene", "harry": "harold", "jack": "john", "jim": "james", "jimmy": "james",
    "joe": "joseph", "johnny": "john", "kate": "katherine", "katya":
    "ekaterina", "ken": "kenneth", "kostya": "konstantin", "larry": "lawrence", "liz": "elizabeth",
    "maggie": "margaret", "masha": "maria", "meg": "margaret", "mike": "michael", "misha":
    "mikhail", "nacho": "ignacio", "nick": "nicholas", "nik": "nikolai", "paco": "francisco",
    "peggy": "margaret", "pepe": "jose", "rick": "richard", "sasha": "alexander", "ted": "edward",
    "tom": "thomas", "tony": "anthony", "volodymyr": "vladimir", "will": "william",
}  # fmt: skip


class NameKind(StrEnum):
    """What a printed name is."""

    PERSON = "person"
    GROUP = "group"  # a collaboration or a team
    UNUSABLE = "unusable"  # empty, one letter, "et al.": says nothing about who


class Relation(StrEnum):
    """How two names of one surname can be one person's; the weakest that holds."""

    MIDDLE = "middle"  # one has middle names or initials that the other leaves out
    INITIAL = "initial"  # a given name is written as its first letter
    SHORT = "short"  # Alex and Alexander, Bill and William
    SPELLING = "spelling"  # Mohamed and Mohammed


@dataclass(frozen=True, slots=True)
class PersonName:
    """A printed name, taken apart."""

    kind: NameKind
    form: str  # equal forms are one name; empty for an unusable one
    given: tuple[str, ...]
    surname: str  # particles included: "vandenbosch"
    suffix: str
    is_cut: bool = False  # "et al." followed: printed for more people than one

    @property
    def block(self) -> str:
        """Names of different blocks are compared only when they share co-authors."""
        return f"{self.given[0][0] if self.given else ''} {self.surname}"


def parse_name(name: str) -> PersonName:
    """Take a printed name apart.

    Args:
        name: as printed: "Antal van den Bosch", "Bosch, A. van den", "LIU Yang", "王伟".
    """
    text = html.unescape(name)
    before = _ET_AL.sub("", text)
    if before != text:
        return replace(parse_name(before), is_cut=True)
    text = _FOOTNOTES.sub(" ", text).strip()
    key = normalise_name(text)
    if len(key) < 2 or not any(char.isalpha() for char in key) or _NOBODY.fullmatch(key):
        return _unusable()
    if _GROUP.search(key) or _AI_GROUP.search(text) or _is_company(text):
        name = key.removeprefix("the ")
        return PersonName(NameKind.GROUP, f"group {name}", (), name, "")
    joined = normalise_name(text.replace(",", " ")).replace(" ", "")
    if _CJK.fullmatch(joined):  # a space between the parts is a matter of style
        return _parse_cjk(joined)
    words = [word for word in key.split() if word not in _TITLES] or key.split()
    suffix = ""
    if len(words) > 2 and words[-1] in _SUFFIXES:
        suffix = words.pop()
    elif len(words) > 2 and (found := sorted(_SUFFIXES.intersection(words[1:]))):
        suffix = found[0]  # "Smith Jr., John" was put in order as "john smith jr" or "jr" inside
        words.remove(suffix)
    if len(words) == 1:
        return PersonName(NameKind.PERSON, words[0], (), words[0], suffix)
    words = _put_surname_last(text, words)
    at = len(words) - 1
    while at > 1 and words[at - 1] in _PARTICLES:
        at -= 1
    given = tuple(words[:at])
    surname = "".join(words[at:])
    form = f"{''.join(given)} {surname}" + (f" {suffix}" if suffix else "")
    kind = NameKind.PERSON if len(surname) > 1 or len(given[0]) > 1 else NameKind.UNUSABLE
    return PersonName(kind, form if kind is NameKind.PERSON else "", given, surname, suffix)


def compare_names(left: PersonName, right: PersonName) -> Relation | None:
    """Return how two different forms of one surname can be one person; None: they cannot."""
    if left.surname != right.surname or not left.given or not right.given:
        return None
    if left.suffix != right.suffix:  # it is there to tell a son from his father
        return None
    if not (left.form.isascii() and right.form.isascii()):
        return None  # other scripts have no initials and no short forms
    first, other = left.given[0], right.given[0]
    middles_agree = _middles_agree(left.given[1:], right.given[1:])
    if first == other:
        return Relation.MIDDLE if middles_agree else None
    if len(first) == 1 or len(other) == 1:
        same = first[0] == other[0]
        return Relation.INITIAL if same and middles_agree else None
    if not middles_agree:
        return None
    if any(len(word) > 1 for word in (*left.given[1:], *right.given[1:])):
        return None  # Young Min and Youngwoo
    short, long = sorted((first, other), key=len)
    # one letter more is another name (Jaewoo, Jaewook) as often as a short form
    if len(short) >= 3 and len(long) - len(short) >= 2 and long.startswith(short):
        return Relation.SHORT
    if _NICKNAMES.get(first, first) == _NICKNAMES.get(other, other):
        return Relation.SHORT
    if min(len(first), len(other)) >= 4 and OSA.distance(first, other) == 1:
        return Relation.SPELLING
    return None


def is_part(left: PersonName, right: PersonName) -> bool:
    """Return whether all words of one name are in the other ("Ana Roca", "Ana Roca-Sosa")."""
    one, other = {*left.given, left.surname}, {*right.given, right.surname}
    return one <= other or other <= one


def spell_umlauts(name: str) -> str | None:
    """Return the name with "oe" for "ö" and so on; None when it has none."""
    composed = unicodedata.normalize("NFC", name)
    spelt = composed.translate(_UMLAUTS)
    return spelt if spelt != composed else None


def _unusable() -> PersonName:
    return PersonName(NameKind.UNUSABLE, "", (), "", "")


def _parse_cjk(joined: str) -> PersonName:
    """Split off the surname, which is one sign, or two of four; a longer name stays whole."""
    if len(joined) > 4:
        return PersonName(NameKind.PERSON, joined, (), joined, "")
    size = 2 if len(joined) == 4 else 1
    return PersonName(NameKind.PERSON, joined, (joined[size:],), joined[:size], "")


def _is_company(printed: str) -> bool:
    """Return whether the registry has a company of this name that reads as no person's.

    "OpenAI" and "LG AI Research" do; Henry Schein is a company as well.
    """
    words = printed.replace("-", " ").split()
    is_capital = [word.isupper() and len(word) > 1 for word in words]
    has_acronym = any(is_capital) and not all(is_capital)
    return (len(words) == 1 or has_acronym) and is_company(printed)


def _put_surname_last(printed: str, words: list[str]) -> list[str]:
    """Move a surname that is told by capitals ("LIU Yang", "WANG Xiao Ming") to the end."""
    first, *rest = printed.replace("-", " ").split()
    if not rest or "," in printed or len(first) < 3 or not first.isupper():
        return words
    if any(word.isupper() and len(word.strip(".")) > 1 for word in rest) or len(words) < 2:
        return words
    if words[0] != normalise_name(first) or unicodedata.category(first[0]) != "Lu":
        return words
    return [*words[1:], words[0]]


def _middles_agree(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Return whether no middle name contradicts another; one that is left out does not."""
    for one, two in zip(left, right, strict=False):
        if one == two:
            continue
        if (len(one) == 1 or len(two) == 1) and one[0] == two[0]:
            continue
        return False
    return True
