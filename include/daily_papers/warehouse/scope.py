"""Which keys of the state's tables changed, and a look at these keys' rows alone.

`note` writes the keys of rows that came or went into the catalog `delta`, a table of each
changed one. `choose` follows a Refresh line from the changed sources to the keys concerned,
`open` lets the catalog `scope` show of each source the rows of these keys, as views. What
reads `schema.table` there, a model to be refreshed or a check to be asked again, sees no more
than it needs.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from daily_papers.warehouse import derive
from daily_papers.warehouse.models import Check, Project, Refresh

STATE = "state"
_CATALOGS = ("fresh", "scope", "delta")
_KEYS = "delta.main.keys"


class Scope:
    """The changed keys of one refresh; `changed` tables have one of their name in delta."""

    def __init__(self, con: duckdb.DuckDBPyConnection, project: Project) -> None:
        self.con = con
        self.changed: set[str] = set()
        self.columns: dict[str, list[str]] = {}
        for table, column in con.execute(
            "select schema_name || '.' || table_name, column_name from duckdb_columns() "
            f"where database_name = '{STATE}' order by all"
        ).fetchall():
            self.columns.setdefault(table, []).append(column)
        rules = [model.refresh for model in project.models.values()]
        rules += [check.refresh for check in project.checks]
        self.key_columns = set().union(*(rule.columns for rule in rules), derive.KEYS.values())

    def note(self, name: str, old: str, new: str) -> None:
        """Note the keys of rows that differ; a table without any has not changed.

        Args:
            name: table of the state.
            old: the part of it that is compared, as a where clause; '' for all of it.
            new: what stands in its place, as a from clause.
        """
        keys = ", ".join(self.list_keys(name))
        before, after = f"select * from {STATE}.{name} {old}", f"select * from {new}"
        self.con.execute(
            f"create table delta.{name} as select distinct {keys} from "
            f"((({before}) except all ({after})) union all (({after}) except all ({before})))"
        )
        if self.con.execute(f"select 1 from delta.{name} limit 1").fetchone():
            self.changed.add(name)
        else:
            self.con.execute(f"drop table delta.{name}")

    def list_keys(self, name: str) -> list[str]:
        """Return the columns of a table whose changed values are noted."""
        # of a table without any, one constant says that something changed
        return [one for one in self.columns[name] if one in self.key_columns] or ["true as changed"]

    def choose(self, rule: Refresh, sources: tuple[str, ...]) -> Refresh | None:
        """Write the keys that the changed sources concern into the table of keys.

        Returns:
            The rule; the one for all rows when the keys cannot be told; None when no source
            changed.
        """
        # what a lookup gained, other changed sources brought
        changed = [one for one in sources if one in self.changed]
        if not changed:
            return None
        if not set(changed).isdisjoint(derive.HISTORY):
            return Refresh()
        queries = []
        for source in changed:
            if source in rule.through:
                bridge, column = rule.through[source]
                queries.append(
                    f"select {rule.key} from {STATE}.{bridge} "
                    f"where {column} in (select {column} from delta.{source})"
                )
            elif rule.key in self.columns[source]:
                queries.append(f"select {rule.key} from delta.{source}")
                if rule.within in self.columns[source]:
                    # whoever shares a paper with a row that came or went
                    queries.append(
                        f"select {rule.key} from {STATE}.{source} where {rule.within} in "
                        f"(select {rule.within} from delta.{source})"
                    )
            else:
                return Refresh()
        self.con.execute(
            f"create or replace table {_KEYS} as select distinct {rule.key} as key "
            f"from ({' union all '.join(queries)}) where {rule.key} is not null"
        )
        return rule

    def open(self, rule: Refresh, sources: tuple[str, ...]) -> None:
        """Let scope show of each source the rows that the chosen keys need."""
        for source in sources:
            columns = self.columns[source]
            where = ""
            if source in rule.through:
                bridge, column = rule.through[source]
                where = (
                    f"where {column} in (select {column} from {STATE}.{bridge} "
                    f"where {rule.key} in (from {_KEYS}))"
                )
            elif rule.key and rule.within in columns and rule.key in columns:
                where = (
                    f"where {rule.within} in (select {rule.within} from {STATE}.{source} "
                    f"where {rule.key} in (from {_KEYS}))"
                )
            elif rule.key in columns:
                where = self.where_chosen(rule)
            self.con.execute(
                f"create or replace view scope.{source} as from {STATE}.{source} {where}"
            )

    def where_chosen(self, rule: Refresh) -> str:
        """Return the where clause of the rows with a chosen key; '' when all are concerned."""
        return f"where {rule.key} in (from {_KEYS})" if rule.key else ""

    @contextmanager
    def used(self) -> Iterator[None]:
        """Let `schema.table` be what scope shows."""
        self.con.execute("use scope")
        try:
            yield
        finally:
            self.con.execute(f"use {STATE}")

    def ask(self, check: Check) -> tuple[list[str], list[tuple[object, ...]]]:
        """Ask a check of the keys that changed; before, it found no row.

        Returns:
            Names of its columns, and the rows it finds.
        """
        rule = self.choose(check.refresh, check.sources)
        if rule is None:
            return [], []
        self.open(rule, check.sources)
        with self.used():
            return fetch(self.con, check.sql)


def fetch(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return the names of a query's columns, and its rows."""
    result = con.execute(sql)
    return [column[0] for column in result.description], result.fetchall()


@contextmanager
def opened(con: duckdb.DuckDBPyConnection, project: Project) -> Iterator[Scope]:
    """Attach the catalogs that a scope needs beside the state; without changes at first."""
    schemas = {name.split(".")[0] for name in (*project.models, *derive.SOURCES)} | {"lake"}
    for catalog in _CATALOGS:
        con.execute(f"attach ':memory:' as {catalog}")
        for schema in sorted(schemas if catalog != "fresh" else ()):
            con.execute(f"create schema {catalog}.{schema}")
    try:
        yield Scope(con, project)
    finally:
        con.execute(f"use {STATE}")
        for catalog in _CATALOGS:
            con.execute(f"detach {catalog}")
