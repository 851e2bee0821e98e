"""Find benchmarks and datasets that no vocabulary has, by how a text speaks of them.

A name is a run of words that look like names; what makes it a benchmark is its ending
("DocVQABench"), a noun beside it ("the X dataset", "datasets such as X and Y"), or the
phrase that introduces it ("we present X, a large-scale benchmark for ...").
"""

import re
from collections.abc import Iterable, Iterator

from daily_papers.extract import introduced, lists, names
from daily_papers.extract.words import Text

HEADS = frozenset(
    {"benchmark", "benchmarks", "dataset", "datasets", "corpus", "corpora", "leaderboard"}
    | {"leaderboards", "testbed", "testbeds", "suite", "suites", "datasets", "testset", "challenge"}
    | {"challenges", "testsets", "sub-benchmarks", "sub-datasets", "subset", "subsets", "split"}
)
# These make an introduced thing a benchmark; "suite" or "challenge" alone do not.
_FIRM_HEADS = frozenset(
    {"benchmark", "benchmarks", "dataset", "datasets", "corpus", "corpora", "leaderboard"}
    | {"testbed", "testset", "sub-benchmark", "datasets"}
)
_PLURAL_HEADS = frozenset({"benchmarks", "datasets", "corpora", "leaderboards", "testbeds"})
_HEAD_WORDS = frozenset({*HEADS, *_FIRM_HEADS, "set", "tasks"})
_HEAD_START = re.compile(
    r"[Bb]enchmark|[Dd]ataset|[Cc]orp[uo]|[Ll]eaderboard|[Tt]est(?:bed|set)|[Ss]uite|[Ss]ub-|"
    r"[Cc]hallenge|tasks|[Ss]ubset|[Ss]plit|set\b|BENCHMARK|DATASET"
)
_WRITTEN_HEADS = frozenset(
    written
    for word in _HEAD_WORDS
    for written in (word, word.capitalize(), word.title(), word.upper())
)
_MARKS = introduced.INTRODUCING | _WRITTEN_HEADS | {"on", "On"}
_APPOSITION_STOPS = frozenset(
    {"that", "which", "for", "to", "designed", "with", "comprising", "consisting", "containing"}
    | {"where", "in", "on", "from", "specifically", "built", "based", "covering", "featuring"}
    | {"is", "are", "we", "by", "using", "whose", "tailored", "aimed", "aiming", "capable", "can"}
    | {"encompassing", "including", "spanning", "over", "constructed", "trained", "enabling"}
)
# "a dataset distillation method" is a method.
_NOT_HEAD_NEXT = frozenset(
    {"method", "methods", "framework", "pipeline", "model", "models", "approach", "engine", "tool"}
    | {"distillation", "condensation", "pruning", "selection", "generator", "curation", "agent"}
    | {"construction", "generation", "creation", "synthesis", "collection", "results", "toolkit"}
    | {"performance", "scores", "evaluations", "evaluation", "platform", "protocol", "paradigm"}
    | {"contamination", "decomposition", "annotation", "augmentation", "mixing", "bias", "system"}
)
_MAKING = frozenset(
    {"distillation", "condensation", "pruning", "construction", "generation", "creation"}
    | {"synthesis", "generator", "curation", "decomposition", "selection"}
)
_NAMING = frozenset(
    {"named", "called", "termed", "dubbed", "namely", "titled", "denoted", "coined"}
)
_LISTING = re.compile(
    r"\s*[,(:–—]?\s*(?:such as|including|like|e\.g\.,?|i\.e\.,?|namely|named|called|termed|dubbed|"
    r"titled|—|–|--|:|\()\s*(?:the\s|on\s|our\s)?\s*[\"“'`(]{0,2}",
)
# "on four benchmarks, X, Y and Z": the number tells that the names are they.
_COUNTED_LIST = re.compile(r"\s?(?:,|:|\(|\((?:i\.e\.|namely|e\.g\.),?|--|–|—)\s?(?=[^\W\d_a-z])")
# "two datasets: X, comprising 26k samples, and Y, with 18k": the members are described.
_DESCRIBED = re.compile(
    r"[;,]\s(?:and\s)?(?:\((?:\d|[ivx]{1,3}|[a-c])\)\s)?(?P<name>[^\W_a-z][\w+*^-]+)"
    r"(?=,\s(?:which|with|an?|the|comprising|containing|consisting|for|covering|featuring|focus\w+|"
    r"designed|targeting|spanning|where)\b|\s(?:\(|for\b|which\b|with\b)|:\s)"
)
_IN_BRACKET = re.compile(r"\s\([^\s()]+\)")  # "we build a dataset (TeaBank)"
_OPENS_LIST = re.compile(r":\s(?:\((?:\d|[ivx]{1,3}|[a-c])\)\s)?")
_COUNT_WORDS = frozenset(
    {"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "several", "multiple"}
    | {"public", "popular", "standard", "real-world"}
)
_NAMED_LATER = re.compile(
    r"[^.;:()]{1,80}?,?\s(?:named|called|termed|dubbed|coined|titled|referred to as)\s[\"“'`]{0,2}"
)
_NAMED_AFTER_COMMA = re.compile(r"(?:\s(?:for|of)\s[^.,;:()]{1,60})?,\s[\"“'`]{0,2}(?=[^\W\d_a-z])")
_COUNTED = re.compile(r"-\d+(?:\.\d+)?[kKM]$")
_LATER_LISTING = re.compile(
    r"[^.,;:()]{1,50}(?:,?\s(?:such as|including)|\((?:e\.g\.,?|i\.e\.,?|"
    r"including|such as))\s(?:the\s)?"
)
_SHAPES = (
    "ench",
    "BENCH",
    "Eval",
    "-Test",
    "-Train",
    "Arena",
    "ym",
    "QA",
    "Dataset",
    "Corpus",
    "Leaderb",
    "Challenge",
)
_TASKS = re.compile(r"\s?(?:,\s|\()?(?:such as|including|namely|e\.g\.,?|:)\s")
_CAMEL = re.compile(r"[a-z][A-Z]")
_COUNT_END = re.compile(r"\d[kKM](?![\w-])")
_SHARED = re.compile(
    r"(?!The\b|Our\b|This\b|A\b)[A-Z][\w-]*(?:\s[A-Z\d][\w-]*){0,4}\sShared Task\b"
)
# Whole names that end in a head noun: "Open ASR Leaderboard", "Waymo Open Dataset".
_CAPITAL_HEADS = ("Leaderboard", "Challenge", "Dataset", "Corpus", "Benchmark")
_NO_NAME_START = frozenset(
    {
        "The",
        "A",
        "An",
        "On",
        "In",
        "Our",
        "This",
        "These",
        "For",
        "We",
        "Using",
        "With",
        "And",
        "Both",
    }
)
# Before a name they make a longer one: "Multimodal Reward Bench" is not Reward Bench.
_MODIFIERS = frozenset(
    {"Multimodal", "Multilingual", "Visual", "Video", "Audio", "Medical", "Chinese", "Japanese"}
    | {"Korean", "Arabic", "Turkish", "Vietnamese", "Indic", "Mobile", "Embodied", "Open", "Omni"}
)
_SAYING = frozenset({"we", "We", "also", "and", "fully", "to", "will", "further", "publicly"})
_HYPHENED = re.compile(r"[A-Z][a-z]+(?:-[A-Z][a-z]+)+")  # "yields Tea-Corpus, a large dataset"
_EVALUATING = frozenset({"evaluation", "benchmarking", "assessment", "testing"})
_TESTED = frozenset({"test", "validation", "dev", "evaluation"})
_SET_KINDS = frozenset(
    {"training", "test", "evaluation", "validation", "data", "problem", "tuning", "dev", "held-out"}
)
_RESULT_BEFORE = re.compile(
    r"(?:[Rr]esults?|[Ee]xperiments?|[Ee]valuations?|[Ee]valuated|[Tt]ested|[Vv]alidated|"
    r"[Vv]erified|state-of-the-art|SOTA|\d\s?\\?%|"
    r"\d\s?\\?%\s(?:[\w@-]+\s){0,2}[\w@-]+|(?<![\w-])\d+\.\d+|scores?|benchmarked|"
    r"accuracy|points|performance|gains?|improvements?|(?<=\d)times|"
    r"(?<=\d)x|PSNR|FID|mIoU|mAP|AP)\s$"
)
# "models trained on X", "fine-tuning Tea-8B on X": what a model learns from is data.
_TRAINED_BEFORE = re.compile(
    r"\b(?:pre-?|fine-?|Pre-?|Fine-?)?(?:[Tt]rain|[Tt]un)(?:ed|ing)\s"
    r"(?:(?:it|them|only|solely|exclusively|entirely|purely|both|[\w.+]*[A-Z][\w.+-]*)\s){0,3}$"
)
# "On X, our model outperforms ..."
_SCORING = re.compile(
    r"\b(?:outperform|surpass|achiev|improv|attain|reach|exceed|state-of-the-art|we evaluate)"
)
_AFTER_NAME = re.compile(
    r"\s(?:and|with|show|demonstrate|indicate|surpass|reveal|while|by|or|using|confirm|validate|"
    r"prove|suggest|illustrate|outperform|achieve|yield|improve|consistently|significantly|"
    r"substantially|verify|establish|highlight|for|alone|benchmark|dataset|in|to)\w*\b"
)
# Begins with a set of characters: a search for that is ten times faster than for two branches.
_APPOSITION = re.compile(
    r"[,(:](?:(?<=[,:])|(?<= \())(?:\s?(?:our|an?) (?P<new>new(?:ly)?\b|novel\b|first\b)?|"
    r"(?<=,) (?P<also>the) (?=largest|first))"
)
_VARIANT = re.compile(r" (?:Pro|Plus|Lite|Hard|Live|Mini|XL)(?![\w-])")
_APPOSED_GAP = re.compile(
    r"(?:[\"”'’)]{0,2}|\{?\})(?:\s*(?:,|:|--+|—|–|-(?=\s)|\()\s*|"
    r"\s(?=an?\s(?:new|novel|large|comprehensive|challenging)\b|the\sfirst\b))"
)
_HEAD_REACH = 12


def find_unseen(title: Text, abstract: Text) -> tuple[list[lists.Found], list[lists.Found]]:
    """Return the places in the title and in the abstract, in no particular order."""
    in_title = [
        *_by_shape(title, is_title=True),
        *_by_title(title),
        *_by_head(title, _marked(title), is_title=True),
    ]
    marked = _marked(abstract)
    in_abstract = [
        *_by_shape(abstract, is_title=False),
        *_by_introduction(abstract, marked),
        *_by_result(abstract, marked),
        *_by_apposition(abstract),
        *_by_head(abstract, marked, is_title=False),
    ]
    return in_title, in_abstract


def _marked(text: Text) -> list[int]:
    """Return the numbers of the words that a rule begins at: most words are passed over once."""
    marks = _MARKS
    return [number for number, word in enumerate(text.words.texts) if word in marks]


def _words_with(text: Text, stems: Iterable[str]) -> list[int]:
    """Return the numbers of the words that hold one of the stems, in order."""
    body = text.text
    found = set()
    for stem in stems:
        start = body.find(stem)
        while start >= 0:
            found.add(text.word_at(start + len(stem) - 1))
            start = body.find(stem, start + 1)
    return sorted(number for number in found if number >= 0)


def _by_shape(text: Text, *, is_title: bool) -> Iterator[lists.Found]:
    words = text.words
    if "Shared Task" in text.text:
        yield from (lists.Found(*one.span(), False, True) for one in _SHARED.finditer(text.text))
    counted = [text.word_at(match.start()) for match in _COUNT_END.finditer(text.text)]
    for number in (*_words_with(text, _SHAPES), *counted):
        if (
            number < 0
            or len(words.texts[number]) > 60
            or names.SHAPE_HINT.search(words.texts[number]) is None
        ):
            continue
        word = words[number]
        if word.text == "Bench" and number:
            before = words[number - 1]
            if before.text[0].isupper() and text.text[before.end : word.start] == " ":
                yield lists.Found(_modified_start(text, number - 1), word.end, False, True)
        elif word.text in _CAPITAL_HEADS:
            start = None if is_title else _capital_start(text, number)
            if start is not None and text.text[word.end : word.end + 1] != ")":
                yield lists.Found(start, word.end, False, True)
        elif names.is_benchmark_shaped(word.text) and not names.is_excluded(word.text):
            variant = _VARIANT.match(text.text, word.end)  # "OfficeQA Pro" is not OfficeQA
            end = variant.end() if variant else word.end
            if is_title and word.start == 0 and text.text[end : end + 1] == ":":
                yield lists.Found(word.start, end, not word.text.endswith("QA"), True)
            yield lists.Found(word.start, end, False, True)


def _modified_start(text: Text, number: int) -> int:
    """Return where a name starts that begins at a word or at the modifiers before it."""
    words = text.words
    while (
        number
        and words.texts[number - 1] in _MODIFIERS
        and words.gap_after(text.text, number - 1) == " "
    ):
        number -= 1
    return words.starts[number]


def _capital_start(text: Text, head: int) -> int | None:
    """Return where "Open ASR Leaderboard" starts: a run of words in capitals before the head."""
    words = text.words
    first = head
    while first and head - first < 6 and words.gap_after(text.text, first - 1) == " ":
        word = words.texts[first - 1]
        if not word[0].isupper() or word in _NO_NAME_START or names.is_problem(word):
            break
        first -= 1
    written = words.texts[first:head]
    is_known = len(written) == 1 and (names.is_name(written[0]) or names.is_place(written[0]))
    is_contest = words.texts[head] in {"Leaderboard", "Challenge"}
    if not written or (is_known and not is_contest) or all(map(names.is_place, written)):
        return None  # "the COCO Dataset" is COCO
    if is_contest or len(written) > 1:
        return words.starts[first]
    return None


def _by_title(title: Text) -> Iterator[lists.Found]:
    """Find NAME in "NAME: A Benchmark for ..."."""
    colon = title.text.find(": ")
    if not 1 < colon <= 60:
        return
    if _FIRM_HEADS.isdisjoint(title.words.folded):
        return
    name = [word for word in title.words if word.end <= colon]
    if (
        not name
        or len(name) > 6
        or not all(
            word.text[0].isupper() or word.text[0].isdigit() or names.is_name(word.text)
            for word in name
            if word.text not in lists.LINKS
        )
    ):
        return
    if [word.text for word in name[-2:]] == ["Technical", "Report"]:
        name = name[:-2] or name
    after = [word for word in title.words if word.start > colon]
    for number, word in enumerate(after):
        lowered = word.text.casefold()
        if lowered in _FIRM_HEADS:
            following = after[number + 1].text.casefold() if number + 1 < len(after) else ""
            joined = (
                number + 1 < len(after) and title.text[word.end : after[number + 1].start] == " "
            )
            if joined and following in _NOT_HEAD_NEXT:
                return
            before = {one.text.casefold() for one in after[:number]}
            if before & {
                "for",
                "on",
                "with",
                "from",
                "via",
                "by",
                "beyond",
                "across",
                "through",
                "to",
            }:
                return
            start, end = name[0].start, name[-1].end
            end += title.text[end] == ")" and "(" in title.text[start:end]
            if any(names.is_strong(one.text) for one in after[:number]) or names.is_excluded(
                name[0].text
            ):
                return
            for left, right in _split_pair(title.text, start, end):
                if not names.is_excluded(title.text[left:right]):
                    yield lists.Found(left, right, True, True)
            return


def _split_pair(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split "X & Y", two names of one title."""
    joined = re.compile(r"\s(?:&|and)\s").search(text, start, end)
    if joined is None:
        return [(start, end)]
    return [(start, joined.start()), (joined.end(), end)]


def _by_apposition(text: Text) -> Iterator[lists.Found]:
    """Find X in "trained on X, a diverse instruction dataset"."""
    for opening in _APPOSITION.finditer(text.text):
        start = opening.start() - (opening[0][0] == "(")  # with the space before the bracket
        number = text.word_at(start)
        if number < 0 or text.words[number].end != start:
            continue
        word = text.words[number]
        is_name = names.is_strong(word.text) or _HYPHENED.fullmatch(word.text) is not None
        if is_name and _is_apposed(text, word.end, number) == 1:
            is_new = opening["new"] is not None or opening["also"] is not None
            yield lists.Found(word.start, word.end, is_new, True)


def _by_introduction(  # noqa: PLR0912 - one branch a way to introduce
    text: Text, marked: list[int]
) -> Iterator[lists.Found]:
    words = text.words
    for number in marked:
        verb = words.texts[number]
        if verb not in introduced.INTRODUCING:
            continue
        if verb == "open-source" and (not number or words.texts[number - 1] not in _SAYING):
            continue  # "fine-tuning open-source models"
        first = number + 1
        while (
            first < len(words)
            and first < number + 4
            and words.texts[first] in introduced.DETERMINERS
        ):
            first += 1
        if "." in text.text[words[number].end : words[min(first, len(words) - 1)].start]:
            continue  # "benchmarks have been proposed. However, ..."
        span = lists.name_run(text, first)
        if span is None and first < len(words) and "-" in words.texts[first]:
            # "we release tea-quiz, a benchmark"
            lowered = words[first]
            is_comma = text.text[lowered.end : lowered.end + 1] == ","
            if first == number + 1 and is_comma and _is_apposed(text, lowered.end, first) == 1:
                yield lists.Found(lowered.start, lowered.end, True, True)
        if span is None:
            continue
        end, last = span
        if first == last and names.is_language(words.texts[first]):
            continue  # "we curate a Chinese corpus"
        if (
            _is_apposed(text, end, last)
            or _has_head_after(text, last)
            or _COUNTED.search(words[last].text) is not None
        ):
            yield lists.Found(words[first].start, end, True, True)
            # "we introduce X and Y, two benchmarks" / "the X and Y datasets"
            joined = lists.JOIN.match(text.text, end)
            if joined is not None:
                again = text.word_at(joined.end())
                second = lists.name_run(text, again) if words[again].start == joined.end() else None
                if second is not None:
                    yield lists.Found(words[again].start, second[0], True, True)
        elif (joined := lists.JOIN.match(text.text, end)) is not None:
            again = text.word_at(joined.end())
            if again < len(words) and words[again].start == joined.end():
                second = lists.name_run(text, again)
                if second is not None and (
                    _is_apposed(text, second[0], second[1]) == 2
                    or _has_head_after(text, second[1], plural=True)
                ):
                    yield lists.Found(words[first].start, end, True, True)
                    yield lists.Found(words[again].start, second[0], True, True)


def _is_apposed(text: Text, end: int, last: int) -> int:
    """Say whether ", a large-scale benchmark" follows; 2 when it speaks of several."""
    if _APPOSED_GAP.match(text.text, end) is None:
        return 0
    words = text.words
    for number in range(last + 1, min(last + 1 + _HEAD_REACH, len(words))):
        lowered = words.texts[number].casefold()
        before = words.gap_after(text.text, number - 1)
        is_bracket = "(" in before and number > last + 1
        end = words.starts[number] + len(words.texts[number])
        if "." in before or ";" in before or (is_bracket and text.text[end : end + 1] != ")"):
            return 0
        if lowered in _APPOSITION_STOPS:
            return 0
        if lowered == "of" and words.texts[number - 1] not in {
            "suite",
            "collection",
            "set",
            "family",
            "series",
            "pair",
            "trio",
        }:
            return 0
        if (
            lowered in _FIRM_HEADS
            or (
                lowered in {"suite", "set"}
                and words.texts[number - 1] in {"evaluation", "test", "benchmark", "training"}
            )
            or (lowered == "framework" and words.texts[number - 1] in _EVALUATING)
        ):
            following = words.texts[number + 1].casefold() if number + 1 < len(words) else ""
            is_next = number + 1 < len(words) and words.gap_after(text.text, number) == " "
            if is_next and following in _NOT_HEAD_NEXT:
                return 0
            return 2 if lowered in _PLURAL_HEADS else 1
    return 0


def _has_head_after(text: Text, last: int, plural: bool = False) -> bool:
    """Say whether "dataset" follows the name: "the X dataset", "the X evaluation suite"."""
    words = text.words
    for number in range(last + 1, min(last + 4, len(words))):
        if words.gap_after(text.text, number - 1) not in {" ", " (", ") "}:
            return False
        lowered = words.texts[number].casefold()
        if lowered in HEADS and (not plural or lowered.endswith("s")):
            following = words.texts[number + 1].casefold() if number + 1 < len(words) else ""
            is_next = number + 1 < len(words) and words.gap_after(text.text, number) == " "
            return not (is_next and following in _NOT_HEAD_NEXT)
        if not words.texts[number][0].islower() or lowered in _APPOSITION_STOPS | lists.LINKS:
            return False
    return False


def _by_head(  # noqa: PLR0912 - one branch a way to speak of a head
    text: Text, marked: list[int], *, is_title: bool
) -> Iterator[lists.Found]:
    words = text.words
    for number in marked:
        written = words.texts[number]
        if written not in _WRITTEN_HEADS or _HEAD_START.match(written) is None:
            continue
        word = words[number]
        lowered = written.casefold()
        if lowered == "set" and number and words[number - 1].text in _SET_KINDS:
            following = words[number + 1] if number + 1 < len(words) else word
            if names.is_strong(following.text) and following.start == word.end + 1:
                yield lists.Found(
                    following.start, following.end, _is_new_before(text, number), True
                )
            elif number > 1 and words[number - 1].text in _TESTED:
                name = words[number - 2]
                gap = text.text[name.end : words[number - 1].start]
                if gap == " " and names.is_strong(name.text):  # "the TeaBank test set"
                    yield lists.Found(name.start, name.end, False, True)
            continue
        if lowered == "tasks" and not is_title:
            yield from _named_tasks(text, word.end)
        if lowered not in HEADS:
            continue
        if not is_title and lowered in _PLURAL_HEADS:
            yield from _counted_list(text, number)
            yield from _described_list(text, number)
        if not is_title:
            listing = _LISTING.match(text.text, word.end) or _LATER_LISTING.match(
                text.text, word.end
            )
            if listing is not None and lowered not in {
                "challenge",
                "challenges",
                "split",
                "subset",
            }:
                is_naming = any(name in listing[0] for name in _NAMING) or (
                    (":" in listing[0] or _IN_BRACKET.match(text.text, listing.start()) is not None)
                    and _is_new_before(text, number)
                )
                yield from lists.listed_from(
                    text, listing.end(), is_introduced=is_naming, is_sure=True
                )
            elif named := _named_after_head(text, number) or _named_in_commas(text, number):
                yield named
            elif number + 1 < len(words) and text.text[word.end : words[number + 1].start] == " ":
                following = words[number + 1]
                if names.is_named_set(following.text, lowered) and lowered in {
                    "benchmark",
                    "dataset",
                    "corpus",
                }:
                    new = _is_new_before(text, number)
                    yield lists.Found(following.start, following.end, new, True)
        yield from _before_head(text, number, is_title=is_title)


def _counted_list(text: Text, number: int) -> Iterator[lists.Found]:
    """Find X, Y and Z in "three datasets (X, Y, Z)", also where they look like plain words.

    Two or more in capitals, none of them a language or known to be something else.
    """
    opened = _COUNTED_LIST.match(text.text, text.words[number].end)
    if opened is None:
        return
    before = text.words.texts[max(0, number - 5) : number]
    if not any(word in _COUNT_WORDS or word.isdigit() for word in before):
        return
    spans = lists.capital_list(text, opened.end())
    written = [text.text[start:end] for start, end in spans]
    if len(spans) < 2 or any(
        names.is_excluded(name.split(" ")[0]) or names.is_place(name) or names.is_problem(name)
        for name in written
    ):
        return
    for start, end in spans:
        yield lists.Found(start, end, False, True)


def _described_list(text: Text, number: int) -> Iterator[lists.Found]:
    """Find X and Y in "two benchmarks: X, a set of ...; and Y, which ..."."""
    end = text.words.starts[number] + len(text.words.texts[number])
    opened = _OPENS_LIST.match(text.text, end)
    if opened is None:
        return
    first = text.word_at(opened.end())
    if text.words.starts[first] != opened.end() or not names.is_strong(text.words.texts[first]):
        return
    new = _is_new_before(text, number)
    _, last = text.sentence_at(end)
    members = [*_DESCRIBED.finditer(text.text, opened.end(), last)][:12]
    if members:
        yield lists.Found(opened.end(), text.words[first].end, new, True)
    for member in members:
        if names.is_strong(member["name"]):
            yield lists.Found(*member.span("name"), new, True)


def _named_after_head(text: Text, number: int) -> lists.Found | None:
    """Find X in "we introduce a new benchmark, X, that ...", "a dataset of tea called X"."""
    word = text.words[number]
    if word.text.casefold() not in _FIRM_HEADS or not _is_new_before(text, number):
        return None
    for pattern in (_NAMED_LATER, _NAMED_AFTER_COMMA):
        gap = pattern.match(text.text, word.end)
        if gap is None:
            continue
        first = text.word_at(gap.end())
        span = lists.name_run(text, first) if text.words[first].start == gap.end() else None
        if span is not None and not names.is_excluded(text.words[first].text):
            return lists.Found(gap.end(), span[0], True, True)
    return None


def _named_in_commas(text: Text, number: int) -> lists.Found | None:
    """Find X in "experiments on the go-to dataset, X, show ..."."""
    word = text.words[number]
    if number + 1 >= len(text.words) or word.text.casefold() not in _FIRM_HEADS:
        return None
    following = text.words[number + 1]
    if not names.is_strong(following.text) or text.text[word.end : following.start] != ", ":
        return None
    before = text.words.texts[max(0, number - 5) : number]
    is_one = word.text.islower() and {"the", "a", "an", "our"} & set(before)
    if is_one and text.text[following.end : following.end + 1] in {",", ".", ")"}:
        return lists.Found(following.start, following.end, False, True)
    return None


def _named_tasks(text: Text, end: int) -> Iterator[lists.Found]:
    """Find the names in "tasks including X-Quiz, XCaption": two or more in camel case."""
    listing = _TASKS.match(text.text, end)
    if listing is None:
        return
    found = list(lists.listed_from(text, listing.end(), is_introduced=False, is_sure=True))
    written = [text.text[one.start : one.end] for one in found]
    camel = [name for name in written if _CAMEL.search(name) and " " not in name]
    if len(camel) > 1 and len(camel) >= len(written) - 1:
        yield from found


def _is_new_before(text: Text, number: int) -> bool:
    """Say whether "we build a comprehensive dataset" leads to the head noun."""
    for back in range(number - 1, max(-1, number - 9), -1):
        word = text.words.texts[back]
        if word in {"on", "of", "with", "from", "by", "in"}:
            return False
        if word in introduced.INTRODUCING:
            following = text.words.texts[back + 1 : back + 3]
            return following[0] in {
                "a",
                "an",
                "new",
                "our",
                "two",
                "three",
                "novel",
            } or following == ["the", "first"]
    return False


def _before_head(  # noqa: PLR0912 - one branch a shape of name
    text: Text, number: int, *, is_title: bool
) -> Iterator[lists.Found]:
    """Find X and Y in "the X and Y datasets", "the challenging X reasoning benchmark"."""
    words = text.words
    lowered = words.texts[number].casefold()
    position = number - 1
    # up to two plain words may describe: "the X question answering dataset"
    skipped = 0
    while (
        position >= 0
        and skipped < 3
        and words.gap_after(text.text, position) == " "
        and words.texts[position].islower()
        and words.texts[position].casefold() not in lists.LINKS
    ):
        position -= 1
        skipped += 1
    if position < 0 or words.gap_after(text.text, position).strip(" )\"'”’"):
        return
    word = words[position]
    gap = text.text[word.end : words[position + 1].start]
    if not gap.endswith(" ") or len(gap) > 3:
        return
    following = words.texts[number + 1].casefold() if number + 1 < len(words) else ""
    is_next = number + 1 < len(words) and words.gap_after(text.text, number) == " "
    if is_next and following in _MAKING:
        return
    before = words.texts[position - 1].casefold() if position else ""
    if names.is_named_set(word.text, lowered if not skipped else ""):
        if skipped and before not in {
            "the",
            "on",
            "challenging",
            "popular",
            "using",
            "and",
            "from",
            "our",
            "novel",
            "new",
            "newly",
            "proposed",
            "curated",
            "introduced",
            "standard",
            "with",
            "for",
            "in",
        }:
            return
        if skipped > 1 or (skipped and lowered not in _FIRM_HEADS):
            return
        if is_title and skipped:
            return
        found = lists.Found(word.start, word.end, False, True)
        yield found
        yield from lists.listed_before(text, word.start)
    elif (
        0 < skipped < 4
        and before == "the"
        and position > 1
        and words.texts[position - 2] == "on"
        and word.text.istitle()
        and not is_title
        and lowered in _FIRM_HEADS
        and _is_capital_name(word.text)
    ):
        yield lists.Found(word.start, word.end, False, True)  # "on the Tea cup reading benchmark"
    elif (
        skipped == 0
        and word.text.istitle()
        and position > 1
        and words.texts[position - 1].istitle()
        and not is_title
        and lowered in _FIRM_HEADS
        and text.text[words[position - 1].end : word.start] == " "
    ):
        first = position - 1
        while (
            first > 0
            and words.texts[first - 1].istitle()
            and text.text[words[first - 1].end : words[first].start] == " "
        ):
            first -= 1
        if first and text.text[words[first - 1].end : words[first].start] == " ":
            run = text.text[words[first].start : word.end]
            if not names.is_problem(run):
                yield lists.Found(words[first].start, word.end, False, True)
    elif (
        skipped == 0
        and lowered in _PLURAL_HEADS
        and before == "and"
        and position > 2
        and not is_title
        and words.texts[position - 3] == "the"
        and (pair := text.text[words.starts[position - 2] : word.end]).count(" ") == 2
        and all(map(_is_capital_name, (words.texts[position - 2], word.text)))
        and pair.endswith(f" and {word.text}")
    ):
        other = words[position - 2]
        yield lists.Found(other.start, other.end, False, True)
        yield lists.Found(word.start, word.end, False, True)
    elif (
        skipped == 0
        and word.text[0].isupper()
        and before in {"the", "our"}
        and not is_title
        and lowered in _FIRM_HEADS
        and not names.is_excluded(word.text)
        and not names.is_place(word.text)
    ):
        yield lists.Found(word.start, word.end, False, True)


def _is_capital_name(word: str) -> bool:
    """Say whether a capitalised word may name a data set: "the Basic and Agibot benchmarks"."""
    return word[0].isupper() and not (
        names.is_place(word) or names.is_excluded(word) or names.is_problem(word)
    )


def _by_result(text: Text, marked: list[int]) -> Iterator[lists.Found]:
    """Find X in "results on X", "87.3% on X", "outperforms all methods on the X"."""
    words = text.words
    for number in marked:
        on = words.texts[number]
        if number + 1 == len(words):
            return
        if on == "On" and _opens_with(text, number):
            yield lists.Found(*words[number + 1][1:], False, True)
            continue
        if on != "on":
            continue
        is_skipped = words.texts[number + 1] in {"the", "both"} and number + 2 < len(words)
        target = number + 2 if is_skipped else number + 1
        if not names.is_strong(words.texts[target]):
            continue
        word, following = words[number], words[target]
        if text.text[word.end : following.start].strip(" the" + "bo"):
            continue
        after = text.text[following.end : following.end + 1]
        next_char = text.text[following.end + 1 : following.end + 2]
        if after not in {",", ".", ";", ")", ":", ""} and not (
            after == " "
            and (_AFTER_NAME.match(text.text, following.end) or not next_char.isalnum())
        ):
            continue
        before = text.text[max(0, word.start - 48) : word.start]
        if (
            _RESULT_BEFORE.search(before[-28:]) is not None
            or _TRAINED_BEFORE.search(before) is not None
        ):
            yield lists.Found(following.start, following.end, False, True)
            yield from lists.listed_after(text, following.end)


def _opens_with(text: Text, number: int) -> bool:
    """Say whether "On ImageNet-LT, it improves ... 4.4%" stands there: a score follows."""
    name = text.words[number + 1]
    if text.text[name.end : name.end + 1] != "," or not names.is_strong(name.text):
        return False
    _, last = text.sentence_at(name.start)
    return (
        lists.MEASURED.search(text.text, name.end, last) is not None
        or _SCORING.search(text.text, name.end, last) is not None
    )
