"""`daily-papers cluster` from the outside: what it writes and what it refuses."""

import json

import pandas as pd
import pytest
import typer
from author_corpus import make
from daily_papers.commands.cluster import cluster_command
from daily_papers.errors import InvalidInputError
from typer.testing import CliRunner


@pytest.fixture
def files(tmp_path):
    papers, rows = make(
        ("1", ["Ada Lovelace", "Wei Wang"]), ("2", ["ADA LOVELACE", "Wei Wang", ""])
    )
    papers.to_parquet(tmp_path / "p.parquet")
    rows.to_parquet(tmp_path / "a.parquet")
    return tmp_path


def call(*arguments: object):
    app = typer.Typer()
    app.command()(cluster_command)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def arguments(folder, out="o.parquet"):
    papers, rows = folder / "p.parquet", folder / "a.parquet"
    return "--papers", papers, "--authorships", rows, "--out", folder / out


def test_every_authorship_gets_an_author_and_a_confidence(files):
    result = call(*arguments(files), "--json")
    assert result.exit_code == 0
    found = pd.read_parquet(files / "o.parquet")
    assert list(found.columns) == ["paper_id", "position", "author_id", "confidence"]
    keys = list(zip(found["paper_id"], found["position"], strict=True))
    assert keys == [("1", 1), ("1", 2), ("2", 1), ("2", 2), ("2", 3)]
    assert found["author_id"].nunique() == json.loads(result.stdout)["authors"]
    assert found["author_id"].iloc[0] == found["author_id"].iloc[2]


def test_the_same_input_gives_the_same_bytes(files):
    call(*arguments(files))
    call(*arguments(files, "again.parquet"))
    assert (files / "o.parquet").read_bytes() == (files / "again.parquet").read_bytes()


def test_overrides_win(files):
    (files / "x.csv").write_text("paper_id,position,author\n1,1,one\n2,1,other\n")
    call(*arguments(files), "--overrides", files / "x.csv")
    found = pd.read_parquet(files / "o.parquet")
    assert found["author_id"].iloc[0] != found["author_id"].iloc[2]


def test_an_override_of_no_authorship_is_told(files):
    (files / "x.csv").write_text("paper_id,position,author\n1,1,one\n77,1,other\n")
    result = call(*arguments(files), "--overrides", files / "x.csv")
    assert result.exit_code == 0
    assert "1 of 2 overrides are of no authorship" in result.stderr
    assert "first '77' position 1" in result.stderr


def test_an_author_keeps_the_id_when_an_earlier_paper_is_added(files):
    papers, rows = make(("2", ["Ada Lovelace"]), ("3", ["Ada Lovelace"]))
    papers.to_parquet(files / "p.parquet")
    rows.to_parquet(files / "a.parquet")
    call(*arguments(files))
    before = pd.read_parquet(files / "o.parquet")["author_id"].iloc[0]
    papers, rows = make(*((n, ["Ada Lovelace"]) for n in "123"))
    papers.to_parquet(files / "p.parquet")
    rows.to_parquet(files / "a.parquet")
    call(*arguments(files, "new.parquet"))
    assert set(pd.read_parquet(files / "new.parquet")["author_id"]) != {before}
    call(*arguments(files), "--previous", files / "o.parquet")
    assert set(pd.read_parquet(files / "o.parquet")["author_id"]) == {before}


def test_an_input_is_never_overwritten(files):
    result = call(*arguments(files, "a.parquet"))
    assert isinstance(result.exception, InvalidInputError)
    assert "is an input; name another file" in str(result.exception)


def test_a_missing_column_is_told_by_file_and_name(files):
    pd.DataFrame({"paper_id": ["1"]}).to_parquet(files / "a.parquet")
    result = call(*arguments(files))
    assert "a.parquet: no column position" in str(result.exception)
