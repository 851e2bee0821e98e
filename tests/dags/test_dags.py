"""Each DAG: that it is there, when it runs, for which day, and how it fails."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pendulum
import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk.execution_time import macros
from airflow.serialization.encoders import coerce_to_core_timetable
from airflow.timetables.base import TimeRestriction

JUST_AFTER_MIDNIGHT = datetime(2026, 1, 6, 0, 0, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def dags(repository) -> dict:
    """Every DAG of dags/ by its id."""
    bag = DagBag(str(repository / "dags"))
    assert bag.import_errors == {}
    return bag.dags


def test_each_dag_file_yields_the_dag_of_its_name(dags, repository):
    files = {path.stem for path in (repository / "dags").glob("*.py")}
    assert set(dags) == files
    assert {"ingest_daily_papers", "build_marts"} <= files


def test_every_task_retries_and_ends(dags):
    for dag in dags.values():
        for task in dag.tasks:
            assert task.retries >= 1, task
            assert task.retry_delay >= timedelta(minutes=5), task
            assert timedelta() < task.execution_timeout <= timedelta(hours=6), task


def test_one_run_at_a_time_and_no_surprise_backfill(dags):
    for dag in dags.values():
        assert dag.max_active_runs == 1, dag
        assert dag.catchup is False, dag


def test_the_ui_says_what_a_dag_does(dags):
    for dag in dags.values():
        assert len(dag.doc_md.split()) > 20, dag


def test_a_day_is_fetched_landed_and_judged_in_this_order(dags):
    tasks = dags["ingest_daily_papers"].task_dict
    assert {name: task.downstream_task_ids for name, task in tasks.items()} == {
        "fetch": {"land"},
        "land": {"judge"},
        "judge": set(),
    }


def test_only_a_judged_day_reaches_the_marts(dags):
    outlets = {
        task.task_id: [asset.name for asset in task.outlets]
        for dag_id in ("ingest_daily_papers", "build_marts")
        for task in dags[dag_id].tasks
    }
    assert outlets == {
        "fetch": [],
        "land": [],
        "judge": ["daily_papers_lake"],
        "build": ["daily_papers_snapshot"],
    }
    (trigger,) = dags["build_marts"].timetable.asset_condition.objects
    assert trigger.name == "daily_papers_lake"


def test_assets_are_spelt_alike_in_every_file(dags):
    names = {asset.name for dag in dags.values() for task in dag.tasks for asset in task.outlets}
    assert names == {"daily_papers_lake", "daily_papers_snapshot"}


def test_outputs_are_made_of_one_snapshot_when_it_is_published(dags):
    dag = dags["publish_outputs"]
    (trigger,) = dag.timetable.asset_condition.objects
    assert trigger.name == "daily_papers_snapshot"
    outputs = {"dashboard", "feed", "digest"}
    assert dag.task_dict["choose_snapshot"].downstream_task_ids == outputs
    assert set(dag.task_dict) == outputs | {"choose_snapshot"}


def core_timetable(dag):
    return coerce_to_core_timetable(dag.timetable)


def listing_date(dag, **context) -> str:
    """Render what every task is given, in the context of a run."""
    run = SimpleNamespace(run_after=JUST_AFTER_MIDNIGHT)
    context = {"params": {"listing_date": None}, "dag_run": run, "macros": macros} | context
    (day,) = {
        task.render_template(argument, context) for task in dag.tasks for argument in task.op_args
    }
    return day


def test_the_scheduled_run_after_midnight_reads_the_day_that_ended(dags):
    dag = dags["ingest_daily_papers"]
    restriction = TimeRestriction(earliest=dag.start_date, latest=None, catchup=True)
    info = core_timetable(dag).next_dagrun_info(
        last_automated_data_interval=None, restriction=restriction
    )
    assert info.run_after == datetime(2023, 5, 5, tzinfo=UTC)
    assert listing_date(dag, data_interval_start=info.data_interval.start) == "2023-05-04"


def test_a_backfill_takes_both_its_dates_in(dags):
    dag = dags["ingest_daily_papers"]
    # `backfill create --from-date 2026-01-05 --to-date 2026-01-07` means midnight of both.
    restriction = TimeRestriction(
        earliest=datetime(2026, 1, 5, tzinfo=UTC),
        latest=datetime(2026, 1, 7, tzinfo=UTC),
        catchup=True,
    )
    days, interval = [], None
    while info := core_timetable(dag).next_dagrun_info(
        last_automated_data_interval=interval, restriction=restriction
    ):
        interval = info.data_interval
        days.append(listing_date(dag, data_interval_start=interval.start))
    assert days == ["2026-01-05", "2026-01-06", "2026-01-07"]


@pytest.mark.parametrize("hour", [0, 5, 23])
def test_a_manual_run_reads_the_last_day_that_ended_before_its_logical_date(dags, hour):
    dag = dags["ingest_daily_papers"]
    logical_date = pendulum.datetime(2026, 1, 6, hour, tz="UTC")
    interval = core_timetable(dag).infer_manual_data_interval(run_after=logical_date)
    assert listing_date(dag, data_interval_start=interval.start) == "2026-01-05"


def test_a_manual_run_can_name_its_day(dags):
    dag = dags["ingest_daily_papers"]
    named = {"listing_date": "2024-02-29"}
    day = listing_date(dag, params=named, data_interval_start=JUST_AFTER_MIDNIGHT)
    assert day == "2024-02-29"


def test_a_run_without_a_logical_date_reads_the_day_before(dags):
    assert listing_date(dags["ingest_daily_papers"]) == "2026-01-05"
