"""Feeds of the papers that are new on the list, of a tag, an author or a benchmark.

A feed holds the newest papers, newest first, as Atom 1.0 and as JSON Feed 1.1. What a feed
reader keeps stays the same from snapshot to snapshot: an entry's id is the paper's page, its
time is midnight of the first listing day, and nothing in it counts votes, so that no paper
turns up as unread again. The bytes follow from the snapshot alone.

A paper stays in the feed while its day's list is still filling: it was listed, and late
arrivals join it. The feed names the days that are not complete. Papers known by title alone
are left out: they have neither a page nor a lasting id.
"""

import hashlib
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from rapidfuzz import fuzz, process

from daily_papers import logs
from daily_papers.errors import InvalidInputError
from daily_papers.extract.keywords import normalise_keyword
from daily_papers.ingest import FIRST_LISTING_DATE
from daily_papers.lake.files import write_bytes
from daily_papers.publish import feed_formats
from daily_papers.publish.feed_formats import Entry, Feed
from daily_papers.publish.paper_details import read_authors, read_tags
from daily_papers.publish.snapshot_reader import SnapshotReader, open_snapshot
from daily_papers.publish.words import shorten
from daily_papers.settings import Settings

KINDS = ("tag", "author", "benchmark")
_SUMMARY_CHARACTERS = 400
_SHOWN_QUOTES = 5  # of one paper in a benchmark's feed
_NEAR_MATCHES = 5
_LONGEST_SLUG = 60


@dataclass(frozen=True, slots=True)
class Selection:
    """Which papers a feed is about."""

    kind: str  # 'new', or one of KINDS
    key: str  # tag, author id or canonical benchmark; empty for 'new'
    label: str  # as people write it

    @property
    def title(self) -> str:
        """The feed's title."""
        about = {
            "new": "new papers",
            "tag": f"tag {self.label}",
            "author": f"author {self.label}",
            "benchmark": f"benchmark {self.label}",
        }
        return f"Daily Papers: {about[self.kind]}"

    @property
    def path(self) -> str:
        """Place of the feed within the folder of feeds, without its suffix."""
        if self.kind == "new":
            return "new"
        slug = re.sub(r"[^a-z0-9]+", "-", self.key.casefold()).strip("-")[:_LONGEST_SLUG]
        if slug != self.key:  # another key may have the same slug
            digest = hashlib.sha256(self.key.encode()).hexdigest()[:8]
            slug = f"{slug}-{digest}".strip("-")
        return f"{self.kind}/{slug}"


NEW_PAPERS = Selection("new", "", "")


def feed_dir(settings: Settings) -> Path:
    """Return the folder that feeds are written to by default."""
    return settings.home / "publish" / "feed"


@logs.step("feed")
def write_feeds(
    settings: Settings,
    wanted: Iterable[tuple[str, str]] | None = None,
    out_dir: Path | None = None,
    snapshot_id: str | None = None,
) -> list[Path]:
    """Write feeds as Atom and JSON Feed.

    Args:
        settings: where the warehouse lies, how long a feed is.
        wanted: (kind, text as a reader typed it); by default new papers and every feed that
            the option `feeds` names.
        out_dir: folder to write to; default `feed_dir`.
        snapshot_id: default the current snapshot.

    Returns:
        The files, in the order asked for.

    Raises:
        InvalidInputError: nothing is published, or no such tag, author or benchmark; the
            message names near ones. The other feeds are written.
    """
    folder = out_dir or feed_dir(settings)
    with open_snapshot(settings, snapshot_id) as reader:
        asked = read_wanted(settings.feeds) if wanted is None else wanted
        selections = [NEW_PAPERS] if wanted is None else []
        unknown: list[InvalidInputError] = []
        for kind, text in asked:
            try:
                selections.append(find_selection(reader, kind, text))
            except InvalidInputError as error:
                unknown.append(error)
        paths = []
        for selection in selections:
            feed = read_feed(reader, selection, settings)
            for suffix, data in (
                (".atom.xml", feed_formats.to_atom(feed)),
                (".json", feed_formats.to_json(feed)),
            ):
                path = folder / f"{selection.path}{suffix}"
                write_bytes(path, data)
                paths.append(path)
    if unknown:
        raise InvalidInputError("; ".join(map(str, unknown)))
    return paths


def read_wanted(text: str) -> list[tuple[str, str]]:
    """Read the option `feeds`: "tag:speech; benchmark:GSM8K".

    Raises:
        InvalidInputError: an item is not KIND:TEXT.
    """
    wanted = []
    for item in filter(None, (part.strip() for part in text.split(";"))):
        kind, colon, name = (part.strip() for part in item.partition(":"))
        if not colon or not name or kind not in KINDS:
            raise InvalidInputError(
                f"DAILY_PAPERS_FEEDS: {item!r} is no feed; expected KIND:NAME with a kind of "
                f"{', '.join(KINDS)}, several with ';' between them"
            )
        wanted.append((kind, name))
    return wanted


def find_selection(reader: SnapshotReader, kind: str, text: str) -> Selection:
    """Find what a reader asked for.

    Args:
        reader: the snapshot.
        kind: 'new' or one of KINDS.
        text: a tag in any spelling, an author's id, a benchmark's name or alias.

    Raises:
        InvalidInputError: the snapshot knows none of that name; the message names near ones.
    """
    if kind == "new":
        return NEW_PAPERS
    find = {"tag": _find_tag, "author": _find_author, "benchmark": _find_benchmark}[kind]
    return find(reader, text)


def read_feed(reader: SnapshotReader, selection: Selection, settings: Settings) -> Feed:
    """Read the newest papers of a selection, newest first."""
    entries = _read_entries(reader, selection, settings)
    days = [entry.listed_on for entry in entries]
    address = settings.feed_base_url
    return Feed(
        # the same wherever the feed is served
        id=uuid.uuid5(uuid.NAMESPACE_URL, f"daily-papers/{selection.kind}/{selection.key}").urn,
        title=selection.title,
        subtitle=_describe(reader, days),
        updated_on=max(days, default=FIRST_LISTING_DATE),
        home_page_url=f"{settings.base_url}/papers",
        self_url=f"{address.rstrip('/')}/{selection.path}" if address else None,
        entries=tuple(entries),
    )


def _find_tag(reader: SnapshotReader, text: str) -> Selection:
    reader.require("tags.tags")
    # a tag of two sources has two rows, and two tags may differ by case or hyphen alone: what
    # stands on most papers is meant
    rows = reader.rows("select tag, label from tags.tags order by paper_count, source desc, tag")
    labels = {row["tag"]: row["label"] for row in rows}
    folded = {_fold_tag(row["tag"]): row["tag"] for row in rows}
    for tag in (text, folded.get(_fold_tag(text), ""), normalise_keyword(text)):
        if tag in labels:
            return Selection("tag", tag, labels[tag])
    raise _unknown("tag", text, labels)


def _fold_tag(tag: str) -> str:
    return " ".join(re.split(r"[\s_-]+", tag.casefold().strip()))


def _find_author(reader: SnapshotReader, text: str) -> Selection:
    reader.require("authors.authors")
    found = reader.rows("select author_id, name from authors.authors where author_id = ?", text)
    if not found and reader.has("authors.identity_events", "old_author_id", "paper_id", "position"):
        # the id went in a merge or a backfill: whoever has most of its papers now
        found = reader.rows(
            """select authors.author_id, authors.name
            from authors.identity_events as events
            inner join authors.authorships as authorships using (paper_id, position)
            inner join authors.authors as authors
                on authorships.author_id = authors.author_id
            where events.old_author_id = ?
            order by events.change_no desc, events.authorship_count desc, authors.author_id
            limit 1""",
            text,
        )
    if found:
        return Selection("author", found[0]["author_id"], found[0]["name"])
    people = {
        f"{row['name']} ({row['author_id']}, {row['paper_count']} papers)": row["name"]
        for row in reader.rows(
            "select author_id, name, paper_count from authors.authors "
            "order by paper_count desc, author_id"
        )
    }
    near = process.extract(
        text,
        people,
        scorer=fuzz.token_sort_ratio,
        processor=str.casefold,
        score_cutoff=75,
        limit=_NEAR_MATCHES,
    )
    hint = f"; by a name like it: {', '.join(match[2] for match in near)}" if near else ""
    raise InvalidInputError(f"no author has the id {text!r}{hint}")


def _find_benchmark(reader: SnapshotReader, text: str) -> Selection:
    reader.require("benchmarks.benchmarks")
    spellings = {}
    for row in reader.rows(
        "select benchmark, aliases from benchmarks.benchmarks order by benchmark desc"
    ):
        for alias in row["aliases"] or ():
            spellings[alias.casefold()] = row["benchmark"]
    names = [row["benchmark"] for row in reader.rows("select benchmark from benchmarks.benchmarks")]
    spellings |= {name.casefold(): name for name in names}
    name = text if text in names else spellings.get(text.casefold())
    if name is None:
        raise _unknown("benchmark", text, names)
    return Selection("benchmark", name, name)


def _unknown(kind: str, text: str, known: Iterable[str]) -> InvalidInputError:
    near = process.extract(
        text,
        sorted(known),
        scorer=fuzz.token_sort_ratio,
        processor=str.casefold,
        score_cutoff=55,
        limit=_NEAR_MATCHES,
    )
    hint = f"; near: {', '.join(match[0] for match in near)}" if near else ""
    return InvalidInputError(f"no {kind} {text!r} in this snapshot{hint}")


_MEMBERS = {
    "new": "select paper_id from core.papers",
    "tag": "select paper_id from tags.paper_tags where tag = ?",
    "author": "select paper_id from authors.authorships where author_id = ?",
    "benchmark": "select paper_id from benchmarks.mentions where benchmark = ?",
}


def _read_entries(reader: SnapshotReader, selection: Selection, settings: Settings) -> list[Entry]:
    values = [] if selection.kind == "new" else [selection.key]
    papers = reader.rows(
        f"""select paper_id, title, abstract, ai_summary, first_listed_on
        from core.papers
        where not is_provisional and paper_id in ({_MEMBERS[selection.kind]})
        order by first_listed_on desc, paper_id
        limit ?""",
        *values,
        settings.feed_entry_limit,
    )
    paper_ids = [paper["paper_id"] for paper in papers]
    authors = read_authors(reader, paper_ids)
    tags = read_tags(reader, paper_ids)
    quotes = _read_quotes(reader, selection, paper_ids)
    entries = []
    for paper in papers:
        paper_id = paper["paper_id"]
        summary = shorten(paper["ai_summary"] or paper["abstract"] or "", _SUMMARY_CHARACTERS)
        entries.append(
            Entry(
                id=f"{settings.base_url}/papers/{paper_id}",
                arxiv_url=f"https://arxiv.org/abs/{paper_id}",
                title=paper["title"],
                authors=tuple(authors[paper_id]),
                tags=tuple(tags[paper_id]),
                summary="\n\n".join(filter(None, (summary, *quotes[paper_id]))),
                listed_on=paper["first_listed_on"],
            )
        )
    return entries


def _read_quotes(
    reader: SnapshotReader, selection: Selection, paper_ids: Sequence[str]
) -> dict[str, list[str]]:
    """Return what the papers report on a benchmark, in their own words."""
    quotes: dict[str, list[str]] = defaultdict(list)
    needed = ("paper_id", "benchmark", "quote", "field", "start_offset", "owner")
    if selection.kind != "benchmark" or not reader.has("benchmarks.claims", *needed):
        return quotes
    for row in reader.rows(
        """select paper_id, quote
        from benchmarks.claims
        where benchmark = ? and owner = 'own' and list_contains(?, paper_id)
        group by paper_id, field, start_offset, quote
        order by paper_id, field, start_offset, quote""",
        selection.key,
        list(paper_ids),
    ):
        if len(quotes[row["paper_id"]]) < _SHOWN_QUOTES:
            quotes[row["paper_id"]].append(f"“{row['quote']}”")
    return quotes


def _describe(reader: SnapshotReader, days: Sequence[date]) -> str:
    """Say which of the shown days may still gain papers."""
    text = "Hugging Face Daily Papers by the day they were first listed"
    if not days or not reader.has("ops.coverage"):
        return text
    # a feed of a seldom tag spans years; what can still change is recent
    first = max(min(days), max(days) - timedelta(days=31))
    unfinished = reader.rows(
        """select listing_date, state
        from ops.coverage
        where state in ('partial', 'failed') and listing_date >= ?
        order by listing_date""",
        first,
    )
    if unfinished:
        named = ", ".join(f"{row['listing_date']} ({row['state']})" for row in unfinished)
        text += f"; not complete yet: {named}"
    return text
