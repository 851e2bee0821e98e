"""arXiv identifiers: text from the first byte to the last, without the version suffix.

Source: https://info.arxiv.org/help/arxiv_identifier.html
"""

import re
from typing import NamedTuple

# \d would take the digits of every script, and an id of those is another text
_ARXIV_ID = re.compile(
    r"(?:(?P<yymm>[0-9]{2}(?:0[1-9]|1[0-2]))\.(?P<number>[0-9]{4,5})"
    r"|(?P<archive>[a-z]+(?:-[a-z]+)*)(?:\.[A-Z]{2})?"
    r"/(?P<old>[0-9]{2}(?:0[1-9]|1[0-2])[0-9]{3}))"
    r"(?:v(?P<version>[1-9][0-9]{0,3}))?"
)


class BadArxivIdError(ValueError):
    """Not an arXiv id, or one that lost characters on the way."""


class ArxivId(NamedTuple):
    """An arXiv id taken apart."""

    paper_id: str  # "2503.02130" or "hep-th/9901001", no version
    version: int | None  # 2 of "2503.02130v2"; None when the source gave none


def parse_arxiv_id(value: object) -> ArxivId:
    """Split an arXiv id into the id proper and its version.

    Args:
        value: id as the source spells it: "2503.02130v2", "hep-th/9901001",
            "math.GT/0309136" (the subject class is dropped, as arXiv does).

    Returns:
        The id without version ("YYMM.NNNNN", four digits after the dot before
        2015; "archive/YYMMNNN") and the version, if any.

    Raises:
        BadArxivIdError: a number instead of text, a wrong form, of a month before
            the form was used, or too few digits for its year ("2503.0213" is
            2503.02130 after a trip through a float).
    """
    if not isinstance(value, str):
        raise BadArxivIdError(
            f"{value!r} is a {type(value).__name__}, expected text: was the id read as a number?"
        )
    match = _ARXIV_ID.fullmatch(value)
    if match is None:
        raise BadArxivIdError(f"{value!r} is not an arXiv id: expected YYMM.NNNNN")
    version = int(match["version"]) if match["version"] else None
    if match["old"]:
        return ArxivId(f"{match['archive']}/{match['old']}", version)
    if match["yymm"] < "0704":
        raise BadArxivIdError(f"{value!r}: ids are written YYMM.NNNN from April 2007 on")
    digits = 5 if match["yymm"] >= "1501" else 4
    if len(match["number"]) != digits:
        raise BadArxivIdError(
            f"{value!r}: expected {digits} digits after the dot; was it read as a number?"
        )
    return ArxivId(f"{match['yymm']}.{match['number']}", version)
