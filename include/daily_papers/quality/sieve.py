r"""The rows of a table that may not meet an expectation, as an SQL condition.

It may pick too many rows, never too few: Great Expectations judges what is picked. So it
knows nothing of tolerances, and of a repeated key it picks every row. Regular expressions
are the one thing that DuckDB (RE2) and Python read differently: RE2's `\d` and `$` match
less than Python's, and its `\S` more, which is put right here.
"""

from collections.abc import Callable, Sequence
from typing import Any

from daily_papers.warehouse.database import quote

# what str.isspace() says of one character
_NO_SPACE = r"[^\s\p{Z}\x0b\x1c-\x1f\x85]"


def find_condition(table: str, expectations: Sequence[Any]) -> str:
    """Return the SQL condition of every row that may not meet one of the expectations.

    Args:
        table: name of the table, for keys that must not come twice there.
        expectations: of the kinds below.

    Raises:
        KeyError: an expectation of another kind.
    """
    configurations = [expectation.configuration for expectation in expectations]
    return " or ".join(_CONDITIONS[one.type](table, one.kwargs) for one in configurations)


def _be_between(_: str, kwargs: dict[str, Any]) -> str:
    column, low, high = kwargs["column"], kwargs.get("min_value"), kwargs.get("max_value")
    bounds = [f"{column} < {low}"] if low is not None else []
    bounds += [f"{column} > {high}"] if high is not None else []
    return f"({' or '.join(bounds)})"


def _match_regex(_: str, kwargs: dict[str, Any]) -> str:
    regex = kwargs["regex"].replace(r"\S", _NO_SPACE)
    return f"not regexp_matches({kwargs['column']}, {quote(regex)})"


def _be_true(_: str, kwargs: dict[str, Any]) -> str:
    return f"not {kwargs['column']}"


def _not_be_null(_: str, kwargs: dict[str, Any]) -> str:
    return f"{kwargs['column']} is null"


def _be_unique(table: str, kwargs: dict[str, Any]) -> str:
    columns = ", ".join(kwargs.get("column_list") or [kwargs["column"]])
    return (
        f"({columns}) in (select ({columns}) from {table} group by {columns} having count(*) > 1)"
    )


def _be_in_order(_: str, kwargs: dict[str, Any]) -> str:
    return f"{kwargs['column_A']} < {kwargs['column_B']}"


_CONDITIONS: dict[str, Callable[[str, dict[str, Any]], str]] = {
    "expect_column_values_to_be_between": _be_between,
    "expect_column_values_to_match_regex": _match_regex,
    "expect_column_values_to_be_in_set": _be_true,
    "expect_column_values_to_not_be_null": _not_be_null,
    "expect_column_values_to_be_unique": _be_unique,
    "expect_compound_columns_to_be_unique": _be_unique,
    "expect_column_pair_values_a_to_be_greater_than_b": _be_in_order,
}
