"""Find the numbers of a text with their units, and sort out those that are no results.

Sizes, years, versions, counts and settings stay out; whatever is unclear stays out too.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from daily_papers.extract.words import Text

_NUMBER = re.compile(
    r"(?:(?<![\w.^_{])(?<![^\W\d]/)|(?<=rightarrow)|(?<=\bsim)|(?<=\bapprox))(?P<sign>[+−-]|\\pm\s?)?(?P<value>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<scale>[KkMB](?=\s?(?:GPU|USD|tokens?/s)))?(?:\+|\s?(?:\\pm|±)\s?[\d.]+)?"
    r"(?P<unit>"
    r"\s?\$?\\?%\$?(?:[- ]?points?\b|p\b)?"
    r"|[\s~-]?(?:percentage[ -]points?|percent(?:age)?\b(?:[- ]points?)?|pp\b|pts?\b|points?\b)"
    r"|\s?\$?(?:×|\\times|\{\\?times\}|times|[xX])\$?(?![\w])(?!\s?\d)|[- ]?fold\b"
    r"|\s?(?:ms|milliseconds?|[uµμn]s)\b|[\s-](?:GPU|A100|H100)?[ -]?(?:hours?|"
    r"minutes?|mins?|seconds?|secs?|days?)\b|s\b"
    r"|\s?(?:FPS|fps|frames per second|frames/s)\b|\s?(?:tokens?/s(?:ec(?:ond)?)?|"
    r"tokens? per second|TPS|tok/s)\b"
    r"|\s?dB\b|\s?(?:GB|MB|KB|GiB)\b|\s?(?:Exa|Peta|Tera)?FLOPS\b|/\d+(?![\d/.])"
    r")?(?!\d)"
)
_PRICE = re.compile(r"\s(?:per|each)\b")  # "$4 per test"; math closes its dollar
_DIGIT = re.compile(r"[0-9]")  # four times as fast as the digits of every script
_LEAD = re.compile(r"(?:[+−-]|\\pm\s?)$")
_FREQUENCY = re.compile(r"[\s~-]?[kMG]?Hz\b")  # of a signal: a setting
_ARROW = re.compile(r"\s?\$?\\?rightarrow")
_RANGE = re.compile(r"\s?(?:[-–—~]{1,2}|to|and|/|or|,(?:\s?and)?|vs\.?)\s?\+?$")
_SAME_UNIT = re.compile(r"\s?(?:[-–—~]{1,2}|to|/)\s?")
_ENUMERATOR = re.compile(r"\d\)\s")  # "(2) what follows"
_SIZE_NEXT = re.compile(r"[\s-]\d+(?:\.\d+)?[BM]\b")  # "Tea 1.5 4B": a version
PERCENT, POINTS, TIMES = "%", "points", "x"


class Number(NamedTuple):
    """One number: value as written, its unit, its characters with and without the unit."""

    value: str
    unit: str
    start: int  # with a sign
    value_end: int
    end: int  # with the unit
    sign: str
    is_bare: bool  # no unit written, none inherited
    row_end: int  # end of the last member of its range or list


def find_numbers(text: Text) -> list[Number]:
    """Return the numbers of a text; a range or list shares the unit of its last member."""
    if _DIGIT.search(text.text) is None:
        return []
    found = [number for match in _matches(text.text) if (number := _read(text.text, match))]
    shared: list[Number] = []
    for number in reversed(found):
        following = shared[-1] if shared else None
        if number.is_bare and following is not None and not following.is_bare:
            gap = text.text[number.end : following.start + len(following.sign)]
            is_range = len(gap) < 9 and _RANGE.fullmatch(gap) is not None
            if gap.startswith(",") and (
                number.sign != following.sign == "+" or text.text[number.start - 1] == "="
            ):
                is_range = False  # "+7.3 pp on Tea 25, +4.4 pp on Cup 25", "n=1, 31.5ms"
            if is_range and not (gap.strip().startswith(",") and following.unit == TIMES):
                number = number._replace(  # noqa: PLW2901
                    unit=following.unit, is_bare=False, row_end=following.row_end
                )
        elif (
            number.unit == TIMES
            and following is not None
            and following.unit == TIMES
            and _SAME_UNIT.fullmatch(text.text, number.end, following.start) is not None
        ):
            number = number._replace(row_end=following.row_end)  # noqa: PLW2901 - "2x to 3x", "2x/3x"
        elif (
            number.is_bare
            and following is not None
            and text.text[number.end : following.start] == "/"
        ):
            number = number._replace(row_end=following.row_end)  # noqa: PLW2901
        shared.append(number)
    return shared[::-1]


def _matches(text: str) -> Iterator[re.Match[str]]:
    """Yield what `_NUMBER.finditer` would, trying only where a digit is."""
    position = 0
    while (digit := _DIGIT.search(text, position)) is not None:
        start = digit.start()
        match = None
        lead = _LEAD.search(text, max(position, start - 5), start)
        if lead is not None:
            match = _NUMBER.match(text, lead.start())
        match = match or _NUMBER.match(text, start)
        if match is not None:
            yield match
        position = max(start + 1, match.end() if match is not None else 0)


def _read(text: str, match: re.Match[str]) -> Number | None:
    start, end = match.span()
    sign = match["sign"] or ""
    before = text[max(0, start - 1) : start]
    # "GPT-4": a hyphen after a letter makes it a name; after a digit or unit, a range
    if sign in {"-", "−"} and (before.isalnum() or before in set("%)]-–—$")):
        if before.isalpha() and before not in {"x"}:
            return None
        sign, start = "", start + len(match["sign"])
    value = match["value"]
    unit = _unit(match["unit"])
    if unit is None and before == "$" and _PRICE.match(text, end) is not None:
        unit, start = "$", start - 1
    if _is_name_part(text, match.start(), unit) or _FREQUENCY.match(text, end) is not None:
        return None
    following = text[end : end + 1]
    if unit is None and (
        _SIZE_NEXT.match(text, end) is not None
        or (before == "(" and _ENUMERATOR.match(text, start) is not None)
    ):
        return None
    is_glued = unit is None and (following.isalpha() or following in {"_", "^"})
    if is_glued and _ARROW.match(text, end) is None:
        return None
    if (
        following == "-"
        and text[end + 1 : end + 2].isalpha()
        and unit not in {POINTS, TIMES, PERCENT}
    ):
        return None
    if unit == TIMES and re.match(r"\s?\d", text[match.end() : match.end() + 2]):
        return None
    if match["scale"]:
        value = str(
            int(
                float(value.replace(",", ""))
                * {"K": 1e3, "k": 1e3, "M": 1e6, "B": 1e9}[match["scale"]]
            )
        )
    value = value.replace(",", "")
    negative = sign in {"-", "−"}
    return Number(
        ("-" if negative else "") + value,
        unit or "",
        start,
        match.end("value"),
        end,
        sign if not sign.startswith("\\") else "",
        unit is None,
        end,
    )


def _is_name_part(text: str, start: int, unit: str | None) -> bool:
    """Say whether a sign glues the number to a name: "Avg@4", "GPT-4 and", "GPT-5.2"."""
    before = text[max(0, start - 2) : start]
    return before[-1:] == "@" or (unit is None and before[-1:] == "-" and before[:1].isalpha())


def _unit(written: str | None) -> str | None:
    if not written:
        return None
    bare = written.strip(" ~$\\-{}").replace("\\", "")
    lowered = bare.casefold()
    if lowered.startswith("%") and len(lowered) > 2:
        return POINTS
    if lowered.startswith(("%", "percent")) and "point" not in lowered:
        return PERCENT
    if "point" in lowered or lowered in {"pt", "pts"}:
        return POINTS
    if lowered == "pp":
        return "pp"
    if lowered in {"x", "×", "times", "fold"}:
        return TIMES
    return bare
