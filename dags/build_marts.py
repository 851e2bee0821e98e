"""Build, check and publish a snapshot of the warehouse when the lake has changed.

Runs after every judged day; days that arrive while a build runs share the next
one. The published snapshot moves only after every check passed, and the same
lake gives the same snapshot.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import Asset, dag, task
from daily_papers_alerts import AlertNotifier

LAKE = Asset("daily_papers_lake")
SNAPSHOT = Asset("daily_papers_snapshot")


@dag(
    schedule=[LAKE],
    start_date=datetime(2023, 5, 4, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,  # the warehouse has one writer
    # The next judged day triggers a build anyway: one retry, for a passing fault.
    default_args={
        "retries": 1,
        "retry_delay": timedelta(minutes=10),
        "on_failure_callback": AlertNotifier(),
    },
    doc_md=__doc__,
    tags=["marts"],
)
def build_marts():
    @task(queue="build", execution_timeout=timedelta(hours=1), outlets=[SNAPSHOT])
    def build() -> str:
        from daily_papers import home
        from daily_papers.warehouse import build as warehouse

        with home.opened() as options:
            return warehouse.build(options).snapshot_id

    build()


build_marts()
