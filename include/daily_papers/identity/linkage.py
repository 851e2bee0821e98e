"""Join mentions whose pairwise scores say that they are one person; best pair first.

Two groups are as near as their average score, drawn towards their best one: the average
alone splits people who change subject and co-authors, the best alone chains strangers. The
larger the smaller of both, the nearer they must be: the best of many scores is high by chance,
and a wrong join of two large groups is the dearest mistake. Groups stay apart while nothing but
the name ties a mention of one to a mention of the other.
"""

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
NEVER = np.float32(-50.0)  # score of a pair that must stay apart
_AVERAGE_SHARE = np.float32(0.7)
_SIZE_SHARE = np.float32(0.25)  # log-odds a group of e mentions; 0.2 to 0.3 measured alike
_BEST_CAP = np.float32(6.0)  # one overwhelming pair does not outweigh all others


class UnionFind:
    """Sets that only grow; the smallest member stands for its set."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def find(self, item: int) -> int:
        """Return the smallest member of the item's set."""
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def join(self, left: int, right: int) -> int:
        """Make one set of two."""
        low, high = sorted((self.find(left), self.find(right)))
        self.parent[high] = low
        return low


def blend(average: Matrix, best: Matrix) -> Matrix:
    """Return how near groups are, from the average and the best of their mentions' scores."""
    return _AVERAGE_SHARE * average + (1 - _AVERAGE_SHARE) * best


def join_mentions(scores: Matrix, is_tied: Bools, threshold: float) -> list[int]:
    """Return for each mention the smallest index of its group.

    Args:
        scores: symmetric log-odds of being one person; NEVER forbids.
        is_tied: symmetric; pairs that more than the name ties.
        threshold: groups less near than this stay apart.
    """
    groups = np.arange(len(scores))
    for _, low, high in list_joins(scores, is_tied, threshold):
        groups[groups == high] = low
    return [int(group) for group in groups]


def list_joins(scores: Matrix, is_tied: Bools, threshold: float) -> list[tuple[float, int, int]]:
    """Return the joins in their order: how near, the group that grows, the one that ends.

    Joins at a higher threshold are those before the first that is less near.
    """
    size = len(scores)
    if size == 1:
        return []
    if size == 2:
        is_near = scores[0, 1] >= threshold and is_tied[0, 1]
        return [(float(scores[0, 1]), 0, 1)] if is_near else []
    forbidden = scores <= NEVER / 2
    average = np.minimum(scores, _BEST_CAP).astype(np.float32)
    best = np.where(is_tied, average, NEVER)
    near = blend(average, best)
    near[forbidden] = -np.inf
    np.fill_diagonal(near, -np.inf)
    weights = np.ones(size, np.float32)
    neighbour = near.argmax(axis=1)
    nearest = near[np.arange(size), neighbour]
    joins: list[tuple[float, int, int]] = []
    while True:
        one = int(nearest.argmax())
        if nearest[one] < threshold:
            return joins
        low, high = sorted((one, int(neighbour[one])))
        joins.append((float(nearest[one]), low, high))
        total = weights[low] + weights[high]
        average[low] = (average[low] * weights[low] + average[high] * weights[high]) / total
        best[low] = np.maximum(best[low], best[high])
        forbidden[low] |= forbidden[high]
        average[:, low], best[:, low], forbidden[:, low] = average[low], best[low], forbidden[low]
        weights[low] = total
        weights[high] = 0
        near[high] = near[:, high] = nearest[high] = -np.inf
        smaller = np.clip(weights, 1, total)
        row = blend(average[low], best[low]) - _SIZE_SHARE * np.log(smaller)
        row[forbidden[low] | (weights == 0)] = -np.inf
        row[low] = -np.inf
        near[low] = near[:, low] = row
        stale = np.flatnonzero(((neighbour == low) | (neighbour == high)) & (weights > 0))
        for other in {low, *stale.tolist()}:
            neighbour[other] = near[other].argmax()
            nearest[other] = near[other, neighbour[other]]
        closer = row > nearest
        neighbour[closer], nearest[closer] = low, row[closer]
