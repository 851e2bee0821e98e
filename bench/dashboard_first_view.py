"""What a first look at each page of the dashboard loads and how long it takes, on loopback.

One of `make bench-scale`; run it after something was built: it shows the home's current
snapshot. The aim is under 1 MB and under 1 s for the overview. Each page is opened by a browser
that has nothing cached; time is from the call until the page has all that it asked for and drew.
"""

import argparse
import statistics
import sys
import threading
import time
from pathlib import Path

from daily_papers import settings
from daily_papers.publish import dashboard
from daily_papers.publish.dashboard.pages import PAGES
from daily_papers.publish.dashboard.serve import LOOPBACK, make_server
from daily_papers.warehouse import snapshots
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from browser_window import find_chromium

# all resources are there and the main part has stopped growing
IS_DRAWN = """() => {
    const resources = performance.getEntriesByType("resource");
    const last = Math.max(0, ...resources.map((r) => r.responseEnd));
    return document.readyState === "complete" && performance.now() - last > 300 && last;
}"""
SIZE = """() => [...performance.getEntriesByType("resource"),
    ...performance.getEntriesByType("navigation")].reduce((sum, r) => sum + r.transferSize, 0)"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    options = settings.load(**({"home": arguments.home} if arguments.home else {}))
    chromium = find_chromium()
    if chromium is None or snapshots.read_current(options) is None:
        print("first view: needs a Chromium and a snapshot under the home; not measured")
        return 0
    started = time.perf_counter()
    folder = dashboard.build_dashboard(options)
    build_s = time.perf_counter() - started
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    table = Table(title=f"First view, median of {arguments.rounds}", title_justify="left")
    for column in ("page", "kB", "s"):
        table.add_column(column, justify="left" if column == "page" else "right")
    with make_server(folder, 0) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=chromium)
        for page in PAGES:
            seconds = []
            for _ in range(arguments.rounds):
                view = browser.new_context().new_page()
                view.goto(f"http://{LOOPBACK}:{server.server_port}/{page.file}")
                last_ms = view.wait_for_function(IS_DRAWN).json_value()
                seconds.append(float(last_ms) / 1000)
                size_bytes = view.evaluate(SIZE)
                view.context.close()
            table.add_row(
                page.file, f"{size_bytes / 1000:.0f}", f"{statistics.median(seconds):.2f}"
            )
        browser.close()
        server.shutdown()
    Console().print(table)
    print(f"built in {build_s:.1f} s, {size / 1e6:.0f} MB on disk")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
