"""The shape of a list of entries: which fields, of which types, in how many entries.

Pure and generic: it knows no source. Works by column, not by entry (one pass over the
values of each field, most of it in C): all 14,219 real entries take a third of a second.

A path names a field by its keys ("paper.githubRepo"); "[]" stands for the elements of a
list ("paper.authors[].name"), alone for the entries themselves; "*" for the values of an
object whose keys are data. A count is one of entries, or below a list of its elements.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from json.encoder import encode_basestring
from math import log
from operator import itemgetter
from typing import Any, Final, NamedTuple

ENTRY: Final = "[]"  # path of the entry itself

_TYPES: Final[Mapping[type, str]] = {
    dict: "object",
    list: "array",
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
}
_EXAMPLE_LENGTH = 60
_MAX_KEYS = 200  # an object with more different keys is a map: its keys are data
_MAX_ROWS = 2000  # of one profile; the real ones have up to 82
_LOG_OF_A_MILLIONTH = -14.0
_PROSE = ("summary", "abstract")  # a field named so is never quoted


class Shape(NamedTuple):
    """One field with one type. Grain: (path, type)."""

    path: str
    parent: str  # path of what holds it; of an entry: ""
    type: str  # as JSON Schema calls it
    entry_count: int  # entries that have it with this type
    possible_count: int  # entries that could have it: their parent is there and an object
    example: str  # short JSON; keys of an object; never prose


class KnownField(NamedTuple):
    """What is known of a field."""

    use: str  # "used" or "ignored"
    type: str
    is_always: bool  # there whenever its parent is an object, from `since` on
    since: date = date.min  # listing day from which on; date.min: as old as the data


class Drift(NamedTuple):
    """Where a profile differs from what is known or usual.

    Kind: new_field, type, missing or vanished_field.
    """

    kind: str
    path: str
    text: str


def profile(entries: list[Any]) -> list[Shape]:
    """Return the shape of some entries, sorted by path and type.

    The order of entries and of keys does not matter. Never fails on what JSON can hold.
    """
    rows: list[Shape] = []
    queue: list[tuple[str, str, list[Any], int]] = [(ENTRY, "", entries, len(entries))]
    for path, parent, values, possible in queue:  # grows: level by level
        if len(rows) >= _MAX_ROWS:
            break
        kinds = set(map(type, values))
        for kind in kinds:
            own: list[Any] = values if len(kinds) == 1 else [v for v in values if type(v) is kind]
            if kind is dict:
                keys = Counter(chain.from_iterable(own))
                example = _shorten(f"{{{', '.join(sorted(keys))}}}")
                queue += _split_objects("" if path == ENTRY else f"{path}.", path, own, keys)
            elif kind is list:
                example = "[]"
                elements = list(chain.from_iterable(own))
                if elements:
                    example = f"[{len(elements)} elements in all]"
                    queue.append((f"{path}[]", path, elements, len(elements)))
            else:
                example = _show(path, own)
            rows.append(Shape(path, parent, _TYPES[kind], len(own), possible, example))
    return sorted(rows)


def find_drift(
    shapes: Iterable[Shape],
    known: Mapping[str, KnownField],
    day: date,
    name_lacking: Callable[[str], str | None] | None = None,
) -> list[Drift]:
    """Hold a profile against what is known of the source; sorted by path.

    A field inside one that is new itself is no finding of its own.

    Args:
        shapes: what `profile` returned.
        known: path -> what is known.
        day: the listing date, for fields that every entry has only since some day.
        name_lacking: names an entry that lacks a field, as example.
    """
    found: list[Drift] = []
    present: Counter[str] = Counter()
    objects: dict[str, int] = {}
    shapes = list(shapes)
    elements = {s.parent: s.example for s in shapes if s.path.endswith("[]")}
    for shape in shapes:
        path = shape.path
        present[path] += shape.entry_count
        if shape.type == "object":
            objects[path] = shape.entry_count
        field = known.get(path)
        seen = f"{shape.entry_count} of {shape.possible_count} {_name_unit(path)}"
        example = f", e.g. {elements.get(path) or shape.example}"
        if field is None:
            if shape.parent == "" or shape.parent in known:
                text = f"new field {path} ({shape.type}) in {seen}{example}"
                found.append(Drift("new_field", path, text))
        elif shape.type != field.type:
            text = f"{path} is {shape.type} in {seen}, expected {field.type}{example}"
            found.append(Drift("type", path, text))
    for path, field in known.items():
        if not field.is_always or path == ENTRY:
            continue
        possible = objects.get(parent_of(path), 0)
        if possible > present[path] and day >= field.since:
            missing = possible - present[path]
            text = f"{path} missing in {missing} of {possible} {_name_unit(path)}"
            if name_lacking and (name := name_lacking(path)):
                text += f", e.g. of {name}"
            found.append(Drift("missing", path, text))
    return sorted(found, key=itemgetter(1, 0, 2))


def find_vanished(shapes: list[Shape], earlier: Sequence[list[Shape]]) -> list[Drift]:
    """Find fields that many entries of the days before had and now none has, sorted by path.

    That by chance all entries lack a field of its usual share is to be less likely than
    one in a million. A field inside one that is gone itself is no finding of its own.

    Args:
        shapes: what `profile` returned.
        earlier: the same of some days before, oldest first.
    """
    present, objects = _count_fields(shapes)
    usual: Counter[str] = Counter()
    possible: Counter[str] = Counter()
    last_seen: dict[str, Shape] = {}
    for day in earlier:
        last_seen |= {shape.path: shape for shape in day if not shape.path.endswith("[]")}
    for day in earlier:
        had, had_objects = _count_fields(day)
        for path, shape in last_seen.items():
            usual[path] += had[path]
            possible[path] += had_objects[shape.parent]
    found = []
    for path, shape in last_seen.items():
        # below a list only entries are independent: the authors of one paper are alike
        weight = min(objects[shape.parent], objects[ENTRY])
        share = usual[path] / possible[path] if possible[path] else 0.0
        if present[path] or weight * log(1 - min(share, 0.999)) > _LOG_OF_A_MILLIONTH:
            continue
        text = (
            f"{path} is gone: none of {objects[shape.parent]} {_name_unit(path)} has it, "
            f"{share:.0%} had it before, e.g. {shape.example}"
        )
        found.append(Drift("vanished_field", path, text))
    return sorted(found, key=itemgetter(1))


def _count_fields(shapes: list[Shape]) -> tuple[Counter[str], Counter[str]]:
    """Return how often each field is there, and how often as an object."""
    present: Counter[str] = Counter()
    objects: Counter[str] = Counter()
    for shape in shapes:
        present[shape.path] += shape.entry_count
        if shape.type == "object":
            objects[shape.path] += shape.entry_count
    return present, objects


def find_lacking(entries: list[Any], path: str) -> list[Any]:
    """Return the entries in which a field is missing that could be there."""
    keys = path.split(".")
    return [entry for entry in entries if _lacks(entry, keys)]


def _lacks(value: Any, keys: list[str]) -> bool:
    name = keys[0].removesuffix("[]")
    if not isinstance(value, dict):
        return False
    if name not in value:
        return len(keys) == 1
    inner = value[name]
    elements = inner if keys[0].endswith("[]") and isinstance(inner, list) else [inner]
    return len(keys) > 1 and any(_lacks(element, keys[1:]) for element in elements)


def parent_of(path: str) -> str:
    """Return the path of what holds a field: "paper.authors[]" of "paper.authors[].name"."""
    head, dot, _ = path.rpartition(".")
    if path.endswith("[]"):
        return path.removesuffix("[]")
    return head if dot else ENTRY


def _split_objects(
    prefix: str, parent: str, objects: list[Any], keys: Counter[str]
) -> Iterable[tuple[str, str, list[Any], int]]:
    possible = len(objects)
    if len(keys) > _MAX_KEYS:
        values = [value for item in objects for value in item.values()]
        return [(f"{prefix}*", parent, values, len(values))]
    return [
        (
            prefix + _name(key),
            parent,
            list(map(itemgetter(key), objects))
            if keys[key] == possible
            else [item[key] for item in objects if key in item],
            possible,
        )
        for key in sorted(keys)
    ]


def _name(key: str) -> str:
    """Return a key as part of a path; quoted where it could be read as more than one."""
    if key.isidentifier() and key.isascii():
        return key
    text = json.dumps(key).replace(".", "\\u002e")
    if len(text) > _EXAMPLE_LENGTH:  # two long keys may begin alike
        text = f"{text[: _EXAMPLE_LENGTH - 20]}…{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    return text


def _name_unit(path: str) -> str:
    return "elements" if "[]" in path.removeprefix(ENTRY) else "entries"


def _show(path: str, values: list[Any]) -> str:
    """Return the least value as JSON; of prose only its length."""
    first = values[0]
    if type(first) is not str:
        if first is None:
            return "null"
        # NaN has no place in an order
        least = min(values, key=repr) if type(first) is float else min(values)
        return _shorten(str(least).lower())
    text: str = min(values)
    is_prose = len(text) > _EXAMPLE_LENGTH and " " in text
    if is_prose or any(word in path for word in _PROSE):
        return f"text of {len(text)} characters"
    return _shorten(encode_basestring(text[:_EXAMPLE_LENGTH]))


def _shorten(text: str) -> str:
    if len(text) > _EXAMPLE_LENGTH:
        text = f"{text[: _EXAMPLE_LENGTH - 1]}…"
    if text.isascii():
        return text
    # half of a surrogate pair cannot be stored as UTF-8
    return text.encode("utf-8", "backslashreplace").decode()
