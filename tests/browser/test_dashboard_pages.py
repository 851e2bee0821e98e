"""Every page in a real Chromium: it loads, its numbers are the snapshot's, it can be used."""

from datetime import UTC, date, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_window import file_base
from daily_papers.publish import dashboard
from daily_papers.publish.dashboard.data.payloads import shard_by_hash
from daily_papers.publish.dashboard.pages import PAGES
from daily_papers.warehouse.query import run_query
from handmade_snapshot import (
    BENCHMARK,
    EMOJI,
    IMAGE,
    NAME,
    PAPERS,
    RTL,
    SCRIPT,
    SLUG,
    TAG,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

DETAILS = {
    "papers.html#paper=2601.00001": SCRIPT,
    "papers.html#paper=2601.00004": RTL,
    "papers.html#paper=title%3A0123456789abcdef": EMOJI,
    "tags.html#source=ai_keywords&tag=%3Cb%3Ebold%3C%2Fb%3E+tag": TAG,
    "authors.html#author=aa00000000000001": NAME,
    "organizations.html#organization=acme%26%3Clabs%3E": IMAGE,
    "benchmarks.html#benchmark=Bench+%3Ci%3E%26%221%22": BENCHMARK,
}
VIEWS = [page.file for page in PAGES] + list(DETAILS)
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


def ask(options, sql):
    return [tuple(row.values()) for row in run_query(options, sql).to_pylist()]


# ---- every page


@pytest.mark.parametrize("view", VIEWS)
def test_a_page_loads_without_a_complaint_and_hostile_text_is_text(
    open_window, handmade_base, view
):
    page = open_window(handmade_base, view).page
    assert page.evaluate("window.hacked") is None
    assert page.locator("main script, main img, main b:has-text('bold')").count() == 0
    heading = page.locator("main h2:visible").first.inner_text()
    assert heading == DETAILS.get(view, heading)


@pytest.mark.parametrize("view", VIEWS)
def test_a_page_opens_from_disk_too(open_window, handmade, view):
    window = open_window(file_base(handmade), view)
    assert window.page.locator("main").inner_text() != ""
    assert "loading" not in window.page.locator("main").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_an_accessibility_checker_finds_nothing_serious(open_window, handmade_base, view, scheme):
    page = open_window(handmade_base, view, color_scheme=scheme).page
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    found = Axe().run(page).response["violations"]
    serious = [
        f"{v['id']}: {v['nodes'][0]['html'][:160]} {v['nodes'][0].get('failureSummary', '')[:300]}"
        for v in found
        if v["impact"] in {"serious", "critical"}
    ]
    assert serious == []


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_runs_over_the_side_of_a_phone(open_window, handmade_base, view):
    page = open_window(handmade_base, view, **PHONE).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_sections_are_hidden_only_for_tables_that_no_model_makes(
    open_window, sample, sample_base, page
):
    published = {
        f"{schema}.{table}"
        for schema, table in ask(
            sample, "select table_schema, table_name from information_schema.tables"
        )
    }
    expected = [s.title for s in page.sections if not set(s.needs) <= published]
    window = open_window(sample_base, page.file)
    assert window.page.locator("section:has(.missing) h2").all_text_contents() == expected


def test_the_empty_warehouse_s_page_says_what_to_do(open_window, options):
    window = open_window(file_base(dashboard.build_dashboard(options)))
    assert "daily-papers build" in window.page.locator("main").inner_text()


# ---- numbers


@pytest.mark.parametrize(
    ("metric", "sql"),
    {
        "papers": "select count(*) from core.papers",
        "observations": "select count(*) from core.observations",
        "authors": "select count(*) from authors.authors",
        "organizations": "select count(*) from authors.organizations",
        "tags": "select count(*) from tags.tags",
        "whole_days": "select count(*) from ops.coverage "
        "where state in ('complete', 'empty') and not is_held",
        "newest_whole_day": "select max(listing_date) from ops.coverage "
        "where state in ('complete', 'empty') and not is_held",
    }.items(),
)
def test_a_figure_of_the_overview_is_the_snapshot_s(open_window, sample, sample_base, metric, sql):
    page = open_window(sample_base).page
    shown = page.locator(f"[data-metric={metric}]").inner_text().replace(",", "")
    assert shown == str(ask(sample, sql)[0][0])


def test_the_calendar_counts_the_days_as_the_snapshot_does(open_window, sample, sample_base):
    window = open_window(sample_base)
    window.page.click("#states summary")
    shown = {
        row[0]: [int(cell.replace(",", "")) for cell in row[1:]] for row in window.rows("states")
    }
    states = ["complete", "empty", "partial", "failed"]
    columns = ", ".join(f"count(*) filter (where state = '{s}' and not is_held)" for s in states)
    today = datetime.now(UTC).date()
    ((last,),) = ask(sample, "select max(listing_date) from ops.coverage")
    for year, *counts, held, unknown, papers in ask(
        sample,
        f"""select year(listing_date), {columns}, count(*) filter (where is_held),
            count(*) filter (where state = 'unknown' and not is_held), sum(paper_count)::bigint
        from ops.coverage group by 1""",
    ):
        # the browser adds the days since
        since = (min(today, date(year, 12, 31)) - last).days if year == last.year else 0
        assert shown[str(year)] == [*counts, held, unknown + since, papers]


def test_the_calendar_s_days_stand_in_words_too_up_to_today(open_window, handmade_base):
    window = open_window(handmade_base)
    window.page.click("#days summary")
    window.page.fill("#days input[type=search]", "cap_hit")
    assert window.rows("days") == [["2025-12-30", "partial", "cap_hit", "1"]]
    window.page.fill("#days input[type=search]", "")
    assert window.rows("days")[0] == [str(datetime.now(UTC).date()), "never tried", "–", "0"]
    window.page.fill("#days input[type=search]", "failed 2026")
    assert window.rows("days") == [["2026-01-06", "failed", "–", "0"]]


@pytest.mark.parametrize(
    ("state", "says", "papers"),
    [
        ("view=day&at=2026-01-06", "No list stored for 2026-01-06: failed", 0),
        ("view=day&at=2026-01-04", "No list stored for 2026-01-04: empty, confirmed", 0),
        ("view=day&at=2024-02-03", "No list stored for 2024-02-03: never tried", 0),
        ("view=day&at=2025-12-30", "Papers may be missing: partial (cap_hit)", 1),
        ("view=week&at=2026-01-05", "Not whole: 2026-01-06 failed", 5),
        ("view=month&at=2025-11", "No list stored for this month.", 0),
    ],
)
def test_a_list_that_is_not_whole_says_so_and_none_is_no_other_day_s(
    open_window, handmade_base, state, says, papers
):
    window = open_window(handmade_base, f"papers.html#{state}")
    assert window.page.locator("#states-note").inner_text().startswith(says)
    assert len(window.rows("top")) == papers
    at = state.rpartition("=")[2]
    assert window.page.input_value("#period") == at


def test_the_newest_list_names_the_days_after_it_that_failed(open_window, handmade_base):
    page = open_window(handmade_base).page
    assert page.locator("#newest-state").inner_text() == "no list stored for 2026-01-06: failed"


def test_an_upvote_count_that_nobody_looked_at_again_has_no_change(open_window, handmade_base):
    window = open_window(handmade_base, "papers.html#view=day&at=2026-01-05&asof=2026-01-05")
    changes = {row[1].split("\n")[0]: row[3] for row in window.rows("top")}
    assert changes[SCRIPT] == "+10"
    assert changes[RTL] == "–"  # seen once
    window.page.select_option("#as-of", "")
    window.page.wait_for_function("() => !location.hash.includes('asof')")
    note = window.page.locator("#as-of-note")
    assert note.inner_text() == "5 papers, counts as last seen between 2026-01-05 and 2026-01-06."


@pytest.mark.parametrize(
    ("view", "at", "first", "last"),
    [
        ("day", "2026-01-05", "2026-01-05", "2026-01-05"),
        ("week", "2026-01-05", "2026-01-05", "2026-01-11"),
        ("month", "2026-01", "2026-01-01", "2026-01-31"),
    ],
)
@pytest.mark.parametrize("as_of", ["", "2026-01-05", "2026-01-06"])
def test_top_papers_are_those_of_the_as_of_macro(
    open_window, sample, sample_base, view, at, first, last, as_of
):
    state = f"view={view}&at={at}" + (f"&asof={as_of}" if as_of else "")
    window = open_window(sample_base, f"papers.html#{state}")
    ts = f"{as_of} 23:59:59" if as_of else "9999-01-01"
    expected = ask(
        sample,
        f"""select rank, title, upvotes
        from core.top_papers('{first}', '{last}', timestamp '{ts}') order by rank""",
    )
    assert window.page.input_value("#as-of") == as_of
    while window.page.locator("#top .more").is_visible():
        window.page.click("#top .more")
    shown = [(int(r[0]), r[1].split("\n")[0], int(r[2])) for r in window.rows("top")]
    assert shown == [(rank, " ".join(title.split()), upvotes) for rank, title, upvotes in expected]


def test_an_author_s_papers_are_the_snapshot_s(open_window, sample, sample_base):
    ((author_id, name, count),) = ask(
        sample,
        """select author_id, name, paper_count from authors.authors
        order by paper_count desc, author_id limit 1""",
    )
    window = open_window(sample_base, f"authors.html#author={author_id}")
    assert window.page.locator("#author h2").inner_text() == name
    papers = window.page.locator("#author table").first.locator("tbody tr")
    assert papers.count() == count


# ---- search, sort, deep links, keyboard, colours


def test_search_finds_without_regard_to_accents_and_case(open_window, handmade_base):
    window = open_window(handmade_base, "authors.html")
    window.page.fill("#all-table input[type=search]", "zoe o'neill")
    assert [row[0] for row in window.rows("all-table")] == [NAME, NAME]
    assert "2 of 3 rows" in window.page.locator("#all-table [role=status]").inner_text()
    window.page.fill("#all-table input[type=search]", "nobody of this name")
    assert window.rows("all-table") == [["Nothing found."]]


def test_a_search_can_be_shared_by_its_address(open_window, handmade_base):
    window = open_window(handmade_base, "authors.html")
    window.page.fill("#all-table input[type=search]", "Zoë")
    window.page.click("#all-table thead >> text=Sure")
    address = window.page.url.removeprefix(f"{handmade_base}/")
    assert address == "authors.html#q=Zo%C3%AB&sort=-confidence"
    shared = open_window(handmade_base, address)
    assert shared.page.input_value("#all-table input[type=search]") == "Zoë"
    assert shared.rows("all-table") == window.rows("all-table")


def test_a_column_sorts_both_ways_and_says_so(open_window, handmade_base):
    window = open_window(handmade_base, "authors.html")
    head = window.page.locator("#all-table th:has-text('Sure')")
    column = 2

    def values():
        return [row[column] for row in window.rows("all-table")]

    head.locator("button").click()
    assert values() == ["93 %", "50 %", "41 %"]
    assert head.get_attribute("aria-sort") == "descending"
    head.locator("button").click()
    assert values() == ["41 %", "50 %", "93 %"]
    assert head.get_attribute("aria-sort") == "ascending"


def test_search_reaches_rows_that_were_not_loaded_at_first(open_window, sample, sample_base):
    ((name,),) = ask(
        sample,
        "select name from authors.authors order by paper_count, name desc, author_id limit 1",
    )
    window = open_window(sample_base, "authors.html")
    assert name not in [row[0] for row in window.rows("all-table")]
    window.page.fill("#all-table input[type=search]", name)
    window.page.wait_for_function(
        "name => document.querySelector('#all-table tbody th')?.innerText === name", arg=name
    )


def test_back_and_forward_walk_through_the_views(open_window, sample_base):
    page = open_window(sample_base, "papers.html#view=day&at=2026-01-06").page
    page.click("[data-view=week]")
    page.wait_for_selector("text=Top papers, week from 2026-01-05")
    page.click("#top tbody a >> nth=0")
    page.wait_for_selector("#paper h2")
    assert page.locator("#lists").is_hidden()
    page.go_back()
    page.wait_for_selector("#lists h2:visible")
    assert page.locator("#paper").is_hidden()
    page.go_back()
    page.wait_for_selector("text=Top papers, 2026-01-06")


def test_the_list_of_another_time_is_chosen_with_the_keyboard_alone(open_window, sample_base):
    page = open_window(sample_base, "papers.html#view=day&at=2026-01-05").page
    page.focus("#as-of")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.hash.includes('asof=')")
    assert "seen by then" in page.locator("#as-of-note").inner_text()


def test_tab_goes_to_the_content_first(open_window, handmade_base):
    page = open_window(handmade_base).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"


@pytest.mark.parametrize(
    ("view", "shown"),
    [("papers.html#paper=2601.00001", "#paper h2"), ("authors.html#q=Zo%C3%AB", "#all h2")],
)
def test_the_skip_link_leads_to_the_content_and_the_view_stays(
    open_window, handmade_base, view, shown
):
    page = open_window(handmade_base, view).page
    page.focus("a.skip")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    assert page.url == f"{handmade_base}/{view}"
    assert page.locator(shown).is_visible()


def test_the_title_is_that_of_what_is_shown(open_window, sample_base):
    page = open_window(sample_base, "papers.html").page
    page.click("#top tbody a >> nth=0")
    page.wait_for_function("() => document.title !== 'Papers · Daily Papers'")
    page.go_back()
    page.wait_for_selector("#lists h2:visible")
    assert page.title() == "Papers · Daily Papers"


def test_a_search_that_is_put_into_the_address_is_made(open_window, handmade_base):
    window = open_window(handmade_base, "authors.html")
    everyone = window.rows("all-table")
    window.page.evaluate("location.hash = 'q=Zo%C3%AB&sort=confidence'")
    window.page.wait_for_function("() => document.querySelectorAll('#all-table tr').length === 3")
    assert window.page.input_value("#all-table input[type=search]") == "Zoë"
    assert [row[0] for row in window.rows("all-table")] == [NAME, NAME]
    window.page.go_back()
    window.page.wait_for_function("() => document.querySelectorAll('#all-table tr').length === 4")
    assert window.rows("all-table") == everyone


def hold_back(window, pattern):
    """Keep the answers to requests for some files back; return what lets them through."""
    held = []

    def hold(route):
        held.append(route)

    window.page.route(pattern, hold)

    def release():
        for route in held:
            route.continue_()
        window.page.wait_for_load_state("networkidle")
        window.page.evaluate("() => new Promise((done) => setTimeout(done))")

    return release


def test_data_that_come_late_are_not_shown_under_the_next_address(open_window, handmade_base):
    slow, fast = "2601.00001", "2601.00004"
    assert shard_by_hash(slow) != shard_by_hash(fast)
    window = open_window(handmade_base, "papers.html")
    release = hold_back(window, f"**/papers/detail/{shard_by_hash(slow)}.js")
    window.page.evaluate(f"location.hash = 'paper={slow}'")
    window.page.wait_for_selector("text=loading …")
    window.page.evaluate(f"location.hash = 'paper={fast}'")
    window.page.wait_for_selector(f"#paper h2:has-text('{RTL[:4]}')")
    release()
    assert window.page.locator("#paper h2").inner_text() == RTL
    assert window.page.title().startswith(RTL[:4])


def test_a_list_that_comes_late_is_not_shown_for_another(open_window, handmade_base):
    window = open_window(handmade_base, "papers.html#view=day&at=2026-01-05")
    release = hold_back(window, "**/papers/month/2025-12.js")
    window.page.evaluate("location.hash = 'view=day&at=2025-12-30'")
    window.page.evaluate("location.hash = 'view=week&at=2026-01-05'")
    window.page.wait_for_selector("text=Top papers, week from 2026-01-05")
    release()
    assert window.page.locator("#lists h2").inner_text() == "Top papers, week from 2026-01-05"


def test_a_thing_that_is_not_there_is_named(open_window, handmade_base):
    # in a file that is there, so that nothing is asked for in vain
    known = {shard_by_hash(paper_id) for paper_id in PAPERS}
    other = next(n for n in range(10**6) if shard_by_hash(f"9901.{n:05d}") in known)
    page = open_window(handmade_base, f"papers.html#paper=9901.{other:05d}").page
    assert page.locator("#paper h2").inner_text() == "No such paper"


def test_dark_colours_follow_the_system_and_the_button(open_window, handmade_base):
    page = open_window(handmade_base, color_scheme="dark").page
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)
    assert page.locator("#theme").inner_text() == "Light"
    page.click("#theme")
    light = page.evaluate(background)
    assert light == "rgb(255, 255, 255)"
    assert dark != light
    page.reload()
    assert page.evaluate(background) == light


def test_a_link_that_someone_typed_never_runs(open_window, handmade_base):
    page = open_window(handmade_base, "papers.html#paper=2601.00001").page
    links = page.eval_on_selector_all("main a", "links => links.map(a => a.getAttribute('href'))")
    assert 'https://example.org/a?b=1&c="' in links
    assert not any(link.startswith("javascript:") for link in links)
    assert "javascript:window.hacked=true" in page.locator("#paper").inner_text()


def test_a_paper_s_listing_days_lead_to_their_lists(open_window, handmade_base):
    page = open_window(handmade_base, "papers.html#paper=2601.00004").page
    listed = page.locator("#paper dd").first
    assert listed.inner_text() == "2025-12-30 (place 1), 2026-01-05 (place 4)"
    listed.locator("a").last.click()
    page.wait_for_selector("text=Top papers, 2026-01-05")


def test_a_claim_shows_its_quote_within_the_text(open_window, handmade_base):
    view = next(view for view in DETAILS if view.startswith("benchmarks"))
    page = open_window(handmade_base, view).page
    quote = page.locator("#benchmark blockquote:has-text('on the test')").first
    assert quote.locator("mark").inner_text() == "reaches 71.5% accuracy"
    assert quote.inner_text().startswith(SCRIPT)
    assert page.locator("#benchmark figure").count() >= 1


def test_numbers_without_a_metric_are_said_to_be_in_no_record(open_window, handmade_base):
    page = open_window(handmade_base, "benchmarks.html").page
    assert (
        "1 of 4 own numbers on a benchmark name no metric" in page.locator("#records").inner_text()
    )
    view = next(view for view in DETAILS if view.startswith("benchmarks"))
    page = open_window(handmade_base, view).page
    further = "1 further own number names no metric, highest 99.5 %."
    assert further in page.locator("#benchmark figcaption").first.inner_text()


def test_two_papers_that_contradict_each_other_are_named_by_title(open_window, handmade_base):
    page = open_window(handmade_base, "benchmarks.html").page
    links = page.locator("#contradictions-table tbody a").all_inner_texts()
    assert links == [BENCHMARK, SCRIPT, IMAGE]


@pytest.mark.parametrize("table", ["records-table", "contradictions-table"])
def test_rows_with_quotes_stand_in_the_width_of_a_phone(open_window, handmade_base, table):
    page = open_window(handmade_base, "benchmarks.html", **PHONE).page
    box = page.locator(f"#{table} .scroll")
    assert box.evaluate("box => box.scrollWidth - box.clientWidth") <= 0
    assert "One says" in box.inner_text() or "Record" in box.inner_text()


def test_a_long_name_of_an_expectation_widens_no_table(open_window, handmade_base):
    page = open_window(handmade_base, "quality.html", viewport={"width": 1280, "height": 860}).page
    box = page.locator("#expectations-table .scroll")
    assert box.evaluate("box => box.scrollWidth - box.clientWidth") <= 0


def test_an_organization_s_doubtful_match_is_marked(open_window, handmade_base):
    assert SLUG == "acme&<labs>"
    page = open_window(handmade_base, "organizations.html").page
    assert "likely, score 0.8" in page.locator("#all-table").inner_text()
