"""Snapshots share what did not change, stay as long as they must, and can be gone back to."""

import errno
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from daily_papers import settings as settings_module
from daily_papers.errors import CorruptFileError, InvalidInputError
from daily_papers.settings import Settings
from daily_papers.warehouse import database, publication, retention, snapshots
from small_warehouse import publish


@pytest.fixture
def three(options: Settings) -> tuple[Settings, list[str]]:
    """Three snapshots: upvotes change in each, tags never do."""
    return options, [publish(options, number).id for number in (1, 2, 3)]


def _path(options: Settings, snapshot_id: str, table: str) -> Path:
    return snapshots.snapshot_dir(options, snapshot_id) / f"{table.replace('.', '/')}.parquet"


def _age(options: Settings, snapshot_id: str, days: float) -> str:
    """Let a snapshot be from so many days ago."""
    then = datetime.now(UTC) - timedelta(days=days)
    aged = f"{then:%Y%m%dT%H%M%SZ}-{snapshot_id[-12:]}"
    folder = snapshots.snapshot_dir(options, snapshot_id)
    manifest = folder / "manifest.json"
    text = manifest.read_text().replace(snapshot_id, aged)
    manifest.unlink()
    manifest.write_text(text)
    folder.rename(folder.with_name(aged))
    return aged


def _read(options: Settings, snapshot_id: str) -> tuple[str | None, str | None]:
    assert snapshots.find_damage(options, snapshots.read_snapshot(options, snapshot_id)) is None
    current = snapshots.read_current_id(options)
    return current, database.read_snapshot_id(snapshots.database_path(options))


def test_a_table_that_did_not_change_is_one_file_in_all_snapshots(
    three: tuple[Settings, list[str]],
) -> None:
    options, ids = three
    tags = [_path(options, snapshot_id, "tags.tags").stat() for snapshot_id in ids]
    papers = [_path(options, snapshot_id, "core.papers").stat() for snapshot_id in ids]
    assert len({state.st_ino for state in tags}) == 1
    assert len({state.st_ino for state in papers}) == 3
    stored = {snapshot.id: snapshot for snapshot in retention.list_stored(options)}
    assert stored[ids[2]].own_size_bytes < stored[ids[2]].size_bytes
    assert tags[0].st_mode & 0o222 == 0  # a write would change every snapshot


def test_ids_are_in_the_order_of_publication_even_within_a_second(options: Settings) -> None:
    ids = [publish(options, number).id for number in range(8)]
    assert ids == sorted(set(ids)) == snapshots.list_ids(options)


@pytest.mark.parametrize("error", [errno.EXDEV, errno.EPERM, errno.EMLINK])
def test_where_links_are_not_possible_files_are_copies(
    error: int, options: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(os, "link", refuse)
    ids = [publish(options, number).id for number in (1, 2)]
    tags = [_path(options, snapshot_id, "tags.tags") for snapshot_id in ids]
    assert tags[0].read_bytes() == tags[1].read_bytes()
    assert tags[0].stat().st_ino != tags[1].stat().st_ino
    assert _read(options, ids[1]) == (ids[1], ids[1])


def test_a_damaged_file_is_not_shared(options: Settings) -> None:
    path = _path(options, publish(options, 1).id, "tags.tags")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    second = publish(options, 2)
    assert _read(options, second.id) == (second.id, second.id)


def test_snapshots_that_are_neither_among_the_newest_nor_young_go(
    three: tuple[Settings, list[str]],
) -> None:
    options, ids = three
    ids = [_age(options, ids[0], 40), _age(options, ids[1], 20), ids[2]]
    assert retention.prune(options, keep_last=2, dry_run=True) == ids[:1]
    assert snapshots.list_ids(options) == ids
    assert retention.prune(options, keep_last=3) == []
    assert retention.prune(options, keep_last=1, keep_younger_than_d=50) == []
    assert retention.prune(options, keep_last=1, keep_younger_than_d=30) == ids[:1]
    assert snapshots.list_ids(options) == ids[1:]
    assert _read(options, ids[1])[0] == ids[2]
    folder = snapshots.warehouse_dir(options) / "snapshots"
    assert sorted(path.name for path in folder.iterdir()) == ids[1:]


def test_the_current_a_pinned_and_a_read_snapshot_stay(
    three: tuple[Settings, list[str]],
) -> None:
    options, ids = three
    ids.append(publish(options, 4).id)
    ids = [_age(options, snapshot_id, 99 - n) for n, snapshot_id in enumerate(ids[:3])] + ids[3:]
    publication.roll_back(options, ids[0])
    retention.pin(options, ids[1], "the paper cites it")
    with snapshots.reading(options, ids[2]) as manifest:
        assert manifest.id == ids[2]
        assert retention.prune(options, keep_last=1, keep_younger_than_d=1) == []
    assert retention.prune(options, keep_last=1, keep_younger_than_d=1) == [ids[2]]
    assert retention.unpin(options, ids[1]) == ids[1]
    assert retention.prune(options, keep_last=1, keep_younger_than_d=1) == [ids[1]]
    assert snapshots.list_ids(options) == [ids[0], ids[3]]


def test_nothing_is_removed_while_nobody_knows_which_one_is_current_or_pinned(
    three: tuple[Settings, list[str]],
) -> None:
    options, ids = three
    for snapshot_id in ids[:2]:
        _age(options, snapshot_id, 90)
    eager = settings_module.load(**options.model_dump() | {"snapshots_keep_last": 2})
    for name in ("pinned.json", "current"):
        path = snapshots.warehouse_dir(options) / name
        before = path.read_bytes() if path.exists() else None
        path.write_bytes(b"\xff")
        publication.remove_leftovers(eager)
        with pytest.raises(CorruptFileError, match=name):
            retention.prune(eager)
        assert len(snapshots.list_ids(options)) == 3
        path.unlink() if before is None else path.write_bytes(before)
    publication.remove_leftovers(eager)
    assert len(snapshots.list_ids(options)) == 2


def test_a_removal_that_was_cut_off_is_finished(three: tuple[Settings, list[str]]) -> None:
    options, ids = three
    folder = snapshots.snapshot_dir(options, ids[0])
    folder.rename(folder.with_name(f".old-{ids[0]}"))
    assert snapshots.list_ids(options) == ids[1:]
    publication.remove_leftovers(options)
    assert sorted(path.name for path in folder.parent.iterdir()) == ids[1:]


def test_a_rollback_moves_pointer_and_database_and_holds_until_the_inputs_change(
    three: tuple[Settings, list[str]],
) -> None:
    options, ids = three
    manifests = [snapshots.read_snapshot(options, snapshot_id) for snapshot_id in ids]
    publication.roll_back(options, "previous")
    assert _read(options, ids[1]) == (ids[1], ids[1])
    # the next build finds that nothing is to be done for the inputs it was rolled back from
    found = publication.find_published(options, manifests[2].input_fingerprint)
    assert found is not None
    assert found.id == ids[1]
    publication.roll_back(options, ids[0])
    assert snapshots.read_withdrawn(options).keys() == set(ids[1:])
    fourth = publish(options, 4)
    assert _read(options, fourth.id) == (fourth.id, fourth.id)
    assert snapshots.read_withdrawn(options) == {}
    assert publication.find_published(options, manifests[2].input_fingerprint) is None


def test_one_can_go_forward_again_after_a_rollback(three: tuple[Settings, list[str]]) -> None:
    options, ids = three
    publication.roll_back(options, ids[0])
    publication.roll_back(options, ids[2])
    assert _read(options, ids[2]) == (ids[2], ids[2])
    assert snapshots.read_withdrawn(options) == {}


def test_a_damaged_snapshot_is_no_target_but_a_damaged_one_can_be_left(
    three: tuple[Settings, list[str]],
) -> None:
    options, ids = three
    for snapshot_id in (ids[0], ids[2]):
        path = _path(options, snapshot_id, "core.papers")
        path.chmod(0o644)
        path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(CorruptFileError, match=r"core/papers\.parquet is not what was published"):
        publication.roll_back(options, ids[0])
    assert snapshots.read_current_id(options) == ids[2]
    (snapshots.snapshot_dir(options, ids[2]) / "manifest.json").unlink()
    publication.roll_back(options, ids[1])
    assert _read(options, ids[1]) == (ids[1], ids[1])


@pytest.mark.parametrize(
    ("name", "number"), [("current", 2), ("previous", 1), ("{0}", 0), ("{1}", 1)]
)
def test_a_snapshot_goes_by_its_id_and_by_its_place(
    name: str, number: int, three: tuple[Settings, list[str]]
) -> None:
    options, ids = three
    assert snapshots.resolve(options, name.format(*ids)) == ids[number]


def test_a_beginning_must_mean_one_snapshot(three: tuple[Settings, list[str]]) -> None:
    options, ids = three
    aged = _age(options, ids[0], 3000)
    assert snapshots.resolve(options, aged[:8]) == aged
    with pytest.raises(InvalidInputError, match="begins several snapshots"):
        snapshots.resolve(options, "20")
    with pytest.raises(InvalidInputError, match="no snapshot is older"):
        publication.roll_back(options, aged)
        snapshots.resolve(options, "previous")


def test_the_commands_list_pin_prune_and_roll_back(run, options: Settings) -> None:
    assert "no snapshots yet" in run("snapshots")[1]
    ids = [publish(options, number).id for number in (1, 2)]
    code, out, _ = run("snapshots", "--json")
    assert (code, [line["is_current"] for line in json.loads(out)]) == (0, [False, True])
    assert run("snapshots", "pin", "previous", "--note", "cited")[0] == 0
    assert run("rollback", ids[0])[0] == 0
    _, out, _ = run("snapshots", "list")
    assert "current, pinned: cited" in out
    assert "rolled back from" in out
    code, out, _ = run("snapshots", "prune", "--keep-last", 1, "--keep-younger-than-d", 0)
    assert (code, "0 snapshots removed" in out) == (0, True)
    assert run("rollback", ids[1])[0] == 0
    assert run("snapshots", "unpin", ids[0])[0] == 0
    code, _, err = run("snapshots", "unpin", ids[0])
    assert (code, f"{ids[0]} is not pinned" in err) == (2, True)
    code, out, _ = run("snapshots", "prune", "--keep-last", 1, "--keep-younger-than-d", 0, "--json")
    assert (code, json.loads(out)["removed"]) == (0, [ids[0]])


def test_a_damaged_snapshot_is_listed_as_such(run, options: Settings) -> None:
    folder = snapshots.snapshot_dir(options, publish(options, 1).id)
    (folder / "manifest.json").chmod(0o644)
    (folder / "manifest.json").write_text("{")
    _, out, _ = run("snapshots")
    assert "current, damaged" in out


def _find_bad(run) -> dict[str, str]:
    findings = json.loads(run("doctor", "--json")[1])
    names = {"snapshot", "snapshots", "database"}
    return {f["name"]: f["detail"] for f in findings if f["name"] in names and not f["is_ok"]}


def test_the_doctor_names_what_is_damaged(run, three: tuple[Settings, list[str]]) -> None:
    options, ids = three
    assert _find_bad(run) == {}
    path = _path(options, ids[0], "core.papers")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert _find_bad(run) == {"snapshots": f"{path} is not what was published"}
    database_path = snapshots.database_path(options)
    database_path.write_bytes(b"not a database")
    assert f"{database_path} is of no snapshot" in _find_bad(run)["database"]


def test_the_database_file_is_of_the_format_that_duckdb_1_2_reads(options: Settings) -> None:
    publish(options, 1)
    header = snapshots.database_path(options).read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    # https://duckdb.org/docs/stable/internals/storage: 64 up to 1.1, 65 in 1.2, 66 in 1.3
    assert int.from_bytes(header[12:20], "little") <= 65
