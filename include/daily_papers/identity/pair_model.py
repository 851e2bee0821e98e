"""Weigh the features of a pair of mentions: logistic regression, fitted and measured offline.

The numbers are made by scripts/fit_authors.py, which says on what; no code is read from them.
One rule stands beside them: a common name alone ties no two mentions. Labels of people who write
alone, or with one other, are too few to learn it from.
"""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

MODEL_FILE = Path(__file__).parent / "data" / "pair_model.json"
_COMMON_NAMESAKES = 0.3  # expected; of a rarer name the name itself says something
_SAME_SUBJECT = 0.1  # titles less alike may share "language" and no more
_TIES = ("has_coauthor", "hop_log", "affiliation_weight", "places_cosine")


@dataclass(frozen=True, slots=True)
class PairModel:
    """Weights of the features, and how near two groups of a common name must be."""

    features: tuple[str, ...]
    weights: npt.NDArray[np.float32]  # log-odds; the last two: logarithm of namesakes, constant
    threshold: float  # log-odds

    def score(self, features: npt.NDArray[np.float32], namesakes: float) -> npt.NDArray[np.float32]:
        """Return the log-odds of pairs from all features but the last two."""
        scores = features @ self.weights[:-2]
        scores += self.weights[-2] * math.log(namesakes) + self.weights[-1]
        found: npt.NDArray[np.float32] = scores.astype(np.float32)
        return found

    def find_ties(
        self, features: npt.NDArray[np.float32], namesakes: float
    ) -> npt.NDArray[np.bool_]:
        """Return the pairs that more than a common name ties, from the same features."""
        titles = features[..., self.features.index("title_cosine")]
        tied: npt.NDArray[np.bool_] = (titles > _SAME_SUBJECT) | (namesakes < _COMMON_NAMESAKES)
        for name in _TIES:
            tied |= features[..., self.features.index(name)] > 0
        return tied


@cache
def load_pair_model() -> PairModel:
    """Return the fitted model."""
    found = json.loads(MODEL_FILE.read_text())
    weights: dict[str, float] = found["weights"]
    values = np.array(list(weights.values()), np.float32)
    return PairModel(tuple(weights), values, float(found["threshold"]))
