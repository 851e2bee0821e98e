"""Fit the matcher of `daily-papers match` on labelled pairs and write its artefact.

    uv run --group train python scripts/fit_matcher.py [--data DIR]

Reads ../shared/data (labelled pairs: *_train.parquet; titles of the archive: only for the
word weights), writes include/daily_papers/dedupe/data/: word_weights.tsv, matcher.npz and
matcher.json with what was measured. The same data and versions give the same bytes.

The threshold and every number reported as "cv" come from 5-fold cross-validation on the
train parts; a pair's structured and dirty forms are always in the same fold. The valid
parts are only looked at for the report.
"""

import argparse
import hashlib
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sklearn
import zstandard
from daily_papers.dedupe import background, features
from daily_papers.dedupe.background import Background
from daily_papers.dedupe.match import FOREST_FILE, REPORT_FILE, find_rule
from daily_papers.lake.files import write_bytes
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold

SHARED = Path(__file__).parents[2] / "shared" / "data"
COLUMNS = ("title", "authors", "venue", "year")
STRUCTURED = ("dblp-acm_structured", "dblp-googlescholar_structured")
DIRTY = {"dblp-acm_structured": "dblp-acm_dirty"}  # the same pairs in the same order
EXTRA_DIRTY = {"dblp-acm_structured": 3, "dblp-googlescholar_structured": 4}
WEIGHTS = {"dblp-acm_structured": 1.0, "dblp-googlescholar_structured": 1.0}
SEEDS = (0, 1, 2)
FOLDS = 5
FEWEST_DOCUMENTS = 5  # rarer words are not written down
PARAMETERS: dict[str, Any] = {
    "learning_rate": 0.06,
    "max_iter": 300,
    "max_leaf_nodes": 31,
    "min_samples_leaf": 20,
    "l2_regularization": 5.0,
    "max_features": 0.25,
    "early_stopping": False,
}
HAND_SET = "title_sorted >= 0.9 and authors_matched_of_fewer >= 0.5 (or unknown), years <= 1 apart"


class Part:
    """One set of pairs in all its forms, with features."""

    def __init__(self, name: str, frame: pd.DataFrame, words: Background) -> None:
        self.name = name
        self.labels = frame["label"].to_numpy()
        left, right = (parse(frame, side) for side in ("left", "right"))
        self.rows = features.compute_features(left, right, words)
        self.is_ruled_out = np.array(
            [find_rule(*pair) is not None for pair in zip(left, right, strict=True)]
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED)
    data = parser.parse_args().data
    pairs = data / "dedupe"
    trains = {name: read(pairs / f"{name}_train.parquet") for name in STRUCTURED}
    weights = write_word_weights(trains, data / "hf_api")
    words = background.compute_weights(weights, background.RAREST)

    groups: dict[str, list[Part]] = {}
    for name, frame in trains.items():
        forms = [Part(name, frame, words)]
        if name in DIRTY:
            dirty = DIRTY[name]
            forms.append(Part(dirty, read(pairs / f"{dirty}_train.parquet"), words))
        for seed in range(EXTRA_DIRTY[name]):
            forms.append(Part(f"{name}, made dirty", make_dirty(frame, seed), words))
        groups[name] = forms
    valids = [
        Part(path.stem.removesuffix("_valid"), read(path), words)
        for path in sorted(pairs.glob("*_valid.parquet"))
    ]

    cross_validated = cross_validate(groups)
    shown = {name: forms_shown(forms) for name, forms in groups.items()}
    scored = [
        (groups[name][at], cross_validated[name][at]) for name, own in shown.items() for at in own
    ]
    threshold = choose_threshold(scored)
    models = fit(groups, None)
    report = {
        "version": "",
        "threshold": threshold,
        "features": list(features.FEATURES),
        "parameters": PARAMETERS | {"seeds": list(SEEDS)},
        "fitted_with": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
        "data_sha256": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(pairs.glob("*.parquet"))
        },
        "cv_on_train": {
            part.name: measure(part.labels, scores >= threshold) for part, scores in scored
        },
        "valid": {
            part.name: measure(part.labels, predict(models, part) >= threshold) for part in valids
        },
        "hand_set": HAND_SET,
        "hand_set_on_valid": {
            part.name: measure(part.labels, decide_by_hand(part.rows)) for part in valids
        },
    }
    write_forest(models)
    report["version"] = hashlib.sha256(FOREST_FILE.read_bytes()).hexdigest()[:12]
    write_bytes(REPORT_FILE, (json.dumps(report, indent=1) + "\n").encode())
    for key in ("cv_on_train", "valid", "hand_set_on_valid"):
        for name, found in report[key].items():
            print(f"{key:18} {name:42} {found}")
    print(f"threshold {threshold}, {FOREST_FILE.stat().st_size:,} bytes")


def read(path: Path) -> pd.DataFrame:
    return pd.read_parquet(path).fillna("")


def parse(frame: pd.DataFrame, side: str) -> list[features.Record]:
    own = (frame[f"{side}_{column}"].astype(str) for column in COLUMNS)
    return [features.parse_record(*values) for values in zip(*own, strict=True)]


def make_dirty(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Move each value into the title with even odds: what was done to the dirty sets."""
    chance = random.Random(seed)
    values = {name: list(frame[name]) for name in frame.columns}
    for row in range(len(frame)):
        for side in ("left", "right"):
            for column in COLUMNS[1:]:
                name = f"{side}_{column}"
                if values[name][row] and chance.random() < 0.5:
                    values[f"{side}_title"][row] += f" {values[name][row]}"
                    values[name][row] = ""
    return pd.DataFrame(values)


def write_word_weights(trains: dict[str, pd.DataFrame], archive: Path) -> dict[str, float]:
    """Count in how many titles a word stands: of the labelled records, and of the archive."""
    records = {
        title
        for frame in trains.values()
        for side in ("left", "right")
        for title in frame[f"{side}_title"]
    }
    shares: dict[str, float] = {}
    for titles in (records, read_archive_titles(archive)):
        counts = Counter(
            word for title in titles for word in set(features.WORD.findall(features.clean(title)))
        )
        for word, count in counts.items():
            if count >= FEWEST_DOCUMENTS:
                shares[word] = round(max(shares.get(word, 0), count / len(titles)), 6)
    lines = [
        "# word, share of titles that have it; made by scripts/fit_matcher.py",
        *(f"{word}\t{shares[word]:.6f}" for word in sorted(shares)),
    ]
    write_bytes(background.TABLE, ("\n".join(lines) + "\n").encode())
    return shares


def read_archive_titles(archive: Path) -> set[str]:
    titles = set()
    for path in sorted(archive.glob("next_day/*.json.zst")):
        with path.open("rb") as file:
            entries = json.load(zstandard.ZstdDecompressor().stream_reader(file))
        titles |= {entry["title"] for entry in entries if isinstance(entry, dict)}
    return titles


def fit(
    groups: dict[str, list[Part]], keep: dict[str, np.ndarray] | None
) -> list[HistGradientBoostingClassifier]:
    """Fit one model a seed on the pairs to keep (None: all)."""
    rows, labels, weights = [], [], []
    for name, forms in groups.items():
        for part in forms:
            own = slice(None) if keep is None else keep[name]
            rows.append(part.rows[own])
            labels.append(part.labels[own])
            weights.append(np.full(len(labels[-1]), WEIGHTS[name]))
    data = np.vstack(rows), np.concatenate(labels), np.concatenate(weights)
    return [
        HistGradientBoostingClassifier(random_state=seed, **PARAMETERS).fit(*data) for seed in SEEDS
    ]


def predict(models: list[HistGradientBoostingClassifier], part: Part) -> np.ndarray:
    """Mean log-odds as a probability, rules on top: what match.py computes."""
    odds = np.mean([model.decision_function(part.rows) for model in models], axis=0)
    return np.where(part.is_ruled_out, 0.01, 1 / (1 + np.exp(-odds)))


def cross_validate(groups: dict[str, list[Part]]) -> dict[str, list[np.ndarray]]:
    folds = {}
    for name, forms in groups.items():
        splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=7)
        folds[name] = np.empty(len(forms[0].labels), dtype=int)
        for number, (_, test) in enumerate(splitter.split(forms[0].rows, forms[0].labels)):
            folds[name][test] = number
    scores = {name: [np.zeros(len(p.labels)) for p in forms] for name, forms in groups.items()}
    for number in range(FOLDS):
        models = fit(groups, {name: own != number for name, own in folds.items()})
        for name, forms in groups.items():
            held_out = folds[name] == number
            for at, part in enumerate(forms):
                scores[name][at][held_out] = predict(models, part)[held_out]
    return scores


def forms_shown(forms: list[Part]) -> list[int]:
    """Numbers of the forms that stand for what will be met: as given, and one dirty."""
    return [0, 1]


def choose_threshold(scored: list[tuple[Part, np.ndarray]]) -> float:
    """Return the middle of the thresholds whose mean F1 over the sets is within 0.0002 of best."""
    steps = np.arange(0.30, 0.71, 0.01)
    means = np.array(
        [np.mean([measure(p.labels, s >= step)["f1"] for p, s in scored]) for step in steps]
    )
    good = steps[means >= means.max() - 0.02]
    return round(float(np.median(good)), 2)


def measure(labels: np.ndarray, decided: np.ndarray) -> dict[str, float]:
    both = int((decided & (labels == 1)).sum())
    precision, recall = both / max(1, decided.sum()), both / max(1, (labels == 1).sum())
    f1 = 2 * precision * recall / max(1e-12, precision + recall)
    found = {"precision": precision, "recall": recall, "f1": f1}
    return {name: round(100 * float(value), 2) for name, value in found.items()}


def decide_by_hand(rows: np.ndarray) -> np.ndarray:
    column = {name: rows[:, at] for at, name in enumerate(features.FEATURES)}
    authors = column["authors_matched_of_fewer"]
    years = column["years_apart"]
    return (
        (column["title_sorted"] >= 0.9)
        & (np.isnan(authors) | (authors >= 0.5))
        & (np.isnan(years) | (years <= 1))
    )


def write_forest(models: list[HistGradientBoostingClassifier]) -> None:
    """Write all trees; values divided by the number of models, whose log-odds are averaged."""
    trees = [tree[0].nodes for model in models for tree in model._predictors]
    nodes = np.concatenate(trees)
    inner = ~nodes["is_leaf"].astype(bool)
    rate = PARAMETERS["learning_rate"]
    itself = np.concatenate([np.arange(len(tree)) for tree in trees])
    # a threshold is a float64 between two values: rounded down it stays between them
    threshold = nodes["num_threshold"].astype(np.float32)
    too_high = threshold.astype(np.float64) > nodes["num_threshold"]
    threshold[too_high] = np.nextafter(threshold[too_high], np.float32(-np.inf))
    FOREST_FILE.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        FOREST_FILE,
        feature=np.where(inner, nodes["feature_idx"], 0).astype(np.uint8),
        threshold=np.where(inner, threshold, 0).astype(np.float32),
        below=np.where(inner, nodes["left"], itself).astype(np.uint8),
        above=np.where(inner, nodes["right"], itself).astype(np.uint8),
        missing_below=np.where(inner, nodes["missing_go_to_left"], 0).astype(bool),
        # the learner shrinks the values of leaves only
        value=(nodes["value"] * np.where(inner, rate, 1) / len(models)).astype(np.float32),
        sizes=np.array([len(tree) for tree in trees], dtype=np.uint16),
        baseline=np.float64(np.mean([model._baseline_prediction[0, 0] for model in models])),
    )


if __name__ == "__main__":
    main()
