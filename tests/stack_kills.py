"""Kill a service of a stack while it runs a certain task."""

from collections.abc import Callable
from pathlib import Path

import pytest
from stack_under_test import StackUnderTest

# How soon the dead are noticed; with Airflow's defaults each takes five or ten minutes.
PATIENCE = {
    # A task's heartbeats come every five seconds.
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "25",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "2",
    # A new scheduler looks after the tasks of the last one only once it has adopted them.
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
    # A killed worker may have taken a message whose task it had not begun.
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "120",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "10",
    "AIRFLOW__SCHEDULER__NUM_STUCK_IN_QUEUED_RETRIES": "10",
}
# Read by every Airflow process: the DAGs wait ten minutes before a retry, a test cannot. And
# a kill can hit a task again that an earlier one had hit: `judge` alone has one retry.
POLICY = """
from datetime import timedelta

def task_policy(task):
    task.retry_delay = timedelta(seconds=1)
    task.retries = 5
"""

Task = tuple[str, str]  # run and task; the id of a task instance changes with each try


def kill_in_a_task(
    stack: StackUnderTest,
    dag_id: str,
    task_id: str,
    service: str,
    begin: Callable[[], None] = lambda: None,
) -> Task:
    """Kill the service while such a task runs; return the one interrupted.

    A kill can come when the task has just ended: then the next one is tried, after `begin`.
    """

    def find_running() -> set[Task]:
        return {
            (task["dag_run_id"], task_id)
            for task in stack.task_instances(dag_id)
            if (task["task_id"], task["state"], task["try_number"]) == (task_id, "running", 1)
        }

    for _ in range(4):
        begin()
        running = stack.wait_for(find_running, f"a running {dag_id}.{task_id}")
        pid = stack.kill(service)
        stack.wait_for(lambda pid=pid: stack.pid_of(service) != pid, f"{service} to be restarted")
        if interrupted := running & find_running():
            return interrupted.pop()
    pytest.fail(f"no {dag_id}.{task_id} ran long enough to be killed")


def has_ended_well(stack: StackUnderTest, dag_id: str) -> bool:
    states = {run["state"] for run in stack.runs(dag_id)}
    assert "failed" not in states, f"a run of {dag_id} failed; logs are in {stack.state}"
    return states == {"success"}


def make_impatient(folder: Path, more: str = "") -> dict[str, str]:
    """Write the policy, and more, into a folder; return environment lines that make it hold."""
    folder.mkdir()
    (folder / "airflow_local_settings.py").write_text(POLICY + more)
    return PATIENCE | {"PYTHONPATH": str(folder)}
