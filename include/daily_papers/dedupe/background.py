"""How common a word is in titles: the weight that two records' common words get.

Counts come from scripts/fit_matcher.py; words in few documents are not in the table and
count as rare.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

DATA_DIR: Final = Path(__file__).parent / "data"
TABLE: Final = DATA_DIR / "word_weights.tsv"


@dataclass(frozen=True)
class Background:
    """Weight of each word, 0 to 1; 1 for what the table does not have."""

    weights: dict[str, float]

    def weigh(self, word: str) -> float:
        """Return a word's weight."""
        return self.weights.get(word, 0.6 if len(word) == 1 else 1.0)


def compute_weights(shares: dict[str, float], rarest: float) -> Background:
    """Turn shares of documents into weights: inverse document frequency, rarest = 1."""
    most = math.log(1 / rarest)
    return Background(
        {word: max(0.05, min(1.0, math.log(1 / share) / most)) for word, share in shares.items()}
    )


@lru_cache(maxsize=1)
def load_background() -> Background:
    """Read the committed table."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    shares = {
        word: float(share)
        for word, _, share in (line.partition("\t") for line in lines if not line.startswith("#"))
    }
    return compute_weights(shares, RAREST)


RAREST: Final = 1e-4
