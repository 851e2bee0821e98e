"""README.md: its five questions have the answers it shows, and its links lead somewhere."""

import re
import shlex
from datetime import date
from pathlib import Path

import pytest
from daily_papers import ingest
from daily_papers import settings as settings_module
from daily_papers.sources import open_source
from daily_papers.warehouse import build

REPOSITORY = Path(__file__).parents[1]
TEXT = (REPOSITORY / "README.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"```\n\$ (daily-papers .*)\n((?:.*\n)*?)```", TEXT)


@pytest.fixture(scope="module")
def sample_home(tmp_path_factory):
    options = settings_module.load(home=tmp_path_factory.mktemp("readme") / "home")
    source = open_source(f"replay:{settings_module.SAMPLE_DIR}", options)
    days = source.days(date(2026, 1, 1), date(2026, 1, 31))
    list(ingest.ingest_days(days, options, source))
    build.build(options)
    return options.home


@pytest.mark.parametrize(("command", "shown"), QUESTIONS, ids=[each[0] for each in QUESTIONS])
def test_a_question_has_the_answer_that_is_shown(command, shown, sample_home, run, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    monkeypatch.setenv("DAILY_PAPERS_HOME", str(sample_home))
    monkeypatch.setattr("daily_papers.terminal.out.width", 100)
    code, out, _ = run(*shlex.split(command)[1:])
    lines = [line.rstrip() for line in out.splitlines()[1:]]
    assert code == 0
    assert lines[: shown.count("\n")] == shown.splitlines()


def test_five_questions_are_shown():
    assert len(QUESTIONS) == 5


def test_every_link_leads_to_a_file():
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", TEXT):
        assert (REPOSITORY / target).exists(), target
