"""SQL console: each table as an SQLite file, loaded once a query names it."""

import base64
import gzip
import sqlite3

from daily_papers.publish.dashboard.data.payloads import Put
from daily_papers.publish.snapshot_reader import SnapshotReader
from daily_papers.warehouse.snapshots import Table

_NUMBERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "DOUBLE", "FLOAT"}
_LIST_END = "[]"

EXAMPLES = {
    "Papers with the most upvotes": """select paper_id, title, upvotes, first_listed_on
from core.papers
order by upvotes desc
limit 20""",
    "Papers listed a month": """select substr(listing_date, 1, 7) as month, count(*) as papers
from core.listings
group by month
order by month""",
    "Upvotes gained after the listing day": """select o.paper_id, p.title,
  min(o.upvotes) as at_first, max(o.upvotes) as at_last
from core.observations as o
join core.papers as p using (paper_id)
group by o.paper_id
having count(*) > 1
order by at_last - at_first desc
limit 20""",
    "Days that are not whole": """select state, reason, count(*) as days
from ops.coverage
where state not in ('complete', 'empty')
group by state, reason
order by days desc""",
    "Organizations with the most upvotes a paper": """select name, paper_count,
  round(1.0 * upvote_count / paper_count, 1) as upvotes_a_paper
from authors.organizations
where paper_count >= 10
order by upvotes_a_paper desc
limit 20""",
    "Benchmarks that most papers name": """select benchmark, paper_count, tasks
from benchmarks.benchmarks
order by paper_count desc
limit 20""",
}


def export_console(reader: SnapshotReader, put: Put) -> None:
    """Put the list of tables with their columns, and each table's rows."""
    tables = []
    for table in reader.manifest.tables:
        packed = base64.b64encode(pack_table(reader, table)).decode()
        put(f"sql/{table.name}", packed)
        tables.append(
            {
                "name": table.name,
                "description": table.description,
                "row_count": table.rows,
                "size_bytes": len(packed),
                "columns": [[c.name, c.type, c.description] for c in table.columns],
            }
        )
    known = {table["name"] for table in tables}
    examples = [
        {"title": title, "sql": sql}
        for title, sql in EXAMPLES.items()
        if all(name in known for name in _find_tables(sql))
    ]
    put("sql/tables", {"tables": tables, "examples": examples})


def pack_table(reader: SnapshotReader, table: Table) -> bytes:
    """Return gzip of an SQLite database with one table of the snapshot.

    Days and times become ISO 8601 text, booleans 0 and 1, lists JSON: what SQLite's own
    functions understand.
    """
    selected = ", ".join(_to_sqlite(column.name, column.type) for column in table.columns)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    rows = reader.rows(f"select {selected} from {table.name}")
    with sqlite3.connect(":memory:") as con:
        con.execute(f'create table "{table.table}" ({names})')
        con.executemany(
            f'insert into "{table.table}" values ({", ".join("?" * len(table.columns))})',
            (tuple(row.values()) for row in rows),
        )
        con.commit()
        data = con.serialize()
    con.close()
    return gzip.compress(data, compresslevel=6, mtime=0)


def _to_sqlite(name: str, type_: str) -> str:
    if type_ in _NUMBERS or type_ == "VARCHAR":
        return f'"{name}"'
    if type_ == "BOOLEAN":
        return f'"{name}"::integer as "{name}"'
    if type_.endswith(_LIST_END):
        return f'to_json("{name}")::varchar as "{name}"'
    return f'"{name}"::varchar as "{name}"'


def _find_tables(sql: str) -> list[str]:
    words = sql.replace("\n", " ").split()
    return [words[i + 1] for i, word in enumerate(words[:-1]) if word in {"from", "join"}]
