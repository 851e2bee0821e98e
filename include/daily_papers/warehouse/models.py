"""Read the SQL project: models, checks, macros and examples, and the order to run them in.

A file is one SELECT below a comment that describes it; folder and file name give its name:

    sql/staging/papers.sql        staging.papers      view
    sql/intermediate/papers.sql   intermediate.papers table
    sql/marts/core/papers.sql     core.papers         table, published

The comment names grain, sources and, for a mart, every column. What it says is held
against the SQL: sources against the tables that sqlglot finds, columns (by build.py)
against the table that the SELECT gives.

"Refresh" says which rows can change when a source changes, so that refresh.py makes only
those again:

    Refresh: full
    Refresh: by paper_id
        a row depends on the sources' rows of its own paper_id alone; a source without that
        column, when it changed, makes the whole table again
    Refresh: by author_id within paper_id
        a row depends on all rows of the papers that its author_id is on
    Refresh: by listing_date; core.papers, tags.paper_tags through core.listings on paper_id
        those two have no listing_date: core.listings leads from their paper_id to it

A check may have such a line too: whether a key breaks it depends on the sources' rows of that
key alone. It is then asked of the keys that changed, when it passed before (scope.py).
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import sqlglot
from sqlglot import exp

from daily_papers.errors import InvalidInputError

LAYERS = ("staging", "intermediate")
_COLUMN = re.compile(r"  (\w+): (.+)")
_REFRESH = re.compile(r"by (\w+)(?: within (\w+))?((?:; [\w., ]+ through [\w.]+ on \w+)*)")
_THROUGH = re.compile(r"; ([\w., ]+?) through ([\w.]+) on (\w+)")
_SIGNATURE = re.compile(r"(\w+)\.(\w+)\(([\w, ]*)\): (.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Refresh:
    """Which rows of a model can change with its sources; without key, all of them."""

    key: str | None = None
    within: str | None = None
    # source -> (source that has the key, column that both have)
    through: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def columns(self) -> set[str]:
        """Columns whose changed values must be known."""
        named = {self.key, self.within, *(column for _, column in self.through.values())}
        return {name for name in named if name}


@dataclass(frozen=True, slots=True)
class Model:
    """One SELECT that becomes a view or table."""

    schema: str
    table: str
    path: Path
    sql: str
    description: str
    grain: tuple[str, ...]
    sources: tuple[str, ...]
    as_of: str
    columns: Mapping[str, str]  # name -> description
    refresh: Refresh
    order_by: str  # of the outermost SELECT, by its own columns; '' without one

    @property
    def name(self) -> str:
        """Schema and table, as SQL names it."""
        return f"{self.schema}.{self.table}"

    @property
    def unsorted_sql(self) -> str:
        """The SELECT without its outermost order: rows are sorted when they are published.

        Sorting `authors.coauthors` takes longer than finding its pairs.
        """
        return self.sql[: self.sql.rindex("\norder by ")] if self.order_by else self.sql

    @property
    def is_view(self) -> bool:
        """Staging only renames and filters; a copy of it would be read once or twice."""
        return self.schema == "staging"

    @property
    def is_mart(self) -> bool:
        """Marts are published, the layers below them are not."""
        return self.schema not in LAYERS


@dataclass(frozen=True, slots=True)
class Check:
    """A query that must return no row."""

    name: str
    severity: str  # 'fail' stops the publication, 'warn' is reported
    explanation: str
    sql: str
    sources: tuple[str, ...]
    refresh: Refresh


@dataclass(frozen=True, slots=True)
class Macro:
    """A SELECT with parameters, for questions about an earlier time."""

    name: str
    parameters: tuple[str, ...]
    description: str
    sql: str

    @property
    def definition(self) -> str:
        """The statement that creates it."""
        parameters = ", ".join(self.parameters)
        return f"create or replace macro {self.name}({parameters}) as table {self.sql}"


@dataclass(frozen=True, slots=True)
class Example:
    """A question that a user would ask, with its query."""

    name: str
    question: str
    persona: str  # analyst, operator or maintainer
    sql: str


@dataclass(frozen=True)
class Project:
    """Everything under sql/; models in file order, steps say in which order they run."""

    models: Mapping[str, Model]
    checks: tuple[Check, ...]
    macros: tuple[Macro, ...]
    examples: tuple[Example, ...]

    @cached_property
    def marts(self) -> tuple[Model, ...]:
        """Published tables, sorted by name."""
        return tuple(self.models[name] for name in sorted(self.models) if self.models[name].is_mart)

    @cached_property
    def fingerprint(self) -> str:
        """sha256 over every text that shapes the published tables."""
        texts = [f"{model.name}\n{model.sql}" for model in self.models.values()]
        texts += [f"{check.name}\n{check.severity}\n{check.sql}" for check in self.checks]
        texts += [macro.definition for macro in self.macros]
        return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def load_project(sql_dir: Path) -> Project:
    """Read and check every file under sql_dir.

    Raises:
        InvalidInputError: no models there, or a file whose comment or SQL is wrong.
    """
    models: dict[str, Model] = {}
    for layer in LAYERS:
        for path in sorted((sql_dir / layer).glob("*.sql")):
            models[f"{layer}.{path.stem}"] = read_model(path, layer)
    for path in sorted((sql_dir / "marts").glob("*/*.sql")):
        models[f"{path.parent.name}.{path.stem}"] = read_model(path, path.parent.name)
    if not models:
        raise InvalidInputError(f"{sql_dir}: no SQL models; set DAILY_PAPERS_SQL_DIR to sql/")
    return Project(
        models=models,
        checks=tuple(read_check(path) for path in sorted((sql_dir / "checks").glob("*.sql"))),
        macros=tuple(read_macro(path) for path in sorted((sql_dir / "macros").glob("*.sql"))),
        examples=tuple(read_example(path) for path in sorted((sql_dir / "examples").glob("*.sql"))),
    )


def read_model(path: Path, schema: str) -> Model:
    """Read one model file."""
    text, comment = _read(path)
    name = f"{schema}.{path.stem}"
    first = comment[0].removeprefix(f"{name}: ")
    if first == comment[0]:
        raise InvalidInputError(f"{path}: the first line must be '-- {name}: what it is'")
    head, columns = _split_columns(comment)
    fields = {"description": first}
    current = "description"
    for line in head[1:]:
        entry = re.match(r"(Grain|Sources|As-of|Refresh|Columns): *(.*)", line)
        if entry:
            current = entry[1]
            fields[current] = entry[2]
        else:
            fields[current] += "\n" + line if current == "description" else " " + line.strip()
    grain = re.fullmatch(r"one row per \(([\w, ]+)\)", fields.get("Grain", ""))
    if grain is None:
        raise InvalidInputError(f"{path}: expected '-- Grain:   one row per (a, b)'")
    if "Refresh" not in fields:
        raise InvalidInputError(f"{path}: has no '-- Refresh: …'; 'full' is always right")
    query = _parse(text, path)
    model = Model(
        schema=schema,
        table=path.stem,
        path=path,
        sql=text,
        description=fields["description"],
        grain=_names(grain[1]),
        sources=_names(fields.get("Sources", "")),
        as_of=fields.get("As-of", ""),
        columns=columns,
        refresh=_read_refresh(fields["Refresh"], _names(fields.get("Sources", "")), path),
        order_by=_find_order(query, text, path),
    )
    referenced = _find_tables(query, path)
    if set(model.sources) != referenced:
        raise InvalidInputError(
            f"{path}: Sources says {', '.join(sorted(model.sources))}, "
            f"the SQL reads {', '.join(sorted(referenced))}"
        )
    return model


def read_check(path: Path) -> Check:
    """Read one check; its first line is '-- fail: …' or '-- warn: …'."""
    text, comment = _read(path)
    lines = [line for line in comment if line.startswith("Refresh: ")]
    comment = [line for line in comment if line not in lines]
    severity, colon, _ = comment[0].partition(":")
    if not colon or severity not in {"fail", "warn"}:
        raise InvalidInputError(f"{path}: the first line must be '-- fail: …' or '-- warn: …'")
    explanation = " ".join(comment)[len(severity) + 1 :].strip()
    sources = tuple(sorted(find_tables(text, path)))
    refresh = (
        _read_refresh(lines[0].removeprefix("Refresh: "), sources, path) if lines else Refresh()
    )
    if refresh.within:
        raise InvalidInputError(f"{path}: a check is asked of whole keys, without 'within'")
    return Check(path.stem, severity, explanation, text, sources, refresh)


def read_macro(path: Path) -> Macro:
    """Read one macro; its first line is '-- schema.name(parameters): …'."""
    text, comment = _read(path)
    signature = _SIGNATURE.fullmatch("\n".join(comment))
    if signature is None or signature[2] != path.stem:
        raise InvalidInputError(f"{path}: the first line must be '-- schema.{path.stem}(a, b): …'")
    return Macro(f"{signature[1]}.{signature[2]}", _names(signature[3]), signature[4], text)


def read_example(path: Path) -> Example:
    """Read one example; its comment has a question and a persona."""
    text, comment = _read(path)
    fields = dict(line.split(": ", 1) for line in comment if ": " in line)
    missing = {"question", "persona"} - fields.keys()
    if missing:
        raise InvalidInputError(f"{path}: no line '-- {min(missing)}: …'")
    return Example(path.stem, fields["question"], fields["persona"], text)


def find_tables(sql: str, path: Path) -> set[str]:
    """Return the tables that a query reads, as schema.table; its own CTEs left out."""
    return _find_tables(_parse(sql, path), path)


def _parse(sql: str, path: Path) -> exp.Query:
    try:
        query = sqlglot.parse_one(sql, dialect="duckdb")
    except sqlglot.ParseError as error:
        raise InvalidInputError(f"{path}: {str(error).splitlines()[0]}") from None
    if not isinstance(query, exp.Query):
        raise InvalidInputError(f"{path}: is not one SELECT")
    return query


def _find_order(query: exp.Query, text: str, path: Path) -> str:
    order = query.args.get("order")
    if order is None:
        return ""
    unsorted = query.copy()
    unsorted.set("order", None)
    if _parse(text.rpartition("\norder by ")[0] or text, path) != unsorted:
        raise InvalidInputError(f"{path}: the last line that starts with 'order by' must sort all")
    aliases = {one.unalias().sql(): one.alias_or_name for one in query.selects}
    terms = [term.copy() for term in order.expressions]
    for term in terms:
        if term.this.sql() in aliases:  # an expression that is a column of the answer
            term.this.replace(exp.column(aliases[term.this.sql()]))
            continue
        for column in term.find_all(exp.Column):
            column.replace(exp.column(aliases.get(column.sql(), column.name)))
    return ", ".join(term.sql(dialect="duckdb") for term in terms)


def _read_refresh(text: str, sources: tuple[str, ...], path: Path) -> Refresh:
    if text == "full":
        return Refresh()
    found = _REFRESH.fullmatch(text)
    if found is None:
        raise InvalidInputError(
            f"{path}: expected '-- Refresh: full' or "
            "'-- Refresh: by a[ within b][; source through source on c]'"
        )
    through = {
        source: (bridge, column)
        for names, bridge, column in _THROUGH.findall(found[3])
        for source in _names(names)
    }
    unknown = sorted({*through, *(bridge for bridge, _ in through.values())} - set(sources))
    if unknown:
        raise InvalidInputError(f"{path}: Refresh names {unknown[0]}, which Sources does not")
    return Refresh(found[1], found[2], through)


def _find_tables(query: exp.Query, path: Path) -> set[str]:
    ctes = {cte.alias for cte in query.find_all(exp.CTE)}
    found = set()
    for table in query.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            continue  # a table function such as range()
        if table.db:
            found.add(f"{table.db}.{table.name}")
        elif table.name not in ctes:
            raise InvalidInputError(f"{path}: table {table.name} needs its schema")
    return found


def _read(path: Path) -> tuple[str, list[str]]:
    """Return a file's text and the lines of its leading comment, without the dashes."""
    text = path.read_text(encoding="utf-8")
    comment = []
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        comment.append(line.removeprefix("--").removeprefix(" "))
    if not comment:
        raise InvalidInputError(f"{path}: starts without the comment that describes it")
    return text, comment


def _split_columns(comment: list[str]) -> tuple[list[str], dict[str, str]]:
    """Split off the lines below 'Columns:'; a deeper indented line goes on with the last."""
    if "Columns:" not in comment:
        return comment, {}
    at = comment.index("Columns:")
    columns: dict[str, str] = {}
    for line in comment[at + 1 :]:
        column = _COLUMN.fullmatch(line)
        if column:
            columns[column[1]] = column[2]
        elif columns and line.startswith("    "):
            columns[list(columns)[-1]] += " " + line.strip()
    return comment[:at], columns


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
