"""Stored responses served as if they came from the source: through the same code path.

Takes a raw archive (as lake.raw writes it), or a tree of *.json, *.json.zst and *.html
with an index.csv (folder, file, listing_date, series, fetched_at, …, sha256), or
without one, with the listing date in the file name.
"""

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import zstandard

from daily_papers.errors import CorruptFileError, InvalidInputError
from daily_papers.lake import raw
from daily_papers.quality.rules import find_too_early
from daily_papers.sources.listings import API, PAGE
from daily_papers.sources.response import FailedFetch, Response

_SUFFIXES = (".json", ".json.zst", ".html")
_DATE_IN_NAME = re.compile(r"\d{4}-\d{2}-\d{2}")
_CLOCK_TOLERANCE = timedelta(minutes=10)  # whoever fetched it may have a clock ahead of ours
_INDEX_COLUMNS = ("folder", "file", "listing_date", "fetched_at")


@dataclass(frozen=True, slots=True)
class _StoredFile:
    path: Path
    listing_date: date
    fetched_at: datetime | None
    sha256: str | None
    where: str = ""  # the line of the index


def open_replay(folder: str) -> "FileReplay | ArchiveReplay":
    """Open a folder of stored responses.

    Raises:
        InvalidInputError: no such folder, no response in it, or an index that lies.
    """
    root = Path(folder)
    if not root.is_dir():
        raise InvalidInputError(f"replay folder {folder} does not exist")
    if (root / "index.csv").is_file():
        return FileReplay(root, _read_index(root))
    if next(root.glob("*/*/*.meta.json"), None) is not None:
        return ArchiveReplay(root)
    files = [
        _StoredFile(path, _date_in_name(path), None, None)
        for path in sorted(root.rglob("*"))
        if path.name.endswith(_SUFFIXES)
    ]
    if not files:
        raise InvalidInputError(
            f"replay folder {folder} holds no response: expected a raw archive, an index.csv, "
            "or *.json, *.json.zst and *.html files with the day in their names"
        )
    return FileReplay(root, files)


class FileReplay:
    """Responses that others stored as plain files."""

    concurrency = 1  # reading files is quicker than threads are
    is_live = False

    def __init__(self, root: Path, files: list[_StoredFile]) -> None:
        self._root = root
        self._files: dict[date, list[_StoredFile]] = defaultdict(list)
        for file in files:
            self._files[file.listing_date].append(file)

    def days(self, first: date, last: date) -> list[date]:
        """Return the days of the range that a response is stored of."""
        return sorted(day for day in self._files if first <= day <= last)

    def fetch_day(self, day: date) -> Iterator[Response | FailedFetch]:
        """Yield the stored responses of a day, oldest first, each as its own attempt.

        One without a fetch time is placed at the start of its day, so that it never
        replaces anything known and never proves that the list was final.

        Raises:
            CorruptFileError: the index says a fetch time that cannot be; names the line.
        """
        for file in self._files[day]:
            if impossible := _find_impossible_time(day, file.fetched_at):
                raise CorruptFileError(f"{file.where}: {impossible}; correct it, or leave it empty")
        day_began_at = datetime.combine(day, time(), UTC)
        used: set[datetime] = set()
        for file in sorted(
            self._files[day], key=lambda f: (f.fetched_at or day_began_at, str(f.path))
        ):
            fetched_at = file.fetched_at or day_began_at
            while fetched_at in used:  # one attempt a file, so that pages don't mix
                fetched_at += timedelta(microseconds=1)
            used.add(fetched_at)
            source = (PAGE if file.path.suffix == ".html" else API).name
            where = f"replay:{file.path.relative_to(self._root).as_posix()}"
            try:
                body = _read_file(file)
            except CorruptFileError as error:
                yield FailedFetch(source, day, fetched_at, str(error))
                continue
            yield Response(
                source=source,
                listing_date=day,
                attempt_at=fetched_at,
                page=0,
                page_size=None,
                url=where,
                status=200,
                fetched_at=fetched_at,
                body=body,
                is_time_assumed=file.fetched_at is None,
            )


class ArchiveReplay:
    """A raw archive, served with everything that its meta files say."""

    concurrency = 1
    is_live = False

    def __init__(self, root: Path) -> None:
        self._root = root

    def days(self, first: date, last: date) -> list[date]:
        """Return the days of the range that anything is stored of."""
        return [day for day in raw.stored_days(self._root) if first <= day <= last]

    def fetch_day(self, day: date) -> Iterator[Response | FailedFetch]:
        """Yield what the archive holds of a day, as it was received.

        Raises:
            CorruptFileError: a stored file is damaged, or says that it was fetched at a time
                at which it cannot have been.
        """
        responses = raw.read_day(self._root, day)
        for stored in responses:
            if impossible := _find_impossible_time(stored.listing_date, stored.fetched_at):
                raise CorruptFileError(
                    f"{stored.meta_path}: {impossible}: move it and its .zst out of the archive, "
                    "then replay the day again"
                )
        for stored in responses:
            yield stored.to_item()


def _read_index(root: Path) -> list[_StoredFile]:
    index = root / "index.csv"
    files = []
    line = 1  # of the row that is read
    try:
        with index.open(newline="", encoding="utf-8-sig") as lines:
            reader = csv.DictReader(lines)
            missing = [name for name in _INDEX_COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise InvalidInputError(f"{index} has no column {missing[0]!r}")
            line = reader.line_num + 1
            for row in reader:
                files.append(_read_index_row(root, row, f"{index} line {reader.line_num}"))
                line = reader.line_num + 1
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInputError(
            f"{index} cannot be read from line {line} on ({error}): save it as CSV in UTF-8"
        ) from None
    except OSError as error:
        raise InvalidInputError(f"{index} cannot be read: {error}") from None
    return files


def _read_index_row(root: Path, row: dict[str, str | None], where: str) -> _StoredFile:
    folder, file, listing_date, fetched_at = (row[name] for name in _INDEX_COLUMNS)
    if folder is None or file is None or listing_date is None or fetched_at is None:
        raise InvalidInputError(f"{where} has too few fields: expected {','.join(_INDEX_COLUMNS)}")
    name = Path(folder, file)
    if name.is_absolute() or ".." in name.parts:
        raise InvalidInputError(f"{where}: {name} leaves {root}; name files below it")
    path = root / name
    try:
        if not path.is_file():
            raise InvalidInputError(f"{where}: {path} does not exist")
        day = date.fromisoformat(listing_date)
        seen = datetime.fromisoformat(fetched_at) if fetched_at else None
        at = seen.astimezone(UTC) if seen else None
    except (OSError, OverflowError, ValueError) as error:
        raise InvalidInputError(f"{where}: {error}") from None
    if seen is not None and seen.tzinfo is None:
        raise InvalidInputError(f"{where}: fetched_at {fetched_at!r} has no zone")
    return _StoredFile(path, day, at, row.get("sha256") or None, where)


def _find_impossible_time(day: date, seen_at: datetime | None) -> str | None:
    """Say why a list cannot have been seen at a time; None when it can.

    The newest sight of a paper wins: one of the year 2099 would hide all that follow. The clock
    is asked here, where responses come in, never when what raw/ holds is landed.
    """
    if seen_at is None:
        return None
    now = datetime.now(UTC)
    if seen_at > now + _CLOCK_TOLERANCE:
        return f"seen {seen_at:%Y-%m-%dT%H:%M:%SZ}, in the future: it is {now:%Y-%m-%dT%H:%M:%SZ}"
    return find_too_early(day, seen_at)


def _date_in_name(path: Path) -> date:
    found = _DATE_IN_NAME.search(path.name)
    try:
        return date.fromisoformat(found[0] if found else "")
    except ValueError:
        raise InvalidInputError(
            f"{path} has no day (YYYY-MM-DD) in its name; rename it or add an index.csv"
        ) from None


def _read_file(file: _StoredFile) -> bytes:
    try:
        body = file.path.read_bytes()
        if file.path.suffix == ".zst":
            body = zstandard.ZstdDecompressor().decompressobj().decompress(body)
    except (OSError, zstandard.ZstdError) as error:
        raise CorruptFileError(f"{file.path} cannot be read: {error}") from error
    if file.sha256 and hashlib.sha256(body).hexdigest() != file.sha256:
        raise CorruptFileError(f"{file.path}: its sha256 is not the one that index.csv gives")
    return body
