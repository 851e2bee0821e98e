"""warehouse.extraction: each text is extracted once, and its cache changes no result."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from daily_papers import extract as rules
from daily_papers.extract import extractor
from daily_papers.extract.records import PaperRecords
from daily_papers.warehouse import extract_texts, extraction, text_records
from handmade import extract_paper

TEXTS = {
    "2601.00001": ("On agents", "We score 90% accuracy on GSM8K, the best."),
    "2601.00002": ("A new ToyBench", "See https://example.org/code."),
    "2601.00003": ("Nothing", ""),
    "2601.00004": ("Nothing", ""),  # the same text under another id
}

Extract = Callable[..., tuple[pa.Table, list[str]]]


@pytest.fixture
def extract(tmp_path: Path) -> Extract:
    """Tabulate texts; return the table and the titles that had to be extracted."""

    def run(
        texts: dict[str, tuple[str, str]] = TEXTS,
        fingerprint: str = "one",
        folder: Path | None = tmp_path / "cache",
    ) -> tuple[pa.Table, list[str]]:
        seen: list[str] = []

        def note_and_extract(title: str, abstract: str) -> PaperRecords:
            seen.append(title)
            return extract_paper(title, abstract)

        with duckdb.connect() as con:
            con.execute("create schema intermediate")
            con.execute(
                "create table intermediate.papers (paper_id text, title text, abstract text)"
            )
            con.executemany(
                "insert into intermediate.papers values (?, ?, ?)",
                [(paper_id, *text) for paper_id, text in texts.items()] or [("", "", "")],
            )
            table = extraction.tabulate_extractions(con, note_and_extract, fingerprint, folder)
        return table, sorted(seen)

    return run


def test_processes_find_what_this_one_finds() -> None:
    texts = pa.table(
        {
            "text_sha256": [f"{number:064x}" for number in range(7)],
            "title": [f"ToyBench-{number}: a benchmark of agents" for number in range(7)],
            "abstract": [f"We reach 9{number}.5% accuracy on GSM8K. ∂ “x”" for number in range(7)],
        }
    )
    found = extract_texts.extract_in_processes(texts, 2, least_texts=3)
    assert found == text_records.tabulate_records(texts, extractor.extract_paper)
    assert found.column("claims").combine_chunks().flatten().field("value")[0].as_py() == "90.5"


def test_few_texts_are_worth_no_process() -> None:
    texts = pa.table({"text_sha256": ["a"], "title": ["b"], "abstract": ["c"]})
    assert extract_texts.extract_in_processes(texts, 2) is None


def test_a_process_that_fails_says_why() -> None:
    texts = pa.table({"text_sha256": ["a"], "title": [None], "abstract": ["c"]})
    with pytest.raises(RuntimeError, match=r"extracting 1 texts ended with 1: (.|\n)*Error"):
        extract_texts.extract_in_processes(texts, 2, least_texts=1)


def _files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache").iterdir())


def test_a_text_is_extracted_once_even_under_two_ids(extract: Extract) -> None:
    first, seen = extract()
    assert seen == ["A new ToyBench", "Nothing", "On agents"]
    assert first["paper_id"].to_pylist() == list(TEXTS)
    assert [len(row["claims"]) for row in first.to_pylist()] == [1, 0, 0, 0]
    assert extract() == (first, [])


def test_the_cache_changes_no_result(extract: Extract) -> None:
    without, seen = extract(folder=None)
    assert len(seen) == 3
    extract({"2601.00001": TEXTS["2601.00001"]})
    filled, seen = extract()
    assert seen == ["A new ToyBench", "Nothing"]
    assert filled.equals(without)
    assert extract()[0].equals(without)


def test_a_look_at_some_papers_forgets_nothing_of_the_others(extract: Extract) -> None:
    extract()
    one = "2601.00001"
    assert extract({one: TEXTS[one]})[1] == []
    assert extract({one: ("On robots", "")})[1] == ["On robots"]
    assert extract()[1] == []


def test_a_changed_text_is_extracted_again(extract: Extract, tmp_path: Path) -> None:
    extract()
    changed = TEXTS | {"2601.00001": ("On agents", "We score 91% accuracy on GSM8K.")}
    table, seen = extract(changed)
    assert seen == ["On agents"]
    assert table.to_pylist()[0]["claims"][0]["value"] == "91"
    assert len(_files(tmp_path)) == 1
    assert extract(TEXTS)[1] == []


def test_title_and_abstract_are_not_mistaken_for_one_another(extract: Extract) -> None:
    table, seen = extract({"a": ("agents", ""), "b": ("", "agents")})
    assert len(seen) == 2
    assert [row["tags"][0]["field"] for row in table.to_pylist()] == ["title", "abstract"]


def test_another_extractor_extracts_everything_and_removes_the_old_records(
    extract: Extract, tmp_path: Path
) -> None:
    extract()
    (old,) = _files(tmp_path)
    _, seen = extract(fingerprint="two")
    assert len(seen) == 3
    (new,) = _files(tmp_path)
    assert new != old
    assert not old.exists()


@pytest.mark.parametrize("damage", ["empty", "cut", "one bit", "renamed", "of another content"])
def test_a_damaged_file_is_found_said_and_made_anew(
    damage: str, extract: Extract, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole, _ = extract()
    (path,) = _files(tmp_path)
    data = path.read_bytes()
    if damage == "empty":
        path.write_bytes(b"")
    elif damage == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "one bit":
        path.write_bytes(bytes([*data[:100], data[100] ^ 1, *data[101:]]))
    elif damage == "renamed":
        path.rename(path.with_name(path.name.replace(".parquet", "0.parquet")))
    else:
        extract({"2601.00001": ("robots", "")}, folder=tmp_path / "other")
        (other,) = (tmp_path / "other").iterdir()
        path.write_bytes(other.read_bytes())
    with caplog.at_level(logging.WARNING):
        table, seen = extract()
    assert len(seen) == 3
    assert "is damaged; its texts are extracted again" in caplog.text
    assert table.equals(whole)
    (mended,) = _files(tmp_path)
    assert mended.read_bytes() == data


def test_files_that_are_none_of_ours_are_removed(extract: Extract, tmp_path: Path) -> None:
    extract()
    for name in (".eb.parquet.123.tmp", "note.txt"):
        (tmp_path / "cache" / name).write_bytes(b"left over")
    assert extract()[1] == []
    assert len(_files(tmp_path)) == 1


@pytest.mark.parametrize("changed", ["claims.py", "data/metrics.csv", "data/not_benchmarks.txt"])
def test_the_fingerprint_follows_every_rule_and_data_file(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = extraction.fingerprint_rules()
    copy = tmp_path / "extract"
    shutil.copytree(Path(rules.__file__).parent, copy)
    monkeypatch.setattr(rules, "__file__", str(copy / "__init__.py"))
    assert extraction.fingerprint_rules() == before
    with (copy / changed).open("a") as file:
        file.write("\n")
    assert extraction.fingerprint_rules() != before
