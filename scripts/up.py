"""`make up`: Airflow's processes on this machine, for this machine only.

Not `airflow standalone`: that also serves task logs on every interface (ports 8793 and
8794), which the LocalExecutor does not need, and mixes four logs in one terminal.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

COMPONENTS = {
    "api-server": [],
    "scheduler": ["--skip-serve-logs"],
    "dag-processor": [],
    "triggerer": ["--skip-serve-logs"],
}
AIRFLOW = Path(sys.executable).with_name("airflow")
HOST = "127.0.0.1"
START_WITHIN_S = 300
STOP_WITHIN_S = 20
SHOWN_LOG_LINES = 30


def main() -> int:
    port = int(os.environ["AIRFLOW__API__PORT"])
    home = Path(os.environ["AIRFLOW_HOME"])
    url = f"http://{HOST}:{port}"
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            message = f"port {port} is in use; choose another: make up AIRFLOW_PORT={port + 1}"
            print(message, file=sys.stderr)
            return 1

    # The components must end with this process, however it is asked to.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    (home / "logs").mkdir(parents=True, exist_ok=True)
    running = {name: start(name, home) for name in COMPONENTS}
    try:
        print(f"Airflow is starting; its logs are in {home / 'logs'}", flush=True)
        deadline = time.monotonic() + START_WITHIN_S
        while not is_answering(url):
            if has_ended(running, home) or time.monotonic() > deadline:
                print("Airflow did not come up; see its logs", file=sys.stderr)
                return 1
            time.sleep(1)
        print(how_to_log_in(url, home), flush=True)
        while not has_ended(running, home):
            time.sleep(1)
        return 1
    except KeyboardInterrupt:
        print("stopping Airflow", flush=True)
        return 0
    finally:
        stop(running)


def start(name: str, home: Path) -> subprocess.Popen[bytes]:
    with (home / "logs" / f"{name}.log").open("wb") as log:
        command = [AIRFLOW, name, *COMPONENTS[name]]
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )


def stop(running: dict[str, subprocess.Popen[bytes]]) -> None:
    for process in running.values():
        process.terminate()
    deadline = time.monotonic() + STOP_WITHIN_S
    for process in running.values():
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()


def has_ended(running: dict[str, subprocess.Popen[bytes]], home: Path) -> bool:
    """Tell whether a component ended by itself, and show why."""
    for name, process in running.items():
        if process.poll() is not None:
            log = home / "logs" / f"{name}.log"
            tail = log.read_text(errors="replace").splitlines()[-SHOWN_LOG_LINES:]
            print("\n".join(tail), f"{name} ended; its log: {log}", sep="\n", file=sys.stderr)
            return True
    return False


def is_answering(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/api/v2/version", timeout=10):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def how_to_log_in(url: str, home: Path) -> str:
    lines = [f"Airflow is up: {url}"]
    passwords = home / "simple_auth_manager_passwords.json.generated"
    if passwords.is_file():
        for user, password in json.loads(passwords.read_text()).items():
            lines.append(f"Log in as {user}, password {password} (kept in {passwords})")
    return "\n".join([*lines, "Ctrl-C stops it."])


if __name__ == "__main__":
    sys.exit(main())
