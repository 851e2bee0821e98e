"""core: one paper over several lists, ranks, what a held day keeps back."""

from daily_papers.settings import Settings
from handmade import MONDAY, TUESDAY, at, described, observation, open_marts, paper, verdict


def test_a_paper_listed_twice_is_one_paper_with_two_listings(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[
            paper("2601.00001", MONDAY, upvotes=3, title="As first seen"),
            paper("2601.00001", TUESDAY, upvotes=8, title="As last seen"),
        ],
    )
    papers = "select title, upvotes, first_listed_on, last_listed_on, listing_count"
    assert db.execute(f"{papers} from core.papers").fetchall() == [
        ("As last seen", 8, MONDAY, TUESDAY, 2)
    ]
    listings = db.execute("select listing_date, upvotes from core.listings").fetchall()
    assert listings == [(MONDAY, 3), (TUESDAY, 8)]


def test_the_list_seen_last_wins_even_if_it_is_the_earlier_day(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[
            paper("2601.00001", MONDAY, upvotes=9, seen_at=at(TUESDAY, 20)),
            paper("2601.00001", TUESDAY, upvotes=8, seen_at=at(TUESDAY, 9)),
        ],
    )
    assert db.execute("select upvotes from core.papers").fetchall() == [(9,)]


def test_ranks_go_by_upvotes_and_ties_by_id(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[
            paper("2601.00001", upvotes=2),
            paper("2601.00002", upvotes=7),
            paper("2601.00003", upvotes=2),
        ],
    )
    ranks = db.execute("select paper_id, rank from core.listings order by rank").fetchall()
    assert ranks == [("2601.00002", 1), ("2601.00001", 2), ("2601.00003", 3)]


def test_two_responses_of_one_second_keep_one_observation(options: Settings) -> None:
    seen_at = at(MONDAY)
    db = open_marts(
        options,
        papers=[paper("2601.00001")],
        observations=[
            observation("2601.00001", seen_at, 2, source="page", raw_sha256="b" * 64),
            observation("2601.00001", seen_at, 1, source="api", raw_sha256="c" * 64),
        ],
    )
    kept = db.execute("select source, upvotes from core.observations").fetchall()
    assert kept == [("api", 1)]


def test_a_day_that_failed_an_expectation_stays_out_of_every_mart_but_ops(
    options: Settings,
) -> None:
    db = open_marts(
        options,
        papers=[
            paper("2601.00001", MONDAY),
            paper("2601.00002", TUESDAY, ai_keywords=["Speech"], abstract="GSM8K"),
        ],
        verdicts=[verdict(MONDAY), verdict(TUESDAY, is_success=False)],
    )
    for table in ("core.papers", "core.listings", "core.observations", "authors.authorships"):
        assert db.execute(f"select distinct paper_id from {table}").fetchall() == [("2601.00001",)]
    for table in ("tags.paper_tags", "benchmarks.mentions"):
        assert db.execute(f"from {table}").fetchall() == []
    held = db.execute("select listing_date, held_reason from ops.coverage where is_held").fetchall()
    assert held == [(TUESDAY, "landed.expect_upvotes(upvotes): 2 rows")]


def test_a_warning_holds_nothing_back(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[paper("2601.00001")],
        verdicts=[verdict(MONDAY, is_success=False, severity="warn")],
    )
    assert db.execute("select paper_id from core.papers").fetchall() == [("2601.00001",)]


def test_a_partition_nobody_judged_is_held(options: Settings) -> None:
    db = open_marts(options, papers=[paper("2601.00001")], verdicts=[])
    assert db.execute("from core.papers").fetchall() == []
    assert db.execute("select held_reason from ops.coverage where is_held").fetchall() == [
        ("unjudged: no quality result for this partition",)
    ]


def test_a_verdict_on_other_bytes_does_not_count(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[paper("2601.00001")],
        verdicts=[verdict(MONDAY, partition_sha256="f" * 64)],
    )
    assert db.execute("from core.papers").fetchall() == []


def test_an_empty_lake_gives_empty_marts(options: Settings) -> None:
    db = open_marts(options)
    assert db.execute("from core.papers").fetchall() == []
    assert db.execute("from ops.coverage").fetchall() == []


def test_the_newest_version_and_then_the_last_answer_of_arxiv_win(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[paper("2601.00001"), paper("hep-th/9901001"), paper("2601.00003")],
        arxiv=[
            described("2601.00001", 2, doi="10.1/old", comments="to appear"),
            described("2601.00001", 2, doi="10.1/new", fetched_at=at(TUESDAY)),
            described("2601.00001", 1, doi="10.1/v1", fetched_at=at(TUESDAY, 9)),
            described("hep-th/9901001", 1, is_latest=False, categories=None, source="arxiv_oai"),
            described("hep-th/9901001", 3, categories=["hep-th"], source="arxiv_oai"),
            described("2601.00003", None, is_known=False, is_latest=None, categories=None),
            described("2601.00099"),
        ],
    )
    columns = "paper_id, latest_version, categories, doi, arxiv_comment, arxiv_fetched_at"
    assert db.execute(f"select {columns} from core.papers").fetchall() == [
        ("2601.00001", 2, ["cs.CL"], "10.1/new", None, at(TUESDAY)),
        ("2601.00003", None, None, None, None, None),
        ("hep-th/9901001", 3, ["hep-th"], None, None, at(MONDAY, 6)),
    ]


def test_without_arxiv_metadata_its_columns_are_null(options: Settings) -> None:
    db = open_marts(options, papers=[paper("2601.00001")])
    columns = "categories, arxiv_comment, doi, journal_ref, latest_version, arxiv_fetched_at"
    assert db.execute(f"select {columns} from core.papers").fetchall() == [(None,) * 6]
    types = db.execute(f"select {columns} from core.papers limit 0").description
    assert [str(kind) for _, kind, *_ in types] == [
        "VARCHAR[]",
        "VARCHAR",
        "VARCHAR",
        "VARCHAR",
        "INTEGER",
        "TIMESTAMP",
    ]
