"""The generated documents say what the models say, and a stale one is told."""

import subprocess
import sys
from pathlib import Path

from daily_papers import settings
from daily_papers.warehouse.dictionary import render_lineage
from daily_papers.warehouse.models import load_project

ROOT = Path(__file__).parents[2]
PROJECT = load_project(settings.load().sql_dir)


def _check(docs: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts/make_docs.py"), "--docs", str(docs)]
    return subprocess.run([*command, "--check"], capture_output=True, text=True, check=False)


def test_a_stale_document_is_named_with_its_remedy_and_left_as_it_is(tmp_path: Path) -> None:
    for name in ("data-dictionary.md", "lineage.md"):
        (tmp_path / name).write_bytes((ROOT / "docs" / name).read_bytes())
    assert _check(tmp_path).returncode == 0
    path = tmp_path / "data-dictionary.md"
    spoilt = path.read_text(encoding="utf-8").replace("| rank | BIGINT |", "| rank | VARCHAR |")
    path.write_text(spoilt, encoding="utf-8")
    stale = _check(tmp_path)
    assert stale.returncode == 1
    assert stale.stderr == f"{path}: not what the models say; run `make docs`\n"
    assert path.read_text(encoding="utf-8") == spoilt


def test_every_mart_and_column_is_in_the_dictionary() -> None:
    lines = (ROOT / "docs/data-dictionary.md").read_text(encoding="utf-8").splitlines()
    for model in PROJECT.marts:
        at = lines.index(f"### {model.name}")
        table = lines[at : at + 20 + len(model.columns)]
        for column in model.columns:
            assert any(line.startswith(f"| {column} | ") for line in table), (model.name, column)


def test_the_lineage_leads_from_the_lake_to_a_mart() -> None:
    drawn = render_lineage(PROJECT)
    for edge in (
        "lake_observations --> staging_observations",
        "staging_observations --> core_observations",
    ):
        assert edge in drawn
