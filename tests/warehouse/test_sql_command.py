"""`daily-papers sql`: pages, formats and limits as a user and a script see them."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from daily_papers.settings import Settings
from small_warehouse import publish

TAGS = "select tag from tags.tags order by paper_count, tag"


@pytest.fixture(autouse=True)
def _published(options: Settings) -> None:
    publish(options, 1)
    publish(options, 2)


def test_a_table_shows_a_page_and_says_how_to_get_the_next(run) -> None:
    code, out, err = run("sql", TAGS)
    assert (code, "100 rows" in out, "--offset 100 shows the next page" in err) == (0, True, True)
    code, out, err = run("sql", TAGS, "--limit", 3, "--offset", 1998)
    assert (code, "2 rows from row 1999" in " ".join(out.split()), err) == (0, True, "")
    assert "tag 999" in out


def test_files_and_pipes_have_every_row_unless_told_otherwise(run, tmp_path: Path) -> None:
    target = tmp_path / "new" / "tags.parquet"
    assert run("sql", TAGS, "--format", "parquet", "--out", target)[0] == 0
    assert pq.read_metadata(target).num_rows == 2000
    assert [path.name for path in target.parent.iterdir()] == ["tags.parquet"]
    _, out, _ = run("sql", TAGS, "--json", "--limit", 2, "--offset", 1)
    assert json.loads(out) == [{"tag": "tag 1"}, {"tag": "tag 10"}]
    _, out, _ = run("sql", TAGS, "--format", "csv")
    assert len(out.splitlines()) == 2001


def test_a_long_cell_is_cut_in_a_table_and_whole_in_a_file(run) -> None:
    sql = "select repeat('x', 30000000) as x, range(5000) as xs"
    code, out, err = run("sql", sql)
    assert (code, len(out) < 20_000, "1 row " in out, "…" in out) == (0, True, True, True)
    assert "longer than 2,000 characters" in " ".join(err.split())
    _, out, err = run("sql", "select repeat('x', 2000) as x")
    assert (out.count("x"), "…" in out, err) == (2001, False, "")
    _, out, _ = run("sql", sql, "--format", "csv")
    assert out.count("x") == 30_000_002


@pytest.mark.parametrize("output_format", ["csv", "json", "parquet", "table"])
def test_differences_of_times_and_far_years_are_printed(
    run, output_format: str, tmp_path: Path
) -> None:
    sql = "select interval 1 day as i, [interval 1 day] as l, date '10000-01-01' as d"
    where = ["--out", tmp_path / "x"] if output_format == "parquet" else []
    code, out, err = run("sql", sql, "--format", output_format, *where)
    assert (code, err) == (0, "")
    if output_format != "parquet":
        assert "10000-01-01" in out


def test_a_query_that_fails_before_its_first_row_prints_no_header(run) -> None:
    code, out, err = run("sql", "select error('no such luck') as x", "--format", "csv")
    assert (code, out, "no such luck" in err) == (2, "", True)


def test_an_older_snapshot_is_asked_by_its_place(run) -> None:
    question = "select distinct upvotes from core.papers"
    answers = [
        json.loads(run("sql", question, "--json", *snapshot)[1])
        for snapshot in ((), ("--snapshot", "previous"), ("--snapshot", "current"))
    ]
    assert answers == [[{"upvotes": 2}], [{"upvotes": 1}], [{"upvotes": 2}]]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["from range(100000000000)", "--format", "csv", "--timeout-s", "0.1"], 1, "--timeout-s"),
        (
            ["select list(range) from range(30000000)", "--json", "--memory-limit-mb", "32"],
            1,
            "--memory-limit-mb",
        ),
        (["select 1", "--out", "x"], 2, "--out needs --format csv, json or parquet"),
        (
            ["select 1", "--format", "csv", "--out", "/dev/null/x"],
            2,
            "/dev/null/x: Not a directory",
        ),
        (["select 1", "--snapshot", "nope"], 2, "no snapshot 'nope'"),
    ],
)
def test_what_goes_wrong_is_one_line(
    run, arguments: list[str], code: int, message: str, tmp_path: Path
) -> None:
    found, _, err = run("sql", *arguments)
    assert (found, message in err, "Traceback" in err) == (code, True, False)
    assert len(err.strip().splitlines()) == 1


def test_a_file_that_was_there_stays_when_the_query_fails(run, tmp_path: Path) -> None:
    target = tmp_path / "answer.csv"
    target.write_text("before")
    sql = "select if(range > 29000, error('no such luck'), '') from range(30000)"
    assert run("sql", sql, "--format", "csv", "--out", target)[0] == 2
    assert target.read_text() == "before"
    assert [path.name for path in tmp_path.glob("*answer*")] == ["answer.csv"]


def test_a_reader_that_has_seen_enough_ends_it_quietly(options: Settings) -> None:
    command = [sys.executable, "-m", "daily_papers.cli", "sql", "from range(3000000)"]
    with subprocess.Popen(
        [*command, "--format", "csv"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"DAILY_PAPERS_HOME": str(options.home), "PATH": "/usr/bin:/bin"},
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == '"range"\n'
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0
