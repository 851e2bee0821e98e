"""authors on handmade rows: clusters, ids, overrides, activity, pairs, organizations."""

from dataclasses import replace
from datetime import date

import duckdb
import pyarrow as pa
import pytest
from daily_papers.identity.cluster import make_author_id
from daily_papers.settings import Settings
from daily_papers.warehouse.author_tables import EVENTS, PUBLISHED, Published
from handmade import EXTRACTORS, MONDAY, TUESDAY, at, authors, observation, open_marts, paper


def test_a_rare_name_is_one_author_under_its_most_printed_form(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[
            paper("2601.00001", MONDAY, authors=authors("ADA LOVELACE")),
            paper("2601.00002", MONDAY, authors=authors("Ada Lovelace")),
            paper("2601.00003", TUESDAY, authors=authors("Ada Lovelace")),
        ],
    )
    found = db.execute(
        "select name, name_variants, kind, method, confidence > 0.9, evidence, paper_count, "
        "first_seen_on, last_seen_on, is_ambiguous from authors.authors"
    ).fetchall()
    variants = ["Ada Lovelace", "ADA LOVELACE"]
    told = ("person", "cluster", True, "rare name", 3, MONDAY, TUESDAY, False)
    assert found == [("Ada Lovelace", variants, *told)]


def test_a_common_name_is_as_many_authors_as_the_evidence_shows(options: Settings) -> None:
    accounts = {"Yang Liu": "one"}
    db = open_marts(
        options,
        papers=[
            paper(
                "2601.00001", title="Parsing verbs", authors=authors("Yang Liu", accounts=accounts)
            ),
            paper(
                "2601.00002",
                title="Speech at night",
                authors=authors("Yang Liu", accounts=accounts),
            ),
            paper(
                "2601.00003",
                title="Folding proteins",
                authors=authors("Yang Liu", accounts={"Yang Liu": "two"}),
            ),
            paper("2601.00004", title="Maps of rivers", authors=authors("Yang Liu")),
        ],
    )
    found = db.execute(
        "select paper_count, account_count, is_ambiguous from authors.authors "
        "order by account_count desc, paper_count desc"
    ).fetchall()
    assert found == [(2, 1, False), (1, 1, True), (1, 0, True)]


def test_an_override_wins_over_every_other_evidence(options: Settings) -> None:
    rows = {
        "papers": [
            paper("2601.00001", authors=authors("Ada Lovelace")),
            paper("2601.00002", authors=authors("Ada Lovelace")),
            paper("2601.00003", authors=authors("A. A. Byron")),
        ]
    }
    joined = {("2601.00001", 1): "ada", ("2601.00003", 1): "ada"}
    pins = {**joined, ("2601.00002", 1): "another"}
    db = open_marts(options, extractors=replace(EXTRACTORS, author_overrides=pins), **rows)
    found = db.execute(
        "select name_variants, method from authors.authors order by paper_count desc"
    ).fetchall()
    assert found == [(["A. A. Byron", "Ada Lovelace"], "override"), (["Ada Lovelace"], "override")]


def test_a_name_with_nothing_to_compare_keeps_its_authorship(options: Settings) -> None:
    db = open_marts(options, papers=[paper("2601.00001", authors=authors("--", "-", "Ada"))])
    printed = db.execute(
        "select name_as_printed, kind, is_ambiguous from authors.authorships "
        "inner join authors.authors using (author_id) order by position"
    ).fetchall()
    assert printed == [
        ("--", "unusable", True),
        ("-", "unusable", True),
        ("Ada", "person", True),
    ]


def test_ids_do_not_depend_on_what_else_is_in_the_lake(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[
            paper("2601.00001", authors=authors("Ada Lovelace")),
            paper("2601.00002", TUESDAY, authors=authors("Ada Lovelace", "Alan Turing")),
        ],
    )
    # first of sha256("2601.00001\0" + "1"); another id would break everyone who stored one
    expected = make_author_id("2601.00001", 1)
    found = db.execute("select author_id from authors.authors where name = 'Ada Lovelace'")
    assert found.fetchall() == [(expected,)]


def test_a_pair_is_counted_once_whatever_the_order(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[
            paper("2601.00001", MONDAY, authors=authors("Ada Lovelace", "Alan Turing")),
            paper("2601.00002", TUESDAY, authors=authors("Alan Turing", "Ada Lovelace")),
        ],
    )
    pairs = db.execute(
        "select author_id < coauthor_id, paper_count, first_listed_on, last_listed_on "
        "from authors.coauthors"
    ).fetchall()
    assert pairs == [(True, 2, MONDAY, TUESDAY)]


def test_a_paper_of_more_than_60_authors_makes_no_pairs(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[
            paper("2601.00001", authors=authors(*(f"Author Number{n}" for n in range(61)))),
            paper("2601.00002", authors=authors("Author Number0", "Author Number1")),
        ],
    )
    assert db.execute("select paper_count from authors.coauthors").fetchall() == [(1,)]
    assert db.execute("select count(*) from authors.authorships").fetchall() == [(63,)]


@pytest.mark.parametrize(("author_count", "is_crowded"), [(60, False), (61, True)])
def test_pairs_and_clusters_call_the_same_papers_crowded(
    options: Settings, author_count: int, is_crowded: bool
) -> None:
    crowd = authors(*(f"Author Number{n}" for n in range(author_count)))
    db = open_marts(options, papers=[paper("2601.00001", authors=crowd)])
    pairs, said = db.execute(
        "select (select count(*) from authors.coauthors), count(*) filter (where evidence "
        "like '%long author lists only%') from authors.authors"
    ).fetchone()
    assert (pairs == 0, said > 0) == (is_crowded, is_crowded)


def test_an_organization_has_the_name_of_its_last_observed_paper(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[
            paper("2601.00001", upvotes=2, organization_slug="lab", organization_name="Old"),
            paper(
                "2601.00002", TUESDAY, upvotes=3, organization_slug="lab", organization_name="New"
            ),
            paper("2601.00003"),
        ],
    )
    found = db.execute("from authors.organizations").fetchall()
    names = ("New", ["New", "Old"], ["lab"])
    assert found == [("lab", *names, None, None, None, 0.0, 2, 5, 2, MONDAY, TUESDAY)]


def test_an_organization_is_matched_to_the_registry(options: Settings) -> None:
    named = {"organization_slug": "Tsinghua", "organization_name": "Tsinghua University"}
    db = open_marts(options, papers=[paper("2601.00001", **named)])
    found = db.execute("select ror_id, country_code, match_score from authors.organizations")
    assert found.fetchall() == [("https://ror.org/03cve4549", "CN", 1.0)]


def test_accounts_of_one_registered_body_are_one_organization(options: Settings) -> None:
    named = (("PKU", "Peking University"), ("PekingU", "peking university"), ("lab", "A lab"))
    papers = [
        paper(f"2601.0000{n}", upvotes=n, organization_slug=slug, organization_name=name)
        for n, (slug, name) in enumerate((*named, named[0]))
    ]
    db = open_marts(options, papers=papers)
    query = """
        select name, name_variants, organization_slugs, paper_count, upvote_count
        from authors.organizations order by paper_count
    """
    assert db.execute(query).fetchall() == [
        ("A lab", ["A lab"], ["lab"], 1, 2),
        (
            "Peking University",
            ["Peking University", "peking university"],
            ["PKU", "PekingU"],
            3,
            4,
        ),
    ]
    activity = "select organization_id, paper_count from authors.organization_activity"
    ror_id = "https://ror.org/02v51f717"
    assert db.execute(f"{activity} order by paper_count").fetchall() == [("lab", 1), (ror_id, 3)]
    as_of = "select paper_count from authors.organizations_as_of(timestamp '2030-01-01')"
    assert sorted(db.execute(as_of).fetchall()) == [(1,), (3,)]


def test_an_unmatched_organization_stays_visible(options: Settings) -> None:
    db = open_marts(options, papers=[paper("2601.00001", organization_slug="no-such-lab")])
    found = db.execute("select organization_id, ror_id, match_score from authors.organizations")
    assert found.fetchall() == [("no-such-lab", None, 0.0)]


def test_activity_counts_papers_and_upvotes_by_month(options: Settings) -> None:
    february = date(2026, 2, 2)
    group = {"organization_slug": "lab"}
    db = open_marts(
        options,
        papers=[
            paper("2601.00001", MONDAY, upvotes=3, **group),
            paper("2601.00002", TUESDAY, upvotes=4, **group),
            paper("2602.00001", february, upvotes=9, **group),
        ],
    )
    expected = [(date(2026, 1, 1), 2, 7, True), (date(2026, 2, 1), 1, 9, False)]
    for table in ("author_activity", "organization_activity"):
        columns = "month, paper_count, upvote_count, is_first"
        assert db.execute(f"select {columns} from authors.{table}").fetchall() == expected


def test_h_of_an_author_s_papers_have_h_upvotes(options: Settings) -> None:
    upvotes = (10, 3, 3, 1, 0)
    db = open_marts(
        options,
        papers=[
            paper(f"2601.0000{number}", upvotes=count, organization_slug="lab")
            for number, count in enumerate(upvotes)
        ],
    )
    for table in ("authors", "organizations"):
        found = db.execute(f"select paper_count, upvote_count, h_index from authors.{table}")
        assert found.fetchall() == [(5, 17, 3)]


def test_authors_and_organizations_as_they_were_known_then(options: Settings) -> None:
    db = open_marts(
        options,
        papers=[
            paper("2601.00001", MONDAY, upvotes=5, organization_slug="lab"),
            paper("2601.00002", TUESDAY, upvotes=5, organization_slug="lab"),
        ],
        observations=[
            observation("2601.00001", at(MONDAY), 1),
            observation("2601.00001", at(TUESDAY), 5),
            observation("2601.00002", at(TUESDAY), 5),
        ],
    )
    for table in ("authors", "organizations"):
        query = f"select paper_count, upvote_count, h_index from authors.{table}_as_of(?)"
        assert db.execute(query, [at(MONDAY, 7)]).fetchall() == []
        assert db.execute(query, [at(MONDAY, 9)]).fetchall() == [(1, 1, 1)]
        assert db.execute(query, [at(TUESDAY, 9)]).fetchall() == [(2, 10, 2)]


def open_after(
    options: Settings, *was: tuple[str, int, str, str], events: pa.Table | None = None
) -> duckdb.DuckDBPyConnection:
    """Build Ada's two papers and Alan's one after a snapshot with the given authorships."""
    rows = [dict(zip(PUBLISHED.names, (*row, "f" * 12), strict=True)) for row in was]
    table = pa.Table.from_pylist(rows, schema=PUBLISHED)
    published = Published(table, events or EVENTS.empty_table())
    return open_marts(
        options,
        extractors=replace(EXTRACTORS, read_published_authors=lambda: published),
        papers=[
            paper("2601.00001", authors=authors("Ada Lovelace")),
            paper("2601.00002", TUESDAY, authors=authors("Ada Lovelace", "Alan Turing")),
        ],
    )


ADA, ALAN = make_author_id("2601.00001", 1), make_author_id("2601.00002", 2)
EVENT = "event, old_author_id, new_author_id, authorship_count, paper_id, position"


def test_an_author_who_grows_is_no_event(options: Settings) -> None:
    db = open_after(options, ("2601.00001", 1, ADA, "Ada Lovelace"))
    assert db.execute("from authors.identity_events").fetchall() == []


def test_splits_merges_and_new_ids_are_events(options: Settings) -> None:
    one, two = ("2601.00001", 1), ("2601.00002", 1)
    merged = open_after(options, (*one, ADA, "Ada Lovelace"), (*two, "a0", "Ada Lovelace"))
    assert merged.execute(f"select {EVENT} from authors.identity_events").fetchall() == [
        ("merged", "a0", ADA, 1, *two),
        ("merged", ADA, ADA, 1, *one),
    ]
    split = open_after(
        options, (*two, ALAN, "Ada Lovelace"), ("2601.00002", 2, ALAN, "Alan Turing")
    )
    assert split.execute(f"select {EVENT} from authors.identity_events").fetchall() == [
        ("split", ALAN, min(ADA, ALAN), 1, "2601.00002", 1 if ADA < ALAN else 2),
        ("split", ALAN, max(ADA, ALAN), 1, "2601.00002", 2 if ADA < ALAN else 1),
    ]
    renamed = open_after(options, (*two, "a0", "Ada Lovelace"))
    assert renamed.execute(f"select {EVENT} from authors.identity_events").fetchall() == [
        ("renamed", "a0", ADA, 1, *two)
    ]


def test_an_author_without_authorships_is_gone_and_earlier_events_stay(options: Settings) -> None:
    earlier = open_after(options, ("2601.00009", 1, "a0", "Grace Hopper"))
    events = earlier.sql("from authors.identity_events").to_arrow_table().cast(EVENTS)
    assert events.select(["change_no", "event", "new_author_id"]).to_pylist() == [
        {"change_no": 1, "event": "gone", "new_author_id": None}
    ]
    later = open_after(options, ("2601.00001", 1, "a1", "Ada Lovelace"), events=events)
    found = later.execute("select change_no, event, old_author_id from authors.identity_events")
    assert found.fetchall() == [(1, "gone", "a0"), (2, "renamed", "a1")]


def test_another_printed_name_at_the_place_is_not_the_same_authorship(options: Settings) -> None:
    db = open_after(
        options,
        ("2601.00001", 1, ADA, "Ada Lovelace"),
        ("2601.00002", 2, ADA, "Ada Lovelace"),  # Alan stands there since the second version
    )
    assert db.execute("from authors.identity_events").fetchall() == []
