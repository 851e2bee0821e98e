"""Match an organization's name to the Research Organization Registry (ROR, CC0).

`data/ror.parquet` has the registry's active entries: id, name, aliases, acronyms, country and
first type. A match says how sure it is; a name without one keeps score 0 and stays visible.
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq
from rapidfuzz import fuzz, process

REGISTRY_FILE = Path(__file__).parent / "data" / "ror.parquet"

_COUNTRY = re.compile(r" \([A-Z][\w .,'-]+\)$")  # "Google (United States)"
_WORD = re.compile(r"[^\W_]+")
_FILLERS = frozenset({"the", "of", "at", "for", "and", "in", "de", "fur"})
_EXACT, _ALIAS, _ACRONYM = 1.0, 0.95, 0.75
_SEVERAL_COUNTRIES = 0.7  # a company with an entry in each country: its seat is a guess
_FUZZY_FROM = 93.0
_FUZZY_WEIGHT = 0.9


@dataclass(frozen=True, slots=True)
class Match:
    """What the registry calls an organization."""

    ror_id: str | None
    name: str | None
    country_code: str | None
    score: float  # 1 for the registry's own name, 0 for none


NO_MATCH = Match(None, None, None, 0.0)


@dataclass(frozen=True)
class _Registry:
    rows: list[tuple[str, str, str]]  # id, name, country
    names: dict[str, list[int]]
    aliases: dict[str, list[int]]
    companies: dict[str, list[int]]  # names without their country
    acronyms: dict[str, list[int]]
    by_word: dict[str, list[str]]  # names' keys by word


@cache
def match_organization(name: str) -> Match:
    """Return the best entry for a name as printed; NO_MATCH when none is good enough."""
    registry = _load()
    key = _key(name)
    if not key:
        return NO_MATCH
    for index, score in (
        (registry.names, _EXACT),
        (registry.companies, _ALIAS),
        (registry.aliases, _ALIAS),
    ):
        if key in index:
            return _choose(registry, index[key], score)
    acronym = registry.acronyms.get(name.strip())
    if acronym is not None and len(acronym) == 1 and len(name.strip()) >= 3:
        return _as_match(registry, acronym[0], _ACRONYM)
    return _match_fuzzily(registry, key)


def is_company(name: str) -> bool:
    """Return whether the registry has a company of this name or alias, in whatever country."""
    return _key(name) in _load_companies()


def _match_fuzzily(registry: _Registry, key: str) -> Match:
    words = key.split()
    if len(words) < 2:
        return NO_MATCH  # one word is near too many others
    rarest = min(words, key=lambda word: (len(registry.by_word.get(word, ())) or 10**9, word))
    candidates = registry.by_word.get(rarest, [])
    best = process.extractOne(
        key, candidates, scorer=fuzz.token_sort_ratio, score_cutoff=_FUZZY_FROM
    )
    if best is None:
        return NO_MATCH
    return _choose(registry, registry.names[best[0]], round(best[1] / 100 * _FUZZY_WEIGHT, 3))


def _choose(registry: _Registry, rows: list[int], score: float) -> Match:
    if len(rows) == 1:
        return _as_match(registry, rows[0], score)
    score = min(score, _SEVERAL_COUNTRIES)
    ordered = sorted(rows, key=lambda row: (registry.rows[row][2] != "US", registry.rows[row][0]))
    return _as_match(registry, ordered[0], score)


def _as_match(registry: _Registry, row: int, score: float) -> Match:
    ror_id, name, country = registry.rows[row]
    return Match(f"https://ror.org/{ror_id}", name, country, score)


def _key(name: str) -> str:
    # not normalise_name: the registry has 150,000 names, and no "Last, First" to turn round
    text = name.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(word for word in _WORD.findall(text) if word not in _FILLERS)


@cache
def _load_companies() -> frozenset[str]:
    # apart from the whole registry, which takes ten times as long
    table = pq.read_table(
        REGISTRY_FILE, columns=["name", "aliases"], filters=[("type", "=", "company")]
    ).to_pydict()
    found = {_key(_COUNTRY.sub("", name)) for name in table["name"]}
    return frozenset(found.union(*(map(_key, aliases) for aliases in table["aliases"])))


@cache
def _load() -> _Registry:
    table = pq.read_table(REGISTRY_FILE).to_pydict()
    rows = list(zip(table["ror_id"], table["name"], table["country_code"], strict=True))
    names: dict[str, list[int]] = defaultdict(list)
    aliases: dict[str, list[int]] = defaultdict(list)
    companies: dict[str, list[int]] = defaultdict(list)
    acronyms: dict[str, list[int]] = defaultdict(list)
    by_word: dict[str, list[str]] = defaultdict(list)
    for row, (_, name, _) in enumerate(rows):
        key = _key(name)
        names[key].append(row)
        for word in set(key.split()):
            by_word[word].append(key)
        if _COUNTRY.search(name):
            companies[_key(_COUNTRY.sub("", name))].append(row)
        for alias in table["aliases"][row]:
            if row not in aliases[_key(alias)]:
                aliases[_key(alias)].append(row)
        for acronym in table["acronyms"][row]:
            acronyms[acronym].append(row)
    return _Registry(rows, names, aliases, companies, acronyms, by_word)
