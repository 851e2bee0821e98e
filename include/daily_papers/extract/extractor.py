"""Extract everything from a title and an abstract: a plain, deterministic function.

Raise EXTRACTOR_VERSION with any change of a rule or of a data file: stored results of
another version are not used again.
"""

from daily_papers.extract import claims, mentions, sota, tags, urls, verify
from daily_papers.extract.records import PaperRecords
from daily_papers.extract.words import read_text

EXTRACTOR = "daily-papers-rules"
EXTRACTOR_VERSION = "extract-7"


def extract_paper(title: str, abstract: str) -> PaperRecords:
    """Return the records of one paper, in the order of its text.

    Args:
        title: as stored; offsets count its code points.
        abstract: likewise.
    """
    texts = read_text(title), read_text(abstract)
    named = mentions.find_named(*texts)
    own_names = _own_names(texts[0].text)
    found_claims = claims.find_claims("abstract", texts[1], named, own_names)
    found_sota = sota.find_sota("abstract", texts[1], named, own_names)

    records = PaperRecords(
        tuple(one.record for one in named),
        tuple(found_claims),
        tuple(found_sota),
        urls.find_urls(abstract),
        tuple(tags.find_tags(*texts)),
    )
    return verify.keep_verified(records, title, abstract).records


def _own_names(title: str) -> list[str]:
    """Return what a title like "NAME: how to do it" calls its own work."""
    head, colon, _ = title.partition(":")
    return [head.strip()] if colon and 1 < len(head.strip()) <= 40 else []
