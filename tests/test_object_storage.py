"""A home on object storage: the same lake, one writer a day, nothing lost, nothing half there."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

import pytest
from daily_papers import cli, home, ingest
from daily_papers import settings as settings_module
from daily_papers.errors import BusyError, InvalidInputError, StorageError
from daily_papers.lake import papers
from daily_papers.lake.files import lock, write_bytes
from daily_papers.object_storage import working_copy
from daily_papers.settings import SAMPLE_DIR, Settings
from daily_papers.sources import open_source
from daily_papers.warehouse import build
from object_store_under_test import URL, ObjectStoreUnderTest, command, running_object_store
from werkzeug import Response as Reply

FIRST, LAST = date(2026, 1, 5), date(2026, 1, 9)
REPLAY = f"replay:{SAMPLE_DIR}"
RANGE = ("ingest", "--from", str(FIRST), "--to", str(LAST), "--source", REPLAY)

Machine = Callable[[str], AbstractContextManager[Settings]]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStoreUnderTest]:
    with running_object_store() as store:
        for name, value in store.env.items():
            monkeypatch.setenv(name, value)
        yield store


@pytest.fixture
def machine(
    store: ObjectStoreUnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Machine:
    """Open the home as a machine of that name would, on a disk of its own."""

    @contextmanager
    def open_on(name: str) -> Iterator[Settings]:
        monkeypatch.setenv("DAILY_PAPERS_WORKING_COPIES", str(tmp_path / name))
        monkeypatch.setenv("DAILY_PAPERS_STORE_LEASE_S", "1")
        monkeypatch.setenv("DAILY_PAPERS_LOCK_TIMEOUT_S", "4")
        with home.opened() as options:
            yield options

    return open_on


def ingest_days(options: Settings, *days: date) -> None:
    source = open_source(REPLAY, options)
    list(ingest.ingest_days(list(days), options, source))


def read_local(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*.parquet"))
    }


def test_the_lake_is_that_of_a_folder_byte_for_byte(store, machine, options):
    source = open_source(REPLAY, options)
    list(ingest.ingest_days(source.days(FIRST, LAST), options, source))
    with machine("one") as remote:
        ingest_days(remote, *source.days(FIRST, LAST))
    assert store.parquet_files("lake/") == {
        f"lake/{name}": data for name, data in read_local(options.home / "lake").items()
    }
    assert set(store.files("raw/")) == {
        path.relative_to(options.home).as_posix()
        for path in (options.home / "raw").rglob("*")
        if path.is_file()
    }


def test_days_landed_on_two_machines_in_turn_are_one_lake(store, machine, options):
    source = open_source(REPLAY, options)
    days = source.days(FIRST, LAST)
    list(ingest.ingest_days(days, options, source))
    for number, day in enumerate(days):
        with machine(f"machine {number % 2}") as remote:
            ingest_days(remote, day)
    assert read_local(options.home / "lake") == {
        name.removeprefix("lake/"): data for name, data in store.parquet_files("lake/").items()
    }
    with machine("machine 0") as remote:  # what the other one did is here as well
        assert papers.days(remote.home) == days


def test_a_second_look_transfers_nothing(store, machine):
    with machine("one") as remote:
        ingest_days(remote, FIRST)
    store.requests.clear()
    with machine("one"):
        pass
    assert {method for method, _ in store.requests} == {"GET"}
    assert len(store.requests) == 1  # the list


def test_a_command_brings_only_the_parts_it_needs(store, machine, tmp_path, monkeypatch, capsys):
    with machine("one") as remote:
        ingest_days(remote, FIRST)
        build.build(remote)
    paper = tmp_path / "paper.jsonl"
    paper.write_text('{"id": "a", "title": "A title", "abstract": "We reach 90% on GSM8K."}\n')
    for number, (typed, parts) in enumerate(
        [
            (["sql", "select count(*) as n from core.papers"], {"lake/VERSION", "warehouse"}),
            (["extract", str(paper)], {"lake/VERSION"}),
        ]
    ):
        monkeypatch.setenv("DAILY_PAPERS_WORKING_COPIES", str(tmp_path / f"new {number}"))
        monkeypatch.setattr("sys.argv", ["daily-papers", *typed])
        store.requests.clear()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 0, capsys.readouterr()
        fetched = {name for _, name in store.requests if not name.startswith("/")}
        tops = {name if name in parts else name.partition("/")[0] for name in fetched}
        assert tops == parts


def test_one_machine_waits_for_the_lock_of_the_other(store, machine):
    inside, order = threading.Event(), []

    def hold_first(options: Settings) -> None:
        with lock(options.home / "locks/day.lock", 5, ("lake/x/",)):
            inside.set()
            time.sleep(1.5)  # longer than a lease: it is renewed
            write_bytes(options.home / "lake/x/a", b"first")
            order.append("first")

    with machine("one") as one:
        first = threading.Thread(target=hold_first, args=(one,))
        first.start()
        inside.wait(10)
        settings_module.working_copies.clear()  # as another process would
        with (
            working_copy.hold(URL, ("",)) as copy,
            copy.lock(copy.root / "locks/day.lock", 10, ("lake/x/",)),
        ):
            order.append("second")
            assert (copy.root / "lake/x/a").read_bytes() == b"first"
        first.join()
        settings_module.working_copies[URL] = one.home
    assert order == ["first", "second"]


def test_the_lock_of_a_dead_machine_is_taken_over_and_its_late_write_refused(store, machine):
    with machine("one") as options:
        write_bytes(options.home / "lake/x/a", b"old")
    with pytest.raises(BusyError, match="its version stays"), machine("one"):
        late = next(iter(working_copy._held.values()))
        write_bytes(late.root / "lake/x/a", b"late")
        settings_module.working_copies.clear()
        with working_copy.hold(URL, ("",)) as other:
            write_bytes(other.root / "lake/x/a", b"new")
            other.push()
        settings_module.working_copies[URL] = late.root
        late.push()
    assert store.read("lake/x/a") == b"new"


def test_a_lock_is_taken_over_when_nobody_renews_it(store, machine):
    store.client.put_object(
        Bucket="lake", Key="home/locks/day.lock", Body=b'{"holder": "a machine that burnt"}'
    )
    with machine("one") as options:
        with (
            pytest.raises(
                BusyError, match=r"a machine that burnt has held locks/day.lock for over"
            ),
            lock(options.home / "locks/day.lock", 0.3),
        ):
            pass
        with lock(options.home / "locks/day.lock", 10):
            pass
    assert store.read("locks/day.lock") == b"{}\n"


def test_what_goes_wrong_under_a_lock_is_not_blamed_on_the_store(store, machine):
    with machine("one") as options:
        with (
            pytest.raises(PermissionError, match="mine"),
            lock(options.home / "locks/day.lock", 5, ("lake/x/",)),
        ):
            write_bytes(options.home / "lake/x/a", b"written before")
            raise PermissionError("mine")
        assert store.read("locks/day.lock") == b"{}\n"
        assert store.read("lake/x/a") == b"written before"


def test_a_fetched_response_is_in_the_store_before_the_fetch_returns(store, machine, respond):
    from daily_papers.lake import raw  # noqa: PLC0415

    with machine("one") as options:
        raw.store(options.home, respond([]))
        assert len(store.files("raw/huggingface/2026-01-06/")) == 2


def test_a_copy_that_a_killed_process_left_is_put_right(store, machine):
    with machine("one") as options:
        ingest_days(options, FIRST)
        root = options.home
    before = store.files()
    partition = papers.partition_path(root, FIRST)
    partition.write_bytes(b"half")
    (root / "lake/papers/listing_date=2026-01-07").mkdir()
    (root / "lake/papers/listing_date=2026-01-07/papers.parquet").write_bytes(b"half")
    (root / "lake/ledger/listing_date=2026-01-05/ledger.parquet").unlink()
    (root / "raw/huggingface/2026-01-05/fetched.zst").write_bytes(b"fetched, not yet sent")
    with machine("one") as options:
        assert options.home == root
        assert papers.days(root) == [FIRST]
        assert len(papers.read_day(root, FIRST)) == 14
    assert store.files() == before | {
        "raw/huggingface/2026-01-05/fetched.zst": b"fetched, not yet sent"
    }


def test_raw_is_never_removed_from_the_store(store, machine):
    with machine("one") as options:
        ingest_days(options, FIRST)
        before = store.files("raw/")
        for path in (options.home / "raw").rglob("*.zst"):
            path.unlink()
    assert store.files("raw/") == before
    with machine("one") as options:
        assert len(list((options.home / "raw").rglob("*.zst"))) == 3


def test_two_processes_of_a_machine_have_a_copy_each(store, machine):
    with machine("one") as options:
        settings_module.working_copies.clear()
        with working_copy.hold(URL, ("",)) as other:
            assert other.root != options.home
            assert other.root.parent == options.home.parent
        settings_module.working_copies[URL] = options.home


def test_a_store_that_fails_now_and_then_is_asked_again(store, machine, options):
    source = open_source(REPLAY, options)
    list(ingest.ingest_days(source.days(FIRST, LAST), options, source))
    count = 0

    def fail_every_fifth(_: object) -> Reply | None:
        nonlocal count
        count += 1
        return Reply("<Error><Code>SlowDown</Code></Error>", 503) if count % 5 == 0 else None

    store.spoil = fail_every_fifth
    with machine("one") as remote:
        ingest_days(remote, *source.days(FIRST, LAST))
    store.spoil = lambda _: None
    assert read_local(options.home / "lake") == {
        name.removeprefix("lake/"): data for name, data in store.parquet_files("lake/").items()
    }
    assert count > 50


def test_a_write_whose_answer_was_lost_counts_as_done(store, machine):
    with machine("one") as options:
        write_bytes(options.home / "lake/x/a", b"mine")
        # What the first try left in the store, and nobody told us of.
        store.client.put_object(Bucket="lake", Key="home/lake/x/a", Body=b"mine")
    with machine("one") as options:
        assert (options.home / "lake/x/a").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("url", "error", "message"),
    [
        ("s3://no-such-bucket/home", StorageError, "s3://no-such-bucket/home: "),
        ("ftp://host/home", InvalidInputError, "a folder, or s3://BUCKET/PREFIX"),
    ],
)
def test_an_address_that_leads_nowhere_is_one_line(
    store, machine, monkeypatch, url, error, message
):
    monkeypatch.setenv("DAILY_PAPERS_HOME", url)
    monkeypatch.setenv("DAILY_PAPERS_STORE_ATTEMPTS", "1")
    with pytest.raises(error, match=message) as raised, machine("one"):
        pass
    assert "\n" not in str(raised.value)


def test_a_store_that_is_down_is_said_and_what_was_done_stays(store, machine):
    with (
        pytest.raises(StorageError, match="run the same command again") as raised,
        machine("one") as options,
    ):
        write_bytes(options.home / "lake/x/a", b"mine")
        store.spoil = lambda _: Reply("down", 500)
    assert (options.home / "lake/x/a").read_bytes() == b"mine"
    assert str(options.home) in str(raised.value)
    assert "secret" not in str(raised.value)


def test_the_settings_do_not_resolve_a_home_that_nobody_opened(store):
    with pytest.raises(InvalidInputError, match="DAILY_PAPERS_HOME: "):
        settings_module.load()


@pytest.mark.slow
def test_a_snapshot_built_on_one_machine_is_read_on_another(store, tmp_path):
    command(store, tmp_path / "one", *RANGE)
    command(store, tmp_path / "one", "build")
    first = store.read("warehouse/current")
    question = ("sql", "select count(*) as n from core.papers", "--format", "csv")
    assert command(store, tmp_path / "two", *question).split() == ['"n"', "66"]
    command(store, tmp_path / "two", "build")
    assert store.read("warehouse/current") == first  # the same lake: the same snapshot

    # The pointer cannot be written: readers keep the last snapshot, and the next build succeeds.
    day = ("ingest", "--date", str(LAST), "--source", f"replay:{tmp_path / 'more'}")
    (tmp_path / "more").mkdir()
    body = (SAMPLE_DIR / "2026-01-09.next_day.json").read_bytes()
    (tmp_path / "more/2026-01-09.json").write_bytes(body.replace(b'"upvotes": ', b'"upvotes": 1'))
    command(store, tmp_path / "two", *day)
    store.spoil = lambda request: (
        Reply("no", 403)
        if request.method == "PUT" and request.path.endswith("warehouse/current")
        else None
    )
    with pytest.raises(AssertionError, match="StorageError: s3://lake/home: "):
        command(store, tmp_path / "two", "build")
    assert store.read("warehouse/current") == first
    assert command(store, tmp_path / "three", *question).split() == ['"n"', "66"]
    store.spoil = lambda _: None
    command(store, tmp_path / "one", "build")
    assert store.read("warehouse/current") > first
