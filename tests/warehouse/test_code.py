"""The code that a snapshot is of: no module that shapes bytes is forgotten."""

import shutil
import subprocess
from pathlib import Path

import pytest
from daily_papers import __version__
from daily_papers.warehouse import code


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package that code.py takes for its own."""
    package = tmp_path / "daily_papers"
    shutil.copytree(code._FOLDER, package / "warehouse", ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(code._FOLDER.parent / "schema.py", package)
    monkeypatch.setattr(code, "_FOLDER", package / "warehouse")
    monkeypatch.setattr(code, "__file__", str(package / "warehouse/code.py"))
    return package / "warehouse"


@pytest.mark.parametrize(
    ("name", "is_shaping"),
    [
        ("inputs.py", True),
        ("refresh.py", True),
        ("publication.py", True),
        ("../schema.py", True),
        ("made_tomorrow.py", True),
        ("query.py", False),
    ],
)
def test_a_change_of_what_shapes_bytes_changes_the_hash(
    name: str, is_shaping: bool, folder: Path
) -> None:
    before = code.hash_source.__wrapped__()
    with (folder / name).open("a") as file:
        file.write("# mended\n")
    assert (code.hash_source.__wrapped__() != before) is is_shaping


def test_every_reader_is_a_module() -> None:
    assert {path.name for path in code._FOLDER.glob("*.py")} > code._READERS


def test_the_version_names_the_commit_of_its_own_work_tree_alone(folder: Path) -> None:
    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        done = subprocess.run(
            ["git", "-C", folder, *identity, *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    git("init", "--quiet")
    git("commit", "--quiet", "--allow-empty", "-m", "somebody else's")
    assert code.name_version.__wrapped__() == __version__
    git("add", ".")
    git("commit", "--quiet", "-m", "ours")
    commit = git("rev-parse", "--short=12", "HEAD")
    assert code.name_version.__wrapped__() == f"{__version__}+g{commit}"
    (folder / "query.py").write_text("")
    assert code.name_version.__wrapped__() == f"{__version__}+g{commit}.dirty"


def test_without_git_the_version_is_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert code.name_version.__wrapped__() == __version__
