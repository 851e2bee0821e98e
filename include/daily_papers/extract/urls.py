"""Find the URLs of code and project pages, without the punctuation around them."""

import re

# LaTeX braces, brackets and white space end a URL; "\_" and "~" stay readable.
_URL = re.compile(
    r"(?:https?://|(?<![\w./@])(?:www\.|github\.com/|huggingface\.co/))[^\s{}<>\"“”|^`]+"
)
_MARKS = ("http", "www.", "github.com/", "huggingface.co/")
_BREAK = re.compile(r"\\allowbreak ?")
_TRAILING = ".,;:!?'’\")]*>…"
# Papers and articles are no code or project pages.
_PAPERS = re.compile(
    r"(?:https?://)?(?:www\.)?(?:arxiv\.org|doi\.org|dx\.doi\.org|openreview\.net)/"
)


def find_urls(*texts: str) -> tuple[str, ...]:
    """Return each URL once, in the order of the text."""
    found: dict[str, None] = {}
    for text in texts:
        if not any(mark in text for mark in _MARKS):
            continue  # looking for a literal is far cheaper
        first = min(place for mark in _MARKS if (place := text.find(mark)) >= 0)
        for match in _URL.finditer(_BREAK.sub("", text), max(0, first - 1)):
            written = match[0].partition("](")[0]  # markdown: "[url](url)"
            url = _trim(written.replace("\\", ""))
            if len(url) > 10 and not _PAPERS.match(url):
                found.setdefault(url)
    whole = {url.partition("://")[2] for url in found if "://" in url}
    return tuple(url for url in found if url not in whole)


def _trim(url: str) -> str:
    while url and url[-1] in _TRAILING:
        if url[-1] == ")" and url.count("(") >= url.count(")"):
            break
        url = url[:-1]
    return url
