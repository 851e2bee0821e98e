"""Make what people look at from a newly published snapshot: dashboard, feeds, digest.

All three read the one snapshot that was current when the run began, so that their numbers
agree. The digest is sent by the Airflow connection `smtp_default` (option `smtp_conn_id`) to
the addresses of the option `digest_to`; while there are none it is only written. Nothing is
sent twice, and nothing of a day that is not complete or long past (`digest_max_age_d`).
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import Asset, dag, task
from daily_papers_alerts import AlertNotifier

SNAPSHOT = Asset("daily_papers_snapshot")


@dag(
    schedule=[SNAPSHOT],
    start_date=datetime(2023, 5, 4, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={
        "on_failure_callback": AlertNotifier(),
        "queue": "build",
        "retries": 2,
        "retry_delay": timedelta(minutes=10),
        "execution_timeout": timedelta(minutes=30),
    },
    doc_md=__doc__,
    tags=["publish"],
)
def publish_outputs():
    @task
    def choose_snapshot() -> str:
        from daily_papers import home
        from daily_papers.warehouse.snapshots import read_snapshot

        with home.opened() as options:
            return read_snapshot(options, "current").id

    @task
    def dashboard(snapshot_id: str) -> str:
        from daily_papers import home
        from daily_papers.publish.dashboard import build_dashboard

        with home.opened() as options:
            return str(build_dashboard(options, snapshot_id=snapshot_id))

    @task
    def feed(snapshot_id: str) -> list[str]:
        from daily_papers import home
        from daily_papers.publish.feed import write_feeds

        with home.opened() as options:
            return list(map(str, write_feeds(options, snapshot_id=snapshot_id)))

    @task
    def digest(snapshot_id: str) -> list[str]:
        from airflow.providers.smtp.hooks.smtp import SmtpHook
        from daily_papers import home
        from daily_papers.publish.digest import publish_digests

        with home.opened() as options:
            return publish_digests(options, SmtpHook.get_connection, snapshot_id)

    chosen = choose_snapshot()
    dashboard(chosen)
    feed(chosen)
    digest(chosen)


publish_outputs()
