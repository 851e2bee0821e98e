"""Data quality and costs: what is missing, what was held back, what it took."""

from daily_papers.publish.dashboard.data.payloads import Put, to_table
from daily_papers.publish.snapshot_reader import SnapshotReader


def export_gaps(reader: SnapshotReader, put: Put) -> None:
    """Put the days that are not whole, newest first, but for those never tried."""
    rows = reader.rows("""
        select
            listing_date, case when is_held then 'held' else state end as state,
            coalesce(held_reason, reason) as reason, error, paper_count, quarantined_count,
            attempt_count, last_attempt_at
        from ops.coverage
        where (state not in ('complete', 'empty', 'unknown') or is_held)
        order by listing_date desc
    """)
    put("quality/gaps", to_table(rows))


def export_months(reader: SnapshotReader, put: Put) -> None:
    """Put each month's days by state."""
    rows = reader.rows("""
        select
            strftime(listing_date, '%Y-%m') as month,
            case when is_held then 'held' else state end as state, count(*) as day_count
        from ops.coverage group by all order by all
    """)
    put("quality/months", to_table(rows))


def export_expectations(reader: SnapshotReader, put: Put) -> None:
    """Put each expectation with the days that met it, missed it or were not judged by it."""
    rows = reader.rows("""
        select
            expectation, column_name, severity,
            count(*) filter (where is_success) as met_count,
            count(*) filter (where not is_success) as missed_count,
            count(*) filter (where is_success is null) as unjudged_count,
            max(listing_date) filter (where not is_success) as last_missed_on
        from ops.quality_results
        group by all
        order by missed_count desc, severity, expectation, column_name nulls first
    """)
    put("quality/expectations", to_table(rows))


def export_quarantine(reader: SnapshotReader, put: Put) -> None:
    """Put the reasons for which rows were held back."""
    rows = reader.rows("""
        select
            reason_code, count(*) filter (where not is_released) as held_count,
            count(*) filter (where is_released) as released_count,
            count(distinct listing_date) as day_count, min(listing_date) as first_day,
            max(listing_date) as last_day, min(reason) as example
        from ops.quarantine group by all order by held_count desc, reason_code
    """)
    put("quality/quarantine", to_table(rows))


def export_drift(reader: SnapshotReader, put: Put) -> None:
    """Put the changes of what the source sends, newest first."""
    rows = reader.rows("""
        select
            listing_date, path, kind, round(share_before, 4) as share_before,
            round(share, 4) as share, types_before, types, example
        from ops.payload_drift order by listing_date desc, path, kind
    """)
    put("quality/drift", to_table(rows))


def export_costs(reader: SnapshotReader, put: Put) -> None:
    """Put each month's attempts, requests, retries, bytes and seconds."""
    rows = reader.rows("""
        select
            strftime(costs.attempt_at, '%Y-%m') as month,
            count(distinct (costs.source, costs.listing_date, costs.attempt_at)) as attempt_count,
            sum(costs.requests)::bigint as request_count,
            sum(costs.retries)::bigint as retry_count,
            sum(costs.size_bytes)::bigint as size_bytes,
            round(sum(costs.seconds), 1) as seconds
        from ops.costs as costs group by all order by month
    """)
    put("quality/costs", to_table(rows))


def export_runs(reader: SnapshotReader, put: Put) -> None:
    """Put the last hundred attempts."""
    rows = reader.rows("""
        select
            attempt_at, listing_date, attempt_no, state, reason, error, rows_in, rows_landed,
            rows_quarantined
        from ops.runs order by attempt_at desc, listing_date desc, source limit 100
    """)
    put("quality/runs", to_table(rows))


def export_snapshot(reader: SnapshotReader, put: Put) -> None:
    """Put the snapshot's tables and what its checks found."""
    manifest = reader.manifest
    put(
        "quality/tables",
        to_table(
            [
                {
                    "table": table.name,
                    "description": table.description.splitlines()[0],
                    "row_count": table.rows,
                    "size_bytes": table.size_bytes,
                }
                for table in manifest.tables
            ]
        ),
    )
    put(
        "quality/checks",
        to_table(
            [
                {
                    "check": check.name,
                    "severity": check.severity,
                    "failing_rows": check.failing_rows,
                    "explanation": check.explanation,
                }
                for check in sorted(manifest.checks, key=lambda c: (-c.failing_rows, c.name))
            ]
        ),
    )
