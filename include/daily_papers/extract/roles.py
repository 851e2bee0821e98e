"""Say what a paper does with a benchmark: introduces, evaluates, trains on or mentions it."""

import re
from collections.abc import Sequence

from daily_papers.extract.records import Field, Role
from daily_papers.extract.words import Text

_TRAINED = re.compile(
    r"(?:\b(?:pre-?|fine-?)?(?:train|tun)(?:ed|ing|s)?\b|\bcorpus\b|"
    r"\bderived from\b|\bsourced from\b|"
    r"\bcurated from\b|\bcollected from\b|\bbuilt (?:up)?on\b)[^.;]{0,60}$",
    re.IGNORECASE,
)
# These two read lower case: a pattern that ignores case is several times slower.
_EVALUATED = re.compile(
    r"\b(?:evaluat|experiment|result|achiev|outperform|surpass|improv|"
    r"performance|accura|state-of-the-art|"
    r"sota|score|validat|test(?:ed|ing|s)? on|benchmarks? (?:such|including|like)|gain|demonstrat|"
    r"reach|attain|exceed|across|ablation|assess|compar|rank|boost|increas|reduc|show|yield|"
    r"obtain|verif|speedup|report|set(?:s|ting)? a new|competitive|deliver|establish|analy)",
)
_MENTIONED = re.compile(
    r"\b(?:unlike|existing benchmarks?|previous benchmarks?|prior benchmarks?|current benchmarks?|"
    r"existing (?:\w+ ){0,2}(?:benchmarks?|datasets?)|struggl|derived from|"
    r"built upon|building on|extend(?:s|ing|ed)?|"
    r"compared (?:to|with) (?:existing|previous|prior)|based on the|"
    r"samples? from|sourced from|larger than)",
)
_REACH = 400  # characters of a sentence that are looked at around a name


def role_of(
    places: Sequence[tuple[Text, Field, int, int]], *, is_introduced: bool, introduces: bool
) -> Role:
    """Return the strongest role that one of the places shows.

    Args:
        places: text, field, start and end of each place of the name.
        is_introduced: a place introduces it.
        introduces: the paper introduces some benchmark; then others are often background.
    """
    if is_introduced:
        return "introduced"
    shown: set[Role] = set()
    for text, field, start, _end in places[:40]:
        first, last = text.sentence_at(start)
        first, last = max(first, start - _REACH), min(last, start + _REACH)
        sentence = text.lowered[first:last]
        before = text.text[first:start]
        if field == "title":
            continue
        is_mentioned = _MENTIONED.search(sentence) is not None
        if _TRAINED.search(before[-90:]) is not None and not _NUMBER_NEAR.search(before[-25:]):
            shown.add("trained")
        elif _EVALUATED.search(sentence) is not None and not (
            is_mentioned and (introduces or first == 0)
        ):
            # the opening sentences tell what others did
            if not (first == 0 and len(text.sentences) > 3):
                shown.add("evaluated")
        elif (
            not is_mentioned
            and re.search(r"\b(?:on|of) (?:the )?$", before[-8:])
            and not introduces
        ):
            shown.add("evaluated")
    for role in ("evaluated", "trained"):
        if role in shown:
            return role
    return "mentioned"


_NUMBER_NEAR = re.compile(r"\d\s?%?\s?(?:on|in)?\s*(?:the )?$")
