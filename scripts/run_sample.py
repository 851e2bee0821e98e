"""`make run`: the main job on the bundled sample, through Airflow, and what came out.

Each sample day is a run of ingest_daily_papers and then one of build_marts, recorded in
Airflow's database. The tasks run in this one process (`dag.test`): a scheduler would start
a process a task, and each `judge` would import Great Expectations anew (5 s).
"""

import argparse
import os
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from daily_papers import settings
from daily_papers.ingest import FIRST_LISTING_DATE
from daily_papers.publish import dashboard
from daily_papers.sources import open_source
from daily_papers.warehouse import query, snapshots
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from airflow.sdk import DAG

SAMPLE = f"replay:{settings.SAMPLE_DIR}"
EXAMPLES = ("upvotes_after_listing_day", "tags_that_go_together", "most_mentioned_benchmarks")
SHOWN_ROWS = 5
SHOWN_LOG_LINES = 40


def main() -> int:
    started_s = _read_arguments().started_s
    log = Path(os.environ["AIRFLOW_HOME"], "logs", "make-run.log").absolute()
    # Airflow logs to both streams; they become the log, a copy of stdout the terminal.
    terminal = os.fdopen(os.dup(1), "w")
    console = Console(file=terminal, width=None if terminal.isatty() else 100)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    try:
        run_sample(console, log, started_s)
    except Exception as error:  # noqa: BLE001 (whatever Airflow raises: the log says more)
        sys.stderr.flush()
        tail = log.read_text(errors="replace").splitlines()[-SHOWN_LOG_LINES:]
        console.print("\n".join(tail), markup=False, highlight=False)
        message = f"make run failed: {error}\nthe whole log: {log}"
        console.print(message, style="red", markup=False, soft_wrap=True)
        return 1
    return 0


def run_sample(console: Console, log: Path, started_s: float) -> None:
    os.environ["DAILY_PAPERS_SOURCE"] = SAMPLE
    options = settings.load()
    days = open_source(SAMPLE, options).days(FIRST_LISTING_DATE, datetime.now(UTC).date())
    before = snapshots.read_current(options)
    with console.status("starting Airflow"):
        dags = load_dags()
    seconds = {"set-up": time.time() - started_s}
    with console.status("running the DAGs"):
        run_dags(dags, days, console, seconds)

    show_days(console, options, days)
    show_marts(console, options, before)
    show_examples(console, options)
    begun = time.perf_counter()
    with console.status("building the dashboard"):
        folder = dashboard.build_dashboard(options)
    seconds["dashboard"] = time.perf_counter() - begun
    show_places(console, options, log, folder / "index.html")
    seconds["total"] = time.time() - started_s
    times = ", ".join(f"{name} {value:.1f} s" for name, value in seconds.items())
    console.print(f"\n[bold]Times[/bold]  {times}")


def load_dags() -> dict[str, "DAG"]:
    # Not at the top: Airflow takes 3 s to import and logs while it does.
    from airflow.dag_processing.dagbag import DagBag  # noqa: PLC0415

    bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    if bag.import_errors:
        raise RuntimeError(f"DAG files that cannot be imported: {bag.import_errors}")
    return bag.dags


def run_dags(
    dags: dict[str, "DAG"], days: list[date], console: Console, seconds: dict[str, float]
) -> None:
    """Run both DAGs; seconds gets the time of each."""
    begun = time.perf_counter()
    for day in days:
        # The data interval of a manual run ends at its logical date: day's is the next.
        logical_date = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
        run_dag(dags["ingest_daily_papers"], logical_date, f"ingest_daily_papers {day}", console)
    seconds["ingest"] = time.perf_counter() - begun
    begun = time.perf_counter()
    run_dag(dags["build_marts"], None, "build_marts", console)
    seconds["build"] = time.perf_counter() - begun


def run_dag(dag: "DAG", logical_date: datetime | None, name: str, console: Console) -> None:
    for task in dag.tasks:
        task.retries = 0  # a fault of the sample does not pass by waiting ten minutes
    begun = time.perf_counter()
    run = dag.test(logical_date=logical_date)
    if run.state != "success":
        raise RuntimeError(f"the run of {name} ended as {run.state}")
    console.print(f"  {name}: {run.state} in {time.perf_counter() - begun:.1f} s")


def show_days(console: Console, options: settings.Settings, days: list[date]) -> None:
    rows = query.run_query(
        options,
        f"""select listing_date, state, paper_count, quarantined_count, attempt_count
        from ops.coverage
        where listing_date between '{days[0]}' and '{days[-1]}'
        order by listing_date""",
    )
    titles = ["day", "state", "papers", "quarantined", "attempts"]
    _print_table(console, "Listing days", titles, [list(row.values()) for row in rows.to_pylist()])


def show_marts(
    console: Console, options: settings.Settings, before: snapshots.Manifest | None
) -> None:
    manifest = snapshots.read_current(options)
    assert manifest is not None
    is_new = before is None or before.id != manifest.id
    title = f"Marts: {'new' if is_new else 'unchanged'} snapshot {manifest.id}"
    rows = [[table.name, table.rows] for table in manifest.tables]
    _print_table(console, title, ["table", "rows"], rows)


def show_examples(console: Console, options: settings.Settings) -> None:
    for name in EXAMPLES:
        path = options.sql_dir / "examples" / f"{name}.sql"
        sql = path.read_text(encoding="utf-8")
        question = sql.splitlines()[0].removeprefix("-- question:").strip()
        answer = query.run_query(options, sql, row_limit=SHOWN_ROWS)
        rows = [list(row.values()) for row in answer.to_pylist()]
        _print_table(console, f"{question}\n{_short(path)}", answer.column_names, rows)


def show_places(
    console: Console, options: settings.Settings, log: Path, dashboard_page: Path
) -> None:
    home = options.home
    console.print("\n[bold]Files[/bold]")
    for path, what in [
        (home / "raw", "every response, as it came"),
        (home / "lake", "Parquet: papers by day, observations, quarantine, ledger"),
        (snapshots.database_path(options), "the warehouse, for DuckDB"),
        (log, "what Airflow logged"),
        (dashboard_page, "the dashboard: open it in a browser"),
    ]:
        console.print(f"  {_short(path)}  [dim]{what}[/dim]", highlight=False, soft_wrap=True)
    console.print("\n[bold]Next[/bold]")
    for command, what in [
        ('make airflow ARGS="dags list-runs ingest_daily_papers"', "the runs in Airflow"),
        (".venv/bin/daily-papers status", "what is there, what is missing"),
        ('.venv/bin/daily-papers sql "from core.papers limit 5"', "your own question"),
        ("make dashboard", "the dashboard on http://127.0.0.1:8765/"),
        ("make up", "Airflow with its UI, on the real source"),
    ]:
        console.print(f"  {command}  [dim]{what}[/dim]", highlight=False, soft_wrap=True)


def _print_table(console: Console, title: str, columns: list[str], rows: list[list]) -> None:
    table = Table()
    for index, column in enumerate(columns):
        is_number = all(isinstance(row[index], int | float) for row in rows)
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    console.print(f"\n{title}", style="bold", markup=False, highlight=False)
    console.print(table)


def _short(path: Path) -> str:
    path = path.absolute()
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--started-s", type=float, default=time.time(), help="Unix time at which set-up began"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
