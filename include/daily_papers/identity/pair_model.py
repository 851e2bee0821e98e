"""Weigh the features of a pair of mentions: logistic regression, fitted and measured offline.

The numbers are made by scripts/fit_authors.py, which says on what; no code is read from them.
"""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

MODEL_FILE = Path(__file__).parent / "data" / "pair_model.json"


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


@cache
def load_pair_model() -> PairModel:
    """Return the fitted model."""
    found = json.loads(MODEL_FILE.read_text())
    weights: dict[str, float] = found["weights"]
    values = np.array(list(weights.values()), np.float32)
    return PairModel(tuple(weights), values, float(found["threshold"]))
