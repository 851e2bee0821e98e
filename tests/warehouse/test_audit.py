"""The audit before publication: every expectation is seen failing, a failure publishes nothing."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from daily_papers import status
from daily_papers.errors import CheckFailedError
from daily_papers.quality import expectations, handovers, sieve
from daily_papers.settings import Settings
from daily_papers.warehouse import audit, build, snapshots
from handmade import (
    EXAMPLE_LAKE,
    EXTRACTORS,
    WEDNESDAY,
    attempt,
    build_warehouse,
    open_marts,
    write_lake,
)

EXPECTATIONS = [
    (subject, expectation, meaning)
    for subject in handovers.SUBJECTS
    for expectation, meaning in subject.expectations
]
SUITES = {"landed_day_rows", "landed_day"} | {
    f"{subject.suite}-{subject.table.replace('.', '_')}" for subject in handovers.SUBJECTS
}

# one statement an expectation: spoils one table so that it, at least, is not met
SPOILS = {
    ("staging.papers", "listing_date, paper_id"): "insert into lake.papers from lake.papers",
    ("staging.papers", "paper_id"): "update lake.papers set paper_id = '2601.1'",
    ("staging.papers", "raw_sha256"): "update lake.papers set raw_sha256 = 'ABC'",
    ("staging.papers", "row_no"): "update lake.papers set row_no = -1",
    ("staging.papers", "observation_count"): "update lake.papers set observation_count = 0",
    (
        "staging.papers",
        "last_observed_at, first_observed_at",
    ): "update lake.papers set first_observed_at = last_observed_at + interval 1 hour",
    (
        "staging.papers",
        "is_day_of_the_list",
    ): "update lake.papers set listing_date = '2023-05-03' where listing_date = '2026-01-06'",
    ("staging.papers", "has_attempt"): "delete from lake.ledger",
    ("staging.papers", "is_observed"): "delete from lake.observations where upvotes = 9",
    ("staging.observations", "paper_id"): "update lake.observations set paper_id = 'x'",
    ("staging.observations", "upvotes"): "update lake.observations set upvotes = -1",
    ("staging.observations", "comments"): "update lake.observations set comments = -1",
    (
        "staging.observations",
        "observed_at, day_begins_at",
    ): "update lake.observations set observed_at = '2025-01-01'",
    (
        "staging.observations",
        "has_landed_day",
    ): "update lake.observations set listing_date = '2026-01-04'",
    ("core.papers", "paper_id"): "insert into core.papers from core.papers",
    ("core.papers", "title_length"): "update core.papers set title = ' '",
    ("core.papers", "abstract_length"): "update core.papers set abstract = ' '",
    (
        "core.papers",
        "day_after_first_list, published_on",
    ): "update core.papers set published_on = '2026-02-01'",
    (
        "core.papers",
        "last_listed_on, first_listed_on",
    ): "update core.papers set last_listed_on = '2026-01-01'",
    ("core.papers", "listing_count"): "update core.papers set listing_count = 0",
    ("core.papers", "upvotes"): "update core.papers set upvotes = -1",
    ("core.papers", "comments"): "update core.papers set comments = -1",
    ("core.papers", "github_stars"): "update core.papers set github_stars = -1",
    ("core.papers", "doi"): "update core.papers set doi = 'doi:10/x'",
    ("core.papers", "latest_version"): "update core.papers set latest_version = 0",
    ("core.papers", "original_exists"): "update core.papers set duplicate_of = paper_id",
    (
        "core.listings",
        "listing_date, paper_id",
    ): "insert into core.listings from core.listings",
    ("core.listings", "rank"): "update core.listings set rank = 0",
    ("core.listings", "paper_count, rank"): "update core.listings set rank = 99",
    ("core.listings", "upvotes"): "update core.listings set upvotes = -1",
    ("core.listings", "paper_exists"): "update core.listings set paper_id = '2601.99999'",
    (
        "authors.authorships",
        "paper_id, position",
    ): "insert into authors.authorships from authors.authorships",
    ("authors.authorships", "position"): "update authors.authorships set position = 0",
    ("authors.authorships", "name"): "update authors.authorships set name_as_printed = ' '",
    ("authors.authorships", "paper_exists"): "update authors.authorships set paper_id = '1'",
    (
        "ops.coverage",
        "days_behind_newest_attempt",
    ): "update ops.coverage set last_attempt_at = '2026-03-01'",
}


@pytest.fixture
def lake(options: Settings) -> Settings:
    write_lake(options.home, **EXAMPLE_LAKE)
    return options


def _audited_build(options: Settings) -> build.BuildResult:
    return build.build(options, judge=lambda _: [], extractors=EXTRACTORS)


def test_every_expectation_has_a_statement_that_breaks_it() -> None:
    named = {
        (s.table, ", ".join(handovers._identify(e)[1].split(", "))) for s, e, _ in EXPECTATIONS
    }
    assert named == SPOILS.keys()
    assert all(meaning for _, _, meaning in EXPECTATIONS)


def test_a_good_lake_meets_everything(options: Settings) -> None:
    with open_marts(options, **EXAMPLE_LAKE) as con:
        findings = handovers.audit(con, options).findings
    assert [finding.say() for finding in findings if finding.failing_rows] == []
    assert {f.table_name for f in findings} == {subject.table for subject in handovers.SUBJECTS}


@pytest.mark.parametrize("broken", SPOILS, ids=" ".join)
def test_each_expectation_is_seen_failing_with_its_keys_and_no_other_row_is_missed(
    broken: tuple[str, str], options: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (subject,) = [one for one in handovers.SUBJECTS if one.table == broken[0]]
    with open_marts(options, **EXAMPLE_LAKE) as con:
        con.execute(SPOILS[broken])
        findings = handovers.audit(con, options).findings
        every = con.execute(f"from ({subject.sql}) order by all").df()
        monkeypatch.setattr(handovers, "_SHOWN_ROWS", 0)
        suspects = handovers._read_frame(con, subject)
    assert 0 < len(suspects) <= len(every)
    of_suspects, of_every = (
        handovers._judge(expectations.Session(), subject, rows) for rows in (suspects, every)
    )
    assert of_suspects == of_every == [f for f in findings if f.table_name == subject.table]
    found = [f for f in findings if (f.table_name, f.column_name) == broken and f.failing_rows]
    assert found
    assert all("=" in key for finding in found for key in finding.failing_keys)
    assert found[0].failing_keys


@pytest.mark.parametrize("name", ["", " ", "\xa0", "\u2003", "\x1f", "\x85", "\u200b", "a"])
def test_a_name_without_a_letter_is_a_suspect_whatever_the_space(name: str) -> None:
    form = handovers._form("name", r"\S")
    condition = sieve.find_condition("names", [form])
    with duckdb.connect() as con:
        con.execute("create table names as select ? as name", [name])
        (is_suspect,) = con.execute(f"select {condition} from names").fetchone()
    assert is_suspect or re.search(r"\S", name)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        ("alter table core.papers drop column doi", r"on core\.papers: .*doi"),
        ("delete from core.papers", r"suite marts_to_publish could not .*: core\.papers has no"),
        ("delete from lake.papers", r"staging\.papers has no rows .*`daily-papers reprocess`"),
        ("drop table core.listings", r"could not run on core\.listings: "),
    ],
)
def test_a_suite_that_cannot_run_names_table_and_column(
    spoil: str, told: str, options: Settings
) -> None:
    with (
        open_marts(options, **EXAMPLE_LAKE) as con,
        pytest.raises(CheckFailedError, match=told),
    ):
        con.execute(spoil)
        handovers.audit(con, options)


def test_an_empty_lake_has_nothing_to_judge(options: Settings) -> None:
    write_lake(options.home, attempts=[attempt(WEDNESDAY, "failed")])
    assert _audited_build(options).is_new


def test_a_failed_audit_leaves_the_snapshot_and_tells_where_the_tables_lie(
    lake: Settings,
) -> None:
    published = _audited_build(lake).snapshot_id
    assert status.read_status(lake).failed_candidate is None
    bad = [*EXAMPLE_LAKE["papers"]]
    bad[0] = bad[0] | {"row_no": -1}
    bad[1] = bad[1] | {"raw_sha256": "nobody knows"}
    write_lake(lake.home, papers=bad)
    with pytest.raises(CheckFailedError) as caught:
        _audited_build(lake)
    message = str(caught.value)
    assert (
        "lake_to_marts: staging.papers: expect_column_values_to_be_between(min_value=0) on row_no"
        in message
    )
    assert "listing_date=2026-01-05, paper_id=2601.00001" in message
    assert "on raw_sha256 found 1 rows" in message
    current = snapshots.read_current(lake)
    assert current is not None
    assert current.id == published
    assert snapshots.find_damage(lake, current) is None

    found = re.search(r"Nothing was published; the tables that failed lie in (\S+)$", message)
    assert found
    kept = Path(found[1])
    assert kept.parent == lake.home / "warehouse" / "candidates"
    rows = duckdb.sql(f"select raw_sha256 from '{kept}/core/papers.parquet'").fetchall()
    assert ("nobody knows",) in rows
    failing = {f.column_name for f in audit.read_results(kept) if f.is_failure}
    assert failing == {"row_no", "raw_sha256"}
    assert (kept / "data_docs" / "index.html").is_file()
    assert status.read_status(lake).failed_candidate == str(kept)

    with pytest.raises(CheckFailedError):
        _audited_build(lake)
    assert len(list(kept.parent.iterdir())) == 1  # only the newest
    write_lake(lake.home, papers=EXAMPLE_LAKE["papers"])
    assert _audited_build(lake).snapshot_id == published
    os.utime(lake.home / "warehouse" / "current")  # a publication after the failure
    assert status.read_status(lake).failed_candidate is None


def test_what_fails_in_a_build_is_shown_with_its_keys(lake: Settings, run) -> None:
    _audited_build(lake)
    assert "0 with rows that do not pass" in run("quarantine", "audit")[1]
    bad = [row | {"row_no": -1} for row in EXAMPLE_LAKE["papers"]]
    write_lake(lake.home, papers=bad)
    with pytest.raises(CheckFailedError):
        _audited_build(lake)
    found = json.loads(run("quarantine", "audit", "--json")[1])
    (failing,) = found["failing"]
    assert (failing["table_name"], failing["column_name"]) == ("staging.papers", "row_no")
    assert len(failing["failing_keys"]) == failing["failing_rows"] == len(bad)
    assert "/candidates/" in found["folder"]
    assert f"  {failing['failing_keys'][0]}" in run("quarantine", "audit")[1]
    assert "0 with rows that do not pass" in run("quarantine", "audit", "current")[1]
    code, _, err = run("quarantine", "audit", "9999")
    assert (code, "no snapshot '9999'" in err) == (2, True)


def test_an_override_of_an_unknown_paper_is_told_with_its_line(
    lake: Settings, run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overrides = tmp_path / "overrides.csv"
    overrides.write_text(
        "paper_a,paper_b,decision,who,why\n2601.00001,2699.99999,same,Ada,I looked\n"
    )
    monkeypatch.setenv("DAILY_PAPERS_DUPLICATE_OVERRIDES", str(overrides))
    told = (
        "warning: duplicates__override_known found 1 rows "
        f"(place={overrides}:2, paper_id=2601.00001, other_id=2699.99999): "
    )
    code, out, err = run("build")
    assert (code, told in out) == (0, True), err
    assert told in run("status")[1]
    (warning,) = json.loads(run("build", "--json")[1])["warnings"]
    assert (warning["name"], warning["failing_rows"]) == ("duplicates__override_known", 1)


def test_all_failing_checks_are_told_at_once(lake: Settings) -> None:
    write_lake(
        lake.home,
        attempts=[attempt(WEDNESDAY, "complete", rows_in=5, rows_landed=4)],
        papers=[EXAMPLE_LAKE["papers"][0] | {"row_no": -1}],
    )
    with pytest.raises(CheckFailedError) as caught:
        _audited_build(lake)
    assert "check runs__row_balance found 1 rows" in str(caught.value)
    assert "on row_no found 1 rows" in str(caught.value)


def test_a_check_that_cannot_run_is_an_error(lake: Settings) -> None:
    with open_marts(lake, **EXAMPLE_LAKE) as con:
        project = build.load_project(lake.sql_dir)
        con.execute("alter table ops.runs rename column rows_in to rows_seen")
        with pytest.raises(
            CheckFailedError, match=r"check runs__row_balance could not run: .*rows_in"
        ):
            build.run_checks(con, project)


def test_a_candidate_that_cannot_be_kept_does_not_hide_what_failed(
    lake: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lake(lake.home, attempts=[attempt(WEDNESDAY, "complete", rows_in=5, rows_landed=4)])

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(build.publication, "_write_tables", refuse)
    with pytest.raises(CheckFailedError, match=r"row_balance.*could not be kept: .*No space left"):
        build_warehouse(lake)


def test_results_and_data_docs_lie_with_the_snapshot_and_name_every_suite(lake: Settings) -> None:
    result = _audited_build(lake)
    folder = snapshots.snapshot_dir(lake, result.snapshot_id)
    stored = audit.read_results(folder)
    assert {finding.suite for finding in stored} == {
        "sql_checks",
        "lake_to_marts",
        "marts_to_publish",
    }
    report = status.read_status(lake)
    assert report.audit_count == len(stored) > len(EXPECTATIONS)
    index = (folder / "data_docs" / "index.html").read_text()
    assert "rows shown" in index
    rows = len(EXAMPLE_LAKE["papers"])
    assert f"<td>staging.papers</td><td>{rows} of {rows}</td>" in index
    for suite in SUITES:
        assert suite in index
        (page,) = (folder / "data_docs" / "validations" / suite).rglob("*.html")
        assert page.relative_to(folder / "data_docs").as_posix() in index
        assert suite in page.read_text()
        assert (folder / "data_docs" / "expectations" / f"{suite}.html").is_file()


def test_the_pages_fetch_nothing_from_anywhere(lake: Settings) -> None:
    folder = snapshots.snapshot_dir(lake, _audited_build(lake).snapshot_id) / "data_docs"
    for path in [p for p in folder.rglob("*") if p.suffix in {".html", ".css"}]:
        text = path.read_text()
        assert not re.search(r"<script|<iframe|@import|url\(\s*['\"]?http", text), path
        assert not re.search(r"<(link|img)\b[^>]*https?://", text), path
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert size < 1_000_000


_BUILD = """
import json, socket, sys
from pathlib import Path

def refuse(*_, **__):
    raise AssertionError("a socket was opened")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
from daily_papers import settings
from daily_papers.warehouse import build
result = build.build(settings.load(home=Path(sys.argv[1])))
print(json.dumps([result.is_new, "great_expectations" in sys.modules]))
"""


def test_nothing_is_left_outside_home_nothing_is_sent_and_no_change_imports_no_gx(
    lake: Settings, tmp_path: Path
) -> None:
    outside = {name: tmp_path / name for name in ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "cwd")}
    for folder in outside.values():
        folder.mkdir()
    environment = os.environ | {name: str(folder) for name, folder in outside.items()}
    environment.pop("cwd")
    environment.pop("GX_ANALYTICS_ENABLED", None)
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)

    def run() -> Any:
        command = [sys.executable, "-c", _BUILD, str(lake.home)]
        done = subprocess.run(
            command, env=environment, cwd=outside["cwd"], capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout.splitlines()[-1])

    assert run() == [True, True]
    assert run() == [False, False]
    left = [path for folder in outside.values() for path in folder.rglob("*")]
    assert left == []
