"""What a digest says of a day or a week: top papers, rising tags, new records with quotes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from daily_papers.errors import InvalidInputError
from daily_papers.publish.paper_details import read_authors, read_tags
from daily_papers.publish.snapshot_reader import SnapshotReader
from daily_papers.publish.words import shorten
from daily_papers.settings import Settings

_WHOLE = ("complete", "empty")
_FRIDAY, _SATURDAY = 4, 5  # as date.weekday() counts
_SHOWN_AUTHORS = 3
_SHOWN_TAGS = 5
_SHOWN_RISING_TAGS = 5
_SHOWN_RECORDS = 10
_FEWEST_LISTINGS = 2  # of a tag in a week, to call it rising
_SUMMARY_CHARACTERS = 300


class Kind(StrEnum):
    """How long a digest looks back."""

    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Period:
    """The listing days that a digest is about."""

    kind: Kind
    first_day: date
    last_day: date

    @property
    def label(self) -> str:
        """The day, or both ends of the week."""
        if self.kind is Kind.DAILY:
            return str(self.first_day)
        return f"{self.first_day} to {self.last_day}"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of the digest."""

    rank: int
    title: str
    url: str
    upvotes: int | None  # None: only a capture shows the paper
    byline: str  # first authors, organization
    summary: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RisingTag:
    """A tag whose share of the week lies above its own recent share."""

    label: str
    listing_count: int
    share_pct: float
    baseline_share_pct: float


@dataclass(frozen=True, slots=True)
class Record:
    """A number that none of the earlier own numbers of its benchmark and metric reaches."""

    benchmark: str
    measure: str  # metric and split, as far as the claim names them
    value: str
    before: str | None  # the value it displaces
    title: str
    url: str
    quote: str
    unnamed: str  # numbers that could not be compared, as they name no metric; "" if none


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything that a digest says; equal for equal snapshots."""

    period: Period
    snapshot_id: str
    open_days: tuple[str, ...]  # days that are not complete, with their states
    paper_count: int
    papers: tuple[Paper, ...]
    tags: tuple[RisingTag, ...]
    records: tuple[Record, ...]
    missing: tuple[str, ...]  # sections that this snapshot has no table for, in words

    @property
    def is_complete(self) -> bool:
        """Every day of the period is settled."""
        return not self.open_days

    @property
    def subject(self) -> str:
        """Subject line; holds no text of others."""
        note = "" if self.is_complete else " (not complete)"
        papers = "paper" if self.paper_count == 1 else "papers"
        return f"Daily Papers {self.period.label}: {self.paper_count} {papers}{note}"


def period_of(kind: Kind, day: date) -> Period:
    """Return the day itself, or the week from Monday to Sunday around it."""
    if kind is Kind.DAILY:
        return Period(kind, day, day)
    monday = day - timedelta(days=day.weekday())
    return Period(kind, monday, monday + timedelta(days=6))


def find_newest(reader: SnapshotReader, kind: Kind, *, is_complete: bool = True) -> Period | None:
    """Return the newest period with papers, see `find_periods`."""
    return next(find_periods(reader, kind, is_complete=is_complete), None)


def find_periods(
    reader: SnapshotReader, kind: Kind, *, is_complete: bool = True
) -> Iterator[Period]:
    """Give the periods with papers, newest first.

    Args:
        reader: the snapshot.
        kind: a day, or a week that has reached its Friday.
        is_complete: only periods whose days are all settled.
    """
    days = [
        row["listing_date"]
        for row in reader.rows(
            "select distinct listing_date from core.listings order by listing_date desc"
        )
    ]
    if kind is Kind.WEEKLY and days:
        newest = days[0]
        days = [
            day
            for day in days
            if period_of(kind, day).first_day + timedelta(days=_FRIDAY) <= newest
        ]
    states = _read_states(reader)
    for period in dict.fromkeys(period_of(kind, day) for day in days):
        if not is_complete or not _find_open_days(states, period):
            yield period


def read_digest(reader: SnapshotReader, period: Period, settings: Settings) -> Digest:
    """Read what a digest says.

    Raises:
        InvalidInputError: no paper was listed in the period.
    """
    papers = _read_papers(reader, period)
    open_days = _find_open_days(_read_states(reader), period)
    if not papers:
        newest = find_newest(reader, period.kind, is_complete=False)
        hint = f"the newest with papers: {newest.label}" if newest else "there are no papers at all"
        why = f" ({'; '.join(open_days)})" if open_days else ""
        raise InvalidInputError(f"no paper was listed on {period.label}{why}; {hint}")
    shown = papers[: settings.digest_paper_limit]
    missing = []
    tags: tuple[RisingTag, ...] = ()
    if reader.has("tags.tag_momentum"):
        tags = _read_rising_tags(reader, period)
    else:
        missing.append("Rising tags: this snapshot has no table tags.tag_momentum.")
    records: tuple[Record, ...] = ()
    if reader.has("benchmarks.sota_timeline"):
        records = _read_records(reader, period, settings)
    else:
        missing.append("New records: this snapshot has no table benchmarks.sota_timeline.")
    return Digest(
        period=period,
        snapshot_id=reader.manifest.id,
        open_days=open_days,
        paper_count=len(papers),
        papers=_describe_papers(reader, shown, settings),
        tags=tags,
        records=records,
        missing=tuple(missing),
    )


def _read_states(reader: SnapshotReader) -> dict[date, dict[str, Any]]:
    reader.require("ops.coverage")
    return {
        row["listing_date"]: row
        for row in reader.rows(
            "select listing_date, state, reason, paper_count, is_held from ops.coverage"
        )
    }


def _find_open_days(states: dict[date, dict[str, Any]], period: Period) -> tuple[str, ...]:
    """Return the days that are not settled.

    Weekends have no list: a Saturday without papers does not hold its week back, whatever
    the source answered when it was asked.
    """
    open_days = []
    for offset in range((period.last_day - period.first_day).days + 1):
        day = period.first_day + timedelta(days=offset)
        known = states.get(day)
        state, reason = (known["state"], known["reason"]) if known else ("unknown", None)
        if known and known["is_held"]:
            state, reason = "held back", None
        is_idle = day.weekday() >= _SATURDAY and not (known and known["paper_count"])
        if state not in _WHOLE and not (period.kind is Kind.WEEKLY and is_idle):
            open_days.append(f"{day}: {state}" + (f" ({reason})" if reason else ""))
    return tuple(open_days)


def _read_papers(reader: SnapshotReader, period: Period) -> list[dict[str, Any]]:
    """Return the period's papers by votes; one that repeats another of the period is left out."""
    return reader.rows(
        """with listed as (
            select distinct paper_id
            from core.listings
            where listing_date between ? and ?
        )

        select
            papers.paper_id, papers.title, papers.abstract, papers.ai_summary, papers.upvotes,
            papers.author_count, papers.organization_name, papers.is_provisional
        from core.papers as papers
        inner join listed on papers.paper_id = listed.paper_id
        where
            papers.duplicate_of is null
            or papers.duplicate_of not in (select listed.paper_id from listed)
        order by papers.upvotes desc nulls last, papers.paper_id""",
        period.first_day,
        period.last_day,
    )


def _describe_papers(
    reader: SnapshotReader, papers: Sequence[dict[str, Any]], settings: Settings
) -> tuple[Paper, ...]:
    paper_ids = [paper["paper_id"] for paper in papers]
    authors = read_authors(reader, paper_ids)
    tags = read_tags(reader, paper_ids)
    described = []
    for rank, paper in enumerate(papers, start=1):
        paper_id = paper["paper_id"]
        names = authors[paper_id]
        byline = ", ".join(names[:_SHOWN_AUTHORS])
        if len(names) > _SHOWN_AUTHORS:
            byline += f" and {len(names) - _SHOWN_AUTHORS} more"
        if paper["organization_name"]:
            byline += f" ({paper['organization_name']})"
        described.append(
            Paper(
                rank=rank,
                title=paper["title"],
                url=page_url(settings, paper_id),
                upvotes=paper["upvotes"],
                byline=byline.strip(),
                summary=shorten(
                    paper["ai_summary"] or paper["abstract"] or "", _SUMMARY_CHARACTERS
                ),
                tags=tuple(written for _, written in tags[paper_id][:_SHOWN_TAGS]),
            )
        )
    return tuple(described)


def page_url(settings: Settings, paper_id: str) -> str:
    """Return the page of a paper; of one known by title alone, the page of the list."""
    if paper_id.startswith("title:"):
        return f"{settings.base_url}/papers"
    return f"{settings.base_url}/papers/{paper_id}"


def _read_rising_tags(reader: SnapshotReader, period: Period) -> tuple[RisingTag, ...]:
    # of several sources of tags the keywords: they follow the field's words most closely
    is_keyword = "source = 'ai_keywords'" if reader.has("tags.tag_momentum", "source") else "true"
    rising = reader.rows(
        f"""select tag, listing_count, share, baseline_share
        from tags.tag_momentum
        where week_start = ? and momentum > 0 and listing_count >= ? and {is_keyword}
        order by momentum desc, tag
        limit ?""",
        period_of(Kind.WEEKLY, period.first_day).first_day,
        _FEWEST_LISTINGS,
        _SHOWN_RISING_TAGS,
    )
    labels = {}
    if reader.has("tags.tags"):
        labels = {
            row["tag"]: row["label"]
            for row in reader.rows(
                "select tag, label from tags.tags where list_contains(?, tag) order by all desc",
                [row["tag"] for row in rising],
            )
        }
    return tuple(
        RisingTag(
            labels.get(row["tag"], row["tag"]),
            row["listing_count"],
            round(100 * row["share"], 1),
            round(100 * row["baseline_share"], 1),
        )
        for row in rising
    )


def _read_records(reader: SnapshotReader, period: Period, settings: Settings) -> tuple[Record, ...]:
    """Return the records that displace one, those on the most used benchmarks first."""
    unnamed = _count_unnamed(reader, period)
    return tuple(
        Record(
            benchmark=row["benchmark"],
            measure=", ".join(filter(None, (row["metric_id"], row["split"]))),
            value=_with_unit(row["value"], row["unit"]),
            before=_with_unit(f"{row['previous_score']:g}", row["unit"]),
            title=row["title"],
            url=page_url(settings, row["paper_id"]),
            quote=row["quote"],
            unnamed=unnamed.get(row["benchmark"], ""),
        )
        for row in reader.rows(
            """select
                records.benchmark, records.split, records.metric_id, records.value, records.unit,
                records.previous_score, records.paper_id, records.quote, papers.title
            from benchmarks.sota_timeline as records
            inner join core.papers as papers on records.paper_id = papers.paper_id
            inner join benchmarks.benchmarks as benchmarks
                on records.benchmark = benchmarks.benchmark
            where records.listing_date between ? and ? and records.previous_score is not null
            order by
                benchmarks.paper_count desc, records.benchmark, records.split, records.metric_id,
                records.metric_unit, records.listing_date
            limit ?""",
            period.first_day,
            period.last_day,
            _SHOWN_RECORDS,
        )
    )


def _count_unnamed(reader: SnapshotReader, period: Period) -> dict[str, str]:
    """Say of each benchmark how many own numbers until then are in no record, and the highest."""
    if not reader.has("benchmarks.claims"):
        return {}
    return {
        row["benchmark"]: f"{row['claim_count']} further own "
        f"{'number names' if row['claim_count'] == 1 else 'numbers name'} no metric, highest "
        + _with_unit(row["value"], row["unit"])
        for row in reader.rows(
            """select
                claims.benchmark,
                count(*) as claim_count,
                arg_max(claims.value, (claims.score, claims.paper_id)) as value,
                arg_max(claims.unit, (claims.score, claims.paper_id)) as unit
            from benchmarks.claims as claims
            inner join core.papers as papers on claims.paper_id = papers.paper_id
            where
                claims.kind = 'absolute' and claims.owner = 'own' and claims.metric_id is null
                and claims.benchmark is not null and papers.first_listed_on <= ?
            group by claims.benchmark""",
            period.last_day,
        )
    }


def _with_unit(value: str, unit: str | None) -> str:
    return value if not unit else f"{value}{'' if unit == '%' else ' '}{unit}"
