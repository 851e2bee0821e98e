"""Hold the lake and the last build against what was promised (settings `slo_*`), once a day.

The task fails when an objective is broken: its error says which and what to run, and goes out
like any other alert, each day until it holds again.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import CronDataIntervalTimetable, dag, task
from daily_papers_alerts import AlertNotifier


@dag(
    # after the night's ingest, refresh and builds have had their retries
    schedule=CronDataIntervalTimetable("0 9 * * *", timezone="UTC"),
    start_date=datetime(2023, 5, 4, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={
        "retries": 1,  # for a disk that hiccuped
        "retry_delay": timedelta(minutes=5),
        "on_failure_callback": AlertNotifier(),
    },
    doc_md=__doc__,
    tags=["maintenance"],
)
def watch_objectives():
    @task(queue="build", execution_timeout=timedelta(minutes=10))
    def check() -> None:
        from daily_papers import alerts, home

        with home.opened() as options:
            alerts.check_objectives(options)

    check()


watch_objectives()
