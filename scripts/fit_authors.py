"""Fit the weights and the cut of the author clusters on labelled mentions of common names.

    uv run --group train python scripts/fit_authors.py [--data DIR]

Reads ../shared/data/authors (papers and labelled authorships of the ACL Anthology; ORCIDs
withheld), writes include/daily_papers/identity/data/pair_model.json with what was measured.
The same data and versions give the same bytes.

Few labelled names stand for several people, and two of them hold most pairs. So people of
different common names are also put together as if they had one name (made homonyms), with as
many expected namesakes as real homonyms have. All folds are by name: the people of a made
homonym are of one fold.

Made homonyms are of any people, while real names with few namesakes are nearly all one person's:
the fitted weight of the namesakes partly tells which of the two a name is, which no unseen name
can use. So that weight (SLOPES) is chosen with the cut (CUTS), cross-validated, among those pairs
whose precision over all pairs is at least LEAST_PRECISION, when there are so many made homonyms
that the exact name has EXACT_PRECISION, what the data's README tells of unseen data: the one with
the best F1 on ambiguous names, real and made, and, of those that are equal to three places, on
real ones.
"""

import argparse
import hashlib
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sklearn
from daily_papers.identity import evaluation
from daily_papers.identity.cluster import RARE_NAMESAKES, put_in_order
from daily_papers.identity.evidence import FEATURES, Corpus, Ints, build_corpus
from daily_papers.identity.linkage import NEVER, list_joins
from daily_papers.identity.pair_model import MODEL_FILE, PairModel
from daily_papers.lake.files import write_bytes
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score

SHARED = Path(__file__).parents[2] / "shared" / "data" / "authors"
FOLDS = 5
MADE = ((0, 6), (1, 3), (2, 9))  # seed and most people of a made homonym
MOST_MENTIONS = 500  # of a name: what is larger is left out
EXACT_PRECISION = 0.934
LEAST_PRECISION = 0.991  # the aim on unseen names is 0.99
SLOPES = [round(-0.05 * step, 2) for step in range(1, 7)]  # log-odds an e-fold of namesakes
CUTS = [round(0.1 * step, 1) for step in range(-6, 11)]  # log-odds
UNSORTED = ("fei-liu", "chen-zhang")  # labelled ids that hold what nobody has sorted


@dataclass(frozen=True)
class Block:
    """Mentions that are compared with each other, as of one name."""

    mentions: Ints
    gold: Ints  # person by mention, -1 for no label
    is_made: bool
    is_sorted: bool  # its labels tell people apart
    fold: int
    namesakes: float
    features: np.ndarray  # without the last two

    @property
    def is_ambiguous(self) -> bool:
        """Whether its labels name several people."""
        return len(np.unique(self.gold[self.gold >= 0])) > 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED)
    data = parser.parse_args().data
    papers, authorships = put_in_order(*evaluation.read_labelled(data))
    corpus = build_corpus(papers, authorships[["paper_id", "name", "affiliation"]])
    labels = authorships["gold_person_id"].where(authorships["in_split"])
    gold, people = pd.factorize(labels, sort=True)
    gold = gold.astype(np.int32)
    unsorted = {person for person, text in enumerate(people) if text in UNSORTED}
    blocks = find_real(corpus, gold, unsorted)
    real_namesakes = sorted(block.namesakes for block in blocks if block.is_ambiguous)
    blocks += make_homonyms(corpus, gold, np.array(real_namesakes))
    rare_pairs = count_rare_pairs(corpus, gold)

    models, log_losses, areas = cross_validate(corpus, blocks)
    exact = [np.zeros(len(block.mentions), int) for block in blocks]
    table = {}
    for slope in SLOPES:
        joins = [trace(corpus, tilt(models[block.fold], slope), block) for block in blocks]
        for cut in CUTS:
            labels = [label(one, cut) for one in joins]
            table[slope, cut] = measure(blocks, labels, exact, rare_pairs)
        print(f"weight {slope} tried", flush=True)
    fitted = fit(corpus, blocks)
    good = [one for one in table if table[one]["all"]["precision"] >= LEAST_PRECISION]

    def judge(one: tuple[float, float]) -> tuple[float, float]:
        """Of those that are as good on many made names the best on the few real ones."""
        found = table[one]
        return round(found["ambiguous, real and made"]["f1"], 3), found["ambiguous, real"]["f1"]

    slope, cut = max(good, key=judge)
    weights = tilt(fitted, slope)
    report: dict[str, Any] = {
        "weights": dict(zip(FEATURES, weights.tolist(), strict=True)),
        "threshold": cut,
        "fitted_namesakes_log": float(fitted[-2]),
        "fitted_with": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
        "data_sha256": {
            name: hashlib.sha256((data / name).read_bytes()).hexdigest()
            for name in ("papers.parquet", "authorships.parquet")
        },
        "names": {
            "common": sum(not block.is_made for block in blocks),
            "ambiguous": sum(not block.is_made and block.is_ambiguous for block in blocks),
            "made": sum(block.is_made for block in blocks),
        },
        "cv_pairs": {"log_loss": round(log_losses, 4), "area_under_curve": round(areas, 4)},
        "cv_exact_name": measure(blocks, exact, exact, rare_pairs),
        "cv_by_threshold": {str(one): table[slope, one] for one in CUTS},
        "cv_by_weight_and_threshold": {
            f"{one} {two}": [
                found["all"]["precision"],
                found["all"]["recall"],
                found["ambiguous, real and made"]["f1"],
                found["ambiguous, real"]["f1"],
            ]
            for (one, two), found in table.items()
        },
    }
    write_bytes(MODEL_FILE, (json.dumps(report, indent=1) + "\n").encode())
    print(json.dumps(report, indent=1))


def find_real(corpus: Corpus, gold: Ints, unsorted: set[int]) -> list[Block]:
    """Return the common names that have a labelled mention."""
    order = np.flatnonzero(corpus.form >= 0).astype(np.int32)
    order = order[np.argsort(corpus.form[order], kind="stable")]
    starts = np.flatnonzero(np.diff(corpus.form[order], prepend=-1))
    found: list[Block] = []
    for mentions in np.split(order, starts[1:]):
        namesakes = float(corpus.namesakes[corpus.form[mentions[0]]])
        if namesakes < RARE_NAMESAKES or not 1 < len(mentions) <= MOST_MENTIONS:
            continue
        if (gold[mentions] >= 0).any():
            found.append(
                Block(
                    mentions=mentions,
                    gold=gold[mentions],
                    is_made=False,
                    is_sorted=unsorted.isdisjoint(gold[mentions].tolist()),
                    fold=fold_of(corpus, mentions[0]),
                    namesakes=namesakes,
                    features=corpus.measure_pairs(mentions),
                )
            )
    return found


def make_homonyms(corpus: Corpus, gold: Ints, namesakes: np.ndarray) -> list[Block]:
    """Put people of common names together who never met, each once a seed."""
    known = np.flatnonzero((gold >= 0) & (corpus.form >= 0))
    known = known[corpus.namesakes[corpus.form[known]] >= RARE_NAMESAKES]
    found = []
    for seed, most in MADE:
        chance = np.random.default_rng(seed)
        for fold in range(FOLDS):
            own = [one for one in known if fold_of(corpus, one) == fold]
            people = [rows.to_numpy(np.int32) for _, rows in pd.Series(own).groupby(gold[own])]
            left = [people[at] for at in chance.permutation(len(people))]
            while left:
                size = int(chance.integers(2, most + 1))
                together = meet_never(corpus, left[:size])
                left = left[size:]
                if len(together) > 1:
                    mentions = np.sort(np.concatenate(together))
                    found.append(
                        Block(
                            mentions=mentions,
                            gold=gold[mentions],
                            is_made=True,
                            is_sorted=True,
                            fold=fold,
                            namesakes=float(chance.choice(namesakes)),
                            features=corpus.measure_pairs(mentions),
                        )
                    )
    return [block for block in found if len(block.mentions) <= MOST_MENTIONS]


def meet_never(corpus: Corpus, people: list[Ints]) -> list[Ints]:
    """Return those who share no paper with one before them; namesakes rarely do."""
    kept: list[Ints] = []
    papers: set[int] = set()
    forms: set[int] = set()
    coauthors: set[int] = set()
    for mentions in people:
        # a paper of both may have a label for one only: its printed names tell
        own_coauthors = set(corpus.list_coauthors(mentions)[1].tolist())
        own_papers, own_forms = set(corpus.paper[mentions]), set(corpus.form[mentions])
        if papers & own_papers or forms & own_coauthors or coauthors & own_forms:
            continue
        kept.append(mentions)
        papers |= own_papers
        forms |= own_forms
        coauthors |= own_coauthors
    return kept


def fold_of(corpus: Corpus, mention: int) -> int:
    return zlib.crc32(corpus.names[corpus.form[mention]].form.encode()) % FOLDS


def tabulate(corpus: Corpus, blocks: list[Block]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return features, labels and weights of labelled pairs; a name weighs as its mentions."""
    rows, labels, weights = [], [], []
    for block in blocks:
        known = np.flatnonzero(block.gold >= 0)
        left, right = (known[at] for at in np.triu_indices(len(known), 1))
        papers = corpus.paper[block.mentions]
        apart = papers[left] != papers[right]
        left, right = left[apart], right[apart]
        logarithm = np.full((len(left), 1), np.log(block.namesakes))
        rows.append(np.hstack([block.features[left, right], logarithm]))
        labels.append(block.gold[left] == block.gold[right])
        weights.append(np.full(len(left), 1 / max(1, len(known))))
    return np.vstack(rows), np.concatenate(labels), np.concatenate(weights)


def fit(corpus: Corpus, blocks: list[Block]) -> np.ndarray:
    rows, labels, weights = tabulate(corpus, [block for block in blocks if block.is_sorted])
    model = LogisticRegression(max_iter=1000).fit(rows, labels, sample_weight=weights)
    return np.round([*model.coef_[0], model.intercept_[0]], 3)


def cross_validate(corpus: Corpus, blocks: list[Block]) -> tuple[list[np.ndarray], float, float]:
    """Return the weights fitted without each fold, and how well they tell its pairs."""
    models, losses, areas = [], [], []
    for fold in range(FOLDS):
        models.append(fit(corpus, [block for block in blocks if block.fold != fold]))
        rows, labels, weights = tabulate(corpus, [b for b in blocks if b.fold == fold])
        odds = rows @ models[-1][:-1] + models[-1][-1]
        losses.append(log_loss(labels, 1 / (1 + np.exp(-odds)), sample_weight=weights))
        areas.append(roc_auc_score(labels, odds, sample_weight=weights))
    return models, float(np.mean(losses)), float(np.mean(areas))


def tilt(weights: np.ndarray, slope: float) -> np.ndarray:
    """Return the weights with another one for the namesakes."""
    return np.array([*weights[:-2], slope, weights[-1]])


def trace(
    corpus: Corpus, weights: np.ndarray, block: Block
) -> tuple[int, list[tuple[float, int, int]]]:
    """Return the size of a block and its joins down to the lowest cut."""
    model = PairModel(FEATURES, weights.astype(np.float32), 0.0)
    scores = model.score(block.features, block.namesakes)
    papers = corpus.paper[block.mentions]
    scores[papers[:, None] == papers[None, :]] = NEVER
    is_tied = model.find_ties(block.features, block.namesakes)
    return len(scores), list_joins(scores, is_tied, min(CUTS))


def label(traced: tuple[int, list[tuple[float, int, int]]], cut: float) -> np.ndarray:
    """Return the groups of a block at a cut."""
    size, joins = traced
    groups = np.arange(size)
    for near, low, high in joins:
        if near < cut:
            break
        groups[groups == high] = low
    return groups


def measure(
    blocks: list[Block], labels: list[np.ndarray], exact_labels: list[np.ndarray], rare_pairs: float
) -> dict[str, dict[str, float]]:
    """Return pairwise precision, recall and F1 of labels by block."""
    exact, own = (
        [count_pairs(one, block.gold) for one, block in zip(found, blocks, strict=True)]
        for found in (exact_labels, labels)
    )

    def add(counts: list[np.ndarray], keep: Callable[[Block], bool]) -> np.ndarray:
        kept = [one for one, block in zip(counts, blocks, strict=True) if keep(block)]
        return np.asarray(np.sum(kept, axis=0))

    rare = np.full(3, rare_pairs)  # right, found, gold: a rare name is one person
    right, found, _ = rare + add(exact, lambda block: not block.is_made)
    made_right, made_found, _ = add(exact, lambda block: block.is_made)
    share = (EXACT_PRECISION * found - right) / (made_right - EXACT_PRECISION * made_found)
    made = share * add(own, lambda block: block.is_made)
    ambiguous = add(own, lambda block: block.is_ambiguous and not block.is_made)
    sorted_ones = add(
        own, lambda block: block.is_ambiguous and not block.is_made and block.is_sorted
    )
    return {
        "all": rate(rare + add(own, lambda block: not block.is_made) + made),
        "ambiguous, real and made": rate(ambiguous + made),
        "ambiguous, made": rate(made),
        "ambiguous, real": rate(ambiguous),
        f"ambiguous, real, without {' and '.join(UNSORTED)}": rate(sorted_ones),
    }


def count_pairs(labels: np.ndarray, gold: Ints) -> np.ndarray:
    """Return right, found and gold pairs of labelled mentions."""
    known = gold >= 0
    found, right = labels[known], labels[known].astype(np.int64) << 32 | gold[known]
    sizes = [np.unique(keys, return_counts=True)[1] for keys in (right, found, gold[known])]
    return np.array([float((size * (size - 1) // 2).sum()) for size in sizes])


def count_rare_pairs(corpus: Corpus, gold: Ints) -> float:
    """Count labelled pairs of one person and one rare name."""
    known = np.flatnonzero((gold >= 0) & (corpus.form >= 0))
    known = known[corpus.namesakes[corpus.form[known]] < RARE_NAMESAKES]
    sizes = pd.DataFrame({"form": corpus.form[known], "gold": gold[known]}).value_counts()
    return float((sizes * (sizes - 1) // 2).sum())


def rate(counts: np.ndarray) -> dict[str, float]:
    right, found, gold = counts
    precision, recall = right / max(found, 1e-9), right / max(gold, 1e-9)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {
        name: round(float(value), 4)
        for name, value in (("precision", precision), ("recall", recall), ("f1", f1))
    }


if __name__ == "__main__":
    main()
