"""A build that starts from the tables of the last one gives the bytes of a full build."""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from daily_papers import settings as settings_module
from daily_papers.dedupe.titles import make_provisional_id
from daily_papers.errors import CheckFailedError
from daily_papers.settings import Settings
from daily_papers.warehouse import author_tables, build, refresh, scope, snapshots, state
from daily_papers.warehouse.audit import Audit, Finding
from daily_papers.warehouse.models import Check, load_project
from handmade import (
    EXTRACTORS,
    MONDAY,
    TUESDAY,
    Row,
    at,
    attempt,
    authors,
    build_warehouse,
    described,
    observation,
    paper,
    shape,
    verdict,
    write_lake,
)

NAMES = ["Ada Lovelace", "Alan Turing", "Grace Hopper", "Emmy Noether", "Carl Gauss"]
KEYWORDS = ["Speech", "speech ", "Vision", "Agents", "Robots"]


def _hash_tables(options: Settings) -> dict[str, str]:
    return {table.name: table.sha256 for table in build_warehouse(options).tables}


def _hash_full_build(options: Settings) -> dict[str, str]:
    """Build the same lake without anything that was kept, in another home."""
    other = settings_module.load(home=options.home.with_name("full"))
    other.home.mkdir(exist_ok=True)
    if not (other.home / "lake").exists():
        (other.home / "lake").symlink_to(options.home / "lake")
    state.remove(other)
    return _hash_tables(other)


def _make_day(day: date, dice: random.Random, listed: list[Row]) -> dict[str, list[Row]]:
    """Return a day's list: new papers, one of an earlier list, one known by title alone."""
    papers = [
        paper(
            f"26{day:%m}.{day.day:02}{number:03}",
            day,
            row_no=number,
            title=f"Paper {day.day} {number}",
            abstract=dice.choice(["We reach 90 on GSM8K.", "Nothing is measured."]),
            upvotes=dice.randrange(9),
            ai_keywords=dice.sample(KEYWORDS, 2),
            authors=authors(*dice.sample(NAMES, dice.randrange(1, 4))),
            organization_slug=dice.choice([None, "lab", "school"]),
            project_page=dice.choice([None, "https://openreview.net/forum?id=two-ids"]),
        )
        for number in range(dice.randrange(2, 5))
    ]
    if listed:
        again = dice.choice([row for row in listed if row["upvotes"] is not None])
        changed = {"listing_date": day, "row_no": 8, "upvotes": 20, "last_observed_at": at(day)}
        papers.append(again | changed | {"ai_keywords": dice.sample(KEYWORDS, 1)})
        title = dice.choice(listed)["title"]
        by_title = paper(f"title:{day:%Y%m%d}00000000", day, row_no=9, title=title)
        papers.append(by_title | {"upvotes": None, "comments": None, "authors": None})
    return {
        "papers": papers,
        "attempts": [attempt(day, "complete")],
        "shapes": [shape(day, "[]", 10), shape(day, dice.choice(["mood", "title"]), 4)],
        "arxiv": [described(dice.choice(papers)["paper_id"], 2, fetched_at=at(day, 5))],
        "verdicts": [verdict(day, is_success=dice.random() > 0.2)],
    }


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_days_added_changed_and_taken_away_give_what_a_full_build_gives(
    seed: int, options: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)
    listed: list[Row] = []
    refreshed = []
    original = refresh.refresh

    def note(*arguments: Any) -> set[str]:
        refreshed.append(original(*arguments))
        return refreshed[-1]

    for number in range(6):
        day = MONDAY + timedelta(days=number)
        rows = _make_day(day, dice, listed)
        if number > 2 and listed:  # an earlier day is looked at again
            earlier = MONDAY + timedelta(days=number - 2)
            own = [row for row in listed if row["listing_date"] == earlier]
            seen = [
                row | {"upvotes": dice.randrange(50), "last_observed_at": at(day)}
                for row in own
                if row["upvotes"] is not None
            ]
            rows["papers"] += seen
            rows["verdicts"].append(verdict(earlier))
            listed = [row for row in listed if row["listing_date"] != earlier] + seen
        listed += [row for row in rows["papers"] if row["listing_date"] == day]
        rows["observations"] = [
            observation(row["paper_id"], at(day), row["upvotes"], listing_date=row["listing_date"])
            for row in rows["papers"]
            if row["upvotes"] is not None
        ]
        write_lake(options.home, **rows)
        if number == 4:
            (options.home / f"lake/shapes/listing_date={MONDAY}/shapes.parquet").unlink()
        with monkeypatch.context() as patch:
            patch.setattr(refresh, "refresh", note)
            kept = _hash_tables(options)
        assert kept == _hash_full_build(options), day
    assert len(refreshed) == 5


def test_a_text_that_changed_under_a_provisional_id_reaches_the_paper(options: Settings) -> None:
    unseen = {"title": "Same", "upvotes": None, "comments": None}
    known = paper("2601.00001", MONDAY, **unseen)
    captured = paper(make_provisional_id("Same"), TUESDAY, **unseen)
    seen = observation("2601.00001", at(MONDAY), 1)
    for abstract in ("Old words.", "New words."):
        listed = [known, captured | {"abstract": abstract}]
        write_lake(options.home, papers=listed, observations=[seen])
        assert _hash_tables(options) == _hash_full_build(options)
        path = snapshots.database_path(options)
        with duckdb.connect(str(path), read_only=True) as con:
            found = con.execute("select paper_id, abstract from core.papers").fetchall()
        assert found == [("2601.00001", abstract)]


def test_a_build_compares_authors_with_the_snapshot_before_it_each_time(options: Settings) -> None:
    known = []
    for number in range(3):
        day = MONDAY + timedelta(days=number)
        write_lake(options.home, papers=[paper(f"2601.0000{number}", day)])
        published = replace(
            EXTRACTORS, read_published_authors=lambda: author_tables.read_published(options)
        )
        build_warehouse(options, published)
        with duckdb.connect(str(state.state_path(options)), read_only=True) as con:
            known.append(con.sql("from reference.published_authorships").fetchall())
    manifests = snapshots.list_snapshots(options)
    assert [{row[-1] for row in rows} for rows in known] == [
        set(),
        *({manifest.input_fingerprint[:12]} for manifest in manifests[:2]),
    ]
    assert [len(rows) for rows in known] == [0, 1, 2]


def test_only_tables_that_passed_are_trusted_and_what_changed_is_asked(
    options: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    original = scope.Scope.ask

    def note(self: scope.Scope, check: Check) -> Any:
        asked.append(check.name)
        return original(self, check)

    def refuse(*_: Any) -> Audit:
        return Audit((Finding("suite", None, "fails", None, "fail", "always", 1),))

    monkeypatch.setattr(scope.Scope, "ask", note)
    counts = []
    for number in range(5):
        day = MONDAY + timedelta(days=number)
        write_lake(options.home, papers=[paper(f"2601.0000{number}", day)])
        asked.clear()
        if number == 2:
            with pytest.raises(CheckFailedError):
                build.build(options, judge=list, auditor=refuse, extractors=EXTRACTORS)
        else:
            build_warehouse(options)
        counts.append(len(asked))
    failing = sum(check.severity == "fail" for check in load_project(options.sql_dir).checks)
    assert counts == [0, failing, failing, 0, failing]
