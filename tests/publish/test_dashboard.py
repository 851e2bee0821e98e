"""The dashboard's folder: what is in it, what replaces it, what is left out and said."""

import base64
import gzip
import json
import re
import sqlite3
from pathlib import Path

import pytest
from daily_papers.errors import CorruptFileError, InvalidInputError
from daily_papers.publish import dashboard
from daily_papers.publish.dashboard.data.payloads import shard_by_hash, to_script
from daily_papers.publish.dashboard.pages import PAGES
from daily_papers.warehouse import snapshots
from handmade_snapshot import IMAGE, PAPERS, SCRIPT, SNAPSHOT_ID, TABLES, publish_handmade


def read_data(folder: Path, name: str):
    text = (folder / "data" / f"{name}.js").read_text(encoding="utf-8")
    match = re.fullmatch(rf'dailyPapers\.receive\("{re.escape(name)}",(.*)\);\n', text, re.DOTALL)
    assert match, text[:200]
    return json.loads(match[1])


def read_folder(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_page_is_there_and_names_the_snapshot(options):
    publish_handmade(options)
    folder = dashboard.build_dashboard(options)
    assert folder == (options.home / "publish" / "dashboard").absolute()
    for page in PAGES:
        text = (folder / page.file).read_text(encoding="utf-8")
        assert SNAPSHOT_ID in text
        assert "Not shown" not in text


def test_the_same_snapshot_gives_the_same_bytes(options, tmp_path):
    publish_handmade(options)
    first = read_folder(dashboard.build_dashboard(options, tmp_path / "first"))
    second = read_folder(dashboard.build_dashboard(options, tmp_path / "second"))
    assert first == second


def test_a_new_dashboard_replaces_the_old_one_as_a_whole(options):
    publish_handmade(options)
    folder = dashboard.build_dashboard(options)
    (folder / "data" / "left_over.js").write_text("")
    assert dashboard.build_dashboard(options) == folder
    assert not (folder / "data" / "left_over.js").exists()
    assert [path.name for path in folder.parent.iterdir()] == ["dashboard"]


def test_a_folder_of_someone_else_is_left_alone(options, tmp_path):
    publish_handmade(options)
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "thesis.tex").write_text("chapter 1")
    with pytest.raises(InvalidInputError, match="no dashboard and not empty"):
        dashboard.build_dashboard(options, tmp_path / "theirs")
    assert (tmp_path / "theirs" / "thesis.tex").read_text() == "chapter 1"


def test_a_damaged_snapshot_leaves_the_old_dashboard(options):
    manifest = publish_handmade(options)
    before = read_folder(dashboard.build_dashboard(options))
    table = next(t for t in manifest.tables if t.name == "core.papers")
    (snapshots.snapshot_dir(options, manifest.id) / table.file).write_bytes(b"no Parquet")
    with pytest.raises(CorruptFileError, match="daily-papers build"):
        dashboard.build_dashboard(options)
    assert read_folder(options.home / "publish" / "dashboard") == before


def test_without_a_warehouse_the_page_says_what_to_do(options):
    folder = dashboard.build_dashboard(options)
    text = (folder / "index.html").read_text(encoding="utf-8")
    assert "<code>daily-papers build</code>" in text
    assert not (folder / "data").exists()


def test_a_snapshot_without_rows_says_what_to_do(options):
    publish_handmade(options, {name: f"from ({sql}) limit 0" for name, sql in TABLES.items()})
    folder = dashboard.build_dashboard(options)
    assert "No paper is in this snapshot yet" in (folder / "index.html").read_text()


@pytest.mark.parametrize(
    "table", ["benchmarks.claims", "core.observations", "core.papers", "ops.coverage", "tags.tags"]
)
def test_a_missing_table_hides_its_sections_and_says_so(options, table):
    publish_handmade(options, {name: sql for name, sql in TABLES.items() if name != table})
    folder = dashboard.build_dashboard(options)
    for page in PAGES:
        text = (folder / page.file).read_text(encoding="utf-8")
        hidden = sum(table in section.needs for section in page.sections)
        assert text.count(f"this snapshot lacks {table}.") == hidden
        assert text.count("Not shown") == hidden


def test_a_table_without_a_column_hides_its_section_and_says_so(options):
    older = {**TABLES, "ops.costs": f"select * exclude (retries) from ({TABLES['ops.costs']})"}
    publish_handmade(options, older)
    text = (dashboard.build_dashboard(options) / "quality.html").read_text(encoding="utf-8")
    assert text.count("Not shown") == 1
    assert "column named &#34;retries&#34;" in text


def test_text_of_others_is_escaped_in_pages_and_data_stays_data(options):
    publish_handmade(options)
    folder = dashboard.build_dashboard(options)
    for page in PAGES:
        text = (folder / page.file).read_text(encoding="utf-8")
        assert SCRIPT not in text
        assert IMAGE not in text
    listed = read_data(folder, "papers/month/2026-01")
    titles = [row[listed["columns"].index("title")] for row in listed["rows"]]
    assert titles == list(PAPERS.values())


def test_the_console_has_every_table_row_for_row(options):
    manifest = publish_handmade(options)
    folder = dashboard.build_dashboard(options)
    assert [t["name"] for t in read_data(folder, "sql/tables")["tables"]] == sorted(TABLES)
    for table in manifest.tables:
        packed = base64.b64decode(read_data(folder, f"sql/{table.name}"))
        con = sqlite3.connect(":memory:")
        con.deserialize(gzip.decompress(packed))
        (count,) = con.execute(f"select count(*) from {table.table}").fetchone()
        assert count == table.rows
        names = [row[1] for row in con.execute(f"pragma table_info({table.table})")]
        assert names == [column.name for column in table.columns]
        con.close()


def test_days_lists_and_booleans_reach_the_console_as_sqlite_knows_them(options):
    publish_handmade(options)
    folder = dashboard.build_dashboard(options)
    con = sqlite3.connect(":memory:")
    packed = base64.b64decode(read_data(folder, "sql/authors.authors"))
    con.deserialize(gzip.decompress(packed))
    row = con.execute("""
        select json_array_length(name_variants), first_seen_on, is_ambiguous
        from authors where author_id = 'aa00000000000002'
    """).fetchone()
    con.close()
    assert row == (2, "2026-01-05", 1)


def test_the_calendar_has_a_letter_for_every_day(options):
    publish_handmade(options)
    coverage = read_data(dashboard.build_dashboard(options), "overview/coverage")
    assert coverage["first"] == "2023-05-04"
    assert coverage["states"][-3:] == "ecf"
    assert coverage["papers"][-2] == 5
    assert coverage["reasons"] == {"2025-12-30": "cap_hit"}


def test_a_name_is_found_in_the_file_that_the_browser_looks_in():
    assert shard_by_hash("") == "c5"  # FNV-1a of nothing is 0x811c9dc5
    assert shard_by_hash("a") == "2c"  # and of "a" 0xe40c292c


def test_a_data_file_holds_no_value_that_json_cannot():
    with pytest.raises(ValueError, match="JSON"):
        to_script("papers/x", {"share": float("nan")})


def test_the_command_prints_the_way_in(run, tmp_path):
    code, out, _ = run("dashboard", "--out", tmp_path / "site")
    assert code == 0
    assert f"dashboard: {tmp_path / 'site' / 'index.html'}" in out


def test_the_command_refuses_an_unknown_snapshot(run):
    code, _, err = run("dashboard", "--snapshot", "20260101T000000Z-000000000000")
    assert code == 2
    assert "no snapshot '20260101T000000Z-000000000000'" in err


def test_the_bundled_code_comes_with_its_licences():
    vendor = Path(dashboard.__file__).parent / "static" / "vendor"
    lock = json.loads(
        (Path(__file__).parents[2] / "frontend" / "package-lock.json").read_text(encoding="utf-8")
    )
    listed = (vendor / "LICENCES.txt").read_text(encoding="utf-8")
    for name in ("@observablehq/plot", "sql.js"):
        assert f"{name} {lock['packages'][f'node_modules/{name}']['version']} (" in listed
