"""Build the warehouse: lake -> models -> checks -> published snapshot.

All in one private DuckDB connection; readers see nothing of it until publication.py
renames the result into place. Its tables are kept (state.py), and the next build makes
again only what the days that changed touch (refresh.py).
"""

import errno
import hashlib
import importlib
import os
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import duckdb

from daily_papers import logs, objectives
from daily_papers.errors import CheckFailedError, InvalidInputError, StorageError
from daily_papers.lake import raw
from daily_papers.lake.files import lock
from daily_papers.settings import Settings
from daily_papers.warehouse import (
    author_tables,
    code,
    database,
    derive,
    inputs,
    publication,
    refresh,
    scope,
    snapshots,
    state,
)
from daily_papers.warehouse.audit import AUDIT_VERSION, KEYS_KEPT, Audit, Finding
from daily_papers.warehouse.models import Model, Project, load_project
from daily_papers.warehouse.snapshots import CheckResult, Manifest, Table
from daily_papers.warehouse.steps import run_steps
from daily_papers.warehouse.stopwatch import Stopwatch

_READ_ATTEMPTS = 3

Auditor = Callable[[duckdb.DuckDBPyConnection, Settings], Audit]


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did; tables and warnings are those of the current snapshot."""

    snapshot_id: str
    is_new: bool
    tables: tuple[Table, ...]
    steps: dict[str, float]  # seconds by step, a model being one; some are side by side
    total_s: float
    warnings: tuple[CheckResult, ...]


@logs.step("build")
def build(
    settings: Settings,
    *,
    judge: Callable[[Settings], object] | None = None,
    auditor: Auditor | None = None,
    extractors: derive.Extractors | None = None,
) -> BuildResult:
    """Publish a snapshot of the lake, unless the current one already is it.

    Whatever is raised, the published snapshot stays as it was.

    Args:
        settings: where the lake lies, limits.
        judge: judges days that have no verdict yet; default quality.judge.judge_unjudged.
        auditor: runs suites on the built tables; default quality.handovers.audit.
        extractors: rules of the derived tables; default the project's own.

    Raises:
        BusyError: another build holds the lock, or the lake keeps changing.
        CorruptFileError: a lake file cannot be read.
        CheckFailedError: a check or an expectation failed; says which, for which rows, and
            where the tables that failed lie. Or the lake was lost.
        StorageError: the disk refused a write.
    """
    watch = Stopwatch()
    lock_path = snapshots.warehouse_dir(settings) / ".lock"
    with _storage_faults(settings), lock(lock_path, settings.lock_timeout_s):
        publication.remove_leftovers(settings)
        with watch.measure("judge"):
            (judge or _judge_unjudged)(settings)
        with watch.measure("load rules"):
            project = load_project(settings.sql_dir)
            extractors = extractors or derive.load_extractors(
                settings.author_overrides,
                settings.duplicate_overrides,
                settings.home / "cache",
                cache(partial(author_tables.read_published, settings)),
                settings.duckdb_threads,
            )
        for attempt in range(1, _READ_ATTEMPTS + 1):
            try:
                result = _build_once(settings, project, extractors, auditor or _audit, watch)
                if result.is_new:
                    objectives.note_build(
                        settings, result.snapshot_id, result.total_s, result.steps
                    )
                return result
            except inputs.LakeChangedError:
                if attempt == _READ_ATTEMPTS:
                    raise
    raise AssertionError("unreachable")


def compute_fingerprint(
    settings: Settings,
    files: list[inputs.LakeFile],
    project: Project,
    extractors: derive.Extractors,
) -> str:
    """Return the sha256 of everything that shapes the published bytes."""
    lines = [f"{file.path.relative_to(settings.home)} {file.sha256}" for file in files]
    lines += [project.fingerprint, extractors.fingerprint, code.hash_source(), duckdb.__version__]
    lines.append(AUDIT_VERSION)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def run_models(
    con: duckdb.DuckDBPyConnection,
    project: Project,
    extractors: derive.Extractors,
    watch: Stopwatch | None = None,
) -> None:
    """Create every derived table and model on a connection that has the lake's tables.

    Raises:
        InvalidInputError: a model that reads what nobody makes, fails, or gives other
            columns than its comment says; names the file.
    """
    watch = watch or Stopwatch()
    sources = {name: model.sources for name, model in project.models.items()}
    for schema in sorted({name.split(".")[0] for name in (*sources, *derive.SOURCES)}):
        con.execute(f"create schema {schema}")

    def make(own: duckdb.DuckDBPyConnection, name: str) -> None:
        with watch.measure(name):
            if name in derive.SOURCES:
                derive.create_table(own, name, extractors)
            else:
                _create_model(own, project.models[name])

    derive.import_rules()
    steps = {**derive.SOURCES, **sources}
    run_steps(con, steps, inputs.TABLES, make, apart=derive.SOURCES.__contains__)


def _create_model(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    kind = "view" if model.is_view else "table"
    try:
        with database.filling(con, model.name):
            con.execute(f"create {kind} {model.name} as {model.unsorted_sql}")
    except (duckdb.IOException, duckdb.OutOfMemoryException):
        raise
    except duckdb.Error as error:
        raise InvalidInputError(f"{model.path}: {database.say_in_one_line(error)}") from None
    if model.is_mart:
        _compare_columns(con, model.name, model.columns, model.path)


def run_checks(
    con: duckdb.DuckDBPyConnection, project: Project, changed: scope.Scope | None = None
) -> tuple[Finding, ...]:
    """Run every check; one that finds rows keeps the first of them as keys.

    Args:
        con: has every table.
        project: the checks.
        changed: what differs from tables that passed, if they did: a check that stops the
            publication is asked of that alone. One that warns tells of all its rows.

    Raises:
        CheckFailedError: a check could not run, which is never a pass; names the column.
    """
    findings = []
    for check in project.checks:
        try:
            if changed is not None and check.severity == "fail":
                names, rows = changed.ask(check)
            else:
                names, rows = scope.fetch(con, check.sql)
        except (duckdb.IOException, duckdb.OutOfMemoryException):
            raise
        except duckdb.Error as error:
            reason = database.say_in_one_line(error)
            raise CheckFailedError(f"check {check.name} could not run: {reason}") from None
        keys = tuple(
            ", ".join(f"{name}={value}" for name, value in zip(names, row, strict=True))
            for row in rows[:KEYS_KEPT]
        )
        findings.append(
            Finding(
                suite="sql_checks",
                table_name=None,
                name=check.name,
                column_name=None,
                severity=check.severity,
                explanation=check.explanation,
                failing_rows=len(rows),
                failing_keys=keys,
            )
        )
    return tuple(findings)


def _build_once(
    settings: Settings,
    project: Project,
    extractors: derive.Extractors,
    auditor: Auditor,
    watch: Stopwatch,
) -> BuildResult:
    with watch.measure("fingerprint"):
        files = inputs.find_files(settings)
        if not files:
            _refuse_lost_lake(settings)
        fingerprint = compute_fingerprint(settings, files, project, extractors)
        published = publication.find_published(settings, fingerprint)
    if published is not None:
        with watch.measure("repair database"), database.connect(settings) as con:
            publication.repair_database(con, settings, published)
        return _result(published, watch, is_new=False)
    derive.import_rules()
    if auditor is _audit:
        # beside DuckDB's work, which needs no Python
        threading.Thread(target=_import_suites, name="import suites").start()
    with state.open_state(settings) as con, ExitStack() as stack:
        unchanged, changed = _bring_up_to_date(
            stack, con, settings, files, fingerprint, project, extractors, watch
        )
        candidate = publication.Candidate(con, settings, project, fingerprint, unchanged)
        findings: tuple[Finding, ...] = ()
        with publication.drafted(candidate) as draft:
            try:
                with watch.measure("checks"):
                    findings = run_checks(con, project, changed)
                with watch.measure("audit"):
                    audit = auditor(con, settings)
            except CheckFailedError as error:
                raise _refuse(draft, str(error), Audit(), findings) from None
            findings += audit.findings
            failures = [finding.say() for finding in findings if finding.is_failure]
            if failures:
                raise _refuse(draft, " ".join(failures), audit, findings)
            with watch.measure("publish"):
                manifest = publication.publish(draft, audit, findings)
        with watch.measure("state"):
            state.note_passed(con)
        return _result(manifest, watch, is_new=True)


def _refuse_lost_lake(settings: Settings) -> None:
    """Raise if there is no file in the lake, though there was or should be one."""
    published = publication.read_whole_manifest(settings)
    rows = {table.name: table.rows for table in published.tables} if published else {}
    if not rows.get("core.papers") and not raw.stored_days(settings.home / "raw"):
        return
    raise CheckFailedError(
        f"{settings.home / 'lake'} holds nothing, though raw/ or the current snapshot does: "
        "`daily-papers reprocess` makes it again from raw/. Nothing was published"
    )


def _bring_up_to_date(
    stack: ExitStack,
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    files: list[inputs.LakeFile],
    fingerprint: str,
    project: Project,
    extractors: derive.Extractors,
    watch: Stopwatch,
) -> tuple[publication.Unchanged | None, scope.Scope | None]:
    """Make the state's tables those of the files, from what the last build left if it can.

    Returns:
        The tables that are as the last build left them, None when all were made again; and, if
        what it left had passed its audit, which keys changed. The stack closes the latter.
    """
    rules = compute_fingerprint(settings, [], project, extractors)
    unchanged, changed = None, None
    with watch.measure("state"):
        memo = state.read_memo(con, rules)
    if memo is not None:
        state.begin(con)
        changes = inputs.compare_files(memo.files, files)
        with ExitStack() as closing:
            opened = closing.enter_context(scope.opened(con, project))
            try:
                names = refresh.refresh(opened, settings, project, extractors, changes, watch)
            except inputs.StrayRowsError:
                memo = None
            else:
                marts = frozenset(model.name for model in project.marts)
                unchanged = publication.Unchanged(memo.fingerprint, marts - names)
                changed = opened if memo.has_passed else None
                stack.push(closing.pop_all())
    if memo is None:
        with watch.measure("state"):
            state.start_anew(con, settings)
        with watch.measure("read lake"):
            inputs.create_tables(con, files)
        run_models(con, project, extractors, watch)
    with watch.measure("state"):
        if memo is not None or not inputs.find_strays(con, files):
            state.finish(con, rules, files, fingerprint)
    return unchanged, changed


def _refuse(
    draft: publication.Draft, message: str, audit: Audit, findings: tuple[Finding, ...]
) -> CheckFailedError:
    """Keep the tables that failed beside the published ones; return the error to raise."""
    try:
        where = f"the tables that failed lie in {publication.keep(draft, audit, findings)}"
    except (OSError, StorageError, duckdb.Error) as error:
        where = f"the tables that failed could not be kept: {database.say_in_one_line(error)}"
    return CheckFailedError(f"{message} Nothing was published; {where}")


def _compare_columns(
    con: duckdb.DuckDBPyConnection, name: str, documented: Collection[str], path: Path
) -> None:
    found = [row[0] for row in con.execute(f"describe {name}").fetchall()]
    if found != list(documented):
        wrong = sorted(set(found) ^ set(documented)) or ["their order"]
        raise InvalidInputError(f"{path}: Columns and SELECT differ in {', '.join(wrong)}")


def _result(manifest: Manifest, watch: Stopwatch, *, is_new: bool) -> BuildResult:
    warnings = tuple(check for check in manifest.checks if check.failing_rows)
    return BuildResult(manifest.id, is_new, manifest.tables, watch.seconds, watch.total_s, warnings)


def _judge_unjudged(settings: Settings) -> object:
    # Great Expectations takes seconds to import
    from daily_papers.quality.judge import judge_unjudged  # noqa: PLC0415

    return judge_unjudged(settings)


def _import_suites() -> None:
    importlib.import_module("daily_papers.quality.handovers")


def _audit(con: duckdb.DuckDBPyConnection, settings: Settings) -> Audit:
    # imported only when there is something new to audit: Great Expectations takes seconds
    from daily_papers.quality.handovers import audit  # noqa: PLC0415

    return audit(con, settings)


@contextmanager
def _storage_faults(settings: Settings) -> Iterator[None]:
    """Say in one line that the disk or the memory did not suffice."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise StorageError(
            f"{database.say_in_one_line(error)}; raise DAILY_PAPERS_DUCKDB_MEMORY_LIMIT_MB or free "
            f"space under {settings.home / 'tmp'}. Nothing was published."
        ) from error
    except (OSError, duckdb.Error) as error:
        reason = _find_storage_fault(error)
        if reason is None:
            raise
        raise StorageError(
            f"{settings.home}: {reason}; free space or permit writing there and run "
            "`daily-papers build` again. Nothing was published."
        ) from error


def _find_storage_fault(error: Exception) -> str | None:
    """Return in words what the disk refused; None when the error is about something else."""
    message = database.say_in_one_line(error)
    # DuckDB wraps it in JSON, and in a TransactionException when a commit meets the full disk
    for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        if os.strerror(number) in message:
            return os.strerror(number)
    return message if isinstance(error, OSError | duckdb.IOException) else None
