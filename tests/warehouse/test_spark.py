"""The models on Spark (Sail, without Java) give the rows that DuckDB gives, mart by mart."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from daily_papers import ingest
from daily_papers import settings as settings_module
from daily_papers.settings import Settings
from daily_papers.sources import open_source
from daily_papers.warehouse import build, database, derive, inputs, spark
from daily_papers.warehouse.author_tables import EVENTS, PUBLISHED, Published
from daily_papers.warehouse.models import Model, load_project
from handmade import EXAMPLE_LAKE, EXTRACTORS, MONDAY, open_marts, paper
from tests_shared import SHARED

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("spark")]
PROJECT = load_project(settings_module.load().sql_dir)
# beside the example: weeks before a week, and an author whose id was another one
EARLIER = [
    paper(f"2511.0000{ago}", MONDAY - timedelta(weeks=ago), ai_keywords=["Speech"])
    for ago in (1, 3, 9)
]
LAKE = EXAMPLE_LAKE | {"papers": [*EXAMPLE_LAKE["papers"], *EARLIER]}
BEFORE = Published(
    pa.Table.from_pylist(
        [dict(zip(PUBLISHED.names, ("2511.00009", 1, "a0", "Ada Lovelace", "f"), strict=True))],
        schema=PUBLISHED,
    ),
    EVENTS.empty_table(),
)


# marts without a row there, and so without anything to compare
EMPTY: dict[str, set[str]] = {
    "handmade": set(),
    "real": {
        "authors.identity_events",
        "benchmarks.contradictions",
        "core.duplicates",
        "ops.quarantine",
    },
}


@pytest.fixture(scope="module", params=["handmade", "real"])
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, duckdb.DuckDBPyConnection, Path]]:
    """Give which rows, DuckDB's tables, and the folder where Spark wrote the same models."""
    if os.environ.get("CI") != "true":  # there nothing may hide that it is missing
        reason = "the group `spark` is not installed: uv sync --group spark"
        pytest.importorskip("pysail.spark", reason=reason)
        pytest.importorskip("pyspark.sql", reason=reason)
    from pysail.spark import SparkConnectServer  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415

    home = tmp_path_factory.mktemp("home")
    options = settings_module.load(home=home)
    with _open_real(options) if request.param == "real" else _open_handmade(options) as con:
        files = []
        for name in (*inputs.TABLES, *derive.SOURCES):
            files.append(home / f"{name}.parquet")
            con.execute(f"copy {name} to '{files[-1]}' (format parquet)")
        server = SparkConnectServer("127.0.0.1", 0)
        server.start(background=True)
        host, port = server.listening_address
        session = SparkSession.builder.remote(f"sc://{host}:{port}").getOrCreate()
        try:
            session.conf.set("spark.sql.session.timeZone", "UTC")
            spark.run_models(session, PROJECT, files, home / "spark")
        finally:
            session.stop()
            server.stop()
        yield request.param, con, home / "spark"


def _open_handmade(options: Settings) -> duckdb.DuckDBPyConnection:
    extractors = replace(EXTRACTORS, read_published_authors=lambda: BEFORE)
    return open_marts(options, extractors=extractors, **LAKE)


def _open_real(options: Settings) -> duckdb.DuckDBPyConnection:
    """Build some real days, ten weeks apart from each other, with the project's own rules."""
    if not SHARED.is_dir():
        pytest.skip("the real archive is not on this machine (expected at ../shared/data)")
    source = open_source(f"replay:{SHARED / 'hf_api'}", options)
    days = sorted(source.days(date(2024, 5, 27), date(2026, 5, 31)))[::50]
    list(ingest.ingest_days(days, options, source))
    ingest.judge_days(days, options)
    con = database.connect(options)
    inputs.create_tables(con, inputs.find_files(options))
    build.run_models(con, PROJECT, derive.load_extractors())
    return con


@pytest.mark.parametrize("model", PROJECT.marts, ids=lambda model: model.name)
def test_every_mart_has_the_same_rows(
    model: Model, both: tuple[str, duckdb.DuckDBPyConnection, Path]
) -> None:
    rows_of, con, folder = both
    columns = con.execute(f"describe {model.name}").fetchall()
    cast = ", ".join(f"{name}::{kind} as {name}" for name, kind, *_ in columns)
    known = f"select * from {model.name}"
    count = con.execute(f"select count(*) from ({known})").fetchall()
    assert (count == [(0,)]) is (model.name in EMPTY[rows_of])
    if not [*(folder / f"{model.name}.parquet").glob("*.parquet")]:  # Sail writes no rows so
        assert count == [(0,)]
        return
    found = f"select {cast} from read_parquet('{folder / model.name}.parquet/*.parquet')"
    assert con.execute(f"select count(*) from ({found})").fetchall() == count
    assert con.execute(f"({known}) except all ({found})").fetchall() == []


def test_mad_is_spelt_out_for_spark() -> None:
    sql = spark.transpile("select mad(x) over (order by y rows 3 preceding) as spread from a.b")
    assert "MAD(" not in sql.upper().replace("COLLECT_LIST", "")
    assert "a__b" in sql


def test_a_list_and_its_numbers_are_unnested_together() -> None:
    sql = spark.transpile("select id, unnest(xs) as x, generate_subscripts(xs, 1) as n from a.b")
    assert sql == (
        "SELECT id, one AS x, at + 1 AS n FROM "
        "(SELECT id, POSEXPLODE(xs) AS (at, one) FROM a__b) AS numbered"
    )
