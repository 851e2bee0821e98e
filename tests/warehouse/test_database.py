"""warehouse.database: how the tables of a build are stored."""

import duckdb
import pytest
from daily_papers.settings import Settings
from daily_papers.warehouse import database, inputs
from daily_papers.warehouse.models import load_project


def test_tables_of_long_texts_are_stored_as_they_are_and_only_these() -> None:
    with duckdb.connect() as con:

        def compression() -> str:
            return con.execute("select current_setting('force_compression')").fetchone()[0].lower()

        with database.filling(con, "core.papers"):
            assert compression() == "uncompressed"
        with database.filling(con, "authors.coauthors"):
            assert compression() == "auto"
        with pytest.raises(ZeroDivisionError), database.filling(con, "lake.papers"):
            assert 1 / 0
        assert compression() == "auto"


def test_the_tables_of_long_texts_are_tables_that_a_build_makes(options: Settings) -> None:
    made = {*load_project(options.sql_dir).models, *inputs.TABLES}
    assert made.issuperset(database.LONG_TEXTS)
