"""Which code a snapshot is of: what shapes its bytes, and what it is called."""

import hashlib
import subprocess
from functools import cache
from pathlib import Path

from daily_papers import __version__

_FOLDER = Path(__file__).parent
# these read what is published, or make something else of the models; all others shape it
_READERS = {
    "code.py", "dictionary.py", "differences.py", "provenance.py", "query.py", "render.py",
    "retention.py", "spark.py", "stopwatch.py",
}  # fmt: skip


@cache
def hash_source() -> str:
    """Return the sha256 of the modules that make published bytes from the lake's files.

    Without it a mended module would find "nothing changed", and go on from tables that the
    broken one kept. The rules of the derived tables have a hash of their own, see derive.
    """
    digest = hashlib.sha256(f"{__version__}\n".encode())
    paths = [path for path in _FOLDER.glob("*.py") if path.name not in _READERS]
    for path in sorted([*paths, _FOLDER.parent / "schema.py"]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@cache
def name_version() -> str:
    """Return the version, with the git commit where the code is a work tree of its own.

    Returns:
        "0.1.0", "0.1.0+g1a2b3c4d5e6f", or with ".dirty" where files differ from the commit.
    """
    # the work tree around a virtual environment is of somebody else's code
    if not _ask_git("ls-files", "--error-unmatch", Path(__file__).name):
        return __version__
    commit = _ask_git("describe", "--always", "--dirty=.dirty", "--abbrev=12", "--exclude=*")
    return f"{__version__}+g{commit}" if commit else __version__


def _ask_git(*arguments: str) -> str:
    command = ["git", "-C", str(_FOLDER), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:  # no git there
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
