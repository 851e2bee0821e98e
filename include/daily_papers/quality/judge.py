"""Judge landed days: which may be published, and which are held back by what.

One run of the suite over all days of a call, so that its cost is paid once. A verdict names
the bytes and, by a hash, the history that it was judged by: when either is another today,
`judge_unjudged` judges the day again. So the verdicts after a build are a function of the
lake, whatever order its days came in.
"""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from daily_papers import logs
from daily_papers.errors import CheckFailedError
from daily_papers.lake import papers, quality_results
from daily_papers.lake.files import sha256_of
from daily_papers.quality import history
from daily_papers.quality.history import METRICS, DayJudged
from daily_papers.settings import Settings
from daily_papers.warehouse import database

if TYPE_CHECKING:
    import pandas as pd

    from daily_papers.quality.expectations import Verdict

# read without the expectations module: asking who is unjudged must not import GX
SUITE_VERSION = "4"


def judge_unjudged(settings: Settings) -> list[date]:
    """Judge every landed day whose present state was never judged; return those days."""
    known = history.read_days(settings)
    days = [day for day in known if not _is_judged(settings.home, day, known[day])]
    _judge(days, known, settings)
    return days


@logs.step("judge")
def judge(days: list[date], settings: Settings) -> None:
    """Run the suite once over the given days and store a verdict a day and expectation.

    Days without a partition have nothing to judge.

    Raises:
        CheckFailedError: an expectation could not run.
        CorruptFileError: a partition cannot be read.
    """
    known = history.read_days(settings)
    _judge([day for day in days if day in known], known, settings)


def _judge(days: list[date], known: dict[date, DayJudged], settings: Settings) -> None:
    home = settings.home
    if not days:
        return
    from daily_papers.quality import expectations  # noqa: PLC0415 (imports GX: 5 s)

    hashes = {day: sha256_of(papers.partition_path(home, day)) for day in days}
    verdicts = [
        *expectations.run_suite(expectations.paper_suite(), read_paper_frame(days, settings)),
        *expectations.run_suite(
            expectations.day_suite(), make_day_frame([known[day] for day in days])
        ),
    ]
    failing = [verdict.failing for verdict in verdicts]
    for day in days:
        history_sha256 = known[day].sha256
        rows = [
            {
                "listing_date": day,
                "suite": expectations.SUITE_NAME,
                "expectation": verdict.expectation,
                "column_name": verdict.column_name,
                "severity": verdict.severity,
                **_say_of_day(verdict, ids.get(day.isoformat(), []), known[day]),
                "suite_version": SUITE_VERSION,
                "partition_sha256": hashes[day],
                "history_sha256": history_sha256,
            }
            for verdict, ids in zip(verdicts, failing, strict=True)
        ]
        quality_results.write_day(home, day, rows)


def _say_of_day(verdict: "Verdict", failing: list[str], day: DayJudged) -> dict[str, Any]:
    is_success: bool | None = not failing
    observed = None
    if verdict.metric:
        usual = day.usual[verdict.metric]
        observed = usual.text
        if usual.upper is None:
            is_success = None
    return {
        "is_success": is_success,
        "failing_count": len(failing),
        "failing_keys": sorted(key for key in failing if key),
        "observed_value": observed,
    }


def refuse_held(days: list[date], settings: Settings) -> None:
    """Raise if any of the days is held back.

    Raises:
        CheckFailedError: names each held day, the expectation and the rows.
    """
    held = [
        f"{day}: {row['expectation']} on {row['column_name']} fails for {row['what']}"
        for day in days
        for row in quality_results.read_holding(settings.home, day)
    ]
    if held:
        raise CheckFailedError(
            f"held back from publishing: {'; '.join(held)}. The rows stay in the lake; mend the "
            "rule or the file and land the day again, or, where the volume is right, lower "
            "DAILY_PAPERS_VOLUME_HELD_BELOW_PCT (0: never held) and run `daily-papers build`"
        )


def _is_judged(home: Path, day: date, known: DayJudged) -> bool:
    rows = quality_results.read_day(home, day)
    return bool(
        rows
        and rows[0]["suite_version"] == SUITE_VERSION
        and rows[0]["history_sha256"] == known.sha256
        and rows[0]["partition_sha256"] == sha256_of(papers.partition_path(home, day))
    )


def read_paper_frame(days: list[date], settings: Settings) -> "pd.DataFrame":
    """Return the rows of days as the suite of rows judges them.

    Raises:
        CorruptFileError: a partition cannot be read.
    """
    paths = [str(papers.partition_path(settings.home, day)) for day in days]
    query = """
        select
            listing_date::varchar as listing_date,
            regexp_extract(filename, 'listing_date=([^/\\\\]+)', 1) as partition_date,
            paper_id,
            length(title) as title_length,
            length(abstract) as abstract_length,
            len(authors) as author_count,
            upvotes,
            comments,
            date_diff('day', published_at::date, listing_date) as days_since_published,
            first_observed_at,
            last_observed_at
        from read_parquet(?, hive_partitioning = false, filename = true)
        order by filename, row_no, paper_id
    """
    try:
        with database.connect(settings) as con:
            return con.execute(query, [paths]).df()
    except duckdb.Error:
        for day in days:
            papers.read_day(settings.home, day)  # names the damaged one
        raise


def make_day_frame(days: list[DayJudged]) -> "pd.DataFrame":
    """Return a row a day as the suite of days judges it; no bound: not judged."""
    import pandas as pd  # noqa: PLC0415 (only where a suite runs)

    rows: list[dict[str, Any]] = []
    for day in days:
        row: dict[str, Any] = {
            "listing_date": day.facts.listing_date.isoformat(),
            "paper_id": "",
            "paper_count_held_below": day.usual["paper_count"].held_below,
        }
        for metric in METRICS:
            usual = day.usual[metric.name]
            row[metric.name] = usual.value
            row[f"{metric.name}_lower"] = usual.lower
            row[f"{metric.name}_upper"] = usual.upper
        rows.append(row)
    frame = pd.DataFrame(rows)
    numbers = [name for name in frame.columns if name not in ("listing_date", "paper_id")]
    return frame.astype(dict.fromkeys(numbers, "float64"))
