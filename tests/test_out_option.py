"""--out: a finished file never takes the place of a folder, a link, a pipe or a device."""

import os

import pytest
from daily_papers.cli import app
from daily_papers.errors import InvalidInputError
from typer.testing import CliRunner

COMMANDS = {
    "match": ("match", "pairs.parquet"),
    "cluster": ("cluster", "--papers", "p.parquet", "--authorships", "a.parquet"),
    "extract": ("extract", "papers.jsonl"),
    "sql": ("sql", "select 1", "--format", "csv"),
    "diff": ("diff", "previous"),
}


def put_pipe(path):
    os.mkfifo(path)


def put_link(path):
    target = path.with_name("target")
    target.write_text("before")
    path.symlink_to(target)


def put_dangling_link(path):
    path.symlink_to(path.with_name("nowhere"))


def put_folder(path):
    path.mkdir()


def look_at(folder):
    return {
        path.name: (path.lstat().st_mode, path.lstat().st_ino, path.lstat().st_size)
        for path in folder.iterdir()
    }


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("put", "kind"),
    [
        (put_pipe, "a pipe, socket or device"),
        (put_link, "a link to "),
        (put_dangling_link, "a link to "),
        (put_folder, "a folder"),
    ],
)
def test_what_is_no_regular_file_is_refused_and_stays(command, put, kind, tmp_path):
    out = tmp_path / "out.parquet"
    put(out)
    before = look_at(tmp_path)
    result = CliRunner().invoke(app, [*COMMANDS[command], "--out", str(out)])
    assert isinstance(result.exception, InvalidInputError), result.output
    assert f"--out {out} is {kind}" in str(result.exception)
    assert look_at(tmp_path) == before


def test_a_file_below_a_file_is_named(tmp_path):
    (tmp_path / "file").touch()
    out = tmp_path / "file" / "out.csv"
    result = CliRunner().invoke(app, [*COMMANDS["sql"], "--out", str(out)])
    assert str(result.exception) == f"--out {out}: Not a directory"
