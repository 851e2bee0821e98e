"""Every row of every mart leads to responses that are in raw/, or says what else made it."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache, partial
from pathlib import Path

import pytest
import zstandard
from daily_papers import ingest
from daily_papers import settings as settings_module
from daily_papers.errors import InvalidInputError
from daily_papers.lake import raw
from daily_papers.settings import SAMPLE_DIR, Settings
from daily_papers.sources import open_source
from daily_papers.sources.response import Response
from daily_papers.warehouse import author_tables, provenance, query, snapshots
from daily_papers.warehouse.models import load_project
from handmade import EXTRACTORS, build_warehouse, described, verdict, write_lake

MARTS = [model.name for model in load_project(settings_module.load().sql_dir).marts]
MONDAY = date(2026, 1, 12)
DAYS = [*(date(2026, 1, day) for day in range(5, 10)), MONDAY]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample week and a day with a mention, a duplicate and a bad row, landed and built."""
    home = tmp_path_factory.mktemp("why") / "home"
    options = settings_module.load(home=home)
    replay = tmp_path_factory.mktemp("replay")
    entries = json.loads((SAMPLE_DIR / "2026-01-09.next_day.json").read_text())[:4]
    for number, entry in enumerate(entries):
        entry["paper"]["submittedOnDailyAt"] = "2026-01-12T05:00:00.000Z"
        entry["paper"]["projectPage"] = "https://openreview.net/forum?id=two-ids"
        entry["paper"]["summary"] = f"We score 9{number}% accuracy on GSM8K."
    entries[0]["paper"]["id"] = "2601.1"
    (replay / "2026-01-12.json").write_text(json.dumps(entries))
    later = ((SAMPLE_DIR, DAYS[1:-1]), (replay, [MONDAY]))
    # days before the first come last: authors get other ids, which is an identity event
    for batch in (later, ((SAMPLE_DIR, DAYS[:1]),)):
        for folder, days in batch:
            list(ingest.ingest_days(days, options, open_source(f"replay:{folder}", options)))
            write_lake(home, verdicts=[verdict(day) for day in days])
        published = cache(partial(author_tables.read_published, options))
        build_warehouse(options, replace(EXTRACTORS, read_published_authors=published))
    return home


@pytest.fixture(scope="module", autouse=True)
def _models_are_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provenance, "load_project", cache(load_project))
        yield


@pytest.fixture
def options(built: Path) -> Settings:
    return settings_module.load(home=built)


def _sample(options: Settings, table: str) -> list[list[str]]:
    """Return the keys of two rows: one in the middle, and the last."""
    manifest = snapshots.read_snapshot(options, "current")
    grain = next(each.grain for each in manifest.tables if each.name == table)
    names = ", ".join(f"{name}::varchar as {name}" for name in grain)
    rows = query.run_query(options, f"select {names} from {table} order by all").to_pylist()
    chosen = sorted({len(rows) // 2, len(rows) - 1} & set(range(len(rows))))
    return [
        [f"{name}={'' if rows[number][name] is None else rows[number][name]}" for name in grain]
        for number in chosen
    ]


@pytest.mark.parametrize("table", MARTS)
def test_each_row_ends_in_responses_whose_bytes_are_in_raw(table: str, options: Settings) -> None:
    keys = _sample(options, table)
    assert keys or table == "ops.payload_drift"  # a week is too short to know what is usual
    for key in keys:
        found = provenance.trace(options, table, key)
        assert found.row_count == 1
        assert any(name.startswith("lake.") for read in found.sources.values() for name in read)
        if table == "benchmarks.benchmarks" and not found.row["paper_count"]:
            assert found.origins == ()
            assert found.files["reference.benchmarks"].is_file()
            continue
        if table == "ops.coverage" and found.row["state"] == "unknown":
            assert found.origins == ()
            continue
        assert 0 < len(found.origins) <= 10
        for origin in found.origins:
            assert origin.problem is None
            assert origin.lake_file is not None
            assert origin.lake_file.is_file()
            assert origin.response is not None
            body = zstandard.decompress(origin.response.body_path.read_bytes())
            assert hashlib.sha256(body).hexdigest() == origin.raw_sha256
            assert origin.response.url
            if origin.row_no is not None and "paper_id" in origin.key:
                entry = json.loads(body)[origin.row_no]
                assert entry["paper"]["id"] == origin.key["paper_id"]


def test_an_aggregate_lists_just_what_it_sums_up(options: Settings) -> None:
    row = query.run_query(
        options, "from tags.tag_daily order by paper_count desc, listing_date, source, tag limit 1"
    ).to_pylist()[0]
    key = [str(row["listing_date"]), row["source"], row["tag"]]
    found = provenance.trace(options, "tags.tag_daily", key)
    assert found.origin_count == row["paper_count"]
    assert {origin.key["listing_date"] for origin in found.origins} == {row["listing_date"]}
    pair = query.run_query(
        options, "from authors.coauthors order by paper_count desc, author_id, coauthor_id limit 1"
    ).to_pylist()[0]
    key = [pair["author_id"], pair["coauthor_id"]]
    assert provenance.trace(options, "authors.coauthors", key).origin_count == pair["paper_count"]


def test_what_arxiv_said_of_a_paper_leads_to_its_answer(options: Settings, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(options.home, home)
    body = b"<feed/>"
    fetched_at = datetime(2026, 1, 13, 7, tzinfo=UTC)
    raw.store(
        home,
        Response(
            source="arxiv_api",
            listing_date=fetched_at.date(),
            attempt_at=fetched_at,
            page=0,
            page_size=None,
            url="https://example.org/api/query",
            status=200,
            fetched_at=fetched_at,
            body=body,
            requests=1,
        ),
    )
    paper_id = query.run_query(options, "select min(paper_id) as id from core.papers")["id"][0]
    row = described(
        paper_id.as_py(),
        fetched_at=fetched_at.replace(tzinfo=None),
        raw_sha256=hashlib.sha256(body).hexdigest(),
    )
    write_lake(home, arxiv=[row])
    copy = settings_module.load(home=home)
    build_warehouse(copy)
    _, answer = provenance.trace(copy, "core.papers", [paper_id.as_py()]).origins
    assert answer.response is not None
    assert answer.response.url == "https://example.org/api/query"
    assert answer.lake_file is not None
    assert answer.lake_file.parent.name == "fetched_date=2026-01-13"


def test_the_way_ends_in_raw_even_when_the_lake_has_moved_on(
    options: Settings, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(options.home, home)
    copy = settings_module.load(home=home)
    (key, *_) = _sample(copy, "core.listings")
    shutil.rmtree(home / "lake" / "papers")
    (origin,) = provenance.trace(copy, "core.listings", key).origins
    assert (origin.lake_file, origin.problem) == (None, None)
    assert origin.response is not None
    origin.response.body_path.write_bytes(b"altered")
    (origin,) = provenance.trace(copy, "core.listings", key).origins
    assert "raw/ cannot be rebuilt: restore it from a backup" in str(origin.problem)
    shutil.rmtree(home / "raw")
    (origin,) = provenance.trace(copy, "core.listings", key).origins
    assert (origin.response, "does not have it" in str(origin.problem)) == (None, True)


@pytest.mark.parametrize(
    ("table", "key", "message"),
    [
        ("core.nope", ["x"], "no table 'core.nope'"),
        ("core.papers", ["9999.99999"], "core.papers has no row with paper_id=9999.99999"),
        ("core.papers", ["a", "b"], "'b' is one too many"),
        ("core.listings", ["yesterday"], "Conversion Error"),
    ],
)
def test_a_wrong_key_is_told_in_one_line(
    table: str, key: list[str], message: str, options: Settings
) -> None:
    with pytest.raises(InvalidInputError, match=message) as caught:
        provenance.trace(options, table, key)
    assert "\n" not in str(caught.value)


def test_the_command_prints_file_url_and_time(
    run, options: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAILY_PAPERS_HOME", str(options.home))
    (key, *_) = _sample(options, "core.listings")
    code, out, _ = run("why", "core.listings", *key)
    assert code == 0
    for part in (
        "lake.papers",
        "raw/huggingface/",
        ".zst, entry",
        "URL:     replay:",
        "fetched: 2026-01",
    ):
        assert part in out
    code, out, _ = run("why", "authors.authorships", "--limit", 1, "--json")
    found = json.loads(out)
    assert (code, len(found["origins"])) == (0, 1)
    assert found["row_count"] > 100
    assert found["origins"][0]["fetched_at"].startswith("2026-01")


def test_a_benchmark_that_no_paper_names_comes_from_the_vocabulary(
    run, options: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAILY_PAPERS_HOME", str(options.home))
    monkeypatch.setattr("daily_papers.terminal.out.width", 1000)
    unnamed = "select benchmark from benchmarks.benchmarks where paper_count = 0 limit 1"
    (row,) = query.run_query(options, unnamed).to_pylist()
    code, out, _ = run("why", "benchmarks.benchmarks", row["benchmark"])
    assert (code, "nobody" in out) == (0, False)
    assert "no paper has it; the row comes from" in out
    assert "benchmarks.csv" in out.splitlines()[-1]
