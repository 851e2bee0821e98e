"""`daily-papers extract FILE.jsonl`: its lines, its errors."""

import json
from pathlib import Path

import pytest
import typer
from daily_papers.commands.extract import extract_command
from daily_papers.errors import InvalidInputError
from typer.testing import CliRunner
from werkzeug import Response

app = typer.Typer()
app.command("extract")(extract_command)

PAPER = {"id": "2601.00001", "title": "On GSM8K", "abstract": "We reach 84.4% on GSM8K."}


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_one_json_line_a_paper_with_the_fields_of_the_contract(tmp_path):
    file = write(tmp_path / "papers.jsonl", json.dumps(PAPER), "", json.dumps(PAPER))
    result = CliRunner().invoke(app, [str(file)])
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(lines) == 2
    line = lines[0]
    assert {"id", "benchmarks", "claims", "sota", "code_urls", "tags"} <= set(line)
    assert line["benchmarks"][0]["canonical"] == "GSM8K"
    claim = line["claims"][0]
    assert (claim["benchmark"], claim["value"], claim["unit"]) == ("GSM8K", "84.4", "%")
    evidence = claim["evidence"]
    assert PAPER[evidence["field"]][evidence["start"] : evidence["end"]] == evidence["quote"]


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path):
    file = tmp_path / "papers.jsonl"
    file.write_text(json.dumps(PAPER), encoding="utf-8-sig")
    result = CliRunner().invoke(app, [str(file)])
    assert json.loads(result.stdout)["id"] == PAPER["id"]


def test_out_takes_the_lines_into_a_file(tmp_path):
    file = write(tmp_path / "papers.jsonl", json.dumps(PAPER))
    result = CliRunner().invoke(app, [str(file), "--out", str(tmp_path / "out.jsonl")])
    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))["id"] == PAPER["id"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 2 is no JSON"),
        ("[1]", "line 2 is no JSON object"),
        ('{"id": "x", "title": "T"}', "line 2: 'abstract' is missing or no string"),
        ('{"id": 1, "title": "T", "abstract": "A"}', "line 2: 'id' is missing or no string"),
        ('{"id": "x", "title": "\\ud800", "abstract": ""}', "line 2: 'title' holds half"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_printed(tmp_path, line, told):
    file = write(tmp_path / "papers.jsonl", json.dumps(PAPER), line)
    result = CliRunner().invoke(app, [str(file)])
    assert isinstance(result.exception, InvalidInputError)
    assert str(file) in str(result.exception)
    assert told in str(result.exception)
    assert result.stdout == ""


def test_a_missing_file_is_named(tmp_path):
    result = CliRunner().invoke(app, [str(tmp_path / "nothing.jsonl")])
    assert isinstance(result.exception, InvalidInputError)


ABSTRACT_CLAIM = {
    "benchmark": "GSM8K",
    "split": None,
    "metric": None,
    "value": "84.4",
    "unit": "%",
    "kind": "absolute",
    "owner": "own",
    "field": "abstract",
    "quote": "84.4% on GSM8K",
}


def answer_of(*claims: dict[str, object]) -> str:
    benchmark = {"name": "GSM8K", "role": "evaluated", "field": "title"}
    answer = {"benchmarks": [benchmark], "claims": list(claims), "sota": []}
    return json.dumps({"choices": [{"message": {"content": json.dumps(answer)}}]})


@pytest.fixture
def endpoint(httpserver, monkeypatch):
    """Point the settings at a local endpoint."""
    monkeypatch.setenv("DAILY_PAPERS_EXTRACT_ENDPOINT_URL", httpserver.url_for("/v1"))
    monkeypatch.setenv("DAILY_PAPERS_EXTRACT_ENDPOINT_MODEL", "tea-1")
    monkeypatch.setenv("DAILY_PAPERS_EXTRACT_ENDPOINT_ATTEMPTS", "1")
    return httpserver


def test_the_endpoint_is_asked_only_when_told_and_what_it_invents_is_counted(
    run, tmp_path, endpoint
):
    endpoint.expect_request("/v1/chat/completions").respond_with_data(
        answer_of(ABSTRACT_CLAIM, ABSTRACT_CLAIM | {"value": "99.9", "quote": "99.9% on GSM8K"})
    )
    file = write(tmp_path / "papers.jsonl", json.dumps(PAPER), json.dumps(PAPER | {"id": "b"}))
    by_rules = run("extract", file)
    assert by_rules[0] == 0
    assert not endpoint.log
    code, out, err = run("extract", file, "--extractor", "endpoint")
    assert code == 0
    assert "dropped: 0 benchmarks, 2 claims, 0 sota" in err
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["id"] for line in lines] == [PAPER["id"], "b"]
    assert set(lines[0]) == set(json.loads(by_rules[1].splitlines()[0]))
    assert [one["value"] for one in lines[0]["claims"]] == ["84.4"]
    assert lines[0]["extractor_version"] == "endpoint-1:tea-1"


def test_a_paper_without_a_readable_answer_is_named_and_the_others_are_kept(
    run, tmp_path, endpoint
):
    def answer(request):
        is_good = "On GSM8K" in request.get_json()["messages"][1]["content"]
        return Response(answer_of(ABSTRACT_CLAIM) if is_good else "Sorry")

    endpoint.expect_request("/v1/chat/completions").respond_with_handler(answer)
    bad = PAPER | {"id": "bad", "title": "Tea"}
    file = write(tmp_path / "papers.jsonl", *map(json.dumps, (PAPER, bad, PAPER)))
    out_file = tmp_path / "out.jsonl"
    code, _, err = run("extract", file, "--extractor", "endpoint", "--out", out_file)
    assert code == 1
    assert "1 of 3 papers have no readable answer and are left out (bad)" in err
    assert len(out_file.read_text(encoding="utf-8").splitlines()) == 2


def test_an_endpoint_that_refuses_is_one_line_and_leaves_the_old_file(run, tmp_path, endpoint):
    endpoint.expect_request("/v1/chat/completions").respond_with_data("", 401)
    file = write(tmp_path / "papers.jsonl", json.dumps(PAPER))
    out_file = write(tmp_path / "out.jsonl", "old")
    code, out, err = run("extract", file, "--extractor", "endpoint", "--out", out_file)
    assert (code, out) == (1, "")
    assert "the key is refused" in err
    assert "Traceback" not in err
    assert out_file.read_text(encoding="utf-8") == "old"


def test_the_endpoint_is_off_by_default(run, tmp_path):
    file = write(tmp_path / "papers.jsonl", json.dumps(PAPER))
    code, _, err = run("extract", file, "--extractor", "endpoint")
    assert code == 2
    assert "set DAILY_PAPERS_EXTRACT_ENDPOINT_URL" in err
