"""`daily-papers import` as a user sees it, and the exit code that a script sees."""

import json

import pytest
from saved_files import LONG, make_capture, make_entry, make_page


@pytest.fixture
def run_import(run):
    """Run `daily-papers import` as the shell would."""
    return lambda *arguments: run("import", *arguments)


@pytest.fixture
def capture(tmp_path):
    path = tmp_path / "capture.html"  # the name says nothing
    path.write_text(make_capture([("Title One", LONG), ("Title Two", LONG)]))
    return path


def test_a_capture_lands_and_says_what_is_still_open(run_import, capture):
    code, out, _ = run_import(capture, "--date", "2026-01-06")
    assert code == 0
    assert "2 entries; when it was saved is not known (--fetched-at)" in out
    assert "0 recognised by title on this day, 2 with a provisional id" in out


def test_titles_known_on_the_day_are_recognised(run_import, capture, tmp_path, sample_entry):
    path = tmp_path / "response"
    entry = make_entry(sample_entry, "2601.00001", "2026-01-06", title="Title one")
    path.write_text(json.dumps([entry]))
    assert run_import(path, "--date", "2026-01-06", "--fetched-at", "2026-01-07T06:00:00Z")[0] == 0
    code, out, _ = run_import(capture, "--date", "2026-01-06")
    assert (code, "1 recognised by title on this day, 1 with a provisional id" in out) == (0, True)


def test_json_has_the_day_and_its_attempts(run_import, capture):
    code, out, _ = run_import(
        capture, "--date", "2026-01-06", "--fetched-at", "2026-01-09", "--json"
    )
    (day,) = json.loads(out)
    assert (code, day["state"], day["reason"], day["papers"]) == (0, "partial", "capture", 2)
    (attempt,) = day["attempts"]
    assert (attempt["source"], attempt["is_time_assumed"]) == ("capture", False)
    assert attempt["attempt_at"].startswith("2026-01-09 00:00:00")


def test_a_week_of_entries_without_a_day_is_told_as_a_failure(run_import, tmp_path, sample_entry):
    path = tmp_path / "page"
    entries = [make_entry(sample_entry, "2411.00001")]
    path.write_bytes(make_page(entries, periodType="week", dateString="2024-11-04"))
    code, _, err = run_import(path, "--date", "2024-11-05")
    assert code == 1
    assert "nothing of it could be used for 2024-11-04: none of 1 entries says whose list" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give a file and the listing day that it shows: FILE --date D"),
        (["capture.html"], "give a file and the listing day"),
        (["capture.html", "--date", "tomorrow"], "--date 'tomorrow' is no day"),
        (["capture.html", "--date", "2023-05-03"], "before the first list, 2023-05-04"),
        (["capture.html", "--date", "2999-01-01"], "2999-01-01 is in the future"),
        (["capture.html", "--date", "2026-01-07"], "shows the list of Jan 6, not of 2026-01-07"),
        (["gone.txt", "--date", "2026-01-06"], "gone.txt cannot be read: No such file"),
        ([".", "--date", "2026-01-06"], "cannot be read: Is a directory"),
        (["empty", "--date", "2026-01-06"], "empty is empty: expected a saved HTML page"),
        (["picture", "--date", "2026-01-06"], "no UTF-8 text; expected a saved HTML page"),
        (
            ["capture.html", "--date", "2026-01-06", "--fetched-at", "noon"],
            "--fetched-at 'noon' is no time: expected ISO 8601 in UTC",
        ),
        (
            ["capture.html", "--date", "2026-01-06", "--fetched-at", "0001-01-01T00:00:00+23:59"],
            "--fetched-at '0001-01-01T00:00:00+23:59' is no time",
        ),
        (
            ["capture.html", "--date", "2026-01-06", "--fetched-at", "2026-01-06T01:00:00+02:00"],
            "--fetched-at 2026-01-05T23:00:00Z is too early",
        ),
    ],
)
def test_a_users_mistake_is_one_line_and_exit_code_2(
    run_import, capture, tmp_path, monkeypatch, arguments, message
):
    (tmp_path / "empty").touch()
    (tmp_path / "picture").write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    monkeypatch.chdir(tmp_path)
    code, _, err = run_import(*arguments)
    assert code == 2
    assert message in err
    assert len(err.strip().splitlines()) == 1
    assert not (tmp_path / "home").exists()
