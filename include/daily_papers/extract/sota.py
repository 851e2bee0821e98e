"""Find statements that the paper's own work is the best, and what they are about."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from daily_papers.extract import owners
from daily_papers.extract.mentions import Named
from daily_papers.extract.records import Evidence, Field, SotaRecord
from daily_papers.extract.words import Text

# All patterns read lower case: one that ignores case is several times slower.
_BEST = r"(?:state[- ]of[- ](?:the[- ])?arts?|sota)"
_RIVALS = (
    rf"(?:{_BEST}|\ball\b|existing|previous(?:ly)?|prior|\bbest\b|best-performing|"
    rf"strongest|leading|\bother\b|competing|current|"
    r"any\b|every\b|top-performing|alternative|contemporary|predecessors?|recent)"
)
_ACHIEVE = (
    r"(?:achiev|attain|reach|set|establish|obtain|deliver|demonstrat|"
    r"yield|exhibit|present|secur|push|advanc|show|"
    r"report|provid|offer|enabl|gain|produc|maintain|result|lead|perform|"
    r"giv|mark|rival|realiz|captur|with|record|post|bring|claim|win|"
    r"improv|represent|position|outperform|rank|accomplish|getting|get|hold)"
)
# A win that names itself: "achieves a new state-of-the-art ..." with few words in between.
_REACHED = re.compile(
    rf"\b{_ACHIEVE}\w*\b(?:(?!\b(?:than|over|to|compar\w+|against|of|that|"
    rf"from|existing|current|previous|prior|models? like|competitive(?! (?:or|and))|"
    rf"near|close|comparable|beyond|surpass\w*|outperform\w*|rival\w*|"
    rf"toward|towards|employing|using|leverag\w*|utiliz\w*|integrat\w*)\b)(?:[^.;:]|\.\d)){{0,70}}?"
    rf"(?:\bnew\s)?(?:{_BEST}\b(?!\s+(?:(?:open-source|closed-source|"
    rf"proprietary|\w+-\w+|large|language|multimodal|vision|video|image|"
    rf"text|diffusion|generative|reasoning|pretrained|"
    rf"(?!(?:performances?|results?|accuracy|quality|scores?|efficiency|fidelity|trade-?offs?|among|"
    rf"on|in|via|with|for|across|over|against|by|and|at|while|under|to|of)\b)\w+)\s){{0,4}}"
    r"(?:models?|methods?|baselines?|approaches|systems?|llms?|mllms?|"
    r"vlms?|lvlms?|agents?|techniques|algorithms?|frameworks|generators|"
    r"solutions|competitors|counterparts|works?|detectors|encoders|architectures|"
    r"policies|alternatives|optimizers|networks|predictors|estimators|backbones|pipelines|"
    r"transformers|tools|vlas?|dits?|gans?|planners|trackers)\b)"
    r"|best (?:\w+[ -]){0,2}(?:performance|results?|scores?|accuracy|"
    r"trade-?offs?|quality|overall|balance|average|among|reported|published|"
    r"known)|"
    r"(?<!second )(?:highest|strongest) (?:(?!model|attention|similarity|confidence|probabilit)"
    r"[\w-]+ ){0,4}?(?:score|"
    r"accuracy|performance|rate|composite|to date|overall|quality|results?|average|"
    r"correlation)|new (?:performance )?(?:record|standard|benchmarks? for|benchmarks? in|"
    r"milestone|high)s?\b|unprecedented performance|leading performance|"
    r"leading results|first place|top rank|best-in-class|record-breaking|"
    r"top performance|top-ranked(?! (?:performance|results|items|documents|list))|1st place|"
    r"record (?:[\w-]+ ){0,2}(?:fids?|scores?|performance|results|accuracy))",
)
_BEST_NOUN = re.compile(
    rf"\b(?:new|with|the|a|and|to|into|for|in|are|is|its|both|achieving|"
    rf"overall|:)\s{_BEST}\s(?:[\w-]+\s){{0,2}}?(?:performance|results?|"
    rf"accuracy|quality|alignment|fidelity|generation|efficiency|scores?|"
    rf"trade-?offs?|capabilit\w+|level)\b",
)
# "we obtain new SOTA models", "a family of state-of-the-art models"
_MODELS = re.compile(
    r"\b(?:obtain|releas|introduc|present|open-sourc|we (?:develop|build|train))"
    r"(?:e|s|es|ed|ing)?\s(?:(?!\b(?:multiple|several|various|benchmarking|to|than|over|with|against|"
    r"of existing|that|for|by|using|from|on|evaluat\w*)\b)[\w-]+[\s,]\s?){0,6}"
    rf"{_BEST}\s(?:[\w-]+\s){{0,3}}?(?:models?|family|series|suite)\b"
)
_BEATS = re.compile(
    rf"\b(?:outperform|out-perform|surpass|exceed|beat|overtak|eclips)\w*\s"
    rf"(?:(?!\b(?:several|some|many|match\w*|comparable(?! (?:and|or))|compared|by|when|"
    rf"strong(?!\s\w+ and (?:{_BEST}|prior|previous|existing))|while|with|on|in)\b)"
    rf"(?:[^.;:]|\.\d)){{0,100}}?(?<![\w-])(?P<rival>{_RIVALS})(?:[\s-][^.;,]{{0,90}})?",
)
_GAIN_OVER = re.compile(
    rf"\b(?:improv\w*|gains?|superior\w*|better|advantages?|advanc\w*|"
    rf"higher|faster|stronger|outstanding|boosts?|speedups?|leads?|progress|"
    rf"reduction|increase)\b(?:(?!\b(?:comparable|competitive|from|extends?|generaliz\w*)\b)(?:[^.;:]|"
    rf"\.\d)){{0,70}}?\b"
    rf"(?:over|than|compared (?:to|with)|upon|against|relative to|beyond|"
    rf"to|on)\s(?:(?!\b(?:several|some|strong(?!\s{_BEST})|standard|the base|base|"
    rf"vanilla)\b)[^.;:,]){{0,30}}?(?<![\w-])"
    rf"(?P<rival>{_BEST}|all\b|existing|previous|prior|\bbest\b(?!-of)|strongest)\b",
)
_COMPARED = re.compile(
    rf"\bcompare[ds] (?:to|with) (?:the )?(?:other (?={_BEST}))?"
    rf"(?:{_BEST}|all|existing|previous|prior|best|strongest)\b[^,.;:]{{0,60}}, "
    r"(?:[\w-]+ ){1,4}?(?:improv|achiev|reduc|gain|boost|increas|attain|yield|deliver|showcas)",
)
_RANK = re.compile(
    r"\b(?:rank(?:s|ed|ing)?\s(?:(?!them\b|it\b|each\b)\w+\s)?(?:first|1st|#1|no\.? ?1|top|"
    r"highest)|won (?:the )?(?:first|1st)|winning (?:the )?(?:first|"
    r"1st)|our (?:winning|first-place|top-ranked) (?:system|solution|submission|entry|approach)|"
    r"first place|top-1 on the|1st place)\b",
)
# "making it the strongest open model"
_IS_BEST = re.compile(
    r"\b(?:mak(?:es|ing)\s(?:it|them|[\w.+-]+)|(?:is|are|as|becom\w+)(?:\s(?:currently|now))?)\sthe\s"
    r"(?:(?:current|new)\s)?"
    r"(?:strongest|best-performing|top-performing|most (?:accurate|capable|powerful))\s"
    r"(?:(?!baseline\b)[\w-]+\s){0,4}?(?:models?|methods?|systems?|approach(?:es)?|agents?|encoders?|mllms?|llms?|"
    r"vlms?|solvers?|detectors?|policy|policies)\b(?!\s(?:tested|evaluated|we|in our|among the))"
)
_TESTED_ON = re.compile(
    r"\s(?:\w[\w-]*\s){0,2}?(?:benchmarks?|datasets?|tasks?|corpora|leaderboards?)\b"
)
_BASELINES = re.compile(r"\s(?:[\w-]+\s){0,2}baselines\b")  # a baseline is what own work is held to
_AS_GOOD = re.compile(r"\s(?:comparable|on par|competitive|similar|close)\b")
_FIRM = re.compile(rf"{_BEST}|\b(?:all|existing|previous|prior|best|any|every)\b")
# "Claude 3.5 Sonnet" before the verb, in a sentence that has nothing of the paper's own
_MODEL_SUBJECT = re.compile(
    r"\b(?:gpt-?\d|chatgpt|claude|gemini|grok|kimi|deepseek-r1|o[134]\b)[\w.+-]*"
    r"(?:,?\s[\w.+-]+){0,5},?\s$"
)
_NOT_WIN = re.compile(
    r"\b(?:competitive|comparable|on par|match(?:es|ing)?|approach(?:es|"
    r"ing)|rival(?:s|ing)?|close to|near)\s(?:(?!but\b)\w+\s){0,3}(?:with|to|"
    r"the)?\s?$"
    r"|\b(?:close|near|comparable|equal|similar|relative)\s$"
    r"|\b(?:despite|although|though|existing|current|recent|many|most|"
    r"those|other|unlike|without|evaluat(?:e|ing)|benchmarking|"
    r"whether|if|could|may|toward|towards|aim(?:s|ing)?|help|testing)\s(?:\w+\s){0,2}$"
    r"|\bof\s(?:\w+\s){0,2}(?<!is\s)(?<!are\s)$",
)
_OWN = re.compile(
    r"\b(?:our|ours|we|proposed|this (?:paper|work|approach|method|model|"
    r"framework)|the (?:method|model|framework|approach|system|resulting|"
    r"proposed)|results?|experiments?|evaluations?|it|its)\b",
)
_VOICE = re.compile(r"\b(?:our|ours|we|i|this (?:paper|work|study|report|article)|here)\b")
_OURS = re.compile(r"\b(?:our|ours|we|proposed)\b")
_OTHERS = re.compile(
    r"\b(?:existing|current|recent|previous|prior|most|many|conventional|"
    r"traditional|modern|today's)\s(?:[\w-]+\s){0,5}(?:models?|methods?|"
    r"approaches|systems|llms|mllms|works?|agents|advances)\b[^,;]{0,60}$",
)
_CLAUSE_START = re.compile(r"(?:[,;:]\s|\bthat\s|\bwhere\s|\bwhich\s|\band\s|--)")
# Looks ahead, so that ends which share a space are all found; the last is the sentence's.
_CLAUSE_END = re.compile(r"(?=[,;.](?:\s|$)|\s(?:while|and)\s|(?<!\s)\s*$)")
_LEAD_REACH = 240  # characters before a statement that are looked at


def find_sota(
    field: Field, text: Text, named: Sequence[Named], own_names: Sequence[str]
) -> list[SotaRecord]:
    """Return the statements of a field, one a clause."""
    asked_of = _asked_patterns(text)
    if not asked_of:
        return []
    introduces = any(one.record.role == "introduced" for one in named) or owners.presents_benchmark(
        text.lowered
    )
    own_from = _own_from(text, own_names)
    places = sorted(
        (place.start, number)
        for number, one in enumerate(named)
        for place in one.places
        if place.field == field
    )
    found: list[SotaRecord] = []
    for number, asked in sorted(asked_of.items()):
        first, last = text.sentences[number]
        sentence = text.lowered[first:last]
        if not _is_own_part(text, number, own_from):
            continue
        as_written = text.text[first:last]
        speaks = _speaks_of_own(as_written, sentence, own_names)
        is_told = introduces and not speaks
        taken: list[tuple[int, int]] = []
        is_taken = bytearray(len(sentence))
        for pattern in asked:
            for match in pattern.finditer(sentence):
                left, right = match.span()
                if any(is_taken[left:right]):
                    continue
                lead = sentence[max(0, left - _LEAD_REACH) : left]
                is_told_of = not speaks or pattern is _IS_BEST
                is_model = is_told_of and _MODEL_SUBJECT.search(lead) is not None
                if not is_model and _is_win(sentence, match, pattern, introduces=is_told):
                    taken.append((left, right))
                    is_taken[left:right] = b"\1" * (right - left)
        if not taken:
            continue
        stops = [one.start() for one in _CLAUSE_END.finditer(as_written)]
        previous = -1
        for left, right in sorted(taken):
            start, end = _widen(as_written, left, right, stops)
            if start == previous:
                continue  # one clause says it twice: "SOTA results by outperforming the best"
            previous = start
            scope = _scope(first + left, min(last, first + end + 60), places, named)
            found.append(SotaRecord(scope, Evidence(field, *text.cut(first + start, first + end))))
    return found


def _asked_patterns(text: Text) -> dict[int, list[re.Pattern[str]]]:
    """Return by sentence the patterns of which it holds a word: most sentences hold none."""
    found: dict[int, set[int]] = {}
    body = text.lowered
    for cue, numbers in _PATTERNS_OF.items():
        place = body.find(cue)
        while place >= 0:
            sentence = bisect_right(text.sentences, (place, len(body) + 1)) - 1
            found.setdefault(sentence, set()).update(numbers)
            place = body.find(cue, text.sentences[sentence][1])
    return {
        sentence: [_NEEDED[number][0] for number in sorted(numbers)]
        for sentence, numbers in found.items()
    }


def _is_own_part(text: Text, number: int, own_from: int) -> bool:
    """Say whether a sentence can be about the paper's own work: an opening tells of others.

    Args:
        text: the field.
        number: of the sentence.
        own_from: where the field first speaks of the paper's own work.
    """
    first, last = text.sentences[number]
    is_opening = number == 0 and len(text.sentences) > 3
    if is_opening and _VOICE.search(text.lowered, first, last) is None:
        return False
    return number > len(text.sentences) // 2 or own_from < last


_NEEDED = (
    (
        _REACHED,
        (
            "state of",
            "state-of",
            "sota",
            "best",
            "highest",
            "strongest",
            "new ",
            "unprecedented",
            "leading",
            "first place",
            "1st place",
            "top",
            "record-",
            "record ",
        ),
    ),
    (_BEATS, ("outperform", "surpass", "exceed", "beat", "overtak", "eclips", "out-perform")),
    (
        _GAIN_OVER,
        (
            "state of",
            "state-of",
            "sota",
            " all",
            "existing",
            "previous",
            "prior",
            "best",
            "strongest",
        ),
    ),
    (_COMPARED, ("compare",)),
    (_RANK, ("rank", "won ", "winning", "first place", "top-1", "1st place")),
    (_BEST_NOUN, ("state of", "state-of", "sota")),
    (_MODELS, ("state of", "state-of", "sota")),
    (_IS_BEST, ("strongest", "performing", "most accurate", "most capable", "most powerful")),
)


_PATTERNS_OF: dict[str, list[int]] = {}
for _number, (_, _cues) in enumerate(_NEEDED):
    for _cue in _cues:
        _PATTERNS_OF.setdefault(_cue, []).append(_number)


def _own_from(text: Text, own_names: Sequence[str]) -> int:
    """Return where the text first speaks of the paper's own work, or its end."""
    voice = _VOICE.search(text.lowered) or _OWN.search(text.lowered)
    places = [text.text.find(name) for name in own_names]
    if voice is not None:
        places.append(voice.start())
    return min((place for place in places if place >= 0), default=len(text.text))


def _speaks_of_own(sentence: str, lowered: str, own_names: Sequence[str]) -> bool:
    """Say whether the paper's own work is in the sentence: "our model", its name."""
    return _OURS.search(lowered) is not None or any(name in sentence for name in own_names)


def _is_win(  # noqa: PLR0912 - one branch a way to lose
    sentence: str, match: re.Match[str], pattern: re.Pattern[str], *, introduces: bool
) -> bool:
    before = sentence[max(0, match.start() - _LEAD_REACH) : match.start()]
    if _NOT_WIN.search(before[-50:]) is not None or _OTHERS.search(before) is not None:
        return False
    if re.search(
        r"\b(?:not(?! only)|never|fail\w*|cannot|struggl\w*|no|does not|"
        r"without|lag\w*)\s(?:\w+\s){0,2}$",
        before,
    ):
        return False
    if _AS_GOOD.match(sentence, match.end()) is not None:
        return False  # "leading performance comparable to larger models"
    if pattern is _REACHED and re.search(
        r"\b(?:competitive(?! (?:or|and))|comparable|on par|match(?:es|ed|ing)?|close to|near|"
        r"approach\w*(?=\s(?:the\s)?(?:state|sota|best|human)))\b",
        match[0],
    ):
        return False
    if re.search(r"benchmarks? (?:for|in)$", match[0]) and not re.search(
        r"\b(?:set|establish)", match[0]
    ):
        return False
    if (
        introduces
        and pattern in {_REACHED, _RANK, _COMPARED, _IS_BEST}
        and not re.search(_BEST, match[0])
    ):
        return False
    is_baselines = _BASELINES.match(sentence, match.end("rival")) if pattern is _BEATS else None
    if introduces and pattern is _BEATS and match["rival"] in {"all", "other"} and not is_baselines:
        return False  # a benchmark's paper tells which of its subjects won
    if pattern is _GAIN_OVER and "comparable" in match[0]:
        return False
    if pattern in {_BEATS, _GAIN_OVER}:
        after_rival = sentence[match.end("rival") : match.end("rival") + 40]
        rival = match["rival"]
        if rival == "any" and after_rival.startswith((" single", " individual")):
            return False  # an ablation: "beats any single model"
        if _TESTED_ON.match(after_rival) is not None:
            return False  # "improving scores on existing benchmarks"
        if rival in {"other", "recent", "alternative", "contemporary"} and not _FIRM.search(
            match[0]
        ):
            return False  # "outperforming other agents like A" does not say all
        if rival in {
            "all",
            "other",
            "recent",
            "any",
            "every",
            "alternative",
            "current",
            "contemporary",
        }:
            return (
                re.match(
                    r"\s(?:\w[\w-]*\s){0,4}?(?:methods?|models?|baselines?|approaches|"
                    r"systems?|competitors|techniques|algorithms|works?|agents|alternatives|"
                    r"llms|mllms|vlms|tools?|frameworks|solutions|policies|art|counterparts|"
                    r"existing|previous|prior|other|competing|state|strategies|variants|optimizers|"
                    r"evaluated|tested|compar\w+)",
                    after_rival,
                )
                is not None
            )
    return True


def _widen(sentence: str, start: int, end: int, stops: Sequence[int]) -> tuple[int, int]:
    """Grow a match to its clause; stops are the places where a clause of the sentence ends."""
    begin = 0
    for match in _CLAUSE_START.finditer(sentence, max(0, start - 140), start):
        begin = match.end()
    following = bisect_left(stops, end)
    return min(begin, start), max(stops[following] if following < len(stops) else end, end)


def _scope(start: int, end: int, places: Sequence[tuple[int, int]], named: Sequence[Named]) -> str:
    """Return the benchmarks with a place in the span; places are sorted, with numbers in named."""
    inside = places[bisect_left(places, (start, 0)) : bisect_left(places, (end, 0))]
    names = [named[number].record.name for number in sorted({number for _, number in inside})]
    return ", ".join(names) if names else "broad"
