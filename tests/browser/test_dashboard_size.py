"""How much a first look at a page of the real archive loads, in a real Chromium."""

import pytest
from daily_papers.publish.dashboard.pages import PAGES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.xdist_group("real_archive"),
]

FIRST_VIEW_BYTES = 1_000_000
LOADED = """() => [...performance.getEntriesByType("resource"),
    ...performance.getEntriesByType("navigation")].reduce((sum, r) => sum + r.transferSize, 0)"""


def test_a_first_view_of_the_real_archive_loads_less_than_a_megabyte(open_window, real, serve):
    base = serve(real)
    sizes = {page.file: open_window(base, page.file).page.evaluate(LOADED) for page in PAGES}
    assert min(sizes.values()) > 10_000  # the browser told
    assert {name: size for name, size in sizes.items() if size >= FIRST_VIEW_BYTES} == {}
