"""Write a feed as Atom 1.0 or as JSON Feed 1.1; titles and summaries are plain text in both.

Sources: https://www.rfc-editor.org/rfc/rfc4287, https://www.jsonfeed.org/version/1.1/
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from feedgen.feed import FeedGenerator

from daily_papers import __version__
from daily_papers.publish.words import clean_for_xml

_NAME = "Daily Papers"


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper."""

    id: str  # its page; never changes
    arxiv_url: str
    title: str
    authors: tuple[str, ...]
    tags: tuple[tuple[str, str], ...]  # (tag, as written)
    summary: str  # plain text; empty for a paper without any
    listed_on: date


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, whatever it is written as."""

    id: str
    title: str
    subtitle: str
    updated_on: date
    home_page_url: str
    self_url: str | None  # without its suffix
    entries: tuple[Entry, ...]


def to_atom(feed: Feed) -> bytes:
    """Return the feed as Atom."""
    atom = FeedGenerator()
    atom.id(feed.id)
    atom.title(clean_for_xml(feed.title))
    atom.subtitle(clean_for_xml(feed.subtitle))
    atom.updated(_midnight(feed.updated_on))
    atom.author(name=_NAME)  # for entries without any
    atom.generator("daily-papers", version=__version__)
    atom.link(href=feed.home_page_url, rel="alternate")
    if feed.self_url:
        atom.link(href=f"{feed.self_url}.atom.xml", rel="self", type="application/atom+xml")
    for entry in feed.entries:
        item = atom.add_entry(order="append")
        item.id(entry.id)
        item.title(clean_for_xml(entry.title) or entry.id)  # feedgen refuses an empty one
        # feedgen 1.0 drops the rel of an entry's links, and two alternates are not allowed
        item.link(href=entry.id)
        item.published(_midnight(entry.listed_on))
        item.updated(_midnight(entry.listed_on))
        for name in entry.authors:
            item.author(name=clean_for_xml(name))
        for tag, label in entry.tags:
            item.category(term=clean_for_xml(tag), label=clean_for_xml(label))
        if entry.summary:
            item.summary(clean_for_xml(entry.summary))
    text: bytes = atom.atom_str(pretty=True)
    return text


def to_json(feed: Feed) -> bytes:
    """Return the feed as JSON Feed."""
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home_page_url,
        "description": feed.subtitle,
        "authors": [{"name": _NAME}],
        "items": [_to_item(entry) for entry in feed.entries],
    }
    if feed.self_url:
        document["feed_url"] = f"{feed.self_url}.json"
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _to_item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.id,
        "url": entry.id,
        "external_url": entry.arxiv_url,
        "title": entry.title,
        "content_text": entry.summary or entry.title,  # the format demands some content
        "date_published": _midnight(entry.listed_on).isoformat(),
    }
    if entry.authors:
        item["authors"] = [{"name": name} for name in entry.authors]
    if entry.tags:
        item["tags"] = [label for _, label in entry.tags]
    return item


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
