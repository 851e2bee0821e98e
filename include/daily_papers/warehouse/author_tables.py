"""Authors and organizations for the warehouse: what identity/ finds, and what was published.

Ids are made from the papers alone. Which of them changed since readers last looked is not in
the papers, so the published snapshot is read for it: its authorships, and the events that it
had recorded itself.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from daily_papers.errors import CorruptFileError
from daily_papers.lake.files import sha256_of
from daily_papers.settings import Settings
from daily_papers.warehouse import snapshots

if TYPE_CHECKING:
    import pandas as pd

CLUSTERS = pa.schema(
    [
        ("paper_id", pa.string()),
        ("position", pa.int32()),
        ("author_id", pa.string()),
        ("confidence", pa.float64()),
        ("author_confidence", pa.float64()),
        ("evidence", pa.string()),
        ("is_ambiguous", pa.bool_()),
        ("kind", pa.string()),
    ]
)
ORGANIZATIONS = pa.schema(
    [
        ("organization_slug", pa.string()),
        ("ror_id", pa.string()),
        ("ror_name", pa.string()),
        ("country_code", pa.string()),
        ("match_score", pa.float64()),
    ]
)
OVERRIDES = pa.schema(
    [("paper_id", pa.string()), ("position", pa.int32()), ("author", pa.string())]
)
PUBLISHED = pa.schema(
    [
        ("paper_id", pa.string()),
        ("position", pa.int32()),
        ("author_id", pa.string()),
        ("name_as_printed", pa.string()),
        ("fingerprint", pa.string()),
    ]
)
EVENTS = pa.schema(
    [
        ("change_no", pa.int32()),
        ("event", pa.string()),
        ("old_author_id", pa.string()),
        ("new_author_id", pa.string()),
        ("authorship_count", pa.int64()),
        ("paper_id", pa.string()),
        ("position", pa.int32()),
        ("name_as_printed", pa.string()),
        ("observed_until", pa.timestamp("us")),
        ("previous_fingerprint", pa.string()),
    ]
)
_PAPERS = """
    select
        paper_id,
        year(coalesce(published_at, first_listed_on)) as year,
        title,
        organization_slug as organization,
        first_listed_on
    from intermediate.papers
"""
_AUTHORSHIPS = """
    select
        paper_id,
        author['position'] as position,
        author['name'] as name,
        author['account_id'] as account_id
    from (select paper_id, unnest(authors) as author from intermediate.papers)
"""


@dataclass(frozen=True)
class Published:
    """What the current snapshot tells readers about authors."""

    authorships: pa.Table = field(default_factory=PUBLISHED.empty_table)
    events: pa.Table = field(default_factory=EVENTS.empty_table)


def read_published(settings: Settings) -> Published:
    """Read authorships and events of the current snapshot; none without a whole one.

    A damaged snapshot is repaired by a build, which must not need it: the record of changes
    then starts anew, as in a warehouse that never had one.
    """
    try:
        manifest = snapshots.read_current(settings)
    except CorruptFileError:
        return Published()
    if manifest is None:
        return Published()
    authorships = _read_table(settings, manifest, "authors.authorships", PUBLISHED.names[:-1])
    if authorships is None:
        return Published()
    authorships = authorships.append_column(
        "fingerprint",
        pa.array([manifest.input_fingerprint[:12]] * len(authorships), pa.string()),
    )
    events = _read_table(settings, manifest, "authors.identity_events", EVENTS.names)
    return Published(
        authorships.cast(PUBLISHED),
        EVENTS.empty_table() if events is None else events.cast(EVENTS),
    )


def _read_table(
    settings: Settings, manifest: snapshots.Manifest, name: str, columns: list[str]
) -> pa.Table | None:
    table = next((one for one in manifest.tables if one.name == name), None)
    if table is None:
        return None
    path = snapshots.snapshot_dir(settings, manifest.id) / table.file
    if not path.is_file() or sha256_of(path) != table.sha256:
        return None
    return pq.read_table(path, columns=columns, partitioning=None)


def tabulate_clusters(
    con: duckdb.DuckDBPyConnection,
    overrides: Mapping[tuple[str, int], str],
    cache_dir: Path | None,
) -> pa.Table:
    """Return the author of each authorship.

    Args:
        con: has intermediate.papers.
        overrides: (paper_id, position) -> author.
        cache_dir: folder of what need not be computed again; it changes no result.
    """
    from daily_papers.identity.cache import GroupingCache  # noqa: PLC0415 (numpy, pandas)
    from daily_papers.identity.cluster import cluster_authorships  # noqa: PLC0415

    cache = GroupingCache(cache_dir, hash_rules() if cache_dir else "")
    papers, authorships = read_corpus(con)
    found = cluster_authorships(papers, authorships, overrides, cache=cache)
    cache.save()
    authors = found.authors.rename(columns={"confidence": "author_confidence"})
    rows = found.authorships.merge(authors, on="author_id", validate="many_to_one")
    rows = rows.sort_values(["paper_id", "position"])
    return pa.Table.from_pandas(rows[CLUSTERS.names], schema=CLUSTERS, preserve_index=False)


def read_corpus(con: duckdb.DuckDBPyConnection) -> tuple["pd.DataFrame", "pd.DataFrame"]:
    """Return papers and authorships of intermediate.papers as clustering takes them."""
    return con.execute(_PAPERS).df(), con.execute(_AUTHORSHIPS).df()


def hash_rules() -> str:
    """Return the sha256 of the source and data of identity/."""
    from daily_papers.identity import inputs  # noqa: PLC0415

    digest = hashlib.sha256()
    folder = Path(inputs.__file__).parent
    for path in sorted((*folder.glob("*.py"), *folder.glob("data/*.*"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def tabulate_overrides(overrides: Mapping[tuple[str, int], str]) -> pa.Table:
    """Return the decisions as given, also those on authorships that are not there."""
    rows = sorted((paper_id, place, author) for (paper_id, place), author in overrides.items())
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    return pa.table(columns, schema=OVERRIDES)


def tabulate_organizations(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return for each organization of the source what the registry calls it."""
    from daily_papers.identity.organizations import match_organization  # noqa: PLC0415

    found = con.execute(
        "select organization_slug, max_by(organization_name, (last_observed_at, paper_id)) "
        "from intermediate.papers where organization_slug is not null "
        "group by organization_slug order by organization_slug"
    ).fetchall()
    rows = []
    for slug, name in found:
        match = match_organization(name or slug)
        rows.append((slug, match.ror_id, match.name, match.country_code, match.score))
    columns = list(zip(*rows, strict=True)) or [()] * len(ORGANIZATIONS)
    return pa.table([list(column) for column in columns], schema=ORGANIZATIONS)
