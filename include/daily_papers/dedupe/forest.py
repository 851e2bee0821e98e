"""A fitted gradient-boosted forest, evaluated with numpy: no learner is needed to run it.

The file holds one row a node over all trees. A tree asks "is the feature at most the
threshold?"; a missing value goes where the fit sent it. The score is the logistic function
of baseline plus one leaf value a tree.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

_ROWS_AT_ONCE = 512  # times some hundred trees: about a million places at once


@dataclass(frozen=True)
class Forest:
    """Nodes of all trees; children are node numbers, a leaf's are its own."""

    feature: npt.NDArray[np.uint8]
    threshold: npt.NDArray[np.float32]
    below: npt.NDArray[np.int32]  # next node if the value is at most the threshold
    above: npt.NDArray[np.int32]
    missing_below: npt.NDArray[np.bool_]
    value: npt.NDArray[np.float32]  # of inner nodes too: what a fit up to here would say
    roots: npt.NDArray[np.int32]
    baseline: float

    def evaluate(
        self, rows: npt.NDArray[np.float32], groups: npt.NDArray[np.intp]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float32]]:
        """Return each row's score, and what each group of features added to its log-odds.

        Args:
            rows: one row of features each.
            groups: group number of each feature.
        """
        parts = [
            self._evaluate_some(rows[at : at + _ROWS_AT_ONCE], groups)
            for at in range(0, len(rows), _ROWS_AT_ONCE)
        ]
        if not parts:
            return np.empty(0), np.empty((0, int(groups.max()) + 1), dtype=np.float32)
        return np.concatenate([s for s, _ in parts]), np.concatenate([c for _, c in parts])

    def _evaluate_some(
        self, rows: npt.NDArray[np.float32], groups: npt.NDArray[np.intp]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float32]]:
        """Walk all trees for all rows at once, a level a step."""
        count, tree_count = len(rows), len(self.roots)
        width = int(groups.max()) + 1
        flat = np.ascontiguousarray(rows).ravel()
        own_group = groups[self.feature]
        is_leaf = self.below == self.above
        node = np.tile(self.roots, count)  # of row 0 in each tree, of row 1 in each tree, …
        walking = np.arange(count * tree_count)
        shares = np.zeros(count * width)
        while len(walking):
            at = node[walking]
            row = walking // tree_count
            values = flat[row * rows.shape[1] + self.feature[at]]
            goes_below = values <= self.threshold[at]
            missing = np.isnan(values)
            goes_below[missing] = self.missing_below[at[missing]]
            following = np.where(goes_below, self.below[at], self.above[at])
            change = self.value[following] - self.value[at]
            slots = row * width + own_group[at]
            shares += np.bincount(slots, weights=change, minlength=len(shares))
            node[walking] = following
            walking = walking[~is_leaf[following]]
        odds = self.value[node].reshape(count, tree_count).sum(axis=1, dtype=np.float64)
        scores = 1 / (1 + np.exp(-(odds + self.baseline)))
        return scores, shares.reshape(count, width).astype(np.float32)


def load_forest(path: Path) -> Forest:
    """Read a forest that scripts/fit_matcher.py wrote."""
    with np.load(path, allow_pickle=False) as stored:
        feature, threshold, value = stored["feature"], stored["threshold"], stored["value"]
        sizes, below, above = stored["sizes"], stored["below"], stored["above"]
        missing_below, baseline = stored["missing_below"], float(stored["baseline"])
    roots = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)
    offsets = np.repeat(roots, sizes)  # children are numbered within their tree
    return Forest(
        feature=feature,
        threshold=threshold.astype(np.float32),
        below=below.astype(np.int32) + offsets,
        above=above.astype(np.int32) + offsets,
        missing_below=missing_below,
        value=value.astype(np.float32),
        roots=roots,
        baseline=baseline,
    )
