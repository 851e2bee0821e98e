"""Cluster printed author names into authors: precision first, unsure ones said to be.

Three steps, each on the result of the one before:

1. Mentions of one name form. A rare name is one person; a common one ("Wei Wang") is split
   into the groups that co-authors, affiliations, places and titles hold together.
2. Forms of one surname (middle names, initials, short forms, spellings) and of one set of
   words ("Zhang Chao", "Graciela Gonzalez-Hernandez"): joined when even the vaguer form is
   rare and contradicts nothing, else only with evidence.
3. Overrides, which win over everything.

Nothing joins two mentions of one paper, different ORCIDs or different accounts. The result
does not depend on the order of the rows, nor on what is in the cache of step 1.
"""

import base64
import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, count

import numpy as np
import numpy.typing as npt
import pandas as pd
from threadpoolctl import threadpool_limits

from daily_papers.identity.cache import Grouping, GroupingCache, make_keys
from daily_papers.identity.evidence import Corpus, Ints, build_corpus
from daily_papers.identity.frequency import NameFrequencies, count_names
from daily_papers.identity.linkage import NEVER, Matrix, UnionFind, join_mentions
from daily_papers.identity.pair_model import load_pair_model
from daily_papers.identity.person_names import (
    NameKind,
    PersonName,
    Relation,
    compare_names,
    is_part,
)

Floats64 = npt.NDArray[np.float64]

RARE_NAMESAKES = 0.02  # fewer expected: mentions of the form need no further proof
VARIANT_RARE = {  # the same for the vaguer of two forms
    Relation.MIDDLE: 0.1,
    Relation.INITIAL: 0.08,
    Relation.SHORT: 0.04,
    Relation.SPELLING: 0.02,
}
VARIANT_THRESHOLD = 2.5  # log-odds between two groups of different forms
_MAX_DENSE = 1_500  # mentions of a form that are compared all with all
_MAX_SAMPLE = 25  # mentions of a group that speak for it in step 2
_MAX_SPELLING_FORMS = 80  # a bigger block is of a common surname: short forms mean nothing
_REPEATS_PER = 10  # one paper with both forms for so many without is a slip
_UNSURE = 0.9


@dataclass(slots=True)
class Group:
    """Mentions taken for one person, while clusters grow."""

    mentions: list[int]
    forms: list[int]
    namesakes: float
    evidence: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Clustering:
    """Authors of a corpus; rows of `authorships` are sorted by paper_id and position."""

    authorships: pd.DataFrame  # paper_id, position, author_id, confidence, kind
    authors: pd.DataFrame  # author_id, confidence, evidence, is_ambiguous, kind


def cluster_authorships(
    papers: pd.DataFrame,
    authorships: pd.DataFrame,
    overrides: Mapping[tuple[str, int], str] | None = None,
    advance: Callable[[int], None] = lambda _: None,
    cache: GroupingCache | None = None,
) -> Clustering:
    """Give each authorship an author.

    An author's id is made from the first authorship, by first_listed_on, year, paper_id and
    position: papers that come later change no id.

    Args:
        papers: paper_id, title, and optionally first_listed_on, year, organization.
        authorships: paper_id, position, name, and optionally affiliation, orcid, account_id.
        overrides: (paper_id, position) -> an author of the user's; equal ones are one
            person with all that was grouped with them, different ones are not.
        advance: told how many more mentions are done.
        cache: groupings of an earlier run; the caller saves it.
    """
    papers, authorships = put_in_order(papers, authorships)
    corpus = build_corpus(papers, authorships)
    # matrices of one name are small: more threads only wait for each other, 2.3 of 7.6 CPU seconds
    with threadpool_limits(1, user_api="blas"):
        groups, confidence = _group_forms(corpus, cache or GroupingCache(), advance)
        groups = _join_variants(corpus, groups, confidence)
    _apply_overrides(authorships, groups, confidence, overrides or {})
    return _describe(corpus, authorships, groups, confidence)


def put_in_order(
    papers: pd.DataFrame, authorships: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sort papers by id, authorships by first_listed_on, year, paper_id and position.

    What comes first is decided by content, so that ids do not depend on the rows' order.
    """
    papers = papers.sort_values("paper_id", kind="stable").reset_index(drop=True)
    keys = [name for name in ("first_listed_on", "year") if name in papers]
    rank = papers.sort_values([*keys, "paper_id"], kind="stable", na_position="first").index
    place = pd.Series(np.argsort(rank), index=papers["paper_id"])
    authorships = (
        authorships.assign(_place=authorships["paper_id"].map(place))
        .sort_values(["_place", "position"], kind="stable")
        .drop(columns="_place")
        .reset_index(drop=True)
    )
    return papers, authorships


def make_author_id(paper_id: str, position: int) -> str:
    """Return the id of the author whose first known authorship this is.

    An "a" and 11 characters of RFC 4648's base32 in lower case: 55 bits, so that two of two
    million authors share one in 1 of 18,000 corpora. DuckDB keeps texts of at most 12 bytes
    in the row itself, and there are a hundred pairs of authors a paper.
    """
    digest = hashlib.sha256(f"{paper_id}\0{position}".encode()).digest()
    return "a" + base64.b32encode(digest)[:11].decode().lower()


def keep_ids(found: Clustering, previous: pd.DataFrame) -> Clustering:
    """Give authors the ids that they had before.

    An id goes to the author with most of its authorships, and an author has the id of which it
    has most; of equally many the smaller id first. Others have the id made here, or one made of
    it when it stood for another author.

    Args:
        found: what was clustered now.
        previous: paper_id, position, author_id of an earlier run.
    """
    keys = ["paper_id", "position"]
    both = found.authorships.merge(previous, on=keys, suffixes=("", "_before"))
    shared = both.groupby(["author_id", "author_id_before"]).size().reset_index(name="count")
    shared = shared.sort_values(
        ["count", "author_id_before", "author_id"], ascending=[False, True, True]
    )
    ids: dict[str, str] = {}
    taken: set[str] = set()
    for now, before in zip(shared["author_id"], shared["author_id_before"], strict=True):
        if now not in ids and before not in taken:
            ids[now] = before
            taken.add(before)
    taken.update(previous["author_id"])  # an id that went is nobody's
    for now in sorted(set(found.authors["author_id"]) - set(ids)):
        made = chain([now], (make_author_id(now, number) for number in count(1)))
        ids[now] = next(one for one in made if one not in taken)
        taken.add(ids[now])
    authorships = found.authorships.assign(author_id=found.authorships["author_id"].map(ids))
    authors = found.authors.assign(author_id=found.authors["author_id"].map(ids))
    return Clustering(authorships, authors.sort_values("author_id", ignore_index=True))


# --- step 1: mentions of one form


def _group_forms(
    corpus: Corpus, cache: GroupingCache, advance: Callable[[int], None]
) -> tuple[list[Group], Floats64]:
    confidence = np.zeros(len(corpus.form))
    order = np.argsort(corpus.form, kind="stable")
    usable = order[np.searchsorted(corpus.form[order], 0) :].astype(np.int32)
    starts = np.flatnonzero(np.diff(corpus.form[usable], prepend=-1))
    blocks = np.split(usable, starts[1:]) if len(usable) else []
    compared = [part for block in blocks if _is_compared(corpus, block) for part in _slice(block)]
    keys = make_keys(corpus, compared) if cache.is_kept else [b""] * len(compared)
    key_of = {int(part[0]): key for part, key in zip(compared, keys, strict=True)}
    groups = [Group([int(m)], [], 1.0) for m in order[: len(order) - len(usable)]]
    for block in blocks:
        if _is_compared(corpus, block):
            parts: list[Group] = []
            for part in _slice(block):
                key = key_of[int(part[0])]
                parts += _group_mentions(corpus, cache, key, part, confidence)
            groups += parts if len(block) <= _MAX_DENSE else _join_slices(corpus, parts)
        else:
            namesakes = float(corpus.namesakes[corpus.form[block[0]]])
            confidence[block] = 1 / (1 + namesakes)
            evidence = {"rare name"} if len(block) > 1 else set()
            groups.append(Group(block.tolist(), [int(corpus.form[block[0]])], namesakes, evidence))
        advance(len(block))
    return groups, confidence


def _is_compared(corpus: Corpus, block: Ints) -> bool:
    """Return whether the mentions of a form are not one person without further ado."""
    form = corpus.form[block[0]]
    is_rare = corpus.namesakes[form] < RARE_NAMESAKES and not corpus.has_conflict[form]
    return len(block) > 1 and not is_rare


def _slice(block: Ints) -> list[Ints]:
    """Cut the mentions of a very common form in slices of time."""
    return [block[start : start + _MAX_DENSE] for start in range(0, len(block), _MAX_DENSE)]


def _group_mentions(
    corpus: Corpus, cache: GroupingCache, key: bytes, mentions: Ints, confidence: Floats64
) -> list[Group]:
    found = cache.find(key)
    if found is None:
        found = _compare_mentions(corpus, mentions)
        cache.add(key, found)
    confidence[mentions] = found.confidence
    form = int(corpus.form[mentions[0]])
    return [
        Group(
            mentions[found.labels == label].tolist(),
            [form],
            float(corpus.namesakes[form]),
            set(said.split(", ")) if said else set(),
        )
        for label, said in zip(np.unique(found.labels), found.evidence, strict=True)
    ]


def _compare_mentions(corpus: Corpus, mentions: Ints) -> Grouping:
    """Group the mentions of one form by the scores of all pairs."""
    namesakes = float(corpus.namesakes[corpus.form[mentions[0]]])
    threshold = load_pair_model().threshold
    scores, is_tied = corpus.score_pairs(mentions)
    if namesakes < RARE_NAMESAKES:  # only the conflict has to be solved
        scores[scores > NEVER / 2] = np.maximum(scores[scores > NEVER / 2], threshold)
    labels = np.array(join_mentions(scores, is_tied, threshold), np.int32)
    confidence = np.zeros(len(mentions))
    evidence = []
    for label in np.unique(labels):
        inside = np.flatnonzero(labels == label)
        confidence[inside] = _rate(scores, inside, 1 / (1 + namesakes))
        evidence.append(", ".join(sorted(_say_evidence(corpus, mentions[inside]))))
    return Grouping(labels, confidence, tuple(evidence))


def _join_slices(corpus: Corpus, groups: list[Group]) -> list[Group]:
    """Join groups of one form, from different slices of time, that share rare co-authors."""
    weights = [_coauthors(corpus, group) for group in groups]
    holders: dict[int, list[int]] = defaultdict(list)
    for number, forms in enumerate(weights):
        for one in forms:
            holders[one].append(number)
    shared: dict[tuple[int, int], float] = defaultdict(float)
    for one, numbers in sorted(holders.items()):
        if len(numbers) > 20:
            continue
        weight = float(corpus.coauthor_weight(np.array([one]))[0])
        for at, left in enumerate(numbers):
            for right in numbers[at + 1 :]:
                shared[left, right] += weight
    joined = UnionFind(len(groups))
    for (left, right), weight in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        one, other = joined.find(left), joined.find(right)
        if weight < 1.5 or one == other or _contradict(corpus, groups[one], groups[other]):
            continue
        _merge(groups, joined, one, other, set())
    return [group for number, group in enumerate(groups) if joined.find(number) == number]


def _rate(scores: Matrix, inside: npt.NDArray[np.int64], alone: float) -> Floats64:
    """Return how sure each mention of a group is that it belongs there."""
    if len(inside) == 1:
        others = np.delete(scores[inside[0]], inside[0])
        return np.array([max(0.05, 1 - _sigmoid(float(others.max()))) * max(alone, 0.5)])
    part = np.clip(scores[np.ix_(inside, inside)], -6, 6)
    off = ~np.eye(len(inside), dtype=bool)
    average = np.where(off, part, 0).sum(axis=1) / (len(inside) - 1)
    best = np.where(off, part, -np.inf).max(axis=1)
    sure: Floats64 = 1 / (1 + np.exp(-(average + best) / 2))
    return sure


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-min(max(value, -30), 30)))


def _say_evidence(corpus: Corpus, mentions: Ints) -> set[str]:
    if len(mentions) < 2:
        return set()
    said = set()
    rows, forms = corpus.list_coauthors(mentions)
    pairs = {*zip(rows.tolist(), forms.tolist(), strict=True)}
    if len({form for _, form in pairs}) < len(pairs):
        said.add("co-authors")
    for ids, text in ((corpus.affiliation, "affiliation"), (corpus.account, "account")):
        own = ids[mentions]
        own = own[own >= 0]
        if len(np.unique(own)) < len(own):
            said.add(text)
    return said or {"topic"}


# --- step 2: forms of one person


@dataclass(frozen=True, slots=True)
class Link:
    """Two forms that may be one person's."""

    left: int
    right: int
    relation: str
    namesakes: float  # of the vaguer form
    is_free: bool  # rare enough to be joined without evidence


def _join_variants(corpus: Corpus, groups: list[Group], confidence: Floats64) -> list[Group]:
    frequencies = count_names(corpus.names)
    of_form: dict[int, list[int]] = defaultdict(list)
    for number, group in enumerate(groups):
        for form in group.forms:
            of_form[form].append(number)
    joined = UnionFind(len(groups))
    links = sorted(
        _find_links(corpus, frequencies),
        key=lambda link: (not link.is_free, link.namesakes, link.left, link.right),
    )
    candidates = _find_shared_ids(corpus, groups)
    for link in links:
        lefts, rights = of_form[link.left], of_form[link.right]
        if link.is_free and len(lefts) == len(rights) == 1:
            candidates.append((20.0, lefts[0], rights[0], link))
            continue
        candidates += _score_link(corpus, groups, lefts, rights, link)
    candidates.sort(key=lambda one: (-one[0], one[3].namesakes, one[1], one[2]))
    for score, left, right, link in candidates:
        one, other = joined.find(left), joined.find(right)
        if one == other:
            continue
        if link.is_free:
            _split_repeats(corpus, groups, joined, confidence, one, other)
        if _contradict(corpus, groups[one], groups[other]):
            continue
        if not _forms_agree(corpus.names, groups[one], groups[other], link):
            continue
        sure = 1 / (1 + link.namesakes) if link.is_free else _sigmoid(score)
        smaller = min(groups[one].mentions, groups[other].mentions, key=len)
        confidence[smaller] = np.minimum(confidence[smaller], sure)
        _merge(groups, joined, one, other, {f"{link.relation} name"})
    return [group for number, group in enumerate(groups) if joined.find(number) == number]


def _find_shared_ids(corpus: Corpus, groups: list[Group]) -> list[tuple[float, int, int, Link]]:
    """Link groups of one account or ORCID whose names have a word in common.

    Names of two scripts (王伟, Wei Wang) cannot have one, and are linked without.
    """
    found = []
    group_of = {m: number for number, group in enumerate(groups) for m in group.mentions}
    for ids, relation in ((corpus.account, "account"), (corpus.orcid, "ORCID")):
        holders: dict[int, set[int]] = defaultdict(set)
        for mention in np.flatnonzero(ids >= 0).tolist():
            if corpus.form[mention] >= 0:
                holders[int(ids[mention])].add(group_of[mention])
        for numbers in holders.values():
            first, *others = sorted(numbers)
            left = groups[first].forms[0]
            for other in others:
                right = groups[other].forms[0]
                one, two = corpus.names[left], corpus.names[right]
                is_one_script = one.form.isascii() == two.form.isascii()
                if is_one_script and {*one.given, one.surname}.isdisjoint(
                    {*two.given, two.surname}
                ):
                    continue  # somebody claimed another's authorship
                found.append((30.0, first, other, Link(left, right, relation, 1e-4, is_free=False)))
    return found


def _find_links(corpus: Corpus, frequencies: NameFrequencies) -> Iterable[Link]:
    names = corpus.names
    for left, right in corpus.respelt:
        namesakes = float(max(corpus.namesakes[left], corpus.namesakes[right]))
        yield Link(left, right, "umlaut", namesakes, namesakes < RARE_NAMESAKES)
    people = [i for i, name in enumerate(names) if name.kind is NameKind.PERSON and name.given]
    blocks: dict[str, list[int]] = defaultdict(list)
    words: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number in people:
        blocks[names[number].block].append(number)
        words[(*names[number].given, names[number].surname)].append(number)
    for block in blocks.values():
        for left, right in _pair_up(names, block):
            relation = compare_names(names[left], names[right])
            if relation is None:
                continue
            expect = (
                frequencies.expect_initial_namesakes
                if relation is Relation.INITIAL
                else frequencies.expect_first_namesakes
            )
            namesakes = max(expect(names[left]), expect(names[right]), 1e-4)
            is_rare = namesakes < VARIANT_RARE[relation]
            if relation in {Relation.SPELLING, Relation.SHORT} and not is_rare:
                continue  # Peng and Pengyu Wang have co-authors in common, too
            is_free = is_rare and relation is not Relation.SPELLING
            yield Link(left, right, relation.value, namesakes, is_free)
    for number in people:
        name = names[number]
        parts = (*name.given, name.surname)
        shorter = {parts[::-1] if len(parts) == 2 else parts[-1:] + parts[:-1]: "order"}
        if len(parts) > 2:
            shorter |= {parts[:2]: "extra", parts[:-1]: "extra", parts[1:]: "extra"}
        for key, relation_text in shorter.items():
            for other in words.get(key, ()):
                if other != number and len(names[other].surname) > 1:
                    left, right = sorted((number, other))
                    expect_all = frequencies.expect_namesakes
                    namesakes = max(expect_all(name), expect_all(names[other]), 1e-4)
                    yield Link(left, right, relation_text, namesakes, is_free=False)


def _pair_up(names: list[PersonName], block: list[int]) -> Iterable[tuple[int, int]]:
    """Yield pairs of forms worth comparing; all of them in a small block."""
    if len(block) <= _MAX_SPELLING_FORMS:
        for at, left in enumerate(block):
            for right in block[at + 1 :]:
                yield left, right
        return
    firsts: dict[str, list[int]] = defaultdict(list)
    for number in block:
        firsts[names[number].given[0]].append(number)
    initial = next(iter(firsts))[0]
    for first, numbers in firsts.items():
        others = block if first == initial else numbers
        for left in numbers:
            for right in others:
                if left != right and (first != initial or names[right].given[0] != initial):
                    yield min(left, right), max(left, right)
                elif left < right:
                    yield left, right


def _score_link(
    corpus: Corpus, groups: list[Group], lefts: list[int], rights: list[int], link: Link
) -> list[tuple[float, int, int, Link]]:
    """Score the groups of two forms that share a co-author; without one they stay apart."""
    found = []
    right_coauthors = {right: _coauthors(corpus, groups[right]) for right in rights}
    if not any(right_coauthors.values()):
        return []
    for left in lefts:
        own = _coauthors(corpus, groups[left])
        for right in rights:
            if left == right or own.isdisjoint(right_coauthors[right]):
                continue
            score = _score_groups(corpus, groups[left], groups[right], link.namesakes)
            # "Wei Liu" is part of "Jia-Wei Liu", too
            extra = 0 if link.relation != "extra" else 1 if link.namesakes < 0.1 else 2.5
            if score >= VARIANT_THRESHOLD + extra:
                found.append((score, left, right, link))
    return found


def _score_groups(corpus: Corpus, left: Group, right: Group, namesakes: float) -> float:
    ones, others = left.mentions[:_MAX_SAMPLE], right.mentions[:_MAX_SAMPLE]
    features = corpus.measure_pairs(np.array([*ones, *others], np.int32))
    scores = load_pair_model().score(features, namesakes)
    between = np.minimum(scores[: len(ones), len(ones) :], 6)
    return float((between.mean() + between.max()) / 2)


def _coauthors(corpus: Corpus, group: Group) -> set[int]:
    _, forms = corpus.list_coauthors(np.array(group.mentions, np.int32))
    return set(forms.tolist()).difference(group.forms)


def _contradict(corpus: Corpus, left: Group, right: Group) -> bool:
    """Return whether two groups cannot be one person: a shared paper, different ids."""
    if not set(corpus.paper[left.mentions]).isdisjoint(corpus.paper[right.mentions]):
        return True
    for ids in (corpus.orcid, corpus.account):
        one, other = set(ids[left.mentions]) - {-1}, set(ids[right.mentions]) - {-1}
        if one and other and one != other:
            return True
    return False


def _split_repeats(
    corpus: Corpus,
    groups: list[Group],
    joined: UnionFind,
    confidence: Floats64,
    one: int,
    other: int,
) -> None:
    """Let a paper that names both of two rare forms not keep all others apart.

    Its second mention becomes a group of its own: one of them is a slip, or a relative.
    """
    smaller, larger = sorted((one, other), key=lambda n: (len(groups[n].mentions), n))
    papers = set(corpus.paper[groups[larger].mentions].tolist())
    kept = [m for m in groups[smaller].mentions if int(corpus.paper[m]) not in papers]
    repeated = [m for m in groups[smaller].mentions if int(corpus.paper[m]) in papers]
    if not repeated or len(repeated) * _REPEATS_PER > len(kept):
        return
    groups[smaller].mentions = kept
    for mention in repeated:
        joined.parent.append(len(groups))
        form = [int(corpus.form[mention])]
        groups.append(Group([mention], form, groups[smaller].namesakes, {"twice on one paper"}))
        confidence[mention] = 0.5


def _forms_agree(names: list[PersonName], left: Group, right: Group, link: Link) -> bool:
    """Return whether every form of one group can be every form of the other.

    Keeps "J. Smith" from making one person of John and Jane.
    """
    return all(
        one == other
        or (one, other) == (link.left, link.right)
        or (other, one) == (link.left, link.right)
        or compare_names(names[one], names[other]) is not None
        or is_part(names[one], names[other])
        for one in left.forms
        for other in right.forms
    )


def _merge(
    groups: list[Group], joined: UnionFind, one: int, other: int, evidence: set[str]
) -> None:
    low = joined.join(one, other)
    high = other if low == one else one
    kept, gone = groups[low], groups[high]
    kept.mentions = sorted(kept.mentions + gone.mentions)
    kept.forms = sorted({*kept.forms, *gone.forms})
    kept.namesakes = max(kept.namesakes, gone.namesakes)
    kept.evidence = kept.evidence | gone.evidence | evidence


# --- step 3: overrides, ids, words


def _apply_overrides(
    authorships: pd.DataFrame,
    groups: list[Group],
    confidence: Floats64,
    overrides: Mapping[tuple[str, int], str],
) -> None:
    """Make one group of all that are given to one author.

    A group goes as a whole to the author that most of its overrides name (of equally many, to
    the one named first); its mentions that are given to another leave it.
    """
    if not overrides:
        return
    wanted = _find_overridden(authorships, overrides)
    group_of = {m: number for number, group in enumerate(groups) for m in group.mentions}
    named: dict[int, Counter[str]] = defaultdict(Counter)
    for mention, author in wanted.items():
        named[group_of[mention]][author] += 1
    parts: dict[str, list[Group]] = defaultdict(list)
    for number, counts in named.items():
        group, author = groups[number], counts.most_common(1)[0][0]
        parts[author].append(group)
        for mention in [m for m in group.mentions if wanted.get(m, author) != author]:
            group.mentions.remove(mention)
            groups.append(Group([mention], group.forms, group.namesakes))
            parts[wanted[mention]].append(groups[-1])
    for first, *others in parts.values():
        for other in others:
            first.mentions = sorted(first.mentions + other.mentions)
            first.forms = sorted({*first.forms, *other.forms})
            first.namesakes = max(first.namesakes, other.namesakes)
            first.evidence |= other.evidence
            other.mentions = []
        first.evidence.add("override")
    confidence[list(wanted)] = 1.0


def _find_overridden(
    authorships: pd.DataFrame, overrides: Mapping[tuple[str, int], str]
) -> dict[int, str]:
    """Return the author of each mention that has an override, in the order of the mentions."""
    keys = zip(authorships["paper_id"], authorships["position"], strict=True)
    found = {}
    for mention, (paper_id, position) in enumerate(keys):
        author = overrides.get((paper_id, int(position)))
        if author is not None:
            found[mention] = author
    return found


def _describe(
    corpus: Corpus,
    authorships: pd.DataFrame,
    groups: list[Group],
    confidence: Floats64,
) -> Clustering:
    size = len(authorships)
    author_ids = np.empty(size, object)
    paper_ids, positions = authorships["paper_id"].tolist(), authorships["position"].tolist()
    cut, repeated, crowded = (
        set(np.flatnonzero(flags).tolist())
        for flags in (corpus.is_cut, corpus.find_repeated(), corpus.find_crowded())
    )
    rows = []
    for group in groups:
        if not group.mentions:
            continue
        first = min(group.mentions)
        author_id = make_author_id(paper_ids[first], int(positions[first]))
        author_ids[group.mentions] = author_id
        kinds = {corpus.names[form].kind for form in group.forms}
        kind = NameKind.UNUSABLE if not kinds else min(kinds)
        if kind is NameKind.UNUSABLE:
            group.evidence.add("unusable name")
        sure = round(float(np.mean(confidence[group.mentions])), 3)
        is_common = group.namesakes >= RARE_NAMESAKES
        if is_common and sure < 1:  # 1: all by overrides
            group.evidence.add("common name")
        has_cut = not cut.isdisjoint(group.mentions)
        has_repeat = not repeated.isdisjoint(group.mentions)
        is_known_from_crowds = crowded.issuperset(group.mentions)
        for is_said, text in (
            (has_cut, "et al."),
            (has_repeat, "twice on one paper"),
            (is_known_from_crowds, "long author lists only"),
        ):
            if is_said:
                group.evidence.add(text)
        rows.append(
            (
                author_id,
                sure,
                ", ".join(sorted(group.evidence)) or "one paper",
                (is_common and sure < _UNSURE)
                or not kinds
                or has_cut
                or has_repeat
                or is_known_from_crowds,
                kind.value,
            )
        )
    columns = ["author_id", "confidence", "evidence", "is_ambiguous", "kind"]
    authors = pd.DataFrame(rows, columns=columns).sort_values("author_id", ignore_index=True)
    found = pd.DataFrame(
        {
            "paper_id": authorships["paper_id"],
            "position": authorships["position"],
            "author_id": author_ids,
            "confidence": np.round(confidence, 3),
        }
    )
    return Clustering(found.sort_values(["paper_id", "position"], ignore_index=True), authors)
