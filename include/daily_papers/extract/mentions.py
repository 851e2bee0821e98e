"""Name each benchmark and dataset of a paper once: as written, canonical, role, split.

Vocabulary first, then names it does not have; places of one name are one record.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from daily_papers.extract import benchmarks, introduced, lists, names, roles, unseen
from daily_papers.extract.records import BenchmarkRecord, Evidence, Field
from daily_papers.extract.words import Text

_SEPARATORS = re.compile(r"[^\w+]|_")
# "test-clean" is another split than "test"; "test-time" is none, and "test-set" is "test".
_SPLIT = (
    r"(?P<split>(?:test|dev|val)-(?:clean|other|std|dev|hard|easy|mini|full|challenge|seen|unseen)"
    r"|val(?:idation)?|test|dev|train|minival|testmini)(?!\w|-(?!sets?\b))"
)
_SPLIT_AFTER = re.compile(rf"[ -]{_SPLIT}(?!\s+cases?)", re.IGNORECASE)
_SPLIT_BEFORE = re.compile(
    rf"\b{_SPLIT}(?:(?<=-clean)|(?<=-other)|\s(?:splits?|sets?|subsets?))\sof\s(?:the\s)?$",
    re.IGNORECASE,
)
_NEXT_SPLIT = re.compile(rf"\s?(?:/|and|&)\s?{_SPLIT}", re.IGNORECASE)
_ACRONYM_AFTER = re.compile(r"\s?\(([^\W_][\w+^*-]{1,20})\)")
_VERSION_AFTER = re.compile(r"(?:[ -]v\d+(?:\.\d+)*| \d\.\d(?=[ ,.;)]))(?![\w%]|\.\d| ?%)")
_YEAR_AFTER = re.compile(r"(?:/(?:20)?[12]\d|[-–]20[12]\d)(?![\w%/.]|\.\d)")
# "SemEval-2026 Task 8" is one of many; "RefCOCO/+/g" are three in one name.
_PART_AFTER = re.compile(r"[ ~]Task[ ~]\d+(?!\w)|/\+(?:/g)?(?![\w/])|_\{[\w-]{1,12}\}")
# "STARE (Spatial Transformations and Reasoning Evaluation)"
_LONG_AFTER = re.compile(r"\s?\(([^\W_][^()]{6,100})\)")
_CUT_AT_DOT = re.compile(r"\.\d[\w.+-]*(?<![.+-])")
_OF_BENCHMARKS = re.compile(
    r"(?i)bench|data|corp|eval|challenge|suite|test|exam|arena|quiz|assess|collection|questions|"
    r"leaderboard|olympiad|set\b|treebank|archive|atlas|database|cup\b|haystack|chat"
)
_LONG_BEFORE = re.compile(r"[\w'’-]+(?: [\w'’-]+){1,7}$")


class Place(NamedTuple):
    """One place where a benchmark is named."""

    field: Field
    start: int
    end: int
    key: str  # folded canonical name


class Named(NamedTuple):
    """A record and every place of its name."""

    record: BenchmarkRecord
    places: tuple[Place, ...]


class _Group:
    """The places of one name while they are collected."""

    def __init__(self, canonical: str, is_known: bool) -> None:
        self.canonical = canonical
        self.is_known = is_known
        self.is_introduced = False
        self.places: list[Place] = []


def fold(name: str) -> str:
    """Return the key under which the spellings of a name meet."""
    return _SEPARATORS.sub("", name.casefold())


def find_named(title: Text, abstract: Text) -> list[Named]:
    """Return the benchmarks of a paper in the order of their first place."""
    known = benchmarks.find_in(title, abstract)
    groups: dict[str, _Group] = {}
    taken: dict[Field, bytearray] = {
        "title": bytearray(len(title.text)),
        "abstract": bytearray(len(abstract.text)),
    }
    texts: dict[Field, Text] = {"title": title, "abstract": abstract}
    fresh = dict(zip(("title", "abstract"), unseen.find_unseen(title, abstract), strict=True))
    presented = [(field, one) for field in texts for one in fresh[field] if one.is_introduced]
    # A name that the text introduces is that name, whatever the vocabulary finds inside it.
    in_abstract = any(field == "abstract" for field, _ in presented)
    for field, one in presented:
        name = texts[field].text[one.start : one.end]
        if field == "title" and in_abstract and name.casefold() not in abstract.text.casefold():
            continue  # "Tests as Prompt: A Benchmark" whose abstract names another
        _add(groups, taken, texts[field], field, one.start, one.end, is_introduced=True)
    _add_title_places(groups, taken, title)
    for mention in known:
        if _overlaps(taken[mention.field], mention.start, mention.end):
            continue
        end = mention.end
        years = _YEAR_AFTER.match(texts[mention.field].text, end)
        if years is not None and mention.quote[-2:].isdigit():
            end = years.end()  # "AIME24/25"
        part = _PART_AFTER.match(texts[mention.field].text, end)
        end = part.end() if part is not None else end
        _take(taken[mention.field], mention.start, end)
        group = groups.setdefault(fold(mention.benchmark), _Group(mention.benchmark, True))
        group.canonical, group.is_known = mention.benchmark, True
        group.places.append(Place(mention.field, mention.start, end, fold(mention.benchmark)))
    for field, text in texts.items():
        for one in fresh[field]:
            if not one.is_introduced and one.is_sure:
                _add(groups, taken, text, field, one.start, one.end)
    _add_listed(groups, taken, texts)
    _add_repeats(groups, taken, texts)
    _join_acronyms(groups, texts)
    return _finish(groups, texts)


def _overlaps(taken: bytearray, start: int, end: int) -> bool:
    return any(taken[start:end])


def _take(taken: bytearray, start: int, end: int) -> None:
    taken[start:end] = b"\1" * (end - start)


def _add(
    groups: dict[str, _Group],
    taken: dict[Field, bytearray],
    text: Text,
    field: Field,
    start: int,
    end: int,
    *,
    is_introduced: bool = False,
) -> None:
    if _overlaps(taken[field], start, end) or end - start > 120:
        return
    _take(taken[field], start, end)
    cut = _CUT_AT_DOT.match(text.text, end)
    if cut is not None and text.text[end - 1].isdigit():
        end = cut.end()  # "CoDA-1.7B-Instruct"
        if names.is_excluded(text.text[start:end]):
            return
    version = _VERSION_AFTER.match(text.text, end)
    if version is not None and text.text[end - 1] != ")":
        end = version.end()
    part = _PART_AFTER.match(text.text, end)
    end = part.end() if part is not None else end
    end -= len("^circ") if text.text[:end].endswith("^circ") else 0
    name = text.text[start:end]
    key = fold(_ACRONYM_AFTER.sub("", name)) or fold(name)
    canonical = benchmarks.canonical_name(key)
    if canonical is not None:
        key = fold(canonical)
    group = groups.setdefault(key, _Group(canonical or name, canonical is not None))
    group.is_introduced = group.is_introduced or is_introduced
    group.places.append(Place(field, start, end, key))


def _add_title_places(
    groups: dict[str, _Group], taken: dict[Field, bytearray], title: Text
) -> None:
    """Find the long names that the abstract introduces in the title, however cased."""
    for key, group in groups.items():
        canonical = _ACRONYM_AFTER.sub("", group.canonical)
        parts = re.findall(r"[^\s-]+", canonical)
        if len(parts) < 3 or len(canonical) > 100:
            continue
        pattern = r"[\s-]".join(map(re.escape, parts))
        match = re.search(rf"(?<!\w){pattern}(?!\w)", title.text, re.IGNORECASE)
        if match is not None and not _overlaps(taken["title"], *match.span()):
            _take(taken["title"], *match.span())
            group.places.append(Place("title", *match.span(), key))


def _add_listed(
    groups: dict[str, _Group], taken: dict[Field, bytearray], texts: dict[Field, Text]
) -> None:
    for group in list(groups.values()):
        for place in group.places[:20]:
            if place.field == "title":
                continue
            for one in lists.extend_list(texts[place.field], place.start, place.end):
                _add(groups, taken, texts[place.field], place.field, one.start, one.end)


def _add_repeats(
    groups: dict[str, _Group], taken: dict[Field, bytearray], texts: dict[Field, Text]
) -> None:
    """Find the other places of names that are not in the vocabulary."""
    wanted: dict[str, str] = {}
    for key, group in groups.items():
        for place in group.places:
            name = texts[place.field].text[place.start : place.end]
            acronym = _ACRONYM_AFTER.search(name)
            if acronym is not None:
                wanted[acronym[1]] = key
                name = name[: acronym.start()]
            if names.is_name(name.split(" ")[0]) or " " in name:
                wanted[name] = key
    for field, text in texts.items():
        for start, name in sorted(_occurrences(text, wanted)):
            end = start + len(name)
            if not _overlaps(taken[field], start, end):
                _take(taken[field], start, end)
                groups[wanted[name]].places.append(Place(field, start, end, wanted[name]))


def _occurrences(text: Text, wanted: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield where a name is a whole word of the text."""
    for name in wanted:
        start = text.text.find(name) if name else -1
        while start >= 0:
            number = text.word_at(start)
            is_start = number >= 0 and text.words.starts[number] == start
            if is_start and text.words.texts[number] in {name, f"{name}'s", f"{name}’s"}:
                yield start, name
            start = text.text.find(name, start + 1)


def _join_acronyms(groups: dict[str, _Group], texts: dict[Field, Text]) -> None:
    """Write "Long Name (LN)" where a name's short form stands in brackets after the long."""
    for key, group in groups.items():
        for number, place in enumerate(group.places):
            text = texts[place.field].text
            expanded = _LONG_AFTER.match(text, place.end)
            if expanded is not None and _is_long_form(expanded[1], text[place.start : place.end]):
                group.places[number] = Place(place.field, place.start, expanded.end(), key)
                continue
            if text[place.end : place.end + 1] != ")" or text[place.start - 1 : place.start] != "(":
                after = _ACRONYM_AFTER.match(text, place.end)
                name = text[place.start : place.end]
                if after is not None and re.search(r"[ -]", name) and _is_acronym(after[1], name):
                    group.places[number] = Place(place.field, place.start, after.end(), key)
                continue
            long = _LONG_BEFORE.search(text[max(0, place.start - 100) : place.start - 1].rstrip())
            if long is None:
                continue
            start = _long_start(long[0], text[place.start : place.end])
            if start is not None:
                stripped = text[: place.start - 1].rstrip()
                begin = len(stripped) - len(long[0]) + start
                group.places[number] = Place(place.field, begin, place.end + 1, key)
    _absorb_acronyms(groups, texts)
    for key, group in list(groups.items()):
        if group.is_known or group.is_introduced:
            continue
        if _is_problem(group, texts) or _is_concept(group, texts):
            del groups[key]


def _is_concept(group: _Group, texts: dict[Field, Text]) -> bool:
    """Say whether the text explains a short name as something else: "visual odometry (VO)"."""
    name = group.canonical
    if len(name) > 6 or not (name.isalpha() and name.isupper()):
        return False
    text = texts["abstract"].text
    for bracket in (f"({name})", f"({name}s)"):
        start = text.find(bracket)
        if start < 0:
            continue
        words = re.findall(r"[^\s-]+", text[max(0, start - 80) : start])[-len(name) :]
        initials = "".join(word[0] for word in words)
        if initials.casefold() == name.casefold():
            return _OF_BENCHMARKS.search(" ".join(words)) is None
    return False


def _is_problem(group: _Group, texts: dict[Field, Text]) -> bool:
    """Say whether the long form is a problem's: "Referring Object Segmentation (ROS)"."""
    for place in group.places:
        name = texts[place.field].text[place.start : place.end]
        acronym = _ACRONYM_AFTER.search(name)
        if acronym is not None and names.is_problem(name[: acronym.start()]):
            return True
    return False


def _absorb_acronyms(groups: dict[str, _Group], texts: dict[Field, Text]) -> None:
    """Make one name of a long form and its acronym that were found apart."""
    covered: dict[tuple[Field, int], str] = {}  # by character: the name that ends in a bracket
    for key, group in groups.items():
        for field, start, end, _ in group.places:
            if texts[field].text[end - 1] == ")":
                for offset in range(start, end):
                    covered.setdefault((field, offset), key)
    if not covered:
        return
    for key, group in list(groups.items()):
        inside = {
            place: outer
            for place in group.places
            if (outer := covered.get((place.field, place.start), key)) != key
            and covered.get((place.field, place.end - 1)) == outer
        }
        longer = groups.get(next(iter(inside.values()), ""))
        if longer is None:
            continue
        if _is_within(texts, next(iter(inside)), longer):
            # "V-NIAH (Visual Needle-In-A-Haystack)": a word of the long form
            group.places = [place for place in group.places if place not in inside]
            if not group.places:
                del groups[key]
            continue
        del groups[key]
        longer.is_introduced = longer.is_introduced or group.is_introduced
        if group.is_known and not longer.is_known:
            longer.canonical, longer.is_known = group.canonical, True
        outer = next(iter(inside.values()))
        longer.places += [p._replace(key=outer) for p in group.places if p not in inside]


def _is_within(texts: dict[Field, Text], place: Place, longer: _Group) -> bool:
    """Say whether a place is neither the start of the longer name nor all of its bracket."""
    text = texts[place.field].text
    is_bracket = (
        text[place.start - 1 : place.start] == "(" and text[place.end : place.end + 1] == ")"
    )
    starts = {one.start for one in longer.places if one.field == place.field}
    return not is_bracket and place.start not in starts


def _is_long_form(long: str, short: str) -> bool:
    """Say whether the capitals of a long form stand in a short one, in order: E, R, A in EduRA."""
    capitals = [word[0].casefold() for word in re.split(r"[\s-]+", long) if word[:1].isupper()]
    if len(capitals) < 2 or " " in short.strip() or len(long) <= len(short):
        return False
    letters = iter(short.casefold())
    return short[0].casefold() == long[0].casefold() and all(one in letters for one in capitals)


def _is_acronym(short: str, long: str) -> bool:
    initials = "".join(word[0] for word in re.split(r"[\s-]+", long) if word)
    letters = [letter for letter in short if letter.isupper()]
    return len(letters) > 1 and letters[0].casefold() == initials[:1].casefold()


def _long_start(before: str, short: str) -> int | None:
    """Return where the long form of an acronym starts in the words before it."""
    letters = [letter.casefold() for letter in short if letter.isalpha() and letter.isupper()]
    if len(letters) < 3:
        return None
    words = [(match[0], match.start()) for match in re.finditer(r"[^\s-]+", before)]
    position = len(letters) - 1
    for word, start in reversed(words):
        if position < 0:
            break
        if word[0].casefold() == letters[position] and word[0].isupper():
            if position == 0:
                return start
            position -= 1
        elif word[0].isupper():
            return None
    return None


def split_beside(text: str, start: int, end: int) -> str | None:
    """Return the split in "NAME val", "on the test split of NAME"; none of "NAME val/test"."""
    found = _SPLIT_AFTER.match(text, end) or _SPLIT_BEFORE.search(text, max(0, start - 40), start)
    if found is None or _NEXT_SPLIT.match(text, found.end()) is not None:
        return None
    return found["split"].casefold()


def _introduce_presented(groups: dict[str, _Group], texts: dict[Field, Text]) -> None:
    """Mark the names that stand right after "we introduce"; drop what is so called a method."""
    for key, group in list(groups.items()):
        if group.is_introduced:
            continue
        spans = [(texts[one.field], one.start, one.end) for one in group.places[:20]]
        if any(introduced.is_method(*span) for span in spans):
            del groups[key]
        else:
            group.is_introduced = any(introduced.is_presented(*span) for span in spans)


def _finish(groups: dict[str, _Group], texts: dict[Field, Text]) -> list[Named]:
    _introduce_presented(groups, texts)
    introduces = any(group.is_introduced for group in groups.values())
    found = []
    for group in groups.values():
        places = sorted(group.places, key=lambda p: (p.field != "title", p.start, -p.end))
        longest = max(places, key=lambda p: (p.end - p.start, p.field != "title", -p.start))
        first = places[0]
        # the long form with its acronym, else the first place
        chosen = longest if texts[longest.field].text[longest.end - 1] == ")" else first
        text = texts[chosen.field]
        start, end, quote = text.cut(chosen.start, chosen.end)
        split = next(
            (
                told
                for place in places
                if (told := split_beside(texts[place.field].text, place.start, place.end))
            ),
            None,
        )
        role = roles.role_of(
            [(texts[p.field], p.field, p.start, p.end) for p in places],
            is_introduced=group.is_introduced,
            introduces=introduces,
        )
        bare = _LONG_AFTER.sub("", _ACRONYM_AFTER.sub("", text.text[chosen.start : chosen.end]))
        canonical = group.canonical if group.is_known else bare
        record = BenchmarkRecord(
            quote,
            canonical,
            group.is_known,
            role,
            split,
            Evidence(chosen.field, start, end, quote),
        )
        found.append((first.field != "title", first.start, Named(record, tuple(places))))
    return [named for _, _, named in sorted(found, key=lambda item: item[:2])]
