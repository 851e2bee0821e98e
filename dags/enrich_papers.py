"""Fetch arXiv metadata of listed papers: versions, categories, comments, DOI, journal.

Asks for papers that have none yet and, rarely, for those that may have changed, 200 ids in
a request. A run takes at most `arxiv_max_requests` (1) and leaves the rest due, new papers
first; after a long backfill, `daily-papers enrich` asks for all, three seconds between
requests, as arXiv wants it. An id that arXiv does not know is noted, not asked for daily.
Replays of the bundled sample never ask arXiv.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import Asset, CronDataIntervalTimetable, dag, task
from daily_papers_alerts import AlertNotifier

LAKE = Asset("daily_papers_lake")


@dag(
    # arXiv's API shows new papers from midnight in New York: 04:00 or 05:00 UTC.
    schedule=CronDataIntervalTimetable("30 5 * * *", timezone="UTC"),
    start_date=datetime(2023, 5, 4, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,  # arXiv allows one connection at a time
    # Each try has asked four times already, backing off: come back much later.
    default_args={
        "retries": 2,
        "retry_delay": timedelta(hours=1),
        "on_failure_callback": AlertNotifier(),
    },
    doc_md=__doc__,
    tags=["enrich"],
)
def enrich_papers():
    @task(queue="fetch", execution_timeout=timedelta(hours=1), outlets=[LAKE])
    def enrich() -> None:
        from daily_papers import home
        from daily_papers.enrich import enrich

        with home.opened() as options:
            enrich(options, max_requests=options.arxiv_max_requests)

    enrich()


enrich_papers()
