"""Write a digest as HTML and text for mail, and as Markdown; other people's text stays text."""

import re

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from daily_papers.publish.digest_content import Digest

# characters that start, end or make Markdown within a line; the colon of a bare link is one
_MARKDOWN = re.compile(r"([\\`*_\[\]<>&~|#$@]|(?<=www)\.|:(?=//))")


def to_html(digest: Digest) -> str:
    """Return the digest as an HTML page that asks for nothing from the net."""
    return _render("digest.html.jinja", digest)


def to_text(digest: Digest) -> str:
    """Return the digest as plain text."""
    return _render("digest.txt.jinja", digest)


def to_markdown(digest: Digest) -> str:
    """Return the digest as Markdown (CommonMark)."""
    return _render("digest.md.jinja", digest)


def escape_markdown(text: str) -> str:
    """Return text in one line that Markdown shows as it is."""
    return _MARKDOWN.sub(r"\\\1", flatten(text))


def flatten(text: str) -> str:
    """Return text in one line without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _render(template: str, digest: Digest) -> str:
    environment = Environment(
        loader=PackageLoader("daily_papers.publish"),
        autoescape=select_autoescape(enabled_extensions=("html.jinja",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"md": escape_markdown, "flat": flatten}
    return environment.get_template(template).render(digest=digest)
