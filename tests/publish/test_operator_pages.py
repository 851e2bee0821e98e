"""The operator's pages without a server: what they show, and that they hold nobody up."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from typing import Any

import handmade
import time_machine
from daily_papers import settings as settings_module
from daily_papers.errors import InvalidInputError
from daily_papers.publish import operator_views
from daily_papers.publish.operator_views import PAGES, OperatorViews
from selectolax.lexbor import LexborHTMLParser


def wait_for(work: Coroutine[Any, Any, Any]) -> Any:
    """Run it in a thread of its own: the browser's tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def get(views: OperatorViews, name: str, *snapshots: str) -> operator_views.Page:
    page: operator_views.Page = wait_for(views.get_page(name, *snapshots))
    return page


def read(page: operator_views.Page) -> LexborHTMLParser:
    assert page.status == 200, page.html
    return LexborHTMLParser(page.html)


def table_after(page: LexborHTMLParser, title: str) -> list[list[str]]:
    (section,) = [s for s in page.css("section") if s.css_first("h2").text().startswith(title)]
    return [[cell.text() for cell in row.css("td")] for row in section.css("tbody tr")]


@time_machine.travel("2026-02-01")
def test_every_day_since_the_list_began_is_in_the_calendar(options, published):
    page = read(get(OperatorViews(lambda: nullcontext(options)), "coverage"))
    first, last, today = "2023-05-04", "2026-01-07", "2026-02-01"
    cells = {cell.attributes["title"][:10]: cell for cell in page.css("table.calendar td[title]")}
    known = (handmade.date.fromisoformat(today) - handmade.date.fromisoformat(first)).days + 1
    assert len(cells) == known
    assert (min(cells), max(cells)) == (first, today)
    assert cells[today].attributes["title"] == f"{today}: never tried"
    assert cells["2026-01-05"].attributes["class"] == "complete"
    assert cells["2026-01-05"].text() == "c"  # not by its colour alone
    assert cells[last].attributes["title"] == "2026-01-07: partial, 1 papers, day_not_over"
    # Monday is the first row, whatever day the year began with
    (newest, *_) = page.css("table.calendar")
    assert "2026-01-05" in newest.css("tr")[0].html


def test_what_is_not_whole_comes_newest_first(options, published):
    rows = table_after(
        read(get(OperatorViews(lambda: nullcontext(options)), "coverage")), "Last 30 days"
    )
    assert rows[0][:3] == ["2026-01-07", "partial", "day_not_over"]
    assert len(rows) == 30


def test_a_snapshot_without_a_table_says_so(options, published, put_table):
    for table in ("ops.coverage", "ops.quarantine", "ops.runs", "ops.quality_results"):
        put_table(table, None)
    for name in ("coverage", "quarantine", "runs"):
        assert (
            "This snapshot has no table ops."
            in read(get(OperatorViews(lambda: nullcontext(options)), name)).html
        )


def test_the_last_runs_show_rows_and_cost(options, published):
    rows = table_after(
        read(get(OperatorViews(lambda: nullcontext(options)), "runs")), "Last 20 attempts"
    )
    assert rows[0][1:5] == ["2026-01-07", "huggingface", "partial", "day_not_over"]
    assert rows[0][9:] == ["1", "0", "1000", "0.5"]


def test_two_snapshots_are_compared_by_table(options, published):
    day = handmade.WEDNESDAY + timedelta(days=1)
    handmade.write_lake(options.home, papers=[handmade.paper("2601.00009", day)])
    second = handmade.build_warehouse(options).snapshot_id
    views = OperatorViews(lambda: nullcontext(options))
    rows = {row[0]: row[1:] for row in table_after(read(get(views, "snapshots")), "Difference")}
    assert rows["core.papers"] == ["12", "13", "+1", "changed"]
    assert rows["ops.quarantine"] == ["0", "0", "", "the same"]
    # and the other way round, when asked
    page = read(get(views, "snapshots", second, published.id))
    rows = {row[0]: row[1:] for row in table_after(page, "Difference")}
    assert rows["core.papers"] == ["13", "12", "-1", "changed"]


def test_an_unknown_snapshot_is_a_mistake_in_the_address(options, published):
    page = get(OperatorViews(lambda: nullcontext(options)), "snapshots", "../../etc", published.id)
    assert page.status == 400
    assert "no snapshot" in page.html


def test_a_damaged_warehouse_is_told_not_hidden(options, published):
    (options.home / "warehouse/current").write_text("nonsense")
    page = get(OperatorViews(lambda: nullcontext(options)), "coverage")
    assert page.status == 500
    assert "run `daily-papers build`" in page.html


def test_a_page_is_made_once_for_a_snapshot(options, published, monkeypatch):
    made = []
    real = operator_views._make
    monkeypatch.setattr(operator_views, "_make", lambda *a: made.append(a) or real(*a))
    views = OperatorViews(lambda: nullcontext(options))
    first = get(views, "coverage")
    assert get(views, "coverage") == first
    assert len(made) == 1
    handmade.write_lake(
        options.home, attempts=[handmade.attempt(handmade.WEDNESDAY, "complete", 12)]
    )
    handmade.build_warehouse(options)
    assert get(views, "coverage") != first
    assert len(made) == 2


def test_a_slow_warehouse_holds_up_neither_the_caller_nor_others(options, published):
    released, is_slow = threading.Event(), [True]

    @contextmanager
    def open_home() -> Iterator[settings_module.Settings]:
        if is_slow:
            released.wait(60)
        yield options

    views = OperatorViews(open_home, answer_within_s=0.05)

    async def ask() -> tuple[operator_views.Page, int]:
        turns = 0
        asked = asyncio.ensure_future(views.get_page("coverage"))
        while not asked.done():  # the loop goes on serving others meanwhile
            turns += 1
            await asyncio.sleep(0)
        return asked.result(), turns

    page, turns = wait_for(ask())
    assert page.status == 503
    assert "try again soon" in page.html
    assert turns > 1
    is_slow.clear()
    released.set()
    assert get(OperatorViews(open_home), "coverage").status == 200


def test_a_page_that_waits_behind_others_is_not_said_to_go_on(options, published):
    released = threading.Event()

    @contextmanager
    def open_home() -> Iterator[settings_module.Settings]:
        released.wait(60)
        yield options

    views = OperatorViews(open_home, answer_within_s=0.05)

    async def ask() -> list[operator_views.Page]:
        return await asyncio.gather(*(views.get_page(name) for name in PAGES))

    pages = wait_for(ask())
    released.set()
    assert [page.status for page in pages] == [503] * 4
    assert ["it goes on" in page.html for page in pages] == [True, True, False, False]
    assert ["not begun within" in page.html for page in pages] == [False, False, True, True]


def test_pages_stay_few_in_memory(options, published):
    views = OperatorViews(lambda: nullcontext(options))
    for number in range(operator_views._KEPT_PAGES + 5):
        get(views, "coverage", str(number))
    assert len(views._pages) == operator_views._KEPT_PAGES


def test_settings_that_are_wrong_are_told(options):
    def open_home():
        raise InvalidInputError("DAILY_PAPERS_NONSENSE is not a setting")

    for name in PAGES:
        page = get(OperatorViews(open_home), name)
        assert page.status == 400
        assert "DAILY_PAPERS_NONSENSE" in page.html
