"""Look again at the last 14 listing days: upvotes settle in one to two weeks.

One response of the source's week endpoint covers seven days; a run takes at most
`refresh_max_requests` requests (6), and the weeks seen longest ago come first.
Late arrivals, days that closed after they were read, and empty days are settled
here as well. An older observation never replaces a newer one.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import Asset, CronTriggerTimetable, dag, task
from daily_papers_alerts import AlertNotifier

LAKE = Asset("daily_papers_lake")


@dag(
    schedule=CronTriggerTimetable("0 7 * * *", timezone="UTC"),
    start_date=datetime(2023, 5, 4, tzinfo=UTC),
    catchup=False,  # only today's look makes sense
    max_active_runs=1,
    default_args={
        "retries": 2,
        "retry_delay": timedelta(minutes=20),
        "on_failure_callback": AlertNotifier(),
    },
    doc_md=__doc__,
    tags=["ingest"],
)
def refresh_recent_papers():
    @task(queue="fetch", execution_timeout=timedelta(minutes=30), outlets=[LAKE])
    def look_again() -> int:
        from daily_papers import home, refresh

        with home.opened() as options:
            return refresh.refresh_and_judge(options)

    look_again()


refresh_recent_papers()
