"""The raw archive: every response's exact bytes, immutable, found again by day.

raw/<source>/<YYYY-MM-DD>/<fetched_at>-<sha256>.zst holds the bytes,
<fetched_at>-<sha256>.meta.json what is known of them. Equal bytes of one day are
stored once; each sighting has its own meta file. An attempt that got no response
leaves <attempt_at>-failed.meta.json. Nothing here is ever changed or deleted.
"""

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import zstandard

from daily_papers.errors import CorruptFileError
from daily_papers.lake.files import list_days, write_bytes
from daily_papers.sources.listings import LISTING_SOURCES
from daily_papers.sources.response import FailedFetch, Response

_STAMP = "%Y%m%dT%H%M%S.%fZ"
_ZSTD_LEVEL = 3


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A response in the archive, or the note of a failed fetch (no sha256)."""

    source: str
    listing_date: date  # first day of what was asked for
    attempt_at: datetime
    page: int
    page_size: int | None
    url: str
    status: int | None
    headers: dict[str, str]
    fetched_at: datetime
    sha256: str | None
    size_bytes: int
    requests: int
    retries: int
    seconds: float | None
    is_time_assumed: bool
    error: str | None
    meta_path: Path
    ids: tuple[str, ...] = ()  # paper ids asked for, where the request named any

    @property
    def body_path(self) -> Path:
        """Where the bytes lie; a failed fetch has none there."""
        folder = self.meta_path.parent
        path = folder / (self.meta_path.name.removesuffix(".meta.json") + ".zst")
        if not path.exists():  # the bytes are stored under their first sighting
            path = _find_body(folder, self.sha256) or path
        return path

    def read_body(self) -> bytes:
        """Return the exact bytes received.

        Raises:
            CorruptFileError: the file is missing, damaged or altered.
        """
        path = self.body_path
        try:
            # read one byte more than noted, so that an altered file can't pass
            body = zstandard.ZstdDecompressor().decompressobj().decompress(path.read_bytes())
        except (OSError, zstandard.ZstdError) as error:
            raise CorruptFileError(
                f"{path} cannot be read ({error}); raw/ cannot be rebuilt: restore it from a backup"
            ) from error
        if hashlib.sha256(body).hexdigest() != self.sha256:
            raise CorruptFileError(
                f"{path} is not what was stored (its sha256 differs); "
                "raw/ cannot be rebuilt: restore it from a backup"
            )
        return body

    def to_item(self) -> Response | FailedFetch:
        """Return what was stored, as the source handed it over.

        Raises:
            CorruptFileError: the file is missing, damaged or altered.
        """
        if self.sha256 is None or self.status is None:
            return FailedFetch(
                source=self.source,
                listing_date=self.listing_date,
                attempt_at=self.attempt_at,
                error=self.error or "no response",
                requests=self.requests,
                retries=self.retries,
                seconds=self.seconds,
            )
        return Response(
            source=self.source,
            listing_date=self.listing_date,
            attempt_at=self.attempt_at,
            page=self.page,
            page_size=self.page_size,
            url=self.url,
            status=self.status,
            fetched_at=self.fetched_at,
            body=self.read_body(),
            headers=self.headers,
            requests=self.requests,
            retries=self.retries,
            seconds=self.seconds,
            is_time_assumed=self.is_time_assumed,
            ids=self.ids,
        )


def store(home: Path, item: Response | FailedFetch, *, is_durable: bool = True) -> Path:
    """Add a response to the archive and return its meta file.

    Storing the same response again changes nothing.

    Args:
        home: root that holds raw/.
        item: what came, or the note that nothing came.
        is_durable: wait for the disk; not needed for a replay, whose original stays.

    Raises:
        StorageError: the disk refused it; nothing half-written stays.
    """
    folder = home / "raw" / item.source / item.listing_date.isoformat()
    if isinstance(item, FailedFetch):
        meta_path = folder / f"{item.attempt_at:{_STAMP}}-failed.meta.json"
        meta = {
            "source": item.source,
            "listing_date": item.listing_date.isoformat(),
            "attempt_at": item.attempt_at.isoformat(),
            "error": item.error,
            "requests": item.requests,
            "retries": item.retries,
            "seconds": item.seconds,
        }
    else:
        sha256 = hashlib.sha256(item.body).hexdigest()
        stem = f"{item.fetched_at:{_STAMP}}-{sha256}"
        meta_path = folder / f"{stem}.meta.json"
        meta = {
            "source": item.source,
            "listing_date": item.listing_date.isoformat(),
            "attempt_at": item.attempt_at.isoformat(),
            "page": item.page,
            "page_size": item.page_size,
            "url": item.url,
            "status": item.status,
            "headers": dict(sorted(item.headers.items())),
            "fetched_at": item.fetched_at.isoformat(),
            "sha256": sha256,
            "size_bytes": len(item.body),
            "requests": item.requests,
            "retries": item.retries,
            "seconds": item.seconds,
            "is_time_assumed": item.is_time_assumed,
        }
        if item.ids:
            meta["ids"] = list(item.ids)
        if meta_path.exists():
            return meta_path
        if _find_body(folder, sha256) is None:
            packed = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(item.body)
            write_bytes(folder / f"{stem}.zst", packed, is_durable=is_durable)
    if not meta_path.exists():
        text = json.dumps(meta, indent=1, ensure_ascii=False) + "\n"
        write_bytes(meta_path, text.encode(), is_durable=is_durable)
    return meta_path


def _find_body(folder: Path, sha256: str | None) -> Path | None:
    # not glob(), which makes a regular expression of each pattern
    end = f"-{sha256}.zst"
    try:
        return next((path for path in folder.iterdir() if path.name.endswith(end)), None)
    except FileNotFoundError:
        return None


def read_day(archive: Path, day: date) -> list[StoredResponse]:
    """Return every listing response of an archive (`home/raw`) that covers a day.

    A week's or month's response is filed under the first day of its period.

    Returns:
        Oldest attempt first, its pages in order.

    Raises:
        CorruptFileError: a meta file cannot be read.
    """
    stored = [
        _read_meta(path)
        for source in LISTING_SOURCES.values()
        for path in (archive / source.name / source.first_day(day).isoformat()).glob("*.meta.json")
    ]
    return sorted(stored, key=lambda r: (r.attempt_at, r.source, r.page, r.sha256 or ""))


def folders_of(day: date) -> list[str]:
    """Return where the listing responses that cover a day lie, as paths below the home."""
    return [
        f"raw/{source.name}/{source.first_day(day).isoformat()}/"
        for source in LISTING_SOURCES.values()
    ]


def find_validated(archive: Path, source: str, day: date, url: str) -> StoredResponse | None:
    """Return the newest stored response to a URL that came with an ETag or Last-Modified."""
    folder = archive / source / day.isoformat()
    stored = [_read_meta(path) for path in sorted(folder.glob("*.meta.json"))]
    return next(
        (
            response
            for response in reversed(stored)
            if response.url == url
            and response.status in (200, 304)
            and ("etag" in response.headers or "last-modified" in response.headers)
        ),
        None,
    )


def read_all(archive: Path) -> Iterator[StoredResponse]:
    """Yield everything that an archive holds, of every source."""
    for path in sorted(archive.glob("*/*/*.meta.json")):
        yield _read_meta(path)


def stored_days(archive: Path) -> list[date]:
    """Return the days that the listing responses of an archive (`home/raw`) cover, in order.

    Raises:
        CorruptFileError: a folder that is not of a day lies there.
    """
    days: set[date] = set()
    for source in LISTING_SOURCES.values():
        for first in list_days((archive / source.name).glob("*")):
            length = (source.last_day(first) - first).days + 1
            days.update(first + timedelta(days=number) for number in range(length))
    return sorted(days)


def days_to_land(archive: Path) -> list[date]:
    """Return the days under which an archive files listing responses of their own, in order.

    Whoever stores one lands its day. A week's or month's response says nothing here: a replay
    of one of its days stores it, and lands that day alone.

    Raises:
        CorruptFileError: a folder that is not of a day lies there.
    """
    return list_days(
        path.parent
        for source in LISTING_SOURCES.values()
        if source.period not in ("week", "month")
        for path in (archive / source.name).glob("*/*.meta.json")
    )


def read_source(archive: Path, source: str, day: date) -> list[StoredResponse]:
    """Return what an archive (`home/raw`) holds of one source and day, oldest first.

    Raises:
        CorruptFileError: a meta file cannot be read.
    """
    paths = (archive / source / day.isoformat()).glob("*.meta.json")
    stored = [_read_meta(path) for path in paths]
    return sorted(stored, key=lambda r: (r.attempt_at, r.page, r.fetched_at, r.sha256 or ""))


def source_days(archive: Path, source: str) -> list[date]:
    """Return the days of which an archive (`home/raw`) holds anything of one source.

    Raises:
        CorruptFileError: a folder that is not of a day lies there.
    """
    return list_days((archive / source).glob("*"))


def find_responses(archive: Path, hashes: Collection[str]) -> dict[str, list[StoredResponse]]:
    """Return the sightings of some bodies in an archive (`home/raw`), by sha256, oldest first.

    Raises:
        CorruptFileError: a meta file cannot be read.
    """
    found: dict[str, list[StoredResponse]] = {}
    for path in archive.glob("*/*/*.meta.json") if hashes else ():
        sha256 = path.name.removesuffix(".meta.json").rpartition("-")[2]
        if sha256 in hashes:
            found.setdefault(sha256, []).append(_read_meta(path))
    for responses in found.values():
        responses.sort(key=lambda response: (response.fetched_at, response.meta_path))
    return found


def _read_meta(path: Path) -> StoredResponse:
    try:
        meta = json.loads(path.read_bytes())
        attempt_at = _parse_utc(meta["attempt_at"])
        return StoredResponse(
            source=meta["source"],
            listing_date=date.fromisoformat(meta["listing_date"]),
            attempt_at=attempt_at,
            page=meta.get("page", 0),
            page_size=meta.get("page_size"),
            url=meta.get("url", ""),
            status=meta.get("status"),
            headers=meta.get("headers", {}),
            fetched_at=_parse_utc(meta["fetched_at"]) if "fetched_at" in meta else attempt_at,
            sha256=meta.get("sha256"),
            size_bytes=meta.get("size_bytes", 0),
            requests=meta["requests"],
            retries=meta["retries"],
            seconds=meta["seconds"],
            is_time_assumed=meta.get("is_time_assumed", False),
            error=meta.get("error"),
            meta_path=path,
            ids=tuple(meta.get("ids", ())),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorruptFileError(
            f"{path} cannot be read ({error!r}); raw/ cannot be rebuilt: restore it from a backup"
        ) from error


def _parse_utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
