"""Which venue a text names, however a catalogue abbreviates it.

"proc . acm sigmod int'l conf ." is "international conference on management of data".
Rules are tried in order; the first that matches names the family, and the kind says
whether it is a conference, a journal, a newsletter, a preprint or a report.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True)
class Venue:
    """A venue as far as a text tells it; empty where it does not."""

    family: str
    kind: str  # conference, journal, newsletter, preprint, report, other or ""


NO_VENUE: Final = Venue("", "")

_FAMILIES: Final = tuple(
    (re.compile(pattern), Venue(family, kind))
    for pattern, family, kind in (
        (r"sigmod rec|^ecord$|newsletter of acm sigmod", "sigmodrecord", "newsletter"),
        (r"sigkdd explor", "kddexplorations", "newsletter"),
        (r"data engineering bulletin|\bdata eng\w* ?\.? bull", "debulletin", "newsletter"),
        (
            r"(?:trans\w*|tods) ?\.?,? ?(?:on )?(?:data ?base)|\btods\b|trans .{0,10}database sys",
            "tods",
            "journal",
        ),
        (
            r"vldb ?-?j|large data ?bases? journal|journal on very large|vldb journal",
            "vldbj",
            "journal",
        ),
        (r"knowledge (?:and|&) data eng|knowl\w* .{0,5}data eng|\btkde\b", "tkde", "journal"),
        (r"information systems\W*\(? ?tois|\btois\b", "tois", "journal"),
        (r"comput\w* surv", "csur", "journal"),
        (r"commun\w* .{0,4}(?:of )?(?:the )?acm|\bcacm\b", "cacm", "journal"),
        (r"journal of the acm|\bjacm\b|\bj\W*acm\b", "jacm", "journal"),
        (r"machine learning research|\bjmlr\b", "jmlr", "journal"),
        (r"transactions on machine learning|\btmlr\b", "tmlr", "journal"),
        (r"\btacl\b|transactions of the association for comp", "tacl", "journal"),
        (r"\btpami\b|\bpami\b|pattern analysis and machine", "tpami", "journal"),
        (
            r"sigmod|management of data|conference on mana\w*\W*$|conference on management",
            "sigmod",
            "conference",
        ),
        (r"vldb|large data ?bases?|on very\b|very large", "vldb", "conference"),
        (r"\bicde\b|(?:conf|int)\w*\W.{0,30}data eng", "icde", "conference"),
        (r"\bpods\b|principles of database", "pods", "conference"),
        (r"\bedbt\b|extending database", "edbt", "conference"),
        (r"\bicdt\b", "icdt", "conference"),
        (r"\bcikm\b|information and knowledge management", "cikm", "conference"),
        (r"\bkdd\b|sigkdd|knowledge discovery (?:and|in|&) data", "kdd", "conference"),
        (r"\bsigir\b", "sigir", "conference"),
        (r"\bneurips\b|\bnips\b|neural information proc", "neurips", "conference"),
        (r"\bicml\b|conference on machine learning", "icml", "conference"),
        (r"\biclr\b|learning representations", "iclr", "conference"),
        (r"\bcvpr\b|computer vision and pattern", "cvpr", "conference"),
        (r"\biccv\b|conference on computer vision", "iccv", "conference"),
        (r"\beccv\b", "eccv", "conference"),
        (r"\bnaacl\b|\bemnlp\b|\bacl\b|computational linguistics", "acl", "conference"),
        (r"\baaai\b", "aaai", "conference"),
        (r"\barxiv\b|\bcorr\b", "arxiv", "preprint"),
        (r"lecture notes|\blncs\b", "lncs", "conference"),
    )
)
_KINDS: Final = tuple(
    (re.compile(pattern), Venue("", kind))
    for pattern, kind in (
        (
            r"tech\w*\W+rep|technical memo|\bthesis\b|dissertation|universit|\btr\b|http|www",
            "report",
        ),
        (r"submitted|unpublished|manuscript|to appear|preprint", "preprint"),
        (r"\bproc\b|proceeding|conference|\bconf\b|workshop|symposium|\bsymp\b", "conference"),
        (r"journal|\bj\b|transactions|\btrans\b|magazine|letters|review", "journal"),
        (r"\w", "other"),
    )
)
# Where, in a title, a venue or a note begins that belongs to another column.
_TAIL: Final = re.compile(
    r"[\s,.(\[^\\?'\"]+(?:in ?[:.,]? ?)?(?:the )?(?:"
    r"in ?proc\w*\b.*|proc(?:eedings?)? ?(?:of|\.|,|\d|acm|ieee|int|the|vldb|sigmod).*"
    r"|acm ?-?sigmod.*|sigmod(?: (?:rec\w*|conf\w*|intl?\w*|\d).*)?|acm trans\w*\b.*"
    r"|(?:the )?vldb(?:\W+(?:j\b|jour|conf|proc|work|\d).*)?|ieee (?:trans|comp|data)\w*.*"
    r"|(?:acm )?international conference on (?:mana|very|data eng).*"
    r"|very large data ?bases?(?: journal.*)?"
    r"|the vldb journal.*|lecture notes in .*|acm comput\w* surv.*|acm press.*"
    r"|information (?:and|&) software technology.*|bt technology journal.*"
    r"|submitted (?:to|for)\b.*|technical report\b(?! on).*|arxiv(?: preprint)?.*"
    r"|\(?extended (?:version|abstract)\)?|[\(\[] ?(?:demo|poster)\w*[^)]*\)"
    r")[\s,.)\]]*$"
)


@lru_cache(maxsize=50_000)
def find_venue(text: str) -> Venue:
    """Return the venue that a cleaned text names."""
    for pattern, venue in _FAMILIES:
        if pattern.search(text):
            return venue
    for pattern, venue in _KINDS:
        if pattern.search(text):
            return venue
    return NO_VENUE


def split_off_venue(title: str) -> tuple[str, str]:
    """Split a cleaned title into the title proper and a venue or note at its end."""
    match = _TAIL.search(title)
    if match is None or match.start() < 4:
        return title, ""
    return title[: match.start()], title[match.start() :].strip(" ,.")
