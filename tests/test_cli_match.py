"""`daily-papers match` and `evaluate match`: answers in order, mistakes in one line."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer
from daily_papers.commands.evaluate_match import evaluate_match_command
from daily_papers.commands.match import match_command
from daily_papers.errors import InvalidInputError
from typer.testing import CliRunner

SAME = ("a robot that sorts apples", "ann hill , bo lund", "sigmod conference", "2002")
OTHER = ("views of a garden", "cy moss", "vldb", "1999")
COLUMNS = [
    f"{side}_{name}" for side in ("left", "right") for name in ("title", "authors", "venue", "year")
]


@pytest.fixture
def run():
    app = typer.Typer()
    app.command("match")(match_command)
    app.command("evaluate")(evaluate_match_command)
    runner = CliRunner()

    def call(*arguments):
        result = runner.invoke(app, [str(one) for one in arguments])
        if isinstance(result.exception, InvalidInputError):
            raise result.exception
        assert result.exception is None, result.output
        return result.stdout

    return call


def write_pairs(path, pairs, labels=None, **changes):
    rows = zip(*(left + right for left, right in pairs), strict=True)
    columns = dict(zip(COLUMNS, map(list, rows), strict=True)) | changes
    if labels is not None:
        columns["label"] = labels
    pq.write_table(pa.table(columns), path)
    return path


def test_one_row_a_pair_in_the_order_of_the_input(run, tmp_path):
    pairs = [(SAME, OTHER), (SAME, SAME), (OTHER, SAME), (OTHER, OTHER)]
    file = write_pairs(tmp_path / "pairs.parquet", pairs)
    answer = json.loads(run("match", file, "--out", tmp_path / "out.parquet", "--json"))
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.column_names == ["score", "decision", "reason"]
    assert table["decision"].to_pylist() == [False, True, False, True]
    assert answer["pairs"] == 4
    assert answer["same"] == 2


def test_nulls_numbers_and_broken_letters_are_tolerated(run, tmp_path):
    changed = ("a robot that sorts apples", "b lundћ , ann hill", None, None)
    file = write_pairs(
        tmp_path / "pairs.parquet",
        [(SAME, changed)],
        left_year=pa.array([2002.0]),
        right_year=pa.array([None], pa.int64()),
        right_venue=pa.nulls(1),
    )
    run("match", file, "--out", tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet")["decision"].to_pylist() == [True]


def test_an_empty_file_gives_an_empty_answer(run, tmp_path):
    file = write_pairs(tmp_path / "pairs.parquet", [(SAME, SAME)])
    pq.write_table(pq.read_table(file).slice(0, 0), file)
    run("match", file, "--out", tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 0


def test_a_file_that_cannot_be_used_is_named_with_what_is_wrong(run, tmp_path):
    out = tmp_path / "out.parquet"
    with pytest.raises(InvalidInputError, match=r"none\.parquet is not a file"):
        run("match", tmp_path / "none.parquet", "--out", out)
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 no")
    with pytest.raises(InvalidInputError, match=r"broken\.parquet cannot be read as Parquet"):
        run("match", broken, "--out", out)
    partial = tmp_path / "partial.parquet"
    pq.write_table(pa.table({"left_title": ["x"], "right_title": ["y"]}), partial)
    with pytest.raises(InvalidInputError, match=r"partial\.parquet lacks left_authors, left_venue"):
        run("match", partial, "--out", out)
    assert not out.exists()


def test_evaluate_writes_its_section_and_leaves_the_others(run, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    write_pairs(data / "a_valid.parquet", [(SAME, SAME), (SAME, OTHER)], [1, 0])
    write_pairs(data / "a_train.parquet", [(SAME, SAME)], [0])
    report = tmp_path / "quality.md"
    report.write_text("# Quality\n\n## Authors\n\nkept\n", encoding="utf-8")
    printed = run("evaluate", "--data", data, "--report", report, "--json")
    assert [one["f1"] for one in json.loads(printed)] == [1.0]
    text = report.read_text(encoding="utf-8")
    assert "## Authors\n\nkept\n" in text
    assert f"daily-papers evaluate match --data {data}" in text
    assert "| a_valid.parquet | 2 | 1 | 100.00 | 100.00 | 100.00 |" in text
    run("evaluate", "--data", data, "--report", report)
    assert report.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("labels", "message"),
    [(None, "lacks label"), ([2], "label 2 is neither 0 nor 1"), ([None], "is neither 0 nor 1")],
)
def test_labels_that_are_none_are_refused(run, tmp_path, labels, message):
    write_pairs(tmp_path / "x.parquet", [(SAME, SAME)], labels)
    with pytest.raises(InvalidInputError, match=message):
        run("evaluate", "--data", tmp_path, "--report", tmp_path / "q.md")


def test_a_folder_without_pairs_is_refused(run, tmp_path):
    with pytest.raises(InvalidInputError, match="holds no labelled pairs"):
        run("evaluate", "--data", tmp_path)
