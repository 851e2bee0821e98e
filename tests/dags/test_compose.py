"""docker-compose.yaml: no engine here to start it, so its promises are read from it.

`make stack` runs this very file (tests/e2e/test_stack.py), so that commands, variables and
health checks are tried there; here is what only Docker would show.
"""

import json
import re
import shlex
from importlib.resources import files

import jsonschema
import pytest
import yaml
from airflow.dag_processing.dagbag import DagBag
from compose import ComposeError, ComposeFile, interpolate, read_env_file

SECRETS = {
    "POSTGRES_PASSWORD": "postgres-secret",
    "REDIS_PASSWORD": "redis-secret",
    "AIRFLOW_JWT_SECRET": "jwt-secret",
    "AIRFLOW_FERNET_KEY": "fernet-secret",
}
WORKERS = {"worker-fetch", "worker-build"}
OURS = {"init", "api-server", "scheduler", "dag-processor", "triggerer"} | WORKERS


@pytest.fixture
def services(repository) -> dict:
    return yaml.safe_load((repository / "docker-compose.yaml").read_text())["services"]


@pytest.fixture
def compose(repository):
    """Fill in the file with the secrets and some variables more."""
    path = repository / "docker-compose.yaml"
    return lambda **variables: ComposeFile(path, SECRETS | variables)


def test_compose_has_every_part_that_airflow_needs(services, compose):
    assert set(services) == OURS | {"postgres", "redis", "object-store"}
    commands = {name: service.command[:2] for name, service in compose().services().items()}
    assert commands == {
        "init": ("db", "migrate"),
        "api-server": ("api-server",),
        "scheduler": ("scheduler", "--skip-serve-logs"),
        "dag-processor": ("dag-processor",),
        "triggerer": ("triggerer", "--skip-serve-logs"),
        "worker-fetch": ("celery", "worker"),
        "worker-build": ("celery", "worker"),
    }


def test_compose_keeps_to_the_specification(repository):
    path = files("check_jsonschema") / "builtin_schemas/vendor/compose-spec.json"
    schema = json.loads(path.read_text())
    document = yaml.safe_load((repository / "docker-compose.yaml").read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(document)] == []
    document["services"]["redis"]["helthcheck"] = {}
    assert [error.message for error in validator.iter_errors(document)] != []


def test_every_queue_of_a_task_has_a_worker_and_the_other_way_round(repository, compose):
    served = {
        queue
        for service in compose().services().values()
        if "--queues" in service.command
        for queue in service.command[service.command.index("--queues") + 1].split(",")
    }
    bag = DagBag(str(repository / "dags"))
    queues = {
        f"{dag.dag_id}.{task.task_id}": task.queue
        for dag in bag.dags.values()
        for task in dag.tasks
    }
    assert set(queues.values()) == served == {"fetch", "build"}
    # Only these ask a source, all others must not slow them down.
    assert {name for name, queue in queues.items() if queue == "fetch"} == {
        "ingest_daily_papers.fetch",
        "backfill_range.fetch_and_land",
        "refresh_recent_papers.look_again",
        "enrich_papers.enrich",
    }
    default = compose().services()["scheduler"].environment["AIRFLOW__OPERATORS__DEFAULT_QUEUE"]
    assert default in served


def test_compose_publishes_ports_on_loopback_only(services):
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_compose_holds_no_secret_and_refuses_to_start_without_one(repository, compose):
    compose()
    path = repository / "docker-compose.yaml"
    for name in SECRETS:
        for lacking in ({}, {name: ""}):
            rest = {other: value for other, value in SECRETS.items() if other != name}
            with pytest.raises(ComposeError, match=f"required variable {name} is missing"):
                ComposeFile(path, rest | lacking)
    text = path.read_text()
    assert not re.search(r"(PASSWORD|SECRET|KEY): *[\"']?[A-Za-z0-9]", text)
    example = (repository / ".env.example").read_text()
    for name in SECRETS:
        assert f"\n#{name}=\n" in example


def test_every_service_of_airflow_gets_the_same_variables(compose):
    environments = [service.environment for service in compose().services().values()]
    for environment in environments:
        for name in ("DUMB_INIT_SETSID", "AIRFLOW__CELERY__EXTRA_CELERY_CONFIG"):
            environment.pop(name, None)
        assert environment == environments[0]
    assert environments[0]["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == (
        "postgresql+psycopg2://airflow:postgres-secret@postgres/airflow"
    )
    assert environments[0]["AIRFLOW__CELERY__BROKER_URL"] == "redis://:redis-secret@redis:6379/0"


def test_options_of_the_environment_file_reach_airflow_but_not_over_fixed_ones(tmp_path, compose):
    env_file = tmp_path / "env"
    env_file.write_text("DAILY_PAPERS_FEEDS='tag:speech'\nAIRFLOW__CORE__EXECUTOR=LocalExecutor\n")
    environment = compose(STACK_ENV_FILE=str(env_file)).services()["worker-fetch"].environment
    assert environment["DAILY_PAPERS_FEEDS"] == "tag:speech"
    assert environment["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"


def test_every_container_is_hardened_limited_and_watched(services):
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["user"].split(":")[0] not in {"", "0", "root"}, name
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}, name
        assert name == "init" or service["healthcheck"]["test"], name


def test_code_is_read_only_and_only_workers_write_the_lake(services):
    for name in OURS:
        for volume in services[name]["volumes"]:
            if isinstance(volume, str) and volume.startswith("./"):
                assert volume.endswith(":ro"), (name, volume)
    writers = {
        name
        for name, service in services.items()
        for volume in service["volumes"]
        if isinstance(volume, dict) and volume["target"] == "/opt/airflow/data"
        if not volume.get("read_only")
    }
    assert writers == WORKERS


def test_images_from_elsewhere_are_pinned_by_version_and_digest(services):
    for name in set(services) - OURS:
        assert re.fullmatch(r"[a-z/]+:v?\d+\.\d+\S*@sha256:[0-9a-f]{64}", services[name]["image"])


def test_image_and_lock_name_the_same_airflow(repository):
    dockerfile = (repository / "Dockerfile").read_text()
    lock = (repository / "uv.lock").read_text()
    version = lock.split('name = "apache-airflow"\nversion = "')[1].split('"')[0]
    assert f"FROM apache/airflow:{version}-python3.11" in dockerfile
    assert f"daily-papers-airflow:{version}" in (repository / "docker-compose.yaml").read_text()
    assert "uv export --locked --no-dev --group stack" in dockerfile
    assert dockerfile.count("--require-hashes") == 2  # uv, then what it locked
    assert "uv==" not in dockerfile


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("a $$HOME ${A}", "a $HOME 1"),
        ("${MISSING}|${EMPTY:-x}|${A:-x}", "|x|1"),
        ("${MISSING:-b${A}c${EMPTY:-d}}e", "b1cde"),
        ("${A:?never shown}", "1"),
    ],
)
def test_variables_are_filled_in_as_docker_does(text, filled):
    assert interpolate(text, {"A": "1", "EMPTY": ""}) == filled


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${MISSING:?set it}", "required variable MISSING is set it"),
        ("${A:-${MISSING:?set it}}", "required variable MISSING"),
        ("$A", "write \\$\\$"),
        ("${A:+x}", "only :- and"),
        ("${A", "no closing brace"),
    ],
)
def test_what_is_missing_or_not_understood_is_refused(text, message):
    with pytest.raises(ComposeError, match=message):
        interpolate(text, {"A": "1"})


def test_an_environment_file_is_read_as_written(tmp_path):
    path = tmp_path / "env"
    path.write_text("# note\n\nA=1\nexport B=\"two words\"\nC='3'\nD=x=y\n")
    assert read_env_file(path) == {"A": "1", "B": "two words", "C": "3", "D": "x=y"}
    path.write_text("A=1\nnonsense\n")
    with pytest.raises(ComposeError, match="env:2: expected NAME=value"):
        read_env_file(path)


def test_a_health_check_asks_the_worker_that_the_command_names(compose):
    for name in sorted(WORKERS):
        service = compose().services()[name]
        hostname = service.command[service.command.index("--celery-hostname") + 1]
        asked = shlex.split(service.health_check.command[-1])[-1]
        assert asked == hostname.replace("%h", "$(hostname)")
