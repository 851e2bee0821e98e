"""What a person decided about two papers; it wins over whatever the matcher says.

A CSV file, or a TOML file of [[pair]] tables, with these fields:

    paper_a,paper_b,decision,who,why
    2512.10739,2512.10756,different,Ada,two papers with one abstract by mistake

Ids may carry a version (2512.10739v2), which says nothing here.
"""

import csv
import io
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from daily_papers.arxiv_ids import BadArxivIdError, parse_arxiv_id
from daily_papers.errors import InvalidInputError

FIELDS: Final = ("paper_a", "paper_b", "decision", "who", "why")
DECISIONS: Final = ("same", "different")


@dataclass(frozen=True, slots=True)
class Override:
    """One decision; paper_id is the smaller of the two ids."""

    paper_id: str
    other_id: str
    is_same: bool
    who: str
    why: str
    place: str  # file and line (TOML: and number of the pair)


def load_overrides(path: Path) -> list[Override]:
    """Read and check the decisions, sorted by pair; the same decision twice is kept once.

    Raises:
        InvalidInputError: unreadable, a field missing or unknown, or decisions that contradict
            each other, also through other pairs; names file and line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"duplicate overrides {path} cannot be read: {error}") from None
    rows = _read_toml(path, text) if path.suffix.lower() == ".toml" else _read_csv(path, text)
    overrides = [_check(place, row) for place, row in rows]
    check_consistency(overrides)
    unique = {(one.paper_id, one.other_id): one for one in reversed(overrides)}
    return [unique[key] for key in sorted(unique)]


def check_consistency(overrides: Sequence[Override]) -> None:
    """Refuse pairs that are the same, if only through others, and different at once.

    Raises:
        InvalidInputError: names the line and the lines that it contradicts.
    """
    neighbours: dict[str, list[tuple[str, Override]]] = {}
    for one in overrides:
        if one.is_same:
            neighbours.setdefault(one.paper_id, []).append((one.other_id, one))
            neighbours.setdefault(one.other_id, []).append((one.paper_id, one))
    for one in overrides:
        if one.is_same:
            continue
        chain = _find_chain(one.paper_id, one.other_id, neighbours)
        if chain is not None:
            places = ", ".join(link.place for link in chain)
            raise InvalidInputError(
                f"{one.place}: {one.paper_id} and {one.other_id} are 'different' here and 'same' "
                f"by {places}; remove one of these lines"
            )


def _find_chain(
    start: str, end: str, neighbours: dict[str, list[tuple[str, Override]]]
) -> list[Override] | None:
    """Return the shortest run of 'same' decisions that leads from one paper to another."""
    came_by: dict[str, tuple[str, Override] | None] = {start: None}
    queue = [start]
    for paper_id in queue:
        for other, link in neighbours.get(paper_id, ()):
            if other not in came_by:
                came_by[other] = (paper_id, link)
                queue.append(other)
    if end not in came_by:
        return None
    chain = []
    step = came_by[end]
    while step is not None:
        chain.append(step[1])
        step = came_by[step[0]]
    return chain[::-1]


def _read_csv(path: Path, text: str) -> list[tuple[str, dict[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    rows = []
    try:
        missing = [name for name in FIELDS if name not in (reader.fieldnames or ())]
        if missing:
            raise InvalidInputError(
                f"{path}:1: no column {missing[0]}; the first line must be {','.join(FIELDS)}"
            )
        for row in reader:
            rows.append((f"{path}:{reader.line_num}", dict(row)))
    except csv.Error as error:
        raise InvalidInputError(f"{path}:{reader.line_num}: {error}") from None
    return rows


def _read_toml(path: Path, text: str) -> list[tuple[str, dict[str, Any]]]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInputError(f"{path}: {error}") from None
    pairs = content.pop("pair", [])
    if content or not isinstance(pairs, list):
        raise InvalidInputError(f"{path}: expected [[pair]] tables and nothing else")
    lines = [at for at, line in enumerate(text.splitlines(), 1) if line.strip() == "[[pair]]"]
    places = lines if len(lines) == len(pairs) else [0] * len(pairs)
    return [
        (f"{path}:{line}" if line else f"{path}, pair {number}", row)
        for number, (line, row) in enumerate(zip(places, pairs, strict=True), 1)
    ]


def _check(place: str, row: dict[str, Any]) -> Override:
    if set(row) != set(FIELDS):
        wrong = sorted(map(str, set(row) ^ set(FIELDS)))
        raise InvalidInputError(f"{place}: expected {', '.join(FIELDS)}; check {', '.join(wrong)}")
    values = {name: row[name].strip() if isinstance(row[name], str) else "" for name in FIELDS}
    empty = next((name for name in FIELDS if not values[name]), None)
    if empty is not None:
        hint = " as text in quotes" if row[empty] not in ("", None) else ""
        raise InvalidInputError(f"{place}: {empty} is needed{hint}")
    if values["decision"] not in DECISIONS:
        raise InvalidInputError(
            f"{place}: decision {values['decision']!r} is neither 'same' nor 'different'"
        )
    first, second = sorted(map(_drop_version, (values["paper_a"], values["paper_b"])))
    if first == second:
        raise InvalidInputError(f"{place}: {first} stands on both sides")
    return Override(
        first, second, values["decision"] == "same", values["who"], values["why"], place
    )


def _drop_version(paper_id: str) -> str:
    try:
        return parse_arxiv_id(paper_id).paper_id
    except BadArxivIdError:  # a provisional id, or none at all: reported as unknown by the build
        return paper_id
