"""`make stack` before anything starts: one source of truth, and what it refuses.

That it runs: tests/e2e/test_stack.py.
"""

import os
import subprocess
import sys

import pytest
from compose import ComposeFile

pytest.importorskip("psycopg2", reason="not installed: uv sync --group stack")
pytest.importorskip("redis", reason="not installed: uv sync --group stack")

from stack import COMPOSE_FILE, Stack, native_environment, read_compose, without_password

SECRETS = {
    "POSTGRES_PASSWORD": "postgres-secret",
    "REDIS_PASSWORD": "redis-secret",
    "AIRFLOW_JWT_SECRET": "jwt-secret",
    "AIRFLOW_FERNET_KEY": "fernet-secret",
}


@pytest.fixture
def env_file(tmp_path, monkeypatch):
    """Write an environment file; nothing of the tests' own environment wins over it."""
    for name in list(os.environ):
        if name.startswith("AIRFLOW"):
            monkeypatch.delenv(name)

    def write(**values):
        path = tmp_path / "env"
        path.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
        return path

    return write


def test_both_ways_start_the_same_services_with_the_same_commands_and_variables(env_file, tmp_path):
    path = env_file(**SECRETS, DAILY_PAPERS_HOME=tmp_path / "lake", DAILY_PAPERS_SOURCE="replay:x")
    containers = ComposeFile(COMPOSE_FILE, SECRETS | {"STACK_ENV_FILE": str(path)}).services()
    compose = read_compose(path)
    native = compose.services()
    assert list(native) == list(containers)
    for name, service in native.items():
        environment = native_environment(service, compose.mounts(), tmp_path / "state")
        assert service.command == containers[name].command
        assert set(environment) == set(containers[name].environment)
        differing = {
            key for key, value in containers[name].environment.items() if environment[key] != value
        }
        assert differing == {
            "AIRFLOW_HOME",
            "AIRFLOW__API__HOST",
            "AIRFLOW__CELERY__BROKER_URL",
            "AIRFLOW__CORE__DAGS_FOLDER",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
            "AIRFLOW__CORE__PLUGINS_FOLDER",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER",
            "AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY",
            "DAILY_PAPERS_HOME",
            "DAILY_PAPERS_WORKING_COPIES",
        }
        assert environment["DAILY_PAPERS_HOME"] == str(tmp_path / "lake")
        assert environment["AIRFLOW__API__HOST"] == "127.0.0.1"
        assert not [value for value in environment.values() if "/opt/airflow" in value]


def test_services_share_folders_but_not_their_own_home(env_file, tmp_path):
    compose = read_compose(env_file(**SECRETS))
    environments = [
        native_environment(service, compose.mounts(), tmp_path)
        for service in compose.services().values()
    ]
    assert len({environment["AIRFLOW_HOME"] for environment in environments}) == len(environments)
    assert (
        len({environment["AIRFLOW__LOGGING__BASE_LOG_FOLDER"] for environment in environments}) == 1
    )


def test_a_service_sees_none_of_the_variables_around_it(env_file, tmp_path, monkeypatch):
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "LocalExecutor")
    monkeypatch.setenv("DAILY_PAPERS_FEEDS", "tag:speech")
    stack = Stack(read_compose(env_file(**SECRETS)), tmp_path)
    environment = stack.environment_of(stack.services["scheduler"])
    assert environment["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"
    assert "DAILY_PAPERS_FEEDS" not in environment


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"AIRFLOW_FERNET_KEY": ""}, "required variable AIRFLOW_FERNET_KEY is missing"),
        (
            {"AIRFLOW_DATABASE_URL": "postgresql+psycopg2://me:secret@127.0.0.1:1/airflow"},
            "no PostgreSQL at postgresql+psycopg2://me:***@127.0.0.1:1/airflow",
        ),
    ],
)
def test_it_says_what_is_missing_and_starts_nothing(env_file, tmp_path, changes, message):
    state = tmp_path / "state"
    options = ["--env-file", env_file(**(SECRETS | changes)), "--state", state]
    script = COMPOSE_FILE.parent / "scripts/stack.py"
    done = subprocess.run(
        [sys.executable, script, *options], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert message in done.stderr
    assert "secret@" not in done.stderr
    assert "Traceback" not in done.stderr
    assert not state.exists()


def test_a_url_is_shown_without_its_password():
    assert without_password("redis://:pw@host:6379/0") == "redis://:***@host:6379/0"
    assert without_password("redis://host:6379/0") == "redis://host:6379/0"
