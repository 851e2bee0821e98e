"""Metrics by name and alias, and whether lower is better."""

import csv
import re
from functools import cache
from importlib import resources
from typing import NamedTuple

_LETTERS = re.compile(r"[^\W\d_]+")
_ASCII_LETTERS = re.compile(r"[A-Za-z]+")
_INSIDE = frozenset("-_0123456789@")


class Metric(NamedTuple):
    """One metric."""

    name: str
    lower_is_better: bool


@cache
def _load() -> tuple[dict[str, Metric], dict[str, Metric], re.Pattern[str], frozenset[str]]:
    exact: dict[str, Metric] = {}
    folded: dict[str, Metric] = {}
    path = resources.files("daily_papers.extract") / "data" / "metrics.csv"
    with path.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            metric = Metric(row["name"], row["lower_is_better"] == "true")
            for name in [row["name"], *row["aliases"].split("|")]:
                if name:
                    exact.setdefault(name, metric)
                    if name.isupper() and len(name) > 2 and not name.endswith("S"):
                        exact.setdefault(f"{name}s", metric)  # "FIDs of 1.01 and 1.25"
                    if len(name) > 4 and name.islower():
                        folded.setdefault(name, metric)
                        if name.endswith(("rate", "score", "error", "cost")):
                            folded.setdefault(f"{name}s", metric)
    names = sorted({*exact, *folded}, key=lambda name: (-len(name), name))
    pattern = "|".join(
        re.escape(name) if name not in folded else f"(?i:{re.escape(name)})" for name in names
    )
    firsts = frozenset(match[0].casefold() for name in names if (match := _LETTERS.match(name)))
    return exact, folded, re.compile(rf"(?:{pattern})(?![\w@])"), firsts


def find_metrics(text: str, start: int, end: int) -> list[tuple[int, int, Metric]]:
    """Return the metrics that stand in text[start:end]."""
    exact, folded, pattern, firsts = _load()
    found: list[tuple[int, int, Metric]] = []
    letters = _ASCII_LETTERS if text.isascii() else _LETTERS
    for word in letters.finditer(text, start, end):
        # 250 alternatives are tried only where a metric can start
        if word[0].casefold() not in firsts or (found and word.start() < found[-1][1]):
            continue
        if text[word.start() - 1 : word.start()] in _INSIDE and word.start() > 0:
            continue
        match = pattern.match(text, word.start(), end)
        if match is not None:
            metric = exact.get(match[0]) or folded[match[0].lower()]
            found.append((match.start(), match.end(), metric))
    return found
