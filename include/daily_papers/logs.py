"""Structured log lines: each says of which run, day and step it is.

A step binds its names for everything that is logged inside it (structlog's context
variables). In a task, Airflow's own log of it shows them, as Airflow merges the same
variables; at the terminal, `configure` does, as text or as one JSON object a line.
"""

import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import structlog
from structlog.typing import Processor

P = ParamSpec("P")
R = TypeVar("R")

_log = logging.getLogger(__name__)
_RUN = f"cli__{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}__{os.getpid()}"
_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure(log_format: str) -> None:
    """Send the log of this process to standard error.

    Args:
        log_format: "text", warnings only, or "json", with the begin and end of every step.
    """
    is_json = log_format == "json"
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if is_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    if not is_json:  # what ended a step is told once, by whoever meets its exception
        handler.addFilter(lambda record: record.name != __name__)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("daily_papers").setLevel(logging.INFO if is_json else logging.WARNING)


@contextmanager
def step(name: str, day: date | None = None) -> Iterator[None]:
    """Name what happens in the block in every line of the log, and log its end.

    Decorates a function as well: `@step("build")`.

    Args:
        name: verb of the step, such as "land".
        day: the listing date that it is about, where there is one.
    """
    run = os.environ.get("AIRFLOW_CTX_DAG_RUN_ID") or _RUN
    names = {"run": run, "step": name} | ({"day": day.isoformat()} if day else {})
    begun = time.monotonic()
    with structlog.contextvars.bound_contextvars(**names):
        try:
            yield
        except BaseException as error:
            seconds = round(time.monotonic() - begun, 3)
            _log.warning("%s failed: %s", name, error, extra={"seconds": seconds})
            raise
        seconds = round(time.monotonic() - begun, 3)
        _log.info("%s ended", name, extra={"seconds": seconds})


def step_of_day(
    name: str,
) -> Callable[[Callable[Concatenate[date, P], R]], Callable[Concatenate[date, P], R]]:
    """Make a function a step whose day is its first argument."""

    def decorate(work: Callable[Concatenate[date, P], R]) -> Callable[Concatenate[date, P], R]:
        @wraps(work)
        def run(day: date, /, *args: P.args, **kwargs: P.kwargs) -> R:
            with step(name, day):
                return work(day, *args, **kwargs)

        return run

    return decorate
