"""A lake of any size whose distributions are those of the real archive; seeded.

Fitted to the 9,197 papers of 426 real lists (2024-05-27 .. 2026-05-31), figures beside the
lines that use them. The calendar stays (weekdays from 2023-05-04) and lists grow with the
number of papers: 15,000 papers are lists of 19, as the real ones. Written as Parquet
straight into lake/; texts are of made-up words.
"""

import itertools
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from daily_papers import schema
from daily_papers.lake.files import sha256_of

FIRST, LIST_COUNT = date(2023, 5, 4), 790
SEED = 8


def write_corpus(home: Path, paper_count: int, *, list_count: int = LIST_COUNT) -> None:
    """Write the lake of a corpus.

    Args:
        home: a folder without a lake.
        paper_count: papers on the first LIST_COUNT lists.
        list_count: lists to write; one more adds a day to the same corpus.
    """
    with duckdb.connect(config={"threads": 1, "memory_limit": "3GB"}) as con:
        (home / "tmp").mkdir(exist_ok=True)
        con.execute(f"set temp_directory = '{home}/tmp/corpus'")
        con.execute("set preserve_insertion_order = true")
        con.execute(f"create macro u(i, tag) as hash(i, tag, {SEED}) / 18446744073709551616.0")
        con.execute("create macro pick(i, tag, n) as (hash(i, tag) % n)::bigint")
        _make_days(con, paper_count, list_count)
        _make_words(con)
        first = LIST_COUNT if list_count > LIST_COUNT else 0
        _make_papers(con, paper_count)
        _write(
            con,
            home,
            "papers",
            "listing_date",
            schema.PAPERS,
            f"""
            from papers where listing_date in (select day from days where no >= {first})
            order by listing_date, row_no""",
        )
        # a list is seen the next morning, and again by the refresh; 1.5 times a paper
        _write(
            con,
            home,
            "observations",
            "observed_date",
            schema.OBSERVATIONS,
            f"""
            select *, observed_at::date as observed_date from (
                select paper_id, last_observed_at as observed_at, source, listing_date,
                    upvotes, comments, github_stars, raw_sha256, row_no from papers
                union all
                select paper_id, last_observed_at - interval 20 hour, source, listing_date,
                    upvotes // 2, comments // 2, github_stars, 'b' || raw_sha256[2:], row_no
                from papers where row_no % 2 = 0)
            where observed_at >= (select min(day) from days where no >= {first})
            order by observed_at, paper_id""",
        )
        days = con.execute(
            f"select day, size from days where no >= {first} order by day"
        ).fetchall()
    for day, size in days:
        _write_small(home, day, size)


def _make_days(con: duckdb.DuckDBPyConnection, paper_count: int, list_count: int) -> None:
    # papers of a list: quantiles 7 13 19 27 47 at 5 25 50 75 95 %, a log-normal of sigma 0.55
    con.execute("create table days (no integer, day date, weight double)")
    day, rows = FIRST, []
    while len(rows) < list_count:
        if day.isoweekday() < 6:
            rows.append((len(rows), day))
        day += timedelta(days=1)
    con.executemany("insert into days values (?, ?, 0)", rows)
    con.execute(
        "update days set weight = exp(0.55 * sqrt(-2 * ln(u(no, 'a') + 1e-12)) "
        "* cos(2 * pi() * u(no, 'b')))"
    )
    con.execute(
        "alter table days add column size integer; update days set size = greatest(1, round("
        f"{paper_count} * weight / (select sum(weight) from days where no < {LIST_COUNT})))"
    )


def _make_words(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""create table words as select i, substr(md5(i::varchar), 1,
        2 + pick(i, 'w', 9)) as word from range(8000) t(i)""")
    # sentences of some 230 characters: six are an abstract (median 1,373, tenths 1,014 1,764)
    con.execute("""create table sentences as select s.i, string_agg(word, ' ' order by k)
        || case when s.i % 60 = 0 then ' on GSM8K' else '' end || '.' as text
        from range(20000) s(i), range(34) t(k), words
        where words.i = pick(s.i * 100 + k, 's', 8000) group by s.i""")
    con.execute("create table text as select list(text order by i) as all_texts from sentences")


def _make_papers(con: duckdb.DuckDBPyConnection, paper_count: int) -> None:
    con.execute("""
        create table listed as
        select
            row_number() over (order by day, k) as i, day, k::integer as row_no
        from days, unnest(range(size)) t(k)""")
    # authorships: 10.0 a paper, quantiles 2 5 7 10 21 60 at 5 25 50 75 95 99 %; 28 % are of
    # names seen once, the rest of 1.7 names a paper, the most frequent on 1 % of the papers
    # keywords: on 71 % of papers, 6 to 18; two in three are written once
    con.execute(f"""
        create table papers as
        with drawn as (
            select *,
                least(200, greatest(1, round(exp(1.95 + 0.75 * sqrt(-2 * ln(u(i, 'c') + 1e-12))
                    * cos(2 * pi() * u(i, 'd')) * (1 + 0.4 * (u(i, 'd') < 0.1)::int)))))::bigint
                    as author_count,
                greatest(0, floor(exp(1.8 + 1.25 * sqrt(-2 * ln(u(i, 'e') + 1e-12))
                    * cos(2 * pi() * u(i, 'f')))))::bigint as upvotes
            from listed
        )
        select
            day as listing_date,
            strftime(day, '%y%m') || '.' || lpad((i % 100000)::varchar, 5, '0') as paper_id,
            null::integer as version,
            upper(md5(i::varchar)[1:1]) || md5(i::varchar)[2:9] || ' '
                || all_texts[1 + pick(i, 't', 20000)][1:20 + pick(i, 'l', 80)] as title,
            array_to_string([all_texts[1 + pick(i * 10 + s, 'x', 20000)]
                for s in range(4 + pick(i, 'n', 5))], ' ') as abstract,
            [{{'position': p::integer,
               'name': case when u(i * 1000 + p, 'g') < 0.28
                   then 'Only ' || i || ' ' || p
                   else 'Known ' || floor({1.7 * paper_count}
                       * pow(u(i * 1000 + p, 'h'), 2.2))::bigint end,
               'is_hidden': false, 'account_id': null::varchar, 'account_name': null::varchar,
               'account_status': null::varchar}} for p in range(1, author_count + 1)] as authors,
            day::timestamp - interval 2 day as published_at,
            day::timestamp as submitted_at,
            'submitter' || pick(i, 'u', 300) as submitted_by,
            upvotes,
            upvotes // 8 as comments,
            case when u(i, 'r') < 0.38 then 'https://example.org/code/' || i end as github_repo,
            case when u(i, 'r') < 0.38 then upvotes * 9 end as github_stars,
            null::varchar as project_page,
            case when u(i, 'o') < 0.24 then 'org' || floor(729 * pow(u(i, 'q'), 3))::bigint end
                as organization_slug,
            null::varchar as organization_name,
            all_texts[1 + pick(i, 'y', 20000)] as ai_summary,
            null::varchar as ai_summary_model,
            case when u(i, 'k') < 0.71 then [
                case when u(i * 100 + w, 'z') < 0.6 then 'topic ' || i || ' ' || w
                    else 'topic ' || floor(exp(u(i * 100 + w, 'v') * ln(20000)))::bigint end
                for w in range(6 + pick(i, 'm', 12))] end as ai_keywords,
            null::varchar as discussion_id,
            null::varchar[] as media_urls,
            null::varchar as thumbnail_url,
            null::boolean as is_author_participating,
            1::integer as observation_count,
            day::timestamp + interval 10 hour as first_observed_at,
            day::timestamp + interval 30 hour as last_observed_at,
            'huggingface' as source,
            sha256(day::varchar) as raw_sha256,
            row_no
        from drawn, text""")
    # months of over 100,000 papers give an id twice: the later one goes
    con.execute("""delete from papers where rowid in (select rowid from papers
        qualify row_number() over (partition by paper_id order by listing_date, row_no) > 1)""")


def _write(
    con: duckdb.DuckDBPyConnection, home: Path, name: str, key: str, columns: pa.Schema, sql: str
) -> None:
    """Write a query's rows, one file a day, sorted as they come."""
    names = ", ".join(columns.names)
    reader = con.sql(f"select {names}, {key} as folder from ({sql})").to_arrow_reader(100_000)
    waiting: list[pa.RecordBatch] = []
    day = None
    for batch in reader:
        for one in _split(batch):
            if waiting and one["folder"][0].as_py() != day:
                _write_day(home, name, key, day, waiting, columns)
                waiting = []
            day = one["folder"][0].as_py()
            waiting.append(one)
    if waiting:
        _write_day(home, name, key, day, waiting, columns)


def _split(batch: pa.RecordBatch) -> list[pa.RecordBatch]:
    days = batch["folder"].to_numpy(zero_copy_only=False)
    edges = [0, *[at for at in range(1, len(days)) if days[at] != days[at - 1]], len(days)]
    return [batch.slice(a, b - a) for a, b in itertools.pairwise(edges)]


def _write_day(
    home: Path, name: str, key: str, day: object, rows: list[pa.RecordBatch], columns: pa.Schema
) -> None:
    path = home / "lake" / name / f"{key}={day}" / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_batches(rows).select(columns.names).cast(columns)
    pq.write_table(table, path, compression="zstd")


def _write_small(home: Path, day: date, size: int) -> None:
    """Write the day's attempt, verdict and payload shapes; these do not grow with the list."""
    seen_at = datetime(day.year, day.month, day.day) + timedelta(hours=30)  # noqa: DTZ001
    attempt = {
        "source": "huggingface", "listing_date": day, "attempt_at": seen_at, "state": "complete",
        "responses": 1, "rows_in": size, "rows_landed": size, "rows_quarantined": 0,
        "rows_duplicate": 0, "requests": 1, "retries": 0, "size_bytes": 9000 * size,
        "seconds": 0.4, "new_fields": [], "drift": [], "is_time_assumed": False,
    }  # fmt: skip
    shapes = [
        {
            "source": "huggingface", "listing_date": day, "attempt_at": seen_at,
            "path": "[]" if no == 0 else f"field{no}", "parent": "" if no == 0 else "[]",
            "type": "object" if no == 0 else "string", "entry_count": size,
            "possible_count": size, "example": '"x"',
        }
        for no in range(60)
    ]  # fmt: skip
    papers = home / "lake" / "papers" / f"listing_date={day}" / "papers.parquet"
    verdicts = [
        {
            "listing_date": day, "suite": "landed_day", "expectation": f"expectation {no}",
            "column_name": "upvotes", "severity": "error", "is_success": True,
            "failing_count": 0, "failing_keys": [], "suite_version": "1",
            "partition_sha256": sha256_of(papers),
        }
        for no in range(21)
    ]  # fmt: skip
    for name, columns, rows in (
        ("ledger", schema.LEDGER, [attempt]),
        ("shapes", schema.SHAPES, shapes),
        ("quality", schema.QUALITY_RESULTS, verdicts),
    ):
        path = home / "lake" / name / f"listing_date={day}" / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows, schema=columns), path, compression="zstd")
