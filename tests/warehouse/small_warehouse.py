"""Published snapshots without a build: three small tables, in a tenth of a second each."""

from pathlib import Path

import duckdb
from daily_papers.lake.files import lock
from daily_papers.settings import Settings
from daily_papers.warehouse import publication, snapshots
from daily_papers.warehouse.audit import Audit
from daily_papers.warehouse.models import load_project

TABLES = {
    "core.papers": "select '2601.0000' || range as paper_id, {number} as upvotes from range(3)",
    "core.listings": (
        "select date '2026-01-05' + range::int as listing_date, '2601.0000' || range as paper_id, "
        "{number} as upvotes from range(4)"
    ),
    "tags.tags": "select 'tag ' || range as tag, 7 as paper_count from range(2000)",
}
GRAINS = {
    "core.papers": "paper_id",
    "core.listings": "listing_date, paper_id",
    "tags.tags": "tag",
}


def publish(
    options: Settings, number: int, tables: dict[str, str] | None = None
) -> snapshots.Manifest:
    """Publish the tables, whose upvotes are all `number`."""
    with duckdb.connect() as con:
        sql_dir = options.home / "tmp" / "sql" / f"{number}-{'-'.join(tables or TABLES)}"
        for name, text in (tables or TABLES).items():
            schema, table = name.split(".")
            sql = text.format(number=number)
            con.execute(f"create schema if not exists {schema}; create table {name} as {sql}")
            columns = [row[0] for row in con.execute(f"describe {name}").fetchall()]
            path = sql_dir / f"marts/{schema}/{table}.sql"
            _write_model(path, name, sql, columns)
        project = load_project(sql_dir)
        candidate = publication.Candidate(con, options, project, project.fingerprint)
        with lock(snapshots.lock_path(options), 60):
            publication.remove_leftovers(options)
            with publication.drafted(candidate) as draft:
                return publication.publish(draft, Audit(), ())


def _write_model(path: Path, name: str, sql: str, columns: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    grain = f"Grain:   one row per ({GRAINS[name]})"
    head = [f"{name}: a table.", grain, "Refresh: full", "Columns:"]
    lines = [*head, *(f"  {column}: its {column}" for column in columns)]
    path.write_text("".join(f"-- {line}\n" for line in lines) + sql + "\n")
