"""Decide whose a number is: the paper's own work's, or someone else's."""

import re
from collections.abc import Collection, Sequence

from daily_papers.extract import names
from daily_papers.extract.records import Kind, Owner

# Possessive: a run of qualifiers is read one way only, so nothing backtracks.
QUALIFIER = (
    r"(?:(?:"
    r"only|just|merely|upto|up to|over|more than|about|around|approximately|nearly|"
    r"almost|roughly|an average of|an average|average|at least|at most|as much as|"
    r"as high as|as low as|an absolute|a relative|relative|absolute|additional|another|"
    r"further|some|under|below|above|less than|fewer than|a mere|mere|a total of|even|"
    r"≈|\~|approx\b\.?|\{?\\?sim\}?|>|<|\$|\(|\+|impressive|remarkable|well over|"
    r"a maximum of|overall|staggering|substantial|notable|dramatic|significant|the|record|new|"
    r"state-of-the-art|high|estimated|"
    r"an|a"
    r")\s*)*+"
)
_WORSE = re.compile(
    r"\b(?:lower|drop|declin|degrad|fall|fell|lag|deteriorat|gap|decreas|los(?:[et]|ing)|wors)\w*\b[^.;]{0,60}$"
)
BEATEN = re.compile(
    r"\b(?:surpass|outperform|exceed|beat|compar|than|over|versus|vs|against|behind)\w*\b"
    r"[^;:]{0,140}?(?P<name>[\w.+-]*[A-Z][\w.+-]*)\s\((?:(?:only|at|around|approximately|about|nearly|roughly)\s)?$"
)
# "scores ranging from 5% to 9%" are both of one owner
_FROM = r"(?<!ranging )(?<!ranges )(?<!ranged )(?<!varying )(?<!varies )\bfrom"
FROM_VALUE = re.compile(rf"{_FROM}\s*\$?[+-]?\d[\d.]*\s?(?:\\?%\s?)?(?:\([^()]{{0,30}}\)\s)?to\s*$")
ARROW_BEFORE = re.compile(r"(?:→|rightarrow|->|⟶)\s*\$?\s*$")
ARROW_AFTER = re.compile(r"\s*\$?\s*(?:→|\\?rightarrow|->|⟶)\s*\$?\s*\d")
_CLAUSE = re.compile(r"[;:]|\b(?:while|whereas|but|compared)\b")
_OTHER_BEFORE = re.compile(
    r"(?:compared (?:to|with|against)|relative to|in contrast to|as opposed to|versus|\bvs\.?|"
    r"(?<!less )(?<!more )(?<!fewer )(?<!greater )\bthan|"
    rf"\bagainst|['’]s|{_FROM}|prior best|previous best|\bprior\b|baseline|"
    r"previous (?:SOTA|state-of-the-art|record)|"
    r"\bhuman(?:s|-level| experts| performance| accuracy| baseline)?\b)\s*(?:the |"
    r"a |an |of |at |only |with |is |achieve \w*|\()*"
    r"(?:(?!and\b|or\b|while\b|with\b)[\w.-]+\s){0,2}?\s*\(?$",
    re.IGNORECASE,
)
FROM = re.compile(rf"{_FROM}\s*{QUALIFIER}$", re.IGNORECASE)
_FROM_TO = re.compile(
    r"(?:\s*\([^()]{0,40}\))?[^.;,]{0,25}?\s*(?:to|→|\\?rightarrow)\s", re.IGNORECASE
)
TO = re.compile(
    rf"(?:(?<!\bup )(?<!contrast )(?<!compared )(?<!opposed )(?<!relative )\bto|→|rightarrow|->)"
    rf"\s*{QUALIFIER}$",
    re.IGNORECASE,
)
_MODEL_SUBJECT = re.compile(
    r"\b(?:even|best|strongest|top|leading|state-of-the-art|SOTA|frontier|"
    r"existing|current|most|all|human|humans|experts?|proprietary|open-source|"
    r"advanced|"
    r"GPT|Claude|Gemini|OpenAI|o1|o3|DeepSeek|Qwen\d?|LLMs?|MLLMs?|VLMs?|"
    r"LVLMs?|[Mm]odels?|agents?|baselines?|methods|systems?|o4|Grok|Sora|"
    r"generators|they|performance|accuracy)\b",
)
_OWN_SUBJECT = re.compile(
    r"\b(?:our(?!\s(?:[\w-]+\s){0,2}(?:results?|evaluations?|experiments?|analys[ei]s|findings?|"
    r"benchmarks?|datasets?|tasks?|stud(?:y|ies)|work|investigations?|observations?)\b)|"
    r"ours|we (?:introduce|present|propose|achieve|improve|reach|attain|obtain)|"
    r"proposed (?:method|"
    r"model|framework)|resulting (?:dataset|model|corpus|system)|"
    r"fine-?tun\w+|finetun\w+|train\w+ (?:on|with)|"
    r"tuned)\b",
    re.IGNORECASE,
)
# "Claude 3 Opus scores 20%": someone's model is what the verb is of.
_MODEL_SCORES = re.compile(
    r"(?:^|[,;:(]\s|\b(?:and|while|where|that|whereas|even|like|or)\s)(?:[a-z-]+\s){0,4}"
    r"(?:GPT-?\d|ChatGPT|Claude|Gemini|OpenAI|DeepSeek-R1|Grok|o[134]\b)[\w.+-]*(?:\s[\w.+-]+){0,3}?\s"
    r"(?:only\s|merely\s|still\s)?(?:scor|achiev|reach|obtain|attain|solv|complet|identif|"
    r"demonstrat|deliver|exhibit|show)\w*\b[^.;,]{0,40}$"
)
_ACHIEVED_BY = re.compile(
    r"\s(?:[\w-]+\s){0,2}(?:achieved|obtained|reached|attained|scored|reported)\sby\s"
    r"(?!our\b|us\b|the proposed)"
)
_EVALUATING = re.compile(
    r"\b(?:(?:[Ee]valuat|[Tt]est)(?:e|ed|ing|ion of)?|[Bb]enchmark(?:ed|ing)|"
    r"(?:[Ww]e|to)\sbenchmark)\s(?:[\w,-]+\s){0,4}?"
    r"(?:LLMs|MLLMs|VLMs|LVLMs|models|systems|agents)\b"
)
# "compared to the best models (A: 99.5%", "approaching GPT-4o (40.4%)"
_IN_RIVALS_BRACKET = re.compile(
    r"\b(?:(?:compared (?:to|with)|than|versus|vs\.?|against)\s[^;:()]{0,60}\([^()]{0,120}"
    r"|(?:approach|rival|match)\w*\s(?:the\s)?[\w.+-]*[A-Z][\w.+-]*(?:\s[\w.+-]+){0,2}\s\()$"
)
_BEATING = re.compile(r"\b(?:surpass|outperform|exceed|beat)\w*\s(?:all\s|the\s)?$")
# "TeaPot-2 achieves 20% on ...": what the paper names, where it is no known model
_SUBJECT = re.compile(
    r"\s*(?P<name>[A-Z][\w.+-]*)\s(?:also\s|further\s|consistently\s|significantly\s)?"
    r"(?:achiev|demonstrat|reach|outperform|attain|surpass|improv|obtain|establish|sets|deliver)\w*\b"
)
# "previous work only solved 68%"
_EARLIER_SCORE = re.compile(
    r"\b(?:previous|prior|existing|earlier|past|recent|current)\s(?:[\w-]+\s){0,2}(?:works?|methods?|"
    r"approaches|models?|systems?|studies|baselines?|art|agents?|LLMs?)\s(?:can\s|could\s)?(?:only\s|merely\s)?(?:\w+ed|achiev(?:es?|ing)|reach(?:es|ing)?|"
    r"scores?|gets?|attains?|obtains?|yields?)\s[^.;,]{0,30}$"
)
# "outperforming rivals, which reach only 20%"
_RIVALS_WHICH = re.compile(
    r"\b(?:outperform|surpass|exceed|beat|compar|than|over)\w*\b[^.;,()]{0,60}, "
    r"(?:which|who) [^.;]{0,110}$"
)
# "existing methods suffer from drops (e.g., 7-14%"
_OTHERS_SUFFER = re.compile(
    r"\b(?:existing|current|previous|prior|conventional|traditional)\s(?:[\w-]+\s){0,3}(?:methods?|models?|"
    r"approaches|works?|systems?|techniques|benchmarks?)\s(?:[\w-]+\s){0,2}(?:suffer|fail|struggle|"
    r"degrade|drop|lose|incur|exhibit|show)s?\b[^.;,]{0,90}$"
)
_PRESENTS = re.compile(
    r"\b(?:we|paper|work)\s(?:also\s|first\s)?(?:introduce|present|propose|release|develop|"
    r"construct|build|create)s?\s(?:an?|the first)\s(?:(?!for\b|to\b|that\b|on\b|with\b)"
    r"[\w-]+,?\s){0,5}benchmark\b(?!\s(?:result|score|perf))"
)
_OTHERS_SCORE = re.compile(
    r"(?:even|whereas|while|human(?:s)?)\s(?:[\w.-]+\s){0,4}(?:only\s)?(?:achieves?|"
    r"scores?|reach\w*|at|obtains?|solves?|attains?)\s(?:only |just |a |\w+ of )*$"
)


def presents_benchmark(lowered: str) -> bool:
    """Say whether an abstract in lower case presents a benchmark, be it without a name."""
    place = lowered.find("benchmark")
    while place >= 0:
        if _PRESENTS.search(lowered, max(0, place - 110), place + 20) is not None:
            return True
        place = lowered.find("benchmark", place + 9)
    return False


def owner_of(
    before: str,
    after: str,
    head: str,
    kind: Kind,
    *,
    introduces: bool,
    known_before: bool,
    own_names: Sequence[str],
    benchmarks: Collection[str] = (),
) -> Owner:
    """Return whose number it is.

    Args:
        before: the sentence up to the number, its last 160 characters.
        after: what follows the number in the sentence.
        head: like before, 300 characters.
        kind: of the number.
        introduces: the paper introduces a benchmark.
        known_before: the number opens a bracket after a benchmark.
        own_names: what the paper calls its own work.
        benchmarks: names of the paper's benchmarks.
    """
    if kind == "absolute":
        if _ACHIEVED_BY.match(after) is not None:
            return "other"
        if "(" in before[-60:] and not known_before:
            beaten = BEATEN.search(before)
            is_rivals = beaten is not None and beaten["name"] not in own_names
            if is_rivals or _IN_RIVALS_BRACKET.search(before) is not None:
                return "other"
    is_named = any(name in head and name in _CLAUSE.split(head)[-1] for name in own_names)
    subject = _SUBJECT.match(head)
    is_named = is_named or (
        subject is not None
        and names.is_name(subject["name"])
        and not names.is_excluded(subject["name"])
        and subject["name"] not in benchmarks
    )
    is_of_others = (introduces or _EVALUATING.search(head) is not None) and not is_named
    return _owner(before, after, head, kind, introduces=is_of_others)


def _owner(before: str, after: str, head: str, kind: Kind, *, introduces: bool) -> Owner:
    if _OTHERS_SUFFER.search(before) is not None:
        return "other"
    if FROM.search(before[-40:]) is not None and _FROM_TO.match(after) is not None:
        return "other"
    if ARROW_AFTER.match(after) is not None:
        return "other"
    if ARROW_BEFORE.search(before) is not None or FROM_VALUE.search(before) is not None:
        return "own"
    if (
        kind == "absolute"
        and TO.search(before[-40:]) is None
        and _OTHER_BEFORE.search(before[-45:]) is not None
    ):
        return "other"
    if introduces and kind != "ratio" and _OWN_SUBJECT.search(head) is None:
        is_theirs = kind == "absolute" or _WORSE.search(before[-90:]) is not None
        if is_theirs and _MODEL_SUBJECT.search(head) is not None:
            return "other"
    elif kind == "absolute" and _is_of_others(before, head):
        return "other"
    return "own"


def _is_of_others(before: str, head: str) -> bool:
    """Say whether "humans achieve", "GPT-4 scores only" leads to the number."""
    if _MODEL_SCORES.search(before) is not None and _OWN_SUBJECT.search(head) is None:
        return True
    tail = before[-110:]
    earlier = _EARLIER_SCORE.search(tail)
    if earlier is not None and _BEATING.search(tail, 0, earlier.start()) is None:
        return True
    if _RIVALS_WHICH.search(before) is not None:
        return True
    return _OTHERS_SCORE.search(before[-80:]) is not None
