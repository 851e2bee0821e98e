"""The SQL console in a real Chromium."""

from urllib.parse import urlencode

import pytest
from browser_window import file_base
from daily_papers.publish.dashboard.data.console import EXAMPLES
from daily_papers.warehouse.query import run_query
from handmade_snapshot import PAPERS, SCRIPT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def ask(window, sql):
    window.page.fill("#query", sql)
    window.page.click("#run")
    window.page.wait_for_selector("#run:enabled")
    return window.rows("answer")


def test_a_query_is_answered_from_the_snapshot(open_window, sample, sample_base):
    window = open_window(sample_base, "sql.html")
    sql = "select paper_id, upvotes from core.papers order by upvotes desc, paper_id limit 7"
    expected = [[str(v) for v in row.values()] for row in run_query(sample, sql).to_pylist()]
    assert ask(window, sql) == expected


def test_tables_of_two_schemas_join(open_window, sample, sample_base):
    window = open_window(sample_base, "sql.html")
    sql = """select count(*) as n, count(distinct a.author_id) as authors
        from core.papers as p join authors.authorships as a using (paper_id)"""
    expected = [[str(v) for v in row.values()] for row in run_query(sample, sql).to_pylist()]
    assert ask(window, sql) == expected


def test_only_the_tables_that_a_query_names_are_loaded(open_window, handmade_base):
    window = open_window(handmade_base, "sql.html")
    assert not [url for url in window.requests if "/data/sql/core." in url or "sqlite" in url]
    ask(window, "select count(*) from core.listings")
    loaded = {url.rsplit("/", 1)[1] for url in window.requests if "/data/sql/" in url}
    assert loaded == {"tables.js", "core.listings.js"}


@pytest.mark.parametrize("title", EXAMPLES)
def test_each_example_runs(open_window, sample_base, title):
    window = open_window(sample_base, "sql.html")
    window.page.select_option("#example", label=title)
    window.page.wait_for_function(
        "() => document.querySelector('#state').innerText.includes(' ms')"
    )
    assert window.page.locator("#error").is_hidden()


def test_what_duckdb_users_know_is_there(open_window, handmade_base):
    window = open_window(handmade_base, "sql.html")
    sql = """select date_trunc('week', listing_date), year(listing_date), month(listing_date),
        regexp_matches(paper_id, '^26'), arg_max(paper_id, rank), arg_min(paper_id, rank)
        from core.listings where listing_date = '2026-01-05'"""
    last = list(PAPERS)[-1]
    assert ask(window, sql) == [["2026-01-05", "2026", "1", "1", last, "2601.00001"]]


def test_a_wrong_query_says_what_is_wrong_and_the_next_one_works(open_window, handmade_base):
    window = open_window(handmade_base, "sql.html")
    ask(window, "select nonsense from core.papers")
    assert window.page.locator("#error").inner_text() == "no such column: nonsense"
    assert ask(window, "select 1 + 1") == [["2"]]
    assert window.page.locator("#error").is_hidden()


def test_a_wrong_query_leaves_no_answer_of_another(open_window, handmade_base):
    window = open_window(handmade_base, "sql.html")
    ask(window, "select 1")
    ask(window, "select nonsense")
    assert window.rows("answer") == []
    assert window.page.locator("#download").is_disabled()


def test_the_order_of_one_answer_is_not_that_of_the_next(open_window, handmade_base):
    window = open_window(handmade_base, "sql.html")
    ask(window, "select paper_id from core.papers order by paper_id")
    window.page.click("#answer thead button")
    window.page.click("#answer thead button")
    assert "answer.sort" in window.page.url
    ordered = ask(window, "select rank from core.listings order by rank limit 3")
    assert ordered == [["1"], ["1"], ["2"]]


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("select * from core.paper", "no such table: core.paper; near: core.papers"),
        ("select * from papres", "no such table: papres; near: core.papers"),
        ("select * from core.papers_as_of('2026-01-01')", "daily-papers sql"),
        ("select title::text from core.papers", "daily-papers sql"),
        ("from core.papers", "daily-papers sql"),
    ],
)
def test_what_sqlite_does_not_understand_gets_a_hint(open_window, handmade_base, sql, says):
    window = open_window(handmade_base, "sql.html")
    ask(window, sql)
    assert says in window.page.locator("#error").inner_text()


def test_a_table_needs_no_schema_where_its_name_is_the_only_one(open_window, handmade_base):
    window = open_window(handmade_base, "sql.html")
    sql = "select count(*) from papers join listings using (paper_id)"
    assert ask(window, sql) == ask(window, sql.replace("papers", "core.papers"))
    assert not window.page.locator("#error").is_visible()


def test_a_query_that_is_put_into_the_address_is_run(open_window, handmade_base):
    window = open_window(handmade_base, "sql.html")
    window.page.evaluate("location.hash = 'sql=select+6+*+7'")
    window.page.wait_for_selector("#answer >> text=42")


def test_the_tables_are_read_only(open_window, handmade_base):
    window = open_window(handmade_base, "sql.html")
    ask(window, "delete from core.papers")
    assert "readonly" in window.page.locator("#error").inner_text()
    assert ask(window, "select count(*) from core.papers") == [[str(len(PAPERS))]]


def test_an_endless_query_can_be_cancelled(open_window, handmade_base):
    window = open_window(handmade_base, "sql.html")
    window.page.fill(
        "#query",
        "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n",
    )
    window.page.click("#run")
    window.page.wait_for_function(
        "() => document.querySelector('#state').innerText === 'running …'"
    )
    window.page.click("#cancel")
    window.page.wait_for_selector("#run:enabled")
    assert window.page.locator("#error").inner_text() == "cancelled"
    assert ask(window, "select count(*) from core.papers") == [[str(len(PAPERS))]]


def test_an_address_carries_a_query(open_window, handmade_base):
    state = urlencode({"sql": "select title from core.papers where paper_id = '2601.00001'"})
    window = open_window(handmade_base, f"sql.html#{state}")
    window.page.wait_for_selector("#answer tbody tr")
    assert window.rows("answer") == [[SCRIPT]]


def test_the_answer_downloads_as_csv(open_window, handmade_base):
    window = open_window(handmade_base, "sql.html")
    ask(window, "select paper_id, title from core.papers order by paper_id limit 3")
    with window.page.expect_download() as download:
        window.page.click("#download")
    lines = download.value.path().read_bytes().decode().split("\r\n")
    assert lines[0] == "paper_id,title"
    assert lines[1] == f"2601.00001,{SCRIPT}"


def test_the_download_has_the_rows_that_are_not_shown(open_window, handmade_base):
    window = open_window(handmade_base, "sql.html")
    ask(
        window,
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 2500) "
        "select i from n",
    )
    assert window.page.locator("#state").inner_text().startswith("first 1,000 rows")
    with window.page.expect_download() as download:
        window.page.click("#download")
    assert len(download.value.path().read_bytes().split(b"\r\n")) == 2501


def test_the_console_works_from_disk(open_window, handmade):
    window = open_window(file_base(handmade), "sql.html")
    assert ask(window, "select count(*) from ops.coverage where state = 'failed'") == [["1"]]
