"""identity.inputs: what the files of `daily-papers cluster` must have, and how a fault is told."""

from pathlib import Path

import pandas as pd
import pytest
from daily_papers.errors import InvalidInputError
from daily_papers.identity.inputs import (
    parse_orcid,
    read_authorships,
    read_overrides,
    read_papers,
)

PAPERS = {"paper_id": ["1"], "year": [2024], "title": ["On verbs"], "venue": ["acl"]}
ROWS = {"paper_id": ["1", "1"], "position": [1, 2], "name": ["Ada Lovelace", None]}


def write(path: Path, columns: dict[str, list[object]]) -> Path:
    pd.DataFrame(columns).to_parquet(path)
    return path


def read_both(folder: Path, papers: dict, rows: dict) -> pd.DataFrame:
    papers_path = write(folder / "p.parquet", papers)
    frame = read_papers(papers_path)
    return read_authorships(write(folder / "a.parquet", rows), frame, papers_path)


def test_a_missing_name_is_kept_as_an_empty_one(tmp_path):
    assert read_both(tmp_path, PAPERS, ROWS)["name"].tolist() == ["Ada Lovelace", ""]


@pytest.mark.parametrize(
    ("papers", "rows", "message"),
    [
        ({"paper_id": ["1"]}, {}, "p.parquet: no column year; it has paper_id"),
        ({"position": ["1", "2"]}, ROWS, "p.parquet: no column paper_id"),
        (PAPERS, {"paper_id": ["1"], "name": ["A"]}, "a.parquet: no column position"),
        (PAPERS, {**ROWS, "position": ["1", "2"]}, "a.parquet: column position is"),
        (PAPERS, {**ROWS, "position": [1, 1]}, "paper_id '1', position '1' is there twice"),
        (PAPERS, {**ROWS, "paper_id": ["1", None]}, "column paper_id is empty in row 1"),
        (PAPERS, {**ROWS, "paper_id": ["1", "9"]}, "1 rows of papers that"),
        ({**PAPERS, "title": [3]}, ROWS, "p.parquet: column title is int64, expected text"),
    ],
)
def test_a_fault_names_file_and_column(tmp_path, papers, rows, message):
    with pytest.raises(InvalidInputError) as caught:
        read_both(tmp_path, papers, rows)
    assert message in str(caught.value)


def test_a_position_of_64_bits_without_sign_is_told_or_read(tmp_path):
    positions = pd.Series([2**63, 1], dtype="uint64")
    with pytest.raises(
        InvalidInputError, match=r"a\.parquet: column position: .*9223372036854775808"
    ):
        read_both(tmp_path, PAPERS, {**ROWS, "position": positions})
    small = pd.Series([1, 2], dtype="uint64")
    assert read_both(tmp_path, PAPERS, {**ROWS, "position": small})["position"].dtype == "int64"


def test_what_is_no_parquet_is_told(tmp_path):
    (tmp_path / "p.parquet").write_text("paper_id\n1\n")
    with pytest.raises(InvalidInputError, match=r"p\.parquet cannot be read as Parquet"):
        read_papers(tmp_path / "p.parquet")


@pytest.mark.parametrize(
    ("text", "orcid"),
    [
        ("0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("https://orcid.org/0000-0002-1694-233X", "0000-0002-1694-233X"),
        ("0000-0002-1825-0098", None),
        ("0000-0000-0000-0000", None),
        ("", None),
        (None, None),
    ],
)
def test_an_orcid_counts_only_with_its_check_digit(text, orcid):
    assert parse_orcid(text) == orcid


def test_overrides_are_read_by_authorship(tmp_path):
    (tmp_path / "o.csv").write_text("paper_id,position,author\n2503.02130,1,yang-liu\n")
    assert read_overrides(tmp_path / "o.csv") == {("2503.02130", 1): "yang-liu"}


def test_overrides_are_read_as_spreadsheets_and_hands_write_them(tmp_path):
    text = "paper_id, position, author\n 1, 1, yang liu \n\n"
    (tmp_path / "o.csv").write_text(text, encoding="utf-8-sig")
    assert read_overrides(tmp_path / "o.csv") == {("1", 1): "yang liu"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("paper_id,position\n", "no column author"),
        ("paper_id,position,author\n1,one,x\n", "line 2: column position: 'one'"),
        (f"paper_id,position,author\n1,{'9' * 5000},x\n", "line 2: column position: '999"),
        (f"paper_id,position,author\n1,1,{'x' * 200_000}\n", "field larger than field limit"),
        ("paper_id,position,author\n1\n", "line 2: column position: '' is no place"),
        ("paper_id,position,author\n1,1,\n", "line 2: column author is empty"),
        ("paper_id,position,author\n1,1,x\n1,1,y\n", "line 3: 1 position 1 is given to 'x'"),
    ],
)
def test_a_bad_override_names_its_line(tmp_path, text, message):
    (tmp_path / "o.csv").write_text(text)
    with pytest.raises(InvalidInputError) as caught:
        read_overrides(tmp_path / "o.csv")
    assert message in str(caught.value)
