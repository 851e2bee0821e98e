"""Write the dashboard's folder: pages, style, scripts and data of one snapshot.

The folder is made beside its target and put in its place when it is whole. The same snapshot
gives the same bytes: nothing in it depends on the clock; how old the data is, the browser
works out.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jinja2

from daily_papers import logs
from daily_papers.errors import InvalidInputError, StorageError
from daily_papers.lake.files import lock, write_bytes
from daily_papers.publish.dashboard.data import overview
from daily_papers.publish.dashboard.data.payloads import to_script
from daily_papers.publish.dashboard.pages import PAGES, Page
from daily_papers.publish.snapshot_reader import (
    MissingInSnapshotError,
    SnapshotReader,
    open_snapshot,
)
from daily_papers.settings import Settings
from daily_papers.warehouse import snapshots

MARK = "dashboard.json"  # tells our folder from others, which are never replaced
_HERE = Path(__file__).parent


def default_dir(settings: Settings) -> Path:
    """Return the folder of the dashboard unless another one is asked for."""
    return settings.home / "publish" / "dashboard"


@logs.step("dashboard")
def build_dashboard(
    settings: Settings, out_dir: Path | None = None, snapshot_id: str | None = None
) -> Path:
    """Build the dashboard; without anything published yet, one page that says what to do.

    Args:
        settings: where the warehouse lies, limits.
        out_dir: folder to write; default <home>/publish/dashboard. An earlier dashboard there
            is replaced as a whole.
        snapshot_id: snapshot to show; default the current one.

    Returns:
        The folder; index.html in it is the start.

    Raises:
        InvalidInputError: no such snapshot, or out_dir holds something else.
        StorageError: the disk refused the write; the earlier dashboard stays.
        CorruptFileError: a published file cannot be read.
    """
    target = (out_dir or default_dir(settings)).absolute()
    with (
        lock(settings.home / "locks" / "dashboard.lock", settings.lock_timeout_s),
        _replaced(target) as folder,
    ):
        shutil.copytree(_HERE / "static", folder / "static")
        if snapshot_id is None and snapshots.read_current(settings) is None:
            _write_empty(folder)
        else:
            with open_snapshot(settings, snapshot_id) as reader:
                _write_pages(folder, reader)
    return target


def _write_pages(folder: Path, reader: SnapshotReader) -> None:
    def put(name: str, payload: Any) -> None:
        write_bytes(folder / "data" / f"{name}.js", to_script(name, payload))

    for page in PAGES:
        missing = {section.id: section.say_missing(reader) for section in page.sections}
        for section in page.sections:
            if missing[section.id]:
                continue
            try:
                section.export(reader, put)
            except MissingInSnapshotError as error:
                # a table of an earlier version, without a column that the section shows
                missing[section.id] = f"this snapshot {error.what}"
        _write(folder, page.file, page.name, _common(page, reader) | {"missing": missing})
    write_bytes(folder / MARK, f'{{"snapshot_id": "{reader.manifest.id}"}}\n'.encode())


def _common(page: Page, reader: SnapshotReader) -> dict[str, Any]:
    manifest = reader.manifest
    return {
        "page": page,
        "pages": PAGES,
        "sections": {section.id: section for section in page.sections},
        "snapshot": {"id": manifest.id, "created_at": manifest.created_at},
        "code_version": manifest.code_version,
        "totals": overview.read_totals(reader) if page.name == "index" else [],
        "is_empty": all(
            table.rows == 0 for table in manifest.tables if table.name == "core.papers"
        ),
    }


def _write_empty(folder: Path) -> None:
    _write(folder, "index.html", "empty", {"page": PAGES[0], "pages": (), "snapshot": None})
    write_bytes(folder / MARK, b'{"snapshot_id": null}\n')


def _write(folder: Path, file: str, template: str, values: dict[str, Any]) -> None:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    text = environment.get_template(f"{template}.html.jinja").render(**values)
    write_bytes(folder / file, text.encode())


@contextmanager
def _replaced(target: Path) -> Iterator[Path]:
    """Give a new folder to fill; at the end it takes the target's place."""
    if target.exists() and not (target / MARK).is_file() and not _is_empty(target):
        raise InvalidInputError(
            f"{target} is no dashboard and not empty: name another folder, or delete it"
        )
    new, old = (target.with_name(f".{target.name}.{kind}") for kind in ("new", "old"))
    try:
        for left_over in (new, old):
            shutil.rmtree(left_over, ignore_errors=True)
        new.mkdir(parents=True)
        yield new
        if target.exists():
            target.rename(old)
        new.rename(target)
    except OSError as error:
        raise StorageError(
            f"cannot write {target}: {error.strerror or error}; free some space or mend the "
            "permissions, then run the same command again"
        ) from error
    finally:
        for left_over in (new, old):
            shutil.rmtree(left_over, ignore_errors=True)


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and next(folder.iterdir(), None) is None
