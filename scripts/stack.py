"""`make stack`: the services of docker-compose.yaml as processes of this machine.

The compose file is read, never copied: commands, variables, health checks, what waits for
what, and what is restarted are Docker's. Three things differ, all of them below: PostgreSQL
and Redis must be there already, folders of the containers become folders of this machine,
and Airflow listens on loopback only.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import redis
from compose import (
    ComposeError,
    ComposeFile,
    HealthCheck,
    Mount,
    Service,
    interpolate,
    read_env_file,
)

REPOSITORY = Path(__file__).resolve().parents[1]
COMPOSE_FILE = REPOSITORY / "docker-compose.yaml"
BIN = Path(sys.executable).parent
# In containers the names of other services; here everything is on loopback.
NATIVE = {
    "AIRFLOW_API_HOST": "127.0.0.1",
    "AIRFLOW_LISTEN": "127.0.0.1",
    "AIRFLOW_DATABASE_URL": "postgresql+psycopg2://airflow:${POSTGRES_PASSWORD}@127.0.0.1/airflow",
    "AIRFLOW_BROKER_URL": "redis://127.0.0.1:6379/0",
}
# Not handed on: what a container would not see.
OWN_PREFIXES = ("AIRFLOW", "DAILY_PAPERS_")
RESTART_AFTER_S = 2
WATCH_EVERY_S = 1
SHOWN_LOG_LINES = 30


def read_compose(env_file: Path) -> ComposeFile:
    """Fill in the compose file from the environment file, then the environment, then NATIVE.

    Raises:
        ComposeError: names the variable that is missing.
    """
    variables = read_env_file(env_file) if env_file.is_file() else {}
    variables |= os.environ | {"STACK_ENV_FILE": str(env_file.resolve())}
    for name, value in NATIVE.items():
        variables[name] = variables.get(name) or interpolate(value, variables)
    return ComposeFile(COMPOSE_FILE, variables)


def native_environment(service: Service, mounts: list[Mount], state: Path) -> dict[str, str]:
    """Return a service's variables with the containers' folders replaced by this machine's."""
    return {
        name: native_path(value, service, mounts, state)
        for name, value in service.environment.items()
    }


def native_path(value: str, service: Service, mounts: list[Mount], state: Path) -> str:
    """Return the folder of this machine for a value that is a container's path."""
    for mount in mounts:
        if value == mount.target or value.startswith(f"{mount.target}/"):
            return str(folder_of(mount, service, state)) + value.removeprefix(mount.target)
    return value


def folder_of(mount: Mount, service: Service, state: Path) -> Path:
    """Return the folder that stands for a mount; a tmpfs is each service's own."""
    if mount.kind == "bind":
        return (REPOSITORY / mount.source).resolve()
    if mount.kind == "volume":
        return state / "volumes" / mount.source
    return state / service.name / mount.target.strip("/").replace("/", "_")


class Stack:
    """The running services.

    Args:
        compose: what to run.
        state: folder of logs, volumes and pid files.
    """

    def __init__(self, compose: ComposeFile, state: Path) -> None:
        self.services = compose.services()
        self.state = state
        self._mounts = [mount for mount in compose.mounts() if mount.target != "/tmp"]
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start every service when what it depends on is ready; return when all are healthy.

        Raises:
            ComposeError: a service ended or did not become healthy in time.
        """
        ready: dict[str, str] = {}
        while len(ready) < len(self.services):
            for name, service in self.services.items():
                if name not in self._running and self._may_start(service, ready):
                    self._launch(service)
            unready = [name for name in self._running if name not in ready]
            if not unready:
                raise ComposeError("depends_on: the services wait for each other")
            ready[unready[0]] = self._wait_for(self.services[unready[0]])

    def _may_start(self, service: Service, ready: dict[str, str]) -> bool:
        return all(
            ready.get(name) == condition
            for name, condition in service.depends_on.items()
            if name in self.services  # the others were there before us
        )

    def watch(self) -> None:
        """Restart services that end, as Docker does; return never."""
        while True:
            time.sleep(WATCH_EVERY_S)
            for name, process in list(self._running.items()):
                if process.poll() is None or not self.services[name].is_restarted:
                    continue
                kill_group(process)  # a container takes its processes along
                print(f"{name} ended with {process.returncode}; restarting it", flush=True)
                time.sleep(RESTART_AFTER_S)
                self._launch(self.services[name])

    def stop(self) -> None:
        """Ask every service to end and kill what does not; what others depend on goes last."""
        needed = {name for service in self.services.values() for name in service.depends_on}
        running = {name for name, process in self._running.items() if process.poll() is None}
        try:
            for wave in (running - needed, running & needed):
                self._stop(wave)
        finally:  # asked to stop a second time: at once
            for name in running:
                kill_group(self._running[name])
                self._running[name].wait()

    def _stop(self, names: set[str]) -> None:
        for name in names:
            self._running[name].terminate()
        for name in names:
            try:
                self._running[name].wait(self.services[name].stop_grace_period_s)
            except subprocess.TimeoutExpired:
                print(f"{name} did not stop in time; killing it", flush=True)

    def log_of(self, name: str) -> Path:
        """Return the file of a service's output."""
        return self.state / name / "log"

    def _launch(self, service: Service) -> None:
        for mount in self._mounts:
            folder = folder_of(mount, service, self.state)
            if mount.kind == "tmpfs" and folder.exists():  # empty at every start
                shutil.rmtree(folder)
            folder.mkdir(parents=True, exist_ok=True)
        with self.log_of(service.name).open("ab") as log:
            self._running[service.name] = process = subprocess.Popen(
                [BIN / "airflow", *service.command],
                env=self.environment_of(service),
                cwd=self.state / service.name,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that it can be killed as a whole
            )
        # Others read it while a service is being restarted: never half-written.
        written = self.state / service.name / "pid.new"
        written.write_text(str(process.pid))
        written.replace(self.state / service.name / "pid")

    def environment_of(self, service: Service) -> dict[str, str]:
        """Return what a service's processes see."""
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(OWN_PREFIXES)
        }
        own = native_environment(service, self._mounts, self.state)
        return inherited | own | {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}

    def _wait_for(self, service: Service) -> str:
        """Return the condition of depends_on that the service has come to meet."""
        process = self._running[service.name]
        if service.health_check is None:
            if process.wait() != 0:
                raise ComposeError(self._how_it_ended(service.name))
            return "service_completed_successfully"
        deadline = time.monotonic() + service.health_check.start_period_s + 60
        while not self._is_healthy(service, service.health_check):
            if process.poll() is not None:
                raise ComposeError(self._how_it_ended(service.name))
            if time.monotonic() > deadline:
                raise ComposeError(
                    f"{service.name} is not healthy; log: {self.log_of(service.name)}"
                )
            # More often than later on, but some checks cost seconds of CPU.
            time.sleep(service.health_check.interval_s / 10)
        print(f"{service.name} is healthy", flush=True)
        return "service_healthy"

    def _is_healthy(self, service: Service, check: HealthCheck) -> bool:
        try:
            done = subprocess.run(
                check.command,
                check=False,
                env=self.environment_of(service),
                capture_output=True,
                timeout=check.timeout_s,
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    def _how_it_ended(self, name: str) -> str:
        log = self.log_of(name)
        tail = log.read_text(errors="replace").splitlines()[-SHOWN_LOG_LINES:]
        return "\n".join([*tail, f"{name} ended; its log: {log}"])


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever a service left behind."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def check_services_outside(environment: Mapping[str, str]) -> None:
    """Connect to PostgreSQL and Redis.

    Raises:
        ComposeError: says which does not answer, and the remedy.
    """
    database = environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    broker = environment["AIRFLOW__CELERY__BROKER_URL"]
    try:
        psycopg2.connect(database.replace("+psycopg2", "", 1), connect_timeout=5).close()
    except psycopg2.OperationalError as error:
        raise ComposeError(
            f"no PostgreSQL at {without_password(database)}: {error}".strip()
            + "\nmake user and database (docs/production.md), or set AIRFLOW_DATABASE_URL"
        ) from None
    try:
        redis.from_url(broker, socket_connect_timeout=5).ping()
    except redis.RedisError as error:
        raise ComposeError(
            f"no Redis at {without_password(broker)}: {error}; set AIRFLOW_BROKER_URL"
        ) from None


def without_password(url: str) -> str:
    """Return a URL that may be shown."""
    parts = urlsplit(url)
    return url.replace(f":{parts.password}@", ":***@") if parts.password else url


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--env-file", type=Path, default=REPOSITORY / ".env")
    parser.add_argument("--state", type=Path, default=REPOSITORY / ".airflow/stack")
    parser.add_argument("airflow", nargs="*", help="an Airflow command beside the running stack")
    arguments = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        compose = read_compose(arguments.env_file)
        stack = Stack(compose, arguments.state.resolve())
        environment = stack.services["api-server"].environment
        check_services_outside(environment)
    except ComposeError as error:
        print(f"make stack: {error}", file=sys.stderr)
        return 1
    if arguments.airflow:
        command = [BIN / "airflow", *arguments.airflow]
        os.execve(command[0], command, stack.environment_of(stack.services["scheduler"]))
    try:
        print(f"starting {', '.join(stack.services)}; logs: {stack.state}/*/log", flush=True)
        stack.start()
        passwords = stack.state / "volumes/auth/passwords.json"
        print(f"the stack is up: {environment['AIRFLOW__API__BASE_URL']}", flush=True)
        print(f"Log in as admin; the password is in {passwords}. Ctrl-C stops it.", flush=True)
        stack.watch()
    except ComposeError as error:
        print(f"make stack: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopping the stack", flush=True)
        return 0
    finally:
        stack.stop()


if __name__ == "__main__":
    sys.exit(main())
