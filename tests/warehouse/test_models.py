"""What the runner says of SQL files that are wrong, and the order it finds."""

from pathlib import Path

import pytest
from daily_papers.errors import InvalidInputError
from daily_papers.settings import Settings
from daily_papers.warehouse import database, inputs
from daily_papers.warehouse.build import run_models
from daily_papers.warehouse.models import (
    find_tables,
    load_project,
    read_check,
    read_example,
    read_macro,
    read_model,
)
from handmade import EXTRACTORS

GOOD = """-- core.papers: papers.
-- One more line.
-- Grain:   one row per (paper_id)
-- Sources: staging.papers,
--          lake.ledger
-- As-of:   the last look
-- Refresh: full
-- Columns:
--   paper_id: arXiv id,
--     without version
select papers.paper_id
from staging.papers as papers
cross join lake.ledger as ledger
order by papers.paper_id
"""


def _write(folder: Path, text: str, name: str = "papers") -> Path:
    path = folder / f"{name}.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_header_is_read_whole(tmp_path: Path) -> None:
    model = read_model(_write(tmp_path, GOOD), "core")
    assert model.name == "core.papers"
    assert model.description == "papers.\nOne more line."
    assert model.grain == ("paper_id",)
    assert model.sources == ("staging.papers", "lake.ledger")
    assert model.as_of == "the last look"
    assert model.columns == {"paper_id": "arXiv id, without version"}
    assert model.order_by == "paper_id"
    assert model.unsorted_sql == GOOD.removesuffix("\norder by papers.paper_id\n")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("-- core.papers: ", "-- core.paper: ", "the first line must be"),
        ("one row per (paper_id)", "a paper", "Grain"),
        ("-- Refresh: full\n", "", "has no '-- Refresh: …'"),
        (",\n--          lake.ledger", "", "Sources says staging.papers, the SQL reads lake"),
        ("from staging.papers", "from papers", "table papers needs its schema"),
        ("order by", "order order by", "papers.sql: "),
        ("ledger\norder by", "ledger order by", "starts with 'order by' must sort all"),
        (GOOD, "select 1", "starts without the comment"),
    ],
)
def test_a_wrong_file_is_named(old: str, new: str, message: str, tmp_path: Path) -> None:
    path = _write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(InvalidInputError) as caught:
        read_model(path, "core")
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_ctes_and_table_functions_are_no_tables(tmp_path: Path) -> None:
    sql = "with days as (select 1 as n) select * from days cross join range(3) cross join core.x"
    assert find_tables(sql, tmp_path) == {"core.x"}


def test_checks_macros_and_examples_need_their_first_lines(tmp_path: Path) -> None:
    for read, good, bad in (
        (read_check, "-- fail: no.\nselect 1\n", "-- no.\nselect 1\n"),
        (read_macro, "-- core.papers(ts): then.\nselect 1\n", "-- core.other(ts): x\nselect 1\n"),
        (
            read_example,
            "-- question: why?\n-- persona: analyst\nselect 1\n",
            "-- question: why?\nselect 1\n",
        ),
    ):
        read(_write(tmp_path, good))
        with pytest.raises(InvalidInputError, match=r"papers\.sql"):
            read(_write(tmp_path, bad))


def test_columns_that_are_not_what_the_comment_says_stop_the_build(
    options: Settings, tmp_path: Path
) -> None:
    _write(
        tmp_path / "sql/staging",
        "-- staging.papers: x.\n-- Grain: one row per (paper_id)\n-- Sources: lake.papers\n"
        "-- Refresh: full\nselect * from lake.papers\n",
    )
    for name in ("papers", "authorships", "arxiv"):
        intermediate = "lake.papers"
        _write(
            tmp_path / "sql/intermediate",
            f"-- intermediate.{name}: x.\n-- Grain: one row per (paper_id)\n"
            f"-- Sources: {intermediate}\n-- Refresh: full\nselect * from {intermediate}\n",
            name,
        )
    path = _write(
        tmp_path / "sql/marts/core",
        "-- core.papers: x.\n-- Grain: one row per (paper_id)\n-- Sources: lake.papers\n"
        "-- Refresh: full\n-- Columns:\n--   paper_id: id\n--   upvotes: count\n"
        "select paper_id from lake.papers\n",
    )
    with database.connect(options) as con:
        inputs.create_tables(con, [])
        with pytest.raises(InvalidInputError) as caught:
            run_models(con, load_project(tmp_path / "sql"), EXTRACTORS)
    assert str(caught.value) == f"{path}: Columns and SELECT differ in upvotes"


def test_every_published_column_is_described(options: Settings) -> None:
    for model in load_project(options.sql_dir).marts:
        assert model.columns, model.name
        assert model.as_of, model.name
        assert set(model.grain) <= set(model.columns), model.name


def test_an_empty_folder_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="DAILY_PAPERS_SQL_DIR"):
        load_project(tmp_path)
