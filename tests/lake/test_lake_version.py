"""The lake's version: an older lake opens and is brought up to date, a newer one is refused."""

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from daily_papers import ingest
from daily_papers.lake import version
from daily_papers.settings import SAMPLE_DIR
from daily_papers.sources import open_source

FIRST, LAST = "2026-01-05", "2026-01-09"


@pytest.fixture
def lake(options):
    """The sample's lake."""
    source = open_source(f"replay:{SAMPLE_DIR}", options)
    list(ingest.ingest_days(source.days(date(2026, 1, 5), date(2026, 1, 9)), options, source))
    return options.home


def make_older(home: Path) -> None:
    """Leave what a program knew that had no VERSION and fewer columns."""
    (home / "lake/VERSION").unlink()
    for kind, columns in {"ledger": ["drift"], "papers": ["ai_summary_model"]}.items():
        for path in (home / "lake" / kind).rglob("*.parquet"):
            table = pq.read_table(path, partitioning=None)
            pq.write_table(table.drop_columns(columns), path)


def test_a_new_lake_says_which_version_it_is(lake):
    assert (lake / "lake/VERSION").read_text() == f"{version.VERSION}\n"


def test_an_older_lake_opens_and_reprocess_brings_it_up_to_date(lake, lake_files, run):
    today = lake_files(lake)
    make_older(lake)
    assert lake_files(lake) != today
    code, out, err = run("build")
    assert code == 0, err
    assert "66" in run("sql", "select count(*) as n from core.papers")[1]
    code, out, _ = run("doctor")
    assert code == 0
    remedy = f"daily-papers reprocess --from {FIRST} --to {LAST}"
    assert remedy in " ".join(out.replace("│", " ").split())
    assert run("reprocess", "--from", FIRST, "--to", "2026-01-08")[0] == 0
    assert version.read(lake) == 1  # one day is still as it was
    assert run("reprocess", "--from", FIRST, "--to", LAST)[0] == 0
    assert version.read(lake) == version.VERSION
    assert lake_files(lake) == today


def test_a_newer_lake_is_refused_by_every_command_and_left_alone(lake, lake_files, run):
    before = lake_files(lake)
    (lake / "lake/VERSION").write_text("99\n")
    for arguments in (["status"], ["reprocess", "--from", FIRST, "--to", LAST], ["build"]):
        code, _, err = run(*arguments)
        assert code == 1
        assert "is of version 99, and this program knows" in err
    assert lake_files(lake) == before


def test_a_version_that_is_no_number_is_named(lake, run):
    (lake / "lake/VERSION").write_text("new\n")
    code, _, err = run("status")
    assert (code, "VERSION holds no number" in err) == (1, True)
