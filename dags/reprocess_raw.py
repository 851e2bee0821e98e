"""Rebuild the lake of a range from raw/ alone, by today's parser and rules.

Nothing is fetched. Files come out byte-identical where no rule changed; every row that
changes is logged, and nothing reaches readers before the marts were built and checked.
"""

from datetime import UTC, date, datetime, timedelta

from airflow.sdk import Asset, Param, dag, task
from daily_papers_alerts import AlertNotifier

LAKE = Asset("daily_papers_lake")


@dag(
    schedule=None,
    start_date=datetime(2023, 5, 4, tzinfo=UTC),
    max_active_runs=1,
    default_args={
        "retries": 1,
        "retry_delay": timedelta(minutes=5),
        "on_failure_callback": AlertNotifier(),
    },
    params={
        "first": Param("2023-05-04", type="string", format="date", description="First day."),
        "last": Param("2023-05-04", type="string", format="date", description="Last day."),
    },
    doc_md=__doc__,
    tags=["maintenance"],
)
def reprocess_raw():
    @task(queue="build", execution_timeout=timedelta(hours=6), outlets=[LAKE])
    def rebuild(first: str, last: str) -> int:
        from daily_papers import home, reprocess

        with home.opened() as options:
            return reprocess.reprocess_range(
                date.fromisoformat(first), date.fromisoformat(last), options
            )

    rebuild("{{ params.first }}", "{{ params.last }}")


reprocess_raw()
