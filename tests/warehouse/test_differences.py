"""Two snapshots side by side: tables, columns, and the rows that differ, by key."""

import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from daily_papers.errors import CorruptFileError, InvalidInputError
from daily_papers.settings import Settings
from daily_papers.warehouse import differences, snapshots
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from small_warehouse import TABLES, publish

LISTINGS = {
    "core.listings": """
        select * from (values
            (date '2026-01-05', 'a', 1, ['x']), (date '2026-01-05', 'b', 2, ['y']),
            (date '2026-01-06', null, 3, null)
        ) t(listing_date, paper_id, upvotes, tags)"""
}
LISTINGS_LATER = {
    "core.listings": """
        select * from (values
            (date '2026-01-05', 'b', 5, ['y', 'z']), (date '2026-01-06', null, 3, null),
            (date '2026-01-07', 'c', 4, null)
        ) t(listing_date, paper_id, upvotes, tags)"""
}


def test_rows_are_added_removed_and_changed_by_key(options: Settings) -> None:
    publish(options, 0, LISTINGS)
    publish(options, 0, LISTINGS_LATER)
    with differences.compare(options, "previous", "current") as comparison:
        (table,) = comparison.tables
        assert (table.change, table.rows_before, table.rows_after) == ("changed", 3, 3)
        assert (table.added, table.removed, table.changed) == (1, 1, 1)
        assert [row.as_dict() for row in comparison.read_rows("core.listings")] == [
            {
                "change": "removed",
                "key": {"listing_date": "2026-01-05", "paper_id": "a"},
                "before": {"upvotes": 1, "tags": ["x"]},
                "after": None,
            },
            {
                "change": "changed",
                "key": {"listing_date": "2026-01-05", "paper_id": "b"},
                "before": {"upvotes": 2, "tags": ["y"]},
                "after": {"upvotes": 5, "tags": ["y", "z"]},
            },
            {
                "change": "added",
                "key": {"listing_date": "2026-01-07", "paper_id": "c"},
                "before": None,
                "after": {"upvotes": 4, "tags": None},
            },
        ]


VALUES = st.dictionaries(
    st.tuples(st.integers(0, 3), st.sampled_from(["a", "b", None])),
    st.tuples(st.sampled_from([1.0, float("nan"), None]), st.sampled_from([[], ["x"], None])),
    max_size=6,
)
COLUMNS = pa.schema(
    [
        ("day", pa.int64()),
        ("name", pa.string()),
        ("count", pa.float64()),
        ("list", pa.list_(pa.string())),
    ]
)


@hypothesis_settings(max_examples=40, deadline=None)
@given(before=VALUES, after=VALUES)
def test_it_finds_what_a_comparison_row_by_row_finds(tmp_path_factory, before, after) -> None:
    folder = tmp_path_factory.mktemp("rows")
    paths = [folder / "before.parquet", folder / "after.parquet"]
    for path, rows in zip(paths, (before, after), strict=True):
        table = [dict(zip(COLUMNS.names, (*k, *v), strict=True)) for k, v in rows.items()]
        pq.write_table(pa.Table.from_pylist(table, COLUMNS), path)
    with duckdb.connect() as con:
        names = (COLUMNS.names, COLUMNS.names)
        differences.match_rows(con, "found", paths, ("day", "name"), names)
        found = con.execute("select day, name, change from found").fetchall()
    expected = dict.fromkeys(after.keys() - before.keys(), "added")
    expected |= dict.fromkeys(before.keys() - after.keys(), "removed")
    expected |= {
        key: "changed"
        for key in before.keys() & after.keys()
        if repr(before[key]) != repr(after[key])
    }
    order = sorted(expected, key=lambda key: (key[0], key[1] or ""))
    assert found == [(*key, expected[key]) for key in order]


def test_tables_of_equal_hash_are_not_read(options: Settings) -> None:
    publish(options, 1)
    path = snapshots.snapshot_dir(options, publish(options, 2).id) / "tags/tags.parquet"
    path.unlink()
    with differences.compare(options, "previous", "current") as comparison:
        changes = {table.name: table.change for table in comparison.tables}
    assert changes == {"core.listings": "changed", "core.papers": "changed", "tags.tags": "equal"}


def test_tables_and_columns_that_come_and_go_are_told(options: Settings) -> None:
    publish(options, 1, {name: TABLES[name] for name in ("core.papers", "tags.tags")})
    papers = "select '2601.00000' as paper_id, '1' as upvotes, true as is_new"
    publish(options, 1, {"core.papers": papers, "core.listings": TABLES["core.listings"]})
    with differences.compare(options, "previous", "current") as comparison:
        listings, changed, tags = comparison.tables
    assert (listings.change, listings.rows_after, tags.change) == ("added", 4, "removed")
    assert changed.as_dict() | {"rows": 0} == {
        "table": "core.papers",
        "change": "changed",
        "rows_before": 3,
        "rows_after": 1,
        "columns_added": {"is_new": "BOOLEAN"},
        "columns_removed": {},
        "columns_retyped": {"upvotes": {"before": "INTEGER", "after": "VARCHAR"}},
        "key": ["paper_id"],
        "added": 0,
        "removed": 2,
        "changed": 0,
        "note": None,
        "rows": 0,
    }


def test_rows_under_another_kind_of_key_are_not_matched(options: Settings) -> None:
    publish(options, 1, {"core.papers": "select 'a' as paper_id, 1 as upvotes"})
    publish(options, 1, {"core.papers": "select 1 as paper_id, 1 as upvotes"})
    with differences.compare(options, "previous", "current") as comparison:
        (table,) = comparison.tables
    assert (table.added, table.note) == (
        None,
        "rows are not matched: the key was (paper_id) and is (paper_id), of another type",
    )


def test_a_damaged_file_is_named(options: Settings) -> None:
    publish(options, 1)
    path = snapshots.snapshot_dir(options, publish(options, 2).id) / "core/papers.parquet"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-9])
    with (
        pytest.raises(CorruptFileError, match=r"core/papers\.parquet is not what was published"),
        differences.compare(options, "previous", "current"),
    ):
        pass


@pytest.fixture
def two(options: Settings) -> Settings:
    publish(options, 1)
    publish(options, 2)
    return options


def test_files_have_every_row_and_the_same_bytes_each_time(run, two: Settings, tmp_path) -> None:
    for name in ("a", "b"):
        for target in (f"{name}.json", f"{name}.parquet", name):
            assert run("diff", "previous", "current", "--out", tmp_path / target)[0] == 0
    document = json.loads((tmp_path / "a.json").read_text())
    assert {t["table"]: len(t["rows"]) for t in document["tables"]} == {
        "core.listings": 4,
        "core.papers": 3,
        "tags.tags": 0,
    }
    long = pq.read_table(tmp_path / "a.parquet").to_pylist()
    assert [row["table_name"] for row in long] == ["core.listings"] * 4 + ["core.papers"] * 3
    assert (long[-1]["key"], long[-1]["after"]) == ('{"paper_id":"2601.00002"}', '{"upvotes":2}')
    typed = pq.read_table(tmp_path / "a/core.listings.parquet").to_pylist()
    assert typed[0]["changed_columns"] == ["upvotes"]
    assert (typed[0]["before"], typed[0]["after"]) == ({"upvotes": 1}, {"upvotes": 2})
    summary = json.loads((tmp_path / "a/summary.json").read_text())
    assert [table["changed"] for table in summary["tables"]] == [4, 3, 0]
    for path in (p for p in tmp_path.rglob("*") if p.is_file() and "home" not in p.parts):
        twin = Path(str(path.relative_to(tmp_path)).replace("a", "b", 1))
        if path.relative_to(tmp_path).parts[0].startswith("a"):
            assert path.read_bytes() == (tmp_path / twin).read_bytes()


def test_the_command_shows_what_changed(run, two: Settings) -> None:
    code, out, _ = run("diff", "previous", "--limit", 1)
    assert code == 0
    assert "upvotes: 1 -> 2" in out
    assert "… and 3 more" in out
    code, out, _ = run("diff", "previous", "current", "--table", "core.papers", "--json")
    (table,) = json.loads(out)["tables"]
    assert (code, table["changed"], len(table["rows"])) == (0, 3, 3)
    code, out, _ = run("diff", "current", "current", "--json")
    assert {table["change"] for table in json.loads(out)["tables"]} == {"equal"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nope", "current"], "no snapshot 'nope'"),
        (["previous", "current", "--table", "core.nope"], "no table 'core.nope'"),
        (["previous", "current", "--out", "x.csv"], "a folder, or a .json or .parquet file"),
        (["previous", "current", "--out", "/"], "the folder is not empty"),
    ],
)
def test_a_users_mistake_is_one_line(run, two: Settings, arguments, message) -> None:
    code, _, err = run("diff", *arguments)
    assert (code, message in err, "Traceback" in err) == (2, True, False)


def test_a_wrong_snapshot_name_comes_before_any_reading(options: Settings) -> None:
    with (
        pytest.raises(InvalidInputError, match="run `daily-papers build`"),
        differences.compare(options, "current", "previous"),
    ):
        pass
