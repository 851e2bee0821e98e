"""The order of tables, and making them: Python beside SQL, nothing before what it reads."""

import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb
import pytest
from daily_papers.errors import InvalidInputError
from daily_papers.warehouse.steps import order_steps, run_steps

Sources = Mapping[str, Iterable[str]]

CYCLE: Sources = {"a.one": ["b.two"], "b.two": ["a.one"]}


@pytest.fixture
def con() -> Iterable[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as state; use state")
        yield con


def test_a_table_comes_after_what_it_reads() -> None:
    sources = {"a.first": ["b.second", "lake.papers"], "b.second": ["c.third"], "c.third": []}
    assert order_steps(sources, ["lake.papers"]) == ["c.third", "b.second", "a.first"]


def test_a_cycle_and_an_unknown_table_name_the_model(con: duckdb.DuckDBPyConnection) -> None:
    pattern = r"a\.one <- b\.two <- a\.one|b\.two <- a\.one"
    with pytest.raises(InvalidInputError, match=pattern):
        order_steps(CYCLE, [])
    with pytest.raises(InvalidInputError, match=pattern):
        run_steps(con, CYCLE, [], lambda *_: None, apart=lambda _: False)
    with pytest.raises(InvalidInputError, match=r"a\.one reads lake\.nothing"):
        order_steps({"a.one": ["lake.nothing"]}, ["lake.papers"])


def test_slow_python_is_made_beside_sql_and_read_once_it_is_there(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """The slow table ends only when both SQL tables that do not need it are there."""
    sql_is_done = threading.Event()
    made: list[str] = []

    def make(own: duckdb.DuckDBPyConnection, name: str) -> None:
        if name == "slow":
            assert sql_is_done.wait(30), "SQL waited for a table that it does not read"
        reads = {"two": "one", "last": "slow"}.get(name)
        own.execute(f"create table {name} as {f'from {reads}' if reads else 'select 1 as n'}")
        made.append(name)
        if name == "two":
            sql_is_done.set()

    sources: Sources = {"one": [], "slow": [], "two": ["one"], "last": ["slow"]}
    run_steps(con, sources, [], make, apart=lambda name: name == "slow")
    assert made == ["one", "two", "slow", "last"]
    assert con.execute("from state.last").fetchall() == [(1,)]


@pytest.mark.parametrize("broken", ["one", "slow"])
def test_what_goes_wrong_is_raised_and_nothing_after_it_is_made(
    con: duckdb.DuckDBPyConnection, broken: str
) -> None:
    made = []

    def make(_: duckdb.DuckDBPyConnection, name: str) -> None:
        if name == broken:
            raise InvalidInputError(f"{name} is broken")
        made.append(name)

    sources: Sources = {"one": [], "slow": [], "last": ["one", "slow"]}
    with pytest.raises(InvalidInputError, match=f"{broken} is broken"):
        run_steps(con, sources, [], make, apart=lambda name: name == "slow")
    assert "last" not in made


def test_threads_import_nothing_once_the_rules_are_imported(tmp_path: Path) -> None:
    """Two of them would enter the circles of rapidfuzz from two sides, and one would fail."""
    program = """
import sys
from daily_papers import ingest, settings
from daily_papers.sources import open_source
from daily_papers.warehouse import build, database, derive, inputs
from daily_papers.warehouse.models import load_project

options = settings.load(home=sys.argv[1])
source = open_source(f"replay:{settings.SAMPLE_DIR}", options)
first, last = sys.argv[2:]
days = source.days(*map(ingest.FIRST_LISTING_DATE.fromisoformat, (first, last)))
list(ingest.ingest_days(days, options, source))
extractors = derive.load_extractors()
project = load_project(options.sql_dir)
with database.connect(options) as con:
    inputs.create_tables(con, inputs.find_files(options))
    derive.import_rules()
    before = set(sys.modules)
    build.run_models(con, project, extractors)
print(*sorted(set(sys.modules) - before))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path, "2026-01-05", "2026-01-09"],
        capture_output=True,
        text=True,
        check=True,
    )
    # a codec is a module without a circle
    assert [name for name in done.stdout.split() if not name.startswith("encodings.")] == []
