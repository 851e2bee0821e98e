"""The command line: what a user sees, and the exit code that a script sees."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from daily_papers import ingest
from daily_papers.lake import raw
from daily_papers.settings import SAMPLE_DIR
from daily_papers.sources.listings import API_WEEK

SAMPLE = f"replay:{SAMPLE_DIR}"
WEEK = ("--from", "2026-01-05", "--to", "2026-01-09")


def test_a_range_lands_and_says_what_came_of_each_row(run):
    code, out, _ = run("ingest", *WEEK, "--source", SAMPLE)
    assert code == 0
    assert "8 attempts: 93 rows in = 93 landed + 0 quarantined + 0 exact duplicates" in out


def test_json_has_every_attempt(run):
    code, out, _ = run("ingest", "--date", "2026-01-05", "--source", SAMPLE, "--json")
    (day,) = json.loads(out)
    assert (code, day["state"], day["papers"]) == (0, "complete", 14)
    assert [a["state"] for a in day["attempts"]] == ["partial", "partial", "complete"]


def test_json_of_a_range_that_needs_nothing_has_no_days(run):
    run("ingest", *WEEK, "--source", SAMPLE)
    arguments = ("ingest", *WEEK, "--source", "live")
    assert "2026-01-05 .. 2026-01-09 is whole: nothing to fetch" in run(*arguments)[1]
    code, out, _ = run(*arguments, "--json")
    assert (code, json.loads(out)) == (0, [])
    code, out, _ = run(*arguments, "--json", "--dry-run")
    assert (code, json.loads(out)) == (0, {"source": "live", "days": []})


def test_a_dry_run_stores_nothing(run, tmp_path):
    code, out, _ = run("ingest", *WEEK, "--source", SAMPLE, "--dry-run")
    assert (code, "5 days would be asked" in out) == (0, True)
    assert not (tmp_path / "home").exists()


def test_a_failed_day_is_told_and_the_others_land(run, tmp_path):
    (tmp_path / "2026-01-06.json").write_bytes(b"1")
    good = (SAMPLE_DIR / "2026-01-07.next_day.json").read_bytes()
    (tmp_path / "2026-01-07.json").write_bytes(good)
    code, out, err = run("ingest", *WEEK, "--source", f"replay:{tmp_path}")
    assert code == 1
    assert "1 of 2 days failed, first 2026-01-06: expected a JSON list, got int: '1'" in err
    assert "13" in out


def test_a_damaged_day_is_told_and_the_others_land(run, tmp_path):
    path = tmp_path / "home/lake/quarantine/listing_date=2026-01-06/quarantine.parquet"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PAR1")
    code, out, err = run("ingest", *WEEK, "--source", SAMPLE)
    assert code == 1
    assert "1 of 5 days failed, first 2026-01-06: " in err
    assert "move it away and run `daily-papers reprocess --date 2026-01-06`" in err
    assert ("not_landed" in out, "\n6 attempts: " in out) == (True, True)
    path.rename(tmp_path / "moved")
    assert run("reprocess", "--date", "2026-01-06")[0] == 0


def test_a_live_fetch_that_fails_is_told_even_if_the_day_is_whole(run, monkeypatch):
    run("ingest", *WEEK, "--source", SAMPLE)
    monkeypatch.setenv("DAILY_PAPERS_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("DAILY_PAPERS_ATTEMPTS", "1")
    monkeypatch.setenv("DAILY_PAPERS_REQUEST_INTERVAL_S", "0")
    code, out, err = run("ingest", "--date", "2026-01-05", "--source", "live")
    assert (code, "complete" in out) == (1, True)
    assert "1 of 1 days failed, first 2026-01-05: GET http://127.0.0.1:9/api/daily_papers" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ingest"], "give either --date D, or --from D and --to D"),
        (["ingest", "--date", "2026-13-01"], "--date '2026-13-01' is no day: expected YYYY-MM-DD"),
        (["ingest", "--date", "05/01/2026"], "--date '05/01/2026' is no day"),
        (["ingest", "--date", "20260105"], "--date '20260105' is no day"),
        (["ingest", "--from", "2026-W02-1", "--to", "2026-01-09"], "'2026-W02-1' is no day"),
        (["ingest", "--date", "2023-05-03"], "2023-05-03 is before the first list, 2023-05-04"),
        (["ingest", "--date", "2999-01-01"], "2999-01-01 is in the future"),
        (["ingest", "--from", "2026-01-09", "--to", "2026-01-05"], "is after --to 2026-01-05"),
        (["ingest", "--date", "2026-01-05", "--source", "ftp"], "unknown source 'ftp'"),
        (["ingest", "--date", "2026-01-05", "--source", "replay:/no"], "/no does not exist"),
        (["ingest", "--date", "2026-01-10", "--source", SAMPLE], "holds no response of 2026-01-10"),
        (["sql"], "give a statement, or --file with one"),
        (["sql", "--file", "/no.sql"], "--file /no.sql cannot be read"),
        (["sql", "select 1"], "run `daily-papers build`"),
    ],
)
def test_a_users_mistake_is_one_line_and_exit_code_2(run, arguments, message):
    code, _, err = run(*arguments)
    assert code == 2
    assert message in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1


def test_a_misspelt_setting_is_named(run, monkeypatch):
    monkeypatch.setenv("DAILY_PAPERS_HOMES", "x")
    code, _, err = run("status")
    assert (code, "DAILY_PAPERS_HOMES is not a setting" in err) == (2, True)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["ingest", "--help"]])
def test_help_opens_no_home(run, monkeypatch, arguments):
    monkeypatch.setenv("DAILY_PAPERS_HOME", "s3://nowhere/home")
    code, out, err = run(*arguments)
    assert (code, err) == (0, "")
    assert out


@pytest.fixture
def built(run):
    run("ingest", *WEEK, "--source", SAMPLE)
    code, out, _ = run("build")
    assert (code, "core.papers" in out) == (0, True)
    return run


def test_a_second_build_publishes_nothing_new(built):
    code, out, _ = built("build", "--json")
    assert (code, json.loads(out)["is_new"]) == (0, False)


def test_sql_answers_in_every_format(built, tmp_path):
    question = "select count(*) as papers from core.papers"
    assert "66" in built("sql", question)[1]
    assert json.loads(built("sql", question, "--json")[1]) == [{"papers": 66}]
    assert built("sql", question, "--format", "csv")[1] == '"papers"\n66\n'
    target = tmp_path / "answer.parquet"
    assert built("sql", question, "--format", "parquet", "--out", target)[0] == 0
    assert target.read_bytes()[:4] == b"PAR1"


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("select nope from core.papers", "nope"),
        ("selec 1", "syntax error"),
        ("drop table core.papers", "read-only"),
        ("copy core.papers to '/tmp/x.csv'", ""),
    ],
)
def test_a_wrong_or_writing_statement_is_one_line(built, question, message):
    code, _, err = built("sql", question)
    assert (code, message in err, "Traceback" in err) == (2, True, False)


def test_status_counts_every_day_since_the_first_list(built):
    code, out, err = built("status", "--json")
    report = json.loads(out)
    assert report["days_by_state"]["complete"] == 5
    assert report["days_by_state"]["unknown"] > 1000
    assert report["newest_whole_day"] == "2026-01-09"
    assert (code, "objective broken: freshness: no whole day since" in err) == (1, True)


def test_status_shows_where_the_last_days_differ_from_the_known_format(run, tmp_path, sample_entry):
    sample_entry["isPinned"] = True
    (tmp_path / "2026-01-06.json").write_text(json.dumps([sample_entry]))
    run("ingest", "--date", "2026-01-06", "--source", f"replay:{tmp_path}")
    _, out, _ = run("status")
    assert "drift: 2026-01-06: new field isPinned (boolean) in 1 of 1 entries, e.g. true" in out
    _, out, _ = run("status", "--json")
    assert len(json.loads(out)["recent_days"][0]["drift"]) == 1


def test_status_tells_of_a_usual_field_that_no_entry_has_any_more(built, options, respond):
    day = date(2026, 1, 9)
    entries = json.loads((SAMPLE_DIR / f"{day}.next_day.json").read_text(encoding="utf-8"))
    for entry in entries:
        del entry["submittedBy"]
    at = datetime(2026, 1, 12, 6, tzinfo=UTC)
    raw.store(options.home, respond(entries, listing_date=day, fetched_at=at))
    ingest.land_day(day, options)
    _, out, _ = built("status")
    assert f"drift: {day}: submittedBy is gone: none of {len(entries)} entries has it" in out


def test_doctor_finds_all_well_and_then_names_the_damaged_file(built, tmp_path):
    code, out, _ = built("doctor")
    assert (code, "BAD" in out) == (0, False)
    damaged = next((tmp_path / "home" / "lake" / "papers").rglob("*.parquet"))
    damaged.write_bytes(b"PAR1")
    code, out, _ = built("doctor")
    assert (code, "BAD" in out, damaged.name in out) == (1, True, True)
    code, _, err = built("build")
    assert (code, str(damaged) in err, "Traceback" in err) == (1, True, False)


@pytest.mark.parametrize("part", ["papers", "ledger"])
def test_doctor_names_the_day_that_lost_a_file_and_how_it_comes_back(run, tmp_path, part):
    run("ingest", *WEEK, "--source", SAMPLE)
    for day in ("2026-01-06", "2026-01-08"):
        shutil.rmtree(tmp_path / "home" / "lake" / part / f"listing_date={day}")
    (finding,) = [f for f in json.loads(run("doctor", "--json")[1]) if not f["is_ok"]]
    path = tmp_path / f"home/lake/{part}/listing_date=2026-01-06/{part}.parquet"
    remedy = "reprocess --from 2026-01-06 --to 2026-01-08"
    assert finding["detail"] == f"2 files are gone, first {path}: run `daily-papers {remedy}`"
    assert run(*remedy.split())[0] == 0
    assert run("doctor")[0] == 0


def test_doctor_and_reprocess_tell_of_a_day_that_raw_lost(run, tmp_path):
    run("ingest", *WEEK, "--source", SAMPLE)
    home = tmp_path / "home"
    (home / "raw/huggingface/2026-01-06").rename(tmp_path / "away")
    (finding,) = [f for f in json.loads(run("doctor", "--json")[1]) if not f["is_ok"]]
    first = home / "lake/papers/listing_date=2026-01-06/papers.parquet"
    assert finding["name"] == "raw"
    # papers, the observations of two responses, and the ledger
    assert f"4 files of the lake were made from responses that {home}/raw" in finding["detail"]
    assert f"first {first} (sha256 " in finding["detail"]
    for options in ([], ["--dry-run"], ["--json"]):
        code, out, err = run("reprocess", *WEEK, *options)
        assert (code, len(err.strip().splitlines())) == (1, 1)
        assert f"1 days stay as they are, 2026-01-06: the lake has them, but {home}/raw" in err
    answer = json.loads(out)
    assert (answer["days"], answer["lost"]) == (4, ["2026-01-06"])
    (tmp_path / "away").rename(home / "raw/huggingface/2026-01-06")
    assert (run("doctor")[0], run("reprocess", *WEEK)[0]) == (0, 0)


def test_doctor_and_reprocess_tell_that_all_of_raw_is_lost(run, tmp_path, respond):
    raw.store(tmp_path / "home", respond(b"1"))  # no rows: only the ledger knows of it
    raw.store(tmp_path / "home", respond(b"[]", listing_date=date(2026, 1, 7)))
    assert run("reprocess", *WEEK)[0] == 0
    assert run("doctor")[0] == 0
    (tmp_path / "home" / "raw").rename(tmp_path / "away")
    (finding,) = [f for f in json.loads(run("doctor", "--json")[1]) if not f["is_ok"]]
    assert "2 files of the lake were made from" in finding["detail"]
    assert "ledger.parquet (huggingface at 2026-01-07T06:00:00Z)" in finding["detail"]
    code, _, err = run("reprocess", *WEEK)
    assert (code, "2 days stay as they are, 2026-01-06 .. 2026-01-07" in err) == (1, True)


def test_doctor_names_a_day_that_raw_has_and_the_lake_does_not(run, tmp_path):
    run("ingest", *WEEK, "--source", SAMPLE)
    for folder in (tmp_path / "home" / "lake").glob("*/listing_date=2026-01-06"):
        shutil.rmtree(folder)
    (finding,) = [f for f in json.loads(run("doctor", "--json")[1]) if not f["is_ok"]]
    assert finding["name"] == "lake/days"
    assert "reprocess --from 2026-01-06 --to 2026-01-06" in finding["detail"]
    assert run("reprocess", "--date", "2026-01-06")[0] == 0
    assert run("doctor")[0] == 0


def test_doctor_finds_a_real_archive_sound_whatever_form_its_lists_have(
    run, tmp_path, shared, respond
):
    index = (shared / "hf_api" / "index.csv").read_text().splitlines()
    chosen = sorted({line.split(",")[2] for line in index[1:]})[::12]
    rows = [line for line in index[1:] if line.split(",")[2] in chosen]
    (tmp_path / "index.csv").write_text("\n".join([index[0], *rows]) + "\n")
    for folder in {line.split(",")[0] for line in rows}:
        (tmp_path / folder).symlink_to(shared / "hf_api" / folder)
    run("ingest", "--from", chosen[0], "--to", chosen[-1], "--source", f"replay:{tmp_path}")
    # a week's list of which one day was landed, and a fetch that was cut off
    home = tmp_path / "home"
    day = date.fromisoformat(chosen[3])
    week = {"source": "huggingface_week", "listing_date": API_WEEK.first_day(day)}
    raw.store(home, respond(b"[]", fetched_at=datetime(2026, 9, 1, tzinfo=UTC), **week))
    assert run("reprocess", "--date", day)[0] == 0
    cut_off = home / "raw/huggingface/2023-05-04"
    cut_off.mkdir()
    (cut_off / "20230505T000000.000000Z-0.zst").write_bytes(b"")
    found = json.loads(run("doctor", "--json")[1])
    assert [one["detail"] for one in found if not one["is_ok"]] == []
    assert len(list((home / "lake" / "ledger").iterdir())) == len(chosen) > 35


@pytest.mark.parametrize("name", ["AUTHOR_OVERRIDES", "DUPLICATE_OVERRIDES"])
def test_doctor_reads_the_overrides_as_a_build_does(run, tmp_path, monkeypatch, name):
    path = tmp_path / "decisions.csv"
    monkeypatch.setenv(f"DAILY_PAPERS_{name}", str(path))
    (finding,) = [f for f in json.loads(run("doctor", "--json")[1]) if not f["is_ok"]]
    assert finding["name"] == "overrides"
    assert finding["detail"].startswith(f"DAILY_PAPERS_{name}: ")
    assert f"{path} cannot be read" in finding["detail"]
    path.write_text(
        "paper_id,position,author\n2601.00001,1,Ada\n"
        if name == "AUTHOR_OVERRIDES"
        else "paper_a,paper_b,decision,who,why\n2601.00001,2601.00002,same,Ada,seen\n"
    )
    code, out, _ = run("doctor", "--json")
    details = {finding["name"]: finding["detail"] for finding in json.loads(out)}
    assert (code, details["overrides"]) == (0, f"{path}: 1 decisions")


def test_a_file_of_the_desktop_among_the_days_is_no_day(built, tmp_path):
    home = tmp_path / "home"
    (home / "raw/huggingface/.DS_Store").write_bytes(b"")
    (home / "raw/huggingface/notes.txt").write_bytes(b"")
    (home / "raw/huggingface/.trash").mkdir()
    (home / "lake/papers/.trash=1").mkdir()
    shutil.copy(
        home / "lake/papers/listing_date=2026-01-06/papers.parquet", home / "lake/papers/.trash=1"
    )
    for command in (
        ["reprocess", *WEEK],
        ["ingest", *WEEK, "--source", f"replay:{home}/raw"],
        ["build"],
        ["status", "--json"],
    ):
        code, _, err = built(*command)
        assert (code == 0 or command[0] == "status", "Traceback" in err) == (True, False)
    assert [f for f in json.loads(built("doctor", "--json")[1]) if not f["is_ok"]] == []


@pytest.mark.parametrize(
    ("folder", "file", "commands"),
    [
        ("raw/huggingface/old", "x.meta.json", ["reprocess", "ingest"]),
        ("lake/papers/listing_date=foo", "papers.parquet", ["build", "reprocess"]),
        ("lake/ledger/listing_date=2026-13-01", "ledger.parquet", ["build", "status", "plan"]),
        ("lake/quarantine/listing_date=", "quarantine.parquet", ["build", "quarantine"]),
        ("lake/quality/listing_date=x", "results.parquet", ["build"]),
        ("lake/arxiv/fetched_date=x", "arxiv.parquet", ["build", "enrich"]),
    ],
)
def test_a_folder_that_is_not_of_a_day_is_named_with_what_to_do(
    run, tmp_path, folder, file, commands
):
    run("ingest", *WEEK, "--source", SAMPLE)
    home = tmp_path / "home"
    (home / folder).mkdir(parents=True)
    original = next((home / folder).parent.glob(f"*/{file}"), home / "lake/VERSION")
    shutil.copy(original, home / folder / file)
    arguments = {
        "build": [],
        "status": [],
        "plan": WEEK,
        "quarantine": ["list"],
        "enrich": ["--dry-run"],
        "reprocess": WEEK,
        "ingest": [*WEEK, "--source", f"replay:{home}/raw"],
    }
    for command in commands:
        code, _, err = run(command, *arguments[command])
        assert (code, "Traceback" in err) == (1, False), command
        assert f"{home / folder} is not the folder of a day" in err
        assert "move it away, then run the same command again" in err
    bad = [f for f in json.loads(run("doctor", "--json")[1]) if not f["is_ok"]]
    assert any(f"{home / folder} is not the folder of a day" in one["detail"] for one in bad)


def test_doctor_names_a_partition_whose_ids_went_through_a_number(run, tmp_path):
    run("ingest", *WEEK, "--source", SAMPLE)
    path = tmp_path / "home/lake/papers/listing_date=2026-01-06/papers.parquet"
    table = pq.read_table(path, partitioning=None)
    ids = pa.array([float(paper_id) for paper_id in table["paper_id"].to_pylist()])
    pq.write_table(
        table.set_column(table.schema.get_field_index("paper_id"), "paper_id", ids), path
    )
    (finding,) = [f for f in json.loads(run("doctor", "--json")[1]) if not f["is_ok"]]
    assert f"{path} cannot be read (column paper_id is double, not string)" in finding["detail"]


def start(tmp_path, *arguments, **options):
    """Start the command as a process of its own."""
    environment = os.environ | {"DAILY_PAPERS_HOME": str(tmp_path / "home")}
    environment |= options.pop("environment", {})
    command = [sys.executable, "-m", "daily_papers.cli", *arguments]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, **options)


@pytest.mark.parametrize("arguments", [["status", "--json"], ["snapshots"], ["--version"]])
def test_a_full_disk_behind_the_output_is_told_in_one_line(tmp_path, arguments):
    with open("/dev/full", "w") as full, start(tmp_path, *arguments, stdout=full) as process:  # noqa: PTH123
        _, errors = process.communicate()
    assert (process.returncode, errors) == (1, "standard output: No space left on device\n")


def test_a_terminal_without_unicode_is_told_what_to_set(tmp_path):
    code = "from daily_papers import cli, terminal; cli._run = lambda: print('\\xe9'); cli.main()"
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == "standard output takes ascii only: set PYTHONIOENCODING=utf-8\n"


def test_a_home_that_is_a_file_is_named_with_the_option(tmp_path):
    (tmp_path / "home").write_text("")
    with start(tmp_path, "status", stdout=subprocess.PIPE) as process:
        _, errors = process.communicate()
    assert process.returncode == 2
    assert "home is no folder: set DAILY_PAPERS_HOME" in errors
    assert "Traceback" not in errors


def test_an_interrupted_query_ends_without_a_traceback(tmp_path, run):
    run("ingest", "--date", "2026-01-05", "--source", SAMPLE)
    assert run("build")[0] == 0
    endless = "select count(*) from range(100000000) a, range(1000000) b"
    with start(tmp_path, "sql", endless, stdout=subprocess.PIPE) as process:
        # the query has begun when its processor time (proc(5), in ticks) grows
        ticks = 0
        while ticks < 300 and process.poll() is None:
            time.sleep(0.05)
            fields = Path(f"/proc/{process.pid}/stat").read_text().split()
            ticks = int(fields[13]) + int(fields[14])
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode not in (0, None)
    assert "Traceback" not in errors
    assert "leaked" not in errors


def test_a_failed_build_says_so_once(tmp_path, run):
    run("ingest", "--date", "2026-01-05", "--source", SAMPLE)
    path = next((tmp_path / "home/lake/observations").rglob("*.parquet"))
    path.write_bytes(path.read_bytes()[:500])
    with start(tmp_path, "build", stdout=subprocess.PIPE) as process:
        _, errors = process.communicate()
    assert process.returncode == 1
    assert errors.count(path.name) >= 1
    assert len(errors.splitlines()) == 1


def test_a_lost_lake_is_no_empty_warehouse(tmp_path, run):
    run("ingest", "--date", "2026-01-05", "--source", SAMPLE)
    assert run("build")[0] == 0
    shutil.rmtree(tmp_path / "home/lake")
    code, _, errors = run("build")
    assert code == 1
    assert "`daily-papers reprocess` makes it again from raw/" in errors
    assert "14" in run("sql", "select count(*) from core.papers", "--format", "csv")[1]
    assert run("reprocess", "--date", "2026-01-05")[0] == 0
    assert run("build")[0] == 0
