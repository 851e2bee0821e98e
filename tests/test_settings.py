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


@pytest.mark.parametrize("name", ["BASE_URL", "ARXIV_API_URL", "ARXIV_OAI_URL"])
@pytest.mark.parametrize(
    "value",
    [
        "",
        "notaurl",
        "huggingface.co",
        "ftp://huggingface.co",
        "https://",
        "https:///papers",
        "https://:443",
        "http://localhost:0",
        "http://localhost:99999",
        "http://localhost:port",
        "http://[::1",
        "http://hugging face.co",
        "http://hugging\x7fface.co",
        f"http://{'h' * 64}.co",
        "https://huggingface.co?date=2026-01-05",
    ],
)
def test_an_address_that_is_none_is_refused_by_name(monkeypatch, name, value):
    monkeypatch.setenv(f"DAILY_PAPERS_{name}", value)
    with pytest.raises(InvalidInputError) as caught:
        settings.load()
    message = str(caught.value)
    assert message.startswith(f"DAILY_PAPERS_{name}: ")
    assert message.endswith(f"expected http(s)://HOST[:PORT] (got {value!r})")


@pytest.mark.parametrize("value", ["https://huggingface.co", "http://[::1]:8080", "HTTP://h:1/hf/"])
def test_an_address_stays_as_it_was_given(value):
    assert settings.load(base_url=value).base_url == value


@pytest.mark.parametrize("name", ["HOME", "WORKING_COPIES", "SQL_DIR"])
@pytest.mark.parametrize("value", ["", " "])
def test_a_folder_without_a_name_is_not_the_current_one(monkeypatch, name, value):
    monkeypatch.setenv(f"DAILY_PAPERS_{name}", value)
    with pytest.raises(InvalidInputError, match=f"DAILY_PAPERS_{name}: .*is empty: name a folder"):
        settings.load()
