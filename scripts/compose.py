"""What docker-compose.yaml says, without Docker: services with their variables filled in.

Only what that file uses is understood; anything else is refused by name, so that a native
stack never silently differs from the containers.
"""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

VARIABLE = re.compile(r"\$(?:(?P<escaped>\$)|\{(?P<name>[A-Za-z_]\w*))?")
ENV_LINE = re.compile(r"\s*(?:export\s+)?(?P<name>[A-Za-z_]\w*)=(?P<value>.*)")
DURATION = re.compile(r"(?:(?P<m>\d+)m)?(?:(?P<s>\d+)s)?")


class ComposeError(ValueError):
    """The compose file or its variables are not as they must be; the message says where."""


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """How a service is asked whether it works."""

    command: tuple[str, ...]
    interval_s: float
    timeout_s: float
    start_period_s: float


@dataclass(frozen=True, slots=True)
class Service:
    """One service that runs this project's image."""

    name: str
    command: tuple[str, ...]  # arguments of `airflow`
    environment: dict[str, str]
    is_restarted: bool
    stop_grace_period_s: float
    health_check: HealthCheck | None
    depends_on: dict[str, str] = field(default_factory=dict)  # service: condition


@dataclass(frozen=True, slots=True)
class Mount:
    """What a path inside the containers is outside of them."""

    target: str
    kind: str  # bind, volume or tmpfs
    source: str  # path for bind, name for volume, "" for tmpfs


def interpolate(text: str, variables: Mapping[str, str]) -> str:
    """Fill in ${NAME}, ${NAME:-default} and ${NAME:?message}; $$ is a dollar sign.

    Raises:
        ComposeError: a variable that must be set is missing or empty.
    """
    done = ""
    while match := VARIABLE.search(text):
        done += text[: match.start()]
        if match["escaped"]:
            done, text = done + "$", text[match.end() :]
            continue
        if match["name"] is None:
            raise ComposeError(f"{text[match.start() :][:30]!r}: write $$ for a dollar sign")
        end = _closing_brace(text, match.start())
        rest = text[match.end("name") : end]
        value = variables.get(match["name"], "")
        if rest.startswith(":-"):
            default = interpolate(rest[2:], variables)  # always, as Docker does: it may require
            value = value or default
        elif rest.startswith(":?"):
            if not value:
                raise ComposeError(f"required variable {match['name']} is {rest[2:]}")
        elif rest:
            raise ComposeError(f"${{{match['name']}{rest}}}: only :- and :? are understood")
        done, text = done + value, text[end + 1 :]
    return done + text


def _closing_brace(text: str, start: int) -> int:
    depth = 0
    for index in range(start, len(text)):
        if text.startswith("${", index):
            depth += 1
        elif text[index] == "}":
            depth -= 1
            if depth == 0:
                return index
    raise ComposeError(f"{text[start:][:30]!r}: no closing brace")


def read_env_file(path: Path) -> dict[str, str]:
    """Read NAME=value lines; comments and blank lines are skipped.

    Raises:
        ComposeError: a line that is neither.
    """
    values = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = ENV_LINE.fullmatch(line)
        if match is None:
            raise ComposeError(f"{path}:{number}: expected NAME=value")
        value = match["value"].strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        values[match["name"]] = value
    return values


class ComposeFile:
    """A compose file with every variable filled in.

    Args:
        path: docker-compose.yaml.
        variables: what ${NAME} stands for.

    Raises:
        ComposeError: names the variable that is missing.
    """

    def __init__(self, path: Path, variables: Mapping[str, str]) -> None:
        self.folder = path.parent.resolve()
        document = _fill(yaml.safe_load(path.read_text(encoding="utf-8")), variables)
        self._services: dict[str, dict[str, Any]] = document["services"]

    def services(self) -> dict[str, Service]:
        """Return the services of this project's image by name; the others come from outside."""
        return {
            name: self._service(name, values)
            for name, values in self._services.items()
            if "build" in values
        }

    def mounts(self) -> list[Mount]:
        """Return where the paths of those services lie, deepest first."""
        mounts = {
            mount
            for values in self._services.values()
            if "build" in values
            for mount in [
                *(_read_volume(volume) for volume in values.get("volumes", [])),
                *(Mount(line.partition(":")[0], "tmpfs", "") for line in values.get("tmpfs", [])),
            ]
        }
        return sorted(mounts, key=lambda mount: (-len(mount.target), mount.target))

    def _service(self, name: str, values: dict[str, Any]) -> Service:
        environment: dict[str, str] = {}
        for entry in values.get("env_file", []):
            path = self.folder / entry["path"]
            if path.is_file():
                environment |= read_env_file(path)
            elif entry.get("required", True):
                raise ComposeError(f"{name}: env_file {path} does not exist")
        environment |= values["environment"]
        return Service(
            name=name,
            command=tuple(shlex.split(values["command"])),
            environment=environment,
            is_restarted=values["restart"] == "unless-stopped",
            stop_grace_period_s=_seconds(values.get("stop_grace_period", "10s")),
            health_check=_read_health_check(values.get("healthcheck")),
            depends_on={
                other: terms["condition"] for other, terms in values.get("depends_on", {}).items()
            },
        )


def _fill(value: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return interpolate(value, variables)
    if isinstance(value, dict):
        return {key: _fill(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, variables) for item in value]
    return value


def _read_volume(volume: str | dict[str, Any]) -> Mount:
    if isinstance(volume, dict):
        return Mount(volume["target"], volume["type"], volume["source"])
    source, target, *_ = volume.split(":")
    kind = "bind" if source.startswith((".", "/")) else "volume"
    return Mount(target, kind, source)


def _read_health_check(values: dict[str, Any] | None) -> HealthCheck | None:
    if values is None:
        return None
    kind, *command = values["test"]
    if kind not in {"CMD", "CMD-SHELL"}:
        raise ComposeError(f"healthcheck {kind}: only CMD and CMD-SHELL are understood")
    return HealthCheck(
        tuple(command) if kind == "CMD" else ("/bin/sh", "-c", *command),
        _seconds(values["interval"]),
        _seconds(values["timeout"]),
        _seconds(values["start_period"]),
    )


def _seconds(text: str) -> float:
    match = DURATION.fullmatch(text)
    if not text or match is None:
        raise ComposeError(f"{text!r} is not a time: expected 10m, 5s or 1m30s")
    return 60.0 * int(match["m"] or 0) + int(match["s"] or 0)
