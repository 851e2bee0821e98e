"""Great Expectations: the suite for landed days, and one run of suites over whole frames.

Importing Great Expectations takes about 5 s: import this module only where a suite runs.
Nothing is sent anywhere and nothing is written but the data docs that are asked for: the
context is in memory and the analytics are off
(https://docs.greatexpectations.io/docs/reference/learn/usage_statistics).
"""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
)

from daily_papers.errors import CheckFailedError
from daily_papers.quality import data_docs
from daily_papers.quality.history import METRICS

SUITE_NAME = "landed_day"
# arXiv's own form, the older one, or one made from a title; \d would take any script's digits
PAPER_ID_FORM = r"^(?:[0-9]{4}\.[0-9]{4,5}|[a-z]+(?:-[a-z]+)*/[0-9]{7}|title:[0-9a-f]{16})$"

logging.getLogger("great_expectations").setLevel(logging.WARNING)

_KEY = ("listing_date", "paper_id")
_BOUND_SUFFIXES = ("_lower", "_upper", "_held_below")


@dataclass(slots=True)
class Verdict:
    """What one expectation said of the whole frame."""

    expectation: str
    column_name: str | None
    severity: str  # "error" or "warn"
    failing_rows: list[dict[str, Any]] = field(default_factory=list)  # key columns of each

    @property
    def failing(self) -> dict[str, list[str]]:
        """Paper ids of the failing rows by listing date."""
        by_day: dict[str, list[str]] = {}
        for row in self.failing_rows:
            by_day.setdefault(row["listing_date"], []).append(row["paper_id"])
        return by_day

    @property
    def metric(self) -> str | None:
        """The metric of quality.history whose bounds were judged, if any."""
        columns = (self.column_name or "").split(", ")
        bounds = [name for name in columns if name.endswith(_BOUND_SUFFIXES)]
        others = [name for name in columns if name not in bounds]
        return others[0] if bounds and len(others) == 1 else None


class Session:
    """One context in memory: runs suites, and shows what they said as a static site."""

    def __init__(self) -> None:
        # without a config of its own the context makes itself a folder in /tmp
        config = DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
            analytics_enabled=False,
        )
        self._context = gx.get_context(mode="ephemeral", project_config=config)
        self._context.variables.progress_bars = {"globally": False}
        self._source = self._context.data_sources.add_pandas("daily_papers")
        self._pages: list[data_docs.Page] = []

    def run(
        self,
        suite: gx.ExpectationSuite,
        frame: pd.DataFrame,
        *,
        table: str = "lake.papers",
        key: Sequence[str] = _KEY,
        row_count: int | None = None,
    ) -> list[Verdict]:
        """Run a suite once over all rows of a frame.

        Args:
            suite: its name must be new to the session.
            frame: has every column that the suite names, and the key.
            table: what the frame is of, for messages.
            key: columns that name a row.
            row_count: rows of the table, of which the frame may be a part; default the frame's.

        Raises:
            CheckFailedError: no rows, or an expectation that could not run: never a pass.
        """
        if frame.empty:
            raise CheckFailedError(
                f"suite {suite.name} could not run: {table} has no rows to judge"
            )
        missing = [column for column in key if column not in frame.columns]
        if missing:
            raise CheckFailedError(
                f"suite {suite.name} could not run: {table} lacks the column {missing[0]}"
            )
        asset = self._source.add_dataframe_asset(suite.name)
        validation = self._context.validation_definitions.add(
            gx.ValidationDefinition(
                name=suite.name,
                data=asset.add_batch_definition_whole_dataframe("all rows"),
                suite=self._context.suites.add(suite),
            )
        )
        outcome = validation.run(
            batch_parameters={"dataframe": frame},
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": list(key),
                "return_unexpected_index_query": False,  # a list of every row's number
            },
            run_id=gx.RunIdentifier(run_name="audit"),
        )
        verdicts = [_read_result(result, table, frame, key) for result in outcome.results]
        failed = tuple(
            f"{v.severity}: {v.expectation} on {v.column_name}: {len(v.failing_rows)} rows"
            for v in verdicts
            if v.failing_rows
        )
        count = len(frame) if row_count is None else row_count
        self._pages.append(
            data_docs.Page(suite.name, table, len(frame), count, len(verdicts), failed)
        )
        return verdicts

    def write_docs(self, folder: Path) -> None:
        """Write what was run so far as a static site (data docs) into a folder."""
        data_docs.write(self._context, folder, self._pages)


def paper_suite() -> gx.ExpectationSuite:
    """Return the expectations of every row of a landed day.

    The row rules have been here before: a row that fails an error now means that a
    rule or the parser is wrong, or that a file was changed from outside.
    """
    critical, warning = "critical", "warning"
    return gx.ExpectationSuite(
        name=f"{SUITE_NAME}_rows",
        expectations=[
            gxe.ExpectColumnPairValuesToBeEqual(
                column_A="listing_date", column_B="partition_date", severity=critical
            ),
            gxe.ExpectCompoundColumnsToBeUnique(column_list=list(_KEY), severity=critical),
            gxe.ExpectColumnValuesToMatchRegex(
                column="paper_id",
                regex=PAPER_ID_FORM,
                severity=critical,
            ),
            gxe.ExpectColumnValuesToBeBetween(column="title_length", min_value=1),
            gxe.ExpectColumnValuesToBeBetween(column="abstract_length", min_value=1),
            gxe.ExpectColumnValuesToBeBetween(column="author_count", min_value=1),
            gxe.ExpectColumnValuesToBeBetween(column="upvotes", min_value=0),
            gxe.ExpectColumnValuesToBeBetween(column="comments", min_value=0),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="last_observed_at",
                column_B="first_observed_at",
                or_equal=True,
                severity=critical,
            ),
            # measured on 9,197 papers: abstracts have 165 .. 1,923 characters, titles up
            # to 175, and publication precedes the list by 0 .. 342 days; far beyond that, a
            # text was cut off or a date is another paper's
            gxe.ExpectColumnValuesToBeBetween(
                column="abstract_length", min_value=80, max_value=10_000, severity=warning
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="title_length", max_value=300, severity=warning
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="days_since_published", min_value=-1, max_value=800, severity=warning
            ),
        ],
    )


def day_suite() -> gx.ExpectationSuite:
    """Return the expectations of a landed day as a whole (one row a day).

    Bounds stand in the row, made by quality.history from the days before; a day without
    them is left out by the expectation and stored as not judged.
    """
    expectations = [
        # whatever is usual: when most rows fail, the parser or the source is broken
        gxe.ExpectColumnValuesToBeBetween(
            column="quarantined_pct", max_value=50, severity="critical"
        ),
        _expect_at_least("paper_count", "paper_count_held_below", "critical"),
    ]
    for metric in METRICS:
        if metric.has_lower:
            expectations.append(_expect_at_least(metric.name, f"{metric.name}_lower", "warning"))
        expectations.append(_expect_at_least(f"{metric.name}_upper", metric.name, "warning"))
    return gx.ExpectationSuite(name=SUITE_NAME, expectations=expectations)


def run_suite(suite: gx.ExpectationSuite, frame: pd.DataFrame) -> list[Verdict]:
    """Run a suite of landed days once, in a context of its own; see `Session.run`."""
    return Session().run(suite, frame)


def name_of(config: Any) -> str:
    """Return an expectation's type with its bounds."""
    kwargs = config.kwargs
    bounds = [f"{k}={kwargs[k]:g}" for k in ("min_value", "max_value") if kwargs.get(k) is not None]
    return str(config.type) + (f"({', '.join(bounds)})" if bounds else "")


def columns_of(config: Any) -> list[str]:
    """Return the columns that an expectation judges."""
    kwargs = config.kwargs
    keys = ("column", "column_A", "column_B")
    return list(kwargs.get("column_list") or [kwargs[key] for key in keys if key in kwargs])


def _expect_at_least(column: str, bound: str, severity: str) -> Any:
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=column,
        column_B=bound,
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        severity=severity,
    )


def _read_result(result: Any, table: str, frame: pd.DataFrame, key: Sequence[str]) -> Verdict:
    config = result.expectation_config
    name, columns = name_of(config), columns_of(config)
    details = result.result
    if not result.success and "unexpected_index_list" not in details:
        missing = [column for column in columns if column not in frame.columns]
        reason = f"{table} lacks the column {missing[0]}" if missing else str(result.exception_info)
        raise CheckFailedError(f"{name} on {', '.join(columns)} could not run: {reason[:300]}")
    return Verdict(
        name,
        ", ".join(columns),
        "error" if config.severity == "critical" else "warn",
        [
            {column: row[column] for column in key}
            for row in details.get("unexpected_index_list") or []
        ],
    )
