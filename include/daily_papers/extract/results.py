"""Decide whether a number is a measured result, of which kind, and whose.

Every rule looks at the words beside the number; none knows a paper.
"""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from daily_papers.extract import metrics, owners
from daily_papers.extract.numbers import PERCENT, POINTS, TIMES, Number
from daily_papers.extract.records import Kind, Owner

_CHANGE = (
    r"(?:improv|increas|reduc|decreas|boost|gain|outperform|surpass|"
    r"exceed|drop|declin|lower(?! bound)|cut|cutting|sav|degrad|enhanc|rais|accelerat|"
    r"beat|lift|shrink|speedup|speed-up|fall|fell|rise|rose|advantage|"
    r"better|higher|superior|margin|differ|deterior|underperform|deviat|"
    r"lead(?!ing|er)|edge|jump|advance(?!d)|compress|slow|trail|lag|mitigat|suppress|"
    r"widen|narrow|trim|uplift|bring|plummet|plung|soar|surg(?=e)|\blos(?=ing\b|es?\b))"
)
_LETTERS = re.compile(r"[a-z]+")
_CHANGE_HEADS = frozenset(
    {stem[:3] for stem in re.findall(r"[a-z]{3,}", _CHANGE)} | {"by", "up", "dow", "und", "slo"}
)
# These three are searched for in lower case: a pattern that ignores case is several times slower.
_BY = re.compile(
    rf"{_CHANGE}\w*\b[^.;]{{0,110}}\b(?:by|of|with|at|is|are|:|from)\s*{owners.QUALIFIER}$"
)
_BY_END = re.compile(rf"(?:\b(?:by|of|with|at|is|are|from)|:)\s*{owners.QUALIFIER}$")
_BY_DIRECT = re.compile(
    rf"(?:\bby|(?!exceed|surpass|outperform|beat|(?:lower|higher|better|superior)\b){_CHANGE}\w*|"
    rf"up|down)\s*(?:\(|of\s)?\s*{owners.QUALIFIER}$"
)
# "improves accuracy over 4%": a verb of change, what is changed, and how far it may go.
_BY_OBJECT = re.compile(
    r"\b(?:improv|increas|reduc|decreas|boost|enhanc|rais|lower|cut)(?:e|es|ed|ing|s|ting)?\s"
    r"(?:(?!to\b|from\b|by\b|and\b|with\b|at\b)[\w-]+\s){1,5}"
    r"(?:over|up to|more than|about|nearly|around|approximately|as much as)\s$"
)
_DIRECT_LEAD = re.compile(rf"by|{_CHANGE}|up|down")
# "degradation as measured by Chamfer Distance (2.48%)", "a gap of 17.4%"
_IN_BRACKETS = re.compile(
    r"\b(?:improvement|gain|degradation|drop|reduction|decline|increase|loss)s?\b[^.;()]{0,60}"
    r"\((?:e\.g\.,?\s|i\.e\.,?\s)?(?:over\s|up to\s|about\s|~)?$"
)
_IN_BRACKETS_BY = re.compile(
    rf"\b{_CHANGE}\w*\b[^.;()]{{0,60}}\((?:by|up to|over|more than)\s(?:up to |over |more than )?$"
)
# "15.5% to 27.6% relative reduction" is a range, "from 15.5% to 27.6%" two scores
_RANGE_BEFORE = re.compile(r"(?<!from )(?<!from)\b(?<![\d.])\d[\d.]*\s?\\?%?\s?to\s$")
_LEADS_TO = re.compile(
    rf"\b(?:leads?|leading|led|amount\w*|translat\w*|contribut\w*|correspond\w*)\sto\s*"
    rf"{owners.QUALIFIER}$"
)
_BEST_OF = re.compile(
    rf"\b(?:state[- ]of[- ]the[- ]arts?|sota|record|high|best)\s(?:(?:performance|results?|scores?|"
    rf"accuracy)\s)?(?:of|at|with)\s*{owners.QUALIFIER}$",
    re.IGNORECASE,
)
_AGAINST = re.compile(r"\s?(?:vs\.?|versus)\s\d")  # "lower rates (2.8% vs. 4.2%": two scores
_BY_JUST = re.compile(rf"\bby\s*{owners.QUALIFIER}$")
_TIME_UP_TO = re.compile(r"\b(?:time|latency|delay|runtime)s?\s?[(,]?\s?(?:of\s)?up to\s*$")
_TIME_OF = re.compile(
    rf"\b(?:training|inference|rendering|generation|processing|search|optimi[sz]ation|reconstruction|"
    rf"computation|response|running|execution)\stimes?\s(?:of|to|is)\s{owners.QUALIFIER}$"
)
_REMOVED = re.compile(
    rf"\b(?:removal|reduction|elimination|savings?|pruning)\sof\s*{owners.QUALIFIER}$"
)
_COUNT_AFTER = re.compile(
    r"\s(?:[\w-]+\s){0,2}?(?:problems|tasks|questions|samples|examples|images|videos|cases|instances|"
    r"prompts|models|languages|categories|domains|papers|participants|scenes|episodes|hours of|"
    r"benchmarks|datasets|metrics|settings|environments|games|subsets|suites)\b"
)
_OPENS_BRACKET = re.compile(r"\((?:e\.g\.,?\s|i\.e\.,?\s)?(?:over\s|up to\s|about\s|~)?$")
_BRACKETED_AGAIN = re.compile(r"\(\d[\d.]*\\?%\)(?:,| and|, and) [^.;()]{1,30}\($")
_WITHIN = re.compile(r"\b(?:reach|com|perform|stay|remain|get|is|are|fall|lie|agree)\w*\swithin\s$")
_OVER_RIVAL = re.compile(
    r"\s+over\s(?:the\s|its\s|our\s)?(?:[\w-]+\s){0,3}?(?:baselines?|methods?|models?|approach\w*|"
    r"best|best-performing|second-best|runner-up|state-of-the-art|SOTA|previous|prior|existing)\b"
)
_BRACKETED_METRIC = re.compile(r"\d\s?\\?%?\s\([^()]{0,12}$")
_GAP = re.compile(r"\bgaps?\s(?:of|is|reaches|exceeds)\s(?:\w+\s){0,3}$")
_QUALIFIER_WORDS = frozenset([*re.findall(r"[a-z]+", owners.QUALIFIER), "of"])
_CHANGE_AFTER = re.compile(
    r"\)?[\s-]*(?:\(?(?:absolute|relative|average|overall|additional|"
    r"end-to-end|performance|cost|accuracy|mean|further|greater|"
    r"significant|inference|training|latency|memory|speed|token|success|"
    r"rate|FLOPs?|compute|computational|\w+-level|error|parameter)\)?[\s-]+){0,3}"
    r"(?:improvements?|reductions?|gains?|increases?|decreases?|drops?|"
    r"higher|lower|better|faster|fewer|less|more|boosts?|"
    r"savings?|declines?|degradations?|cheaper|shorter|slower|worse|"
    r"uplift|cuts?|speed-?ups?|jump|advantages?|lead|smaller|compression|"
    r"loss|enhancements?|acceleration)\b",
    re.IGNORECASE,
)
_NOUN_AFTER = re.compile(
    r"[\s-]*(?:(?!(?:on|in|for|over|of|and|with|while|to|from|at|by|than|is|are)\b)"
    r"[\w@^-]+\s+){0,3}(?:improvements?|reductions?|gains?|increases?|decreases?|drops?|boosts?|"
    r"savings?|declines?|degradations?|uplift|speed-?ups?)\b"
)
_VALUE_TO_VALUE = re.compile(
    r"\s*to\s*\$?\d[\d.,]*\s?(?:\\?%|pp\b|points?\b|pts\b|ms\b|s\b|GB\b|dB\b)"
)
_CHANGED_FROM = re.compile(
    rf"{_CHANGE}\w*\s\(?\d[\d.,]*\s?(?:\\?%|pp|points?|pts|ms|s|GB|dB)?\s*to\s*$", re.IGNORECASE
)
_CHANGING = re.compile(rf"{_CHANGE}\w*\s$", re.IGNORECASE)
_OF = re.compile(rf"\sof\s{owners.QUALIFIER}")
_COSTS = frozenset({"latency", "throughput", "memory", "cost", "speedup", "MFU"})
_WITH_METRIC = re.compile(
    r"\b(?:with|at|achiev\w*|reach\w*|obtain\w*|attain\w*|maintain\w*|keep\w*)\s(?:an?\s|the\s)?(?:[\w-]+\s)?$"
)
_WITH_SCORE = re.compile(r"\bwith\s(?:an?\s)?(?:average\s)?$")
_HUMAN = re.compile(r"\b(?:human|expert)(?:-level)?\s$")  # "below the human accuracy of 97%"
_TO_VALUE = re.compile(r"\s?(?:\([^()]{0,30}\)\s)?to\s*\$?[+-]?\d")
_CHANGED = re.compile(_CHANGE, re.IGNORECASE)
_TO_WHOLE = re.compile(r"\sto\s\d{1,2}(?![\d%]|\.\d|\s?[-–%])")
_FROM_WHOLE = re.compile(r"\bfrom\s\d{1,2}\sto\s$")
_KEPT = re.compile(
    rf"\b(?:preserv|retain|maintain|recover)\w*\s*{owners.QUALIFIER}$", re.IGNORECASE
)
_KEPT_OF = re.compile(
    r"\s+(?:and\s\d[\d.]*\s?\\?%\s)?(?:of\s+)?(?:the\s+|its\s+|their\s+)?"
    r"(?:(?!achiev|yield|reach|match|maintain)[\w'-]+\s+){0,3}?"
    r"(?:performance|capabilit|quality)"
)
# "with only 21% of the reasoning length"
_COST_OF = re.compile(
    r"\s+of\s+(?:the\s+|its\s+|their\s+)?(?:[\w'-]+\s+){0,3}?"
    r"(?:costs?|length|NFEs?|computations?|time|latency|FLOPs?|memory|runtime|energy|overhead)\b"
)
_AT_COST = re.compile(
    rf"\b(?:with|at|us\w+|requir\w+|need\w*|consum\w+|only|just)\s{owners.QUALIFIER}$"
)
_REACHED = re.compile(
    rf"(?:achiev|reach|attain|obtain|scor|surpass|exceed)\w*\s*{owners.QUALIFIER}$", re.IGNORECASE
)
# "achieving a conditioned harmonic mean of 0.78": a measure that no list has
_REACHED_OF = re.compile(
    rf"\b(?:achiev|reach|attain|obtain|scor|yield|deliver|record)\w*\s(?:an?|the|its)\s"
    rf"(?:(?!of\b|with\b|by\b|and\b|for\b|on\b)[\w()@/-]+\s){{1,6}}of\s{owners.QUALIFIER}$"
)
_DONE = re.compile(
    rf"\b(?:complet|identif|solv|answer|resolv|detect|finish|succe|handl|pass)\w*\s"
    rf"(?:in\s)?{owners.QUALIFIER}$"
)
_TIMES_GOOD = re.compile(
    r"\)?[\s-]*(?:\(?[\w-]+\)?[\s-]+){0,3}?(?:faster|speed-?ups?|fewer|"
    r"less|lower|higher|better|reductions?|accelerations?|improvements?|"
    r"increases?|throughput|gains?|cheaper|shorter|slower|longer than|layer-wise|end-to-end|"
    r"overhead|slowdown|penalty|"
    r"\(|more|compression|efficien\w+|savings?|decrease|boost|acceleration|"
    r"that of|beyond|speed|in\s\w+|on\s|over\s|compared|relative to|"
    r"the (?:throughput|speed|performance|rate)|for\s|while|and|,|\.|"
    r"with|at)",
    re.IGNORECASE,
)
# "speeds up annotation by 3 times", whatever follows
_TIMES_BY = re.compile(
    r"\b(?:speed\w*(?: up)?|accelerat\w+|improv\w+|increas\w+|reduc\w+|boost\w*|cut(?:s|ting)?|"
    r"outperform\w*|faster|lower\w*|exceed\w*|amplif\w+)\s"
    r"(?:(?!by\b|with\b|to\b|from\b|than\b|at\b|using\b|for\b)[\w-]+\s){0,7}(?:by\s)?"
    r"(?:a factor of\s|up to\s|over\s|more than\s|about\s|nearly\s|roughly\s|"
    r"approximately\s|at least\s|"
    r"an average of\s|~)*(?:\d[\d.]*(?:x|times)?\s?(?:to|[-–]{1,2})\s?)?$"
)
_TIMES_BAD = re.compile(
    r"[\s-]*(?:(?!on\b|in\b|for\b|over\b)\w+\s)?(?:larger|large\b|bigger|smaller|"
    r"as (?:many|large|much)|data\b|super|upsampl|upscal|zoom|resolution|"
    r"the size|more parameters|"
    r"more (?:data|training|tokens|samples|images|compute|diverse)|NVIDIA|"
    r"less (?:\w+ )?data|longer context|"
    r"longer than (?:previous|existing|prior) (?:benchmarks|datasets)|"
    r"RTX|H100|A100|GPU|H800|longer sequences|magnification|wider|deeper|"
    r"downsampl|as\b|A6000|V100|"
    r"the (?:number|parameters|amount|model)|model\b)",
    re.IGNORECASE,
)
# "using 2x iterations matches the performance of 3x selections": settings
_TIMES_SETTING = re.compile(r"\b(?:using|(?:performance|accuracy|quality) of)\s$")
_LESS = re.compile(
    r"[\s-]*(?:[\w-]+\s){0,2}?(?:fewer|less|lower|faster|higher|better|smaller|cheaper)\b"
)
_TIMES_BEFORE_BAD = re.compile(
    r"(?:compet\w+ with|rival\w*|match\w*|models?|sizes?|resolution|"
    r"scale|upscal\w*|input|factor)\s*(?:\w+\s){0,1}$"
)
_SHARE_OF = re.compile(
    r"\s+(?:of\s+(?:the\s+|its\s+|their\s+|all\s+|our\s+|total\s+|original\s+|"
    r"available\s+|full\s+|labell?ed\s+)*)?(?:(?!on\b|in\b|for\b|over\b|"
    r"across\b|and\b|with\b)[\w'’-]+\s+){0,2}?"
    r"(?:data|dataset|datasets|samples|parameters|params|tokens|labels|"
    r"annotations|weights|sparsity|sparse|budget|corpus|examples|quantity|"
    r"supervision|"
    r"compute|demonstrations|neurons|layers|pixels|images|videos|instances|"
    r"prompts|instructions|variance|confidence|noise|masking|mask|size|"
    r"overlap|steps|vocabulary|heads|features|experts|threshold|quantile|"
    r"percentile|budgets?|activation|attention|trainable|keyframes|frames|"
    r"cases involve|papers|authors|human|synthetic|real)\b",
    re.IGNORECASE,
)
# "with only 5.2% memory-related tasks", "focus on 3% of regions": what something is made of
_COMPOSED = re.compile(
    r"(?:[-–—]{1,2}\d[\d.]*\s?\\?%)?\s(?:of\s)?(?:(?!accuracy\b|success\b|on\b|in\b)[\w-]+\s){0,3}?"
    r"(?:tasks|regions|questions|samples|queries|problems|examples|instances|data|content)\b"
)
_MADE_OF = re.compile(
    r"(?:\bwith\s(?:only\s)?|\bfocus\w*\s(?:\w+\s)?on\s(?:the\s|only\s)*|\bof which\s|"
    r"\bcontain\w*\s|\bcompris\w*\s|\baccount\w* for\s)(?:\d[\d.]*\s?\\?%?\s?(?:to|"
    r"[-–—]{1,2})\s?)?$"
)
_USING = re.compile(
    r"(?:with|using|uses?|only|just|on|under|utiliz\w+|merely|mere|requir\w*|"
    r"from|train\w*|of|at|to|updat\w+|tun\w+|than|select\w*|top|remaining|"
    r"for|activat\w+|prun\w+|contain\w*|remov\w+|mask\w*|when|induce up to|"
    r"keep\w*|leverag\w+)\s*(?:as little as |as few as |up to |about |"
    r"approximately |around |over |the |a |mere |nearly |leq |\\leq |"
    r"roughly |<\s?|sim\s?|approx\s?|~)*$",
    re.IGNORECASE,
)
_SETTING = re.compile(
    r"\s*(?:confidence|variance|sparsity|sparse|noise|masking|dropout|"
    r"quantile|percentile|threshold|CI\b|of the time|train|split|pruning|"
    r"compressed\b|pruned\b|quantized\b|junk|watermark|token budget|context)",
    re.IGNORECASE,
)
_ABSOLUTE_BEFORE = re.compile(
    rf"(?:achiev|reach|attain|obtain|yield|scor|record|deliver|hit|exceed|"
    rf"report|maintain|retain|preserv|register|sustain|get|gets|secur|"
    rf"post|averag|peak|rang|surpass|recover|show|demonstrat|solv|match|"
    rf"approach|generat|is|are|was|were|at|to|of|=|:|remain|and|stand|"
    rf"with|complet|correctly|answer|pass|than|find|captur|agree)\w*\s*{owners.QUALIFIER}$",
    re.IGNORECASE,
)
_RESULT_WORDS = re.compile(
    r"\b(?:accura|success|score|rate|performance|F1|precision|recall|"
    r"achiev|reach|attain|outperform|surpass|improv|reduc|gain|win|agreement|"
    r"correlation|"
    r"speed|latency|AUC|mAP|IoU|pass@|error|correct|exceed|experiment|"
    r"result|evaluat|benchmark|find|show|reveal|fail|solve|overhead|"
    r"efficien|sav|quality|only|drop|perplexity|cost|retain|boost|yield)",
    re.IGNORECASE,
)
_METRIC_LINK = re.compile(
    rf"\)?\s*(?:\([\w@. -]{{1,12}}\)\s*)?(?:scores?|values?|rates?|results?|"
    rf"metrics?)?\s*(?:on [\w@ -]{{1,30}}?)?\s*(?:(?:of|=|:|to|at|is|"
    rf"are|was|reach\w*|from|by|scores?|exceed\w*|below|above|\(|\bon average|"
    rf"hits?|improv\w+|drop\w*|increas\w+|surpass\w*|as)\s*)*{owners.QUALIFIER}",
    re.IGNORECASE,
)
_SYMBOL = re.compile(
    r"(?:\br|\bR|ρ|rho|tau|κ|kappa|\|r\||R\^?2|R²|AUC|AUROC|Delta|Δ)\s*\$?(?:=|>|of|<|≈)\s*$"
)
_THRESHOLD = re.compile(r"\b(?:threshold|temperature|learning rate)\s(?:of\s|=\s?)?$")
_P_VALUE = re.compile(
    r"(?:\b[pPnNkKβαλγTdtσ]|alpha|beta|tau|epsilon|lambda)\s*(?:[<>=≤]|\\leq?|leq?)\s*$"
)
_COMPARISONS = ("<", ">", "=", "≤", "le", "leq")
_SPEED = re.compile(
    r"latency|\btakes?\b|\btook\b|\bspeed|inference|real-time|per (?:image|"
    r"frame|step|query|second|scene|token|sample|object|prompt)|response time|"
    r"runs?\b|running|"
    r"render|throughput|(?:in|within|under|than|to) (?:just |only |about |"
    r"under |approximately |less than |as little as |roughly |~|around |"
    r"mere )*$|processing|generation time|converge|reconstruct",
    re.IGNORECASE,
)
_TIME_SETTING = re.compile(
    r"[\s-]*(?:of (?:video|audio|speech|music|data|footage|recording|"
    r"training data|human|demonstration|real|content|high|\w+ (?:video|"
    r"audio|speech|music|data))|videos?|clips?|long\b|audio|speech|context|"
    r"music|segments?|films?|footage|window|ahead|forecast|song)",
    re.IGNORECASE,
)
# "datasets, typically less than 1 hour": how much data there is
_DATA_HOURS = re.compile(
    r"\b(?:data|datasets?|corpus|corpora|recordings?|footage|videos?|audio|speech)\b[^.;]{0,40}$"
)
_RANGE_HEAD = re.compile(r"\d[\d.]*\s?(?:to|[-–]{1,2})\s?$")  # "in 1 to 2.5 hours"
_TAKING = re.compile(r"\b(?:requir|tak|took|cost|within|in under|train)\w*\b[^.;,]{0,30}$")
_LASTING = re.compile(r"\b(?:longer than|duration of|lasting)\s(?:\w+\s){0,2}$")
_SHORT_TIMES = frozenset({"ms", "us", "µs", "μs", "ns"})
_SPEED_UNITS = frozenset({"FPS", "fps", "frames per second", "frames/s"})
_NAMED_BEFORE = re.compile(r"(?:^|[\s(])(?P<word>[\w.+-]*[A-Z][\w.+-]*)[\s~]$")


class Result(NamedTuple):
    """What a number was judged to be."""

    kind: Kind
    owner: Owner
    metric: tuple[int, int, metrics.Metric] | None
    confidence: float


def _is_change(before: str) -> bool:
    """Say whether "improves by", "outperforms X on Y by" or the like leads to the number.

    Args:
        before: the sentence up to the number, in lower case.
    """
    words = _LETTERS.findall(before)
    if _CHANGE_HEADS.isdisjoint([word[:3] for word in words]):
        return False  # most numbers have no word of change before them
    if _may_be_direct(words) and _BY_DIRECT.search(before[-70:]) is not None:
        return True
    if _BY_OBJECT.search(before[-90:]) is not None:
        return True
    return _BY_END.search(before[-60:]) is not None and _BY.search(before) is not None


def _is_bracketed_change(before: str) -> bool:
    """Say whether a bracket after a noun of change opens at the number, or goes on from one.

    After a verb of change, too, if the bracket says how far: "degrades accuracy (up to 80%".
    """
    if _IN_BRACKETS_BY.search(before.lower()) is not None:
        return True
    if _OPENS_BRACKET.search(before[-15:]) is None:
        return False
    again = _BRACKETED_AGAIN.search(before)
    while again is not None:
        before = before[: again.start() + 1]
        again = _BRACKETED_AGAIN.search(before)
    return _IN_BRACKETS.search(before) is not None


def _may_be_direct(words: Sequence[str]) -> bool:
    """Say whether only qualifiers stand after a word of change: far cheaper than the pattern."""
    for word in reversed(words):
        if _DIRECT_LEAD.search(word) is not None:
            return True
        if word not in _QUALIFIER_WORDS:
            return False
    return False


def judge(
    text: str,
    number: Number,
    *,
    sentence: tuple[int, int],
    is_opening: bool,
    introduces: bool,
    known_after: bool,
    known_before: bool = False,
    own_names: Sequence[str] = (),
    benchmarks: Collection[str] = (),
) -> Result | None:
    """Return what the number measures, or None where it is no result or unclear.

    Args:
        text: the field.
        number: the number in it.
        sentence: its sentence.
        is_opening: the sentence stands before the paper speaks of itself.
        introduces: the paper introduces a benchmark.
        known_after: "on BENCHMARK" follows the number.
        known_before: the number opens a bracket after a benchmark: "BENCHMARK (84.4%)".
        own_names: what the paper calls its own work, benchmarks aside.
        benchmarks: names of the paper's benchmarks.
    """
    first, last = sentence
    before = text[max(first, number.start - 160) : number.start]
    after = text[number.row_end : min(last, number.row_end + 90)]
    # the opening tells of others; only a score on a named benchmark is one of theirs
    is_told = is_opening and known_after and _REACHED.search(before[-60:]) is not None
    if is_opening and number.unit != TIMES and not is_told:
        return None
    if before.rstrip().endswith(_COMPARISONS) and _P_VALUE.search(before) is not None:
        return None
    if _THRESHOLD.search(before[-20:]) is not None:
        return None
    metric = _metric_near(text, number, sentence)
    kind = _kind(number, before, after, metric, known_after)
    is_metric_of = metric is not None and (
        text[metric[1] : number.start] == " of "
        or (metric[2].name not in _COSTS and _OF.fullmatch(text, metric[1], number.start))
    )
    if kind == "delta" and metric is not None and is_metric_of:
        lead = text[max(first, metric[0] - 40) : metric[0]]
        is_reached = _WITH_METRIC.search(lead) is not None or _HUMAN.search(lead) is not None
        kind = "absolute" if is_reached else kind
    is_start = bool(_VALUE_TO_VALUE.match(after) and _CHANGING.search(before[-30:]))
    is_end = before.endswith("to ") and _CHANGED_FROM.search(before[-60:]) is not None
    if kind is not None and (is_start or is_end):
        return Result("absolute", "other" if is_start else "own", metric, 0.9)
    if kind is None:
        return None
    head = text[max(first, number.start - 300) : number.start]
    if is_opening and kind == "absolute":
        owner: Owner = "other"
    else:
        owner = owners.owner_of(
            before,
            after,
            head,
            kind,
            introduces=introduces,
            known_before=known_before,
            own_names=own_names,
            benchmarks=benchmarks,
        )
    return Result(kind, owner, metric, 0.95 if metric or known_after or kind != "absolute" else 0.8)


def is_reached(text: str, start: int) -> bool:
    """Say whether "achieves", "scores" or the like leads to the number that starts there."""
    before = text[max(0, start - 60) : start]
    return _REACHED.search(before) is not None or _DONE.search(before) is not None


def _kind(
    number: Number,
    before: str,
    after: str,
    metric: tuple[int, int, metrics.Metric] | None,
    known_after: bool,
) -> Kind | None:
    is_changed = (
        (
            number.sign == "+"
            or _CHANGE_AFTER.match(after) is not None
            or _NOUN_AFTER.match(after) is not None
            or _is_change(before.lower())
            or ("gap" in before and _GAP.search(before) is not None)
            or _OVER_RIVAL.match(after) is not None
            or (_is_bracketed_change(before) and owners.ARROW_AFTER.match(after) is None)
            or (before.endswith("within ") and _WITHIN.search(before) is not None)
            or (number.unit == PERCENT and number.sign in {"-", "−"})
        )
        and owners.FROM.search(before[-40:]) is None
        and owners.TO.search(before[-40:]) is None
        and (_BEST_OF.search(before[-60:]) is None or _NOUN_AFTER.match(after) is not None)
        and _AGAINST.match(after) is None
    ) or (
        (_RANGE_BEFORE.search(before[-30:]) or _LEADS_TO.search(before[-40:])) is not None
        and (_CHANGE_AFTER.match(after) or _NOUN_AFTER.match(after)) is not None
    )
    if (
        is_changed
        and metric is not None
        and 0 <= metric[0] - number.row_end <= 1
        and number.sign != "+"
        and _WITH_SCORE.search(before[-20:]) is not None
        and (_CHANGE_AFTER.match(after) or _NOUN_AFTER.match(after)) is None
    ):
        is_changed = False  # "surpasses models with 95.0 pass@1"
    if number.unit == PERCENT:
        return _percent_kind(before, after, is_changed, metric, known_after)
    if number.unit in {POINTS, "pp"}:
        return _points_kind(number, before, after)
    if number.unit == "$":
        return "absolute"
    if number.unit == TIMES:
        return _times_kind(number, before, after)
    if number.unit.startswith("/"):
        is_score = (
            re.search(
                r"(?:solv\w*|scor\w*|achiev\w*|pass\w*|reach\w*|prov\w*|correct\w*|"
                r"answer\w*)\s(?:\w+\s)?$",
                before,
            )
            is not None
            or known_after
        )
        return "absolute" if is_score and int(number.unit[1:]) > 10 else None
    if number.unit == "dB":
        return "delta" if is_changed else "absolute"
    if (
        number.unit.endswith("FLOPS")
        or "token" in number.unit
        or number.unit in {"TPS", "tok/s", *_SHORT_TIMES}
        or number.unit.startswith("milli")
    ):
        return "delta" if is_changed and number.unit not in _SHORT_TIMES else "absolute"
    if number.unit in _SPEED_UNITS:
        is_speed = re.search(
            r"(?:at|achiev\w*|to|of|over|reach\w*|runs?|than|approximately|deliver\w*|sustain\w*|"
            r"nearly|up to|about)\s*(?:up to |over |more than |approximately |"
            r"a |an |about |stable |steady |smooth |consistent )*$",
            before,
        )
        near = before[-80:] + after
        if is_speed and re.search(
            r"real-time|speed|inference|render|operat|throughput|achiev|runn?(?:s|"
            r"ing)|GPU|latency|4090|A100|H100|process|reconstruct|efficien",
            near,
        ):
            return "absolute"
        return None
    if number.unit in {"GB", "MB", "KB", "GiB"}:
        is_memory = re.match(r"\s(?:of\s)?(?:peak\s)?(?:GPU\s|CPU\s)?(?:memory|VRAM)\b", after)
        return (
            "absolute"
            if is_memory
            and re.search(
                r"(?:only|just|with|requir\w+|to|peak|under|less than|us\w+|and)\s(?:\w+\s){0,2}$",
                before,
            )
            else None
        )
    if number.unit:
        return _time_kind(number, before, after, is_changed)
    return _bare_kind(number, before, after, is_changed, metric, known_after)


def _percent_kind(
    before: str,
    after: str,
    is_changed: bool,
    metric: tuple[int, int, metrics.Metric] | None,
    known_after: bool,
) -> Kind | None:
    if _SETTING.match(after) is not None:
        return None
    if re.search(
        r"\b(?:top|confidence|junk|ratio|sparsity|probability)[\s-]*(?:ratio )?(?:of |"
        r"to |at |rises? from |from )?$",
        before[-30:],
    ):
        return None
    if _COMPOSED.match(after) is not None and _MADE_OF.search(before[-60:]) is not None:
        return None
    if _COST_OF.match(after) is not None and _AT_COST.search(before[-50:]) is not None:
        return "ratio"
    is_share = _SHARE_OF.match(after) is not None
    if _KEPT.search(before[-60:]) is not None and _KEPT_OF.match(after) is not None:
        return "ratio"
    if (
        is_share
        and not (_CHANGE_AFTER.match(after) or _NOUN_AFTER.match(after))
        and _USING.search(before[-60:]) is not None
    ):
        is_reduced = re.search(
            r"(?:reduc\w*|prun\w*|cut\w*|sav\w*|remov\w*|outperform\w*|improv\w*|"
            r"boost\w*|compress\w*)\b[^,;]{0,60}\bby\s*(?:up to |over |more than |"
            r"about |nearly )*$",
            before[-90:],
        )
        if is_reduced is None and _REMOVED.search(before[-60:]) is None:
            return None
    if is_changed:
        if re.match(
            r"\s+of\s+(?:the|its|their)?\s*(?:[\w-]+\s+){0,2}(?:performance|"
            r"accuracy|quality|improvement|capabilit)",
            after,
        ) and not re.search(r"\bby\b[^.;,]{0,20}$", before):
            return "ratio"
        return "delta"
    if re.match(
        r"\s+of\s+(?:the\s+|its\s+|their\s+|that\s+)?(?:[\w'-]+\s+){0,3}?(?:performance|"
        r"accuracy|quality|improvements?|capabilit\w+|maximum|original|baseline|"
        r"teacher|costs?|size|time|latency|full|[A-Z]?FLOPs?|memory|runtime|energy|"
        r"overhead)\b|\s+of\s+[A-Z]",
        after,
    ):
        return "ratio"
    if metric is not None or known_after or _ABSOLUTE_BEFORE.search(before[-60:]) is not None:
        return "absolute"
    if _RESULT_WORDS.search(before) or _RESULT_WORDS.search(after):
        return "absolute"
    return None


def _points_kind(number: Number, before: str, after: str) -> Kind | None:
    if "." not in number.value and abs(float(number.value)) > 100:
        return None
    tail = before[-110:]
    is_change = (
        number.sign == "+"
        or re.search(rf"(?:\bby|{_CHANGE}\w*|\bwith)\b", tail, re.IGNORECASE) is not None
        or _CHANGE_AFTER.match(after) is not None
        or "percentage" in after[:1]
        or "." in number.value
    )
    if re.match(
        r"\s*(?:per|clouds?|in 3D|tracks?|sampled|each|scale|Likert|interpolation|grid|rating)\b",
        after,
    ):
        return None
    return "delta" if is_change else None


def _times_kind(number: Number, before: str, after: str) -> Kind | None:
    if _TIMES_BY.search(before[-90:]) is not None and _TIMES_BAD.match(after) is None:
        return "ratio"
    if _TIMES_BAD.match(after) is not None and not _CHANGE_AFTER.match(after):
        return None
    if re.match(r"[\s-]*(?:larger|bigger|smaller|more (?:parameters|data|training))", after):
        return None
    if _TIMES_BEFORE_BAD.search(before[-40:]) is not None and not _CHANGE_AFTER.match(after):
        return None
    is_setting = _TIMES_SETTING.search(before[-40:]) is not None
    if is_setting and not (_CHANGE_AFTER.match(after) or _LESS.match(after)):
        return None
    is_cued = re.search(
        r"(?:\bby|\bof|up to|upto|achiev\w*|speed-?ups?|accelerat\w*|:|\bto|"
        r"\band|\(|over|about|approximately|around|nearly|\ba|an|is|than|"
        r"with|"
        r"deliver\w*|reach\w*|yield\w*|provid\w*|requir\w*|runs?|running|on average|"
        r"offer\w*|enabl\w*|us\w+|~|being|while|least|,|–|-|obtain\w*|attain\w*|"
        r"sim|average|or)\s*\$?\**$",
        before[-30:],
        re.IGNORECASE,
    )
    if _TIMES_GOOD.match(after) is not None and is_cued is not None:
        clause = before[-90:] + after
        if re.search(
            r"faster|speed|accelerat|fewer|less|lower|higher|better|reduc|improv|"
            r"increas|throughput|gain|cheap|short|efficien|sav|longer|that of|"
            r"compress|boost|outperform|extend|scal|more|latency|cost|decreas|"
            r"slower|memory|\bcut|FLOP",
            clause,
            re.IGNORECASE,
        ):
            return "ratio"
        return None
    return "ratio" if _CHANGE_AFTER.match(after) else None


def _time_kind(number: Number, before: str, after: str, is_changed: bool) -> Kind | None:
    if _TIME_SETTING.match(after) is not None or _LASTING.search(before) is not None:
        return None
    tail = _RANGE_HEAD.sub("", before[-70:])
    if "hour" in number.unit or "day" in number.unit:
        on_hardware = re.match(
            r"\s(?:on|using|with)\s[^.,;]{0,30}(?:GPUs?|H100|A100|V100|4090|H800|TPU)", after
        )
        is_data = _DATA_HOURS.search(before) is not None and _TAKING.search(before) is None
        if is_data and "GPU" not in number.unit and not on_hardware:
            return None
        if (
            "GPU" not in number.unit
            and not on_hardware
            and not re.search(
                r"(?:in|within|under|takes?|taking|took|requires?|requiring|than)\s(?:just |only |"
                r"about |under |approximately |less than |as little as |roughly |"
                r"over )*$",
                tail,
            )
        ):
            return None
        return "absolute"
    if is_changed and _BY_JUST.search(tail) is not None:
        return "delta"
    if _TIME_UP_TO.search(tail) is not None or _TIME_OF.search(tail) is not None:
        return "absolute"
    if _SPEED.search(tail) is None or re.search(
        r"(?:every|per|each|first|last|of|long|minute-long|to generate|up to)\s*$", tail
    ):
        return None
    return "absolute"


def _bare_kind(  # noqa: PLR0912 - one branch a way to say it
    number: Number,
    before: str,
    after: str,
    is_changed: bool,
    metric: tuple[int, int, metrics.Metric] | None,
    known_after: bool,
) -> Kind | None:
    has_point = "." in number.value
    if not has_point and _COUNT_AFTER.match(after) is not None:
        return None
    if has_point and _SYMBOL.search(before) is not None:
        return "absolute"
    if number.sign == "+" and has_point:
        return "delta"
    if has_point and (owners.ARROW_BEFORE.search(before) or owners.ARROW_AFTER.match(after)):
        return "absolute"
    if has_point and _CHANGED.search(before) is not None:
        if owners.FROM_VALUE.search(before) is not None:
            return "absolute"
        if owners.FROM.search(before[-40:]) is not None and _TO_VALUE.match(after) is not None:
            return "absolute"
    if has_point and _NOUN_AFTER.match(after) is not None:
        return "delta"
    if has_point and _REACHED_OF.search(before[-90:]) is not None and not is_changed:
        return "absolute"
    is_scored = metric is not None and metric[0] >= number.row_end and _REACHED.search(before[-60:])
    if has_point and (
        is_scored or ("(" in before[-3:] and owners.BEATEN.search(before) is not None)
    ):
        return "absolute"
    is_scored_span = metric is not None and metric[1] <= number.start and _is_span(before, after)
    if metric is not None and is_scored_span and metric[2].lower_is_better is False:
        return "absolute"
    if not has_point and not (metric and 1 < abs(float(number.value)) <= 2000):
        return None
    named = _NAMED_BEFORE.search(before)
    if named is not None and metric is None:
        return None
    if metric is not None:
        gap_before = metric[1] <= number.start
        if gap_before or metric[0] - number.row_end <= 2:
            if not has_point and metric[2].name in {
                "score",
                "cost",
                "memory",
                "latency",
                "throughput",
                "speedup",
                "correlation",
                "MFU",
                "MAE",
            }:
                return None
            return "delta" if is_changed else "absolute"
    if known_after and has_point:
        return "delta" if is_changed else "absolute"
    if has_point and re.search(
        r"\bby\s*(?:\+|an average of |up to |over |about |more than )*$", before
    ):
        return "delta" if is_changed else None
    return None


def _is_span(before: str, after: str) -> bool:
    """Say whether a whole number is an end of "from 63 to 92"."""
    is_start = before.endswith("from ") and _TO_WHOLE.match(after) is not None
    return is_start or _FROM_WHOLE.search(before[-12:]) is not None


def _metric_near(
    text: str, number: Number, sentence: tuple[int, int]
) -> tuple[int, int, metrics.Metric] | None:
    """Return the metric that the number belongs to: beside it, else in its clause."""
    first, last = sentence
    start = max(first, number.start - 90)
    stop = min(last, number.end + 60)
    after = metrics.find_metrics(text, number.row_end, max(stop, number.row_end))
    if after:
        gap = text[number.row_end : after[0][0]]
        if gap == " (" and text[after[0][1] : after[0][1] + 1] == ")":
            return after[0]  # "79.8% (pass@1)"
        if re.fullmatch(
            r"[\s)-]*(?:\([\w\s]*\)\s*)?(?:(?!and\b|on\b|with\b|while\b|to\b|"
            r"for\b|from\b)[\w-]+\s+){0,3}(?:(?:in|of|on|for)\s+(?:the\s+|its\s+|"
            r"average\s+|terms of\s+)?(?:[\w-]+\s+){0,2})?",
            gap,
        ):
            return after[0]
    before = metrics.find_metrics(text, start, number.start)
    if before and _is_bracketed(text, before[-1], first):
        before = []
    if before:
        metric = before[-1]
        gap = text[metric[1] : number.start]
        if _METRIC_LINK.fullmatch(gap) or (
            not number.is_bare
            and len(gap) < 70
            and not re.search(r"[;]|\d\s?%|, (?:while|and|with)", gap)
        ):
            return metric
    return None


def _is_bracketed(text: str, metric: tuple[int, int, metrics.Metric], since: int) -> bool:
    """Say whether "79.8% (pass@1)" stands there: what it says is not of the next number."""
    start, end, _ = metric
    if text[end : end + 1] != ")":
        return False
    return _BRACKETED_METRIC.search(text, max(since, start - 30), start) is not None
