"""Full build, one-day increment, publication and example queries on synthetic corpora.

One of `make bench-scale`, which takes 15,000 and 150,000 papers; for other sizes:

    python bench/warehouse_scale.py --sizes 1000000 [--phases corpus full]

Beside them, in the same run: the models alone, by our runner and by dbt-duckdb over copies of
one database (nothing read, checked or published), and plain pandas for the marts it does in
few lines. Each phase is a process of its own, so that its CPU time and peak memory are its own.
Author clusters, extractions, duplicates and title keys are stand-ins in SQL (the real ones
are cached by content and measured apart) and days are not judged. Checks and the audit with
Great Expectations, its import included, are part of a build.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from rich.console import Console
from rich.table import Table

PHASES = (
    "corpus", "full", "next day", "increment", "queries", "pandas", "model inputs", "models", "dbt",
)  # fmt: skip
QUERIES = (
    "coverage_by_year", "days_not_complete", "listed_on_by_month", "most_listed_authors",
    "organizations_by_upvotes", "papers_with_code", "requests_per_day", "rising_tags",
    "tags_that_go_together", "top_papers_as_of",
)  # fmt: skip
# the last one that needs no download from outside the package index while it is installed
DBT = ("--with", "dbt-duckdb>=1.9", "--with", "dbt-core<1.12")


def _load(home: Path) -> Any:
    from daily_papers import settings

    return settings.load(home=home, duckdb_memory_limit_mb=2500)


def _use_stand_ins(options: Any) -> Any:
    """Let SQL make the derived tables; return the rules of the build."""
    from daily_papers.warehouse import author_tables, derive, duplicates, extraction

    def make(sql: str, schema: Any) -> Any:
        def run(con: Any, _: object) -> Any:
            con.register("shape", schema.empty_table())
            columns = con.execute("select column_name, column_type from (describe shape)")
            cast = ", ".join(f"{name}::{kind} as {name}" for name, kind in columns.fetchall())
            return con.sql(f"select {cast} from ({sql})").to_arrow_table()

        return run

    makers = dict(derive._MAKERS)
    makers["derived.title_keys"] = make(
        "select distinct title, lower(title) as title_key from staging.papers", derive.TITLE_KEYS
    )
    makers["derived.keywords"] = make(
        "select distinct unnest(ai_keywords) as keyword, lower(keyword) as tag, "
        "'bench' as rule_version from intermediate.papers",
        derive.KEYWORDS,
    )
    makers["derived.author_clusters"] = make(
        "select paper_id, (author['position'])::integer as position, "
        "md5(author['name'])[1:12] as author_id, 0.9::double as confidence, "
        "0.9::double as author_confidence, 'bench' as evidence, false as is_ambiguous, "
        "'person' as kind from (select paper_id, unnest(authors) as author "
        "from intermediate.papers)",
        author_tables.CLUSTERS,
    )
    makers["derived.organization_matches"] = make(
        "select distinct organization_slug, null::varchar as ror_id, null::varchar as ror_name, "
        "null::varchar as country_code, 0::double as match_score from intermediate.papers "
        "where organization_slug is not null",
        author_tables.ORGANIZATIONS,
    )
    # one mention and one claim in a tenth of the papers, a third of what the extractor finds
    makers["derived.extractions"] = make(
        """
        with said as (
            select
                *,
                instr(abstract, 'GSM8K') - 1 as place,
                {'field': 'abstract', 'start_offset': place, 'end_offset': place + 5,
                  'quote': 'GSM8K'} as span
            from intermediate.papers
        )
        select
            paper_id,
            sha256(title) as title_sha256,
            sha256(abstract) as abstract_sha256,
            case when place < 0 then [] else [struct_insert(span, name := 'GSM8K',
                canonical := 'GSM8K', is_known := true, role := 'evaluated')] end as benchmarks,
            case when place < 0 then [] else [struct_insert(span, benchmark := 'GSM8K',
                canonical := 'GSM8K', metric_name := 'accuracy', metric_id := 'accuracy',
                metric_kind := 'accuracy', lower_is_better := false, value := (place % 100)::text,
                unit := '%', score := place % 100, metric_unit := 'percent', kind := 'absolute',
                owner := 'own', confidence := 0.5)] end as claims,
            [] as sota,
            [] as code_urls,
            [] as tags
        from said
        """,
        extraction.EXTRACTIONS,
    )
    makers["derived.duplicate_pairs"] = lambda *_: duplicates.PAIRS.empty_table()
    derive._MAKERS = makers
    # the stand-in for the clusters looks at one paper alone
    derive.KEYS = {**derive.KEYS, "derived.author_clusters": "paper_id"}
    derive.SOURCES = {**derive.SOURCES, "derived.duplicate_pairs": ()}
    from daily_papers.extract.benchmarks import Benchmark

    word = Benchmark("GSM8K", (), (), (), is_ambiguous=False, tier="A")
    return derive.Extractors(
        normalise_keyword=str.lower,
        load_vocabulary=lambda: (word,),
        extract_paper=lambda *_: None,
        load_taxonomy=lambda: (),
        keyword_rule_version="bench",
        extractor=("bench", "1"),
        taxonomy_version="bench",
        vocabulary_version="bench",
        fingerprint="bench",
        extraction_fingerprint="bench",
        read_published_authors=lambda: author_tables.read_published(options),
    )


def _build(home: Path) -> dict[str, Any]:
    from daily_papers.warehouse import build, stopwatch

    # of steps the CPU time, which other work on the machine hardly changes
    stopwatch.time = SimpleNamespace(perf_counter=time.process_time)
    options = _load(home)
    result = build.build(options, judge=lambda _: [], extractors=_use_stand_ins(options))
    rows = {table.name: table.rows for table in result.tables}
    return {"steps": result.steps, "rows": rows}


def _query(home: Path) -> dict[str, Any]:
    from daily_papers.warehouse.models import load_project
    from daily_papers.warehouse.query import run_query

    options = _load(home)
    examples = {example.name: example.sql for example in load_project(options.sql_dir).examples}
    times: dict[str, list[float]] = {name: [] for name in QUERIES}
    for _ in range(10):
        for name in QUERIES:
            started = time.perf_counter()
            run_query(options, examples[name])
            times[name].append(1000 * (time.perf_counter() - started))
    ordered = sorted(one for own in times.values() for one in own)
    slowest = max(times, key=lambda name: sorted(times[name])[5])
    return {
        "p50_ms": ordered[len(ordered) // 2],
        "p95_ms": ordered[int(len(ordered) * 0.95)],
        "slowest": slowest,
    }


def _run_pandas(home: Path) -> dict[str, Any]:
    """Core and tag marts as a notebook would make them; written as Parquet."""
    import pandas as pd
    import pyarrow.dataset as ds

    def read(name: str) -> pd.DataFrame:
        return ds.dataset(home / "lake" / name, format="parquet").to_table().to_pandas()

    out = home / "pandas"
    out.mkdir()
    listed = read("papers")
    order = ["paper_id", "last_observed_at", "listing_date"]
    papers = listed.sort_values(order).drop_duplicates("paper_id", keep="last")
    papers.to_parquet(out / "papers.parquet", compression="zstd")
    listings = listed.sort_values(["listing_date", "upvotes", "paper_id"], ascending=[1, 0, 1])
    listings = listings[["listing_date", "paper_id", "upvotes", "comments", "raw_sha256", "row_no"]]
    listings["rank"] = listings.groupby("listing_date").cumcount() + 1
    listings.to_parquet(out / "listings.parquet", compression="zstd")
    seen = read("observations").sort_values(["paper_id", "observed_at"])
    seen.drop_duplicates(["paper_id", "observed_at"]).to_parquet(out / "observations.parquet")
    authors = papers[["paper_id", "authors"]].explode("authors").dropna()
    authors = authors.assign(name=[one["name"] for one in authors.authors]).drop(columns="authors")
    authors.to_parquet(out / "authorships.parquet", compression="zstd")
    authors.groupby("name").paper_id.nunique().to_frame().to_parquet(out / "authors.parquet")
    sizes = authors.groupby("paper_id").name.transform("size")
    few = authors[sizes <= 60]
    pairs = few.merge(few, on="paper_id")
    pairs = pairs[pairs.name_x < pairs.name_y].groupby(["name_x", "name_y"]).size()
    pairs.to_frame("paper_count").to_parquet(out / "coauthors.parquet", compression="zstd")
    tags = papers[["paper_id", "ai_keywords"]].explode("ai_keywords").dropna()
    tags = tags.assign(tag=tags.ai_keywords.str.lower()).drop_duplicates(["paper_id", "tag"])
    tags.to_parquet(out / "paper_tags.parquet", compression="zstd")
    tags.groupby("tag").size().to_frame("paper_count").to_parquet(out / "tags.parquet")
    daily = listings[["listing_date", "paper_id"]].merge(tags, on="paper_id")
    daily = daily.merge(papers[["paper_id", "upvotes"]], on="paper_id")
    daily = daily.groupby(["listing_date", "tag"]).upvotes.agg(["size", "sum"])
    daily.to_parquet(out / "tag_daily.parquet", compression="zstd")
    return {}


def _prepare_models(home: Path) -> dict[str, Any]:
    """Write a dbt project of the same SELECTs, and a database with the lake and derived tables."""
    from daily_papers.warehouse import build, database, derive, inputs
    from daily_papers.warehouse.models import load_project
    from daily_papers.warehouse.steps import order_steps

    options = _load(home)
    project = load_project(options.sql_dir)
    folder = home / "dbt"
    (folder / "macros").mkdir(parents=True)
    (folder / "models").mkdir()
    (folder / "dbt_project.yml").write_text(
        "name: bench\nversion: 1.0.0\nprofile: bench\nmodel-paths: [models]\n"
        "macro-paths: [macros]\nflags: {send_anonymous_usage_stats: false}\n"
    )
    (folder / "profiles.yml").write_text(
        "bench:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n"
        f"      path: {folder / 'bench.duckdb'}\n      threads: 2\n"
        "      settings: {memory_limit: 2500MB, TimeZone: UTC}\n"
    )
    (folder / "macros" / "schema.sql").write_text(
        "{% macro generate_schema_name(name, node) %}{{ name }}{% endmacro %}"
    )
    names = sorted(project.models, key=len, reverse=True)
    for name, model in project.models.items():
        sql = "\n".join(line for line in model.sql.splitlines() if not line.startswith("--"))
        for source in names:
            if source in model.sources:
                node = source.replace(".", "__")
                sql = re.sub(rf"\b{re.escape(source)}\b", f"{{{{ ref('{node}') }}}}", sql)
        kind = "view" if model.is_view else "table"
        config = f"materialized='{kind}', schema='{model.schema}', alias='{model.table}'"
        (folder / "models" / f"{name.replace('.', '__')}.sql").write_text(
            f"{{{{ config({config}) }}}}\n{sql}\n"
        )
    extractors = _use_stand_ins(options)
    with database.connect(options) as con:
        con.execute(f"attach '{folder / 'bench.duckdb'}' as bench; use bench")
        inputs.create_tables(con, inputs.find_files(options))
        build.run_models(con, project, extractors)
        for name in order_steps({n: m.sources for n, m in project.models.items()}, [
            *inputs.TABLES, *derive.SOURCES])[::-1]:  # fmt: skip
            kind = "view" if project.models[name].is_view else "table"
            con.execute(f"drop {kind} bench.{name}")
    shutil.copy(folder / "bench.duckdb", folder / "ours.duckdb")
    return {}


def _run_models(home: Path) -> dict[str, Any]:
    """Make every model in the database as a build does, and nothing else."""
    from daily_papers.warehouse import database, derive, inputs
    from daily_papers.warehouse.models import load_project
    from daily_papers.warehouse.steps import order_steps

    options = _load(home)
    models = load_project(options.sql_dir).models
    made = [*inputs.TABLES, *derive.SOURCES]
    with database.connect(options, home / "tmp") as con:
        con.execute(f"attach '{home / 'dbt/ours.duckdb'}' as ours (recovery_mode no_wal_writes)")
        con.execute("use ours")
        for name in order_steps({name: models[name].sources for name in models}, made):
            kind = "view" if models[name].is_view else "table"
            con.execute(f"create {kind} {name} as {models[name].unsorted_sql}")
    return {}


def _dbt_command(home: Path) -> list[str]:
    uv = Path(__file__).parents[1] / ".venv/uv/bin/uv"
    folder = str(home / "dbt")
    run = ["dbt", "run", "--quiet", "--project-dir", folder, "--profiles-dir", folder]
    return [str(uv), "run", "--quiet", "--isolated", "--no-project", *DBT, *run]


def run_phase(phase: str, home: Path, size: int) -> dict[str, Any]:
    import corpus

    if phase == "corpus":
        corpus.write_corpus(home, size)
    elif phase == "next day":
        corpus.write_corpus(home, size, list_count=corpus.LIST_COUNT + 1)
    elif phase in ("full", "increment"):
        return _build(home)
    elif phase == "queries":
        return _query(home)
    elif phase == "pandas":
        return _run_pandas(home)
    elif phase == "model inputs":
        return _prepare_models(home)
    elif phase == "models":
        return _run_models(home)
    return {}


def measure(phase: str, home: Path, size: int) -> dict[str, Any] | None:
    """Run a phase as a process of its own; None when it failed."""
    result = home / "result.json"
    result.unlink(missing_ok=True)
    command = [
        sys.executable,
        __file__,
        "--phase",
        phase,
        "--home",
        str(home),
        "--sizes",
        str(size),
    ]
    if phase == "dbt":
        command = _dbt_command(home)
        version = [*command[: command.index("dbt")], "dbt", "--version"]
        # also installs it, which is no part of the measurement
        if subprocess.run(version, capture_output=True, check=False).returncode:
            return None
    # or every process would compile what it imports
    environment = {key: os.environ[key] for key in os.environ if key != "PYTHONDONTWRITEBYTECODE"}
    with (home / "log").open("w") as log:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - started
    if status:
        print(f"{phase} failed: {(home / 'log').read_text()[-600:]}", file=sys.stderr)
        return None
    found = json.loads(result.read_text()) if result.exists() else {}
    cpu_s = usage.ru_utime + usage.ru_stime
    return {**found, "wall_s": wall_s, "cpu_s": cpu_s, "peak_mib": usage.ru_maxrss / 1024}


def bench_size(size: int, table: Table, phases: tuple[str, ...]) -> dict[str, Any]:
    home = Path(tempfile.mkdtemp(prefix="daily-papers-scale-"))
    found: dict[str, Any] = {}
    try:
        for phase in phases:
            one = measure(phase, home, size)
            if one is None:
                table.add_row(f"{size:,}", phase, "failed")
                continue
            found[phase] = one
            note = ""
            if "steps" in one:
                largest = sorted(one["steps"].items(), key=lambda step: -step[1])[:6]
                note = ", ".join(f"{name} {seconds:.1f}" for name, seconds in largest)
            if "p95_ms" in one:
                note = f"p50 {one['p50_ms']:.0f} ms, p95 {one['p95_ms']:.0f} ms, {one['slowest']}"
            figures = (f"{one['wall_s']:.1f}", f"{one['cpu_s']:.1f}", f"{one['peak_mib']:.0f}")
            table.add_row(f"{size:,}", phase, *figures, note)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[15_000, 150_000])
    parser.add_argument("--phases", nargs="+", choices=PHASES, default=PHASES)
    parser.add_argument("--phase", choices=PHASES)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--json", type=Path, help="where to write every figure")
    arguments = parser.parse_args()
    if arguments.phase:
        found = run_phase(arguments.phase, arguments.home, arguments.sizes[0])
        (arguments.home / "result.json").write_text(json.dumps(found))
        return 0
    load = os.getloadavg()[0]
    table = Table(title=f"Warehouse by size; {os.cpu_count()} cores, load {load:.1f} at the start")
    for column in ("papers", "phase", "wall s", "CPU s", "peak MiB", "most of it, CPU s"):
        table.add_column(column, justify="right" if column.endswith(("s", "MiB")) else "left")
    found = {}
    for size in arguments.sizes:
        found[size] = bench_size(size, table, tuple(arguments.phases))
        if arguments.json:
            arguments.json.write_text(json.dumps(found, indent=1))
    Console(width=150).print(table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
