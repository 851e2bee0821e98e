"""Papers known by their title alone: a provisional id, and the real one when it is known.

A provisional id is "title:" and 16 hex digits of the sha256 of the normalised title. A
paper whose normalised title equals that of exactly one real paper is that paper; with
two, nothing is decided.
"""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

Row = dict[str, Any]

PROVISIONAL_PREFIX: Final = "title:"  # no arXiv id has a colon
_NEITHER_LETTER_NOR_DIGIT: Final = re.compile(r"[\W_]+")


def normalise_title(title: str) -> str:
    """Return a title as it is compared: NFKC, case folded, letters and digits only.

    Line breaks, dashes, quotes and most LaTeX so make no difference. A title without
    any letter or digit is compared by its signs.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", title).casefold())
    return _NEITHER_LETTER_NOR_DIGIT.sub("", folded) or "".join(folded.split())


def make_provisional_id(title: str) -> str:
    """Return the id of a paper of which only the title is known."""
    digest = hashlib.sha256(normalise_title(title).encode()).hexdigest()
    return f"{PROVISIONAL_PREFIX}{digest[:16]}"


def is_provisional(paper_id: str) -> bool:
    """Say whether an id was made from a title."""
    return paper_id.startswith(PROVISIONAL_PREFIX)


def reconcile_rows(rows: Iterable[Row]) -> None:
    """Give the provisional papers of a day's rows their real id, where it is certain.

    Looks at every title that the day's real papers were seen under. Changes rows in
    place; the result does not depend on their order.
    """
    rows = list(rows)
    if not any(is_provisional(row["paper_id"]) for row in rows):
        return
    ids: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if not is_provisional(row["paper_id"]):
            ids[make_provisional_id(row["title"])].add(row["paper_id"])
    for row in rows:
        known = ids.get(row["paper_id"], ())
        if len(known) == 1:
            (row["paper_id"],) = known
