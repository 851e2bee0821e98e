"""Settings: every option named, a misspelt one refused."""

import pytest
from daily_papers import settings
from daily_papers.errors import InvalidInputError


def test_an_environment_variable_sets_an_option(monkeypatch):
    monkeypatch.setenv("DAILY_PAPERS_TIMEOUT_S", "7.5")
    assert settings.load().timeout_s == 7.5


def test_a_misspelt_variable_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("DAILY_PAPERS_TIMEOUT", "7.5")
    with pytest.raises(InvalidInputError, match="DAILY_PAPERS_TIMEOUT is not a setting"):
        settings.load()


def test_a_bad_value_names_the_variable_and_the_value(monkeypatch):
    monkeypatch.setenv("DAILY_PAPERS_PAGE_SIZE", "1000")
    with pytest.raises(InvalidInputError, match=r"DAILY_PAPERS_PAGE_SIZE.*1000"):
        settings.load()
