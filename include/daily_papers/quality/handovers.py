"""Suites of the hand-overs lake -> marts and marts -> publish, run on a build's tables.

What one table says of itself and its neighbours row by row: forms, ranges, order of times,
keys, references, freshness. What needs a query of its own (grain of every mart, balances,
evidence at its place) is a file in sql/checks. Importing this imports Great Expectations.

A frame of every row would grow with the warehouse (10 million authorships at a million
papers). So sieve.py lets DuckDB pick the rows that may not meet an expectation; the suite
judges those, and the table's first rows.
"""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd

from daily_papers.errors import CheckFailedError
from daily_papers.quality import expectations, history, judge, sieve
from daily_papers.settings import Settings
from daily_papers.warehouse import database
from daily_papers.warehouse.audit import KEYS_KEPT, Audit, Finding

_FIRST_DAY = "2023-05-04"
# rows that a suite judges whatever they are, so that its page shows rows of a good table too
_SHOWN_ROWS = 1000
_SHOWN_DAYS = 30


@dataclass(frozen=True, slots=True)
class Subject:
    """One table under one suite: which columns are judged, by what."""

    suite: str
    table: str
    key: tuple[str, ...]
    sql: str  # only the columns that are judged; all rows
    filled_from: str  # rows that must have led to rows here
    expectations: tuple[tuple[Any, str], ...]  # with what a failure means


def _range(column: str, low: Any, high: Any = None, severity: str = "critical") -> Any:
    return gxe.ExpectColumnValuesToBeBetween(
        column=column, min_value=low, max_value=high, severity=severity
    )


def _form(column: str, regex: str, severity: str = "critical") -> Any:
    return gxe.ExpectColumnValuesToMatchRegex(column=column, regex=regex, severity=severity)


def _true(column: str, severity: str = "critical") -> Any:
    return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=[True], severity=severity)


def _there(column: str) -> Any:
    return gxe.ExpectColumnValuesToNotBeNull(column=column, severity="critical")


def _unique(*columns: str) -> Any:
    if len(columns) == 1:
        return gxe.ExpectColumnValuesToBeUnique(column=columns[0], severity="critical")
    return gxe.ExpectCompoundColumnsToBeUnique(column_list=list(columns), severity="critical")


def _in_order(earlier: str, later: str, severity: str = "critical") -> Any:
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=later,
        column_B=earlier,
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        severity=severity,
    )


SUBJECTS = (
    Subject(
        "lake_to_marts",
        "staging.papers",
        ("listing_date", "paper_id"),
        f"""
        select
            papers.listing_date::varchar as listing_date,
            papers.paper_id,
            papers.raw_sha256,
            papers.row_no,
            papers.observation_count,
            papers.first_observed_at,
            papers.last_observed_at,
            papers.listing_date >= date '{_FIRST_DAY}' as is_day_of_the_list,
            ledger.listing_date is not null as has_attempt,
            papers.upvotes is null or observations.paper_id is not null as is_observed
        from staging.papers as papers
        left join (select distinct listing_date from lake.ledger) as ledger
            on papers.listing_date = ledger.listing_date
        left join (select distinct paper_id from staging.observations) as observations
            on papers.paper_id = observations.paper_id
        """,
        "lake.ledger where rows_landed > 0 "
        "and listing_date not in (select listing_date from staging.held_days)",
        (
            (
                _unique("listing_date", "paper_id"),
                "a paper stands twice on a day; look for two files in one partition",
            ),
            (_form("paper_id", expectations.PAPER_ID_FORM), "no arXiv id and no provisional one"),
            (_form("raw_sha256", "^[0-9a-f]{64}$"), "the row does not say where it came from"),
            (_range("row_no", 0), "no entry of a response"),
            (_range("observation_count", 1), "landed, but seen in no response"),
            (_in_order("first_observed_at", "last_observed_at"), "seen last before seen first"),
            (_true("is_day_of_the_list"), f"before {_FIRST_DAY} there was no list"),
            (_true("has_attempt", "warning"), "landed without an attempt in the ledger"),
            (_true("is_observed"), "has upvotes that lake/observations never saw"),
        ),
    ),
    Subject(
        "lake_to_marts",
        "staging.observations",
        ("paper_id", "observed_at"),
        """
        select
            observations.paper_id,
            observations.observed_at,
            observations.source,
            observations.raw_sha256,
            observations.upvotes,
            observations.comments,
            observations.listing_date::timestamp as day_begins_at,
            papers.listing_date is not null as has_landed_day
        from staging.observations as observations
        left join (select distinct listing_date from staging.papers) as papers
            on observations.listing_date = papers.listing_date
        """,
        "staging.papers where upvotes is not null",  # a capture shows none
        (
            (_form("paper_id", expectations.PAPER_ID_FORM), "no arXiv id and no provisional one"),
            (_range("upvotes", 0), "a count below zero"),
            (_range("comments", 0), "a count below zero"),
            (_in_order("day_begins_at", "observed_at"), "seen before its listing day began"),
            (
                _true("has_landed_day", "warning"),
                "seen on a day that has no partition; reprocess the day",
            ),
        ),
    ),
    Subject(
        "marts_to_publish",
        "core.papers",
        ("paper_id",),
        """
        select
            papers.paper_id,
            length(trim(papers.title)) as title_length,
            length(trim(papers.abstract)) as abstract_length,
            papers.published_on::timestamp as published_on,
            (papers.first_listed_on + interval 1 day)::timestamp as day_after_first_list,
            papers.first_listed_on::timestamp as first_listed_on,
            papers.last_listed_on::timestamp as last_listed_on,
            papers.listing_count,
            papers.upvotes,
            papers.comments,
            papers.github_stars,
            papers.doi,
            papers.latest_version,
            papers.duplicate_of is null or originals.paper_id is not null as original_exists
        from core.papers as papers
        left join core.papers as originals
            on papers.duplicate_of = originals.paper_id and papers.paper_id != originals.paper_id
        """,
        "staging.papers",
        (
            (_unique("paper_id"), "a paper is published twice"),
            (_form("paper_id", expectations.PAPER_ID_FORM), "no arXiv id and no provisional one"),
            (_range("title_length", 1), "no title"),
            (_range("abstract_length", 1), "no abstract"),
            (
                _in_order("published_on", "day_after_first_list", "warning"),
                "listed before arXiv published it: the list's day or the paper's is wrong",
            ),
            (_in_order("first_listed_on", "last_listed_on"), "listed last before listed first"),
            (_range("listing_count", 1), "on no list"),
            (_range("upvotes", 0), "a count below zero"),
            (_range("upvotes", None, 100_000, "warning"), "far more than any paper ever had"),
            (_range("comments", 0), "a count below zero"),
            (_range("github_stars", 0), "a count below zero"),
            (_form("doi", r"^10\.[0-9]{4,9}/\S+", "warning"), "not the form of a DOI"),
            (_range("latest_version", 1), "arXiv counts versions from 1"),
            (_true("original_exists"), "repeats a paper that is not published, or itself"),
        ),
    ),
    Subject(
        "marts_to_publish",
        "core.listings",
        ("listing_date", "paper_id"),
        """
        select
            listings.listing_date::varchar as listing_date,
            listings.paper_id,
            listings.rank,
            count(*) over (partition by listings.listing_date) as paper_count,
            listings.upvotes,
            papers.paper_id is not null as paper_exists
        from core.listings as listings
        left join core.papers as papers
            on listings.paper_id = papers.paper_id
        """,
        "staging.papers",
        (
            (_unique("listing_date", "paper_id"), "a paper stands twice on a day's list"),
            (_range("rank", 1), "ranks count from 1"),
            (_in_order("rank", "paper_count"), "a rank beyond the end of its list"),
            (_range("upvotes", 0), "a count below zero"),
            (_true("paper_exists"), "lists a paper that is not published"),
        ),
    ),
    Subject(
        "marts_to_publish",
        "authors.authorships",
        ("paper_id", "position"),
        """
        select
            authorships.paper_id,
            authorships.position,
            trim(authorships.name_as_printed) as name,
            papers.paper_id is not null as paper_exists
        from authors.authorships as authorships
        left join core.papers as papers
            on authorships.paper_id = papers.paper_id
        """,
        "staging.papers where len(authors) > 0",
        (
            (_unique("paper_id", "position"), "two authors at one place"),
            (_range("position", 1), "places count from 1"),
            (_there("name"), "an author without a name"),
            (_form("name", r"\S"), "an author without a name"),
            (_true("paper_exists"), "an author of a paper that is not published"),
        ),
    ),
    Subject(
        "marts_to_publish",
        "ops.coverage",
        ("newest_list",),
        # by the data's own clock: the newest attempt, never the time of the build
        """
        select
            max(listing_date) filter (paper_count > 0 and not is_held)::varchar as newest_list,
            date_diff(
                'day',
                max(listing_date) filter (paper_count > 0 and not is_held),
                max(last_attempt_at)::date
            ) as days_behind_newest_attempt
        from ops.coverage
        having max(listing_date) filter (paper_count > 0 and not is_held) is not null
        """,
        "staging.papers",
        (
            # Friday's list is the newest until Tuesday 00:00
            (
                _range("days_behind_newest_attempt", None, 4, "warning"),
                "attempts go on, but no list newer than this one is published",
            ),
        ),
    ),
)


def audit(con: duckdb.DuckDBPyConnection, settings: Settings) -> Audit:
    """Run every suite on the tables of a build, and that of the newest landed days for the docs.

    Raises:
        CheckFailedError: a suite could not run: no rows, no such column.
    """
    session = expectations.Session()
    findings: list[Finding] = []
    days = history.read_days(settings)
    if days:
        _run_landed_days(session, days, settings)
    for subject in SUBJECTS:
        frame = _read_frame(con, subject)
        if frame.empty:
            _refuse_empty(con, subject)
            continue
        counted = con.execute(f"select count(*) from {subject.table}").fetchone()
        findings += _judge(session, subject, frame, counted[0] if counted else None)
    return Audit(tuple(findings), session.write_docs)


def _judge(
    session: expectations.Session,
    subject: Subject,
    frame: pd.DataFrame,
    row_count: int | None = None,
) -> list[Finding]:
    suite = gx.ExpectationSuite(
        name=f"{subject.suite}-{subject.table.replace('.', '_')}",
        # copies: an expectation belongs to one suite of one context
        expectations=[copy.copy(expectation) for expectation, _ in subject.expectations],
    )
    verdicts = session.run(suite, frame, table=subject.table, key=subject.key, row_count=row_count)
    return list(_to_findings(subject, verdicts))


def _run_landed_days(
    session: expectations.Session, days: dict[date, history.DayJudged], settings: Settings
) -> None:
    # its verdicts are in lake/quality since the days were judged; here it is run for the docs
    newest = sorted(days)[-_SHOWN_DAYS:]
    session.run(expectations.paper_suite(), judge.read_paper_frame(newest, settings))
    session.run(expectations.day_suite(), judge.make_day_frame([days[day] for day in newest]))


def _read_frame(con: duckdb.DuckDBPyConnection, subject: Subject) -> pd.DataFrame:
    try:
        return con.execute(_pick_rows(subject)).df()
    except (duckdb.IOException, duckdb.OutOfMemoryException):
        raise
    except duckdb.Error as error:
        raise CheckFailedError(
            f"suite {subject.suite} could not run on {subject.table}: "
            f"{database.say_in_one_line(error)}"
        ) from None


def _pick_rows(subject: Subject) -> str:
    """Return the query for the suspects and the first rows by key, in a total order."""
    key = ", ".join(subject.key)
    suspicious = sieve.find_condition("subject", [one for one, _ in subject.expectations])
    return (
        f"with subject as materialized ({subject.sql}) from subject where {suspicious} "
        f"or ({key}) in (select ({key}) from subject order by {key} limit {_SHOWN_ROWS}) "
        "order by all"
    )


def _refuse_empty(con: duckdb.DuckDBPyConnection, subject: Subject) -> None:
    """Raise if a table is empty that has something to be filled from."""
    if con.execute(f"select 1 from {subject.filled_from} limit 1").fetchone() is None:
        return
    remedy = ""
    if subject.suite == "lake_to_marts":
        remedy = "; were files of the lake lost? `daily-papers reprocess` makes them from raw/"
    raise CheckFailedError(
        f"suite {subject.suite} could not run: {subject.table} has no rows to judge, though there "
        f"are {subject.filled_from}{remedy}"
    )


def _to_findings(subject: Subject, verdicts: Iterable[expectations.Verdict]) -> Iterable[Finding]:
    meanings = {_identify(expectation): text for expectation, text in subject.expectations}
    for verdict in verdicts:
        rows = verdict.failing_rows
        yield Finding(
            suite=subject.suite,
            table_name=subject.table,
            name=verdict.expectation,
            column_name=verdict.column_name,
            severity="fail" if verdict.severity == "error" else "warn",
            explanation=meanings[verdict.expectation, verdict.column_name or ""],
            failing_rows=len(rows),
            failing_keys=tuple(
                ", ".join(f"{name}={value}" for name, value in row.items())
                for row in rows[:KEYS_KEPT]
            ),
        )


def _identify(expectation: Any) -> tuple[str, str]:
    config = expectation.configuration
    return expectations.name_of(config), ", ".join(expectations.columns_of(config))
