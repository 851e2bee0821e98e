"""The version of the lake's layout and schemas, in lake/VERSION.

A newer program reads an older lake: what a file does not have yet reads as null. It brings
the lake up to date by rebuilding it from raw/ (`daily-papers reprocess`). An older program
refuses a newer lake, of which it might drop what it does not know.

Versions: 1, lakes without the file; 2, the file itself.
"""

from pathlib import Path

from daily_papers.errors import CorruptFileError, InvalidInputError, LakeVersionError
from daily_papers.lake.files import write_bytes

VERSION = 2


def read(home: Path) -> int | None:
    """Return the version of a home's lake; None where there is no lake.

    Raises:
        CorruptFileError: lake/VERSION holds no number.
        InvalidInputError: home is no folder.
    """
    path = _path(home)
    try:
        return int(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        return 1 if (home / "lake").is_dir() else None
    except NotADirectoryError:
        raise InvalidInputError(
            f"{home} is no folder: set DAILY_PAPERS_HOME to the one that holds, or shall hold, "
            "the lake"
        ) from None
    except ValueError:
        raise CorruptFileError(
            f"{path} holds no number: write {VERSION} into it if this program wrote the lake"
        ) from None


def check(home: Path) -> None:
    """Refuse a lake that is newer than this program.

    Raises:
        LakeVersionError: says which version it is.
    """
    found = read(home)
    if found is not None and found > VERSION:
        raise LakeVersionError(
            f"{home / 'lake'} is of version {found}, and this program knows {VERSION}: "
            "install the daily-papers that wrote it; nothing was changed"
        )


def stamp_new(home: Path) -> None:
    """Say of a lake that is about to be begun which version it is."""
    if read(home) is None:
        stamp(home)


def stamp(home: Path) -> None:
    """Say that all of a lake is of this program's version."""
    write_bytes(_path(home), f"{VERSION}\n".encode())


def _path(home: Path) -> Path:
    return home / "lake" / "VERSION"
