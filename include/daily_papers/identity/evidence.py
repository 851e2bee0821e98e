"""What a corpus says about two mentions of one name: the features of a pair.

Features: a shared co-author, or how many could have been shared; co-authors who are each
other's co-authors; likeness of the titles' words; shared or different affiliations; likeness
of the places where the co-authors work; and how many namesakes the name has (frequency.py).
Their weighted sum (pair_model.py) is the log-odds that both mentions are one person.

What is counted over the whole corpus (namesakes, how rare a word or a place is) is rounded to
powers of two: a day of new papers moves few of them, so that what was computed for all other
names stays what it is (cache.py). Numbers of words, forms and
places follow their alphabet, so that sums over them do not depend on the rest of the corpus.
"""

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from daily_papers.identity.frequency import NameFrequencies, count_names
from daily_papers.identity.linkage import NEVER, Bools, Matrix
from daily_papers.identity.names import normalise_name
from daily_papers.identity.pair_model import load_pair_model
from daily_papers.identity.person_names import NameKind, PersonName, parse_name, spell_umlauts

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]

FEATURES = (
    "has_coauthor",
    "unshared_log",
    "is_alone",
    "hop_log",
    "title_cosine",
    "affiliation_weight",
    "has_other_affiliation",
    "places_cosine",
    "has_places",
    "namesakes_log",
    "constant",
)

_MAX_COAUTHORS = 60  # to be one of hundreds says little about who works with whom
_MAX_HOP_AUTHORS = 30
_HOP_NAMESAKES = 0.6  # a chain over Wei Wang is no chain
_MAX_UNSHARED = 20
_PLACE_NAMESAKES = 0.3  # where all Wei Wangs work is nowhere
_OWN_PLACES = 3.0  # one's own affiliation counts as that of so many co-authors
# The source's organization of a paper has no labels: together it counts about as much as
# half an affiliation did before places were compared, 2.1 log-odds.
_ORGANIZATION_AFFILIATION, _ORGANIZATION_PLACES = 0.5, 0.25
_WORD = re.compile(r"[^\W\d_]{3,}")
_AFFILIATION_PARTS = re.compile(r"[,;|]| and | & ")
_AFFILIATION_MENTIONS = 50_000  # rarity is judged as in a corpus of at least this size
_EXTRA_PAPERS = 1_000
_NO_AFFILIATION = frozenset({"", "na", "n a", "none", "independent", "independent researcher"})


@dataclass(frozen=True)
class Lists:
    """Lists of integers in one array: list i is values[starts[i]:starts[i + 1]]."""

    starts: npt.NDArray[np.int64]
    values: Ints

    def take(self, indices: Ints) -> tuple[npt.NDArray[np.int64], Ints]:
        """Return the values of several lists, and for each value which list it is of."""
        starts = self.starts[indices]
        sizes = self.starts[indices + 1] - starts
        rows = np.repeat(np.arange(len(indices)), sizes)
        offsets = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return rows, self.values[np.repeat(starts, sizes) + offsets]


@dataclass(frozen=True)
class Hashes:
    """What numbers stand for, the same in every corpus; 64 bits each."""

    form: npt.NDArray[np.uint64]
    word: npt.NDArray[np.uint64]
    part: npt.NDArray[np.uint64]
    paper: npt.NDArray[np.uint64]  # id, organization
    mention: npt.NDArray[np.uint64]  # form, affiliation, ORCID, account


@dataclass(frozen=True)
class Corpus:
    """Papers and mentions as numbers; mentions sorted by year, paper and position."""

    names: list[PersonName]  # by form id
    respelt: list[tuple[int, int]]  # forms that differ by "ö" and "oe"
    namesakes: Floats  # by form id
    has_conflict: Bools  # by form id: cannot all be one person
    form: Ints  # by mention; -1 for a name that says nothing
    is_cut: Bools  # by mention: "et al." is printed with the name
    paper: Ints  # by mention
    affiliation: Ints  # by mention; -1 for none
    orcid: Ints
    account: Ints
    organization: Ints  # by paper
    authors: Lists  # form ids by paper
    words: Lists  # word ids by paper
    word_weight: Floats
    parts: Lists  # part ids by affiliation
    part_weight: Floats
    places: Lists  # part ids by form id: all affiliations of a form that is no common name
    neighbours: Lists  # form ids by form id
    hashes: Hashes

    def score_pairs(self, mentions: Ints) -> tuple[Matrix, Bools]:
        """Return the log-odds of every pair of mentions of one form, and which pairs are tied."""
        namesakes = float(self.namesakes[self.form[mentions[0]]])
        features = self.measure_pairs(mentions)
        model = load_pair_model()
        scores = self.apply_certainties(mentions, model.score(features, namesakes))
        return scores, model.find_ties(features, namesakes) | (scores >= -NEVER)

    def apply_certainties(self, mentions: Ints, scores: Matrix) -> Matrix:
        """Overrule scores by ids and by being named on one paper."""
        for ids in (self.account, self.orcid):
            own = ids[mentions]
            if (own >= 0).sum() > 1:
                both = (own[:, None] >= 0) & (own[None, :] >= 0)
                same = own[:, None] == own[None, :]
                scores[both & same] = -NEVER
                scores[both & ~same] = NEVER
        papers = self.paper[mentions]
        scores[papers[:, None] == papers[None, :]] = NEVER
        return scores

    def find_repeated(self) -> Bools:
        """Return the mentions whose paper has their form, account or ORCID twice."""
        found = np.zeros(len(self.form), bool)
        for ids in (self.form, self.account, self.orcid):
            rows = pd.DataFrame({"paper": self.paper, "id": ids})[ids >= 0]
            found[rows.index[rows.duplicated(keep=False)]] = True
        return found

    def find_crowded(self) -> Bools:
        """Return the mentions on papers of too many authors to tell who works with whom."""
        return np.diff(self.authors.starts)[self.paper] > _MAX_COAUTHORS

    def list_coauthors(self, mentions: Ints) -> tuple[npt.NDArray[np.int64], Ints]:
        """Return forms on the mentions' papers but their own, and whose co-authors they are.

        Papers of too many authors give none.
        """
        papers = self.paper[mentions]
        sizes = self.authors.starts[papers + 1] - self.authors.starts[papers]
        small = np.flatnonzero(sizes <= _MAX_COAUTHORS)
        rows, forms = self.authors.take(papers[small])
        rows = small[rows]
        others = (forms >= 0) & (forms != self.form[mentions][rows])
        return rows[others], forms[others]

    def coauthor_weight(self, forms: Ints) -> Floats:
        """Return how much sharing each of these co-authors says, 0.1 to 1."""
        rarity = -np.log(self.namesakes[forms] / 2 + 1e-3) / 7
        return np.clip(rarity, 0.1, 1.0).astype(np.float32)

    def measure_pairs(self, mentions: Ints) -> npt.NDArray[np.float32]:
        """Return the features of every pair but the last two, which the form decides."""
        size = len(mentions)
        papers = self.paper[mentions]
        features = np.zeros((size, size, len(FEATURES) - 2), np.float32)
        rows, forms = self.list_coauthors(mentions)
        own = np.bincount(rows, minlength=size)
        fewer = np.minimum(own[:, None], own[None, :])
        features[..., 1] = np.log1p(np.minimum(fewer, _MAX_UNSHARED))
        features[..., 2] = fewer == 0
        if len(forms):
            is_shared, hops = self._measure_coauthors(rows, forms, size)
            features[..., 0] = is_shared
            features[is_shared, 1] = 0
            # beside a shared one chains are no news: weighed together, they took its weight
            features[..., 3] = np.log1p(np.minimum(hops, 10)) * ~is_shared
        title_rows, words = self.words.take(papers)
        incidence, vocabulary = _incidence(title_rows, words, size)
        features[..., 4] = _cosine(incidence * self.word_weight[vocabulary])
        where = np.flatnonzero(self.affiliation[mentions] >= 0)
        part_rows, parts = self.parts.take(self.affiliation[mentions[where]])
        part_rows = where[part_rows]
        if len(where) > 1:
            incidence, vocabulary = _incidence(part_rows, parts, size)
            common = (incidence * self.part_weight[vocabulary]) @ incidence.T
            features[..., 5] = np.minimum(1, common / 8)
            known = self.affiliation[mentions] >= 0
            features[..., 6] = known[:, None] & known[None, :] & (common == 0)
        around_rows, around = self.places.take(forms)
        places = _count(
            np.concatenate([part_rows, rows[around_rows]]),
            np.concatenate([parts, around]),
            np.repeat(np.array([_OWN_PLACES, 1], np.float32), [len(parts), len(around)]),
            size,
        )
        if places is not None:
            counts, vocabulary = places
            features[..., 7] = _cosine(np.sqrt(counts) * self.part_weight[vocabulary])
            is_placed = counts.sum(axis=1) > 0
            features[..., 8] = is_placed[:, None] & is_placed[None, :]
        organizations = self.organization[papers]
        if (organizations >= 0).sum() > 1:
            same = (organizations[:, None] == organizations[None, :]) & (organizations >= 0)
            features[..., 5] = np.maximum(features[..., 5], _ORGANIZATION_AFFILIATION * same)
            features[..., 7] = np.maximum(features[..., 7], _ORGANIZATION_PLACES * same)
        return features

    def _measure_coauthors(
        self, rows: npt.NDArray[np.int64], forms: Ints, size: int
    ) -> tuple[Bools, Matrix]:
        """Return who shares a co-author, and how many are one step from the other's."""
        direct, vocabulary = _incidence(rows, forms, size)
        is_shared = direct @ direct.T > 0
        # who of the vocabulary was printed with whom, then one step from each mention
        ones, around = self.neighbours.take(vocabulary)
        at = np.minimum(np.searchsorted(vocabulary, around), len(vocabulary) - 1)
        inside = vocabulary[at] == around
        near = _from_sorted(ones[inside], at[inside].astype(np.int32), len(vocabulary))
        columns = np.searchsorted(vocabulary, forms).astype(np.int32)
        steps, targets = near.take(columns)
        reached = np.zeros_like(direct)
        reached[rows[steps], targets] = 1
        reached[direct > 0] = 0
        hops = reached @ direct.T
        return is_shared, (hops + hops.T).astype(np.float32)


def build_corpus(papers: pd.DataFrame, authorships: pd.DataFrame) -> Corpus:
    """Turn checked tables into numbers.

    Args:
        papers: paper_id, title, and optionally organization.
        authorships: sorted by (year, paper_id, position): paper_id, name, and optionally
            affiliation, orcid, account_id.
    """
    printed, printed_names = pd.factorize(authorships["name"], sort=True)
    parsed = [parse_name(text) for text in printed_names]
    # of two spellings of one form the first in the alphabet speaks for it
    by_form = {name.form: name for name in reversed(parsed) if name.kind is not NameKind.UNUSABLE}
    names = [by_form[form] for form in sorted(by_form)]
    forms = {name.form: number for number, name in enumerate(names)}
    form_of_printed = np.array([forms.get(name.form, -1) for name in parsed], np.int32)
    respelt = set()
    for number, text in enumerate(printed_names):
        spelt = spell_umlauts(text)
        other = forms.get(parse_name(spelt).form, -1) if spelt else -1
        if other >= 0 and other != form_of_printed[number] >= 0:
            respelt.add(
                (min(other, int(form_of_printed[number])), max(other, int(form_of_printed[number])))
            )
    form = form_of_printed[printed]
    frequencies = count_names(names)
    paper_index = pd.Index(papers["paper_id"])
    paper = paper_index.get_indexer(authorships["paper_id"]).astype(np.int32)
    authors = _group(paper, form, len(papers))
    namesakes = np.array([_namesakes(name, frequencies) for name in names], np.float32)
    words, word_weight, vocabulary = _index_words(papers["title"].tolist())
    affiliation, parts, part_weight, part_names = _index_affiliations(
        _column(authorships, "affiliation")
    )
    orcid = _codes(_column(authorships, "orcid"))
    account = _codes(_column(authorships, "account_id"))
    return Corpus(
        names=names,
        respelt=sorted(respelt),
        namesakes=namesakes,
        has_conflict=_find_conflicts(form, paper, (orcid, account), len(names)),
        form=form,
        is_cut=np.array([name.is_cut for name in parsed], bool)[printed],
        paper=paper,
        affiliation=affiliation,
        orcid=orcid,
        account=account,
        organization=_codes(_column(papers, "organization")),
        authors=authors,
        words=words,
        word_weight=word_weight,
        parts=parts,
        part_weight=part_weight,
        places=_find_places(form, affiliation, parts, namesakes),
        neighbours=_find_neighbours(authors, namesakes),
        hashes=Hashes(
            form=_hash_texts([name.form for name in names]),
            word=_hash_texts(vocabulary),
            part=_hash_texts(part_names),
            paper=_hash_rows(papers, ("paper_id", "organization")),
            mention=_hash_rows(authorships, ("name", "affiliation", "orcid", "account_id")),
        ),
    )


def _hash_rows(table: pd.DataFrame, columns: tuple[str, ...]) -> npt.NDArray[np.uint64]:
    """Hash the columns that a table has."""
    present = [name for name in columns if name in table]
    hashed = pd.util.hash_pandas_object(table[present].astype(str), index=False)
    return np.asarray(hashed, np.uint64)


def _hash_texts(texts: list[str]) -> npt.NDArray[np.uint64]:
    return np.asarray(pd.util.hash_array(np.array(texts, object), categorize=False), np.uint64)


def _find_conflicts(form: Ints, paper: Ints, ids: tuple[Ints, ...], size: int) -> Bools:
    """Return the forms that a paper has twice, or that have different ids of one sort."""
    found = np.zeros(size, bool)
    rows = pd.DataFrame({"form": form, "paper": paper})[form >= 0]
    found[rows.loc[rows.duplicated(), "form"]] = True
    for own in ids:
        known = pd.DataFrame({"form": form, "id": own})[(form >= 0) & (own >= 0)]
        several = known.drop_duplicates().groupby("form").size()
        found[several.index[several > 1]] = True
    return found


def _namesakes(name: PersonName, frequencies: NameFrequencies) -> float:
    if name.kind is NameKind.GROUP:
        return 1e-4
    return float(2.0 ** round(math.log2(max(frequencies.expect_namesakes(name), 1e-4))))


def _weigh_rarity(total: float, counts: npt.NDArray[np.integer[Any]]) -> Floats:
    """Return the logarithm of one share in each count, both as powers of two."""
    below = round(math.log2(total)) - np.rint(np.log2(np.maximum(counts, 1)))
    return np.asarray(below * math.log(2), np.float32)


def _column(table: pd.DataFrame, name: str) -> "pd.Series[Any]":
    if name in table:
        return table[name]
    return pd.Series([None] * len(table), dtype=object)


def _codes(column: "pd.Series[Any]") -> Ints:
    codes, _ = pd.factorize(column.replace("", None))
    return codes.astype(np.int32)


def _group(keys: Ints, values: Ints, size: int) -> Lists:
    order = np.argsort(keys, kind="stable")
    return _from_sorted(keys[order], values[order], size)


def _from_sorted(keys: npt.NDArray[np.integer[Any]], values: Ints, size: int) -> Lists:
    starts = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(keys, minlength=size), out=starts[1:])
    return Lists(starts, values)


def _number_items(sets: list[set[str]]) -> tuple[Lists, list[str]]:
    """Return the sets as sorted lists of numbers, and the items in the order of their numbers."""
    items = sorted(set().union(*sets))
    number = {item: at for at, item in enumerate(items)}
    starts = np.zeros(len(sets) + 1, np.int64)
    np.cumsum([len(one) for one in sets], out=starts[1:])
    values = [at for one in sets for at in sorted(number[item] for item in one)]
    return Lists(starts, np.array(values, np.int32)), items


def _index_words(titles: list[str]) -> tuple[Lists, Floats, list[str]]:
    words, vocabulary = _number_items([set(_WORD.findall(title.lower())) for title in titles])
    counts = np.bincount(words.values, minlength=len(vocabulary))
    return words, _weigh_rarity(len(titles) + _EXTRA_PAPERS, counts), vocabulary


def _index_affiliations(column: "pd.Series[Any]") -> tuple[Ints, Lists, Floats, list[str]]:
    codes, texts = pd.factorize(column)
    parts, vocabulary = _number_items(
        [
            {normalise_name(part) for part in _AFFILIATION_PARTS.split(str(text))} - _NO_AFFILIATION
            for text in texts
        ]
    )
    mentions = np.bincount(codes[codes >= 0], minlength=len(texts))
    sizes = np.diff(parts.starts)
    counts = np.bincount(
        parts.values, weights=np.repeat(mentions, sizes), minlength=len(vocabulary)
    )
    total = max(_AFFILIATION_MENTIONS, int(mentions.sum()))
    known = codes.astype(np.int32)
    if len(sizes):
        known[(codes >= 0) & (sizes == 0)[codes]] = -1
    return known, parts, _weigh_rarity(total, counts.astype(np.int64)), vocabulary


def _find_places(form: Ints, affiliation: Ints, parts: Lists, namesakes: Floats) -> Lists:
    """Return for each form that is no common name the parts of all its affiliations."""
    known = np.flatnonzero((affiliation >= 0) & (form >= 0))
    known = known[namesakes[form[known]] < _PLACE_NAMESAKES]
    rows, found = parts.take(affiliation[known])
    size = int(found.max(initial=0)) + 1
    cells = np.unique(form[known][rows].astype(np.int64) * size + found)
    return _from_sorted(cells // size, (cells % size).astype(np.int32), len(namesakes))


def _find_neighbours(authors: Lists, namesakes: Floats) -> Lists:
    """Return for each rare form the rare forms it was printed with."""
    if not len(namesakes):
        return Lists(np.zeros(1, np.int64), np.zeros(0, np.int32))
    sizes = np.diff(authors.starts)
    paper = np.repeat(np.arange(len(sizes)), sizes)
    usable = (authors.values >= 0) & (sizes[paper] <= _MAX_HOP_AUTHORS)
    usable &= namesakes[authors.values] < _HOP_NAMESAKES
    values, paper = authors.values[usable], paper[usable]
    lefts, rights = [], []
    # the pairs of each paper by their distance in the list: no loop over papers
    for distance in range(1, _MAX_HOP_AUTHORS):
        same = paper[distance:] == paper[:-distance]
        if not same.any():
            break
        lefts.append(values[:-distance][same])
        rights.append(values[distance:][same])
    if not lefts:
        return Lists(np.zeros(len(namesakes) + 1, np.int64), np.zeros(0, np.int32))
    left, right = np.concatenate(lefts).astype(np.int64), np.concatenate(rights).astype(np.int64)
    del lefts, rights
    size = len(namesakes)
    pairs = np.unique(np.concatenate([left * size + right, right * size + left]))
    ones, others = (pairs // size).astype(np.int32), (pairs % size).astype(np.int32)
    return _group(ones, others, size)


def _incidence(rows: npt.NDArray[np.int64], items: Ints, size: int) -> tuple[Matrix, Ints]:
    vocabulary, columns = np.unique(items, return_inverse=True)
    incidence = np.zeros((size, len(vocabulary)), np.float32)
    incidence[rows, columns] = 1
    return incidence, vocabulary


def _count(
    rows: npt.NDArray[np.int64], items: Ints, amounts: Floats, size: int
) -> tuple[Matrix, Ints] | None:
    """Return the amounts added up by row and item; None without any."""
    if not len(items):
        return None
    vocabulary, columns = np.unique(items, return_inverse=True)
    cells = rows * len(vocabulary) + columns
    counts = np.bincount(cells, weights=amounts, minlength=size * len(vocabulary))
    return counts.reshape(size, -1).astype(np.float32), vocabulary


def _cosine(weighted: Matrix) -> Matrix:
    length = np.sqrt((weighted * weighted).sum(axis=1))
    weighted = weighted / np.maximum(length, 1e-6)[:, None]
    return weighted @ weighted.T
