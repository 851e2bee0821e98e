"""From pairs of duplicates to groups, with what people decided standing above the model."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from daily_papers.dedupe.candidates import SAME_TEXT
from daily_papers.dedupe.overrides import Override

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Decided:
    """A pair with its last word."""

    paper_id: str
    other_id: str
    decision: str  # same or different
    decided_by: str  # model or override
    reason: str
    verdict: Mapping[str, Any] | None  # the model's row; None: it never looked at the pair


def decide_pairs(
    verdicts: Iterable[Mapping[str, Any]],
    overrides: Sequence[Override],
    known_ids: Iterable[str],
) -> list[Decided]:
    """Give the model's pairs and people's decisions their last word.

    A pair of the model that would bring papers together that someone called different is
    'different' too: the surest pairs are joined first, and what is left over is held apart.
    Pairs of one text that the model calls different are kept for a person to look at, unless
    other pairs bring their papers together.

    Args:
        verdicts: rows as of candidates.PAIRS.
        overrides: checked decisions.
        known_ids: papers there are; decisions on others are left out.

    Returns:
        Pairs that are the same, were called different, or have one text, by ids.
    """
    known = set(known_ids)
    decisions = [one for one in overrides if {one.paper_id, one.other_id} <= known]
    by_key = {(row["paper_id"], row["other_id"]): row for row in verdicts}
    groups = _Groups((one.paper_id, one.other_id) for one in decisions if not one.is_same)
    decided: dict[Key, Decided] = {}
    for one in decisions:
        key = one.paper_id, one.other_id
        word = "same" if one.is_same else "different"
        said = f"{one.who}: {one.why}"
        decided[key] = Decided(*key, word, "override", said, by_key.get(key))
        if one.is_same:
            groups.join(*key)
    surest_first = sorted(
        ((key, row) for key, row in by_key.items() if row["is_same"] and key not in decided),
        key=lambda item: (-item[1]["score"], item[0]),
    )
    for key, row in surest_first:
        apart = groups.join(*key)
        if apart is None:
            decided[key] = Decided(*key, "same", "model", row["reason"], row)
        else:
            said = f"held apart: {apart[0]} and {apart[1]} were called different; {row['reason']}"
            decided[key] = Decided(*key, "different", "override", said, row)
    for key, row in by_key.items():
        if key not in decided and row["text_jaccard"] >= SAME_TEXT and not groups.are_joined(*key):
            decided[key] = Decided(*key, "different", "model", row["reason"], row)
    return [decided[key] for key in sorted(decided)]


def group_papers(pairs: Iterable[Key]) -> dict[str, str]:
    """Return paper -> smallest id of its group, for pairs that are the same."""
    groups = _Groups(())
    for pair in pairs:
        groups.join(*pair)
    return groups.find_groups()


class _Groups:
    """Sets of papers that grow together, except where two must stay apart."""

    def __init__(self, apart: Iterable[Key]) -> None:
        self._members: dict[str, set[str]] = {}
        self._apart: dict[str, set[str]] = {}
        for left, right in apart:
            self._apart.setdefault(left, set()).add(right)
            self._apart.setdefault(right, set()).add(left)

    def join(self, left: str, right: str) -> Key | None:
        """Join the groups of two papers; or return two papers that forbid it."""
        ours = self._members.setdefault(left, {left})
        theirs = self._members.setdefault(right, {right})
        if ours is theirs:
            return None
        smaller, larger = sorted((ours, theirs), key=len)
        for paper_id in sorted(smaller):
            forbidden = self._apart.get(paper_id, set()) & larger
            if forbidden:
                first, second = sorted((paper_id, min(forbidden)))
                return first, second
        larger |= smaller
        for paper_id in smaller:
            self._members[paper_id] = larger
        return None

    def are_joined(self, left: str, right: str) -> bool:
        """Say whether two papers are in one group."""
        return right in self._members.get(left, ())

    def find_groups(self) -> dict[str, str]:
        """Return paper -> smallest id of its group, for groups of several."""
        names = {id(group): min(group) for group in self._members.values() if len(group) > 1}
        return {
            paper_id: names[id(group)]
            for paper_id, group in sorted(self._members.items())
            if len(group) > 1
        }
