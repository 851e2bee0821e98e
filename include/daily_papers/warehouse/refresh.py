"""Bring the tables of the last build up to date with the days of the lake that changed.

The tables of the last build lie in `cache/build/state.duckdb` (catalog `state`). For each
model the header's Refresh line says which rows can change; they are made anew by the
model's own SQL in the catalog `scope`, whose tables are views of the state's, cut down to
the keys concerned. What then differs is exchanged in the state and noted in the catalog
`delta`, from which the models further down learn their keys:

    lake days that changed -> delta.lake.papers -> keys of intermediate.papers -> rows made
    anew in scope -> those that differ, exchanged in state -> delta.intermediate.papers -> …

The result equals a full build; the file may be deleted at any time, which costs one.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from daily_papers.errors import InvalidInputError
from daily_papers.settings import Settings
from daily_papers.warehouse import derive, inputs
from daily_papers.warehouse.models import Model, Project, Refresh
from daily_papers.warehouse.steps import order_steps
from daily_papers.warehouse.stopwatch import Stopwatch

STATE = "state"
_CATALOGS = ("fresh", "scope", "delta")
_KEYS = "delta.main.keys"


def refresh(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    project: Project,
    extractors: derive.Extractors,
    changes: inputs.Changes,
    watch: Stopwatch,
) -> set[str]:
    """Bring every table in the catalog `state` up to date; return those that have other rows.

    Args:
        con: has the catalog `state`, filled by build.run_models with the same project and
            extractors; it is the default catalog again afterwards.
        settings: for messages about files of the lake.
        project: the models.
        extractors: rules of the derived tables.
        changes: files of the lake's days that changed since.
        watch: told the seconds of each table.

    Raises:
        LakeChangedError: a file changed while it was read; the state is no longer usable.
        CorruptFileError: a file cannot be read; the same holds.
        StrayRowsError: a file has rows of another day; the same holds.
    """
    with _catalogs(con, project):
        return _Run(con, settings, project, extractors, watch).run(changes)


class _Run:
    """One refresh; `changed` tables have one of their name in delta, those of history apart."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        settings: Settings,
        project: Project,
        extractors: derive.Extractors,
        watch: Stopwatch,
    ) -> None:
        self.con = con
        self.settings = settings
        self.project = project
        self.extractors = extractors
        self.watch = watch
        self.changed: set[str] = set()
        self.columns: dict[str, list[str]] = {}
        for table, column in con.execute(
            "select schema_name || '.' || table_name, column_name from duckdb_columns() "
            f"where database_name = '{STATE}' order by all"
        ).fetchall():
            self.columns.setdefault(table, []).append(column)
        named = [model.refresh.columns for model in project.models.values()]
        self.key_columns = set().union(*named, derive.KEYS.values())

    def run(self, changes: inputs.Changes) -> set[str]:
        sources = {name: model.sources for name, model in self.project.models.items()}
        steps = order_steps({**derive.SOURCES, **sources}, inputs.TABLES)
        views = [name for name in steps if name in sources and self.project.models[name].is_view]
        with self.watch.measure("read lake"):
            self._read_lake(changes)
            for name in views:
                self._note_view(self.project.models[name])
            self._apply_lake(changes)
            for name in views:
                self._note_view(self.project.models[name])
        for name in steps:
            if name in views:
                continue
            with self.watch.measure(name):
                if name in derive.SOURCES:
                    self._refresh_derived(name)
                else:
                    self._refresh_model(self.project.models[name])
        return {name for name in self.changed if name in sources or name in derive.SOURCES}

    def _read_lake(self, changes: inputs.Changes) -> None:
        """Read the days that changed into fresh.lake; note the rows that came and went."""
        self.con.execute("use fresh")
        inputs.create_tables(self.con, changes.files)
        strays = inputs.find_strays(self.con, changes.files)
        self.con.execute(f"use {STATE}")
        if strays:
            raise inputs.StrayRowsError(", ".join(strays))
        for name in changes.tables:
            self._note(name, f"where {changes.choose(name)}", f"fresh.{name}")

    def _apply_lake(self, changes: inputs.Changes) -> None:
        for name in changes.tables:
            self.con.execute(f"delete from {STATE}.{name} where {changes.choose(name)}")
            self.con.execute(f"insert into {STATE}.{name} from fresh.{name}")

    def _note_view(self, model: Model) -> None:
        """Note keys of all rows that a view gives for the keys concerned.

        Called before and after the lake's tables change: some of the rows may be the same.
        """
        rule = self._choose_rule(model.name, model.refresh, model.sources)
        if rule is None:
            return
        self._open_scope(rule, model.sources)
        columns = ", ".join(self._keys_of(model.name))
        target = f"delta.{model.name}"
        create = (
            f"insert into {target}" if model.name in self.changed else f"create table {target} as"
        )
        with self._in_scope():
            self.con.execute(f"{create} select distinct {columns} from (\n{model.sql}\n)")
        self.changed.add(model.name)

    def _refresh_model(self, model: Model) -> None:
        rule = self._choose_rule(model.name, model.refresh, model.sources)
        if rule is None:
            return
        if rule.key and rule.key not in self.columns[model.name]:
            raise InvalidInputError(
                f"{model.path}: Refresh names {rule.key}, not one of its columns"
            )
        self._open_scope(rule, model.sources)
        with self._in_scope():
            self.con.execute(f"create table {model.name} as {model.unsorted_sql}")
        self._exchange(model.name, rule)

    def _refresh_derived(self, name: str) -> None:
        sources = derive.SOURCES[name]
        value = derive.LOOKUPS.get(name)
        # of a lookup only the values are wanted that the papers concerned bring
        key = "paper_id" if value else derive.KEYS.get(name)
        if name in derive.HISTORY:
            self._replace(name)
            return
        rule = self._choose_rule(name, Refresh(key), sources)
        if rule is None:
            return
        self._open_scope(rule, sources)
        with self._in_scope():
            derive.create_table(self.con, name, self.extractors)
        if value:
            self.con.execute(
                f"insert into {STATE}.{name} from scope.{name} "
                f"where {value} not in (select {value} from {STATE}.{name})"
            )
            self.con.execute(f"drop table scope.{name}")
        else:
            self._exchange(name, rule)

    def _replace(self, name: str) -> None:
        """Make a table of history again; it names its snapshot in every row, so all differ."""
        self.con.execute(f"drop table {STATE}.{name}")
        derive.create_table(self.con, name, self.extractors)
        self.changed.add(name)

    def _choose_rule(self, name: str, rule: Refresh, sources: tuple[str, ...]) -> Refresh | None:
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
            if rule.key in self.columns[source]:
                queries.append(f"select {rule.key} from delta.{source}")
                if rule.within in self.columns[source]:
                    # whoever shares a paper with a row that came or went
                    queries.append(
                        f"select {rule.key} from {STATE}.{source} where {rule.within} in "
                        f"(select {rule.within} from delta.{source})"
                    )
            elif source in rule.through:
                bridge, column = rule.through[source]
                queries.append(
                    f"select {rule.key} from {STATE}.{bridge} "
                    f"where {column} in (select {column} from delta.{source})"
                )
            else:
                return Refresh()
        self.con.execute(
            f"create or replace table {_KEYS} as select distinct {rule.key} as key "
            f"from ({' union all '.join(queries)}) where {rule.key} is not null"
        )
        return rule

    def _open_scope(self, rule: Refresh, sources: tuple[str, ...]) -> None:
        """Let scope show of each source the rows that the chosen keys need."""
        for source in sources:
            columns = self.columns[source]
            where = ""
            if rule.key and rule.within in columns and rule.key in columns:
                where = (
                    f"where {rule.within} in (select {rule.within} from {STATE}.{source} "
                    f"where {rule.key} in (from {_KEYS}))"
                )
            elif rule.key in columns:
                where = f"where {rule.key} in (from {_KEYS})"
            elif source in rule.through:
                bridge, column = rule.through[source]
                where = (
                    f"where {column} in (select {column} from {STATE}.{bridge} "
                    f"where {rule.key} in (from {_KEYS}))"
                )
            self.con.execute(
                f"create or replace view scope.{source} as from {STATE}.{source} {where}"
            )

    def _exchange(self, name: str, rule: Refresh) -> None:
        """Put rows of scope in the place of the state's, where they differ."""
        chosen = f"where {rule.key} in (from {_KEYS})" if rule.key else ""
        self._note(name, chosen, f"scope.{name} {chosen}")
        if name in self.changed:
            if rule.key:
                chosen = f"where {rule.key} in (select {rule.key} from delta.{name})"
            self.con.execute(f"delete from {STATE}.{name} {chosen}")
            self.con.execute(f"insert into {STATE}.{name} by name from scope.{name} {chosen}")
        self.con.execute(f"drop table scope.{name}")

    def _note(self, name: str, old: str, new: str) -> None:
        """Write the keys of the rows that came or went; a table without any has not changed."""
        keys = ", ".join(self._keys_of(name))
        before, after = f"select * from {STATE}.{name} {old}", f"select * from {new}"
        self.con.execute(
            f"create table delta.{name} as select distinct {keys} from "
            f"((({before}) except all ({after})) union all (({after}) except all ({before})))"
        )
        if self.con.execute(f"select 1 from delta.{name} limit 1").fetchone():
            self.changed.add(name)
        else:
            self.con.execute(f"drop table delta.{name}")

    def _keys_of(self, name: str) -> list[str]:
        # of a table without any, one constant says that something changed
        return [one for one in self.columns[name] if one in self.key_columns] or ["true as changed"]

    @contextmanager
    def _in_scope(self) -> Iterator[None]:
        self.con.execute("use scope")
        try:
            yield
        finally:
            self.con.execute(f"use {STATE}")


@contextmanager
def _catalogs(con: duckdb.DuckDBPyConnection, project: Project) -> Iterator[None]:
    schemas = {name.split(".")[0] for name in (*project.models, *derive.SOURCES)} | {"lake"}
    for catalog in _CATALOGS:
        con.execute(f"attach ':memory:' as {catalog}")
        for schema in sorted(schemas if catalog != "fresh" else ()):
            con.execute(f"create schema {catalog}.{schema}")
    try:
        yield
    finally:
        con.execute(f"use {STATE}")
        for catalog in _CATALOGS:
            con.execute(f"detach {catalog}")
