"""Turn the numbers of an abstract into claims: benchmark, split, metric, kind, owner."""

import functools
import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from operator import itemgetter

from daily_papers.extract import names, owners, results
from daily_papers.extract.mentions import Named, split_beside
from daily_papers.extract.numbers import TIMES, Number, find_numbers
from daily_papers.extract.records import BenchmarkRecord, ClaimRecord, Evidence, Field
from daily_papers.extract.words import Text, read_text

_OWN_VOICE = re.compile(
    r"\b(?:we|our|this (?:paper|work|study|report|thesis)|propos\w+|"
    r"introduc\w+|present\w*|experiments?|results?|evaluations?)\b",
)
_ON = re.compile(
    r"[^.;]{0,45}?\b(?:on|in|for|over|across)\s(?:the\s|both\s|our\s|average on\s)?"
    r"(?:challenging\s|popular\s|proposed\s|new\s|introduced\s|"
    r"(?:(?!and\b|with\b|from\b|using\b|than\b|over\b|to\b|by\b|of\b|for\b|on\b)"
    r"[a-z-]+\s){1,4}(?:task|benchmark|dataset|suite)s?\s)?(?:\\\w+\{|[\"“(])?$"
)
# "(84.4%) on A" and "(84.4) mIoU on A" are of A, "(84.4%) and is tested on A" is not, nor is
# "84.4% and on A, 51.1%"
_CLOSED = re.compile(
    r"[^()]{0,80}\)(?!\s?[\])}\"”]?\s?(?:(?!(?:and|but|or|which|that|while|with|is|as|\w+ing)\b)"
    r"[\w@-]+\s){0,2}(?:on|in|for|over|across)\s)"
)
_AND_ON = re.compile(r"\b(?:and|while)\s(?:on|in|for|over|across)\s(?:the\s)?$")
_AVERAGE = re.compile(r"\b(?:average|averaged|mean)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"\b(?:benchmarks|datasets|tasks|suites|domains|settings|domains)\b")
_IN_ROW = re.compile(
    r"[\s,/\\$()]*(?:(?!from|to|achiev|reach|attain|while|with|scor|whereas|"
    r"yield|maintain|retain|than|at)[\w()@*/-]+[\s,]+){0,6}"
    r"(?:and |or |to |[-–]{1,2} ?)?(?:up to |by |on |over |a |about |more than |nearly |an |"
    r"average |of |only |just |another |around |at least )*"
)
_METRIC_AND = re.compile(r"\s*(?:[A-Z][\w@^-]*\s+){0,2}(?:and|,|/|to|[-–]{1,2}|or)\s*")
_PLAIN_AND = re.compile(r"\s?(?:[,/]|[-–—]{1,2})?\s?(?:and\s)?\+?")
_ARROW_AFTER = re.compile(r"\s*\$?\s*(?:→|\\?rightarrow|->)")
_CONTRAST = re.compile(
    r"[;:(]|\b(?:while|whereas|but|than|compar|contrast|oppos|versus|vs|from|over|by|surpass|outperform|exceed|beat|only|"
    r"human|baseline|against|prior|previous|below|above|behind)"
)
# "On X, ..." and ", and on X, ...": what follows is of X, also if X is no known benchmark
_OPENING = re.compile(
    r"(?:^|[.;,:]\s)(?:and\s|while\s|but\s)?[Oo]n\s(?:the\s)?(?P<name>[A-Z][\w-]*)"
    r"(?=,|\sfrom\b|\s(?:[a-z]+\s)?(?:benchmark|dataset|task)s?\b)"
)
_FIRST_OF_TWO = re.compile(r"(?:\s(?!for\b|in\b|with\b|on\b|by\b)[\w-]+){0,2},?\sand\s")
_LAST_OF_TWO = re.compile(r"\band\s(?:on\s|the\s)*$")
_ON_THIS = re.compile(
    r"\b[Oo]n (?P<which>this|our(?: new| proposed)?|the proposed|the new) (?:[\w-]+ ){0,3}?"
    r"(?:benchmark|dataset|test set|suite|corpus)\b(?! of\b)"
)
_TESTED = re.compile(r"\b(?:evaluat|experiment|test|validat|assess|benchmark(?:ed|ing)|using)")
_COSTS = frozenset({"latency", "throughput", "memory", "cost", "speedup", "MFU"})
_LEARNING = re.compile(r"(?:[Tt]rain|[Tt]un)(?:ed|ing)\b[^.;,]*$")
_GAIN_BESIDE = re.compile(r"(?:\s[\w-]+){0,6}\s\(")  # "72.7% probing accuracy (+1.1% over Tea)"
_VERSUS = re.compile(r"\s(?:vs\.?|versus)\s(?:only\s)?")  # "gFID 2.74 vs. 3.04"
_PAIR = re.compile(r"\s*(?:,|and|,\s?and|or|/)\s*")
_IN_LIST = re.compile(r"[\s,+\\$/]*(?:and\s*(?:the\s|on\s)?\+?)?")
_UNNAMED_AFTER = re.compile(r"[^.;,]{0,30}?\b(?:on|in|for|over|across)\s")
_FOR_OTHER = re.compile(r"\sfor\s(?:the\s)?(?P<name>[A-Z][\w.+-]*)")  # "13.7% for Tea"
_UNNAMED_TARGET = re.compile(r"\s(?:on|over|across)\s(?:the\s)?\w")
_OTHER_TARGET = re.compile(
    r"[^.;,]{0,30}?\bon\s(?:(?:the\s)?[A-Z]|our\s(?:\w+\s)?(?:test|dev|validation|held-out)\b)"
)
_TARGET = re.compile(r"\b(?:on|over|across)\s")
_SAME_ROW = re.compile(
    r"(?:\s\([^()]{1,20}\))?\s?(?:[-–—~,/]|--|to|and|or|,\sand)\s?(?:up to\s|\+)?(?:up to\s)?\+?"
)
_RESPECTIVELY_LATER = re.compile(r"[^.;]{0,120}?\brespectively\b")
_OVER_SEVERAL = re.compile(
    r"(?:(?!\band\b|\bwhile\b)(?:[^.;,\d]|\d(?=\w))){0,45}?\b(?:on|over|across)\s"
    r"(?:(?!and\b|on\b)[\w-]+\s){0,4}?"
    r"(?:benchmarks|datasets|tasks|suites|domains|languages)\b"
)
_ON_SEVERAL = re.compile(
    r"(?<!than )\b(?:[Oo]n|[Oo]ver|[Aa]cross)\s"
    r"(?:(?!and\b|on\b|existing\b|prior\b|previous\b)[\w-]+\s){0,4}?"
    r"(?:benchmarks|datasets)\b"
)
_SIZES = frozenset({"GB", "MB", "KB", "GiB"})
_OWN_NUMBER = re.compile(r"\s?[(:=]?\s?\+?\d")
_TO_GAP = re.compile(r"\s*(?:\([^()]{0,30}\)\s*)?to\s*\$?")
_FROM_TO = re.compile(
    r"\s*(?:\([^()]{0,40}\)|(?:on|for|with|in|at|of)\s[^.,;()]{1,40})?\s*\$?\s*"
    rf"(?:to|(?P<arrow>→|⟶|\\?rightarrow|->))\s*{owners.QUALIFIER}"
)
_NAMED_AT_ONCE = re.compile(r"(?:(?!\band\b)[^.,;]){0,20}?(?<!\band)\s(?:on|for|in)\s")
_SMALLER = re.compile(r"[\s-]*(?:fewer|less|smaller|cheaper)\b")
_BRACKET_AFTER = re.compile(r"(?:^|[\s,])(?P<name>[A-Z][\w.-]*) \(\+?$")
_BY_IN_BRACKET = re.compile(r"\((?:[^()]{0,40}\sand\s)?(?P<name>[A-Z][\w.-]*) by $")  # "(MIA by 7%"
_OPENS_CLAUSE = re.compile(r"(?:^|[.;,:]\s)(?:and\s|while\s)?[Oo]n\s(?:the\s)?$")
# "BENCHMARK (84.4", "BENCHMARK by over 7", "a BENCHMARK score of 0.79"
_BESIDE = re.compile(
    r"\s*(?:\(|:|=|by|from|of)\s*(?:[\w@| -]{0,12}[=:]\s*)?\+?(?:up to |over |more than |nearly )?"
    r"|\s(?:scores?|accuracy|success rate|pass rate|performance)\s(?:of|from|to|by)\s"
)
_NEXT_ITEM = re.compile(r"[,;]\s(?:and\s)?\((?:\d|[ivx]{1,3}|[a-d])\)\s")  # "on X, (2) reduces ..."
_QUOTE_REACH = 70
# Begins with a set of characters, not a word boundary: that is searched for much faster.
_PROPOSED = re.compile(
    r"[Wwp](?<!\w.)(?:(?<=[Ww])e|(?<=p)aper|(?<=w)ork)\s(?:\w+ly\s|also\s)?(?:propose|introduce|present|develop)s?\s"
    r"(?P<name>[^\s,.;:()]+(?:\s[^\s,.;:()]+){0,7}?)(?:\s\((?P<short>[\w+-]{2,20})\)|[,.;:]|\s)"
)
_start_of = itemgetter(0)
_Place = tuple[int, int, BenchmarkRecord]
_Carried = tuple[int, BenchmarkRecord, str]  # of the sentence before: end, benchmark, unit


def find_claims(
    field: Field, text: Text, named: Sequence[Named], own_names: Sequence[str] = ()
) -> list[ClaimRecord]:
    """Return the claims of a field in the order of its text.

    Args:
        field: title or abstract.
        text: its words.
        named: the paper's benchmarks, wherever they stand.
        own_names: what the title calls the paper's own work.
    """
    numbers = find_numbers(text)
    if not numbers:
        return []
    places = sorted(
        (place.start, place.end, one.record)
        for one in named
        for place in one.places
        if place.field == field
    )
    introduced = [one.record for one in named if one.record.role == "introduced"]
    by_sentence = _judge_numbers(
        text,
        numbers,
        places,
        introduces=bool(introduced) or owners.presents_benchmark(text.lowered),
        own_names=[*own_names, *_proposed_names(text.text)],
        benchmark_names={read_text(one.record.name).text for one in named},
    )
    claims: list[ClaimRecord] = []
    one_name = {one.record.canonical: one.record for one in named}
    carried: _Carried | None = None
    for sentence, judged in by_sentence.items():
        found = _share_metric(text.text, _share_kind(text.text, judged))
        inside = [place for place in places if sentence[0] <= place[0] < sentence[1]]
        if inside:
            bound = _bind(text.text, sentence, found, inside)
        else:
            bound = _bind_unnamed(text, sentence, found, places, introduced, one_name, carried)
        told = {place[2].canonical for place in bound if place is not None}
        is_whole = len(one_name) == 1 and all(place is not None for place in bound)
        carried = (sentence[1], one_name[told.pop()], found[-1][0].unit) if is_whole else None
        for (number, result), benchmark in zip(found, bound, strict=True):
            claims.append(_claim(field, text, sentence, number, result, benchmark))
    return claims


def _judge_numbers(
    text: Text,
    numbers: Sequence[Number],
    places: Sequence[_Place],
    *,
    introduces: bool,
    own_names: Sequence[str],
    benchmark_names: Collection[str],
) -> dict[tuple[int, int], list[tuple[Number, results.Result]]]:
    """Return the numbers that are results, by sentence."""
    starts = [place[0] for place in places]
    own_from = _own_voice_from(text)
    own_names = [name for name in own_names if name not in benchmark_names]
    rejected: Number | None = None
    name_end = 0
    row: list[Number] = []  # numbers without a unit of which a next one may tell what they are
    by_sentence: dict[tuple[int, int], list[tuple[Number, results.Result]]] = {}
    for number in numbers:
        before = bisect_right(starts, number.start) - 1
        if before >= 0 and number.end <= places[before][1] + 2:
            name_end = number.end  # a part of a name
            continue
        if name_end and number.is_bare and _IN_LIST.fullmatch(text.text, name_end, number.start):
            name_end = number.end  # "TeaBench 1.0, 2.0"
            continue
        sentence = text.sentence_at(number.start)
        judge = functools.partial(
            results.judge,
            text.text,
            sentence=sentence,
            is_opening=sentence[1] <= own_from,
            introduces=introduces,
            own_names=own_names,
            benchmarks=benchmark_names,
        )
        result = judge(
            number,
            known_after=_named_after(text.text, number, places, sentence) is not None,
            known_before=before >= 0 and text.text[places[before][1] : number.start] == " (",
        )
        if result is None:
            result = _row_result(text.text, number, by_sentence.get(sentence))
        if result is not None and number.unit == TIMES and rejected is not None:
            gap = text.text[rejected.end : number.start]
            result = None if re.fullmatch(r"[\s,]*(?:and|or|to|-)?\s*", gap) else result
        rejected = number if result is None and number.unit == TIMES else None
        if result is None and number.is_bare and "." in number.value:
            row = [*row, number] if row and _is_next(text.text, row[-1], number) else [number]
            continue
        if result is not None:
            told = [number]
            if row and number.is_bare and _is_next(text.text, row[-1], number):
                told = [*row, number]
                result = judge(row[0], known_after=True) or result
            by_sentence.setdefault(sentence, []).extend((one, result) for one in told)
        row = []
    return by_sentence


def _proposed_names(abstract: str) -> list[str]:
    """Return the names in "we propose NAME", "this paper presents Long Name (NAME)"."""
    found = []
    for match in _PROPOSED.finditer(abstract):
        words = match["name"].split()
        if match["short"]:
            found.append(match["short"])
        elif words and names.is_name(words[0]):
            found.append(words[0])
    return found


def _is_next(text: str, left: Number, right: Number) -> bool:
    """Say whether two numbers stand in one row: "4.00 and 6.42 on A and B"."""
    return _PAIR.fullmatch(text, left.end, right.start) is not None


def _row_result(
    text: str, number: Number, before: Sequence[tuple[Number, results.Result]] | None
) -> results.Result | None:
    """Judge the second of "scores of 73.2 and 53.7" like the first; "from 63 to 92" ends at own."""
    if not before:
        return None
    gap = text[before[-1][0].end : number.start]
    if not (number.is_bare and before[-1][0].is_bare):
        is_row = gap.strip() == "/" and number.unit == before[-1][0].unit  # "by 7.8%/5.3%"
        return before[-1][1] if is_row else None
    if "." not in number.value:
        is_end = gap == " to " and "." not in before[-1][0].value and before[-1][1].owner == "other"
        return before[-1][1]._replace(owner="own") if is_end else None
    if _VERSUS.fullmatch(gap) is not None and before[-1][1].kind == "absolute":
        return before[-1][1]._replace(owner="other")
    return before[-1][1] if _PAIR.fullmatch(gap) is not None else None


def _share_kind(
    text: str, found: list[tuple[Number, results.Result]]
) -> list[tuple[Number, results.Result]]:
    """Give the members of one row one kind: "gains of 7.2% on A and 8.2% on B"."""
    shared = list(found)
    for index in range(1, len(shared)):
        (left, before), (right, after) = shared[index - 1], shared[index]
        gap = text[left.end : right.start]
        is_pair = left.unit == right.unit and len(gap) < 60
        is_same = is_pair and before.kind == after.kind == "absolute"
        is_first = _ARROW_AFTER.match(text, right.end) is not None  # "6.94 → 7.25"
        is_row = is_same and not is_first and _CONTRAST.search(gap) is None
        if is_row and before.owner == "own":
            shared[index] = right, after._replace(owner="own")
        if gap == " (" and before.kind == after.kind == "delta":  # "by 19.6% (46.8% relative)"
            shared[index] = right, after._replace(owner=before.owner)
        if not is_pair or before.kind == after.kind:
            continue
        if before.kind != "absolute" and after.kind == "absolute" and _IN_ROW.fullmatch(gap):
            shared[index] = right, after._replace(kind=before.kind, owner=before.owner)
        elif before.kind == "absolute" and before.owner == "own" and _METRIC_AND.fullmatch(gap):
            shared[index - 1] = left, before._replace(kind=after.kind)
    for index in range(len(shared) - 2, -1, -1):  # "A%, B% and C% improvements"
        (left, before), (right, after) = shared[index : index + 2]
        gap = text[left.end : right.start]
        is_row = left.unit == right.unit and _PLAIN_AND.fullmatch(gap) is not None
        if is_row and before.kind == "absolute" and before.owner == "own" and after.kind == "delta":
            shared[index] = left, before._replace(kind=after.kind)
    return shared


def _share_metric(
    text: str, found: list[tuple[Number, results.Result]]
) -> list[tuple[Number, results.Result]]:
    """Give both numbers of "accuracy from 45.1% to 52.3%" the metric that one has."""
    shared = list(found)
    for index in range(1, len(shared)):
        (left, before), (right, after) = shared[index - 1], shared[index]
        metric = before.metric or after.metric
        if metric is None or (before.metric and after.metric) or left.unit != right.unit:
            continue
        told = _FROM_TO.fullmatch(text, left.end, right.start)
        if told is None or not before.kind == after.kind == "absolute":
            continue
        is_from = owners.FROM.search(text, max(0, left.start - 40), left.start) is not None
        is_plain = told[0] == " to "
        if is_from or is_plain or told["arrow"] or (before.owner, after.owner) == ("other", "own"):
            shared[index - 1] = left, before._replace(metric=metric)
            shared[index] = right, after._replace(metric=metric)
    return shared


def _own_voice_from(text: Text) -> int:
    """Return where the paper starts to speak of itself; a short abstract does at once."""
    if len(text.sentences) < 4:
        return 0
    for start, end in text.sentences:
        if _OWN_VOICE.search(text.lowered, start, end) is not None:
            return start
    return 0


def _named_after(
    text: str, number: Number, places: Sequence[_Place], sentence: tuple[int, int]
) -> _Place | None:
    """Return the benchmark of "84.4% accuracy on BENCHMARK"."""
    following = bisect_left(places, number.end, key=_start_of)
    if following == len(places):
        return None
    place = places[following]
    gap = text[number.end : min(place[0], number.end + 61)]
    if gap == " " and not number.is_bare:
        return place  # "80.2% AndroidWorld, 48.5% OSWorld"
    if place[0] >= sentence[1] or len(gap) > 60 or re.search(r"\d\s?[%.\\]", gap):
        return None
    if not _leads_to(gap):
        return None
    is_average = _AVERAGE.search(text, max(0, number.start - 60), place[0]) is not None
    return None if is_average and _is_of_several(text, place, places) else place


def _leads_to(gap: str) -> bool:
    """Say whether what stands between a number and a benchmark ties the two."""
    return _ON.match(gap) is not None and not (_CLOSED.match(gap) or _AND_ON.search(gap))


def _is_of_several(text: str, first: _Place, places: Sequence[_Place]) -> bool:
    """Say whether a benchmark opens a list without numbers: "3.5% across A, B and C"."""
    end = first[1]
    following = bisect_left(places, end, key=_start_of)
    while following < len(places) and _IN_LIST.fullmatch(text, end, places[following][0]):
        end = places[following][1]
        following += 1
    return end > first[1] and _OWN_NUMBER.match(text, end) is None


def _bind(
    text: str,
    sentence: tuple[int, int],
    found: Sequence[tuple[Number, results.Result]],
    places: Sequence[_Place],
) -> list[_Place | None]:
    """Give each number its benchmark, or none where that is not clear."""
    if not places:
        return [None] * len(found)
    respective = _respective(text, found, places) or _one_of_two(text, found, places)
    if respective is not None:
        return respective
    distinct = {place[2].canonical for place in places}
    first = places[0][0]
    opens = _OPENS_CLAUSE.fullmatch(text[sentence[0] : first]) is not None  # "On A, it ..."
    bound: list[_Place | None] = []
    rows = _rows(text, found, places)
    name_ends = {place[1] for place in places}
    starts = {place[0] for place in places}
    previous_end = sentence[0]
    direct = _direct(text, sentence, found, places)
    # a benchmark that numbers of another kind are tied to may not be this one's
    tied = {told.kind for (_, told), one in zip(found, direct, strict=True) if one is not None}
    is_average = (
        _AVERAGE.search(text, *sentence) is not None
        and _SEVERAL.search(text, *sentence) is not None
    )
    on_several = _ON_SEVERAL.search(text, *sentence)
    several = on_several.start() if on_several is not None else sentence[1]
    for index, (number, result) in enumerate(found):
        place = rows.get(index) or direct[index]
        is_end = index > 0 and _TO_GAP.fullmatch(text, found[index - 1][0].end, number.start)
        is_at_once = _NAMED_AT_ONCE.match(text, number.end) is not None
        if is_end and bound[-1] is not None and not is_at_once:
            place = bound[-1]  # "on A from 16.4% to 40.0%, on B from 54.2%"
        elif is_end and is_at_once and place is not None:
            bound[-1] = place  # "from 50% to 57% on A"
        is_anothers = _is_anothers(text, number, result, name_ends)
        if place is None and _is_of_none(text, number, places, opens=opens):
            bound.append(None)
            previous_end = number.end
            continue
        if place is None and not is_anothers:
            place = _named_before(text, number, places, previous_end)
        if place is None and index and number.sign == "+" and text[number.start - 1] == "(":
            gap = text[found[index - 1][0].end : number.start]
            place = bound[-1] if len(gap) < 60 and _GAIN_BESIDE.fullmatch(gap) else None
        is_after = index > 0 and not is_anothers
        if place is None and is_after and _goes_on(text, found[index - 1], found[index], places):
            place = bound[-1]
        is_elsewhere = _has_other_target(text, number.end)
        is_taken = bool(tied) and result.kind not in tied
        if place is None and _opens_elsewhere(text, sentence[0], number, starts):
            bound.append(None)
            previous_end = number.end
            continue
        is_next = _NEXT_ITEM.search(text, places[0][1], number.start) is not None or (
            several < number.start and not _is_named(places, several, number.start)
        )  # "on ten benchmarks, it gains 7%"
        is_away = is_elsewhere or is_taken or is_anothers or is_next
        is_open = (
            len(distinct) == 1 and (not is_away or opens) and not _is_shut(text, number, first)
        )
        if place is None and is_open and number.unit != TIMES:
            place = None if is_average else places[0]
        bound.append(place)
        previous_end = number.end
    return bound


def _is_shut(text: str, number: Number, first: int) -> bool:
    """Say whether a number's bracket ends before the first benchmark: "(84.4%) and ... A"."""
    return first >= number.end and _CLOSED.match(text, number.end, first) is not None


def _direct(
    text: str,
    sentence: tuple[int, int],
    found: Sequence[tuple[Number, results.Result]],
    places: Sequence[_Place],
) -> list[_Place | None]:
    """Return by number the one benchmark of "84.4% on A", also of "2-5% on A"."""
    direct = [
        place if place is not None and not _is_of_several(text, place, places) else None
        for place in (_named_after(text, number, places, sentence) for number, _ in found)
    ]
    for index in range(len(found) - 2, -1, -1):
        if direct[index] is None and _is_row_of(text, found[index], found[index + 1]):
            direct[index] = direct[index + 1]  # "+6% (7B) / +7% (14B) on A"
    return direct


def _is_row_of(
    text: str, left: tuple[Number, results.Result], right: tuple[Number, results.Result]
) -> bool:
    """Say whether two numbers are told of one target: "2-5% on A", but not "..., respectively"."""
    is_alike = left[0].unit == right[0].unit and left[1].kind == right[1].kind
    is_alike = is_alike and left[1].owner == right[1].owner
    if not is_alike or _SAME_ROW.fullmatch(text, left[0].end, right[0].start) is None:
        return False
    return _RESPECTIVELY_LATER.match(text, right[0].end) is None


def _is_of_none(text: str, number: Number, places: Sequence[_Place], *, opens: bool) -> bool:
    """Say whether a number is a size, or "over six benchmarks" follows and names none of them."""
    if number.unit in _SIZES:
        return True
    told = None if opens else _OVER_SEVERAL.match(text, number.end)
    return told is not None and not _is_named(places, number.end, told.end())


def _is_named(places: Sequence[_Place], start: int, end: int) -> bool:
    """Say whether a place begins between two characters."""
    following = bisect_left(places, start, key=_start_of)
    return following < len(places) and places[following][0] < end


def _has_other_target(text: str, end: int) -> bool:
    """Say whether "on Tea" or "for Tea" follows a number; "for Tea-8B" is a model's number."""
    other = _OTHER_TARGET.match(text, end)
    if other is not None:
        closed = _CLOSED.match(text, end)
        return closed is None or closed.end() > other.end()
    target = _FOR_OTHER.match(text, end)
    return target is not None and not names.is_excluded(target["name"])


def _is_anothers(
    text: str, number: Number, result: results.Result, name_ends: Collection[int]
) -> bool:
    """Say whether "MIA (+7.6%" stands there, a name that is none of the paper's benchmarks."""
    first = max(0, number.start - 70)
    named = _BRACKET_AFTER.search(text, first, number.start) or _BY_IN_BRACKET.search(
        text, first, number.start
    )
    if named is None or not names.is_name(named["name"]) or names.is_excluded(named["name"]):
        return False
    is_metric = result.metric is not None and result.metric[0] <= named.start("name")
    return not is_metric and named.end("name") not in name_ends


def _rows(
    text: str, found: Sequence[tuple[Number, results.Result]], places: Sequence[_Place]
) -> dict[int, _Place]:
    """Read "18.7% and 11.9% on A and B" anywhere in a sentence: by the number's place."""
    read: dict[int, _Place] = {}
    first = 0
    row: list[_Place] = []  # of the names of the row before
    while first < len(found):
        last = first
        while last + 1 < len(found) and _IN_LIST.fullmatch(
            text, found[last][0].end, found[last + 1][0].start
        ):
            last += 1
        count = last - first + 1
        behind = bisect_left(places, found[last][0].end, key=_start_of)
        after = places[behind : behind + count]
        if (
            count > 1
            and len(after) == count
            and _leads_to(text[found[last][0].end : after[0][0]])
            and all(
                _IN_LIST.fullmatch(text, left[1], right[0])
                for left, right in itertools.pairwise(after)
            )
        ):
            read.update(zip(range(first, last + 1), after, strict=True))
            row = list(after)
        elif count > 1 and (named := _slashed(text, found[first : last + 1], places)):
            read.update(zip(range(first, last + 1), named, strict=True))
        elif (
            count == len(row)
            and row[-1][1] <= found[first][0].start
            and (behind == 0 or places[behind - 1] == row[-1])
            and not _has_other_target(text, found[last][0].end)
            and _UNNAMED_TARGET.match(text, found[last][0].end) is None
        ):  # "on A and B with Tea-8B, and 70.0% and 74.1% with Cup-7B"
            read.update(zip(range(first, last + 1), row, strict=True))
        first = last + 1
    return read


def _slashed(
    text: str, numbers: Sequence[tuple[Number, results.Result]], places: Sequence[_Place]
) -> list[_Place]:
    """Return the names of "A/B/C" for the numbers of "7.8%/5.3%/1.2%", the next ones if several."""

    def is_slashed(spans: Sequence[tuple[int, int]]) -> bool:
        return all(
            text[left[1] : right[0]].strip() == "/" for left, right in itertools.pairwise(spans)
        )

    count = len(numbers)
    if not is_slashed([(one.start, one.end) for one, _ in numbers]):
        return []
    runs = [
        list(places[first : first + count])
        for first in range(len(places) - count + 1)
        if is_slashed([place[:2] for place in places[first : first + count]])
    ]
    end = numbers[-1][0].end
    return next((run for run in runs if run[0][0] >= end), runs[-1] if runs else [])


def _goes_on(
    text: str,
    before: tuple[Number, results.Result],
    here: tuple[Number, results.Result],
    places: Sequence[_Place],
) -> bool:
    """Say whether a number is of its forerunner's benchmark: no other target in between."""
    left, right = before[0].end, here[0].start
    return (
        before[1].kind == here[1].kind
        and before[0].unit == here[0].unit
        and not any(left <= place[0] < right for place in places[:50])
        and _AVERAGE.search(text, left, right) is None
        and _UNNAMED_AFTER.match(text, here[0].end) is None
        and _TARGET.search(text, left, right) is None
    )


def _respective(
    text: str, found: Sequence[tuple[Number, results.Result]], places: Sequence[_Place]
) -> list[_Place | None] | None:
    """Read "7.2% and 8.2% on A and B": as many numbers in a row as names in a row."""
    if len(found) < 2 or len(found) != len(places):
        return None
    last_number, first_place = found[-1][0].end, places[0][0]
    if last_number > first_place and places[-1][1] > found[0][0].start:
        return None
    for (left, _), (right, _) in itertools.pairwise(found):
        if not re.fullmatch(r"[\s,+\\$/]*(?:and\s*\+?)?", text[left.end : right.start]):
            return None
    return list(places)


def _one_of_two(
    text: str, found: Sequence[tuple[Number, results.Result]], places: Sequence[_Place]
) -> list[_Place | None] | None:
    """Read "on A and in the field, it reaches 97.4% and 70.0%, respectively": the first is A's."""
    if (
        len(found) != 2
        or len(places) != 1
        or _RESPECTIVELY_LATER.match(text, found[1][0].end) is None
    ):
        return None
    start, end, _ = places[0]
    if _LAST_OF_TWO.search(text, max(0, start - 20), start) is not None:
        return [None, places[0]]
    return [places[0], None] if _FIRST_OF_TWO.match(text, end) is not None else None


def _bind_unnamed(
    text: Text,
    sentence: tuple[int, int],
    found: Sequence[tuple[Number, results.Result]],
    places: Sequence[_Place],
    introduced: Sequence[BenchmarkRecord],
    one_name: Mapping[str, BenchmarkRecord],
    carried: _Carried | None,
) -> list[_Place | None]:
    """Give the numbers of a sentence that names no benchmark the one it goes on about."""
    this = _this_benchmark(text.text, sentence, places)
    if this is not None:
        return [this if result.kind != "ratio" else None for _, result in found]
    bound: list[_Place | None] = [None] * len(found)
    if len(introduced) == 1 and all(result.owner == "other" for _, result in found):
        # what others score in a paper about one benchmark, they score on it
        is_score = any(result.metric for _, result in found) or any(
            results.is_reached(text.text, number.start) for number, _ in found
        )
        bound = [
            (-1, -1, introduced[0]) if result.kind == "absolute" and is_score else None
            for _, result in found
        ]
    is_carried = carried is not None and carried[0] == sentence[0]
    if carried is not None and is_carried and not any(bound) and not _opens(text.text, sentence):
        bound = [
            (-1, -1, carried[1])
            if result.kind == "absolute" and number.unit == carried[2]
            else None
            for number, result in found
        ]
    if any(bound):
        return bound
    tested = _tested_before(text, sentence, places, one_name)
    return [
        tested if tested is not None and _is_score(number, result) else None
        for number, result in found
    ]


def _tested_before(
    text: Text,
    sentence: tuple[int, int],
    places: Sequence[_Place],
    one_name: Mapping[str, BenchmarkRecord],
) -> _Place | None:
    """Return the paper's only benchmark where the sentence before says that it was tested on it.

    Not where the sentence has several benchmarks or a target of its own.
    """
    if len(one_name) != 1 or _SEVERAL.search(text.text, *sentence) is not None:
        return None
    if _TARGET.search(text.text, *sentence) is not None:
        return None
    first, last = text.sentence_at(max(0, sentence[0] - 1))
    if not any(first <= place[0] < last for place in places):
        return None
    record = next(iter(one_name.values()))
    is_tested = _TESTED.search(text.lowered, first, last) is not None or (
        record.role == "evaluated" and _TARGET.search(text.lowered, first, last) is not None
    )
    is_meant = is_tested and record.role in {"introduced", "evaluated"}
    return (-1, -1, record) if is_meant else None


def _is_score(number: Number, result: results.Result) -> bool:
    """Say whether a number can be a benchmark's score: no factor, time, memory or cost."""
    is_cost = result.metric is not None and result.metric[2].name in _COSTS
    return result.kind != "ratio" and number.unit in {"", "%", "points", "pp"} and not is_cost


def _this_benchmark(
    text: str, sentence: tuple[int, int], places: Sequence[_Place]
) -> _Place | None:
    """Return the benchmark that "on this benchmark, it reaches" speaks of: the last before it."""
    told = _ON_THIS.search(text, *sentence)
    if told is None or _LEARNING.search(text, max(sentence[0], told.start() - 40), told.start()):
        return None
    before = bisect_left(places, sentence[0], key=_start_of)
    if before == 0 or sentence[0] - places[before - 1][1] > 500:
        return None
    record = places[before - 1][2]
    is_meant = record.role == "introduced" or told["which"] == "this"
    return (-1, -1, record) if is_meant else None


def _opens(text: str, sentence: tuple[int, int]) -> bool:
    """Say whether a sentence begins with a target of its own: "On X, it reaches"."""
    return _OPENING.match(text[sentence[0] : min(sentence[1], sentence[0] + 60)]) is not None


def _opens_elsewhere(text: str, since: int, number: Number, starts: Collection[int]) -> bool:
    """Say whether the last "on X," before the number names no known benchmark."""
    opened = [*_OPENING.finditer(text, max(0, since - 2, number.start - 160), number.start)]
    if not opened or names.is_excluded(opened[-1]["name"]):
        return False  # "on Qwen3-8B, it reaches": a model is no target
    return opened[-1].start("name") not in starts


def _named_before(text: str, number: Number, places: Sequence[_Place], since: int) -> _Place | None:
    """Return the benchmark of "On BENCHMARK, it reaches 84.4%" or "BENCHMARK (84.4%)"."""
    first = bisect_left(places, since, key=_start_of)
    before = places[first : bisect_left(places, number.start, key=_start_of)]
    if not before:
        return None
    nearest = before[-1]
    gap = text[nearest[1] : number.start]
    if _NEXT_ITEM.search(gap) is not None:
        return None
    if _BESIDE.fullmatch(gap) is not None:
        return nearest
    opens = _OPENS_CLAUSE.search(text[max(0, nearest[0] - 12) : nearest[0]]) is not None
    if number.unit == TIMES and (not opens or _SMALLER.match(text, number.end)):
        return None  # a factor of cost or speed is seldom the benchmark's
    is_elsewhere = _UNNAMED_TARGET.match(text, number.end) is not None
    if not opens and (is_elsewhere or _has_other_target(text, number.end)):
        return None  # "92.8% on A and 82.5 on the speech task B"
    if (len(before) == 1 or opens) and len(gap) < 90 and not _AVERAGE.search(gap):
        return nearest
    return None


def _claim(
    field: Field,
    text: Text,
    sentence: tuple[int, int],
    number: Number,
    result: results.Result,
    place: _Place | None,
) -> ClaimRecord:
    start, end = number.start, number.end
    spans = [result.metric[:2]] if result.metric else []
    if place is not None:
        spans.append(place[:2])
    for left, right in spans:
        if left >= sentence[0] and right <= sentence[1]:
            if left < start and start - left <= _QUOTE_REACH:
                start = left
            if right > end and right - end <= _QUOTE_REACH:
                end = right
    metric = text.cut(*result.metric[:2])[2] if result.metric else None
    record = place[2] if place else None
    # one name may stand with several splits: each number has the one beside its own place
    beside = split_beside(text.text, *place[:2]) if place and place[0] >= 0 else None
    return ClaimRecord(
        record.name if record else None,
        record.canonical if record else None,
        beside or (record.split if record else None),
        metric,
        number.value,
        number.unit,
        result.kind,
        result.owner,
        result.metric[2].lower_is_better if result.metric else None,
        result.confidence,
        Evidence(field, *text.cut(start, end)),
    )
