"""The order in which tables are made, and making them in it, slow Python beside DuckDB."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from graphlib import CycleError, TopologicalSorter
from queue import SimpleQueue

import duckdb

from daily_papers.errors import InvalidInputError
from daily_papers.warehouse import database

# what takes long: author clusters, and extraction, which is done by other processes
_LANES = 2


def order_steps(sources: Mapping[str, Iterable[str]], inputs: Iterable[str]) -> list[str]:
    """Order tables so that each comes after what it reads.

    Args:
        sources: table -> tables it reads.
        inputs: tables that exist before the first step.

    Raises:
        InvalidInputError: a table nobody makes, or a cycle; the message names the model.
    """
    sorter = _sort(sources, inputs)
    try:
        return list(sorter.static_order())
    except CycleError as error:
        raise _refuse_cycle(error) from None


def run_steps(
    con: duckdb.DuckDBPyConnection,
    sources: Mapping[str, Iterable[str]],
    inputs: Iterable[str],
    make: Callable[[duckdb.DuckDBPyConnection, str], None],
    apart: Callable[[str], bool],
) -> None:
    """Make each table once what it reads is there.

    Those made by SQL come one after the other, as DuckDB has all cores and all memory for
    each; those made by Python wait for one core, and are made beside them.

    Args:
        con: where the tables are made; the others get a connection to the same database
            with the same default catalog.
        sources: table -> tables it reads.
        inputs: tables that exist before the first step.
        make: makes one table on the connection given.
        apart: whether a table is made beside others.

    Raises:
        InvalidInputError: as order_steps does. What `make` raises is raised again, once what
            was begun beside it has ended.
    """
    sorter = _sort(sources, inputs)
    try:
        sorter.prepare()
    except CycleError as error:
        raise _refuse_cycle(error) from None

    idle: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()

    def make_apart(name: str) -> None:
        own = idle.get_nowait()
        try:
            make(own, name)
        finally:
            idle.put(own)

    ready: list[str] = []
    running: dict[Future[None], str] = {}
    with ExitStack() as stack, ThreadPoolExecutor(_LANES, thread_name_prefix="table") as pool:
        for _ in range(_LANES):
            idle.put(stack.enter_context(database.connect_beside(con)))
        try:
            while sorter.is_active():
                for name in sorter.get_ready():
                    if apart(name):
                        running[pool.submit(make_apart, name)] = name
                    else:
                        ready.append(name)
                must_wait = not ready
                if ready:
                    name = ready.pop(0)
                    make(con, name)
                    sorter.done(name)
                for future in _find_ended(running, must_wait=must_wait):
                    future.result()
                    sorter.done(running.pop(future))
        finally:
            pool.shutdown(cancel_futures=True)


def _find_ended(running: Mapping[Future[None], str], *, must_wait: bool) -> set[Future[None]]:
    if not running:
        return set()
    return wait(running, None if must_wait else 0, return_when=FIRST_COMPLETED).done


def _sort(sources: Mapping[str, Iterable[str]], inputs: Iterable[str]) -> TopologicalSorter[str]:
    known = set(sources) | set(inputs)
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name in sorted(sources):
        unknown = sorted(set(sources[name]) - known)
        if unknown:
            raise InvalidInputError(f"{name} reads {unknown[0]}, which no model or input makes")
        sorter.add(name, *sorted(set(sources[name]) & sources.keys()))
    return sorter


def _refuse_cycle(error: CycleError) -> InvalidInputError:
    return InvalidInputError(f"models read each other: {' <- '.join(error.args[1])}")
