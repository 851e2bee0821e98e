"""Hold every record to the text: what is not at its place does not exist.

Each extractor's records pass here, whoever wrote them: rules or a model that may lie.
"""

import re
from collections import Counter
from typing import NamedTuple

from daily_papers.extract.records import ClaimRecord, Evidence, Field, PaperRecords
from daily_papers.extract.words import Text, read_text

_SCALES = {"K": 10**3, "k": 10**3, "M": 10**6, "B": 10**9}
_WRITTEN = re.compile(
    r"(?<![\d.])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<scale>[KkMB]\b)?(?!\d)"
)
_MINUS = frozenset("-−")
# the other members of "25-34%", "12.1, 13.4 and 15 points"
_ROW = re.compile(r"(?:[\s,/~+±$\\(–—−-]|(?:and|or|to|vs|pm)\b|\d[\d.,]*){1,60}")
_BEFORE_UNIT = re.compile(r"(?:[KkMB](?![^\W\d_]))?[\s~${(\\-]*")
_PERCENT_NEXT = re.compile(r"\s?\$?\\?%")
# What is one unit, however it is written; in lower case.
_UNIT_FORMS = (
    ("%", "percent", "per cent", "percentage"),
    (
        *("points", "point", "pts", "pt", "pp", "%p", "% points", "% point", "%points"),
        *("percentage points", "percentage point", "percent points", "percent point"),
    ),
    ("x", "×", "times", "fold", "-fold"),
    ("s", "sec", "secs", "second", "seconds"),
    ("minutes", "minute", "mins", "min"),
    ("hours", "hour", "hrs", "h"),
    ("ms", "milliseconds", "millisecond"),
    ("fps", "frames per second", "frames/s"),
)


class Verified(NamedTuple):
    """What the text bears out, and how many records of each part it does not."""

    records: PaperRecords
    dropped: Counter[str]  # by part: "benchmarks", "claims", "sota", "tags"


def is_exact(evidence: Evidence, title: str, abstract: str) -> bool:
    """Say whether the quote stands where the evidence says, and is not empty."""
    text = title if evidence.field == "title" else abstract
    in_range = 0 <= evidence.start < evidence.end <= len(text)
    return in_range and text[evidence.start : evidence.end] == evidence.quote


def keep_verified(records: PaperRecords, title: str, abstract: str) -> Verified:
    """Drop each record that the text does not bear out.

    A benchmark's name must stand in its quote, a claim's number in its quote with its sign
    and unit, a claim's metric in the text, and its benchmark among the benchmarks kept.
    """
    benchmarks = tuple(
        one
        for one in records.benchmarks
        if is_exact(one.evidence, title, abstract) and one.name in one.evidence.quote
    )
    names = {one.name for one in benchmarks}
    texts: dict[Field, Text] = {"title": read_text(title), "abstract": read_text(abstract)}
    claims = tuple(
        one
        for one in records.claims
        if is_exact(one.evidence, title, abstract)
        and (one.benchmark is None or one.benchmark in names)
        and (one.metric is None or one.metric in title or one.metric in abstract)
        and _holds_value(one, texts[one.evidence.field])
    )
    sota = tuple(one for one in records.sota if is_exact(one.evidence, title, abstract))
    tags = tuple(one for one in records.tags if is_exact(one.evidence, title, abstract))
    kept = PaperRecords(benchmarks, claims, sota, records.code_urls, tags)
    dropped = Counter(
        {
            part: len(getattr(records, part)) - len(getattr(kept, part))
            for part in ("benchmarks", "claims", "sota", "tags")
        }
    )
    return Verified(kept, +dropped)


def _holds_value(claim: ClaimRecord, written: Text) -> bool:
    """Say whether the claim's number stands in its quote with its sign and its unit.

    Not a part of a number: 4 of 84.4. In "25-34%" and "12.1 and 13.4 points" the unit is
    written once, after the last.
    """
    text = written.text
    start, end = written.place_of(claim.evidence.start), written.place_of(claim.evidence.end)
    wanted = claim.value.lstrip("+-−")
    is_negative = claim.value[:1] in _MINUS
    for match in _WRITTEN.finditer(text, start, end):
        scale, bare = match["scale"], match["number"].replace(",", "")
        is_scaled = scale and wanted == str(int(float(bare) * _SCALES[scale]))
        if (bare == wanted or is_scaled) and (
            _is_signed(text, match.start(), is_negative)
            and _has_unit(text, match.start(), match.end("number"), claim.unit)
        ):
            return True
    return False


def _is_signed(text: str, start: int, is_negative: bool) -> bool:
    """Say whether the sign before a number can be the claim's; "1-2" and "A-2" have none."""
    lead = text[max(0, start - 3) : start].replace("$", "")
    if lead[-1:] not in _MINUS:
        return not is_negative
    is_joined = lead[-2:-1].isalnum() or lead[-2:-1] in set("%)]-–—")
    return is_negative != is_joined or "$" in text[max(0, start - 3) : start]


def _has_unit(text: str, start: int, end: int, unit: str) -> bool:
    """Say whether the unit stands beside a number, or behind the row that it is in."""
    if not unit:
        return _PERCENT_NEXT.match(text, end) is None
    if unit == "$":
        return text[:start].endswith("$")
    forms = next((forms for forms in _UNIT_FORMS if unit.casefold() in forms), (unit.casefold(),))
    row = _ROW.match(text, end)
    for place in {end, row.end() if row is not None else end}:
        behind = _BEFORE_UNIT.sub("", text[place : place + 40], count=1).casefold()
        behind = behind.replace("\\", "").replace("-", " ")
        for form in forms:
            is_word_end = form == "%" or not behind[len(form) : len(form) + 1].isalpha()
            if behind.startswith(form.replace("-", " ")) and is_word_end:
                return True
    return False
