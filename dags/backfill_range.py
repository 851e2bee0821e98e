"""Fetch every day of a range that is not whole, many days in one task.

The same code as `daily-papers ingest --from --to`: one pace for all processes, and a
run that was cut off goes on where it stopped. Airflow costs over a second a task, a
day costs milliseconds; `airflow backfill create` on ingest_daily_papers works as well
and ends with the same lake.
"""

from datetime import UTC, date, datetime, timedelta

from airflow.sdk import Asset, Param, dag, task
from daily_papers_alerts import AlertNotifier

LAKE = Asset("daily_papers_lake")


@dag(
    schedule=None,
    start_date=datetime(2023, 5, 4, tzinfo=UTC),
    max_active_runs=1,  # two at once would only share one pace
    default_args={
        "retries": 3,
        "retry_delay": timedelta(minutes=20),
        "on_failure_callback": AlertNotifier(),
    },
    params={
        "first": Param("2023-05-04", type="string", format="date", description="First day."),
        "last": Param("2023-05-04", type="string", format="date", description="Last day."),
    },
    doc_md=__doc__,
    tags=["maintenance"],
)
def backfill_range():
    @task(queue="fetch", execution_timeout=timedelta(hours=6), outlets=[LAKE])
    def fetch_and_land(first: str, last: str) -> int:
        from daily_papers import backfill, home

        with home.opened() as options:
            return backfill.backfill_range(
                date.fromisoformat(first), date.fromisoformat(last), options
            )

    fetch_and_land("{{ params.first }}", "{{ params.last }}")


backfill_range()
