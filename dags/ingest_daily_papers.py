"""Land one listing date of Hugging Face Daily Papers and note what was seen.

The listing date is the UTC day the data interval starts. A list fills until its
day ends, so a day is read right after it, at 00:00 UTC. `fetch` stores the
source's responses, `land` turns them into the lake, `judge` asks Great
Expectations; only a judged day updates the asset that the marts are built from.
A rerun changes nothing but the ledger.

By hand: set `listing_date`, or leave it empty for the day before the run.
"""

from datetime import UTC, date, datetime, timedelta

from airflow.sdk import Asset, CronDataIntervalTimetable, Param, dag, task
from daily_papers_alerts import AlertNotifier

LAKE = Asset("daily_papers_lake")

# A run triggered without a logical date has no data interval at all.
LISTING_DATE = (
    "{{ params.listing_date or data_interval_start"
    " | default(dag_run.run_after - macros.timedelta(days=1)) | ds }}"
)


@dag(
    # Cut at midnight, not 06:00: `backfill create --to-date D` means D 00:00, so a
    # later hour would leave out day D, and `dags test D` would go two days back.
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2023, 5, 4, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,  # two runs at once would double our request rate
    default_args={
        "retries": 3,
        "retry_delay": timedelta(minutes=10),
        "on_failure_callback": AlertNotifier(),
    },
    params={
        "listing_date": Param(
            None,
            type=["null", "string"],
            format="date",
            description="Day to land, YYYY-MM-DD; empty: the day the data interval starts.",
        )
    },
    doc_md=__doc__,
    tags=["ingest"],
)
def ingest_daily_papers():
    @task(queue="fetch", execution_timeout=timedelta(minutes=30))
    def fetch(listing_date: str) -> list[str]:
        from daily_papers import home, ingest

        with home.opened() as options:
            return ingest.fetch_day(date.fromisoformat(listing_date), options)

    @task(queue="build", execution_timeout=timedelta(minutes=15))
    def land(listing_date: str) -> None:
        from daily_papers import home, ingest

        with home.opened() as options:
            ingest.land_day(date.fromisoformat(listing_date), options)

    # The same rows get the same verdict: one retry, for a disk that hiccuped.
    @task(queue="build", retries=1, execution_timeout=timedelta(minutes=15), outlets=[LAKE])
    def judge(listing_date: str) -> None:
        from daily_papers import home, ingest

        with home.opened() as options:
            ingest.judge_days([date.fromisoformat(listing_date)], options)

    fetch(LISTING_DATE) >> land(LISTING_DATE) >> judge(LISTING_DATE)


ingest_daily_papers()
