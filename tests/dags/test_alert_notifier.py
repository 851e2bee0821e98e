"""Every task has somebody told when it fails for good."""

from airflow.dag_processing.dagbag import DagBag


def test_every_task_tells_when_it_fails_for_good(repository):
    for dag in DagBag(str(repository / "dags")).dags.values():
        for task in dag.tasks:
            names = [type(callback).__name__ for callback in task.on_failure_callback]
            assert names == ["AlertNotifier"], task
