"""Ad-hoc SQL reads what is published, now or in a snapshot, and nothing else."""

import shutil
from pathlib import Path

import pytest
from daily_papers import settings as settings_module
from daily_papers.errors import CorruptFileError, InvalidInputError, QueryLimitError
from daily_papers.settings import Settings
from daily_papers.warehouse import snapshots
from daily_papers.warehouse.query import run_query, stream_query
from handmade import EXAMPLE_LAKE, WEDNESDAY, attempt, build_warehouse, write_lake


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("built")
    write_lake(home, **EXAMPLE_LAKE)
    build_warehouse(settings_module.load(home=home))
    return home


@pytest.fixture
def published(options: Settings, built: Path) -> Settings:
    shutil.copytree(built, options.home)
    return options


@pytest.fixture(params=["the file", "a snapshot"])
def snapshot_id(request: pytest.FixtureRequest, published: Settings) -> str | None:
    return None if request.param == "the file" else snapshots.list_ids(published)[-1]


def test_an_older_snapshot_still_answers_as_it_did(published: Settings) -> None:
    old = snapshots.list_ids(published)[0]
    write_lake(published.home, attempts=[attempt(WEDNESDAY, "complete", 20)])
    build_warehouse(published)
    query = "select state from ops.coverage where listing_date = '2026-01-07'"
    assert run_query(published, query).to_pylist() == [{"state": "complete"}]
    assert run_query(published, query, old).to_pylist() == [{"state": "failed"}]


@pytest.mark.parametrize(
    "sql",
    [
        "from core.papers",
        "select paper_id from core.papers_as_of('2026-02-01')",
        "with p as (from core.papers) select count(*) from p",
        "pivot ops.coverage on state using count(*)",
        "describe core.papers",
        "show all tables",
        "Show\ntables;",
        "explain select 1",
        "/* é */ explain analyze (select 1)",
        "-- a comment\nvalues (1);",
    ],
)
def test_what_reads_is_answered(sql: str, snapshot_id: str | None, published: Settings) -> None:
    assert run_query(published, sql, snapshot_id).num_rows > 0


@pytest.mark.parametrize(
    "sql",
    [
        "create table x as select 1",
        "create temp table x as select 1",
        "insert into core.papers from core.papers",
        "delete from core.papers",
        "drop table core.papers",
        "copy core.papers to '{folder}/new.parquet'",
        "copy (pivot ops.coverage on state using count(*)) to '{folder}/new.parquet'",
        "explain analyze copy core.papers to '{folder}/new.parquet'",
        "/* */ explain (analyze) copy core.papers to '{folder}/new.parquet'",
        "export database '{folder}/new'",
        "attach '{folder}/new.duckdb'",
        "install spatial",
        "set enable_external_access = true",
        "select * from read_text('/etc/hostname')",
        "select * from glob('/etc/*')",
        "select 1; select 2",
        "",
        "selec 1",
        "select nothing from core.papers",
        "from published",
        "select error('no such luck')",
    ],
)
def test_anything_else_is_refused_in_one_line(
    sql: str, snapshot_id: str | None, published: Settings
) -> None:
    folder = snapshots.snapshot_dir(published, snapshots.list_ids(published)[0])
    before = sorted(published.home.rglob("*"))
    with pytest.raises(InvalidInputError) as caught:
        run_query(published, sql.format(folder=folder), snapshot_id)
    assert "\n" not in str(caught.value)
    assert sorted(published.home.rglob("*")) == before


def test_columns_of_one_name_are_told_apart(published: Settings) -> None:
    answer = run_query(published, "select 1 as n, 2 as n, 3 as n_1, 4 as n")
    assert answer.to_pylist() == [{"n": 1, "n_2": 2, "n_1": 3, "n_3": 4}]


def test_rows_stop_at_the_limit(snapshot_id: str | None, published: Settings) -> None:
    assert run_query(published, "from range(30000)", snapshot_id, 12).num_rows == 12
    assert run_query(published, "from range(30000)", snapshot_id, 0).num_rows == 0
    assert run_query(published, "from range(30000)", snapshot_id).num_rows == 30000


def test_without_the_file_the_current_snapshot_answers(published: Settings) -> None:
    snapshots.database_path(published).unlink()
    assert run_query(published, "from core.papers").num_rows == 2


def test_nothing_published_says_what_to_run(options: Settings) -> None:
    with pytest.raises(InvalidInputError, match="run `daily-papers build`"):
        run_query(options, "select 1")


@pytest.mark.parametrize("name", ["yesterday", "20260101T000000Z-000000000000", "../current"])
def test_an_unknown_snapshot_is_refused_with_the_known_ones(name: str, published: Settings) -> None:
    with pytest.raises(InvalidInputError, match=snapshots.list_ids(published)[0]):
        run_query(published, "select 1", name)


def test_damage_is_named_with_its_remedy(published: Settings) -> None:
    path = snapshots.database_path(published)
    path.write_bytes(b"not a database")
    with pytest.raises(CorruptFileError, match="run `daily-papers build`"):
        run_query(published, "select 1")
    path.unlink()
    pointer: Path = published.home / "warehouse" / "current"
    pointer.write_bytes(b"\xff")
    with pytest.raises(CorruptFileError, match="current names no snapshot"):
        run_query(published, "select 1")


def test_a_page_begins_after_the_offset(published: Settings) -> None:
    for offset, limit in ((0, 3), (9_999, 3), (25_000, None), (30_000, 5), (40_000, None)):
        with stream_query(published, "from range(30000)", row_limit=limit, offset=offset) as answer:
            page = answer.read_all()["range"].to_pylist()
        assert page == list(range(30_000))[offset:][:limit]


@pytest.mark.parametrize(
    "sql",
    [
        "select count(*) from range(100000000) a, range(1000) b where hash(a.range + b.range) = 1",
        "from range(100000000000)",  # is over in the middle of its answer
    ],
)
def test_a_query_that_takes_too_long_is_stopped(sql: str, published: Settings) -> None:
    with (
        pytest.raises(QueryLimitError, match=r"took longer than 0\.2 s.*--timeout-s"),
        stream_query(published, sql, timeout_s=0.2) as answer,
    ):
        for _ in answer:
            pass


def test_a_query_that_takes_too_much_memory_is_stopped(published: Settings) -> None:
    with (
        pytest.raises(QueryLimitError, match=r"more than 32 MiB .*--memory-limit-mb"),
        stream_query(
            published, "select list(range) from range(30000000)", memory_limit_mb=32
        ) as answer,
    ):
        answer.read_all()


@pytest.mark.parametrize("longest_cell", [None, 10])
@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("interval 1 day", "1 day"),
        ("'\\xff'::blob", "\\xFF"),
        ("'101'::bit", "101"),
        ("1::bignum", "1"),
        ("union_value(k := 1)", "1"),
        ("1::variant", "1"),
        ("date '10000-01-01'", "10000-01-01"),
        ("date '0044-03-15 (BC)'", "0044-03-15 (BC)"),
        ("timestamp 'infinity'", "infinity"),
        ("time '24:00'", "24:00:00"),
    ],
)
def test_what_a_format_has_no_type_for_is_text_at_any_depth(
    value: str, text: str, longest_cell: int | None, published: Settings
) -> None:
    nested = f"[{{'a b': {value}, 'n': 1}}]"
    sql = f'select {value} as v, {nested} as v, {nested}::struct("a b" varchar, n int)[1] as array'
    with stream_query(published, sql, as_text=True, longest_cell=longest_cell) as answer:
        row = answer.read_all().to_pylist()[0]
    if longest_cell is not None:
        assert row["v"] == text[:longest_cell]
        assert row["array"].startswith("[{'a b': ")
        return
    entry = {"a b": text, "n": 1}
    assert row == {"v": text, "v_1": [entry], "array": [entry]}


def test_parquet_keeps_the_types_that_it_has(published: Settings) -> None:
    sql = "select date '2026-01-05' as d, {'t': now(), 'i': [interval 1 day]} as s"
    types = {field.name: str(field.type) for field in run_query(published, sql).schema}
    assert types["d"] == "date32[day]"
    assert types["s"].startswith("struct<t: timestamp[us, tz=")
    assert types["s"].endswith("i: list<l: string>>")


@pytest.mark.parametrize("size", [3_000_000, 300_000_000])  # the second is over 2 GiB a batch
def test_rows_that_take_too_much_memory_on_their_way_out_are_refused(
    size: int, published: Settings
) -> None:
    with (
        pytest.raises(QueryLimitError, match="more than 64 MiB"),
        stream_query(
            published, f"select repeat('x', {size}) from range(30)", memory_limit_mb=64
        ) as answer,
    ):
        answer.read_all()


def test_an_error_in_the_middle_of_an_answer_is_one_line(published: Settings) -> None:
    sql = "select if(range > 29000, error('no such luck'), '') from range(30000)"
    with (
        pytest.raises(InvalidInputError, match="no such luck") as caught,
        stream_query(published, sql) as answer,
    ):
        answer.read_all()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("damage", ["truncated", "altered", "missing"])
@pytest.mark.parametrize(
    "sql", ["select count(*) from core.papers", "from core.papers_as_of('2026-02-01')"]
)
def test_a_damaged_file_of_a_snapshot_is_named_before_it_answers(
    damage: str, sql: str, published: Settings
) -> None:
    snapshot_id = snapshots.list_ids(published)[0]
    path = snapshots.snapshot_dir(published, snapshot_id) / "core/papers.parquet"
    path.chmod(0o644)
    content = path.read_bytes()
    if damage == "truncated":
        path.write_bytes(content[:-100])
    elif damage == "altered":
        path.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])
    else:
        path.unlink()
    with pytest.raises(CorruptFileError, match=r"core/papers\.parquet is (not|missing)"):
        run_query(published, sql, snapshot_id)
    if damage == "altered":  # what is whole still answers
        assert run_query(published, "from core.listings", snapshot_id).num_rows


def test_a_damaged_block_of_the_database_file_is_said_with_its_remedy(published: Settings) -> None:
    path = snapshots.database_path(published)
    content = bytearray(path.read_bytes())
    for at in range(12 * 4096, len(content), 4096):  # behind the headers
        content[at + 100] ^= 1
    path.write_bytes(content)
    with pytest.raises(CorruptFileError, match="run `daily-papers build`"):
        run_query(published, "select sum(hash(p)) from core.papers p")
