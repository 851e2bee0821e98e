"""Text of others on its way out: cut at a word, fit for XML."""

import re

# what XML 1.0 cannot hold, not even escaped
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT = "\ufffd"


def shorten(text: str, most: int) -> str:
    """Return text of at most `most` characters, cut at a word, white space folded."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    head = text[: most - 1]
    if not text[most - 1].isspace():
        head = head.rpartition(" ")[0] or head
    return head.rstrip(" ,;:.") + "…"


def clean_for_xml(text: str) -> str:
    """Return text with a replacement character for each one that XML cannot hold."""
    return _NOT_IN_XML.sub(_REPLACEMENT, text)
