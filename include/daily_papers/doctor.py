"""Examine an installation: settings, disk, versions, locks, and every stored file."""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import filelock
import pyarrow as pa
import pyarrow.parquet as pq

from daily_papers import schema
from daily_papers.errors import DailyPapersError
from daily_papers.lake import arxiv, ledger, papers, quality_results, quarantine, raw
from daily_papers.lake import version as lake_version
from daily_papers.lake.files import read_parquet
from daily_papers.settings import ENV_PREFIX, Settings
from daily_papers.sources import open_source
from daily_papers.sources.listings import LISTING_SOURCES

_PACKAGES = ("apache-airflow", "duckdb", "great-expectations", "pandas", "pyarrow", "sqlglot")
_LEAST_FREE_BYTES = 2**30
_LAKE_FILES = {
    "papers": schema.PAPERS,
    "observations": schema.OBSERVATIONS,
    "quarantine": schema.QUARANTINE,
    "ledger": schema.LEDGER,
    "shapes": schema.SHAPES,
    "quality": schema.QUALITY_RESULTS,
    "arxiv": schema.ARXIV,
    "arxiv_requests": schema.ARXIV_REQUESTS,
}
_FROM_RESPONSES = ("papers", "observations", "quarantine", "arxiv")  # each row names its one
_AttemptKey = tuple[str, date, datetime]  # source, day of its folder, start


@dataclass(frozen=True, slots=True)
class Finding:
    """One check and what it found."""

    name: str
    is_ok: bool
    detail: str

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as plain values."""
        return asdict(self)


def examine(settings: Settings) -> list[Finding]:
    """Run every check; none of them changes anything."""
    return [
        _check_versions(),
        _check_source(settings),
        _check_overrides(settings),
        _check_disk(settings.home),
        _check_locks(settings.home),
        _check_lake_version(settings.home),
        *(_check_lake(settings.home, name, kind) for name, kind in _LAKE_FILES.items()),
        _check_days(settings.home),
        _check_raw(settings.home),
        _check_snapshot(settings),
        _check_older_snapshots(settings),
        _check_database(settings),
    ]


def _check_versions() -> Finding:
    found = {"python": sys.version.split()[0]}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            return Finding("versions", False, f"{name} is not installed: run `uv sync --locked`")
    return Finding("versions", True, ", ".join(f"{k} {v}" for k, v in found.items()))


def _check_source(settings: Settings) -> Finding:
    try:
        open_source(settings.source, settings)
    except DailyPapersError as error:
        return Finding("source", False, str(error))
    return Finding("source", True, settings.source)


def _check_overrides(settings: Settings) -> Finding:
    """Read the files of decisions: with one that cannot be read, no build succeeds."""
    from daily_papers.dedupe.overrides import load_overrides  # noqa: PLC0415 (seldom needed)
    from daily_papers.identity.inputs import read_overrides  # noqa: PLC0415 (seldom needed)

    found = []
    for name, path, read in (
        ("author_overrides", settings.author_overrides, read_overrides),
        ("duplicate_overrides", settings.duplicate_overrides, load_overrides),
    ):
        if path is None:
            continue
        try:
            found.append(f"{path}: {len(read(path))} decisions")
        except DailyPapersError as error:
            return Finding("overrides", False, f"{ENV_PREFIX}{name.upper()}: {error}")
    return Finding("overrides", True, ", ".join(found) or "none given")


def _check_disk(home: Path) -> Finding:
    folder = next(path for path in (home, *home.absolute().parents) if path.is_dir())
    if not os.access(folder, os.W_OK):
        return Finding("disk", False, f"{folder} is not writable")
    free = shutil.disk_usage(folder).free
    detail = f"{free / 2**30:.1f} GiB free at {home}"
    return Finding("disk", free >= _LEAST_FREE_BYTES, detail)


def _check_locks(home: Path) -> Finding:
    held = []
    for path in [*(home / "locks").glob("*.lock"), *(home / "warehouse").glob(".lock")]:
        try:
            with filelock.FileLock(path, timeout=0):
                pass
        except filelock.Timeout:
            held.append(path.stem)
    return Finding("locks", True, f"held now: {', '.join(held)}" if held else "none held")


def _check_lake_version(home: Path) -> Finding:
    try:
        found = lake_version.read(home)
    except DailyPapersError as error:
        return Finding("lake version", False, str(error))
    if found is None or found == lake_version.VERSION:
        return Finding("lake version", True, "no lake yet" if found is None else str(found))
    try:
        days = raw.stored_days(home / "raw")
    except DailyPapersError as error:
        return Finding("lake version", False, str(error))
    remedy = f"`daily-papers reprocess --from {days[0]} --to {days[-1]}`" if days else "`build`"
    return Finding(
        "lake version",
        True,
        f"{found}, older than this program's {lake_version.VERSION}, and read all the same; "
        f"{remedy} brings it up to date",
    )


def _check_lake(home: Path, name: str, kind: pa.Schema) -> Finding:
    paths = sorted((home / "lake" / name).rglob("*.parquet"))
    rows = 0
    for path in paths:
        try:
            rows += len(read_parquet(path, kind))
        except DailyPapersError as error:
            return Finding(f"lake/{name}", False, str(error))
    return Finding(f"lake/{name}", True, f"{len(paths)} files, {rows} rows")


def _check_days(home: Path) -> Finding:
    """Look for files of a day that are gone although another one shows that they were there."""
    lost = []
    try:
        days = sorted({*ledger.days(home), *papers.days(home), *raw.days_to_land(home / "raw")})
        for of_others in (quarantine.days, quality_results.days, arxiv.days):
            of_others(home)  # each names a folder that is not of a day
        raw.stored_days(home / "raw")
    except DailyPapersError as error:
        return Finding("lake/days", False, str(error))
    for day in days:
        try:
            attempts = ledger.read_day(home, day)
        except DailyPapersError as error:
            return Finding("lake/days", False, str(error))
        expected = {
            ledger.day_path(home, day): True,
            papers.partition_path(home, day): any(row["rows_landed"] for row in attempts),
            quarantine.day_path(home, day): any(row["rows_quarantined"] for row in attempts),
        }
        lost += [(day, path) for path, is_due in expected.items() if is_due and not path.exists()]
    if lost:
        (first, path), (last, _) = lost[0], lost[-1]
        detail = (
            f"{len(lost)} files are gone, first {path}: "
            f"run `daily-papers reprocess --from {first} --to {last}`"
        )
        return Finding("lake/days", False, detail)
    return Finding("lake/days", True, f"{len(days)}, every file that was written is there")


def _check_raw(home: Path) -> Finding:
    """Read every stored response, and look for those that the lake was made from and are gone."""
    count = 0
    hashes: set[str] = set()
    attempts: set[_AttemptKey] = set()
    try:
        for stored in raw.read_all(home / "raw"):
            if stored.sha256 is not None:
                stored.read_body()
                hashes.add(stored.sha256)
            attempts.add((stored.source, stored.listing_date, stored.attempt_at))
            count += 1
        lost = [*_find_lost_responses(home, hashes), *_find_lost_attempts(home, attempts)]
    except DailyPapersError as error:
        return Finding("raw", False, str(error))
    if lost:
        path, what = lost[0]
        detail = (
            f"{len(lost)} files of the lake were made from responses that {home / 'raw'} does not "
            f"have any more, first {path} ({what}): raw/ cannot be rebuilt: restore it from a "
            "backup; the lake still has the rows"
        )
        return Finding("raw", False, detail)
    return Finding("raw", True, f"{count} responses, every sha256 agrees")


def _find_lost_responses(home: Path, hashes: set[str]) -> Iterator[tuple[Path, str]]:
    """Yield each lake file with rows of a response that is not stored, and its sha256."""
    for name in _FROM_RESPONSES:
        for path in sorted((home / "lake" / name).rglob("*.parquet")):
            try:
                table = pq.read_table(path, columns=["raw_sha256"], partitioning=None)
            except (OSError, pa.ArrowException, ValueError):
                continue  # named by the check of its dataset
            gone = set(table["raw_sha256"].unique().to_pylist()) - hashes
            if gone:
                yield path, f"sha256 {min(map(str, gone))[:12]}…"


def _find_lost_attempts(home: Path, attempts: set[_AttemptKey]) -> Iterator[tuple[Path, str]]:
    """Yield each ledger file with an attempt of which nothing is stored, and which one it is."""
    for day in ledger.days(home):
        try:
            rows = ledger.read_day(home, day)
        except DailyPapersError:
            continue  # named by the check of its dataset
        for row in rows:
            source, at = LISTING_SOURCES[row["source"]], row["attempt_at"].replace(tzinfo=UTC)
            if (source.name, source.first_day(day), at) not in attempts:
                yield ledger.day_path(home, day), f"{source.name} at {at:%Y-%m-%dT%H:%M:%SZ}"
                break


def _check_snapshot(settings: Settings) -> Finding:
    from daily_papers.warehouse import snapshots  # noqa: PLC0415 (loads DuckDB)

    try:
        manifest = snapshots.read_current(settings)
        damage = snapshots.find_damage(settings, manifest) if manifest else None
    except DailyPapersError as error:
        return Finding("snapshot", False, str(error))
    if manifest is None:
        return Finding("snapshot", True, "none yet: run `daily-papers build`")
    detail = damage or f"{manifest.id}, {len(manifest.tables)} tables, all as published"
    return Finding("snapshot", damage is None, detail)


def _check_older_snapshots(settings: Settings) -> Finding:
    from daily_papers.warehouse import snapshots  # noqa: PLC0415 (loads DuckDB)

    ids = snapshots.list_ids(settings)
    for snapshot_id in ids:
        try:
            manifest = snapshots.read_snapshot(settings, snapshot_id)
            damage = snapshots.find_damage(settings, manifest)
        except DailyPapersError as error:
            damage = str(error)
        if damage:
            return Finding("snapshots", False, damage)
    return Finding("snapshots", True, f"{len(ids)}, every sha256 agrees")


def _check_database(settings: Settings) -> Finding:
    from daily_papers.warehouse import database, snapshots  # noqa: PLC0415 (loads DuckDB)

    path = snapshots.database_path(settings)
    try:
        current = snapshots.read_current_id(settings)
    except DailyPapersError as error:
        return Finding("database", False, str(error))
    found = database.read_snapshot_id(path)
    if found != current:
        detail = (
            f"{path} is of {found or 'no snapshot'}, not of {current}: run `daily-papers build`"
        )
        return Finding("database", False, detail)
    return Finding("database", True, "none yet" if found is None else f"{path} is of {found}")
