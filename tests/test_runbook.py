"""docs/runbook.md: a section for every DAG and objective, its commands run as written."""

import re
import shlex
import shutil
from datetime import date
from pathlib import Path

import pytest
from daily_papers import ingest
from daily_papers import settings as settings_module
from daily_papers.objectives import OBJECTIVES
from daily_papers.sources import open_source
from daily_papers.warehouse import build
from daily_papers.warehouse.snapshots import read_current

REPOSITORY = Path(__file__).parents[1]
TEXT = (REPOSITORY / "docs" / "runbook.md").read_text(encoding="utf-8")
SECTIONS = {
    part.partition("\n")[0]: part for part in re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]
}


def test_every_dag_and_every_objective_has_its_section():
    dags = {path.stem for path in (REPOSITORY / "dags").glob("*.py")}
    assert dags <= SECTIONS.keys()
    assert set(re.findall(r"\*\*(\w+)\*\*", SECTIONS["watch_objectives"])) == set(OBJECTIVES)


def _commands(text: str) -> list[list[str]]:
    blocks = re.findall(r"```\n(.*?)```", text, flags=re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.split("\n") if line.strip()]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with two days and two snapshots."""
    options = settings_module.load(home=tmp_path_factory.mktemp("runbook") / "home")
    source = open_source(f"replay:{settings_module.SAMPLE_DIR}", options)
    for day in (date(2026, 1, 6), date(2026, 1, 7)):
        list(ingest.ingest_days([day], options, source))
        build.build(options)
    return options.home


@pytest.fixture
def operated(run, home, tmp_path, monkeypatch):
    monkeypatch.setenv("DAILY_PAPERS_SOURCE", f"replay:{settings_module.SAMPLE_DIR}")
    shutil.copytree(home, tmp_path / "home")
    return run


@pytest.mark.parametrize("section", ["", *SECTIONS])
def test_its_commands_run_as_written(section, operated):
    commands = _commands(SECTIONS.get(section, TEXT.partition("\n## ")[0]))
    for program, *arguments in commands:
        assert program == "daily-papers"
        code, _, err = operated(*arguments)
        # status tells broken objectives: these days are long ago
        assert code == 0 or (arguments == ["status"] and "objective broken" in err), (
            arguments,
            err,
        )


def test_a_home_restored_from_raw_alone_is_the_same_lake_and_the_same_tables(
    operated, tmp_path, lake_files
):
    home = tmp_path / "home"
    lake = lake_files(home)
    published = read_current(settings_module.load(home=home))
    shutil.rmtree(home / "lake")
    shutil.rmtree(home / "warehouse")
    shutil.rmtree(home / "cache")
    for _, *arguments in _commands(SECTIONS["Restore from a backup"]):
        code, _, err = operated(*arguments)
        assert code == 0, err
    assert lake_files(home) == lake
    restored = read_current(settings_module.load(home=home))
    assert {table.name: table.sha256 for table in restored.tables} == {
        table.name: table.sha256 for table in published.tables
    }
