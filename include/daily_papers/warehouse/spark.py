"""The same models on Spark: sqlglot puts them into its dialect, a session runs them.

For a lake that one machine no longer holds (docs/scale.md). Any Spark Connect session will
do; the tests take Sail (`pysail`), which needs no Java. Not run by `daily-papers build`.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from daily_papers.warehouse.models import Project
from daily_papers.warehouse.steps import order_steps

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def transpile(sql: str) -> str:
    """Return a model's SELECT for Spark; schema.table becomes the view schema__table."""
    query = sqlglot.parse_one(sql, dialect="duckdb")
    for node in query.walk():
        node.comments = None
    for table in query.find_all(exp.Table):
        if table.db:
            table.set("this", exp.to_identifier(name_view(f"{table.db}.{table.name}")))
            table.set("db", None)
    for bracket in list(query.find_all(exp.Bracket)):
        (index,) = bracket.expressions
        if isinstance(index, exp.Column):  # counts from 1, as element_at does
            bracket.replace(exp.func("element_at", bracket.this, index, dialect="spark"))
    for function in list(query.find_all(exp.Anonymous)):
        if _name(function) == "list_has_all":
            whole, part = (one.sql(dialect="spark") for one in function.expressions)
            text = f"size(array_except({part}, {whole})) = 0"
            function.replace(exp.paren(sqlglot.parse_one(text, dialect="spark")))
    query = query.transform(_spell_numbered_elements)
    for place, aggregate in enumerate(list(query.find_all(exp.ArrayAgg))):
        if isinstance(aggregate.this, exp.Order):
            aggregate.replace(_spell_ordered_list(aggregate.this, place))
    for window in list(query.find_all(exp.Window)):
        if _name(window.this) == "mad":
            window.replace(_spell_mad(window))
        elif isinstance(window.this, exp.LogicalOr):  # Sail has none over a moving frame
            number = exp.Max(this=exp.cast(window.this.this, "int"))
            window.this.replace(number)
            window.replace(exp.paren(exp.EQ(this=window.copy(), expression=exp.Literal.number(1))))
    return query.sql(dialect="spark")


def name_view(table: str) -> str:
    """Return the name of the session's view of a table."""
    return table.replace(".", "__")


def run_models(
    session: "SparkSession", project: Project, inputs: Iterable[Path], folder: Path
) -> None:
    """Run every model; write each as Parquet.

    Args:
        session: Spark or Sail, its time zone UTC.
        project: the models.
        inputs: Parquet files <schema>.<table>.parquet of the lake's and the derived tables.
        folder: receives a folder <schema>.<table>.parquet for each model.
    """
    known = []
    for path in sorted(inputs):
        known.append(path.name.removesuffix(".parquet"))
        session.read.parquet(str(path)).createOrReplaceTempView(name_view(known[-1]))
    for name in order_steps({one: model.sources for one, model in project.models.items()}, known):
        path = folder / f"{name}.parquet"
        rows = session.sql(transpile(project.models[name].sql))
        rows.write.parquet(str(path))
        # read back: a view of a view would be computed again for each reader; Sail writes no
        # file, and so no columns, where there are no rows
        stored = session.read.parquet(str(path)) if [*path.glob("*.parquet")] else rows
        stored.createOrReplaceTempView(name_view(name))


def _name(function: exp.Expr) -> str:
    return function.name.lower() if isinstance(function, exp.Anonymous) else function.key


def _spell_numbered_elements(select: exp.Expr) -> exp.Expr:
    """Put posexplode for unnest(list) beside generate_subscripts(list, 1)."""
    if not isinstance(select, exp.Select):
        return select
    by_key = {_name(one.this): one for one in select.expressions if isinstance(one, exp.Alias)}
    if "generate_subscripts" not in by_key:
        return select
    number, element = by_key["generate_subscripts"], by_key["explode"]
    others = [one for one in select.expressions if one not in (number, element)]
    values = element.this.this.sql(dialect="spark")
    pair = sqlglot.parse_one(f"posexplode({values}) as (at, one)", dialect="spark")
    inner = select.copy()
    inner.set("expressions", [*others, pair])
    names = [exp.column(one.alias_or_name) for one in others]
    found = [f"one as {element.alias}", f"at + 1 as {number.alias}"]
    return exp.select(*names, *found).from_(inner.subquery("numbered"))


def _spell_ordered_list(order: exp.Order, place: int) -> exp.Expr:
    """Return list(x order by a desc, b asc) for Spark; what is ordered down is a number.

    Sail names an aggregate after the fields of its struct, and two of one name clash: so they
    carry the list's place.
    """
    keys = [
        f"'key{place}_{at}', {'-' if term.args.get('desc') else ''}{term.this.sql(dialect='spark')}"
        for at, term in enumerate(order.expressions)
    ]
    value = order.this.sql(dialect="spark")
    rows = f"collect_list(named_struct({', '.join(keys)}, 'value', {value}))"
    text = f"transform(array_sort({rows}), one -> one.value)"
    return sqlglot.parse_one(text, dialect="spark")


def _spell_mad(window: exp.Window) -> exp.Expr:
    """Return DuckDB's mad(x) over w, the median distance from the median, for Spark."""
    function = window.this
    arguments = function.expressions if isinstance(function, exp.Anonymous) else [function.this]
    value = arguments[0].sql(dialect="spark")
    bare = window.copy()
    bare.set("this", exp.to_identifier("x"))
    over = bare.sql(dialect="spark").removeprefix("x ")
    values, middle = f"collect_list({value}) {over}", f"median({value}) {over}"
    distances = f"array_sort(transform({values}, one -> abs(one - {middle})))"
    lower = f"element_at({distances}, (size({values}) + 1) div 2)"
    upper = f"element_at({distances}, size({values}) div 2 + 1)"
    text = f"case when size({values}) > 0 then ({lower} + {upper}) / 2 end"
    return sqlglot.parse_one(text, dialect="spark")
