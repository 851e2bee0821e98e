"""Bring the tables of the last build up to date with the days of the lake that changed.

The tables of the last build lie in `cache/build/state.duckdb` (catalog `state`). For each
model the header's Refresh line says which rows can change; they are made anew by the
model's own SQL in the catalog `scope`, whose tables are views of the state's, cut down to
the keys concerned (scope.py). What then differs is exchanged in the state and noted in the
catalog `delta`, from which the models further down learn their keys:

    lake days that changed -> delta.lake.papers -> keys of intermediate.papers -> rows made
    anew in scope -> those that differ, exchanged in state -> delta.intermediate.papers -> …

The result equals a full build; the file may be deleted at any time, which costs one.
"""

from daily_papers.errors import InvalidInputError
from daily_papers.settings import Settings
from daily_papers.warehouse import derive, inputs
from daily_papers.warehouse.models import Model, Project, Refresh
from daily_papers.warehouse.scope import STATE, Scope
from daily_papers.warehouse.steps import order_steps
from daily_papers.warehouse.stopwatch import Stopwatch


def refresh(
    scope: Scope,
    settings: Settings,
    project: Project,
    extractors: derive.Extractors,
    changes: inputs.Changes,
    watch: Stopwatch,
) -> set[str]:
    """Bring every table in the catalog `state` up to date; return those that have other rows.

    Args:
        scope: of a connection whose default catalog is `state`, filled by build.run_models with
            the same project and extractors; knows afterwards which keys changed.
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
    return _Run(scope, settings, project, extractors, watch).run(changes)


class _Run:
    """One refresh."""

    def __init__(
        self,
        scope: Scope,
        settings: Settings,
        project: Project,
        extractors: derive.Extractors,
        watch: Stopwatch,
    ) -> None:
        self.scope = scope
        self.con = scope.con
        self.settings = settings
        self.project = project
        self.extractors = extractors
        self.watch = watch

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
        return {name for name in self.scope.changed if name in sources or name in derive.SOURCES}

    def _read_lake(self, changes: inputs.Changes) -> None:
        """Read the days that changed into fresh.lake; note the rows that came and went."""
        self.con.execute("use fresh")
        inputs.create_tables(self.con, changes.files)
        strays = inputs.find_strays(self.con, changes.files)
        self.con.execute(f"use {STATE}")
        if strays:
            raise inputs.StrayRowsError(", ".join(strays))
        for name in changes.tables:
            self.scope.note(name, f"where {changes.choose(name)}", f"fresh.{name}")

    def _apply_lake(self, changes: inputs.Changes) -> None:
        for name in changes.tables:
            self.con.execute(f"delete from {STATE}.{name} where {changes.choose(name)}")
            self.con.execute(f"insert into {STATE}.{name} from fresh.{name}")

    def _note_view(self, model: Model) -> None:
        """Note keys of all rows that a view gives for the keys concerned.

        Called before and after the lake's tables change: some of the rows may be the same.
        """
        rule = self.scope.choose(model.refresh, model.sources)
        if rule is None:
            return
        self.scope.open(rule, model.sources)
        columns = ", ".join(self.scope.list_keys(model.name))
        target = f"delta.{model.name}"
        create = (
            f"insert into {target}"
            if model.name in self.scope.changed
            else f"create table {target} as"
        )
        with self.scope.used():
            self.con.execute(f"{create} select distinct {columns} from (\n{model.sql}\n)")
        self.scope.changed.add(model.name)

    def _refresh_model(self, model: Model) -> None:
        rule = self.scope.choose(model.refresh, model.sources)
        if rule is None:
            return
        if rule.key and rule.key not in self.scope.columns[model.name]:
            raise InvalidInputError(
                f"{model.path}: Refresh names {rule.key}, not one of its columns"
            )
        self.scope.open(rule, model.sources)
        with self.scope.used():
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
        rule = self.scope.choose(Refresh(key), sources)
        if rule is None:
            return
        self.scope.open(rule, sources)
        with self.scope.used():
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
        self.scope.changed.add(name)

    def _exchange(self, name: str, rule: Refresh) -> None:
        """Put rows of scope in the place of the state's, where they differ."""
        chosen = self.scope.where_chosen(rule)
        self.scope.note(name, chosen, f"scope.{name} {chosen}")
        if name in self.scope.changed:
            if rule.key:
                chosen = f"where {rule.key} in (select {rule.key} from delta.{name})"
            self.con.execute(f"delete from {STATE}.{name} {chosen}")
            self.con.execute(f"insert into {STATE}.{name} by name from scope.{name} {chosen}")
        self.con.execute(f"drop table scope.{name}")
