"""Small lakes made by hand: a row needs only what the test is about."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from daily_papers import schema
from daily_papers.dedupe.candidates import PAIRS
from daily_papers.extract.benchmarks import Benchmark
from daily_papers.extract.records import (
    BenchmarkRecord,
    ClaimRecord,
    Evidence,
    PaperRecords,
    SotaRecord,
    TagRecord,
)
from daily_papers.settings import Settings
from daily_papers.warehouse import build, database, inputs
from daily_papers.warehouse.audit import Audit
from daily_papers.warehouse.derive import Extractors
from daily_papers.warehouse.models import load_project

Row = dict[str, Any]

MONDAY = date(2026, 1, 5)


def at(day: date, hour: int = 8) -> datetime:
    return datetime(day.year, day.month, day.day, hour)  # noqa: DTZ001 (the lake has no zones)


def authors(*names: str, accounts: dict[str, str] | None = None) -> list[Row]:
    return [
        {
            "position": position,
            "name": name,
            "is_hidden": False,
            "account_id": (accounts or {}).get(name),
        }
        for position, name in enumerate(names, start=1)
    ]


def paper(paper_id: str, day: date = MONDAY, **fields: Any) -> Row:
    seen_at = fields.pop("seen_at", at(day))
    row: Row = {
        "listing_date": day,
        "paper_id": paper_id,
        "title": f"Title of {paper_id}",
        "abstract": f"Abstract of {paper_id}.",
        "authors": authors("Ada Lovelace"),
        "published_at": at(day - timedelta(days=2), 17),
        "upvotes": 1,
        "comments": 0,
        "observation_count": 1,
        "first_observed_at": seen_at,
        "last_observed_at": seen_at,
        "source": "huggingface",
        "raw_sha256": "a" * 64,
        "row_no": 0,
    }
    return row | fields


def observation(paper_id: str, observed_at: datetime, upvotes: int = 1, **fields: Any) -> Row:
    row: Row = {
        "paper_id": paper_id,
        "observed_at": observed_at,
        "source": "huggingface",
        "listing_date": observed_at.date(),
        "upvotes": upvotes,
        "comments": 0,
        "raw_sha256": "a" * 64,
        "row_no": 0,
    }
    return row | fields


def attempt(day: date, state: str, hour: int = 9, **fields: Any) -> Row:
    row: Row = {
        "source": "huggingface",
        "listing_date": day,
        "attempt_at": at(day, hour),
        "state": state,
        "responses": 1,
        "rows_in": 0,
        "rows_landed": 0,
        "rows_quarantined": 0,
        "rows_duplicate": 0,
        "requests": 1,
        "retries": 0,
        "size_bytes": 1000,
        "seconds": 0.5,
        "new_fields": [],
        "drift": [],
        "is_time_assumed": False,
    }
    return row | fields


def described(paper_id: str, version: int = 1, **fields: Any) -> Row:
    fetched_at = fields.pop("fetched_at", at(MONDAY, 6))
    row: Row = {
        "paper_id": paper_id,
        "version": version,
        "is_known": True,
        "is_latest": True,
        "categories": ["cs.CL"],
        "published_at": at(MONDAY - timedelta(days=2), 17),
        "updated_at": at(MONDAY - timedelta(days=2), 17),
        "fetched_at": fetched_at,
        "source": "arxiv_api",
        "raw_sha256": "c" * 64,
        "row_no": 0,
    }
    return row | fields


def shape(day: date, path: str, count: int, possible: int = 10, **fields: Any) -> Row:
    row: Row = {
        "source": "huggingface",
        "listing_date": day,
        "attempt_at": at(day, 9),
        "path": path,
        "parent": "" if path == "[]" else "[]",
        "type": "object" if path == "[]" else "string",
        "entry_count": count,
        "possible_count": possible,
        "example": '"x"',
    }
    return row | fields


def quarantined(day: date, row_no: int = 0, **fields: Any) -> Row:
    row: Row = {
        "raw_sha256": "a" * 64,
        "row_no": row_no,
        "listing_date": day,
        "source": "huggingface",
        "observed_at": at(day),
        "reason_code": "bad_id",
        "reason": "'2601.1' is not an arXiv id",
        "rule_version": "1",
        "row_json": "{}",
    }
    return row | fields


def verdict(day: date, *, is_success: bool = True, **fields: Any) -> Row:
    row: Row = {
        "listing_date": day,
        "suite": "landed",
        "expectation": "expect_upvotes",
        "column_name": "upvotes",
        "severity": "error",
        "is_success": is_success,
        "failing_count": 0 if is_success else 2,
        "failing_keys": [],
        "suite_version": "1",
    }
    return row | fields


def write_lake(
    home: Path,
    *,
    papers: Iterable[Row] = (),
    observations: Iterable[Row] | None = None,
    attempts: Iterable[Row] = (),
    quarantine: Iterable[Row] = (),
    shapes: Iterable[Row] = (),
    verdicts: Iterable[Row] | None = None,
    arxiv: Iterable[Row] = (),
    arxiv_requests: Iterable[Row] = (),
) -> None:
    """Write the rows as the lake would.

    Without observations each paper is seen once, at its last_observed_at; without verdicts
    each landed day passed.
    """
    papers = list(papers)
    if observations is None:
        observations = [
            observation(
                row["paper_id"],
                row["last_observed_at"],
                row["upvotes"],
                listing_date=row["listing_date"],
            )
            for row in papers
        ]
    _write(home / "lake/papers", "papers.parquet", schema.PAPERS, papers, "listing_date")
    by_fetch = [row | {"observed_date": row["observed_at"].date()} for row in observations]
    _write(
        home / "lake/observations", "080000.parquet", schema.OBSERVATIONS, by_fetch, "observed_date"
    )
    _write(home / "lake/ledger", "ledger.parquet", schema.LEDGER, attempts, "listing_date")
    _write(
        home / "lake/quarantine",
        "quarantine.parquet",
        schema.QUARANTINE,
        quarantine,
        "listing_date",
    )
    by_day = [row | {"fetched_date": row["fetched_at"].date()} for row in arxiv]
    _write(home / "lake/arxiv", "arxiv.parquet", schema.ARXIV, by_day, "fetched_date")
    by_day = [row | {"fetched_date": row["fetched_on"]} for row in arxiv_requests]
    _write(
        home / "lake/arxiv_requests",
        "arxiv_requests.parquet",
        schema.ARXIV_REQUESTS,
        by_day,
        "fetched_date",
    )
    _write(home / "lake/shapes", "shapes.parquet", schema.SHAPES, shapes, "listing_date")
    if verdicts is None:
        verdicts = [verdict(day) for day in sorted({row["listing_date"] for row in papers})]
    judged = [
        {"partition_sha256": hash_partition(home, row["listing_date"])} | row for row in verdicts
    ]
    _write(home / "lake/quality", "results.parquet", schema.QUALITY_RESULTS, judged, "listing_date")


def hash_partition(home: Path, day: date) -> str:
    path = home / f"lake/papers/listing_date={day}/papers.parquet"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _write(folder: Path, name: str, columns: pa.Schema, rows: Iterable[Row], key: str) -> None:
    partitions = defaultdict(list)
    for row in rows:
        partitions[row[key]].append(row)
    for day, own in partitions.items():
        path = folder / f"{key}={day}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(own, schema=columns), path, compression="zstd")


VOCABULARY = (
    Benchmark("GSM8K", ("GSM-8K",), ("math",), ("lm-eval",), is_ambiguous=False, tier="A"),
    Benchmark("DROP", (), ("reading",), ("lm-eval",), is_ambiguous=True, tier="A"),
)


_NAME = re.compile(r"(\bnew )?\b(GSM-?8K|DROP|[A-Za-z][\w-]*Bench)\b(?: (val|test)\b)?")
_RESULT = re.compile(
    r"(?P<who>we score|\S+ scores|gains?) (?P<value>\d+(?:\.\d+)?)(?P<unit> ?%| ms| points)?"
    r"(?: (?P<metric>accuracy|FID|performance|latency))?(?: on (?P<name>[\w-]+))?",
    re.IGNORECASE,
)
_LOWER = {"accuracy": False, "performance": False, "fid": True, "latency": True}


def extract_paper(title: str, abstract: str) -> PaperRecords:
    """Read "We score 90% accuracy on GSM8K", "GPT-4 scores 40% ...", "a new XBench", "the best".

    A name after "new" is introduced, others are evaluated on; "gains" makes a delta.
    """
    texts = (("title", title), ("abstract", abstract))
    names: dict[str, BenchmarkRecord] = {}
    for field, text in texts:
        for match in _NAME.finditer(text):
            canonical = match[2].replace("-8", "8") if match[2].startswith("GSM") else match[2]
            names.setdefault(
                canonical,
                BenchmarkRecord(
                    match[2],
                    canonical,
                    canonical in {"GSM8K", "DROP"},
                    "introduced" if match[1] else "evaluated",
                    match[3],
                    Evidence(field, match.start(2), match.end(2), match[2]),
                ),
            )
    by_name = {one.name: one for one in names.values()}
    claims = [_read_claim(match, by_name) for match in _RESULT.finditer(abstract)]
    sota = [
        SotaRecord("broad", Evidence("abstract", match.start(), match.end(), match[0]))
        for match in re.finditer("the best", abstract)
    ]
    tags: dict[str, TagRecord] = {}
    for field, text in texts:
        for match in re.finditer("(agent|robot)s?", text):
            evidence = Evidence(field, match.start(), match.end(), match[0])
            tags.setdefault(match[1], TagRecord(match[1] + "s", "taxonomy", evidence))
    urls = tuple(match[0] for match in re.finditer(r"https?://[^ ]+\w", abstract))
    return PaperRecords(tuple(names.values()), tuple(claims), tuple(sota), urls, (*tags.values(),))


def _read_claim(match: re.Match[str], names: dict[str, BenchmarkRecord]) -> ClaimRecord:
    record = names.get(match["name"] or "")
    metric = match["metric"]
    is_own = not match["who"].endswith("scores")
    return ClaimRecord(
        record.name if record else None,
        record.canonical if record else None,
        record.split if record else None,
        metric,
        match["value"],
        (match["unit"] or "").strip(),
        "delta" if match["who"].casefold().startswith("gain") else "absolute",
        "own" if is_own else "other",
        _LOWER[metric.casefold()] if metric else None,
        0.9,
        Evidence("abstract", match.start(), match.end(), match[0]),
    )


def _find_duplicates(papers: pa.Table) -> pa.Table:
    """Call papers with one OpenReview id the same, and nothing else."""
    ids = zip(*(papers[name].to_pylist() for name in ("paper_id", "openreview_id")), strict=True)
    by_id = defaultdict(list)
    for paper_id, openreview_id in ids:
        if openreview_id:
            by_id[openreview_id].append(paper_id)
    rows = [
        (*pair, True, 0.9, 0.8, 0.7, 1.0, ["openreview"], "same OpenReview id")
        for own in by_id.values()
        for pair in combinations(sorted(own), 2)
    ]
    return pa.table([list(column) for column in zip(*rows, strict=True)] or [[]] * 9, schema=PAIRS)


EXTRACTORS = Extractors(
    normalise_keyword=lambda keyword: keyword.strip("- ").casefold(),
    load_vocabulary=lambda: VOCABULARY,
    extract_paper=extract_paper,
    load_taxonomy=lambda: [("agents", ""), ("robots", "agents")],
    keyword_rule_version="keywords-test",
    extractor=("handmade", "1"),
    taxonomy_version="taxonomy-test",
    vocabulary_version="vocabulary-test",
    fingerprint="test",
    extraction_fingerprint="test",
    find_duplicates=_find_duplicates,
)


def open_marts(
    options: Settings, *, extractors: Extractors = EXTRACTORS, **rows: Any
) -> duckdb.DuckDBPyConnection:
    """Write a lake of the rows and return a connection on which every model ran, rows in order."""
    write_lake(options.home, **rows)
    con = database.connect(options)
    inputs.create_tables(con, inputs.find_files(options))
    project = load_project(options.sql_dir)
    build.run_models(con, project, extractors)
    for model in project.models.values():
        if model.order_by:  # as a publication does
            con.execute(
                f"create or replace table {model.name} as "
                f"from {model.name} order by {model.order_by}"
            )
    for macro in project.macros:
        con.execute(macro.definition)
    return con


def build_warehouse(options: Settings, extractors: Extractors = EXTRACTORS) -> build.BuildResult:
    """Build with the handmade rules, no judge, and of the audit only the SQL checks."""
    return build.build(
        options, judge=lambda _: [], auditor=lambda *_: Audit(), extractors=extractors
    )


TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)

EXAMPLE_ABSTRACT = (
    "🤖 We score 90% accuracy on GSM8K, the best for agents and robots: https://example.org/code."
)

# every table of the marts has rows: a paper listed twice, tags, accounts, a claim, a failed
# day, a row in quarantine, an organization, a field that is new after six days, one paper
# under two ids that give different numbers
EXAMPLE_LAKE: dict[str, list[Row]] = {
    "papers": [
        paper(
            "2601.00001",
            upvotes=5,
            project_page="https://openreview.net/forum?id=two-ids",
            ai_keywords=["Speech", "Vision"],
            authors=authors("Ada Lovelace", "Alan Turing", accounts={"Ada Lovelace": "account-1"}),
            abstract=EXAMPLE_ABSTRACT,
        ),
        paper(
            "2601.00002",
            upvotes=9,
            project_page="https://openreview.net/pdf?id=two-ids",
            row_no=1,
            ai_keywords=["Speech", "Vision"],
            authors=authors("Ada Lovelace", accounts={"Ada Lovelace": "account-2"}),
            abstract="We score 89.5% accuracy on GSM8K.",
            organization_slug="lab",
            organization_name="The Lab",
            github_repo="https://github.com/lab/code",
            github_stars=120,
        ),
        paper(
            "2601.00001",
            TUESDAY,
            upvotes=7,
            project_page="https://openreview.net/forum?id=two-ids",
            raw_sha256="b" * 64,
            ai_keywords=["Speech", "Vision"],
            authors=authors("Ada Lovelace", "Alan Turing", accounts={"Ada Lovelace": "account-1"}),
            abstract=EXAMPLE_ABSTRACT,
        ),
    ],
    "attempts": [
        attempt(MONDAY, "complete", rows_in=3, rows_landed=2, rows_quarantined=1),
        attempt(TUESDAY, "complete", rows_in=1, rows_landed=1, new_fields=["paper.mood"]),
        attempt(WEDNESDAY, "failed", reason="http_error", error="503 four times"),
    ],
    "quarantine": [quarantined(MONDAY, row_no=2)],
    "shapes": [
        *(shape(MONDAY - timedelta(days=ago), "[]", 10) for ago in range(7)),
        shape(MONDAY, "mood", 4),
    ],
    "arxiv": [described("2601.00001", 2, categories=["cs.CL", "cs.SD"], doi="10.1000/x")],
}
