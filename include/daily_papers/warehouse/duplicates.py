"""Duplicate papers for the warehouse: what dedupe/ finds and people decided, as tables."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

if TYPE_CHECKING:
    from daily_papers.dedupe.overrides import Override

PAIRS = pa.schema(
    [
        ("paper_id", pa.string()),
        ("other_id", pa.string()),
        ("decision", pa.string()),
        ("decided_by", pa.string()),
        ("score", pa.float64()),
        ("text_jaccard", pa.float64()),
        ("record_score", pa.float64()),
        ("shared_authors", pa.float64()),
        ("found_by", pa.list_(pa.string())),
        ("reason", pa.string()),
        ("rule_version", pa.string()),
    ]
)
GROUPS = pa.schema([("paper_id", pa.string()), ("group_id", pa.string())])
OVERRIDES = pa.schema(
    [
        ("paper_id", pa.string()),
        ("other_id", pa.string()),
        ("decision", pa.string()),
        ("who", pa.string()),
        ("why", pa.string()),
        ("place", pa.string()),
    ]
)
_PAPERS = """
    select
        papers.paper_id,
        papers.title,
        papers.abstract,
        list_transform(papers.authors, lambda author: author['name']) as authors,
        year(papers.published_at)::integer as year,
        arxiv.doi,
        nullif(
            regexp_extract(papers.project_page, 'openreview\\.net/\\w+\\?id=([\\w-]+)', 1), ''
        ) as openreview_id
    from intermediate.papers as papers
    left join intermediate.arxiv as arxiv
        on papers.paper_id = arxiv.paper_id
    where not starts_with(papers.paper_id, 'title:')
    order by papers.paper_id
"""


def find_none(_: pa.Table) -> pa.Table:
    """Find no pair."""
    return pa.table({"paper_id": pa.array([], pa.string())})


def load_rules(
    overrides: Path | None, cache_dir: Path | None, digest: "hashlib._Hash"
) -> tuple[Sequence["Override"], Callable[[pa.Table], pa.Table]]:
    """Return the decisions of a file and the project's own search; both go into digest.

    Raises:
        InvalidInputError: the file is not usable or contradicts itself; names the line.
    """
    from daily_papers.dedupe import background, candidates  # noqa: PLC0415 (numpy, rapidfuzz)
    from daily_papers.dedupe.overrides import load_overrides  # noqa: PLC0415

    folder = Path(candidates.__file__).parent
    for path in sorted((*folder.glob("*.py"), *background.DATA_DIR.glob("*.*"), Path(__file__))):
        digest.update(path.read_bytes())
    decisions = load_overrides(overrides) if overrides else []
    digest.update(repr(decisions).encode())
    return decisions, lambda papers: candidates.find_duplicates(papers, cache_dir)


def tabulate_overrides(overrides: Sequence["Override"]) -> pa.Table:
    """Return the decisions as given, also those on papers that are not there."""
    return _tabulate(
        [
            (one.paper_id, one.other_id, _say(one.is_same), one.who, one.why, one.place)
            for one in overrides
        ],
        OVERRIDES,
    )


def tabulate_pairs(
    con: duckdb.DuckDBPyConnection,
    find_duplicates: Callable[[pa.Table], pa.Table],
    overrides: Sequence["Override"],
) -> pa.Table:
    """Return every pair that is the same, and those that people called different."""
    from daily_papers.dedupe.candidates import RULE_VERSION  # noqa: PLC0415
    from daily_papers.dedupe.groups import decide_pairs  # noqa: PLC0415

    papers = con.sql(_PAPERS).to_arrow_table()
    known = [
        str(paper_id)
        for (paper_id,) in con.execute("select paper_id from intermediate.papers").fetchall()
    ]
    verdicts = find_duplicates(papers).to_pylist()
    nothing: dict[str, Any] = {}
    rows = []
    for one in decide_pairs(verdicts, overrides, known):
        row = one.verdict or nothing
        measured = [
            row.get(name)
            for name in ("score", "text_jaccard", "record_score", "shared_authors", "found_by")
        ]
        keys = one.paper_id, one.other_id, one.decision, one.decided_by
        rows.append((*keys, *measured, one.reason, RULE_VERSION))
    return _tabulate(rows, PAIRS)


def tabulate_groups(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return the group of every paper that has a duplicate."""
    from daily_papers.dedupe.groups import group_papers  # noqa: PLC0415

    pairs = con.execute(
        "select paper_id, other_id from derived.duplicate_pairs where decision = 'same' "
        "order by paper_id, other_id"
    ).fetchall()
    return _tabulate(list(group_papers(pairs).items()), GROUPS)


def _say(is_same: bool) -> str:
    return "same" if is_same else "different"


def _tabulate(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in schema]
    return pa.table(columns, schema=schema)
